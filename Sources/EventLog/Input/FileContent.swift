/// The content of one file, inflated if it is gzip, as a stream of bytes without rows.
///
/// Gzip is told by its first two bytes, never by the file's name. The bytes of plain text are read
/// straight into the caller's buffer, and those of gzip are inflated straight into it.
struct FileContent: ~Copyable {
  private enum Encoding { case unknown, plain, gzip }

  private let descriptor: InputDescriptor
  private let readBytes: Int
  private var encoding = Encoding.unknown
  private var decoder = GzipDecoder<DefaultInflater>()
  /// Bytes of the file as read: `input[inputStart..<inputEnd]` are waiting. Before them stand the
  /// last few used ones, because an inflater may give some back.
  private var input: [UInt8]
  private var inputStart = RawInflaterLookahead.bytesMax
  private var inputEnd = RawInflaterLookahead.bytesMax

  /// Bytes read from the file so far.
  private(set) var fileBytes = 0
  private(set) var inflatedBytes = 0
  private(set) var damages: [Damage] = []
  /// No more content will come.
  private(set) var isEnded = false
  /// The system has said so, or refused; what was read may still be waiting.
  private var isFileAtEnd = false

  var isGzip: Bool { encoding == .gzip }

  /// After the end: whether a last row without a line end is the whole row, as the file's writer
  /// wrote it. It is not where the file was cut, nor where a plain file is still being written;
  /// a gzip stream that ended with a right checksum is whole whatever came after it.
  var isLastRowWhole: Bool {
    damages.allSatisfy { damage in
      switch damage.kind {
      case .trailingBytes: true
      case .changedWhileRead: isGzip
      case .truncated, .badChecksum, .badLength, .corrupt, .readFailed: false
      }
    }
  }

  /// `readBytes`: bytes asked of the system at a time.
  init(
    file: InputFile, readBytes: Int, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(InputError) {
    precondition(readBytes > 0)
    descriptor = try InputDescriptor(path: file.path, isCancelled: isCancelled)
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
    if isEnded && descriptor.hasChanged() { note(.changedWhileRead) }
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
          for: descriptor.read(into: &bytes, range: start..<min(end, start + readBytes)))
      isEnded = count == 0
    }
    inflatedBytes += count
    return start + count
  }

  private mutating func inflate(_ bytes: inout [UInt8], from start: Int, to end: Int) -> Int {
    let step = decoder.decode(
      input, range: inputStart..<inputEnd, into: &bytes, range: start..<end)
    inputStart += step.consumed
    inflatedBytes += step.produced
    if let kind = step.damage {
      note(kind)
      isEnded = true
    } else if step.produced == 0 && inputStart == inputEnd && !readMore() {
      // A failed read is the damage already; what it cut needs no second name.
      if !decoder.isBetweenMembers && damages.isEmpty { note(.truncated) }
      isEnded = true
    }
    return start + step.produced
  }

  /// Reads more of the file behind what is waiting; false at its end.
  private mutating func readMore() -> Bool {
    let surplus = inputStart - RawInflaterLookahead.bytesMax
    if surplus > 0 {
      for index in surplus..<inputEnd { input[index - surplus] = input[index] }
      inputStart -= surplus
      inputEnd -= surplus
    }
    if isFileAtEnd { return false }
    let range = inputEnd..<min(inputEnd + readBytes, input.count)
    let count = account(for: descriptor.read(into: &input, range: range))
    inputEnd += count
    return count > 0
  }

  /// The bytes that a read brought: 0 at the end of the file, and after a failure, which is noted.
  private mutating func account(for result: Result<Int, SystemError>) -> Int {
    switch result {
    case .success(let count):
      isFileAtEnd = count == 0
      fileBytes += count
      return count
    case .failure(let error):
      isFileAtEnd = true
      note(.readFailed(error.code))
      return 0
    }
  }

  private mutating func note(_ kind: Damage.Kind) {
    damages.append(
      Damage(
        kind: kind, fileOffset: fileBytes - (inputEnd - inputStart), inflatedOffset: inflatedBytes))
  }
}
