package import Spec
import Tables
package import Timelines
import Values

/// One row per account: who has shown up, whether it is activated, what it is worth (design,
/// section 5, accounts).
package struct AccountsDefinition: ReportDefinition {
  /// The people in the buying decision.
  package struct Roles: Sendable, Equatable {
    /// A text property that says which role the person has who did an event.
    package var property = ""
    /// Its values that the decision needs, at least one, each once.
    package var required: [String] = []
  }

  /// What makes an account activated.
  package struct Activation: Sendable, Equatable, EventStage {
    package var event = EventMatcher.any
    /// Different people that the events must come from, at least 1.
    package var minimumUsers = 1
    /// Different local days that the events must lie on, at least 1.
    package var minimumDays = 1
  }

  package struct Revenue: Sendable, Equatable, EventStage {
    package var event = EventMatcher.any
    /// A number property.
    package var amount = ""
  }

  package static let type = "accounts"
  package static let summary = "One row per account: who, whether activated, what it is worth"
  package static var breakdownChoices: [BreakdownOn] { [] }
  package static var entities: [TimelineSchema.Entity] { [.account] }

  package var options: ReportOptions
  /// What counts as somebody of the account doing something; what activates it always does.
  package var event = EventMatcher.any
  package var roles: Roles?
  package var activation: Activation?
  package var revenue: Revenue?
  /// The report on contracts that says what each account is worth.
  package var contracts: String?
  /// The same, once the spec is read.
  var recurring: RecurringDefinition?
  /// Properties whose latest values are columns.
  package var show: [String] = []
  /// Whether to write NAME.people: a row for each person of each account.
  package var people = false

  package var needs: ReportNeeds {
    var needs = ReportNeeds(
      matchers: [event],
      texts: show + (roles.map { show.contains($0.property) ? [] : [$0.property] } ?? []),
      numbers: revenue.map { [$0.amount] } ?? [], users: true)
    if let activation { needs.matchers.append(activation.event) }
    if let revenue { needs.matchers.append(revenue.event) }
    needs.read(roles?.property, on: [event, activation?.event])
    for property in show {
      needs.read(property, on: [event, activation?.event, revenue?.event])
    }
    needs.read(revenue?.amount, on: [revenue?.event])
    if let recurring { needs.add(recurring.needs) }
    return needs
  }
}

extension AccountsDefinition {
  /// Only catches slips of the finger.
  private static let minimumMax = 1_000_000

  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .option("event", \.event, .event, "What counts as somebody of the account being active.")
        .flag("count"),
      .mapping(
        "roles", \.roles, "a buying decision", blank: { _ in Roles() },
        "Which roles of the buying decision have shown up.", Roles.declared),
      .stage(
        "activation", \.activation, "an activation", blank: { _ in Activation() },
        "What activates an account.",
        [
          .option(
            "minimum_users", \.minimumUsers, .integer(in: 1...minimumMax),
            "Different people that it takes."),
          .option(
            "minimum_days", \.minimumDays, .integer(in: 1...minimumMax),
            "Different local days that it takes."),
        ]),
      .stage(
        "revenue", \.revenue, "a revenue", blank: { _ in Revenue() }, "What counts as a payment.",
        [.required("amount", \.amount, .numberProperty, "The number that a payment is worth.")]),
      .option(
        "contracts", \.contracts, .text,
        "A recurring report by accounts: adds what each account is worth, and until when."),
      .option(
        "show", \.show, .properties(max: showMax),
        "Columns with the latest value that the account's events have of a property."),
      .option(
        "people", \.people, .boolean,
        "Also write NAME.people: a row for each person of each account."),
    ]
  }

  private static let showMax = 16

  package mutating func check(_ report: inout SpecMapping) {
    var plain = self
    plain.show = []
    let taken = Set(plain.columns.map(\.name))
    for property in show where taken.contains(property) {
      report.error(at: "show", "the table has a column `\(property)` already")
    }
  }
}

extension AccountsDefinition.Roles {
  private static let requiredMax = 100

  fileprivate static var declared: Options<Self> {
    [
      .required("property", \.property, .property, "A person's role, on the events."),
      .written(
        "required", .oneOrMore(.text, max: requiredMax), "The roles that the decision needs.",
        isRequired: true
      ) {
        $0.readRequired(&$1)
      } show: {
        .list($0.required.map { .text($0) })
      },
    ]
  }

  private mutating func readRequired(_ mapping: inout SpecMapping) {
    guard let value = mapping.required("required") else { return }
    for item in value.items(max: Self.requiredMax) {
      guard let role = item.text() else { continue }
      if required.contains(role) {
        item.error("`\(role)` is given twice in `required`")
      } else {
        required.append(role)
      }
    }
    if value.items().isEmpty { value.error("`required` needs at least one role") }
  }
}
