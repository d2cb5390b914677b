package import EventLog
package import Spec

/// Which fields of a log mean user, event, time and account, guessed from its first rows: for
/// one-off commands, which say what they guessed and let every part be overridden.
package struct SourceGuess: Sendable {
  /// What the caller already knows; nil is guessed.
  package struct Overrides: Sendable {
    package var format: LogFormat?
    package var user: [String]
    package var account: [String]
    package var event: String?
    package var time: String?
    package var timeFormat: TimeFormat?

    package init(
      format: LogFormat? = nil, user: [String] = [], account: [String] = [], event: String? = nil,
      time: String? = nil, timeFormat: TimeFormat? = nil
    ) {
      self.format = format
      self.user = user
      self.account = account
      self.event = event
      self.time = time
      self.timeFormat = timeFormat
    }
  }

  package var source: SourceSpec
  /// `format jsonl, user userId, event event, time timestamp (iso8601)`.
  package var summary: String

  /// Field names by role, best first, as they look without case, `_`, `-` and spaces.
  private static let userNames = [
    "userid", "user", "uid", "distinctid", "customerid", "customer", "memberid", "clientid",
    "visitorid", "anonymousid", "deviceid", "userpseudoid", "host", "ip",
  ]
  /// Of a visitor or device, beside a user.
  private static let anonymousNames = ["anonymousid", "deviceid", "userpseudoid", "domainuserid"]
  private static let eventNames = [
    "event", "eventname", "eventtype", "action", "activity", "name", "type", "request",
  ]
  private static let timeNames = [
    "timestamp", "time", "ts", "eventtime", "eventdate", "eventtimestamp", "datetime", "date",
    "createdat", "occurredat", "originaltimestamp", "receivedat", "day",
  ]
  private static let accountNames = [
    "accountid", "account", "groupid", "group", "organizationid", "organisationid", "orgid",
    "organization", "org", "companyid", "company", "workspaceid", "tenantid", "teamid",
  ]
  private static let idNames = ["messageid", "eventid", "insertid", "uuid"]
  private static let timePatterns = [
    "%Y%m%d", "%d/%b/%Y:%H:%M:%S %z", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y",
  ]

  /// - Throws: `RunFailure`: 66 when the file cannot be read, 64 when a field cannot be guessed.
  package init(
    firstOf files: [InputFile], overrides: Overrides, control: RunControl = RunControl()
  ) throws(RunFailure) {
    let file = files.first { $0.bytes > 0 }
    let sample: RowSample
    do {
      sample = try Self.sample(file, overrides, control)
    } catch let error as InputError {
      throw RunFailure(.noInput, "\(error.path): \(error.reason)")
    } catch {
      throw RunFailure(wrapping: error)
    }
    let guess = Guess(sample: sample, file: file ?? files[0])
    let user = try guess.field(
      "user", given: overrides.user, names: Self.userNames, fallback: "host")
    let event = overrides.event.map { [$0] } ?? guess.optionalField(names: Self.eventNames)
    let time = try guess.field(
      "time", given: overrides.time.map { [$0] } ?? [], names: Self.timeNames, fallback: "time")
    let account =
      overrides.account.isEmpty
      ? guess.optionalField(names: Self.accountNames) ?? [] : overrides.account
    let format = overrides.timeFormat ?? guess.timeFormat(of: time[0], patterns: Self.timePatterns)
    source = SourceSpec(
      format: sample.format, user: user.map { FieldPath($0) },
      account: account.map { FieldPath($0) },
      event: event.map { .paths($0.map { FieldPath($0) }) } ?? .constant("event"),
      time: TimeField(paths: time.map { FieldPath($0) }, format: format),
      id: (guess.optionalField(names: Self.idNames) ?? []).map { FieldPath($0) })
    if overrides.user.isEmpty, let anonymous = guess.optionalField(names: Self.anonymousNames),
      anonymous != user
    {
      source.anonymous = anonymous.map { FieldPath($0) }
    }
    var parts = [
      "format \(Self.name(sample.format))", "user \(user.joined(separator: ", "))",
      "event \(event.map { $0.joined(separator: ", ") } ?? "(every row)")",
      "time \(time[0]) (\(format.name))",
    ]
    if let anonymous = source.anonymous.first {
      parts.insert("before login \(anonymous)", at: 2)
    }
    if !account.isEmpty { parts.append("account \(account.joined(separator: ", "))") }
    if !source.id.isEmpty { parts.append("id \(source.id[0])") }
    summary = parts.joined(separator: ", ")
  }

  /// What is read here is read again by the run, and a pipe can be read once only: with pipes alone,
  /// nothing is guessed that could go wrong unseen.
  private static func sample(
    _ file: InputFile?, _ overrides: Overrides, _ control: RunControl
  ) throws -> RowSample {
    if let file {
      return try RowSample(
        file, format: overrides.format, isCancelled: { control.isCancelled })
    }
    guard let format = overrides.format, !overrides.user.isEmpty, overrides.event != nil,
      overrides.time != nil, overrides.timeFormat != nil
    else {
      throw RunFailure(
        .usage,
        "nothing to guess fields from: the input is empty, standard input or a pipe; name them all "
          + "with --format, --user, --event, --time and --time-format, or give a spec to `run`")
    }
    return RowSample(format: format)
  }

  private static func name(_ format: LogFormat) -> String {
    if case .delimited(let delimited) = format, delimited.quote != nil,
      delimited.delimiter != UInt8(ascii: ",")
    {
      return "csv with '\(Character(UnicodeScalar(delimited.delimiter)))'"
    }
    return format.name
  }
}

/// The choice of one field after the other from a sample.
private struct Guess {
  var sample: RowSample
  var file: InputFile

  /// Paths whose last key looks like one of `names`, the best name first, the shortest path first.
  func optionalField(names: [String]) -> [String]? {
    if sample.format == .combined { return nil }
    for name in names {
      let matches = sample.paths.filter { Self.plain($0.split(separator: ".").last ?? "") == name }
      if let best = matches.min(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) }) {
        return [best]
      }
    }
    return nil
  }

  func field(
    _ role: String, given: [String], names: [String], fallback: String
  ) throws(RunFailure) -> [String] {
    if !given.isEmpty { return given }
    if sample.format == .combined { return [fallback] }
    if let found = optionalField(names: names) { return found }
    let seen = sample.paths.prefix(30).joined(separator: ", ")
    throw RunFailure(
      .usage,
      "\(file.path): no field looks like the \(role); name it with --\(role) (fields: \(seen))")
  }

  func timeFormat(of path: String, patterns: [String]) -> TimeFormat {
    if sample.format == .combined { return .pattern("%d/%b/%Y:%H:%M:%S %z") }
    let values = (sample.values[path] ?? []).prefix(100)
    func allParse(_ format: TimeFormat) -> Bool {
      !values.isEmpty && values.allSatisfy { format.parse($0) != nil }
    }
    if sample.numeric.contains(path) { return .auto }
    // Eight digits are a date before they are seconds.
    if values.allSatisfy({ $0.utf8.count == 8 }), allParse(.pattern("%Y%m%d")) {
      return .pattern("%Y%m%d")
    }
    if allParse(.iso8601) { return .iso8601 }
    if allParse(.auto) { return .auto }
    return patterns.map { TimeFormat.pattern($0) }.first(where: allParse) ?? .iso8601
  }

  private static func plain(_ name: some StringProtocol) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}
