import ArgumentParser
import Tables

/// `--format csv,xlsx`: the forms of tables, each once, in the order of their list.
struct FormatList: ExpressibleByArgument {
  var formats: [TableFormat]

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
    guard names.allSatisfy({ TableFormat.named($0) != nil }) else { return nil }
    formats = TableFormat.all.filter { names.contains($0.name) }
  }

  static var allValueStrings: [String] { TableFormat.all.map(\.name) }
}

extension Substring {
  /// Without spaces at either end.
  fileprivate var trimmed: String { String(self).trimmed }
}
