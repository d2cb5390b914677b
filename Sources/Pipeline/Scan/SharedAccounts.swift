import EventLog
import Timelines
import Values

/// Which accounts occur in which sources: whether their systems use the same ids at all.
struct SharedAccounts: Sendable {
  /// Sources that may be told apart: bits of a mask.
  private static let sourcesMax = 128

  private struct Mask: Sendable {
    var low: UInt64 = 0
    var high: UInt64 = 0

    mutating func insert(_ source: Int) {
      if source < 64 { low |= 1 << UInt64(source) } else { high |= 1 << UInt64(source - 64) }
    }

    func contains(_ source: Int) -> Bool {
      (source < 64 ? low >> UInt64(source) : high >> UInt64(source - 64)) & 1 == 1
    }
  }

  private var table = DistinctBytes()
  /// By account.
  private var masks: [Mask] = []
  private let accountsMax: Int
  /// There are more accounts than may be held: nothing is known.
  private(set) var isOverflown = false

  /// - Parameter memoryBytes: that the run may take; nil for no limit.
  init(memoryBytes: Int?) {
    accountsMax = min(1 << 20, max(1 << 12, (memoryBytes ?? .max) / 512))
  }

  mutating func look(at batch: borrowing EventBatch) {
    if isOverflown || batch.source >= Self.sourcesMax { return }
    for row in batch.accounts.indices where !batch.accounts[row].isAbsent {
      var mask = Mask()
      mask.insert(batch.source)
      note(batch.bytes.span.extracting(batch.accounts[row].range), mask)
    }
  }

  private mutating func note(_ account: borrowing Span<UInt8>, _ mask: Mask) {
    let code = table.code(of: account)
    if code == masks.count { masks.append(mask) }
    masks[code].low |= mask.low
    masks[code].high |= mask.high
    if masks.count > accountsMax { overflow() }
  }

  private mutating func overflow() {
    (isOverflown, table, masks) = (true, DistinctBytes(), [])
  }

  mutating func add(_ other: SharedAccounts) {
    if other.isOverflown { overflow() }
    let strings = other.table.strings
    for code in other.masks.indices where !isOverflown {
      note(strings[code].span, other.masks[code])
    }
  }

  struct Pair: Sendable, Equatable {
    /// Numbers of the sources.
    var first: Int
    var second: Int
    /// Accounts that each knows.
    var firstKnows: Int
    var secondKnows: Int
    /// Accounts that both know.
    var both: Int

    /// Fewer than 5 % of the smaller one's: two systems with ids of their own.
    var isSuspicious: Bool { min(firstKnows, secondKnows) > both * 20 }
  }

  /// Of sources that know any account.
  func pairs(sources: Int) -> [Pair] {
    var known = [Int](repeating: 0, count: sources)
    var both = [Int](repeating: 0, count: sources * sources)
    for mask in masks {
      let own = (0..<sources).filter { $0 < Self.sourcesMax && mask.contains($0) }
      for (place, first) in own.enumerated() {
        known[first] += 1
        for second in own[(place + 1)...] { both[first * sources + second] += 1 }
      }
    }
    var pairs: [Pair] = []
    for first in 0..<sources where known[first] > 0 {
      for second in first + 1..<sources where known[second] > 0 {
        pairs.append(
          Pair(
            first: first, second: second, firstKnows: known[first], secondKnows: known[second],
            both: both[first * sources + second]))
      }
    }
    return pairs
  }
}

/// On its way to another machine.
extension SharedAccounts {
  /// Per account its bytes and its mask; null where there are too many.
  var sent: JSONValue {
    if isOverflown { return .null }
    let strings = table.strings
    return .list(
      masks.indices.map { code in
        .list([
          .text(hexadecimal(Array(strings[code]))),
          .integer(Int(bitPattern: UInt(masks[code].low))),
          .integer(Int(bitPattern: UInt(masks[code].high))),
        ])
      })
  }

  init?(sent: JSONValue) {
    self.init(memoryBytes: nil)
    if sent == .null {
      overflow()
      return
    }
    guard let accounts = sent.elements else { return nil }
    for account in accounts {
      guard let parts = account.elements, parts.count == 3,
        let id = parts[0].string.flatMap(bytes(hexadecimal:)), let low = parts[1].integer,
        let high = parts[2].integer
      else { return nil }
      var mask = Mask()
      mask.low = UInt64(UInt(bitPattern: low))
      mask.high = UInt64(UInt(bitPattern: high))
      note(id.span, mask)
    }
  }
}
