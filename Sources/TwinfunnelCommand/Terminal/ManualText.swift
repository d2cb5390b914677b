import Tables

/// A page of the manual for a terminal: paragraphs filled to its width, tables drawn, examples as they
/// are, so that they can be copied. It knows as much Markdown as the pages use.
struct ManualText {
  /// Columns; text is filled to `textMax` of them at most, since longer lines are hard to follow.
  var width: Int
  /// Bold headings and code, instead of underlined ones and backticks.
  var isDecorated: Bool

  func shown(_ markdown: String) -> String {
    var text = ""
    var isAfterItem = false
    for block in Self.blocks(markdown) {
      var isItem = false
      if case .item = block { isItem = true }
      // Items stand below each other.
      if !text.isEmpty, !(isItem && isAfterItem) { text += "\n" }
      text += shown(block)
      isAfterItem = isItem
    }
    return text
  }

  private func shown(_ block: Block) -> String {
    switch block {
    case .heading(let level, let text): heading(text, level)
    case .paragraph(let text): filled(text, first: "")
    case .item(let mark, let text): filled(text, first: mark + " ")
    case .code(let lines): lines.map { "    \($0)\n" }.joined()
    case .table(let rows):
      ManualTable(rows: rows.map { $0.map(inline) }, width: width).text(bold)
    }
  }

  private var textWidth: Int { max(20, min(width, Self.textMax)) }

  private func heading(_ text: String, _ level: Int) -> String {
    if isDecorated { return bold(text.replacing("`", with: "")) + "\n" }
    if level > 2 { return text + "\n" }
    let line = String(repeating: level == 1 ? "=" : "-", count: Self.width(text))
    return "\(text)\n\(line)\n"
  }

  private func bold(_ text: String) -> String { styled(text, 1) }

  /// Word by word, since a line may end between two.
  private func styled(_ text: some StringProtocol, _ style: Int) -> String {
    if !isDecorated { return String(text) }
    return text.split(separator: " ").map { "\u{1B}[\(style)m\($0)\u{1B}[0m" }
      .joined(separator: " ")
  }

  /// Lines after the first stand below its text.
  private func filled(_ text: String, first: String) -> String {
    let rest = String(repeating: " ", count: first.count)
    let lines = Self.wrapped(inline(text), to: textWidth - rest.count)
    return lines.enumerated().map { ($0.offset == 0 ? first : rest) + $0.element + "\n" }.joined()
  }

  /// Links as their text and where they lead; code and emphasis bold, or as they are written.
  private func inline(_ text: String) -> String {
    var text = text.replacing(/\[(?<label>[^\]]*)\]\((?<target>[^)]*)\)/) { link in
      let (label, target) = (String(link.label), String(link.target))
      guard target.hasSuffix(".md") else { return "\(label) (\(target))" }
      let page = ManualText.pageName(target)
      return label.lowercased() == page
        ? "twinfunnel help \(page)" : "\(label) (twinfunnel help \(page))"
    }
    text.replace(/<doc:(?<name>[A-Za-z]+)>/) {
      "twinfunnel help \(ManualText.pageName($0.name + ".md"))"
    }
    guard isDecorated else { return text }
    text.replace(/`(?<code>[^`]+)`/) { styled($0.code, 1) }
    text.replace(/(?<before>^|[ (])\*(?<word>[^* ][^*]*)\*/) { "\($0.before)\(styled($0.word, 4))" }
    return text
  }

  /// A page's name of its file's: small letters, with a hyphen where a word begins.
  static func pageName(_ file: some StringProtocol) -> String {
    String(file.dropLast(3)).replacing(/(?<small>[a-z])(?<large>[A-Z])/) {
      "\($0.small)-\($0.large)"
    }
    .lowercased()
  }

  /// Columns on a screen, without what only changes how the text looks.
  static func width(_ text: some StringProtocol) -> Int {
    var isStyle = false
    let plain = text.unicodeScalars.filter { scalar in
      if scalar == "\u{1B}" { isStyle = true }
      defer { if scalar == "m" { isStyle = false } }
      return !isStyle
    }
    return TerminalText.width(String(String.UnicodeScalarView(plain)))
  }

  /// Lines of whole words; a word that is longer than a line stands alone. Of several blanks one is
  /// left, unless they are kept.
  static func wrapped(_ text: String, to width: Int, keepsBlanks: Bool = false) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: !keepsBlanks) {
      if line.isEmpty {
        line = String(word)
      } else if Self.width(line) + 1 + Self.width(word) <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    return lines + (line.isEmpty && !lines.isEmpty ? [] : [line])
  }

  /// Lines that are too long for a terminal go on in the next, further in; without a width all stay as
  /// they are.
  static func fitted(_ text: String, to width: Int?) -> String {
    guard let width, width > 20 else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if Self.width(line) <= width { return String(line) }
      let indent = String(line.prefix { $0 == " " })
      let lines = wrapped(
        String(line.dropFirst(indent.count)), to: width - indent.count - 4, keepsBlanks: true)
      return lines.enumerated().map { indent + ($0.offset == 0 ? "" : "    ") + $0.element }
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private static let textMax = 96
}

extension ManualText {
  enum Block {
    case heading(level: Int, String)
    case paragraph(String)
    case item(mark: String, String)
    case code([Substring])
    case table([[String]])
  }

  static func blocks(_ markdown: String) -> [Block] {
    var blocks: [Block] = []
    var open: Block?
    var code: [Substring]?
    func close() {
      if let block = open { blocks.append(block) }
      open = nil
    }
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        close()
        if let lines = code { blocks.append(.code(lines)) }
        code = code == nil ? [] : nil
      } else if code != nil {
        code?.append(line)
      } else if line.allSatisfy(\.isWhitespace) || line.hasPrefix("<!--") {
        close()
      } else if let mark = line.prefixMatch(of: /#+\ /) {
        close()
        blocks.append(.heading(level: mark.0.count - 1, String(line[mark.range.upperBound...])))
      } else if line.hasPrefix("|") {
        let cells = Self.cells(line)
        if case .table(let rows) = open {
          let isRule = cells.allSatisfy { !$0.isEmpty && $0.allSatisfy { "-:".contains($0) } }
          if !isRule { open = .table(rows + [cells]) }
        } else {
          close()
          open = .table([cells])
        }
      } else if let mark = line.prefixMatch(of: /(?<mark>-|[0-9]+\.)\ /) {
        close()
        open = .item(mark: String(mark.mark), String(line[mark.range.upperBound...]))
      } else {
        let text = line.drop { $0 == " " }
        switch open {
        case .paragraph(let before): open = .paragraph(before + " " + text)
        case .item(let mark, let before): open = .item(mark: mark, before + " " + text)
        case .table, .none, .heading, .code:
          close()
          open = .paragraph(String(text))
        }
      }
    }
    close()
    return blocks
  }

  /// The cells of a row; `\|` is no border.
  private static func cells(_ line: Substring) -> [String] {
    var inner = line.drop { $0 == " " }.dropFirst()
    while inner.last == " " { inner.removeLast() }
    if inner.last == "|" { inner.removeLast() }
    return inner.replacing("\\|", with: "\u{1F}")
      .split(separator: "|", omittingEmptySubsequences: false).map { cell in
        String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
          .replacing("\u{1F}", with: "|")
      }
  }
}
