extension AccountScript {
  /// Everything about money, from the signature on.
  /// - Returns: when the account is lost, in milliseconds since 1970; far away if it never is.
  mutating func useContracts(signed: Int, satisfied: Bool) -> Int {
    let price = 1900 + 100 * random.below(60)
    let seats = members.count
    let main = contracts
    contracts += 1
    let signatory = member(.signature)
    log(
      .contractSigned, by: signatory, at: signed, cents: seats * price + random.below(100),
      reference: main)
    let lost =
      random.chance(0.7)
      ? renewals(of: main, signed: signed, satisfied: satisfied) : later(signed, 45...700)
    changes(of: main, from: signed, cents: seats * price, until: lost)
    let addOn = addOn(after: signed, until: lost)
    if lost < end {
      log(.contractCancelled, by: signatory, at: lost, reference: main)
      if let addOn {
        log(.contractCancelled, by: signatory, at: lost + 1000, reference: addOn)
      }
      comeBack(after: lost, cents: seats * price / 2)
    }
    return lost
  }

  /// Terms of half a year or a year. An account that does not renew in time never comes to another
  /// due date, and a second contract ends with the first: so at most the last due date of an account
  /// is one that was not met.
  private mutating func renewals(of contract: Int32, signed: Int, satisfied: Bool) -> Int {
    let term = random.chance(0.6) ? 182 : 365
    let clerk = member(.budget)
    var due = signed
    while true {
      due = later(due, term...term)
      guard due < end else { return .max }
      log(.renewalDue, by: clerk, at: due, reference: contract)
      let luck = random.unit()
      if luck < (satisfied ? 0.8 : 0.5) {
        log(.contractRenewed, by: clerk, at: later(due, 1...25), reference: contract)
      } else if luck < (satisfied ? 0.87 : 0.6) {
        // Too late for the window of 30 days, and without a term from then on.
        log(.contractRenewed, by: clerk, at: later(due, 35...60), reference: contract)
        return .max
      } else {
        return later(due, 10...28)
      }
    }
  }

  private mutating func changes(
    of contract: Int32, from signed: Int, cents: Int, until lost: Int
  ) {
    var time = signed
    var cents = cents
    while true {
      time = later(time, 45...200)
      guard time < min(lost - LocalClock.day, end) else { return }
      let factor = random.chance(0.65) ? 1.1 + random.unit() * 0.5 : 0.5 + random.unit() * 0.4
      cents = Int(Double(cents) * factor)
      log(
        .contractChanged, by: member(.decision), at: time, cents: cents, reference: contract)
    }
  }

  /// - Returns: the second contract, if it is still open when the account is lost.
  private mutating func addOn(after signed: Int, until lost: Int) -> Int32? {
    guard random.chance(0.25) else { return nil }
    let opened = later(signed, 20...200)
    guard opened < min(lost - 40 * LocalClock.day, end) else { return nil }
    let contract = contracts
    contracts += 1
    log(
      .contractSigned, by: member(.signature), at: opened, cents: 5000 + random.below(50_000),
      reference: contract)
    let ended = later(opened, 40...300)
    if random.chance(0.3), ended < min(lost - LocalClock.day, end) {
      log(.contractCancelled, by: member(.budget), at: ended, reference: contract)
      return nil
    }
    return contract
  }

  /// One in five that were lost signs again; far enough off for a month to lie between.
  private mutating func comeBack(after lost: Int, cents: Int) {
    guard random.chance(0.2) else { return }
    let again = later(lost, 45...150)
    guard again < end else { return }
    let contract = contracts
    contracts += 1
    log(
      .contractSigned, by: member(.signature), at: again, cents: cents + random.below(1000),
      reference: contract)
    changes(of: contract, from: again, cents: cents, until: .max)
    useAgain(from: again, until: end)
  }
}
