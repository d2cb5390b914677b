/// Whose the rows of a key are whose account is not known yet.
package struct CarryOwner: Sendable, Equatable {
  /// Index of the person among those with accounts; nil for one without.
  var person: UInt32?
  /// The user's owner, where it depends on the time; `person` is the device's then.
  var user: UInt32?
  var isAround: Bool
}

/// Which account a person's rows without one are of: the last that the person was seen with.
///
/// Persons are decided first: whoever a row's user is at its instant is the person whose accounts
/// count. Of several accounts at one instant the one with the larger bytes holds.
final class Carriers: Sendable {
  /// From an instant on: this account, as `Persons` numbers it.
  struct Stretch: Sendable, Equatable {
    var from: Int64
    var account: UInt32
  }

  private let users: Persons?
  /// Keys of persons that were seen with an account.
  private let persons: ByteInterner
  private let hash: ByteHash
  /// By person: where in `stretches`, ascending.
  private let places: [Range<Int>]
  private let stretches: [Stretch]
  /// Accounts that are what they are: numbered behind those that are joined.
  let accounts: ByteTable

  init(
    users: Persons?, persons: ByteInterner, hash: ByteHash, places: [Range<Int>],
    stretches: [Stretch], accounts: ByteTable
  ) {
    self.users = users
    self.persons = persons
    self.hash = hash
    self.places = places
    self.stretches = stretches
    self.accounts = accounts
  }

  /// Bytes of memory held, roughly.
  var footprint: Int {
    persons.footprint + places.count * 16 + stretches.count * 16 + accounts.bytes.count
      + accounts.count * 8
  }

  /// - Parameter key: of a row whose account is not known yet.
  func owner(of key: borrowing Span<UInt8>) -> CarryOwner {
    let isAround = key[key.count - 1] == EntityKey.aroundEnd
    let user = key.extracting(0..<key.count - 1)
    let device = user.extracting(0..<Self.deviceCount(user))
    switch users?.owner(of: user) ?? .itself {
    case .itself: return CarryOwner(person: find(user), isAround: isAround)
    case .first: return CarryOwner(person: find(device), isAround: isAround)
    case .person(let person):
      return CarryOwner(person: users.flatMap { find($0.name(person).span) }, isAround: isAround)
    case .timed(let index): return CarryOwner(person: find(device), user: index, isAround: isAround)
    case .carried: return CarryOwner(isAround: isAround)
    }
  }

  /// Bytes of the key's first id with its end.
  static func deviceCount(_ key: borrowing Span<UInt8>) -> Int {
    min(EntityKey.firstCount(key) + 1, key.count)
  }

  private func find(_ key: borrowing Span<UInt8>) -> UInt32? {
    persons.find(key, hash: hash(key))
  }

  /// Whether two rows of one key may be two accounts', or only one of them an account's at all.
  func goesByTimes(_ owner: CarryOwner) -> Bool {
    if owner.user != nil { return true }
    guard let person = owner.person else { return false }
    let count = places[Int(person)].count
    return count > 1 || count == 1 && !owner.isAround
  }

  /// The account of a row; nil where its person has none (yet).
  func account(_ owner: CarryOwner, at time: Int64) -> UInt32? {
    var person = owner.person
    if let user = owner.user, let users, let other = users.person(.timed(user), at: time) {
      person = find(users.name(other).span)
    }
    guard let person else { return nil }
    let place = places[Int(person)]
    // The first stretch that begins behind the row.
    var (low, high) = (place.lowerBound, place.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if stretches[middle].from <= time { low = middle + 1 } else { high = middle }
    }
    if low > place.lowerBound { return stretches[low - 1].account }
    return owner.isAround && !place.isEmpty ? stretches[low].account : nil
  }
}
