import Values

/// Members of a JSON object, each said once for writing and for reading. What says nothing (0, false)
/// is not written, and what is not there says nothing.
struct RareFields<Owner>: Sendable {
  typealias Count = (name: String, path: any WritableKeyPath<Owner, Int> & Sendable)
  typealias Flag = (name: String, path: any WritableKeyPath<Owner, Bool> & Sendable)

  var counts: [Count] = []
  var flags: [Flag] = []

  func members(of owner: Owner) -> [(key: String, value: JSONValue)] {
    counts.compactMap { name, path in
      owner[keyPath: path] == 0 ? nil : (name, .integer(owner[keyPath: path]))
    }
      + flags.compactMap { name, path in
        owner[keyPath: path] ? (name, .boolean(true)) : nil
      }
  }

  /// False for members that are no counts.
  func read(_ json: JSONValue, into owner: inout Owner) -> Bool {
    for (name, path) in counts {
      guard let member = json[name] else { continue }
      guard let count = member.integer, Self.isCount(count) else { return false }
      owner[keyPath: path] = count
    }
    for (name, path) in flags where json[name] != nil {
      owner[keyPath: path] = json[name]?.isTrue ?? false
    }
    return true
  }

  /// Far from any overflow of sums.
  static func isCount(_ count: Int) -> Bool { count >= 0 && count < 1 << 48 }
}
