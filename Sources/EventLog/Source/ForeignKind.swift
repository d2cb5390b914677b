/// Kinds of files that are not read, by their first bytes, with the command that makes them readable.
struct ForeignKind {
  let name: String
  let advice: String
  private let offset: Int
  private let magic: [UInt8]
  /// Whether no control characters have to be in it.
  private var isText: Bool { magic.count > 4 }

  private init(_ name: String, _ magic: [UInt8], at offset: Int = 0, _ advice: String) {
    self.name = name
    self.magic = magic
    self.offset = offset
    self.advice = advice
  }

  private init(_ name: String, _ magic: String, at offset: Int = 0, _ advice: String) {
    self.init(name, Array(magic.utf8), at: offset, advice)
  }

  /// What the head begins; nil for what is none of them.
  static func of(_ head: [UInt8]) -> ForeignKind? {
    // A CSV may begin with the column ORCID; no text has bytes like these.
    let isBinary = head.contains { $0 < 9 || (14..<27).contains($0) || $0 >= 0xfe }
    for kind in all where head.count >= kind.offset + kind.magic.count {
      guard head[kind.offset...].starts(with: kind.magic) else { continue }
      if isBinary || kind.isText { return kind }
    }
    return isZlib(head) ? zlib : nil
  }

  private static func pipe(_ command: String) -> String { "\(command) | twinfunnel run SPEC -" }
  private static func piped(_ program: String) -> String { pipe("\(program) -dc FILE") }
  private static let unpack = "unpack it first"
  private static let export = "export the data as JSON lines or CSV"
  private static let spreadsheet = "save the sheet as CSV UTF-8"
  private static func duckdb(_ from: String) -> String {
    pipe("duckdb -c \"COPY (FROM \(from)) TO '/dev/stdout' (FORMAT json)\"")
  }

  private static let all: [ForeignKind] = [
    ForeignKind("zstd", [0x28, 0xb5, 0x2f, 0xfd], piped("zstd")),
    ForeignKind("zstd", [0x2a, 0x4d, 0x18], at: 1, piped("zstd")),
    ForeignKind("bzip2", "1AY&SY", at: 4, piped("bzip2")),
    ForeignKind("bzip2", [0x17, 0x72, 0x45, 0x38, 0x50, 0x90], at: 4, piped("bzip2")),
    ForeignKind("xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], piped("xz")),
    ForeignKind("lzma", [0x5d, 0, 0], piped("xz")),
    ForeignKind("lzip", "LZIP", piped("lzip")),
    ForeignKind("lz4", [0x04, 0x22, 0x4d, 0x18], piped("lz4")),
    ForeignKind("lz4", [0x02, 0x21, 0x4c, 0x18], piped("lz4")),
    ForeignKind("lzop", [0x89, 0x4c, 0x5a, 0x4f], piped("lzop")),
    ForeignKind("snappy", [0xff, 0x06, 0, 0, 0x73, 0x4e], pipe("snzip -dc FILE")),
    ForeignKind("compress (.Z)", [0x1f, 0x9d], piped("gzip")),
    ForeignKind("a 7z archive", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], pipe("7z x -so FILE")),
    ForeignKind("a RAR archive", "Rar!\u{1a}\u{7}", pipe("unrar p -inul FILE")),
    ForeignKind("a cabinet archive", "MSCF", unpack),
    ForeignKind("an ar archive", "!<arch>\n", unpack),
    ForeignKind("a part of a split zip archive", "PK\u{7}\u{8}", "join and unpack the parts first"),
    ForeignKind("Parquet", "PAR1", duckdb("'FILE'")),
    ForeignKind("encrypted Parquet", "PARE", export),
    ForeignKind("ORC", "ORC", pipe("orc-contents FILE")),
    ForeignKind("Avro", "Obj\u{1}", pipe("avro-tools tojson FILE")),
    ForeignKind("Arrow", "ARROW1", export),
    ForeignKind("a Hadoop sequence file", "SEQ\u{6}", pipe("hadoop fs -text FILE")),
    ForeignKind(
      "an SQLite database", "SQLite format 3\u{0}",
      pipe("sqlite3 -csv -header FILE 'SELECT * FROM events'")),
    ForeignKind("a DuckDB database", "DUCK", at: 8, export),
    ForeignKind("HDF5", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a], export),
    ForeignKind("a NumPy array", [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], export),
    ForeignKind("a systemd journal", "LPKSHHRH", pipe("journalctl --file FILE -o json")),
    ForeignKind("a Windows event log", "ElfFile\u{0}", export),
    ForeignKind("a packet capture", [0xd4, 0xc3, 0xb2, 0xa1], export),
    ForeignKind("a packet capture", [0x4d, 0x3c, 0x2b, 0x1a], at: 8, export),
    ForeignKind("PDF", "%PDF-", export),
    ForeignKind("an old Office file (.xls)", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1], spreadsheet),
    ForeignKind("RTF", "{\\rtf", export),
    ForeignKind("a PNG picture", [0x89, 0x50, 0x4e, 0x47], "name the logs only"),
    ForeignKind("a JPEG picture", [0xff, 0xd8, 0xff], "name the logs only"),
    ForeignKind("a GIF picture", "GIF8", "name the logs only"),
    ForeignKind("a program", [0x7f, 0x45, 0x4c, 0x46], "name the logs only"),
    ForeignKind("a property list", "bplist00", pipe("plutil -convert json -o - FILE")),
    ForeignKind("an AppleDouble file", [0, 0x05, 0x16, 0x07], "name the logs only"),
    ForeignKind("encrypted (OpenSSL)", "Salted__", "decrypt it first"),
    ForeignKind("encrypted (age)", "age-encryption.org/", pipe("age -d FILE")),
    ForeignKind("encrypted (PGP)", "-----BEGIN PGP", pipe("gpg -d FILE")),
    ForeignKind(
      "a Git LFS pointer", "version https://git-lfs.github.com/", "fetch the file: git lfs pull"),
  ]

  // MARK: zlib

  private static let zlib = ForeignKind(
    "a zlib stream without gzip's header", [],
    pipe("zlib-flate -uncompress < FILE") + ", or write it as gzip")

  /// Zlib's header is two bytes that text may begin with, `x^` for one; so the content must inflate.
  private static func isZlib(_ head: [UInt8]) -> Bool {
    guard head.count > 2, head[0] == 0x78, (Int(head[0]) << 8 | Int(head[1])) % 31 == 0 else {
      return false
    }
    var inflater = DefaultInflater()
    var output = [UInt8](repeating: 0, count: 1 << 12)
    var position = 2
    var span = output.mutableSpan
    // Text that happens to have the header is no deflate stream within a few bytes.
    while position < head.count {
      let step = inflater.inflate(
        head.span.extracting(position...), into: &span, range: 0..<span.count)
      if step.status == .corrupt { return false }
      if step.status == .finished || (step.consumed == 0 && step.produced == 0) { break }
      position += step.consumed
    }
    return true
  }
}
