/// A path as the bytes the system knows it by: a name in a directory need not be UTF-8, and one
/// that is not must survive as it is.
package struct FilePath: Sendable, Hashable {
  package var bytes: [UInt8]

  package init(_ path: String) {
    bytes = Array(path.utf8)
  }

  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  package func child(_ name: [UInt8]) -> FilePath {
    FilePath(bytes: bytes == [slash] ? [slash] + name : bytes + [slash] + name)
  }

  package func child(_ name: String) -> FilePath { child(Array(name.utf8)) }

  /// The directory and the name in it; trailing slashes count for nothing. The directory of a name
  /// alone is `.`, and the root has no name.
  package func split() -> (directory: FilePath, name: [UInt8]) {
    var path = bytes[...]
    while path.count > 1, path.last == slash { path.removeLast() }
    guard let cut = path.lastIndex(of: slash) else { return (FilePath("."), Array(path)) }
    let name = Array(path[(cut + 1)...])
    var directory = path[..<cut]
    while directory.last == slash { directory.removeLast() }
    return (FilePath(bytes: directory.isEmpty ? [slash] : Array(directory)), name)
  }

  /// Whether this is `directory` or lies below it. Both are absolute, without links or `..`.
  package func isInside(_ directory: FilePath) -> Bool {
    bytes == directory.bytes || bytes.starts(with: directory.child("").bytes)
  }
}

extension FilePath: CustomStringConvertible {
  package var description: String { String(decoding: bytes, as: UTF8.self) }
}

private let slash = UInt8(ascii: "/")
