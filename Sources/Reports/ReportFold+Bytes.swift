import Timelines

/// Why counts that somebody wrote down are refused.
package struct CountsDamage: Error, Sendable, CustomStringConvertible {
  package var description: String

  init(_ description: String) { self.description = description }
}

/// Counts as bytes: a version, the counts in their canonical form, and a checksum of 8 bytes. Equal
/// counts are equal bytes, whatever machine they were counted on and in whatever order.
extension ReportFold {
  package var encodedCounts: [UInt8] {
    var writer = StateWriter()
    writer.append(unsigned: countsVersion)
    counts.encode(to: &writer)
    let sum = RunFormat.checksum(writer.bytes.span)
    return writer.bytes + (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
  }

  /// Adds counts that were written down. Never traps, whatever the bytes are.
  ///
  /// - Parameter observed: of the run that they are part of.
  package mutating func add(
    encoded bytes: [UInt8], observed: ClosedRange<Int64>
  ) throws(CountsDamage) {
    guard bytes.count > 8 else { throw CountsDamage("it is too short") }
    let content = Array(bytes.dropLast(8))
    let sum = bytes.suffix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    guard sum == RunFormat.checksum(content.span) else {
      throw CountsDamage("its checksum does not fit")
    }
    var reader = StateReader(content, observed: observed)
    let version = reader.unsigned()
    guard version == countsVersion else {
      throw CountsDamage("it has version \(version), which this program cannot read")
    }
    let counts = Counts(from: &reader)
    if !reader.isAtEnd { reader.note("it is longer than its content") }
    if let damage = reader.damage { throw CountsDamage(damage) }
    guard fits(counts) else { throw CountsDamage("it is not of this report's definition") }
    add(counts)
  }
}

/// Changes with what any report counts.
private let countsVersion: UInt64 = 2

extension ReportContext {
  /// Microseconds since 1970: nothing that is counted lies outside.
  package var observed: ClosedRange<Int64> { observedFrom...max(observedFrom, observedUntil) }
}
