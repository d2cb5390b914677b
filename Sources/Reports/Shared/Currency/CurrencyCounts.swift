/// What was counted by currency. A currency that one worker never met has, for it, the counts of
/// `others`: those of everybody, with none of its amounts.
package struct CurrencyCounts<Counts: State>: State {
  /// Of a currency that was not met.
  var others: Counts
  private(set) var byName: [[UInt8]: Counts]

  package static var zero: Self { Self(others: .zero, byName: [:]) }

  init(others: Counts, byName: [[UInt8]: Counts]) {
    self.others = others
    self.byName = byName
  }

  package mutating func add(_ other: Self) {
    for name in other.byName.keys where byName[name] == nil { byName[name] = others }
    for name in Array(byName.keys) { byName[name]?.add(other.byName[name] ?? other.others) }
    others.add(other.others)
  }

  package var isZero: Bool { byName.isEmpty && others.isZero }

  /// In the order of rows.
  var names: [[UInt8]] { byName.keys.sorted { $0.lexicographicallyPrecedes($1) } }

  package func encode(to writer: inout StateWriter) {
    others.encode(to: &writer)
    writer.append(count: byName.count)
    for name in names {
      writer.append(text: name)
      byName[name]?.encode(to: &writer)
    }
  }

  package init(from reader: inout StateReader) {
    others = Counts(from: &reader)
    byName = [:]
    for _ in 0..<reader.count() where !reader.isDamaged {
      let name = reader.text()
      if byName[name] != nil { reader.note("a currency stands there twice") }
      byName[name] = Counts(from: &reader)
    }
  }

  package var heapBytes: Int {
    byName.reduce(others.heapBytes) { $0 + 96 + $1.key.count + $1.value.heapBytes }
  }
}
