extension EventBatch {
  /// A batch of some of the rows, in the order given. It shares `bytes` with this one.
  package func selecting(_ rows: [Int]) -> EventBatch {
    var selected = EventBatch()
    selected.source = source
    if rows.isEmpty { return selected }
    // Row-major columns have as many values a row as there are properties.
    let (textCount, numberCount) = (texts.count / count, numbers.count / count)
    selected.count = rows.count
    selected.bytes = bytes
    selected.times = rows.map { times[$0] }
    // A column that was not extracted stays empty.
    func select(_ column: [ByteSlice]) -> [ByteSlice] {
      column.isEmpty ? [] : rows.map { column[$0] }
    }
    selected.names = select(names)
    selected.users = select(users)
    selected.accounts = select(accounts)
    selected.ids = select(ids)
    selected.links = select(links)
    selected.keys = select(keys)
    selected.aliases = select(aliases)
    selected.accountAliases = select(accountAliases)
    for row in rows {
      selected.texts += texts[row * textCount..<(row + 1) * textCount]
      selected.numbers += numbers[row * numberCount..<(row + 1) * numberCount]
    }
    if !lines.isEmpty { selected.lines = rows.map { lines[$0] } }
    return selected
  }
}
