/// The strings of one column that a whole segment shares: as many as fit.
struct SegmentDictionary: Sendable {
  private var interner = ByteInterner()
  private var byteCount = 0
  private let hash = ByteHash.seeded()
  /// Whether it ever says no.
  private let isBounded: Bool

  init(isBounded: Bool = true) {
    self.isBounded = isBounded
  }

  var count: Int { interner.count }

  var strings: ByteTable { interner.strings }

  /// The string's code; nil when it is not there and there is no room.
  mutating func code(of string: ArraySlice<UInt8>) -> UInt32? {
    let (bytes, hash) = (string.span, hash(string.span))
    if let code = interner.find(bytes, hash: hash) { return code }
    if isBounded {
      guard count < SegmentFormat.dictionaryCountMax,
        byteCount + string.count <= SegmentFormat.dictionaryBytesMax
      else { return nil }
    }
    byteCount += string.count
    return interner.intern(bytes, hash: hash)
  }
}

/// One block's codes of a column: of the segment's strings, and of its own.
struct SegmentCodes: Sendable {
  /// By row: 0 absent, 1 + a code of the segment, or `own` and a code of the block.
  private(set) var codes: [UInt32] = []
  private var strings = SegmentDictionary(isBounded: false)

  static let own: UInt32 = 1 << 31

  mutating func appendAbsent() { codes.append(0) }

  mutating func append(segmentCode: UInt32) { codes.append(segmentCode + 1) }

  mutating func append(own string: ArraySlice<UInt8>) {
    // A table without bounds always has room.
    codes.append(Self.own | (strings.code(of: string) ?? 0))
  }

  mutating func removeAll() {
    codes.removeAll(keepingCapacity: true)
    if strings.count > 0 { strings = SegmentDictionary(isBounded: false) }
  }

  /// - Parameters:
  ///   - counts: events of each entity.
  ///   - segmentCount: strings of the segment so far.
  func encoded(counts: [UInt64], segmentCount: Int) -> [UInt8] {
    var out = RunBytes()
    guard codes.contains(where: { $0 != 0 }) else {
      out.bytes.append(0)
      return out.bytes
    }
    let byEntity = firstOfEntities(counts)
    out.bytes.append(byEntity == nil ? 2 : 1)
    out.append(segmentCount)
    out.append(strings.strings)
    SegmentBits.append(
      (byEntity ?? codes).map { code in
        code & Self.own == 0
          ? UInt64(code) : UInt64(segmentCount) + 1 + UInt64(code & ~Self.own)
      }, to: &out)
    out.bytes += repeatElement(0, count: SegmentBits.paddingBytes)
    return out.bytes
  }

  /// By entity the value of all its rows; nil if the rows of one differ.
  private func firstOfEntities(_ counts: [UInt64]) -> [UInt32]? {
    var firsts: [UInt32] = []
    firsts.reserveCapacity(counts.count)
    var row = 0
    for count in counts {
      let first = codes[row]
      for at in row..<row + Int(count) where codes[at] != first { return nil }
      firsts.append(first)
      row += Int(count)
    }
    return firsts
  }
}
