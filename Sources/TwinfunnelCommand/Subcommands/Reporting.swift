import ArgumentParser
import Pipeline
import System

/// Runs `work` with progress and signals, says on stderr what it warns of, and turns its outcome
/// into the exit code.
func reporting(_ input: InputOptions, _ work: (RunControl) throws -> RunNotices) throws {
  let control = RunControl()
  let interruption = Interruption(control: control)
  let progress = ProgressLine(control: control, mode: input.progress, quiet: input.quiet)
  do {
    let notices = try work(control)
    control.end()
    progress.finish()
    // Whatever makes the exit code other than 0 is told, however quiet.
    for line in notices.damages + notices.failures + (input.quiet ? [] : notices.lines) {
      StandardStream.error.say(line)
    }
    // Not into a pipe or a mail of cron: there a run that went well is quiet.
    if !input.quiet, let summary = notices.summary,
      input.progress == .plain || input.progress == .auto && StandardStream.error.isTerminal
    {
      StandardStream.error.say(summary)
    }
    // Of several reasons the largest code holds.
    let code = max(notices.isDamaged ? input.damagedExit : 0, notices.failures.isEmpty ? 0 : 2)
    if code != 0 { throw ExitCode(code) }
  } catch let failure as RunFailure {
    control.end()
    progress.finish()
    let code = reported(failure)
    throw interruption.exitCode.map { ExitCode($0) } ?? code
  }
}

/// A spec from its file; what is wrong with it goes to stderr.
func loadedSpec(_ path: String, _ flags: SpecFlags, _ options: RunOptions) throws -> SpecFile {
  do {
    return try SpecFile.load(
      path, surroundings: flags.surroundings(now: options.now ?? .instant(Machine.now)))
  } catch {
    throw reported(error)
  }
}

/// Says a failure on stderr, and gives the exit code for it.
func reported(_ failure: RunFailure) -> ExitCode {
  for line in failure.messages { StandardStream.error.say(line) }
  return failure.kind.exitCode
}
