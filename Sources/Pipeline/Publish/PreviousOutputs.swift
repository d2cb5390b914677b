import System
import Tables
import Values

/// Which files of a directory an earlier run wrote, and may therefore go with it: what the `run.json`
/// of this tool lists, as the plain name of a regular file with an ending that we write, right in the
/// folder or, for pictures, in its folder `figures`.
struct PreviousOutputs: Sendable {
  struct Entry: Sendable {
    var bytes: Int
    var sha256: String
  }

  /// By name; `run.json` itself is not among them.
  private(set) var entries: [String: Entry] = [:]
  /// Whether there is a manifest, and it is one of ours.
  private(set) var hasManifest = false
  /// When that was written, in nanoseconds since 1970.
  private var written: Int64 = .min

  /// Nothing is ours in a directory without a manifest that can be read.
  init(in folder: Folder?) {
    guard let folder, let file = try? folder.openFile(Array(Self.manifestName.utf8)),
      let status = try? file.status(),
      let bytes = try? file.readAll(limit: Self.manifestBytesMax),
      let json = try? JSONReader.read(bytes), json["tool"]?["name"]?.string == "twinfunnel",
      let outputs = json["outputs"]?.elements
    else { return }
    hasManifest = true
    written = status.modified
    for output in outputs {
      guard let name = output["path"]?.string, Self.isOurKind(name) else { continue }
      entries[name] = Entry(
        bytes: output["bytes"]?.int ?? -1, sha256: output["sha256"]?.string ?? "")
    }
  }

  func isOurs(_ name: String, _ status: FileStatus) -> Bool {
    status.kind == .regular
      && (name == Self.manifestName ? hasManifest : entries[name] != nil)
  }

  /// Whether somebody changed an output since it was written. What was last written before the
  /// manifest is taken to be as it was, unless `thoroughly`.
  func isChanged(
    _ name: String, in folder: Folder, thoroughly: Bool = false
  ) throws(SystemError) -> Bool {
    guard let entry = entries[name], let home = try folder.home(of: Array(name.utf8)),
      let status = try home.folder.status(home.name)
    else { return false }
    if status.bytes != entry.bytes { return true }
    if status.modified <= written, !thoroughly { return false }
    var hash = SHA256()
    try home.folder.openFile(home.name).forEachPiece { hash.update($0.span) }
    return hash.hexDigest() != entry.sha256
  }

  /// A name of a file right in the directory, and not one of the publisher's own.
  static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255 && !name.hasPrefix(".")
      && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
  }

  /// A plain name with an ending that we write, or a picture in the folder for them.
  static func isOurKind(_ name: String) -> Bool {
    if let inner = Folder.nameInFigures(Array(name.utf8)) {
      let inner = String(decoding: inner, as: UTF8.self)
      return isPlainName(inner) && inner.hasSuffix(".svg")
    }
    return isPlainName(name) && endings.contains { name.hasSuffix($0) }
  }

  static let manifestName = "run.json"
  static let endings = TableFormat.all.map { ".\($0.name)" } + [".json", ".jsonl", ".html", ".svg"]
  static let manifestBytesMax = 256 * 1024 * 1024
}
