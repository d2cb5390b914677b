/// How far members that carry their size reach, told from their headers and length fields alone, which
/// nothing is believed of until the members are inflated.
struct MemberExtent: Equatable {
  enum Measure: Equatable {
    case whole(MemberExtent)
    /// More bytes have to be there to tell.
    case incomplete
    /// Not a member, or one that does not say its size, or says something that BGZF does not allow.
    case unsized
  }

  private(set) var memberCount = 0
  private(set) var bytes = 0
  private(set) var inflatedBytes = 0
  /// Whether the last of them has no content.
  private(set) var endsEmpty = false

  /// The most that a member has of either, by BGZF's definition (SAM specification, section 4.1). It
  /// bounds what a hostile file can ask for.
  static let memberBytesMax = 1 << 16

  /// CRC-32 and length.
  private static let trailerBytes = 8

  mutating func add(_ other: MemberExtent) {
    memberCount += other.memberCount
    bytes += other.bytes
    inflatedBytes += other.inflatedBytes
    endsEmpty = other.endsEmpty
  }

  /// Measures the member at the start of `input`.
  static func measure(_ input: Span<UInt8>) -> Measure {
    var header = GzipHeader()
    var status = GzipHeader.Status.incomplete
    while status == .incomplete {
      if header.count == memberBytesMax { return .unsized }
      if header.count == input.count { return .incomplete }
      status = header.take(input[header.count])
    }
    guard status == .complete, let bytes = header.memberBytes,
      bytes > header.count + trailerBytes
    else { return .unsized }
    if input.count < bytes { return .incomplete }
    var inflatedBytes = 0
    for place in 0..<4 { inflatedBytes |= Int(input[bytes - 4 + place]) << (8 * place) }
    guard inflatedBytes <= memberBytesMax else { return .unsized }
    return .whole(MemberExtent(memberCount: 1, bytes: bytes, inflatedBytes: inflatedBytes))
  }

  init() {}

  private init(memberCount: Int, bytes: Int, inflatedBytes: Int) {
    self.memberCount = memberCount
    self.bytes = bytes
    self.inflatedBytes = inflatedBytes
    endsEmpty = inflatedBytes == 0
  }
}
