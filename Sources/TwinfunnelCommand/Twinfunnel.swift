import ArgumentParser
import Pipeline
import Reports
import System
import Values

@main
struct Twinfunnel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "twinfunnel",
    abstract: "Growth tables from gzip event logs, exact to the last event.",
    discussion: """
      Write a spec (YAML: what to read, what events mean, which reports to make), then:

        twinfunnel check growth.yaml
        twinfunnel run growth.yaml logs/*.gz --out tables

      The first says what will be read and written, the second writes the tables as CSV and JSON. \
      `twinfunnel help REPORT` is the page of a report: what it answers, its options, its columns. \
      There are others: `twinfunnel help help`.

      Exit codes: 0 done; 1 done, but some input was damaged; 2 done, but a check of the spec \
      failed; 64 usage; 65 bad data (--strict, past --max-rejects, or --checks-gate); 66 an \
      input is missing or unreadable; 70 internal; 73 cannot write the output; 75 another run \
      holds the output; 78 bad spec. Nothing is published on 64 and above.
      """,
    version: ToolVersion.text,
    subcommands: [
      Help.self, Run.self, Check.self, Inspect.self, Report.self, Diff.self, Explain.self,
      Store.self,
      Map.self,
      Ledger.self, Deal.self, Fold.self, Merge.self, Template.self, Schema.self, Completions.self,
    ],
    groupedSubcommands: [
      CommandGroup(name: "Reports without a spec", subcommands: ReportRegistry.commands)
    ]
  )

  static func main() {
    StandardStream.openAll()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      // Arguments may be names of files that somebody else chose.
      let code = exitCode(for: error)
      let text = ShownText.escaped(lines: fullMessage(for: error))
      if !text.isEmpty {
        (code == .success ? StandardStream.output : .error).write(text + "\n")
      }
      exit(withError: code)
    }
  }
}
