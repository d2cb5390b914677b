/// What a file declares, by the words behind `struct`, `func` and the like.
struct DeclaredNames {
  private(set) var typesAndFunctions: Set<Substring> = []
  private(set) var all: Set<Substring> = []
  /// Used without being named: conformances, initializers, programs.
  private(set) var isUsedUnnamed = false

  private static let types: Set<Substring> = [
    "struct", "class", "enum", "protocol", "actor", "typealias", "func",
  ]
  private static let values: Set<Substring> = ["var", "let", "case"]

  init(_ file: SourceTree.File) {
    for line in file.code {
      if line.contains("@main") || line.contains("init(") || line.contains("init?(")
        || line.contains("subscript") || line.hasPrefix("extension ") && line.contains(": ")
      {
        isUsedUnnamed = true
      }
      let words = Self.words(of: line)
      for (word, name) in zip(words, words.dropFirst()) {
        let isType = Self.types.contains(word)
        guard isType || Self.values.contains(word), !Self.types.contains(name) else { continue }
        all.insert(name)
        if isType { typesAndFunctions.insert(name) }
      }
    }
  }

  /// How often each word stands in code; what texts interpolate counts, too.
  static func uses(in files: [SourceTree.File]) -> [Substring: Int] {
    var uses: [Substring: Int] = [:]
    for file in files {
      for line in file.lines where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        for word in words(of: line) { uses[word, default: 0] += 1 }
      }
    }
    return uses
  }

  private static func words(of line: some StringProtocol) -> [Substring] {
    line.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
      .map { Substring(String($0)) }
  }
}
