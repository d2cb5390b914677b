import Testing

/// The arrows of the house point one way: `House` says which.
@Suite struct ArrowTests {
  @Test func modulesUseOnlyWhatStandsBelow() {
    for file in SourceTree.sources {
      guard let own = House.floors.firstIndex(of: file.module) else {
        #expect(House.beside.contains(file.module), "\(file.path): no floor of this name")
        continue
      }
      for line in file.code where line.contains("import ") {
        guard let module = line.split(separator: " ").last.map(String.init) else { continue }
        if let other = House.floors.firstIndex(of: module) {
          #expect(other < own, "\(file.path) imports \(module), which stands above it")
        }
        #expect(!House.beside.contains(module), "\(file.path) imports the program \(module)")
      }
    }
  }

  @Test func roomsUseOnlyWhatStandsBelow() {
    for (module, rooms) in House.rooms {
      let files = SourceTree.sources.filter { $0.module == module }
      var homes: [Substring: Set<String>] = [:]
      for file in files {
        for name in Declarations.types(of: file) { homes[name, default: []].insert(file.room) }
      }
      for file in files {
        let own = rooms.firstIndex(of: file.room)
        #expect(file.room.isEmpty || own != nil, "\(file.path): no room of this name")
        guard let own else { continue }
        for word in file.words {
          guard let home = homes[word], home.count == 1, let room = home.first,
            let other = rooms.firstIndex(of: room)
          else { continue }
          #expect(other <= own, "\(file.path) uses \(word) of \(room), which stands above it")
        }
      }
    }
  }
}

enum Declarations {
  private static let keywords: Set<Substring> = [
    "struct", "enum", "class", "protocol", "actor", "typealias",
  ]

  /// Names of the types that a file declares at its top level.
  static func types(of file: SourceTree.File) -> [Substring] {
    file.code.compactMap { line in
      guard let first = line.first, first != " " else { return nil }
      let words = line.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
      guard let place = words.firstIndex(where: { keywords.contains($0) }),
        place + 1 < words.count, !line.hasPrefix("extension")
      else { return nil }
      return Substring(String(words[place + 1]))
    }
  }
}
