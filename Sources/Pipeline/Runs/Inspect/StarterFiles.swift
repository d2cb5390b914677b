import EventLog

/// What a source of a spec to start from is called, and the patterns of its files.
enum StarterFiles {
  private static let nameMax = 24

  /// The names by which a run will know a group's files: each once, of members their archive's.
  static func names(of group: Inspection.Group) -> [String] {
    var seen: Set<String> = []
    return group.files.map(\.file.name).filter { seen.insert($0).inserted }
  }

  /// Patterns that fit these names and none of the others: the ending that all of them have, or their
  /// folder with it, so that tomorrow's file fits, too; else the names.
  static func patterns(of names: [String], notOf others: [String]) -> [String] {
    let end = names.first.map(ending) ?? ""
    let folder = folder(of: names)
    let wide = ["**/*" + escaped(end)] + (folder.map { [escaped($0) + "/*" + escaped(end)] } ?? [])
    let fitting = wide.first { text in
      let pattern = PathPattern(text)
      return names.allSatisfy(pattern.matches) && !others.contains(where: pattern.matches)
    }
    return fitting.map { [$0] } ?? names.map(escaped)
  }

  /// The one that all of them lie in; nil where there is none.
  private static func folder(of names: [String]) -> String? {
    let folders = Set(names.map { $0.split(separator: "/").dropLast().joined(separator: "/") })
    return folders.count == 1 ? folders.first.flatMap { $0.isEmpty ? nil : $0 } : nil
  }

  /// `.jsonl.gz` of `2025/app.2025-03-01.jsonl.gz`.
  private static func ending(_ name: String) -> String {
    let parts = (name.split(separator: "/").last ?? "").split(separator: ".").dropFirst()
    let last = parts.suffix(parts.last == "gz" ? 2 : 1)
    return last.map { "." + $0 }.joined()
  }

  /// Of the folder of several files, or of the first file, in letters and digits.
  static func sourceName(of names: [String], number: Int, taken: inout Set<String>) -> String {
    let place = names.count > 1 ? folder(of: names) ?? names[0] : names.first ?? ""
    let last = place.split(separator: "/").last.map(String.init) ?? ""
    let stem = last.prefix { $0 != "." }.lowercased()
    let words = stem.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
      .filter { $0.contains(where: \.isLetter) }
    var name = String(words.joined(separator: "_").prefix(nameMax))
    if name.first?.isLetter != true || taken.contains(name) { name = "source\(number)" }
    taken.insert(name)
    return name
  }

  static func escaped(_ name: String) -> String {
    var escaped = ""
    for character in name {
      if "*?[]{}\\".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }
}
