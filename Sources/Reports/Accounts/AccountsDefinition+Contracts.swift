package import Spec
import Timelines

extension AccountsDefinition: ReferringDefinition {
  package static let referenceKey = "contracts"

  package mutating func resolve(among reports: [any ReportDefinition]) -> String? {
    guard let contracts else { return nil }
    let others = reports.filter { !$0.options.isOverall }
    guard let other = others.first(where: { $0.options.name == contracts }) else {
      let names = others.filter { $0 is RecurringDefinition && $0.options.entity == .account }
        .map { $0.options.name }
      return "no report is called `\(contracts)`\(NearestName.hint(for: contracts, among: names))"
    }
    guard let recurring = other as? RecurringDefinition, other.options.entity == .account else {
      return "`contracts` is a recurring report by accounts, and `\(contracts)` is none"
    }
    self.recurring = recurring.withoutBreakdown()
    return nil
  }
}

extension ReportNeeds {
  /// Takes in what another report needs of the same timelines. Both say on which events they read
  /// each property.
  mutating func add(_ other: ReportNeeds) {
    matchers += other.matchers
    texts += other.texts.filter { !texts.contains($0) }
    numbers += other.numbers.filter { !numbers.contains($0) }
    for (property, events) in other.readOn { readOn[property, default: []] += events }
  }
}
