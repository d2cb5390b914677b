import CByteScan

/// A running CRC-32 (RFC 1952) of bytes that arrive in pieces.
struct Checksum {
  private(set) var value: UInt32 = 0

  mutating func update(_ bytes: Span<UInt8>) {
    value = unsafe bytes.withUnsafeBufferPointer { buffer in
      // The function reads exactly `count` bytes; it touches none when the span is empty.
      guard let start = buffer.baseAddress else { return value }
      return unsafe cbytescan_crc32(value, start, buffer.count)
    }
  }

  mutating func update(_ byte: UInt8) {
    // One byte is read, of the copy that lives as long as the closure.
    value = unsafe withUnsafePointer(to: byte) { unsafe cbytescan_crc32(value, $0, 1) }
  }
}
