internal import CByteScan

/// Rows that the walk has read, by shape: the texts between their values, in a tree (see `Shapes.h`).
///
///     {"user":"   string   "}\n                            end
///                          ","ctx":{"n":   scalar   }}\n   end
///
/// Rows of one source come in few shapes, so most rows need neither scan nor walk: one that has all
/// texts of a row that was valid, and valid strings and scalars where that one had some, is valid, and
/// its wanted values stand where that one's stood. Nothing is taken on trust: every byte is compared,
/// or is one of a value that is checked.
struct JSONShapes: Sendable {
  /// The first is the root.
  var nodes: [shape_node]
  var texts: [shape_text]
  let tree: JSONPathTree
  /// By slot: whether it is the first of those that share a path.
  let isFirst: [Bool]
  /// Rows that no shape fitted, and how many of them it takes until one is learned: more each time that
  /// there was no room, so that rows without any regularity cost little.
  var misses = 0
  var missesPerShape = 1
  /// One bit per byte of the chunk: see `shape_reader`.
  private var signs: [UInt64] = []
  private var signedTo = 0
  private var rows: [shape_row]
  private var found: [shape_value]
  private let rowValuesMax: Int
  /// Rows that are looked up before it is decided whether that pays, how many of them had a known
  /// shape, and rows that are not looked up because it did not.
  private var tries = 0
  private var hits = 0
  private var rest = 0
  /// Turns one after the other that did not pay.
  private var poorTurns = 0
  private static let triesPerTurn = 512
  /// Rows and values that are read at a time: they and the rows' bytes fit into the first cache.
  static let (rowsMax, valuesMax) = (32, 1024)
  private static let restPerTurn = 8192

  init(_ tree: JSONPathTree, slots: Int) {
    self.tree = tree
    var isFirst = [Bool](repeating: true, count: slots)
    for slot in tree.nextSame where slot >= 0 { isFirst[slot] = false }
    self.isFirst = isFirst
    // An object or array has two marks; and the last value is followed by one that is not wanted.
    rowValuesMax = 2 * slots + 1
    let rowsMax = max(1, min(Self.rowsMax, Self.valuesMax / rowValuesMax))
    found = [shape_value](repeating: shape_value(), count: rowsMax * rowValuesMax)
    rows = [shape_row](repeating: shape_row(), count: rowsMax)
    nodes = [Self.root]
    texts = [shape_text()]
  }

  static let root = shape_node(
    first: -1, other: -1, passed: 0, length: 0, kind: UInt8(SHAPE_MORE), slot: -1)

  /// Whether rows are looked up.
  var isLooking: Bool { rest == 0 }

  /// Starts with a new chunk.
  mutating func begin(count: Int) {
    let words = count / Int(SHAPE_TEXT) + 2
    if signs.count < words {
      signs.append(contentsOf: repeatElement(0, count: words - signs.count))
    }
    signedTo = 0
  }

  /// Rows were read without a look at shapes.
  mutating func skip(_ rows: Int) { rest = max(0, rest - rows) }

  /// Reads some rows from `start` on; returns how many, and whether the row behind them has no known
  /// shape, or too little behind it.
  @inline(__always)
  mutating func read(_ bytes: Span<UInt8>, from start: Int) -> (rows: Int, isStopped: Bool) {
    let count = run(bytes, from: start)
    let isStopped = count < rows.count
    hits += count
    tries += isStopped ? count + 1 : count
    if tries >= Self.triesPerTurn { endTurn() }
    return (count, isStopped)
  }

  /// The place behind the line feed of one of the rows that were read, with its wanted values.
  @inline(__always)
  func take(_ row: Int, of bytes: Span<UInt8>, into values: inout [RawValue]) -> Int {
    let (rows, found) = (rows.span, found.span)
    var values = values.mutableSpan
    for slot in values.indices { values[slot] = .absent }
    for number in (row == 0 ? 0 : Int(rows[row - 1].values_end))..<Int(rows[row].values_end) {
      let value = found[number]
      tree.set(
        Self.rawValue(value, in: bytes, opened: values[Int(value.slot)]), from: Int(value.slot),
        in: &values)
    }
    return Int(rows[row].end)
  }

  /// The place behind the line feed of one of the rows that were read.
  @inline(__always)
  func end(of row: Int) -> Int { Int(rows[row].end) }

  /// Where in rows that were read the values of some slots stand, if they are strings and scalars that
  /// mean themselves; a place with nothing in it for any other.
  func findPlain(
    _ rows: Int, _ slots: PlainRow<Int>, of bytes: Span<UInt8>,
    to places: inout [PlainRow<ByteSlice>]
  ) {
    let (ends, found) = (self.rows.span, found.span)
    var places = places.mutableSpan
    var number = 0
    for row in 0..<rows {
      var place = PlainRow<ByteSlice>.none
      while number < Int(ends[row].values_end) {
        let value = found[number]
        number += 1
        let isPlain =
          value.kind == SHAPE_STRING
          || value.kind == SHAPE_SCALAR && bytes[Int(value.start)] != UInt8(ascii: "n")
        let slice = ByteSlice(
          offset: Int(value.start), count: isPlain ? Int(value.end) - Int(value.start) : 0)
        if value.slot == slots.user { place.user = slice }
        if value.slot == slots.event { place.event = slice }
        if value.slot == slots.time { place.time = slice }
      }
      places[row] = place
    }
  }

  /// Where most rows are new, scan and walk alone are faster.
  @inline(never)
  private mutating func endTurn() {
    if hits * 3 < tries * 2 {
      rest = Self.restPerTurn << poorTurns
      poorTurns = min(poorTurns + 1, 4)
    } else {
      poorTurns = 0
    }
    tries = 0
    hits = 0
  }

  @inline(__always)
  private static func rawValue(
    _ value: shape_value, in bytes: Span<UInt8>, opened: RawValue
  ) -> RawValue {
    let (start, end) = (Int(value.start), Int(value.end))
    switch Int(value.kind) {
    case SHAPE_STRING: return RawValue(start: start, end: end, shape: .text)
    case SHAPE_ESCAPED: return RawValue(start: start, end: end, shape: .escaped)
    case SHAPE_OPENS: return RawValue(start: start - 1, end: start, shape: .container)
    case SHAPE_CLOSES: return RawValue(start: opened.start, end: start, shape: .container)
    default: break
    }
    switch bytes[start] {
    case UInt8(ascii: "n"): return .absent
    case UInt8(ascii: "t"), UInt8(ascii: "f"):
      return RawValue(start: start, end: end, shape: .boolean)
    default: return RawValue(start: start, end: end, shape: .number)
    }
  }

  @inline(__always)
  private mutating func run(_ bytes: Span<UInt8>, from start: Int) -> Int {
    // All buffers are alive and untouched by anything else inside the closures, and as long as they
    // say; signs have room for the chunk, each node has a text, and nodes name nodes. No pointer
    // outlives the call.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe nodes.withUnsafeMutableBufferPointer { nodes in
        unsafe texts.withUnsafeBufferPointer { texts in
          unsafe signs.withUnsafeMutableBufferPointer { signs in
            unsafe rows.withUnsafeMutableBufferPointer { rows in
              unsafe found.withUnsafeMutableBufferPointer { found in
                var reader = unsafe shape_reader(
                  nodes: nodes.baseAddress, texts: texts.baseAddress, signs: signs.baseAddress,
                  signed_to: signedTo, rows: rows.baseAddress, rows_capacity: rows.count,
                  values: found.baseAddress, row_values_capacity: rowValuesMax)
                let count = unsafe shape_read(&reader, bytes.baseAddress, bytes.count, start)
                signedTo = unsafe reader.signed_to
                return count
              }
            }
          }
        }
      }
    }
  }
}
