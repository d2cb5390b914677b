import EventLog
import Reports
import Spec
import Tables
import Timelines

extension SpecFile {
  /// - Throws: `RunFailure` with exit 78 when a goal is about a column that its table does not have.
  package func checkGoals() throws(RunFailure) {
    if spec.goals.isEmpty { return }
    let zone = try zoneRules()
    let calendar = ReportCalendar(
      zone: zone, weekStartsOnSunday: spec.calendar.weekStartsOnSunday,
      range: spec.calendar.range)
    let headers: [Table]
    do {
      headers = try spec.emptyTables(calendar)
    } catch {
      throw RunFailure(wrapping: error)
    }
    let problems = spec.goals.flatMap { goal in
      headers.first { $0.name == goal.table }.map { goal.problems(in: $0.columns) } ?? []
    }
    if problems.isEmpty { return }
    throw RunFailure(
      .badSpec,
      problems.map { problem in
        let place = problem.mark.map { "\($0.line):\($0.column): " } ?? ""
        return "\(path):\(place)\(problem.message)"
      })
  }
}

extension AnalysisSpec {
  /// The tables of all reports over no events: their columns.
  func emptyTables(_ calendar: ReportCalendar) throws -> [Table] {
    let schemas = ExtractionPlan(self).schemas
    return try reports.flatMap { report in
      let folds = schemas.compactMap { schema -> (any ReportFold)? in
        guard report.needsByEntity.contains(where: { $0.entity == schema.entity }) else {
          return nil
        }
        return makeFold(
          definition: report,
          context: ReportContext(
            schema: schema, kinds: EventKinds(matchers: schema.matchers, kinds: []),
            calendar: calendar, observedUntil: .min))
      }
      return try merged(folds).tables()
    }
  }
}
