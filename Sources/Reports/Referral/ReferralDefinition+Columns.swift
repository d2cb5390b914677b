import Spec
package import Tables
import Values

extension ReferralDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns), TableOutline(options.name + ".joins", joinsColumns)]
  }

  var columns: [Column] {
    let window = within == nil ? "" : " whose `within` is over"
    return breakdownColumns(of: "first start event") + [
      .interval(interval, "First date or hour of the interval of the member's start."),
      Column(
        "members", .integer, unit: "entities", "Entities that started in the interval\(window)."),
      Column("inviters", .integer, unit: "entities", "Members who sent an invite."),
      Column("invites", .integer, unit: "events", "Invites that members sent."),
      Column(
        "joined", .integer, unit: "entities",
        "Joins that members brought: one for each inviter and joiner."),
      Column("invites_per_member", .number, unit: "events", "Invites divided by members."),
      Column("conversion", .number, unit: "fraction", "Joined divided by invites."),
      Column("k", .number, "Joined divided by members: new members that each member brings."),
      Column(
        "median_cycle_seconds", .number, unit: "seconds",
        "Median time from the member's start to a join it brought."),
      .stageState, .cut,
    ]
  }

  var joinsColumns: [Column] {
    [
      Column(
        "joins", .integer, unit: "entities",
        "Entities that joined, once for each inviter they name: the sum of the other columns."),
      Column("without_inviter", .integer, unit: "entities", "Joined without naming an inviter."),
      Column("own_inviter", .integer, unit: "entities", "Named themselves."),
      Column(
        "unknown_inviter", .integer, unit: "entities",
        "Named an inviter that has no start event in the logs: could not be placed."),
      Column(
        "outside", .integer, unit: "entities",
        "The inviter is a member, but its start is not in range, its `within` is not over, or the "
          + "join lies outside it."),
      Column("joined", .integer, unit: "entities", "Counted in the table by interval."),
    ]
  }
}
