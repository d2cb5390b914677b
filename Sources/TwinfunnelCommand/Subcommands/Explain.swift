import ArgumentParser
import Pipeline
import Spec
import System
import Tables
package import Timelines
import Values

extension Twinfunnel {
  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "explain",
      abstract: "Why one user or account stands where it stands in each report.",
      discussion: """
        Shows the entity's timeline as the reports see it and, for each report, what each event did:
        which cohort and period, which step of the funnel and which is missing, what closed the
        window. Exit 66 when the logs have no event of it.
        """
    )

    @Argument(help: "The spec, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var spec: String
    @Argument(
      help: "Logs: files, folders, globs, or - for stdin; gzip is recognised by content.",
      completion: .file())
    var inputs: [String] = []
    @Option(help: ArgumentHelp("The id of the user or account, as in the logs.", valueName: "id"))
    var entity: String
    @Option(help: "user or account (default: whichever occurs).")
    var kind: TimelineSchema.Entity?
    @Option(
      help: ArgumentHelp("A store of timelines in place of logs.", valueName: "dir"),
      completion: .directory)
    var store: String?
    @Flag(help: "With --store: leave out segments that are gone or damaged; exit 1 says which.")
    var acceptMissing = false
    @Flag(help: "JSON.") var json = false
    @OptionGroup(title: "In place of the spec's calendar") var overrides: SpecFlags
    @OptionGroup(title: "Reading") var input: InputOptions

    func validate() throws {
      if entity.isEmpty { throw ValidationError("--entity is empty: no entity is.") }
    }

    func run() throws {
      var options = input.runOptions
      options.acceptsMissing = acceptMissing
      let loaded = try loadedSpec(spec, overrides, options)
      guard inputs.isEmpty != (store == nil) else {
        throw ValidationError(
          store == nil
            ? "No input: name log files, folders or globs, or - for stdin."
            : "Name inputs or --store, not both.")
      }
      try reporting(input) { [options] control in
        let (stories, notices) = try ExplainRun(
          specFile: loaded, inputs: inputs, entity: entity, kind: kind, options: options,
          control: control, store: store
        ).explain()
        if json {
          let value = JSONValue.list(stories.map(\.json))
          StandardStream.output.write(String(decoding: JSONWriter.pretty(value), as: UTF8.self))
        } else {
          let stream = StandardStream.output
          let text = stories.map { StoryText(story: $0).text }.joined(separator: "\n")
          stream.write(ManualText.fitted(text, to: stream.terminalWidth))
        }
        return notices
      }
    }
  }
}

extension TimelineSchema.Entity: ExpressibleByArgument {}
