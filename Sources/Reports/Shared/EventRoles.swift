import Timelines

extension ReportContext {
  /// By kind, what its events are to a report: the roles of all matchers that match. Matchers that a
  /// definition leaves out are nil.
  func roles<Role: OptionSet>(_ matchers: [(EventMatcher?, Role)]) -> [Role] {
    var roles = [Role](repeating: [], count: kinds.count)
    for case (let matcher?, let role) in matchers {
      for (kind, matches) in kinds.matching(matcher).enumerated() where matches {
        roles[kind].formUnion(role)
      }
    }
    return roles
  }
}
