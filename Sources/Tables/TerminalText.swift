/// Text on its way to a terminal or a page.
package enum TerminalText {
  /// Columns that a text takes: two for wide characters.
  package static func width(_ text: String) -> Int { DisplayWidth.of(text) }
}
