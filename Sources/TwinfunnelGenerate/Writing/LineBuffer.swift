import Values

/// Bytes of log lines under construction; drained into a file when it is full enough.
struct LineBuffer {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int = 1 << 20) {
    bytes.reserveCapacity(capacity)
  }

  var count: Int { bytes.count }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  mutating func add(_ text: StaticString) {
    unsafe bytes.append(
      // A static string's UTF-8 lives as long as the program.
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func add(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func add(_ byte: UInt8) { bytes.append(byte) }

  /// Decimal digits, with leading zeros up to `width`.
  mutating func add(_ number: Int, width: Int = 1) {
    precondition(number >= 0)
    var digits = 1
    var power = 10
    while number >= power, digits < 18 { (digits, power) = (digits + 1, power * 10) }
    for _ in digits..<max(digits, width) { bytes.append(UInt8(ascii: "0")) }
    let start = bytes.count
    for _ in 0..<digits { bytes.append(0) }
    var rest = number
    for place in (start..<start + digits).reversed() {
      bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }

  /// Amount in cents as `12.34`.
  mutating func add(cents: Int) {
    add(cents / 100)
    add(UInt8(ascii: "."))
    add(cents % 100, width: 2)
  }

  /// `hex` digits of the number's low bits.
  mutating func add(hex number: UInt64, digits: Int) {
    for place in (0..<digits).reversed() {
      let nibble = UInt8(truncatingIfNeeded: number >> UInt64(place * 4)) & 15
      bytes.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
    }
  }

  /// A UUID's usual spelling of 128 bits.
  mutating func add(uuid high: UInt64, _ low: UInt64) {
    add(hex: high >> 32, digits: 8)
    add(UInt8(ascii: "-"))
    add(hex: high >> 16, digits: 4)
    add(UInt8(ascii: "-"))
    add(hex: high, digits: 4)
    add(UInt8(ascii: "-"))
    add(hex: low >> 48, digits: 4)
    add(UInt8(ascii: "-"))
    add(hex: low, digits: 12)
  }

  /// ISO 8601 in UTC with milliseconds.
  mutating func add(time milliseconds: Int) {
    let date = CivilTime(milliseconds: milliseconds)
    add(date.year, width: 4)
    add(UInt8(ascii: "-"))
    add(date.month, width: 2)
    add(UInt8(ascii: "-"))
    add(date.day, width: 2)
    add(UInt8(ascii: "T"))
    add(date.hour, width: 2)
    add(UInt8(ascii: ":"))
    add(date.minute, width: 2)
    add(UInt8(ascii: ":"))
    add(date.second, width: 2)
    add(UInt8(ascii: "."))
    add(date.millisecond, width: 3)
    add(UInt8(ascii: "Z"))
  }
}

/// An instant as a date and a time of day in UTC.
struct CivilTime {
  var year, month, day, hour, minute, second, millisecond: Int

  init(milliseconds: Int) {
    let days = Int((Double(milliseconds) / 86_400_000).rounded(.down))
    var rest = milliseconds - days * 86_400_000
    millisecond = rest % 1000
    rest /= 1000
    second = rest % 60
    rest /= 60
    minute = rest % 60
    hour = rest / 60
    // Days counted from 0000-03-01, in eras of 400 years.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}
