import System

/// What content is, told by its first bytes: text that may hold rows, or what has to be unpacked or
/// converted first.
enum ContentKind: Equatable {
  case text
  /// Text that begins with UTF-8's byte order mark.
  case markedUTF8
  /// Text that begins with the byte order mark of this encoding.
  case marked(encoding: String)
  case gzip
  case zip
  case tar
  /// Not read here: what it is, and what may be done. `FILE` stands for its name.
  case foreign(name: String, advice: String)

  /// - Parameters:
  ///   - head: The first `HeadedContent.headBytes` of the content, or all of it.
  ///   - encoding: What the spec says of it; nil for UTF-8.
  init(_ head: [UInt8], encoding: String? = nil) {
    func begins(_ bytes: [UInt8]) -> Bool { head.starts(with: bytes) }
    if begins([0x1f, 0x8b]) {
      self = .gzip
    } else if begins([0xef, 0xbb, 0xbf]) {
      self = Self.markup(head.dropFirst(3)) ?? .markedUTF8
    } else if begins([0xff, 0xfe, 0, 0]) || begins([0, 0, 0xfe, 0xff]) {
      self = .marked(encoding: head[0] == 0 ? "UTF-32BE" : "UTF-32LE")
    } else if begins([0xff, 0xfe]) || begins([0xfe, 0xff]) {
      self = .marked(encoding: head[0] == 0xfe ? "UTF-16BE" : "UTF-16LE")
    } else if begins(Array("PK\u{3}\u{4}".utf8)) || begins(Array("PK\u{5}\u{6}".utf8)) {
      self = .zip
    } else if TarHeader(head)?.isSound == true {
      self = .tar
    } else {
      self =
        ForeignKind.of(head).map { .foreign(name: $0.name, advice: $0.advice) }
        ?? Self.markup(head[...]) ?? (encoding == nil ? Self.unmarkedUTF16(head) : nil) ?? .text
    }
  }

  /// The encoding of text; nil for what is no text. A byte order mark is believed before the spec.
  func encoding(given: String?) -> String? {
    switch self {
    case .text: given ?? "UTF-8"
    case .markedUTF8: "UTF-8"
    case .marked(let encoding): encoding
    case .gzip, .zip, .tar, .foreign: nil
    }
  }

  /// HTML and XML: mostly an error page that was saved as a log.
  private static func markup(_ head: ArraySlice<UInt8>) -> ContentKind? {
    let start = head.drop { $0 == 0x20 || (9...13).contains($0) }
    guard start.first == UInt8(ascii: "<"), let next = start.dropFirst().first else { return nil }
    // `<34>` begins a line of syslog.
    let isTag =
      next == UInt8(ascii: "!") || next == UInt8(ascii: "?")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next | 0x20)
    guard isTag else { return nil }
    let text = String(decoding: start.prefix(64), as: UTF8.self).lowercased()
    let isHTML = text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
    return .foreign(
      name: isHTML ? "an HTML page" : "XML",
      advice: isHTML
        ? "an error page that was saved as a log? fetch it again" : "export it as JSON lines or CSV"
    )
  }

  /// Text of which every second byte is NUL.
  private static func unmarkedUTF16(_ head: [UInt8]) -> ContentKind? {
    guard head.count >= 8 else { return nil }
    let nulls = [0, 1].map { parity in
      head.indices.count { $0 % 2 == parity && head[$0] == 0 }
    }
    // A hole of NULs has them at both places.
    guard nulls.max()! * 2 > head.count * 9 / 10, nulls.min()! * 8 < head.count else { return nil }
    let name = nulls[1] > nulls[0] ? "utf-16le" : "utf-16be"
    return .foreign(
      name: "UTF-16 without a byte order mark",
      advice: "say `encoding: \(name)` in the spec's source, --encoding \(name) without a spec")
  }

  /// Why a file of this kind is not read.
  func refusal(of file: InputFile, isInflated: Bool) -> String {
    let inside = isInflated ? " inside gzip" : ""
    switch self {
    case .text, .markedUTF8, .marked: return ""
    case .gzip: return "gzip inside gzip inside gzip: inflate it first: gzip -dc FILE"
    case .zip where file.isStandardInput:
      return "a zip archive cannot be read from a pipe: name the file, or use "
        + "unzip -p FILE | twinfunnel run SPEC -"
    case .tar where file.isStandardInput:
      return "a tar archive cannot be read from a pipe: name the file, or use "
        + "tar -xOf FILE | twinfunnel run SPEC -"
    case .zip: return "a zip archive\(inside)\(file.placeInWords): unpack it first"
    case .tar: return "a tar archive\(inside)\(file.placeInWords): unpack it first"
    case .foreign(let name, let advice):
      return "this is \(name)\(inside), not a log: " + advice
    }
  }
}

extension InputFile {
  fileprivate var placeInWords: String { member == nil ? "" : " inside an archive" }
}
