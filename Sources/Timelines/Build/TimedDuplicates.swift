import EventLog
import Values

/// Events with one name and id under a key whose rows go by their times: they may go to several
/// persons, and are still one event. So they are found before the rows are dealt.
struct TimedDuplicates {
  /// By part: rows that go nowhere.
  private(set) var drops: [Set<RowPlace>]
  /// By file.
  private(set) var counts: [UInt32: Int] = [:]

  private struct Found {
    var part: Int
    var place: RowPlace
    var time: Int64
    var kind: UInt32
    var texts: [[UInt8]]
    var numbers: [ExactDecimal]
    var user: [UInt8]
    /// With the file's rank.
    var file: UInt32
  }

  init(
    _ parts: [(part: ShardPart, entities: ByteTable)], _ splits: [PersonSplit],
    _ merge: TimelineMerge
  ) {
    drops = [Set<RowPlace>](repeating: [], count: parts.count)
    var groups: [[UInt8]: [Found]] = [:]
    for (number, entry) in parts.enumerated() where splits[number].isTimed {
      Self.collect(entry.part, entry.entities, number, splits[number], merge, into: &groups)
    }
    for group in groups.values where group.count > 1 {
      let sorted = group.sorted { Self.precedes($0, $1, merge) }
      for found in sorted.dropFirst() {
        drops[found.part].insert(found.place)
        if found.file & 1 == 1 { counts[found.file >> 1, default: 0] += 1 }
      }
    }
  }

  private static func collect(
    _ part: ShardPart, _ entities: ByteTable, _ number: Int, _ split: PersonSplit,
    _ merge: TimelineMerge, into groups: inout [[UInt8]: [Found]]
  ) {
    let layout = merge.rules.layout
    for (block, rows) in part.blocks.enumerated() {
      var at = 0
      for (index, row) in rows.rows.enumerated() {
        let words = at
        if !part.isMark[Int(row.kind)] { at += layout.words }
        guard at > words, split.isTimed(row.entity), rows.words[words + layout.id] != 0 else {
          continue
        }
        let kind = part.kindCodes[Int(row.kind)]
        let user =
          layout.hasUser ? Array(part.values[Int(rows.words[words + layout.user])]) : []
        let delivery = merge.rules.kinds.deliveryOfKind[Int(kind)]
        let form = part.ids.form(rows.words[words + layout.id])
        var key = Array(entities[Int(row.entity)]) + part.ids.bytes[form]
        let name = merge.rules.kinds.nameOfKind[Int(kind)]
        for shift in [0, 8, 16, 24] { key.append(UInt8(truncatingIfNeeded: name >> shift)) }
        if !merge.rules.fileSources.isEmpty {
          let source = merge.rules.fileSources[Int(rows.words[words + layout.file] >> 1)]
          for shift in [0, 8] { key.append(UInt8(truncatingIfNeeded: source >> shift)) }
        }
        if delivery > 0 { key += [UInt8(truncatingIfNeeded: delivery)] + user }
        let found = Found(
          part: number, place: RowPlace(block: block, row: index), time: row.time, kind: kind,
          texts: (0..<layout.textCount).map { Array(part.values[Int(rows.words[words + $0])]) },
          numbers: (layout.textCount..<layout.user).map { column in
            let word = rows.words[words + column]
            return word == 0 ? .absent : part.numbers[Int(word) - 1]
          }, user: user, file: merge.rules.ranked(rows.words[words + layout.file]))
        groups[key, default: []].append(found)
      }
    }
  }

  /// The order of events, for those of one id.
  private static func precedes(_ a: Found, _ b: Found, _ merge: TimelineMerge) -> Bool {
    if a.time != b.time { return a.time < b.time }
    let names = (
      merge.rules.kinds.nameOfKind[Int(a.kind)], merge.rules.kinds.nameOfKind[Int(b.kind)]
    )
    if names.0 != names.1 { return names.0 < names.1 }
    let isHidden = merge.rules.kinds.isHidden
    if isHidden[Int(a.kind)] != isHidden[Int(b.kind)] { return isHidden[Int(b.kind)] }
    for (x, y) in zip(a.texts, b.texts) where x != y { return x.lexicographicallyPrecedes(y) }
    for (x, y) in zip(a.numbers, b.numbers) where x != y { return x < y }
    if a.user != b.user { return a.user.lexicographicallyPrecedes(b.user) }
    if a.kind != b.kind { return a.kind < b.kind }
    return (a.file & 1, a.file) < (b.file & 1, b.file)
  }
}
