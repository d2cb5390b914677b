package import Pages
import System
import Tables
import Values

/// A set of tables as it was published: what is compared with, and what a page is made of later.
package struct PublishedFolder: Sendable {
  package var path: String

  package init(path: String) {
    self.path = path
  }

  /// - Throws: `RunFailure` with exit 66 when there is no manifest that can be read.
  package func pageSource() throws(RunFailure) -> PageSource {
    let manifest: JSONValue
    do {
      manifest = try JSONReader.read(
        FileSystem.read(FilePath(path).child("run.json"), limit: Self.fileBytesMax))
    } catch let error as SystemError {
      throw RunFailure(
        .noInput, "\(path)/run.json: \(error.reason): is this a folder that a run published?")
    } catch {
      throw RunFailure(.noInput, "\(path)/run.json: \(error)")
    }
    return PublishedTables.source(manifest: manifest, read: read)
  }

  /// Those of reports, by name; none where nothing was published.
  var mainTables: [String: Table] {
    guard let source = try? pageSource() else { return [:] }
    var tables: [String: Table] = [:]
    for report in source.reports { tables[report.name] = report.tables.first }
    return tables
  }

  /// All tables but lists, by name; none where nothing was published.
  var tables: [String: Table] {
    guard let source = try? pageSource() else { return [:] }
    var tables: [String: Table] = [:]
    for table in source.reports.flatMap(\.tables) { tables[table.name] = table }
    return tables
  }

  private func read(_ name: String) -> [UInt8]? {
    // Names come from a manifest, which anybody may have written.
    guard PreviousOutputs.isPlainName(name) else { return nil }
    return try? FileSystem.read(FilePath(path).child(name), limit: Self.fileBytesMax)
  }

  /// Adds files to the folder, each whole or not at all; its `run.json` lists them.
  ///
  /// - Parameter control: a wish to stop that comes before the first of them is heard, and one that
  ///   comes later is not: like a run that publishes, this ends what it has begun.
  package func add(
    _ files: [(name: String, text: String)], control: RunControl
  ) throws(RunFailure) {
    control.end()
    try control.checkCancelled()
    do {
      try SetAddition(directory: path).add(files.map { ($0.name, Array($0.text.utf8)) })
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private static let fileBytesMax = 64 << 20
}
