import EventLog
import Reports
package import Spec
import System
import Tables
import Values

/// A spec as loaded from its file.
package struct SpecFile: Sendable {
  package var path: String
  package var spec: AnalysisSpec
  package var sha256: String

  /// - Parameters:
  ///   - path: how messages call it.
  ///   - surroundings: variables, the day, and flags.
  package init(
    path: String, yaml: String, surroundings: SpecSurroundings = .here(now: .instant(Machine.now))
  ) throws(SpecErrors) {
    self.path = path
    spec = try AnalysisSpec.parse(yaml: yaml, surroundings: surroundings)
    sha256 = SHA256.hexDigest(of: Array(yaml.utf8))
  }

  /// - Throws: `RunFailure` with exit 66 when it cannot be read, 78 when it is not a valid spec.
  package static func load(
    _ path: String, surroundings: SpecSurroundings = .here(now: .instant(Machine.now))
  ) throws(RunFailure) -> SpecFile {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(FilePath(path), limit: SpecLimits.fileBytesMax)
    } catch {
      throw RunFailure(.noInput, "\(path): \(systemMessage(error.code))")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard Array(text.utf8) == bytes else {
      throw RunFailure(.badSpec, "\(path): the spec is not valid UTF-8")
    }
    do throws(SpecErrors) {
      return try SpecFile(path: path, yaml: text, surroundings: surroundings)
    } catch {
      throw RunFailure(
        .badSpec, error.errors.map { "\(path):\($0.line == 0 ? " " : "")\($0)" })
    }
  }
}
