/// What every partition of a run is built by.
struct PartitionRules: Sendable {
  let schema: TimelineSchema
  let layout: RowLayout
  /// Of tables.
  let hash: ByteHash
  let kinds: RunKinds
  /// By file: its place in the order of a store's inputs, `RowLayout.unranked` for one that is
  /// left out; empty where files keep their numbers.
  var fileRanks: [UInt32] = []
  var persons = PersonLookup()
  /// By file: its source; empty where there is one only. Events of two sources are no duplicates.
  var fileSources: [Int] = []
  /// Keys of rows may have links.
  var hasLinkKeys = false

  init(schema: TimelineSchema, hash: ByteHash, kinds: RunKinds) {
    self.schema = schema
    self.hash = hash
    self.kinds = kinds
    layout = RowLayout(schema)
  }

  /// A file word with the file's rank in place of its number.
  @inline(__always)
  func ranked(_ word: UInt32) -> UInt32 {
    fileRanks.isEmpty ? word : fileRanks[Int(word >> 1)] << 1 | word & 1
  }
}
