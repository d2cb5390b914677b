import EventLog

extension Ledger {
  private static let same = ": byte for byte the same as "

  /// Leaves out inputs without rows that are byte for byte what an earlier one is, as one run does:
  /// exports have many files of a header alone, and no task knows of another's. Parts go on naming the
  /// one that stays, of which they have no rows either.
  mutating func leaveOutRepeats() {
    var first: [String: InputLedger] = [:]
    var repeats: [InputID: InputID] = [:]
    for file in files.sorted(by: { $0.id < $1.id }) {
      guard let mark = marks[file.id], !mark.isEmpty, !file.file.isStandardInput else { continue }
      guard let original = first[mark] else {
        first[mark] = file
        continue
      }
      if file.tally.events == 0, file.tally.rejectedTotal == 0 { repeats[file.id] = original.id }
    }
    files.removeAll { repeats[$0.id] != nil }
    for id in repeats.keys { marks[id] = nil }
    for part in parts.indices {
      parts[part].inputs = parts[part].inputs.map { repeats[$0] ?? $0 }
    }
    warn(of: repeats)
  }

  /// Warnings of repeats, of map tasks and of this one, as one run has them: last, by path.
  private mutating func warn(of repeats: [InputID: InputID]) {
    func text(_ path: Substring, _ original: String) -> String {
      "\(path)\(Self.same)\(original), read once"
    }
    let originals = Dictionary(
      repeats.map { ($0.path, $1.path) }, uniquingKeysWith: { one, _ in one })
    var found = repeats.map { id, original in text("warning: \(id.path)"[...], original.path) }
    warnings.removeAll { warning in
      guard let place = warning.firstRange(of: Self.same), warning.hasSuffix(", read once") else {
        return false
      }
      // What was the original may be a repeat itself by now.
      let original = String(warning[place.upperBound...].dropLast(", read once".count))
      found.append(text(warning[..<place.lowerBound], originals[original] ?? original))
      return true
    }
    warnings += found.sorted()
  }
}
