import EventLog
import Spec

/// Inputs that a run has read, or a store has, and no report sees.
extension StoreSession {
  /// What this run has read beside: inputs without an event, of the sources that the spec lists. The
  /// store does not know them, so that each run reads, and tells of, those that it is given.
  var eventless: [InputLedger] {
    let numbers = specNumbers
    let inputs = takenWithoutEvents.compactMap { taken -> InputLedger? in
      guard let number = numbers[taken.file.source] else { return nil }
      var taken = taken
      taken.file.source = number
      return InputLedger(taken, shares: [])
    }
    return inputs.sorted { $0.id < $1.id }
  }

  /// What there is to say of sources that the spec does not list.
  var leftOut: [String] {
    let numbers = specNumbers
    return kept.specs.indices.compactMap { number in
      if numbers[number] != nil { return nil }
      let count = manifest.activeInputs.count { $0.taken.file.source == number }
      if count == 0 { return nil }
      return
        "notice: the store has \(count) inputs of the source '\(kept.specs[number].name)', which "
        + "the spec does not list: they are left out"
    }
  }
}
