import Values

/// The inflated content of an input, as a store knows it: whatever its name and container, the same
/// bytes are the same input.
package struct ContentDigest: Sendable, Equatable {
  package var length: Int
  /// SHA-256 of all of it.
  package var digest: [UInt8]
  /// SHA-256 of the first 64 KiB, or of all of it.
  package var head: [UInt8]
  /// By length that was asked for: SHA-256 of so many first bytes.
  package var starts: [Int: [UInt8]]

  package static let headBytes = 64 << 10
}

/// Contents that a new one may begin with, because it is one of them grown.
package struct ContentStarts: Sendable {
  /// Lengths of those shorter than a head, ascending.
  private var short: [Int] = []
  /// By head: lengths of those that have it, ascending.
  private var long: [[UInt8]: [Int]] = [:]

  package init(_ known: [(head: [UInt8], length: Int)] = []) {
    var lengths: Set<Int> = []
    for (head, length) in known where length > 0 {
      if length < ContentDigest.headBytes {
        lengths.insert(length)
      } else {
        long[head, default: []].append(length)
      }
    }
    short = lengths.sorted()
    for head in long.keys { long[head]?.sort() }
  }

  fileprivate var shortLengths: [Int] { short }
  fileprivate func lengths(head: [UInt8]) -> [Int] { long[head] ?? [] }
}

/// Digests a content piece by piece.
struct ContentDigester: Sendable {
  private var hash = SHA256()
  private var length = 0
  private var head: [UInt8]?
  private let starts: ContentStarts
  /// Ascending; the first `asked` are done.
  private var lengths: [Int]
  private var asked = 0
  private var found: [Int: [UInt8]] = [:]

  init(starts: ContentStarts) {
    self.starts = starts
    lengths = starts.shortLengths
  }

  mutating func update(_ bytes: Span<UInt8>) {
    var at = 0
    while at < bytes.count {
      let stop = nextStop
      let end = stop.map { min(bytes.count, at + $0 - length) } ?? bytes.count
      hash.update(bytes.extracting(at..<end))
      length += end - at
      at = end
      if length == stop { note() }
    }
  }

  /// The next length at which a digest is wanted.
  private var nextStop: Int? {
    let next = asked < lengths.count ? lengths[asked] : nil
    guard head == nil else { return next }
    return min(next ?? .max, ContentDigest.headBytes)
  }

  private mutating func note() {
    let digest = hash
    let bytes = digest.digest()
    if asked < lengths.count, lengths[asked] == length {
      found[length] = bytes
      asked += 1
    }
    if head == nil, length == ContentDigest.headBytes {
      head = bytes
      lengths = starts.lengths(head: bytes)
      asked = 0
      if lengths.first == length {
        found[length] = bytes
        asked = 1
      }
    }
  }

  var content: ContentDigest {
    let whole = hash
    let digest = whole.digest()
    return ContentDigest(length: length, digest: digest, head: head ?? digest, starts: found)
  }
}
