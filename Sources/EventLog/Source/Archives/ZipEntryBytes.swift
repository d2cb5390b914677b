import System

/// The content of a zip archive's member, inflated if it is deflated, checked against the directory.
final class ZipEntryBytes: ByteReading {
  private let file: FileBytes
  private let entry: ZipEntry
  private var inflater = DefaultInflater()
  private var input = [UInt8](repeating: 0, count: 64 << 10)
  private var inputStart = 0
  private var inputEnd = 0
  private var checksum = Checksum()
  private var inflatedBytes = 0
  private var compressedBytes = 0
  private var isEnded = false
  private var found: [Damage] = []

  init(_ file: FileBytes, entry: ZipEntry) {
    self.file = file
    self.entry = entry
  }

  var fileBytes: Int? { compressedBytes }
  var hasChanged: Bool { file.hasChanged }
  var damages: [Damage] { found }

  func read(into bytes: inout [UInt8], range: Range<Int>) -> Result<Int, SystemError> {
    while !isEnded {
      let count: Int
      switch entry.isDeflated ? inflate(&bytes, range) : copy(&bytes, range) {
      case .failure(let error): return .failure(error)
      case .success(let read): count = read
      }
      checksum.update(bytes.span.extracting(range.lowerBound..<range.lowerBound + count))
      inflatedBytes += count
      if isEnded { check() }
      if count > 0 { return .success(count) }
    }
    return .success(0)
  }

  private func copy(_ bytes: inout [UInt8], _ range: Range<Int>) -> Result<Int, SystemError> {
    let result = file.read(into: &bytes, range: range)
    if case .success(let count) = result {
      compressedBytes += count
      isEnded = count == 0
    }
    return result
  }

  private func inflate(_ bytes: inout [UInt8], _ range: Range<Int>) -> Result<Int, SystemError> {
    var isInputEnded = false
    if inputStart == inputEnd {
      switch file.read(into: &input, range: 0..<input.count) {
      case .failure(let error): return .failure(error)
      case .success(let count):
        (inputStart, inputEnd) = (0, count)
        compressedBytes += count
        isInputEnded = count == 0
      }
    }
    var span = bytes.mutableSpan
    let step = inflater.inflate(
      input.span.extracting(inputStart..<inputEnd), into: &span, range: range)
    switch step.status {
    // What a decoder gives back is behind the member's content, and nobody's.
    case .finished: isEnded = true
    case .corrupt:
      isEnded = true
      note(.badEntry)
    case .more:
      inputStart += step.consumed
      if isInputEnded && step.produced == 0 { isEnded = true }
    }
    // More than was announced is not believed, however much it is.
    if inflatedBytes + step.produced > entry.inflatedBytes { isEnded = true }
    return .success(step.produced)
  }

  private func check() {
    guard found.isEmpty else { return }
    if let damage = file.damages.first {
      found.append(damage)
    } else if inflatedBytes != entry.inflatedBytes || checksum.value != entry.checksum {
      note(.badEntry)
    }
  }

  private func note(_ kind: Damage.Kind) {
    found.append(Damage(kind: kind, fileOffset: compressedBytes, inflatedOffset: inflatedBytes))
  }
}
