/// Which currency each start and change of one entity's contracts is in. One that names none goes on in
/// that of the contract: a renewal by a system that says only the new price.
struct ContractCurrencies: Sendable {
  /// A start or change with an amount.
  struct Setter {
    var isStart: Bool
    /// Codes of the timeline's values; 0 where there is none.
    var contract: UInt32
    var currency: UInt32
  }

  private var first = 0
  /// By event from `first` on; nil for those that set nothing.
  private var told: [UInt32?] = []
  /// Of contracts, so far.
  private var latest: [UInt32: UInt32] = [:]
  private var setters: [Setter?] = []

  subscript(event: Int) -> UInt32? {
    let place = event - first
    return told.indices.contains(place) ? told[place] : nil
  }

  /// Each once.
  var codes: [UInt32] {
    var codes: [UInt32] = []
    for case let code? in told where !codes.contains(code) { codes.append(code) }
    return codes
  }

  /// Of one instant, starts come before changes, as they do in the contract itself.
  mutating func tell(_ events: Range<Int>, _ times: [Int64], setter: (Int) -> Setter?) {
    first = events.lowerBound
    told.removeAll(keepingCapacity: true)
    latest.removeAll(keepingCapacity: true)
    setters.removeAll(keepingCapacity: true)
    for event in events {
      told.append(nil)
      setters.append(setter(event))
    }
    var start = events.lowerBound
    while start < events.upperBound {
      var end = start + 1
      while end < events.upperBound, times[end] == times[start] { end += 1 }
      for wantsStart in [true, false] {
        for event in start..<end {
          guard let setter = setters[event - first], setter.isStart == wantsStart else { continue }
          let currency =
            setter.currency == 0 ? latest[setter.contract] ?? 0 : setter.currency
          told[event - first] = currency
          latest[setter.contract] = currency
        }
      }
      start = end
    }
  }
}
