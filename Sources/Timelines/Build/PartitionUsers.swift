import System
import Values

/// Who stands in a column of a partition, as user or as a text that is an id: codes of the ids that
/// rows carried to codes of persons.
///
/// Events are ordered and duplicates are found by the ids that rows carried; only what is shown are
/// persons.
struct PartitionUsers {
  private let persons: Persons
  /// By code of an id whose user is always the same other one.
  private var fixed: [UInt32: UInt32] = [:]
  /// By code of an id whose user depends on the time; with the code of the device itself.
  private var timed: [UInt32: (owner: Persons.Owner, device: UInt32)] = [:]
  private var codeOfPerson: [UInt32: UInt32] = [:]

  /// Ids of users, with what they stand for, before the table of values is sorted.
  private struct Seen {
    var code: UInt32
    var owner: Persons.Owner
    var first: UInt32
  }

  private var seen: [Seen] = []

  /// Adds the names of persons to the values.
  ///
  /// - Parameters:
  ///   - users: codes in `values` of all ids that stand as users.
  ///   - isOpen: nobody says in which place the ids stood.
  init(
    _ users: Set<UInt32>, isOpen: Bool = false, _ values: inout ByteInterner,
    _ source: PersonSource, _ hash: ByteHash
  ) throws(ScratchError) {
    let strings = values.strings
    let codes = users.filter { !strings[Int($0)].isEmpty }
    var keys = ByteTable()
    for code in codes {
      keys.append(isOpen ? strings[Int(code)] + [EntityKey.openEnd] : strings[Int(code)])
    }
    persons = try source.persons(of: [keys])
    for (index, code) in codes.enumerated() {
      let key = strings[Int(code)]
      let owner = persons.owner(of: keys[index].span)
      if owner == .itself { continue }
      let first = isOpen ? key : key.prefix(EntityKey.firstCount(key.span) + 1)
      seen.append(
        Seen(code: code, owner: owner, first: values.intern(first.span, hash: hash(first.span))))
      for person in persons.all(owner) where codeOfPerson[person] == nil {
        let name = persons.name(person)
        codeOfPerson[person] = values.intern(name.span, hash: hash(name.span))
      }
    }
  }

  /// Takes the codes of the sorted table.
  mutating func rank(_ ranks: [UInt32]) {
    codeOfPerson = codeOfPerson.mapValues { ranks[Int($0)] }
    for entry in seen {
      let (code, first) = (ranks[Int(entry.code)], ranks[Int(entry.first)])
      switch entry.owner {
      case .itself: break
      case .first: fixed[code] = first
      case .person(let person): fixed[code] = codeOfPerson[person] ?? first
      case .timed, .carried: timed[code] = (entry.owner, first)
      }
    }
    seen = []
  }

  func code(_ user: UInt32, at time: Int64) -> UInt32 {
    if let code = fixed[user] { return code }
    guard let entry = timed[user] else { return user }
    return persons.person(entry.owner, at: time).flatMap { codeOfPerson[$0] } ?? entry.device
  }
}
