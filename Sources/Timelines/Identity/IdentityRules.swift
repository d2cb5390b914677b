/// Whose the rows without a known id are, and which ids are too many people's to say.
package struct IdentityRules: Sendable, Equatable {
  package enum AnonymousRows: String, Sendable, CaseIterable {
    /// Rows before the first link are that person's; later ones stay the device's.
    case before
    /// The next link's person, or the last one's before.
    case next
    /// The person of the first link, and of the last.
    case first, last
    /// They stay the device's.
    case own
  }

  package var anonymousRows: AnonymousRows
  /// An anonymous id with more known ids links nobody.
  package var knownMax: Int
  /// A known id with more anonymous ids links nobody.
  package var anonymousMax: Int
  /// Rows may have anonymous ids: then an alias of an id that is never a known one is a link.
  package var hasAnonymous: Bool
  /// Rows may rename known ids.
  package var hasAliases: Bool
  /// Anonymous ids that a row may have.
  package var idsPerRow = 1

  /// Whether the first and the last time of a link decide anything: of devices of one person they do
  /// not, and of others `next` takes all times.
  var asksTimesOfPairs: Bool { anonymousRows != .own && anonymousRows != .next }

  package static let (knownMaxDefault, anonymousMaxDefault) = (50, 1000)

  package init(
    anonymousRows: AnonymousRows = .next, knownMax: Int = IdentityRules.knownMaxDefault,
    anonymousMax: Int = IdentityRules.anonymousMaxDefault, hasAnonymous: Bool = true,
    hasAliases: Bool = true
  ) {
    self.anonymousRows = anonymousRows
    self.knownMax = knownMax
    self.anonymousMax = anonymousMax
    self.hasAnonymous = hasAnonymous
    self.hasAliases = hasAliases
  }
}
