/// Where a dealer puts the rows of a person: known for persons whom it met since its last spill, so
/// that a person's second key, or its rows of another worker, need no search.
struct PersonPlaces: Sendable {
  struct Place: Sendable {
    var partition: Int32
    var entity: UInt32

    static let unknown = Place(partition: -1, entity: 0)
    var isKnown: Bool { partition >= 0 }
  }

  /// By person; empty where the memory is for other things.
  private var places: [Place]

  /// Of the memory budget, for each dealer.
  private static let share = 32

  init(persons: Int, budget: MemoryBudget) {
    let bytes = persons * MemoryLayout<Place>.stride
    let fits = bytes <= budget.limit / Self.share
    places = fits ? [Place](repeating: .unknown, count: persons) : []
    if fits { budget.add(bytes) }
  }

  var isEmpty: Bool { places.isEmpty }

  @inline(__always)
  subscript(person: UInt32) -> Place {
    get { Int(person) < places.count ? places[Int(person)] : .unknown }
    set { if Int(person) < places.count { places[Int(person)] = newValue } }
  }

  /// The shards begin anew.
  mutating func forget() {
    for person in places.indices { places[person] = .unknown }
  }
}

extension PersonDealer {
  typealias Place = PersonPlaces.Place

  /// A name with its hash and its partition.
  struct Named {
    var hash: UInt64
    var partition: Int32
  }

  func named(_ name: borrowing Span<UInt8>) -> Named {
    let (first, hashed) = (EntityKey.firstCount(name), hash(name))
    let place =
      first == name.count && placesByHash ? hashed : placing(name.extracting(0..<first))
    return Named(hash: hashed, partition: Int32(truncatingIfNeeded: place >> shift))
  }

  mutating func place(
    _ named: Named, _ name: borrowing Span<UInt8>, grown: inout Int
  ) -> Place {
    let entity = shards[Int(named.partition)].entities.intern(
      name, by: hash, grown: &grown)
    return Place(partition: named.partition, entity: entity)
  }

  mutating func place(of person: UInt32, grown: inout Int) -> Place {
    if places[person].isKnown { return places[person] }
    let name = persons.name(person)
    let place = place(named(name.span), name.span, grown: &grown)
    places[person] = place
    return place
  }

  /// A person whose place is searched for, on the way there.
  private struct Sought {
    var person: UInt32
    var name: Range<Int>
    var named: Named
    var slot: UInt64
  }

  /// Persons whose names and tables are loaded together: see `TimelineShards`.
  private static let groupPersons = 32

  /// Finds the places of the persons whose all rows of an entity are, many at a time.
  mutating func findPlaces(of split: PersonSplit, entities: Int, grown: inout Int) {
    if places.isEmpty { return }
    let names = persons.names
    var sought: [Sought] = []
    sought.reserveCapacity(Self.groupPersons)
    for entity in 0..<entities {
      guard let person = split.onlyPerson(of: entity), Int(person) < names.count,
        !places[person].isKnown
      else { continue }
      sought.append(
        Sought(
          person: person, name: names.range(Int(person)), named: Named(hash: 0, partition: 0),
          slot: 0))
      if sought.count == Self.groupPersons { find(&sought, names, grown: &grown) }
    }
    find(&sought, names, grown: &grown)
  }

  private mutating func find(_ sought: inout [Sought], _ names: ByteTable, grown: inout Int) {
    let bytes = names.bytes.span
    var sum: UInt8 = 0
    for one in sought where !one.name.isEmpty {
      sum &+= bytes[one.name.lowerBound] &+ bytes[one.name.upperBound - 1]
    }
    for index in sought.indices {
      sought[index].named = named(bytes.extracting(sought[index].name))
    }
    for index in sought.indices {
      let named = sought[index].named
      sought[index].slot = shards[Int(named.partition)].entities.others.slot(hash: named.hash)
    }
    for one in sought {
      sum &+= shards[Int(one.named.partition)].entities.others.ends(
        slot: one.slot, count: one.name.count)
    }
    touched = sum
    for one in sought {
      places[one.person] = place(one.named, bytes.extracting(one.name), grown: &grown)
    }
    sought.removeAll(keepingCapacity: true)
  }
}
