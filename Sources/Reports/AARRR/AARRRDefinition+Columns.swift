import Spec
package import Tables
import Values

extension AARRRDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns)]
  }

  var columns: [Column] {
    let event =
      awareness == nil
      ? "first acquisition event"
      : "first acquisition event, for awareness its first awareness event"
    return breakdownColumns(of: event) + [
      .interval(interval, "First date or hour of the interval of the acquisition."),
      Column("stage", .label, "Stage of the model.").key,
      Column(
        "entities", .integer, unit: "entities",
        "Users of the base who reached the stage in its window; empty when unobserved."),
      Column(
        "base", .integer, unit: "entities",
        "Users acquired in the interval whose window of the stage is over; for acquisition the "
          + "users who became aware in the interval, if the report has awareness."),
      Column("rate", .number, unit: "fraction", "Entities divided by base."),
      Column("revenue", .decimal, "Of the stage revenue: exact sum of the amounts."),
      Column("revenue_per_payer", .number, "Of the stage revenue: revenue divided by entities.")
        .ofAmounts,
      Column(
        "k", .number, unit: "joins",
        "Of the stage referral: joins inside the window per user of the base."),
      Column(
        "joins_per_inviter", .number, unit: "joins",
        "Of the stage referral: the same joins per user who sent an invite."),
      Column(
        "median_seconds", .number, unit: "seconds",
        "Median time from acquisition to the stage; for acquisition from awareness."),
      .target, .attainment, .stageState, .cut,
    ]
  }
}
