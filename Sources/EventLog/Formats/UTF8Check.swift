/// Whether bytes are UTF-8 (RFC 3629): no overlong spellings, no halves of surrogate pairs, nothing
/// beyond U+10FFFF.
enum UTF8Check {
  static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var at = range.lowerBound
    let end = range.upperBound
    while at < end {
      let lead = bytes[at]
      at += 1
      if lead < 0x80 { continue }
      let continuations: Int
      var second: ClosedRange<UInt8> = 0x80...0xBF
      switch lead {
      case 0xC2...0xDF: continuations = 1
      case 0xE0: (continuations, second) = (2, 0xA0...0xBF)
      case 0xED: (continuations, second) = (2, 0x80...0x9F)
      case 0xE1...0xEF: continuations = 2
      case 0xF0: (continuations, second) = (3, 0x90...0xBF)
      case 0xF4: (continuations, second) = (3, 0x80...0x8F)
      case 0xF1...0xF3: continuations = 3
      default: return false
      }
      guard at + continuations <= end, second.contains(bytes[at]) else { return false }
      for place in at + 1..<at + continuations where bytes[place] & 0xC0 != 0x80 { return false }
      at += continuations
    }
    return true
  }
}
