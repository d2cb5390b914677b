import TestSupport
import Testing

@testable import EventLog
@testable import Values

/// A line on one thread, where somebody comes after `unattended` looks, and where either the first or
/// the last run is inflated first.
private final class SerialLine: MemberRunLine, @unchecked Sendable {
  // Used by one thread only, that of the test.
  private var runs: [MemberRun] = []
  private var unattended: Int
  private let capacity: Int
  private let isBackwards: Bool
  private(set) var wholeMembers = 0
  private(set) var runsTaken = 0

  init(unattended: Int = 0, capacity: Int = 3, isBackwards: Bool = false) {
    self.unattended = unattended
    self.capacity = capacity
    self.isBackwards = isBackwards
  }

  var isAttended: Bool {
    unattended -= 1
    return unattended < 0
  }

  var hasRoom: Bool { runs.count < capacity }

  func append(_ run: MemberRun) {
    precondition(hasRoom)
    runs.append(run)
  }

  func next() -> MemberRun? {
    if runs.isEmpty { return nil }
    for index in isBackwards ? runs.indices.reversed() : Array(runs.indices) {
      if !runs[index].isWhole { runs[index].inflate() }
    }
    runsTaken += 1
    if runs[0].isWhole { wholeMembers += runs[0].memberCount }
    return runs.removeFirst()
  }
}

/// Reading by runs of members is reading in sequence, whatever the file is like.
@Suite struct InputMemberRunTests {
  private static let texts = [
    "{\"a\":1}\n\nsec", "ond\r\nthird, longer line\nsec", "", "ond\r\n", "la", "st\n\"x\ny\",", "z",
  ]

  private static var file: [UInt8] {
    texts.flatMap { GzipMember($0).sized() } + GzipMember.bgzfEnd
  }

  /// Reads in sequence and by runs, and compares everything.
  private func expectSame(
    _ path: String, format: LogFormat = .jsonl, limits: ReadLimits = ReadLimits(),
    readBytes: Int = 256 << 10, line: SerialLine = SerialLine(), _ comment: Comment
  ) throws {
    let expected = try readSource(path, format: format, limits: limits, readBytes: readBytes)
    let reading = try readSource(
      path, format: format, limits: limits, readBytes: readBytes, line: line)
    #expect(reading == expected, comment)
  }

  private func measure(_ bytes: [UInt8]) -> MemberExtent.Measure {
    MemberExtent.measure(bytes.span)
  }

  @Test func theEndOfBGZFIsAMember() {
    #expect(measure(GzipMember.bgzfEnd) == measure(GzipMember("").sized()))
  }

  @Test func extents() {
    let member = GzipMember("some text").sized()
    guard case .whole(let extent) = measure(member + [1, 2, 3]) else {
      Issue.record("not whole")
      return
    }
    #expect(extent.bytes == member.count)
    #expect(extent.inflatedBytes == 9)
    #expect(extent.memberCount == 1)
    for count in 0..<member.count { #expect(measure(Array(member[..<count])) == .incomplete) }
    #expect(measure(GzipMember("some text").bytes) == .unsized)
    #expect(measure([0, 0]) == .unsized)
    #expect(measure([0x1f, 0x8c]) == .unsized)
    // No room for any content, and more content than BGZF has in a member.
    for size in 1...26 {
      #expect(measure(GzipMember("some text").sized(claiming: size)) == .unsized)
    }
    let most = GzipMember([UInt8](repeating: 7, count: 1 << 16))
    guard case .whole = measure(most.sized()) else {
      Issue.record("not whole")
      return
    }
    #expect(measure(GzipMember(most.content + [7]).sized()) == .unsized)
    // A name without an end is not waited for.
    var named = GzipMember("")
    named.name = String(repeating: "n", count: 70_000)
    #expect(measure(Array(named.header[..<65_535])) == .incomplete)
    #expect(measure(Array(named.header[..<65_536])) == .unsized)
  }

  @Test func runsAreWholeOnlyIfAllFits() {
    let members = [GzipMember("one\n").sized(), GzipMember("").sized(), GzipMember("two").sized()]
    let bytes = members.flatMap { $0 }
    /// The content of a whole run over all of the bytes.
    func content(_ bytes: [UInt8]) -> [UInt8]? {
      var extent = MemberExtent()
      while case .whole(let next) = measure(Array(bytes[extent.bytes...])) { extent.add(next) }
      var run = MemberRun()
      run.fill(with: bytes, range: 0..<extent.bytes, extent: extent)
      run.inflate()
      guard run.isWhole && extent.bytes == bytes.count else { return nil }
      var text = [UInt8](repeating: 9, count: run.inflatedCount)
      run.copy(from: 0, count: run.inflatedCount, to: &text, at: 0)
      return text
    }
    let expected = Array("one\ntwo".utf8)
    #expect(content(bytes) == expected)
    // Padding inside what a member claims would make of what follows something else.
    let padded = GzipMember("two").sized(claiming: members[2].count + 3) + [0, 0, 0]
    #expect(content(members[0] + members[1] + padded) == nil)
    var start = 0
    for member in members {
      for index in member.indices {
        var changed = bytes
        changed[start + index] ^= 0x10
        // Time, system and the bits after the stream's end say nothing of the content.
        let found = content(changed)
        #expect(found == nil || found == expected, "byte \(start + index)")
        if index >= member.count - 8 { #expect(found == nil, "byte \(start + index)") }
      }
      start += member.count
    }
  }

  @Test func soundFilesGoThroughTheLine() throws {
    let folder = TemporaryFolder()
    let path = folder.write(Self.file)
    for chunkBytes in [1, 7, 1000] {
      for readSize in [1, 2, 30, 1000] {
        for isBackwards in [false, true] {
          let line = SerialLine(isBackwards: isBackwards)
          try expectSame(
            path, limits: ReadLimits(chunkBytes: chunkBytes), readBytes: readSize, line: line,
            "chunk \(chunkBytes), read \(readSize)")
          #expect(line.wholeMembers == Self.texts.count + 1)
        }
      }
    }
  }

  @Test func everyTruncationAndCorruption() throws {
    let folder = TemporaryFolder()
    let file = Self.file
    for length in 1..<file.count {
      let path = folder.write(Array(file[..<length]))
      for (chunkBytes, readSize) in [(1, 1), (3, 1000), (9, 5), (1000, 1000)] {
        let limits = ReadLimits(chunkBytes: chunkBytes)
        try expectSame(path, limits: limits, readBytes: readSize, "length \(length)")
        let csv = LogFormat.csv(delimiter: 44)
        try expectSame(
          path, format: csv, limits: limits, readBytes: readSize,
          line: SerialLine(unattended: length % 5), "CSV, length \(length)")
      }
    }
    for index in file.indices {
      for change in [1, 2, 4, 8, 16, 32, 64, 128, 255] as [UInt8] {
        var bytes = file
        bytes[index] ^= change
        let path = folder.write(bytes)
        for (chunkBytes, readSize) in [(1, 7), (1000, 1000)] {
          try expectSame(
            path, limits: ReadLimits(chunkBytes: chunkBytes), readBytes: readSize,
            line: SerialLine(capacity: 1 + index % 4), "byte \(index), bits \(change)")
        }
      }
    }
  }

  /// Thousands of files of all kinds of members, sound and damaged.
  @Test func randomFiles() throws {
    let folder = TemporaryFolder()
    let alphabet = Array("abc,\"\"\n\n\r\r\n".utf8) + [0, 0xef]
    var sized = 0
    for seed in 1...UInt64(Thorough.cases(3000)) {
      var random = SplitMix64(seed: seed)
      let plainPercent = [0, 0, 0, 10, 50].randomElement(using: &random)!
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        var member = GzipMember(
          random.bytes(Int.random(in: 0...60, using: &random), of: alphabet))
        member.level = Int32.random(in: 0...9, using: &random)
        if random.chance(10) { member.name = "n" }
        if random.chance(10) { member.hasHeaderChecksum = true }
        bytes += random.chance(plainPercent) ? member.bytes : member.sized()
      }
      if random.chance(50) { bytes += GzipMember.bgzfEnd }
      if random.chance(10) { bytes += [UInt8](repeating: 0, count: 5) }
      if random.chance(5) { bytes += GzipMember("more\n").sized() }
      if random.chance(20) { bytes[Int.random(in: bytes.indices, using: &random)] = 0 }
      if random.chance(20) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      let line = SerialLine(
        unattended: random.chance(50) ? 0 : Int.random(in: 0...9, using: &random),
        capacity: Int.random(in: 1...5, using: &random), isBackwards: random.chance(50))
      try expectSame(
        folder.write(bytes), format: random.chance(50) ? .jsonl : .csv(delimiter: 44),
        limits: ReadLimits(
          lineBytesMax: Int.random(in: 1...90, using: &random),
          chunkBytes: Int.random(in: 1...50, using: &random)),
        readBytes: Int.random(in: 1...150, using: &random), line: line, "seed \(seed)")
      sized += line.wholeMembers
    }
    #expect(sized > Thorough.cases(5000))
  }

  /// From the first member without a size on, nobody is asked any more.
  @Test func aMemberWithoutASizeEndsTheRuns() throws {
    let folder = TemporaryFolder()
    let sized = GzipMember("one\ntw").sized()
    let plain = GzipMember("o\nthree\n").bytes
    let line = SerialLine(capacity: 1)
    let path = folder.write(sized + sized + plain + sized)
    try expectSame(path, limits: ReadLimits(chunkBytes: 1), line: line, "")
    #expect(line.wholeMembers == 2)
    #expect(line.runsTaken == 2)
    let none = SerialLine()
    try expectSame(folder.write(Array("plain\ntext\n".utf8)), line: none, "")
    try expectSame(folder.write(plain + sized), line: none, "")
    #expect(none.runsTaken == 0)
  }
}
