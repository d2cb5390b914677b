import ArgumentParser
import Pipeline
import Spec
import Tables

/// A run in steps, for many machines.
extension Twinfunnel {
  struct Map: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "map",
      abstract: "On one of many machines: read some logs of a run into a folder of rows.",
      discussion: """
        Every machine gets the same spec, --now and --partitions, and other inputs:

          twinfunnel map SPEC INPUT... --segments PART --now NOW       on each machine
          twinfunnel ledger SPEC PART... --out LEDGER
          twinfunnel fold SPEC --segments PART... --ledger LEDGER \\
            --partitions 0-15/256 --state STATE                        on each machine
          twinfunnel merge SPEC --states STATE... --ledger LEDGER --out DIR

        With `identity` or `carry` in the spec rows go to the partitions of persons in between, and
        fold is given the folders of both kinds:

          twinfunnel deal SPEC --segments PART... --ledger LEDGER \\
            --partitions 0-15/256 --out DEALT                          on each machine

        Every machine is given all files of `maps`.

        For a store, the folder is one of its own, which the store's run takes in:

          twinfunnel map SPEC INPUT... --store PART                    on each machine
          twinfunnel run SPEC PART... --store STORE --out DIR
        """)

    @Argument(help: "The spec, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var spec: String
    @Argument(help: "Logs, as for `run`.", completion: .file()) var inputs: [String]
    @Option(
      help: ArgumentHelp("The folder to make, for `fold`.", valueName: "dir"),
      completion: .directory)
    var segments: String?
    @Option(
      help: ArgumentHelp(
        "The folder to make, for a store: all that the source declares.", valueName: "dir"),
      completion: .directory)
    var store: String?
    @Option(help: "Into how many parts entities are dealt: a power of two, at most 65536.")
    var partitions = MapTask.partitionsDefault
    @OptionGroup(title: "In place of the spec's calendar") var overrides: SpecFlags
    @OptionGroup(title: "Reading") var input: InputOptions

    func validate() throws {
      guard PartitionShare(partitions: 0..<1, count: partitions) != nil else {
        throw ValidationError("--partitions is a power of two, 1 to 65536.")
      }
      guard (segments == nil) != (store == nil) else {
        throw ValidationError("Name the folder: --segments for `fold`, --store for a store.")
      }
      guard store != nil || input.now != nil || input.observedUntil != nil else {
        throw ValidationError("Name the same --now for all machines: their clocks differ.")
      }
    }

    func run() throws {
      let options = input.runOptions
      let loaded = try loadedSpec(spec, overrides, options)
      try reporting(input) { control in
        let task = MapTask(
          specFile: loaded, inputs: inputs, out: store ?? segments ?? "", options: options,
          control: control)
        return store == nil ? try task.map(partitions: partitions) : try task.storePart()
      }
    }
  }

  struct Ledger: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ledger",
      abstract: "Join what the map tasks of a run say of their inputs.")

    @Argument(help: "The spec.", completion: .file(extensions: ["yaml", "yml"])) var spec: String
    @Argument(help: "Folders of map tasks, or ledgers.", completion: .file()) var ledgers: [String]
    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
    var out: String
    @OptionGroup(title: "In place of the spec's calendar") var overrides: SpecFlags
    @OptionGroup(title: "Reading") var input: InputOptions

    func run() throws {
      let loaded = try loadedSpec(spec, overrides, ledger: ledgers.first ?? "")
      try reporting(input) { _ in
        try LedgerRun(
          specFile: loaded, ledgers: ledgers, out: out,
          observedUntil: input.runOptions.observedUntil,
          observedFrom: input.runOptions.observedFrom
        ).run()
      }
    }
  }

  struct Deal: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "deal",
      abstract: "On one of many machines: bring rows to the persons and accounts whose they are.",
      discussion: """
        Only for specs with `identity` or `carry`, between ledger and fold. Takes the rows of some \
        partitions out of all map tasks' folders that belong to another one by now.
        """)

    @OptionGroup var of: ShareOptions
    @Option(
      name: .shortAndLong, help: ArgumentHelp("The folder to make.", valueName: "dir"),
      completion: .directory)
    var out: String
    @OptionGroup(title: "In place of the spec's calendar") var overrides: SpecFlags
    @OptionGroup(title: "Reading") var input: InputOptions

    func run() throws {
      try of.run(overrides, input, to: out) { try $0.deal() }
    }
  }

  struct Fold: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fold",
      abstract: "On one of many machines: count some partitions of all map tasks' rows.")

    @OptionGroup var of: ShareOptions
    @Option(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
    var state: String
    @OptionGroup(title: "In place of the spec's calendar") var overrides: SpecFlags
    @OptionGroup(title: "Reading") var input: InputOptions

    func run() throws {
      try of.run(overrides, input, to: state) { try $0.fold() }
    }
  }

  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "merge",
      abstract: "Publish the tables of what all machines counted, as `run` does.")

    @Argument(help: "The spec.", completion: .file(extensions: ["yaml", "yml"])) var spec: String
    @Option(
      parsing: .upToNextOption,
      help: ArgumentHelp("States of all partitions.", valueName: "file"), completion: .file())
    var states: [String]
    @Option(help: ArgumentHelp("The joined ledger.", valueName: "file"), completion: .file())
    var ledger: String
    @Option(
      name: .shortAndLong, help: ArgumentHelp("The folder to publish to.", valueName: "dir"),
      completion: .directory)
    var out: String
    @OptionGroup(title: "Publishing") var publishing: PublishingOptions
    @OptionGroup(title: "In place of the spec's calendar") var overrides: SpecFlags
    @OptionGroup(title: "Reading") var input: InputOptions

    func run() throws {
      let loaded = try loadedSpec(spec, overrides, ledger: ledger)
      let options = publishing.applied(to: input.runOptions)
      try reporting(input) { control in
        try PublishedRun(
          specFile: loaded, inputs: [], out: out, options: options, control: control,
          merge: StateMerge(states: states, ledger: ledger)
        ).run()
      }
    }
  }
}

/// Of one of many machines that has some partitions of all map tasks' rows.
struct ShareOptions: ParsableArguments {
  @Argument(help: "The spec.", completion: .file(extensions: ["yaml", "yml"])) var spec: String
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Folders of all map tasks, for `fold` of all deal tasks, too.", valueName: "dir"),
    completion: .directory)
  var segments: [String]
  @Option(help: ArgumentHelp("The joined ledger.", valueName: "file"), completion: .file())
  var ledger: String
  @Option(help: ArgumentHelp("Which partitions, such as 0-15/256.", valueName: "a-b/n"))
  var partitions: String

  func validate() throws {
    guard PartitionShare(partitions) != nil else {
      throw ValidationError(
        "--partitions '\(partitions)' is not like 0-15/256: first, last, and how many there are.")
    }
  }

  /// Does a step with these partitions, and says what became of it.
  func run(
    _ overrides: SpecFlags, _ input: InputOptions, to out: String,
    _ step: (ShareTask) throws -> RunNotices
  ) throws {
    let loaded = try loadedSpec(spec, overrides, ledger: ledger)
    guard let share = PartitionShare(partitions) else { return }
    try reporting(input) { control in
      try step(
        ShareTask(
          specFile: loaded, segments: segments, ledger: ledger, share: share, out: out,
          options: input.runOptions, control: control))
    }
  }
}

/// A spec as the map tasks read it, with their now.
private func loadedSpec(_ path: String, _ flags: SpecFlags, ledger: String) throws -> SpecFile {
  do {
    var options = RunOptions()
    options.now = try now(ofLedger: ledger)
    return try loadedSpec(path, flags, options)
  } catch let failure as RunFailure {
    throw reported(failure)
  }
}
