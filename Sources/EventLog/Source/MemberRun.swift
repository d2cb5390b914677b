/// Whole gzip members of a file, one after the other, that carry their size (`GzipHeader.memberBytes`),
/// so that they can be inflated apart from the rest of it, on any thread.
///
/// Whatever is wrong with the members, the run only says that it is not whole. What is wrong, and
/// where, is then found by decoding the same bytes as part of the file: there is one such code.
package struct MemberRun: Sendable {
  /// The members are `compressed[..<compressedCount]`; what lies behind is not defined.
  private(set) var compressed: [UInt8] = []
  private(set) var compressedCount = 0
  private(set) var memberCount = 0
  /// Whether the last member has no content: BGZF's end marker.
  private(set) var endsEmpty = false
  /// As the members' length fields have it, and found to be so when the run is whole.
  private(set) var inflatedCount = 0
  private var inflated: [UInt8] = []
  /// Inflated, every member's CRC-32 and length checked, with nothing left over.
  private(set) var isWhole = false

  init() {}

  /// Starts over with the members in `bytes[range]`.
  mutating func fill(with bytes: [UInt8], range: Range<Int>, extent: MemberExtent) {
    precondition(range.count == extent.bytes)
    compressed.removeAll(keepingCapacity: true)
    compressed.append(contentsOf: bytes[range])
    compressedCount = range.count
    memberCount = extent.memberCount
    endsEmpty = extent.endsEmpty
    inflatedCount = extent.inflatedBytes
    isWhole = false
  }

  /// Inflates and checks the members.
  package mutating func inflate() {
    // One byte more than announced, to see that nothing more comes.
    let capacity = inflatedCount + 1
    if inflated.count < capacity {
      inflated.append(contentsOf: [UInt8](repeating: 0, count: capacity - inflated.count))
    }
    var decoder = GzipDecoder<DefaultInflater>()
    var position = 0
    var count = 0
    while count <= inflatedCount {
      let step = decoder.decode(
        compressed, range: position..<compressedCount, into: &inflated, range: count..<capacity)
      position += step.consumed
      count += step.produced
      if step.damage != nil { return }
      if position == compressedCount && step.produced == 0 { break }
    }
    isWhole =
      position == compressedCount && count == inflatedCount && decoder.isBeforeMember
  }

  /// Copies `count` inflated bytes from `offset` on to `bytes[start...]`.
  func copy(from offset: Int, count: Int, to bytes: inout [UInt8], at start: Int) {
    precondition(isWhole && offset >= 0 && count >= 0 && offset + count <= inflatedCount)
    precondition(start >= 0 && start + count <= bytes.count)
    unsafe inflated.withUnsafeBufferPointer { from in
      unsafe bytes.withUnsafeMutableBufferPointer { into in
        // Both ranges lie inside their arrays, by the preconditions, and the arrays are two.
        guard let source = from.baseAddress, let target = into.baseAddress else { return }
        unsafe (target + start).update(from: source + offset, count: count)
      }
    }
  }
}

/// Where a source leaves runs for whoever is free, and gets them back in order. One source appends and
/// takes; it never waits for somebody to begin, and what nobody began it inflates itself.
///
///     source     append 0, 1, 2 ── next 0 ── append 3 ── next 1 (inflates it) ── ...
///     others     inflate 0 ──────── inflate 2 ────────── inflate 3 ...
package protocol MemberRunLine: AnyObject, Sendable {
  /// Whether anybody might inflate a run now. Once true it stays true.
  var isAttended: Bool { get }
  /// Whether one more run may be appended; always when the line is empty.
  var hasRoom: Bool { get }
  func append(_ run: MemberRun)
  /// The run that was appended first, after its `inflate()`; nil when the line is empty.
  func next() -> MemberRun?
}
