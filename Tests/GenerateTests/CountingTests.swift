import Testing

@testable import TwinfunnelGenerate

@Suite struct CountingTests {
  @Test func furthestStepTriesEveryEntry() {
    // From 0 only the second step is in time; from 50 all three are.
    #expect(furthestStep([[0, 50], [10, 60], [65]], within: 20) == 3)
    #expect(furthestStep([[0], [10], [65]], within: 20) == 2)
    // The window includes its end, and equal times are in order.
    #expect(furthestStep([[0], [20]], within: 20) == 2)
    #expect(furthestStep([[0], [21]], within: 20) == 1)
    #expect(furthestStep([[5], [5], [5]], within: 1) == 3)
    #expect(furthestStep([[], [5]], within: 1) == 0)
    #expect(furthestStep([[0, 50], [60]], within: 100, entering: { $0 > 10 }) == 2)
    #expect(furthestStep([[0], [60]], within: 100, entering: { $0 > 10 }) == 0)
  }

  /// Weeks of 10 for short: active in weeks 0, 1, 3; observed until week 4.
  @Test func lifecycle() {
    var table = TruthTable.lifecycle("x")
    table.countLifecycle(
      [3, 12, 14, 35], until: 44, interval: { $0 / 10 * 10 }, next: { $0 + 10 })
    let columns = ["active", "new", "returning", "resurrected", "dormant"]
    let expected = [
      [1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [0, 0, 0, 0, 1], [1, 0, 0, 1, 0], [0, 0, 0, 0, 1],
    ]
    for (week, numbers) in expected.enumerated() {
      let cells = table.cells([week * 10])
      #expect(columns.map { cells[$0] } == numbers, "week \(week)")
    }
  }

  @Test func retentionLeavesOutWhatHasNotBegun() {
    var table = TruthTable.retention("x")
    table.countRetention(
      starts: [12, 31], returns: [11, 25, 33], periods: 8, until: 35,
      interval: { $0 / 10 * 10 }, next: { $0 + 10 })
    // The return at 11 lies before the start, at 12.
    #expect(table.sortedKeys == [[10, 0], [10, 1], [10, 2]])
    #expect(table.sortedKeys.map { table.cells($0)["returned"] } == [0, 1, 1])
  }

  /// Two contracts of one account over four months: 10 signed, 5 more, 10 cut to 4, all lost, back.
  @Test func contractValue() throws {
    let month = [0, 31, 60, 91, 121].map { (19_723 + $0) * LocalClock.day }
    func event(_ name: BusinessEvent, _ time: Int, _ contract: Int32, _ cents: Int32 = -1)
      -> ScriptEvent<BusinessEvent>
    {
      ScriptEvent(
        time: time + LocalClock.day, person: 1, account: 0, reference: contract, cents: cents,
        name: name)
    }
    var truth = BusinessTruth(observedUntil: month[4] + 3 * LocalClock.day)
    truth.count(contractsOf: [
      event(.contractSigned, month[0], 0, 1000), event(.contractSigned, month[1], 1, 500),
      event(.contractChanged, month[2], 0, 400), event(.contractCancelled, month[3], 0),
      event(.contractCancelled, month[3], 1), event(.contractSigned, month[4], 2, 700),
    ])
    let columns = [
      "start_mrr", "new_mrr", "reactivated_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr",
      "end_mrr",
    ]
    let rows = truth.recurring.sortedKeys.map { key in
      columns.map { truth.recurring.cells(key)[$0] }
    }
    #expect(
      rows == [
        [0, 1000, 0, 0, 0, 0, 1000], [1000, 0, 0, 500, 0, 0, 1500],
        [1500, 0, 0, 0, 600, 0, 900], [900, 0, 0, 0, 0, 900, 0], [0, 0, 700, 0, 0, 0, 700],
      ])
  }
}
