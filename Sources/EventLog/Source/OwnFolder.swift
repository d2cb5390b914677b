import System
import Values

/// Whether a folder is one of this tool's own, come upon among logs: tables that a run published, or a
/// store. What stands there counts no event a second time.
struct OwnFolder {
  /// Names below the folder that are ours: what `run.json` lists, and itself. Nil where all of the
  /// folder is.
  private let names: Set<String>?
  /// What it is, in words.
  let what: String

  private static let manifestName = "run.json"
  private static let storeName = "store.json"
  private static let headBytes = 256
  private static let manifestBytesMax = 256 << 20

  /// Nil for a folder of somebody else.
  init?(_ path: String) {
    if Self.head(path, Self.storeName).contains("\"twinfunnel store\"") {
      (names, what) = (nil, "a store of timelines")
      return
    }
    // A log may be called so, too: only the beginning of ours is worth reading the rest.
    guard Self.head(path, Self.manifestName).contains("\"twinfunnel\""),
      let bytes = try? FileSystem.read(
        FilePath(path).child(Self.manifestName), limit: Self.manifestBytesMax),
      let json = try? JSONReader.read(bytes), json["tool"]?["name"]?.string == "twinfunnel"
    else { return nil }
    let outputs = (json["outputs"]?.elements ?? []).compactMap { $0["path"]?.string }
    (names, what) = (Set(outputs + [Self.manifestName]), "tables that a run published")
  }

  private static func head(_ folder: String, _ name: String) -> String {
    let path = FilePath(folder).child(name).description
    guard let status = try? FileStatus(path: path), status.kind == .regular,
      let file = try? FileBytes(path: path)
    else { return "" }
    var bytes = [UInt8](repeating: 0, count: headBytes)
    guard case .success(let count) = file.read(into: &bytes, range: 0..<headBytes) else {
      return ""
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// - Parameter name: of a file in the folder, or `FOLDER/NAME` of one in a folder there.
  func holds(_ name: String) -> Bool { names?.contains(name) ?? true }
}

/// Those that a walk has come upon, each looked at once.
struct OwnFolders {
  private var known: [String: OwnFolder?] = [:]

  /// The folder of ours that a file is part of, and what that is; nil for a file of somebody else.
  mutating func owner(of path: String) -> (folder: String, what: String)? {
    let (folder, name) = Self.parts(of: path)
    if let own = own(folder), own.holds(name) { return (folder, own.what) }
    let (outer, inner) = Self.parts(of: folder)
    guard inner == Self.figures, let own = own(outer), own.holds("\(inner)/\(name)") else {
      return nil
    }
    return (outer, own.what)
  }

  private static let figures = "figures"

  private mutating func own(_ path: String) -> OwnFolder? {
    if let known = known[path] { return known }
    let found = OwnFolder(path)
    known[path] = .some(found)
    return found
  }

  private static func parts(of path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let folder = String(path[..<slash])
    return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
  }
}
