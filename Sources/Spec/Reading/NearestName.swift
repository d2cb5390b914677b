/// What a misspelt name was probably meant to be.
package enum NearestName {
  /// The valid name nearest to `name`, if it is near enough to be meant: a third of its letters may
  /// be wrong, at most three, and case never counts. Of equally near names the first wins. Names
  /// that are too long or too short to be near are passed by, and of the others only so many are
  /// looked at that it takes no time.
  package static func of(_ name: String, among valid: [String]) -> String? {
    if name.utf8.count > nameBytesMax { return nil }
    let wanted = Array(name.lowercased().unicodeScalars)
    var compared = 0
    var best: (name: String, distance: Int)?
    for candidate in valid where candidate.utf8.count <= nameBytesMax {
      let letters = Array(candidate.lowercased().unicodeScalars)
      let limit = min(3, max(1, max(wanted.count, letters.count) / 3))
      if abs(letters.count - wanted.count) > limit { continue }
      compared += 1
      if compared > comparedMax { break }
      let distance = distance(wanted, letters)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// The tail of a message about an unknown name: `; did you mean ...?` and, when they are few, the
  /// valid names.
  package static func hint(for name: String, among valid: [String]) -> String {
    let nearest = of(name, among: valid)
    let few = nearest == nil ? valid.count <= 20 : (2...8).contains(valid.count)
    let names = valid.map { "`\($0)`" }.joined(separator: ", ")
    switch (nearest, few && !valid.isEmpty) {
    case (let nearest?, true): return "; did you mean `\(nearest)`? Valid: \(names)"
    case (let nearest?, false): return "; did you mean `\(nearest)`?"
    case (nil, true): return "; valid: \(names)"
    case (nil, false): return ""
    }
  }

  /// Edits between two words: insertions, deletions, replacements and swaps of neighbours, each 1
  /// (optimal string alignment).
  package static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var row = [i + 1]
      for (j, b) in right.enumerated() {
        var cost = min(last[j] + (a == b ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[right.count]
  }

  private static let nameBytesMax = 256
  private static let comparedMax = 2000
}
