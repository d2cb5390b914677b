import Spec
package import Tables
import Values

extension RevenueDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns)]
  }

  var columns: [Column] {
    let amount = amount
    return breakdownColumns(of: "first payment") + [
      .interval(interval, "First date or hour of the interval."),
      Column("revenue", .decimal, "Exact sum of \(amount) over the payments in the interval."),
      Column("orders", .integer, unit: "events", "Payments in the interval."),
      Column("payers", .integer, unit: "entities", "Entities with a payment in the interval."),
      Column(
        "new_payers", .integer, unit: "entities",
        "Payers whose first payment in all logs is in the interval."),
      Column(
        "repeat_payers", .integer, unit: "entities", "Payers who had paid before the interval."),
      Column("revenue_new", .decimal, "Revenue of the interval's new payers."),
      Column("revenue_repeat", .decimal, "Revenue of the interval's repeat payers."),
      Column(
        "arpu", .number,
        "Revenue per entity active in the interval, under any value; empty when nobody was active."
      ).ofAmounts,
      Column("arppu", .number, "Revenue per payer; empty without payers.").ofAmounts,
      Column("average_order", .number, "Revenue per payment; empty without payments.").ofAmounts,
      Column(
        "orders_without_amount", .integer, unit: "events",
        "Payments in the interval that have no amount, or one that cannot be read: they add 0."),
      .observationState,
    ]
  }
}
