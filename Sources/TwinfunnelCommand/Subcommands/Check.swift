import ArgumentParser
import Pipeline
import Spec
import System
import Tables
import Values

extension Twinfunnel {
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Validate a spec and say what a run of it will read and write.",
      discussion: "Every mistake is named with its line and column; exit 78 when there is one."
    )

    @Argument(help: "The spec, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var spec: String
    @Flag(help: "The plan as JSON.") var json = false
    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("What relative dates hang on (default: the clock).", valueName: "time"))
    var now: String?
    @OptionGroup(title: "In place of the spec's calendar") var overrides: SpecFlags

    func validate() throws {
      if let now, ObservationEnd(now, relativeTo: .instant(0)) == nil {
        throw ValidationError("--now '\(now)' is neither a date nor an ISO 8601 time.")
      }
    }

    func run() throws {
      let clock = ObservationEnd.instant(Machine.now)
      let now = now.flatMap { ObservationEnd($0, relativeTo: clock) } ?? clock
      do {
        let loaded = try SpecFile.load(spec, surroundings: overrides.surroundings(now: now))
        try loaded.checkTimeZone()
        let plan = loaded.spec.planDescription
        let text =
          json
          ? String(decoding: JSONWriter.pretty(plan), as: UTF8.self)
          : PlanText(plan: plan).text(width: StandardStream.output.terminalWidth)
        StandardStream.output.write(text.hasSuffix("\n") ? text : text + "\n")
        for report in loaded.spec.reports {
          for remark in report.remarks {
            StandardStream.error.say("notice: report \(report.options.name): \(remark)")
          }
        }
      } catch {
        throw reported(error)
      }
    }
  }
}
