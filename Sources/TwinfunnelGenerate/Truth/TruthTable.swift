/// Numbers that one table of the tool must show: sums over entities, cell by cell.
///
/// Only what has been set is compared; a column whose definition leaves room is left out.
struct TruthTable: Sendable {
  enum KeyKind: Sendable {
    /// Days since 1970.
    case date
    case number
    /// An index into the texts.
    case text([String])
    case account
  }

  enum ColumnKind: Sendable {
    case count
    /// Hundredths.
    case money
    /// Hundredths that are counted in a hidden column, because other rows have a fraction here.
    case moneyOf(String)
    /// Needed for a fraction, and not a column of the table.
    case hidden
    /// One column over another; no value when the latter is 0 or neither is set.
    case fraction(String, String)
  }

  let name: String
  let keys: [(name: String, kind: KeyKind)]
  let columns: [(name: String, kind: ColumnKind)]
  private(set) var rows: [[Int]: [String: Int]] = [:]
  private var unclear: [[Int]: Set<String>] = [:]

  init(
    name: String, keys: [(name: String, kind: KeyKind)],
    columns: [(name: String, kind: ColumnKind)]
  ) {
    self.name = name
    self.keys = keys
    self.columns = columns
  }

  /// Adds to a cell; adding 0 makes sure that there is one.
  mutating func add(_ amount: Int = 1, _ column: String, _ key: Int...) {
    assert(key.count == keys.count && columns.contains { $0.name == column })
    rows[key, default: [:]][column, default: 0] += amount
  }

  /// Leaves a cell out: what it must say hangs on what had not been observed yet.
  mutating func leaveOut(_ column: String, _ key: Int...) {
    assert(key.count == keys.count && columns.contains { $0.name == column })
    unclear[key, default: []].insert(column)
  }

  /// The columns of a row that can be compared.
  func cells(_ key: [Int]) -> [String: Int] {
    let left = unclear[key] ?? []
    return (rows[key] ?? [:]).filter { !left.contains($0.key) }
  }

  mutating func merge(_ other: TruthTable) {
    for (key, columns) in other.unclear { unclear[key, default: []].formUnion(columns) }
    for (key, cells) in other.rows {
      rows[key, default: [:]].merge(cells) { $0 + $1 }
    }
  }

  /// The column's sum over all rows for which the condition holds.
  func total(_ column: String, where condition: ([Int]) -> Bool = { _ in true }) -> Int {
    rows.reduce(0) { $0 + (condition($1.key) ? $1.value[column] ?? 0 : 0) }
  }

  var sortedKeys: [[Int]] { rows.keys.sorted { $0.lexicographicallyPrecedes($1) } }
}
