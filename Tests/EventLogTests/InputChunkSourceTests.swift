import Foundation
import TestSupport
import Testing

@testable import EventLog

@Suite struct InputChunkSourceTests {
  @Test func plainText() throws {
    for chunkBytes in 1...20 {
      for readSize in 1...20 {
        let reading = try readBytes(
          Array("one\n\ntwo\r\nth\rree".utf8), limits: ReadLimits(chunkBytes: chunkBytes),
          readBytes: readSize)
        #expect(reading.texts == ["one", "", "two", "th\rree"])
        #expect(reading.rows.map(\.byte) == [0, 4, 5, 10])
        #expect(reading.rows.map(\.line) == [1, 2, 3, 4])
        #expect(!reading.outcome.isGzip)
        #expect(reading.outcome.fileBytes == 16)
        #expect(reading.outcome.inflatedBytes == 16)
      }
    }
  }

  @Test func emptyFile() throws {
    let reading = try readBytes([])
    #expect(reading.rows.isEmpty)
    var expected = SourceOutcome()
    expected.isEmpty = true
    #expect(reading.outcome == expected)
    #expect(try !readBytes([10]).outcome.isEmpty)
  }

  @Test func byteOrderMark() throws {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let text = mark + Array("ab\n".utf8) + mark + Array("c".utf8)
    for bytes in [text, GzipMember(text).bytes] {
      for chunkBytes in 1...9 {
        let reading = try readBytes(
          bytes, limits: ReadLimits(chunkBytes: chunkBytes), readBytes: chunkBytes)
        // Only the first is a mark; a later one is data.
        #expect(reading.rows.map(\.bytes) == [Array("ab\n".utf8), mark + Array("c".utf8)])
        #expect(reading.rows.map(\.byte) == [3, 6])
        #expect(reading.outcome.hadByteOrderMark)
        #expect(reading.outcome.inflatedBytes == text.count)
      }
    }
    let alone = try readBytes(mark)
    #expect(alone.rows.isEmpty && alone.outcome.hadByteOrderMark && !alone.outcome.isEmpty)
    let half = try readBytes([0xef, 0xbb])
    #expect(half.rows.map(\.bytes) == [[0xef, 0xbb]] && !half.outcome.hadByteOrderMark)
  }

  /// Rows that are no text, longer than what is kept of them to be looked at.
  @Test func watchOfLongRows() {
    for length in [65_534, 65_535, 65_536, 65_537, 200_000] {
      var watch = EncodingWatch()
      let row = [UInt8](repeating: 0xFF, count: length) + [10]
      watch.look(at: (row + row + row).span)
      watch.look(at: row.span)
      #expect(watch.refusal(decoded: nil)?.hasPrefix("4 of the first 4 rows are not UTF-8") == true)
    }
  }

  /// What a long row took is given back behind it.
  @Test func longRowsLeaveNoBuffer() throws {
    let short = Array(String(repeating: "0123456789\n", count: 1_000).utf8)
    let long = [UInt8](repeating: 120, count: 300_000) + [10]
    let folder = TemporaryFolder()
    let path = folder.write(short + long + short + long + short)
    var source = try ChunkSource(
      file: InputFile(path: path, bytes: 0), format: .jsonl, limits: ReadLimits(chunkBytes: 4096),
      readBytes: 4096)
    var chunk = Chunk()
    var sizes: [Int] = []
    while try source.next(into: &chunk) {
      #expect(chunk.bytes.capacity <= max(chunk.count, 4096) * 5)
      sizes.append(chunk.count)
    }
    #expect(sizes.reduce(0, +) == 3 * short.count + 2 * long.count)
  }

  @Test func sizeOfChunks() throws {
    let text = Array(String(repeating: "0123456789\n", count: 10_000).utf8)
    let reading = try readBytes(text, limits: ReadLimits(chunkBytes: 4096))
    #expect(reading.chunkCounts.dropLast().allSatisfy { (4086...4096).contains($0) })
    // A row that needs more gets it, and the next chunk is as small as before.
    let long = [UInt8](repeating: 120, count: 50_000) + [10]
    let mixed = try readBytes(text + long + text, limits: ReadLimits(chunkBytes: 4096))
    #expect(mixed.chunkCounts.max()! < 2 * 54_096)
    #expect(mixed.rows.count == 20_001)
    #expect(mixed.chunkCounts.last! <= 4096)
  }

  @Test func rowsAtTheLimit() throws {
    for (end, limit) in [("\n", 5), ("\r\n", 5), ("", 5)] {
      for length in 3...9 {
        for chunkBytes in [1, 2, 3, 6, 7, 8, 100] {
          let row = String(repeating: "x", count: length)
          let reading = try readBytes(
            Array("ab\n\(row)\(end)".utf8) + (end.isEmpty ? [] : Array("cd\n".utf8)),
            limits: ReadLimits(lineBytesMax: limit, chunkBytes: chunkBytes))
          let rest = end.isEmpty ? [] : ["cd"]
          if length <= limit {
            #expect(reading.texts == ["ab", row] + rest)
            #expect(reading.outcome.droppedRows == 0)
          } else {
            #expect(reading.texts == ["ab"] + rest, "\(length) \(chunkBytes)")
            #expect(reading.outcome.droppedRows == 1)
            #expect(reading.outcome.droppedLines == 1)
            #expect(
              reading.rejects == [
                Reject(reason: .lineTooLong, line: 2, byte: 3, prefix: Array(row.utf8))
              ])
            if !rest.isEmpty { #expect(reading.rows.last?.line == 3) }
          }
        }
      }
    }
    // Without a line end the CR is data.
    let lone = try readBytes(Array("12345\r".utf8), limits: ReadLimits(lineBytesMax: 5))
    #expect(lone.outcome.droppedRows == 1)
    #expect(lone.rejects.map(\.prefix) == [Array("12345\r".utf8)])
  }

  @Test func memoryStaysSmallWhileDropping() throws {
    let folder = TemporaryFolder()
    let long = [UInt8](repeating: 120, count: 3_000_000)
    let path = folder.write(GzipMember(Array("a\n".utf8) + long + Array("\nb\n".utf8)).bytes)
    var source = try ChunkSource(
      file: InputFile(path: path, bytes: 0), format: .jsonl,
      limits: ReadLimits(lineBytesMax: 1000, chunkBytes: 4096))
    var chunk = Chunk()
    var texts: [[UInt8]] = []
    while try source.next(into: &chunk) {
      texts.append(Array(chunk.bytes[0..<chunk.count]))
      #expect(chunk.bytes.count <= 1002 + 2 * 4096)
    }
    #expect(texts == [Array("a\n".utf8), Array("b\n".utf8)])
    #expect(source.outcome.droppedSamples.first?.reject.prefix == Array(long[..<200]))
    #expect(source.outcome.droppedSamples.first?.chunkIndex == 1)
  }

  @Test func samplesAreLimitedAndCountsAreNot() throws {
    let text = String(repeating: "toolong\nok\n", count: 9)
    let reading = try readBytes(
      Array(text.utf8), limits: ReadLimits(lineBytesMax: 3, chunkBytes: 5, rejectSamplesMax: 4))
    #expect(reading.texts == [String](repeating: "ok", count: 9))
    #expect(reading.outcome.droppedRows == 9)
    #expect(reading.outcome.droppedLines == 9)
    #expect(reading.rejects.map(\.line) == [1, 3, 5, 7])
    #expect(reading.rejects.map(\.byte) == [0, 11, 22, 33])
    #expect(reading.rows.map(\.line) == [2, 4, 6, 8, 10, 12, 14, 16, 18])
  }

  @Test func quotedRows() throws {
    let text = "a,b\n\"x\ny\",1\r\n\"\"\"\n\",2\np\"q\n\"open\nto the end"
    for chunkBytes in 1...40 {
      let reading = try readBytes(
        Array(text.utf8), format: .csv(delimiter: 44), limits: ReadLimits(chunkBytes: chunkBytes))
      #expect(
        reading.texts == ["a,b", "\"x\ny\",1", "\"\"\"\n\",2", "p\"q", "\"open\nto the end"])
      #expect(reading.rows.map(\.line) == [1, 2, 4, 6, 7])
    }
    // A row of several lines that is too long takes its lines along.
    let reading = try readBytes(
      Array("a\n\"1234\n\n5678\"\nb\n".utf8), format: .csv(delimiter: 44),
      limits: ReadLimits(lineBytesMax: 6, chunkBytes: 4))
    #expect(reading.texts == ["a", "b"])
    #expect(reading.rows.map(\.line) == [1, 5])
    #expect(reading.outcome.droppedRows == 3)
    #expect(reading.outcome.droppedLines == 3)
    // Where text follows the closing quote, or none closes, the quote was a stray one: what is whole of
    // its lines within the limit is there to be read again.
    for chunkBytes in 1...20 {
      let stray = try readBytes(
        Array("a\n\"1234\n\n5678\"x\nb\n\"1234\n\n5678".utf8), format: .csv(delimiter: 44),
        limits: ReadLimits(lineBytesMax: 6, chunkBytes: chunkBytes))
      #expect(stray.texts == ["a", "\"1234\n\n", "b", "\"1234\n\n"])
      #expect(stray.rows.map(\.line) == [1, 2, 5, 6])
      #expect(stray.rejects.map(\.byte) == [9, 25] && stray.rejects.map(\.line) == [4, 8])
      #expect(stray.rejects.map(\.prefix) == [Array("5678\"x".utf8), Array("5678".utf8)])
    }
    // Quotes mean nothing in lines.
    #expect(try readBytes(Array("\"a\nb\"\n".utf8), format: .tsv).texts == ["\"a", "b\""])
  }

  /// Thousands of small files against the slow reference: every row, place, line number and reject.
  @Test func againstTheReference() throws {
    let folder = TemporaryFolder()
    let alphabet = Array("abc,\"\"\n\n\r\r\n".utf8) + [0, 0xef]
    for seed in 1...UInt64(Thorough.cases(4000)) {
      var random = SplitMix64(seed: seed)
      var content = random.bytes(Int.random(in: 0...120, using: &random), of: alphabet)
      if Int.random(in: 0..<8, using: &random) == 0 { content = [0xef, 0xbb, 0xbf] + content }
      let format = [LogFormat.jsonl, .csv(delimiter: 44)].randomElement(using: &random)!
      let isGzip = Bool.random(using: &random)
      var bytes: [UInt8] = []
      if isGzip {
        var rest = content[...]
        repeat {
          var member = GzipMember(Array(rest.prefix(Int.random(in: 0...60, using: &random))))
          member.level = Int32.random(in: 0...9, using: &random)
          member.hasHeaderChecksum = Bool.random(using: &random)
          rest = rest.dropFirst(member.content.count)
          bytes += member.bytes
        } while !rest.isEmpty
        bytes += [UInt8](repeating: 0, count: Int.random(in: 0...3, using: &random))
      } else {
        bytes = content
      }
      let limits = ReadLimits(
        lineBytesMax: Int.random(in: 1...40, using: &random),
        chunkBytes: Int.random(in: 1...50, using: &random))
      let reading = try readSource(
        folder.write(bytes), format: format, limits: limits,
        readBytes: Int.random(in: 1...80, using: &random))

      // Where no line ends in LF, it ends in CR.
      var text = content
      if format != .jsonl, !content.contains(10) { text = content.map { $0 == 13 ? 10 : $0 } }
      var kept: [InputRow] = []
      var dropped: [InputRow] = []
      for row in referenceRows(text, format: format) {
        if row.text.count <= limits.lineBytesMax {
          kept.append(row)
        } else {
          let cut = row.cut(lineBytesMax: limits.lineBytesMax)
          if let again = cut.again { kept.append(again) }
          if let rest = cut.dropped { dropped.append(rest) }
        }
      }
      for index in kept.indices { kept[index].isStray = false }
      let rejects = dropped.map {
        Reject(
          reason: .lineTooLong, line: $0.line, byte: $0.byte, prefix: Array($0.text.prefix(200)))
      }
      guard reading.rows == kept, reading.rejects == rejects, reading.outcome.damages.isEmpty,
        reading.outcome.droppedRows == dropped.reduce(0, { $0 + $1.lines }),
        reading.outcome.isGzip == isGzip, reading.outcome.inflatedBytes == content.count,
        reading.outcome.fileBytes == bytes.count
      else {
        Issue.record("seed \(seed): \(reading.rows) \(reading.rejects), not \(kept) \(rejects)")
        return
      }
    }
  }
}
