import Values

/// Writes stored rows as one segment: partitions in their order, users before accounts.
///
///     TimelineMerge ── build ── append ... append ── finish
package struct SegmentWriter {
  /// What is known of a block without reading it.
  struct BlockEntry: Sendable, Equatable {
    var isAccounts: Bool
    var cell: Int
    var bytes: Int
    var rows: Int
    var entities: Int
    var earliest: Int64
    var latest: Int64
    var headChecksum: UInt64
  }

  private let columns: SegmentColumns
  private let inputs: [SegmentInput]
  private let cellBits: Int
  private let write: ([UInt8]) throws -> Void
  private let salt: UInt64
  private let hash: ByteHash
  /// By text property: its column among the numbers, if it is one.
  private let numberOfText: [Int?]

  private var names = SegmentDictionary(isBounded: false)
  private var accounts = SegmentDictionary()
  private var texts: [SegmentDictionary]
  private var blocks: [BlockEntry] = []
  /// By input.
  private var shares: [SegmentShare]
  private var block: SegmentBlock
  private var place: (isAccounts: Bool, cell: Int)?
  private var pending: [UInt8]
  /// Keeps loads from being optimized away.
  private var touched: UInt64 = 0

  /// - Parameters:
  ///   - inputs: ascending by digest; rows refer to them by place.
  ///   - rows: how many there will be in all.
  ///   - salt: of the store, by which partitions are placed; 0 for none.
  ///   - write: takes the file's bytes in order.
  package init(
    columns: SegmentColumns, inputs: [SegmentInput], rows: Int, salt: UInt64,
    write: @escaping ([UInt8]) throws -> Void
  ) {
    self.columns = columns
    self.inputs = inputs
    self.salt = salt
    hash = Placing(salt: salt).hash()
    shares = [SegmentShare](repeating: SegmentShare(), count: inputs.count)
    cellBits = SegmentFormat.cellBits(rows: rows)
    self.write = write
    numberOfText = columns.texts.map { columns.numbers.firstIndex(of: $0) }
    texts = columns.texts.map { _ in SegmentDictionary() }
    block = SegmentBlock(columns)
    pending = SegmentFormat.mark(salt: salt)
  }

  /// Adds the rows of a merge whose schema keeps them, with this writer's columns.
  package mutating func append(_ source: TimelineMerge, check: () throws -> Void) throws {
    precondition(
      source.placing == hash && source.schema.keepsRows && source.schema.texts == columns.texts
        && source.schema.numbers == columns.numbers, "rows of another source")
    var kindCodes = [UInt64?](repeating: nil, count: source.kinds.count)
    for partition in 0..<source.partitionCount {
      try check()
      try append(
        source.build(partition: partition), isAccounts: source.schema.entity == .account,
        kinds: source.kinds, kindCodes: &kindCodes)
    }
  }

  /// Writes what is left; returns the file's length and checksum, and how many rows it has.
  package mutating func finish() throws -> (rows: Int, entities: Int) {
    try endBlock()
    var footer = footer()
    var tail = RunBytes()
    tail.append(fixed: UInt64(footer.count), bytes: 8)
    tail.append(fixed: RunFormat.checksum(footer.span), bytes: 8)
    footer += tail.bytes + SegmentFormat.mark(salt: salt)
    try write(pending + footer)
    pending = []
    return (
      blocks.reduce(0) { $0 + $1.rows }, blocks.reduce(0) { $0 + $1.entities }
    )
  }

  private mutating func append(
    _ partition: BuiltPartition, isAccounts: Bool, kinds: EventKinds, kindCodes: inout [UInt64?]
  ) throws {
    let window = partition.window
    guard let stored = partition.stored, !window.times.isEmpty else { return }
    var order: [(hash: UInt64, entity: Int)] = []
    for entity in 0..<partition.starts.count - 1
    where partition.starts[entity] < partition.starts[entity + 1] {
      order.append((hash(window.entities[entity].span), entity))
    }
    order.sort { left, right in
      if left.hash != right.hash { return left.hash < right.hash }
      return window.entities[left.entity].lexicographicallyPrecedes(window.entities[right.entity])
    }
    var known = [[UInt32]](
      repeating: [UInt32](repeating: .max, count: window.values.count),
      count: columns.texts.count + 1)
    for (place, (hash, entity)) in order.enumerated() {
      if place % Self.groupEntities == 0 {
        touch(order[place..<min(place + Self.groupEntities, order.count)].map(\.entity), partition)
      }
      let cell = SegmentFormat.cell(hash, bits: cellBits)
      if let place = self.place, place != (isAccounts, cell) { try endBlock() }
      self.place = (isAccounts, cell)
      let rows = partition.starts[entity]..<partition.starts[entity + 1]
      block.entities.append(window.entities[entity])
      block.counts.append(UInt64(rows.count))
      for row in rows {
        block.times.append(window.times[row])
        let kind = Int(window.kinds[row])
        if kindCodes[kind] == nil {
          kindCodes[kind] = UInt64(names.code(of: Array(kinds.names[kind].utf8)[...]) ?? 0)
        }
        block.names.append(kindCodes[kind] ?? 0)
        block.inputs.append(UInt64(stored.inputs[row]))
        shares[Int(stored.inputs[row])].add(window.times[row])
        let id = stored.idAt[row]
        block.ids += stored.ids.bytes[stored.ids.form(id)]
        if id != 0 { block.hasIDs = true }
        for column in columns.numbers.indices {
          block.numbers[column].append(window.numbers[column][row])
        }
        for column in columns.texts.indices {
          let value = Int(window.texts[column][row])
          Self.append(
            isPlainNumber(value, column, row, window) ? 0 : value, of: window.values,
            known: &known[column], dictionary: &texts[column], to: &block.texts[column])
        }
        if !isAccounts, !window.users.isEmpty {
          Self.append(
            Int(window.users[row]), of: window.values, known: &known[columns.texts.count],
            dictionary: &accounts, to: &block.accounts)
        }
      }
    }
  }

  /// Entities whose rows are loaded together: see `TimelineShards`. By hash they are in no order that
  /// the partition has.
  private static let groupEntities = 16

  /// Loads what writing some entities' rows will wait for, one kind of load after the other.
  private mutating func touch(_ entities: [Int], _ partition: BuiltPartition) {
    guard let stored = partition.stored else { return }
    let window = partition.window
    var sum: UInt64 = 0
    for entity in entities {
      let row = partition.starts[entity]
      sum &+= UInt64(bitPattern: window.times[row])
      sum &+= UInt64(window.kinds[row]) &+ UInt64(stored.inputs[row])
    }
    for entity in entities {
      // Of many the later ones lie beside the first.
      let rows = partition.starts[entity]..<partition.starts[entity + 1]
      for row in rows.prefix(Self.groupEntities) {
        sum &+= UInt64(stored.ids.bytes[Int(stored.idAt[row])])
      }
    }
    touched = sum
  }

  /// Whether the text of a number is what the number alone says.
  private func isPlainNumber(_ value: Int, _ column: Int, _ row: Int, _ window: Timeline) -> Bool {
    guard value != 0, let number = numberOfText[column] else { return false }
    let decimal = window.numbers[number][row]
    return !decimal.isAbsent && decimal.description.utf8.elementsEqual(window.values[value])
  }

  /// - Parameter known: by value of the partition, its code in the segment's dictionary.
  private static func append(
    _ value: Int, of values: ByteTable, known: inout [UInt32],
    dictionary: inout SegmentDictionary, to codes: inout SegmentCodes
  ) {
    if value == 0 { return codes.appendAbsent() }
    if known[value] == .max {
      guard let code = dictionary.code(of: values[value]) else {
        return codes.append(own: values[value])
      }
      known[value] = code
    }
    codes.append(segmentCode: known[value])
  }

  private mutating func endBlock() throws {
    guard let place, !block.times.isEmpty else { return }
    let (bytes, headBytes) = block.encoded(
      accountCount: columns.hasAccounts && !place.isAccounts ? accounts.count : nil,
      textCounts: texts.map(\.count))
    blocks.append(
      BlockEntry(
        isAccounts: place.isAccounts, cell: place.cell, bytes: bytes.count,
        rows: block.times.count, entities: block.counts.count,
        earliest: block.times.min() ?? 0, latest: block.times.max() ?? 0,
        headChecksum: RunFormat.checksum(bytes.span.extracting(0..<headBytes))))
    pending += bytes
    block.removeAll()
    self.place = nil
    if pending.count >= Self.writeBytes {
      try write(pending)
      pending.removeAll(keepingCapacity: true)
    }
  }

  private func footer() -> [UInt8] {
    var out = RunBytes()
    if salt != 0 { out.append(fixed: salt, bytes: 8) }
    out.bytes.append((columns.hasIDs ? 1 : 0) | (columns.hasAccounts ? 2 : 0))
    out.append(columns.texts.count)
    for (name, number) in zip(columns.texts, numberOfText) {
      out.append(name.utf8.count)
      out.bytes += Array(name.utf8)
      out.bytes.append(number == nil ? 0 : 1)
    }
    out.append(inputs.count)
    for (input, share) in zip(inputs, shares) {
      out.bytes += input.digest
      out.append(input.length)
      out.append(share.rows)
      if share.rows == 0 { continue }
      out.append(zigzag: share.earliest)
      out.append(varint: UInt64(bitPattern: share.latest &- share.earliest))
    }
    out.append(names.strings)
    out.append(accounts.strings)
    for dictionary in texts { out.append(dictionary.strings) }
    out.append(cellBits)
    out.append(blocks.count)
    for block in blocks {
      out.bytes.append(block.isAccounts ? 1 : 0)
      out.append(block.cell)
      out.append(block.bytes)
      out.append(block.rows)
      out.append(block.entities)
      out.append(zigzag: block.earliest)
      out.append(varint: UInt64(bitPattern: block.latest &- block.earliest))
      out.append(fixed: block.headChecksum, bytes: 8)
    }
    return out.bytes
  }

  private static let writeBytes = 1 << 20
}
