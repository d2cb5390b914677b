/// The events of the To C log.
enum ConsumerEvent: UInt8, Sendable {
  case campaignSeen
  case campaignClicked
  case campaignForwarded
  case visit
  case signUp
  case onboardingCompleted
  case checkIn
  case answerGiven
  case questionAsked
  case helpGiven
  case featureUsed
  case inviteSent
  case itemShown
  case itemOpened
  case addToCart
  case purchase
  case notificationSent
  case notificationOpened

  var text: String {
    switch self {
    case .campaignSeen: "campaign_seen"
    case .campaignClicked: "campaign_clicked"
    case .campaignForwarded: "campaign_forwarded"
    case .visit: "visit"
    case .signUp: "sign_up"
    case .onboardingCompleted: "onboarding_completed"
    case .checkIn: "check_in"
    case .answerGiven: "answer_given"
    case .questionAsked: "question_asked"
    case .helpGiven: "help_given"
    case .featureUsed: "feature_used"
    case .inviteSent: "invite_sent"
    case .itemShown: "item_shown"
    case .itemOpened: "item_opened"
    case .addToCart: "add_to_cart"
    case .purchase: "purchase"
    case .notificationSent: "notification_sent"
    case .notificationOpened: "notification_opened"
    }
  }

  /// Where in the product it happens.
  var path: String {
    switch self {
    case .campaignSeen, .campaignClicked, .campaignForwarded: "campaign"
    case .visit, .signUp, .onboardingCompleted: "welcome"
    case .itemShown, .itemOpened, .addToCart, .purchase: "shop"
    case .notificationSent, .notificationOpened: "inbox"
    default: "feed"
    }
  }
}

enum ConsumerFeature {
  static let texts = ["search", "wishlist", "share", "live", "coach"]
}

/// How a person came; one for life.
enum ConsumerChannel: UInt8, CaseIterable {
  case search, social, ads, organic, friend

  static let texts = allCases.map { "\($0)" }
}
