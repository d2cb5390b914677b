import System

/// Bytes in order: a file's, a part of it, or what a layer below makes of it. A stage of
///
///     file ── part ── inflated ── inflated again ── decoded ── rows
protocol ByteReading: AnyObject {
  /// Reads into `bytes[range]`; the count is 0 at the end only.
  func read(into bytes: inout [UInt8], range: Range<Int>) -> Result<Int, SystemError>
  /// Bytes taken from the file on disk so far; nil where they are just those that were read.
  var fileBytes: Int? { get }
  /// Whether the file changed since it was opened.
  var hasChanged: Bool { get }
  /// What was wrong on this stage and below, once a read has returned 0.
  var damages: [Damage] { get }
}

/// The bytes of a file, or of the part of it that an archive's member is.
final class FileBytes: ByteReading {
  private let descriptor: InputDescriptor
  /// Bytes of the part that are still to come; nil without a part.
  private var left: Int?
  private var count = 0
  private var isCut = false

  /// - Parameter part: offsets in the file.
  init(
    path: String, part: Range<Int>? = nil, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(InputError) {
    do throws(SystemError) {
      let descriptor = try InputDescriptor(path: path, isCancelled: isCancelled)
      if let part { try descriptor.seek(to: part.lowerBound) }
      self.descriptor = descriptor
    } catch {
      throw InputError(path: path, reason: error.reason)
    }
    left = part?.count
  }

  var fileBytes: Int? { nil }
  var hasChanged: Bool { descriptor.hasChanged() }

  var damages: [Damage] {
    isCut ? [Damage(kind: .cutMember, fileOffset: count, inflatedOffset: count)] : []
  }

  func read(into bytes: inout [UInt8], range: Range<Int>) -> Result<Int, SystemError> {
    var range = range
    if let left {
      if left == 0 { return .success(0) }
      range = range.lowerBound..<min(range.upperBound, range.lowerBound + left)
    }
    let result = descriptor.read(into: &bytes, range: range)
    if case .success(let read) = result {
      count += read
      if let left {
        self.left = left - read
        isCut = read == 0
      }
    }
    return result
  }
}
