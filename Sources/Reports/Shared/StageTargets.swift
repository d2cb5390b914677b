import Spec
import Values

extension OptionPart {
  /// `targets: {activation: 0.25}`: by stage, the fraction that its rate is to reach. Comes after the
  /// stages.
  static func targets<Stage: RawRepresentable & CaseIterable & Hashable>(
    _ path: WritableKeyPath<Owner, [Stage: ExactDecimal]>,
    stages: @escaping (Owner) -> [Stage]
  ) -> OptionPart where Stage.RawValue == String {
    let outlines = Stage.allCases.map { stage in
      OptionOutline(
        key: stage.rawValue, shape: .decimal, doc: "A fraction above 0.", standard: .null)
    }
    return written("targets", .mapping(outlines), "Rates to compare those of stages with.") {
      $0[keyPath: path] = $1.targets(of: stages($0))
    } show: { owner in
      .object(
        Stage.allCases.compactMap { stage in
          owner[keyPath: path][stage].map { (stage.rawValue, .digits($0.description)) }
        })
    }
  }
}

extension SpecMapping {
  fileprivate mutating func targets<Stage: RawRepresentable & CaseIterable & Hashable>(
    of stages: [Stage]
  ) -> [Stage: ExactDecimal] where Stage.RawValue == String {
    mapping("targets", "`targets`") { targets in
      var fractions: [Stage: ExactDecimal] = [:]
      for stage in Stage.allCases {
        guard let value = targets.value(stage.rawValue), let target = value.decimal() else {
          continue
        }
        if target <= .zero {
          value.error("a target is a rate, as a fraction above 0: 0.25 for 25 %")
        } else if !stages.contains(stage) {
          value.error("there is no stage `\(stage.rawValue)` to have a target")
        }
        fractions[stage] = target
      }
      return fractions
    } ?? [:]
  }
}
