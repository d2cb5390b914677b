import Yams

extension SpecNode {
  /// Parses one YAML document. Throws a single error at the place where the YAML is malformed; nil
  /// when there is no document.
  package static func compose(yaml text: String) throws(SpecError) -> SpecNode? {
    var none: [SpecError] = []
    return try compose(yaml: text, environment: nil, unset: &none)
  }

  /// The same, with variables filled in.
  ///
  /// - Parameter unset: takes an error for each text whose variables are not all set.
  package static func compose(
    yaml text: String, environment: (@Sendable (String) -> String?)?, unset: inout [SpecError]
  ) throws(SpecError) -> SpecNode? {
    // The parser takes a byte order mark for content.
    let hasMark = text.unicodeScalars.first == "\u{FEFF}"
    let yaml = hasMark ? String(text.unicodeScalars.dropFirst()) : text
    if yaml.utf8.count > SpecLimits.fileBytesMax {
      throw SpecError(
        SpecMark(line: 1, column: 1),
        "the spec is too large: \(yaml.utf8.count) bytes, and at most \(SpecLimits.fileBytesMax)")
    }
    if let mark = YAMLKeys.suspect(in: yaml) {
      throw SpecError(
        mark, "in a spec with aliases a key must be plain text, and this could be another one")
    }
    let root: Node?
    do {
      // No resolver: nothing is typed by looking at it. The encoding is given, since its default
      // reads the environment and prints.
      root = try Yams.compose(yaml: yaml, .basic, .default, .utf8)
    } catch let error as YamlError {
      throw SpecError(error, yaml: yaml)
    } catch {
      throw SpecError(SpecMark(line: 1, column: 1), "not valid YAML: \(error)")
    }
    guard let root else { return nil }
    var composer = Composer()
    composer.variables = environment.map { SpecVariables(environment: $0) }
    let node = try composer.node(root, depth: 0)
    unset = composer.unset
    return node
  }
}

/// Turns Yams' tree into ours, within limits: aliases let a small file describe an enormous tree.
private struct Composer {
  package var nodes = 0
  var variables: SpecVariables?
  var unset: [SpecError] = []

  package mutating func node(_ node: Node, depth: Int) throws(SpecError) -> SpecNode {
    let mark = SpecMark(node.mark)
    nodes += 1
    guard nodes <= SpecLimits.valuesMax else {
      throw SpecError(mark, "the spec is too large: more than \(SpecLimits.valuesMax) values")
    }
    guard depth <= SpecLimits.depthMax else {
      throw SpecError(mark, "nested too deeply: more than \(SpecLimits.depthMax) levels")
    }
    switch node {
    case .scalar(let scalar):
      let plain = scalar.style == .plain
      if scalar.string.utf8.count > SpecLimits.textBytesMax {
        throw SpecError(mark, "a text has at most \(SpecLimits.textBytesMax) bytes")
      }
      if plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
        return SpecNode(mark: mark, content: .nothing)
      }
      return SpecNode(mark: mark, content: .scalar(filled(scalar.string, mark), plain: plain))
    case .sequence(let sequence):
      if sequence.count > SpecLimits.itemsMax {
        throw SpecError(
          mark, "a list has at most \(SpecLimits.itemsMax) items, not \(sequence.count)")
      }
      var items: [SpecNode] = []
      for item in sequence { items.append(try self.node(item, depth: depth + 1)) }
      return SpecNode(mark: mark, content: .list(items))
    case .mapping(let mapping):
      return SpecNode(mark: mark, content: .mapping(try entries(mapping, depth: depth)))
    case .alias:
      // The parser replaces aliases by what they stand for.
      throw SpecError(mark, "an alias that stands for nothing")
    }
  }

  private mutating func filled(_ text: String, _ mark: SpecMark) -> String {
    do throws(SpecVariables.Problem) {
      return try variables?.filled(text) ?? text
    } catch {
      if unset.count < SpecErrors.countMax { unset.append(SpecError(mark, error.text)) }
      return text
    }
  }

  package mutating func entries(_ mapping: Node.Mapping, depth: Int) throws(SpecError) -> [SpecNode
    .Entry]
  {
    if mapping.count > SpecLimits.itemsMax {
      throw SpecError(
        SpecMark(mapping.mark),
        "a mapping has at most \(SpecLimits.itemsMax) keys, not \(mapping.count)")
    }
    var entries: [SpecNode.Entry] = []
    var merged: [SpecNode] = []
    var keys: Set<String> = []
    for (key, value) in mapping {
      let keyMark = SpecMark(key.mark)
      guard case .scalar(let scalar) = key else {
        throw SpecError(keyMark, "a key must be plain text, not a list or a mapping")
      }
      let value = try node(value, depth: depth + 1)
      if scalar.string == "<<", scalar.style == .plain {
        switch value.content {
        case .mapping: merged.append(value)
        case .list(let items): merged += items
        default: throw SpecError(value.mark, "`<<` merges a mapping, not \(value.described)")
        }
      } else {
        if scalar.string.utf8.count > SpecLimits.textBytesMax {
          throw SpecError(keyMark, "a key has at most \(SpecLimits.textBytesMax) bytes")
        }
        if !keys.insert(scalar.string).inserted {
          throw SpecError(keyMark, "the key `\(scalar.string.prefix(60))` is given twice")
        }
        entries.append(SpecNode.Entry(key: scalar.string, keyMark: keyMark, value: value))
      }
    }
    // YAML's merge rule: the mapping's own keys win, then earlier merged mappings.
    for source in merged {
      guard case .mapping(let inherited) = source.content else {
        throw SpecError(source.mark, "`<<` merges a mapping, not \(source.described)")
      }
      for entry in inherited where keys.insert(entry.key).inserted {
        entries.append(entry)
      }
    }
    return entries
  }
}

extension SpecMark {
  fileprivate init(_ mark: Mark?) {
    self.init(line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
  }

  /// The first tab in what its line is indented with; nil where there is none.
  fileprivate func tab(in yaml: String) -> SpecMark? {
    let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard line <= lines.count else { return nil }
    let indent = lines[line - 1].prefix { $0 == " " || $0 == "\t" }
    guard let place = indent.firstIndex(of: "\t") else { return nil }
    return SpecMark(
      line: line, column: indent.distance(from: indent.startIndex, to: place) + 1)
  }

  /// The parser ends every file with a line of its own: the end is put back onto the last line.
  fileprivate init(_ mark: Mark, in yaml: String) {
    self.init(mark)
    let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if line > lines.count {
      self.init(line: lines.count, column: lines[lines.count - 1].unicodeScalars.count + 1)
    }
  }
}

extension SpecError {
  fileprivate init(_ error: YamlError, yaml: String) {
    switch error {
    case .composer(let context, let problem, let mark, _):
      let before = context.map { "\($0.text), " } ?? ""
      self.init(SpecMark(mark, in: yaml), "not valid YAML: \(before)\(problem)")
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _):
      if let tab = SpecMark(mark, in: yaml).tab(in: yaml) {
        self.init(tab, "a tab: YAML is indented with blanks")
        return
      }
      // libYAML's context is a phrase such as "while parsing a block mapping".
      let place = context.map { " \($0.text), begun at \($0.mark.line):\($0.mark.column)" } ?? ""
      self.init(SpecMark(mark, in: yaml), "not valid YAML: \(problem)\(place)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "`\($0)`" }.joined(separator: ", ")
      let keys = duplicates.count == 1 ? "the key \(names) is" : "the keys \(names) are"
      self.init(SpecMark(context.mark), "\(keys) given here, and again in the same mapping")
    case .reader(let problem, let offset, _, _):
      var mark = SpecMark(line: 1, column: 1)
      for character in yaml.prefix(offset ?? 0) {
        if character.isNewline {
          mark = SpecMark(line: mark.line + 1, column: 1)
        } else {
          mark.column += character.unicodeScalars.count
        }
      }
      self.init(mark, "not valid YAML: \(problem)")
    default:
      self.init(SpecMark(line: 1, column: 1), "not valid YAML: \(error)")
    }
  }
}
