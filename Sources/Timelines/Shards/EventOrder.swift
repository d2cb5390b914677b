import EventLog
import Values

/// An event of a partition on its way to its place.
struct PlacedEvent: Sendable {
  var time: Int64
  /// Index into the run's kinds.
  var kind: UInt32
  /// Finds its words: 0 for every mark, then 1, 2, ... for the rows that are none.
  var row: UInt32
}

/// The order of an entity's events: time, name bytes, id bytes, those that a matcher matches before
/// others, then what is kept of them: properties in the order of their names, user, kind, file.
/// Nothing of it depends on how events arrived, and events that are equal in all of it are
/// interchangeable.
struct EventOrder {
  let layout: RowLayout
  /// Words of the properties, in the order of their names.
  private let properties: [Int]
  /// By kind: the place of its name among all names in byte order.
  let nameOfKind: [UInt32]
  /// By kind: whether no matcher matches.
  let isHidden: [Bool]
  /// `layout.words` for each such number, the first all zeros, with the codes of the whole
  /// partition: codes of values ascend with the bytes.
  let words: [UInt32]
  let numbers: PackedDecimals
  let ids: PackedIDs

  init(
    _ schema: TimelineSchema, nameOfKind: [UInt32], isHidden: [Bool], words: [UInt32],
    numbers: PackedDecimals, ids: PackedIDs
  ) {
    layout = RowLayout(schema)
    let names = (schema.texts + schema.numbers).map { Array($0.utf8) }
    properties = names.indices.sorted {
      names[$0] == names[$1] ? $0 < $1 : names[$0].lexicographicallyPrecedes(names[$1])
    }
    (self.nameOfKind, self.isHidden) = (nameOfKind, isHidden)
    (self.words, self.numbers, self.ids) = (words, numbers, ids)
  }

  @inline(__always)
  func precedes(_ left: PlacedEvent, _ right: PlacedEvent) -> Bool {
    if left.time != right.time { return left.time < right.time }
    return precedesAtOnce(left, right)
  }

  func number(_ word: UInt32) -> ExactDecimal { word == 0 ? .absent : numbers[Int(word) - 1] }

  /// The same for two events of one instant.
  @inline(never)
  private func precedesAtOnce(_ left: PlacedEvent, _ right: PlacedEvent) -> Bool {
    let (name, otherName) = (nameOfKind[Int(left.kind)], nameOfKind[Int(right.kind)])
    if name != otherName { return name < otherName }
    if layout.words == 0 { return left.kind < right.kind }
    let (a, b) = (Int(left.row) * layout.words, Int(right.row) * layout.words)
    if layout.hasID {
      let (id, other) = (ids.id(words[a + layout.id]), ids.id(words[b + layout.id]))
      if id != other { return id.lexicographicallyPrecedes(other) }
      // Of copies of one instant nobody can say which was first: one that is asked for.
      let (hidden, otherHidden) = (isHidden[Int(left.kind)], isHidden[Int(right.kind)])
      if hidden != otherHidden { return otherHidden }
    }
    for column in properties where words[a + column] != words[b + column] {
      if column < layout.textCount { return words[a + column] < words[b + column] }
      let (number, other) = (number(words[a + column]), number(words[b + column]))
      if number != other { return number < other }
    }
    for column in layout.user..<layout.id where words[a + column] != words[b + column] {
      return words[a + column] < words[b + column]
    }
    if left.kind != right.kind { return left.kind < right.kind }
    if !layout.hasID { return false }
    // Rows that are counted elsewhere come first: of two with one id, they are the ones to keep.
    let (file, otherFile) = (words[a + layout.file], words[b + layout.file])
    return (file & 1, file) < (otherFile & 1, otherFile)
  }

  /// Sorts the events of each entity, which begin at `starts`; one more at the end. Most are in order
  /// already, as logs are, and as they were placed.
  func sort(_ events: inout [PlacedEvent], _ starts: [Int]) {
    // Kept for its memory.
    var spare: [PlacedEvent] = []
    for entity in 0..<starts.count - 1 where starts[entity] + 1 < starts[entity + 1] {
      let range = starts[entity]..<starts[entity + 1]
      let second = endOfRun(events.span, range)
      if second < range.upperBound { sort(&events, range, second: second, spare: &spare) }
    }
  }

  /// Sorts the events of one entity whose order first breaks at `second`. Two workers' events that come
  /// one after the other are two runs, which only have to be merged.
  @inline(never)
  private func sort(
    _ events: inout [PlacedEvent], _ range: Range<Int>, second: Int, spare: inout [PlacedEvent]
  ) {
    if endOfRun(events.span, second..<range.upperBound) == range.upperBound {
      merge(&events, range, second: second, spare: &spare)
    } else if range.count <= 16 {
      insert(&events, range, from: second)
    } else {
      // Safe: the rebased buffer is used only inside the closure. Sorting an array's slice in place
      // would copy it.
      unsafe events.withUnsafeMutableBufferPointer { all in
        var slice = unsafe UnsafeMutableBufferPointer(rebasing: all[range])
        unsafe slice.sort { precedes($0, $1) }
      }
    }
  }

  /// Where the order of a range that is not empty first breaks.
  @inline(__always)
  private func endOfRun(_ events: borrowing Span<PlacedEvent>, _ range: Range<Int>) -> Int {
    var at = range.lowerBound + 1
    while at < range.upperBound, !precedes(events[at], events[at - 1]) { at += 1 }
    return at
  }

  /// Merges two runs, the latter of which begins at `second`.
  private func merge(
    _ events: inout [PlacedEvent], _ range: Range<Int>, second: Int, spare: inout [PlacedEvent]
  ) {
    spare.removeAll(keepingCapacity: true)
    spare.append(contentsOf: events[range.lowerBound..<second])
    var events = events.mutableSpan
    var (left, right, place) = (0, second, range.lowerBound)
    while left < spare.count, right < range.upperBound {
      if precedes(events[right], spare[left]) {
        events[place] = events[right]
        right += 1
      } else {
        events[place] = spare[left]
        left += 1
      }
      place += 1
    }
    // What is left of the second run stands where it belongs.
    while left < spare.count {
      events[place] = spare[left]
      left += 1
      place += 1
    }
  }

  /// Inserts each event from `start` on among those before it.
  private func insert(_ events: inout [PlacedEvent], _ range: Range<Int>, from start: Int) {
    var events = events.mutableSpan
    for at in start..<range.upperBound {
      let event = events[at]
      var place = at
      while place > range.lowerBound, precedes(event, events[place - 1]) {
        events[place] = events[place - 1]
        place -= 1
      }
      events[place] = event
    }
  }
}
