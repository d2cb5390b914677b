import EventLog
import Spec
import Values

/// A field that is worth a name in a spec to start from, with the type that all its values show.
struct StarterProperty {
  private enum Kind {
    case text, number, boolean
    /// With a decimal comma.
    case commaNumber
    case date(TimeFormat)
    /// `isLocal`: without offsets.
    case time(TimeFormat, isLocal: Bool)
  }

  let name: String
  private let path: String
  private let kind: Kind

  private static let countMax = 12

  /// The first fields that have few different values, amounts, days or times; times behind the others,
  /// as most are of the row's way and not of what happened.
  static func chosen(of group: Inspection.Group, without taken: Set<String>) -> [StarterProperty] {
    var found: [StarterProperty] = []
    for field in group.fields where !taken.contains(field.path) && field.rows * 20 >= group.rows {
      guard !field.path.contains("["), let kind = kind(of: field), let name = name(of: field.path)
      else { continue }
      found.append(StarterProperty(name: name, path: field.path, kind: kind))
    }
    var names: Set<String> = []
    return Array(
      (found.filter { !$0.isTime } + found.filter(\.isTime))
        .filter { names.insert($0.name).inserted }.prefix(countMax))
  }

  var yaml: String {
    let place = StarterSpec.scalar(path)
    func options(_ type: String, _ format: TimeFormat? = nil, isLocal: Bool = false) -> String {
      var parts = ["path: \(place)", "type: \(type)"]
      if let format, format != .iso8601 {
        parts.append("format: \(StarterSpec.scalar(format.name))")
      }
      if isLocal { parts.append("zone: UTC") }
      return "{\(parts.joined(separator: ", "))}"
    }
    switch kind {
    case .text: return place
    case .number, .commaNumber: return options("number")
    case .boolean: return options("boolean")
    case .date(let format): return options("date", format)
    case .time(let format, let isLocal): return options("time", format, isLocal: isLocal)
    }
  }

  var comment: String {
    if case .time(_, isLocal: true) = kind { return "CHECK: in which zone were they written?" }
    return ""
  }

  /// For the source's `number`.
  var hasDecimalComma: Bool {
    if case .commaNumber = kind { return true }
    return false
  }

  /// The name of the type, as the spec has it.
  var type: String {
    switch kind {
    case .text: "text"
    case .number, .commaNumber: "number"
    case .boolean: "boolean"
    case .date: "date"
    case .time: "time"
    }
  }

  private var isTime: Bool {
    if case .time = kind { return true }
    return false
  }

  // MARK: Evidence

  private static func kind(of field: FieldTally) -> Kind? {
    if isAmount(field) { return .number }
    let texts = field.kinds[Int(FieldReader.Kind.text.rawValue)]
    let flags = field.kinds[Int(FieldReader.Kind.boolean.rawValue)]
    guard texts + flags > 0, field.numbers * 2 < field.rows else { return nil }
    if isBoolean(field) { return .boolean }
    if flags == 0, let kind = timeKind(of: field) { return kind }
    if flags == 0, hasDecimalCommas(field) { return .commaNumber }
    let isFew = !field.distinct.hasMore && (2...200).contains(field.distinct.count)
    return isFew ? .text : nil
  }

  private static func isAmount(_ field: FieldTally) -> Bool {
    let name = FieldRoles.plain(FieldRoles.lastKey(field.path))
    return field.rows > 0 && field.numbers == field.rows
      && ["amount", "revenue", "price", "total", "value", "mrr", "cost"].contains {
        name.hasSuffix($0)
      }
  }

  private static let pairs: [Set<String>] = [
    ["true", "false"], ["yes", "no"], ["y", "n"], ["t", "f"],
  ]

  private static func isBoolean(_ field: FieldTally) -> Bool {
    guard !field.distinct.hasMore, field.distinct.count <= 4 else { return false }
    let words = Set(texts(of: field).map { $0.lowercased() })
    return words.count == 2 && pairs.contains(words)
  }

  /// `1.234,50`: each with a comma and two digits at its end.
  private static func hasDecimalCommas(_ field: FieldTally) -> Bool {
    let form = NumberForm(decimal: UInt8(ascii: ","), group: UInt8(ascii: "."))
    let values = field.distinct.values.filter { !$0.isEmpty }
    return values.count > 1
      && values.allSatisfy { value in
        var isRounded = false
        return value.suffix(3).first == UInt8(ascii: ",")
          && form.parse(value.span, 0..<value.count, isRounded: &isRounded) != nil
      }
  }

  /// Days and times that read alike in one format. Days whose month may be the other number are texts.
  private static func timeKind(of field: FieldTally) -> Kind? {
    let values = texts(of: field)
    guard values.count > 1 else { return nil }
    for format in [.iso8601] + TimeGuess.unmistakable where format.parse(values[0]) != nil {
      let shapes = values.map { format.reading($0)?.shape }
      if shapes.contains(nil) { continue }
      if shapes.allSatisfy({ $0 == .date }) { return .date(format) }
      return .time(format, isLocal: shapes.contains(.local))
    }
    return nil
  }

  private static func texts(of field: FieldTally) -> [String] {
    field.distinct.values.map { String(decoding: $0, as: UTF8.self) }.filter { !$0.isEmpty }
  }

  /// The last key, as names are written.
  private static func name(of path: String) -> String? {
    let last = FieldRoles.lastKey(path).lowercased()
    let name = String(last.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    let trimmed = name.drop { $0 == "_" || $0.isNumber }
    return trimmed.isEmpty || trimmed == "any" ? nil : String(trimmed)
  }
}
