#if XLSX
  import CXlsxWriter
  import Values

  /// A workbook on its way into a file. Rows are not held in memory: the library keeps each sheet in
  /// a scratch file until the end, beside the workbook, where it goes with it whatever happens.
  ///
  /// The library owns all sheets and formats, and frees them with the workbook; every pointer kept
  /// here lives as long as `book`, which is closed once, by `finish` or by `deinit`.
  @safe final class XLSXBook: TableBook {
    private var book: UnsafeMutablePointer<lxw_workbook>?
    private let facts: TableBookFacts
    private let contents: UnsafeMutablePointer<lxw_worksheet>
    private let styles: XLSXStyles
    private var names = SheetNames()
    private var sheet: XLSXSheet?
    private var done: [XLSXSheet.Summary] = []

    init(path: String, facts: TableBookFacts) throws {
      // Paths are made by the caller, and hold no NUL.
      var options = unsafe lxw_workbook_options()
      unsafe options.constant_memory = 1
      unsafe options.use_zip64 = 1
      // The library keeps copies of both.
      let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
      let book = unsafe folder.withCString { folder in
        unsafe options.tmpdir = UnsafeMutablePointer(mutating: folder)
        return unsafe workbook_new_opt(path, &options)
      }
      guard let book = unsafe book else {
        throw TableBookError("cannot make a workbook: out of memory")
      }
      unsafe self.book = book
      self.facts = facts
      // One instant for all: equal tables give equal bytes.
      var properties = unsafe lxw_doc_properties()
      unsafe properties.created = 946_684_800
      unsafe workbook_set_properties(book, &properties)
      unsafe styles = XLSXStyles(book)
      guard let contents = unsafe workbook_add_worksheet(book, names.name(for: "contents")) else {
        throw TableBookError("cannot make a workbook: out of memory")
      }
      unsafe self.contents = contents
    }

    deinit {
      if let book = unsafe book { unsafe lxw_workbook_free(book) }
    }

    func begin(_ head: TableHead) throws {
      let name = names.name(for: head.name)
      guard let book = unsafe book, let made = unsafe workbook_add_worksheet(book, name) else {
        throw TableBookError("cannot add a sheet for \(head.name) to the workbook")
      }
      unsafe sheet = XLSXSheet(made, name: name, head: head, styles: styles)
    }

    func append(_ row: [Cell]) { sheet?.append(row) }

    func end() {
      guard let sheet else { return }
      done.append(sheet.end())
      self.sheet = nil
    }

    func finish() throws {
      guard let book = unsafe book else { return }
      writeContents()
      unsafe self.book = nil
      // Closing frees the book, also when it fails.
      let code = unsafe workbook_close(book)
      if code != LXW_NO_ERROR {
        let reason = unsafe String(cString: lxw_strerror(code))
        throw TableBookError("cannot write the workbook: \(reason)")
      }
    }

    /// The first sheet: the run, the tables, the columns.
    private func writeContents() {
      let words = facts.language == "zh" ? Self.chinese : Self.english
      var row: UInt32 = 0
      func put(_ cells: [String], heading: Bool = false) {
        for (column, text) in cells.enumerated() where !text.isEmpty {
          unsafe XLSXSheet.write(
            text, row, UInt16(column), heading ? styles.heading : styles.wrapped, to: contents)
        }
        row += 1
      }
      put(["Twinfunnel"], heading: true)
      for line in facts.lines { put([line.name, line.value]) }
      row += 1
      put([words.sheet, words.rows, words.report, words.notes, words.definition], heading: true)
      for table in done {
        var notes: [String] = []
        if table.rounded > 0 { notes.append(words.rounded(table.rounded)) }
        if table.cut > 0 { notes.append(words.cut(table.cut)) }
        put([
          table.name, String(table.rows), table.head.report, notes.joined(separator: " "),
          String(decoding: JSONWriter.compact(table.head.definition), as: UTF8.self),
        ])
      }
      row += 1
      put([words.sheet, words.column, words.unit, words.meaning], heading: true)
      for table in done {
        for column in table.head.columns {
          put([table.name, column.name, column.unit, column.description])
        }
      }
      for (column, width) in [28.0, 24, 18, 60, 60].enumerated() {
        unsafe worksheet_set_column(contents, UInt16(column), UInt16(column), width, nil)
      }
    }

    private struct Words: Sendable {
      var sheet, rows, report, notes, definition, column, unit, meaning: String
      var rounded: @Sendable (Int) -> String
      var cut: @Sendable (Int) -> String
    }

    private static let english = Words(
      sheet: "sheet", rows: "rows", report: "report", notes: "notes", definition: "definition",
      column: "column", unit: "unit", meaning: "meaning",
      rounded: { "\($0) numbers have more than 15 significant digits and are rounded here." },
      cut: { "\($0) more rows are in the CSV file." })
    private static let chinese = Words(
      sheet: "工作表", rows: "行数", report: "报表", notes: "说明", definition: "定义", column: "列",
      unit: "单位", meaning: "含义",
      rounded: { "有 \($0) 个数字超过 15 位有效数字，此处已取舍。" },
      cut: { "另有 \($0) 行，见 CSV 文件。" })
  }

  /// The formats of a workbook's cells, owned by the workbook.
  @safe struct XLSXStyles {
    typealias Style = UnsafeMutablePointer<lxw_format>?

    let heading: Style
    let wrapped: Style
    let date: Style
    let dateTime: Style
    let percent: Style
    let duration: Style
    let days: Style
    let integer: Style
    /// By number of decimals, 0 to 9.
    let money: [Style]

    init(_ book: UnsafeMutablePointer<lxw_workbook>) {
      // Called only here, while the book lives.
      func style(_ format: String) -> Style {
        let style = unsafe workbook_add_format(book)
        if let style = unsafe style { unsafe format_set_num_format(style, format) }
        return unsafe style
      }
      let heading = unsafe workbook_add_format(book)
      if let heading = unsafe heading {
        unsafe format_set_bold(heading)
        unsafe format_set_bg_color(heading, 0xE6ECF5)
        unsafe format_set_bottom(heading, UInt8(LXW_BORDER_THIN.rawValue))
      }
      unsafe self.heading = heading
      let wrapped = unsafe workbook_add_format(book)
      if let wrapped = unsafe wrapped {
        unsafe format_set_align(wrapped, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
      }
      unsafe self.wrapped = wrapped
      unsafe date = style("yyyy-mm-dd")
      unsafe dateTime = style("yyyy-mm-dd hh:mm:ss")
      unsafe percent = style("0.0%")
      unsafe duration = style("[h]:mm:ss")
      unsafe days = style("0.00")
      unsafe integer = style("#,##0")
      unsafe money = (0...9).map { places in
        unsafe style(places == 0 ? "#,##0" : "#,##0." + String(repeating: "0", count: places))
      }
    }
  }
#endif
