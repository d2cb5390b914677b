extension JSONValue {
  /// The members of an object; nil for anything else.
  package var members: [(key: String, value: JSONValue)]? {
    if case .object(let members) = self { return members }
    return nil
  }

  package var integer: Int? {
    if case .integer(let integer) = self { return integer }
    return nil
  }

  package var isTrue: Bool { self == .boolean(true) }
}
