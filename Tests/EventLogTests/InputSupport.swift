import CZlib
import Foundation
import TestSupport

@testable import EventLog

extension SplitMix64 {
  mutating func bytes(_ count: Int, of alphabet: [UInt8]) -> [UInt8] {
    (0..<count).map { _ in alphabet.randomElement(using: &self)! }
  }
}

/// Writes gzip members by hand, with every option of the header.
struct GzipMember {
  var content: [UInt8]
  var extra: [UInt8]?
  var name: String?
  var comment: String?
  var hasHeaderChecksum = false
  var level: Int32 = 6

  init(_ content: [UInt8]) { self.content = content }
  init(_ content: String) { self.content = Array(content.utf8) }

  var header: [UInt8] {
    var flags: UInt8 = 0
    if hasHeaderChecksum { flags |= 2 }
    if extra != nil { flags |= 4 }
    if name != nil { flags |= 8 }
    if comment != nil { flags |= 16 }
    var bytes: [UInt8] = [0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3]
    if let extra { bytes += [UInt8(extra.count & 0xff), UInt8(extra.count >> 8)] + extra }
    if let name { bytes += Array(name.utf8) + [0] }
    if let comment { bytes += Array(comment.utf8) + [0] }
    if hasHeaderChecksum {
      let checksum = zlibChecksum(bytes)
      bytes += [UInt8(checksum & 0xff), UInt8(checksum >> 8 & 0xff)]
    }
    return bytes
  }

  var bytes: [UInt8] {
    let checksum = zlibChecksum(content)
    let length = UInt32(truncatingIfNeeded: content.count)
    var bytes = header + deflateRaw(content, level: level)
    for value in [checksum, length] {
      for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(value >> shift & 0xff)) }
    }
    return bytes
  }
}

extension GzipMember {
  /// As BGZF has it, with its size in the extra field; `claimed` in its place where given.
  func sized(claiming claimed: Int? = nil) -> [UInt8] {
    var member = self
    member.extra = [66, 67, 2, 0, 0, 0]
    let size = (claimed ?? member.bytes.count) - 1
    member.extra = [66, 67, 2, 0, UInt8(size & 0xff), UInt8(size >> 8)]
    return member.bytes
  }

  /// BGZF's last member: an empty one.
  static let bgzfEnd: [UInt8] = [
    0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 66, 67, 2, 0, 27, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]
}

func zlibChecksum(_ bytes: [UInt8]) -> UInt32 {
  UInt32(crc32(0, bytes, UInt32(bytes.count)))
}

func deflateRaw(_ content: [UInt8], level: Int32) -> [UInt8] {
  var stream = z_stream()
  precondition(czlib_deflate_init(&stream, level, -15) == Z_OK)
  defer { deflateEnd(&stream) }
  var input = content
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(content.count))) + 16)
  let capacity = output.count
  input.withUnsafeMutableBufferPointer { from in
    output.withUnsafeMutableBufferPointer { into in
      stream.next_in = from.baseAddress
      stream.avail_in = UInt32(from.count)
      stream.next_out = into.baseAddress
      stream.avail_out = UInt32(into.count)
      precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
    }
  }
  return Array(output.prefix(capacity - Int(stream.avail_out)))
}

/// The slow reference: zlib's own gzip mode, all at once; as much of the content as it can make out.
func referenceInflate(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  precondition(czlib_inflate_init(&stream, 15 + 16) == Z_OK)
  defer { inflateEnd(&stream) }
  var input = bytes
  var content: [UInt8] = []
  var output = [UInt8](repeating: 0, count: 1 << 16)
  input.withUnsafeMutableBufferPointer { from in
    stream.next_in = from.baseAddress
    stream.avail_in = UInt32(from.count)
    while true {
      let result = output.withUnsafeMutableBufferPointer { into in
        stream.next_out = into.baseAddress
        stream.avail_out = UInt32(into.count)
        return inflate(&stream, Z_NO_FLUSH)
      }
      content += output.prefix(output.count - Int(stream.avail_out))
      if result == Z_STREAM_END && stream.avail_in > 0 {
        inflateReset(&stream)
      } else if result != Z_OK || (stream.avail_in == 0 && stream.avail_out > 0) {
        return
      }
    }
  }
  return content
}

/// A folder that goes away with the value.
final class TemporaryFolder {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "input-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, its folders included, and returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String = "file") -> String {
    let file = path + "/" + name
    let folder = (file as NSString).deletingLastPathComponent
    try! FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // In place, not renamed over: one descriptor's worth of work, as thousands of cases are read.
    let stream = fopen(file, "w")!
    fwrite(bytes, 1, bytes.count, stream)
    fclose(stream)
    return file
  }
}

/// One row of a file, by the definition: with its line end, and where it stands.
struct InputRow: Equatable, CustomStringConvertible {
  /// Inflated bytes before it.
  var byte: Int
  /// 1-based.
  var line: Int
  var bytes: [UInt8]
  /// A last row may have none, even where its last byte, inside quotes, is LF.
  var hasLineEnd = true
  /// Its quotes do not close, or there is text behind one that does.
  var isStray = false

  /// Without its line end.
  var text: [UInt8] {
    guard hasLineEnd else { return bytes }
    let text = bytes.dropLast()
    return Array(text.last == 13 ? text.dropLast() : text)
  }

  var lines: Int { bytes.filter { $0 == 10 }.count + (bytes.last == 10 ? 0 : 1) }

  var description: String {
    "\(byte)/\(line): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
  }
}

/// The slow, obvious splitter: byte by byte over the whole content.
func referenceRows(
  _ content: [UInt8], format: LogFormat, isFileStart: Bool = true
) -> [InputRow] {
  var rows: [InputRow] = []
  var row: [UInt8] = []
  var line = 1
  var byte = isFileStart && content.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  var isQuoted = false
  var isFieldStart = true
  var isStray = false
  var index = byte
  while index < content.count {
    let current = content[index]
    row.append(current)
    if case .delimited(let delimited) = format, delimited.quote != nil {
      let delimiter = delimited.delimiter
      if isQuoted {
        if current == 34 {
          if index + 1 < content.count && content[index + 1] == 34 {
            row.append(34)
            index += 1
          } else {
            isQuoted = false
            let next = content[(index + 1)...].first { $0 != 32 }
            if let next, ![delimiter, 10, 13].contains(next) { isStray = true }
          }
        }
        isFieldStart = false
        index += 1
        continue
      }
      if current == 34 && isFieldStart { isQuoted = true }
      isFieldStart = current == delimiter || current == 10
    }
    index += 1
    if current == 10 {
      rows.append(InputRow(byte: byte, line: line, bytes: row, isStray: isStray))
      isStray = false
      line += rows.last!.lines
      byte = index
      row = []
    }
  }
  if !row.isEmpty {
    rows.append(
      InputRow(
        byte: byte, line: line, bytes: row, hasLineEnd: false, isStray: isStray || isQuoted))
  }
  return rows
}

extension InputRow {
  /// Of a row that is too long: the lines that are read again because a stray quote made it so, and
  /// what is dropped.
  func cut(lineBytesMax: Int) -> (again: InputRow?, dropped: InputRow?) {
    guard isStray, let end = bytes.prefix(lineBytesMax + 1).lastIndex(of: 10) else {
      return (nil, self)
    }
    var again = self
    again.bytes = Array(bytes[...end])
    again.hasLineEnd = false
    if again.bytes.count == bytes.count { return (again, nil) }
    var rest = self
    rest.byte += again.bytes.count
    rest.line += again.lines
    rest.bytes = Array(bytes[(end + 1)...])
    return (again, rest)
  }
}

/// Everything that a source delivered, cut into rows again.
struct SourceReading: Equatable {
  var rows: [InputRow] = []
  var rejects: [Reject] = []
  var chunkCounts: [Int] = []
  var outcome = SourceOutcome()

  var texts: [String] { rows.map { String(decoding: $0.text, as: UTF8.self) } }
  var kinds: [Damage.Kind] { outcome.damages.map(\.kind) }
}

func readSource(
  _ path: String, format: LogFormat = .jsonl, limits: ReadLimits = ReadLimits(),
  readBytes: Int = 256 << 10, line: (any MemberRunLine)? = nil, afterOpening: () -> Void = {}
) throws -> SourceReading {
  var lenient = limits
  lenient.refusesOtherEncodings = false
  var source = try ChunkSource(
    file: InputFile(path: path, bytes: 0), format: format, limits: lenient, line: line,
    readBytes: readBytes)
  afterOpening()
  var reading = SourceReading()
  var chunk = Chunk()
  var lines: [Int] = []
  while try source.next(into: &chunk) {
    precondition(chunk.count > 0 && chunk.index == reading.chunkCounts.count)
    reading.chunkCounts.append(chunk.count)
    let before = lines.reduce(0, +) + chunk.droppedLines
    let rows = referenceRows(
      Array(chunk.bytes[0..<chunk.count]), format: format, isFileStart: false)
    for row in rows {
      reading.rows.append(
        InputRow(
          byte: row.byte + chunk.offset, line: row.line + before, bytes: row.bytes,
          hasLineEnd: row.hasLineEnd))
    }
    lines.append(rows.reduce(0) { $0 + $1.lines })
  }
  let hasMore = try source.next(into: &chunk)
  precondition(!hasMore, "the end stays the end")
  precondition(chunk.count == 0)
  reading.outcome = source.outcome
  reading.rejects = source.outcome.rejects(linesByChunk: lines)
  precondition(source.compressedBytesRead == source.outcome.fileBytes)
  return reading
}

func readBytes(
  _ bytes: [UInt8], format: LogFormat = .jsonl, limits: ReadLimits = ReadLimits(),
  readBytes: Int = 256 << 10
) throws -> SourceReading {
  let folder = TemporaryFolder()
  return try readSource(
    folder.write(bytes), format: format, limits: limits, readBytes: readBytes)
}

extension ArchiveWriter.ZipMember {
  init(name: String, content: [UInt8], isDeflated: Bool, isZip64: Bool = false) {
    self.init(
      name: name, content: content,
      deflated: isDeflated ? deflateRaw(content, level: 6) : nil, isZip64: isZip64)
  }
}
