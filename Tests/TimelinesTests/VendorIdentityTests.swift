import TestSupport
import Testing

@testable import Timelines

/// What vendors' pages say of whose the rows are, by the rules that stand for them.
@Suite struct VendorIdentityTests {
  private static func persons(
    _ rows: [(device: String, user: String?)], _ rule: IdentityRules.AnonymousRows = .next
  ) throws -> [PersonName] {
    let rows = rows.enumerated().map { number, row in
      IdentityRow(time: Int64(number), known: row.user, anonymous: [row.device])
    }
    var random = SplitMix64(seed: 3)
    let persons = try Persons(
      rows, rules: IdentityRules(anonymousRows: rule), workers: 2, &random)
    return rows.map { persons.name(of: $0.key, at: $0.time) }
  }

  /// Amplitude, "How Amplitude assigns Amplitude IDs": without user ids every device is one.
  @Test func amplitudeDevicesAlone() throws {
    let found = try Self.persons([
      ("A", nil), ("B", nil), ("B", nil), ("C", nil), ("A", nil), ("C", nil),
    ])
    #expect(Set(found).count == 3)
  }

  /// The same page: device G twice without a user, then with John, is one unique user.
  @Test func amplitudeLogin() throws {
    let found = try Self.persons([("G", nil), ("G", nil), ("G", "John")])
    #expect(Set(found) == [.known("John")])
  }

  /// PostHog, "Identifying users": past and future events of the anonymous id are the person's.
  @Test func postHogPastAndFuture() throws {
    let found = try Self.persons([("a", nil), ("a", "max"), ("a", nil)], .first)
    #expect(Set(found) == [.known("max")])
  }

  /// Google Analytics 4: events before the user id are the user's, those after signing out the
  /// device's own.
  @Test func googleAnalytics() throws {
    let found = try Self.persons([("d", nil), ("d", "u"), ("d", nil)], .before)
    #expect(found == [.known("u"), .known("u"), .device("d")])
  }

  /// Two people one after the other on one device.
  @Test func twoPeople() throws {
    let rows: [(String, String?)] = [
      ("d", nil), ("d", "ann"), ("d", nil), ("d", "bob"), ("d", nil),
    ]
    func shown(_ rule: IdentityRules.AnonymousRows) throws -> [PersonName] {
      let found = try Self.persons(rows, rule)
      return [found[0], found[2], found[4]]
    }
    let (ann, bob, device) = (
      PersonName.known("ann"), PersonName.known("bob"), PersonName.device("d")
    )
    #expect(try shown(.next) == [ann, bob, bob])
    #expect(try shown(.first) == [ann, ann, ann])
    #expect(try shown(.last) == [bob, bob, bob])
    #expect(try shown(.before) == [ann, device, device])
    #expect(try shown(.own) == [device, device, device])
  }

  /// A person with several devices is one.
  @Test func severalDevices() throws {
    let found = try Self.persons([("phone", nil), ("laptop", "ann"), ("phone", "ann")])
    #expect(Set(found) == [.known("ann")])
  }
}
