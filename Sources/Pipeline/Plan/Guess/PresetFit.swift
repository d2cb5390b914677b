import EventLog
import Reports
import Spec

extension SourcePreset {
  /// What the preset alone says; nil for one that no run could do with.
  ///
  /// - Parameter format: in place of the preset's.
  func spec(format: String? = nil) -> AnalysisSpec? {
    func parsed(_ more: String) -> AnalysisSpec? {
      let source =
        "source:\n  preset: \(name)\n" + (format.map { "  format: \($0)\n" } ?? "") + more
      return try? AnalysisSpec.parse(yaml: source + "reports: {rows: {type: activity}}\n")
    }
    return parsed("identity: {}\n") ?? parsed("")
  }

  func source() -> SourceSpec? { spec()?.source }
}

/// The preset whose keys a sample has.
struct PresetFit {
  var preset: SourcePreset
  var spec: AnalysisSpec

  /// Of 100 rows, so many have to have a preset's marks, and times that it reads.
  private static let shareMin = 50
  private static let timesMin = 90

  init?(_ sample: RowSample) {
    guard let (preset, spec) = Self.find(sample) else { return nil }
    self.preset = preset
    self.spec = spec
  }

  private static func find(_ sample: RowSample) -> (SourcePreset, AnalysisSpec)? {
    if let name = sample.layout.preset ?? accessLog(sample),
      let preset = SourcePreset.named(name), let spec = preset.spec()
    {
      return (preset, spec)
    }
    for preset in SourcePreset.all where fits(preset, sample) {
      guard let spec = spec(preset, sample), reads(spec.source, sample) else { continue }
      return (preset, spec)
    }
    return nil
  }

  private static func fits(_ preset: SourcePreset, _ sample: RowSample) -> Bool {
    !preset.marks.isEmpty && sample.rows > 0
      && preset.marks.allSatisfy { sample.count($0) * 100 >= sample.rows * shareMin }
  }

  /// The preset in the sample's format.
  private static func spec(_ preset: SourcePreset, _ sample: RowSample) -> AnalysisSpec? {
    guard var spec = preset.spec() else { return nil }
    switch (spec.source.format, sample.layout.format) {
    case (.jsonl, .jsonl), (.jsonl, .json), (.json, .json), (.json, .jsonl): break
    case (.jsonl, .delimited), (.delimited, .delimited): spec.source.format = sample.layout.format
    case (.lines(let wanted), .lines(let found)) where wanted == found && found.sign != nil: break
    default: return nil
    }
    if spec.source.rows.records != sample.layout.rules.records { return nil }
    if spec.source.format == .jsonl { spec.source.format = sample.layout.format }
    spec.source.rows.skipsPrefix = sample.layout.rules.skipsPrefix
    return spec
  }

  /// Whether users, names and times are where the preset looks for them.
  private static func reads(_ source: SourceSpec, _ sample: RowSample) -> Bool {
    guard (source.user + source.anonymous).contains(where: { sample.has($0) }) else { return false }
    if case .paths(let paths) = source.event, !paths.contains(where: { sample.has($0) }) {
      return false
    }
    // Two fields, a day and its clock, are read together.
    if source.time.paths.count > 1, source.format == .w3c { return true }
    guard let time = source.time.paths.first(where: { sample.count($0.description) > 0 }) else {
      return false
    }
    let values = sample.values[time.description] ?? []
    let read = values.count { value in
      source.time.formats.contains { $0.parse(value.text) != nil }
    }
    return read * 100 >= values.count * timesMin
  }

  /// Which of the relatives of the combined format.
  private static func accessLog(_ sample: RowSample) -> String? {
    guard sample.layout.format == .combined else { return nil }
    if sample.count("vhost") * 2 > sample.rows { return "vhost_combined" }
    let forwarded = sample.values["extra1"] ?? []
    if !forwarded.isEmpty, forwarded.allSatisfy({ isAddressList($0.text) }) { return "nginx_main" }
    return sample.count("agent") + sample.count("referer") == 0 ? "common" : "combined"
  }

  private static func isAddressList(_ text: String) -> Bool {
    let first = text.split(separator: ",").first ?? ""
    return first.contains { $0 == "." || $0 == ":" }
      && first.allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" }
  }
}
