/// Takes out of a partition's ordered events what is not shown: duplicates by id, and the timelines
/// of those who only had events delivered to them.
///
/// An event is a duplicate when its entity has an earlier one, in the order of events, with the
/// same name and id that came under the same key. A delivered event only duplicates one that came by
/// the same delivery from the same entity: ids need not differ between entities. Events that no
/// matcher matches are there to be the first of their duplicates, and go then.
struct EventFilter {
  let order: EventOrder
  let kinds: RunKinds
  let hash: ByteHash
  /// By file: its source; empty where there is one only.
  let fileSources: [Int]
  /// By file.
  private(set) var duplicates: [UInt32: Int] = [:]
  private(set) var unplaced = 0
  /// Open addressing over the entity's events: positions plus 1.
  private var slots: [UInt32] = []

  init(order: EventOrder, kinds: RunKinds, hash: ByteHash, fileSources: [Int] = []) {
    self.fileSources = fileSources
    self.order = order
    self.kinds = kinds
    self.hash = hash
  }

  /// Moves the events that stay together, and `starts` with them.
  mutating func apply(_ events: inout [PlacedEvent], _ starts: inout [Int]) {
    var kept = 0
    var start = 0
    for entity in 0..<starts.count - 1 {
      let end = starts[entity + 1]
      let first = kept
      starts[entity] = first
      if order.layout.hasID, end - start > 1 {
        keepDistinct(&events, start..<end, kept: &kept)
      } else {
        for at in start..<end {
          events[kept] = events[at]
          kept += 1
        }
      }
      if kinds.hasHidden { dropHidden(&events, first, kept: &kept) }
      if isOnlyDelivered(events, first..<kept) {
        unplaced += kept - first
        kept = first
      }
      start = end
    }
    starts[starts.count - 1] = kept
    events.removeLast(events.count - kept)
  }

  /// Takes out the events of inputs that have no rank.
  mutating func dropUnranked(_ events: inout [PlacedEvent], _ starts: inout [Int]) {
    var kept = 0
    var start = 0
    for entity in 0..<starts.count - 1 {
      let end = starts[entity + 1]
      starts[entity] = kept
      for at in start..<end {
        let words = Int(events[at].row) * order.layout.words
        if order.words[words + order.layout.file] >> 1 == RowLayout.unranked { continue }
        events[kept] = events[at]
        kept += 1
      }
      start = end
    }
    starts[starts.count - 1] = kept
    events.removeLast(events.count - kept)
  }

  private func isOnlyDelivered(_ events: [PlacedEvent], _ range: Range<Int>) -> Bool {
    for at in range where kinds.deliveryOfKind[Int(events[at].kind)] == 0 { return false }
    return true
  }

  private func dropHidden(_ events: inout [PlacedEvent], _ first: Int, kept: inout Int) {
    var end = first
    for at in first..<kept where !kinds.isHidden[Int(events[at].kind)] {
      events[end] = events[at]
      end += 1
    }
    kept = end
  }

  private mutating func keepDistinct(
    _ events: inout [PlacedEvent], _ range: Range<Int>, kept: inout Int
  ) {
    var size = 4
    while size < range.count * 2 { size *= 2 }
    if slots.count < size { slots = [UInt32](repeating: 0, count: size) }
    for index in 0..<size { slots[index] = 0 }
    let order = order
    let layout = order.layout
    let ids = order.ids.bytes.span
    for at in range {
      let event = events[at]
      let words = Int(event.row) * layout.words
      let id = order.words[words + layout.id]
      var isDuplicate = false
      if id != 0 {
        let form = order.ids.form(id)
        var index = Int(truncatingIfNeeded: hash(ids.extracting(form))) & (size - 1)
        while slots[index] != 0 {
          let other = events[Int(slots[index]) - 1]
          let otherForm = order.ids.form(
            order.words[Int(other.row) * layout.words + layout.id])
          if equalBytes(ids.extracting(form), ids.extracting(otherForm)),
            haveSameOrigin(event, other)
          {
            isDuplicate = true
            break
          }
          index = (index + 1) & (size - 1)
        }
        if !isDuplicate { slots[index] = UInt32(kept + 1) }
      }
      if isDuplicate {
        let file = order.words[words + layout.file]
        if file & 1 == 1 { duplicates[file >> 1, default: 0] += 1 }
      } else {
        events[kept] = event
        kept += 1
      }
    }
  }

  private func source(of event: PlacedEvent) -> Int {
    fileSources[Int(order.words[Int(event.row) * order.layout.words + order.layout.file] >> 1)]
  }

  private func haveSameOrigin(_ event: PlacedEvent, _ other: PlacedEvent) -> Bool {
    let (kind, otherKind) = (Int(event.kind), Int(other.kind))
    if kinds.nameOfKind[kind] != kinds.nameOfKind[otherKind] { return false }
    let delivery = kinds.deliveryOfKind[kind]
    if delivery != kinds.deliveryOfKind[otherKind] { return false }
    let (layout, words) = (order.layout, order.words)
    if !fileSources.isEmpty, source(of: event) != source(of: other) { return false }
    if layout.hasCarried,
      words[Int(event.row) * layout.words + layout.carried]
        != words[Int(other.row) * layout.words + layout.carried]
    {
      return false
    }
    if delivery == 0 { return true }
    return words[Int(event.row) * layout.words + layout.user]
      == words[Int(other.row) * layout.words + layout.user]
  }
}
