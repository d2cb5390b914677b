import EventLog

/// `ByteSlice` for this module's hot loops, where these stand in place of the module's own: a `package`
/// declaration of another module is called, never inlined, unless it is generic (Swift 6.3).
extension ByteSlice {
  @inline(__always)
  var isAbsent: Bool { count == 0 }

  @inline(__always)
  var range: Range<Int> { Int(offset)..<Int(offset) + Int(count) }
}
