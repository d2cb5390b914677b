extension JSONDocument {
  /// A value in the tree, by its places in `text` and in `nodes`: both stay below 2^31, and a row may
  /// have a value for every three of its bytes.
  struct Node: Sendable {
    var kind: Kind
    /// Bytes that are no UTF-8 were spelled out in it.
    var isSpelled = false
    private var places: (start: Int32, end: Int32, keyStart: Int32, keyEnd: Int32)
    private var nodes: (parent: Int32, first: Int32, last: Int32, next: Int32) = (-1, -1, -1, -1)
    private var heldPlace: Int32 = -1

    init(kind: Kind, start: Int, end: Int, key: Range<Int>, parent: Int) {
      self.kind = kind
      places = (Self.short(start), Self.short(end), 0, 0)
      self.key = key
      self.parent = parent
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

    var parent: Int {
      get { Int(nodes.parent) }
      set { nodes.parent = Self.short(newValue) }
    }
    var firstChild: Int {
      get { Int(nodes.first) }
      set { nodes.first = Self.short(newValue) }
    }
    var lastChild: Int {
      get { Int(nodes.last) }
      set { nodes.last = Self.short(newValue) }
    }
    var next: Int {
      get { Int(nodes.next) }
      set { nodes.next = Self.short(newValue) }
    }

    /// The value that this text holds, once it was asked for; -2 where it holds none.
    var held: Int {
      get { Int(heldPlace) }
      set { heldPlace = Self.short(newValue) }
    }
  }
}
