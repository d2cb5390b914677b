#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The system's zone database as files: where it is, what is in it, the bytes of one zone.
struct ZoneDatabase {
  /// Folders in the order in which they are asked.
  let folders: [String]

  /// `TZDIR` if it is set, then where systems keep their database.
  static var system: ZoneDatabase {
    var folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"]
    // `getenv` returns nil or a C string; it is copied before anything else runs.
    if let value = unsafe getenv("TZDIR") {
      let folder = unsafe String(cString: value)
      if !folder.isEmpty { folders.insert(folder, at: 0) }
    }
    return ZoneDatabase(folders: folders)
  }

  /// Whether a name is one that may be looked up: relative, below the folder, of plain characters.
  static func isSafe(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return name.utf8.count <= 255
      && parts.allSatisfy { part in
        guard let first = part.first else { return false }
        return first != UInt8(ascii: ".") && first != UInt8(ascii: "-")
          && part.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
              UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
              UInt8(ascii: "+"), UInt8(ascii: "."):
              true
            default: false
            }
          }
      }
  }

  enum Lookup {
    case found(path: String, bytes: [UInt8])
    case unknown
    case databaseMissing
    case unreadable(path: String, errno: Int32)
  }

  func file(of name: String) -> Lookup {
    var hasDatabase = false
    for folder in folders {
      let path = folder + "/" + name
      switch FileBytes.read(path, bytesMax: ZoneDatabase.fileBytesMax) {
      case .success(let bytes):
        return .found(path: path, bytes: bytes)
      case .failure(let failure) where failure.isAbsent:
        hasDatabase = hasDatabase || !FileBytes.entries(of: folder).isEmpty
      case .failure(let failure):
        return .unreadable(path: path, errno: failure.errno)
      }
    }
    return hasDatabase ? .unknown : .databaseMissing
  }

  /// Names of all zones, sorted. Folders of copies (`posix/`) and of leap-second time (`right/`)
  /// are left out, and so are files that are no zones.
  func names() -> [String] {
    for folder in folders {
      var found: [String] = []
      collect(folder, prefix: "", into: &found)
      if !found.isEmpty { return found.sorted() }
    }
    return []
  }

  private func collect(_ folder: String, prefix: String, into found: inout [String]) {
    let notZones: Set<String> = ["posix", "right", "posixrules", "localtime", "Factory"]
    for entry in FileBytes.entries(of: folder + "/" + prefix)
    where ZoneDatabase.isSafe(entry) && !notZones.contains(entry) {
      let name = prefix + entry
      let path = folder + "/" + name
      if FileBytes.isFolder(path) {
        // Zone names have at most three parts; the limit also ends a loop of links.
        if prefix.utf8.count(where: { $0 == UInt8(ascii: "/") }) < 3 {
          collect(folder, prefix: name + "/", into: &found)
        }
      } else if case .success(let head) = FileBytes.read(path, bytesMax: 4, allowsMore: true),
        head == Array("TZif".utf8)
      {
        found.append(name)
      }
    }
  }

  /// The largest zone file of tzdata is below 4 KiB.
  private static let fileBytesMax = 1 << 20
}

/// Small files and folders, read whole.
private enum FileBytes {
  struct Failure: Error {
    var errno: Int32
    /// The file does not exist, or its name is that of a folder.
    var isAbsent: Bool { [ENOENT, ENOTDIR, EISDIR].contains(errno) }
  }

  static func read(
    _ path: String, bytesMax: Int, allowsMore: Bool = false
  ) -> Result<[UInt8], Failure> {
    // The path is passed as a C string for the duration of the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .failure(Failure(errno: errno)) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(bytesMax, 1 << 16))
    while bytes.count < bytesMax {
      let count = unsafe buffer.withUnsafeMutableBytes { target in
        // `target` is the buffer's memory, and `read` writes at most its count.
        unsafe platformRead(descriptor, target.baseAddress, target.count)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return .failure(Failure(errno: errno)) }
      if count == 0 { return .success(bytes) }
      bytes += buffer[..<min(count, bytesMax - bytes.count)]
    }
    return allowsMore ? .success(bytes) : .failure(Failure(errno: EFBIG))
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    // `status` is written by the call and read after it.
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func entries(of folder: String) -> [String] {
    // The stream belongs to this call; each entry's name is copied before the next `readdir`.
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { characters in
          unsafe String(cString: characters)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  private static func platformRead(
    _ descriptor: Int32, _ target: UnsafeMutableRawPointer?, _ count: Int
  ) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.read(descriptor, target, count)
    #elseif canImport(Musl)
      unsafe Musl.read(descriptor, target, count)
    #else
      unsafe Glibc.read(descriptor, target, count)
    #endif
  }
}
