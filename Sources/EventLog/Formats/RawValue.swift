/// What a format found for one wanted path of the current row: a range of the chunk, undecoded.
struct RawValue: Equatable {
  enum Shape: UInt8 {
    /// The path does not occur, or is null: no value.
    case absent
    /// UTF-8 text that means itself: a plain JSON string without its quotes, a CSV field.
    case text
    /// The inside of a JSON string with backslash escapes.
    case escaped
    /// A CSV field's inside with a `sign` that is doubled, or stands behind an `escape`.
    case escapedField
    /// A JSON number, in its own spelling.
    case number
    /// `true` or `false`.
    case boolean
    /// A whole JSON object or array.
    case container
  }

  var start: Int
  var end: Int
  var shape: Shape
  /// Of an `escapedField`: its quote, or the delimiter where it has none.
  var sign: UInt8 = 0
  /// Of an `escapedField`: the same as `sign` where nothing but doubling escapes.
  var escape: UInt8 = 0

  static let absent = RawValue(start: 0, end: 0, shape: .absent)
}

/// The wanted paths of an `Extraction`, flattened to numbered slots that every format fills for each
/// row: first the user's paths and whatever else names persons, then account, event, time, id, texts,
/// numbers, each in its order.
struct SlotLayout: Sendable {
  let paths: [FieldPath]
  /// The former id, and the later one if it has a place of its own.
  struct Alias: Sendable {
    let from: Range<Int>
    let to: Range<Int>
  }

  let user: Range<Int>
  let anonymous: Range<Int>
  let userAlias: Alias
  let accountAlias: Alias
  let account: Range<Int>
  let event: Range<Int>
  let time: Range<Int>
  let id: Range<Int>
  let texts: [Range<Int>]
  let numbers: [Range<Int>]

  init(_ extraction: Extraction) {
    var paths: [FieldPath] = []
    func add(_ more: [FieldPath]) -> Range<Int> {
      let start = paths.count
      paths += more
      return start..<paths.count
    }
    user = add(extraction.user)
    anonymous = add(extraction.identity.anonymous)
    let (users, accounts) = (extraction.identity.userAlias, extraction.identity.accountAlias)
    userAlias = Alias(from: add(users?.from ?? []), to: add(users?.to ?? []))
    accountAlias = Alias(from: add(accounts?.from ?? []), to: add(accounts?.to ?? []))
    account = add(extraction.account)
    if case .paths(let event) = extraction.event {
      self.event = add(event)
    } else {
      event = add([])
    }
    time = add(extraction.time.paths)
    id = add(extraction.id)
    texts = extraction.texts.map { add($0.paths) }
    numbers = extraction.numbers.map { add($0.paths) }
    self.paths = paths
  }

  /// Known and anonymous ids.
  var anyUser: Range<Int> { user.lowerBound..<anonymous.upperBound }
  var aliases: Range<Int> { userAlias.from.lowerBound..<accountAlias.to.upperBound }
}
