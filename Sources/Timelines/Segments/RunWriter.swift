import EventLog
import Values

/// Writes shards of one worker as segments. Kept from spill to spill, for its buffers.
struct RunWriter: Sendable {
  private let layout: RowLayout
  /// By the worker's kind: its code in the segment plus 1, while one is written.
  private var localKinds: [UInt32] = []
  private var usedKinds: [Int] = []

  init(layout: RowLayout) {
    self.layout = layout
  }

  /// Appends the segment of a shard; returns its length.
  mutating func append(
    _ shard: PartitionShard, partition: Int, kinds: [WorkerKind], isMark: [Bool],
    to bytes: inout [UInt8]
  ) -> Int {
    let start = bytes.count
    var out = RunBytes()
    swap(&out.bytes, &bytes)
    defer { swap(&out.bytes, &bytes) }
    out.bytes.append(contentsOf: repeatElement(0, count: RunFormat.headerBytes))
    collectKinds(shard, count: kinds.count)
    appendDictionaries(shard, kinds: kinds, isMark: isMark, &out)
    appendRows(shard, &out)
    for kind in usedKinds { localKinds[kind] = 0 }

    let body = start + RunFormat.headerBytes
    let checksum = RunFormat.checksum(out.bytes.span.extracting(body..<out.bytes.count))
    var header = RunBytes()
    header.bytes = RunFormat.magic + [RunFormat.version]
    header.append(fixed: UInt64(partition), bytes: 4)
    header.append(fixed: UInt64(shard.rowCount), bytes: 4)
    header.append(fixed: UInt64(out.bytes.count - body), bytes: 8)
    header.append(fixed: checksum, bytes: 8)
    header.append(fixed: RunFormat.checksum(header.bytes.span), bytes: 8)
    out.bytes.replaceSubrange(start..<body, with: header.bytes)
    return out.bytes.count - start
  }

  /// Only kinds that occur are written: names may be many.
  private mutating func collectKinds(_ shard: PartitionShard, count: Int) {
    while localKinds.count < count { localKinds.append(0) }
    usedKinds.removeAll(keepingCapacity: true)
    for index in 0...shard.blocks.count {
      let rows = index < shard.blocks.count ? shard.blocks[index].rows : shard.tail.rows
      for row in rows where localKinds[Int(row.kind)] == 0 {
        usedKinds.append(Int(row.kind))
        localKinds[Int(row.kind)] = UInt32(usedKinds.count)
      }
    }
  }

  private func appendDictionaries(
    _ shard: PartitionShard, kinds: [WorkerKind], isMark: [Bool], _ out: inout RunBytes
  ) {
    out.append(layout.textCount)
    out.append(layout.numberCount)
    out.bytes.append(layout.flags)
    out.append(usedKinds.count)
    for index in usedKinds {
      let kind = kinds[index]
      out.append(kind.name.count)
      out.bytes.append(contentsOf: kind.name)
      out.append(kind.delivery)
      out.append(isMark[index] ? 1 : 0)
      out.append(kind.matched.count)
      var previous = 0
      for number in kind.matched {
        out.append(number - previous)
        previous = number
      }
    }
    out.append(shard.entities.strings)
    out.append(shard.values.strings)
    out.append(shard.numbers)
    out.append(shard.ids.bytes.count)
    out.bytes.append(contentsOf: shard.ids.bytes)
  }

  private func appendRows(_ shard: PartitionShard, _ out: inout RunBytes) {
    shard.forEachBlock { block in
      out.append(varints: block.rows.count) { UInt64(block.rows[$0].entity) }
    }
    var time: Int64 = 0
    shard.forEachBlock { block in
      out.append(varints: block.rows.count) { at in
        // Wraps, and wraps back when it is read.
        defer { time = block.rows[at].time }
        return RunBytes.zigzag(block.rows[at].time &- time)
      }
    }
    shard.forEachBlock { block in
      out.append(varints: block.rows.count) { UInt64(localKinds[Int(block.rows[$0].kind)] - 1) }
    }
    for column in 0..<layout.words {
      let isPosition = layout.isPosition(column)
      var previous: Int64 = 0
      shard.forEachBlock { block in
        out.append(varints: block.words.count / layout.words) { at in
          let word = Int64(block.words[at * layout.words + column])
          if !isPosition || word == 0 { return UInt64(word) }
          defer { previous = word }
          return RunBytes.zigzag(word - previous) + 1
        }
      }
    }
  }
}

extension RowLayout {
  /// Whether a word is a position in the shard's numbers or ids, which rise from row to row, and
  /// not a code.
  func isPosition(_ column: Int) -> Bool {
    column >= textCount && column < user || hasID && column == id
  }
}
