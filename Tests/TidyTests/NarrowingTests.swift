import Foundation
import Testing

/// Numbers that are made narrower, or unsigned: each would trap where the number does not fit. Listed
/// file by file, with why no byte of a log, a spec or a folder can bring one there.
///
/// What else traps goes by classes, and is not counted:
///
/// - **Indices of arrays.** Of readers of logs: offsets within the span that is read, which each step
///   compares with its end. Of readers of what was stored (segments, runs, counts, ledgers): codes that
///   a cursor reads `below` an end, ranges that it takes `range(count)` of what is left. Of folds: kinds
///   and codes that tables of the same run have dealt.
/// - **`Int(...)`.** Of a code or a byte, it is wider. Of a stored number, behind a bound on the same
///   line or in the cursor. Of a floating-point number: of rates and sizes of the program's own, behind
///   a bound (`CellText.duration`), or of a share of a largest (`HeatGrid.shade`).
/// - **Sums and products.** Times are within years 1 to 9999 (`TimeReading`), amounts are exact numbers
///   of any length, counts are of rows that were read. Numbers of a spec are bounded where they are
///   read, and those of archives and stores where their fields are.
/// - **Ranges.** Their ends come in order from the loop that walks to the second, or are compared first.
/// - **Depth.** Specs nest 64 levels, JSON as deep as `JSONExactParser.depthMax`, without recursion.
///
/// `scripts/fuzz` gives all readers bytes by the million, with all of these checks in place.
@Suite struct NarrowingTests {
  private static let wider = "a narrower number, or a count of what lies in memory, made wider"
  private static let constants = "constants of C headers"
  private static let codes = "codes: 2^31 of them need more memory than a machine has"

  private static let known: [String: (count: Int, why: String)] = [
    "EventLog/Batch/EventBatch.swift": (1, "lines of one chunk, below 2^31 bytes"),
    "EventLog/Batch/NullWords.swift": (2, "lengths up to 63"),
    "EventLog/Fields/TimeParser+Epoch.swift": (2, wider),
    "EventLog/Fields/TimeParser+Pattern.swift": (1, "letters in lower case"),
    "EventLog/Fields/WordScan.swift": (3, wider),
    "EventLog/Fields/ZoneName.swift": (2, wider),
    "EventLog/Formats/JSONDocument.swift": (4, wider),
    "EventLog/Formats/JSONExactParser.swift": (2, wider),
    "EventLog/Formats/DelimitedIndex.swift": (4, constants),
    "EventLog/Formats/JSONIndex.swift": (1, constants),
    "EventLog/Formats/JSONKeyTable.swift": (
      6, "a source has at most 5,000 paths; keys that are kept have 32 KiB; " + wider
    ),
    "EventLog/Formats/JSONRowParser.swift": (2, constants),
    "EventLog/Formats/JSONShapes.swift": (1, constants),
    "EventLog/Formats/JSONShapes+Learn.swift": (
      4, "texts of 64 bytes and kinds of them; 4,096 nodes; a source has at most 5,000 paths"
    ),
    "EventLog/Formats/JSONSlowReader.swift": (1, wider),
    "EventLog/Formats/JSONUnescape.swift": (
      3, "bits that a mask leaves, six at a time; a byte made wider"
    ),
    "EventLog/Formats/JSONWalk.swift": (1, wider),
    "EventLog/Source/Archives/ArchiveBytes.swift": (2, wider),
    "EventLog/Source/Archives/TarHeader.swift": (1, wider),
    "EventLog/Source/Archives/ZipListing.swift": (
      5, "offsets that were found to be ascending; four bytes"
    ),
    "EventLog/Source/GzipDecoder.swift": (2, wider),
    "EventLog/Source/IgzipInflater.swift": (2, "cut to 31 bits on the lines before"),
    "EventLog/Source/ZlibInflater.swift": (2, "cut to 32 bits on the lines before"),
    "Pipeline/Fold/RowCodec.swift": (
      5, "rows of tables, which a scratch file of ours holds; lengths far below 4 GiB"
    ),
    "Pipeline/Ground/Hexadecimal.swift": (1, "fails, and does not trap"),
    "Pipeline/Machines/DealPart.swift": (2, "below the number of inputs: asked on the line before"),
    "Pipeline/Machines/Fingerprint.swift": (1, "sixteen hexadecimal digits, or 0"),
    "Pipeline/Machines/TaskFolders.swift": (1, "inputs of one run"),
    "Pipeline/Runs/Inspect/EventCensus.swift": (1, codes),
    "Pipeline/Scan/FileShare.swift": (
      3, "chunks of one file, 2^31 of them are 512 TiB; lines of one chunk"
    ),
    "Pipeline/Scan/ScanWorker.swift": (2, "inputs of one run"),
    "Pipeline/Scan/SharedAccounts.swift": (8, "sources, whose number the spec's reader bounds"),
    "Pipeline/Scan/StoredMaps.swift": (2, wider),
    "Pipeline/Store/StoreIntake.swift": (1, "inputs of the store"),
    "Pipeline/Store/StoreRewrite.swift": (1, "inputs of the store"),
    "Pipeline/Store/StoreScan.swift": (1, "inputs of the store"),
    "Reports/Calendar/CalendarCursor.swift": (3, "lengths, all above zero"),
    "Reports/Calendar/ReportCalendar.swift": (1, wider),
    "Reports/Funnel/FunnelFold+Explanation.swift": (2, "at most 64 steps, 32 exclusions"),
    "Reports/Funnel/FunnelNodes.swift": (1, "at most 32 exclusions"),
    "Reports/Funnel/FunnelPlan.swift": (3, "at most 64 steps, 32 exclusions"),
    "Reports/Funnel/FunnelPoints.swift": (2, "at most 32 held values"),
    "Reports/Funnel/FunnelSearch+Chain.swift": (1, "at most 32 exclusions"),
    "Reports/Funnel/FunnelSearch+Plain.swift": (2, "at most 64 steps"),
    "Reports/Funnel/FunnelSearch+Standing.swift": (2, "at most 32 exclusions"),
    "Reports/Funnel/FunnelSearch.swift": (
      6, "at most 64 steps and exclusions; nodes of one search, which are bounded"
    ),
    "Reports/Funnel/StepMatching.swift": (2, "at most 64 steps"),
    "Reports/ReportFold+Bytes.swift": (1, wider),
    "Reports/Rhythm/HourSet.swift": (1, wider),
    "Reports/Shared/BreakdownGroups.swift": (3, codes),
    "Reports/Shared/DurationRun.swift": (2, "a byte made wider, and a count above 1 as its bits"),
    "Reports/Shared/MixedValues.swift": (1, wider),
    "Reports/Shared/States/StateReader.swift": (2, wider),
    "Reports/Shared/States/StateWriter.swift": (2, "seven bits; counts, which are not negative"),
    "Reports/VABS/VABSFold.swift": (1, "numbers of features; a shift by more leaves nothing"),
    "System/ByteSearch.swift": (1, wider),
    "System/FileStatus.swift": (1, "a mode's own bits"),
    "System/Folder.swift": (5, constants),
    "System/InputDescriptor.swift": (1, constants),
    "System/Machine.swift": (1, constants),
    "System/ResourceUse.swift": (1, constants),
    "System/StandardStream.swift": (1, constants),
    "System/ZoneRules+Load.swift": (1, "hours and minutes of an offset, two digits each"),
    "Tables/Formats/XLSXBook.swift": (5, "columns of a table, at most some thousand; " + constants),
    "Tables/Formats/XLSXSheet.swift": (
      6, "rows and columns up to the sheet's limit, which is asked before; " + constants
    ),
    "Timelines/Build/PartitionBuilder.swift": (5, codes),
    "Timelines/Build/PersonSplit.swift": (2, "six bits of an index"),
    "Timelines/Build/Timeline+Build.swift": (1, codes),
    "Timelines/Build/TimelineMerge.swift": (1, codes),
    "Timelines/Build/TimelineShards+Append.swift": (
      4, "rows of one batch, of one chunk; a byte made wider"
    ),
    "Timelines/Build/TimelineShards+Export.swift": (1, "inputs of one run"),
    "Timelines/Identity/AliasGraph.swift": (2, codes),
    "Timelines/Identity/CarriersBuilder.swift": (2, codes),
    "Timelines/Identity/CarryWatch.swift": (3, "a power of two of the program's own"),
    "Timelines/Identity/IDSpace.swift": (1, constants),
    "Timelines/Identity/LinkSection.swift": (
      3, "counts; the section's length, which the task's ledger bounds"
    ),
    "Timelines/Identity/LinkJoin.swift": (3, codes + "; places in one key"),
    "Timelines/Identity/LinkPairs.swift": (2, codes),
    "Timelines/Identity/LinkTimes.swift": (
      2, "below the end of codes, which its cursor checks; " + wider
    ),
    "Timelines/Identity/Persons+Resolving.swift": (1, codes),
    "Timelines/Identity/PersonsBuilder+Deciding.swift": (5, codes),
    "Timelines/Identity/PersonsBuilder+Runs.swift": (3, codes),
    "Timelines/Identity/SpilledLinks+Keys.swift": (1, codes),
    "Timelines/Identity/SpilledLinks.swift": (1, codes),
    "Timelines/Keys/ByteHash.swift": (7, wider),
    "Timelines/Keys/ByteInterner.swift": (
      12, "16 GiB of ids and values of one partition; " + wider
    ),
    "Timelines/Keys/EntityKey.swift": (1, "a byte made wider"),
    "Timelines/Keys/EntityTable.swift": (1, codes),
    "Timelines/Keys/IDTable.swift": (1, codes),
    "Timelines/Keys/PackedKey.swift": (4, wider),
    "Timelines/Keys/PackedKeyTable.swift": (2, wider),
    "Timelines/Keys/PackedIDs.swift": (
      7, "4 GiB of event ids of one partition need more memory than that; lengths asked before"
    ),
    "Timelines/Matching/CodeMatcher.swift": (1, codes),
    "Timelines/Matching/MatcherProgram.swift": (7, codes),
    "Timelines/Matching/NameMemo.swift": (2, "a byte made wider; a constant"),
    "Timelines/Matching/RunKinds.swift": (1, codes),
    "Timelines/Segments/RunFormat.swift": (3, "counts, which are not negative; " + wider),
    "Timelines/Segments/RunReader.swift": (
      7, "codes below an end that the cursor checks, of 32 bits; " + wider
    ),
    "Timelines/Segments/RunWriter.swift": (7, "counts of what lies in memory"),
    "Timelines/Segments/SegmentBits.swift": (4, "widths up to 64, as read and checked"),
    "Timelines/Segments/SegmentBlock.swift": (2, "counts of what lies in memory"),
    "Timelines/Segments/SegmentCursor.swift": (
      4, "bytes, at most eight of them; an end of the reader's own"
    ),
    "Timelines/Segments/SegmentDictionary.swift": (3, "counts of what lies in memory"),
    "Timelines/Segments/SegmentEntities.swift": (1, wider),
    "Timelines/Shards/EventFilter.swift": (1, codes),
    "Timelines/Shards/KeptColumns.swift": (1, "columns of the spec"),
    "Timelines/Shards/PartitionShard.swift": (1, codes),
    "Timelines/Store/BlockColumns.swift": (5, "counts of what was read; " + wider),
    "Timelines/Store/SegmentReader.swift": (1, "the file is longer: asked on the line before"),
    "Timelines/Store/SegmentWriter.swift": (7, "counts of what lies in memory; " + wider),
    "Timelines/Store/StoredPart.swift": (6, codes + "; inputs of the store"),
    "Timelines/Store/StoredPlan.swift": (1, "kinds of the store's own list"),
    "Timelines/Store/StoredTimelines.swift": (2, "partitions, at most 2^16"),
    "Timelines/Store/UnpackedBlock.swift": (
      2, "inputs and entities of one block, whose counts were checked"
    ),
    "Values/JSON/JSONReader.swift": (1, wider),
    "Values/JSON/JSONWriter.swift": (1, "shifts of the program's own"),
    "Values/Numbers/DecimalSum.swift": (1, "scales of exact numbers, at most some hundred"),
    "Values/Numbers/ExactDecimal+Parse.swift": (2, "scales that were bounded before; " + wider),
    "Values/Numbers/LongDecimal.swift": (6, "below the base: what a division leaves"),
    "Values/Numbers/NumberForm.swift": (2, "the case's own range"),
    "Values/SHA256.swift": (7, wider),
    "Values/Text/ShownText.swift": (1, "the case's own range"),
    "Values/Time/ZoneFooter.swift": (1, "hours of at most three digits"),
    "Values/Time/ZoneRules+TZif.swift": (2, constants),
  ]

  private static let types = [
    "UInt8", "UInt16", "UInt32", "UInt64", "UInt", "Int8", "Int16", "Int32",
  ]
  /// What cannot trap, by how it goes on.
  private static let safe = [
    "truncatingIfNeeded", "clamping", "exactly", "bitPattern", "ascii", "littleEndian",
  ]

  /// How often a line of code makes a number narrower, or may.
  private static func conversions(_ line: String) -> Int {
    var count = 0
    for type in types {
      let parts = line.components(separatedBy: type + "(")
      for (before, after) in zip(parts, parts.dropFirst()) {
        let isName = before.last.map { $0.isLetter || $0.isNumber || "_.".contains($0) } ?? false
        let isConstant = after.first?.isNumber ?? false
        if !isName, !isConstant, !safe.contains(where: { after.hasPrefix($0) }) { count += 1 }
      }
    }
    return count
  }

  @Test func everyConversionIsKnown() {
    for file in SourceTree.sources where !House.beside.contains(file.module) {
      let count = file.code.reduce(0) { $0 + Self.conversions($1) }
      let path = String(file.path.dropFirst("Sources/".count))
      let known = Self.known[path]?.count ?? 0
      #expect(
        count <= known,
        "\(path) makes \(count) numbers narrower, \(known) are known: bound them, or say why they fit"
      )
    }
  }

  @Test func theListIsOfToday() {
    let paths = Set(SourceTree.sources.map { String($0.path.dropFirst("Sources/".count)) })
    for (path, known) in Self.known {
      #expect(paths.contains(path) && known.why.count > 10, "\(path) is gone")
    }
  }

  @Test func countsConversions() {
    for (line, count) in [
      ("let x = UInt32(y)", 1), ("UInt32(truncatingIfNeeded: y)", 0), ("UInt8(ascii: )", 0),
      ("Int16(a) + UInt64(b)", 2), ("MyInt32(a)", 0), ("Int32(7)", 0), ("UInt64(", 1),
    ] {
      #expect(Self.conversions(line) == count, "\(line)")
    }
  }
}
