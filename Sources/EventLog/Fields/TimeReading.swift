import Values

/// A time as it was written.
package struct TimeReading: Sendable, Equatable {
  package enum Shape: UInt8, Sendable {
    /// With an offset, or counted from 1970: an instant.
    case instant
    /// A clock on some wall.
    case local
    /// A day without a clock.
    case date
  }

  /// Microseconds since 1970: UTC for an instant, else as if the wall's clock were UTC.
  package var microseconds: Int64
  package var shape: Shape
  /// How it was read. Texts say `iso8601`.
  var unit = TimeUnit.iso8601

  /// Before the year 2, or the first instant of 1970: the zero of some program, and nobody's time.
  var isZero: Bool { microseconds == 0 || microseconds < -62_104_060_800_000_000 }
}

extension TimeRules {
  /// Nil for a time without an offset where no zone is known.
  func instant(of reading: TimeReading) -> Int64? {
    switch reading.shape {
    case .instant:
      guard let localEpoch, reading.unit != .iso8601 else { return reading.microseconds }
      return localEpoch.instant(ofLocal: reading.microseconds)
    case .local:
      return zone.map { $0.instant(ofLocal: reading.microseconds) }
    case .date:
      if !endsDay { return calendar.instant(ofLocal: reading.microseconds) }
      return calendar.instant(ofLocal: reading.microseconds + 86_400_000_000) - 1000
    }
  }

  /// Nothing but the reading itself decides about an instant.
  var keepsInstants: Bool { localEpoch == nil }
}
