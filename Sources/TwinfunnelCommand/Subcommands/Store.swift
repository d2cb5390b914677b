import ArgumentParser
import EventLog
import Pipeline
import System
import Values

extension Twinfunnel {
  struct Store: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "store",
      abstract: "Look after a store of timelines, which `run --store` fills.",
      subcommands: [
        Info.self, Verify.self, Compact.self, Add.self, Forget.self, Expire.self, Drop.self,
      ]
    )
  }
}

extension Twinfunnel.Store {
  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info",
      abstract: "What a store holds: inputs, events, range, segments, bytes.")

    @Argument(help: "The store's folder.", completion: .directory) var store: String
    @Flag(help: "JSON, with every input.") var json = false
    @OptionGroup(title: "Reading") var input: InputOptions

    func run() throws {
      try reporting(input) { control in
        let info = try StoreRun(path: store, options: input.runOptions, control: control).info()
        let text =
          json
          ? String(decoding: JSONWriter.pretty(info.json), as: UTF8.self)
          : info.lines.map { ShownText.escaped($0) + "\n" }.joined()
        StandardStream.output.write(text)
        return RunNotices(damages: [], lines: [])
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Read all of a store and check every sum; exit 65 names what is damaged.",
      discussion: """
        With --against it says of each input whether all of its events are in the store, by its \
        content and row by row, and exits with 65 unless all are.
        """)

    @Argument(help: "The store's folder.", completion: .directory) var store: String
    @Option(
      parsing: .upToNextOption,
      help: ArgumentHelp("Logs that are to be in the store.", valueName: "input"),
      completion: .file())
    var against: [String] = []
    @Option(help: "With --against: the zone of times that name none.", completion: .zones)
    var timeZone = "UTC"
    @OptionGroup(title: "Reading") var input: InputOptions

    func run() throws {
      try reporting(input) { control in
        let run = StoreRun(path: store, options: input.runOptions, control: control)
        if !against.isEmpty {
          let (isWhole, lines) = try run.verify(against: against, timeZone: timeZone)
          StandardStream.output.write(lines.map { ShownText.escaped($0) + "\n" }.joined())
          if !isWhole {
            throw RunFailure(.badData, "not all of these inputs' events are in the store")
          }
          return RunNotices(damages: [], lines: [])
        }
        let info = try run.verify()
        StandardStream.output.write("\(info.events) events in \(info.bytes) bytes are whole\n")
        return RunNotices(damages: [], lines: [])
      }
    }
  }

  struct Compact: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "compact",
      abstract: "Put all segments of a store into one.")

    @Argument(help: "The store's folder.", completion: .directory) var store: String
    @OptionGroup var place: StorePlace
    @OptionGroup(title: "Reading") var input: InputOptions

    func run() throws {
      try changing(store, place, input) { try $0.compact() }
    }
  }

  struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "forget",
      abstract: "Erase persons or accounts from all bytes of a store.",
      discussion: """
        Their events go, and their ids in the events of others. Inputs and published tables are not \
        touched: run again for tables without them.
        """)

    @Argument(help: "The store's folder.", completion: .directory) var store: String
    @Option(
      help: ArgumentHelp("An id, as in the logs; can be given more than once.", valueName: "id"))
    var entity: [String] = []
    @Option(help: ArgumentHelp("A file of ids, one a line.", valueName: "file")) var ids: String?
    @OptionGroup var place: StorePlace
    @OptionGroup(title: "Reading") var input: InputOptions

    func validate() throws {
      guard !entity.isEmpty || ids != nil else {
        throw ValidationError("Name whom to forget: --entity ID or --ids FILE.")
      }
    }

    func run() throws {
      let more = try ids.map { try lines(ofFile: $0) } ?? []
      try changing(store, place, input) { try $0.forget(entity + more) }
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Add what other stores of the same source hold, as other machines have read it.")

    @Argument(help: "The store's folder.", completion: .directory) var store: String
    @Argument(help: "The other stores, which stay as they are.", completion: .directory)
    var others: [String]
    @OptionGroup var place: StorePlace
    @OptionGroup(title: "Reading") var input: InputOptions

    func run() throws {
      try changing(store, place, input) { try $0.add(others) }
    }
  }

  struct Expire: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "expire",
      abstract: "Take all events before a date out of a store.")

    @Argument(help: "The store's folder.", completion: .directory) var store: String
    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(
        "A date of UTC, also such as '-13 months', or an ISO 8601 time.", valueName: "date"))
    var before: String
    @Option(
      help: ArgumentHelp(
        "A name whose events stay; can be given more than once.", valueName: "event"))
    var keep: [String] = []
    @OptionGroup var place: StorePlace
    @OptionGroup(title: "Reading") var input: InputOptions

    func validate() throws {
      guard ObservationEnd(before, relativeTo: .instant(0)) != nil else {
        throw ValidationError("--before '\(before)' is neither a date nor an ISO 8601 time.")
      }
    }

    func run() throws {
      let now = input.runOptions.now ?? .instant(Machine.now)
      let instant = ObservationEnd(before, relativeTo: now)?.inUTC ?? .min
      try changing(store, place, input) { try $0.expire(before: instant, keeping: keep) }
    }
  }

  struct Drop: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "drop",
      abstract: "Take one input's events out of a store again.")

    @Argument(help: "The store's folder.", completion: .directory) var store: String
    @Option(
      name: .customLong("input"),
      help: ArgumentHelp("Its path, or the start of its SHA-256.", valueName: "name"))
    var name: String
    @OptionGroup var place: StorePlace
    @OptionGroup(title: "Reading") var input: InputOptions

    func run() throws {
      try changing(store, place, input) { try $0.drop(name) }
    }
  }
}

/// Where a store that is written may lie.
struct StorePlace: ParsableArguments {
  @Flag(help: "Write a store on a network file system, from this machine alone.")
  var networkStore = false
}

/// Runs what changes a store, and says what it did.
private func changing(
  _ store: String, _ place: StorePlace, _ input: InputOptions,
  _ work: (StoreRun) throws -> [String]
) throws {
  try reporting(input) { control in
    var options = input.runOptions
    options.networkStore = place.networkStore
    let lines = try work(StoreRun(path: store, options: options, control: control))
    return RunNotices(damages: [], lines: lines)
  }
}

/// The lines of a small text file, without empty ones.
private func lines(ofFile path: String) throws -> [String] {
  do {
    return try FileSystem.read(FilePath(path), limit: 1 << 30)
      .split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
      .map { String(decoding: $0, as: UTF8.self) }
  } catch {
    throw reported(RunFailure(.noInput, "\(path): \(error.reason)"))
  }
}
