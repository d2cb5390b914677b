import ArgumentParser
import Pages
import Pipeline
import System

extension Twinfunnel {
  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract: "Make report.html of a folder that a run published.",
      discussion: """
        The page is one file that needs no network and no JavaScript. An old folder will do: tables \
        are read from NAME.json, or from NAME.csv and datapackage.json.
        """
    )

    @Argument(help: "The folder.", completion: .directory) var folder: String
    @OptionGroup var page: PageFlags
    @Flag(help: "Write the page to standard output, not into the folder.") var stdout = false

    func run() throws {
      let control = RunControl()
      let interruption = Interruption(control: control)
      do {
        let folder = PublishedFolder(path: folder)
        let made = Page(try folder.pageSource(), options: page.options)
        if stdout {
          StandardStream.output.write(made.html)
        }
        let files = stdout ? [] : [(name: "report.html", text: made.html)]
        let figures = page.figures ? made.figures.map { (name: $0.name, text: $0.svg) } : []
        try folder.add(files + figures, control: control)
      } catch {
        control.end()
        let code = reported(error)
        throw interruption.exitCode.map { ExitCode($0) } ?? code
      }
    }
  }
}
