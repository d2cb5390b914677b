/// The way of a fold's states, which it keeps by number of group, to states by value and back.
extension BreakdownGroups {
  /// - Parameter missing: the state of a group that the fold has none for yet.
  func counts<Element: State>(
    _ states: [Element], missing: @autoclosure () -> Element = .zero
  ) -> GroupedStates<Element> {
    let more = count - states.count
    if more <= 0 { return GroupedStates(values, states: states) }
    return GroupedStates(values, states: states + Array(repeating: missing(), count: more))
  }

  /// Returns, by the group of `counts`, the group here.
  @discardableResult
  mutating func add<Element: State>(
    _ counts: GroupedStates<Element>, to states: inout [Element],
    missing: @autoclosure () -> Element = .zero
  ) -> [Int] {
    let mapping = merge(counts.values)
    while states.count < count { states.append(missing()) }
    for (theirs, own) in mapping.enumerated() { states[own].add(counts[theirs]) }
    return mapping
  }

  /// Whether counts from elsewhere are of this breakdown, and each state is as it should be.
  func fit<Element: State>(
    _ counts: GroupedStates<Element>, _ isFit: (Element) -> Bool = { _ in true }
  ) -> Bool {
    counts.indices.allSatisfy { fits(counts.values[$0]) && isFit(counts[$0]) }
  }
}
