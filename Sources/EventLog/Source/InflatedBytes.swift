import System

/// The inflated content of a stage as bytes to be inflated once more: gzip inside gzip.
final class InflatedBytes: ByteReading {
  private var content: HeadedContent

  init(_ content: consuming HeadedContent) {
    self.content = content
  }

  var fileBytes: Int? { content.fileBytes }
  /// The stage below has said so itself.
  var hasChanged: Bool { false }
  var damages: [Damage] { content.damages }

  func read(into bytes: inout [UInt8], range: Range<Int>) -> Result<Int, SystemError> {
    .success(content.fill(&bytes, from: range.lowerBound, to: range.upperBound) - range.lowerBound)
  }
}

/// Content of which the first bytes have been looked at, to see what it is.
struct HeadedContent: ~Copyable {
  private var content: FileContent
  private(set) var head: [UInt8]
  private var headStart = 0

  /// Bytes that tell what content is: a tar header is the longest.
  static let headBytes = 512

  init(_ content: consuming FileContent) {
    var head = [UInt8](repeating: 0, count: Self.headBytes)
    let count = content.fill(&head, from: 0, to: head.count)
    head.removeLast(head.count - count)
    self.head = head
    self.content = content
  }

  var isGzip: Bool { content.isGzip }
  var fileBytes: Int { content.fileBytes }
  var inflatedBytes: Int { content.inflatedBytes }
  var damages: [Damage] { content.damages }
  var isEnded: Bool { headStart == head.count && content.isEnded }
  var isLastRowWhole: Bool { content.isLastRowWhole }

  /// As `FileContent.fill`.
  mutating func fill(_ bytes: inout [UInt8], from start: Int, to end: Int) -> Int {
    if headStart == head.count { return content.fill(&bytes, from: start, to: end) }
    let count = min(head.count - headStart, end - start)
    bytes.replaceSubrange(start..<start + count, with: head[headStart..<headStart + count])
    headStart += count
    if start + count == end || content.isEnded { return start + count }
    return content.fill(&bytes, from: start + count, to: end)
  }

  mutating func notePartialRow(bytes: Int) { content.notePartialRow(bytes: bytes) }
}
