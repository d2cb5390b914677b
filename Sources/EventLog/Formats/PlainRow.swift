import Values

/// What every event has: a part of each.
///
/// A row is plain if these stand in the chunk as they are, each in the first place where the source may
/// have it, and nobody wants more of the row: nearly all rows of most logs. Plain rows that follow one
/// another are committed together: what is the same for all of them is done once.
struct PlainRow<Part: Sendable>: Sendable {
  var user: Part
  var event: Part
  var time: Part
}

extension PlainRow {
  /// Nil unless all parts become something.
  @inline(__always)
  func mapped<Result>(_ body: (Part) -> Result?) -> PlainRow<Result>? {
    guard let user = body(user), let event = body(event), let time = body(time) else { return nil }
    return PlainRow<Result>(user: user, event: event, time: time)
  }
}

extension PlainRow<ByteSlice> {
  /// Of a row that is not plain.
  static let none = PlainRow(user: .absent, event: .absent, time: .absent)
}

extension RowAssembler {
  /// Whether a run may be more than no row.
  var mayRun: Bool { plain != nil && day.isKnown }

  /// Appends rows up to the first that is not plain, or whose time is not written as in the row before;
  /// returns how many. What that one is, `commit` says.
  ///
  /// - Parameters:
  ///   - rows: Places of their values in the chunk, to which the batch refers.
  ///   - line: The first row's line; each has one.
  @inline(never)
  mutating func commitRun(
    _ rows: Span<PlainRow<ByteSlice>>, of chunk: Span<UInt8>, line: Int,
    into batch: inout EventBatch, tally: inout RowTally
  ) -> Int {
    var (run, earliest, latest) = (0, Int64.max, Int64.min)
    // Rows before the day of the last one, and an instant of that day.
    var (counted, last) = (0, Int64(0))
    batch.times.append(addingCapacity: rows.count) { times in
      while run < rows.count, isNamed(rows[run], in: chunk) {
        let time = rows[run].time.range
        var instant = TimeParser.instant(on: day, chunk, time)
        if instant == nil {
          if run > counted { tally.days.count(last, times: run - counted) }
          counted = run
          instant = instantOnNewDay(time, of: chunk)
        }
        guard let instant, instant >= limits.timeMin, instant <= limits.timeMax else { break }
        times.append(instant)
        (earliest, latest) = (min(earliest, instant), max(latest, instant))
        last = instant
        run += 1
      }
    }
    if run == 0 { return 0 }
    tally.days.count(last, times: run - counted)
    batch.names.append(addingCapacity: run) { names in
      for row in 0..<run { names.append(rows[row].event) }
    }
    if wantsUser {
      batch.users.append(addingCapacity: run) { users in
        for row in 0..<run { users.append(rows[row].user) }
      }
    }
    if keepsLines {
      for row in 0..<run { batch.lines.append(Int32(truncatingIfNeeded: line + row)) }
    }
    batch.count += run
    tally.events += run
    tally.earliest = min(tally.earliest, earliest)
    tally.latest = max(tally.latest, latest)
    return run
  }

  /// Whether a row has a user and a name.
  @inline(__always)
  private func isNamed(_ row: PlainRow<ByteSlice>, in chunk: Span<UInt8>) -> Bool {
    !row.event.isAbsent && Int(row.event.count) <= valueBytesMax
      && !row.user.isAbsent && Int(row.user.count) <= valueBytesMax
      && idNulls.index(chunk, row.user.range) == nil
  }

  @inline(never)
  private mutating func instantOnNewDay(_ time: Range<Int>, of chunk: Span<UInt8>) -> Int64? {
    _ = TimeParser.iso8601(chunk, time, day: &day)
    return TimeParser.instant(on: day, chunk, time)
  }
}
