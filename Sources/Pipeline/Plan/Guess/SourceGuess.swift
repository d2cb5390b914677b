package import EventLog
package import Spec

/// Which fields of a log mean user, event, time and account, by the evidence of its first rows: for
/// one-off commands and `inspect`, which say what was guessed and let every part be overridden.
///
/// A preset whose marks the rows have is believed before anything else.
package struct SourceGuess: Sendable {
  /// What the caller already knows; nil is guessed.
  package struct Overrides: Sendable {
    package var format: LogFormat?
    package var encoding: String?
    package var user: [String]
    package var account: [String]
    package var event: String?
    package var time: String?
    package var timeFormat: TimeFormat?

    package init(
      format: LogFormat? = nil, encoding: String? = nil, user: [String] = [],
      account: [String] = [], event: String? = nil, time: String? = nil,
      timeFormat: TimeFormat? = nil
    ) {
      self.format = format
      self.encoding = encoding
      self.user = user
      self.account = account
      self.event = event
      self.time = time
      self.timeFormat = timeFormat
    }
  }

  /// A choice that could have been another one, for people.
  package struct Doubt: Sendable, Equatable {
    /// The key of `source` that it concerns.
    package var key: String
    package var text: String
  }

  package var source: SourceSpec
  package var preset: String?
  /// Who is one person, where rows carry ids before login.
  package var identity: IdentitySpec?
  package var doubts: [Doubt] = []
  /// What a run cannot do without and nobody could tell: the flag that says it, and the sentence.
  package var problems: [Doubt] = []
  /// Why there is no user where rows are of accounts alone: a problem for reports on users.
  private var userProblem: Doubt?
  /// `format jsonl, user userId, event event, time timestamp (iso8601)`.
  package var summary = ""
  /// The same without what was given; empty where all of it was.
  package var guessed = ""
  private let sample: RowSample

  /// Whether some times have no offset, and nobody says where they were written.
  package private(set) var hasLocalTimes = false

  /// - Throws: `RunFailure`: 66 when the file cannot be read, 64 when a field cannot be guessed.
  package init(
    firstOf files: [InputFile], overrides: Overrides, needsUser: Bool = true,
    control: RunControl = RunControl()
  ) throws(RunFailure) {
    let file = files.first { $0.bytes > 0 } ?? files.first { $0.isStandardInput }
    let sample: RowSample
    do {
      sample = try Self.sample(file, overrides, control)
    } catch let error as InputError {
      throw RunFailure(.noInput, "\(error.path): \(error.reason)")
    } catch {
      throw RunFailure(wrapping: error)
    }
    self.init(sample, overrides: overrides)
    if let problem = problems.first ?? (needsUser ? userProblem : nil) {
      throw RunFailure(.usage, "\((file ?? files[0]).path): \(problem.text)")
    }
  }

  /// A named pipe can be read once only, so that nothing of it is guessed that could go wrong unseen.
  private static func sample(
    _ file: InputFile?, _ overrides: Overrides, _ control: RunControl
  ) throws -> RowSample {
    if let file {
      let sample = try RowSample(
        file, format: overrides.format, encoding: overrides.encoding,
        isCancelled: { control.isCancelled })
      if sample.rows + sample.misfits > 0 || !sample.paths.isEmpty { return sample }
    }
    guard let format = overrides.format, !overrides.user.isEmpty, overrides.event != nil,
      overrides.time != nil, overrides.timeFormat != nil
    else {
      throw RunFailure(
        .usage,
        "nothing to guess fields from: the input is empty or a pipe; name them all "
          + "with --format, --user, --event, --time and --time-format, or give a spec to `run`")
    }
    return RowSample(format: format)
  }

  init(_ sample: RowSample, overrides: Overrides = Overrides()) {
    self.sample = sample
    source = SourceSpec(
      format: sample.layout.format, event: .constant("event"),
      time: TimeField(paths: [], format: .iso8601))
    source.rows = sample.layout.rules
    if overrides.format == nil, let fit = PresetFit(sample) {
      preset = fit.preset.name
      source = fit.spec.source
      identity = fit.spec.identity
    }
    source.encoding = overrides.encoding
    if preset == nil, overrides.format == nil, case .delimited(let format) = source.format,
      format.columns == nil, HeaderHint.isRow(sample.paths)
    {
      doubts.append(
        Doubt(
          key: "columns",
          text: "the first row looks like others: a file without a header needs names for them"))
    }
    let roles = FieldRoles(sample: sample)
    chooseUser(roles, overrides)
    chooseEvent(roles, overrides)
    chooseTime(sample, overrides)
    chooseAccount(roles, overrides)
    if preset == nil { chooseID(roles) }
    if preset == nil, !source.anonymous.isEmpty { identity = IdentitySpec() }
    let parts = described(sample, overrides)
    summary = parts.map(\.text).joined(separator: ", ")
    guessed = parts.compactMap(\.guessed).joined(separator: ", ")
  }
}

extension SourceGuess {
  /// A sentence for each path that no row of the sample has; none where there was no sample.
  func unseen(_ paths: [FieldPath]) -> [String] {
    if sample.rows == 0 || sample.paths.isEmpty { return [] }
    let known = sample.paths
    return paths.filter { !sample.has($0) }.map { path in
      let nearest =
        NearestName.of(path.description, among: known)
        .map { "; did you mean '\($0)'?" } ?? ""
      let more = known.count > Self.fieldsMax ? ", ..." : ""
      return "warning: none of the first \(sample.rows) rows has '\(path)'\(nearest); there are: "
        + known.prefix(Self.fieldsMax).joined(separator: ", ") + more
    }
  }

  private static let fieldsMax = 40
}

// MARK: Choices

extension SourceGuess {
  private mutating func chooseUser(_ roles: FieldRoles, _ overrides: Overrides) {
    if !overrides.user.isEmpty {
      source.user = overrides.user.map { FieldPath($0) }
      source.anonymous = []
      identity = nil
      return
    }
    if preset != nil { return }
    let users = roles.users
    guard let user = users.first else {
      let seen = roles.sample.paths.prefix(30).joined(separator: ", ")
      let problem = Doubt(
        key: "user",
        text: roles.sample.layout.format == .combined
          ? "no line looks like an access log's"
          : "no field looks like the user; name it with --user (fields: \(seen))")
      if overrides.account.isEmpty, roles.accounts.isEmpty {
        problems.append(problem)
      } else {
        userProblem = problem
        doubts.append(
          Doubt(key: "user", text: "no field looks like one: rows are of accounts alone"))
      }
      return
    }
    source.user = [FieldPath(user)]
    if let anonymous = roles.anonymous.first, anonymous != user {
      source.anonymous = [FieldPath(anonymous)]
    }
    let others = users.dropFirst().filter { path in
      !source.anonymous.contains { $0.description == path }
    }
    if !others.isEmpty {
      doubts.append(
        Doubt(key: "user", text: "could also be \(others.prefix(5).joined(separator: ", "))"))
    }
    let missing = roles.sample.rows - roles.sample.count(user)
    if missing > 0, source.anonymous.isEmpty {
      doubts.append(
        Doubt(key: "user", text: "\(missing) of \(roles.sample.rows) rows have none"))
    }
  }

  private mutating func chooseEvent(_ roles: FieldRoles, _ overrides: Overrides) {
    if let event = overrides.event {
      source.event = .paths([FieldPath(event)])
      return
    }
    if preset != nil { return }
    let events = roles.events.filter { path in
      !source.user.contains { $0.description == path }
    }
    guard let event = events.first else {
      let taken = (source.user + source.anonymous).map(\.description)
      if let likely = roles.likelyEvents(without: taken).first {
        source.event = .paths([FieldPath(likely)])
        doubts.append(Doubt(key: "event", text: "a guess by its values alone"))
        return
      }
      doubts.append(Doubt(key: "event", text: "no field looks like a name: every row is one event"))
      return
    }
    source.event = .paths([FieldPath(event)])
    if events.count > 1 {
      let others = events.dropFirst().prefix(5).joined(separator: ", ")
      doubts.append(Doubt(key: "event", text: "could also be \(others)"))
    }
  }

  private mutating func chooseTime(_ sample: RowSample, _ overrides: Overrides) {
    if preset != nil, overrides.time == nil, overrides.timeFormat == nil { return }
    let found = TimeGuess.best(in: sample)
    guard
      let path = overrides.time ?? source.time.paths.first?.description ?? found.best?.path
        ?? TimeGuess.named(in: sample).first
    else {
      let seen = sample.paths.prefix(30).joined(separator: ", ")
      problems.append(
        Doubt(
          key: "time",
          text: "no field looks like the time; name it with --time (fields: \(seen); tried: "
            + "\(TimeGuess.tried))"))
      return
    }
    source.time.paths = [FieldPath(path)]
    guard let guess = TimeGuess(path, in: sample, given: overrides.timeFormat) else {
      source.time.formats = [overrides.timeFormat ?? .iso8601]
      // Nothing to judge by: no rows, or a column without a value.
      guard overrides.timeFormat == nil, let example = sample.values[path]?.first?.text else {
        return
      }
      problems.append(
        Doubt(
          key: "time",
          text: "'\(example)' in \(path) does not read as a time; say how with --time-format "
            + "(tried: \(TimeGuess.tried))"))
      return
    }
    source.time.formats = [guess.format]
    if let clock = guess.clock, overrides.time == nil { source.time.paths.append(FieldPath(clock)) }
    if guess.isAmbiguous {
      problems.append(
        Doubt(
          key: "time",
          text: "\(guess.example) in \(path): day and month cannot be told apart in the first "
            + "\(guess.values) rows; say --time-format '\(guess.format.name)' or "
            + "'\(Self.swapped(guess.format.name))'"))
    }
    if guess.dates > 0 {
      doubts.append(
        Doubt(key: "time", text: "days without a clock: the order within a day is not known"))
    }
    if guess.locals > 0, source.format == .w3c, source.time.zone == nil {
      // The format's own: dates and times of its header are of Greenwich, whoever writes it.
      source.time.zone = "UTC"
    } else if guess.locals > 0 {
      hasLocalTimes = true
      doubts.append(
        Doubt(
          key: "zone",
          text: "times such as \(guess.example) have no offset: in which zone were they written?"))
    }
    if !found.others.isEmpty, overrides.time == nil {
      let others = found.others.filter { $0 != path }.prefix(5).joined(separator: ", ")
      if !others.isEmpty { doubts.append(Doubt(key: "time", text: "could also be \(others)")) }
    }
  }

  private static func swapped(_ pattern: String) -> String {
    pattern.replacing("%d", with: "%\u{0}").replacing("%m", with: "%d")
      .replacing("%\u{0}", with: "%m")
  }

  private mutating func chooseAccount(_ roles: FieldRoles, _ overrides: Overrides) {
    if !overrides.account.isEmpty {
      source.account = overrides.account.map { FieldPath($0) }
    } else if preset != nil {
      source.account = source.account.filter { roles.sample.has($0) }
    } else if let account = roles.accounts.first {
      source.account = [FieldPath(account)]
      if roles.accounts.count > 1 {
        let others = roles.accounts.dropFirst().prefix(5).joined(separator: ", ")
        doubts.append(Doubt(key: "account", text: "could also be \(others)"))
      }
    }
  }

  private mutating func chooseID(_ roles: FieldRoles) {
    var event: [String] = []
    if case .paths(let paths) = source.event { event = paths.map(\.description) }
    let ids = roles.ids(
      user: source.user.map(\.description), event: event,
      time: source.time.paths.first?.description)
    for (path, isID) in ids {
      if isID {
        source.id = [FieldPath(path)]
        return
      }
      doubts.append(
        Doubt(key: "id", text: "\(path) comes again in other rows: no id of an event"))
    }
  }
}
