import System
import Tables
package import Values

/// A file of a published set, as `run.json` lists it.
package struct OutputFile: Sendable, Equatable {
  /// Relative to the directory.
  package var name: String
  package var bytes: Int
  /// 64 lower-case hexadecimal digits.
  package var sha256: String
  /// Rows of a table, nil for other files.
  package var rows: Int?

  package init(name: String, bytes: Int, sha256: String, rows: Int?) {
    self.name = name
    self.bytes = bytes
    self.sha256 = sha256
    self.rows = rows
  }

  /// An element of `outputs` in `run.json`.
  package var json: JSONValue {
    .object([
      ("path", .text(name)), ("bytes", .integer(bytes)), ("sha256", .text(sha256)),
      ("rows", rows.map { .integer($0) } ?? .null),
    ])
  }
}

/// Which files of a directory an earlier run wrote, and may therefore go with it.
enum PreviousOutputs {
  /// The names in `outputs` of the directory's `run.json`, and `run.json` itself; none when there
  /// is no manifest that can be read.
  static func names(in directory: FilePath) -> Set<[UInt8]> {
    guard
      let bytes = try? FileSystem.read(directory.child(manifestName), limit: manifestBytesMax),
      let outputs = try? JSONReader.read(bytes)["outputs"]?.elements
    else { return [] }
    let names = outputs.compactMap { $0["path"]?.string }.filter(isPlainName)
    return Set((names + [manifestName]).map { Array($0.utf8) })
  }

  /// A name of a file right in the directory, and not one of the publisher's own.
  static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255 && !name.hasPrefix(".")
      && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
  }

  static let manifestName = "run.json"
  private static let manifestBytesMax = 256 * 1024 * 1024
}
