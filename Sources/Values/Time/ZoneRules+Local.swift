extension ZoneRules {
  /// The instant of a clock on the wall, both in microseconds since 1970: the first of two where the
  /// clock was set back, and one that lies as far after the gap where it was set forward over it.
  package func instant(ofLocal local: Int64) -> Int64 {
    let second: Int64 = 1_000_000
    let seconds = floorDivide(local, second)
    // No offset is larger than a day, so the transition at hand is one of those around.
    var index = self.index(at: seconds - 86_400)
    while index + 1 < starts.count, seconds - Int64(offsets[index]) >= starts[index + 1] {
      // After this offset's end. In the gap before the next one's beginning it holds all the same.
      if seconds - Int64(offsets[index + 1]) < starts[index + 1] { break }
      index += 1
    }
    return local - Int64(offsets[index]) * second
  }
}
