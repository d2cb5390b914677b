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
  /// The same for the options of JSON and of CSV, for formats of servers, and for presets: the first
  /// byte chooses among `FuzzedSource`'s.
  case shapes, columns, servers, presets
  /// Rows of which nobody wants more than user, name and time, which are read in another way than
  /// those of which somebody does: both must judge alike.
  case plain
  /// Zip and tar archives of files.
  case archives
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
  /// Times of all named formats, and numbers of all forms.
  case values
  /// A pattern in the first line, and what it is tried on in the others: of times, of paths, of a
  /// server's rows.
  case patterns

  func run(_ bytes: [UInt8]) {
    switch self {
    case .json, .archives: analyse(bytes, FuzzedSource.json)
    case .csv: analyse(bytes, FuzzedSource.csv)
    case .combined: analyse(bytes, FuzzedSource.combined)
    case .plain: compare(bytes)
    case .shapes: analyse(bytes, oneOf: FuzzedSource.shapes)
    case .columns: analyse(bytes, oneOf: FuzzedSource.columns)
    case .servers: analyse(bytes, oneOf: FuzzedSource.servers)
    case .presets: analyse(bytes, oneOf: FuzzedSource.presets)
    case .spec: readSpec(bytes)
    case .segment: readSegment(bytes)
    case .state: readState(bytes)
    case .manifest: _ = try? JSONReader.read(bytes)
    case .words: readWords(bytes)
    case .values: readValues(bytes)
    case .patterns: readPatterns(bytes)
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

  private func analyse(_ bytes: [UInt8], oneOf specs: [AnalysisSpec]) {
    guard let first = bytes.first else { return }
    analyse(Array(bytes.dropFirst()), specs[Int(first) % specs.count])
  }

  private func analyse(_ bytes: [UInt8], _ spec: AnalysisSpec) {
    withFile(bytes) { path in _ = try? Self.run(spec, path).analyse() }
  }

  private static func run(_ spec: AnalysisSpec, _ path: String) -> AnalysisRun {
    AnalysisRun(
      spec: spec, inputs: [path],
      options: RunOptions(
        threads: 1, memoryBytesMax: 64 << 20, scratch: "/dev/shm",
        limits: ReadLimits(lineBytesMax: 4_096, chunkBytes: 512)))
  }

  private func compare(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let pair = FuzzedSource.plain[Int(first) % FuzzedSource.plain.count]
    withFile(Array(bytes.dropFirst())) { path in
      let found = [pair.narrow, pair.wide].map { spec -> (rows: [[Cell]], tally: RowTally)? in
        guard let analysis = try? Self.run(spec, path).analyse() else { return nil }
        var tally = analysis.files[0].taken.tally
        // What was asked of the properties.
        (tally.values, tally.missingColumns) = (ValueTally(), [])
        return (analysis.tables[0][0].rows, tally)
      }
      if found[0]?.rows != found[1]?.rows || found[0]?.tally != found[1]?.tally {
        print("rows are judged by what is asked of them: \(found)")
        Machine.end(code: 70)
      }
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
    _ = CalendarDate(text)
    _ = SpecDuration.parse(text)
    _ = FieldPath(text)
    _ = ShownText.escaped(bytes)
    _ = ShownText.escaped(text)
    _ = NearestName.of(text, among: ["activity", "retention", text])
    _ = try? ZoneRules.load(text)
  }

  private func readValues(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    for format in TimeFormat.named { _ = format.parse(text) }
    _ = ExactDecimal.parse(text)
    for (decimal, group) in [(".", ","), (",", "."), (",", " "), (".", "'"), (".", nil)] {
      let form = NumberForm(
        decimal: decimal.utf8.first ?? 0, group: group?.utf8.first)
      var isRounded = false
      guard let number = form.parse(bytes.span, 0..<bytes.count, isRounded: &isRounded) else {
        continue
      }
      // What is printed reads as the same number.
      if ExactDecimal.parse(number.description) != number {
        print("\(number) is not read back")
        Machine.end(code: 70)
      }
    }
  }

  private func readPatterns(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
    guard let first = lines.first else { return }
    let pattern = String(decoding: first, as: UTF8.self)
    let text = lines.count > 1 ? String(decoding: lines[1], as: UTF8.self) : ""
    if TimePattern.problem(in: pattern) == nil { _ = TimeFormat.pattern(pattern).parse(text) }
    _ = PathPattern(pattern).matches(text)
    for dialect in ServerLogFormat.Dialect.allCases {
      guard let format = try? ServerLogFormat(pattern, dialect: dialect) else { continue }
      let fields = format.fields
      var source = SourceSpec(
        format: .lines(format.lines), user: fields.prefix(1).map { FieldPath($0) },
        event: .constant("seen"),
        time: TimeField(paths: fields.suffix(1).map { FieldPath($0) }, format: .auto))
      source.rows.isStrict = false
      guard !fields.isEmpty else { continue }
      var spec = FuzzedSource.combined
      spec.source = source
      spec.reports.removeAll { $0.options.name != "steps" }
      analyse(Array(text.utf8), spec)
    }
  }
}
