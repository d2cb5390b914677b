import Foundation
import TestSupport

extension WrappedStoryTests {
  // MARK: Encodings

  struct Encoding: Sendable {
    var yaml: String
    var plans: [String]
    var bytes: @Sendable (String) -> [UInt8]
  }

  static func replaced(_ text: String, _ pairs: [String: [UInt8]]) -> [UInt8] {
    text.unicodeScalars.flatMap { pairs[String($0)] ?? Array(String($0).utf8) }
  }

  static func utf16(_ text: String, isBig: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
      return isBig ? bytes.reversed() : bytes
    }
  }

  static let encodings: [Encoding] = [
    Encoding(yaml: "", plans: ["標準", "free"]) { Array($0.utf8) },
    Encoding(yaml: "", plans: ["標準", "free"]) { [0xEF, 0xBB, 0xBF] + Array($0.utf8) },
    Encoding(yaml: "", plans: ["標準", "free"]) { [0xFF, 0xFE] + utf16($0, isBig: false) },
    Encoding(yaml: "", plans: ["標準", "free"]) { [0xFE, 0xFF] + utf16($0, isBig: true) },
    Encoding(yaml: "encoding: utf-16le", plans: ["標準"]) { utf16($0, isBig: false) },
    Encoding(yaml: "encoding: gb18030", plans: ["標準", "free"]) {
      replaced($0, ["標": [0x98, 0xCB], "準": [0x9C, 0xCA]])
    },
    Encoding(yaml: "encoding: shift_jis", plans: ["標準", "free"]) {
      replaced($0, ["標": [0x95, 0x57], "準": [0x8F, 0x80]])
    },
    Encoding(yaml: "encoding: windows-1252", plans: ["Größe", "free"]) {
      replaced($0, ["ö": [0xF6], "ß": [0xDF]])
    },
  ]

  // MARK: Containers

  static let containers: [(name: String, files: @Sendable ([UInt8]) -> [String: Data])] = [
    ("plain", { ["log": Data($0)] }),
    ("gzip", { ["log": storedGzip(Data($0))] }),
    (
      "members with line ends and NULs between",
      { bytes in
        let middle = bytes.count / 2
        return [
          "log": storedGzip(Data(bytes[..<middle])) + Data([10, 0, 0])
            + storedGzip(Data(bytes[middle...])) + Data([0, 10])
        ]
      }
    ),
    ("gzip in gzip", { ["log": storedGzip(storedGzip(Data($0)))] }),
    ("zip", { ["log.zip": storedZip("a/log.txt", Data($0))] }),
    ("zip deflated", { ["log.zip": deflatedZip("a/log.txt", $0)] }),
    ("zip64", { ["log.zip": storedZip("a/log.txt", Data($0), isZip64: true)] }),
    ("gzip in zip", { ["log": storedZip("log.gz", storedGzip(Data($0)))] }),
    ("tar", { ["log.tar": tar("logs/log.txt", Data($0))] }),
    ("pax", { ["log.tar": tar(longName, Data($0), .pax)] }),
    ("tar of GNU", { ["log.tar": tar(longName, Data($0), .gnu)] }),
    ("tar in gzip", { ["log.tgz": storedGzip(tar("log.txt", Data($0)))] }),
    ("block gzip", { ["log": Data(BlockGzip.compress($0, memberBytes: 300))] }),
  ]
}

/// A zip archive of one member that is stored.
private func storedZip(_ name: String, _ content: Data, isZip64: Bool = false) -> Data {
  Data(
    ArchiveWriter.zip([
      ArchiveWriter.ZipMember(name: name, content: Array(content), isZip64: isZip64)
    ]))
}

/// A zip archive of one member that is deflated, though into blocks that are stored.
private func deflatedZip(_ name: String, _ content: [UInt8]) -> Data {
  // Between gzip's header and its checksum and length stands what a zip has.
  let deflated = Array(storedGzip(Data(content)).dropFirst(10).dropLast(8))
  return Data(
    ArchiveWriter.zip([
      ArchiveWriter.ZipMember(name: name, content: content, deflated: deflated)
    ]))
}

private let longName = String(repeating: "folder/", count: 30) + "log.txt"

/// A tar archive of one regular member.
private func tar(
  _ name: String, _ content: Data, _ form: ArchiveWriter.LongName = .ustar
) -> Data {
  Data(ArchiveWriter.tar([(name, Array(content))], form))
}
