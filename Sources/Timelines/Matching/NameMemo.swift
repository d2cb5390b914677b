import EventLog

/// The short names that rows had last, with what all rows of the name come to: most logs have some ten
/// of them, and most rows then need neither the table of names nor its hash.
///
/// A name of 16 bytes or fewer is all in its key. A longer one is never here.
struct NameMemo: Sendable {
  struct Entry: Sendable {
    var key = NameKey.none
    /// Code of the name.
    var code: Int32 = 0
    /// An index into the program's outcomes, or `MatcherProgram.nothing`.
    var outcome: Int32 = 0
    /// Rows that nobody has counted yet.
    var rows = 0
  }

  private(set) var entries = [Entry](repeating: Entry(), count: Self.size)

  private static let size = 64

  /// Writes the outcomes of the rows from `first` on as long as their names are here; returns the first
  /// row whose name is not.
  mutating func recall(
    _ names: borrowing Span<ByteSlice>, from first: Int, bytes: borrowing Span<UInt8>,
    to found: inout [Int32]
  ) -> Int {
    var entries = entries.mutableSpan
    var found = found.mutableSpan
    for row in first..<names.count {
      guard let key = NameKey(bytes.extracting(names[row].place)) else { return row }
      let place = key.place(of: Self.size)
      if entries[place].key != key { return row }
      entries[place].rows += 1
      found[row] = entries[place].outcome
    }
    return names.count
  }

  /// Takes in a name; returns what it takes the place of.
  mutating func remember(
    _ name: borrowing Span<UInt8>, code: Int, outcome: Int32
  ) -> Entry? {
    guard let key = NameKey(name), let code = Int32(exactly: code) else { return nil }
    let place = key.place(of: Self.size)
    let former = entries[place]
    entries[place] = Entry(key: key, code: code, outcome: outcome)
    return former
  }

  /// Forgets which rows it saw.
  mutating func clearRows() {
    for place in entries.indices { entries[place].rows = 0 }
  }

  mutating func removeAll() { self = NameMemo() }

  /// Bytes of memory held.
  var footprint: Int { entries.capacity * MemoryLayout<Entry>.stride }
}

/// All bytes of a name of 16 bytes or fewer: the first and the last of them, which may overlap, and how
/// many there are.
struct NameKey: Sendable, Equatable {
  private let first: UInt64
  private let last: UInt64
  private let count: Int

  /// Of no name.
  static let none = NameKey(first: 0, last: 0, count: -1)

  private init(first: UInt64, last: UInt64, count: Int) {
    (self.first, self.last, self.count) = (first, last, count)
  }

  /// Nil for a longer name.
  @inline(__always)
  init?(_ name: borrowing Span<UInt8>) {
    count = name.count
    if count > 16 { return nil }
    // Safe: a byte has no padding, so every byte of the span is initialized.
    let bytes = unsafe name.bytes
    // Safe for both loads: any bit pattern is an integer, and the span checks the bounds.
    if count >= 8 {
      first = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
      last = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
      return
    }
    var word: UInt64 = 0
    for index in 0..<count { word = word << 8 | UInt64(name[index]) }
    (first, last) = (word, 0)
  }

  /// One of so many places, a power of two.
  @inline(__always)
  func place(of size: Int) -> Int {
    let product = (first ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(
      by: last ^ 0xe703_7ed1_a0b4_28db)
    return Int((product.high ^ product.low) & UInt64(size - 1))
  }
}
