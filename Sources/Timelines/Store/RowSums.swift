import EventLog
import Values

/// How many rows there are of each input, and the sum of their hashes: equal for equal multisets of
/// rows, in any order, and for hardly any others.
package struct RowSums: Sendable {
  package struct Sum: Sendable, Equatable {
    package var rows = 0
    /// Two hashes of each row, added up.
    var hashes: (UInt64, UInt64) = (0, 0)

    package init() {}

    package static func == (one: Sum, other: Sum) -> Bool {
      one.rows == other.rows && one.hashes == other.hashes
    }

    package mutating func add(_ other: Sum) {
      rows += other.rows
      hashes.0 &+= other.hashes.0
      hashes.1 &+= other.hashes.1
    }
  }

  /// By input.
  package private(set) var sums: [Sum]
  private let hash = ByteHash()
  /// The row at hand: each field with its length.
  private var row = RunBytes()

  package init(inputs: Int) {
    sums = [Sum](repeating: Sum(), count: inputs)
  }

  private mutating func append(_ field: ArraySlice<UInt8>) {
    row.append(field.count)
    row.bytes += field
  }

  private mutating func append(_ number: ExactDecimal) {
    append(Array((number.isAbsent ? "" : number.description).utf8)[...])
  }

  private mutating func end(input: Int) {
    sums[input].rows += 1
    sums[input].hashes.0 &+= hash(row.bytes.span)
    row.bytes.append(1)
    sums[input].hashes.1 &+= hash(row.bytes.span)
    row.bytes.removeAll(keepingCapacity: true)
  }

  /// Adds the rows of a merge whose schema keeps them; inputs are its files.
  package mutating func add(_ source: TimelineMerge, check: () throws -> Void) throws {
    let names = source.kinds.names.map { Array($0.utf8) }
    for partition in 0..<source.partitionCount {
      try check()
      let built = try source.build(partition: partition)
      guard let stored = built.stored else { continue }
      let window = built.window
      for entity in 0..<built.starts.count - 1 {
        for at in built.starts[entity]..<built.starts[entity + 1] {
          row.bytes.append(source.schema.entity == .account ? 1 : 0)
          append(window.entities[entity])
          row.append(zigzag: window.times[at])
          append(names[Int(window.kinds[at])][...])
          append(window.users.isEmpty ? [] : window.values[Int(window.users[at])])
          append(stored.ids.id(stored.idAt[at])[...])
          for texts in window.texts { append(window.values[Int(texts[at])]) }
          for numbers in window.numbers { append(numbers[at]) }
          end(input: Int(stored.inputs[at]))
        }
      }
    }
  }

  /// Adds a block's rows, which must have all columns; inputs are the segment's.
  package mutating func add(_ rows: SegmentRows, of segment: SegmentReader) {
    let batch = rows.batch
    let (texts, numbers) = (segment.columns.texts.count, segment.columns.numbers.count)
    func slice(_ column: [ByteSlice], _ at: Int) -> ArraySlice<UInt8> {
      at < column.count ? batch.bytes[column[at].range] : []
    }
    for at in 0..<batch.count {
      let isAccounts = at >= batch.users.count || batch.users[at].isAbsent
      row.bytes.append(isAccounts ? 1 : 0)
      append(isAccounts ? slice(batch.accounts, at) : slice(batch.users, at))
      row.append(zigzag: batch.times[at])
      append(slice(batch.names, at))
      append(isAccounts ? [] : slice(batch.accounts, at))
      append(slice(batch.ids, at))
      for column in 0..<texts { append(slice(batch.texts, at * texts + column)) }
      for column in 0..<numbers { append(batch.numbers[at * numbers + column]) }
      end(input: Int(rows.inputs[at]))
    }
  }
}
