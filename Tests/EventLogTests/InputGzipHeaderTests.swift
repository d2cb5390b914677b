import Testing

@testable import EventLog

@Suite struct InputGzipHeaderTests {
  /// The status after each byte.
  private func statuses(_ bytes: [UInt8]) -> (all: [GzipHeader.Status], header: GzipHeader) {
    var header = GzipHeader()
    var all: [GzipHeader.Status] = []
    for byte in bytes {
      all.append(header.take(byte))
      if all.last != .incomplete { break }
    }
    return (all, header)
  }

  @Test func everyCombinationOfParts() {
    for bits in 0..<16 {
      for extra in [[], [1, 2, 3, 0, 7, 7, 7], [UInt8](repeating: 9, count: 300)] as [[UInt8]] {
        var member = GzipMember("x")
        if bits & 1 != 0 { member.extra = extra }
        if bits & 2 != 0 { member.name = "events.jsonl" }
        if bits & 4 != 0 { member.comment = "" }
        member.hasHeaderChecksum = bits & 8 != 0
        let bytes = member.header
        let (all, header) = statuses(bytes)
        #expect(all.count == bytes.count, "parts \(bits)")
        #expect(all.dropLast().allSatisfy { $0 == .incomplete })
        #expect(all.last == .complete)
        #expect(header.count == bytes.count)
        #expect(header.memberBytes == nil)
        if member.hasHeaderChecksum {
          for index in bytes.indices.suffix(2) {
            var wrong = bytes
            wrong[index] ^= 1
            #expect(statuses(wrong).all.last == .malformed)
          }
        }
      }
    }
  }

  @Test func malformed() {
    let good = GzipMember("x").header
    for (index, value) in [(0, 0x1e), (1, 0x8c), (2, 7), (3, 0x20), (3, 0x40), (3, 0x80)] {
      var bytes = good
      bytes[index] = UInt8(value)
      let all = statuses(bytes).all
      #expect(all.count == index + 1)
      #expect(all.last == .malformed)
    }
  }

  @Test func sizeOfBlockGzipMembers() {
    var member = GzipMember("x")
    // As bgzip writes it: BC, two bytes long, the member's size less one.
    member.extra = [66, 67, 2, 0, 0x1b, 0x00]
    #expect(statuses(member.header).header.memberBytes == 28)
    member.extra = [65, 65, 3, 0, 66, 67, 2, 66, 67, 2, 0, 0xff, 0xff]
    #expect(statuses(member.header).header.memberBytes == 65536)
    member.extra = [66, 67, 4, 0, 1, 2, 3, 4]
    #expect(statuses(member.header).header.memberBytes == nil)
  }
}
