#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Turns bytes of any encoding that iconv(3) knows into UTF-8, piece by piece.
///
/// Safe to use although it holds a pointer: the descriptor belongs to this value alone, is opened with
/// it and closed with it, and iconv is given buffers only for the length of a call.
@safe
package struct CharacterConverter: ~Copyable {
  package enum Stop: Sendable {
    /// All input is used.
    case inputUsed
    /// The next character does not fit into the output.
    case outputFull
    /// The input goes on with what is no character of the encoding.
    case invalid
    /// The input ends inside a character.
    case incomplete
  }

  package struct Step: Sendable {
    package var consumed: Int
    package var produced: Int
    package var stop: Stop
  }

  private let descriptor: iconv_t

  /// Nil when the system knows no encoding of that name. Names are looked up as iconv does, without
  /// regard to case; suffixes that change what it does (`//IGNORE`) are no names.
  package init?(encoding: String) {
    guard Self.isName(encoding) else { return nil }
    // Both names are NUL-terminated for the call.
    let opened = unsafe iconv_open("UTF-8", encoding)
    // The failure value is the pointer of which all bits are set.
    guard let opened = unsafe opened, Int(bitPattern: opened) != -1 else { return nil }
    unsafe descriptor = opened
  }

  deinit {
    // Opened in `init`, and closed only here.
    unsafe _ = iconv_close(descriptor)
  }

  private static func isName(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || "-_.:+()".utf8.contains(byte)
    }
    return isPlain && (1...64).contains(text.utf8.count)
  }

  /// Converts from `input[range]` to `output[outputRange]`, as far as either lasts or goes.
  package mutating func convert(
    _ input: [UInt8], range: Range<Int>, into output: inout [UInt8], range outputRange: Range<Int>
  ) -> Step {
    precondition(range.lowerBound >= 0 && range.upperBound <= input.count)
    precondition(outputRange.lowerBound >= 0 && outputRange.upperBound <= output.count)
    if range.isEmpty { return Step(consumed: 0, produced: 0, stop: .inputUsed) }
    if outputRange.isEmpty { return Step(consumed: 0, produced: 0, stop: .outputFull) }
    var inputLeft = range.count
    var outputLeft = outputRange.count
    // iconv reads and writes only inside the two ranges, which lie inside their arrays by the
    // preconditions; it takes its input as mutable for historical reasons and does not write to it.
    let code: Int32 = unsafe input.withUnsafeBytes { from in
      unsafe output.withUnsafeMutableBytes { into in
        var source: UnsafeMutablePointer<CChar>? =
          unsafe UnsafeMutableRawPointer(mutating: from.baseAddress! + range.lowerBound)
          .assumingMemoryBound(to: CChar.self)
        var target: UnsafeMutablePointer<CChar>? =
          unsafe (into.baseAddress! + outputRange.lowerBound).assumingMemoryBound(to: CChar.self)
        let result = unsafe iconv(descriptor, &source, &inputLeft, &target, &outputLeft)
        return result == -1 ? errno : 0
      }
    }
    let stop: Stop =
      switch code {
      case 0: inputLeft == 0 ? .inputUsed : .outputFull
      case E2BIG: .outputFull
      case EINVAL: .incomplete
      default: .invalid
      }
    return Step(
      consumed: range.count - inputLeft, produced: outputRange.count - outputLeft, stop: stop)
  }
}
