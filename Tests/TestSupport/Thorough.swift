internal import Foundation
package import Testing

extension Tag {
  /// Long tests over generated cases: a tenth of them by default, all with `scripts/test --thorough`.
  @Tag package static var thorough: Self
}

/// How many generated cases a thorough test runs.
package enum Thorough {
  package static let isOn = ProcessInfo.processInfo.environment["TWINFUNNEL_THOROUGH"] == "1"

  /// All cases in a thorough run, else a tenth and at least one.
  package static func cases(_ all: Int) -> Int { isOn ? all : max(1, all / 10) }
}
