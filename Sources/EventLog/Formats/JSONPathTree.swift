/// The wanted paths as a tree of objects: which keys of which objects lead to a wanted value.
///
///     userId, context.groupId, context.app.version
///
///     node 0 (the row)   "userId" slot 0      "context" child 1
///     node 1 (context)   "groupId" slot 1     "app" child 2
///     node 2 (app)       "version" slot 2
struct JSONPathTree: Sendable {
  struct Key: Sendable {
    let node: Int
    let bytes: [UInt8]
    /// The first slot that takes the key's value, -1 when none does.
    var slot: Int
    /// The node of the objects that the key may hold, -1 when no wanted path goes on there.
    var child: Int
    /// It is spelled as a whole path of several keys: a row that has it is the slow reader's.
    var isWholePath = false
  }

  private(set) var keys: [Key] = []
  /// By node: all slots in it and below.
  private(set) var slotsBelow: [[Int]] = [[]]
  /// By slot: the next slot with the same path, -1 after the last.
  private(set) var nextSame: [Int] = []
  /// Keys on the longest path.
  private(set) var depth = 0

  init(_ paths: [FieldPath]) {
    nextSame = [Int](repeating: -1, count: paths.count)
    for (slot, path) in paths.enumerated() { add(path.keys, slot: slot) }
    for path in paths where path.keys.count > 1 {
      keys[index(of: Array(path.description.utf8), in: 0)].isWholePath = true
    }
  }

  /// The key of `node` with these bytes: few keys, looked up where speed does not matter.
  func key(_ bytes: [UInt8], of node: Int) -> Key? {
    keys.first { $0.node == node && $0.bytes == bytes }
  }

  /// The slot that takes the value of a slot's path before all others with the same path.
  func first(sharing slot: Int) -> Int? {
    keys.lazy.map(\.slot).first { first in
      sequence(first: first) { $0 < 0 ? nil : self.nextSame[$0] }.contains(slot)
    }
  }

  private mutating func add(_ path: [[UInt8]], slot: Int) {
    depth = max(depth, path.count)
    var node = 0
    slotsBelow[0].append(slot)
    for (level, bytes) in path.enumerated() {
      let index = index(of: bytes, in: node)
      if level == path.count - 1 {
        nextSame[slot] = keys[index].slot
        keys[index].slot = slot
      } else {
        if keys[index].child < 0 {
          keys[index].child = slotsBelow.count
          slotsBelow.append([])
        }
        node = keys[index].child
        slotsBelow[node].append(slot)
      }
    }
  }

  private mutating func index(of bytes: [UInt8], in node: Int) -> Int {
    if let index = keys.firstIndex(where: { $0.node == node && $0.bytes == bytes }) {
      return index
    }
    keys.append(Key(node: node, bytes: bytes, slot: -1, child: -1))
    return keys.count - 1
  }
}

/// Putting values, or where they come from, where they belong: one of each slot.
extension JSONPathTree {
  /// Gives a value to all slots of a key's path.
  @inline(__always)
  func set<Value>(_ value: Value, from slot: Int, in values: inout MutableSpan<Value>) {
    var slot = slot
    while slot >= 0 {
      values[slot] = value
      slot = nextSame[slot]
    }
  }

  /// Forgets what an earlier value of a repeated key has given: the last one wins, whole.
  func clear<Value>(
    slot: Int, child: Int, to absent: Value, in values: inout MutableSpan<Value>
  ) {
    set(absent, from: slot, in: &values)
    if child >= 0 {
      for below in slotsBelow[child] { values[below] = absent }
    }
  }
}
