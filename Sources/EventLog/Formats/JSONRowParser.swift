import CByteScan

/// Strict JSON lines: scans a chunk into an index of tokens, then walks the index row by row.
///
/// The index holds where tokens begin, outside strings (see `Structural.h`):
///
///     {"user": "u1", "n": [1,2]}
///     01       2     3    45 6 78
///
/// The walk knows where a token ends by looking back from the next one: behind a key stand its
/// closing quote and a colon, behind a value a comma or nothing. Two bytes decide it nearly always;
/// white space takes a slower way. So nothing between two tokens goes unseen, and about two short
/// steps are taken for each member of an object.
///
/// Only objects on the way to a wanted path have their keys compared (`KeyTrie`). The last of
/// duplicate keys wins; duplicates are counted on those objects' wanted keys only.
struct JSONRowParser: Sendable {
  private var assembler: RowAssembler
  private let trie: KeyTrie
  private let samplesMax: Int
  private var values: [RawValue]
  private var tokens: [UInt32] = []
  private var faults: [UInt32] = []
  /// By trie node: the object in which its key was last seen.
  private var seen: [Int]
  private var objectCount = 0
  private var stack = [Frame](repeating: Frame(), count: JSONRowParser.depthMax)

  /// Deepest nesting of objects and arrays.
  static let depthMax = 1024

  private struct Frame {
    var isObject = false
    /// Where it began.
    var start = 0
    /// The node whose value it is, `KeyTrie.none` for an unwanted one.
    var node = KeyTrie.none
    /// Identifies this object among all of the file's.
    var object = 0
  }

  init(extraction: Extraction, limits: ReadLimits) {
    assembler = RowAssembler(extraction: extraction, limits: limits)
    let paths = SlotLayout(extraction).paths
    trie = KeyTrie(paths)
    samplesMax = limits.rejectSamplesMax
    values = [RawValue](repeating: .absent, count: paths.count)
    seen = [Int](repeating: -1, count: trie.nodes.count)
  }

  mutating func parse(
    _ bytes: Span<UInt8>, isFirstChunk: Bool, into batch: inout EventBatch, tally: inout RowTally
  ) {
    if tokens.count < bytes.count + 64 {
      tokens = [UInt32](repeating: 0, count: bytes.count + 64)
      faults = [UInt32](repeating: 0, count: bytes.count + 64)
    }
    // Both arrays have the room that the scan asks for, and it keeps no pointer.
    let structure = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe tokens.withUnsafeMutableBufferPointer { tokens in
        unsafe faults.withUnsafeMutableBufferPointer { faults in
          unsafe cbytescan_structural(
            bytes.baseAddress, bytes.count, tokens.baseAddress, faults.baseAddress)
        }
      }
    }
    // A last row without a line feed ends where the bytes do.
    let tokenCount = structure.token_count
    tokens[tokenCount] = UInt32(bytes.count)
    var nextFault = 0
    var token = 0
    var rowStart = 0
    var line = 0
    while rowStart < bytes.count {
      var walk = Walk(
        token: token, hasBackslash: structure.has_backslash != 0)
      var verdict = walkRow(bytes, from: rowStart, &walk, tally: &tally)
      // Whatever the verdict, the row ends at its line feed.
      token = walk.token
      while token < tokenCount, bytes[Int(tokens[token])] != UInt8(ascii: "\n") { token += 1 }
      let rowEnd = Int(tokens[token])
      if nextFault < structure.fault_count {
        verdict = fault(upTo: rowEnd, from: &nextFault, of: structure.fault_count, verdict)
      }
      tally.rows += 1
      tally.lines += 1
      switch verdict {
      case .object:
        let reason = assembler.commit(
          values, of: bytes, line: line, into: &batch, tally: &tally)
        if let reason { reject(reason, rowStart..<rowEnd, bytes, line, &tally) }
      case .blank: tally.blank += 1
      case .rejected(let reason): reject(reason, rowStart..<rowEnd, bytes, line, &tally)
      }
      line += 1
      rowStart = rowEnd + 1
      token += 1
    }
  }

  private enum Verdict {
    case object
    case blank
    case rejected(RejectReason)
  }

  /// Position in the index, and what is known of the chunk.
  private struct Walk {
    var token: Int
    var hasBackslash: Bool
  }

  private func reject(
    _ reason: RejectReason, _ row: Range<Int>, _ bytes: Span<UInt8>, _ line: Int,
    _ tally: inout RowTally
  ) {
    var end = row.upperBound
    if end > row.lowerBound, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    tally.reject(
      reason, row: row.lowerBound..<end, of: bytes, line: line, samplesMax: samplesMax)
  }

  /// A fault of the scan inside the row outweighs what the walk found.
  private func fault(
    upTo end: Int, from next: inout Int, of count: Int, _ verdict: Verdict
  ) -> Verdict {
    var verdict = verdict
    while next < count {
      let entry = faults[next]
      guard Int(entry & 0x7FFF_FFFF) <= end else { break }
      if entry >> 31 == 1 {
        verdict = .rejected(.invalidUTF8)
      } else if case .rejected(.invalidUTF8) = verdict {
      } else {
        verdict = .rejected(.malformedJSON)
      }
      next += 1
    }
    return verdict
  }

  /// Walks one row from its first token; leaves `walk.token` at or before the row's line feed.
  private mutating func walkRow(
    _ bytes: Span<UInt8>, from start: Int, _ walk: inout Walk, tally: inout RowTally
  ) -> Verdict {
    for slot in values.indices { values[slot] = .absent }
    var position = Int(tokens[walk.token])
    if position != start, !isWhite(bytes, start..<position) { return .rejected(.malformedJSON) }
    if position == bytes.count || bytes[position] == UInt8(ascii: "\n") { return .blank }
    let isObject = bytes[position] == UInt8(ascii: "{")
    var depth = 0
    var node = KeyTrie.root
    /// What follows a value: nothing (a closing one, the end), or a comma.
    var hasComma = false

    // One turn for each value; keys are read where an object begins and after commas.
    values: while true {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        guard let end = stringEnd(bytes, position, walk.token, &hasComma) else { break values }
        if node >= 0 {
          let hasEscape =
            walk.hasBackslash && contains(bytes, UInt8(ascii: "\\"), position + 1..<end)
          record(node, position + 1, end, hasEscape ? .escaped : .text)
        }
        walk.token += 1
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard depth < Self.depthMax else { return .rejected(.tooDeep) }
        let opensObject = bytes[position] == UInt8(ascii: "{")
        objectCount += 1
        stack[depth] = Frame(
          isObject: opensObject, start: position, node: node, object: objectCount)
        depth += 1
        walk.token += 1
        let next = Int(tokens[walk.token])
        guard next == position + 1 || isWhite(bytes, position + 1..<next), next < bytes.count else {
          break values
        }
        position = next
        let closing = opensObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        if bytes[position] != closing {
          if opensObject {
            guard let child = key(bytes, &position, &walk, stack[depth - 1], &tally) else {
              break values
            }
            node = child
          } else {
            node = KeyTrie.none
          }
          continue values
        }
        hasComma = false
      default:
        guard let end = scalarEnd(bytes, position) else { break values }
        if node >= 0 {
          let byte = bytes[position]
          if byte != UInt8(ascii: "n") {
            let isBoolean = byte == UInt8(ascii: "t") || byte == UInt8(ascii: "f")
            record(node, position, end, isBoolean ? .boolean : .number)
          }
        }
        walk.token += 1
        guard let comma = separator(bytes, end..<Int(tokens[walk.token])) else { break values }
        hasComma = comma
      }

      // A value has ended; `walk.token` is what follows. Closing ones end further values.
      while true {
        position = Int(tokens[walk.token])
        if depth == 0 {
          guard !hasComma, position == bytes.count || bytes[position] == UInt8(ascii: "\n") else {
            break values
          }
          return isObject ? .object : .rejected(.notAnObject)
        }
        guard position < bytes.count else { break values }
        if hasComma {
          node = KeyTrie.none
          if stack[depth - 1].isObject {
            guard let child = key(bytes, &position, &walk, stack[depth - 1], &tally) else {
              break values
            }
            node = child
          }
          continue values
        }
        let closing = stack[depth - 1].isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        guard bytes[position] == closing else { break values }
        depth -= 1
        if stack[depth].node > 0 {
          record(stack[depth].node, stack[depth].start, position + 1, .container)
        }
        walk.token += 1
        guard let comma = separator(bytes, position + 1..<Int(tokens[walk.token])) else {
          break values
        }
        hasComma = comma
      }
    }
    return .rejected(.malformedJSON)
  }

  /// Reads the key whose opening quote is at `position`, and moves to its value.
  ///
  /// - Returns: the trie's node for the value, `KeyTrie.none` when unwanted; nil when malformed.
  @inline(__always)
  private mutating func key(
    _ bytes: Span<UInt8>, _ position: inout Int, _ walk: inout Walk, _ frame: Frame,
    _ tally: inout RowTally
  ) -> Int32? {
    guard bytes[position] == UInt8(ascii: "\"") else { return nil }
    walk.token += 1
    let value = Int(tokens[walk.token])
    var end = value - 2
    if end <= position || bytes[value - 1] != UInt8(ascii: ":")
      || bytes[end] != UInt8(ascii: "\"")
    {
      guard let slow = keyEnd(bytes, position, value) else { return nil }
      end = slow
    }
    guard value < bytes.count else { return nil }
    let start = position + 1
    position = value
    guard frame.node >= 0 else { return KeyTrie.none }
    let found = lookUp(bytes, start..<end, frame.node, hasBackslash: walk.hasBackslash)
    if found >= 0 {
      if seen[Int(found)] == frame.object {
        tally.duplicateKeys += 1
        for slot in trie.nodes[Int(found)].below { values[slot] = .absent }
      }
      seen[Int(found)] = frame.object
    }
    return found
  }

  @inline(__always)
  private func lookUp(
    _ bytes: Span<UInt8>, _ key: Range<Int>, _ node: Int32, hasBackslash: Bool
  ) -> Int32 {
    let edges = trie.nodes[Int(node)].edges
    if edges.isEmpty { return KeyTrie.none }
    var head: UInt64 = 0
    if key.lowerBound + 8 <= bytes.count {
      // Eight bytes from inside the span.
      head = unsafe bytes.bytes.unsafeLoadUnaligned(
        fromByteOffset: key.lowerBound, as: UInt64.self)
      head = UInt64(littleEndian: head)
      if key.count < 8 { head &= 1 << UInt64(8 * key.count) &- 1 }
    } else {
      for place in key.prefix(8) {
        head |= UInt64(bytes[place]) << UInt64(8 * (place - key.lowerBound))
      }
    }
    for edge in edges where trie.edges[edge].head == head {
      if trie.edges[edge].key.count == key.count, isTail(bytes, key, of: edge) {
        return trie.edges[edge].node
      }
    }
    if hasBackslash, contains(bytes, UInt8(ascii: "\\"), key) {
      // An escaped spelling of a wanted key is the same key.
      var decoded: [UInt8] = []
      _ = JSONUnescape.append(bytes, key, to: &decoded)
      for edge in edges where trie.edges[edge].key == decoded { return trie.edges[edge].node }
    }
    return KeyTrie.none
  }

  private func isTail(_ bytes: Span<UInt8>, _ key: Range<Int>, of edge: Int) -> Bool {
    var place = 8
    while place < key.count {
      if bytes[key.lowerBound + place] != trie.edges[edge].key[place] { return false }
      place += 1
    }
    return true
  }

  @inline(__always)
  private mutating func record(_ node: Int32, _ start: Int, _ end: Int, _ shape: RawValue.Shape) {
    for slot in trie.nodes[Int(node)].slots {
      values[slot] = RawValue(start: start, end: end, shape: shape)
    }
  }
}

// MARK: - Between tokens

extension JSONRowParser {
  /// Where the string value at `position` ends (its closing quote), and whether a comma follows.
  @inline(__always)
  private func stringEnd(
    _ bytes: Span<UInt8>, _ position: Int, _ token: Int, _ hasComma: inout Bool
  ) -> Int? {
    let next = Int(tokens[token + 1])
    let last = bytes[next - 1]
    if last == UInt8(ascii: ","), next - 2 > position, bytes[next - 2] == UInt8(ascii: "\"") {
      hasComma = true
      return next - 2
    }
    if last == UInt8(ascii: "\""), next - 1 > position {
      hasComma = false
      return next - 1
    }
    var end = next - 1
    while end > position, isSeparator(bytes[end]) { end -= 1 }
    guard end > position, bytes[end] == UInt8(ascii: "\""),
      let comma = separator(bytes, end + 1..<next)
    else { return nil }
    hasComma = comma
    return end
  }

  /// Where the key at `position` ends, when white space stands around its colon.
  private func keyEnd(_ bytes: Span<UInt8>, _ position: Int, _ value: Int) -> Int? {
    var end = value - 1
    while end > position, isSeparator(bytes[end]) { end -= 1 }
    guard end > position, bytes[end] == UInt8(ascii: "\"") else { return nil }
    var colons = 0
    for place in end + 1..<value {
      if bytes[place] == UInt8(ascii: ":") {
        colons += 1
      } else if !isWhite(bytes[place]) {
        return nil
      }
    }
    return colons == 1 ? end : nil
  }

  /// Whether one comma stands between two tokens; nil when anything but it and white space does.
  @inline(__always)
  private func separator(_ bytes: Span<UInt8>, _ gap: Range<Int>) -> Bool? {
    if gap.isEmpty { return false }
    if gap.count == 1, bytes[gap.lowerBound] == UInt8(ascii: ",") { return true }
    var commas = 0
    for place in gap {
      if bytes[place] == UInt8(ascii: ",") {
        commas += 1
      } else if !isWhite(bytes[place]) {
        return nil
      }
    }
    return commas > 1 ? nil : commas == 1
  }

  /// What can stand behind a string before the next token.
  private func isSeparator(_ byte: UInt8) -> Bool {
    isWhite(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":")
  }

  private func isWhite(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private func isWhite(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for place in range where !isWhite(bytes[place]) { return false }
    return true
  }

  private func contains(_ bytes: Span<UInt8>, _ byte: UInt8, _ range: Range<Int>) -> Bool {
    for place in range where bytes[place] == byte { return true }
    return false
  }

  /// Where the number or literal at `position` ends; nil when it is none (RFC 8259, sections 3, 6).
  private func scalarEnd(_ bytes: Span<UInt8>, _ position: Int) -> Int? {
    switch bytes[position] {
    case UInt8(ascii: "t"): return literalEnd(bytes, position, "true")
    case UInt8(ascii: "f"): return literalEnd(bytes, position, "false")
    case UInt8(ascii: "n"): return literalEnd(bytes, position, "null")
    default: return numberEnd(bytes, position)
    }
  }

  private func literalEnd(_ bytes: Span<UInt8>, _ position: Int, _ word: StaticString) -> Int? {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count else { return nil }
    for place in 0..<count {
      // A static string's bytes live as long as the program.
      guard unsafe bytes[position + place] == word.utf8Start[place] else { return nil }
    }
    return position + count
  }

  private func numberEnd(_ bytes: Span<UInt8>, _ position: Int) -> Int? {
    var place = position
    func digits() -> Bool {
      let start = place
      while place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10 { place += 1 }
      return place > start
    }
    if bytes[place] == UInt8(ascii: "-") { place += 1 }
    guard place < bytes.count else { return nil }
    if bytes[place] == UInt8(ascii: "0") {
      place += 1
    } else {
      guard digits() else { return nil }
    }
    if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
      place += 1
      guard digits() else { return nil }
    }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      if place < bytes.count,
        bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-")
      {
        place += 1
      }
      guard digits() else { return nil }
    }
    return place
  }
}
