import EventLog

/// The part of `source` that says how rows are laid out.
enum SourceFormat {
  /// Options of delimited text alone.
  private static let delimitedKeys = ["delimiter", "quote", "escape", "columns", "skip", "comment"]

  /// Reads what is given; what is not given stays as in `known`.
  static func read(_ source: inout SpecMapping, known: LogFormat) -> LogFormat {
    var format = known
    if let value = source.value("format") { format = read(value) ?? known }
    let options = delimitedKeys.compactMap { key in source.value(key).map { (key, $0) } }
    guard case .delimited(var delimited) = format else {
      for (key, value) in options {
        value.error("`\(key)` is an option of the formats csv and tsv")
      }
      return format
    }
    for (key, value) in options { read(key, value, &delimited) }
    refuseClashes(of: delimited, options)
    return .delimited(delimited)
  }

  /// No sign can be two things, but for a quote that escapes itself.
  private static func refuseClashes(
    of format: DelimitedFormat, _ options: [(key: String, value: SpecValue)]
  ) {
    let signs = [
      ("delimiter", format.delimiter), ("quote", format.quote), ("escape", format.escape),
      ("comment", format.comment),
    ]
    for (key, value) in options {
      guard let place = signs.firstIndex(where: { $0.0 == key }), let sign = signs[place].1 else {
        continue
      }
      let other = signs[..<place].first {
        $0.1 == sign && !($0.0 == "quote" && key == "escape")
      }
      if let other { value.error("`\(key)` must be another sign than `\(other.0)`") }
    }
  }

  private static func read(_ value: SpecValue) -> LogFormat? {
    guard case .mapping = value.node.content else {
      return value.choice(among: LogFormat.named.map { ($0.name, $0.format) })
    }
    return value.mapping("the format") { format -> LogFormat? in
      let given = ServerLogFormat.Dialect.allCases.compactMap { dialect in
        format.value(dialect.rawValue).map { (dialect, $0) }
      }
      guard let (dialect, value) = given.first, given.count == 1, let text = value.text() else {
        format.error(
          at: "nginx", "`format` is a name, or one of {nginx: '...'} and {apache: '...'}")
        return nil
      }
      do throws(ServerLogFormat.Problem) {
        return .lines(try ServerLogFormat(text, dialect: dialect).lines)
      } catch {
        value.error("the \(dialect.rawValue) log format cannot be read: \(error.text)")
        return nil
      }
    } ?? nil
  }

  private static func read(_ key: String, _ value: SpecValue, _ format: inout DelimitedFormat) {
    switch key {
    case "delimiter": format.delimiter = byte(value, orWord: ("tab", 9)) ?? format.delimiter
    case "quote":
      if value.text() == "none" {
        format.quote = nil
      } else if let quote = byte(value) {
        format.quote = quote
      }
    case "escape": format.escape = byte(value) ?? format.escape
    case "comment": format.comment = byte(value) ?? format.comment
    case "skip": format.skip = value.integer(in: 0...1_000_000) ?? format.skip
    default:
      format.columns = value.items().compactMap { $0.text() }
      if value.items().isEmpty { value.error("`columns` needs at least one name") }
    }
  }

  /// One ASCII character that can stand between fields or around them.
  private static func byte(_ value: SpecValue, orWord word: (String, UInt8)? = nil) -> UInt8? {
    guard let text = value.text() else { return nil }
    if let word, text == word.0 { return word.1 }
    let utf8 = Array(text.utf8)
    var unusable = [UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0]
    if word != nil { unusable.append(UInt8(ascii: "\"")) }
    guard utf8.count == 1, utf8[0] < 0x80, !unusable.contains(utf8[0]) else {
      return value.expected("one ASCII character" + (word.map { " or `\($0.0)`" } ?? ""))
    }
    return utf8[0]
  }
}
