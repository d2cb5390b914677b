/// A report that shows something of another report of the same spec.
package protocol ReferringDefinition: ReportDefinition {
  /// The key that names the other report.
  static var referenceKey: String { get }
  /// Takes the other report from all that were read. Returns what is wrong with it, as a sentence.
  mutating func resolve(among reports: [any ReportDefinition]) -> String?
}
