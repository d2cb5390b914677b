import Foundation
import Testing

@testable import Pipeline

/// Inputs of which a store keeps nothing are told of, as without a store.
@Suite struct EventlessInputsTests {
  private static func event(_ number: Int) -> String {
    #"{"timestamp":"2026-03-0\#(number)T10:00:00Z","event":"signup","userId":"u\#(number)"}"#
  }

  private let world: StoreWorld

  init() throws {
    var world = try StoreWorld()
    world.spec = """
      source: {user: userId, event: event, time: timestamp}
      reports: {active: {type: activity, interval: day}}
      """
    self.world = world
  }

  private func run(
    _ inputs: [String], store: String?, _ options: RunOptions? = nil, spec: String? = nil
  ) throws -> RunNotices {
    let spec = try SpecFile(path: "spec.yaml", yaml: spec ?? world.spec)
    return try PublishedRun(
      specFile: spec, inputs: inputs, out: world.path("out"), options: options ?? world.options,
      control: RunControl(), store: store
    ).run()
  }

  private var now: RunOptions {
    var options = world.options
    options.now = .instant(1_780_000_000_000_000)
    return options
  }

  private func manifest() throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: world.path("out/run.json")))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  private func counts() throws -> [String: Int] {
    (try manifest()["reconciliation"] as? [String: Any] ?? [:]).compactMapValues { $0 as? Int }
  }

  @Test func whatHasNoEventIsDamage() throws {
    let good = try world.write([Self.event(1), Self.event(2)], to: "good.jsonl")
    let bad = try world.write(["no json", "", "[]"], to: "bad.jsonl")
    let empty = try world.write([], to: "empty.jsonl")
    let expected = ["\(bad): none of its 2 rows is an event; the first: \(bad):1: "]
    for store in [nil, world.store] {
      let told = try run([good, bad, empty], store: store)
      #expect(told.damages.count == 1)
      #expect(told.damages[0].hasPrefix(expected[0]))
      let counts = try counts()
      #expect([counts["blank"], counts["rejected"], counts["used"]] == [1, 2, 2])
      let rejects = try String(contentsOfFile: world.path("out/rejects.jsonl"), encoding: .utf8)
      #expect(rejects.split(separator: "\n").count == 2)
    }
    // The next night: all else is known already, and counts.
    let again = try run([good, bad, empty], store: world.store)
    #expect(again.damages.count == 1)
    #expect(try counts()["used"] == 2)
    // Without the file there is nothing to tell of.
    #expect(try run([good], store: world.store).damages == [])
    #expect(try counts()["rejected"] == 0)
  }

  @Test func nothingElseIsNoRun() throws {
    let bad = try world.write(["no json"], to: "bad.jsonl")
    for store in [nil, world.store] {
      #expect(throws: RunFailure.self) { _ = try run([bad], store: store) }
    }
  }

  @Test func rejectsCountAgainstTheirLimit() throws {
    let good = try world.write([Self.event(1)], to: "good.jsonl")
    let bad = try world.write(["no json"], to: "bad.jsonl")
    var options = world.options
    options.rejectsMax = .rows(0)
    for store in [nil, world.store] {
      #expect(throws: RunFailure.self) { _ = try run([good, bad], store: store, options) }
    }
  }

  /// Events that are outside every report, since their time is missing or to come.
  @Test func eventsWithoutATime() throws {
    let timeless = #"{"timestamp":"","event":"signup","userId":"u9"}"#
    let coming = Self.event(1).replacing("2026", with: "2099")
    let good = try world.write([Self.event(1), timeless, Self.event(2)], to: "good.jsonl")
    let none = try world.write([timeless, timeless], to: "none.jsonl")
    let later = try world.write([coming], to: "later.jsonl")
    let spec = """
      source:
        user: userId
        event: event
        time: {path: timestamp, missing: outside}
        future: outside
      reports: {active: {type: activity, interval: day}}
      """
    for inputs in [[good, none, later], [none, later], [none], [later]] {
      let used = inputs.contains(good) ? 2 : 0
      for store in [nil, world.path("store-\(used)-\(inputs.count)-\(inputs.contains(none))")] {
        // The next night knows them.
        for _ in 0..<2 {
          _ = try run(inputs, store: store, now, spec: spec)
          let counts = try counts()
          #expect(
            [counts["used"], counts["rejected"]] == [used, 0], "\(inputs) \(store ?? "no store")")
        }
      }
    }
  }

  /// A source of which nothing has happened yet, beside one of which something has.
  @Test func sourceToCome() throws {
    let spec = """
      sources:
        - {name: logs, files: "logs*", user: userId, event: event, time: timestamp}
        - name: bills
          files: "bills*"
          user: userId
          event: event
          time: timestamp
          future: outside
      reports: {active: {type: activity, interval: day}}
      """
    let inputs = [
      try world.write([Self.event(1)], to: "logs.jsonl"),
      try world.write([Self.event(2).replacing("2026", with: "2099")], to: "bills.jsonl"),
    ]
    for ends in ["", "calendar: {observed_by: [logs, bills]}\n"] {
      for store in [nil, world.store] {
        _ = try run(inputs, store: store, now, spec: spec + "\n" + ends)
        #expect(try counts()["used"] == 1)
      }
    }
  }

  /// Of a log that was cut before its first event was whole.
  @Test func damageWithoutAnEventIsTold() throws {
    let good = try world.write([Self.event(1)], to: "good.jsonl")
    let whole = try world.write((0..<4).map { _ in Self.event(2) }, to: "cut.jsonl")
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", whole]
    try gzip.run()
    gzip.waitUntilExit()
    let packed = URL(fileURLWithPath: whole + ".gz")
    try Data(contentsOf: packed).prefix(40).write(to: packed)
    let without = try run([good, packed.path], store: nil).damages
    #expect(without.count == 1)
    #expect(try run([good, packed.path], store: world.store).damages == without)
  }

  @Test func partsTellOfTheirs() throws {
    let good = try world.write([Self.event(1)], to: "good.jsonl")
    let bad = try world.write(["no json"], to: "bad.jsonl")
    _ = try MapTask(
      specFile: SpecFile(path: "spec.yaml", yaml: world.spec), inputs: [good, bad],
      out: world.path("part"), options: world.options, control: RunControl()
    ).storePart()
    let told = try run([world.path("part")], store: world.store)
    #expect(told.damages.count == 1)
    #expect(try counts()["rejected"] == 1)
    #expect(try run([], store: world.store).damages == [])
    let other = StoreRun(path: world.path("other"), options: world.options, control: RunControl())
    _ = try run([good], store: world.path("other"))
    let lines = try other.add([world.path("part")])
    #expect(lines.count == 2)
    #expect(lines[1].hasPrefix("warning: \(bad): its only row is no event"))
  }
}
