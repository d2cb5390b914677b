import System
import Values

/// What a step of a run on many machines reads of the step before: one `SealedLine` that fills a file.
enum SealedFile {
  /// Reads a file of one format and version.
  ///
  /// - Parameters:
  ///   - bytesMax: a longer file is refused.
  ///   - maker: the step that writes such files, where a missing one may mean another folder was meant.
  ///   - again: what to do about one that is of no use.
  /// - Returns: what the line says, and its digest.
  /// - Throws: `RunFailure`: 66 for no such file, 65 for one that is damaged, something else, or of
  ///   another version.
  static func load(
    _ path: FilePath, format: String, version: Int, bytesMax: Int, maker: String? = nil,
    again: String
  ) throws(RunFailure) -> (json: JSONValue, digest: String) {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(path, limit: bytesMax)
    } catch {
      let question = maker.map { ": is this a folder that \($0) wrote?" } ?? ""
      throw RunFailure(.noInput, "\(path): \(error.reason)\(question)")
    }
    guard let (json, digest, end) = SealedLine.read(bytes), end == bytes.count,
      json["format"]?.string == format
    else { throw damaged(path, again) }
    guard json["version"]?.integer == version else {
      throw RunFailure(.badData, "\(path) is of another version of this program: \(again)")
    }
    return (json, digest)
  }

  static func damaged(_ path: FilePath, _ again: String) -> RunFailure {
    RunFailure(.badData, "\(path) is damaged, or a file of another kind: \(again)")
  }
}
