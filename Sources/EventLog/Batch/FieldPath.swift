/// A place in a row, and what becomes of the value found there.
///
///     context.groupId               keys from the outside in; `\.` is a dot inside a key
///     groups.company[0]             an element of an array
///     event_params[page_location]   of an array of keys and values, the value of this key
///
/// In formats without nesting it is a column's name, or, where no column has it, a column that holds
/// JSON and the way on in it.
package struct FieldPath: Sendable, Hashable, CustomStringConvertible {
  package enum Step: Sendable, Hashable {
    case key([UInt8])
    case place(Int)
    case entry([UInt8])
  }

  /// What is made of a value.
  package enum Form: Sendable, Hashable {
    case asIs
    /// ASCII letters in lower case.
    case lower
    /// Of a list with commas between, the first.
    case first
    /// What stands behind the `@` of an address, in lower case; these are nobody's.
    case domain(except: [String])
  }

  /// As written in the spec; for CSV, the column's name.
  package let description: String
  /// The keys as UTF-8 bytes up to the first step that is none.
  package let keys: [[UInt8]]
  package let steps: [Step]
  package var form = Form.asIs
  /// Not empty: the value is that of all of these together; absent unless one of them is there.
  package var parts: [FieldPath] = []

  package init(_ text: String) {
    description = text
    var steps: [Step] = []
    var key: [UInt8] = []
    var isBehindBracket = false
    let bytes = Array(text.utf8)
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\\") where at < bytes.count:
        key.append(bytes[at])
        at += 1
      case UInt8(ascii: "."):
        if !isBehindBracket { steps.append(.key(key)) }
        key = []
        isBehindBracket = false
      case UInt8(ascii: "["):
        // Without a closing bracket behind it, where a path may end or go on, it is text.
        guard let close = bytes[at...].firstIndex(of: UInt8(ascii: "]")), close > at,
          close + 1 == bytes.count || bytes[close + 1] == UInt8(ascii: ".")
            || bytes[close + 1] == UInt8(ascii: "["), !key.isEmpty || isBehindBracket
        else {
          key.append(byte)
          continue
        }
        if !isBehindBracket { steps.append(.key(key)) }
        key = []
        isBehindBracket = true
        let inside = Array(bytes[at..<close])
        let place = inside.count < 10 ? Int(String(decoding: inside, as: UTF8.self)) : nil
        steps.append(place.flatMap { $0 >= 0 ? .place($0) : nil } ?? .entry(inside))
        at = close + 1
      default:
        key.append(byte)
      }
    }
    if !isBehindBracket { steps.append(.key(key)) }
    self.steps = steps
    var keys: [[UInt8]] = []
    for case .key(let key) in steps.prefix(while: { if case .key = $0 { true } else { false } }) {
      keys.append(key)
    }
    self.keys = keys
  }

  /// What is left of a path behind its first steps.
  init(_ path: FieldPath, dropping count: Int) {
    description = path.description
    steps = Array(path.steps.dropFirst(count))
    keys = []
  }

  /// Several places as one value, their parts kept apart.
  package init(all parts: [FieldPath]) {
    self.init("{all: [\(parts.map(\.description).joined(separator: ", "))]}")
    self.parts = parts
  }

  /// Whether keys alone lead to the value.
  var isPlain: Bool { keys.count == steps.count }
}
