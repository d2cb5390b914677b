import TestSupport
import Testing

@testable import EventLog

/// One known story in every container and encoding: the same rows.
@Suite struct ContainerTests {
  private static let story = (0..<40).map { "{\"user\":\"用户\($0)\",\"event\":\"買う\"}" }

  private static var text: [UInt8] { Array((story.joined(separator: "\n") + "\n").utf8) }

  /// The texts of all inputs that a file holds, in canonical order.
  private func texts(
    _ bytes: [UInt8], encoding: String? = nil
  ) throws -> (rows: [String], listing: InputListing, outcomes: [SourceOutcome]) {
    let folder = TemporaryFolder()
    let path = folder.write(bytes, to: "log")
    let listing = InputListing([InputFile(path: path, bytes: bytes.count)], encoding: encoding)
    var rows: [String] = []
    var outcomes: [SourceOutcome] = []
    for file in listing.files {
      var source = try ChunkSource(
        file: file, format: .jsonl, encoding: encoding, limits: ReadLimits(chunkBytes: 100))
      var chunk = Chunk()
      while try source.next(into: &chunk) {
        rows += String(decoding: chunk.bytes[..<chunk.count], as: UTF8.self).split(separator: "\n")
          .map(String.init)
      }
      outcomes.append(source.outcome)
    }
    return (rows, listing, outcomes)
  }

  private func utf16(_ text: [UInt8], isBig: Bool) -> [UInt8] {
    String(decoding: text, as: UTF8.self).utf16.flatMap { unit in
      let bytes = [UInt8(unit & 0xff), UInt8(unit >> 8)]
      return isBig ? bytes.reversed() : bytes
    }
  }

  @Test func everyContainer() throws {
    let text = Self.text
    let half = text.count / 2
    // Halves are cut at a row's end.
    let cut = text[half...].firstIndex(of: 10)! + 1
    let parts = [Array(text[..<cut]), Array(text[cut...])]
    let zipped = parts.map { GzipMember($0).bytes }
    let long = String(repeating: "x", count: 90) + "/" + String(repeating: "y", count: 60)
    var containers: [(String, [UInt8])] = [
      ("plain", text), ("gzip", GzipMember(text).bytes),
      ("gzip twice", GzipMember(GzipMember(text).bytes).bytes),
      ("gzip with padding", zipped[0] + [10, 0, 13, 10] + zipped[1] + [0, 0]),
      ("byte order mark", [0xef, 0xbb, 0xbf] + text),
      ("UTF-16LE", [0xff, 0xfe] + utf16(text, isBig: false)),
      ("UTF-16BE", [0xfe, 0xff] + utf16(text, isBig: true)),
      ("UTF-16 in gzip", GzipMember([0xff, 0xfe] + utf16(text, isBig: false)).bytes),
    ]
    for isDeflated in [false, true] {
      for isZip64 in [false, true] {
        for (name, contents) in [("plain", parts), ("gzip", zipped)] {
          let zip = ArchiveWriter.zip(
            contents.enumerated().map {
              ArchiveWriter.ZipMember(
                name: "a/\($0)", content: $1, isDeflated: isDeflated, isZip64: isZip64)
            })
          containers.append(("zip of \(name), \(isDeflated), \(isZip64)", zip))
          containers.append(("zip behind a program", Array("#!/bin/sh\n".utf8) + zip))
        }
      }
    }
    containers.removeAll { $0.0 == "zip behind a program" }
    for form in [ArchiveWriter.LongName.ustar, .pax, .gnu] {
      for contents in [parts, zipped] {
        let tar = ArchiveWriter.tar(
          contents.enumerated().map { (name: "\(long)\($0)", content: $1) }, form)
        containers.append(("tar \(form)", tar))
        containers.append(("tar.gz \(form)", GzipMember(tar).bytes))
      }
    }
    for (name, bytes) in containers {
      let found = try texts(bytes)
      #expect(found.rows == Self.story, "\(name)")
      #expect(found.listing.errors == [], "\(name)")
      #expect(found.outcomes.allSatisfy { $0.damages.isEmpty }, "\(name)")
      #expect(found.listing.warnings == [] && found.listing.notices == [], "\(name)")
    }
  }

  @Test func encodingsByName() throws {
    // `买` and `用户` in GB18030, `é` in windows-1252.
    let chinese: [UInt8] = Array("{\"a\":\"".utf8) + [0xc2, 0xf2] + Array("\"}\n".utf8)
    let latin: [UInt8] = Array("{\"a\":\"caf".utf8) + [0xe9] + Array("\"}\n".utf8)
    #expect(try texts(chinese, encoding: "gb18030").rows == ["{\"a\":\"买\"}"])
    #expect(try texts(latin, encoding: "windows-1252").rows == ["{\"a\":\"café\"}"])
    #expect(try texts(GzipMember(latin).bytes, encoding: "CP1252").rows == ["{\"a\":\"café\"}"])
    #expect(
      try texts(
        utf16(latin.dropLast(0).map { $0 < 0x80 ? $0 : 0x78 }, isBig: false),
        encoding: "utf-16le"
      ).rows == ["{\"a\":\"cafx\"}"])
    for (bytes, name) in [(chinese, "gb18030"), (latin, "windows-1252")] {
      let error = #expect(throws: InputError.self) { try texts(bytes) }
      #expect(error?.reason.contains("`encoding: \(name)`") == true, "\(error?.reason ?? "")")
    }
    // A few rows among many are bad rows, no other encoding.
    let many = [[UInt8]](repeating: Array("{\"a\":\"x\"}\n".utf8), count: 300).flatMap { $0 }
    #expect(try texts(many + latin).rows.count == 301)
    // What cannot be decoded stays visible as bytes that are no UTF-8.
    let bad = try texts(Array("ab".utf8) + [0xff, 0xff, 10] + many, encoding: "gb18030")
    #expect(bad.outcomes[0].undecodableBytes == 2)
    #expect(bad.rows.count == 301)
  }

  /// Decoding in pieces of any size is decoding at once.
  @Test func decodingInPieces() throws {
    var random = SplitMix64(seed: 9)
    for _ in 0..<50 {
      let text = (0..<Int.random(in: 1...9000, using: &random)).map { _ in
        ["a", "ü", "語", "😀", "\n"].randomElement(using: &random)!
      }.joined()
      let expected = text.split(separator: "\n").map(String.init)
      let bytes = utf16(Array(text.utf8), isBig: false)
      #expect(try texts([0xff, 0xfe] + bytes).rows == expected)
    }
  }

  @Test func foreignKindsAreNamed() throws {
    let cases: [([UInt8], String)] = [
      ([0x28, 0xb5, 0x2f, 0xfd, 0, 1], "zstd -dc FILE | twinfunnel run SPEC -"),
      (Array("BZh91AY&SY".utf8) + [0, 1, 2], "bzip2 -dc FILE"),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0], "xz -dc FILE"),
      ([0x04, 0x22, 0x4d, 0x18, 0x64], "lz4 -dc FILE"),
      (Array("PAR1".utf8) + [0x15, 4, 0], "duckdb"),
      (Array("ORC".utf8) + [8, 3, 0], "orc-contents"),
      (Array("Obj".utf8) + [1, 4, 0x14], "avro-tools"),
      (Array("SQLite format 3".utf8) + [0, 16], "sqlite3"),
      (Array("%PDF-1.7\n".utf8), "PDF"),
      (Array("<!DOCTYPE html><html>".utf8), "HTML"),
      (Array("\n <?xml version='1.0'?>".utf8), "XML"),
      ([0x78, 0x9c] + deflateRaw(Self.text, level: 6), "zlib"),
      (utf16(Self.text.filter { $0 < 0x80 }, isBig: false), "`encoding: utf-16le`"),
    ]
    for (bytes, word) in cases {
      for content in [bytes, GzipMember(bytes).bytes] {
        let folder = TemporaryFolder()
        let file = InputFile(path: folder.write(content), bytes: content.count)
        let listing = InputListing([file])
        #expect(listing.files == [], "\(word)")
        #expect(listing.errors.count == 1 && listing.errors[0].reason.contains(word), "\(word)")
        // As from a pipe, whose bytes are seen only when it is read.
        #expect(throws: InputError.self) {
          _ = try ChunkSource(
            file: InputFile(path: file.path, bytes: 0), format: .jsonl, limits: ReadLimits())
        }
      }
    }
    for text in [
      "ORCID,name\n1,2\n", "<34>Oct 11 22:14:15 su\n", "x^y,z\n", "PAR1,b\n", "{\"a\":1}\n",
    ] {
      #expect(try texts(Array(text.utf8)).listing.errors == [], "\(text)")
    }
  }

  @Test func hostileArchives() throws {
    let member = ArchiveWriter.ZipMember(name: "a", content: Self.text, isDeflated: true)
    func reason(_ bytes: [UInt8]) throws -> String {
      try texts(bytes).listing.errors.first?.reason ?? ""
    }
    var encrypted = member
    encrypted.flags = 1
    #expect(try reason(ArchiveWriter.zip([encrypted])).contains("encrypted"))
    var strange = member
    strange.method = 93
    #expect(try reason(ArchiveWriter.zip([strange])).contains("method"))
    // Two entries of one content: each byte is inflated once.
    var again = member
    again.name = "b"
    again.offset = 0
    #expect(try reason(ArchiveWriter.zip([member, again])).contains("overlap"))
    var outside = member
    outside.offset = 1 << 30
    #expect(try reason(ArchiveWriter.zip([outside])).contains("damaged"))
    var wrong = member
    wrong.checksumChange = 1
    let found = try texts(ArchiveWriter.zip([wrong]))
    #expect(found.outcomes[0].damages.map(\.kind) == [.badEntry])
    // A directory that says less than the content inflates to is not believed.
    let zip = ArchiveWriter.zip([member])
    for length in 0..<zip.count - 1 {
      let cut = Array(zip[..<length])
      if length >= 4 { #expect(try reason(cut).contains("zip archive"), "length \(length)") }
    }
    // Archives in archives end there.
    let nested = ArchiveWriter.zip([
      ArchiveWriter.ZipMember(name: "z", content: zip, isDeflated: true)
    ])
    #expect(throws: InputError.self) { try texts(nested) }
    let thrice = GzipMember(GzipMember(GzipMember(Self.text).bytes).bytes).bytes
    #expect(throws: InputError.self) { try texts(thrice) }
    // Names are shown only; hidden ones and marks are left out.
    let tar = ArchiveWriter.tar(
      [("../../etc/x", Self.text), ("./a/._b", [1]), ("__MACOSX/c", [2]), ("d.part", [3])], .gnu)
    let listed = try texts(tar)
    #expect(listed.rows == Self.story)
    #expect(listed.listing.notices.count == 1)
  }

  /// Every cut of a tar, and every changed byte of it: rows that were there, or damage that is named.
  @Test func tarsThatAreDamaged() throws {
    let lines = ["{\"a\":1}", "{\"b\":2}"]
    let tar = ArchiveWriter.tar(lines.map { ($0, Array("\($0)\n".utf8)) }, .pax)
    for length in stride(from: 513, to: tar.count - 1024, by: 37) {
      let found = try texts(Array(tar[..<length]))
      let damages = found.outcomes.flatMap(\.damages)
      let isRefused = !found.listing.errors.isEmpty
      #expect(isRefused || !damages.isEmpty || length % 512 == 0, "length \(length)")
      #expect(found.rows.allSatisfy(lines.contains), "length \(length)")
    }
    var random = SplitMix64(seed: 4)
    for _ in 0..<400 {
      var bytes = tar
      bytes[Int.random(in: 512..<bytes.count, using: &random)] ^= UInt8.random(
        in: 1...255, using: &random)
      _ = try? texts(bytes)
      _ = try? texts(GzipMember(bytes).bytes)
    }
    let zip = ArchiveWriter.zip(
      lines.map { ArchiveWriter.ZipMember(name: $0, content: Self.text, isDeflated: true) })
    for _ in 0..<400 {
      var bytes = zip
      bytes[Int.random(in: bytes.indices, using: &random)] ^= UInt8.random(
        in: 1...255, using: &random)
      _ = try? texts(bytes)
    }
  }

  @Test func aBlockGzipWithoutItsEndMarker() throws {
    let block = GzipMember("one\ntwo\n").sized()
    #expect(try texts(block + GzipMember.bgzfEnd).outcomes[0].damages == [])
    #expect(try texts(block).outcomes[0].damages.map(\.kind) == [.noEndMarker])
    #expect(try texts(block + GzipMember("three\n").bytes).outcomes[0].damages == [])
  }

  @Test func sameContentIsReadOnce() throws {
    let folder = TemporaryFolder()
    let contents = ["same\n", "same\n", "diff\n", "same\n", "", ""]
    let files = contents.enumerated().map { index, text in
      InputFile(path: folder.write(Array(text.utf8), to: "f\(index)"), bytes: text.utf8.count)
    }
    let listing = InputListing(files)
    #expect(listing.files.map { $0.path.suffix(2) } == ["f0", "f2", "f4", "f5"])
    #expect(listing.warnings.count == 2)
  }

  @Test func bracesInPatterns() {
    #expect(Glob.alternatives("a{b,c}d") == ["abd", "acd"])
    #expect(Glob.alternatives("{a,b{1,2}}/*.gz") == ["a/*.gz", "b1/*.gz", "b2/*.gz"])
    #expect(Glob.alternatives("a{b}c") == ["a{b}c"])
    #expect(Glob.alternatives("a{b,c") == ["a{b,c"])
    #expect(Glob.alternatives("\\{a,b}") == ["\\{a,b}"])
    #expect(Glob.alternatives("{a,}x") == ["ax", "x"])
    let many = String(repeating: "{a,b}", count: 40)
    #expect(Glob.alternatives(many).count <= 1001)
  }
}
