import Tables
import Values

/// HTML and SVG as text. Whatever comes from a log or a spec passes through `text` or `attribute`.
enum Markup {
  /// Text content: what HTML would take for markup is escaped, controls and marks that turn the
  /// direction of writing are spelled out, and a text of more than 200 characters is cut, since the
  /// whole of it is in the files.
  static func text(_ text: String) -> String {
    escaped(cut(ShownText.escaped(text)))
  }

  /// Text of the tool itself, or of the spec's title: escaped, never cut.
  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: isMarkup) else { return text }
    var safe = ""
    safe.reserveCapacity(text.utf8.count + 16)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": safe += "&amp;"
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "\"": safe += "&quot;"
      case "'": safe += "&#39;"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  /// An attribute with a space before it.
  static func attribute(_ name: String, _ value: String) -> String {
    " \(name)=\"\(text(value))\""
  }

  /// A name for `id` and `#` links: letters, digits and `-` only, apart for different names.
  static func anchor(_ name: String) -> String {
    var id = "r-"
    for scalar in name.unicodeScalars.prefix(charactersMax) {
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || (48...57).contains(scalar.value))
      if isPlain || scalar == "-" {
        id.unicodeScalars.append(scalar)
      } else {
        id += "_" + String(scalar.value, radix: 16)
      }
    }
    return id
  }

  private static func cut(_ text: String) -> String {
    guard text.utf8.count > charactersMax else { return text }
    let start = text.prefix(charactersMax)
    return start.count < charactersMax ? text : start + "…"
  }

  private static func isMarkup(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
      UInt8(ascii: "'"):
      true
    default: false
    }
  }

  private static let charactersMax = 200
}
