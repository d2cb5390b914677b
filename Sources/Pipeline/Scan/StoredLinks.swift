import EventLog
import Timelines

/// Who is who as segments have it: three columns of text behind the properties of a row. Nothing in a
/// segment says what they are, so that it needs no other format; their names are nobody's.
///
///     links             of a row with a known id, its anonymous ids, each ended
///     aliases           the former id and the later one, each ended
///     account aliases   likewise
///
/// The rest of a link is the row's user, which is not kept twice.
enum StoredLinks {
  /// Ascending by bytes, before those of all properties.
  static let names = ["\0account aliases", "\0aliases", "\0links"]

  /// Makes the columns of a batch texts of its rows.
  ///
  /// - Parameter count: texts of a row until now.
  static func add(to batch: inout EventBatch, behind count: Int) {
    var texts: [ByteSlice] = []
    texts.reserveCapacity(batch.count * (count + names.count))
    for row in 0..<batch.count {
      texts += batch.texts[row * count..<(row + 1) * count]
      texts.append(slice(batch.accountAliases, row))
      texts.append(slice(batch.aliases, row))
      let link = slice(batch.links, row)
      let known = link.isAbsent ? 0 : Int(batch.users[row].count) + 1
      texts.append(
        link.isAbsent
          ? .absent : ByteSlice(offset: Int(link.offset) + known, count: Int(link.count) - known))
    }
    batch.texts = texts
    batch.links = []
    batch.aliases = []
    batch.accountAliases = []
  }

  private static func slice(_ column: [ByteSlice], _ row: Int) -> ByteSlice {
    row < column.count ? column[row] : .absent
  }

  /// The inverse: as a reader of logs would have made the batch.
  ///
  /// - Parameter count: texts of a row that are properties.
  static func take(from batch: inout EventBatch, behind count: Int) {
    let stride = count + names.count
    var texts: [ByteSlice] = []
    texts.reserveCapacity(batch.count * count)
    var last: (user: ByteSlice, rest: ByteSlice, link: ByteSlice) = (.absent, .absent, .absent)
    for row in 0..<batch.count {
      let start = row * stride
      texts += batch.texts[start..<start + count]
      batch.accountAliases.append(batch.texts[start + count])
      batch.aliases.append(batch.texts[start + count + 1])
      let rest = batch.texts[start + count + 2]
      let user = slice(batch.users, row)
      if rest.isAbsent || user.isAbsent {
        batch.links.append(.absent)
        continue
      }
      // Rows lie with their entities: neighbours mostly have one link.
      if last.user != user || last.rest != rest {
        let place = batch.bytes.count
        // Copies: a slice would hold on to all bytes, and each append would copy them.
        batch.bytes += Array(batch.bytes[user.range])
        batch.bytes.append(EntityKey.anonymousEnd)
        batch.bytes += Array(batch.bytes[rest.range])
        last = (user, rest, ByteSlice(offset: place, count: batch.bytes.count - place))
      }
      batch.links.append(last.link)
    }
    batch.texts = texts
  }

  /// Takes erased ids out of rows that stay.
  static func erase(_ persons: ErasedPersons, from batch: inout EventBatch, behind count: Int) {
    let stride = count + names.count
    func strip(_ slice: ByteSlice, _ batch: inout EventBatch) -> ByteSlice {
      if slice.isAbsent { return slice }
      guard let rest = persons.stripped(batch.bytes[slice.range]) else { return slice }
      let place = batch.bytes.count
      batch.bytes += rest
      return ByteSlice(offset: place, count: rest.count)
    }
    for row in 0..<batch.count {
      if row < batch.users.count { batch.users[row] = strip(batch.users[row], &batch) }
      let start = row * stride + count
      batch.texts[start + 2] = strip(batch.texts[start + 2], &batch)
      for pair in [start, start + 1]
      where persons.isNamed(in: batch.bytes[batch.texts[pair].range]) {
        batch.texts[pair] = .absent
      }
    }
  }

  /// What became of rows that were made to fit a plan.
  struct Fit {
    /// With a known and an anonymous id, where ids mean themselves.
    var withBothIDs: [Int] = []
    /// Without any id that the plan takes for one: they are no events.
    var nobodys: [Int] = []
  }

  /// Makes rows say of who is who what a plan's rows say, of all that the store knows.
  static func fit(_ batch: inout EventBatch, to extraction: Extraction) -> Fit {
    let identity = extraction.identity
    if identity.userAlias == nil || !identity.isKept { batch.aliases = [] }
    if identity.accountAlias == nil || !identity.isKept { batch.accountAliases = [] }
    if identity.isKept {
      if !extraction.keepsUsers { (batch.users, batch.links) = ([], []) }
      return Fit()
    }
    var found = Fit()
    let isUser = !identity.anonymous.isEmpty
    if isUser, extraction.keepsUsers {
      found.withBothIDs = batch.links.indices.filter { !batch.links[$0].isAbsent }
    }
    batch.links = []
    // An anonymous id is one more place of the user, or nothing.
    for row in batch.users.indices where !batch.users[row].isAbsent {
      let user = batch.users[row]
      let key = batch.bytes[user.range]
      guard key.last == EntityKey.anonymousEnd else { continue }
      batch.users[row] =
        isUser
        ? ByteSlice(offset: Int(user.offset), count: EntityKey.shown(key).count) : .absent
      if !isUser, row >= batch.accounts.count || batch.accounts[row].isAbsent {
        found.nobodys.append(row)
      }
    }
    return found
  }
}
