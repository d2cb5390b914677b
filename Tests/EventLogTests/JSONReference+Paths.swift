@testable import EventLog

/// Text with each byte that begins no character spelled as `\xHH`.
func slowSpelled(_ bytes: [UInt8]) -> [UInt8] {
  var text: [UInt8] = []
  var rest = bytes[...]
  while let byte = rest.first {
    let length = (1...4).first { count in
      let prefix = rest.prefix(count)
      return prefix.count == count
        && String(validating: Array(prefix), as: UTF8.self)?
          .unicodeScalars.count == 1
    }
    if let length {
      text += rest.prefix(length)
      rest = rest.dropFirst(length)
    } else {
      let digits = String(byte, radix: 16, uppercase: true)
      text += Array("\\x\(digits.count == 1 ? "0" : "")\(digits)".utf8)
      rest = rest.dropFirst()
    }
  }
  return text
}

extension JSONReference.Value {
  /// The value at a path of a row: a key that is spelled as the whole path wins.
  func value(of path: String, isLenient: Bool = true) -> JSONReference.Value? {
    let keys = FieldPath(path).keys
    if keys.count > 1, case .object(let members, _) = self,
      let whole = members.last(where: { $0.key == Array(path.utf8) })
    {
      return whole.value
    }
    return value(at: keys, isLenient: isLenient)
  }

  /// The value at a path: of repeated keys the last. Text on the way is read as JSON.
  private func value(at path: [[UInt8]], isLenient: Bool) -> JSONReference.Value? {
    guard let key = path.first else { return self }
    guard case .object(let members, _) = held(isLenient: isLenient) ?? self else { return nil }
    return members.last { $0.key == key }?.value
      .value(at: Array(path.dropFirst()), isLenient: isLenient)
  }

  /// What a text holds, if it is JSON.
  func held(isLenient: Bool) -> JSONReference.Value? {
    guard case .string(let text, _) = self else { return nil }
    return JSONReference.inside(text, isLenient: isLenient)
  }

  /// Whether a text lies on the way of a path, or a key is spelled as the whole of one: such rows are
  /// the slow reader's.
  func hidesPlaces(_ paths: [String]) -> Bool {
    guard case .object(let members, _) = self else { return false }
    return paths.contains { path in
      let keys = FieldPath(path).keys
      guard keys.count > 1 else { return false }
      return members.contains { $0.key == Array(path.utf8) } || hasText(on: keys)
    }
  }

  private func hasText(on keys: [[UInt8]]) -> Bool {
    guard keys.count > 1, case .object(let members, _) = self else { return false }
    return members.contains { member in
      guard member.key == keys[0] else { return false }
      if case .string = member.value { return true }
      return member.value.hasText(on: Array(keys.dropFirst()))
    }
  }

  var hasRepeatsAnywhere: Bool {
    switch self {
    case .object(let members, _):
      Set(members.map(\.key)).count < members.count
        || members.contains { $0.value.hasRepeatsAnywhere }
    case .array(let elements, _): elements.contains(where: \.hasRepeatsAnywhere)
    default: false
    }
  }

  /// Objects in which a key occurs again, among this one and those that `paths` lead through; of
  /// repeated members too, for each was an object of the log.
  func objectsWithRepeats(_ paths: [[[UInt8]]]) -> Int {
    guard case .object(let members, _) = self else { return 0 }
    var count = Set(members.map(\.key)).count < members.count ? 1 : 0
    for member in members {
      let below = paths.filter { $0.count > 1 && $0[0] == member.key }
      if !below.isEmpty {
        count += member.value.objectsWithRepeats(below.map { Array($0.dropFirst()) })
      }
    }
    return count
  }

  /// What a text property holds of the value, nil when absent.
  var text: (bytes: [UInt8], lone: Int)? {
    switch self {
    case .null: nil
    case .boolean(let flag): (Array((flag ? "true" : "false").utf8), 0)
    case .number(let spelling): (spelling, 0)
    case .string(let text, let lone): text.isEmpty ? nil : (text, lone)
    case .array(_, let raw): (slowSpelled(raw), 0)
    case .object(_, let raw): (slowSpelled(raw), 0)
    }
  }
}
