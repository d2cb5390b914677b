import Spec
import Tables

extension ReportDefinition {
  /// The leading columns of every table. `event`: the one that counts as the first match.
  func breakdownColumns(of event: String) -> [Column] {
    let on = options.breakdownOn ?? Self.breakdownChoices.first ?? .firstMatch
    return options.breakdown.map {
      let value =
        switch on {
        case .event: "Value of the property \($0) on the events counted"
        case .latest: "Last value of the property \($0) that the entity had by then"
        case .firstTouch: "First value of the property \($0) that the entity ever had"
        case .firstMatch: "Value of the property \($0) on the entity's \(event)"
        }
      return Column($0, .text, "\(value); empty where absent.").key
    }
  }
}
