import EventLog
import Reports
import Spec
package import Timelines
import Values

/// Why one user or account stands where it stands: reads all inputs as a run does, keeps the
/// timelines of that entity, and asks every report. Publishes nothing.
package struct ExplainRun: Sendable {
  package var specFile: SpecFile
  package var inputs: [String]
  /// The id as the logs have it.
  package var entity: String
  /// Nil: a user, an account, or both, whichever occurs.
  package var kind: TimelineSchema.Entity?
  package var options: RunOptions
  package var control: RunControl
  /// A store's folder in place of inputs.
  package var store: String?

  package init(
    specFile: SpecFile, inputs: [String], entity: String, kind: TimelineSchema.Entity?,
    options: RunOptions, control: RunControl, store: String? = nil
  ) {
    self.store = store
    self.specFile = specFile
    self.inputs = inputs
    self.entity = entity
    self.kind = kind
    self.options = options
    self.control = control
  }

  /// One story, or two where a user and an account have the same id.
  ///
  /// - Throws: `RunFailure`, with exit 66 when the entity does not occur.
  package func explain() throws(RunFailure) -> (stories: [EntityStory], notices: RunNotices) {
    try specFile.checkTimeZone()
    do {
      return try explainThrowing()
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private func explainThrowing() throws -> (stories: [EntityStory], notices: RunNotices) {
    let spec = specFile.spec
    let reading = try ReadingPlan(spec, options)
    var plan = reading.plan
    let calendar = reading.calendar
    var options = options
    options.limits = reading.limits
    if let kind {
      // What a row must have to be an event stays as all reports need it.
      plan.schemas.removeAll { $0.entity != kind }
      if plan.schemas.isEmpty {
        throw RunFailure(.usage, "\(specFile.path): no report counts \(kind.rawValue)s")
      }
    }
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    let inputs = store == nil ? try ReadableInputs(inputs, of: spec) : nil
    let session = try store.map { path throws in
      try StoreSession(path: path, spec: spec, writes: false)
    }
    let maps = MapReading(options: options, control: control, budget: budget)
    let spaces =
      try session.map { try $0.spaces(spec, [], maps) }
      ?? maps.read(spec, inputs?.maps ?? [])
    let persons = try whoIsWho(reading, plan, options, budget, inputs?.files ?? [], spaces, session)
    let lens = EntityLens(
      entity: entity, plan: plan, users: persons.users, accounts: persons.accounts, spaces: spaces)
    let scan: LogScan.Result
    if let session {
      do {
        scan = try StoreScan(
          plan: plan, options: options, control: control, budget: budget, lens: lens,
          identity: IdentityPlan(spec, plan), source: session.kept, spaces: spaces
        ).read(session.contents(latest: reading.limits.timeMax))
      } catch {
        throw session.explained(error)
      }
    } else {
      scan = try LogScan(
        plan: plan, options: options, control: control, budget: budget,
        zoneQuestion: reading.question, spaces: spaces, lens: lens
      ).read(inputs?.files ?? [])
    }
    control.begin(.folding)
    let observation = Observation(
      files: scan.files, options: options, calendar: calendar, now: reading.now,
      of: spec)

    var stories: [EntityStory] = []
    for (index, schema) in plan.schemas.enumerated() {
      let sighting = scan.entity.bySchema[index]
      let merge = try persons.merge(
        scan.shards[index], of: schema, files: scan.files,
        from: observation.bound)
      let found = try find(lens.homes[index], in: merge, from: observation.bound)
      if found.isEmpty && sighting.outside.isEmpty { continue }
      let context = ReportContext(
        schema: schema, kinds: merge.kinds, calendar: calendar, observedUntil: observation.until,
        observedFrom: observation.from)
      let reports = spec.reports.filter { report in
        !report.options.isOverall && report.needsByEntity.contains { $0.entity == schema.entity }
      }
      let ids = KnownIDs(
        persons: schema.entity == .user ? persons.users : persons.accounts,
        together: scan.entity.together, files: scan.files.map(\.file.path), calendar: calendar)
      for timeline in found.isEmpty ? [nil] : found.map({ Optional($0) }) {
        var story = EntityStory(
          of: timeline, entity: entity, timeZone: spec.calendar.timeZone, context: context,
          reports: reports, sighting: sighting)
        if let timeline { ids.tell(&story, home: Array(timeline.id)) }
        stories.append(story)
      }
    }
    if stories.isEmpty { throw missing(plan, scan.entity) }
    return (stories, notices(scan.files))
  }

  /// Whose rows are wanted has to be known before they can be: the logs are read twice.
  private func whoIsWho(
    _ reading: ReadingPlan, _ plan: ExtractionPlan, _ options: RunOptions, _ budget: MemoryBudget,
    _ files: [InputFile], _ spaces: RunSpaces?, _ session: StoreSession?
  ) throws -> PersonDealing {
    let spec = specFile.spec
    guard let identity = IdentityPlan(spec, plan) else {
      return try PersonDealing([], plan: nil, options: options, control: control)
    }
    if let session {
      let links = try session.links(plan, identity, options, control, budget, spaces)
      return try PersonDealing(links, plan: identity, options: options, control: control)
    }
    guard !files.contains(where: \.isStandardInput) else {
      throw RunFailure(
        .usage,
        "with `identity` or `carry` explain reads its inputs twice: standard input cannot be")
    }
    var first = plan
    first.schemas = []
    let scan = try LogScan(
      plan: first, options: options, control: control, budget: budget,
      zoneQuestion: reading.question, identity: identity, spaces: spaces
    ).read(files)
    return try PersonDealing(scan.links, plan: identity, options: options, control: control)
  }

  private func find(
    _ ids: Set<[UInt8]>, in merge: TimelineMerge, from earliest: Int64
  ) throws -> [Timeline] {
    var found: [Timeline] = []
    for number in 0..<merge.partitionCount where found.count < ids.count {
      try control.checkCancelled()
      try merge.build(partition: number).forEachTimeline(from: earliest) { timeline in
        if ids.contains(Array(timeline.id)) { found.append(copy timeline) }
      }
    }
    return found.sorted { $0.id.lexicographicallyPrecedes($1.id) }
  }

  private func missing(_ plan: ExtractionPlan, _ sightings: EntitySightings) -> RunFailure {
    let kinds = plan.schemas.map(\.entity.rawValue).joined(separator: " or ")
    var similar: [String] = []
    for (schema, sighting) in zip(plan.schemas, sightings.bySchema) {
      similar += sighting.similar.map {
        "\(schema.entity.rawValue) \(String(decoding: $0, as: UTF8.self))"
      }
    }
    let hint = similar.isEmpty ? "" : "; similar: \(similar.joined(separator: ", "))"
    return RunFailure(.noInput, "no event of \(kinds) '\(entity)'\(hint)")
  }

  private func notices(_ files: [FileReading]) -> RunNotices {
    let damages = files.flatMap { reading in
      reading.source.damages.map { Notices.text($0, of: reading) }
    }
    var lines: [String] = []
    let rejected = files.reduce(0) { $0 + $1.tally.rejectedTotal }
    if rejected > 0 {
      lines.append("warning: \(rejected) rows were rejected; whose they are is not known")
    }
    return RunNotices(damages: damages, lines: lines)
  }
}
