import ArgumentParser
import Pipeline
import Tables

/// What published files look like: shared by every command that publishes.
struct PublishingOptions: ParsableArguments {
  @Flag(help: "Replace files in --out by a table's name that this tool did not write.")
  var replace = false
  @Flag(help: "Publish nothing when one of the spec's checks fails: exit 65 instead of 2.")
  var checksGate = false
  @Flag(help: "CSV for spreadsheets: byte order mark and CRLF.") var excel = false
  @Flag(help: "Do not guard text that a spreadsheet would run as a formula.") var rawText = false
  @Option(
    help: ArgumentHelp(
      "Forms of each table, with commas between: csv, json, ndjson, xlsx, md (default: csv,json).",
      valueName: "list"))
  var format: FormatList?
  @Flag(help: "Also report.html: every report as a person wants to see it, in one file.")
  var html = false
  @OptionGroup(title: "Page") var page: PageFlags

  func applied(to options: RunOptions) -> RunOptions {
    var options = options
    options.replace = replace
    options.checksGate = checksGate
    options.formats = OutputFormats(
      tables: format?.formats ?? TableFormat.standard, excel: excel, rawText: rawText,
      page: html ? page.options : nil, figures: page.figures)
    return options
  }
}
