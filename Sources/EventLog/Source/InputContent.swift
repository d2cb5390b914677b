import System

/// What an input says, as UTF-8 text without rows: inflated as often as it has to be, and decoded.
///
///     file or member ── FileContent ── (FileContent again) ── (TextDecoder) ── text
///
/// The content's first bytes decide what is done, never its name. What cannot be read is refused at
/// the beginning, with its name and the way out.
struct InputContent: ~Copyable {
  private var content: HeadedContent
  private let decoder: TextDecoder?
  /// Whether gzip was found inside gzip.
  let isGzipTwice: Bool
  /// Name of the encoding that its byte order mark has, nil for UTF-8 and for none.
  let markedEncoding: String?

  init(
    file: InputFile, encoding: String?, readBytes: Int, line: (any MemberRunLine)? = nil,
    runBytes: Int = 1 << 20, archive: ArchiveStream? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(InputError) {
    let source = try file.bytes(of: archive, isCancelled: isCancelled)
    var content = HeadedContent(
      FileContent(source: source, readBytes: readBytes, line: line, runBytes: runBytes))
    var kind = ContentKind(content.head, encoding: encoding)
    let isGzipTwice = kind == .gzip
    if isGzipTwice {
      content = HeadedContent(
        FileContent(source: InflatedBytes(content), readBytes: readBytes))
      kind = ContentKind(content.head, encoding: encoding)
    }
    guard let name = kind.encoding(given: encoding) else {
      throw InputError(path: file.path, reason: kind.refusal(of: file, isInflated: content.isGzip))
    }
    var decoder: TextDecoder?
    if !TextDecoder.isUTF8(name) {
      decoder = TextDecoder(encoding: name)
      if decoder == nil {
        throw InputError(path: file.path, reason: "iconv knows no encoding '\(name)'")
      }
    }
    self.decoder = decoder
    if case .marked = kind { markedEncoding = name } else { markedEncoding = nil }
    self.content = content
    self.isGzipTwice = isGzipTwice
  }

  /// The encoding it is decoded from, nil for UTF-8.
  var encoding: String? { decoder?.encoding }
  var isGzip: Bool { isGzipTwice || content.isGzip }
  var fileBytes: Int { content.fileBytes }
  /// Bytes of content before it is decoded.
  var inflatedBytes: Int { content.inflatedBytes }
  var damages: [Damage] { content.damages }
  /// As `FileContent.isLastRowWhole`.
  var isLastRowWhole: Bool { content.isLastRowWhole }
  /// Bytes that are no character of the encoding.
  var undecodableBytes: Int { decoder?.undecodableBytes ?? 0 }

  var isEnded: Bool {
    if let isDrained = decoder?.isDrained, !isDrained { return false }
    return content.isEnded
  }

  /// Fills `bytes[start..<end]` and returns where the content ends: before `end` only when there is
  /// no more.
  mutating func fill(_ bytes: inout [UInt8], from start: Int, to end: Int) -> Int {
    if decoder == nil { return content.fill(&bytes, from: start, to: end) }
    return decoder?.fill(&bytes, from: start, to: end, of: &content) ?? start
  }

  /// Tells the first damage how many bytes of a last row it cut off.
  mutating func notePartialRow(bytes: Int) { content.notePartialRow(bytes: bytes) }
}

extension InputFile {
  /// The bytes of the file, or of the member that it is.
  ///
  /// - Parameter archive: the stream to take a member from that lies in a stream; nil opens another.
  func bytes(
    of archive: ArchiveStream? = nil, isCancelled: @escaping @Sendable () -> Bool
  ) throws(InputError) -> any ByteReading {
    guard let member else { return try FileBytes(path: path, isCancelled: isCancelled) }
    switch member.place {
    case .file:
      return try FileBytes(path: member.archive, part: member.range, isCancelled: isCancelled)
    case .zip(let entry):
      let file = try FileBytes(
        path: member.archive, part: member.range, isCancelled: isCancelled)
      return ZipEntryBytes(file, entry: entry)
    case .stream:
      let stream: ArchiveStream
      if let archive {
        stream = archive
      } else {
        stream = try ArchiveStream(path: member.archive, isCancelled: isCancelled)
      }
      return StreamedMemberBytes(stream, range: member.range)
    }
  }
}
