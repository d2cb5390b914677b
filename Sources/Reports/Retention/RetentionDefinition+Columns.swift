import Spec
package import Tables
import Values

extension RetentionDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns), TableOutline(options.name + ".matrix", matrixColumns)]
  }

  private var groupColumns: [Column] {
    // A label, not a date, for the sake of the row `all`.
    breakdownColumns(of: "first start event") + [
      Column(
        "cohort", .label,
        "First date or hour of the interval of the start event; all: the sum over complete cells."
      ).key
    ]
  }

  var columns: [Column] {
    var columns = groupColumns
    columns += [
      Column(
        "period", .integer, unit: "periods",
        brackets.isEmpty
          ? "Intervals after the start." : "Number of the bracket of intervals after the start."
      ).key,
      Column(
        "starts", interval == .hour ? .dateTime : .date,
        "First date or hour of the period; empty where members' periods do not coincide."),
      Column(
        "size", .integer, unit: "entities",
        "Members of the cohort; in the row all, of the cohorts whose cell is complete."),
      Column(
        "eligible", .integer, unit: "entities",
        "Members whose period counts: all of them once it has begun where their periods coincide, "
          + "else those whose own period is over."),
      Column(
        "returned", .integer, unit: "entities",
        mode == .on
          ? "Eligible members who returned in the period; empty when unobserved."
          : "Eligible members who returned in the period or in a later observed one; empty when "
            + "unobserved."),
      Column(
        "rate", .number, unit: "fraction", "Returned divided by eligible; empty when unobserved."),
    ]
    if let measure = measure {
      columns += [
        Column(
          "value", .decimal,
          "Sum of \(measure) over the return events of eligible members in the period."),
        Column("value_per_member", .number, "Value divided by eligible.").ofAmounts,
        Column(
          "value_to_date", .decimal,
          "Sum of \(measure) over the return events of eligible members up to the period's end."),
      ]
    }
    columns.append(
      Column(
        "state", .label,
        "complete, partial when observation ends inside the period, unobserved when before it."))
    columns += [
      .cut,
      Column("total", .boolean, "Whether the row is the sum over the cohorts, the row all."),
    ]
    return columns
  }

  var matrixColumns: [Column] {
    groupColumns + [
      Column("size", .integer, unit: "entities", "Members of the cohort; all: of all cohorts.")
    ]
      + (0..<PeriodSlots(self).count).map {
        Column(
          "period_\($0)", .number, unit: "fraction",
          "Rate of period \($0), partial ones too; empty when unobserved.")
      }
  }
}
