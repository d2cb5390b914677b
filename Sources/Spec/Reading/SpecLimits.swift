import Timelines

/// How much a spec may hold. Each is far more than anybody wrote, and together they keep the reading
/// of any file to a time that nobody notices.
package enum SpecLimits {
  /// Bytes of the file.
  package static let fileBytesMax = 4 << 20
  /// Values of the file, with what aliases stand for.
  static let valuesMax = 100_000
  static let depthMax = 64
  /// Bytes of one text: a name, a path, a value to compare with.
  static let textBytesMax = 16 << 10
  /// Items of one list, entries of one mapping.
  static let itemsMax = 10_000
  static let propertiesMax = 1_000
  /// Paths of a source, as `SourceSpec.pathCount` has them.
  static let pathsMax = 5_000
  static let reportsMax = 1_000
  static let goalsMax = 1_000
  /// Properties that one `where` tests.
  static let testsMax = 100
  /// Events that refer to each other, one inside the other.
  static let referencesDeepMax = 32
  /// Names and tests of all event references, each as often as it is referred to.
  static let matchersMax = 200_000
}

extension EventMatcher {
  /// Names and tests in it, counted no further than past `most`.
  func size(most: Int) -> Int {
    switch self {
    case .any: return 1
    case .named(let names): return names.count
    case .filtered(let matcher, let conditions):
      return min(most, matcher.size(most: most)) + conditions.reduce(1) { $0 + $1.size }
    case .from(_, let matcher): return matcher.size(most: most)
    case .delivered(let delivery): return delivery.event.size(most: most)
    case .anyOf(let matchers):
      var sum = 1
      for matcher in matchers where sum <= most { sum += matcher.size(most: most - sum) }
      return sum
    }
  }
}

extension PropertyCondition {
  fileprivate var size: Int {
    switch test {
    case .oneOf(let values), .notOneOf(let values): values.count
    default: 1
    }
  }
}

/// Looks at a YAML text before it is parsed: the parser compares the keys of a mapping with each other,
/// and a key that is built of aliases to aliases takes it for ever.
///
/// A spec's keys are plain text. What could be another one is refused where there are aliases at all;
/// inside quotes it only looks so, which is refused as well.
enum YAMLKeys {
  /// The place of what could be a key made of aliases.
  static func suspect(in yaml: String) -> SpecMark? {
    let bytes = Array(yaml.utf8)
    var hasAlias = false
    var key: Int?
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "*") where isStart(bytes, index):
        var end = index + 1
        while end < bytes.count, isName(bytes[end]) { end += 1 }
        if end == index + 1 { continue }
        hasAlias = true
        if key == nil, endsKey(bytes, end) { key = index }
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if key == nil, endsKey(bytes, index + 1) { key = index }
      case UInt8(ascii: "?"):
        if key == nil, isStart(bytes, index) { key = index }
      default: break
      }
      if hasAlias, let key { return mark(bytes, key) }
    }
    return nil
  }

  /// Whether a token can begin at a place.
  private static func isStart(_ bytes: [UInt8], _ index: Int) -> Bool {
    index == 0 || bytes[index - 1] <= UInt8(ascii: " ") || bytes[index - 1] >= 0x80
      || [UInt8]("[]{},:?-".utf8).contains(bytes[index - 1])
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// Whether a colon follows on the same line: an implicit key is of one line.
  private static func endsKey(_ bytes: [UInt8], _ end: Int) -> Bool {
    var index = end
    while index < bytes.count,
      bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t")
    {
      index += 1
    }
    return index < bytes.count && bytes[index] == UInt8(ascii: ":")
  }

  private static func mark(_ bytes: [UInt8], _ index: Int) -> SpecMark {
    var mark = SpecMark(line: 1, column: 1)
    for byte in bytes[..<index] {
      if byte == UInt8(ascii: "\n") {
        mark = SpecMark(line: mark.line + 1, column: 1)
      } else if byte & 0xC0 != 0x80 {
        mark.column += 1
      }
    }
    return mark
  }
}
