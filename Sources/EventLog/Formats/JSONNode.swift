extension JSONDocument {
  /// A value in the tree, by its places in `text` and in `nodes`: both stay below 2^31. Small, as a row
  /// may have a million of them (`ReadLimits.rowValuesMax`).
  ///
  /// Nodes stand in the order of the row, so that the first value in a container is behind it.
  struct Node: Sendable {
    var kind: Kind
    /// Bytes that are no UTF-8 were spelled out in it.
    var isSpelled = false
    /// Of a container: it is not empty.
    var hasChildren = false
    private var places: (start: Int32, end: Int32, keyStart: Int32, keyEnd: Int32)
    private var nextPlace: Int32 = -1
    /// Of a container the one around it, of a text what it holds.
    private var link: Int32 = -1

    init(kind: Kind, start: Int, end: Int, key: Range<Int>) {
      self.kind = kind
      places = (Self.short(start), Self.short(end), 0, 0)
      self.key = key
    }

    private static func short(_ place: Int) -> Int32 { Int32(truncatingIfNeeded: place) }

    /// Its place in `text`: of a string the inside, decoded.
    var start: Int {
      get { Int(places.start) }
      set { places.start = Self.short(newValue) }
    }
    var end: Int {
      get { Int(places.end) }
      set { places.end = Self.short(newValue) }
    }

    /// The decoded key of a member.
    var key: Range<Int> {
      get { Int(places.keyStart)..<Int(places.keyEnd) }
      set {
        places.keyStart = Self.short(newValue.lowerBound)
        places.keyEnd = Self.short(newValue.upperBound)
      }
    }

    /// The value behind it in the same container, -1 for none.
    var next: Int {
      get { Int(nextPlace) }
      set { nextPlace = Self.short(newValue) }
    }

    /// The container around this one, -1 for none.
    var parent: Int {
      get { Int(link) }
      set { link = Self.short(newValue) }
    }

    /// The value that this text holds, once it was asked for; -2 where it holds none.
    var held: Int {
      get { Int(link) }
      set { link = Self.short(newValue) }
    }
  }
}
