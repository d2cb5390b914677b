import EventLog
import Spec
import Timelines
import Values

/// What map tasks found out about ids that several sources share, or do not: nothing where there is one
/// source, all of whose rows say whose they are.
struct LedgerSpaces: Sendable {
  /// By map of the spec: the same for all tasks, which read maps whole.
  var maps: [[MapSums.File]] = []
  /// By source.
  var accounts: [SpaceTranslation.Unmapped] = []
  var users: [SpaceTranslation.Unmapped] = []
  var shared: SharedAccounts?
  var carry: CarryWatch?
  /// Of the spec.
  private var sources = 0

  init() {}

  init(_ facts: SpaceFacts, sources: Int) {
    maps = facts.maps.map(\.files)
    (accounts, users) = (facts.accounts, facts.users)
    (shared, carry) = (facts.shared, facts.carry)
    self.sources = sources
  }

  /// Adds what another task found.
  mutating func add(_ other: LedgerSpaces) {
    var facts = facts([])
    facts.add(other.facts([]))
    (accounts, users) = (facts.accounts, facts.users)
    (shared, carry) = (facts.shared, facts.carry)
    // Of several names for one file the first by bytes, whichever task comes first.
    for (map, files) in other.maps.enumerated() where map < maps.count {
      for (place, file) in files.enumerated() where place < maps[map].count {
        maps[map][place].path = min(maps[map][place].path, file.path)
      }
    }
  }

  /// Whether another task has read the same maps, wherever it found them.
  func hasMaps(of other: LedgerSpaces) -> Bool {
    func nameless(_ maps: [[MapSums.File]]) -> [[MapSums.File]] {
      maps.map { files in
        files.map { file in
          var file = file
          file.path = ""
          return file
        }
      }
    }
    return nameless(maps) == nameless(other.maps)
  }

  /// As a scan of all logs has them.
  func facts(_ specs: [MapSpec]) -> SpaceFacts {
    var facts = SpaceFacts()
    facts.maps = zip(specs, maps).map { MapSums(map: $0, files: $1) }
    (facts.accounts, facts.users) = (accounts, users)
    (facts.shared, facts.carry) = (shared, carry)
    return facts
  }

  /// Whether there may be other numbers of sources or maps in them.
  func fits(_ spec: AnalysisSpec) -> Bool {
    [0, spec.sources.count].contains(accounts.count) && accounts.count == users.count
      && (maps.isEmpty || maps.count == spec.maps.count)
      && (carry == nil || sources == spec.sources.count)
  }
}

extension LedgerSpaces {
  var json: JSONValue {
    func sent(_ unmapped: [SpaceTranslation.Unmapped]) -> JSONValue {
      .list(
        unmapped.map { .list([.integer($0.rows), .text(hexadecimal($0.smallest))]) })
    }
    return .object(
      [
        ("sources", .integer(sources)), ("accounts", sent(accounts)), ("users", sent(users)),
        ("maps", .list(maps.map { .list($0.map(\.sent)) })),
      ] + (shared.map { [("shared", $0.sent)] } ?? [])
        + (carry.map { [("carry", $0.sent)] } ?? []))
  }

  init?(_ json: JSONValue) {
    func unmapped(_ key: String) -> [SpaceTranslation.Unmapped]? {
      guard let list = json[key]?.elements else { return nil }
      let found = list.compactMap { entry -> SpaceTranslation.Unmapped? in
        guard let parts = entry.elements, parts.count == 2, let rows = parts[0].integer,
          rows >= 0, rows < 1 << 48, let id = parts[1].string.flatMap(bytes(hexadecimal:))
        else { return nil }
        return SpaceTranslation.Unmapped(rows: rows, smallest: id)
      }
      return found.count == list.count ? found : nil
    }
    guard let sources = json["sources"]?.integer, (0...1000).contains(sources),
      let accounts = unmapped("accounts"), let users = unmapped("users"),
      let maps = json["maps"]?.elements
    else { return nil }
    self.sources = sources
    (self.accounts, self.users) = (accounts, users)
    for map in maps {
      guard let files = map.elements else { return nil }
      let found = files.compactMap { MapSums.File(sent: $0) }
      guard found.count == files.count else { return nil }
      self.maps.append(found)
    }
    if let shared = json["shared"] {
      guard let shared = SharedAccounts(sent: shared) else { return nil }
      self.shared = shared
    }
    if let carry = json["carry"] {
      guard let carry = CarryWatch(sent: carry, sources: sources) else { return nil }
      self.carry = carry
    }
  }
}
