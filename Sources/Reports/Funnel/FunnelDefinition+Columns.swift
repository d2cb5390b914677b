import Spec
package import Tables

extension FunnelDefinition {
  package var heads: [TableOutline] {
    let leading = breakdownColumns(of: touched)
    var heads = [
      TableOutline(options.name, leading + FunnelTally.columns),
      TableOutline(options.name + ".times", leading + FunnelTally.timesColumns),
    ]
    if let trend {
      let column = Column.interval(trend, "First date of the interval of entry.")
      heads.append(
        TableOutline(options.name + ".trend", leading + [column] + FunnelTally.columns + [.cut]))
    }
    return heads
  }

  /// The event whose value a breakdown shows.
  private var touched: String {
    switch attribution {
    case .firstStep: "event of step 1"
    case .step(let number): "event of step \(number)"
    case .firstTouch: "first event with one, up to the end of its chain"
    case .lastTouch: "last event with one, up to the end of its chain"
    case .everyStep: "every event of its chain"
    }
  }
}
