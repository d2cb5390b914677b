package import EventLog
package import Timelines
package import Values

/// The spec's `identity` section: who is one person.
package struct IdentitySpec: Sendable, Equatable {
  package struct Accounts: Sendable, Equatable {
    /// Events by which accounts become one.
    package var merge: AliasField?
  }

  package var anonymousRows: IdentityRules.AnonymousRows
  /// Known ids that an anonymous one may have.
  package var idsMax = IdentityRules.knownMaxDefault
  /// Anonymous ids that a known one may have.
  package var anonymousMax = IdentityRules.anonymousMaxDefault
  package var accounts = Accounts()

  package init(anonymousRows: IdentityRules.AnonymousRows = .next) {
    self.anonymousRows = anonymousRows
  }

  init(reading section: inout SpecMapping, sources: [SourceReader]) {
    self.init(anonymousRows: sources.compactMap(\.presetRows).first ?? .next)
    Self.declared { sources.first?.paths($0) ?? [] }.read(into: &self, from: &section)
    let links = sources.contains { !$0.anonymous.isEmpty || $0.alias != nil }
    if !sources.isEmpty, !links, accounts.merge == nil {
      section.context.error(
        section.mark,
        "`identity` needs ids that could be one person's: `anonymous` or `alias` in `source`, or "
          + "`accounts`")
    }
    for source in sources {
      for path in source.anonymous where source.user.contains(path) {
        section.context.error(
          section.mark,
          "`\(path)` is in `user` and in `anonymous` of `source`: with `identity` it cannot be both"
        )
      }
    }
  }

  package static let (idsRange, anonymousRange) = (1...1000, 1...1_000_000)

  static func declared(paths: @escaping (SpecValue) -> [FieldPath]) -> Options<IdentitySpec> {
    [
      .option(
        "anonymous_rows", \.anonymousRows, .choice,
        "Whose the rows without a user are: the next login's on that device (and after the last one "
          + "that one's), the first or the last login's, the first one's only before it, or the device's "
          + "own."
      ).standard("depends on the preset, else `next`"),
      .option(
        "max_ids", \.idsMax, .integer(in: idsRange),
        "An anonymous id with more users than this, such as a kiosk's, links nobody."),
      .option(
        "max_anonymous", \.anonymousMax, .integer(in: anonymousRange),
        "A user with more anonymous ids than this, such as `guest`, links nobody."),
      .mapping(
        "accounts", \.accounts, "`accounts`", "Accounts that are one.",
        [
          .written(
            "merge", .mapping(AliasField.outlines),
            "Events that say which account another one has become."
          ) { accounts, mapping in
            accounts.merge = mapping.mapping("merge", "`merge`") {
              AliasField(reading: &$0, paths: paths)
            }
          } show: {
            $0.merge?.description ?? .null
          }
        ]),
    ]
  }

  package static var outlines: [OptionOutline] {
    declared { _ in [] }.outlines(blank: IdentitySpec())
  }

  package var description: JSONValue { .object(Self.declared { _ in [] }.shown(self)) }

  /// Of users, for rows of these sources.
  package func rules(_ sources: [SourceSpec]) -> IdentityRules {
    IdentityRules(
      anonymousRows: anonymousRows, knownMax: idsMax, anonymousMax: anonymousMax,
      hasAnonymous: sources.contains { !$0.anonymous.isEmpty },
      hasAliases: sources.contains { $0.alias != nil })
  }

  /// Of accounts: aliases alone.
  package var accountRules: IdentityRules {
    IdentityRules(anonymousRows: .own, hasAnonymous: false, hasAliases: accounts.merge != nil)
  }
}
