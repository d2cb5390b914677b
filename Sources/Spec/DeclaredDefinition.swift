import Timelines
package import Values

/// A definition whose options are declared: its reading and its description follow from them.
package protocol DeclaredDefinition: ReadableDefinition {
  /// What the report tells, as a phrase: "Who came back, by cohort and period".
  static var summary: String { get }
  /// Blank: every option at its default.
  init(options: ReportOptions)
  static var declared: Options<Self> { get }
  /// What concerns several options, once all are read. Notes errors, and sets what follows from
  /// several of them; `report` knows which keys were given, so that one mistake is one error.
  mutating func check(_ report: inout SpecMapping)
}

extension DeclaredDefinition {
  package mutating func check(_ report: inout SpecMapping) {}

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(options: options)
    Self.declared.read(into: &self, from: &report)
    check(&report)
  }

  package var described: [(key: String, value: JSONValue)] { Self.declared.shown(self) }
}
