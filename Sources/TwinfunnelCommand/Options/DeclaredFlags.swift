import ArgumentParser
import Spec
import Values

/// Which flags a group of them has, told by a type, since the parser makes groups by their types.
protocol FlagSource {
  static var flags: [OptionFlag] { get }
}

/// Flags that follow from options instead of being properties of a type.
///
/// The parser finds arguments by mirroring an instance, and hands their values over by decoding one;
/// this type supplies both. That is how the parser works, not what it promises: its version is
/// pinned, and the help of every report is compared with a file.
struct DeclaredFlags<Source: FlagSource>: ParsableArguments, CustomReflectable {
  /// What was given, in the order of the flags, as written.
  private(set) var given: [(flag: OptionFlag, texts: [String])] = []

  init() {}

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    for flag in Source.flags {
      let key = Key(stringValue: flag.name)
      let texts: [String]
      if flag.shape == .boolean {
        texts = try values.decode(Flag<Bool>.self, forKey: key).wrappedValue ? ["true"] : []
      } else if flag.isList {
        texts = try values.decode(Option<[String]>.self, forKey: key).wrappedValue
      } else {
        texts = try values.decode(Option<String?>.self, forKey: key).wrappedValue.map { [$0] } ?? []
      }
      if !texts.isEmpty { given.append((flag, texts)) }
    }
  }

  var customMirror: Mirror {
    Mirror(self, children: Source.flags.map { ($0.name, Self.argument($0)) })
  }

  /// What the parser would see in place of a property.
  private static func argument(_ flag: OptionFlag) -> Any {
    let name: NameSpecification =
      flag.short.map { [.customShort($0), .customLong(flag.name)] }
      ?? [.customLong(flag.name)]
    let help = ArgumentHelp(
      stringLiteral: flag.doc + (flag.remark.map { " (\($0))" } ?? ""))
    var valued = help
    valued.valueName = flag.valueName
    if flag.shape == .boolean { return Flag(wrappedValue: false, name: name, help: help) }
    let completion = flag.shape.choices.map { CompletionKind.list($0) }
    if flag.isList {
      let isSequence = if case .list = flag.shape { true } else { false }
      return Option<[String]>(
        wrappedValue: [], name: name, parsing: isSequence ? .upToNextOption : .singleValue,
        help: valued, completion: completion)
    }
    // `-30d` is a date, and no flag.
    return Option<String?>(
      name: name, parsing: flag.shape == .date ? .unconditional : .next, help: valued,
      completion: completion)
  }
}

extension OptionFlag {
  /// What may be given and what holds otherwise, as the parser says it of properties.
  fileprivate var remark: String? {
    var parts: [String] = []
    if let choices = shape.choices { parts.append("values: " + choices.joined(separator: ", ")) }
    if case .forms(let forms) = shape { parts.append("forms: " + forms.joined(separator: ", ")) }
    if isRequired {
      parts.append("required")
    } else if let standard = standard.plainText {
      parts.append("default: \(standard)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  fileprivate var valueName: String {
    switch shape {
    case .boolean: "flag"
    case .integer: "n"
    case .decimal: "number"
    case .duration: "duration"
    case .date: "date"
    case .text, .forms: "text"
    case .choice: path[path.count - 1].replacing("_", with: "-")
    case .property, .numberProperty, .oneOrMore(.property, _): "path"
    case .event, .stage, .list(.stage, _), .oneOrMore(.stage, _): "event"
    case .tests: "condition"
    case .oneOrMore(.integer, _), .list(.integer, _): "n"
    case .oneOrMore(let inner, _), .list(let inner, _):
      inner.choices == nil ? "text" : path[path.count - 1]
    case .names, .mapping: "mapping"
    }
  }
}

extension OptionShape {
  /// All that it may be, if that is few.
  fileprivate var choices: [String]? {
    switch self {
    case .choice(let choices): choices
    case .oneOrMore(let shape, _), .list(let shape, _): shape.choices
    default: nil
    }
  }
}

extension JSONValue {
  /// As text in a sentence; nil for what is nothing or has parts.
  fileprivate var plainText: String? {
    switch self {
    case .text(let text), .digits(let text): text
    case .integer(let number): String(number)
    case .boolean(true): "true"
    case .list(let values) where !values.isEmpty:
      values.allSatisfy { $0.plainText != nil }
        ? values.map { $0.plainText! }.joined(separator: ",") : nil
    default: nil
    }
  }
}
