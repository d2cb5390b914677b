/// Where rows say who somebody is, beside `user` and `account`.
package struct IdentityFields: Sendable, Equatable {
  /// Ids of a visitor or device, each by itself, in the order in which they stand for a row without a
  /// user.
  package var anonymous: [FieldPath] = []
  package var userAlias: AliasField?
  package var accountAlias: AliasField?
  /// Files may have no columns of `accountAlias`: it is said once for several sources.
  package var isAccountAliasOptional = false
  /// Links and aliases are kept, and an anonymous id is told from a known one by its place. Without
  /// it anonymous ids are further paths of the user, and aliases mean nothing.
  package var isKept = false
  /// Where links are kept, they go with their rows (`EventBatch.keys`).
  package var linksAreKeys = false

  package init() {}
}

/// Events by which an id takes another one's place.
package struct AliasField: Sendable, Equatable {
  /// Of the events.
  package var names: [String]
  /// The former id.
  package var from: [FieldPath]
  /// The later one; empty for the row's own user or account.
  package var to: [FieldPath]

  package init(names: [String] = [], from: [FieldPath] = [], to: [FieldPath] = []) {
    self.names = names
    self.from = from
    self.to = to
  }
}

/// How ids stand in `EventBatch.users`, `links` and `keys` where links are kept.
enum IdentityBytes {
  /// Ends an id: in no UTF-8 text.
  static let end: UInt8 = 0xff
  /// Ends a link that is a key.
  static let linkEnd: UInt8 = 0xfa
}
