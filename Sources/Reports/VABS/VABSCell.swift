import EventLog
import Values

/// What one account did at each stage, within its window.
struct VABSAccount {
  var isValueDecided = false
  var valueAt: Int64?
  var isApplicationDecided = false
  var applicationAt: Int64?
  var isBenefitDecided = false
  var benefitAt: Int64?
  var benefit = DecimalSum.zero
  var signedAt: Int64?
  var service = AnsweredRequests()
  var renewal = AnsweredRequests()
}

/// What accounts did with their contracts.
struct ContractTally: FieldwiseState {
  var signed = 0
  /// Accounts with a contract that came due, and that is decided.
  var due = 0
  /// Those of `due` that renewed each time.
  var renewed = 0

  mutating func count(_ account: VABSAccount) {
    if account.signedAt != nil { signed += 1 }
    if let renews = account.renewal.allAnswered {
      due += 1
      if renews { renewed += 1 }
    }
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.signed)
    fields.visit(\.due)
    fields.visit(\.renewed)
  }
}

/// A stage, with what accounts with it and without it did with their contracts.
struct VABSStageTally: FieldwiseState {
  var tally = StageTally.zero
  /// Of the accounts that reached the stage.
  var with = ContractTally.zero
  /// Of the rest of the base.
  var without = ContractTally.zero

  mutating func count(_ instant: Int64?, from start: Int64, isDecided: Bool, _ account: VABSAccount)
  {
    tally.count(instant, from: start, isDecided: isDecided)
    if isDecided { compare(account, reached: instant != nil) }
  }

  mutating func compare(_ account: VABSAccount, reached: Bool) {
    if reached { with.count(account) } else { without.count(account) }
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.tally)
    fields.visit(\.with)
    fields.visit(\.without)
  }
}

/// A stage of requests: accounts that asked are its base, and times go from request to answer.
struct RequestTally: FieldwiseState {
  var stage = VABSStageTally.zero
  var requests = 0
  var answered = 0

  mutating func count(_ requests: AnsweredRequests, _ account: VABSAccount) {
    if requests.open > 0 { stage.tally.open += 1 }
    guard let reached = requests.allAnswered else { return }
    stage.tally.base += 1
    if reached { stage.tally.reached += 1 }
    for delay in requests.delays { stage.tally.seconds.add(delay) }
    stage.compare(account, reached: reached)
    self.requests += requests.decided
    answered += requests.answered
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.stage)
    fields.visit(\.requests)
    fields.visit(\.answered)
  }
}

/// One interval of a vabs table, for one breakdown value.
struct VABSCell: FieldwiseState {
  var accounts = 0
  var value = VABSStageTally.zero
  var application = VABSStageTally.zero
  var benefit = VABSStageTally.zero
  var gained = DecimalSum.zero
  var service = RequestTally.zero
  var sign = StageTally.zero
  var renew = RequestTally.zero

  mutating func count(_ account: VABSAccount, start: Int64) {
    accounts += 1
    value.count(account.valueAt, from: start, isDecided: account.isValueDecided, account)
    application.count(
      account.applicationAt, from: start, isDecided: account.isApplicationDecided, account)
    benefit.count(account.benefitAt, from: start, isDecided: account.isBenefitDecided, account)
    if account.isBenefitDecided { gained.add(account.benefit) }
    service.count(account.service, account)
    sign.count(account.signedAt, from: start, isDecided: true)
    renew.count(account.renewal, account)
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.accounts)
    fields.visit(\.value)
    fields.visit(\.application)
    fields.visit(\.benefit)
    fields.visit(\.gained)
    fields.visit(\.service)
    fields.visit(\.sign)
    fields.visit(\.renew)
  }
}
