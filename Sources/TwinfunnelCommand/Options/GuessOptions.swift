import ArgumentParser
import EventLog
import Pipeline
import Spec
import System
import Timelines

/// Which fields mean what, for commands without a spec: guessed from the first rows unless given.
struct GuessOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Field with the user's id; repeat for a fallback.", valueName: "path"))
  var user: [String] = []

  @Option(help: ArgumentHelp("Field with the event's name.", valueName: "path"))
  var event: String?

  @Option(help: ArgumentHelp("Field with the event's time.", valueName: "path"))
  var time: String?

  @Option(
    help: ArgumentHelp(
      "iso8601, seconds, ..., nanoseconds, excel, auto, or a pattern such as '%Y%m%d'.",
      valueName: "format"))
  var timeFormat: String?

  @Option(help: ArgumentHelp("Field with the account's id.", valueName: "path"))
  var account: [String] = []

  @Option(
    help: ArgumentHelp(
      "\(Self.formats.dropLast().joined(separator: ", ")) or \(Self.formats.last ?? "").",
      valueName: "format"),
    completion: .list(Self.formats))
  var format: String?

  @Option(help: ArgumentHelp("The delimiter of a CSV, one character.", valueName: "char"))
  var delimiter: String?

  @Option(
    help: ArgumentHelp(
      "Of text that is not UTF-8, as iconv knows it: windows-1252, gb18030.", valueName: "name"))
  var encoding: String?

  func validate() throws {
    if let format, logFormat == nil {
      throw ValidationError(
        "--format '\(format)' is none of \(Self.formats.joined(separator: ", ")).")
    }
    if let delimiter, delimiter.utf8.count != 1 {
      throw ValidationError("--delimiter is one ASCII character.")
    }
    if let encoding, CharacterConverter(encoding: encoding) == nil {
      throw ValidationError("--encoding '\(encoding)' is none that iconv knows; see `iconv -l`.")
    }
    if let timeFormat, let problem = Self.problem(in: timeFormat) {
      throw ValidationError("--time-format '\(timeFormat)': \(problem)")
    }
  }

  var isGiven: Bool {
    !user.isEmpty || !account.isEmpty
      || [event, time, timeFormat, format, delimiter, encoding].contains { $0 != nil }
  }

  var overrides: SourceGuess.Overrides {
    SourceGuess.Overrides(
      format: logFormat, encoding: encoding, user: user, account: account, event: event, time: time,
      timeFormat: timeFormat.map(Self.timeFormat))
  }

  private static let formats = LogFormat.named.map(\.name)

  private var logFormat: LogFormat? {
    let delimiter = delimiter?.utf8.first
    guard let format else { return delimiter.map { .csv(delimiter: $0) } }
    let named = LogFormat.named.first { $0.name == format }?.format
    if named == .csv(), let delimiter { return .csv(delimiter: delimiter) }
    return named
  }

  private static func timeFormat(_ text: String) -> TimeFormat {
    TimeFormat.named.first { $0.name == text } ?? .pattern(text)
  }

  private static func problem(in text: String) -> String? {
    guard case .pattern(let pattern) = timeFormat(text) else { return nil }
    return TimePattern.problem(in: pattern)
  }
}
