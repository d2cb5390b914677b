import Pipeline
import Spec

/// What to read, what events mean and which reports to make: the YAML of a spec, validated.
///
///     let spec = try LogSpec(yaml: text)
///     spec.reports            // ["weekly_retention", "checkout"]
public struct LogSpec: Sendable {
  let file: SpecFile

  /// - Throws: everything that is wrong with it, in the order of the text.
  public init(yaml: String) throws(SpecProblems) {
    do throws(SpecErrors) {
      file = try SpecFile(path: "spec", yaml: yaml)
    } catch {
      throw SpecProblems(error)
    }
  }

  /// Names of the reports, in the order of the text.
  public var reports: [String] { file.spec.reports.map(\.options.name) }
}

/// One thing that is wrong with a spec, and where.
public struct SpecProblem: Sendable, Equatable, CustomStringConvertible {
  /// From 1.
  public let line: Int
  /// From 1.
  public let column: Int
  /// One sentence, with what is allowed or the nearest name.
  public let message: String

  public var description: String { "\(line):\(column): \(message)" }
}

/// Everything that is wrong with a spec, in the order of its text; never empty.
public struct SpecProblems: Error, Sendable, CustomStringConvertible {
  public let problems: [SpecProblem]

  init(_ errors: SpecErrors) {
    problems = errors.errors.map {
      SpecProblem(line: $0.line, column: $0.column, message: $0.message)
    }
  }

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
