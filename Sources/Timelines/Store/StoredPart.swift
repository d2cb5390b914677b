import Values

/// One segment's rows in one partition, gathered block by block into a part of the partition.
///
///     block ── columns that are read ── kind by code ── rows, words
struct StoredPart {
  typealias Damage = SegmentCursor.Damage

  private let plan: StoredPlan
  private let segment: SegmentReader
  /// By name of the segment (`CodeMatcher`).
  private let kindOfName: [Int32]
  /// By input of the segment: the file's number, or -1 where its rows are left out.
  private let files: [Int]
  private let hasMasks: Bool
  /// By column: its place in the segment.
  private let textPlaces: [Int]
  private let numberPlaces: [Int]

  private var part = ShardPart(
    entities: .read(ByteTable()), values: ByteTable([""]), numbers: PackedDecimals(),
    ids: PackedIDs(), blocks: [], kindCodes: [], isMark: [])
  private var entities = ByteTable()
  /// By text column and code of the segment: the word, 0 while it has none.
  private var words: [[UInt32]]
  /// By condition and code of the segment: 0 unknown, 1 it does not pass, 2 it passes.
  private var verdicts: [[UInt8]]

  /// By input and by name of the segment.
  private(set) var tallies: [StoredTally]
  private(set) var nameRows: [Int]
  /// Columns that had a value.
  private(set) var seenTexts: [Bool]
  private(set) var seenNumbers: [Bool]

  // The block in hand.
  private var block = BlockRows()
  /// By column and row: 0 absent, else one more than a code: of the segment's table, then of its own.
  private var textCodes: [[UInt32]]
  private var ownTexts: [ByteTable]
  /// By column and row: 0 absent, else one more than a place in the block's table.
  private var numberCodes: [[UInt32]]
  private var ownNumbers: [PackedDecimals]
  /// Of the block's numbers in those of the part.
  private var numberShifts: [UInt32]
  private var values: [UInt64] = []

  /// - Parameters:
  ///   - index: of the segment in the matcher's tables.
  ///   - files: by input of the segment.
  init(_ segment: SegmentReader, index: Int, files: [Int], plan: StoredPlan) throws(Damage) {
    self.plan = plan
    self.segment = segment
    self.files = files
    hasMasks = files.contains { $0 < 0 }
    kindOfName = plan.matcher.kindOfName[index]
    var (textPlaces, numberPlaces): ([Int], [Int]) = ([], [])
    for name in plan.textNames {
      guard let place = segment.columns.texts.firstIndex(of: name) else {
        throw Damage(what: "it has no property \(name)")
      }
      textPlaces.append(place)
    }
    for name in plan.numberNames {
      guard let place = segment.columns.numbers.firstIndex(of: name) else {
        throw Damage(what: "it has no number \(name)")
      }
      numberPlaces.append(place)
    }
    (self.textPlaces, self.numberPlaces) = (textPlaces, numberPlaces)
    words = plan.textNames.map { _ in [] }
    verdicts = plan.matcher.conditions.map { _ in [] }
    tallies = [StoredTally](repeating: StoredTally(), count: segment.inputs.count)
    nameRows = [Int](repeating: 0, count: segment.names.count)
    seenTexts = plan.textNames.map { _ in false }
    seenNumbers = plan.numberNames.map { _ in false }
    textCodes = plan.textNames.map { _ in [] }
    ownTexts = plan.textNames.map { _ in ByteTable() }
    numberCodes = plan.numberNames.map { _ in [] }
    ownNumbers = plan.numberNames.map { _ in PackedDecimals() }
    numberShifts = plan.numberNames.map { _ in 0 }
  }

  /// All that was gathered.
  consuming func finish() -> ShardPart {
    var part = part
    part.entities = .read(entities)
    part.kindCodes = plan.kindCodes
    part.isMark = plan.kept.isMark
    return part
  }

  /// Takes in a block.
  ///
  /// - Parameter hashes: of the entities that are wanted; nil for all of them.
  mutating func read(_ number: Int, hashes: ClosedRange<UInt64>?) throws(Damage) {
    let entry = segment.blocks[number]
    let bytes: [UInt8]
    do {
      bytes = try segment.bytes(ofBlock: number)
    } catch {
      throw Damage(what: "\(error)")
    }
    let columns = try BlockColumns(bytes, entry: entry, segment: segment)
    try block.read(columns, entry: entry, segment: segment)
    for column in textPlaces.indices {
      try readTexts(column, columns, entry)
    }
    for column in numberPlaces.indices {
      try readNumbers(column, columns, entry)
    }
    var ids: SegmentCursor?
    if plan.rules.layout.hasID, !entry.isAccounts {
      var cursor = try columns.column(5)
      if try cursor.byte() == 1 { ids = cursor }
    }
    try gather(entry, hashes: hashes, ids: &ids)
  }

  private mutating func gather(
    _ entry: SegmentWriter.BlockEntry, hashes: ClosedRange<UInt64>?, ids: inout SegmentCursor?
  ) throws(Damage) {
    var rows: [EventRow] = []
    rows.reserveCapacity(entry.rows)
    var rowWords: [UInt32] = []
    let hash = segment.hash
    let base = entities.count
    var chosen = 0
    var row = 0
    for entity in block.counts.indices {
      let end = row + Int(block.counts[entity])
      if let hashes, !hashes.contains(hash(block.entities[entity].span)) {
        if ids != nil { for _ in row..<end { _ = try ids?.packedID() } }
        row = end
        continue
      }
      let code = UInt32(base + chosen)
      if !entry.isAccounts {
        entities.append(block.entities[entity])
        chosen += 1
      }
      for at in row..<end {
        var id: UInt32 = 0
        if ids != nil { id = try nextID(&ids) }
        let input = Int(truncatingIfNeeded: block.inputs[at])
        if hasMasks, files[input] < 0 { continue }
        tallies[input].see(block.times[at])
        let name = Int(truncatingIfNeeded: block.names[at])
        nameRows[name] += 1
        var kind = kindOfName[name]
        if kind < CodeMatcher.nothing { kind = openKind(-2 - Int(kind), at) }
        let isHidden = kind >= 0 && plan.isHidden[Int(kind)]
        if kind < 0 || entry.isAccounts || isHidden {
          tallies[input].outside += 1
          if kind >= 0, entry.isAccounts, !isHidden { tallies[input].withoutEntity += 1 }
          // Without an id it is nobody's duplicate.
          if !isHidden || entry.isAccounts || id == 0 { continue }
        } else {
          tallies[input].used += 1
        }
        rows.append(EventRow(time: block.times[at], entity: code, kind: UInt32(bitPattern: kind)))
        if plan.kept.isMark[Int(kind)] { continue }
        appendWords(
          at, kind: UInt32(bitPattern: kind), id: id, input: input, counted: !isHidden,
          to: &rowWords)
      }
      row = end
    }
    if !rows.isEmpty {
      part.blocks.append(PartitionShard.RowBlock(rows: rows, words: rowWords))
    }
  }

  private mutating func nextID(
    _ cursor: inout SegmentCursor?
  ) throws(Damage) -> UInt32 {
    guard let start = cursor?.at, let count = try cursor?.packedID().count, let end = cursor?.at,
      let bytes = cursor?.bytes, count > 0
    else { return 0 }
    guard part.ids.bytes.count + (end - start) <= Int(UInt32.max) else {
      throw Damage(what: "more than 4 GiB of event ids in one partition")
    }
    return part.ids.append(form: bytes[start..<end])
  }

  private mutating func appendWords(
    _ at: Int, kind: UInt32, id: UInt32, input: Int, counted: Bool,
    to rowWords: inout [UInt32]
  ) {
    let layout = plan.rules.layout
    for property in 0..<layout.textCount {
      let column = plan.kept.column(kind: kind, property: property)
      rowWords.append(column < 0 ? 0 : textWord(column, at))
    }
    for property in layout.textCount..<layout.user {
      let column = plan.kept.column(kind: kind, property: property)
      var word: UInt32 = 0
      if column >= 0, !numberCodes[column].isEmpty {
        let code = numberCodes[column][at]
        if code > 0 { word = numberShifts[column] + code }
      }
      rowWords.append(word)
    }
    if layout.hasID {
      rowWords.append(id)
      rowWords.append(RowLayout.fileWord(UInt32(files[input]), counted: counted))
    }
  }
}

/// Texts and numbers.
extension StoredPart {
  private mutating func readTexts(
    _ column: Int, _ columns: BlockColumns, _ entry: SegmentWriter.BlockEntry
  ) throws(Damage) {
    textCodes[column].removeAll(keepingCapacity: true)
    if seenTexts[column], !plan.readsText[column] { return }
    let table = segment.texts[textPlaces[column]]
    guard
      let strings = try columns.codes(
        BlockColumns.fixedCount + textPlaces[column], of: table, entry, into: &values)
    else { return }
    seenTexts[column] = true
    if !plan.readsText[column] { return }
    let (shared, own) = (strings.shared, strings.own)
    // Codes of the segment's whole table, so that they mean the same in every block.
    let shift = UInt64(table.count - shared)
    textCodes[column].reserveCapacity(entry.rows)
    for (place, value) in values.enumerated() {
      let code = UInt32(truncatingIfNeeded: value <= UInt64(shared) ? value : value + shift)
      if strings.isByEntity {
        for _ in 0..<block.counts[place] { textCodes[column].append(code) }
      } else {
        textCodes[column].append(code)
      }
    }
    ownTexts[column] = own
    if words[column].isEmpty {
      words[column] = [UInt32](repeating: 0, count: table.count + 1)
    }
    // Those of the block itself stand behind.
    words[column].removeLast(words[column].count - table.count - 1)
    words[column].append(contentsOf: repeatElement(0, count: own.count))
  }

  /// The text of a code above 0.
  private func text(_ column: Int, _ code: Int) -> ArraySlice<UInt8> {
    let table = segment.texts[textPlaces[column]]
    return code <= table.count ? table[code - 1] : ownTexts[column][code - 1 - table.count]
  }

  @inline(__always)
  private mutating func textWord(_ column: Int, _ at: Int) -> UInt32 {
    if textCodes[column].isEmpty { return 0 }
    let code = Int(textCodes[column][at])
    if code == 0 { return 0 }
    if words[column][code] == 0 {
      words[column][code] = UInt32(part.values.count)
      part.values.append(text(column, code))
    }
    return words[column][code]
  }

  private mutating func readNumbers(
    _ column: Int, _ columns: BlockColumns, _ entry: SegmentWriter.BlockEntry
  ) throws(Damage) {
    numberCodes[column].removeAll(keepingCapacity: true)
    if seenNumbers[column], !plan.readsNumber[column] { return }
    guard
      let table = try columns.numbers(
        BlockColumns.fixedCount + segment.columns.texts.count + numberPlaces[column],
        rows: entry.rows, into: &values)
    else { return }
    seenNumbers[column] = true
    if !plan.readsNumber[column] { return }
    numberCodes[column] = values.map { UInt32(truncatingIfNeeded: $0) }
    ownNumbers[column] = table
    numberShifts[column] = UInt32(part.numbers.count)
    part.numbers.append(contentsOf: table)
  }
}

/// Conditions.
extension StoredPart {
  private mutating func openKind(_ open: Int, _ at: Int) -> Int32 {
    let questions = plan.matcher.opens[open].questions
    var answers = 0
    for question in questions.indices {
      for clause in questions[question] {
        var passes = true
        for condition in clause where passes { passes = self.passes(condition, at) }
        if passes {
          answers |= 1 << question
          break
        }
      }
    }
    return plan.matcher.opens[open].kinds[answers]
  }

  private mutating func passes(_ number: Int, _ at: Int) -> Bool {
    let condition = plan.matcher.conditions[number]
    switch condition.column {
    case .number(let column):
      let code = numberCodes[column].isEmpty ? 0 : Int(numberCodes[column][at])
      return condition.passes(number: code == 0 ? .absent : ownNumbers[column][code - 1])
    case .text(let column):
      let code = textCodes[column].isEmpty ? 0 : Int(textCodes[column][at])
      let table = segment.texts[textPlaces[column]]
      if code > table.count { return condition.passes(text: text(column, code).span) }
      if verdicts[number].isEmpty {
        verdicts[number] = [UInt8](repeating: 0, count: table.count + 1)
      }
      if verdicts[number][code] == 0 {
        let passes =
          code == 0
          ? condition.passes(text: [UInt8]().span)
          : condition.passes(text: text(column, code).span)
        verdicts[number][code] = passes ? 2 : 1
      }
      return verdicts[number][code] == 2
    }
  }
}
