package import Values

/// A range of `EventBatch.bytes`. Empty means absent: a missing, null or empty value is no value.
package struct ByteSlice: Sendable, Equatable {
  package var offset: Int32
  package var count: Int32

  @inlinable
  package init(offset: Int, count: Int) {
    self.offset = Int32(truncatingIfNeeded: offset)
    self.count = Int32(truncatingIfNeeded: count)
  }

  package static let absent = ByteSlice(offset: 0, count: 0)

  @inlinable
  package var isAbsent: Bool { count == 0 }

  @inlinable
  package var range: Range<Int> { Int(offset)..<Int(offset) + Int(count) }
}

/// Rows of one chunk as columns: what crosses from readers to timelines.
///
/// A batch is reused from chunk to chunk by one worker. `bytes` holds the decoded text of every
/// extracted field of its rows, among other bytes; the columns hold slices of it. A column that the
/// `Extraction` does not ask for stays empty. `texts` and `numbers` are row-major: row r's property p
/// stands at `r * properties + p`.
///
///     bytes    u1 page_view DE u2 purchase FR ...
///     users    [0..2]            [14..16]
///     names         [2..11]           [16..24]
///     texts              [11..13]          [24..26]
package struct EventBatch: Sendable {
  package var count = 0
  /// Number of the source that all of its rows are of.
  package var source = 0
  package var bytes: [UInt8] = []
  /// While a chunk is parsed: what `bytes` will stand behind; see `begin(behind:)`. 0 for nothing.
  var base = 0
  /// Whether slices may be places of the chunk that is parsed.
  var refersToChunk = false
  /// Microseconds since 1970-01-01 00:00 UTC.
  package var times: [Int64] = []
  package var names: [ByteSlice] = []
  package var users: [ByteSlice] = []
  package var accounts: [ByteSlice] = []
  package var ids: [ByteSlice] = []
  /// Of rows with a known user and anonymous ids, all of them, each ended by a byte that is in no
  /// text; `users` then has the known one, and in rows without it all anonymous ones, likewise.
  package var links: [ByteSlice] = []
  /// In place of links: of rows that are links the same, but the last id has another end, that of a
  /// link; and of other rows what `users` has.
  package var keys: [ByteSlice] = []
  /// Of rows that rename a user, the former id and the later one, each ended likewise.
  package var aliases: [ByteSlice] = []
  /// Likewise of accounts.
  package var accountAliases: [ByteSlice] = []
  package var texts: [ByteSlice] = []
  /// Absent numbers are `ExactDecimal.absent`.
  package var numbers: [ExactDecimal] = []
  /// The row's line number, relative to its chunk (0 is the chunk's first line).
  package var lines: [Int32] = []

  package init() {}

  package mutating func removeAll() {
    count = 0
    bytes.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    names.removeAll(keepingCapacity: true)
    users.removeAll(keepingCapacity: true)
    accounts.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
    links.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    aliases.removeAll(keepingCapacity: true)
    accountAliases.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
  }

  /// Bytes of `slice`, copied: for tests and cold paths.
  package func array(_ slice: ByteSlice) -> [UInt8] { Array(bytes[slice.range]) }
}

/// Builds batches without a reader: for tests, and for rows that come from elsewhere.
extension EventBatch {
  package mutating func append(
    time: Int64, name: String, user: String = "", account: String = "", id: String = "",
    texts: [String] = [], numbers: [ExactDecimal] = []
  ) {
    func add(_ text: String) -> ByteSlice {
      let utf8 = Array(text.utf8)
      let slice = ByteSlice(offset: bytes.count, count: utf8.count)
      bytes.append(contentsOf: utf8)
      return slice
    }
    times.append(time)
    names.append(add(name))
    users.append(add(user))
    accounts.append(add(account))
    ids.append(add(id))
    for text in texts { self.texts.append(add(text)) }
    self.numbers.append(contentsOf: numbers)
    lines.append(Int32(count))
    count += 1
  }
}
