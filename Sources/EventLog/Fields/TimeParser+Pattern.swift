import Values

/// Running a compiled pattern over one value.
extension TimePattern {
  @inline(never)
  func match(_ bytes: Span<UInt8>, _ range: Range<Int>) -> TimeReading? {
    var cursor = TimeCursor(range)
    var time = CivilTime()
    var dayOfYear = 0
    var epochSeconds: Int?
    var isAfternoon: Bool?

    for operation in operations {
      let part: Int?
      switch operation {
      case .literal(let byte):
        guard cursor.take(byte, in: bytes) else { return nil }
        continue
      case .whitespace:
        cursor.skipWhitespace(in: bytes)
        continue
      case .year:
        part = cursor.digits(4, in: bytes)
        time.year = part ?? 0
      case .shortYear:
        part = cursor.digits(2, in: bytes)
        time.year = (part ?? 0) + (part ?? 0 >= 69 ? 1900 : 2000)
      case .month:
        part = cursor.digits(2, atLeast: 1, in: bytes)
        time.month = part ?? 0
      case .monthName:
        part = cursor.monthName(in: bytes)
        time.month = part ?? 0
      case .dayAfterBlanks:
        while cursor.take(" ", in: bytes) {}
        fallthrough
      case .day:
        part = cursor.digits(2, atLeast: 1, in: bytes)
        time.day = part ?? 0
      case .dayOfYear:
        part = cursor.digits(3, atLeast: 1, in: bytes)
        dayOfYear = part ?? 0
        guard dayOfYear > 0 else { return nil }
      case .weekdayName:
        part = cursor.weekdayName(in: bytes)
      case .hour:
        part = cursor.digits(2, atLeast: 1, in: bytes)
        time.hour = part ?? 0
      case .hourOfHalfDay:
        part = cursor.digits(2, atLeast: 1, in: bytes)
        guard let part, (1...12).contains(part) else { return nil }
        time.hour = part % 12
      case .halfDay:
        cursor.skipBlanks(in: bytes)
        part = cursor.halfOfDay(in: bytes)
        isAfternoon = part == 1
      case .minute:
        part = cursor.digits(2, atLeast: 1, in: bytes)
        time.minute = part ?? 0
      case .second:
        part = cursor.digits(2, atLeast: 1, in: bytes)
        time.second = part ?? 0
      case .optionalFraction(let byte):
        guard cursor.take(byte, in: bytes) else { continue }
        part = cursor.fraction(in: bytes)
        time.microsecond = part ?? 0
      case .fraction:
        part = cursor.fraction(in: bytes)
        time.microsecond = part ?? 0
      case .epochSeconds:
        let isNegative = cursor.take("-", in: bytes)
        // 18 digits cannot overflow, and are out of range long before.
        part = cursor.digits(18, atLeast: 1, in: bytes)
        epochSeconds = isNegative ? -(part ?? 0) : part
      case .offset:
        part = cursor.offset(in: bytes)
        time.offsetSeconds = part ?? 0
      case .zoneName:
        let name = cursor.zoneName(in: bytes)
        part = namesAnyZone ? name.map { $0.offset ?? 0 } : name?.offset
        if !namesAnyZone { time.offsetSeconds = part ?? 0 }
      }
      if part == nil { return nil }
    }
    if namesAnyZone, !cursor.isAtEnd,
      TimeParser.monotonicReading(bytes, range) == cursor.at
    {
      cursor.finish()
    }
    guard cursor.isAtEnd else { return nil }
    if let epochSeconds {
      return instant(epochSeconds, time.microsecond).map {
        TimeReading(microseconds: $0, shape: .instant)
      }
    }
    if isAfternoon == true { time.hour += 12 }
    if dayOfYear > 0 {
      time.day = dayOfYear
      // Days past the year's end stay in December, where they are no day.
      while time.month < 12, time.day > CivilDate.days(inMonth: time.month, year: time.year) {
        time.day -= CivilDate.days(inMonth: time.month, year: time.year)
        time.month += 1
      }
    }
    return time.reading(shape)
  }

  private func instant(_ seconds: Int, _ microsecond: Int) -> Int64? {
    let (product, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { return nil }
    let (sum, overflowed) = product.addingReportingOverflow(Int64(microsecond))
    return !overflowed && CivilDate.instants.contains(sum) ? sum : nil
  }
}

extension TimeCursor {
  /// 1 to 12, from an English name: three letters, or all of them.
  mutating func monthName(in bytes: Span<UInt8>) -> Int? {
    guard let letters = threeLetters(in: bytes) else { return nil }
    // The letters are compared as one number: `jan` is 0x6A616E.
    let (month, rest): (Int, StaticString)
    switch letters {
    case 0x6A_61_6E: (month, rest) = (1, "uary")
    case 0x66_65_62: (month, rest) = (2, "ruary")
    case 0x6D_61_72: (month, rest) = (3, "ch")
    case 0x61_70_72: (month, rest) = (4, "il")
    case 0x6D_61_79: (month, rest) = (5, "")
    case 0x6A_75_6E: (month, rest) = (6, "e")
    case 0x6A_75_6C: (month, rest) = (7, "y")
    case 0x61_75_67: (month, rest) = (8, "ust")
    case 0x73_65_70: (month, rest) = (9, "tember")
    case 0x6F_63_74: (month, rest) = (10, "ober")
    case 0x6E_6F_76: (month, rest) = (11, "ember")
    case 0x64_65_63: (month, rest) = (12, "ember")
    default: return nil
    }
    _ = takeWord(rest, in: bytes)
    return month
  }

  /// 1 (Monday) to 7, from an English name: three letters, or all of them.
  mutating func weekdayName(in bytes: Span<UInt8>) -> Int? {
    guard let letters = threeLetters(in: bytes) else { return nil }
    let (weekday, rest): (Int, StaticString)
    switch letters {
    case 0x6D_6F_6E: (weekday, rest) = (1, "day")
    case 0x74_75_65: (weekday, rest) = (2, "sday")
    case 0x77_65_64: (weekday, rest) = (3, "nesday")
    case 0x74_68_75: (weekday, rest) = (4, "rsday")
    case 0x66_72_69: (weekday, rest) = (5, "day")
    case 0x73_61_74: (weekday, rest) = (6, "urday")
    case 0x73_75_6E: (weekday, rest) = (7, "day")
    default: return nil
    }
    _ = takeWord(rest, in: bytes)
    return weekday
  }

  private mutating func threeLetters(in bytes: Span<UInt8>) -> UInt32? {
    guard let first = letter(in: bytes), let second = letter(in: bytes),
      let third = letter(in: bytes)
    else { return nil }
    return first << 16 | second << 8 | third
  }

  private mutating func letter(in bytes: Span<UInt8>) -> UInt32? {
    guard !isAtEnd else { return nil }
    let lower = bytes[at] | 0x20
    guard (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower) else { return nil }
    _ = take(bytes[at], in: bytes)
    return UInt32(lower)
  }
}
