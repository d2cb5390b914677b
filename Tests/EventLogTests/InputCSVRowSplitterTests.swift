import Testing

@testable import EventLog

@Suite struct InputCSVRowSplitterTests {
  /// Offsets after each row end, by the slow reference.
  private func rowEnds(_ bytes: [UInt8], delimiter: UInt8) -> [Int] {
    referenceRows(bytes, format: .csv(delimiter: delimiter)).filter(\.hasLineEnd)
      .map { $0.byte + $0.bytes.count }
  }

  /// Every text of up to seven bytes out of five that matter, whole and in every two pieces.
  @Test func everySmallText() {
    let alphabet = Array("a,\"\n".utf8)
    for length in 0...7 {
      var text = [Int](repeating: 0, count: length)
      while true {
        let bytes = text.map { alphabet[$0] }
        let ends = rowEnds(bytes, delimiter: 44)
        for split in 0...length {
          var splitter = CSVRowSplitter(delimiter: 44)
          let piece = Array(bytes[..<split])
          let first = splitter.lastRowEnd(in: piece.span, from: 0)
          let second = splitter.lastRowEnd(in: bytes.span, from: split)
          guard first == ends.last(where: { $0 <= split }),
            second == ends.last(where: { $0 > split })
          else {
            Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription) at \(split)")
            return
          }
        }
        var walker = CSVRowSplitter(delimiter: 44)
        var walked: [Int] = []
        while let end = walker.firstRowEnd(in: bytes.span, from: walked.last ?? 0) {
          walked.append(end)
        }
        guard walked == ends else {
          Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription): \(walked)")
          return
        }
        guard let index = text.lastIndex(where: { $0 < alphabet.count - 1 }) else { break }
        text[index] += 1
        for later in text.indices where later > index { text[later] = 0 }
      }
    }
  }

  @Test func otherDelimiters() {
    let bytes = Array("a;\"x\ny\"\nb,\"\n".utf8)
    var splitter = CSVRowSplitter(delimiter: 59)
    #expect(splitter.firstRowEnd(in: bytes.span, from: 0) == 8)
    // A quote behind a comma opens nothing where the comma is no delimiter.
    #expect(splitter.lastRowEnd(in: bytes.span, from: 8) == 12)
  }
}
