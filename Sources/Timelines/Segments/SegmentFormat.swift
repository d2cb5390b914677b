/// The bytes of a stored segment: an immutable file of timelines that anybody with the source's
/// description can fold. It holds all that the source declares, not what reports ask.
///
/// Fixed numbers are little-endian; *varint* and *zigzag* are those of `RunFormat`, and so is the
/// checksum. A *table* is a count, the length of each string, and all bytes, the numbers varints.
///
///     file      "TWFNSEG" and the version, 2, or 3 with a salt; blocks, one after the other; footer; tail
///     tail      24 bytes: length of the footer (8), its checksum (8), "TWFNSEG" and the version
///
///     footer
///       salt      of version 3: 8 bytes, the store's number that chooses the hash (`Placing`)
///       columns   flags: 1 events have ids, 2 accounts are declared
///                 properties by name: count; per property length, name, and 1 for a number or 0
///       inputs    count; per input the SHA-256 of its inflated content (32 bytes) and its length,
///                 its rows, and if there are any the earliest time (zigzag), latest less earliest
///       names     table: event names, in the order in which rows first have them
///       accounts  table, likewise: at most 65,536 strings and 1 MiB; the next four words, too
///       texts     per property a table of that kind
///       cells     number of bits b: a block holds the entities of one sequence whose hashes begin
///                 with the same b bits
///       blocks    count; per block: 0 for users or 1 for accounts without a user; number of its
///                 cell; bytes; rows; entities; earliest time (zigzag); latest less earliest;
///                 checksum of its head (8 bytes). Users come first, then by cell
///
///     block     head: per column its bytes (varint) and its checksum (8 bytes); then the columns:
///       entities  form, then: 0 table; 1 a common prefix (length, bytes) and packed numbers, whose
///                 decimal digits follow it; 2 lower-case UUIDs of 16 bytes each
///       counts    packed: events of each entity, at least 1
///       times     earliest (zigzag), unit (varint), packed: microseconds above the earliest, by unit
///       names     packed: codes of the segment's names
///       accounts  codes (below): of account ids, in blocks of users
///       ids       form, then: 0 none has one; 1 packed ids, one after the other (`PackedIDs`)
///       inputs    packed: index in the segment's inputs
///       texts     per property codes; of a number, only where the text is not the number's plain
///                 form
///       numbers   per number property: form, then: 0 none has one; 1 table of numbers (as in runs)
///                 and packed codes, 0 for absent; 2 the table, packed flags, and packed codes less 1
///                 of those that have one
///
///     codes     form: 0 all are absent; 1 an entity has one value in all its rows: codes by entity;
///               2 codes by row. Then the count g of the segment's strings so far; a table of
///               strings of this block alone; packed codes: 0 absent, up to g one more than the code
///               in the segment's table, then those of the block's own
///     packed    per 1,024 values: width in bits (1 byte: 0 to 56, or 64), least value (varint), then
///               the values less the least, lowest bit first, filled up to a byte. 8 zero bytes end
///               a column, so that every value can be loaded as a word of 8 bytes
///
/// Rows are in the order of the 64-bit hash of the entity's id, its bytes, and the order of events:
/// time, name bytes, event id, properties by name, account, input. Duplicates stay: which of two
/// rows counts is decided when timelines are folded. The bytes are a function of the rows, of the
/// inputs' digests and of the salt: not of threads, spills or arrival.
enum SegmentFormat {
  static let magic: [UInt8] = Array("TWFNSEG".utf8)
  static let (version, saltedVersion): (UInt8, UInt8) = (2, 3)

  /// What a file begins and ends with.
  static func mark(salt: UInt64) -> [UInt8] { magic + [salt == 0 ? version : saltedVersion] }

  static let headBytes = 8
  static let tailBytes = 24
  /// Rows of a block, when cells are well filled: between this and half of it.
  static let blockRows = 8192
  static let cellBitsMax = 16
  static let dictionaryCountMax = 1 << 16
  static let dictionaryBytesMax = 1 << 20
  static let footerBytesMax = 1 << 30

  /// Bits of the cells of a segment of so many rows.
  static func cellBits(rows: Int) -> Int {
    var bits = 0
    while bits < cellBitsMax, rows >> bits > blockRows { bits += 1 }
    return bits
  }

  /// The cell of a hash.
  static func cell(_ hash: UInt64, bits: Int) -> Int {
    bits == 0 ? 0 : Int(hash >> UInt64(64 - bits))
  }
}

/// What a segment holds of every row: follows from the source, never from reports.
package struct SegmentColumns: Sendable, Equatable {
  /// Names of all properties, ascending by bytes.
  package var texts: [String]
  /// Those that are numbers, likewise.
  package var numbers: [String]
  package var hasIDs: Bool
  package var hasAccounts: Bool

  package init(texts: [String], numbers: [String], hasIDs: Bool, hasAccounts: Bool) {
    func sorted(_ names: [String]) -> [String] {
      names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }
    self.texts = sorted(texts)
    self.numbers = sorted(numbers)
    self.hasIDs = hasIDs
    self.hasAccounts = hasAccounts
  }
}

/// An input as segments know it: its inflated content.
package struct SegmentInput: Sendable, Hashable {
  /// SHA-256: 32 bytes.
  package var digest: [UInt8]
  package var length: Int

  package init(digest: [UInt8], length: Int) {
    self.digest = digest
    self.length = length
  }
}

/// What a segment holds of an input.
package struct SegmentShare: Sendable, Equatable {
  package var rows = 0
  /// Microseconds since 1970; without rows `Int64.max` and `Int64.min`.
  package var earliest = Int64.max
  package var latest = Int64.min

  package init() {}

  package mutating func add(_ other: Self) {
    rows += other.rows
    earliest = min(earliest, other.earliest)
    latest = max(latest, other.latest)
  }

  @inline(__always)
  mutating func add(_ time: Int64) {
    rows += 1
    earliest = min(earliest, time)
    latest = max(latest, time)
  }
}

/// Why a stored segment is refused.
package struct SegmentDamage: Error, Sendable, Equatable, CustomStringConvertible {
  package var path: String
  package var what: String

  package init(path: String, what: String) {
    self.path = path
    self.what = what
  }

  package var description: String { "\(path) is damaged: \(what)" }
}
