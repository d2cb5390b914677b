/// A pattern of paths that are known already, as `Glob` has it: which of a run's files are a source's.
package struct PathPattern: Sendable {
  private let globs: [Glob]

  package init(_ text: String) {
    globs = Glob.alternatives(text).map { Glob($0) }
  }

  /// Whether a path fits, whose parts are separated by `/`.
  package func matches(_ path: String) -> Bool {
    let names = path.split(separator: "/").map(String.init)
    return globs.contains { Self.matches(names[...], $0.parts) }
  }

  /// By pattern part: whether the parts before it fit the names so far. So the time is at most the
  /// product of both counts, however many `**` there are.
  private static func matches(_ names: ArraySlice<String>, _ parts: [Glob.Part]) -> Bool {
    var fits = [Bool](repeating: false, count: parts.count + 1)
    fits[0] = true
    skipFolders(&fits, parts)
    for name in names {
      var next = [Bool](repeating: false, count: parts.count + 1)
      for (place, part) in parts.enumerated() where fits[place] {
        switch part {
        case .name(let wanted): if wanted == name { next[place + 1] = true }
        case .pattern(let pattern):
          if Glob.matches(name, pattern: pattern) { next[place + 1] = true }
        case .anyFolders:
          next[place] = true
          // As the last part it stands for what lies in the folders, too.
          if place + 1 == parts.count { next[place + 1] = true }
        }
      }
      fits = next
      skipFolders(&fits, parts)
    }
    return fits[parts.count] && !names.isEmpty
  }

  /// `**` stands for no folder as well, unless it is the last part.
  private static func skipFolders(_ fits: inout [Bool], _ parts: [Glob.Part]) {
    for (place, part) in parts.enumerated()
    where fits[place] && part == .anyFolders && place + 1 < parts.count {
      fits[place + 1] = true
    }
  }
}
