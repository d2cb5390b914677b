/// A file name pattern as shells have it, for arguments that no shell expanded.
///
/// `*` any run of characters, `?` one, `[a-z]` one of a set, `[!a-z]` or `[^a-z]` one outside it,
/// `**` as a whole part any number of folders. None matches a slash, nor a dot at the start of a
/// name. `{a,b}` is one of several, each a pattern of its own. A backslash takes away the meaning of
/// what follows.
struct Glob: Sendable {
  enum Part: Equatable, Sendable {
    /// A name without any pattern in it, unescaped.
    case name(String)
    case pattern([UInt8])
    case anyFolders
  }

  let parts: [Part]
  let isAbsolute: Bool

  /// Whether the text has anything to expand.
  static func isPattern(_ text: String) -> Bool {
    text.utf8.contains {
      $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[")
    }
  }

  /// Patterns of one text, by the first braces that have a comma, from the outside in. Bounded: what
  /// has more is left as it is from there on.
  private static let alternativesMax = 1_000

  /// The patterns that the braces in a text stand for; the text alone when it has none.
  static func alternatives(_ text: String) -> [String] {
    var done: [String] = []
    var open = [Array(text.utf8)]
    while let pattern = open.popLast() {
      if let (head, choices, tail) = braces(in: pattern),
        done.count + open.count + choices.count <= alternativesMax
      {
        open += choices.reversed().map { head + $0 + tail }
      } else {
        done.append(String(decoding: pattern, as: UTF8.self))
      }
    }
    return done
  }

  /// What stands before, in and behind the first braces that have a comma.
  private static func braces(
    in pattern: [UInt8]
  ) -> (head: [UInt8], choices: [[UInt8]], tail: [UInt8])? {
    for start in pattern.indices where pattern[start] == UInt8(ascii: "{") {
      if start > 0 && pattern[start - 1] == UInt8(ascii: "\\") { continue }
      var depth = 0
      var choices: [[UInt8]] = [[]]
      for place in pattern.indices[start...] {
        let byte = pattern[place]
        if byte == UInt8(ascii: "{") {
          depth += 1
          if depth == 1 { continue }
        } else if byte == UInt8(ascii: "}") {
          depth -= 1
          if depth == 0 {
            if choices.count == 1 { break }
            return (Array(pattern[..<start]), choices, Array(pattern[(place + 1)...]))
          }
        } else if byte == UInt8(ascii: ","), depth == 1 {
          choices.append([])
          continue
        }
        choices[choices.count - 1].append(byte)
      }
    }
    return nil
  }

  init(_ text: String) {
    isAbsolute = text.utf8.first == UInt8(ascii: "/")
    parts = text.split(separator: "/").map { part in
      if part == "**" { return .anyFolders }
      if isPatternPart(part) { return .pattern(Array(part.utf8)) }
      return .name(unescaped(part))
    }
  }

  /// Whether `name` fits `pattern`. Goes back to the last `*` only, which is enough: an earlier one
  /// could not do better. So the time is at most the product of the lengths.
  static func matches(_ name: String, pattern: [UInt8]) -> Bool {
    let text = Array(name.unicodeScalars)
    let pattern = Array(String(decoding: pattern, as: UTF8.self).unicodeScalars)
    if text.first == "." && pattern.first != "." { return false }
    var textIndex = 0
    var patternIndex = 0
    var lastStar: (pattern: Int, text: Int)?
    while textIndex < text.count {
      if patternIndex < pattern.count && pattern[patternIndex] == "*" {
        lastStar = (patternIndex, textIndex)
        patternIndex += 1
      } else if let next = matchOne(text[textIndex], pattern, at: patternIndex) {
        textIndex += 1
        patternIndex = next
      } else if let star = lastStar {
        // The star takes one character more.
        lastStar = (star.pattern, star.text + 1)
        textIndex = star.text + 1
        patternIndex = star.pattern + 1
      } else {
        return false
      }
    }
    return pattern[patternIndex...].allSatisfy { $0 == "*" }
  }

  /// The index after the pattern's element at `index` if it fits `character`, else nil.
  private static func matchOne(
    _ character: Unicode.Scalar, _ pattern: [Unicode.Scalar], at index: Int
  ) -> Int? {
    guard index < pattern.count else { return nil }
    switch pattern[index] {
    case "?": return index + 1
    case "[":
      guard let (isIn, next) = matchSet(character, pattern, at: index) else {
        // Never closed: an ordinary bracket.
        return character == "[" ? index + 1 : nil
      }
      return isIn ? next : nil
    case "\\" where index + 1 < pattern.count:
      return pattern[index + 1] == character ? index + 2 : nil
    default:
      return pattern[index] == character ? index + 1 : nil
    }
  }

  /// Whether `character` is in the set that begins at `index`, and the index after it.
  private static func matchSet(
    _ character: Unicode.Scalar, _ pattern: [Unicode.Scalar], at index: Int
  ) -> (isIn: Bool, next: Int)? {
    var position = index + 1
    var isNegated = false
    if position < pattern.count && (pattern[position] == "!" || pattern[position] == "^") {
      isNegated = true
      position += 1
    }
    let first = position
    var isIn = false
    while position < pattern.count {
      // A closing bracket in first place is one of the set.
      if pattern[position] == "]" && position > first { return (isIn != isNegated, position + 1) }
      if pattern[position] == "\\" && position + 1 < pattern.count { position += 1 }
      let low = pattern[position]
      if position + 2 < pattern.count && pattern[position + 1] == "-"
        && pattern[position + 2] != "]"
      {
        if low <= character && character <= pattern[position + 2] { isIn = true }
        position += 3
      } else {
        if low == character { isIn = true }
        position += 1
      }
    }
    return nil
  }
}

private func isPatternPart(_ part: Substring) -> Bool { Glob.isPattern(String(part)) }

private func unescaped(_ part: Substring) -> String {
  var text = ""
  var isEscaped = false
  for character in part {
    if character == "\\" && !isEscaped {
      isEscaped = true
    } else {
      text.append(character)
      isEscaped = false
    }
  }
  return isEscaped ? text + "\\" : text
}
