import EventLog
import Timelines
import Values

/// A report as flags say it. Flags become the mapping that a spec would have, and go through the
/// spec's own reader: no flag skips a check.
///
/// There is no `source` to declare properties: a property is one because it is used, a number where
/// a number is needed, and its name is the path of its field.
package struct FlagReading {
  package var definition: any ReportDefinition
  /// What the source must give.
  package var properties: [SourceSpec.Property]

  /// - Parameters:
  ///   - given: flags with their values as written; flags without a value have "true".
  ///   - types: all types of reports, for messages.
  ///   - surroundings: what relative dates hang on.
  ///   - declared: of a source that is known; nil declares a property by its use.
  /// - Throws: everything that is wrong, one line each: `--flag: message`.
  package init(
    type: any ReportDefinition.Type, name: String,
    given: [(flag: OptionFlag, texts: [String])],
    calendar: CalendarSpec, types: [any ReportDefinition.Type],
    surroundings: SpecSurroundings = SpecSurroundings(), declared: [SourceSpec.Property]? = nil
  ) throws(FlagErrors) {
    let context = SpecContext(reportTypes: types, surroundings: surroundings)
    context.settle(calendar)
    context.declaresProperties = declared == nil
    context.properties = declared ?? []
    // A mark's line is the number of the flag.
    var entries = [
      SpecNode.Entry(
        key: "type", keyMark: .wholeFile,
        value: SpecNode(mark: .wholeFile, content: .scalar(type.type, plain: true)))
    ]
    for (flag, texts) in given where declared == nil && flag.shape == .numberProperty {
      for text in texts { context.declare(text, .number) }
    }
    for (index, (flag, texts)) in given.enumerated() {
      let mark = SpecMark(line: index + 1, column: 1)
      do throws(SpecError) {
        if flag.shape == .tests {
          for text in texts {
            let condition = try FlagCondition(text, mark: mark)
            if declared == nil {
              context.declare(condition.field, condition.isNumeric ? .number : .text)
            }
            try entries.insert(condition.node(mark), at: flag.path[...], mark, isCondition: true)
          }
        } else {
          let node = try flag.node(texts, mark: mark)
          try entries.insert(node, at: flag.path[...], mark)
        }
      } catch {
        context.error(error.mark, error.message)
      }
    }
    let reader = ReportsReader(context: context, calendar: calendar)
    let node = SpecNode(mark: .wholeFile, content: .mapping(entries))
    let report = reader.report(name, .wholeFile, SpecValue(node, name: name, context: context))
    guard context.errors.isEmpty, let report else {
      let flags = OptionFlag.flags(of: type.outlines)
      throw FlagErrors(
        lines: SpecErrors(context.errors).errors.map { error in
          guard given.indices.contains(error.line - 1) else {
            return Self.named(error.message, flags)
          }
          let flag = given[error.line - 1].flag
          return "--\(flag.name): \(error.message)\(Self.form(of: flag))"
        })
    }
    definition = report
    properties = context.properties.sorted { $0.name < $1.name }
  }
}

extension FlagReading {
  /// How a mapping is written on a command line.
  private static func form(of flag: OptionFlag) -> String {
    if case .names = flag.shape { return "; as in --\(flag.name) '{NAME: EVENT}'" }
    return ""
  }

  /// What is missing, by the flag that gives it.
  private static func named(_ message: String, _ flags: [OptionFlag]) -> String {
    for flag in flags where flag.path.count == 1 && message.hasSuffix("needs `\(flag.path[0])`") {
      return message.replacing("`\(flag.path[0])`", with: "--\(flag.name)")
    }
    return message
  }
}

/// What is wrong with the flags of a report, one line each.
package struct FlagErrors: Error, Sendable, Equatable {
  package var lines: [String]
}

extension [SpecNode.Entry] {
  /// Puts a value where its keys lead. An event that stands where options are to go becomes their
  /// `event`.
  fileprivate mutating func insert(
    _ node: SpecNode, at path: ArraySlice<String>, _ mark: SpecMark, isCondition: Bool = false
  ) throws(SpecError) {
    guard let key = path.first else { return }
    guard let index = firstIndex(where: { $0.key == key }) else {
      var value = node
      if path.count > 1 {
        var inner: [SpecNode.Entry] = []
        try inner.insert(node, at: path.dropFirst(), mark)
        value = SpecNode(mark: mark, content: .mapping(inner))
      }
      append(SpecNode.Entry(key: key, keyMark: mark, value: value))
      return
    }
    let known = self[index].value
    var inner: [SpecNode.Entry]
    if case .mapping(let entries) = known.content {
      inner = entries
    } else {
      inner = [SpecNode.Entry(key: "event", keyMark: known.mark, value: known)]
    }
    if path.count > 1 {
      try inner.insert(node, at: path.dropFirst(), mark)
    } else if isCondition, case .mapping(let more) = node.content {
      // Several conditions on one property are several tests.
      inner += more
    } else {
      throw SpecError(mark, "`\(key)` is given twice")
    }
    self[index].value = SpecNode(mark: known.mark, content: .mapping(inner))
  }
}
