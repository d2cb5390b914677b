/// What a zone file can be wrong in.
package enum ZoneFileError: Error, Equatable {
  case corrupt(String)
  case countsLeapSeconds
}

/// The Time Zone Information Format, versions 1 to 4 (RFC 9636).
///
///     header  counts of a block, 44 bytes          version 1: one header and block of 32-bit times
///     block   times, types, (offset, dst, name),   later: the same, to be skipped, then header
///             names, leap seconds, flags           and block of 64-bit times, then
///     footer  \nCET-1CEST,M3.5.0,M10.5.0/3\n       the rule for all times after the last one
extension ZoneRules {
  package init(name: String, file: [UInt8]) throws(ZoneFileError) {
    var reader = ZoneFileReader(bytes: file)
    var counts = try reader.header()
    var timeBytes = 4
    if counts.version >= 2 {
      try reader.skip(counts.blockBytes(timeBytes: 4))
      counts = try reader.header()
      timeBytes = 8
    }
    guard counts.leapSeconds == 0 else { throw .countsLeapSeconds }
    guard counts.types > 0, counts.types <= 256 else {
      throw .corrupt("it has no local time types")
    }

    var times: [Int64] = []
    for _ in 0..<counts.times {
      let time = timeBytes == 8 ? try reader.integer64() : Int64(try reader.integer32())
      guard time > times.last ?? .min else { throw .corrupt("its transitions are out of order") }
      times.append(time)
    }
    let types = try reader.take(counts.times)
    var typeOffsets: [Int32] = []
    for _ in 0..<counts.types {
      let offset = try reader.integer32()
      // RFC 9636 puts every real offset between -25 and +26 hours.
      guard offset > -25 * 3600, offset < 26 * 3600 else {
        throw .corrupt("an offset of \(offset) seconds")
      }
      typeOffsets.append(offset)
      try reader.skip(2)
    }
    // An empty one is not stored in a zone without transitions; type 0 holds before the first.
    var table = TransitionTable(first: typeOffsets[0])
    for (time, type) in zip(times, types) {
      guard Int(type) < typeOffsets.count else { throw .corrupt("a type that is not there") }
      table.append(time, typeOffsets[Int(type)])
    }
    if counts.version >= 2 {
      try reader.skip(counts.characters + counts.standardFlags + counts.utcFlags)
      if let rule = try ZoneFooter(reader.footer()) {
        table.extend(by: rule, after: times.last)
      }
    }
    self.init(name: name, starts: table.starts, offsets: table.offsets)
  }
}

/// Transitions that change the offset, in order.
private struct TransitionTable {
  var starts: [Int64] = [.min]
  var offsets: [Int32]

  init(first: Int32) { offsets = [first] }

  mutating func append(_ start: Int64, _ offset: Int32) {
    if start == starts[starts.count - 1] {
      // A file may begin its table at the first time of all.
      offsets[offsets.count - 1] = offset
    } else if offset != offsets[offsets.count - 1] {
      starts.append(start)
      offsets.append(offset)
    }
  }

  /// Spells the rule out, year by year, behind the last transition of the file.
  mutating func extend(by rule: ZoneFooter, after last: Int64?) {
    guard let daylight = rule.daylight else {
      // The rule agrees with the last transition, except where the file has none.
      if last == nil { offsets[0] = rule.standardOffset }
      return
    }
    for year in 1900...ZoneRules.lastYear {
      let changes = [
        (daylight.start.seconds(in: year) - Int64(rule.standardOffset), daylight.offset),
        (daylight.end.seconds(in: year) - Int64(daylight.offset), rule.standardOffset),
      ]
      for (start, offset) in changes.sorted(by: { $0.0 < $1.0 }) where start > last ?? .min {
        append(start, offset)
      }
    }
  }
}

extension ZoneRules {
  /// The last year for which transitions are spelled out.
  static let lastYear = 2200
}

/// The counts of a block, in the order of its header.
private struct ZoneFileCounts {
  var version: Int
  var utcFlags: Int
  var standardFlags: Int
  var leapSeconds: Int
  var times: Int
  var types: Int
  var characters: Int

  func blockBytes(timeBytes: Int) -> Int {
    times * (timeBytes + 1) + types * 6 + characters + leapSeconds * (timeBytes + 4)
      + standardFlags + utcFlags
  }
}

private struct ZoneFileReader {
  let bytes: [UInt8]
  var at = 0

  mutating func take(_ count: Int) throws(ZoneFileError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - at else { throw .corrupt("it ends after \(bytes.count) bytes") }
    defer { at += count }
    return bytes[at..<at + count]
  }

  mutating func skip(_ count: Int) throws(ZoneFileError) { _ = try take(count) }

  mutating func integer64() throws(ZoneFileError) -> Int64 {
    Int64(truncatingIfNeeded: try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  mutating func integer32() throws(ZoneFileError) -> Int32 {
    Int32(truncatingIfNeeded: try take(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
  }

  private mutating func count() throws(ZoneFileError) -> Int {
    let count = Int(try integer32())
    guard count >= 0, count <= bytes.count else { throw .corrupt("a count of \(count)") }
    return count
  }

  mutating func header() throws(ZoneFileError) -> ZoneFileCounts {
    guard try take(4).elementsEqual("TZif".utf8) else { throw .corrupt("it does not say TZif") }
    let version = try take(1).first ?? 0
    try skip(15)
    return ZoneFileCounts(
      // A NUL is version 1, later ones are digits; unknown ones extend the format compatibly.
      version: version >= UInt8(ascii: "2") ? Int(version - UInt8(ascii: "0")) : 1,
      utcFlags: try count(), standardFlags: try count(), leapSeconds: try count(),
      times: try count(), types: try count(), characters: try count())
  }

  /// The text between the last two line feeds.
  mutating func footer() throws(ZoneFileError) -> ArraySlice<UInt8> {
    let newline = UInt8(ascii: "\n")
    guard try take(1).first == newline, let end = bytes[at...].firstIndex(of: newline) else {
      throw .corrupt("its footer is cut off")
    }
    return try take(end - at)
  }
}
