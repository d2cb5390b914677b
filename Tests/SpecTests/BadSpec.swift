import Testing

@testable import Reports
@testable import Spec

/// A spec that must not be read, with all that must be said about it.
struct BadSpec {
  let yaml: String
  /// One a line, `LINE:COLUMN: message`.
  let errors: String

  /// Five lines of a sound source, which most mistakes come after.
  static let source = """
    source:
      preset: segment
      properties:
        country: c
        revenue: {path: r, type: number}

    """

  init(whole yaml: String, errors: String) {
    self.yaml = yaml
    self.errors = errors
  }

  init(after rest: String, errors: String) {
    self.init(whole: Self.source + rest, errors: errors)
  }

  func check() {
    do throws(SpecErrors) {
      _ = try AnalysisSpec.parse(yaml: yaml)
      Issue.record("read without an error:\n\(yaml)")
    } catch {
      #expect(error.description == errors, "\(yaml)")
    }
  }
}
