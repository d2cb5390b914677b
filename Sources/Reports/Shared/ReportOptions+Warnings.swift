import Spec

extension ReportOptions {
  /// What to say when a breakdown by the value on each event finds few events that have one.
  func warnings(counted: Int, valueless: Int) -> [String] {
    guard breakdownOn ?? .event == .event, valueless * 2 > counted else { return [] }
    return [
      "report \(name): \(valueless) of the \(counted) events counted have no value of "
        + "\(breakdown.joined(separator: ", ")); `breakdown_on: first_touch` shows the first value "
        + "that an entity ever had, `latest` the last one that it had by then"
    ]
  }
}
