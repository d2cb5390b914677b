import System

/// Looks whether the first rows of a content are UTF-8, and says in which other encoding they may be.
///
/// A file of another encoding loses its rows with letters beyond ASCII only, one here and there: that
/// must not pass for a few bad rows.
struct EncodingWatch {
  private var rows = 0
  private var invalidRows = 0
  /// Rows that are no UTF-8.
  private var sample: [UInt8] = []
  private var isDecided = false

  static let rowsMax = 1_000
  private static let sampleBytesMax = 64 << 10

  /// Looks at whole rows that come next, by line; blank ones do not count.
  mutating func look(at bytes: Span<UInt8>) {
    var start = 0
    while rows < Self.rowsMax && start < bytes.count {
      let end = firstOffset(of: UInt8(ascii: "\n"), in: bytes, from: start) ?? bytes.count
      if end > start {
        rows += 1
        if !isValidUTF8(bytes, start..<end) {
          invalidRows += 1
          // Line ends may have made the sample longer than that already.
          let room = max(0, Self.sampleBytesMax - sample.count)
          for place in start..<min(end, start + room) { sample.append(bytes[place]) }
          sample.append(UInt8(ascii: "\n"))
        }
      }
      start = end + 1
    }
  }

  /// Whether the rows that decide have been seen.
  var isFull: Bool { rows == Self.rowsMax }

  /// Why the content cannot be read; nil when it can. To be asked once it is full or has ended.
  ///
  /// - Parameter decoded: the encoding that it was decoded from.
  func refusal(decoded: String?) -> String? {
    guard invalidRows * 100 > rows else { return nil }
    let share = "\(invalidRows) of the first \(rows) rows are not "
    if let decoded {
      return share + "valid in the encoding \(decoded): leave `encoding` out if it is UTF-8"
    }
    let candidates = Self.candidates(for: sample)
    guard let best = candidates.first else {
      return share + "UTF-8, and no text that is known here: is it a binary file?"
    }
    let names = candidates.prefix(3).map(\.shown).joined(separator: ", ")
    return share + "UTF-8; \(names) \(candidates.count == 1 ? "decodes" : "decode") them: "
      + "say `encoding: \(best.name)` in the spec's source, --encoding \(best.name) without a spec"
  }

  struct Candidate: Equatable {
    /// As it is written.
    let shown: String
    /// As the spec has it.
    let name: String
  }

  private static let wide = [
    Candidate(shown: "GB18030", name: "gb18030"), Candidate(shown: "Big5", name: "big5"),
    Candidate(shown: "Shift_JIS", name: "shift_jis"), Candidate(shown: "EUC-JP", name: "euc-jp"),
    Candidate(shown: "EUC-KR", name: "euc-kr"),
  ]
  private static let narrow = [
    Candidate(shown: "windows-1252", name: "windows-1252"),
    Candidate(shown: "windows-1251", name: "windows-1251"),
    Candidate(shown: "ISO-8859-1", name: "iso-8859-1"),
  ]

  /// Encodings in which the bytes are text, the likeliest first.
  static func candidates(for bytes: [UInt8]) -> [Candidate] {
    let control = bytes.count { $0 < 0x20 && $0 != 9 && $0 != 10 && $0 != 13 }
    if control * 50 > bytes.count { return [] }
    // Letters beyond ASCII stand alone between others in most that has one byte a letter; where a
    // letter has two, most of both are beyond ASCII.
    var alone = 0
    var total = 0
    var run = 0
    for byte in bytes + [0] {
      if byte >= 0x80 {
        run += 1
        total += 1
      } else {
        if run == 1 { alone += 1 }
        run = 0
      }
    }
    let order = alone * 3 > total ? narrow + wide : wide + narrow
    let found = order.filter { candidate in
      // A Latin letter before a quote is no half of another.
      if wide.contains(candidate) && alone * 2 > total { return false }
      return decodes(bytes, as: candidate.name)
    }
    // All bytes are ISO-8859-1: it says something only where nothing else does.
    return found.count > 1 ? found.filter { $0.name != "iso-8859-1" } : found
  }

  private static func decodes(_ bytes: [UInt8], as encoding: String) -> Bool {
    guard var converter = CharacterConverter(encoding: encoding) else { return false }
    var output = [UInt8](repeating: 0, count: 4 * bytes.count + 16)
    let step = converter.convert(
      bytes, range: 0..<bytes.count, into: &output, range: 0..<output.count)
    return step.stop == .inputUsed
  }
}
