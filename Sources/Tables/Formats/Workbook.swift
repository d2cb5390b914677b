import Values

/// `tables.xlsx`: all tables of a run in one workbook, a sheet a table, and a first sheet with what
/// they are.
///
/// Dates are dates, fractions percentages, seconds `[h]:mm:ss` with a column of days beside them,
/// money has its decimals; text is text, whatever it starts with. A sheet holds 1,048,576 rows: of a
/// longer table the last line names the CSV. Excel keeps 15 significant digits: longer numbers are
/// rounded, and the first sheet says in which tables. Written by libxlsxwriter; a build without the
/// trait XLSX says that it has none.
enum Workbook {
  static let format = TableFormat(
    name: "xlsx",
    shape: .book { path, facts in
      #if XLSX
        try XLSXBook(path: path, facts: facts)
      #else
        throw TableBookError(
          "this build writes no workbooks: it was made without the trait XLSX (libxlsxwriter)")
      #endif
    })
}

/// Names of sheets: what Excel allows of a table's name, unique whatever the case of letters.
struct SheetNames {
  private var taken: Set<String> = ["history"]

  mutating func name(for table: String) -> String {
    var plain = String(
      String.UnicodeScalarView(
        table.unicodeScalars.map { scalar in
          "[]:*?/\\".unicodeScalars.contains(scalar) || scalar.value < 0x20 ? "_" : scalar
        }))
    while plain.hasPrefix("'") { plain.removeFirst() }
    while plain.hasSuffix("'") { plain.removeLast() }
    if plain.isEmpty { plain = "table" }
    var name = Self.cut(plain, to: Self.unitsMax)
    var number = 2
    while !taken.insert(name.lowercased()).inserted {
      let ending = "~\(number)"
      name = Self.cut(plain, to: Self.unitsMax - ending.utf8.count) + ending
      number += 1
    }
    return name
  }

  /// The longest start of at most so many UTF-16 units.
  private static func cut(_ text: String, to units: Int) -> String {
    var kept = ""
    var used = 0
    for scalar in text.unicodeScalars {
      used += scalar.utf16.count
      if used > units { break }
      kept.unicodeScalars.append(scalar)
    }
    return kept
  }

  static let unitsMax = 31
}
