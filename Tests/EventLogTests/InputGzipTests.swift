import TestSupport
import Testing

@testable import EventLog
@testable import Values

/// Gzip as files have it: members, padding, damage, at every boundary.
@Suite struct InputGzipTests {
  private static let content = Array(
    "{\"a\":1}\n\nsecond\r\nthird, longer line\nsecond\r\nlast".utf8)

  /// Three members, the middle one empty, cut inside rows.
  private static var file: [UInt8] {
    var first = GzipMember(Array(content[0..<11]))
    first.name = "n"
    var last = GzipMember(Array(content[11...]))
    last.hasHeaderChecksum = true
    return first.bytes + GzipMember("").bytes + last.bytes
  }

  @Test func everyReadAndChunkSize() throws {
    let folder = TemporaryFolder()
    let path = folder.write(Self.file)
    let expected = referenceRows(Self.content, format: .jsonl)
    for readSize in Array(1...40) + [Self.file.count - 1, Self.file.count, 4096] {
      for chunkBytes in 1...Self.content.count + 2 {
        let reading = try readSource(
          path, limits: ReadLimits(chunkBytes: chunkBytes), readBytes: readSize)
        guard reading.rows == expected && reading.outcome.damages.isEmpty else {
          Issue.record("read \(readSize), chunk \(chunkBytes): \(reading.rows)")
          return
        }
        #expect(reading.outcome.inflatedBytes == Self.content.count)
        #expect(reading.outcome.fileBytes == Self.file.count)
      }
    }
  }

  @Test func everyMemberBoundary() throws {
    let expected = referenceRows(Self.content, format: .jsonl)
    for split in 0...Self.content.count {
      for level in [0, 1, 9] as [Int32] {
        var members = [Self.content[..<split], Self.content[split...]].map { GzipMember(Array($0)) }
        for index in members.indices { members[index].level = level }
        let bytes = members.flatMap(\.bytes)
        for (chunkBytes, readSize) in [(1, 1), (5, 3), (7, 1000), (1000, 7), (1000, 1000)] {
          let reading = try readBytes(
            bytes, limits: ReadLimits(chunkBytes: chunkBytes), readBytes: readSize)
          #expect(reading.rows == expected, "split \(split), level \(level), chunk \(chunkBytes)")
          #expect(reading.outcome.damages == [])
        }
      }
    }
  }

  @Test func everyTruncation() throws {
    let file = Self.file
    let firstEnd = GzipMember(Array(Self.content[0..<11])).bytes.count + 2
    let secondEnd = firstEnd + GzipMember("").bytes.count
    for length in 1..<file.count {
      let cut = Array(file[..<length])
      // Between members a file may end: nobody can tell that more should follow.
      let isWhole = length == firstEnd || length == secondEnd
      let inflated = referenceInflate(cut)
      #expect(Self.content.starts(with: inflated))
      var rows = referenceRows(inflated, format: .jsonl)
      var partial = 0
      if !isWhole, let last = rows.last, last.bytes.last != 10 {
        partial = last.bytes.count
        rows.removeLast()
      }
      for (chunkBytes, readSize) in [(1, 1), (9, 4), (1000, 1000)] {
        let reading = try readBytes(
          cut, limits: ReadLimits(chunkBytes: chunkBytes), readBytes: readSize)
        #expect(reading.rows == rows, "length \(length), chunk \(chunkBytes)")
        #expect(reading.outcome.isGzip)
        let damages =
          isWhole
          ? []
          : [
            Damage(
              kind: .truncated, fileOffset: length, inflatedOffset: inflated.count,
              partialRowBytes: partial)
          ]
        #expect(reading.outcome.damages == damages, "length \(length), chunk \(chunkBytes)")
      }
    }
  }

  /// Every byte of the file, and every bit of it: damage is seen, or the content is the same.
  @Test func everyCorruption() throws {
    let file = Self.file
    let expected = referenceRows(Self.content, format: .jsonl)
    var unharmed: Set<Int> = []
    for index in file.indices {
      for change in [1, 2, 4, 8, 16, 32, 64, 128, 255] as [UInt8] {
        var bytes = file
        bytes[index] ^= change
        let reading = try readBytes(bytes)
        if index < 2 {
          // Without the magic it is not gzip, but a text, whose rows will not parse.
          #expect(!reading.outcome.isGzip)
        } else if reading.outcome.damages.isEmpty {
          #expect(reading.rows == expected, "byte \(index), bits \(change)")
          unharmed.insert(index)
        } else {
          #expect(reading.outcome.damages.count == 1)
        }
        let slow = try readBytes(bytes, limits: ReadLimits(chunkBytes: 3), readBytes: 2)
        #expect(slow.rows == reading.rows, "byte \(index), bits \(change)")
        #expect(slow.kinds == reading.kinds, "byte \(index), bits \(change)")
      }
    }
    // Time, extra flags and system of each header, and the name of the first; flags that announce
    // parts which then fit by chance would show here too.
    #expect(unharmed.isSuperset(of: 4...9))
    let headers = 12 + 10 + 12
    #expect(unharmed.count <= headers)
  }

  @Test func trailersAreChecked() throws {
    let member = GzipMember("one\ntwo\nthr")
    let count = member.bytes.count
    for (index, kind) in [(count - 8, Damage.Kind.badChecksum), (count - 4, .badLength)] {
      var bytes = member.bytes
      bytes[index] ^= 0x10
      let reading = try readBytes(GzipMember("zero\n").bytes + bytes + member.bytes)
      #expect(reading.texts == ["zero", "one", "two"])
      #expect(reading.kinds == [kind])
      #expect(reading.outcome.damages[0].partialRowBytes == 3)
      #expect(reading.outcome.damages[0].inflatedOffset == 16)
    }
  }

  @Test func paddingAndTrailingBytes() throws {
    let file = GzipMember("one\ntwo").bytes
    for count in [1, 2, 7, 511, 4096] {
      for readSize in [1, 100, 100_000] {
        let padded = file + [UInt8](repeating: 0, count: count)
        let reading = try readBytes(padded, readBytes: readSize)
        #expect(reading.texts == ["one", "two"])
        #expect(reading.outcome.damages == [])
        #expect(reading.outcome.fileBytes == padded.count)

        let behind = try readBytes(padded + [5], readBytes: readSize)
        #expect(behind.texts == ["one", "two"])
        #expect(
          behind.outcome.damages == [
            Damage(kind: .trailingBytes, fileOffset: padded.count, inflatedOffset: 7)
          ])
      }
    }
    for garbage in [[7], [0x1f, 0x8c], Array("more text\n".utf8)] as [[UInt8]] {
      let reading = try readBytes(file + garbage)
      // The stream before them is whole, so its last row is, too.
      #expect(reading.texts == ["one", "two"])
      #expect(reading.kinds == [.trailingBytes])
    }
    // Padding may be line ends, and a member may follow it.
    for padding in [[0], [10], [13, 10, 0, 0, 10]] as [[UInt8]] {
      let reading = try readBytes(file + padding + file + padding)
      #expect(reading.texts == ["one", "twoone", "two"])
      #expect(reading.outcome.damages == [])
    }
    #expect(try readBytes(file + [32] + file).kinds == [.trailingBytes])
    // With the magic it is a member, and a malformed one.
    #expect(try readBytes(file + [0x1f, 0x8b, 9]).kinds == [.corrupt])
    #expect(try readBytes(file + [0x1f]).kinds == [.truncated])
    #expect(try readBytes([0x1f, 0x8b, 9]).kinds == [.corrupt])
  }

  @Test func emptyGzip() throws {
    for bytes in [GzipMember("").bytes, GzipMember("").bytes + GzipMember("").bytes + [0, 0]] {
      let reading = try readBytes(bytes)
      #expect(reading.rows.isEmpty)
      #expect(reading.outcome.damages == [])
      #expect(reading.outcome.isGzip)
      #expect(!reading.outcome.isEmpty)
      #expect(reading.outcome.inflatedBytes == 0)
    }
  }

  /// Windows, blocks of every kind and matches over the whole 32 KiB, larger than every buffer.
  @Test func largeContent() throws {
    var random = SplitMix64(seed: 3)
    var content: [UInt8] = []
    let phrases = (0..<200).map { _ in
      random.bytes(Int.random(in: 1...400, using: &random), of: Array(32...126))
    }
    while content.count < 1_200_000 {
      content += phrases.randomElement(using: &random)!
      if Int.random(in: 0..<4, using: &random) == 0 { content.append(10) }
    }
    for level in [0, 1, 6] as [Int32] {
      var member = GzipMember(content)
      member.level = level
      let folder = TemporaryFolder()
      let path = folder.write(member.bytes + GzipMember("end\n").bytes)
      for (chunkBytes, readSize) in [(1 << 16, 1000), (5000, 1 << 18), (3 << 20, 70_000)] {
        var source = try ChunkSource(
          file: InputFile(path: path, bytes: 0), format: .jsonl,
          limits: ReadLimits(chunkBytes: chunkBytes), readBytes: readSize)
        var chunk = Chunk()
        var read: [UInt8] = []
        while try source.next(into: &chunk) {
          #expect(chunk.offset == read.count)
          read += chunk.bytes[0..<chunk.count]
        }
        #expect(source.outcome.damages == [])
        #expect(read == content + Array("end\n".utf8), "level \(level), chunk \(chunkBytes)")
      }
    }
  }

  /// A damaged file of many blocks gives the same rows whatever the sizes of reads and chunks: those
  /// that zlib alone, fed all at once, makes out before the damage.
  @Test func damageInLargeContent() throws {
    var random = SplitMix64(seed: 4)
    var content: [UInt8] = []
    while content.count < 150_000 {
      let user = Int.random(in: 0..<500, using: &random)
      let name = ["page_view", "purchase", "check_in"].randomElement(using: &random)!
      let time = UInt32.random(in: 0...UInt32.max, using: &random)
      content += Array("{\"user\":\"u\(user)\",\"event\":\"\(name)\",\"time\":\(time)}\n".utf8)
    }
    let folder = TemporaryFolder()
    for seed in 1...80 as ClosedRange<UInt64> {
      random = SplitMix64(seed: seed)
      var member = GzipMember(content)
      member.level = [1, 6, 9].randomElement(using: &random)!
      var bytes = member.bytes
      let place = Int.random(in: 10..<bytes.count - 8, using: &random)
      if seed.isMultiple(of: 4) {
        bytes.removeSubrange(place...)
      } else {
        bytes[place] ^= UInt8.random(in: 1...255, using: &random)
      }
      let path = folder.write(bytes)
      let fast = try readSource(path)
      guard fast.kinds.count == 1 else {
        Issue.record("seed \(seed): \(fast.kinds)")
        return
      }
      if [.corrupt, .truncated].contains(fast.kinds[0]) {
        let rows = referenceRows(referenceInflate(bytes), format: .jsonl).filter(\.hasLineEnd)
        #expect(fast.rows == rows, "seed \(seed): \(fast.rows.count) rows, not \(rows.count)")
      }
      for _ in 0..<3 {
        let limits = ReadLimits(chunkBytes: Int.random(in: 500...200_000, using: &random))
        let readSize = Int.random(in: 50...50_000, using: &random)
        let other = try readSource(path, limits: limits, readBytes: readSize)
        guard other.rows == fast.rows && other.kinds == fast.kinds else {
          Issue.record(
            """
            seed \(seed), chunk \(limits.chunkBytes), read \(readSize): \(other.kinds), \
            \(other.rows.count) rows; \(fast.kinds), \(fast.rows.count) rows
            """)
          return
        }
      }
    }
  }
}
