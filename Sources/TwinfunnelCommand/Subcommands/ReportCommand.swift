import ArgumentParser
import Pipeline
import Reports
import Spec
import System
import Tables
import Timelines
import Values

/// One report over logs without a spec: guesses the fields, says what it guessed, and prints. There
/// is one for each type of report; its flags are the report's options.
struct ReportCommand<Definition: ReportDefinition>: ParsableCommand {
  static var configuration: CommandConfiguration {
    let name = Definition.type.replacing("_", with: "-")
    return CommandConfiguration(
      commandName: name, abstract: "\(Definition.summary).",
      discussion: """
        An event is a name, several with commas between for any of them, or {event: NAME, where: \
        {FIELD: VALUE}}. What is a list takes its flag again for each: --steps visit --steps buy.
        """,
      aliases: name == Definition.type ? [] : [Definition.type])
  }

  @Argument(help: "Logs: files, folders or globs.", completion: .file()) var inputs: [String] = []
  @Option(
    help: ArgumentHelp("A store of timelines in place of logs.", valueName: "dir"),
    completion: .directory)
  var store: String?
  @Flag(help: "With --store: leave out segments that are gone or damaged; exit 1 says which.")
  var acceptMissing = false
  @OptionGroup(title: "Report") var own: DeclaredFlags<OwnFlags<Definition>>
  @OptionGroup(title: "What is counted") var common: DeclaredFlags<CommonFlags<Definition>>
  @OptionGroup(title: "What is counted") var calendar: CalendarFlags
  @OptionGroup(title: "Fields") var fields: GuessOptions
  @OptionGroup(title: "Output") var output: PrintOptions
  @OptionGroup(title: "Reading") var input: InputOptions

  func validate() throws {
    guard inputs.isEmpty != (store == nil) else {
      if store != nil { throw ValidationError("Name inputs or --store, not both.") }
      let taken = (own.given + common.given).flatMap { given in given.texts.map { (given.flag, $0) }
      }
      if let (flag, path) = taken.last(where: { (try? FileSystem.resolve(FilePath($0.1))) != nil })
      {
        throw ValidationError(
          "No input: --\(flag.name) took '\(path)', which is there as a file or folder; name inputs "
            + "before the flags, as in twinfunnel \(Definition.type) \(path) --\(flag.name) ...")
      }
      throw ValidationError("No input: name log files, folders or globs, or --store.")
    }
    if store == nil {
      _ = try reading(input.runOptions)
      return
    }
    if fields.isGiven {
      throw ValidationError("A store's source says which fields are what: give no flags of fields.")
    }
  }

  /// - Parameter declared: properties of a store; nil where a property is one by its use.
  private func reading(
    _ options: RunOptions, declared: [SourceSpec.Property]? = nil
  ) throws -> FlagReading {
    do throws(FlagErrors) {
      return try FlagReading(
        type: Definition.self, name: Definition.type, given: common.given + own.given,
        calendar: calendar.spec, types: ReportRegistry.types,
        surroundings: .here(now: options.now ?? .instant(Machine.now)), declared: declared)
    } catch {
      throw ValidationError(error.lines.joined(separator: "\n"))
    }
  }

  func run() throws {
    var options = input.runOptions
    options.acceptsMissing = acceptMissing
    if let store { return try run(over: store, options) }
    let reading = try reading(options)
    var spec = calendar.spec
    spec.range = reading.definition.options.range
    try reporting(input) { control in
      let run = try OneOffRun(
        definition: reading.definition, inputs: inputs, overrides: fields.overrides,
        properties: reading.properties, calendar: spec, options: options,
        control: control)
      if !input.quiet {
        let remarks = reading.definition.remarks.map { "notice: \($0)" }
        let guessed = run.guessed.isEmpty ? [] : ["guessed: \(run.guessed)"]
        for line in guessed + run.doubts + remarks { StandardStream.error.say(line) }
      }
      let (tables, notices) = try run.tables()
      output.show(
        tables, of: reading.definition, calendar: spec,
        emphasis: TerminalTableWriter.emphasis)
      return notices
    }
  }
}

extension ReportCommand {
  private func run(over store: String, _ options: RunOptions) throws {
    let session: StoreSession
    do {
      session = try StoreSession(path: store, spec: nil, writes: false)
    } catch {
      throw reported(error)
    }
    let reading = try reading(options, declared: session.properties)
    var spec = calendar.spec
    spec.range = reading.definition.options.range
    try reporting(input) { control in
      let (tables, notices) = try OneOffRun(
        definition: reading.definition, store: session, calendar: spec, options: options,
        control: control
      ).tables()
      if !input.quiet {
        for line in reading.definition.remarks { StandardStream.error.say("notice: \(line)") }
      }
      output.show(
        tables, of: reading.definition, calendar: spec, emphasis: TerminalTableWriter.emphasis)
      return notices
    }
  }
}

extension TerminalTableWriter {
  /// By column: how a terminal shows fractions.
  fileprivate static let emphasis: [String: Emphasis] = [
    "rate": .heat, "rate_from_start": .bar, "stickiness": .bar, "share": .bar,
  ]
}

/// A report's own options.
enum OwnFlags<Definition: ReportDefinition>: FlagSource {
  static var flags: [OptionFlag] {
    let blank = Definition(options: ReportOptions(name: Definition.type))
    return OptionFlag.flags(of: Definition.declared.outlines(blank: blank))
  }
}

/// What every report takes, but for what files need.
enum CommonFlags<Definition: ReportDefinition>: FlagSource {
  static var flags: [OptionFlag] {
    let blank = ReportOptions(name: Definition.type, entity: Definition.entities[0])
    return OptionFlag.flags(of: ReportOptions.declared.outlines(blank: blank))
      .filter { !["title", "description", "list"].contains($0.name) }
  }
}

/// The calendar of a one-off report; `--from` and `--until` are the report's.
struct CalendarFlags: ParsableArguments {
  @Option(help: "IANA name, such as Asia/Shanghai.", completion: .zones) var timeZone = "UTC"
  @Option(help: "monday or sunday.") var weekStart = WeekStart.monday

  enum WeekStart: String, ExpressibleByArgument, CaseIterable {
    case monday, sunday
  }

  var spec: CalendarSpec {
    CalendarSpec(timeZone: timeZone, weekStartsOnSunday: weekStart == .sunday)
  }
}

extension ReportRegistry {
  /// A command for each type of report.
  static var commands: [any ParsableCommand.Type] {
    func command<Definition: ReportDefinition>(_ type: Definition.Type)
      -> any ParsableCommand.Type
    {
      ReportCommand<Definition>.self
    }
    return types.map { command($0) }
  }
}
