package import Values

/// Turns rows into bytes of one format: a core without input or output.
///
/// Each call appends to a buffer that the caller owns and empties when it likes. `begin` comes once
/// and first, `end` once and last.
package protocol TableWriter: Sendable {
  mutating func begin(into bytes: inout [UInt8])
  /// `row` has one cell for each column.
  mutating func append(_ row: [Cell], into bytes: inout [UInt8])
  mutating func end(into bytes: inout [UInt8])
}

/// A table on its way into a sink, row by row: for lists that are never held in memory whole.
package struct TableStream<Writer: TableWriter, Sink: ByteSink & ~Copyable>: ~Copyable {
  private var writer: Writer
  private var sink: Sink
  private var buffer: [UInt8] = []
  package private(set) var rowCount = 0

  package init(_ writer: Writer, into sink: consuming Sink) {
    self.writer = writer
    self.sink = sink
    self.writer.begin(into: &buffer)
  }

  package mutating func append(_ row: [Cell]) throws(Sink.Failure) {
    writer.append(row, into: &buffer)
    rowCount += 1
    if buffer.count >= tableBufferBytes { try flush() }
  }

  package mutating func append(contentsOf rows: [[Cell]]) throws(Sink.Failure) {
    for row in rows { try append(row) }
  }

  /// Writes what is left and gives the sink back, for its owner to close.
  package consuming func finish() throws(Sink.Failure) -> Sink {
    writer.end(into: &buffer)
    try flush()
    return sink
  }

  private mutating func flush() throws(Sink.Failure) {
    // Out of self while the sink is at work, and back with its capacity.
    var full: [UInt8] = []
    swap(&full, &buffer)
    try sink.write(full.span)
    full.removeAll(keepingCapacity: true)
    swap(&full, &buffer)
  }
}

extension TableWriter {
  /// Writes a table that is in memory whole.
  package consuming func write<Sink: ByteSink & ~Copyable>(
    _ rows: [[Cell]], to sink: inout Sink
  ) throws(Sink.Failure) {
    var writer = self
    var buffer: [UInt8] = []
    writer.begin(into: &buffer)
    for row in rows {
      writer.append(row, into: &buffer)
      if buffer.count >= tableBufferBytes {
        try sink.write(buffer.span)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    writer.end(into: &buffer)
    try sink.write(buffer.span)
  }
}

/// Large enough that a system call per buffer costs nothing beside the formatting of its rows.
let tableBufferBytes = 64 * 1024
