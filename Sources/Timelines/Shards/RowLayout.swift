/// One event of a partition as a worker keeps it: 16 bytes.
struct EventRow: Sendable {
  /// Microseconds since 1970-01-01 00:00 UTC.
  var time: Int64
  /// Code of the entity in its shard.
  var entity: UInt32
  /// Code of the kind: the worker's, or the segment's when read back from a run.
  var kind: UInt32
}

/// What else is kept of each event that is no mark, as words of 32 bits in this order (`KeptColumns`
/// says which events are marks):
///
///     texts...      code of the shard's values, 0 for absent
///     numbers...    position in the shard's numbers plus 1, 0 for absent
///     user          code of the shard's values, 0 for absent: if users are kept or delivered
///     carried       code of the shard's values: the key that a row came under, of rows that were dealt
///                   to a person; 0 for the entity's own: if ids are kept where there are persons
///     id            position in the shard's packed ids, 0 for absent: if ids are kept
///     file          the input's number and one flag: if ids are kept
///
/// Numbers are kept beside the rows, since most events have none: a price costs 20 bytes where
/// there is one and 4 where there is none.
struct RowLayout: Sendable, Equatable {
  let textCount: Int
  let numberCount: Int
  let hasUser: Bool
  let hasID: Bool
  let hasCarried: Bool

  init(_ schema: TimelineSchema) {
    textCount = schema.texts.count
    numberCount = schema.numbers.count
    hasUser = schema.keepsOther || !schema.deliveries.isEmpty
    // Rows that find no account are counted by their files.
    hasID = schema.keepsIDs || schema.keepsRows || schema.carries
    // Ids are one entity's as its rows call it, never a person's.
    hasCarried = hasID && schema.hasPersons
  }

  var user: Int { textCount + numberCount }
  var carried: Int { user + (hasUser ? 1 : 0) }
  var id: Int { carried + (hasCarried ? 1 : 0) }
  var file: Int { id + 1 }
  /// Words beside each row that is no mark.
  var words: Int { id + (hasID ? 2 : 0) }

  /// The number of an input whose rows are left out.
  static let unranked: UInt32 = .max >> 1

  /// The file word: the flag says that a duplicate of this row is to be counted here. It is not for
  /// rows that another schema's timelines have counted already, nor for delivered events.
  static func fileWord(_ file: UInt32, counted: Bool) -> UInt32 { file << 1 | (counted ? 1 : 0) }
}
