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

  init(_ files: [FileReading]) {
    for file in files {
      rows += file.tally.rows
      used += file.used
      outside += file.outside
      duplicates += file.duplicates
      aside += file.aside
      rejected += file.tally.rejectedTotal
      blank += file.tally.blank
      for reason in rejectedByReason.indices {
        rejectedByReason[reason] += file.tally.rejected[reason]
      }
      if !file.isReconciled {
        mismatches.append(
          """
          \(file.file.path): \(file.tally.rows) rows, but \(file.used) used + \(file.outside) outside \
          + \(file.duplicates) duplicates + \(file.aside) aside + \(file.tally.rejectedTotal) rejected \
          + \(file.tally.blank) blank
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
