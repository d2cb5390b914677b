import Pipeline

/// Shared by an analysis and whoever watches it: how far it is, and the wish to stop.
public final class AnalysisMonitor: Sendable {
  let control = RunControl()

  public init() {}

  /// Asks the analysis to stop and publish nothing; from any thread, more than once if need be.
  public func cancel() { control.cancel() }

  public var progress: AnalysisProgress {
    let snapshot = control.snapshot
    return AnalysisProgress(
      bytesRead: snapshot.bytesRead, bytesTotal: snapshot.bytesTotal, events: snapshot.events,
      rejected: snapshot.rejected)
  }
}

/// A look at the counters of an analysis.
public struct AnalysisProgress: Sendable, Equatable {
  /// Bytes of the inputs as they lie, read so far, and of all; 0 where that is not known.
  public let bytesRead: Int
  public let bytesTotal: Int
  public let events: Int
  public let rejected: Int
}
