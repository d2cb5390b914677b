/// What names say of files that were found, not named: which are left out.
enum InputName {
  /// Marks of systems and half-written sets: `_SUCCESS`, `.crc`, `_temporary`, `__MACOSX`.
  static func isHidden(_ path: String) -> Bool {
    path.split(separator: "/").contains { part in
      part != ".." && (part.utf8.first == UInt8(ascii: ".") || part.utf8.first == UInt8(ascii: "_"))
    }
  }

  /// Still being written or fetched.
  static func isUnfinished(_ path: String) -> Bool {
    [".tmp", ".part", ".crdownload"].contains { path.hasSuffix($0) }
  }

  static func notice(_ path: String) -> String {
    "\(path): left out, its name says that it is still being written; name it to read it"
  }

  /// A member's name without `./` in front.
  static func plain(_ name: String) -> String {
    let parts = name.split(separator: "/").filter { $0 != "." }
    return parts.joined(separator: "/")
  }
}
