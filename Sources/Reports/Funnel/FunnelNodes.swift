import Spec

/// Where a chain can stand, and how an event moves it on.
///
/// Node 0 is the start: no event taken. In a given order a node is (last step taken, number of
/// optional steps taken); in any order it is the set of steps taken, its bits the node's number.
/// Every arc leads from a lower node to a higher one.
///
///     steps A, b (optional), C        nodes A0, b1, C0, C1
///     arcs  start > A0, A0 > b1, A0 > C0, b1 > C1
struct FunnelNodes: Sendable {
  let count: Int
  /// Bits 8 and up: mandatory steps taken; bits 0 to 7: optional ones. 0 for nodes that are no
  /// chain yet: the start, and sets of steps with a mandatory step missing below their last.
  let rank: [Int]
  /// Nodes with a rank.
  let ranked: [Int]
  /// Number of the last step taken, from 1; 0 for the start and in any order.
  let step: [Int]
  /// The ordered node of (step, optional steps taken); empty in any order, where a node says it all.
  let node: [[Int]]
  /// By step, from 0: number of the mandatory step before it, 0 if there is none. It and the steps
  /// after it are those that the step can follow. Empty in any order.
  let segment: [Int]
  /// By node, the exclusions that end a chain standing there.
  let coveredBy: [UInt32]

  static func mandatory(_ rank: Int) -> Int { rank >> 8 }

  /// Nodes of a funnel whose steps come in their order.
  init(ordered optional: [Bool], exclusions: [FunnelDefinition.Exclusion]) {
    var rank = [0]
    var step = [0]
    var node = [[0]]
    var segment: [Int] = []
    var start = 0
    var optionals = 0
    var mandatories = 0
    for number in 1...optional.count {
      let isOptional = optional[number - 1]
      if isOptional { optionals += 1 } else { mandatories += 1 }
      node.append([])
      for taken in 0...optionals {
        node[number].append(rank.count)
        rank.append(mandatories << 8 | taken)
        step.append(number)
      }
      segment.append(start)
      if !isOptional { start = number }
    }
    // An exclusion that begins at an optional step begins at the mandatory step before it, so that
    // skipping the step does not lift the exclusion.
    let ranges = exclusions.map { exclusion in
      var first = exclusion.first
      while first > 1, optional[first - 1] { first -= 1 }
      return first..<exclusion.last
    }
    count = rank.count
    coveredBy = step.map { step in
      var bits: UInt32 = 0
      for (number, range) in ranges.enumerated() where range.contains(step) {
        bits |= 1 << UInt32(number)
      }
      return bits
    }
    self.rank = rank
    self.step = step
    self.node = node
    self.segment = segment
    ranked = Self.ranked(rank)
  }

  private static func ranked(_ rank: [Int]) -> [Int] { rank.indices.filter { rank[$0] > 0 } }

  /// Ordered nodes from which a step leads to a node.
  func predecessors(of to: Int) -> [Int] {
    let number = step[to]
    let isOptional = node[number].count > node[number - 1].count
    let taken = (rank[to] & 0xFF) - (isOptional ? 1 : 0)
    return (segment[number - 1]..<number).compactMap { before in
      taken >= 0 && taken < node[before].count ? node[before][taken] : nil
    }
  }

  /// Nodes of a funnel whose steps may come in any order. An exclusion holds between any two
  /// events of a chain, whatever its steps: steps without an order have no between of their own.
  init(anyOrder optional: [Bool], exclusions: Int) {
    count = 1 << optional.count
    rank = (0..<count).map { set in
      var mandatories = 0
      var optionals = 0
      var isBroken = false
      for (number, isOptional) in optional.enumerated() {
        if set >> number & 1 == 0 {
          if !isOptional { isBroken = true }
        } else if isBroken {
          return 0
        } else if isOptional {
          optionals += 1
        } else {
          mandatories += 1
        }
      }
      return mandatories << 8 | optionals
    }
    step = [Int](repeating: 0, count: count)
    node = []
    segment = []
    ranked = Self.ranked(rank)
    var covered = [UInt32](repeating: exclusions == 0 ? 0 : UInt32.max, count: count)
    covered[0] = 0
    coveredBy = covered
  }
}

/// A set of nodes, and a list of them.
struct NodeSet: Sendable {
  private(set) var nodes: [Int] = []
  private var isMember: [Bool] = []

  /// Empties it, and makes room for that many nodes.
  mutating func reset(_ count: Int) {
    if isMember.count < count { isMember = [Bool](repeating: false, count: count) }
    removeAll()
  }

  mutating func removeAll() {
    for node in nodes { isMember[node] = false }
    nodes.removeAll(keepingCapacity: true)
  }

  mutating func insert(_ node: Int) {
    if isMember[node] { return }
    isMember[node] = true
    nodes.append(node)
  }

  func contains(_ node: Int) -> Bool { isMember[node] }
}
