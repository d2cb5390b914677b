import Values

/// Who a row's user is, and who it says that others were. (`mutating`: see `RowAssembler.commit`.)
extension RowAssembler {
  @inline(never)
  mutating func anonymousID(
    _ values: [RawValue], of chunk: Span<UInt8>, line: Int, tally: inout ValueTally
  ) -> RawValue {
    id(layout.anonymous, values, of: chunk, line: line, tally: &tally)
  }

  @inline(never)
  mutating func accountID(
    _ values: [RawValue], of chunk: Span<UInt8>, line: Int, tally: inout ValueTally
  ) -> RawValue {
    id(layout.account, values, of: chunk, line: line, tally: &tally)
  }

  /// Appends the user of a row that may name more than one, and where they are kept its links.
  @inline(never)
  mutating func appendPerson(
    _ user: RawValue, known: RawValue, _ values: [RawValue], of chunk: Span<UInt8>,
    into batch: inout EventBatch, lone: inout Int, tally: inout ValueTally
  ) {
    if !keepsLinks {
      batch.users.append(Self.append(user, of: chunk, to: &batch, &lone))
      if known.shape != .absent, hasAnonymous(values, of: chunk) { tally.withBothIDs += 1 }
      return
    }
    if known.shape == .absent {
      appendAnonymous(user, values, of: chunk, into: &batch, lone: &lone)
    } else {
      appendLink(known, values, of: chunk, into: &batch, lone: &lone)
    }
  }

  @inline(__always)
  private func hasAnonymous(_ values: [RawValue], of chunk: Span<UInt8>) -> Bool {
    for slot in layout.anonymous where isID(values[slot], of: chunk) { return true }
    return false
  }

  @inline(__always)
  private func isID(_ value: RawValue, of chunk: Span<UInt8>) -> Bool {
    value.shape != .absent && value.shape != .container && value.end > value.start
      && value.end - value.start <= valueBytesMax && idNulls.index(value, in: chunk) == nil
  }

  /// The anonymous ids of a row without another, each ended. The first is `user`, or there is none.
  private mutating func appendAnonymous(
    _ user: RawValue, _ values: [RawValue], of chunk: Span<UInt8>, into batch: inout EventBatch,
    lone: inout Int
  ) {
    let start = batch.end
    if layout.anonymous.count == 1 {
      if user.shape != .absent { Self.appendEnded(user, of: chunk, to: &batch, &lone) }
    } else {
      for slot in layout.anonymous where isID(values[slot], of: chunk) {
        Self.appendEnded(values[slot], of: chunk, to: &batch, &lone)
      }
    }
    let count = batch.end - start
    let all = count == 0 ? .absent : ByteSlice(offset: start, count: count)
    batch.users.append(all)
    if linksAreKeys { batch.keys.append(all) } else { batch.links.append(.absent) }
  }

  /// The known id, and behind it, each ended, the anonymous ids.
  private mutating func appendLink(
    _ known: RawValue, _ values: [RawValue], of chunk: Span<UInt8>, into batch: inout EventBatch,
    lone: inout Int
  ) {
    let start = batch.end
    let user = Self.appendCopy(known, of: chunk, to: &batch, &lone)
    var isLink = false
    for slot in layout.anonymous where isID(values[slot], of: chunk) {
      if !isLink { batch.bytes.append(IdentityBytes.end) }
      isLink = true
      Self.appendEnded(values[slot], of: chunk, to: &batch, &lone)
    }
    batch.users.append(user)
    let all = ByteSlice(offset: start, count: batch.end - start)
    if linksAreKeys {
      if isLink { batch.bytes[batch.bytes.count - 1] = IdentityBytes.linkEnd }
      batch.keys.append(isLink ? all : user)
    } else {
      batch.links.append(isLink ? all : .absent)
    }
  }

  @inline(__always)
  private static func appendEnded(
    _ value: RawValue, of chunk: Span<UInt8>, to batch: inout EventBatch, _ lone: inout Int
  ) {
    _ = appendCopy(value, of: chunk, to: &batch, &lone)
    batch.bytes.append(IdentityBytes.end)
  }

  /// Appends what a row says of former ids, or that it says nothing.
  mutating func appendAliases(
    _ values: [RawValue], user: RawValue, account: RawValue, of chunk: Span<UInt8>,
    into batch: inout EventBatch
  ) {
    if let alias = userAlias {
      let pair = self.alias(alias, layout.userAlias, values, own: user, of: chunk, in: &batch)
      batch.aliases.append(pair)
    }
    if let alias = accountAlias {
      let pair = self.alias(
        alias, layout.accountAlias, values, own: account, of: chunk, in: &batch)
      batch.accountAliases.append(pair)
    }
  }

  private func alias(
    _ names: Set<[UInt8]>, _ slots: SlotLayout.Alias, _ values: [RawValue], own: RawValue,
    of chunk: Span<UInt8>, in batch: inout EventBatch
  ) -> ByteSlice {
    guard let from = slots.from.first(where: { isID(values[$0], of: chunk) }),
      let name = batch.names.last,
      batch.withText(name, of: chunk, { text, range in names.contains(range.map { text[$0] }) })
    else { return .absent }
    var to = own
    if !slots.to.isEmpty {
      guard let slot = slots.to.first(where: { isID(values[$0], of: chunk) }) else {
        return .absent
      }
      to = values[slot]
    }
    if to.shape == .absent { return .absent }
    let start = batch.end
    var lone = 0
    for value in [values[from], to] {
      Self.appendEnded(value, of: chunk, to: &batch, &lone)
    }
    return ByteSlice(offset: start, count: batch.end - start)
  }
}
