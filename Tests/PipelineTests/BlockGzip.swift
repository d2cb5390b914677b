import CZlib

/// Writes BGZF (SAM specification, section 4.1) with zlib: members that carry their size.
enum BlockGzip {
  /// `memberBytes`: content of each member, at most 65,280.
  static func compress(_ content: [UInt8], memberBytes: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: content.count, by: memberBytes) {
      bytes += member(Array(content[start..<min(start + memberBytes, content.count)]))
    }
    return bytes + member([])
  }

  static func member(_ content: [UInt8]) -> [UInt8] {
    let deflated = deflateRaw(content)
    let size = 18 + deflated.count + 8 - 1
    var bytes: [UInt8] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 66, 67, 2, 0]
    bytes += [UInt8(size & 0xff), UInt8(size >> 8)] + deflated
    let checksum = UInt32(crc32(0, content, UInt32(content.count)))
    for value in [checksum, UInt32(content.count)] {
      for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(value >> shift & 0xff)) }
    }
    return bytes
  }

  private static func deflateRaw(_ content: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    precondition(czlib_deflate_init(&stream, 6, -15) == Z_OK)
    defer { deflateEnd(&stream) }
    var input = content
    var output = [UInt8](repeating: 0, count: content.count + 1024)
    let capacity = output.count
    input.withUnsafeMutableBufferPointer { from in
      output.withUnsafeMutableBufferPointer { into in
        stream.next_in = from.baseAddress
        stream.avail_in = UInt32(from.count)
        stream.next_out = into.baseAddress
        stream.avail_out = UInt32(into.count)
        precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
      }
    }
    return Array(output.prefix(capacity - Int(stream.avail_out)))
  }
}
