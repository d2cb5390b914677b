import Spec
package import Tables
package import Timelines

/// A report once for each currency that the logs have: nothing is converted, and no sum has two of
/// them.
///
/// Each currency has a fold that counts its amounts alone. Which there are is known only when they
/// are met, so one more fold sees everybody and no amount: a copy of it is where a new currency's
/// begins.
package struct CurrencyFolds<Fold: CurrencyFold>: ReportFold {
  private let definition: any ReportDefinition
  private let observation: Observation
  private let blank: Fold
  private var others: Fold
  private var folds: [Fold] = []
  private var names: [[UInt8]] = []
  private var numbers: [[UInt8]: Int] = [:]
  /// Of the partition at hand, where its codes lead.
  private var partition: Int?
  private var known: [UInt32: Int] = [:]
  /// Whether the logs have more than anybody has money in.
  private var isTooMany = false

  /// There are some 180 in use.
  private static var most: Int { 250 }

  init(_ fold: Fold, _ definition: any ReportDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    blank = fold
    others = fold
  }

  package mutating func observe(_ timeline: Timeline) {
    if partition != timeline.partition {
      partition = timeline.partition
      known.removeAll(keepingCapacity: true)
    }
    var codes: [Int: [UInt32]] = [:]
    for code in others.currencies(of: timeline, observation.observed(timeline)) {
      guard let number = number(of: code, timeline) else { continue }
      codes[number, default: []].append(code)
    }
    switch Fold.standing {
    case .everybody:
      for number in folds.indices { fold(timeline, number, codes[number] ?? []) }
      others.observe(timeline)
    case .payers:
      for (number, own) in codes { fold(timeline, number, own) }
    case .payersAndRest:
      for (number, own) in codes { fold(timeline, number, own) }
      if codes.isEmpty, let none = number(of: 0, timeline) { fold(timeline, none, []) }
    }
  }

  private mutating func fold(_ timeline: Timeline, _ number: Int, _ codes: [UInt32]) {
    folds[number].currency.codes = codes
    folds[number].observe(timeline)
  }

  /// Nil for one too many.
  private mutating func number(of code: UInt32, _ timeline: Timeline) -> Int? {
    if let number = known[code] { return number }
    let number = number(named: Self.name(timeline.values[Int(code)]))
    known[code] = number
    return number
  }

  /// A code of three letters is one currency however it is written (`usd`).
  private static func name(_ value: ArraySlice<UInt8>) -> [UInt8] {
    let isCode = value.count == 3 && value.allSatisfy { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
    return isCode ? value.map { $0 & ~0x20 } : Array(value)
  }

  private mutating func number(named name: [UInt8]) -> Int? {
    if let number = numbers[name] { return number }
    if folds.count == Self.most {
      isTooMany = true
      return nil
    }
    numbers[name] = folds.count
    names.append(name)
    folds.append(others)
    return folds.count - 1
  }

  package var counts: CurrencyCounts<Fold.Counts> {
    CurrencyCounts(
      others: others.counts,
      byName: Dictionary(uniqueKeysWithValues: zip(names, folds.map(\.counts))))
  }

  package mutating func add(_ counts: CurrencyCounts<Fold.Counts>) {
    for name in counts.names { _ = number(named: name) }
    for number in folds.indices {
      folds[number].add(counts.byName[names[number]] ?? counts.others)
    }
    others.add(counts.others)
  }

  package func fits(_ counts: CurrencyCounts<Fold.Counts>) -> Bool {
    blank.fits(counts.others) && counts.byName.values.allSatisfy { blank.fits($0) }
  }

  package mutating func merge(_ other: Self) {
    isTooMany = isTooMany || other.isTooMany
    add(other.counts)
  }

  /// Without any amount, one set of rows that names no currency.
  private var ordered: [(name: [UInt8], fold: Fold)] {
    if folds.isEmpty { return [([], others)] }
    return zip(names, folds).sorted { $0.0.lexicographicallyPrecedes($1.0) }
      .map { (name: $0.0, fold: $0.1) }
  }

  package func tables() throws -> [Table] {
    if isTooMany { throw TooManyCurrencies(report: definition.options.name, most: Self.most) }
    let once = Set(definition.heads.filter(\.isWithoutAmounts).map(\.name))
    var tables: [Table] = []
    for (name, fold) in ordered {
      let cell: Cell = name.isEmpty ? .empty : .text(String(decoding: name, as: UTF8.self))
      for (place, own) in try fold.tables().enumerated() {
        if once.contains(own.name) {
          if place == tables.count { tables.append(Table(name: own.name, columns: own.columns)) }
          tables[place].rows = Self.joined(tables[place].rows, own.rows)
          continue
        }
        let rows = own.rows.map { [cell] + $0 }
        if place < tables.count {
          tables[place].rows += rows
        } else {
          tables.append(Table(name: own.name, columns: own.columns.priced(.split), rows: rows))
        }
      }
    }
    return tables
  }

  /// Rows of one table or the other, each once, by the bytes of their texts.
  private static func joined(_ left: [[Cell]], _ right: [[Cell]]) -> [[Cell]] {
    if left.isEmpty || right.isEmpty || left == right { return left.isEmpty ? right : left }
    var known = Set(left)
    let rows = left + right.filter { known.insert($0).inserted }
    func key(_ row: [Cell]) -> [[UInt8]] {
      row.map { cell in if case .text(let text) = cell { Array(text.utf8) } else { [] } }
    }
    return rows.map { (key: key($0), row: $0) }.sorted { precedes($0.key, $1.key) }.map(\.row)
  }

  package func warnings() -> [String] {
    ordered.flatMap { name, fold in
      fold.warnings().map {
        name.isEmpty ? $0 : "\($0) (currency \(String(decoding: name, as: UTF8.self)))"
      }
    }
  }
}

extension CurrencyFolds: ExplainableFold where Fold: ExplainableFold {
  mutating func explanation(_ teller: EventTeller) -> Explanation {
    var whole = Explanation()
    for (name, fold) in ordered {
      var fold = fold
      let own = fold.explanation(teller)
      let mark = name.isEmpty ? "" : String(decoding: name, as: UTF8.self) + ": "
      for note in own.notes { whole.note(note.event, mark + note.text) }
      for conclusion in own.conclusions { whole.conclude(mark + conclusion) }
    }
    return whole
  }
}

/// A property that is named as a currency and is none.
package struct TooManyCurrencies: Error, CustomStringConvertible {
  package var report: String
  var most: Int

  package var description: String {
    "report \(report): its amounts have more than \(most) different currencies; `currency` in the "
      + "source's `properties` must lead to the name of one, such as EUR"
  }
}
