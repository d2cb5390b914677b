/// An input that was named or found: a path, or standard input.
public struct InputFile: Sendable, Hashable {
  /// As shown to people: the path as given or found, `-` for standard input.
  public var path: String
  /// Size on disk in bytes, 0 when not known (standard input).
  public var bytes: Int

  public init(path: String, bytes: Int) {
    self.path = path
    self.bytes = bytes
  }

  public var isStandardInput: Bool { path == "-" }
}
