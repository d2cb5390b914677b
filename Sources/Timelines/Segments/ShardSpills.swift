import System

/// What one worker, or one dealer, wrote to its scratch file: all its partitions at a time, each as
/// a segment.
struct ShardSpills: Sendable {
  private(set) var file: ScratchFile?
  private(set) var spills: [RunSpill] = []
  /// By partition.
  private(set) var rows: [Int]
  /// Of another machine's: by its number of an input, the number here.
  private(set) var inputs: [UInt32]?
  private let layout: RowLayout
  private var writer: RunWriter
  private let scratch: String?

  /// Without `scratch` nothing is written.
  init(layout: RowLayout, partitions: Int, scratch: String?) {
    rows = [Int](repeating: 0, count: partitions)
    self.layout = layout
    writer = RunWriter(layout: layout)
    self.scratch = scratch
  }

  /// What stands in a file already: `lengths` by spill and partition, from `start` on.
  mutating func takeOver(
    _ lengths: [[Int]], rows: [Int], in file: ScratchFile, from start: Int, inputs: [UInt32]
  ) {
    var start = start
    for lengths in lengths {
      var spill = RunSpill(start: start, partitions: lengths.count)
      for length in lengths { spill.append(byteCount: length) }
      spills.append(spill)
      start += lengths.reduce(0, +)
    }
    self.file = file
    self.rows = rows
    self.inputs = inputs
  }

  /// Bytes written.
  var byteCount: Int { file?.byteCount ?? 0 }

  /// Written at a time, or one segment if that is larger.
  private static let writeBytes = 1 << 20

  /// Writes all shards to the file, and starts them anew. It is opened with the first spill.
  ///
  /// - Parameters:
  ///   - leaving: is shown each shard before it is gone.
  ///   - account: is told by how many bytes the memory held changes.
  mutating func write(
    _ shards: inout [PartitionShard], kinds: [WorkerKind], isMark: [Bool],
    leaving: (PartitionShard) throws(ScratchError) -> Void = { _ in }, account: (Int) -> Void
  ) throws(ScratchError) {
    guard let scratch else { return }
    let file: ScratchFile
    if let open = self.file {
      file = open
    } else {
      file = try ScratchFile(directory: scratch)
      self.file = file
    }
    // Nobody else writes to the file, so that its end is where all of this goes.
    try append(
      &shards, at: file.byteCount, kinds: kinds, isMark: isMark, leaving: leaving,
      account: account
    ) { bytes throws(ScratchError) in
      _ = try file.append(bytes)
    }
  }

  /// Gives `write` all that was written so far, then all shards, and starts them anew: what is in
  /// memory goes through no file of its own.
  ///
  /// - Returns: bytes of all runs.
  mutating func export(
    _ shards: inout [PartitionShard], kinds: [WorkerKind], isMark: [Bool], account: (Int) -> Void,
    to write: ([UInt8]) throws -> Void
  ) throws -> Int {
    let bytes = byteCount
    var offset = 0
    while let file, offset < bytes {
      let count = min(Self.writeBytes, bytes - offset)
      try write(try file.read(offset: offset, count: count))
      offset += count
    }
    return try append(
      &shards, at: bytes, kinds: kinds, isMark: isMark, leaving: { _ in }, account: account,
      to: write)
  }

  /// One more spill, which begins at `start`; returns where it ends.
  @discardableResult
  private mutating func append<Failure>(
    _ shards: inout [PartitionShard], at start: Int, kinds: [WorkerKind], isMark: [Bool],
    leaving: (PartitionShard) throws(Failure) -> Void, account: (Int) -> Void,
    to write: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    var spill = RunSpill(start: start, partitions: shards.count)
    var bytes: [UInt8] = []
    for partition in shards.indices {
      if shards[partition].isEmpty {
        spill.append(byteCount: 0)
        continue
      }
      try leaving(shards[partition])
      spill.append(
        byteCount: writer.append(
          shards[partition], partition: partition, kinds: kinds, isMark: isMark, to: &bytes))
      rows[partition] += shards[partition].rowCount
      let footprint = shards[partition].footprint
      shards[partition] = PartitionShard(packs: shards[partition].entities.packs)
      account(shards[partition].footprint - footprint)
      if bytes.count >= Self.writeBytes {
        try write(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    if !bytes.isEmpty { try write(bytes) }
    spills.append(spill)
    return spill.end
  }

  typealias Place = (file: ScratchFile, segment: Range<Int>, inputs: [UInt32]?)

  /// Where the segments of a partition stand.
  func segments(partition: Int) -> [Place] {
    guard let file else { return [] }
    return spills.compactMap { spill in spill.range(of: partition).map { (file, $0, inputs) } }
  }

  /// Reads the segments of a partition back, one after the other.
  ///
  /// - Parameter kinds: the codes that rows get.
  func forEachPart(
    partition: Int, kinds: [WorkerKind: UInt32],
    _ body: (ShardPart) throws(ScratchError) -> Void
  ) throws(ScratchError) {
    for (file, segment, inputs) in segments(partition: partition) {
      let bytes = try file.read(offset: segment.lowerBound, count: segment.count)
      let part: ShardPart
      do throws(RunReader.Damage) {
        var reader = try RunReader(bytes, partition: partition, layout: layout)
        var read = try reader.part(kindCodes: kinds)
        if let inputs, !read.renumber(inputs, layout) {
          throw RunReader.Damage(what: "an unknown input")
        }
        part = read
      } catch {
        throw file.damaged(error.what)
      }
      try body(part)
    }
  }
}
