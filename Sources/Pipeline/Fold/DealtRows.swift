import System
import Timelines

/// Rows of persons that other machines have dealt to their partitions: all of a run's.
struct DealtRows: Sendable {
  /// What one of them left of one kind of timelines.
  struct Schema: Sendable, Equatable {
    /// By dealer: where they stand is the order.
    var exports: [ShardExport] = []
    /// By partition and input: duplicates that were found on the way.
    var duplicates: [Int: [UInt32: Int]] = [:]
    /// By input: rows that found no entity.
    var lost: [UInt32: LostRows] = [:]
  }

  struct Part: Sendable {
    var path: String
    var file: ScratchFile
    /// Whose rows were dealt.
    var share: PartitionShare
    /// By schema of the plan.
    var schemas: [Schema]
  }

  var parts: [Part]
  /// Partitions that are folded: what was found beside the rows counts in one fold alone.
  var share: PartitionShare
  /// Inputs of the run.
  var fileCount: Int

  /// Gives a merge the rows of one kind of timelines.
  func give(to merge: TimelineMerge, schema: Int) throws {
    for part in parts {
      var offset = part.schemas[..<schema].reduce(0) { $0 + $1.bytes }
      for export in part.schemas[schema].exports {
        guard merge.takeOver(export, in: part.file, at: offset, fileCount: fileCount) else {
          throw RunFailure(
            .badData, "\(part.path) has not the length that it was written with: deal it again")
        }
        offset += export.bytes
      }
      let found = part.schemas[schema]
      for (partition, counts) in found.duplicates where share.partitions.contains(partition) {
        merge.note(counts, partition: partition)
      }
      // All of a part's lost rows are told with its first partition.
      if share.partitions.contains(part.share.partitions.lowerBound) {
        merge.note(lost: found.lost)
      }
    }
  }
}

extension DealtRows.Schema {
  var bytes: Int { exports.reduce(0) { $0 + $1.bytes } }
}
