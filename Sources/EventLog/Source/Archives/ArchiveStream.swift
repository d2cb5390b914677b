import System

/// What an archive inflates to, from its start to its end: its members can be read in their order only.
package final class ArchiveStream {
  private var content: FileContent
  /// Inflated bytes that were read or passed over.
  private(set) var position = 0
  private var skipped = [UInt8](repeating: 0, count: 64 << 10)

  package init(
    path: String, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(InputError) {
    content = FileContent(
      source: try FileBytes(path: path, isCancelled: isCancelled), readBytes: 256 << 10)
  }

  /// Passes over the rest. What was wrong with the stream itself.
  package func finish() -> [Damage] {
    while read(into: &skipped, range: 0..<skipped.count) > 0 {}
    return content.damages
  }

  /// Reads into `bytes[range]`; 0 at the end only.
  func read(into bytes: inout [UInt8], range: Range<Int>) -> Int {
    let count =
      content.fill(&bytes, from: range.lowerBound, to: range.upperBound) - range.lowerBound
    position += count
    return count
  }

  /// Passes over what comes before `offset`; false where the stream ends first.
  func skip(to offset: Int) -> Bool {
    while position < offset {
      if read(into: &skipped, range: 0..<min(skipped.count, offset - position)) == 0 {
        return false
      }
    }
    return position == offset
  }
}

extension ArchiveStream: ArchiveBytes {
  func bytes(at offset: Int, count: Int) -> [UInt8] {
    guard skip(to: offset) else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let more = read(into: &bytes, range: done..<count)
      if more == 0 { break }
      done += more
    }
    bytes.removeLast(count - done)
    return bytes
  }
}

/// A member of an archive's stream. Members of one stream are read one after the other.
final class StreamedMemberBytes: ByteReading {
  private let stream: ArchiveStream
  private let range: Range<Int>
  private var count = 0
  private var isCut = false

  init(_ stream: ArchiveStream, range: Range<Int>) {
    self.stream = stream
    self.range = range
  }

  /// All of the stream's are not this member's.
  var fileBytes: Int? { count }
  var hasChanged: Bool { false }

  var damages: [Damage] {
    isCut ? [Damage(kind: .cutMember, fileOffset: count, inflatedOffset: count)] : []
  }

  func read(into bytes: inout [UInt8], range wanted: Range<Int>) -> Result<Int, SystemError> {
    let most = min(wanted.count, range.count - count)
    guard most > 0 else { return .success(0) }
    guard stream.skip(to: range.lowerBound + count) else {
      isCut = true
      return .success(0)
    }
    let read = stream.read(
      into: &bytes, range: wanted.lowerBound..<wanted.lowerBound + most)
    count += read
    isCut = read == 0
    return .success(read)
  }
}
