public import EventLog

/// A spec file, typed and validated: everything a run needs to know before it opens a log.
public struct AnalysisSpec: Sendable {
  public var source: SourceSpec
  public var calendar: CalendarSpec
  /// In the order of the file.
  public var reports: [any ReportDefinition]
  public var goals: [GoalSpec]

  public init(
    source: SourceSpec, calendar: CalendarSpec, reports: [any ReportDefinition],
    goals: [GoalSpec] = []
  ) {
    self.source = source
    self.calendar = calendar
    self.reports = reports
    self.goals = goals
  }
}

/// The spec's `source` section, with its preset filled in.
public struct SourceSpec: Sendable, Equatable {
  public enum PropertyType: String, Sendable, CaseIterable {
    case text, number
  }

  public struct Property: Sendable, Equatable {
    public var name: String
    public var paths: [FieldPath]
    public var type: PropertyType

    public init(name: String, paths: [FieldPath], type: PropertyType = .text) {
      self.name = name
      self.paths = paths
      self.type = type
    }
  }

  public var format: LogFormat
  public var user: [FieldPath]
  public var account: [FieldPath]
  public var event: EventField
  public var time: TimeField
  public var id: [FieldPath]
  public var properties: [Property]

  public init(
    format: LogFormat, user: [FieldPath] = [], account: [FieldPath] = [], event: EventField,
    time: TimeField, id: [FieldPath] = [], properties: [Property] = []
  ) {
    self.format = format
    self.user = user
    self.account = account
    self.event = event
    self.time = time
    self.id = id
    self.properties = properties
  }
}

/// A quantified goal on one cell of a report's table (`Documentation.docc/Goals.md`).
public struct GoalSpec: Sendable, Equatable {
  public struct Stage: Sendable, Equatable {
    public var by: CalendarDate
    public var target: ExactDecimal

    public init(by: CalendarDate, target: ExactDecimal) {
      self.by = by
      self.target = target
    }
  }

  /// Where the spec has the parts of a goal: that a table lacks a column is found out later.
  public struct Marks: Sendable, Equatable {
    public var column: SpecMark
    /// By entry of `row`.
    public var row: [SpecMark]

    public init(column: SpecMark, row: [SpecMark]) {
      self.column = column
      self.row = row
    }
  }

  public var name: String
  /// A report's name, or the stem of one of its tables.
  public var table: String
  public var column: String
  /// Column name and the text the row must have in it.
  public var row: [(column: String, value: String)]
  public var start: ExactDecimal?
  public var from: CalendarDate?
  /// Ascending by date; the last is the goal itself.
  public var stages: [Stage]
  public var higherIsBetter: Bool
  /// Nil for goals that come from no file. No part of equality.
  public var marks: Marks?

  public init(
    name: String, table: String, column: String, row: [(column: String, value: String)],
    start: ExactDecimal?, from: CalendarDate?, stages: [Stage], higherIsBetter: Bool
  ) {
    self.name = name
    self.table = table
    self.column = column
    self.row = row
    self.start = start
    self.from = from
    self.stages = stages
    self.higherIsBetter = higherIsBetter
  }

  public static func == (left: GoalSpec, right: GoalSpec) -> Bool {
    left.name == right.name && left.table == right.table && left.column == right.column
      && left.row.elementsEqual(right.row, by: ==) && left.start == right.start
      && left.from == right.from && left.stages == right.stages
      && left.higherIsBetter == right.higherIsBetter
  }
}

/// What is wrong with a spec, and where: exit 78.
public struct SpecError: Error, Sendable, Equatable, CustomStringConvertible {
  /// 1-based; 0 when the whole file is meant.
  public var line: Int
  /// 1-based, in characters.
  public var column: Int
  public var message: String

  public init(line: Int, column: Int, message: String) {
    self.line = line
    self.column = column
    self.message = message
  }

  /// `LINE:COLUMN: message`; the caller puts the file's name before it.
  public var description: String { line == 0 ? message : "\(line):\(column): \(message)" }
}
