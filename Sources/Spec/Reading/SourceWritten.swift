import Values

extension JSONValue {
  /// A `source` section with what its preset says in place of the preset's name, so that it means the
  /// same to a program whose presets have changed. Reads as a section again.
  init(sourceSection node: SpecNode) {
    guard case .mapping(let entries) = node.content else {
      self = .null
      return
    }
    var members: [(key: String, value: JSONValue)] = []
    if let preset = entries.first(where: { $0.key == "preset" }),
      case .scalar(let name, _) = preset.value.content, let known = SourcePreset.named(name),
      let root = try? SpecNode.compose(yaml: known.yaml), case .mapping(let base) = root.content
    {
      members = base.map { ($0.key, JSONValue(writing: $0.value)) }
    }
    for entry in entries where entry.key != "preset" {
      let value = JSONValue(writing: entry.value)
      guard let place = members.firstIndex(where: { $0.key == entry.key }) else {
        members.append((entry.key, value))
        continue
      }
      members[place].value =
        entry.key == "properties" ? members[place].value.overridden(by: value) : value
    }
    self = .object(members)
  }

  /// Plain scalars stay plain: what `1` or `true` mean is decided by the option that reads them.
  private init(writing node: SpecNode) {
    switch node.content {
    case .nothing: self = .null
    case .scalar(let text, let plain):
      let isLiteral =
        plain && (try? JSONReader.read(Array(text.utf8))).map { $0.string == nil } ?? false
      self = isLiteral ? .digits(text) : .text(text)
    case .list(let items): self = .list(items.map { JSONValue(writing: $0) })
    case .mapping(let entries):
      self = .object(entries.map { ($0.key, JSONValue(writing: $0.value)) })
    }
  }

  private func overridden(by other: JSONValue) -> JSONValue {
    guard case .object(var members) = self, case .object(let more) = other else { return other }
    for (key, value) in more {
      if let place = members.firstIndex(where: { $0.key == key }) {
        members[place].value = value
      } else {
        members.append((key, value))
      }
    }
    return .object(members)
  }
}
