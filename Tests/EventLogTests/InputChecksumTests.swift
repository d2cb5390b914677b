import CByteScan
import CZlib
import TestSupport
import Testing

@testable import EventLog

@Suite struct InputChecksumTests {
  private static let methods = (0..<Int32(CBYTESCAN_CRC32_METHODS)).filter {
    cbytescan_crc32_has($0) == 1
  }

  @Test func knownValues() {
    let check = Array("123456789".utf8)
    #expect(cbytescan_crc32(0, check, check.count) == 0xcbf4_3926)
    #expect(cbytescan_crc32(0, check, 0) == 0)
    for method in Self.methods {
      #expect(cbytescan_crc32_by(method, 0, check, check.count) == 0xcbf4_3926)
      #expect(cbytescan_crc32_by(method, 7, check, 0) == 7)
    }
  }

  @Test func everyMethodAtEveryAlignmentAndLength() {
    var random = SplitMix64(seed: 1)
    let bytes = (0..<900).map { _ in UInt8.random(in: 0...255, using: &random) }
    let lengths = Array(0..<300) + [319, 320, 383, 384, 385, 511, 512, 513, 767, 768, 800]
    bytes.withUnsafeBufferPointer { buffer in
      for start in 0..<64 {
        for length in lengths {
          let place = buffer.baseAddress! + start
          let expected = UInt32(crc32(0x1234_5678, place, UInt32(length)))
          let found = Self.methods.map { cbytescan_crc32_by($0, 0x1234_5678, place, length) }
          if found.contains(where: { $0 != expected })
            || cbytescan_crc32(0x1234_5678, place, length) != expected
          {
            Issue.record("start \(start), length \(length): \(found), not \(expected)")
            return
          }
        }
      }
    }
  }

  @Test func anySplitGivesTheSame() {
    var random = SplitMix64(seed: 2)
    let bytes = (0..<700).map { _ in UInt8.random(in: 0...255, using: &random) }
    let expected = zlibChecksum(bytes)
    for split in 0...bytes.count {
      var checksum = Checksum()
      checksum.update(bytes.span.extracting(0..<split))
      checksum.update(bytes.span.extracting(split...))
      #expect(checksum.value == expected)
      for method in Self.methods {
        let first = cbytescan_crc32_by(method, 0, bytes, split)
        let both = bytes.withUnsafeBufferPointer {
          cbytescan_crc32_by(method, first, $0.baseAddress! + split, bytes.count - split)
        }
        #expect(both == expected, "method \(method), split \(split)")
      }
    }
    var single = Checksum()
    for byte in bytes { single.update(byte) }
    #expect(single.value == expected)
  }
}
