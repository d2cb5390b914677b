import Foundation
import TestSupport
import Testing

@testable import EventLog
@testable import System
@testable import Values

/// The zones of this system. Foundation carries its own copy of the zone data (ICU's), so they are
/// checked against it wherever both copies are of the same release.
@Suite struct FieldsZoneFoundationTests {
  private static let hasDatabase = ZoneRules.names.count > 1

  /// Such as `2025b`; nil when the system does not say.
  private static let release: String? = {
    for folder in ZoneDatabase.system.folders {
      guard let text = try? String(contentsOfFile: folder + "/tzdata.zi", encoding: .utf8),
        let match = text.firstMatch(of: /# version ([0-9]{4}[a-z]+)/)
      else { continue }
      return String(match.output.1)
    }
    return nil
  }()

  /// Release 2024b made these links to Lisbon, Brussels and Athens; ICU kept the rules that they had
  /// before, which differ from those cities' until 1996.
  private static let keptByICU: Set<String> = ["WET", "CET", "MET", "EET"]

  private static let first = slowMicroseconds(1970, 1, 1) / 1_000_000
  private static let last = slowMicroseconds(2101, 1, 1) / 1_000_000

  private static func mismatch(_ zone: ZoneRules, _ other: TimeZone, _ second: Int64) -> String? {
    let expected = other.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
    let offset = Int(zone.offset(at: second))
    return offset == expected ? nil : "\(zone.name) at \(second): \(offset), not \(expected)"
  }

  @Test(
    .enabled(
      if: hasDatabase && release == TimeZone.timeZoneDataVersion,
      "the system's zone data and Foundation's are of different releases"))
  func allZonesFrom1970To2100() throws {
    let names = ZoneRules.names
    var compared = 0
    var mismatches: [String] = []
    var walked: Set<[Int64]> = []
    for name in names where !Self.keptByICU.contains(name) {
      let zone = try ZoneRules.load(name)
      guard let other = TimeZone(identifier: name) else { continue }
      compared += 1
      for start in zone.starts where start > Self.first && start < Self.last {
        mismatches += [start - 1, start].compactMap { Self.mismatch(zone, other, $0) }
      }
      // Between our transitions, for those that only Foundation knows; once for each set of rules.
      guard walked.insert(zone.starts + zone.offsets.map(Int64.init)).inserted else { continue }
      for second in stride(from: Self.first, to: Self.last, by: (Thorough.isOn ? 15 : 150) * 86_400)
      {
        if let mismatch = Self.mismatch(zone, other, second) { mismatches.append(mismatch) }
      }
    }
    #expect(mismatches == [])
    #expect(compared > 400)
  }

  @Test(.enabled(if: hasDatabase, "this system has no zone database"))
  func allZonesCanBeLoadedAndReachTheYear2200() throws {
    for name in ZoneRules.names {
      let zone = try ZoneRules.load(name)
      #expect(zone.starts.first == .min && zip(zone.starts, zone.starts.dropFirst()).allSatisfy(<))
      #expect(zip(zone.offsets, zone.offsets.dropFirst()).allSatisfy(!=))
    }
    // Summer time to the end of the table, by the rule of the footer.
    let berlin = try ZoneRules.load("Europe/Berlin")
    #expect(berlin.offset(at: slowMicroseconds(2200, 7, 1) / 1_000_000) == 7200)
    #expect(berlin.offset(at: slowMicroseconds(2200, 12, 1) / 1_000_000) == 3600)
    #expect(berlin.offset(at: slowMicroseconds(2300, 7, 1) / 1_000_000) == 3600)
  }

  /// Facts from tzdata's own sources, as (zone, UTC second before which and from which it holds).
  @Test(.enabled(if: hasDatabase, "this system has no zone database"))
  func knownTransitions() throws {
    func change(_ name: String, _ microseconds: Int64) throws -> [Int32] {
      let zone = try ZoneRules.load(name)
      return [-1, 0].map { zone.offset(at: microseconds / 1_000_000 + $0) }
    }
    // Samoa skipped 30 December 2011.
    #expect(
      try change("Pacific/Apia", slowMicroseconds(2011, 12, 30, 10)) == [-36_000, 50_400])
    // China's summer time of 1986 to 1991.
    #expect(try change("Asia/Shanghai", slowMicroseconds(1986, 5, 3, 18)) == [28_800, 32_400])
    #expect(try change("Asia/Shanghai", slowMicroseconds(1991, 9, 14, 17)) == [32_400, 28_800])
    // Half an hour of summer time.
    #expect(
      try change("Australia/Lord_Howe", slowMicroseconds(2026, 4, 4, 15)) == [39_600, 37_800])
    #expect(try change("America/New_York", slowMicroseconds(2026, 3, 8, 7)) == [-18_000, -14_400])
  }

  @Test(.enabled(if: hasDatabase, "this system has no zone database"))
  func namesOfOtherFilesAreNoZones() {
    let names = ZoneRules.names
    #expect(names.contains("Asia/Shanghai") && names.contains("America/Argentina/Buenos_Aires"))
    #expect(names == names.sorted() && Set(names).count == names.count)
    #expect(
      !names.contains { $0.hasPrefix("right/") || $0.hasPrefix("posix/") || $0 == "zone.tab" })
    for name in ["zone.tab", "tzdata.zi", "Asia", "Asia/Shangai"] {
      let error = #expect(throws: ZoneError.self) { try ZoneRules.load(name) }
      if case .unknownName(name, let nearest) = error {
        if name == "Asia/Shangai" { #expect(nearest.first == "Asia/Shanghai") }
      } else {
        Issue.record("\(String(describing: error))")
      }
    }
  }
}
