import EventLog
import Spec
import Tables
import Values

/// Sentences about values that could not be taken as they stand, in rows that are events all the
/// same: one for each property, over all inputs.
struct ValueNotices {
  var plan: ExtractionPlan
  /// In canonical order.
  var files: [InputLedger]

  /// More unreadable values than this, in percent of a number's values, are damage: exit 1.
  static let unreadablePercentMax = 1

  /// Numbers that too often are none: what sums them is not to be trusted.
  var damages: [String] { numbers.filter(\.isDamage).map(\.text) }

  /// One line each, with `warning: `.
  var warnings: [String] {
    let lines =
      numbers.filter { !$0.isDamage }.map(\.text) + rounded + tooLong + containers + nulls + times
    return lines.map { "warning: " + $0 }
  }

  /// Ids and values that are no value, for their length.
  private var tooLong: [String] {
    let found = joined { $0.tooLong }
    guard found.count > 0, let place = found.place else { return [] }
    return [
      "ids, event names and values longer than --max-value, which count as absent: \(found.count); "
        + "the first is at \(found.file):\(place.line)"
    ]
  }

  /// Ids that hold several values, or values by name.
  private var containers: [String] {
    let found = joined { $0.containerIDs }
    guard found.count > 0 else { return [] }
    return [
      "ids that are a list or an object, which is nobody: \(found.count); \(first(found)); a path "
        + "leads into it: `PATH[0]` is a list's first element, `PATH.KEY` an object's value"
    ]
  }

  /// Words that are nobody's id.
  private var nulls: [String] { bySource(nulls) }

  private var times: [String] { bySource(times) }

  /// What each source's own words and zones are needed for.
  private func bySource(
    _ lines: (Extraction, _ files: [InputLedger]) -> [String]
  ) -> [String] {
    plan.extractions.enumerated().flatMap { number, extraction in
      lines(extraction, plan.others.isEmpty ? files : files.filter { $0.file.source == number })
    }
  }

  private func nulls(_ extraction: Extraction, _ files: [InputLedger]) -> [String] {
    let words = extraction.nulls.ofIDs.words
    return words.indices.compactMap { index in
      let found = joined(files) { $0.nulls.dropFirst(index).first }
      guard found.count > 0, let place = found.place else { return nil }
      let word =
        words[index].isEmpty ? "blanks" : "'\(String(decoding: words[index], as: UTF8.self))'"
      return "ids that are \(word), which is nobody: \(found.count); the first is at "
        + "\(found.file):\(place.line); `null: []` in `source` takes such words as they are"
    }
  }

  private func times(_ extraction: Extraction, _ files: [InputLedger]) -> [String] {
    var lines: [String] = []
    let numeric = joined(files) { $0.numericTimes }
    if numeric.count > 0 {
      lines.append(
        "times that are numbers: \(numeric.count); \(first(numeric)); say `format: auto` in `time`, or "
          + "their unit")
    }
    let local = joined(files) { $0.localTimes }
    guard local.count > 0, extraction.time.zone == nil else { return lines }
    if extraction.time.rules.zone == nil {
      lines.append(
        "times without an offset, which are none: \(local.count); \(first(local)); say in `time` which "
          + "`zone` they are in")
    } else {
      lines.append(
        "times without an offset, taken as UTC: \(local.count); \(first(local)); say in `time` "
          + "which `zone` they are in")
    }
    return lines
  }

  private var numbers: [(text: String, isDamage: Bool)] {
    plan.extraction.checkedProperties.enumerated().compactMap { index, property in
      let (values, unreadable) = (sum(index, \.values), sightings(index, \.unreadable))
      guard unreadable.count > 0 else { return nil }
      let share = PlainNumber.rounded(
        Double(unreadable.count) / Double(values), places: 1, percent: true)
      return (
        "\(unreadable.count) of \(values) values of '\(property.name)' (\(share ?? "") %) are no "
          + "\(property.type.plural) and count as absent; \(first(unreadable))"
          + (property.type == .number ? formHint(index, unreadable.place) : ""),
        unreadable.count * 100 > values * Self.unreadablePercentMax
      )
    }
  }

  /// The word of a spec that would have read a number, where no source says how numbers are written.
  private func formHint(_ index: Int, _ place: ValuePlace?) -> String {
    guard let text = place?.text, plan.extractions.allSatisfy({ $0.numbers[index].form == nil })
    else { return "" }
    // Of forms that read the same number the first will do.
    var found: [(number: ExactDecimal, text: String)] = []
    for (form, name) in Self.forms {
      var isRounded = false
      guard let number = form.parse(text.span, 0..<text.count, isRounded: &isRounded),
        !found.contains(where: { $0.number == number })
      else { continue }
      found.append((number, name))
    }
    guard let last = found.last else { return "" }
    let others = found.dropLast().map { "`number: \($0.text)` or " }.joined()
    return "; say in `source`: \(others)`number: \(last.text)`"
  }

  private static let forms: [(form: NumberForm, text: String)] = [
    (
      NumberForm(decimal: UInt8(ascii: ","), group: UInt8(ascii: ".")),
      "{decimal: \",\", group: \".\"}"
    ),
    (
      NumberForm(decimal: UInt8(ascii: "."), group: UInt8(ascii: ",")),
      "{decimal: \".\", group: \",\"}"
    ),
    (
      NumberForm(decimal: UInt8(ascii: ","), group: UInt8(ascii: " ")),
      "{decimal: \",\", group: \" \"}"
    ),
  ]

  private var rounded: [String] {
    plan.extraction.numbers.indices.compactMap { index in
      let rounded = sightings(index, \.rounded)
      guard rounded.count > 0 else { return nil }
      let name = plan.extraction.numbers[index].name
      return "\(rounded.count) values of '\(name)' have more than "
        + "\(ExactDecimal.digitsMax) digits and are rounded; \(first(rounded))"
    }
  }

  private func sum(_ number: Int, _ count: KeyPath<ValueTally.Numbers, Int>) -> Int {
    files.reduce(0) { $0 + ($1.tally.values.numbers.dropFirst(number).first?[keyPath: count] ?? 0) }
  }

  private func sightings(
    _ number: Int, _ path: KeyPath<ValueTally.Numbers, Sightings>
  ) -> (count: Int, file: String, place: ValuePlace?) {
    joined { $0.numbers.dropFirst(number).first?[keyPath: path] }
  }

  private func joined(
    _ sightings: (ValueTally) -> Sightings?
  ) -> (count: Int, file: String, place: ValuePlace?) {
    joined(files, sightings)
  }

  /// Over files; the first place is in the first file that has one.
  private func joined(
    _ files: [InputLedger], _ sightings: (ValueTally) -> Sightings?
  ) -> (count: Int, file: String, place: ValuePlace?) {
    var (count, file, place) = (0, "", ValuePlace?.none)
    for reading in files {
      guard let found = sightings(reading.tally.values), found.count > 0 else { continue }
      count += found.count
      if place == nil { (file, place) = (reading.file.path, found.first) }
    }
    return (count, file, place)
  }

  private func first(_ found: (count: Int, file: String, place: ValuePlace?)) -> String {
    guard let place = found.place else { return "" }
    return
      "the first is '\(String(decoding: place.text, as: UTF8.self))' (\(found.file):\(place.line))"
  }
}
