/// Who has to find entities where a run has put them: by that their partitions are chosen.
///
/// Ids that all go to one partition can be chosen by whoever knows the hash, so it has a secret.
package enum Placing: Sendable, Equatable {
  /// Whoever reads a store that was made before stores had salts.
  case everywhere
  /// Whoever reads a store, or has a step of a run: by a number of its own, which is not 0.
  case salted(UInt64)
  /// This process alone.
  case here

  /// - Parameter salt: 0 for none.
  package init(salt: UInt64) { self = salt == 0 ? .everywhere : .salted(salt) }

  /// - Parameter mask: bits that survive.
  func hash(mask: UInt64 = .max) -> ByteHash {
    switch self {
    case .everywhere: ByteHash(mask: mask)
    case .salted(let salt): ByteHash(salt: salt, mask: mask)
    case .here: .seeded(mask: mask)
    }
  }
}
