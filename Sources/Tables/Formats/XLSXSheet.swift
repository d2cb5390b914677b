#if XLSX
  import CXlsxWriter
  import Values

  /// One table on its way into its sheet. The sheet and the styles belong to the workbook, which
  /// outlives this.
  @safe struct XLSXSheet {
    struct Summary {
      var name: String
      var head: TableHead
      /// Of the table, those that were cut off included.
      var rows: Int
      /// Numbers that lost digits.
      var rounded: Int
      /// Rows that found no room.
      var cut: Int
    }

    private let sheet: UnsafeMutablePointer<lxw_worksheet>
    private let name: String
    private let head: TableHead
    private let styles: XLSXStyles
    /// Sheet column of each table column: seconds take two.
    private let places: [UInt16]
    private var widths: [Int]
    private var rows = 0
    private var rounded = 0
    /// The row that would take the sheet's last line: a note takes it when more follow.
    private var last: [Cell]?

    init(
      _ sheet: UnsafeMutablePointer<lxw_worksheet>, name: String, head: TableHead,
      styles: XLSXStyles
    ) {
      unsafe self.sheet = sheet
      self.name = name
      self.head = head
      self.styles = styles
      var places: [UInt16] = []
      var titles: [String] = []
      for column in head.columns {
        // Tables have fewer columns than a sheet has; what is past its end finds no cell.
        places.append(UInt16(clamping: titles.count))
        titles.append(column.name)
        if column.unit == "seconds" { titles.append("\(column.name) (days)") }
      }
      self.places = places
      widths = titles.map { DisplayWidth.of($0) + 3 }
      for (place, title) in titles.enumerated() {
        unsafe Self.write(title, 0, UInt16(clamping: place), styles.heading, to: sheet)
      }
    }

    mutating func append(_ row: [Cell]) {
      rows += 1
      if rows < Self.rowsMax { write(row, line: UInt32(rows)) }
      if rows == Self.rowsMax { last = row }
    }

    /// Header frozen, filter, widths, and colours on a cohort matrix.
    mutating func finishRows() {
      if rows > Self.rowsMax {
        unsafe Self.write(
          "\(rows - Self.rowsMax + 1) more rows: \(head.name).csv", UInt32(Self.rowsMax), 0, nil,
          to: sheet)
      } else if let last {
        write(last, line: UInt32(Self.rowsMax))
      }
      let bottom = UInt32(min(rows, Self.rowsMax))
      unsafe worksheet_freeze_panes(sheet, 1, 1)
      if !widths.isEmpty {
        unsafe worksheet_autofilter(sheet, 0, 0, max(bottom, 1), UInt16(widths.count - 1))
      }
      for (place, width) in widths.enumerated() {
        unsafe worksheet_set_column(
          sheet, UInt16(clamping: place), UInt16(clamping: place), Double(min(max(width, 9), 60)),
          nil)
      }
      guard head.name.hasSuffix(".matrix"), bottom > 0 else { return }
      // Period 0 is nearly always 100 %, and would hide the differences between the others.
      let coloured = head.columns.indices.filter {
        head.columns[$0].unit == "fraction" && head.columns[$0].name != "period_0"
      }
      guard let first = coloured.first, let end = coloured.last else { return }
      var scale = unsafe lxw_conditional_format()
      unsafe scale.type = UInt8(LXW_CONDITIONAL_2_COLOR_SCALE.rawValue)
      unsafe scale.min_color = 0xF3F7FC
      unsafe scale.max_color = 0x5B9BD5
      unsafe worksheet_conditional_format_range(
        sheet, 1, places[first], bottom, places[end], &scale)
    }

    func end() -> Summary {
      var sheet = self
      sheet.finishRows()
      // The note takes the line of one row.
      let cut = rows > Self.rowsMax ? rows - Self.rowsMax + 1 : 0
      return Summary(name: name, head: head, rows: rows, rounded: sheet.rounded, cut: cut)
    }

    private mutating func write(_ row: [Cell], line: UInt32) {
      for (index, cell) in row.enumerated() {
        let column = head.columns[index]
        let place = places[index]
        switch cell {
        case .empty: break
        case .text(let text): write(text, column, line, place)
        case .integer(let value):
          if value.magnitude >= 1_000_000_000_000_000 { rounded += 1 }
          unsafe number(Double(value), line, place, styles.integer)
        case .number(let value):
          guard value.isFinite else { continue }
          switch column.unit {
          case "fraction": unsafe number(value, line, place, styles.percent)
          case "seconds":
            unsafe number(value / 86_400, line, place, styles.duration)
            unsafe number(value / 86_400, line, place + 1, styles.days)
          default: unsafe number(value, line, place, nil)
          }
        case .decimal(let value):
          let text = value.description
          let digits = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") }
          if digits.drop(while: { $0 == UInt8(ascii: "0") }).count > 15 { rounded += 1 }
          let scale = text.split(separator: ".").dropFirst().first?.utf8.count ?? 0
          unsafe number(
            value.approximation, line, place, styles.money[min(max(scale, 2), 9)])
        case .boolean(let value):
          unsafe worksheet_write_boolean(sheet, line, place, value ? 1 : 0, nil)
        }
        if rows <= Self.rowsMeasured {
          let shown = DisplayWidth.of(CellText.shown(cell, unit: column.unit)) + 2
          widths[Int(place)] = max(widths[Int(place)], shown)
        }
      }
    }

    private mutating func write(
      _ text: String, _ column: Column, _ line: UInt32, _ place: UInt16
    ) {
      if column.kind == .date || column.kind == .dateTime,
        let serial = CellMoment(text)?.spreadsheetSerial
      {
        unsafe number(
          serial, line, place, column.kind == .date ? styles.date : styles.dateTime)
      } else {
        unsafe Self.write(text, line, place, nil, to: sheet)
      }
    }

    private func number(
      _ value: Double, _ line: UInt32, _ place: UInt16, _ style: XLSXStyles.Style
    ) {
      unsafe worksheet_write_number(sheet, line, place, value, style)
    }

    /// Text as text, whatever it starts with: what XML or a cell cannot hold is replaced or cut.
    static func write(
      _ text: String, _ line: UInt32, _ place: UInt16, _ style: XLSXStyles.Style,
      to sheet: UnsafeMutablePointer<lxw_worksheet>
    ) {
      var safe = ""
      var units = 0
      for scalar in text.unicodeScalars {
        units += scalar.utf16.count
        if units > textUnitsMax { break }
        switch scalar.value {
        case 0, 0xFFFE, 0xFFFF: safe.unicodeScalars.append("\u{FFFD}")
        default: safe.unicodeScalars.append(scalar)
        }
      }
      // The library copies the text before it returns.
      unsafe worksheet_write_string(sheet, line, place, safe, style)
    }

    /// Rows below the header.
    private static let rowsMax = 1_048_575
    private static let textUnitsMax = 32_767
    /// Widths are taken from so many rows.
    private static let rowsMeasured = 1000
  }
#endif
