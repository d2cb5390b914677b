/// A list that grows block by block. An array that grows is there twice while it does: too much for a
/// list that may take all that memory has room for.
struct BlockList<Element: Sendable>: Sendable, RandomAccessCollection {
  /// All but the last are full.
  private var blocks: [[Element]] = []
  private static var blockCount: Int { 1 << 10 }

  var startIndex: Int { 0 }
  var endIndex: Int {
    guard let last = blocks.last else { return 0 }
    return (blocks.count - 1) * Self.blockCount + last.count
  }

  subscript(place: Int) -> Element {
    blocks[place / Self.blockCount][place % Self.blockCount]
  }

  mutating func append(_ element: Element) {
    if blocks.last.map({ $0.count == Self.blockCount }) ?? true {
      blocks.append([])
      // The first grows as it must: most lists have few.
      if blocks.count > 1 { blocks[blocks.count - 1].reserveCapacity(Self.blockCount) }
    }
    blocks[blocks.count - 1].append(element)
  }
}
