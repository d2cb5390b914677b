import TestSupport
import Testing

@testable import Reports
@testable import Spec

@Suite struct RoundTripTests {
  /// A definition that is printed with all its defaults is a valid report, and the same report.
  @Test func printedDefinitionsReadBackTheSame() throws {
    var read = 0
    for seed in 0..<UInt64(Thorough.cases(1500)) {
      var generator = SpecGenerator(seed: seed)
      let text = generator.report()
      guard let spec = try? AnalysisSpec.parse(yaml: SpecGenerator.head + "  r: \(text)\n") else {
        continue
      }
      read += 1
      let report = spec.reports[0]
      let printed = json(report.definition)
      do throws(SpecErrors) {
        let again = try AnalysisSpec.parse(yaml: SpecGenerator.head + "  r: \(printed)\n").reports[
          0]
        if json(again.definition) != printed || again.needs != report.needs
          || again.options != report.options || again.fileStems != report.fileStems
        {
          Issue.record("seed \(seed): \(text)\n\(printed)\n\(json(again.definition))")
        }
      } catch {
        Issue.record("seed \(seed): \(text)\n\(printed)\n\(error)")
      }
    }
    // The rest combines options that exclude each other.
    #expect(read > Thorough.cases(800))
  }

  /// The plan names every property that any report reads, and no other, once.
  @Test func plansCoverAllNeeds() throws {
    for seed in 0..<UInt64(Thorough.cases(300)) {
      var generator = SpecGenerator(seed: seed &* 7919)
      let reports = (0..<4).map { "  r\($0): \(generator.report())\n" }.joined()
      guard let spec = try? AnalysisSpec.parse(yaml: SpecGenerator.head + reports) else { continue }
      let plan = ExtractionPlan(spec)
      var texts: Set<String> = []
      var numbers: Set<String> = []
      for report in spec.reports {
        let schema = try #require(plan.schemas.first { $0.entity == report.options.entity })
        #expect(report.needs.matchers.allSatisfy { schema.matchers.contains($0) }, "seed \(seed)")
        #expect(!report.options.list || schema.sortsEntities, "seed \(seed)")
        let read = Set(report.needs.texts + report.options.breakdown)
        #expect(read.isSubset(of: schema.texts), "seed \(seed)")
        texts.formUnion(read)
        numbers.formUnion(report.needs.numbers)
        for condition in report.needs.matchers.flatMap(\.conditions) {
          if condition.property == "revenue" {
            numbers.insert(condition.property)
          } else {
            texts.insert(condition.property)
          }
        }
      }
      #expect(plan.extraction.texts.map(\.name).sorted() == texts.sorted(), "seed \(seed)")
      #expect(plan.extraction.numbers.map(\.name).sorted() == numbers.sorted(), "seed \(seed)")
      #expect(plan == ExtractionPlan(spec))
    }
  }
}
