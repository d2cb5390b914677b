internal import CByteScan

/// Rows that the walk has read, by shape: the keys and brackets, in order.
///
/// Rows of one source come in few shapes, so most rows need no walk: if every token is the byte, and
/// every key spelled as, in a row that was valid, then the new row is valid too (see `Structural.h`
/// for what validity needs beyond the scan), and its wanted values stand behind the same tokens.
/// Nothing is taken on trust: each byte of each key is compared, sixteen at a time.
///
///     tokens    {        :         :{      :        }}
///     checks    {  {"user":  ,"ctx":  :{  {"n":    } }
///
/// A key's check begins with the comma or brace before it, so its first quote is no escaped one inside
/// a longer key, and what is checked is a key and no value.
struct JSONShapes: Sendable {
  private struct Shape {
    /// One check per token.
    var ends: Range<Int>
    /// Further checks of longer keys.
    var beginnings: Range<Int>
    var wanted: Range<Int>
    var objectsWithRepeats: Int
    /// The next shape of the same bucket, -1 after the last.
    var next: Int
  }

  struct Match {
    var wanted: Range<Int>
    var objectsWithRepeats: Int
  }

  /// No check looks further back than this, so a row that begins as far in the chunk can be checked.
  static let bytesBackMax = 64
  /// Tokens of all shapes together.
  private static let checksMax = 16_384
  private static let triesMax = 8

  private(set) var wanted: [JSONWanted] = []
  private var shapes: [Shape] = []
  private var ends: [structural_token_check] = []
  private var beginnings: [structural_key_check] = []
  /// By bucket: the shape that matched last, -1 when there is none.
  private var heads = [Int](repeating: -1, count: 1024)
  /// Rows that no shape matched, and how many of them it takes until one is learned: more each time
  /// that there was no room, so that rows without any regularity cost little.
  private var misses = 0
  private var missesPerShape = 1
  /// Rows that are looked up before it is decided whether that pays, how many of them had a known
  /// shape, and rows that are not looked up because it did not.
  private var tries = 0
  private var hits = 0
  private var rest = 0
  private static let triesPerTurn = 512
  private static let restPerTurn = 8192

  /// Looks for a shape that the row has.
  @inline(__always)
  mutating func match(
    _ bytes: Span<UInt8>, _ row: Range<Int>, _ range: Range<Int>, of index: borrowing JSONIndex
  ) -> Match? {
    let tokens = index.tokens.span
    guard row.lowerBound >= Self.bytesBackMax, range.count >= 4,
      Int(tokens[range.lowerBound]) == row.lowerBound
    else { return nil }
    if rest > 0 {
      rest -= 1
      return nil
    }
    tries += 1
    if tries == Self.triesPerTurn { endTurn() }
    let bucket = Self.bucket(bytes, tokens, range)
    var previous = -1
    var index = heads[bucket]
    for _ in 0..<Self.triesMax {
      if index < 0 { return nil }
      if shapes[index].ends.count == range.count,
        Self.isMatch(
          bytes, tokens.extracting(range), ends.span.extracting(shapes[index].ends),
          beginnings.span.extracting(shapes[index].beginnings))
      {
        if previous >= 0 {
          shapes[previous].next = shapes[index].next
          shapes[index].next = heads[bucket]
          heads[bucket] = index
        }
        hits += 1
        return Match(
          wanted: shapes[index].wanted, objectsWithRepeats: shapes[index].objectsWithRepeats)
      }
      previous = index
      index = shapes[index].next
    }
    return nil
  }

  /// Where most rows are new, the walk alone is faster.
  @inline(never)
  private mutating func endTurn() {
    if hits < Self.triesPerTurn / 4 { rest = Self.restPerTurn }
    tries = 0
    hits = 0
  }

  /// A few bytes that differ between shapes: the ends of some keys.
  @inline(__always)
  private static func bucket(_ bytes: Span<UInt8>, _ tokens: Span<UInt32>, _ range: Range<Int>)
    -> Int
  {
    var hash = UInt64(truncatingIfNeeded: range.count)
    for quarter in 1...3 {
      let place = Int(tokens[range.lowerBound + range.count * quarter / 4])
      if bytes[place] == UInt8(ascii: ":") {
        hash ^= UInt64(bytes[place - 2]) << 8 | UInt64(bytes[place - 3]) << 16
      }
      hash = (hash ^ UInt64(bytes[place])) &* 0x9E37_79B9_7F4A_7C15
    }
    return Int(truncatingIfNeeded: hash >> 54)
  }

  @inline(__always)
  private static func isMatch(
    _ bytes: Span<UInt8>, _ tokens: Span<UInt32>, _ ends: Span<structural_token_check>,
    _ beginnings: Span<structural_key_check>
  ) -> Bool {
    // There is a check for every token, further checks name tokens that exist, and all tokens stand
    // in the row. Checks reach back at most `bytesBackMax` bytes, and the chunk has as many before
    // the row. No pointer outlives the call.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe tokens.withUnsafeBufferPointer { tokens in
        unsafe ends.withUnsafeBufferPointer { ends in
          unsafe beginnings.withUnsafeBufferPointer { beginnings in
            var shape = unsafe structural_shape(
              ends: ends.baseAddress, ends_count: ends.count,
              beginnings: beginnings.baseAddress, beginnings_count: beginnings.count)
            return unsafe structural_matches(bytes.baseAddress, tokens.baseAddress, &shape)
          }
        }
      }
    }
  }
}

/// Learning.
extension JSONShapes {
  /// Takes in the shape of a row that was walked and found valid, unless a key in it has escapes or
  /// is very long.
  @inline(never)
  mutating func learn(
    _ bytes: Span<UInt8>, _ row: Range<Int>, _ range: Range<Int>, of index: borrowing JSONIndex,
    wanted found: [JSONWanted], objectsWithRepeats: Int
  ) {
    let tokens = index.tokens.span
    guard rest == 0 else { return }
    misses += 1
    guard misses % missesPerShape == 0, row.lowerBound >= Self.bytesBackMax, range.count >= 4,
      Int(tokens[range.lowerBound]) == row.lowerBound, range.count <= Self.checksMax
    else { return }
    if ends.count + range.count > Self.checksMax { forget() }
    let (firstEnd, firstBeginning) = (ends.count, beginnings.count)
    for token in range {
      let place = Int(tokens[token])
      var count = 1
      switch bytes[place] {
      case UInt8(ascii: ":"):
        count = keyBytes(place, bytes, index.quotes.span)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        // A value in an object: the colon before it belongs to the check.
        if token > range.lowerBound, bytes[Int(tokens[token - 1])] == UInt8(ascii: ":") {
          count = place - Int(tokens[token - 1]) + 1
        }
      default: break
      }
      guard count <= Self.bytesBackMax else {
        ends.removeLast(ends.count - firstEnd)
        beginnings.removeLast(beginnings.count - firstBeginning)
        return
      }
      append(bytes, place, count: count, token: token - range.lowerBound)
    }
    let firstWanted = wanted.count
    wanted += found
    let bucket = Self.bucket(bytes, tokens, range)
    shapes.append(
      Shape(
        ends: firstEnd..<ends.count, beginnings: firstBeginning..<beginnings.count,
        wanted: firstWanted..<wanted.count, objectsWithRepeats: objectsWithRepeats,
        next: heads[bucket]))
    heads[bucket] = shapes.count - 1
  }

  /// From the comma or brace before a key to the colon behind it; more than can be checked for a key
  /// with escapes, which has other spellings.
  private func keyBytes(_ colon: Int, _ bytes: Span<UInt8>, _ quotes: Span<UInt64>) -> Int {
    let key = JSONWalk.key(before: colon, bytes, quotes)
    for inside in key where bytes[inside] == UInt8(ascii: "\\") { return .max }
    return colon - JSONWalk.before(key.lowerBound - 1, bytes) + 1
  }

  /// Checks for the last `count` bytes up to a token.
  private mutating func append(_ bytes: Span<UInt8>, _ place: Int, count: Int, token: Int) {
    var left = count
    var last = place
    while left > 0 {
      var end = structural_token_check()
      for offset in 0..<min(left, 16) {
        end.set(15 - offset, bytes[last - offset])
      }
      if last == place {
        ends.append(end)
      } else {
        beginnings.append(
          structural_key_check(
            word: end.word, mask: end.mask, token: UInt32(token), back: UInt32(place - last + 15)))
      }
      left -= 16
      last -= 16
    }
  }

  private mutating func forget() {
    shapes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    beginnings.removeAll(keepingCapacity: true)
    wanted.removeAll(keepingCapacity: true)
    for bucket in heads.indices { heads[bucket] = -1 }
    missesPerShape = min(missesPerShape * 2, 256)
  }
}

extension structural_token_check {
  /// Asks for a byte at a place of the sixteen.
  fileprivate mutating func set(_ place: Int, _ byte: UInt8) {
    // C arrays are tuples; their bytes are all there is to them.
    unsafe withUnsafeMutableBytes(of: &word) { unsafe $0[place] = byte }
    unsafe withUnsafeMutableBytes(of: &mask) { unsafe $0[place] = 0xFF }
  }
}
