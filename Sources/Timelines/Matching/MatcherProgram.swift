import EventLog
import Values

/// A kind as one worker numbers it: a name, the matchers that match, and for a delivered event the
/// delivery it came by.
package struct WorkerKind: Sendable, Hashable {
  package var name: [UInt8]
  /// Numbers of the schema's matchers, ascending.
  package var matched: [Int]
  /// 0: the entity's own event; d + 1: delivered by the schema's delivery d.
  package var delivery: Int

  package init(name: [UInt8], matched: [Int], delivery: Int) {
    self.name = name
    self.matched = matched
    self.delivery = delivery
  }
}

/// What becomes of a row: the kind of the entity's own event, and what is delivered to others.
struct RowOutcome: Sendable {
  /// -1 when nothing of the event itself is kept.
  var kind: Int32
  /// No matcher matches: what is kept is its id, so that which of its duplicates is the first does not
  /// depend on the matchers.
  var isHidden: Bool
  /// A range of the program's deliveries.
  var deliveries: Range<Int32>
}

struct DeliveredKind: Sendable {
  /// The text column that holds the other entity's id.
  var column: Int
  var kind: UInt32
}

/// The schema's matchers, compiled for one worker.
///
/// Each distinct event name is evaluated once: every matcher then either matches always, or never,
/// or depends on properties. Names for which nothing depends have one outcome for all their rows.
/// For the others a row evaluates what is left: an "or" of "and"s of conditions per matcher; the
/// bits that come out, together with the name, are looked up among the outcomes seen so far.
struct MatcherProgram: Sendable {
  private indirect enum Prepared: Sendable {
    case any
    case named(Set<[UInt8]>)
    case anyOf([Prepared])
    /// Numbers of `conditions`, all of which must hold.
    case filtered(Prepared, [Int])
    /// Number of the delivery, -1 when the schema has no such delivery.
    case delivered(Int)
    /// Number of the source, -1 when there is no such source.
    case from(Int, Prepared)
  }

  /// A question about a row: does this matcher match the event itself, or the event as delivered?
  private struct Question: Sendable {
    var matcher: Prepared
    /// 0 for the event itself, else the delivery's number plus 1.
    var delivery: Int
    /// Number of the schema's matcher, -1 for the matcher of a delivery's events.
    var number: Int
  }

  private struct NameProgram: Sendable {
    /// The outcome of every row of the name, -2 when it depends on properties, -3 before the first.
    var outcome: Int32 = -3
    /// The name, if the outcome depends on properties.
    var name: [UInt8] = []
    /// Questions answered yes for every row.
    var always: [Int] = []
    /// Questions that depend on properties: each holds if all conditions of one clause do.
    var open: [(question: Int, clauses: [[Int]])] = []
  }

  let matchers: [EventMatcher]
  let hash: ByteHash
  private let questions: [Question]
  let conditions: [CompiledCondition]
  private let deliveryColumns: [Int]
  /// Events whose match depends on properties are all kept, if ids are.
  private let keepsIDs: Bool
  private let textCount: Int
  private let numberCount: Int

  private(set) var names = ByteInterner()
  /// By name code: rows that carried it.
  private(set) var nameRows: [Int] = []
  /// By name code and source, the sources of a name one after the other.
  private var programs: [NameProgram] = []
  private let sources: [SchemaSource]
  /// Of the rows to come.
  var source = 0
  private var memo = NameMemo()
  /// The source that the memo is about.
  private var memoSource = 0
  private(set) var outcomes: [RowOutcome] = []
  private(set) var deliveries: [DeliveredKind] = []
  private(set) var kinds: [WorkerKind] = []
  private var kindCodes: [WorkerKind: UInt32] = [:]
  /// Each list of matchers once: nearly all names have the same few.
  private var matcherLists: Set<[Int]> = []
  /// Name code and answers, as bytes; the code is an index into `answeredOutcomes`.
  private var answered = ByteInterner()
  private var answeredOutcomes: [Int32] = []
  private var key: [UInt8] = []

  /// Bytes that names and their kinds take, about. They do not spill: rows refer to them.
  var footprint: Int {
    names.footprint + nameRows.capacity * 8 + outcomes.capacity * MemoryLayout<RowOutcome>.stride
      + programs.capacity * MemoryLayout<NameProgram>.stride + answered.footprint
      + memo.footprint
      // In a list and in a table, with the name's bytes once more.
      + kinds.count * (Self.kindBytes + names.footprint / max(1, names.count))
  }

  /// A kind in the list, and the table's part of it, of which up to half is empty.
  private static let kindBytes = 3 * MemoryLayout<WorkerKind>.stride + 32

  /// Column names are those of the batches.
  init(
    schema: TimelineSchema, textColumns: [String], numberColumns: [String], hash: ByteHash
  ) {
    matchers = schema.matchers
    self.hash = hash
    keepsIDs = schema.keepsIDs
    sources = schema.sources
    textCount = textColumns.count
    numberCount = numberColumns.count
    var conditionNumbers: [PropertyCondition: Int] = [:]
    var conditions: [CompiledCondition] = []

    func prepare(_ matcher: EventMatcher) -> Prepared {
      switch matcher {
      case .any: return .any
      // By bytes: two spellings of é are two names.
      case .named(let names): return .named(Set(names.map { Array($0.utf8) }))
      case .anyOf(let matchers): return .anyOf(matchers.map(prepare))
      case .filtered(let matcher, let filters):
        let numbers = filters.map { filter in
          if let number = conditionNumbers[filter] { return number }
          conditions.append(
            CompiledCondition(filter, textColumns: textColumns, numberColumns: numberColumns))
          conditionNumbers[filter] = conditions.count - 1
          return conditions.count - 1
        }
        return .filtered(prepare(matcher), numbers)
      case .delivered(let delivery):
        return .delivered(schema.deliveries.firstIndex(of: delivery) ?? -1)
      case .from(let source, let matcher):
        let number = schema.sources.firstIndex { $0.name == source }
        return .from(number ?? -1, prepare(matcher))
      }
    }

    let prepared = schema.matchers.map(prepare)
    var questions = prepared.enumerated().map {
      Question(matcher: $1, delivery: 0, number: $0)
    }
    for (index, delivery) in schema.deliveries.enumerated() {
      questions.append(
        Question(matcher: prepare(delivery.event), delivery: 0, number: -1 - index))
      questions += prepared.enumerated().map {
        Question(matcher: $1, delivery: index + 1, number: $0)
      }
    }
    deliveryColumns = schema.deliveries.map { delivery in
      guard let column = textColumns.firstIndex(of: delivery.property) else {
        preconditionFailure("deliveries by \(delivery.property), which no text column holds")
      }
      return column
    }
    self.questions = questions
    self.conditions = conditions
  }

  /// The outcome of rows that nothing is kept of.
  static let nothing = -1

  /// Writes the outcome of each row: an index into `outcomes`, or `nothing`. A column of names that was
  /// not extracted is empty.
  mutating func findOutcomes(
    rows: Int, names: borrowing Span<ByteSlice>, bytes: borrowing Span<UInt8>,
    texts: borrowing Span<ByteSlice>, numbers: borrowing Span<ExactDecimal>, to found: inout [Int32]
  ) {
    if memoSource != source {
      memo.removeAll()
      memoSource = source
    }
    if found.count < rows {
      found.append(contentsOf: repeatElement(0, count: rows - found.count))
    }
    var row = 0
    while row < rows {
      if row < names.count { row = memo.recall(names, from: row, bytes: bytes, to: &found) }
      if row >= rows { break }
      let name = row < names.count ? names[row] : .absent
      found[row] = outcome(
        ofRow: row, name: bytes.extracting(name.place), bytes: bytes, texts: texts,
        numbers: numbers)
      row += 1
    }
    for entry in memo.entries where entry.rows > 0 { nameRows[Int(entry.code)] += entry.rows }
    memo.clearRows()
  }

  /// The same of one row whose name is not remembered.
  private mutating func outcome(
    ofRow row: Int, name: borrowing Span<UInt8>, bytes: borrowing Span<UInt8>,
    texts: borrowing Span<ByteSlice>, numbers: borrowing Span<ExactDecimal>
  ) -> Int32 {
    let code = Int(names.intern(name, hash: hash(name)))
    let place = code &* sources.count &+ source
    if place >= programs.count || programs[place].outcome == -3 { addProgram(name, code) }
    nameRows[code] &+= 1
    let constant = programs[place].outcome
    if constant > -2 {
      if let former = memo.remember(name, code: code, outcome: constant), former.rows > 0 {
        nameRows[Int(former.code)] += former.rows
      }
      return constant
    }
    return dependentOutcome(
      place, row: row, bytes: bytes, texts: texts, numbers: numbers)
  }

  /// Takes over what a program on another machine found. No row may follow.
  mutating func takeOver(kinds: [WorkerKind], names: [(name: [UInt8], rows: Int)]) {
    self.kinds = kinds
    for (name, rows) in names {
      let code = Int(self.names.intern(name.span, hash: hash(name.span)))
      if code == nameRows.count { nameRows.append(0) }
      nameRows[code] += rows
    }
  }

  /// What a name alone decides.
  enum Verdict {
    /// The outcome of all its rows: an index into `outcomes`, or `nothing`.
    case outcome(Int)
    /// By question that depends on properties: it is answered yes if all conditions of one clause
    /// hold, which are numbers of `conditions`.
    case open([[[Int]]])
  }

  /// Takes in a name without a row. There is one source.
  mutating func verdict(_ name: [UInt8]) -> Verdict {
    let code = Int(names.intern(name.span, hash: hash(name.span)))
    if code == programs.count { addProgram(name.span, code) }
    let constant = programs[code].outcome
    return constant > -2 ? .outcome(Int(constant)) : .open(programs[code].open.map(\.clauses))
  }

  /// The outcome of a row of an open name: bit i answers its i-th question that depends on properties.
  mutating func outcome(of name: [UInt8], answers: Int) -> Int {
    let code = Int(names.intern(name.span, hash: hash(name.span)))
    var yes = programs[code].always
    for (at, open) in programs[code].open.enumerated() where answers >> at & 1 == 1 {
      yes.append(open.question)
    }
    return Int(addOutcome(name, yes: yes.sorted(), isOpen: true))
  }

  @inline(never)
  private mutating func addProgram(_ name: borrowing Span<UInt8>, _ code: Int) {
    // Safe: the bytes are copied inside the closure.
    let name = unsafe name.withUnsafeBufferPointer { unsafe Array($0) }
    var program = NameProgram()
    for (index, question) in questions.enumerated() {
      let clauses = clauses(question.matcher, name: name, delivery: question.delivery)
      if clauses.contains(where: \.isEmpty) {
        program.always.append(index)
      } else if !clauses.isEmpty {
        program.open.append((index, clauses))
      }
    }
    if program.open.isEmpty {
      program.outcome = addOutcome(name, yes: program.always)
      program.always = []
    } else {
      program.outcome = -2
      program.name = name
    }
    while programs.count < (code + 1) * sources.count { programs.append(NameProgram()) }
    programs[code * sources.count + source] = program
    if code == nameRows.count { nameRows.append(0) }
  }

  /// When a matcher matches an event of this name and the source at hand: none for never, an empty
  /// clause for always.
  private func clauses(_ matcher: Prepared, name: [UInt8], delivery: Int) -> [[Int]] {
    switch matcher {
    case .any: delivery == 0 && !sources[source].passive.contains(name) ? [[]] : []
    case .from(let number, let matcher):
      number == source ? clauses(matcher, name: name, delivery: delivery) : []
    case .named(let names): delivery == 0 && names.contains(name) ? [[]] : []
    case .anyOf(let matchers):
      matchers.flatMap { clauses($0, name: name, delivery: delivery) }
    case .filtered(let matcher, let conditions):
      clauses(matcher, name: name, delivery: delivery).map { $0 + conditions }
    case .delivered(let number): number >= 0 && number + 1 == delivery ? [[]] : []
    }
  }

  private mutating func addOutcome(_ name: [UInt8], yes: [Int], isOpen: Bool = false) -> Int32 {
    var matched = [[Int]](repeating: [], count: deliveryColumns.count + 1)
    var fires = [Bool](repeating: false, count: deliveryColumns.count)
    for index in yes {
      let question = questions[index]
      if question.number >= 0 {
        matched[question.delivery].append(question.number)
      } else {
        fires[-1 - question.number] = true
      }
    }
    for index in matched.indices where !matched[index].isEmpty {
      matched[index] = matcherLists.insert(matched[index]).memberAfterInsert
    }
    let first = Int32(deliveries.count)
    var outcome = RowOutcome(kind: -1, isHidden: matched[0].isEmpty, deliveries: first..<first)
    if !matched[0].isEmpty || isOpen && keepsIDs {
      outcome.kind = Int32(code(of: WorkerKind(name: name, matched: matched[0], delivery: 0)))
    }
    for (index, column) in deliveryColumns.enumerated()
    where fires[index] && !matched[index + 1].isEmpty {
      let kind = WorkerKind(name: name, matched: matched[index + 1], delivery: index + 1)
      deliveries.append(DeliveredKind(column: column, kind: code(of: kind)))
    }
    outcome.deliveries = first..<Int32(deliveries.count)
    if outcome.kind < 0 && outcome.deliveries.isEmpty { return Int32(Self.nothing) }
    outcomes.append(outcome)
    return Int32(outcomes.count - 1)
  }

  private mutating func code(of kind: WorkerKind) -> UInt32 {
    if let code = kindCodes[kind] { return code }
    kinds.append(kind)
    kindCodes[kind] = UInt32(kinds.count - 1)
    return UInt32(kinds.count - 1)
  }

  private mutating func dependentOutcome(
    _ code: Int, row: Int, bytes: borrowing Span<UInt8>, texts: borrowing Span<ByteSlice>,
    numbers: borrowing Span<ExactDecimal>
  ) -> Int32 {
    // Out of `self` while it is looked up there.
    var key: [UInt8] = []
    swap(&key, &self.key)
    defer { swap(&key, &self.key) }
    key.removeAll(keepingCapacity: true)
    for shift in [0, 8, 16, 24] { key.append(UInt8(truncatingIfNeeded: code >> shift)) }
    for at in programs[code].open.indices {
      var holds = false
      for clause in programs[code].open[at].clauses {
        var passes = true
        for number in clause where passes {
          switch conditions[number].column {
          case .text(let column):
            let slice = texts[row * textCount + column]
            passes = conditions[number].passes(text: bytes.extracting(slice.range))
          case .number(let column):
            passes = conditions[number].passes(number: numbers[row * numberCount + column])
          }
        }
        if passes {
          holds = true
          break
        }
      }
      key.append(holds ? 1 : 0)
    }
    let answer = Int(answered.intern(key.span, hash: hash(key.span)))
    if answer == answeredOutcomes.count {
      var yes = programs[code].always
      for (at, open) in programs[code].open.enumerated() where key[4 + at] == 1 {
        yes.append(open.question)
      }
      answeredOutcomes.append(addOutcome(programs[code].name, yes: yes.sorted(), isOpen: true))
    }
    return answeredOutcomes[answer]
  }
}
