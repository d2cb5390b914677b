import Values

/// What a generated log holds, for the tables made from it to be compared with.
struct Truth: Sendable {
  var log: [(name: String, value: TruthValue)]
  var parameters: [(name: String, value: TruthValue)]
  /// By the names of the tables' files; the tool does not make the one called `totals`.
  var tables: [TruthTable]
}

enum TruthValue: Sendable {
  case count(Int)
  /// Hundredths.
  case money(Int)
  /// Milliseconds since 1970.
  case time(Int)
  case fraction(Int, Int)
}

extension Truth {
  /// One JSON object: counts as numbers, amounts as decimal texts, fractions as a numerator and a
  /// denominator, so that every number is exact.
  func json(profile: String) -> [UInt8] {
    var out = LineBuffer()
    out.add("{\n\"profile\": \"")
    out.add(profile)
    out.add("\",\n\"log\": {")
    out.add(fields: log)
    out.add("},\n\"parameters\": {\n  ")
    out.add(fields: parameters, separator: ",\n  ")
    out.add("\n},\n\"tables\": {")
    for (index, table) in tables.filter({ $0.name != "totals" }).enumerated() {
      if index > 0 { out.add(",") }
      out.add("\n\"")
      out.add(table.name)
      out.add("\": {\"keys\": [")
      for (place, key) in table.keys.enumerated() {
        if place > 0 { out.add(", ") }
        out.add(quoted: key.name)
      }
      out.add("], \"rows\": [")
      for (place, key) in table.sortedKeys.enumerated() {
        out.add(place > 0 ? ",\n  {" : "\n  {")
        out.add(fields: table.fields(key))
        out.add("}")
      }
      out.add("]}")
    }
    out.add("\n}\n}\n")
    return out.bytes
  }
}

extension TruthTable {
  fileprivate enum Cell {
    case value(TruthValue)
    case text(String)
    case date(Int)
    case account(Int)
  }

  fileprivate func fields(_ key: [Int]) -> [(name: String, value: Cell)] {
    let cells = cells(key)
    var fields: [(name: String, value: Cell)] = []
    for (part, number) in zip(keys, key) {
      switch part.kind {
      case .date: fields.append((part.name, .date(number)))
      case .number: fields.append((part.name, .value(.count(number))))
      case .text(let texts): fields.append((part.name, .text(texts[number])))
      case .account: fields.append((part.name, .account(number)))
      }
    }
    for column in columns {
      switch column.kind {
      case .count:
        if let count = cells[column.name] { fields.append((column.name, .value(.count(count)))) }
      case .money:
        if let cents = cells[column.name] { fields.append((column.name, .value(.money(cents)))) }
      case .moneyOf(let hidden):
        if let cents = cells[hidden] { fields.append((column.name, .value(.money(cents)))) }
      case .hidden: break
      case .fraction(let above, let below):
        if let above = cells[above], let below = cells[below], below != 0 {
          fields.append((column.name, .value(.fraction(above, below))))
        }
      }
    }
    return fields
  }
}

extension LineBuffer {
  fileprivate mutating func add(quoted text: String) {
    add(UInt8(ascii: "\""))
    add(text)
    add(UInt8(ascii: "\""))
  }

  fileprivate mutating func add(signed number: Int) {
    if number < 0 { add(UInt8(ascii: "-")) }
    add(abs(number))
  }

  fileprivate mutating func add(
    fields: [(name: String, value: TruthValue)], separator: StaticString = ", "
  ) {
    add(fields: fields.map { ($0.name, TruthTable.Cell.value($0.value)) }, separator: separator)
  }

  fileprivate mutating func add(
    fields: [(name: String, value: TruthTable.Cell)], separator: StaticString = ", "
  ) {
    for (index, field) in fields.enumerated() {
      if index > 0 { add(separator) }
      add(quoted: field.name)
      add(": ")
      switch field.value {
      case .text(let text): add(quoted: text)
      case .account(let account):
        add("\"acct-")
        add(account, width: 5)
        add("\"")
      case .date(let day):
        let date = CivilTime(milliseconds: day * LocalClock.day)
        add("\"")
        add(date.year, width: 4)
        add("-")
        add(date.month, width: 2)
        add("-")
        add(date.day, width: 2)
        add("\"")
      case .value(.count(let count)): add(signed: count)
      case .value(.money(let cents)):
        add("\"")
        if cents < 0 { add("-") }
        add(cents: abs(cents))
        add("\"")
      case .value(.time(let time)):
        add("\"")
        add(time: time)
        add("\"")
      case .value(.fraction(let above, let below)):
        add("{\"numerator\": ")
        add(signed: above)
        add(", \"denominator\": ")
        add(signed: below)
        add("}")
      }
    }
  }
}
