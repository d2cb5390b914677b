import EventLog

/// What a source of a spec to start from is called, and the patterns of its files.
enum StarterFiles {
  private static let nameMax = 24

  /// The names by which a run will know a group's files: each once, of members their archive's.
  static func names(of group: Inspection.Group) -> [String] {
    var seen: Set<String> = []
    return group.files.map(\.file.name).filter { seen.insert($0).inserted }
  }

  /// Patterns that fit these names and none of the others: the ending that all of them have, so that
  /// tomorrow's file fits, too, or the names.
  static func patterns(of names: [String], notOf others: [String]) -> [String] {
    let end = names.first.map(ending) ?? ""
    if !end.isEmpty, names.allSatisfy({ $0.hasSuffix(end) }),
      !others.contains(where: { $0.hasSuffix(end) })
    {
      return ["**/*" + escaped(end)]
    }
    return names.map(escaped)
  }

  /// `.jsonl.gz` of `2025/app.2025-03-01.jsonl.gz`.
  private static func ending(_ name: String) -> String {
    let parts = (name.split(separator: "/").last ?? "").split(separator: ".").dropFirst()
    let last = parts.suffix(parts.last == "gz" ? 2 : 1)
    return last.map { "." + $0 }.joined()
  }

  /// Of the first file, in letters and digits.
  static func sourceName(of names: [String], number: Int, taken: inout Set<String>) -> String {
    let last = (names.first ?? "").split(separator: "/").last.map(String.init) ?? ""
    let stem = last.prefix { $0 != "." }.lowercased()
    let words = stem.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
      .filter { $0.contains(where: \.isLetter) }
    var name = String(words.joined(separator: "_").prefix(nameMax))
    if name.first?.isLetter != true || taken.contains(name) { name = "source\(number)" }
    taken.insert(name)
    return name
  }

  private static func escaped(_ name: String) -> String {
    var escaped = ""
    for character in name {
      if "*?[]{}\\".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }
}
