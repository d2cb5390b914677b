import EventLog
import Pipeline
import Reports
import Spec
import System
import Tables
import Timelines
import Values

/// What takes bytes from outside. Each must return: with a result, or with an error.
enum FuzzTarget: String, CaseIterable {
  /// Rows of each format, containers and encodings: a file through a whole run.
  case json, csv, combined
  /// A spec, and what `check` says of it.
  case spec
  /// A segment of a store.
  case segment
  /// Counts of each type of report that another machine wrote down.
  case state
  /// JSON of ours: run.json, manifests.
  case manifest
  /// What stands in flags and spec options.
  case words

  func run(_ bytes: [UInt8]) {
    switch self {
    case .json: analyse(bytes, "jsonl")
    case .csv: analyse(bytes, "csv")
    case .combined: analyse(bytes, "combined")
    case .spec: readSpec(bytes)
    case .segment: readSegment(bytes)
    case .state: readState(bytes)
    case .manifest: _ = try? JSONReader.read(bytes)
    case .words: readWords(bytes)
    }
  }

  private func withFile(_ bytes: [UInt8], _ body: (String) -> Void) {
    let path = "/dev/shm/twinfunnel-fuzz.\(rawValue)"
    do {
      let file = try FileSystem.overwriteFile(FilePath(path))
      try file.write(bytes.span)
      try file.close()
    } catch {
      print("cannot write \(path): \(error.reason)")
      Machine.end(code: 73)
    }
    body(path)
  }

  private func analyse(_ bytes: [UInt8], _ format: String) {
    let fields =
      format == "combined"
      ? "properties: {country: agent, amount: {path: bytes, type: number}}, event: method"
      : "user: user, account: org, event: event, id: id, time: {path: time, format: auto}, "
        + "properties: {country: country, amount: {path: amount, type: number}}"
    let user = format == "combined" ? ", user: host" : ""
    let yaml = """
      source: {format: \(format), \(fields)\(user)}
      reports:
        daily: {type: activity, interval: month, breakdown: country, top: 3}
        steps: {type: funnel, steps: [GET, {event: POST, optional: true}, b], within: 7d}
        money: {type: revenue, event: any, amount: amount, interval: year}

      """
    guard let spec = try? SpecFile(path: "spec.yaml", yaml: yaml).spec else {
      print("the fuzzer's own spec is not valid")
      Machine.end(code: 70)
    }
    withFile(bytes) { path in
      _ = try? AnalysisRun(
        spec: spec, inputs: [path],
        options: RunOptions(
          threads: 1, memoryBytesMax: 64 << 20, scratch: "/dev/shm",
          limits: ReadLimits(lineBytesMax: 4_096, chunkBytes: 512))
      ).analyse()
    }
  }

  private func readSpec(_ bytes: [UInt8]) {
    guard let file = try? SpecFile(path: "spec.yaml", yaml: String(decoding: bytes, as: UTF8.self))
    else { return }
    _ = JSONWriter.compact(file.spec.planDescription)
    _ = ExtractionPlan(file.spec)
  }

  private func readSegment(_ bytes: [UInt8]) {
    withFile(bytes) { path in
      guard let segment = try? SegmentReader(path: path) else { return }
      try? SegmentCheck(segment).run {}
    }
  }

  /// Reports of all types, as the templates ask for them.
  private static let definitions: [any ReportDefinition] = SpecTemplate.all.flatMap { template in
    (try? SpecFile(path: template.name, yaml: template.text))?.spec.reports ?? []
  }

  private func readState(_ bytes: [UInt8]) {
    guard let first = bytes.first, !Self.definitions.isEmpty else { return }
    let definition = Self.definitions[Int(first) % Self.definitions.count]
    let (entity, needs) = definition.needsByEntity[0]
    let joined = needs.joined(with: definition.options)
    let schema = TimelineSchema(
      entity: entity, matchers: joined.matchers, texts: joined.texts, numbers: joined.numbers)
    let day: Int64 = 86_400_000_000
    let context = ReportContext(
      schema: schema, kinds: EventKinds(matchers: joined.matchers, kinds: [("a", [])]),
      calendar: ReportCalendar(zone: .utc), observedUntil: 20_100 * day,
      observedFrom: 20_000 * day)
    takeCounts(
      Array(bytes.dropFirst()), into: makeFold(definition: definition, context: context),
      observed: 20_000 * day...20_100 * day)
  }

  private func takeCounts(
    _ bytes: [UInt8], into fold: any ReportFold, observed: ClosedRange<Int64>
  ) {
    func take<Fold: ReportFold>(_ fold: Fold) {
      var fold = fold
      var reader = StateReader(bytes, observed: observed)
      let counts = Fold.Counts(from: &reader)
      guard !reader.isDamaged, reader.isAtEnd, fold.fits(counts) else { return }
      fold.add(counts)
      fold.add(counts)
      _ = try? fold.tables()
      _ = fold.heapBytes
      var writer = StateWriter()
      fold.counts.encode(to: &writer)
    }
    take(fold)
  }

  private func readWords(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    _ = TimeFormat.auto.parse(text)
    _ = TimeFormat.iso8601.parse(text)
    _ = TimeFormat.pattern(text).parse(text)
    _ = ExactDecimal.parse(text)
    _ = CalendarDate(text)
    _ = SpecDuration.parse(text)
    _ = FieldPath(text)
    _ = ShownText.escaped(bytes)
    _ = ShownText.escaped(text)
    _ = NearestName.of(text, among: ["activity", "retention", text])
    _ = try? ZoneRules.load(text)
  }
}
