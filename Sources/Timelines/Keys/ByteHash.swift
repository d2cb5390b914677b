/// A fast hash of byte strings: it multiplies 8-byte loads into 128 bits and folds them, in the
/// manner of wyhash. It only ever finds candidates, since equality is always decided on the bytes.
///
/// There are three. The fixed one and the salted ones place entities that other processes will ask for:
/// the high bits choose a partition (`Placing`), wherever it is asked for, so they never change. The
/// seeded one is for tables, and for partitions that stay here: its low 32 bits choose a slot, and its
/// keys are drawn once per process, so that nobody can choose ids that share a slot.
struct ByteHash: Sendable, Equatable {
  /// Bits that survive: all of them, but in tests few or none, so that everything collides.
  let mask: UInt64
  private let keys: (UInt64, UInt64, UInt64)

  /// The fixed one.
  init(mask: UInt64 = .max) {
    self.mask = mask
    keys = (0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3)
  }

  /// One that a number chooses.
  init(salt: UInt64, mask: UInt64 = .max) {
    let fixed = ByteHash().keys
    func key(_ fixed: UInt64, _ number: UInt64) -> UInt64 {
      Self.fold((salt &+ number) ^ fixed, ~salt ^ fixed) | 1
    }
    self.mask = mask
    keys = (key(fixed.0, 1), key(fixed.1, 2), key(fixed.2, 3))
  }

  private init(mask: UInt64, keys: (UInt64, UInt64, UInt64)) {
    self.mask = mask
    self.keys = keys
  }

  static func == (a: ByteHash, b: ByteHash) -> Bool { a.mask == b.mask && a.keys == b.keys }

  static func seeded(mask: UInt64 = .max) -> ByteHash { ByteHash(mask: mask, keys: seed) }

  private static let seed = (
    UInt64.random(in: 1...(.max)), UInt64.random(in: 1...(.max)), UInt64.random(in: 1...(.max))
  )

  @inline(__always)
  func callAsFunction(_ bytes: borrowing Span<UInt8>) -> UInt64 {
    let count = bytes.count
    // Safe: a byte has no padding, so every byte of the span is initialized.
    let bytes = unsafe bytes.bytes
    let (k0, k1, k2) = keys
    var seed = k0
    let a: UInt64
    let b: UInt64
    // Safe for every load below: any bit pattern is an integer, and the span checks the bounds.
    if count >= 8 {
      var at = 0
      while count - at > 16 {
        seed = Self.fold(
          unsafe bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self) ^ k1,
          unsafe bytes.unsafeLoadUnaligned(fromByteOffset: at + 8, as: UInt64.self) ^ seed)
        at += 16
      }
      // The last 16 bytes, or the first and last 8 of fewer: they may overlap.
      a = unsafe bytes.unsafeLoadUnaligned(
        fromByteOffset: max(0, count - 16), as: UInt64.self)
      b = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    } else if count >= 4 {
      a = UInt64(unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
      b = UInt64(unsafe bytes.unsafeLoadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
    } else if count > 0 {
      let first = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt8.self)
      let middle = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: count / 2, as: UInt8.self)
      let last = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: count - 1, as: UInt8.self)
      a = UInt64(first) << 16 | UInt64(middle) << 8 | UInt64(last)
      b = 0
    } else {
      (a, b) = (0, 0)
    }
    return Self.fold(k2 ^ UInt64(count), Self.fold(a ^ k1, b ^ seed)) & mask
  }

  @inline(__always)
  func callAsFunction(_ key: PackedKey) -> UInt64 {
    let (k0, k1, k2) = keys
    return Self.fold(
      k2 ^ UInt64(key.form.rawValue), Self.fold(key.first ^ k1, key.second ^ k0)) & mask
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}

/// Whether two byte strings are the same, eight bytes at a time.
@inline(__always)
func equalBytes(_ a: borrowing Span<UInt8>, _ b: borrowing Span<UInt8>) -> Bool {
  let count = a.count
  guard count == b.count else { return false }
  // Safe: a byte has no padding, so every byte of the spans is initialized.
  let (a, b) = unsafe (a.bytes, b.bytes)
  // Safe for every load below: any bit pattern is an integer, and the spans check the bounds.
  if count < 8 {
    for at in 0..<count {
      if unsafe a.unsafeLoadUnaligned(fromByteOffset: at, as: UInt8.self)
        != (unsafe b.unsafeLoadUnaligned(fromByteOffset: at, as: UInt8.self))
      {
        return false
      }
    }
    return true
  }
  var at = 0
  while at <= count - 8 {
    if unsafe a.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      != (unsafe b.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
    {
      return false
    }
    at += 8
  }
  // The rest, overlapping what was compared.
  return unsafe a.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    == (unsafe b.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
}
