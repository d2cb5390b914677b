/// Which words a source writes where it has no value.
package struct NullRule: Sendable, Equatable {
  /// Beside the standard ones, or instead of them.
  package var words: [String]
  package var isOnly: Bool

  package init(words: [String] = [], isOnly: Bool = false) {
    self.words = words
    self.isOnly = isOnly
  }

  /// Of ids; blanks alone are the empty word.
  private static let standard = [
    "", "null", "NULL", "Null", "None", "nan", "NaN", "undefined", "\\N", "-", "(null)",
    "[object Object]", "00000000-0000-0000-0000-000000000000",
  ]

  package var ofIDs: NullWords { NullWords(isOnly ? words : Self.standard + words) }
  package var ofNumbers: NullWords { NullWords(isOnly ? words : Self.standard + ["N/A"] + words) }

  /// Texts keep their bytes but for words that the source names, and `\N` where databases write it.
  package func ofTexts(_ format: LogFormat) -> NullWords {
    switch format {
    case .delimited: NullWords(isOnly ? words : ["\\N"] + words)
    default: NullWords(words)
    }
  }
}

/// A set of words that is asked about every value: by first byte and length, and only then by bytes.
package struct NullWords: Sendable, Equatable {
  package let words: [[UInt8]]
  /// By first byte: a bit for each length that some word has, the last for 63 and more.
  private let lengths: [UInt64]
  private let hasBlanks: Bool

  /// The empty word stands for blanks of any number.
  package init(_ words: [String]) {
    var distinct: [[UInt8]] = []
    for word in words where !distinct.contains(Array(word.utf8)) {
      distinct.append(Array(word.utf8))
    }
    self.words = distinct
    hasBlanks = distinct.contains([])
    var lengths = [UInt64](repeating: 0, count: 256)
    for word in distinct where !word.isEmpty {
      lengths[Int(word[0])] |= 1 << UInt64(min(word.count, 63))
    }
    if hasBlanks {
      for blank in [0x20, 0x09] { lengths[blank] = .max }
    }
    self.lengths = lengths
  }

  var isEmpty: Bool { words.isEmpty }

  /// The number of the word that a value is; nil for other values, and empty ones.
  @inline(__always)
  func index(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    if range.isEmpty || rulesOut(bytes, range) { return nil }
    return search(bytes, range)
  }

  /// Whether the first byte and the length alone say that a value, not empty, is none of the words.
  @inline(__always)
  func rulesOut(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    lengths[Int(bytes[range.lowerBound])] >> UInt64(min(range.count, 63)) & 1 == 0
  }

  @inline(never)
  private func search(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    if let found = words.firstIndex(where: { word in
      word.count == range.count
        && word.indices.allSatisfy { word[$0] == bytes[range.lowerBound + $0] }
    }) {
      return found
    }
    let isBlank = range.allSatisfy { bytes[$0] == 0x20 || bytes[$0] == 0x09 }
    return isBlank ? words.firstIndex(of: []) : nil
  }
}
