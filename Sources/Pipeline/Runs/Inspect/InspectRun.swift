import Dispatch
import EventLog
import Spec
import Synchronization
package import Values

/// Reads logs of which nothing is known, once and whole, and says what is in them.
///
///     expand inputs ── sample of each ── groups ── guess ── every row: fields, events, rejects
///
/// Memory is bounded: different values, names and users are exact up to a bound each, and then it is
/// said that there are more.
package struct InspectRun: Sendable {
  package var inputs: [String]
  package var overrides: SourceGuess.Overrides
  /// Rows to look at in each input; nil for all.
  package var rowsMax: Int?
  /// Whose days are told, and where times without an offset were written; nil is UTC, which nobody
  /// chose.
  package var zone: ZoneRules?
  package var options: RunOptions
  package var control: RunControl

  package init(
    inputs: [String], overrides: SourceGuess.Overrides, rowsMax: Int?, zone: ZoneRules? = nil,
    options: RunOptions, control: RunControl
  ) {
    self.inputs = inputs
    self.overrides = overrides
    self.rowsMax = rowsMax
    self.zone = zone
    self.options = options
    self.control = control
  }

  /// Rows of each input by which it is put into a group.
  private static let groupingRows = 50
  private static let frequentPercent = 20
  private static let frequentRowsMin = 1_000

  /// - Throws: `RunFailure`: 66 when nothing can be read, 130 when it was cancelled.
  package func inspect() throws(RunFailure) -> Inspection {
    let expansion = InputExpansion(inputs)
    let listing = InputListing(expansion.files, encoding: overrides.encoding)
    var inspection = Inspection(
      groups: [], zone: zone, errors: expansion.errors + listing.errors,
      notices: (expansion.warnings + listing.warnings).map { "warning: \($0)" }
        + (expansion.notices + listing.notices).map { "notice: \($0)" })
    do {
      control.begin(.reading)
      control.expect(bytes: listing.files.map(\.bytes).reduce(0, +))
      let groups = grouped(listing.files, &inspection.errors)
      for group in groups { inspection.groups.append(try inspect(group, overrides)) }
      for index in groups.indices {
        guard let found = inspection.userByValues(ofGroup: index) else { continue }
        var known = overrides
        known.user = [found.path]
        var group = try inspect(groups[index], known)
        group.guess.doubts.append(
          SourceGuess.Doubt(key: "user", text: "its values are those of \(found.other)"))
        inspection.groups[index] = group
      }
    } catch {
      throw RunFailure(wrapping: error)
    }
    guard !inspection.groups.isEmpty else {
      let reasons = inspection.errors.map { "\($0.path): \($0.reason)" }
      throw RunFailure(
        .noInput,
        reasons.isEmpty ? inspection.notices + ["no input: no file with rows"] : reasons)
    }
    inspection.groups.sort { $0.rows > $1.rows }
    inspection.names = expansion.files.map(\.name)
    let unread = Set(inspection.errors.map(\.path))
    inspection.unreadNames = expansion.files.filter { unread.contains($0.path) }.map(\.name)
    return inspection
  }

  // MARK: Groups

  private struct Key: Hashable {
    var layout: LogLayout
    var preset: String?
    var columns: [String]
    var time: String
  }

  /// Files that are laid out alike and call their fields alike, in the order of their first ones.
  private func grouped(_ files: [InputFile], _ errors: inout [InputError]) -> [[InputFile]] {
    var groups: [[InputFile]] = []
    var known: [Key: Int] = [:]
    for file in files {
      if control.isCancelled { break }
      do throws(InputError) {
        let sample = try RowSample(
          file, format: overrides.format, encoding: overrides.encoding, rowsMax: Self.groupingRows,
          isCancelled: { [control] in control.isCancelled })
        if sample.rows == 0 {
          // A format that nothing fits says nothing about fields.
          if sample.misfits > 0 { errors.append(Self.misfit(file, sample)) }
          continue
        }
        let guess = SourceGuess(sample, overrides: overrides)
        var columns: [String] = []
        if case .delimited = sample.layout.format { columns = sample.paths }
        let key = Key(
          layout: sample.layout, preset: guess.preset, columns: columns,
          time: guess.source.time.paths.first?.description ?? "")
        if let group = known[key] {
          groups[group].append(file)
        } else {
          known[key] = groups.count
          groups.append([file])
        }
      } catch {
        errors.append(error)
      }
    }
    return groups
  }

  private static func misfit(_ file: InputFile, _ sample: RowSample) -> InputError {
    let rows = sample.misfits == 1 ? "its one row does not fit" : "none of its rows fits"
    return InputError(
      path: file.path,
      reason: "\(rows) the format \(sample.layout.name): is it whole? Another format is named "
        + "with --format")
  }

  private func inspect(
    _ files: [InputFile], _ overrides: SourceGuess.Overrides
  ) throws -> Inspection.Group {
    let sample = try RowSample(
      files[0], format: overrides.format, encoding: overrides.encoding,
      isCancelled: { [control] in control.isCancelled })
    let guess = guess(sample, overrides)
    let roles = FieldRoles(sample: sample)
    let ids = Array(Set(roles.named(FieldRoles.idNames) + guess.source.id.map(\.description)))
      .sorted()
    var census = FieldCensus(ids: ids)
    var events = EventCensus(zone: zone ?? .utc)
    var readings: [TakenInput] = []
    var refused: [InputError] = []
    let units = ScanUnit.units(of: files)
    // As many units at a time as there are workers; what they found is joined in order.
    for start in stride(from: 0, to: units.count, by: max(1, options.threads)) {
      let wave = Array(units[start..<min(units.count, start + max(1, options.threads))])
      let found = Mutex<[Int: [InspectedFile]]>([:])
      DispatchQueue.concurrentPerform(iterations: wave.count) { index in
        let inspected = read(wave[index], of: files, guess: guess, ids: ids)
        found.withLock { $0[index] = inspected }
      }
      try control.checkCancelled()
      let parts = found.withLock { $0 }
      for index in wave.indices {
        for part in parts[index] ?? [] {
          if let error = part.error { refused.append(error) }
          guard let reading = part.reading else { continue }
          readings.append(reading)
          census.add(part.census)
          events.add(part.events)
        }
      }
    }
    readings.sort { $0.file.path < $1.file.path }
    return Inspection.Group(
      guess: guess, files: readings, refused: refused, rows: census.rows,
      isSample: rowsMax != nil, fields: census.fields, hasMoreFields: census.hasMorePaths,
      events: Inspection.Events(events), ids: candidates(ids, in: census),
      frequent: frequent(events), zone: zone(guess, sample))
  }

  /// Whoever names a zone has answered where times without an offset were written.
  private func guess(_ sample: RowSample, _ overrides: SourceGuess.Overrides) -> SourceGuess {
    var guess = SourceGuess(sample, overrides: overrides)
    if zone != nil { guess.doubts.removeAll { $0.key == "zone" } }
    return guess
  }

  // MARK: One unit

  private func read(_ unit: ScanUnit, of files: [InputFile], guess: SourceGuess, ids: [String])
    -> [InspectedFile]
  {
    do {
      let archive = try unit.stream.map { path in
        try ArchiveStream(path: path, isCancelled: { [control] in control.isCancelled })
      }
      return unit.files.map { index in
        var part = InspectedFile(ids: ids, zone: zone ?? .utc)
        do {
          try part.read(files[index], guess: guess, run: self, archive: archive)
        } catch let error as InputError {
          part.error = error
        } catch {
          part.error = InputError(path: files[index].path, reason: "\(error)")
        }
        return part
      }
    } catch {
      var part = InspectedFile(ids: ids, zone: zone ?? .utc)
      part.error =
        error as? InputError ?? InputError(path: unit.stream ?? "", reason: "\(error)")
      return [part]
    }
  }

  // MARK: Conclusions

  private func candidates(_ ids: [String], in census: FieldCensus) -> [Inspection.IDCandidate] {
    census.fields.filter { field in
      ids.contains(field.path)
        || field.rows > 100 && field.rows == census.rows && !field.distinct.hasMore
          && field.distinct.count == field.rows && field.numbers == 0
    }.map { field in
      Inspection.IDCandidate(
        path: field.path, rows: field.rows,
        repeats: field.distinct.hasMore ? nil : field.rows - field.distinct.count)
    }
  }

  private func frequent(_ events: EventCensus) -> [(kind: String, id: [UInt8], percent: Int)] {
    [("user", events.frequent), ("account", events.frequentAccounts)].flatMap { kind, values in
      values.above(percent: Self.frequentPercent).filter { $0.rows > Self.frequentRowsMin }
        .map { (kind, $0.value, $0.rows * 100 / values.total) }
    }
  }

  /// What the times say of zones, in words.
  private func zone(_ guess: SourceGuess, _ sample: RowSample) -> String {
    if let zone = guess.source.time.zone {
      return "times without an offset are \(zone) (\(guess.preset == nil ? "format" : "preset"))"
    }
    guard let path = guess.source.time.paths.first?.description,
      let time = TimeGuess(path, in: sample, given: guess.source.time.formats.first)
    else { return "no times to judge by" }
    if guess.source.time.formats.allSatisfy(\.isEpoch) { return "epochs: instants, no zone needed" }
    switch (time.locals, time.dates) {
    case (0, 0):
      let isEpoch = sample.isNumeric(path)
      return isEpoch ? "epochs: instants, no zone needed" : "every time has an offset"
    case (0, _): return "\(time.dates) of \(time.values) are days without a clock"
    default:
      return "\(time.locals) of \(time.values) times have no offset, such as \(time.example)"
        + (zone.map { ": read as of \($0.name)" } ?? "")
    }
  }
}
