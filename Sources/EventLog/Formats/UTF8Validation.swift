/// Whether bytes are well-formed UTF-8 (Unicode, table 3-7): no overlong form, no surrogate, nothing
/// above U+10FFFF. ASCII is passed eight bytes at a time.
func isValidUTF8(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
  var place = range.lowerBound
  let end = range.upperBound
  while place < end {
    let high = WordScan.word(bytes, at: place, end: end) & WordScan.highBits
    if high == 0 {
      place += 8
      continue
    }
    place += high.trailingZeroBitCount >> 3
    // From here on sequence by sequence, as one is seldom alone, back to words at the next ASCII.
    while place < end, bytes[place] >= 0x80 {
      let length = sequenceLength(bytes, place, end)
      if length == 0 { return false }
      place += length
    }
  }
  return true
}

/// Bytes of the well-formed sequence of two to four bytes at `place`, 0 when there is none.
@inline(always)
private func sequenceLength(_ bytes: Span<UInt8>, _ place: Int, _ end: Int) -> Int {
  let lead = bytes[place]
  let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
  guard lead >= 0xC2, lead <= 0xF4, place + length <= end else { return 0 }
  // Four leads narrow the second byte: they exclude overlong forms, surrogates and what lies above.
  let second = bytes[place + 1]
  let low: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
  let high: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
  guard second >= low, second <= high else { return 0 }
  for offset in 2..<max(length, 2) where bytes[place + offset] & 0xC0 != 0x80 { return 0 }
  return length
}
