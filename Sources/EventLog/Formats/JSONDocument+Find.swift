/// Looking up places.
extension JSONDocument {
  /// The node that a path leads to from `node`, nil when there is none, or null.
  ///
  /// A key that is spelled as the whole path wins over the way through its parts.
  mutating func find(_ path: FieldPath, in node: Int) -> Int? {
    if path.steps.count > 1, !path.keys.isEmpty, nodes[node].kind == .object,
      let whole = member(Array(path.description.utf8), of: node)
    {
      return known(whole)
    }
    return follow(path.steps[...], from: node, isEntry: false)
  }

  private func known(_ node: Int) -> Int? { nodes[node].kind == .null ? nil : node }

  private mutating func follow(
    _ steps: ArraySlice<FieldPath.Step>, from start: Int, isEntry: Bool
  ) -> Int? {
    var node = start
    var steps = steps
    while let step = steps.popFirst() {
      if nodes[node].kind == .text {
        guard let held = held(by: node) else { return nil }
        node = held
      }
      let next: Int?
      switch step {
      case .key(let key): next = nodes[node].kind == .object ? member(key, of: node) : nil
      case .place(let place):
        next =
          nodes[node].kind == .array
          ? element(place, of: node) : entry(Array(String(place).utf8), of: node)
      case .entry(let key): next = entry(key, of: node)
      }
      guard let next else { return nil }
      node = next
      // The value of an entry may be an object of one value by each type.
      if case .entry = step, steps.isEmpty, nodes[node].kind == .object {
        guard let first = firstPresent(in: node) else { return nil }
        node = first
      }
    }
    return known(node)
  }

  /// The last member of this key.
  private func member(_ key: [UInt8], of node: Int) -> Int? {
    var found: Int?
    var child = firstChild(of: node)
    while child >= 0 {
      if nodes[child].key.count == key.count, text[nodes[child].key].elementsEqual(key) {
        found = child
      }
      child = nodes[child].next
    }
    return found
  }

  private func element(_ place: Int, of node: Int) -> Int? {
    var child = firstChild(of: node)
    var left = place
    while child >= 0, left > 0 {
      child = nodes[child].next
      left -= 1
    }
    return child >= 0 ? child : nil
  }

  private func firstPresent(in node: Int) -> Int? {
    var child = firstChild(of: node)
    while child >= 0 {
      if nodes[child].kind != .null { return child }
      child = nodes[child].next
    }
    return nil
  }

  /// Of an array of keys and values, the value of a key; of an object, the member.
  private func entry(_ key: [UInt8], of node: Int) -> Int? {
    if nodes[node].kind == .object { return member(key, of: node) }
    guard nodes[node].kind == .array else { return nil }
    var child = firstChild(of: node)
    while child >= 0 {
      if nodes[child].kind == .object,
        let name = member(Array("key".utf8), of: child) ?? member(Array("name".utf8), of: child),
        nodes[name].kind == .text, text[nodes[name].start..<nodes[name].end].elementsEqual(key)
      {
        return member(Array("value".utf8), of: child)
      }
      child = nodes[child].next
    }
    return nil
  }

  /// The object or array that a text holds, parsed when it is first asked for.
  mutating func held(by node: Int) -> Int? {
    if nodes[node].held != -1 { return nodes[node].held >= 0 ? nodes[node].held : nil }
    nodes[node].held = -2
    let (start, limit) = (nodes[node].start, nodes[node].end)
    var place = start
    while place < limit, text[place] <= UInt8(ascii: " ") { place += 1 }
    guard place < limit, text[place] == UInt8(ascii: "{") || text[place] == UInt8(ascii: "["),
      let found = parse(from: place, to: limit),
      text[found.end..<limit].allSatisfy({ $0 <= UInt8(ascii: " ") })
    else { return nil }
    nodes[node].held = found.root
    return found.root
  }

  /// What a node is to a row; decoded, so it has no escapes.
  func value(_ node: Int) -> RawValue {
    let node = nodes[node]
    let shape: RawValue.Shape =
      switch node.kind {
      case .object, .array: .container
      case .text: .text
      case .number: .number
      case .boolean: .boolean
      case .null: .absent
      }
    return shape == .absent ? .absent : RawValue(start: node.start, end: node.end, shape: shape)
  }
}

/// Finding the values of all wanted paths, for one row.
extension JSONDocument {
  /// Looks each path up in `element`, then in what encloses it. False when an id or a name had bytes
  /// that are no UTF-8.
  mutating func fill(
    _ values: inout [RawValue], paths: [FieldPath], from element: Int, enclosing: [Int],
    ids: SlotRanges
  ) -> Bool {
    var isSound = true
    for slot in paths.indices {
      var found = find(paths[slot], in: element)
      var outer = enclosing[...]
      while found == nil, let next = outer.popLast() { found = find(paths[slot], in: next) }
      values[slot] = found.map { value($0) } ?? .absent
      if let found, nodes[found].isSpelled, ids.contains(slot) { isSound = false }
      if values[slot].shape == .container { values[slot] = spelled(values[slot]) }
    }
    return isSound
  }

  /// An object or array is taken as it stands in the row: its bytes that are no text are spelled out,
  /// too.
  private mutating func spelled(_ value: RawValue) -> RawValue {
    let range = value.start..<value.end
    if !has(.invalidUTF8) || isValidUTF8(text.span, range) { return value }
    let start = text.count
    guard let spelled = spelled(range), append(spelled) else { return .absent }
    return RawValue(start: start, end: text.count, shape: .container)
  }

  /// The elements of the array at `path`, with what encloses them, the outermost first; nil when there
  /// is no such array. A single object is an array of one.
  mutating func records(at path: FieldPath, in root: Int) -> (elements: [Int], enclosing: [Int])? {
    var array = find(path, in: root)
    if let found = array, nodes[found].kind == .text { array = held(by: found) }
    guard let array, nodes[array].kind == .array || nodes[array].kind == .object else { return nil }
    var enclosing: [Int] = []
    var outer = nodes[array].kind == .array ? array : nodes[array].parent
    while outer >= 0 {
      if nodes[outer].kind == .object { enclosing.insert(outer, at: 0) }
      outer = nodes[outer].parent
    }
    if enclosing.first != root, nodes[root].kind == .object { enclosing.insert(root, at: 0) }
    return (nodes[array].kind == .object ? [array] : children(of: array), enclosing)
  }

  /// The elements of an array; texts that hold an object stand for it.
  mutating func children(of array: Int) -> [Int] {
    var children: [Int] = []
    var child = firstChild(of: array)
    while child >= 0 {
      children.append(nodes[child].kind == .text ? held(by: child) ?? child : child)
      child = nodes[child].next
    }
    return children
  }
}

/// Slots of ids and names.
struct SlotRanges: Sendable {
  var ranges: [Range<Int>]

  func contains(_ slot: Int) -> Bool { ranges.contains { $0.contains(slot) } }
}
