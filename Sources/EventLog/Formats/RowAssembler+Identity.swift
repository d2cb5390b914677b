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
      batch.users.append(Self.append(user, of: chunk, to: &batch.bytes, &lone))
      if known.shape != .absent, hasAnonymous(values, of: chunk) { tally.withBothIDs += 1 }
      return
    }
    appendLinks(known, values, of: chunk, into: &batch, lone: &lone)
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

  /// The known id, and behind it, each ended, the anonymous ids; or these alone.
  private mutating func appendLinks(
    _ known: RawValue, _ values: [RawValue], of chunk: Span<UInt8>, into batch: inout EventBatch,
    lone: inout Int
  ) {
    let start = batch.bytes.count
    let isKnown = known.shape != .absent
    let user = Self.append(known, of: chunk, to: &batch.bytes, &lone)
    var count = 0
    for slot in layout.anonymous where isID(values[slot], of: chunk) {
      if isKnown, count == 0 { batch.bytes.append(IdentityBytes.end) }
      _ = Self.append(values[slot], of: chunk, to: &batch.bytes, &lone)
      batch.bytes.append(IdentityBytes.end)
      count += 1
    }
    let isLink = isKnown && count > 0
    if isLink, linksAreKeys { batch.bytes.append(IdentityBytes.linkEnd) }
    let all = ByteSlice(offset: start, count: batch.bytes.count - start)
    let person = isKnown ? user : count > 0 ? all : .absent
    batch.users.append(person)
    if linksAreKeys {
      batch.keys.append(isLink ? all : person)
    } else {
      batch.links.append(isLink ? all : .absent)
    }
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
      let name = batch.names.last, names.contains(Array(batch.bytes[name.range]))
    else { return .absent }
    var to = own
    if !slots.to.isEmpty {
      guard let slot = slots.to.first(where: { isID(values[$0], of: chunk) }) else {
        return .absent
      }
      to = values[slot]
    }
    if to.shape == .absent { return .absent }
    let start = batch.bytes.count
    var lone = 0
    for value in [values[from], to] {
      _ = Self.append(value, of: chunk, to: &batch.bytes, &lone)
      batch.bytes.append(IdentityBytes.end)
    }
    return ByteSlice(offset: start, count: batch.bytes.count - start)
  }
}
