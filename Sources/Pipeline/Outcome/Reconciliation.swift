import EventLog

/// Every row accounted for: rows = used + outside + duplicates + aside + rejected + blank, per file
/// and in total.
package struct Reconciliation: Sendable, Equatable {
  package private(set) var rows = 0
  package private(set) var used = 0
  package private(set) var outside = 0
  package private(set) var duplicates = 0
  /// Of a store: pending, erased and expired events.
  package private(set) var aside = 0
  package private(set) var rejected = 0
  package private(set) var blank = 0
  /// By `RejectReason.rawValue`.
  package private(set) var rejectedByReason = [Int](
    repeating: 0, count: RejectReason.allCases.count)
  private var mismatches: [String] = []

  init(_ files: [InputLedger]) {
    for file in files {
      rows += file.tally.rows
      used += file.judged.used
      outside += file.judged.outside
      duplicates += file.judged.duplicates
      aside += file.judged.aside
      rejected += file.rejectedTotal
      blank += file.tally.blank
      for (reason, count) in file.rejected.enumerated() { rejectedByReason[reason] += count }
      if !file.isReconciled {
        let (taken, judged) = (file.tally, file.judged)
        mismatches.append(
          """
          \(file.file.path): \(taken.rows) rows, but \(judged.used) used + \(judged.outside) \
          outside + \(judged.duplicates) duplicates + \(judged.aside) aside + \
          \(file.rejectedTotal) rejected + \(taken.blank) blank
          """)
      }
    }
  }

  func check() throws(RunFailure) {
    guard mismatches.isEmpty else {
      throw RunFailure(
        .internalError,
        mismatches.map { "reconciliation failed, please report this: \($0)" })
    }
  }
}
