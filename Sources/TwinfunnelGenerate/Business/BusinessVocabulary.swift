/// The events of the To B log.
enum BusinessEvent: UInt8, Sendable {
  case visit
  case signUp
  case leadCreated
  case demoHeld
  case trialStarted
  case coreValueMet
  case sessionStarted
  case featureUsed
  case benefitMeasured
  case ticketOpened
  case ticketSolved
  case creditsBought
  case contractSigned
  case contractChanged
  case contractCancelled
  case renewalDue
  case contractRenewed

  var text: String {
    switch self {
    case .visit: "visit"
    case .signUp: "sign_up"
    case .leadCreated: "lead_created"
    case .demoHeld: "demo_held"
    case .trialStarted: "trial_started"
    case .coreValueMet: "core_value_met"
    case .sessionStarted: "session_started"
    case .featureUsed: "feature_used"
    case .benefitMeasured: "benefit_measured"
    case .ticketOpened: "ticket_opened"
    case .ticketSolved: "ticket_solved"
    case .creditsBought: "credits_bought"
    case .contractSigned: "contract_signed"
    case .contractChanged: "contract_changed"
    case .contractCancelled: "contract_cancelled"
    case .renewalDue: "renewal_due"
    case .contractRenewed: "contract_renewed"
    }
  }

  /// Where in the product it happens.
  var path: String {
    switch self {
    case .visit, .leadCreated, .demoHeld: "pricing"
    case .signUp, .trialStarted: "welcome"
    case .ticketOpened, .ticketSolved: "support"
    case .sessionStarted, .featureUsed, .coreValueMet, .benefitMeasured: "workspace"
    default: "billing"
    }
  }
}

enum BusinessFeature {
  static let texts = ["dashboard", "report", "export", "alert", "automation", "api"]
}

/// Who has a part in the buying decision.
enum BusinessRole: UInt8, CaseIterable {
  case user, evaluator, budget, decision, signature

  static let texts = allCases.map { "\($0)" }
}
