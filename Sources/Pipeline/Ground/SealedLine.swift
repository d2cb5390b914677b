import Values

/// A line of JSON, and the SHA-256 of that line in a line of its own, so that a changed bit is found.
enum SealedLine {
  static func bytes(of json: JSONValue) -> [UInt8] {
    let line = JSONWriter.compact(json) + [newline]
    return line + Array(SHA256.hexDigest(of: line).utf8) + [newline]
  }

  /// The JSON, its digest, and where the second line ends; nil for anything else than was written.
  static func read(_ bytes: [UInt8]) -> (json: JSONValue, digest: String, end: Int)? {
    guard let end = bytes.firstIndex(of: newline), bytes.count >= end + 1 + sealBytes else {
      return nil
    }
    let line = Array(bytes[...end])
    let digest = SHA256.hexDigest(of: line)
    let seal = bytes[(end + 1)..<(end + 1 + sealBytes)]
    guard seal.elementsEqual((digest + "\n").utf8), let json = try? JSONReader.read(line) else {
      return nil
    }
    return (json, digest, end + 1 + sealBytes)
  }

  private static let newline = UInt8(ascii: "\n")
  private static let sealBytes = 65
}
