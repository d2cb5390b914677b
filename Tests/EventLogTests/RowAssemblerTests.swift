import Testing

@testable import EventLog
@testable import Values

/// From raw values to rows: hand-worked, value by value.
@Suite struct RowAssemblerTests {
  /// A raw value as a format would give it: its text goes into the chunk.
  struct Value {
    var text: String
    var shape: RawValue.Shape

    static let absent = Value(text: "", shape: .absent)
    static func text(_ text: String) -> Value { Value(text: text, shape: .text) }
    static func escaped(_ text: String) -> Value { Value(text: text, shape: .escaped) }
    static func quoted(_ text: String) -> Value { Value(text: text, shape: .escapedField) }
    static func number(_ text: String) -> Value { Value(text: text, shape: .number) }
    static func boolean(_ flag: Bool) -> Value { Value(text: "\(flag)", shape: .boolean) }
    static func container(_ text: String) -> Value { Value(text: text, shape: .container) }
  }

  /// Slots: user u1 u2, account a, event e, time t1 t2, id i, texts x, (y1 y2), numbers n, m.
  static let extraction = Extraction(
    format: .jsonl, user: [FieldPath("u1"), FieldPath("u2")], account: [FieldPath("a")],
    event: .paths([FieldPath("e")]),
    time: TimeField(paths: [FieldPath("t1"), FieldPath("t2")], format: .auto),
    id: [FieldPath("i")],
    texts: [
      PropertyField(name: "x", paths: [FieldPath("x")]),
      PropertyField(name: "y", paths: [FieldPath("y1"), FieldPath("y2")]),
    ],
    numbers: [
      PropertyField(name: "n", paths: [FieldPath("n")]),
      PropertyField(name: "m", paths: [FieldPath("m")]),
    ])
  static let names = ["u1", "u2", "a", "e", "t1", "t2", "i", "x", "y1", "y2", "n", "m"]

  struct Table {
    var extraction = RowAssemblerTests.extraction
    var limits = ReadLimits()
    var batch = EventBatch()
    var tally = RowTally()

    /// Commits a row with a user, an event and a time, but for what `changes` says.
    mutating func commit(_ changes: [String: Value] = [:], line: Int = 0) -> RejectReason? {
      var assembler = RowAssembler(extraction: extraction, limits: limits)
      var chunk: [UInt8] = Array("garbage".utf8)
      let defaults: [String: Value] = [
        "u1": .text("user"), "e": .text("event"), "t1": .text("2026-01-02T03:04:05Z"),
      ]
      var slots: [RawValue] = []
      for path in SlotLayout(extraction).paths {
        let value = changes[path.description] ?? defaults[path.description] ?? .absent
        slots.append(
          RawValue(
            start: chunk.count, end: chunk.count + value.text.utf8.count, shape: value.shape,
            sign: UInt8(ascii: "\""), escape: UInt8(ascii: "\""))
        )
        chunk += Array(value.text.utf8) + [UInt8(ascii: "|")]
      }
      return assembler.commit(
        slots, of: chunk.span, line: line, into: &batch, tally: &tally)
    }

    func string(_ slice: ByteSlice) -> String? {
      slice.isAbsent ? nil : String(decoding: batch.array(slice), as: UTF8.self)
    }
  }

  @Test func appendsARow() {
    var table = Table()
    #expect(SlotLayout(Self.extraction).paths.map(\.description) == Self.names)
    let reason = table.commit(
      [
        "u1": .number("123"), "a": .escaped("A\\u0042\\n"), "e": .boolean(true), "i": .text("id-1"),
        "x": .quoted("say \"\"hi\"\""), "y2": .container("{\"k\":1}"), "n": .number("1.50"),
      ], line: 7)
    #expect(reason == nil)
    #expect(table.batch.count == 1)
    #expect(table.batch.times == [1_767_323_045_000_000])
    #expect(table.string(table.batch.users[0]) == "123")
    #expect(table.string(table.batch.accounts[0]) == "AB\n")
    #expect(table.string(table.batch.names[0]) == "true")
    #expect(table.string(table.batch.ids[0]) == "id-1")
    #expect(table.batch.texts.map(table.string) == ["say \"hi\"", "{\"k\":1}"])
    #expect(
      table.batch.numbers == [ExactDecimal(significand: 15, scale: 1), ExactDecimal.absent])
    #expect(table.batch.lines == [7])
    #expect(table.tally.events == 1)
    #expect(
      table.tally.latest == table.batch.times[0] && table.tally.earliest == table.batch.times[0])
    #expect(table.tally.timeUnits[Int(TimeUnit.iso8601.rawValue)] == 1)
  }

  @Test func theFirstValueThatIsOneWins() {
    var table = Table()
    let cases: [([String: Value], String?)] = [
      (["u1": .text("a"), "u2": .text("b")], "a"), (["u1": .absent, "u2": .text("b")], "b"),
      (["u1": .text(""), "u2": .text("b")], "b"),
      (["u1": .container("[1]"), "u2": .text("b")], "b"),
      (["u1": .container("{}"), "u2": .number("0")], "0"),
      (["u1": .text(" "), "u2": .text("b")], "b"), (["u1": .text(" ")], nil),
      (["u1": .boolean(false), "u2": .text("b")], "false"), (["u1": .text("")], nil),
      (["u1": .container("{\"id\":1}")], nil), (["u1": .escaped("\\u0000")], "\0"),
    ]
    for (values, user) in cases {
      let count = table.batch.count
      let reason = table.commit(values)
      #expect(reason == (user == nil ? .noUser : nil))
      #expect(table.batch.count == count + (user == nil ? 0 : 1))
      if let user { #expect(table.string(table.batch.users[count]) == user) }
    }
  }

  @Test func textsTakeContainersButNamesDoNot() {
    var table = Table()
    #expect(
      table.commit(["y1": .container("[]"), "y2": .text("later"), "x": .boolean(false)]) == nil)
    #expect(table.batch.texts.map(table.string) == ["false", "[]"])
    #expect(table.commit(["e": .container("{}")]) == .noEvent)
    #expect(table.commit(["i": .container("[1]"), "a": .container("{}")]) == nil)
    #expect(table.batch.ids[1].isAbsent && table.batch.accounts[1].isAbsent)
  }

  /// Everything is wrong with the row; then one thing after the other is put right.
  @Test func reasonsComeInOrder() {
    var table = Table()
    table.limits.timeMax = 1_800_000_000_000_000
    var row: [String: Value] = [
      "u1": .absent, "a": .text(""), "e": .absent, "t1": .absent, "n": .text("many"),
      "m": .boolean(true),
    ]
    var reasons: [RejectReason?] = []
    for (name, value) in [
      ("a", Value.number("9")), ("u1", .text("u")), ("e", .text("e")), ("t1", .text("soon")),
      ("t1", .number("1900000000")), ("t1", .number("1700000000")),
    ] {
      reasons.append(table.commit(row))
      row[name] = value
    }
    reasons.append(table.commit(row))
    #expect(
      reasons == [
        .noUser, .noEvent, .noEvent, .noTime, .badTime, .timeInTheFuture, nil,
      ])
    // The rows that were rejected have left nothing behind.
    #expect(table.batch.count == 1 && table.tally.events == 1)
    #expect(table.batch.bytes.count == "u9e".utf8.count)
    #expect(table.batch.numbers == [.absent, .absent] && table.batch.texts.count == 2)
    #expect(table.tally.values.numbers.map(\.unreadable.count) == [1, 1])
    #expect(
      table.batch.times.count == 1 && table.batch.users.count == 1 && table.batch.lines.count == 1)
    #expect(table.tally.timeUnits.reduce(0, +) == 1)
    #expect(table.tally.latest == 1_700_000_000_000_000)
  }

  @Test func times() {
    var table = Table()
    table.limits.timeMax = 1_700_000_000_000_000
    let cases: [(Value, RejectReason?)] = [
      (.number("1700000000"), nil), (.number("1700000000000"), nil), (.text("1700000000"), nil),
      (.number("1700000001"), .timeInTheFuture), (.boolean(true), .badTime),
      (.container("[]"), .badTime),
      (.container("{}"), .badTime), (.text(""), .noTime), (.absent, .noTime),
      (.text("yesterday"), .badTime),
      (.escaped("2020-01-02T03:04:05\\u005A"), nil), (.escaped("2020\\/01"), .badTime),
      (.quoted("2020-01-02\"\""), .badTime),
    ]
    for (value, reason) in cases {
      let bytes = table.batch.bytes.count
      #expect(table.commit(["t1": value]) == reason, "\(value)")
      if reason != nil { #expect(table.batch.bytes.count == bytes) }
    }
    #expect(table.commit(["t1": .text(""), "t2": .number("1")]) == nil)
    #expect(table.commit(["t1": .container("[]"), "t2": .number("1")]) == .badTime)
    #expect(table.tally.timeUnits == [1, 3, 1, 0, 0, 0])
    // The unit is of interest where it was guessed.
    table.extraction.time.formats = [.seconds]
    #expect(table.commit(["t1": .number("1")]) == nil)
    #expect(table.tally.timeUnits == [1, 3, 1, 0, 0, 0])
  }

  @Test func numbers() {
    var table = Table()
    let cases: [(Value, ExactDecimal?)] = [
      (.number("12.30"), ExactDecimal(significand: 123, scale: 1)),
      (.text("12.30"), ExactDecimal(significand: 123, scale: 1)),
      (.number("-1e2"), ExactDecimal(significand: -100, scale: 0)),
      (.text(" 7 "), ExactDecimal(significand: 7, scale: 0)),
      (.escaped("1\\u0032"), ExactDecimal(significand: 12, scale: 0)), (.text(""), .absent),
      (.absent, .absent),
      (.text("x"), nil), (.text(" "), .absent), (.text("N/A"), .absent), (.text("NaN"), .absent),
      (.boolean(false), nil), (.container("[1]"), nil),
      (.container("{}"), nil),
      (.quoted("1\"\""), nil), (.number("1e400"), nil), (.escaped("\\u0000"), nil),
    ]
    for (value, number) in cases {
      let (count, bytes) = (table.batch.numbers.count, table.batch.bytes.count)
      let before = table.tally.values.numbers.last?.unreadable.count ?? 0
      #expect(table.commit(["n": .number("5"), "m": value]) == nil)
      #expect(
        table.batch.numbers[count...] == [
          ExactDecimal(significand: 5, scale: 0), number ?? .absent,
        ], "\(value)")
      #expect(table.batch.bytes.count == bytes + "userevent".utf8.count)
      let unreadable = table.tally.values.numbers[1].unreadable
      #expect(unreadable.count - before == (number == nil ? 1 : 0))
    }
    #expect(table.tally.values.numbers.map(\.values) == [17, 12])
    #expect(table.tally.values.numbers[1].unreadable.first?.text == Array("x".utf8))
  }

  /// `number:` and `scale:` of a source.
  @Test func numbersInTheirForms() {
    var table = Table()
    table.extraction.numbers[0].form = NumberForm(
      decimal: UInt8(ascii: ","), group: UInt8(ascii: "."))
    table.extraction.numbers[1].shift = -2
    #expect(table.commit(["n": .text("1.234,50 €"), "m": .number("1250")]) == nil)
    #expect(table.commit(["n": .number("1.5"), "m": .text("x")]) == nil)
    #expect(
      table.batch.numbers == [
        ExactDecimal(significand: 12345, scale: 1), ExactDecimal(significand: 125, scale: 1),
        ExactDecimal(significand: 15, scale: 1), .absent,
      ])
  }

  @Test func escapes() {
    var table = Table()
    let cases: [(String, String, Int)] = [
      (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t", 0),
      (#"\u0041\u00e9\u4E0A\uFFFF"#, "Aé上\u{FFFF}", 0),
      (#"\ud83d\ude00\uD83D\uDE00"#, "😀😀", 0), (#"\ud83d"#, "\u{FFFD}", 1),
      (#"\ude00"#, "\u{FFFD}", 1),
      (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀", 1), (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}", 2),
      (#"\ud83dx\ude00"#, "\u{FFFD}x\u{FFFD}", 2), (#"\ud83d\n"#, "\u{FFFD}\n", 1),
      (#"\ud83d\u0041"#, "\u{FFFD}A", 1),
      (#"a\u0000b"#, "a\0b", 0), (#"\\u0041"#, "\\u0041", 0),
      (#"\u007f\u0080\u07ff\u0800"#, "\u{7F}\u{80}\u{7FF}\u{800}", 0),
      (#"\ud800\udc00\udbff\udfff"#, "\u{10000}\u{10FFFF}", 0), ("é上😀", "é上😀", 0),
    ]
    for (spelled, text, lone) in cases {
      let before = table.tally.loneSurrogates
      #expect(table.commit(["u1": .escaped(spelled)]) == nil)
      #expect(table.string(table.batch.users.last!) == text, "\(spelled)")
      #expect(table.tally.loneSurrogates - before == lone, "\(spelled)")
    }
    // A row that is rejected has no surrogates to count.
    let before = table.tally.loneSurrogates
    #expect(table.commit(["u1": .escaped(#"\ud83d"#), "t1": .absent]) == .noTime)
    #expect(table.tally.loneSurrogates == before)
  }

  @Test func keepsColumnsThatNobodyAsksForEmpty() {
    var table = Table()
    table.extraction = Extraction(
      format: .jsonl, event: .constant("purchase"),
      time: TimeField(paths: [FieldPath("t1")], format: .iso8601))
    #expect(table.commit() == nil)
    #expect(table.commit() == nil)
    #expect(table.batch.names.map(table.string) == ["purchase", "purchase"])
    #expect(table.batch.users.isEmpty && table.batch.accounts.isEmpty && table.batch.ids.isEmpty)
    #expect(table.batch.texts.isEmpty && table.batch.numbers.isEmpty)
    // What nobody counts is read all the same, and not kept: it decides whether the row is an event.
    table = Table()
    table.extraction.keepsUsers = false
    #expect(table.commit(["u1": .text("u"), "a": .absent]) == nil)
    #expect(table.commit(["u1": .absent, "a": .text("acme")]) == nil)
    #expect(table.commit(["u1": .absent]) == .noUser)
    #expect(table.batch.users.isEmpty)
    #expect(table.batch.accounts.map(table.string) == [nil, "acme"])
    table = Table()
    table.extraction.user = []
    #expect(table.commit(["a": .absent]) == .noAccount)
  }

  @Test func aRowMayLackOneEntityOfTwo() {
    var table = Table()
    #expect(table.commit(["u1": .absent, "a": .text("acme")]) == nil)
    #expect(table.commit() == nil)
    #expect(table.commit(["u1": .absent]) == .noUser)
    #expect(table.commit(["u1": .text(""), "a": .container("{}")]) == .noUser)
    #expect(table.batch.users.map(table.string) == [nil, "user"])
    #expect(table.batch.accounts.map(table.string) == ["acme", nil])
  }

  @Test func rejectsKeepTheBeginningsOfSome() {
    var tally = RowTally()
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 500)
    for line in 0..<5 {
      tally.reject(
        .noUser, row: line * 10..<line * 10 + 5, of: bytes.span, line: line, samplesMax: 2)
    }
    tally.reject(.badTime, row: 100..<500, of: bytes.span, line: 9, samplesMax: 2)
    tally.reject(.noEvent, row: 500..<500, of: bytes.span, line: 10, samplesMax: 0)
    #expect(tally.rejected[Int(RejectReason.noUser.rawValue)] == 5)
    #expect(tally.rejectedTotal == 7)
    #expect(tally.samples.map(\.line) == [0, 1, 9])
    #expect(tally.samples.map(\.byte) == [0, 10, 100])
    #expect(tally.samples.map(\.prefix.count) == [5, 5, 200])
  }
}
