import ArgumentParser
import Pipeline

/// The exit codes of the program, as far as `sysexits.h` knows them; 0 is done, 1 is done although
/// some input was damaged.
extension RunFailure.Kind {
  var exitCode: ExitCode {
    switch self {
    case .usage: ExitCode(64)
    case .badData: ExitCode(65)
    case .noInput: ExitCode(66)
    case .internalError: ExitCode(70)
    case .cannotWrite: ExitCode(73)
    case .locked: ExitCode(75)
    case .badSpec: ExitCode(78)
    // By a signal the caller exits as the signal asks; this is SIGINT's.
    case .cancelled: ExitCode(130)
    }
  }
}
