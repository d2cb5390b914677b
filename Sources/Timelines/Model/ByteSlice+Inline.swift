import EventLog

/// For this module's hot loops: a `package` declaration of another module is called, never inlined,
/// unless it is generic (Swift 6.3).
extension ByteSlice {
  /// The same as `range`.
  @inline(__always)
  var place: Range<Int> { Int(offset)..<Int(offset) + Int(count) }
}
