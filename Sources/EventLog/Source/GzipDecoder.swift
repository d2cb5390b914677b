/// Decodes gzip (RFC 1952): any number of members, one after the other, each with its CRC-32 and
/// length checked. Between and after them there may be padding of NULs or line ends, which block
/// devices, tape formats and `echo >>` leave. A core without input or output of its own: it is
/// handed bytes in pieces of any size and says how far it came.
///
/// It has no state from one member to the next, so members whose size is known
/// (`GzipHeader.memberBytes`) can be given to several decoders on several threads: see `MemberRun`.
struct GzipDecoder<Inflater: RawInflater & ~Copyable>: ~Copyable {
  /// How far one call came. `consumed` may be negative: see `InflateStep.consumed`.
  struct Step {
    var consumed: Int
    var produced: Int
    /// Nothing may be decoded after a damage. The content before it counts as produced.
    var damage: Damage.Kind?
  }

  private enum Part {
    /// Before a member: its first byte, NUL padding, or something that does not belong here.
    case between
    case header(GzipHeader)
    case content
    case trailer
    /// NULs or line ends after a member.
    case padding
  }

  private var inflater = Inflater()
  private var part = Part.between
  private var memberIndex = 0
  private var checksum = Checksum()
  /// Bytes of the member's content, modulo 2^32 as its length field counts them.
  private var length: UInt32 = 0
  private var trailer: UInt64 = 0
  private var trailerCount = 0
  /// Whether the last member carries its size, as those of BGZF do, and has content.
  private(set) var lacksEndMarker = false

  init() {}

  /// Whether the input may end here.
  var isBetweenMembers: Bool {
    switch part {
    case .between: memberIndex > 0
    case .padding: true
    case .header, .content, .trailer: false
    }
  }

  /// Whether the next byte, if any, begins a member, the first included. Not known in padding.
  var isBeforeMember: Bool {
    if case .between = part { true } else { false }
  }

  /// Takes note that members that carry their size were decoded elsewhere. Only before a member.
  mutating func skipMembers(_ count: Int, endsEmpty: Bool) {
    precondition(isBeforeMember)
    memberIndex += count
    lacksEndMarker = !endsEmpty
  }

  /// Decodes until `input` is used up, `output[range]` is full, or there is damage; with
  /// `stopsAfterMember` also until a member ends. The range must not be empty. To see that nothing
  /// more comes out for a given input, call until nothing does.
  mutating func decode(
    _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, range: Range<Int>,
    stopsAfterMember: Bool = false
  ) -> Step {
    var position = 0
    var produced = 0
    while true {
      if case .content = part {
        if produced == range.count { break }
        let step = inflateContent(
          input.extracting(position...), into: &output,
          range: range.lowerBound + produced..<range.upperBound)
        position += step.consumed
        produced += step.produced
        switch step.status {
        case .more:
          if position == input.count || produced == range.count {
            return Step(consumed: position, produced: produced)
          }
        case .corrupt: return Step(consumed: position, produced: produced, damage: .corrupt)
        case .finished:
          part = .trailer
          trailer = 0
          trailerCount = 0
          // Bytes given back from before this input: the caller brings them again.
          if position < 0 { return Step(consumed: position, produced: produced) }
        }
      } else if position == input.count {
        break
      } else {
        if let damage = takeFraming(input[position]) {
          return Step(consumed: position, produced: produced, damage: damage)
        }
        position += 1
        if stopsAfterMember && isBeforeMember { break }
      }
    }
    return Step(consumed: position, produced: produced)
  }

  /// The same from part of an array to part of another.
  mutating func decode(
    _ input: [UInt8], range inputRange: Range<Int>, into output: inout [UInt8], range: Range<Int>,
    stopsAfterMember: Bool = false
  ) -> Step {
    var span = output.mutableSpan
    return decode(
      input.span.extracting(inputRange), into: &span, range: range,
      stopsAfterMember: stopsAfterMember)
  }

  private mutating func inflateContent(
    _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, range: Range<Int>
  ) -> InflateStep {
    let step = inflater.inflate(input, into: &output, range: range)
    // Right away, while the bytes are in the cache.
    checksum.update(output.span.extracting(range.lowerBound..<range.lowerBound + step.produced))
    length &+= UInt32(truncatingIfNeeded: step.produced)
    return step
  }

  /// Takes one byte outside a member's content.
  private mutating func takeFraming(_ byte: UInt8) -> Damage.Kind? {
    switch part {
    case .between, .padding:
      if byte == GzipHeader.magic.0 {
        var header = GzipHeader()
        _ = header.take(byte)
        part = .header(header)
      } else if memberIndex > 0 && (byte == 0 || byte == 10 || byte == 13) {
        part = .padding
      } else {
        return memberIndex > 0 ? .trailingBytes : .corrupt
      }
    case .header(var header):
      switch header.take(byte) {
      case .incomplete: part = .header(header)
      case .complete:
        if memberIndex > 0 { inflater.reset() }
        lacksEndMarker = header.memberBytes != nil
        checksum = Checksum()
        length = 0
        part = .content
      case .malformed:
        // Without the second magic byte it never was a member.
        return header.count == 2 && memberIndex > 0 ? .trailingBytes : .corrupt
      }
    case .content: preconditionFailure("content is not framing")
    case .trailer:
      trailer |= UInt64(byte) << (8 * UInt64(trailerCount))
      trailerCount += 1
      if trailerCount == 8 {
        if UInt32(truncatingIfNeeded: trailer) != checksum.value { return .badChecksum }
        if UInt32(truncatingIfNeeded: trailer >> 32) != length { return .badLength }
        memberIndex += 1
        if length == 0 { lacksEndMarker = false }
        part = .between
      }
    }
    return nil
  }
}
