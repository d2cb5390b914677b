import EventLog
package import Spec
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
  package struct Value: Sendable, Equatable, EventStage {
    package var event = EventMatcher.any
    /// Microseconds after the start, inclusive; nil counts to the end of observation.
    package var within: Int64?
  }

  /// The account is in real use: breadth in features, seats in users.
  package struct Application: Sendable, Equatable {
    package struct Feature: Sendable, Equatable {
      package var name: String
      package var event: EventMatcher
    }

    /// At most 64.
    package var features: [Feature] = []
    /// Different features that have been used, at least 1.
    package var minimumFeatures = 1
    /// Different users who have used one of the features, at least 1.
    package var minimumUsers = 1
    /// As in `Value`.
    package var within: Int64?
  }

  /// The account measured a gain.
  package struct Benefit: Sendable, Equatable, EventStage {
    package var event = EventMatcher.any
    /// A number property, if the gain has an amount.
    package var amount: String?
    /// As in `Value`.
    package var within: Int64?
  }

  /// Something that is asked for, and what answers it.
  package struct Exchange: Sendable, Equatable {
    package var request = EventMatcher.any
    package var answer = EventMatcher.any
    /// Microseconds between the two, inclusive; nil is any time.
    package var within: Int64?
  }

  package static let type = "vabs"
  package static let summary = "The business funnel: value, application, benefit, service, signing"
  package static var entities: [TimelineSchema.Entity] { [.account] }

  package var options: ReportOptions
  package var start = EventMatcher.any
  package var value: Value?
  package var application: Application?
  package var benefit: Benefit?
  /// Requests for help, and help.
  package var service: Exchange?
  package var sign: EventMatcher?
  /// Contracts that are due, and renewals.
  package var renew: Exchange?
  /// Fractions to compare each stage's `rate` with.
  package var targets: [Stage: ExactDecimal] = [:]
  package var interval = Interval.month

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
}
