import EventLog
package import Spec
package import Timelines
import Values

extension VABSDefinition: ReadableDefinition {
  package static var entities: [TimelineSchema.Entity] { [.account] }

  /// One bit for each feature.
  private static let featuresMax = 64

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(
      options: options, start: report.event("start", default: .any),
      value: report.event("value", "the value stage") { $0.duration("within") }
        .map { Value(event: $0.event, within: $0.options) },
      application: report.mapping("application", "the application stage") {
        Self.readApplication(&$0)
      },
      benefit: report.event("benefit", "the benefit stage") { stage in
        (stage.numberProperty("amount"), stage.duration("within"))
      }.map { Benefit(event: $0.event, amount: $0.options.0, within: $0.options.1) },
      service: Self.readExchange(&report, "service", "request", "done"),
      sign: report.event("sign"), renew: Self.readExchange(&report, "renew", "due", "renewed"),
      interval: report.choice("interval", default: .month))
    targets = report.targets(of: stages)
    if stages.isEmpty {
      let names = Stage.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      report.error(at: "type", "\(report.kind) needs at least one stage: \(names)")
    }
  }

  private static func readApplication(_ stage: inout SpecMapping) -> Application {
    _ = stage.required("features")
    let features = stage.namedEvents("features").map {
      Application.Feature(name: $0.name, event: $0.event)
    }
    let numbers = 1...max(1, min(features.count, featuresMax))
    let application = Application(
      features: features,
      minimumFeatures: stage.integer("minimum_features", in: numbers, default: 1),
      minimumUsers: stage.integer("minimum_users", in: 1...1_000_000, default: 1),
      within: stage.duration("within"))
    if stage.has("features"), features.isEmpty {
      stage.error(at: "features", "`features` has no feature")
    }
    if features.count > featuresMax {
      stage.error(at: "features", "an application has at most \(featuresMax) features")
    }
    return application
  }

  private static func readExchange(
    _ report: inout SpecMapping, _ key: String, _ request: String, _ answer: String
  ) -> Exchange? {
    report.mapping(key, "the \(key) stage") { stage in
      Exchange(
        request: stage.requiredEvent(request), answer: stage.requiredEvent(answer),
        within: stage.duration("within"))
    }
  }
}
