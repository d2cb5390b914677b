import EventLog
package import Spec
import Tables
package import Timelines
package import Values

/// The business funnel: whether value, application, benefit and service make accounts sign and
/// renew (`Documentation.docc/VABS.md`).
///
/// All stages can be left out, and have no rows then.
package struct VABSDefinition: ReportDefinition {
  package enum Stage: String, Sendable, CaseIterable {
    case value, application, benefit, service, sign, renew
  }

  /// The account met the core value.
  package struct Value: Sendable, Equatable {
    package var event: EventMatcher
    /// Microseconds after the start, inclusive; nil counts to the end of observation.
    package var within: Int64?

    package init(event: EventMatcher, within: Int64? = nil) {
      self.event = event
      self.within = within
    }
  }

  /// The account is in real use: breadth in features, seats in users.
  package struct Application: Sendable, Equatable {
    package struct Feature: Sendable, Equatable {
      package var name: String
      package var event: EventMatcher

      package init(name: String, event: EventMatcher) {
        self.name = name
        self.event = event
      }
    }

    /// At most 64.
    package var features: [Feature]
    /// Different features that have been used, at least 1.
    package var minimumFeatures: Int
    /// Different users who have used one of the features, at least 1.
    package var minimumUsers: Int
    /// As in `Value`.
    package var within: Int64?

    package init(
      features: [Feature], minimumFeatures: Int = 1, minimumUsers: Int = 1, within: Int64? = nil
    ) {
      self.features = features
      self.minimumFeatures = minimumFeatures
      self.minimumUsers = minimumUsers
      self.within = within
    }
  }

  /// The account measured a gain.
  package struct Benefit: Sendable, Equatable {
    package var event: EventMatcher
    /// A number property, if the gain has an amount.
    package var amount: String?
    /// As in `Value`.
    package var within: Int64?

    package init(event: EventMatcher, amount: String? = nil, within: Int64? = nil) {
      self.event = event
      self.amount = amount
      self.within = within
    }
  }

  /// Something that is asked for, and what answers it.
  package struct Exchange: Sendable, Equatable {
    package var request: EventMatcher
    package var answer: EventMatcher
    /// Microseconds between the two, inclusive; nil is any time.
    package var within: Int64?

    package init(request: EventMatcher, answer: EventMatcher, within: Int64? = nil) {
      self.request = request
      self.answer = answer
      self.within = within
    }
  }

  package static let type = "vabs"
  package var options: ReportOptions
  package var start: EventMatcher
  package var value: Value?
  package var application: Application?
  package var benefit: Benefit?
  /// Requests for help, and help.
  package var service: Exchange?
  package var sign: EventMatcher?
  /// Contracts that are due, and renewals.
  package var renew: Exchange?
  /// Fractions to compare each stage's `rate` with.
  package var targets: [Stage: ExactDecimal]
  package var interval: Interval

  package init(
    options: ReportOptions, start: EventMatcher = .any, value: Value? = nil,
    application: Application? = nil, benefit: Benefit? = nil, service: Exchange? = nil,
    sign: EventMatcher? = nil, renew: Exchange? = nil, targets: [Stage: ExactDecimal] = [:],
    interval: Interval = .month
  ) {
    self.options = options
    self.start = start
    self.value = value
    self.application = application
    self.benefit = benefit
    self.service = service
    self.sign = sign
    self.renew = renew
    self.targets = targets
    self.interval = interval
  }

  /// The stages that have rows, in order.
  package var stages: [Stage] {
    Stage.allCases.filter { stage in
      switch stage {
      case .value: value != nil
      case .application: application != nil
      case .benefit: benefit != nil
      case .service: service != nil
      case .sign: sign != nil
      case .renew: renew != nil
      }
    }
  }

  package var needs: ReportNeeds {
    var matchers: [EventMatcher?] = [start, value?.event]
    matchers += application?.features.map(\.event) ?? []
    matchers += [
      benefit?.event, service?.request, service?.answer, sign, renew?.request, renew?.answer,
    ]
    var needs = ReportNeeds(
      matchers: matchers.compactMap { $0 }, numbers: (benefit?.amount).map { [$0] } ?? [],
      breakdownOn: [start], users: (application?.minimumUsers ?? 1) > 1)
    needs.read(benefit?.amount, on: [benefit?.event])
    return needs
  }

  package var described: [(key: String, value: JSONValue)] {
    let nothing = JSONValue.null
    func exchange(_ exchange: Exchange?, _ request: String, _ answer: String) -> JSONValue {
      guard let exchange else { return .null }
      return .object([
        (request, .describing(exchange.request)), (answer, .describing(exchange.answer)),
        ("within", .describing(duration: exchange.within)),
      ])
    }
    return [
      ("start", .describing(start)),
      ("value", value.map { .stage($0.event, [("within", $0.within)]) } ?? nothing),
      (
        "application",
        application.map { application in
          .object([
            ("features", .object(application.features.map { ($0.name, .describing($0.event)) })),
            ("minimum_features", .integer(application.minimumFeatures)),
            ("minimum_users", .integer(application.minimumUsers)),
            ("within", .describing(duration: application.within)),
          ])
        } ?? nothing
      ),
      (
        "benefit",
        benefit.map { benefit in
          .object([
            ("event", .describing(benefit.event)),
            ("amount", benefit.amount.map { .text($0) } ?? .null),
            ("within", .describing(duration: benefit.within)),
          ])
        } ?? nothing
      ),
      ("service", exchange(service, "request", "done")),
      ("sign", sign.map { .describing($0) } ?? nothing),
      ("renew", exchange(renew, "due", "renewed")), ("targets", .targets(targets)),
      ("interval", .text(interval.rawValue)),
    ]
  }
}
