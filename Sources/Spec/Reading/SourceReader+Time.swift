import EventLog

/// `time`: where it stands, how it is written, in which zone.
extension SourceReader {
  private enum Missing: String, CaseIterable {
    case reject, outside
  }

  private enum Day: String, CaseIterable {
    case start, end
  }

  mutating func timeField(_ value: SpecValue) -> TimeField? {
    guard case .mapping = value.node.content else {
      var field = time ?? TimeField(paths: [], format: .iso8601)
      field.paths = paths(value)
      refuseJoint(field, at: value)
      return field
    }
    return value.mapping("the time field") { mapping in
      // What a preset, or the combined format, says may stay while something else changes.
      var field = time ?? TimeField(paths: [], format: .iso8601)
      if mapping.has("path") || field.paths.isEmpty {
        field.paths = requiredPaths("path", &mapping)
      }
      if let formats = mapping.value("format") {
        let read = formats.items().compactMap { timeFormat($0) }
        if formats.items().isEmpty { formats.error("`format` needs at least one format") }
        if !read.isEmpty { field.formats = read }
      }
      refuseJoint(field, at: value)
      readZones(&mapping, &field)
      field.endsDay = mapping.choice("day", default: field.endsDay ? Day.end : .start) == .end
      let missing = mapping.choice(
        "missing", default: field.missingIsOutside ? Missing.outside : .reject)
      field.missingIsOutside = missing == .outside
      return field
    }
  }

  private func refuseJoint(_ field: TimeField, at value: SpecValue) {
    guard field.paths.contains(where: { !$0.parts.isEmpty }) else { return }
    value.error(
      "a time has no `all`: of a list, [date, time], a day and the clock behind it are one time")
  }

  private mutating func readZones(_ mapping: inout SpecMapping, _ field: inout TimeField) {
    if let zone = mapping.value("zone") {
      field.zone = zoneName(zone)
      if field.formats.allSatisfy(\.isEpoch) {
        zone.error(
          "`zone` beside the numeric format `\(field.formats[0].name)`: a time that counts from "
            + "1970 has no zone; for local times stored so, say `local_epoch`")
      }
    }
    if let zone = mapping.value("local_epoch") {
      field.localEpoch = zoneName(zone)
      if !field.formats.contains(where: { $0.isEpoch || $0 == .auto }) {
        zone.error("`local_epoch` is for numeric formats: seconds, milliseconds, ..., auto")
      }
    }
  }

  /// The name of a zone, which is looked for once the whole spec is read.
  mutating func zoneName(_ value: SpecValue) -> String? {
    guard let name = value.text() else { return nil }
    if zoneMarks[name] == nil { zoneMarks[name] = value.mark }
    return name
  }

  func timeFormat(_ value: SpecValue) -> TimeFormat? {
    guard let text = value.text() else { return nil }
    if let format = TimeFormat.named.first(where: { $0.name == text }) { return format }
    guard text.contains("%") else {
      value.error(
        "`\(text)` is not a time format"
          + NearestName.hint(for: text, among: TimeFormat.named.map(\.name))
          + ", or a pattern such as \"%Y-%m-%d %H:%M:%S\"")
      return nil
    }
    if let problem = TimePattern.problem(in: text) {
      value.error("the time pattern `\(text)` cannot be read: \(problem)")
      return nil
    }
    return .pattern(text)
  }
}
