import EventLog
import Spec
import Timelines
import Values

/// Other stores' events into one store, or what map tasks have read for it (`MapTask.storePart`): they
/// count from then on with all else. An input that the store knows already counts once.
struct StoreAddition {
  let session: StoreSession
  var options: RunOptions
  var control: RunControl

  struct Result {
    var inputs = 0
    var events = 0
  }

  /// Adds one store to the manifest in hand: a commit makes it part of the store.
  func add(_ other: StoreSession) throws -> Result {
    try check(other)
    var manifest = session.manifest
    var taken: [SegmentInput: Int] = [:]
    var fresh: [String: TakenInput] = [:]
    for input in other.manifest.inputs where input.state == .active {
      if let known = manifest.inputs.firstIndex(where: {
        $0.content == input.content && $0.state != .lost
      }) {
        for place in input.places where !manifest.inputs[known].places.contains(place) {
          manifest.inputs[known].places.append(place)
        }
        continue
      }
      try checkGrowth(input, manifest, other.path)
      manifest.inputs.removeAll { $0.content == input.content }
      taken[input.content] = manifest.inputs.count
      fresh[input.key] = input.taken
      manifest.inputs.append(input)
      manifest.inputs[manifest.inputs.count - 1].taken = input.taken.kept
    }
    if taken.isEmpty {
      session.take(manifest, fresh: fresh, eventless: other.manifest.eventless)
      return Result()
    }
    manifest.generation += 1
    let result = try session.take(
      taken.keys.map { $0 }, of: other, generation: manifest.generation, options, control)
    for place in taken.values { manifest.inputs[place].generation = manifest.generation }
    if let segment = result.segment { manifest.segments.append(segment) }
    manifest.timeZone = manifest.timeZone ?? other.manifest.timeZone
    session.take(manifest, fresh: fresh, eventless: other.manifest.eventless)
    return Result(inputs: taken.count, events: result.segment?.rows ?? 0)
  }

  /// - Throws: 78 where the two keep other things.
  private func check(_ other: StoreSession) throws(RunFailure) {
    let (own, its) = (session.manifest, other.manifest)
    var differences: [String] = []
    if own.source != its.source || session.kept.links != other.kept.links {
      differences.append("their sources differ: see `store info --json` of both")
    }
    if let zone = own.timeZone, let second = its.timeZone, zone != second {
      differences.append(
        "times without an offset were read by the calendar of \(zone), and there of \(second)")
    }
    if session.kept.specs.contains(where: \.isSnapshot) {
      differences.append("which export of a snapshot is the last is known only where they are read")
    }
    if its.expiredBefore != own.expiredBefore || its.namesKept != own.namesKept {
      differences.append("they have expired differently")
    }
    if differences.isEmpty { return }
    throw RunFailure(.badSpec, ["\(other.path) does not fit \(session.path):"] + differences)
  }

  /// Whether one of two logs begins with the other is only known where they are read.
  private func checkGrowth(
    _ input: StoreManifest.Input, _ manifest: StoreManifest, _ path: String
  ) throws(RunFailure) {
    let twin = manifest.activeInputs.first {
      $0.head == input.head && $0.content != input.content
        && $0.taken.file.source == input.taken.file.source
    }
    guard let twin else { return }
    throw RunFailure(
      .badData,
      "\(input.taken.file.path), in \(path), begins as \(twin.taken.file.path) does, and may be the "
        + "same log grown: drop one of them, or give it to the store itself")
  }
}
