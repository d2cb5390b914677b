import Values

/// The word of a spec for a file whose header has not what the spec names.
package enum HeaderHint {
  /// A phrase behind a semicolon, or nothing.
  ///
  /// - Parameters:
  ///   - wanted: The name that is missing.
  ///   - delimiter: nil where the spec names the columns.
  ///   - isEventID: what is missing is the id of events, which a spec can do without.
  static func text(
    _ names: [String], wanted: String, delimiter: UInt8?, isEventID: Bool
  ) -> String {
    if let delimiter {
      if let first = names.first,
        ["#version", "#fields", "#software"].contains(where: first.lowercased().hasPrefix)
      {
        return "; for such headers say `format: w3c`"
      }
      if names.contains("'\(wanted)'") { return "; say `quote: \"'\"`" }
      if names.count == 1, let other = otherDelimiter(in: names[0], than: delimiter, wanted) {
        return "; say `delimiter: \"\(other)\"`"
      }
      if names.contains(where: isValue) {
        return "; that looks like a row: for a file without a header say `columns: [...]`"
      }
    }
    return isEventID ? withoutIDs : ""
  }

  /// Of a file in which other lines stand before the header.
  static func skip(_ lines: Int) -> String {
    "; line \(lines + 1) has it: for lines before the header say `skip: \(lines)`"
  }

  /// Of a file whose rows have no id of their own.
  static let withoutIDs = "; if no row has an id, say `id:` with nothing behind it"

  private static func otherDelimiter(
    in name: String, than delimiter: UInt8, _ wanted: String
  ) -> String? {
    let other = [(";", ";"), ("\t", "\\t"), (",", ","), ("|", "|")].first { sign, _ in
      sign.utf8.first != delimiter && name.contains(sign)
    }
    // Names have blanks in them too, but not every word of a name is one.
    let isOfWords = name.split(separator: " ").contains(Substring(wanted))
    return other?.1 ?? (isOfWords && delimiter != UInt8(ascii: " ") ? " " : nil)
  }

  /// Whether what should be names holds values.
  package static func isRow(_ names: [String]) -> Bool {
    names.contains { !$0.isEmpty && isValue($0) }
  }

  /// A time, a number or nothing: no name of a column.
  private static func isValue(_ name: String) -> Bool {
    name.isEmpty || ExactDecimal.parse(name) != nil || TimeFormat.iso8601.parse(name) != nil
  }
}
