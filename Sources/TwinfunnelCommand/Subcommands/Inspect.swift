import ArgumentParser
import Pipeline
import System
import Values

extension Twinfunnel {
  struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "inspect",
      abstract: "What is in logs that nobody has described: fields, events, times, rejects.",
      discussion: """
        Reads everything once, and changes nothing. With --spec it prints a spec to start from, in \
        which CHECK marks what was guessed:

          twinfunnel inspect logs
          twinfunnel inspect logs --spec > growth.yaml
          twinfunnel run growth.yaml logs --out tables --html
        """
    )

    @Argument(
      help: "Logs: files, folders, globs, or - for stdin.", completion: .file())
    var inputs: [String]
    @Flag(help: "A spec to start from, instead.") var spec = false
    @Flag(help: "JSON.") var json = false
    @Option(help: ArgumentHelp("Look at so many rows of each input only.", valueName: "rows"))
    var sample: Int?
    @Option(
      help: ArgumentHelp(
        "Whose days to tell, and where times without an offset were written: an IANA name "
          + "(default: UTC).", valueName: "zone"), completion: .zones)
    var timeZone: String?
    @OptionGroup(title: "Fields") var fields: GuessOptions
    @OptionGroup(title: "Reading") var input: InputOptions

    func validate() throws {
      if let sample, sample < 1 { throw ValidationError("--sample is 1 or more rows.") }
      if spec, json { throw ValidationError("--spec and --json exclude each other.") }
    }

    func run() throws {
      let options = input.runOptions
      try reporting(input) { control in
        let inspection = try InspectRun(
          inputs: inputs, overrides: fields.overrides, rowsMax: sample,
          zone: timeZone.map { name throws(RunFailure) in try ZoneRules.given(name) },
          options: options, control: control
        ).inspect()
        var lines: [String] = []
        if spec {
          let starter = StarterSpec(inspection)
          StandardStream.output.write(starter.text)
          lines = inspection.notices + starter.unfinished
        } else if json {
          let value = inspection.json
          StandardStream.output.write(String(decoding: JSONWriter.pretty(value), as: UTF8.self))
        } else {
          let text = InspectionText(
            inspection: inspection, inputs: inputs, width: StandardStream.output.terminalWidth)
          StandardStream.output.write(text.text)
        }
        return RunNotices(damages: inspection.damages, lines: lines)
      }
    }
  }
}
