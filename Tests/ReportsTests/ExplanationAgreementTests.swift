import Foundation
import Spec
import Tables
import Testing
import Timelines

@testable import Reports
@testable import Values

/// Explanations cannot disagree with tables: the notes of generated entities, counted, give the very
/// rows that a world of this one entity has.
@Suite struct ExplanationAgreementTests {
  /// Worlds of one entity each, with their breakdown-free options.
  private func forEachWorld(
    _ count: Int, _ body: (inout WorldGenerator, World, ReportOptions, Interval) throws -> Void
  ) rethrows {
    for seed in 0..<UInt64(count) {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick([Interval.hour, .day, .week, .month])
      var world = generator.world(interval)
      world.entities = [world.entities[0]]
      var options = generator.options(world)
      options.breakdown = []
      options.top = nil
      try body(&generator, world, options, interval)
    }
  }

  private func explanation(_ definition: any ReportDefinition, _ world: World) -> Explanation {
    Reports.explanation(
      of: World.partition(0, world.entities)[0], by: definition, context: world.context(definition))
  }

  /// How many notes begin so, by the word behind it.
  private func counts(_ explanation: Explanation, after start: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for note in explanation.notes where note.text.hasPrefix(start) {
      let word = note.text.dropFirst(start.count).prefix { $0 != "," && $0 != " " }
      counts[String(word), default: 0] += 1
    }
    return counts
  }

  @Test func activity() throws {
    try forEachWorld(1500) { generator, world, options, interval in
      let definition = ActivityDefinition(
        options: options, event: generator.matcher(), interval: interval)
      let found = explanation(definition, world)
      let active = counts(found, after: "active in ")
      let more = counts(found, after: "another event in ")
      for row in try world.tables(definition)["report"]! {
        #expect(Int(row[2]) == active[row[0], default: 0], "\(world) \(definition)")
        #expect(Int(row[1]) == active[row[0], default: 0] + more[row[0], default: 0])
      }
    }
  }

  @Test func lifecycle() throws {
    try forEachWorld(1500) { generator, world, options, interval in
      let definition = LifecycleDefinition(
        options: options, event: generator.matcher(), interval: interval,
        gap: generator.number(1...3))
      let found = explanation(definition, world)
      let columns = ["new", "returning", "resurrected"].map { counts(found, after: "\($0) in ") }
      let rows = try world.tables(definition)["report"]!
      for row in rows {
        for (column, counts) in columns.enumerated() {
          #expect(Int(row[2 + column]) == counts[row[0], default: 0], "\(world) \(definition)")
        }
      }
    }
  }

  @Test func stickiness() throws {
    try forEachWorld(1500) { generator, world, options, interval in
      let definition = StickinessDefinition(
        options: options, event: generator.matcher(), interval: interval)
      let found = explanation(definition, world)
      let total = found.notes.count { $0.text.hasPrefix("\(interval.rawValue) ") }
      let rows = try world.tables(definition)["report"]!
      #expect(rows.first { $0[1] == "1" }.map { Int($0[0])! } ?? 0 == total)
    }
  }

  @Test func revenue() throws {
    try forEachWorld(1500) { generator, world, options, interval in
      let definition = RevenueDefinition(
        options: options, event: .named(["pay"]), amount: "amount", interval: interval)
      let found = explanation(definition, world)
      for row in try world.tables(definition)["report"]! {
        let noted = found.notes.filter { $0.text.contains(" in \(row[0]), by a") }
        #expect(Int(row[2]) == noted.count, "\(world) \(definition)")
        #expect(noted.allSatisfy { $0.text.hasSuffix("new payer") == (row[4] == "1") })
      }
    }
  }

  @Test func retention() throws {
    try forEachWorld(3000) { generator, world, options, interval in
      let definition = RetentionDefinition(
        options: options, start: generator.matcher(), returning: generator.matcher(),
        interval: interval, periods: generator.number(0...4),
        cohort: generator.pick([.first, .recurring]),
        windows: generator.pick([.calendar, .elapsed]), minimum: generator.number(1...2))
      let found = explanation(definition, world)
      let rows = try world.tables(definition)["report"]!.filter { $0[0] != "all" }
      let cohorts = Set(rows.map { $0[0] })
      let entered = counts(found, after: "start: enters cohort ")
      #expect(Set(entered.keys) == cohorts, "\(world) \(definition)")
      for row in rows where row[5] != "" && row[4] != "0" {
        let period = cohorts.count > 1 ? "period \(row[1]) of \(row[0])" : "period \(row[1])"
        let returns = found.notes.count { note in
          note.text.hasPrefix("return in ")
            && note.text.dropFirst(10).split(separator: ", ").contains { $0 == period }
        }
        #expect((returns >= definition.minimum) == (row[5] == "1"), "\(row) \(world) \(definition)")
        let said = found.conclusions.contains {
          $0.hasPrefix("cohort \(row[0]): returned") && spelledOut($0).contains(row[1])
        }
        #expect(said == (row[5] == "1"), "\(row) \(found.conclusions)")
      }
    }
  }

  /// The numbers behind `in period` of a conclusion.
  private func spelledOut(_ sentence: String) -> Set<String> {
    guard let list = sentence.range(of: " in period") else { return [] }
    var numbers: Set<String> = []
    for part in sentence[list.upperBound...].drop(while: { $0 != " " }).split(separator: ",") {
      let words = part.split(separator: " ").compactMap { Int($0) }
      guard let first = words.first, let last = words.last else { continue }
      for number in first...last { numbers.insert(String(number)) }
    }
    return numbers
  }

  @Test func funnel() throws {
    try forEachWorld(3000) { generator, world, options, _ in
      var options = options
      options.list = true
      let steps = (0..<generator.number(1...3)).map { number in
        FunnelDefinition.Step(name: "s\(number)", event: generator.matcher())
      }
      let definition = FunnelDefinition(
        options: options, steps: steps,
        within: generator.pick([nil, Microseconds.day, 30 * Microseconds.day]),
        order: generator.pick([.ordered, .strict, .any]))
      let found = explanation(definition, world)
      let row = try world.tables(definition)["report.entities"]!.first
      let taken = found.notes.filter { $0.text.hasPrefix("step ") }
      #expect(taken.count == row.map { Int($0[1])! } ?? 0, "\(world) \(definition)")
      let told = found.conclusions[0]
      if let row {
        #expect(told.hasPrefix("\(row[2]): reached step \(row[1]) of \(steps.count)"))
        #expect(told.hasSuffix("entered at \(row[3]), last step at \(row[4])"))
      } else {
        #expect(!told.contains("reached"))
      }
    }
  }
}
