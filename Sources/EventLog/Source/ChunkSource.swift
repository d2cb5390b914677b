/// Reads one file as chunks of whole rows.
///
/// Three rows of 6 bytes, read 8 at a time; what a chunk cannot end stands at the start of the next:
///
///     file     a b c d e LF f g | h i j LF k l m n | o LF
///     chunk 0  a b c d e LF
///     chunk 1  f g h i j LF
///     chunk 2  k l m n o LF
///
/// A chunk takes about `ReadLimits.chunkBytes`, more when a row needs more, and at most as much again
/// as the longest row allowed. Which rows the file has does not depend on the size of chunks or reads.
package struct ChunkSource: ~Copyable {
  private var content: InputContent
  private var splitter: RowSplitter
  private let format: LogFormat
  /// The start of the content, by which its layout is known, until it is in chunks.
  private var head: [UInt8] = []
  private var headStart = 0
  private var limits: ReadLimits
  /// Bytes after the last chunk's end, of which `splitter` has passed the first `carryPassed`.
  private var carry: [UInt8] = []
  private var carryPassed = 0
  /// Inflated bytes of the file before the carry.
  private var offset = 0
  private var chunkCount = 0
  /// The row at the start of the carry, while it is being dropped.
  private var oversized: OversizedRow?
  private var again: LinesAgain?
  private var summary = SourceOutcome()
  private var watch = EncodingWatch()
  private var isWatching: Bool
  private let file: InputFile
  private var isFinished = false
  /// If the content is to be digested.
  private var digester: ContentDigester?

  private static let lineBytesLimit = 1 << 30
  /// Buffers that a long row made larger than so many chunks are not kept behind it: there may be one
  /// of them for every chunk on its way.
  private static let keptChunks = 4

  /// Opens the file. Throws when it is missing, unreadable, a folder, or by its first bytes nothing
  /// that has rows.
  ///
  /// - Parameters:
  ///   - encoding: the content's, as iconv(3) names it; nil for UTF-8. A byte order mark in the
  ///     content is believed before it.
  ///   - archive: the stream that a member in a stream is read from; nil opens another.
  ///   - line: where others may inflate members that carry their size. It changes nothing of what is
  ///     read.
  ///   - isCancelled: asked while a pipe has nothing to read; true ends the content there, as a
  ///     failed read.
  package init(
    file: InputFile, format: LogFormat, encoding: String? = nil, limits: ReadLimits,
    line: (any MemberRunLine)? = nil, archive: ArchiveStream? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(InputError) {
    try self.init(
      file: file, format: format, encoding: encoding, limits: limits, line: line,
      archive: archive, readBytes: 256 << 10, isCancelled: isCancelled)
  }

  init(
    file: InputFile, format: LogFormat, encoding: String? = nil, limits: ReadLimits,
    line: (any MemberRunLine)? = nil, archive: ArchiveStream? = nil, readBytes: Int,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(InputError) {
    precondition(limits.chunkBytes > 0 && limits.lineBytesMax > 0)
    // A few chunks to a run, so that handing it over costs little beside inflating it.
    content = try InputContent(
      file: file, encoding: encoding, readBytes: readBytes, line: line,
      runBytes: 4 * limits.chunkBytes, archive: archive, isCancelled: isCancelled)
    self.file = file
    isWatching = limits.refusesOtherEncodings
    splitter = RowSplitter(format: format)
    self.format = format
    self.limits = limits
    // Offsets inside a chunk are 32-bit numbers further on.
    self.limits.lineBytesMax = min(limits.lineBytesMax, Self.lineBytesLimit)
  }

  /// Also digests the content; to be asked for before the first chunk.
  package mutating func digest(starts: ContentStarts) {
    digester = ContentDigester(starts: starts)
  }

  /// Bytes of the file read so far, for progress.
  package var compressedBytesRead: Int { content.fileBytes }

  /// What is known of the file so far; all of it once `next` has returned false.
  package var outcome: SourceOutcome {
    var outcome = summary
    outcome.fileBytes = content.fileBytes
    outcome.textBytes = offset
    outcome.inflatedBytes = content.inflatedBytes
    outcome.damages = content.damages
    outcome.isGzip = content.isGzip
    outcome.content = digester?.content
    outcome.isGzipTwice = content.isGzipTwice
    outcome.encoding = content.encoding
    outcome.isEncodingMarked = content.markedEncoding != nil
    outcome.undecodableBytes = content.undecodableBytes
    if content.isEnded, let flaw = file.member?.flaw,
      !outcome.damages.contains(where: { $0.kind == flaw })
    {
      outcome.damages.append(
        Damage(kind: flaw, fileOffset: file.bytes, inflatedOffset: content.inflatedBytes))
    }
    outcome.isEmpty = content.isEnded && content.fileBytes == 0 && content.damages.isEmpty
    return outcome
  }

  /// Fills `chunk` with the next whole rows, at least one. False at the end, when `chunk` is empty.
  /// The last row may be without its line end; a row that damage cut is left out. Throws when the
  /// first rows show that the content is not in its encoding.
  package mutating func next(into chunk: inout Chunk) throws(InputError) -> Bool {
    let isThere = fill(&chunk)
    if isWatching {
      watch.look(at: chunk.bytes.span.extracting(0..<chunk.count))
      if watch.isFull || !isThere {
        isWatching = false
        // Damage explains bad bytes well enough.
        if content.damages.isEmpty, let reason = watch.refusal(decoded: content.encoding) {
          throw InputError(path: file.path, reason: reason)
        }
      }
    }
    return isThere
  }

  private mutating func fill(_ chunk: inout Chunk) -> Bool {
    chunk.count = 0
    if isTooLargeToKeep(chunk.bytes) { chunk.bytes = [] }
    if isFinished { return false }
    if chunkCount == 0 && offset == 0 && carry.isEmpty {
      skipByteOrderMark(&chunk.bytes)
      learnLayout()
    }

    var count = restoreCarry(&chunk.bytes)
    var target =
      count < limits.chunkBytes / 2 ? limits.chunkBytes : count + limits.chunkBytes
    var window = RowWindow(passed: carryPassed)
    while true {
      if count < target {
        grow(&chunk.bytes, to: target)
        let start = count
        count = take(&chunk.bytes, from: count, to: target)
        digester?.update(chunk.bytes.span.extracting(start..<count))
        if summary.hasReturnsOnly {
          endLines(&chunk.bytes, chunkCount == 0 ? 0..<count : start..<count)
        }
      }
      if oversized != nil {
        if let end = drop(chunk.bytes.span.extracting(0..<count), from: window.passed) {
          // The rest may hold whole rows: it starts over as the carry.
          keep(chunk.bytes, from: end, to: count, passed: end)
          count = restoreCarry(&chunk.bytes)
        } else {
          offset += count
          count = 0
          if isEnded { finishOversized(isStray: content.isLastRowWhole && splitter.isStray) }
        }
        window = RowWindow(passed: 0)
        if oversized == nil, let again { return deliver(again, &chunk, count: count) }
        if isEnded && count == 0 {
          isFinished = true
          return false
        }
        target = max(limits.chunkBytes, count)
        continue
      }
      let isTooLong = window.advance(
        in: chunk.bytes.span.extracting(0..<count), with: &splitter,
        lineBytesMax: limits.lineBytesMax, isLast: isEnded)
      if window.rowStart > 0 {
        if isTooLong { beginOversized(at: offset + window.rowStart) }
        return deliver(&chunk, end: window.rowStart, count: count, passed: window.passed)
      }
      if isTooLong {
        beginOversized(at: offset)
      } else if isEnded {
        return deliverLastRow(&chunk, count: count)
      } else {
        // Twice as much, so that a row of any length is passed over once and copied little.
        target = min(
          count + max(limits.chunkBytes, count), limits.lineBytesMax + 2 + limits.chunkBytes)
      }
    }
  }
}

// MARK: Delivery

extension ChunkSource {
  private mutating func deliver(
    _ chunk: inout Chunk, end: Int, count: Int, passed: Int
  ) -> Bool {
    let start = offset
    keep(chunk.bytes, from: end, to: count, passed: passed)
    number(&chunk, count: end, offset: start)
    return true
  }

  private mutating func number(_ chunk: inout Chunk, count: Int, offset: Int) {
    chunk.count = count
    chunk.index = chunkCount
    chunk.offset = offset
    chunk.droppedLines = summary.droppedLines
    chunk.holdsValues = summary.isReadAsValues
    chunkCount += 1
  }

  /// The content has ended, and no row end is left in it.
  private mutating func deliverLastRow(_ chunk: inout Chunk, count: Int) -> Bool {
    isFinished = true
    if count == 0 { return false }
    guard content.isLastRowWhole else {
      content.notePartialRow(bytes: count)
      return false
    }
    return deliver(&chunk, end: count, count: count, passed: count)
  }

  /// Keeps `bytes[start..<end]` as the carry, `passed` counted from the start of `bytes`.
  private mutating func keep(_ bytes: [UInt8], from start: Int, to end: Int, passed: Int) {
    carry.removeAll(keepingCapacity: !isTooLargeToKeep(carry))
    carry.append(contentsOf: bytes[start..<end])
    carryPassed = passed - start
    offset += start
  }

  private mutating func restoreCarry(_ bytes: inout [UInt8]) -> Int {
    grow(&bytes, to: carry.count)
    bytes.replaceSubrange(0..<carry.count, with: carry)
    let count = carry.count
    if isTooLargeToKeep(carry) { carry = [] }
    return count
  }

  private func isTooLargeToKeep(_ buffer: [UInt8]) -> Bool {
    buffer.capacity > Self.keptChunks * limits.chunkBytes
  }

  private func grow(_ bytes: inout [UInt8], to count: Int) {
    if bytes.count < count {
      // No more than that: an array that grows by itself may take twice as much.
      bytes.reserveCapacity(count)
      // Piece by piece: memory for one of them beside it, and no loop over single bytes.
      let piece = [UInt8](repeating: 0, count: min(count - bytes.count, 1 << 16))
      while bytes.count < count { bytes += piece.prefix(count - bytes.count) }
    }
  }

  private mutating func skipByteOrderMark(_ bytes: inout [UInt8]) {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    grow(&bytes, to: mark.count)
    let count = content.fill(&bytes, from: 0, to: mark.count)
    digester?.update(bytes.span.extracting(0..<count))
    if bytes.prefix(count).elementsEqual(mark) {
      summary.hadByteOrderMark = true
      offset = mark.count
    } else {
      carry.append(contentsOf: bytes.prefix(count))
    }
  }
}

// MARK: Layout

extension ChunkSource {
  private static let headBytes = 64 << 10

  /// Whether all of the content has been taken.
  private var isEnded: Bool { content.isEnded && headStart == head.count }

  /// Fills `bytes[start..<end]`, less only at the end of the content; where the content goes on is
  /// returned.
  private mutating func take(_ bytes: inout [UInt8], from start: Int, to end: Int) -> Int {
    if headStart == head.count { return content.fill(&bytes, from: start, to: end) }
    let count = min(end - start, head.count - headStart)
    bytes.replaceSubrange(start..<start + count, with: head[headStart..<headStart + count])
    headStart += count
    if headStart == head.count {
      head = []
      headStart = 0
    }
    return start + count == end ? end : content.fill(&bytes, from: start + count, to: end)
  }

  /// Looks at the first bytes: JSON that is not in lines, a spreadsheet's line that names the
  /// delimiter, line ends of an old Macintosh. How many bytes does not depend on the size of chunks.
  private mutating func learnLayout() {
    switch format {
    case .jsonl, .delimited: break
    case .json, .lines: return
    }
    head = [UInt8](repeating: 0, count: Self.headBytes)
    head.removeLast(Self.headBytes - content.fill(&head, from: 0, to: Self.headBytes))
    // What was read to look for a mark stands before it.
    let first = carry + head
    switch format {
    case .jsonl where JSONValueSplitter.isOtherThanLines(first.span):
      summary.isReadAsValues = true
      splitter = .values(JSONValueSplitter())
    case .delimited(var format):
      summary.hasReturnsOnly =
        LineSplitter.firstLineEnd(in: first.span, from: 0) == nil
        && first.contains(UInt8(ascii: "\r"))
      if format.quote != nil, let delimiter = CSVRowSplitter.statedDelimiter(first.span) {
        format.delimiter = delimiter
        splitter = RowSplitter(format: .delimited(format))
      }
    default: break
    }
  }

  private func endLines(_ bytes: inout [UInt8], _ range: Range<Int>) {
    for place in range where bytes[place] == UInt8(ascii: "\r") {
      bytes[place] = UInt8(ascii: "\n")
    }
  }
}

// MARK: Rows too long

extension ChunkSource {
  private mutating func beginOversized(at byte: Int) {
    oversized = OversizedRow(byte: byte)
  }

  /// Passes over more of the oversized row. Returns where it ends, nil when it goes on.
  private mutating func drop(_ bytes: Span<UInt8>, from passed: Int) -> Int? {
    let end = splitter.firstRowEnd(in: bytes, from: passed)
    let row = bytes.extracting(0..<(end ?? bytes.count))
    if let byte = oversized?.byte, oversized?.count == 0, case .csv = splitter {
      again = LinesAgain(row, byte: byte, bytesMax: limits.lineBytesMax + 1)
    }
    oversized?.take(row, isEnd: end != nil)
    again?.take(row, isEnd: end != nil)
    if end != nil { finishOversized(isStray: splitter.endedStray) }
    return end
  }

  /// The oversized row has ended. One that a stray quote made is none: `again` stays, and its lines.
  private mutating func finishOversized(isStray: Bool) {
    guard let row = oversized else { return }
    oversized = nil
    if isStray, again != nil { return }
    again = nil
    count(row)
  }

  /// Gives the lines to the parser, which knows what to do with quotes that do not close. What stands
  /// behind them, `count` bytes of the chunk, becomes the carry.
  private mutating func deliver(
    _ lines: LinesAgain, _ chunk: inout Chunk, count: Int
  ) -> Bool {
    again = nil
    keep(chunk.bytes, from: 0, to: count, passed: 0)
    grow(&chunk.bytes, to: lines.bytes.count)
    chunk.bytes.replaceSubrange(0..<lines.bytes.count, with: lines.bytes)
    number(&chunk, count: lines.bytes.count, offset: lines.rest.byte - lines.bytes.count)
    self.count(lines.rest)
    return true
  }

  private mutating func count(_ row: OversizedRow) {
    if row.count == 0 { return }
    if summary.droppedSamples.count < limits.rejectSamplesMax {
      let reject = Reject(
        reason: .lineTooLong, line: summary.droppedLines, byte: row.byte, prefix: row.prefix)
      summary.droppedSamples.append(DroppedRow(chunkIndex: chunkCount, reject: reject))
    }
    // Quotes that were open over many lines may be a stray one: what is lost are lines.
    summary.droppedRows += row.lines
    summary.droppedBytes += row.count
    summary.droppedLines += row.lines
  }
}
