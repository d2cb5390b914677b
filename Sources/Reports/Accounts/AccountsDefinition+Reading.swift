package import Spec
package import Timelines

extension AccountsDefinition: ReadableDefinition {
  package static var breakdownChoices: [BreakdownOn] { [] }
  package static var entities: [TimelineSchema.Entity] { [.account] }

  /// Only catches slips of the finger.
  private static let minimumMax = 1_000_000

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    let activation = report.event("activation", "an activation") {
      (
        users: $0.integer("minimum_users", in: 1...Self.minimumMax, default: 1),
        days: $0.integer("minimum_days", in: 1...Self.minimumMax, default: 1)
      )
    }
    let revenue = report.event("revenue", "a revenue") { $0.requiredNumberProperty("amount") }
    self.init(
      options: options, event: report.event("event", default: .any),
      roles: report.mapping("roles", "a buying decision") { Roles(reading: &$0) },
      activation: activation.map {
        Activation(
          event: $0.event, minimumUsers: $0.options.users, minimumDays: $0.options.days)
      }, revenue: revenue.map { Revenue(event: $0.event, amount: $0.options) })
  }
}

extension AccountsDefinition.Roles {
  fileprivate init(reading mapping: inout SpecMapping) {
    self.init(property: mapping.requiredProperty("property"), required: [])
    guard let value = mapping.required("required") else { return }
    for item in value.items() {
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
