/// Which columns of a batch are kept of the events of each kind: only those that a report reads on
/// such events. Of most events that is nothing, and those are kept as marks of 16 bytes, without
/// words.
struct KeptColumns: Sendable {
  private let layout: RowLayout
  private let keepsUsers: Bool
  /// By text, then number property of the schema: its column in the batches.
  private let columns: [Int32]
  /// By property: numbers of the matchers on whose events it is kept; nil for every event.
  private let readers: [Set<Int>?]
  /// By kind and property: the column, or -1 if it is not kept.
  private(set) var kept: [Int32] = []
  /// By kind: whether rows have no words.
  private(set) var isMark: [Bool] = []

  /// `textColumns` and `numberColumns`: of the schema's properties in the batches.
  init(schema: TimelineSchema, textColumns: [Int], numberColumns: [Int]) {
    layout = RowLayout(schema)
    keepsUsers = schema.keepsOther
    columns = (textColumns + numberColumns).map { Int32($0) }
    readers = (schema.texts + schema.numbers).map { property in
      schema.readOn[property].map { matchers in
        Set(
          matchers.map { matcher in
            guard let number = schema.matchers.firstIndex(of: matcher) else {
              preconditionFailure("\(property) is read on events that no matcher matches")
            }
            return number
          })
      }
    }
  }

  /// Of one property of a kind: the column, or -1.
  @inline(__always)
  func column(kind: UInt32, property: Int) -> Int {
    Int(kept[Int(kind) * columns.count + property])
  }

  /// Takes in the worker's kinds that are new.
  mutating func update(_ kinds: [WorkerKind]) {
    for kind in kinds[isMark.count...] {
      var isEmpty = true
      for (column, readers) in zip(columns, readers) {
        let isKept = readers.map { !$0.isDisjoint(with: kind.matched) } ?? true
        kept.append(isKept ? column : -1)
        if isKept { isEmpty = false }
      }
      let hasUser = kind.delivery > 0 || keepsUsers
      isMark.append(isEmpty && !layout.hasID && !hasUser)
    }
  }
}
