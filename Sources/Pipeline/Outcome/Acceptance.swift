/// Whether what was read is good enough to publish: exit 65 when it is not.
struct Acceptance {
  var options: RunOptions

  func check(_ analysis: Analysis, _ notices: Notices) throws(RunFailure) {
    if options.strict {
      let reasons = notices.damages + notices.missingNames
      if !reasons.isEmpty {
        throw RunFailure(.badData, reasons + ["--strict: nothing was published"])
      }
    }
    let sums = Reconciliation(analysis.fresh)
    let rows = sums.rows - sums.blank
    if let limit = options.rejectsMax, limit.isExceeded(rejected: sums.rejected, rows: rows) {
      throw RunFailure(
        .badData,
        notices.warnings + [
          "\(sums.rejected) of \(rows) rows were rejected, more than --max-rejects allows: "
            + "nothing was published"
        ])
    }
  }
}
