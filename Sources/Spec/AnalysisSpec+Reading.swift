import EventLog
import Values

extension AnalysisSpec {
  /// Reads and validates a spec file. Throws everything that is wrong with it, in the order of the
  /// file; malformed YAML is one error, since nothing behind it can be trusted.
  ///
  /// - Parameter reports: the types of reports that the spec may ask for, in the order in which
  ///   messages name them.
  /// - Parameter surroundings: variables, the day, and flags.
  package static func parse(
    yaml: String, reports: [any ReportDefinition.Type],
    surroundings: SpecSurroundings = SpecSurroundings()
  ) throws(SpecErrors) -> AnalysisSpec {
    let root: SpecNode?
    var unset: [SpecError] = []
    do throws(SpecError) {
      root = try SpecNode.compose(
        yaml: yaml, environment: surroundings.environment, unset: &unset)
    } catch {
      throw SpecErrors([error])
    }
    // What a text lacks would be a mistake of what reads it, too.
    if !unset.isEmpty { throw SpecErrors(unset) }
    let context = SpecContext(reportTypes: reports, surroundings: surroundings)
    let spec = root.flatMap { read($0, context) }
    guard let spec, context.errors.isEmpty else {
      let empty = SpecError(line: 1, column: 1, message: "the spec is empty")
      throw SpecErrors(context.errors.isEmpty ? [empty] : context.errors)
    }
    return spec
  }

  private static func read(_ root: SpecNode, _ context: SpecContext) -> AnalysisSpec? {
    if root.isNothing { return nil }
    guard case .mapping(let entries) = root.content else {
      context.error(root.mark, "a spec is a mapping of sections, not \(root.described)")
      return nil
    }
    if let problem = otherFile(entries.map(\.key)) {
      context.error(root.mark, problem)
      return nil
    }
    return SpecValue(root, name: "the spec", context: context).mapping("the spec") { spec in
      let sources = SourceSections(&spec, context)
      let identity = spec.mapping("identity", "`identity`") {
        IdentitySpec(reading: &$0, sources: sources.readers)
      }
      let (calendar, observedBy) = calendar(&spec, context, sources)
      readEvents(&spec, context)
      context.sessions = spec.mapping("sessions", "`sessions`") { SessionSpec(reading: &$0) }
      var reports = ReportsReader(context: context, calendar: calendar)
      if let section = spec.required("reports") { reports.read(section) }
      var goals = GoalsReader(
        context: context, reports: reports.reports, unread: reports.unread)
      let complete = sources.complete(for: reports.reports, context)
      var analysis = AnalysisSpec(
        source: complete[0], calendar: calendar,
        reports: reports.reports, goals: spec.value("goals").map { goals.read($0) } ?? [])
      analysis.others = Array(complete.dropFirst())
      analysis.ignore =
        spec.value("ignore")?.items(max: SourceSections.patternsMax)
        .compactMap { $0.text() } ?? []
      analysis.maps = sources.maps
      analysis.observedBy = observedBy
      analysis.identity = identity
      var checks = ChecksReader(
        context: context, reports: reports.reports, unread: reports.unread,
        sources: sources.checkNames)
      if let section = spec.value("checks") { analysis.checks = checks.read(section) }
      for reader in sources.readers {
        analysis.zoneMarks.merge(reader.zoneMarks) { first, _ in first }
      }
      analysis.sourceWritten = sources.written
      return analysis
    }
  }

  /// What a file is that is no spec, as its keys tell: each of them would be a mistake of its own.
  private static func otherFile(_ keys: [String]) -> String? {
    if keys.contains("tool"), keys.contains("reconciliation"), keys.contains("spec") {
      return
        "this is what a run wrote (run.json), and no spec; its `spec` names the one it was run with"
    }
    let needed = ["source", "sources", "reports"]
    let near = keys.count { NearestName.of($0, among: needed) != nil }
    if keys.isEmpty || near > 0 && (near > 1 || keys.count < 3) { return nil }
    if keys.contains(where: { needed.contains($0) }) { return nil }
    let shown = keys.prefix(5).map { "`\($0.prefix(60))`" }.joined(separator: ", ")
    return "this is no spec: it has neither `source` nor `reports`, but \(shown)"
      + (keys.count > 5 ? ", ..." : "") + "; `twinfunnel template NAME` prints one to start from"
  }

  /// With the numbers of the sources that observation ends with.
  private static func calendar(
    _ spec: inout SpecMapping, _ context: SpecContext, _ sources: SourceSections
  ) -> (CalendarSpec, observedBy: [Int]) {
    var calendar = CalendarSpec()
    var observedBy = [0]
    let read = spec.mapping("calendar", "`calendar`") { section in
      if let value = section.value("observed_by") { observedBy = sources.numbers(value) }
      return CalendarSpec(reading: &section)
    }
    if let read {
      calendar = read
    } else {
      calendar.settle(in: context)
    }
    calendar.override(in: context)
    return (calendar, observedBy)
  }

  /// Resolves every named event, also those that no report asks for: a mistake is a mistake.
  private static func readEvents(_ spec: inout SpecMapping, _ context: SpecContext) {
    let events = spec.value("events")?.namedValues("events") ?? []
    context.eventNodes = events.map {
      SpecNode.Entry(key: $0.name, keyMark: $0.mark, value: $0.value.node)
    }
    for entry in context.eventNodes {
      if entry.key == "any" {
        context.error(entry.keyMark, "`any` already means every event; give it another name")
      } else {
        _ = context.matcher(named: entry.key, at: entry.keyMark)
      }
    }
  }
}
