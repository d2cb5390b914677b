/// Text on its way to a terminal or a page.
package enum TerminalText {
  /// Columns that a text takes: two for wide characters.
  package static func width(_ text: String) -> Int { DisplayWidth.of(text) }

  /// The longest start of a text that fits into so many columns, with `…` where it was cut.
  package static func cut(_ text: String, to width: Int) -> String {
    DisplayWidth.truncated(text, to: width)
  }
}
