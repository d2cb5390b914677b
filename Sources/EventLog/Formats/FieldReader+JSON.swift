/// Rows of JSON, flattened.
extension FieldReader {
  mutating func readLines(
    _ bytes: Span<UInt8>, _ body: ([String], [Field], [UInt8]) -> Void
  ) {
    eachLine(bytes) { reader, line in
      var start = line.lowerBound + RowMark.count(bytes, line)
      if reader.rules.skipsPrefix {
        start = WordScan.first(UInt8(ascii: "{"), in: bytes, line) ?? line.upperBound
      }
      if start == line.upperBound { return }
      reader.load(bytes, start..<line.upperBound)
      var at = 0
      while at < line.upperBound - start {
        guard let found = reader.document.parse(from: at, to: line.upperBound - start) else {
          reader.misfits += 1
          return
        }
        reader.takeRoot(found.root, body)
        at = reader.document.skipSeparators(from: found.end, to: line.upperBound - start).0
      }
    }
  }

  mutating func readValues(
    _ bytes: Span<UInt8>, _ body: ([String], [Field], [UInt8]) -> Void
  ) {
    var start = 0
    while start < bytes.count {
      var splitter = JSONValueSplitter()
      let end = splitter.firstRowEnd(in: bytes, from: start) ?? bytes.count
      let value = JSONValueSplitter.trim(bytes, start..<end)
      start = end
      if value.isEmpty { continue }
      load(bytes, value)
      if let found = document.parse(from: 0, to: value.count), found.end == value.count {
        takeRoot(found.root, body)
      } else {
        misfits += 1
      }
    }
  }

  private mutating func load(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    document.load(bytes, range)
    document.isLenient = true
  }

  private mutating func takeRoot(_ root: Int, _ body: ([String], [Field], [UInt8]) -> Void) {
    if let path = rules.records {
      guard let found = document.records(at: path, in: root) else {
        misfits += 1
        return
      }
      for element in found.elements {
        var names: Set<[UInt8]> = []
        add(membersOf: element, below: -1, depth: 0, names: &names)
        for outer in found.enclosing.reversed() {
          add(membersOf: outer, below: -1, depth: 0, names: &names, listsToo: false)
        }
        deliver(document.text, body)
      }
      return
    }
    let roots =
      document.nodes[root].kind == .array ? document.children(of: root) : [root]
    for root in roots {
      guard document.nodes[root].kind == .object else {
        misfits += 1
        continue
      }
      var names: Set<[UInt8]> = []
      add(membersOf: root, below: -1, depth: 0, names: &names)
      deliver(document.text, body)
    }
  }

  /// - Parameter names: what the row has already; the first wins.
  private mutating func add(
    membersOf object: Int, below parent: Int, depth: Int, names: inout Set<[UInt8]>,
    listsToo: Bool = true
  ) {
    guard object >= 0, document.nodes[object].kind == .object else { return }
    let isTop = parent < 0 && (rules.records != nil)
    var child = document.firstChild(of: object)
    while child >= 0 {
      defer { child = document.nodes[child].next }
      if !listsToo, document.nodes[child].kind == .array { continue }
      let key = Array(document.text[document.nodes[child].key])
      if isTop, !names.insert(key).inserted { continue }
      let prefix = parent < 0 ? "" : paths[parent] + "."
      guard
        let path = path(key, below: parent, spelled: { prefix + Self.escaped($0) })
      else { continue }
      add(child, path: path, depth: depth)
    }
  }

  mutating func add(_ node: Int, path: Int, depth: Int) {
    let value = document.nodes[node]
    var nothing: Set<[UInt8]> = []
    let range = value.start..<value.end
    switch value.kind {
    case .object: add(membersOf: node, below: path, depth: depth, names: &nothing)
    case .array:
      fields.append(Field(path: path, kind: .list, range: range))
      addElements(of: node, path: path, depth: depth)
    case .text:
      if depth < Self.heldDepthMax, let held = document.held(by: node) {
        add(held, path: path, depth: depth + 1)
      } else {
        fields.append(Field(path: path, kind: .text, range: range))
      }
    case .number: fields.append(Field(path: path, kind: .number, range: range))
    case .boolean: fields.append(Field(path: path, kind: .boolean, range: range))
    case .null: fields.append(Field(path: path, kind: .null, range: range))
    }
  }

  private mutating func addElements(of array: Int, path parent: Int, depth: Int) {
    let children = document.children(of: array)
    let name = paths[parent]
    for (place, child) in children.enumerated() {
      if document.nodes[child].kind == .object, let entry = entry(child) {
        guard !entry.key.contains(UInt8(ascii: "]")) else { continue }
        if let path = path(entry.key, below: parent, spelled: { "\(name)[\($0)]" }) {
          add(entry.value, path: path, depth: depth)
        }
      } else if place == 0, let path = path([0], below: parent, spelled: { _ in name + "[0]" }) {
        add(child, path: path, depth: depth)
      }
    }
  }

  /// The key and the value of an element such as `{"key": K, "value": V}`; of a value by types the first
  /// that is not null.
  private func entry(_ object: Int) -> (key: [UInt8], value: Int)? {
    var (key, value): (Int?, Int?)
    var child = document.firstChild(of: object)
    while child >= 0 {
      let name = document.text[document.nodes[child].key]
      if name.elementsEqual("key".utf8) || key == nil && name.elementsEqual("name".utf8) {
        key = child
      }
      if name.elementsEqual("value".utf8) { value = child }
      child = document.nodes[child].next
    }
    guard let key, var value, document.nodes[key].kind == .text else { return nil }
    if document.nodes[value].kind == .object {
      var inner = document.firstChild(of: value)
      while inner >= 0, document.nodes[inner].kind == .null { inner = document.nodes[inner].next }
      if inner >= 0 { value = inner }
    }
    return (Array(document.text[document.nodes[key].start..<document.nodes[key].end]), value)
  }

  private static func escaped(_ key: String) -> String {
    key.contains { ".\\[".contains($0) }
      ? key.reduce(into: "") { text, letter in
        if ".\\[".contains(letter) { text.append("\\") }
        text.append(letter)
      } : key
  }
}
