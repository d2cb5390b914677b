import TestSupport
import Testing

@testable import Timelines

@Suite struct EntityKeyTests {
  /// Eight bytes at a time, against one at a time.
  @Test func endsOfIDsAreFoundWhereverTheyStand() {
    var random = SplitMix64(seed: 40)
    let bounds = [0x80, 0xfb, EntityKey.spaceEnd, EntityKey.openEnd, EntityKey.anonymousEnd]
    for _ in 0..<4000 {
      let bytes: [UInt8] = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        random.oneIn(9)
          ? .random(in: 0xf8...0xff, using: &random) : .random(in: 0...0xff, using: &random)
      }
      let start = Int.random(in: 0...bytes.count, using: &random)
      for least in bounds {
        let expected = bytes[start...].firstIndex { $0 >= least } ?? bytes.count
        #expect(EntityKey.end(in: bytes.span, from: start, atLeast: least) == expected)
      }
    }
  }

  @Test func linksAreTheirKnownIDs() {
    let end = [EntityKey.anonymousEnd]
    let link = Array("alice".utf8) + end + Array("d1".utf8) + [EntityKey.linkEnd]
    for key in [link, Array("alice".utf8)] {
      let isLink = EntityKey.isLink(key.span)
      #expect(isLink == (key == link))
      let (known, first) = (EntityKey.unlinkedCount(key.span), EntityKey.firstCount(key.span))
      #expect(known == 5)
      #expect(first == 5)
      #expect(EntityKey.shown(key[...]) == Array("alice".utf8)[...])
    }
    let devices = Array("d1".utf8) + end + Array("d2".utf8) + end
    let (isLink, count) = (
      EntityKey.isLink(devices.span), EntityKey.unlinkedCount(devices.span)
    )
    #expect(!isLink)
    #expect(count == devices.count)
  }
}
