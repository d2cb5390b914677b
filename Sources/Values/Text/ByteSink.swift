/// Where a writer's bytes go: a file, standard output, an array in a test.
///
/// Writers hand over whole buffers, so a large table streams through a small memory and a sink is
/// called once per some ten thousand bytes, never once per cell.
package protocol ByteSink: ~Copyable {
  associatedtype Failure: Error

  /// Takes all of `bytes` or throws; after an error the sink's content is undefined.
  mutating func write(_ bytes: Span<UInt8>) throws(Failure)
}

/// Keeps what is written in memory.
package struct ArraySink: ByteSink, Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func write(_ bytes: Span<UInt8>) {
    // The span is alive during the call, and all of it is copied.
    unsafe bytes.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
