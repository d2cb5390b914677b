import TestSupport
import Testing

@testable import EventLog
@testable import Values

@Suite struct DelimitedUTF8Tests {
  private func check(_ bytes: [UInt8]) {
    let expected = String(validating: bytes, as: UTF8.self) != nil
    // At every alignment to the words of eight bytes, and with bytes behind the range.
    for padding in [0, 5, 7, 8] {
      let padded = [UInt8](repeating: 0x61, count: padding) + bytes + [0x80, 0x80, 0x80]
      if isValidUTF8(padded.span, 0..<(padding + bytes.count)) != expected {
        Issue.record("\(bytes) after \(padding) bytes")
      }
    }
  }

  @Test func everySequenceOfTwoBytesAndTheEdgesOfLongerOnes() {
    let edges: [UInt8] = [
      0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xEC, 0xED,
      0xEE,
      0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    for first in UInt8(0)...255 {
      check([first])
      for second in UInt8(0)...255 { check([first, second]) }
    }
    for first in edges where first >= 0xC0 {
      for second in edges {
        for third in edges {
          check([first, second, third])
          for fourth in [0x41, 0x7F, 0x80, 0xBF, 0xC0] as [UInt8] {
            check([first, second, third, fourth])
          }
        }
      }
    }
  }

  @Test func generatedTexts() {
    var random = SplitMix64(seed: 12)
    for _ in 0..<3000 {
      var bytes = Array(random.text("abcdefg äß漢字😀", 0...30).utf8)
      if random.chance(50), let place = bytes.indices.randomElement(using: &random) {
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      check(bytes)
    }
  }
}
