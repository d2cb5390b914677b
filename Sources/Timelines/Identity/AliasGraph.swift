/// Known ids that are one person by aliases.
///
/// Of each id the latest alias holds (of equal times the one to the larger id); ids that holding
/// aliases join, directly or through others, are one person. Its name is the smallest id, by bytes,
/// among those that were never renamed, or the smallest of all.
struct AliasGraph {
  /// Of each renamed id: what it is called since.
  private var target: [UInt32: (to: UInt32, time: Int64)] = [:]

  /// - Parameter names: of ids, by code.
  init(_ aliases: [PersonsBuilder.Alias], names: ByteTable) {
    for alias in aliases {
      add(from: alias.from, to: alias.to, time: alias.time, names: names)
    }
  }

  private mutating func add(from: UInt32, to: UInt32, time: Int64, names: ByteTable) {
    if from == to { return }
    if let held = target[from] {
      if held.time > time { return }
      if held.time == time, !names[Int(held.to)].lexicographicallyPrecedes(names[Int(to)]) {
        return
      }
    }
    target[from] = (to, time)
  }

  /// The person of every id: itself for ids that nothing joins.
  func persons(names: ByteTable) -> [UInt32] {
    var parent = (0..<UInt32(names.count)).map { $0 }
    func root(_ id: UInt32) -> UInt32 {
      var id = id
      while parent[Int(id)] != id {
        parent[Int(id)] = parent[Int(parent[Int(id)])]
        id = parent[Int(id)]
      }
      return id
    }
    for (from, alias) in target {
      let (a, b) = (root(from), root(alias.to))
      parent[Int(max(a, b))] = min(a, b)
    }
    // By root: the best name so far.
    var best: [UInt32: UInt32] = [:]
    for id in Set(target.keys).union(target.values.map(\.to)) {
      let root = root(id)
      guard let held = best[root] else {
        best[root] = id
        continue
      }
      let (isRenamed, heldIsRenamed) = (target[id] != nil, target[held] != nil)
      if isRenamed != heldIsRenamed ? !isRenamed : precedes(id, held, names) { best[root] = id }
    }
    return (0..<UInt32(names.count)).map { best[root($0)] ?? $0 }
  }

  private func precedes(_ a: UInt32, _ b: UInt32, _ names: ByteTable) -> Bool {
    names[Int(a)].lexicographicallyPrecedes(names[Int(b)])
  }
}
