import EventLog
import Spec
import Timelines

/// Whom `forget` erases where sources have ids of their own. Rows are kept with the ids that they
/// carried, so whose a row is is asked of what the ids are called by all sources; what is taken out of
/// rows that stay are the ids that they carried.
struct SpaceErasure: Sendable {
  let spaces: RunSpaces
  let users: ErasedPersons
  /// Keys of accounts.
  let accounts: Set<[UInt8]>
  /// Of the store's inputs.
  let sourceOf: [SegmentInput: Int]

  /// Whom an id means, as somebody named it: as all sources call it, or `SPACE:ID`.
  ///
  /// - Returns: its key; nil where there is no such space of this kind, but of the other.
  static func key(
    of id: [UInt8], _ kind: TimelineSchema.Entity, _ spaces: RunSpaces
  ) -> [UInt8]? {
    guard let colon = id.firstIndex(of: UInt8(ascii: ":")) else { return id }
    let name = String(decoding: id[..<colon], as: UTF8.self)
    if let space = spaces[kind].all[name] { return space.key(of: id[(colon + 1)...]) }
    return spaces[kind == .user ? .account : .user].all[name] == nil ? id : nil
  }

  /// One source's rows that stay, without erased ids.
  ///
  /// - Parameters:
  ///   - batch: as a segment has it; becomes those rows.
  ///   - textCount: properties of a row.
  ///   - hasLinks: whether columns of `StoredLinks` are behind them.
  /// - Returns: their places in the batch, those of rows that go, and how many have lost an id.
  func apply(
    to batch: inout EventBatch, _ ids: inout SourceIDs, textCount: Int, hasLinks: Bool
  ) -> (kept: [Int], gone: [Int], blanked: Int) {
    var shown = batch
    if hasLinks { StoredLinks.take(from: &shown, behind: textCount) }
    ids.translate(&shown)
    var kept: [Int] = []
    var gone: [Int] = []
    var blanked = 0
    let stride = textCount + (hasLinks ? StoredLinks.names.count : 0)
    for row in 0..<batch.count {
      let user = Self.bytes(shown.users, row, shown)
      let isErasedAccount = accounts.contains(Array(Self.bytes(shown.accounts, row, shown)))
      if user.isEmpty ? isErasedAccount : users.isErased(user, at: batch.times[row]) {
        gone.append(row)
        continue
      }
      kept.append(row)
      if isErasedAccount {
        batch.accounts[row] = .absent
        blanked += 1
      }
      guard hasLinks else { continue }
      if EntityKey.isAnonymous(user.span) { batch.users[row] = stripped(batch.users[row], &batch) }
      let start = row * stride + textCount
      let links = batch.texts[start + 2]
      batch.texts[start + 2] = stripped(links, &batch)
      if batch.texts[start + 2] != links { blanked += 1 }
      let pair = Self.bytes(shown.accountAliases, row, shown)
      if EntityKey.ids(pair).contains(where: { accounts.contains(Array(pair[$0])) }) {
        batch.texts[start] = .absent
      }
      if users.isNamed(in: Self.bytes(shown.aliases, row, shown)) {
        batch.texts[start + 1] = .absent
      }
    }
    if !gone.isEmpty { batch = batch.selecting(kept) }
    return (kept, gone, blanked)
  }

  private static func bytes(
    _ column: [ByteSlice], _ row: Int, _ batch: borrowing EventBatch
  ) -> ArraySlice<UInt8> {
    row < column.count ? batch.bytes[column[row].range] : []
  }

  /// Anonymous ids, which are no source's own, without those that are erased.
  private func stripped(_ slice: ByteSlice, _ batch: inout EventBatch) -> ByteSlice {
    guard !slice.isAbsent, let rest = users.stripped(batch.bytes[slice.range]) else {
      return slice
    }
    let place = batch.bytes.count
    batch.bytes += rest
    return ByteSlice(offset: place, count: rest.count)
  }

  /// What maps say of those that stay.
  func forgotten(_ maps: StoredMaps) -> StoredMaps {
    var maps = maps
    for map in maps.maps.indices {
      let (kind, from, to) = (maps.maps[map].kind, maps.maps[map].from, maps.maps[map].to)
      for file in maps.maps[map].files.indices {
        maps.maps[map].files[file].pairs.removeAll { pair in
          isErased(pair.from, kind, from) || isErased(pair.to, kind, to)
        }
      }
    }
    return maps
  }

  private func isErased(_ id: [UInt8], _ kind: TimelineSchema.Entity, _ space: String) -> Bool {
    let key =
      space.isEmpty
      ? id : spaces[kind].all[space]?.key(of: id[...]) ?? EntityKey.inSpace(space, id)
    return kind == .account ? accounts.contains(key) : users.isErased(key[...], at: .min)
  }
}
