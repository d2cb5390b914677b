/// An input that was named or found: a path, or standard input.
package struct InputFile: Sendable, Hashable {
  /// As shown to people: the path as given or found, `-` for standard input.
  package var path: String
  /// Size on disk in bytes, 0 when not known (standard input).
  package var bytes: Int

  package init(path: String, bytes: Int) {
    self.path = path
    self.bytes = bytes
  }

  package var isStandardInput: Bool { path == "-" }
}
