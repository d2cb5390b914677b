/// How a source writes numbers that people look at: `1.234,56 €`, `(12.50)`, `１２`.
///
/// Beside digits, sign, decimal and group characters there may be a currency sign (`$`, `R$`, `€`) at
/// either end, blanks anywhere but between digits, and parentheses for less than zero. Groups must be
/// groups: `1,5` with a group comma is no 15.
package struct NumberForm: Sendable, Hashable {
  /// An ASCII character.
  package var decimal: UInt8
  /// An ASCII character; a blank stands for blanks of all widths, an apostrophe for both. Nil for none.
  package var group: UInt8?

  package init(decimal: UInt8 = UInt8(ascii: "."), group: UInt8? = nil) {
    self.decimal = decimal
    self.group = group
  }

  /// The number, or nil when it is none in this form.
  package func parse(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isRounded: inout Bool
  ) -> ExactDecimal? {
    guard let plain = plain(bytes, range) else { return nil }
    return ExactDecimal.parse(plain.span, 0..<plain.count, isRounded: &isRounded)
  }

  /// The number as `ExactDecimal` reads it.
  private func plain(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
    var text: [UInt8] = []
    for place in range { text.append(bytes[place]) }
    // Nearly all numbers are ASCII.
    let isASCII = text.allSatisfy { $0 < 0x80 }
    if !isASCII { text = ascii(String(decoding: text, as: UTF8.self)) ?? [UInt8(ascii: "?")] }

    var rest = text[...]
    trim(&rest)
    let isInParentheses = rest.first == UInt8(ascii: "(")
    if isInParentheses {
      guard rest.last == UInt8(ascii: ")"), rest.count > 2 else { return nil }
      rest = rest.dropFirst().dropLast()
      trim(&rest)
    }
    var isNegative = isInParentheses
    // `-$5`, `$-5` and `5-` are all written; two signs are none of them.
    var signs = isInParentheses ? 1 : 0
    for _ in 0..<2 {
      if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
        isNegative = isNegative || first == UInt8(ascii: "-")
        signs += 1
        rest = rest.dropFirst()
        trim(&rest)
      }
      dropCurrency(&rest)
    }
    if rest.last == UInt8(ascii: "-") {
      isNegative = true
      signs += 1
      rest = rest.dropLast()
      trim(&rest)
      dropCurrency(&rest)
    }
    guard signs <= 1, let digits = ungrouped(rest) else { return nil }
    return isNegative ? [UInt8(ascii: "-")] + digits : digits
  }

  private func trim(_ text: inout ArraySlice<UInt8>) {
    while text.first == 0x20 || text.first == 0x09 { text.removeFirst() }
    while text.last == 0x20 || text.last == 0x09 { text.removeLast() }
  }

  /// A currency sign at either end, with up to three letters before a dollar sign.
  private func dropCurrency(_ text: inout ArraySlice<UInt8>) {
    if text.last == Self.sign { text.removeLast() }
    let letters = text.prefix(3).prefix { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
    if text.dropFirst(letters.count).first == Self.sign { text.removeFirst(letters.count + 1) }
    trim(&text)
  }

  private static let sign = UInt8(ascii: "$")

  /// Full-width characters, blanks, minus and currency signs of all kinds as their ASCII ones (every
  /// currency is `$`).
  private func ascii(_ text: String) -> [UInt8]? {
    var ascii: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x80: ascii.append(UInt8(scalar.value))
      case 0xFF01...0xFF5E: ascii.append(UInt8(scalar.value - 0xFEE0))
      case 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: ascii.append(UInt8(ascii: " "))
      case 0x2019: ascii.append(UInt8(ascii: "'"))
      case 0x2010...0x2012, 0x2212: ascii.append(UInt8(ascii: "-"))
      default:
        guard scalar.properties.generalCategory == .currencySymbol else { return nil }
        ascii.append(Self.sign)
      }
    }
    return ascii
  }

  /// Digits with a plain point; an exponent may follow.
  private func ungrouped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var digits: [UInt8] = []
    // Digits since the last group character; nil before the first one.
    var grouped: Int?
    var (isFraction, leading) = (false, 0)
    var rest = text
    while let byte = rest.first {
      if byte &- UInt8(ascii: "0") <= 9 {
        digits.append(byte)
        if !isFraction {
          leading += 1
          grouped = grouped.map { $0 + 1 }
        }
      } else if byte == decimal, !isFraction {
        if let grouped, grouped != 3 { return nil }
        digits.append(UInt8(ascii: "."))
        (isFraction, grouped) = (true, nil)
      } else if byte == group, !isFraction {
        // Lakhs and crores have groups of two before the last one.
        if let grouped, grouped != 3, grouped != 2 { return nil }
        if grouped == nil, !(1...3).contains(leading) { return nil }
        grouped = 0
      } else if byte | 0x20 == UInt8(ascii: "e"), !digits.isEmpty {
        digits += rest
        break
      } else {
        return nil
      }
      rest = rest.dropFirst()
    }
    if let grouped, grouped != 3 { return nil }
    return digits
  }
}
