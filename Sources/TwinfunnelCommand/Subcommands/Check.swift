import ArgumentParser
import Pipeline
import Spec
import System
import Tables
import Values

extension Twinfunnel {
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Validate a spec and say what a run of it will read and write.",
      discussion: "Every mistake is named with its line and column; exit 78 when there is one."
    )

    @Argument(help: "The spec, a YAML file.") var spec: String
    @Flag(help: "The plan as JSON.") var json = false

    func run() throws {
      do {
        let loaded = try SpecFile.load(spec)
        try loaded.checkTimeZone()
        let plan = loaded.spec.planDescription
        let text =
          json
          ? String(decoding: JSONWriter.pretty(plan), as: UTF8.self)
          : PlanText(plan: plan).text
        StandardStream.output.write(text.hasSuffix("\n") ? text : text + "\n")
      } catch {
        throw reported(error)
      }
    }
  }
}
