import System

/// The content of one file, inflated if it is gzip, as a stream of bytes without rows.
///
/// Gzip is told by its first two bytes, never by the file's name. The bytes of plain text are read
/// straight into the caller's buffer, and those of gzip are inflated straight into it.
///
/// With a `MemberRunLine` and somebody at it, members that carry their size are read ahead, cut into
/// runs and inflated there, from any member boundary on. Only runs that turn out whole are taken; from
/// the first that does not, all is decoded here. So what is read, and every damage, is the same:
///
///     file       member member member | member member | member ... no size, cut, damaged
///     line       inflated by anybody    by anybody    |
///     decoder                                           from here on, as if it were the whole file
struct FileContent: ~Copyable {
  private enum Encoding { case unknown, plain, gzip }

  private let source: any ByteReading
  private let readBytes: Int
  private var encoding = Encoding.unknown
  private var decoder = GzipDecoder<DefaultInflater>()
  /// Bytes of the file as read: `input[inputStart..<inputEnd]` are waiting. Before them stand the
  /// last few used ones, because an inflater may give some back.
  private var input: [UInt8]
  private var inputStart = RawInflaterLookahead.bytesMax
  private var inputEnd = RawInflaterLookahead.bytesMax
  /// Bytes behind `inputEnd`, read for runs that did not come about. The decoder gets them in the
  /// pieces in which it would have got them without runs, because where an inflater sees damage may
  /// depend on how much it could look ahead.
  private var behind = 0

  private let line: (any MemberRunLine)?
  /// Inflated bytes that a run should have.
  private let runBytes: Int
  /// Whether members may still be cut from the input, and whether runs may still be in the line.
  private var canCut: Bool
  private var isLineInUse: Bool
  /// Compressed bytes of the runs in the line.
  private var lineBytes = 0
  /// A run being handed out, of which `delivered` bytes are; nil for none.
  private var delivery: MemberRun?
  private var delivered = 0
  /// Runs handed out, whose buffers serve again.
  private var spareRuns: [MemberRun] = []

  private var bytesRead = 0
  /// A read failed; it is noted when its turn comes.
  private var readFailure: Int32?
  private(set) var inflatedBytes = 0
  private(set) var damages: [Damage] = []
  /// No more content will come.
  private(set) var isEnded = false
  /// The system has said so, or refused; what was read may still be waiting.
  private var isFileAtEnd = false

  var isGzip: Bool { encoding == .gzip }

  /// Bytes read from the file so far; those read ahead for runs count, as all others, by whole reads.
  var fileBytes: Int {
    if let below = source.fileBytes { return below }
    let used = bytesRead - waitingBytes
    return min(bytesRead, (used + readBytes - 1) / readBytes * readBytes)
  }

  /// Bytes read and not decoded yet.
  private var waitingBytes: Int { inputEnd - inputStart + behind + lineBytes }

  /// After the end: whether a last row without a line end is the whole row, as the file's writer
  /// wrote it. It is not where the file was cut, nor where a plain file is still being written;
  /// a gzip stream that ended with a right checksum is whole whatever came after it.
  var isLastRowWhole: Bool {
    damages.allSatisfy { damage in
      switch damage.kind {
      case .trailingBytes, .brokenArchive: true
      case .changedWhileRead: isGzip
      case .truncated, .noEndMarker, .badChecksum, .badLength, .corrupt, .cutMember, .badEntry,
        .bomb, .readFailed:
        false
      }
    }
  }

  /// `readBytes`: bytes asked of the system at a time. `runBytes`: inflated bytes that a run should
  /// have, where there is a line.
  init(
    source: any ByteReading, readBytes: Int, line: (any MemberRunLine)? = nil,
    runBytes: Int = 1 << 20
  ) {
    precondition(readBytes > 0 && runBytes > 0)
    self.source = source
    self.line = line
    self.runBytes = runBytes
    canCut = line != nil
    isLineInUse = line != nil
    self.readBytes = readBytes
    // One more than asked for at a time, so that the two bytes of gzip's magic fit in any case.
    input = [UInt8](repeating: 0, count: RawInflaterLookahead.bytesMax + readBytes + 1)
  }

  /// Fills `bytes[start..<end]` and returns where the content ends: before `end` only when there is
  /// no more.
  mutating func fill(_ bytes: inout [UInt8], from start: Int, to end: Int) -> Int {
    if isEnded { return start }
    if encoding == .unknown { recognise() }
    var position = start
    while position < end && !isEnded {
      if encoding == .gzip {
        position = inflate(&bytes, from: position, to: end)
      } else {
        position = copy(&bytes, from: position, to: end)
      }
    }
    if isEnded {
      // What was wrong below came first.
      damages.insert(contentsOf: source.damages, at: 0)
      if source.hasChanged { note(.changedWhileRead) }
    }
    return position
  }

  /// Tells the first damage how many bytes of a last row it cut off.
  mutating func notePartialRow(bytes: Int) {
    if !damages.isEmpty { damages[0].partialRowBytes = bytes }
  }

  /// Reads until the first two bytes are known. A lone first byte of the magic is a gzip file that
  /// was cut, not a text.
  private mutating func recognise() {
    let first = inputStart
    while inputEnd < first + 2 && (inputEnd == first || input[first] == GzipHeader.magic.0) {
      if !readMore() { break }
    }
    let isGzip =
      inputEnd > first && input[first] == GzipHeader.magic.0
      && (inputEnd == first + 1 || input[first + 1] == GzipHeader.magic.1)
    encoding = isGzip ? .gzip : .plain
  }

  private mutating func copy(_ bytes: inout [UInt8], from start: Int, to end: Int) -> Int {
    let count: Int
    if inputStart < inputEnd {
      count = min(inputEnd - inputStart, end - start)
      bytes.replaceSubrange(start..<start + count, with: input[inputStart..<inputStart + count])
      inputStart += count
    } else {
      count =
        isFileAtEnd
        ? 0
        : account(
          for: source.read(into: &bytes, range: start..<min(end, start + readBytes)))
      isEnded = count == 0
    }
    inflatedBytes += count
    return start + count
  }

  private mutating func inflate(_ bytes: inout [UInt8], from start: Int, to end: Int) -> Int {
    if delivery != nil { return deliver(&bytes, from: start, to: end) }
    let usesLine = isLineInUse && line?.isAttended == true
    if usesLine && decoder.isBeforeMember && takeRun() { return start }
    let step = decoder.decode(
      input, range: inputStart..<inputEnd, into: &bytes, range: start..<end,
      stopsAfterMember: usesLine && isLineInUse)
    inputStart += step.consumed
    inflatedBytes += step.produced
    if let kind = step.damage {
      note(kind)
      isEnded = true
    } else if step.produced == 0 && inputStart == inputEnd && !readMore() {
      // A failed read is the damage already; what it cut needs no second name.
      if damages.isEmpty && source.damages.isEmpty {
        if !decoder.isBetweenMembers {
          note(.truncated)
        } else if decoder.lacksEndMarker {
          note(.noEndMarker)
        }
      }
      isEnded = true
    } else if isBomb {
      note(.bomb)
      isEnded = true
    }
    return start + step.produced
  }

  /// What inflating twice may make of a byte of the file, once it is much: inflating once makes at most
  /// 1,032, and logs shrink to a twentieth.
  private static let ratioMax = 2_000
  private static let inflatedBytesFree = 1 << 30

  private var isBomb: Bool {
    guard inflatedBytes > Self.inflatedBytesFree, let below = source.fileBytes else { return false }
    return inflatedBytes / Self.ratioMax > below
  }

  /// Reads more of the file behind what is waiting; false at its end, or where a read failed.
  private mutating func readMore() -> Bool {
    if behind > 0 {
      offerPiece()
      return true
    }
    discardUsed()
    if isFileAtEnd {
      noteReadFailure()
      return false
    }
    let range = inputEnd..<min(inputEnd + readBytes, input.count)
    let count = account(for: source.read(into: &input, range: range))
    inputEnd += count
    if count == 0 { noteReadFailure() }
    return count > 0
  }

  /// Adds to the input what one read from here on would have brought.
  private mutating func offerPiece() {
    let count = min(behind, readBytes - (bytesRead - behind) % readBytes)
    inputEnd += count
    behind -= count
  }

  /// Moves what is waiting to the start of the input.
  private mutating func discardUsed() {
    let surplus = inputStart - RawInflaterLookahead.bytesMax
    guard surplus > 0 else { return }
    for index in surplus..<inputEnd { input[index - surplus] = input[index] }
    inputStart -= surplus
    inputEnd -= surplus
  }

  /// The bytes that a read brought: 0 at the end of the file, and after a failure.
  private mutating func account(for result: Result<Int, SystemError>) -> Int {
    switch result {
    case .success(let count):
      isFileAtEnd = count == 0
      bytesRead += count
      return count
    case .failure(let error):
      isFileAtEnd = true
      readFailure = error.code
      return 0
    }
  }

  private mutating func noteReadFailure() {
    guard let code = readFailure else { return }
    readFailure = nil
    note(.readFailed(code))
  }

  private mutating func note(_ kind: Damage.Kind) {
    damages.append(
      Damage(kind: kind, fileOffset: bytesRead - waitingBytes, inflatedOffset: inflatedBytes))
  }
}

// MARK: Runs of members

extension FileContent {
  /// Before a member: makes the next run the delivery, and keeps the line full. False when the decoder
  /// has to go on by itself, which it then does to the end of the file.
  private mutating func takeRun() -> Bool {
    guard let line else { return false }
    while canCut && line.hasRoom {
      guard let run = cutRun() else {
        canCut = false
        break
      }
      lineBytes += run.compressedCount
      line.append(run)
    }
    guard let run = line.next() else {
      leaveLine()
      return false
    }
    guard run.isWhole else {
      takeBack(run, and: line)
      leaveLine()
      return false
    }
    lineBytes -= run.compressedCount
    decoder.skipMembers(run.memberCount, endsEmpty: run.endsEmpty)
    delivery = run
    delivered = 0
    return true
  }

  /// Cuts whole members off the input, reading on as needed. Nil when what comes next is not a whole
  /// member that carries its size.
  private mutating func cutRun() -> MemberRun? {
    var extent = MemberExtent()
    cutting: while extent.inflatedBytes < runBytes && extent.bytes < runBytes {
      let next = MemberExtent.measure(
        input.span.extracting(inputStart + extent.bytes..<inputEnd))
      switch next {
      case .whole(let member): extent.add(member)
      case .incomplete: if !readAhead() { break cutting }
      case .unsized: break cutting
      }
    }
    guard extent.memberCount > 0 else { return nil }
    var run = spareRuns.popLast() ?? MemberRun()
    run.fill(with: input, range: inputStart..<inputStart + extent.bytes, extent: extent)
    inputStart += extent.bytes
    return run
  }

  /// As `readMore`, with room made for it. A failure is noted later, when all before it is decoded.
  private mutating func readAhead() -> Bool {
    discardUsed()
    if isFileAtEnd { return false }
    let end = inputEnd + readBytes
    if input.count < end {
      input.append(contentsOf: [UInt8](repeating: 0, count: end - input.count))
    }
    let count = account(for: source.read(into: &input, range: inputEnd..<end))
    inputEnd += count
    return count > 0
  }

  /// Puts the compressed bytes of a run and of all after it back before the input.
  private mutating func takeBack(_ first: MemberRun, and line: any MemberRunLine) {
    var bytes = [UInt8](repeating: 0, count: RawInflaterLookahead.bytesMax)
    bytes += first.compressed[..<first.compressedCount]
    while let run = line.next() { bytes += run.compressed[..<run.compressedCount] }
    bytes += input[inputStart..<inputEnd]
    inputStart = RawInflaterLookahead.bytesMax
    inputEnd = bytes.count
    // Behind them the usual room, for when they are used up.
    bytes += [UInt8](repeating: 0, count: readBytes + 1)
    input = bytes
    lineBytes = 0
  }

  /// From here on all is decoded in sequence.
  private mutating func leaveLine() {
    canCut = false
    isLineInUse = false
    spareRuns = []
    behind = inputEnd - inputStart
    inputEnd = inputStart
    if behind > 0 { offerPiece() }
  }

  /// Hands out more of the current run.
  private mutating func deliver(_ bytes: inout [UInt8], from start: Int, to end: Int) -> Int {
    guard let run = delivery else { return start }
    let count = min(end - start, run.inflatedCount - delivered)
    run.copy(from: delivered, count: count, to: &bytes, at: start)
    delivered += count
    inflatedBytes += count
    if delivered == run.inflatedCount {
      spareRuns.append(run)
      delivery = nil
    }
    return start + count
  }
}
