@testable import Timelines

extension TimelineShards {
  /// Bytes written to scratch.
  var spilledBytes: Int { spills.byteCount }

  /// Bytes of memory held by rows and dictionaries.
  var approximateBytes: Int { held + program.footprint }
}

extension BuiltPartition {
  /// Events in the partition's timelines, delivered ones as well.
  var eventCount: Int { window.times.count }
}
