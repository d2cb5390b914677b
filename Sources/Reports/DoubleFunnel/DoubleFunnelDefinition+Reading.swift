package import Spec
package import Timelines

extension DoubleFunnelDefinition: ReadableDefinition {
  package static var breakdownChoices: [BreakdownOn] { [] }
  /// It counts users and accounts at once: there is nothing to choose.
  package static var entities: [TimelineSchema.Entity] { [.user] }

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(
      options: options, business: Self.readSide("business", &report),
      consumer: Self.readSide("consumer", &report), everything: report.everything)
  }

  private static func readSide(_ key: String, _ report: inout SpecMapping) -> Side {
    let side = report.required(key)?.mapping("a \(key) funnel") { side in
      Side(
        steps: FunnelDefinition.readSteps(&side), within: side.duration("within"),
        amount: side.numberProperty("amount"))
    }
    return side ?? Side(steps: [])
  }
}
