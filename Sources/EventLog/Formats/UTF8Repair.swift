/// Text of which not all bytes are UTF-8.
enum UTF8Repair {
  /// Each byte that is part of no well-formed sequence as `\xHH`, so that different texts stay
  /// different; nil where that is more than `most` bytes.
  static func spelled(_ bytes: Span<UInt8>, _ range: Range<Int>, most: Int) -> [UInt8]? {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = bytes[place]
      var length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
      if place + length > range.upperBound || !isValidUTF8(bytes, place..<place + length) {
        length = 1
        text += [
          UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)],
        ]
      } else {
        for offset in 0..<length { text.append(bytes[place + offset]) }
      }
      if text.count > most { return nil }
      place += length
    }
    return text
  }
}
