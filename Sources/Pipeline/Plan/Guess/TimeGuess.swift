import EventLog

/// Which field is the time of a row, and how it is written, by the evidence of a sample.
struct TimeGuess: Sendable {
  var path: String
  var format: TimeFormat
  /// Where `path` is a day: the field with its clock.
  var clock: String?
  /// Values without an offset, and days without a clock, of those that were looked at.
  var locals = 0
  var dates = 0
  var values = 0
  /// Day and month fit in either order, so that nobody can tell them apart.
  var isAmbiguous = false
  /// A value, for messages.
  var example = ""

  /// Best first, as names look without case, `_`, `-` and blanks.
  private static let names = [
    "timestamp", "time", "ts", "eventtime", "eventdate", "eventtimestamp", "datetime", "date",
    "createdat", "occurredat", "originaltimestamp", "receivedat", "day", "@timestamp", "created",
    "createdtime", "clienttime", "servertime", "logtime", "sentat", "utc", "epoch", "msec",
    // As exports in other languages call them.
    "zeitpunkt", "zeitstempel", "zeit", "datum", "horodatage", "dateheure", "fechahora", "fecha",
    "datahora", "data", "时间戳", "时间", "发生时间", "日期", "日時", "日付",
  ]

  /// Tried after `iso8601` and `auto`: nobody takes day and month for each other.
  static let unmistakable: [TimeFormat] =
    ["%Y/%m/%d", "%d.%m.%Y", "%d.%m.%y"].flatMap(clocks)
  /// Of each pair, both may fit.
  private static let pairs: [(TimeFormat, TimeFormat)] =
    ["/", "-"].flatMap { sign in
      zip(
        clocks("%d\(sign)%m\(sign)%Y") + clocks("%d\(sign)%m\(sign)%y"),
        clocks("%m\(sign)%d\(sign)%Y") + clocks("%m\(sign)%d\(sign)%y"))
    }

  private static func clocks(_ day: String) -> [TimeFormat] {
    [
      "", " %H:%M:%S.%f", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S %z", "T%H:%M:%S",
    ].map { .pattern(day + $0) }
  }

  /// Patterns that read a single time.
  static func patterns(reading text: String) -> [String] {
    (unmistakable + pairs.flatMap { [$0.0, $0.1] }).filter { $0.parse(text) != nil }.map(\.name)
  }

  /// What was tried, for a refusal.
  static let tried =
    "iso8601, auto (epochs and the forms that programs print), and days as %Y%m%d, %Y/%m/%d, "
    + "%d.%m.%Y, %d/%m/%Y, %m/%d/%Y with or without a clock"

  /// Of 100 values, so many have to be read.
  private static let shareMin = 90
  private static let valuesMax = 2_000
}

extension TimeGuess {
  /// Paths that are called as times are, the best name first.
  static func named(in sample: RowSample) -> [String] {
    sample.paths.filter { rank($0) < names.count }
      .sorted { (rank($0), $0.utf8.count, $0) < (rank($1), $1.utf8.count, $1) }
  }

  private static func rank(_ path: String) -> Int {
    let last = FieldRoles.lastKey(path)
    if let place = names.firstIndex(of: FieldRoles.plain(last)) { return place }
    if last == "@timestamp" { return 0 }
    let plain = FieldRoles.plain(last)
    let isLikeOne =
      ["timestamp", "time", "date", "datetime"].contains { plain.hasSuffix($0) }
      || last.lowercased().hasSuffix("_at") || last.hasSuffix("At") || plain.hasPrefix("created")
    return isLikeOne ? names.count - 1 : names.count
  }

  /// Of all fields whose values read as times, first those with a clock, then those with the better
  /// name, then the finer and the shorter ones.
  static func best(in sample: RowSample) -> (best: TimeGuess?, others: [String]) {
    var found: [(guess: TimeGuess, key: [Int])] = []
    for path in sample.paths {
      let rank = rank(path)
      let isNamed = rank < names.count
      // Numbers that nobody calls a time are something else, unless they count milliseconds or less.
      if !isNamed, !(sample.isNumeric(path) ? countsFinely : looksLikeTimes)(sample, path) {
        continue
      }
      guard let guess = TimeGuess(path, in: sample) else { continue }
      let isDay = guess.dates * 2 > guess.values
      // What few rows have is the time of something else: a birthday, an end of contract.
      let isRare = sample.count(path) * 2 < sample.rows
      let key = [
        isRare ? 1 : 0, isDay ? 1 : 0, rank, -guess.fineness(in: sample), path.utf8.count,
      ]
      found.append((guess, key))
    }
    found.sort { $0.key.lexicographicallyPrecedes($1.key) }
    return (found.first?.guess, found.dropFirst().map(\.guess.path))
  }

  private static func looksLikeTimes(_ sample: RowSample, _ path: String) -> Bool {
    guard let first = sample.values[path]?.first?.text else { return false }
    return first.utf8.count >= 10
      && (TimeFormat.iso8601.parse(first) != nil || first.contains("/") && first.contains(":")
        || unmistakable.contains { $0.parse(first) != nil })
  }

  /// Digits of milliseconds, microseconds or nanoseconds since 1970, each as many.
  private static func countsFinely(_ sample: RowSample, _ path: String) -> Bool {
    let counts = Set((sample.values[path] ?? []).map { $0.text.utf8.count })
    return counts.count == 1 && [13, 16, 19].contains(counts.first ?? 0)
  }

  /// Digits of a second that the values show.
  private func fineness(in sample: RowSample) -> Int {
    (sample.values[path] ?? []).prefix(20).map { value in
      let text = value.text
      if text.allSatisfy(\.isNumber) { return max(0, text.count - 10) }
      guard let dot = text.lastIndex(where: { $0 == "." || $0 == "," }) else { return 0 }
      return text[text.index(after: dot)...].prefix { $0.isNumber }.count
    }.max() ?? 0
  }

  /// Nil where too few values read as times in any one format.
  ///
  /// - Parameter given: the format, where the caller knows it.
  init?(_ path: String, in sample: RowSample, given: TimeFormat? = nil) {
    let all = (sample.values[path] ?? []).prefix(Self.valuesMax)
    guard let first = all.first else { return nil }
    self.path = path
    example = first.text
    values = all.count
    let texts = all.map(\.text)
    func read(_ format: TimeFormat) -> Int { format.readings(texts).count { $0 != nil } }
    let enough = (texts.count * Self.shareMin + 99) / 100
    if let given {
      format = given
    } else if sample.isNumeric(path) {
      guard Self.arePlausible(texts, enough) else { return nil }
      format = .auto
    } else if texts.allSatisfy({ $0.utf8.count == 8 }), read(.pattern("%Y%m%d")) >= enough {
      // Eight digits are a date before they are seconds.
      format = .pattern("%Y%m%d")
    } else {
      var candidates: [(format: TimeFormat, count: Int)] = [
        (.iso8601, read(.iso8601)), (.auto, read(.auto)),
      ]
      if candidates.allSatisfy({ $0.count < enough }) {
        candidates += Self.unmistakable.map { ($0, read($0)) }
        for (dayFirst, monthFirst) in Self.pairs {
          let counts = (read(dayFirst), read(monthFirst))
          if counts.0 == counts.1, counts.0 >= enough { isAmbiguous = true }
          candidates.append(
            counts.0 >= counts.1 ? (dayFirst, counts.0) : (monthFirst, counts.1))
        }
      }
      let most = candidates.map(\.count).max() ?? 0
      guard most >= enough, let best = candidates.first(where: { $0.count == most }) else {
        return nil
      }
      format = best.format
      if format == .auto, texts.allSatisfy({ $0.allSatisfy(\.isNumber) }),
        !Self.arePlausible(texts, enough)
      {
        return nil
      }
    }
    for reading in format.readings(texts) {
      switch reading?.shape {
      case .local: locals += 1
      case .date: dates += 1
      case .instant, nil: break
      }
    }
    if dates == texts.count { clock = Self.clock(in: sample) }
    if clock != nil { (locals, dates) = (dates, 0) }
  }

  /// A field with the time of day alone.
  private static func clock(in sample: RowSample) -> String? {
    sample.paths.first { path in
      guard let values = sample.values[path], !values.isEmpty,
        FieldRoles.plain(FieldRoles.lastKey(path)).contains("time")
      else { return false }
      return values.allSatisfy { value in
        let parts = value.text.split(separator: ":")
        return (2...3).contains(parts.count) && parts[0].count <= 2
          && parts.allSatisfy { $0.allSatisfy { $0.isNumber || $0 == "." } }
      }
    }
  }

  /// Numbers are times when they lie between 1995 and 2100.
  private static func arePlausible(_ texts: [String], _ enough: Int) -> Bool {
    TimeFormat.auto.readings(texts).count {
      guard let time = $0?.microseconds else { return false }
      return time > 788_918_400_000_000 && time < 4_102_444_800_000_000
    } >= enough
  }
}
