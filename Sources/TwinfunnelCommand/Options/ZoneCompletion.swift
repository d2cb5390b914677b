import ArgumentParser
import System
import Values

extension CompletionKind {
  /// Names of time zones, asked of the machine when they are wanted.
  static var zones: CompletionKind {
    .custom { _, _, prefix in ZoneRules.names.filter { $0.hasPrefix(prefix) } }
  }
}
