import Values

/// The schema's matchers over rows whose names and values are codes of a table: each name is looked at
/// once for a whole segment, and each value once for a condition.
struct CodeMatcher: Sendable {
  /// A name some of whose matchers depend on properties.
  struct Open: Sendable {
    /// By question: it is answered yes if all conditions of one clause hold.
    var questions: [[[Int]]]
    /// By answers, question i in bit i: the kind, or `nothing`.
    var kinds: [Int32]
  }

  static let nothing: Int32 = -1
  /// All answers of a name are tried in advance, so these are few.
  private static let questionsMax = 8

  /// By table and name: the kind of all its rows, `nothing`, or -2 less an index into `opens`.
  let kindOfName: [[Int32]]
  let opens: [Open]
  let conditions: [CompiledCondition]
  /// Those that rows can have; not all of them need occur.
  let kinds: [WorkerKind]

  /// Nil where a name depends on more questions than can be tried in advance.
  ///
  /// - Parameters:
  ///   - schema: without deliveries.
  ///   - tables: the names of each segment.
  init?(
    _ schema: TimelineSchema, names tables: [ByteTable], textColumns: [String],
    numberColumns: [String]
  ) {
    var program = MatcherProgram(
      schema: schema, textColumns: textColumns, numberColumns: numberColumns, hash: .seeded())
    var known: [[UInt8]: Int32] = [:]
    var opens: [Open] = []
    var kindOfName: [[Int32]] = []
    func kind(_ outcome: Int) -> Int32 {
      outcome == MatcherProgram.nothing ? Self.nothing : program.outcomes[outcome].kind
    }
    for table in tables {
      var kinds: [Int32] = []
      kinds.reserveCapacity(table.count)
      for index in 0..<table.count {
        let name = Array(table[index])
        if let kind = known[name] {
          kinds.append(kind)
          continue
        }
        switch program.verdict(name) {
        case .outcome(let outcome): kinds.append(kind(outcome))
        case .open(let questions):
          guard questions.count <= Self.questionsMax else { return nil }
          let outcomes = (0..<1 << questions.count).map { answers in
            kind(program.outcome(of: name, answers: answers))
          }
          kinds.append(-2 - Int32(opens.count))
          opens.append(Open(questions: questions, kinds: outcomes))
        }
        known[name] = kinds.last
      }
      kindOfName.append(kinds)
    }
    self.kindOfName = kindOfName
    self.opens = opens
    conditions = program.conditions
    kinds = program.kinds
  }
}
