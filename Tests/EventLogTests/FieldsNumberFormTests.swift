import TestSupport
import Testing

@testable import EventLog
@testable import Values

/// Numbers as spreadsheets and billing systems write them.
@Suite struct FieldsNumberFormTests {
  private static let english = NumberForm(group: UInt8(ascii: ","))
  private static let german = NumberForm(decimal: UInt8(ascii: ","), group: UInt8(ascii: "."))
  private static let french = NumberForm(decimal: UInt8(ascii: ","), group: UInt8(ascii: " "))
  private static let swiss = NumberForm(group: UInt8(ascii: "'"))
  private static let plain = NumberForm()

  private static let cases: [(String, NumberForm, String?)] = [
    ("$12.50", english, "12.5"), ("1,234.56", english, "1234.56"), ("(5.00)", english, "-5"),
    ("($1,234.50)", english, "-1234.5"), ("$(5)", english, nil), ("-$5", english, "-5"),
    ("$-5", english, "-5"), ("5-", english, "-5"), ("5.00-", english, "-5"), ("--5", english, nil),
    ("-(5)", english, nil), ("(-5)", english, nil), ("()", english, nil), ("", english, nil),
    ("US$ 1,000", english, "1000"), ("R$ 1.234,56", german, "1234.56"), ("¥1,000", english, "1000"),
    ("1.234,56 €", german, "1234.56"), ("€ 1.234,56", german, "1234.56"), ("12,5", german, "12.5"),
    ("1,5", english, nil), ("1,2345", english, nil), ("12,34,567.5", english, "1234567.5"),
    ("1,,000", english, nil), ("1,000,", english, nil), (",000", english, nil),
    ("1234,567", english, nil), ("1,234", english, "1234"), ("1.234", german, "1234"),
    ("1.23", german, nil), ("1.234.567", german, "1234567"), ("1.234.567", english, nil),
    ("1 234 567,5", french, "1234567.5"), ("1\u{A0}234,5", french, "1234.5"),
    ("1\u{202F}234,5", french, "1234.5"), ("1'234.50", swiss, "1234.5"),
    ("1\u{2019}234.50", swiss, "1234.5"), ("１２．５０", plain, "12.5"), ("￥１００", plain, "100"),
    ("－５", plain, "-5"), ("\u{2212}5", plain, "-5"), (" 5 ", plain, "5"), ("\t5\u{A0}", plain, "5"),
    ("1 000", plain, nil), ("12.50 EUR", english, nil), ("12k", english, nil),
    ("1.5e3", plain, "1500"),
    ("1,5e3", german, "1500"), ("1e", plain, nil), ("€", plain, nil), ("abc", plain, nil),
    ("12½", plain, nil), (".5", plain, "0.5"), ("1.2.3", plain, nil), ("五", plain, nil),
    ("123456789012345678901234567890.12345678", plain, "123456789012345678901234567890.12345678"),
  ]

  @Test(arguments: cases)
  func reads(text: String, form: NumberForm, expected: String?) {
    let bytes = Array("9\(text)9".utf8)
    var isRounded = false
    let number = form.parse(bytes.span, 1..<bytes.count - 1, isRounded: &isRounded)
    #expect(number?.description == expected && !isRounded, "\(text)")
  }

  /// Every number comes back from each form that it is written in.
  @Test func writtenNumbersReadBack() {
    var random = SplitMix64(seed: 12)
    for round in 0..<Thorough.cases(2000) {
      let whole = random.text("0123456789", 1...12).drop { $0 == "0" }
      let fraction = random.chance(60) ? random.text("0123456789", 1...4) : ""
      let number = (whole.isEmpty ? "0" : String(whole)) + (fraction.isEmpty ? "" : "." + fraction)
      let isNegative = random.chance(30)
      let form = [Self.english, Self.german, Self.french, Self.swiss].randomElement(using: &random)!
      var text = ""
      for (place, digit) in whole.reversed().enumerated() {
        if place > 0, place % 3 == 0 {
          text.insert(Character(UnicodeScalar(form.group!)), at: text.startIndex)
        }
        text.insert(digit, at: text.startIndex)
      }
      if text.isEmpty { text = "0" }
      if !fraction.isEmpty { text += String(UnicodeScalar(form.decimal)) + fraction }
      let sign = ["", "$", "€ ", "£"].randomElement(using: &random)!
      text = random.chance(50) ? sign + text : text + " " + sign
      if isNegative { text = random.chance(50) ? "(\(text))" : "-" + text }
      let bytes = Array(text.utf8)
      var isRounded = false
      let expected = ExactDecimal.parse((isNegative ? "-" : "") + number)
      #expect(
        form.parse(bytes.span, 0..<bytes.count, isRounded: &isRounded) == expected,
        "round \(round): \(text)")
    }
  }
}
