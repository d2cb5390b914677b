import EventLog
import Timelines
import Values

/// A store with holes: what is gone or damaged is left out where somebody says so, never silently.
extension StoreSession {
  /// What a run counts although some of its store's events are gone.
  struct Lost {
    /// Damage, a line each: what this run found.
    var damages: [String] = []
    /// What an earlier run has left out, or what was read anew.
    var warnings: [String] = []
    /// Inputs whose events are gone, with how many there were.
    var inputs: [(path: String, events: Int)] = []
  }

  /// Reads all segments whole, and leaves out those that are not as they were written; an input of
  /// theirs is new when it comes again. Returns a line for each.
  func leaveOutDamaged(check: () throws -> Void) throws -> [String] {
    var lines: [String] = []
    try change { manifest in
      for segment in manifest.segments {
        do {
          try SegmentCheck(try open(segment)).run(check: check)
        } catch let failure as RunFailure where failure.kind == .cancelled {
          throw failure
        } catch {
          manifest.segments.removeAll { $0 == segment }
          let keys = Set(segment.inputs)
          for index in manifest.inputs.indices
          where manifest.inputs[index].state == .active && keys.contains(manifest.inputs[index].key)
          {
            manifest.inputs[index].state = .lost
          }
          lines.append("\(reason(segment, error)); left out with \(segment.rows) events")
        }
      }
    }
    return lines
  }

  /// - Parameter damages: what `leaveOutDamaged` said, once this run's inputs have been taken in.
  func lost(_ damages: [String]) -> Lost {
    let inputs = manifest.lostInputs
    var lost = Lost()
    lost.inputs = inputs.map { ($0.taken.file.path, $0.taken.tally.events) }
    if inputs.isEmpty {
      // Whatever was in the segments has been read anew.
      lost.warnings = damages.map { "warning: \($0); its inputs were read anew" }
      return lost
    }
    let names = lost.inputs.prefix(Self.namesShown).map(\.path).joined(separator: ", ")
    let line =
      "\(inputs.count) inputs of the store are lost with \(lost.inputs.reduce(0) { $0 + $1.events }) "
      + "events: \(names)\(inputs.count > Self.namesShown ? ", ..." : ""); give them again, and they "
      + "are read anew"
    if damages.isEmpty {
      lost.warnings = ["warning: \(line)"]
    } else {
      lost.damages = damages + [line]
    }
    return lost
  }

  private static let namesShown = 20
}
