import Values

/// `NAME.md`: a table of GitHub Flavored Markdown, for issues, wikis and mails: numbers rounded as
/// in the terminal.
///
/// Source: https://github.github.com/gfm/#tables-extension-. What Markdown would take for markup is
/// escaped, so that text from the logs stays text.
package struct MarkdownWriter: TableWriter {
  package static let format = TableFormat(
    name: "md", shape: .files { head, _ in MarkdownWriter(columns: head.columns) })

  private let columns: [Column]

  package init(columns: [Column]) {
    self.columns = columns
  }

  package func begin(into bytes: inout [UInt8]) {
    line(columns.map { Self.escaped($0.name) }, into: &bytes)
    line(columns.map { $0.kind.isRightAligned ? "---:" : "---" }, into: &bytes)
  }

  package func append(_ row: [Cell], into bytes: inout [UInt8]) {
    precondition(row.count == columns.count, "a row has one cell for each column")
    line(
      zip(row, columns).map { Self.escaped(CellText.shown($0, unit: $1.unit)) }, into: &bytes)
  }

  package func end(into bytes: inout [UInt8]) {}

  private func line(_ cells: [String], into bytes: inout [UInt8]) {
    bytes.append(contentsOf: "|".utf8)
    for cell in cells {
      bytes.append(contentsOf: " ".utf8)
      bytes.append(contentsOf: cell.utf8)
      bytes.append(contentsOf: cell.isEmpty ? "|".utf8 : " |".utf8)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func escaped(_ text: String) -> String {
    var safe = String.UnicodeScalarView()
    for scalar in ShownText.escaped(text).unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "$": safe.append("\\")
      case "&":
        safe.append(contentsOf: "&amp;".unicodeScalars)
        continue
      case "<":
        safe.append(contentsOf: "&lt;".unicodeScalars)
        continue
      case ">":
        safe.append(contentsOf: "&gt;".unicodeScalars)
        continue
      default: break
      }
      safe.append(scalar)
    }
    return String(safe)
  }
}
