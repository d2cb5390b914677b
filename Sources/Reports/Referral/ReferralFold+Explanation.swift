import Spec
import Timelines

/// Where a member stands, and what became of its own join, whose other end is another timeline.
extension ReferralFold: ExplainableFold {
  mutating func explanation(_ teller: EventTeller) -> Explanation {
    var explanation = Explanation()
    explanation.note(partsOf: definition, teller)
    explanation.concludeFromTables((try? tables()) ?? [])
    let others = joins.named - joins.byThemselves
    if others > 0 {
      let their =
        others == 1 ? "the inviter that its join names" : "each inviter that its joins name"
      explanation.conclude(
        "\(definition.options.name).joins: with \(their), under joined or outside; "
          + "under unknown_inviter where that one has no start event")
    }
    return explanation
  }
}
