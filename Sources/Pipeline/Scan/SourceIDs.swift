import EventLog
import Spec
import Timelines

/// One worker's way from the ids that rows carry to those that all sources share, and what it finds out
/// about them.
struct SourceIDs: Sendable {
  /// By source: where its ids are its own.
  private var accounts: [SpaceTranslation?] = []
  private var people: [SpaceTranslation?] = []
  private let carry: [CarryRule]
  private var facts = SpaceFacts()

  /// - Parameters:
  ///   - spaces: nil where all sources share one space of ids.
  ///   - observes: whether what is found out is asked for.
  init(_ plan: ExtractionPlan, _ spaces: RunSpaces?, observes: Bool, memoryBytesMax: Int?) {
    carry = plan.carry
    if let spaces {
      accounts = spaces.translations(plan.spaces, .account)
      people = spaces.translations(plan.spaces, .user)
    }
    guard observes else { return }
    if plan.watchesCarry { facts.carry = CarryWatch(sources: plan.extractions.count) }
    if plan.comparesSources { facts.shared = SharedAccounts(memoryBytes: memoryBytesMax) }
  }

  /// Calls the ids of a batch as all sources do.
  mutating func translate(_ batch: inout EventBatch) {
    if !accounts.isEmpty {
      accounts[batch.source]?.translateAccounts(&batch)
      people[batch.source]?.translateUsers(&batch)
    }
    facts.shared?.look(at: batch)
    facts.carry?.look(at: batch)
  }

  /// Gives rows without an account the key of their user, where they take his.
  func fill(_ batch: inout EventBatch) {
    if !carry.isEmpty { carry[batch.source].fill(&batch) }
  }

  /// What was found out.
  var found: SpaceFacts {
    var found = facts
    found.accounts = accounts.map { $0?.unmapped ?? SpaceTranslation.Unmapped() }
    found.users = people.map { $0?.unmapped ?? SpaceTranslation.Unmapped() }
    return found
  }
}
