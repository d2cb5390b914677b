import EventLog

extension SourceSpec {
  /// Places that each row is looked up for: every entry of `each` has those of the source, and its own.
  /// They are numbered with sixteen bits, and comparing them grows with their square.
  var pathCount: Int {
    func count(_ paths: [FieldPath]) -> Int {
      paths.reduce(0) { $0 + 1 + $1.parts.count }
    }
    var own = count(user) + count(account) + count(anonymous) + count(id) + count(time.paths)
    if case .paths(let paths) = event { own += count(paths) }
    for property in properties { own += count(property.paths) }
    if let alias { own += count(alias.from) + count(alias.to) }
    if rows.each.isEmpty { return own }
    return rows.each.reduce(0) { $0 + own + count($1.time) + $1.conditions.count }
  }
}
