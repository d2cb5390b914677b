package import Timelines
import Values

extension OptionPart {
  /// An option whose default stands in the blank owner.
  package static func option<Value>(
    _ key: String, _ path: WritableKeyPath<Owner, Value>, _ kind: OptionKind<Value>, _ doc: String
  ) -> OptionPart {
    written(key, kind.shape, doc) { owner, mapping in
      guard let value = mapping.value(key) else {
        owner[keyPath: path] = kind.narrow(owner[keyPath: path], mapping.conditions)
        return
      }
      if let read = mapping.read(value, as: kind) { owner[keyPath: path] = read }
    } show: {
      kind.show($0[keyPath: path])
    }
  }

  /// An option that may be left out, and is nothing then.
  package static func option<Value>(
    _ key: String, _ path: WritableKeyPath<Owner, Value?>, _ kind: OptionKind<Value>, _ doc: String
  ) -> OptionPart {
    written(key, kind.shape, doc) { owner, mapping in
      if let value = mapping.value(key), let read = mapping.read(value, as: kind) {
        owner[keyPath: path] = read
      }
    } show: {
      $0[keyPath: path].map(kind.show) ?? .null
    }
  }

  /// An option that must be given; what the blank owner has in its place, no run will see.
  package static func required<Value>(
    _ key: String, _ path: WritableKeyPath<Owner, Value>, _ kind: OptionKind<Value>, _ doc: String
  ) -> OptionPart {
    written(key, kind.shape, doc, isRequired: true) { owner, mapping in
      if let value = mapping.required(key), let read = mapping.read(value, as: kind) {
        owner[keyPath: path] = read
      }
    } show: {
      kind.show($0[keyPath: path])
    }
  }
}

/// An event with options of its own: `activation: {event: x, within: 7d}`, or just `activation: x`.
package protocol EventStage {
  /// With the report's `where` folded in.
  var event: EventMatcher { get set }
}

extension OptionPart {
  /// A stage that may be left out.
  ///
  /// - Parameters:
  ///   - name: as messages call it, with its article: "the activation stage".
  ///   - blank: the stage with its defaults, given what the owner has read before it.
  package static func stage<Stage: EventStage>(
    _ key: String, _ path: WritableKeyPath<Owner, Stage?>, _ name: String,
    blank: @escaping (Owner) -> Stage, _ doc: String, _ options: Options<Stage>
  ) -> OptionPart {
    nested(
      key, doc, shape: { .stage(options.outlines(blank: blank($0))) },
      read: { owner, mapping in
        owner[keyPath: path] = mapping.value(key).map { $0.stage(name, blank(owner), options) }
      },
      show: { owner in owner[keyPath: path].map { options.shownStage($0) } ?? .null })
  }

  /// A stage that must be given; what the blank owner has in its place, no run will see.
  package static func requiredStage<Stage: EventStage>(
    _ key: String, _ path: WritableKeyPath<Owner, Stage>, _ name: String, _ doc: String,
    _ options: Options<Stage>
  ) -> OptionPart {
    nested(
      key, doc, isRequired: true,
      shape: { .stage(options.outlines(blank: $0[keyPath: path])) },
      read: { owner, mapping in
        guard let value = mapping.required(key) else { return }
        owner[keyPath: path] = value.stage(name, owner[keyPath: path], options)
      },
      show: { options.shownStage($0[keyPath: path]) })
  }

  /// A mapping of options that may be left out, and is nothing then.
  package static func mapping<Inner>(
    _ key: String, _ path: WritableKeyPath<Owner, Inner?>, _ name: String,
    blank: @escaping (Owner) -> Inner, _ doc: String, _ options: Options<Inner>
  ) -> OptionPart {
    nested(
      key, doc, shape: { .mapping(options.outlines(blank: blank($0))) },
      read: { owner, mapping in
        var inner = blank(owner)
        let isRead =
          mapping.mapping(key, name) { options.read(into: &inner, from: &$0) } != nil
        owner[keyPath: path] = isRead ? inner : nil
      },
      show: { owner in owner[keyPath: path].map { .object(options.shown($0)) } ?? .null })
  }

  /// A mapping of options whose defaults stand in the blank owner.
  package static func mapping<Inner>(
    _ key: String, _ path: WritableKeyPath<Owner, Inner>, _ name: String, _ doc: String,
    isRequired: Bool = false, _ options: Options<Inner>
  ) -> OptionPart {
    nested(
      key, doc, isRequired: isRequired,
      shape: { .mapping(options.outlines(blank: $0[keyPath: path])) },
      read: { owner, mapping in
        let value = isRequired ? mapping.required(key) : mapping.value(key)
        _ = value?.mapping(name) { options.read(into: &owner[keyPath: path], from: &$0) }
      },
      show: { .object(options.shown($0[keyPath: path])) })
  }

  private static func nested(
    _ key: String, _ doc: String, isRequired: Bool = false,
    shape: @escaping (Owner) -> OptionShape,
    read: @escaping (inout Owner, inout SpecMapping) -> Void, show: @escaping (Owner) -> JSONValue
  ) -> OptionPart {
    OptionPart(key: key, read: read, show: show) { blank in
      OptionOutline(
        key: key, shape: shape(blank), doc: doc, isRequired: isRequired,
        standard: isRequired ? .null : show(blank))
    }
  }
}

extension Options where Owner: EventStage {
  fileprivate func shownStage(_ stage: Owner) -> JSONValue {
    .object([("event", .describing(stage.event))] + shown(stage))
  }
}

extension SpecMapping {
  /// Remembers when it cannot be read, so that nothing more is said of it.
  fileprivate mutating func read<Value>(_ value: SpecValue, as kind: OptionKind<Value>) -> Value? {
    let read = kind.read(value)
    if read == nil { unreadable.insert(value.name) }
    return read
  }
}

extension SpecValue {
  fileprivate func stage<Stage: EventStage>(
    _ name: String, _ blank: Stage, _ options: Options<Stage>
  ) -> Stage {
    var stage = blank
    stage.event = event(name) { options.read(into: &stage, from: &$0) }.event
    return stage
  }
}
