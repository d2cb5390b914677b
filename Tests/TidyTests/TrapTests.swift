import Foundation
import Testing

/// Nothing from outside makes the program trap. What could trap is listed here, file by file, with why
/// no byte of a log, a spec or a folder can reach it; one more is a failure of this test, and is to be
/// turned into an error or to be added with its reason.
///
/// `NarrowingTests` has the conversions, and the classes of what is not counted: indices of arrays,
/// ranges, sums.
@Suite struct TrapTests {
  private struct Known {
    var count: Int
    var why: String

    init(_ count: Int, _ why: String) {
      self.count = count
      self.why = why
    }
  }

  private static let known: [String: Known] = [
    "EventLog/Batch/EventBatch+Chunk.swift": Known(2, "the one caller's own buffer"),
    "EventLog/Batch/ValueTally.swift": Known(1, "asked on the same line"),
    "EventLog/Fields/TimeParser+Auto.swift": Known(1, "the patterns stand in the file"),
    "EventLog/Fields/TimeParser+Epoch.swift": Known(1, "asked for the units of epochs alone"),
    "EventLog/Fields/TimeParser.swift": Known(1, "the spec's reader has parsed the pattern"),
    "EventLog/Formats/DelimitedRowParser.swift": Known(1, "chosen by the format"),
    "EventLog/Formats/JSONIndex.swift": Known(1, "a chunk has at most twice --max-line, 2 GiB"),
    "EventLog/Source/ChunkSource.swift": Known(1, "flags are bounded from below"),
    "EventLog/Source/ContentKind.swift": Known(2, "a list of four counts"),
    "EventLog/Source/FileContent.swift": Known(1, "sizes of the file itself"),
    "EventLog/Source/GzipDecoder.swift": Known(2, "states of the decoder, not of its input"),
    "EventLog/Source/GzipHeader.swift": Known(1, "states of the decoder, not of its input"),
    "EventLog/Source/IgzipInflater.swift": Known(
      3, "ranges of the caller's own buffers; 80 KB of memory"),
    "EventLog/Source/MemberRun.swift": Known(3, "ranges of the caller's own buffers"),
    "EventLog/Source/ZlibInflater.swift": Known(
      4,
      "ranges of the caller's own buffers; 40 KB of memory, which `ulimit -v` is asked for before"),
    "Pages/PageSource.swift": Known(1, "keys of the dictionary itself"),
    "Pages/RetentionFigure.swift": Known(1, "keys of the dictionary itself"),
    "Pipeline/Fold/ListSpools.swift": Known(2, "set three lines above"),
    "Pipeline/Fold/RowCodec.swift": Known(
      2, "its scratch file has no name, or one in a folder of ours alone"),
    "Pipeline/Plan/Guess/RowSample.swift": Known(2, "a text that has a comma; constants"),
    "Pipeline/Publish/OutputSetState.swift": Known(1, "the publisher's own order of calls"),
    "Reports/Calendar/ReportCalendar.swift": Known(2, "hours are told apart before"),
    "Reports/Funnel/FunnelFold+Tables.swift": Known(1, "keys of the dictionary itself"),
    "Reports/Funnel/FunnelPlan.swift": Known(
      3, "the spec's reader has these bounds, for flags too"),
    "Reports/Funnel/FunnelSearch+Chain.swift": Known(
      1, "a chain was found: its events can be found again; generated tests with short logs"),
    "Reports/Goals/GoalFigure.swift": Known(1, "the spec's reader lets numbers through alone"),
    "Reports/Lifecycle/LifecycleFold.swift": Known(1, "the spec's reader has this bound"),
    "Reports/ReportFold.swift": Known(
      2, "properties that a report announces; tested for all types"),
    "Reports/ReportFolds.swift": Known(
      4, "types of reports, not what they hold"),
    "Reports/Retention/RetentionFold+Explanation.swift": Known(
      1, "a member was counted by a start event of this timeline"),
    "Reports/Rhythm/RhythmDefinition.swift": Known(1, "a case among all cases"),
    "Reports/Shared/DurationStatistics.swift": Known(2, "quantiles of the program's own"),
    "Reports/Shared/States/GroupedStates.swift": Known(1, "two lists made side by side"),
    "Spec/ExtractionPlan+Building.swift": Known(
      1, "the spec's reader knows every property asked for"),
    "Spec/JSONValue+Describing.swift": Known(1, "a set of one, counted just before"),
    "Spec/SpecErrors.swift": Known(1, "thrown where there is an error"),
    "System/ByteSearch.swift": Known(1, "ranges of the caller's own buffers"),
    "System/CharacterConverter.swift": Known(4, "ranges of the caller's own buffers"),
    "System/FileSystem.swift": Known(1, "an array that is not empty has an address"),
    "System/InputDescriptor.swift": Known(3, "ranges of the caller's own buffers"),
    "System/PositionalRead.swift": Known(1, "ranges of the caller's own buffers"),
    "System/ScratchFile.swift": Known(3, "arrays that are not empty have an address"),
    "System/StandardStream.swift": Known(1, "an array that is not empty has an address"),
    "Tables/Formats/CSVWriter.swift": Known(
      2, "rows are made beside their columns; text that is there"),
    "Tables/Formats/MarkdownWriter.swift": Known(1, "rows are made beside their columns"),
    "Tables/JSONRows.swift": Known(1, "rows are made beside their columns"),
    "Timelines/Build/PartitionBuilder+Placing.swift": Known(
      1, "4,294,967,295 events need 64 GB beside"),
    "Timelines/Build/Timeline+Build.swift": Known(2, "of tests and of what was listed just before"),
    "Timelines/Build/TimelineMerge.swift": Known(4, "shards of one run"),
    "Timelines/Build/TimelineShards.swift": Known(3, "columns of the schema itself"),
    "Timelines/Identity/LinkSpills.swift": Known(1, "a power of two of the program's own"),
    "Timelines/Identity/LinkTimes.swift": Known(1, "bytes that were written in this process"),
    "Timelines/Identity/SpilledLinks.swift": Known(2, "logs of one run, all made alike"),
    "Timelines/Keys/ByteInterner.swift": Known(2, "16 GiB of ids and values of one table"),
    "Timelines/Keys/IDTable.swift": Known(1, "one table for each bucket of the program's own"),
    "Timelines/Keys/PackedKeyTable.swift": Known(1, "2^31 entities of one partition need 64 GiB"),
    "Timelines/Keys/PackedIDs.swift": Known(1, "4 GiB of event ids of one partition"),
    "Timelines/Matching/CompiledCondition.swift": Known(1, "columns of the schema itself"),
    "Timelines/Matching/EventKinds.swift": Known(1, "matchers that a report announces"),
    "Timelines/Matching/MatcherProgram.swift": Known(1, "columns of the schema itself"),
    "Timelines/Shards/KeptColumns.swift": Known(1, "columns of the schema itself"),
    "Timelines/Store/SegmentWriter.swift": Known(1, "columns of the store's own source"),
    "TwinfunnelCommand/Options/DeclaredFlags.swift": Known(1, "values of flags, plain all"),
    "Values/JSON/JSONReader.swift": Known(1, "a scalar has an encoding"),
    "Values/JSON/JSONWriter.swift": Known(1, "a scalar has an encoding"),
    "Values/Numbers/ExactDecimal.swift": Known(1, "digits are counted while they are read"),
    "Values/SHA256.swift": Known(1, "ranges of the caller's own buffers"),
    "Values/Time/Interval.swift": Known(2, "cases among all cases"),
    "Values/Time/ZoneRules.swift": Known(
      1, "made beside each other; the zone files' reader checks"),
  ]

  private static let words = [
    "precondition(", "preconditionFailure(", "fatalError(", "as!", "try!", "unsafelyUnwrapped",
    "unowned(unsafe)", "uncheckedBounds", "unsafeDowncast",
  ]

  /// How often a line of code could trap by its words or by unwrapping with an exclamation mark.
  private static func traps(_ line: String) -> Int {
    var count = 0
    for word in words {
      count += line.components(separatedBy: word).count - 1
    }
    let characters = Array(line)
    for (place, character) in characters.enumerated() where character == "!" && place > 0 {
      let before = characters[place - 1]
      let isOperand = before.isLetter || before.isNumber || ")]_".contains(before)
      let after = place + 1 < characters.count ? characters[place + 1] : " "
      // `as!` and `try!` are counted above.
      let isKeyword = line.prefix(place).hasSuffix(" as") || line.prefix(place).hasSuffix("try")
      if isOperand, after != "=", !isKeyword { count += 1 }
    }
    return count
  }

  @Test func everyTrapIsKnown() {
    for file in SourceTree.sources where !House.beside.contains(file.module) {
      let count = file.code.reduce(0) { $0 + Self.traps($1) }
      let path = String(file.path.dropFirst("Sources/".count))
      let known = Self.known[path]?.count ?? 0
      #expect(
        count <= known,
        "\(path) could trap in \(count) places, \(known) are known: throw, or say why nothing gets there"
      )
    }
  }

  @Test func theListIsOfToday() {
    let paths = Set(SourceTree.sources.map { String($0.path.dropFirst("Sources/".count)) })
    for path in Self.known.keys.sorted() { #expect(paths.contains(path), "\(path) is gone") }
    for (path, known) in Self.known { #expect(known.why.count > 10, "\(path)") }
  }

  @Test func countsWhatTraps() {
    for (line, count) in [
      ("let x = y!", 1), ("a![0]!.b", 2), ("if a != b, !c {", 0), ("x as! Int", 1), ("try! f()", 1),
      ("precondition(a != b)", 1), ("preconditionFailure()", 1), ("f(a!, b)", 1), ("!list[0]!", 1),
    ] {
      #expect(Self.traps(line) == count, "\(line)")
    }
  }
}
