import ArgumentParser
import Pipeline
import Spec
import System
import Values

/// What a command may say in place of a spec's calendar.
struct SpecFlags: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "First day of entries; a report's own `from` stays.", valueName: "date"))
  var from: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Day before which entries end; a report's own `until` stays.", valueName: "date"))
  var until: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("IANA name, such as Asia/Shanghai.", valueName: "name"),
    completion: .zones)
  var timeZone: String?

  func validate() throws {
    for (name, text) in [("from", from), ("until", until)] {
      guard let text else { continue }
      do throws(DateExpression.Problem) {
        _ = try DateExpression.parse(text)
      } catch {
        throw ValidationError("--\(name) must be \(DateExpression.forms)\(error.text)")
      }
    }
    if let timeZone {
      do {
        _ = try ZoneRules.load(timeZone)
      } catch {
        throw ValidationError("--time-zone: \(error)")
      }
    }
  }

  func surroundings(now: ObservationEnd) -> SpecSurroundings {
    .here(
      now: now, timeZone: timeZone, from: from.flatMap { try? DateExpression.parse($0) },
      until: until.flatMap { try? DateExpression.parse($0) })
  }
}
