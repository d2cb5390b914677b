/// Every type of report that a spec can ask for, in the order in which messages name them.
enum ReportRegistry {
  static let types: [any ReadableDefinition.Type] = [
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
