import EventLog
import Tables
import Values

/// Rows as bytes for the scratch file of a list: a cell count, then a tag and a payload for each
/// cell. Never read by another version of the program.
enum RowCodec {
  private enum Tag: UInt8 {
    case empty, text, integer, number, decimal, yes, no
  }

  static func append(_ row: [Cell], to bytes: inout [UInt8]) {
    // The row's length comes first, so that a reader knows whether it has all of it.
    let start = bytes.count
    bytes.append(contentsOf: [0, 0, 0, 0])
    for cell in row {
      switch cell {
      case .empty: bytes.append(Tag.empty.rawValue)
      case .text(let text):
        bytes.append(Tag.text.rawValue)
        append(UInt64(text.utf8.count), to: &bytes)
        bytes.append(contentsOf: text.utf8)
      case .integer(let value):
        bytes.append(Tag.integer.rawValue)
        append(UInt64(bitPattern: Int64(value)), to: &bytes)
      case .number(let value):
        bytes.append(Tag.number.rawValue)
        append(value.bitPattern, to: &bytes)
      case .decimal(let sum):
        bytes.append(Tag.decimal.rawValue)
        let text = sum.description.utf8
        append(UInt64(text.count), to: &bytes)
        bytes.append(contentsOf: text)
      case .boolean(let value): bytes.append((value ? Tag.yes : Tag.no).rawValue)
      }
    }
    let length = UInt32(bytes.count - start - 4)
    for place in 0..<4 { bytes[start + place] = UInt8(truncatingIfNeeded: length >> (8 * place)) }
  }

  /// The row at `offset` and the bytes it takes; nil when not all of it is there.
  static func read(_ bytes: [UInt8], from offset: Int) -> (row: [Cell], used: Int)? {
    guard offset + 4 <= bytes.count else { return nil }
    var length = 0
    for place in 0..<4 { length |= Int(bytes[offset + place]) << (8 * place) }
    guard offset + 4 + length <= bytes.count else { return nil }
    var position = offset + 4
    let end = position + length
    var row: [Cell] = []
    while position < end {
      guard let tag = Tag(rawValue: bytes[position]) else {
        preconditionFailure("a list's scratch file was changed by somebody else")
      }
      position += 1
      switch tag {
      case .empty: row.append(.empty)
      case .yes: row.append(.boolean(true))
      case .no: row.append(.boolean(false))
      case .integer: row.append(.integer(Int(Int64(bitPattern: word(bytes, &position)))))
      case .number: row.append(.number(Double(bitPattern: word(bytes, &position))))
      case .text:
        let count = Int(word(bytes, &position))
        row.append(.text(String(decoding: bytes[position..<position + count], as: UTF8.self)))
        position += count
      case .decimal:
        let count = Int(word(bytes, &position))
        let text = String(decoding: bytes[position..<position + count], as: UTF8.self)
        guard let sum = DecimalSum(text) else {
          preconditionFailure("a list's scratch file was changed by somebody else")
        }
        row.append(.decimal(sum))
        position += count
      }
    }
    return (row, 4 + length)
  }

  /// Whether the bytes are whole rows that begin with a text: what comes from elsewhere is looked at
  /// before it is read.
  static func isValid(_ bytes: [UInt8]) -> Bool {
    var position = 0
    while position < bytes.count {
      guard bytes.count - position >= 4 else { return false }
      let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
      position += 4
      guard length <= bytes.count - position, length > 0, bytes[position] == Tag.text.rawValue
      else {
        return false
      }
      let end = position + length
      while position < end {
        guard let tag = Tag(rawValue: bytes[position]) else { return false }
        position += 1
        switch tag {
        case .empty, .yes, .no: break
        case .integer, .number: position += 8
        case .text, .decimal:
          guard end - position >= 8 else { return false }
          let count = word(bytes, &position)
          guard count <= UInt64(end - position) else { return false }
          let start = position
          position += Int(count)
          if tag == .decimal,
            DecimalSum(String(decoding: bytes[start..<position], as: UTF8.self)) == nil
          {
            return false
          }
        }
        if position > end { return false }
      }
    }
    return true
  }

  private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * place))) }
  }

  private static func word(_ bytes: [UInt8], _ position: inout Int) -> UInt64 {
    var word: UInt64 = 0
    for place in 0..<8 { word |= UInt64(bytes[position + place]) << UInt64(8 * place) }
    position += 8
    return word
  }
}
