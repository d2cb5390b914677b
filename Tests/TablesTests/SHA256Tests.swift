import TestSupport
import Testing

@testable import Tables
@testable import Values

@Suite struct SHA256Tests {
  /// FIPS 180-2, appendix B, and the empty message of the NIST test vectors.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func nistVectors(message: String, digest: String) {
    #expect(SHA256.hexDigest(of: Array(message.utf8)) == digest)
  }

  @Test func aMillionTimesA() {
    var hash = SHA256()
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
    for _ in 0..<1000 { hash.update(piece.span) }
    #expect(
      hash.hexDigest() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// Every length around the block and padding limits, against one digest over all of them that
  /// Python's hashlib gave.
  @Test func everyLengthUpTo200() {
    var all = SHA256()
    for length in 0..<200 {
      let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7 + length) }
      var hash = SHA256()
      hash.update(message.span)
      all.update(hash.digest().span)
    }
    #expect(all.hexDigest() == "8c7c9ff69da76fc28823a1cb97268672663e628e1ea955868b16db46bab0545d")
  }

  @Test func piecesDoNotMatter() {
    for seed in UInt64(0)..<300 {
      var random = SplitMix64(seed: seed)
      let message = (0..<Int.random(in: 0...300, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      var hash = SHA256()
      var rest = message[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(Int.random(in: 0...100, using: &random)))
        hash.update(piece.span)
        rest = rest.dropFirst(piece.count)
      }
      #expect(hash.hexDigest() == SHA256.hexDigest(of: message), "seed \(seed)")
    }
  }

  /// What the processor does in one instruction is what the portable code does.
  @Test(.enabled(if: SHA256.isAccelerated, "no instructions for SHA-256 here"))
  func instructionsAgreeWithPortableCode() {
    for seed in UInt64(0)..<200 {
      var random = SplitMix64(seed: seed)
      let blocks = Int.random(in: 1...9, using: &random)
      // A message whose padding is a block of its own.
      let message = (0..<64 * blocks).map { _ in UInt8.random(in: 0...255, using: &random) }
      let bits = UInt64(message.count * 8)
      let padded =
        message + [0x80] + [UInt8](repeating: 0, count: 55)
        + (0..<8).reversed().map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
      var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c,
        0x1f83_d9ab, 0x5be0_cd19,
      ]
      var schedule = [UInt32](repeating: 0, count: 64)
      for block in 0...blocks {
        SHA256.compressPortably(
          padded.span, from: 64 * block, state: &state, schedule: &schedule)
      }
      let portable = state.flatMap { word in
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
      }
      var hash = SHA256()
      hash.update(message.span)
      #expect(hash.digest() == portable, "seed \(seed)")
    }
  }
}
