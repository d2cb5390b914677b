/// Text from the logs on its way to a terminal or a page.
package enum TerminalText {
  /// Controls and marks that reorder the line are spelled out, so that nothing in the data can send
  /// commands to the terminal or pass for something else.
  package static func visible(_ text: String) -> String { DisplayWidth.visible(text) }

  /// Columns that a text takes: two for wide characters.
  package static func width(_ text: String) -> Int { DisplayWidth.of(text) }
}
