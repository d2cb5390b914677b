import ArgumentParser
import Pages

/// How `report.html` is shown.
struct PageFlags: ParsableArguments {
  @Flag(help: "Also every figure of the page as a file of its own, figures/NAME.svg.") var figures =
    false
  @Option(help: "Language of the page: en or zh.") var language = PageOptions.Language.en
  @Option(help: "all, or none: nobody by name, since the page will be mailed.")
  var htmlLists = PageOptions.Lists.all

  var options: PageOptions { PageOptions(language: language, lists: htmlLists) }
}

extension PageOptions.Language: ExpressibleByArgument {}
extension PageOptions.Lists: ExpressibleByArgument {}
