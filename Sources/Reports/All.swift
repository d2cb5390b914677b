package import Spec

/// Every type of report that a spec can ask for, in the order in which messages name them.
package enum ReportRegistry {
  package static let types: [any Report.Type] = [
    ActivityDefinition.self,
    RetentionDefinition.self,
    FunnelDefinition.self,
    LifecycleDefinition.self,
    StickinessDefinition.self,
    RevenueDefinition.self,
    RecurringDefinition.self,
    ReferralDefinition.self,
    AdoptionDefinition.self,
    RhythmDefinition.self,
    AccountsDefinition.self,
    AARRRDefinition.self,
    VABSDefinition.self,
    DoubleFunnelDefinition.self,
  ]
}

extension AnalysisSpec {
  /// Reads and validates a spec file that may ask for every type of report. Throws everything that
  /// is wrong with it, in the order of the file.
  package static func parse(
    yaml: String, surroundings: SpecSurroundings = SpecSurroundings()
  ) throws(SpecErrors) -> AnalysisSpec {
    try parse(yaml: yaml, reports: ReportRegistry.types, surroundings: surroundings)
  }
}
