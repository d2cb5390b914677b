package import Spec
import Tables
package import Timelines
package import Values

/// One row per account: who has shown up, whether it is activated, what it is worth (design,
/// section 5, accounts).
package struct AccountsDefinition: ReportDefinition {
  /// The people in the buying decision.
  package struct Roles: Sendable, Equatable {
    /// A text property that says which role the person has who did an event.
    package var property: String
    /// Its values that the decision needs, at least one, each once.
    package var required: [String]

    package init(property: String, required: [String]) {
      self.property = property
      self.required = required
    }
  }

  /// What makes an account activated.
  package struct Activation: Sendable, Equatable {
    package var event: EventMatcher
    /// Different people that the events must come from, at least 1.
    package var minimumUsers: Int
    /// Different local days that the events must lie on, at least 1.
    package var minimumDays: Int

    package init(event: EventMatcher, minimumUsers: Int = 1, minimumDays: Int = 1) {
      self.event = event
      self.minimumUsers = minimumUsers
      self.minimumDays = minimumDays
    }
  }

  package struct Revenue: Sendable, Equatable {
    package var event: EventMatcher
    /// A number property.
    package var amount: String

    package init(event: EventMatcher, amount: String) {
      self.event = event
      self.amount = amount
    }
  }

  package static let type = "accounts"
  package var options: ReportOptions
  /// What counts as somebody of the account doing something; what activates it always does.
  package var event: EventMatcher
  package var roles: Roles?
  package var activation: Activation?
  package var revenue: Revenue?

  package init(
    options: ReportOptions, event: EventMatcher = .any, roles: Roles? = nil,
    activation: Activation? = nil, revenue: Revenue? = nil
  ) {
    self.options = options
    self.event = event
    self.roles = roles
    self.activation = activation
    self.revenue = revenue
  }

  package var needs: ReportNeeds {
    var needs = ReportNeeds(
      matchers: [event], texts: roles.map { [$0.property] } ?? [],
      numbers: revenue.map { [$0.amount] } ?? [], users: true)
    if let activation { needs.matchers.append(activation.event) }
    if let revenue { needs.matchers.append(revenue.event) }
    needs.read(roles?.property, on: [event, activation?.event])
    needs.read(revenue?.amount, on: [revenue?.event])
    return needs
  }

  package var described: [(key: String, value: JSONValue)] {
    var activated = JSONValue.null
    if let activation {
      activated = .object([
        ("event", .describing(activation.event)),
        ("minimum_users", .integer(activation.minimumUsers)),
        ("minimum_days", .integer(activation.minimumDays)),
      ])
    }
    var people = JSONValue.null
    if let roles {
      people = .object([
        ("property", .text(roles.property)), ("required", .list(roles.required.map { .text($0) })),
      ])
    }
    var paid = JSONValue.null
    if let revenue {
      paid = .object([("event", .describing(revenue.event)), ("amount", .text(revenue.amount))])
    }
    return [
      ("event", .describing(event)), ("roles", people), ("activation", activated),
      ("revenue", paid),
    ]
  }
}
