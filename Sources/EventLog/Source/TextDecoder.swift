import System

/// Decodes content of any encoding to UTF-8, a piece at a time.
///
/// A byte that is no character of the encoding goes on as it is, or as FF where it would be ASCII: so
/// the row that has it is no valid UTF-8, and is judged as any such row.
final class TextDecoder {
  /// As it was asked for.
  let encoding: String
  private(set) var undecodableBytes = 0
  /// Nothing more will come: all that was read is decoded and delivered.
  private(set) var isDrained = false

  private var converter: CharacterConverter
  /// Bytes of one unit of the encoding: as much is passed over where one cannot be decoded.
  private let unitBytes: Int
  private var input = [UInt8](repeating: 0, count: inputBytes)
  private var inputStart = 0
  private var inputEnd = 0
  private var output = [UInt8](repeating: 0, count: 4 * inputBytes)
  private var outputStart = 0
  private var outputEnd = 0

  private static let inputBytes = 32 << 10

  /// Nil when iconv(3) does not know the encoding.
  init?(encoding: String) {
    guard let converter = CharacterConverter(encoding: encoding) else { return nil }
    self.converter = converter
    self.encoding = encoding
    let name = Self.plain(encoding)
    unitBytes =
      name.hasPrefix("utf16") || name.hasPrefix("ucs2")
      ? 2 : name.hasPrefix("utf32") || name.hasPrefix("ucs4") ? 4 : 1
  }

  static func isUTF8(_ encoding: String) -> Bool { plain(encoding) == "utf8" }

  private static func plain(_ name: String) -> String {
    name.lowercased().filter { $0 != "-" && $0 != "_" }
  }

  /// As `FileContent.fill`, of the decoded content.
  func fill(
    _ bytes: inout [UInt8], from start: Int, to end: Int, of content: inout HeadedContent
  ) -> Int {
    var position = start
    while position < end && !isDrained {
      if outputStart == outputEnd { decode(&content) }
      let count = min(outputEnd - outputStart, end - position)
      bytes.replaceSubrange(
        position..<position + count, with: output[outputStart..<outputStart + count])
      outputStart += count
      position += count
      if outputStart == outputEnd && inputStart == inputEnd && content.isEnded {
        isDrained = true
      }
    }
    return position
  }

  /// Decodes some more, with an empty output before.
  private func decode(_ content: inout HeadedContent) {
    outputStart = 0
    outputEnd = 0
    if inputStart == inputEnd { readMore(&content) }
    while inputStart < inputEnd && output.count - outputEnd > 16 {
      let step = converter.convert(
        input, range: inputStart..<inputEnd, into: &output, range: outputEnd..<output.count)
      inputStart += step.consumed
      outputEnd += step.produced
      switch step.stop {
      case .inputUsed, .outputFull: return
      case .incomplete:
        if content.isEnded { passOver() } else { readMore(&content) }
      case .invalid: passOver()
      }
    }
  }

  /// Reads behind what is left of the input, which moves to its start.
  private func readMore(_ content: inout HeadedContent) {
    let left = inputEnd - inputStart
    for index in 0..<left { input[index] = input[inputStart + index] }
    inputStart = 0
    inputEnd = content.fill(&input, from: left, to: input.count)
  }

  private func passOver() {
    let count = min(unitBytes, inputEnd - inputStart)
    output[outputEnd] = unitBytes == 1 && input[inputStart] >= 0x80 ? input[inputStart] : 0xff
    outputEnd += 1
    inputStart += count
    undecodableBytes += count
  }
}
