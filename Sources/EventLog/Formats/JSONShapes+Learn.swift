internal import CByteScan

/// Learning.
extension JSONShapes {
  /// A value that a row is wanted for, or an object or array, by its places in the chunk.
  struct Place {
    let slot: Int
    /// Of its first byte, which may be a quote.
    let start: Int
    /// Behind an object or array; nil for any other value.
    let end: Int?
  }

  /// A text of a row, and what follows it.
  private struct Step {
    let text: Range<Int>
    let kind: Int
    var slot = -1
  }

  private static let nodesMax = 4096
  private static let stepsMax = 512
  /// Rows of many texts and values that are shorter, taken together, are faster to scan.
  private static let (fewSteps, stepBytesMin) = (32, 10)
  /// Nodes that may stand in one another's place: keys may be data, or chosen to be slow.
  private static let othersMax = 64

  /// Takes in the shape of a row that was walked and found valid, and in which no key occurs again.
  @inline(never)
  mutating func learn(_ bytes: Span<UInt8>, _ row: Range<Int>, _ places: [Place]) {
    // Near the end of a chunk rows have shapes that may well be known.
    guard row.upperBound + Int(SHAPE_SLACK) < bytes.count else { return }
    misses += 1
    guard misses % missesPerShape == 0 else { return }
    guard let steps = Self.steps(bytes, row, places),
      steps.count <= Self.fewSteps || row.count >= steps.count * Self.stepBytesMin
    else { return hesitate() }
    if nodes.count + steps.count > Self.nodesMax {
      forget()
      hesitate()
    }
    var parent = 0
    for step in steps {
      guard let node = node(behind: parent, step, bytes) else { return hesitate() }
      parent = node
    }
  }

  /// There was no room for a shape.
  private mutating func hesitate() { missesPerShape = min(missesPerShape * 2, 256) }

  /// The node of a step, added when it is new; nil where there are too many in its place.
  private mutating func node(behind parent: Int, _ step: Step, _ bytes: Span<UInt8>) -> Int? {
    var text = shape_text()
    // C arrays are tuples; their bytes are all there is to them, and a step has no more.
    unsafe withUnsafeMutableBytes(of: &text) { text in
      for (offset, place) in step.text.enumerated() { unsafe text[offset] = bytes[place] }
    }
    var others = 0
    var index = Int(nodes[parent].first)
    while index >= 0 {
      if Int(nodes[index].length) == step.text.count, Int(nodes[index].kind) == step.kind,
        Int(nodes[index].slot) == step.slot, Self.isEqual(texts[index], text)
      {
        return index
      }
      others += 1
      index = Int(nodes[index].other)
    }
    guard others < Self.othersMax else { return nil }
    nodes.append(
      shape_node(
        first: -1, other: nodes[parent].first, passed: 0, length: UInt8(step.text.count),
        kind: UInt8(step.kind), slot: Int16(step.slot)))
    texts.append(text)
    nodes[parent].first = Int32(nodes.count - 1)
    return nodes.count - 1
  }

  private static func isEqual(_ one: shape_text, _ other: shape_text) -> Bool {
    // As above.
    unsafe withUnsafeBytes(of: one) { one in
      unsafe withUnsafeBytes(of: other) { unsafe one.elementsEqual($0) }
    }
  }

  private mutating func forget() {
    nodes.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    nodes.append(Self.root)
    texts.append(shape_text())
  }

  /// Takes a valid row apart; nil where it has very many values, or very long keys.
  ///
  /// What is text and what is a value depends on nothing that comes later in the row but whether a
  /// colon follows a string, which is clear from what stands before it: so two rows that begin with the
  /// same bytes, values aside, begin with the same steps.
  private static func steps(
    _ bytes: Span<UInt8>, _ row: Range<Int>, _ places: [Place]
  ) -> [Step]? {
    var steps: [Step] = []
    var (textStart, at) = (row.lowerBound, row.lowerBound)
    func add(to end: Int, _ kind: Int, _ slot: Int = -1) {
      // Also of one that is as long, so that no text is the beginning of another one, but for those
      // before scalars.
      while end - textStart >= Int(SHAPE_TEXT), steps.count < stepsMax {
        let middle = textStart + Int(SHAPE_TEXT)
        steps.append(Step(text: textStart..<middle, kind: SHAPE_MORE))
        textStart = middle
      }
      steps.append(Step(text: textStart..<end, kind: kind, slot: slot))
      textStart = end
    }
    func wanted(_ isOne: (Place) -> Bool) -> Int? { places.first(where: isOne)?.slot }
    while at < row.upperBound {
      guard steps.count < stepsMax else { return nil }
      switch bytes[at] {
      case UInt8(ascii: "\""):
        let end = stringEnd(bytes, at + 1)
        var next = end + 1
        while JSONWalk.isBlank(bytes[next]) { next += 1 }
        if bytes[next] != UInt8(ascii: ":") {
          add(to: at + 1, SHAPE_STRING, wanted { $0.start == at && $0.end == nil } ?? -1)
          textStart = end
        }
        at = end + 1
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        at += 1
        if let slot = wanted({ $0.start == at - 1 && $0.end != nil }) {
          add(to: at, SHAPE_MORE)
          add(to: at, SHAPE_OPENS, slot)
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        at += 1
        if let slot = wanted({ $0.end == at }) {
          add(to: at, SHAPE_MORE)
          add(to: at, SHAPE_CLOSES, slot)
        }
      case UInt8(ascii: ","), UInt8(ascii: ":"): at += 1
      case let byte where JSONWalk.isBlank(byte): at += 1
      default:
        add(to: at, SHAPE_SCALAR, wanted { $0.start == at } ?? -1)
        while !isScalarEnd(bytes[at]) { at += 1 }
        textStart = at
      }
    }
    add(to: row.upperBound + 1, SHAPE_END)
    // A key may be as long as a line.
    return steps.count <= stepsMax ? steps : nil
  }

  /// The quote that ends a valid string whose inside begins at `start`.
  private static func stringEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    var at = start
    while bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
    return at
  }

  private static func isScalarEnd(_ byte: UInt8) -> Bool {
    JSONWalk.isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}")
      || byte == UInt8(ascii: "]")
  }
}
