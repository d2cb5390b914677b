package import Values

/// Where timelines come from: a run's shards and spills (`TimelineMerge`), or a store's segments.
///
/// Entities are dealt by a hash of their ids (`Placing`). A partition is a range of hashes, so that all
/// events of an entity stand in one partition, and partitions can be built in any order, from any
/// thread, each once.
package protocol TimelineSource: Sendable {
  var schema: TimelineSchema { get }
  /// Known before any partition is built.
  var kinds: EventKinds { get }
  /// Names that rows carried, also those that no matcher matched, in byte order.
  var eventNames: [LogText] { get }
  /// Rows of each of them.
  var eventNameRows: [Int] { get }
  /// A power of two.
  var partitionCount: Int { get }

  /// Whole entities of one range of hashes.
  func build(partition: Int) throws -> BuiltPartition
}
