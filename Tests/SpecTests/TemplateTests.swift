import Foundation
import Testing

@testable import Reports
@testable import Spec

/// Every template is a valid spec as printed, and so is what it has commented out.
@Suite struct TemplateTests {
  @Test(arguments: SpecTemplate.all)
  func isValidAsPrinted(_ template: SpecTemplate) throws {
    let spec = try AnalysisSpec.parse(yaml: template.text)
    #expect(!spec.reports.isEmpty)
    #expect(!ExtractionPlan(spec).schemas.isEmpty)
    #expect(template.text.hasPrefix("# "))
    #expect(template.text.hasSuffix("\n"))
    #expect(template.text.split(separator: "\n").allSatisfy { $0.utf8.count <= 100 })
  }

  /// Keys that are commented out are for people to switch on: they must work when they do.
  @Test(arguments: SpecTemplate.all)
  func isValidWithItsOptions(_ template: SpecTemplate) throws {
    var hasGoals = false
    let lines = template.text.split(separator: "\n", omittingEmptySubsequences: false).map {
      line -> Substring in
      if line.hasPrefix("# goals:") { hasGoals = true }
      if hasGoals, line.hasPrefix("# ") { return line.dropFirst(2) }
      guard let mark = line.range(of: "# "), line[..<mark.lowerBound].allSatisfy({ $0 == " " }),
        ["from:", "until:", "breakdown:"].contains(where: line[mark.upperBound...].hasPrefix)
      else { return line }
      return line[..<mark.lowerBound] + line[mark.upperBound...]
    }
    let spec = try AnalysisSpec.parse(yaml: lines.joined(separator: "\n"))
    #expect(spec.calendar.range.from != nil)
    #expect(spec.calendar.range.until != nil)
    #expect(spec.goals.isEmpty != hasGoals)
  }

  @Test func togetherTheyShowEveryReport() throws {
    let reports = try SpecTemplate.all.flatMap {
      try AnalysisSpec.parse(yaml: $0.text).reports
    }
    let types = Set(reports.map { type(of: $0).type })
    #expect(types == Set(ReportRegistry.types.map { $0.type }))
  }

  @Test func namesAreThoseOfTheDesign() {
    #expect(
      SpecTemplate.all.map(\.name) == [
        "aarrr", "aaarrr", "vabs", "double-funnel", "acquisition", "conversion", "active",
        "awakening", "b2b", "b2c",
      ])
    #expect(Set(SpecTemplate.all.map(\.summary)).count == SpecTemplate.all.count)
  }
}
