/// Time patterns in the manner of POSIX `strptime`, with `%f` for fractions and `%z` for offsets.
///
///     %Y 4 digits   %y 2 digits (69-99 are 19xx)   %m %d %H %M %S 1-2 digits   %e %d after blanks
///     %j day of the year   %b %B %h month names   %a %A weekday names (not compared to the date)
///     %I hour 1-12, with %p AM, a.m. or PM after blanks   %s seconds since 1970
///     %f digits of a fraction; with a point or comma before it, both may be missing
///     %z +hhmm, +hh:mm, +hh or Z   %Z a zone's name that has one offset (UTC, EST, CET), or, beside
///     %z, any   %n %t any white space   %% a percent sign
///     %T = %H:%M:%S   %R = %H:%M   %D = %m/%d/%y   %F = %Y-%m-%d
///
/// Names are English, in any case, short or in full. All else stands for itself, and the whole
/// value must be used up. Without an offset (or `Z`, `UTC`, `GMT` at its end) a time is local.
package struct TimePattern: Sendable {
  private(set) var operations: [Operation] = []
  /// Of every value that it reads.
  private(set) var shape = TimeReading.Shape.local
  /// The name of a zone only says again what the offset said.
  private(set) var namesAnyZone = false

  /// Reads nothing.
  init() {}

  init(_ pattern: String) throws(Problem) {
    operations = Self.joined(try Self.compile(pattern))
    let saysOffset = operations.contains {
      $0 == .offset || $0 == .zoneName || $0 == .epochSeconds
    }
    let hasHour = operations.contains { $0 == .hour || $0 == .hourOfHalfDay }
    if saysOffset || ["Z", "UTC", "GMT"].contains(where: pattern.hasSuffix) {
      shape = .instant
    } else if !hasHour {
      shape = .date
    }
    namesAnyZone = operations.contains(.offset)
  }

  /// What is wrong with a pattern, as a phrase for a person; nil when it is valid.
  package static func problem(in pattern: String) -> String? {
    do throws(Problem) {
      _ = try TimePattern(pattern)
      return nil
    } catch {
      return error.text
    }
  }

  struct Problem: Error {
    var text: String
  }

  enum Operation: Sendable, Equatable {
    case literal(UInt8)
    case year, shortYear, month, monthName, day, dayAfterBlanks, dayOfYear, weekdayName
    case hour, hourOfHalfDay, halfDay, minute, second, fraction
    /// The byte and digits behind it, or nothing.
    case optionalFraction(UInt8)
    case epochSeconds, offset, zoneName, whitespace
  }

  private static func compile(_ pattern: String) throws(Problem) -> [Operation] {
    var operations: [Operation] = []
    var isConversion = false
    for scalar in pattern.unicodeScalars {
      if isConversion {
        isConversion = false
        guard let conversion = conversion(scalar) else {
          throw Problem(text: "there is no conversion %\(scalar)")
        }
        operations += conversion
      } else if scalar == "%" {
        isConversion = true
      } else {
        operations += String(scalar).utf8.map { .literal($0) }
      }
    }
    if isConversion { throw Problem(text: "it ends in a lone %") }
    if let text = inconsistency(of: operations) { throw Problem(text: text) }
    return operations
  }

  /// A point before a fraction is as optional as it; blanks before `%p` are of any kind.
  private static func joined(_ operations: [Operation]) -> [Operation] {
    var joined: [Operation] = []
    for operation in operations {
      switch (operation, joined.last) {
      case (.fraction, .literal(let byte)?)
      where byte == UInt8(ascii: ".") || byte == UInt8(ascii: ","):
        joined[joined.count - 1] = .optionalFraction(byte)
      case (.halfDay, _):
        while joined.last == .literal(UInt8(ascii: " ")) || joined.last == .whitespace {
          joined.removeLast()
        }
        joined.append(operation)
      default: joined.append(operation)
      }
    }
    return joined
  }

  private static func conversion(_ letter: Unicode.Scalar) -> [Operation]? {
    let (dash, slash, colon): (Operation, Operation, Operation) = (
      .literal(UInt8(ascii: "-")), .literal(UInt8(ascii: "/")), .literal(UInt8(ascii: ":"))
    )
    return switch letter {
    case "Y": [.year]
    case "y": [.shortYear]
    case "m": [.month]
    case "b", "B", "h": [.monthName]
    case "d": [.day]
    case "e": [.dayAfterBlanks]
    case "j": [.dayOfYear]
    case "a", "A": [.weekdayName]
    case "H": [.hour]
    case "I": [.hourOfHalfDay]
    case "p": [.halfDay]
    case "M": [.minute]
    case "S": [.second]
    case "f": [.fraction]
    case "s": [.epochSeconds]
    case "z": [.offset]
    case "Z": [.zoneName]
    case "n", "t": [.whitespace]
    case "%": [.literal(UInt8(ascii: "%"))]
    case "T": [.hour, colon, .minute, colon, .second]
    case "R": [.hour, colon, .minute]
    case "D": [.month, slash, .day, slash, .shortYear]
    case "F": [.year, dash, .month, dash, .day]
    default: nil
    }
  }

  /// Conversions that together do not say one instant: what is missing, or said twice.
  private static func inconsistency(of operations: [Operation]) -> String? {
    func count(_ wanted: Operation...) -> Int {
      operations.filter { wanted.contains($0) }.count
    }
    let once: [(String, Int)] = [
      ("the year", count(.year, .shortYear)),
      ("the month", count(.month, .monthName)),
      ("the day", count(.day, .dayAfterBlanks, .dayOfYear)),
      ("the hour", count(.hour, .hourOfHalfDay)),
      ("%p", count(.halfDay)),
      ("%M", count(.minute)),
      ("%S", count(.second)),
      ("%f", count(.fraction)),
      ("%s", count(.epochSeconds)),
      ("the offset", count(.offset)),
      ("the zone's name", count(.zoneName)),
    ]
    if let twice = once.first(where: { $0.1 > 1 }) { return "it holds \(twice.0) twice" }

    if count(.epochSeconds) > 0 {
      let others = once.filter { $0.1 > 0 && $0.0 != "%s" && $0.0 != "%f" }
      return others.isEmpty ? nil : "%s says the whole time, beside it stands \(others[0].0)"
    }
    if count(.year, .shortYear) == 0 { return "it holds no year (%Y or %y)" }
    if count(.dayOfYear) > 0 {
      if count(.month, .monthName) > 0 { return "%j says the day and month, a month is there too" }
    } else if count(.month, .monthName) == 0 {
      return "it holds no month (%m or %b)"
    } else if count(.day, .dayAfterBlanks) == 0 {
      return "it holds no day (%d or %e)"
    }
    if count(.hourOfHalfDay) != count(.halfDay) { return "%I and %p need each other" }
    let clock: [(String, Int, String, Int)] = [
      ("%M", count(.minute), "an hour (%H, or %I and %p)", count(.hour, .hourOfHalfDay)),
      ("%S", count(.second), "%M", count(.minute)),
      ("%f", count(.fraction), "%S", count(.second)),
    ]
    for (part, has, need, hasNeed) in clock where has > hasNeed { return "\(part) needs \(need)" }
    return nil
  }
}
