import EventLog
package import Spec
import Timelines
import Values

extension VABSDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .option("start", \.start, .event, "What makes an account one of a cohort."),
      .stage(
        "value", \.value, "the value stage", blank: { _ in Value() },
        "What shows that the account met the core value.",
        [.option("within", \.within, .duration, "Time after the start, inclusive.")]),
      .mapping(
        "application", \.application, "the application stage", blank: { _ in Application() },
        "What shows that the account is in real use.", Application.declared),
      .stage(
        "benefit", \.benefit, "the benefit stage", blank: { _ in Benefit() },
        "What shows that the account measured a gain.",
        [
          .option("amount", \.amount, .numberProperty, "The number that the gain is worth."),
          .option("within", \.within, .duration, "Time after the start, inclusive."),
        ]),
      .mapping(
        "service", \.service, "the service stage", blank: { _ in Exchange() },
        "Requests for help, and help.", Exchange.declared("request", "done")),
      .option("sign", \.sign, .event, "What counts as signing."),
      .mapping(
        "renew", \.renew, "the renew stage", blank: { _ in Exchange() },
        "Contracts that are due, and renewals.", Exchange.declared("due", "renewed")),
      .targets(\.targets) { $0.stages },
      .option("interval", \.interval, .interval, "The length of cohorts."),
    ]
  }

  package mutating func check(_ report: inout SpecMapping) {
    guard stages.isEmpty else { return }
    let names = Stage.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    report.error(at: "type", "\(report.kind) needs at least one stage: \(names)")
  }
}

extension VABSDefinition.Exchange {
  fileprivate static func declared(_ request: String, _ answer: String) -> Options<Self> {
    [
      .required(request, \.request, .event, "What asks for it."),
      .required(answer, \.answer, .event, "What answers it."),
      .option("within", \.within, .duration, "Time between the two, inclusive."),
    ]
  }
}

extension VABSDefinition.Application {
  /// One bit for each feature.
  private static let featuresMax = 64

  fileprivate static var declared: Options<Self> {
    [
      .written(
        "features", .names(.event, max: featuresMax),
        "Names of features, each with the event of its use.", isRequired: true
      ) {
        $0.readFeatures(&$1)
      } show: {
        .object($0.features.map { ($0.name, .describing($0.event)) })
      },
      .written(
        "minimum_features", .integer(1...featuresMax), "Different features that it takes."
      ) {
        let numbers = 1...max(1, min($0.features.count, featuresMax))
        $0.minimumFeatures = $1.integer("minimum_features", in: numbers, default: 1)
      } show: {
        .integer($0.minimumFeatures)
      },
      .option(
        "minimum_users", \.minimumUsers, .integer(in: 1...1_000_000),
        "Different users that it takes."),
      .option("within", \.within, .duration, "Time after the start, inclusive."),
    ]
  }

  private mutating func readFeatures(_ stage: inout SpecMapping) {
    _ = stage.required("features")
    features = stage.namedEvents("features").map { Feature(name: $0.name, event: $0.event) }
    if stage.has("features"), features.isEmpty {
      stage.error(at: "features", "`features` has no feature")
    }
    if features.count > Self.featuresMax {
      stage.error(at: "features", "an application has at most \(Self.featuresMax) features")
    }
  }
}
