import EventLog
import Timelines

extension TimelineShards {
  /// A number of partitions for these inputs. Logs shrink to an eighth or so; a guess that is off costs
  /// little either way.
  static func partitions(_ files: [InputFile]) -> Int {
    partitions(inflatedBytes: inflatedBytes(files))
  }

  static func inflatedBytes(_ files: [InputFile]) -> Int {
    // No sparse file is too large to be counted.
    files.reduce(0) { min($0 + min($1.bytes, .max / 128), .max / 64) } * 8
  }

  /// The same where links may spill: who is who is then found out for a partition at a time, by each
  /// thread, and takes several times as much as its rows. Where little will spill, nothing changes.
  static func partitions(
    inflatedBytes: Int, identity: IdentityPlan?, memoryBytes: Int?
  ) -> Int {
    let mustSpill = memoryBytes.map { inflatedBytes / 8 > $0 } ?? false
    return partitions(
      inflatedBytes: identity?.spillsLinks == true && mustSpill ? inflatedBytes * 4 : inflatedBytes)
  }
}
