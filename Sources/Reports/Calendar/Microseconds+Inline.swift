import Values

/// `Microseconds` for this module's hot loops, where these stand in place of the module's own: a
/// `package` declaration of another module is called, never inlined, unless it is generic (Swift 6.3).
extension Microseconds {
  @inline(__always)
  static var hour: Int64 { 3_600_000_000 }

  @inline(__always)
  static var day: Int64 { 86_400_000_000 }
}
