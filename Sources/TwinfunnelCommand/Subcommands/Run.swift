import ArgumentParser
import Pipeline
import Spec

extension Twinfunnel {
  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run",
      abstract: "Read logs and write every table of a spec, all or nothing.",
      discussion: """
        The tables appear in the output folder as one set: a reader sees last night's or this \
        night's, never a mixture, and a run that fails leaves the old set as it was.
        """
    )

    @Argument(help: "The spec, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var spec: String
    @Argument(
      help: "Logs: files, folders, globs, or - for stdin; gzip is recognised by content.",
      completion: .file())
    var inputs: [String] = []
    @Option(
      name: .shortAndLong, help: ArgumentHelp("The folder to publish to.", valueName: "dir"),
      completion: .directory)
    var out: String
    @Option(
      help: ArgumentHelp(
        "A store of timelines: inputs that it does not know go into it, then all of it is counted.",
        valueName: "dir"))
    var store: String?
    @Flag(help: "With --store: read files again that look unchanged.") var rehash = false
    @Flag(help: "With --store: leave out segments that are gone or damaged; exit 1 says which.")
    var acceptMissing = false
    @OptionGroup var place: StorePlace
    @Option(
      name: .customLong("for"), parsing: .unconditional,
      help: ArgumentHelp(
        "The days of {date:%Y/%m/%d} in inputs: yesterday, 2026-11-24, 2026-11-01..yesterday, 7d.",
        valueName: "days"))
    var days: String?
    @OptionGroup(title: "Publishing") var publishing: PublishingOptions
    @Flag(
      help:
        "Every set in a folder of its own, OUT/sets/20261125T021500Z; OUT/current leads to the last."
    )
    var versioned = false
    @Option(
      help: ArgumentHelp("With --versioned: so many sets stay (default: all).", valueName: "n"))
    var keep: Int?
    @OptionGroup(title: "In place of the spec's calendar") var overrides: SpecFlags
    @OptionGroup(title: "Reading") var input: InputOptions

    func validate() throws {
      guard !inputs.isEmpty || store != nil else {
        throw ValidationError("No input: name log files, folders or globs, or - for stdin.")
      }
      if let second = inputs.first(where: { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }) {
        throw ValidationError(
          "\(second) among the logs looks like a second spec: a run reads one. Put the reports into "
            + "one file, or run twice with another --out.")
      }
      if let keep, !versioned || !(1...100_000).contains(keep) {
        throw ValidationError("--keep is 1 to 100000, and goes with --versioned.")
      }
      guard !out.isEmpty else { throw ValidationError("--out is empty: name a folder.") }
    }

    func run() throws {
      var options = publishing.applied(to: input.runOptions)
      let loaded = try loadedSpec(spec, overrides, options)
      options.versioned = versioned
      options.keep = keep
      options.rereads = rehash
      options.acceptsMissing = acceptMissing
      options.networkStore = place.networkStore
      try reporting(input) { control in
        let inputs = try loaded.inputs(inputs, for: days, now: options.now)
        return try PublishedRun(
          specFile: loaded, inputs: inputs, out: out, options: options, control: control,
          store: store
        ).run()
      }
    }
  }
}
