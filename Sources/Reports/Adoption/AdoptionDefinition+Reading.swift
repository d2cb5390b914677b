package import Spec
import Timelines
import Values

extension AdoptionDefinition: ReadableDefinition {
  package static var breakdownChoices: [BreakdownOn] {
    [.event, .latest, .firstTouch, .firstMatch]
  }

  private static let featuresMax = 1000

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    let isGiven = report.required("features") != nil
    let features = report.namedEvents("features")
    self.init(
      options: options, features: features.map { Feature(name: $0.name, event: $0.event) },
      activity: report.event("activity", default: .any),
      interval: report.choice("interval", default: .week))
    if isGiven, features.isEmpty, report.value("features")?.isMapping ?? false {
      report.error(at: "features", "an adoption report needs at least one feature")
    }
    if features.count > Self.featuresMax {
      report.error(
        at: "features", "an adoption report has at most \(Self.featuresMax) features")
    }
  }
}

extension SpecValue {
  /// A mapping, be it an empty one.
  fileprivate var isMapping: Bool {
    if case .mapping = node.content { return true }
    return false
  }
}
