package import EventLog
package import Timelines
package import Values

/// A spec file, typed and validated: everything a run needs to know before it opens a log.
package struct AnalysisSpec: Sendable {
  /// The only source, or the first of several.
  package var source: SourceSpec
  package var others: [SourceSpec] = []
  /// Patterns of inputs that are no source's.
  package var ignore: [String] = []
  /// From one space of ids to another.
  package var maps: [MapSpec] = []
  /// Numbers of the sources whose last event ends observation.
  package var observedBy = [0]
  /// The section as it was written, its preset filled in: for a store, which has to read on in years.
  package var sourceWritten = JSONValue.null
  /// Nil where every id is an entity of its own.
  package var identity: IdentitySpec?
  package var calendar: CalendarSpec
  /// In the order of the file.
  package var reports: [any ReportDefinition]
  package var goals: [GoalSpec]
  package var checks: [CheckSpec] = []
  /// By the name of a zone of times in `source`: where it is named first.
  package var zoneMarks: [String: SpecMark] = [:]

  package init(
    source: SourceSpec, calendar: CalendarSpec, reports: [any ReportDefinition],
    goals: [GoalSpec] = []
  ) {
    self.source = source
    self.calendar = calendar
    self.reports = reports
    self.goals = goals
  }
}

extension AnalysisSpec {
  /// What checks call the source that has no name.
  package static let unnamedSource = "source"

  /// By number.
  package var sources: [SourceSpec] { [source] + others }

  /// Whether inputs are dealt to sources by their names.
  package var hasNamedSources: Bool { !source.name.isEmpty }
}

/// The spec's `source` section, with its preset filled in.
package struct SourceSpec: Sendable, Equatable {
  package struct Property: Sendable, Equatable {
    package var name: String
    package var paths: [FieldPath]
    package var type: PropertyType
    /// Of a number: places by which its point moves to the right.
    package var shift: Int
    /// Of dates and times: how they are written, tried in order.
    package var formats: [TimeFormat] = []
    /// Of dates and times: the zone of those without an offset, if not that of `time`.
    package var zone: String?
    /// Of a number: whose money it is.
    package var currency: AmountCurrency?
    /// Of a text that is the same on every row.
    package var constant: String?

    package init(name: String, paths: [FieldPath], type: PropertyType = .text, shift: Int = 0) {
      self.name = name
      self.paths = paths
      self.type = type
      self.shift = shift
    }
  }

  /// Empty for a source that has none, the only one.
  package var name = ""
  /// Patterns of its inputs, where sources have names.
  package var files: [String] = []
  /// Whether it may have no input.
  package var isOptional = false
  /// Each new input takes the place of the former ones: for a store.
  package var isSnapshot = false
  /// Of its ids, where they are not those of all sources.
  package var spaces = SourceSpaces()
  package var format: LogFormat
  /// Of the logs' text, as iconv(3) names it; nil for UTF-8.
  package var encoding: String?
  package var user: [FieldPath]
  package var account: [FieldPath]
  /// Whether rows without an account take one of their user's other rows.
  package var carry = CarryRule.none
  package var event: EventField
  package var time: TimeField
  package var id: [FieldPath]
  package var properties: [Property]
  /// Of all number properties, if they are not written plainly.
  package var numberForm: NumberForm?
  package var nulls: NullRule
  /// Ids of a visitor or device, beside or instead of `user`.
  package var anonymous: [FieldPath] = []
  /// Without `identity`, whether a row without a user has the first of these.
  package var anonymousIsUser = true
  /// Events that rename a user.
  package var alias: AliasField?
  package var rows = RowRules()
  /// Events that match by name only.
  package var passive = PassiveNames([])

  package init(
    format: LogFormat, encoding: String? = nil, user: [FieldPath] = [],
    account: [FieldPath] = [], event: EventField, time: TimeField, id: [FieldPath] = [],
    properties: [Property] = [], numberForm: NumberForm? = nil, nulls: NullRule = NullRule()
  ) {
    self.format = format
    self.encoding = encoding
    self.user = user
    self.account = account
    self.event = event
    self.time = time
    self.id = id
    self.properties = properties
    self.numberForm = numberForm
    self.nulls = nulls
  }
}

/// A quantified goal on one cell of a report's table (`Documentation.docc/Goals.md`).
package struct GoalSpec: Sendable, Equatable {
  package struct Stage: Sendable, Equatable {
    package var by: CalendarDate
    package var target: ExactDecimal

    package init(by: CalendarDate, target: ExactDecimal) {
      self.by = by
      self.target = target
    }
  }

  package var name: String
  /// A report's name, or the stem of one of its tables.
  package var table: String
  package var column: String
  package var row: RowSelection
  package var start: ExactDecimal?
  package var from: CalendarDate?
  /// Ascending by date; the last is the goal itself.
  package var stages: [Stage]
  package var higherIsBetter: Bool
  /// Where the spec names the column; nil for goals that come from no file. No part of equality.
  package var columnMark: SpecMark?

  package init(
    name: String, table: String, column: String, row: [(column: String, value: String)],
    start: ExactDecimal?, from: CalendarDate?, stages: [Stage], higherIsBetter: Bool
  ) {
    self.name = name
    self.table = table
    self.column = column
    self.row = RowSelection(texts: row)
    self.start = start
    self.from = from
    self.stages = stages
    self.higherIsBetter = higherIsBetter
  }

  package static func == (left: GoalSpec, right: GoalSpec) -> Bool {
    left.name == right.name && left.table == right.table && left.column == right.column
      && left.row == right.row && left.start == right.start
      && left.from == right.from && left.stages == right.stages
      && left.higherIsBetter == right.higherIsBetter
  }
}

/// What is wrong with a spec, and where: exit 78.
package struct SpecError: Error, Sendable, Equatable, CustomStringConvertible {
  /// 1-based; 0 when the whole file is meant.
  package var line: Int
  /// 1-based, in characters.
  package var column: Int
  package var message: String

  package init(line: Int, column: Int, message: String) {
    self.line = line
    self.column = column
    self.message = message
  }

  /// `LINE:COLUMN: message`; the caller puts the file's name before it.
  package var description: String { line == 0 ? message : "\(line):\(column): \(message)" }
}
