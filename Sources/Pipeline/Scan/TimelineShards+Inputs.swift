import EventLog
import Timelines

extension TimelineShards {
  /// A number of partitions for these inputs. Logs shrink to an eighth or so; a guess that is off costs
  /// little either way.
  static func partitions(_ files: [InputFile]) -> Int {
    partitions(inflatedBytes: files.reduce(0) { $0 + $1.bytes } * 8)
  }
}
