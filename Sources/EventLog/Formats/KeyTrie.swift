/// The wanted paths as a tree of keys: what the walk through a row looks keys up in.
struct KeyTrie: Sendable {
  struct Edge: Sendable {
    var key: [UInt8]
    /// The key's first eight bytes, little-endian, zeros behind a shorter key.
    var head: UInt64
    var node: Int32
  }

  struct Node: Sendable {
    var edges: Range<Int>
    /// Slots that want this very value.
    var slots: [Int]
    /// Slots at this node and below it: cleared when the key comes again.
    var below: [Int]
  }

  private(set) var nodes: [Node]
  private(set) var edges: [Edge] = []

  static let root: Int32 = 0
  /// Nothing below is wanted.
  static let none: Int32 = -1

  init(_ paths: [FieldPath]) {
    nodes = []
    var pending: [(slots: [Int], depth: Int)] = [(Array(paths.indices), 0)]
    var place = 0
    nodes.append(Node(edges: 0..<0, slots: [], below: Array(paths.indices)))
    // Breadth first, so that a node's edges stand together.
    while place < pending.count {
      let (slots, depth) = pending[place]
      var order: [[UInt8]] = []
      var groups: [[UInt8]: [Int]] = [:]
      for slot in slots where paths[slot].keys.count > depth {
        let key = paths[slot].keys[depth]
        if groups[key] == nil { order.append(key) }
        groups[key, default: []].append(slot)
      }
      let first = edges.count
      for key in order {
        let below = groups[key]!
        edges.append(Edge(key: key, head: Self.head(key), node: Int32(nodes.count)))
        nodes.append(
          Node(
            edges: 0..<0, slots: below.filter { paths[$0].keys.count == depth + 1 },
            below: below))
        pending.append((below, depth + 1))
      }
      nodes[place].edges = first..<edges.count
      place += 1
    }
  }

  static func head(_ key: [UInt8]) -> UInt64 {
    var head: UInt64 = 0
    for (place, byte) in key.prefix(8).enumerated() { head |= UInt64(byte) << UInt64(8 * place) }
    return head
  }
}
