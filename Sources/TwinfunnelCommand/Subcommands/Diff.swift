import ArgumentParser
import Pipeline
import System
import Tables
import Values

extension Twinfunnel {
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff",
      abstract: "What changed between two published sets, cell by cell, and why.",
      discussion: """
        Compares what two folders hold: rows by the columns that tell them apart, numbers as they are \
        written. Why a cell changed is told as far as it can be: more events, late events, fewer \
        events, another definition, another range, merged persons.
        """
    )

    @Argument(help: "The folder with the old set.", completion: .directory) var old: String
    @Argument(help: "The folder with the new set.", completion: .directory) var new: String
    @Flag(help: "Exit 2 when the sets differ.") var exitCode = false
    @Flag(help: "Every change as a row of a CSV.") var csv = false
    @Flag(help: "JSON, with what the runs and the definitions say differently.") var json = false

    func validate() throws {
      if csv, json { throw ValidationError("--csv and --json exclude each other.") }
    }

    func run() throws {
      let diff: PublishedDiff
      do {
        diff = PublishedDiff(
          old: try PublishedFolder(path: old).pageSource(),
          new: try PublishedFolder(path: new).pageSource())
      } catch {
        throw reported(error)
      }
      var sink = ArraySink()
      if json {
        StandardStream.output.write(String(decoding: JSONWriter.pretty(diff.json), as: UTF8.self))
      } else if csv {
        CSVWriter(columns: diff.table.columns).write(diff.table.rows, to: &sink)
        StandardStream.output.write(sink.text)
      } else {
        let stream = StandardStream.output
        stream.write(ManualText.fitted(DiffText(diff: diff).text, to: stream.terminalWidth))
      }
      if exitCode, !diff.isEmpty { throw ExitCode(2) }
    }
  }
}
