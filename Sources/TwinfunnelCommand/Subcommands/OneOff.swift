import ArgumentParser
import Pipeline
package import Reports
import Spec
import System
import Tables
import Values

/// One report over logs without a spec: guesses the fields, says what it guessed, and prints.
protocol OneOffCommand: ParsableCommand {
  var common: OneOffOptions { get }
  /// By column: how a terminal shows fractions.
  static var emphasis: [String: TerminalTableWriter.Emphasis] { get }
  func definition() throws -> any ReportDefinition
}

/// What all of them take.
struct OneOffOptions: ParsableArguments {
  @Argument(help: "Logs: files, folders or globs.") var inputs: [String]
  @OptionGroup(title: "Report") var flags: ReportFlags
  @OptionGroup(title: "Fields") var fields: GuessOptions
  @OptionGroup(title: "Output") var output: PrintOptions
  @OptionGroup(title: "Reading") var input: InputOptions
}

extension OneOffCommand {
  var flags: ReportFlags { common.flags }

  func run() throws {
    let input = common.input
    let definition = try definition()
    let properties = try flags.properties()
    try reporting(input) { control in
      let run = try OneOffRun(
        definition: definition, inputs: common.inputs, overrides: common.fields.overrides,
        properties: properties, calendar: flags.calendar, options: input.runOptions,
        control: control)
      if !input.quiet {
        StandardStream.error.write("twinfunnel: guessed: \(run.summary)\n")
      }
      let (tables, notices) = try run.tables()
      common.output.show(
        tables, of: definition, calendar: flags.calendar, emphasis: Self.emphasis)
      return notices
    }
  }
}

extension Twinfunnel {
  struct Retention: OneOffCommand {
    static let configuration = CommandConfiguration(
      abstract: "Who came back: a retention table of logs, without a spec.")
    static let emphasis: [String: TerminalTableWriter.Emphasis] = ["rate": .heat]

    @Option(help: "Event that puts an entity into its cohort.") var start = "any"
    @Option(help: "Event that counts as coming back.") var `return` = "any"
    @Option(help: "Length of cohorts and periods.") var interval = Interval.week
    @Option(help: "Last period.") var periods = 8
    @Option(help: "first or recurring.") var cohort = RetentionDefinition.Cohort.first
    @Option(help: "calendar or elapsed.") var windows = RetentionDefinition.Windows.calendar
    @Option(help: "on or on_or_after.") var mode = RetentionDefinition.Mode.on
    @Option(help: "Return events that a period needs.") var minimum = 1
    @OptionGroup var common: OneOffOptions

    func validate() throws {
      guard periods >= 0, minimum >= 1 else {
        throw ValidationError("--periods is at least 0 and --minimum at least 1.")
      }
    }

    func definition() throws -> any ReportDefinition {
      RetentionDefinition(
        options: try flags.options(name: "retention"), start: try flags.matcher(start),
        returning: try flags.matcher(`return`), interval: interval, periods: periods,
        cohort: cohort, windows: windows, mode: mode, minimum: minimum)
    }
  }

  struct Funnel: OneOffCommand {
    static let configuration = CommandConfiguration(
      abstract: "How far entities get through steps: a funnel of logs, without a spec.")
    static let emphasis: [String: TerminalTableWriter.Emphasis] = ["rate_from_start": .bar]

    // First, so that the usage line has the inputs before `--steps`, which takes all that follows.
    @OptionGroup var common: OneOffOptions
    @Option(
      name: .shortAndLong, parsing: .upToNextOption,
      help: ArgumentHelp("The steps' events, in order.", valueName: "event"))
    var steps: [String]
    @Option(help: "Time from the first step to the last, such as 7d or 90m.") var within: String?
    @Option(help: "Time between two steps.") var stepWithin: String?
    @Option(help: "ordered, strict or any.") var order = FunnelDefinition.Order.ordered

    func validate() throws {
      guard !steps.isEmpty else { throw ValidationError("Name the steps with --steps.") }
      _ = try Self.duration(within)
      _ = try Self.duration(stepWithin)
    }

    func definition() throws -> any ReportDefinition {
      FunnelDefinition(
        options: try flags.options(name: "funnel"),
        steps: try steps.map {
          FunnelDefinition.Step(name: $0, event: try flags.matcher($0))
        },
        within: try Self.duration(within), stepWithin: try Self.duration(stepWithin),
        order: order, everything: try flags.matcher("any"))
    }

    private static func duration(_ text: String?) throws -> Int64? {
      guard let text else { return nil }
      do {
        return try SpecDuration.parse(text).get()
      } catch {
        throw ValidationError("'\(text)' is not a duration such as 7d or 1d12h: \(error)")
      }
    }
  }

  struct Activity: OneOffCommand {
    static let configuration = CommandConfiguration(
      abstract: "Events and active entities by interval, without a spec.")
    static let emphasis: [String: TerminalTableWriter.Emphasis] = ["stickiness": .bar]

    @Option(help: "Event to count.") var count = "any"
    @Option(help: "Length of the rows.") var interval = Interval.day
    @OptionGroup var common: OneOffOptions

    func definition() throws -> any ReportDefinition {
      ActivityDefinition(
        options: try flags.options(name: "activity"), event: try flags.matcher(count),
        interval: interval)
    }
  }

  struct Lifecycle: OneOffCommand {
    static let configuration = CommandConfiguration(
      abstract: "New, returning, resurrected and dormant entities, without a spec.")
    static let emphasis: [String: TerminalTableWriter.Emphasis] = [:]

    @Option(help: "Event that makes an entity active.") var count = "any"
    @Option(help: "Length of the rows.") var interval = Interval.week
    @Option(help: "Silent intervals before a return is a resurrection.") var gap = 1
    @OptionGroup var common: OneOffOptions

    func validate() throws {
      guard gap >= 1 else { throw ValidationError("--gap is at least 1.") }
    }

    func definition() throws -> any ReportDefinition {
      LifecycleDefinition(
        options: try flags.options(name: "lifecycle"), event: try flags.matcher(count),
        interval: interval, gap: gap)
    }
  }

  struct Stickiness: OneOffCommand {
    static let configuration = CommandConfiguration(
      abstract: "Entities by the number of intervals they were active in, without a spec.")
    static let emphasis: [String: TerminalTableWriter.Emphasis] = ["share": .bar]

    @Option(help: "Event that makes an entity active.") var count = "any"
    @Option(help: "Length of the intervals.") var interval = Interval.day
    @OptionGroup var common: OneOffOptions

    func definition() throws -> any ReportDefinition {
      StickinessDefinition(
        options: try flags.options(name: "stickiness"), event: try flags.matcher(count),
        interval: interval)
    }
  }
}

extension RetentionDefinition.Cohort: ExpressibleByArgument {}
extension RetentionDefinition.Windows: ExpressibleByArgument {}
extension RetentionDefinition.Mode: ExpressibleByArgument {}
extension FunnelDefinition.Order: ExpressibleByArgument {}
