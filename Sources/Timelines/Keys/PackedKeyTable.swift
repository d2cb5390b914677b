internal import CByteScan

/// Finds the codes of packed keys: an open-addressing table whose buckets are lines of the cache, so
/// that looking up a key waits for memory once.
///
///     bucket    [ key 0: two words ] [ key 1 ] [ key 2 ] [ codes 0 and 1 ] [ code 2 ]
///
/// A code stands there plus 1, with the key's form in its highest bit; 0 is an empty place. Places of a
/// bucket are filled in order, and a key whose bucket is full stands in one of those behind it.
struct PackedKeyTable: Sendable {
  /// Of the first bucket: what is before it brings buckets to the starts of lines.
  private var start = 0
  private var words: [UInt64] = []
  /// The address of the first bucket when the table was made, to ask for lines by: no byte is read by
  /// it, and a copy may lie elsewhere. (Who goes by the array retains and releases it for each row.)
  private var firstBucket: UInt = 0
  /// Buckets; 0 before the first key.
  private var bucketCount = 0
  private(set) var count = 0

  private static let bucketWords = 8
  private static let bucketKeys = 3
  private static let codeMask: UInt32 = 0x7fff_ffff

  init() {}

  /// Bytes of memory held.
  var footprint: Int { words.capacity * 8 }

  /// Asks for the bucket where a search for this hash begins, without waiting for it.
  @inline(__always)
  func prefetch(hash: UInt64) {
    let bucket = UInt(bitPattern: bucket(hash))
    line_prefetch(firstBucket &+ bucket &* UInt(Self.bucketWords * 8))
  }

  /// The code of a key, if it stands in the first bucket, and nothing else is like it there: nearly
  /// always where there is one.
  @inline(__always)
  func likelyCode(_ key: PackedKey, hash: UInt64) -> UInt32? {
    if bucketCount == 0 { return nil }
    let place = place(hash)
    let bucket = words.span.extracting(place..<place + Self.bucketWords)
    // No branch depends on which of the three it is.
    let codes = bucket[6]
    var code = bucket[4] == key.first && bucket[5] == key.second ? bucket[7] : 0
    code = bucket[2] == key.first && bucket[3] == key.second ? codes >> 32 : code
    code = bucket[0] == key.first && bucket[1] == key.second ? codes : code
    let found = UInt32(truncatingIfNeeded: code)
    if found & Self.codeMask == 0 || found >> 31 != key.form.rawValue { return nil }
    return (found & Self.codeMask) - 1
  }

  /// The code of a key, wherever it stands; nil when it has none.
  func find(_ key: PackedKey, hash: UInt64) -> UInt32? {
    bucketCount == 0 ? nil : search(key, hash: hash).code
  }

  /// The code of a key, wherever it stands, or `next`, which it has from now on: below 2^31 - 1.
  @inline(never)
  mutating func intern(
    _ key: PackedKey, hash: UInt64, next: UInt32, by byteHash: ByteHash
  ) -> UInt32 {
    if bucketCount == 0 { reserve(1, by: byteHash) }
    var found = search(key, hash: hash)
    if let code = found.code { return code }
    precondition(next < Self.codeMask, "2^31 entities in one partition")
    if Self.buckets(for: count + 1) > bucketCount {
      // By half, not double: these tables are most of the memory when each event has its own user.
      rebuild(buckets: bucketCount + (bucketCount + 1) / 2, by: byteHash)
      found = search(key, hash: hash)
    }
    put(key, code: next, found.bucket, found.index)
    count += 1
    return next
  }

  /// Makes room for so many keys. Keys of another table come in the order of their hashes, so that a
  /// table that grew with them would have all of them at its beginning, each behind all before it.
  mutating func reserve(_ keys: Int, by hash: ByteHash) {
    let buckets = Self.buckets(for: keys)
    if buckets > bucketCount { rebuild(buckets: buckets, by: hash) }
  }

  /// Above seven quarters of a key to a bucket, many of them would stand behind theirs.
  private static func buckets(for keys: Int) -> Int { (keys * 4 + 6) / 7 }

  /// Gives `body` every key with its code, in the order of their hashes' low halves, nearly.
  @inline(__always)
  func visit(_ body: (PackedKey, _ code: UInt32) -> Void) {
    for bucket in 0..<bucketCount {
      for index in 0..<Self.bucketKeys {
        let tagged = tagged(bucket, index)
        if tagged == 0 { break }
        body(key(bucket, index), (tagged & Self.codeMask) - 1)
      }
    }
  }

  /// The bucket where a search for this hash begins: as far into the table as its low half is into the
  /// numbers of 32 bits. So any number of buckets will do, and the table need not double.
  @inline(__always)
  private func bucket(_ hash: UInt64) -> Int {
    let place = (hash & 0xffff_ffff) &* UInt64(truncatingIfNeeded: bucketCount)
    return Int(truncatingIfNeeded: place >> 32)
  }

  @inline(__always)
  private func place(_ hash: UInt64) -> Int { start + bucket(hash) * Self.bucketWords }

  @inline(__always)
  private func tagged(_ bucket: Int, _ index: Int) -> UInt32 {
    let word = words[start + bucket * Self.bucketWords + 6 + index / 2]
    return UInt32(truncatingIfNeeded: word >> UInt64(32 * (index % 2)))
  }

  @inline(__always)
  private func key(_ bucket: Int, _ index: Int) -> PackedKey {
    let place = start + bucket * Self.bucketWords + 2 * index
    return PackedKey(
      first: words[place], second: words[place + 1],
      form: tagged(bucket, index) >> 31 == PackedKey.Form.uuid.rawValue ? .uuid : .text)
  }

  /// The code of a key, or the empty place where it would go.
  private func search(
    _ key: PackedKey, hash: UInt64
  ) -> (code: UInt32?, bucket: Int, index: Int) {
    var bucket = bucket(hash)
    while true {
      for index in 0..<Self.bucketKeys {
        let tagged = tagged(bucket, index)
        if tagged == 0 { return (nil, bucket, index) }
        if self.key(bucket, index) == key { return ((tagged & Self.codeMask) - 1, bucket, index) }
      }
      bucket = bucket + 1 == bucketCount ? 0 : bucket + 1
    }
  }

  @inline(__always)
  private mutating func put(_ key: PackedKey, code: UInt32, _ bucket: Int, _ index: Int) {
    let place = start + bucket * Self.bucketWords
    var words = words.mutableSpan
    words[place + 2 * index] = key.first
    words[place + 2 * index + 1] = key.second
    let tagged = key.form.rawValue << 31 | (code + 1)
    words[place + 6 + index / 2] |= UInt64(tagged) << UInt64(32 * (index % 2))
  }

  private mutating func rebuild(buckets: Int, by hash: ByteHash) {
    var grown = PackedKeyTable(buckets: buckets)
    visit { key, code in
      let place = grown.search(key, hash: hash(key))
      grown.put(key, code: code, place.bucket, place.index)
    }
    grown.count = count
    self = grown
  }

  private init(buckets: Int) {
    let lineWords = 8
    words = [UInt64](repeating: 0, count: buckets * Self.bucketWords + lineWords - 1)
    bucketCount = buckets
    // The address is only looked at. A copy of the array may lie otherwise, and finds the same.
    let address = unsafe words.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    start = (lineWords - address / 8 % lineWords) % lineWords
    firstBucket = UInt(bitPattern: address + start * 8)
  }
}
