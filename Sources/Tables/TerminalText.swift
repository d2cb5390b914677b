/// Text from the logs on its way to a terminal.
package enum TerminalText {
  /// Controls and marks that reorder the line are spelled out, so that nothing in the data can send
  /// commands to the terminal or pass for something else.
  package static func visible(_ text: String) -> String { DisplayWidth.visible(text) }
}
