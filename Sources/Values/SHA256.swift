internal import CByteScan

/// SHA-256 as FIPS 180-4 defines it, fed piece by piece.
///
/// For checksums in manifests, where nothing is secret; written here because the one alternative
/// on every platform is a cryptography library many times our size. Where the processor has
/// instructions for it, they do the work: contents of inputs are digested whole.
package struct SHA256: Sendable {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  /// The bytes that do not fill a block yet: fewer than 64.
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0
  /// The message schedule, kept so that a block allocates nothing.
  private var schedule = [UInt32](repeating: 0, count: 64)

  package init() {
    pending.reserveCapacity(64)
  }

  package mutating func update(_ bytes: Span<UInt8>) {
    byteCount += UInt64(bytes.count)
    var offset = 0
    if !pending.isEmpty {
      while offset < bytes.count, pending.count < 64 {
        pending.append(bytes[offset])
        offset += 1
      }
      if pending.count < 64 { return }
      let block = pending
      Self.compress(block.span, from: 0, blocks: 1, state: &state, schedule: &schedule)
      pending.removeAll(keepingCapacity: true)
    }
    let blocks = (bytes.count - offset) / 64
    Self.compress(bytes, from: offset, blocks: blocks, state: &state, schedule: &schedule)
    offset += 64 * blocks
    while offset < bytes.count {
      pending.append(bytes[offset])
      offset += 1
    }
  }

  /// The digest of all bytes so far, as 64 lower-case hexadecimal digits.
  package consuming func hexDigest() -> String {
    let digest = digest()
    var digits: [UInt8] = []
    digits.reserveCapacity(64)
    for byte in digest {
      digits.append(hexDigits[Int(byte >> 4)])
      digits.append(hexDigits[Int(byte & 0xF)])
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// The digest of all bytes so far: 32 bytes.
  package consuming func digest() -> [UInt8] {
    var hash = self
    let bitCount = hash.byteCount &* 8
    var padding: [UInt8] = [0x80]
    while (hash.pending.count + padding.count) % 64 != 56 { padding.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      padding.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    hash.update(padding.span)
    return hash.state.flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  package static func hexDigest(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes.span)
    return hash.hexDigest()
  }

  /// Whether this machine has the instructions.
  static let isAccelerated = cbytescan_sha256_has() == 1

  private static func compress(
    _ bytes: Span<UInt8>, from offset: Int, blocks: Int, state: inout [UInt32],
    schedule: inout [UInt32]
  ) {
    if blocks == 0 { return }
    if isAccelerated {
      let part = bytes.extracting(offset..<offset + 64 * blocks)
      // Safe: both buffers are used only inside the closures, the state has eight words and the part
      // so many blocks.
      unsafe part.withUnsafeBufferPointer { bytes in
        unsafe state.withUnsafeMutableBufferPointer { state in
          unsafe cbytescan_sha256(state.baseAddress, bytes.baseAddress, blocks)
        }
      }
      return
    }
    for block in 0..<blocks {
      compressPortably(bytes, from: offset + 64 * block, state: &state, schedule: &schedule)
    }
  }

  /// One block of 64 bytes.
  static func compressPortably(
    _ bytes: Span<UInt8>, from offset: Int, state: inout [UInt32], schedule: inout [UInt32]
  ) {
    var w = schedule.mutableSpan
    let k = roundConstants.span
    // Said once here, the loops below need no check per word.
    precondition(w.count == 64 && k.count == 64 && offset >= 0 && bytes.count - offset >= 64)
    for i in 0..<16 {
      let at = offset &+ i &* 4
      w[i] =
        UInt32(bytes[at]) << 24 | UInt32(bytes[at &+ 1]) << 16 | UInt32(bytes[at &+ 2]) << 8
        | UInt32(bytes[at &+ 3])
    }
    for i in 16..<64 {
      let early = w[i &- 15]
      let late = w[i &- 2]
      let sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early &>> 3)
      let sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late &>> 10)
      w[i] = w[i &- 16] &+ sigma0 &+ w[i &- 7] &+ sigma1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for i in 0..<64 {
      let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      let choice = (e & f) ^ (~e & g)
      let t1 = h &+ sum1 &+ choice &+ k[i] &+ w[i]
      let sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let t2 = sum0 &+ majority
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }
}

@inline(__always)
private func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
  word &>> count | word &<< (32 &- count)
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
private let roundConstants: [UInt32] = [
  0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
  0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
  0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
  0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
  0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
  0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
  0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
  0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
  0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
  0xc671_78f2,
]
