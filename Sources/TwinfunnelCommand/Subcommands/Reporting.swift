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
    if !input.quiet {
      for line in notices.lines { StandardStream.error.write("twinfunnel: \(line)\n") }
    }
    if notices.isDamaged { throw ExitCode(1) }
  } catch let failure as RunFailure {
    control.end()
    progress.finish()
    let code = reported(failure)
    throw interruption.exitCode.map { ExitCode($0) } ?? code
  }
}

/// A spec from its file; what is wrong with it goes to stderr.
func loadedSpec(_ path: String) throws -> SpecFile {
  do {
    return try SpecFile.load(path)
  } catch {
    throw reported(error)
  }
}

/// Says a failure on stderr, and gives the exit code for it.
func reported(_ failure: RunFailure) -> ExitCode {
  for line in failure.messages { StandardStream.error.write("twinfunnel: \(line)\n") }
  return failure.kind.exitCode
}
