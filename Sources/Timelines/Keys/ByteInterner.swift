/// Gives each distinct byte string a code: 0, 1, 2, ... in order of arrival.
///
/// An open-addressing table of slots, probed one after the other. A slot holds the low 32 bits of
/// the hash, so that growing needs no hashing again and most other strings are told apart without
/// reading their bytes, and where the string's record is (plus 1; 0 is empty). A record holds code,
/// length and bytes, filled up to whole words of four bytes, so that all of it is found in one step:
///
///     slots     [0] [hash 9f02.. | 12] [0] [hash 77aa.. | 1] ...
///     records   [0, 36, bytes...] [1, 3, bytes and filling] ...
struct ByteInterner: Sendable {
  private var records: [UInt8] = []
  private var slots: [UInt64]
  private(set) var count = 0
  /// Codes that are somebody else's.
  private var skipped: UInt32 = 0

  private static let headerBytes = 8
  private static let wordBytes = 4
  private static let lineBytes = 64

  /// `slots` is a power of two.
  init(slots: Int = 16) {
    self.slots = [UInt64](repeating: 0, count: slots)
  }

  /// Bytes of memory held.
  var footprint: Int { slots.count * 8 + records.capacity }

  /// Passes over the next code.
  mutating func skipCode() { skipped += 1 }

  /// All strings, by code, where none was passed over: a copy.
  var strings: ByteTable {
    var table = ByteTable()
    table.bytes.reserveCapacity(records.count - count * Self.headerBytes)
    table.ends.reserveCapacity(count)
    visit { string in
      // Safe: the buffer is read inside the closure, and bytes may have any value.
      unsafe string.withUnsafeBufferPointer { unsafe table.bytes.append(contentsOf: $0) }
      table.ends.append(table.bytes.count)
    }
    return table
  }

  /// Gives `body` every string, by code.
  @inline(__always)
  func visit(_ body: (borrowing Span<UInt8>) -> Void) { visitPlaces { _, string in body(string) } }

  /// Gives `body` every string with its code.
  @inline(__always)
  func visitCodes(_ body: (_ code: UInt32, borrowing Span<UInt8>) -> Void) {
    visitPlaces { word, string in body(header(at: Int(word) * Self.wordBytes).code, string) }
  }

  /// The same with the word that its record begins with, by which it is found again.
  @inline(__always)
  func visitPlaces(_ body: (_ word: UInt32, borrowing Span<UInt8>) -> Void) {
    let records = records.span
    var position = 0
    for _ in 0..<count {
      let start = position + Self.headerBytes
      let length = header(at: position).length
      body(UInt32(position / Self.wordBytes), records.extracting(start..<start + length))
      position += Self.recordBytes(length)
    }
  }

  /// Gives `body` the string whose record begins with a word, from one of its bytes on.
  @inline(__always)
  func string<Result>(
    at word: UInt32, from start: Int, _ body: (borrowing Span<UInt8>) -> Result
  ) -> Result {
    let position = Int(word) * Self.wordBytes
    let (first, length) = (position + Self.headerBytes, header(at: position).length)
    return body(records.span.extracting(first + start..<first + length))
  }

  /// Loads the first byte from there on.
  @inline(__always)
  func first(at word: UInt32, from start: Int) -> UInt8 {
    records[Int(word) * Self.wordBytes + Self.headerBytes + start]
  }

  // Interning waits for memory twice: for the slot, and for the record. The functions below each do
  // one of these loads; when they run over a group of rows before any is interned, the processor
  // waits for many at once.

  /// Loads the first slot whose string may have this hash, or an empty one.
  @inline(__always)
  func slot(hash: UInt64) -> UInt64 {
    let fingerprint = UInt32(truncatingIfNeeded: hash)
    let mask = slots.count - 1
    var index = Int(fingerprint) & mask
    while true {
      let slot = slots[index]
      if slot == 0 || UInt32(truncatingIfNeeded: slot >> 32) == fingerprint { return slot }
      index = (index + 1) & mask
    }
  }

  /// Loads the first byte of a slot's record, and the byte behind a string of this length in it, which
  /// may stand in the next line of the cache, or in the one after that.
  @inline(__always)
  func ends(slot: UInt64, count: Int) -> UInt8 {
    slot == 0 ? 0 : ends(word: UInt32(truncatingIfNeeded: slot) - 1, count: count)
  }

  /// Loads the slot where a search for this hash begins, whatever it holds: no branch waits for it,
  /// so a loop over many hashes has all its loads under way at once.
  @inline(__always)
  func firstSlot(hash: UInt64) -> UInt64 {
    slots[Int(UInt32(truncatingIfNeeded: hash)) & (slots.count - 1)]
  }

  /// The word that the first record begins with whose string may have this hash: any for an empty slot.
  @inline(__always)
  func word(hash: UInt64) -> UInt32 { max(1, UInt32(truncatingIfNeeded: slot(hash: hash))) - 1 }

  /// As `ends(slot:count:)`, of the record that begins with a word.
  @inline(__always)
  func ends(word: UInt32, count: Int) -> UInt8 {
    let start = Int(word) * Self.wordBytes
    let last = records.count - 1
    if start > last { return 0 }
    let end = start + Self.headerBytes + count
    let middle = end - start > Self.lineBytes ? records[min(start + Self.lineBytes, last)] : 0
    return records[start] &+ middle &+ records[min(end, last)]
  }

  /// The code in a slot's record; nil for an empty slot.
  @inline(__always)
  func code(slot: UInt64) -> Int? {
    slot == 0 ? nil : Int(header(at: Self.position(slot)).code)
  }

  /// The code of `bytes`, whose hash is `hash`; `grown` rises by the memory this took.
  @inline(__always)
  mutating func intern(_ bytes: borrowing Span<UInt8>, hash: UInt64, grown: inout Int) -> UInt32 {
    let (code, index) = probe(bytes, hash: hash)
    if let code { return code }
    let fingerprint = UInt32(truncatingIfNeeded: hash)
    return insert(bytes, fingerprint: fingerprint, at: index, grown: &grown)
  }

  /// The same where a search has found the record at a word, which is believed only if it is `bytes`.
  @inline(__always)
  mutating func intern(
    _ bytes: borrowing Span<UInt8>, hash: UInt64, word: UInt32, grown: inout Int
  ) -> UInt32 {
    let position = Int(word) * Self.wordBytes
    if position < records.count {
      let header = header(at: position)
      let start = position + Self.headerBytes
      if equalBytes(records.span.extracting(start..<start + header.length), bytes) {
        return header.code
      }
    }
    return internElsewhere(bytes, hash: hash, grown: &grown)
  }

  @inline(never)
  private mutating func internElsewhere(
    _ bytes: borrowing Span<UInt8>, hash: UInt64, grown: inout Int
  ) -> UInt32 {
    intern(bytes, hash: hash, grown: &grown)
  }

  /// The code of `bytes`; nil when it has none.
  func find(_ bytes: borrowing Span<UInt8>, hash: UInt64) -> UInt32? {
    probe(bytes, hash: hash).code
  }

  /// The code of `bytes`, or the empty slot where it would go.
  @inline(__always)
  private func probe(
    _ bytes: borrowing Span<UInt8>, hash: UInt64
  ) -> (code: UInt32?, index: Int) {
    let fingerprint = UInt32(truncatingIfNeeded: hash)
    let mask = slots.count - 1
    var index = Int(fingerprint) & mask
    while true {
      let slot = slots[index]
      if slot == 0 { return (nil, index) }
      if UInt32(truncatingIfNeeded: slot >> 32) == fingerprint {
        let position = Self.position(slot)
        let header = header(at: position)
        let start = position + Self.headerBytes
        if equalBytes(records.span.extracting(start..<start + header.length), bytes) {
          return (header.code, index)
        }
      }
      index = (index + 1) & mask
    }
  }

  mutating func intern(_ bytes: borrowing Span<UInt8>, hash: UInt64) -> UInt32 {
    var grown = 0
    return intern(bytes, hash: hash, grown: &grown)
  }

  @inline(__always)
  private static func position(_ slot: UInt64) -> Int {
    (Int(UInt32(truncatingIfNeeded: slot)) - 1) * wordBytes
  }

  private static func recordBytes(_ length: Int) -> Int {
    headerBytes + (length + wordBytes - 1) / wordBytes * wordBytes
  }

  @inline(__always)
  private func header(at position: Int) -> (code: UInt32, length: Int) {
    // Safe: any bit pattern is an integer, and the span checks the bounds.
    let both = unsafe records.span.bytes.unsafeLoadUnaligned(
      fromByteOffset: position, as: UInt64.self)
    let header = UInt64(littleEndian: both)
    return (UInt32(truncatingIfNeeded: header), Int(header >> 32))
  }

  @inline(never)
  private mutating func insert(
    _ bytes: borrowing Span<UInt8>, fingerprint: UInt32, at index: Int, grown: inout Int
  ) -> UInt32 {
    let before = footprint
    let word = records.count / Self.wordBytes
    precondition(
      word < Int(UInt32.max) && bytes.count <= Int(UInt32.max),
      "more than 16 GiB of distinct values in one partition")
    let code = UInt32(count) + skipped
    append(bytes, code: code)
    count += 1
    slots[index] = UInt64(fingerprint) << 32 | UInt64(word + 1)
    if count * 3 > slots.count * 2 { doubleSlots() }
    grown += footprint - before
    return code
  }

  private mutating func append(_ bytes: borrowing Span<UInt8>, code: UInt32) {
    let size = Self.recordBytes(bytes.count)
    if records.capacity - records.count < size {
      // By half, not double: these tables are most of the memory when each event has its own user.
      records.reserveCapacity(max(64, records.count + size, records.count / 2 * 3))
    }
    let header = (UInt64(bytes.count) << 32 | UInt64(code)).littleEndian
    // Safe: the buffers are read inside the closures, and bytes may have any value.
    unsafe withUnsafeBytes(of: header) { unsafe records.append(contentsOf: $0) }
    unsafe bytes.withUnsafeBufferPointer { unsafe records.append(contentsOf: $0) }
    for _ in bytes.count + Self.headerBytes..<size { records.append(0) }
  }

  private mutating func doubleSlots() {
    var doubled = [UInt64](repeating: 0, count: slots.count * 2)
    for slot in slots where slot != 0 { Self.place(slot, in: &doubled) }
    slots = doubled
  }

  @inline(__always)
  private static func place(_ slot: UInt64, in slots: inout [UInt64]) {
    let mask = slots.count - 1
    var index = Int(slot >> 32) & mask
    while slots[index] != 0 { index = (index + 1) & mask }
    slots[index] = slot
  }

  /// Takes over the strings of tables that have none in common: the codes of each follow those of the
  /// tables before it.
  init(joining tables: [ByteInterner]) {
    let (count, bytes) = tables.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.records.count) }
    precondition(bytes / Self.wordBytes < Int(UInt32.max), "more than 16 GiB of distinct values")
    var slotCount = 16
    while count * 3 > slotCount * 2 { slotCount *= 2 }
    self.init(slots: slotCount)
    records.reserveCapacity(bytes)
    for table in tables {
      let start = records.count
      records.append(contentsOf: table.records)
      renumber(from: start, table.count)
      for slot in table.slots where slot != 0 {
        Self.place(slot + UInt64(start / Self.wordBytes), in: &slots)
      }
    }
  }

  /// Gives the strings whose records were appended the codes that come next.
  private mutating func renumber(from start: Int, _ added: Int) {
    var position = start
    for code in UInt32(count)..<UInt32(count + added) {
      let length = header(at: position).length
      for byte in 0..<4 {
        records[position + byte] = UInt8(truncatingIfNeeded: code >> UInt32(8 * byte))
      }
      position += Self.recordBytes(length)
    }
    count += added
  }
}

extension ByteTable {
  /// Positions of the strings in the order of their bytes.
  func sortedOrder() -> [UInt32] {
    // The first eight bytes as a big-endian number decide most comparisons.
    var keyed: [(prefix: UInt64, index: UInt32)] = []
    keyed.reserveCapacity(count)
    var start = 0
    for (index, end) in ends.enumerated() {
      var prefix: UInt64 = 0
      for at in 0..<8 {
        prefix = prefix << 8 | (start + at < end ? UInt64(bytes[start + at]) : 0)
      }
      keyed.append((prefix, UInt32(index)))
      start = end
    }
    keyed.sort { left, right in
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      return self[Int(left.index)].lexicographicallyPrecedes(self[Int(right.index)])
    }
    return keyed.map(\.index)
  }

  /// The same by what `part` leaves of the strings; of equal ones the shorter string comes first.
  func sortedOrder(by part: (ArraySlice<UInt8>) -> ArraySlice<UInt8>) -> [UInt32] {
    (0..<UInt32(count)).sorted { left, right in
      let (a, b) = (self[Int(left)], self[Int(right)])
      let (x, y) = (part(a), part(b))
      return x.elementsEqual(y) ? a.lexicographicallyPrecedes(b) : x.lexicographicallyPrecedes(y)
    }
  }
}
