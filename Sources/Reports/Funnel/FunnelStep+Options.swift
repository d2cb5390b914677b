package import Spec
import Timelines
import Values

extension FunnelDefinition.Step {
  package static let countMax = 64

  /// The `steps` of a funnel, also of one inside another report: written, since a step's name is
  /// how the spec refers to its event, and what the first and last may be depends on their place.
  package static func part<Owner>(_ path: WritableKeyPath<Owner, [Self]>) -> OptionPart<Owner> {
    let shape = OptionShape.list(
      .stage([
        OptionOutline(
          key: "name", shape: .text, doc: "As the table shows it.",
          standard: .text("the event as written")),
        OptionOutline(
          key: "optional", shape: .boolean, doc: "The chain may pass it over.",
          standard: .boolean(false)),
      ]), max: countMax)
    return .written("steps", shape, "The steps' events, in order.", isRequired: true) {
      $0[keyPath: path] = read(&$1)
    } show: {
      .list($0[keyPath: path].map(\.described))
    }
  }

  private static func read(_ report: inout SpecMapping) -> [Self] {
    guard let value = report.required("steps"), let items = value.list(of: "events") else {
      return []
    }
    let steps = items.map { item in
      let (event, (name, optional)) = item.event("a step") { step in
        (step.text("name") ?? item.label(), step.boolean("optional", default: false))
      }
      return Self(name: name, event: event, optional: optional)
    }
    if steps.isEmpty { value.error("a funnel needs at least one step") }
    if steps.count > countMax { value.error("a funnel has at most \(countMax) steps") }
    if let first = steps.first, first.optional {
      items[0].error("the first step cannot be optional: it is what enters the funnel")
    }
    if steps.count > 1, let last = steps.last, last.optional {
      items[steps.count - 1].error("the last step cannot be optional: it is what converts")
    }
    return steps
  }
}
