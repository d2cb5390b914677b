/// How many columns of a terminal a text takes, and text made safe to show there.
enum DisplayWidth {
  /// East Asian wide characters and emoji take two columns, marks that join the character before
  /// them none, everything else one.
  ///
  /// Source: Unicode Standard Annex 11. Counted by grapheme cluster, which is how terminals that
  /// know of emoji sequences draw them.
  static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  static func of(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      // A text-style symbol followed by the emoji selector is drawn as an emoji.
      if scalar == "\u{FE0F}" { return 2 }
      width = max(width, of(scalar))
    }
    return width
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar == "\u{AD}" ? 0 : 1 }
    if isWide(scalar.value) || scalar.properties.isEmojiPresentation { return 2 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default:
      // Vowels and final consonants of Korean syllables join the consonant before them.
      return 0x1160...0x11FF ~= scalar.value ? 0 : 1
    }
  }

  /// The blocks of wide characters; wide symbols outside them are emoji.
  private static func isWide(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4CF,
      0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
      0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1_6FE0...0x1_8CFF, 0x1_AFF0...0x1_B2FF,
      0x1_F200...0x1_F265, 0x2_0000...0x3_FFFD:
      true
    default: false
    }
  }

  /// The longest start of `text` that fits into `width` columns, with `…` where it was cut.
  static func truncated(_ text: String, to width: Int) -> String {
    if of(text) <= width { return text }
    if width <= 0 { return "" }
    var kept = ""
    var used = 0
    for character in text {
      let next = of(character)
      if used + next > width - 1 { break }
      kept.append(character)
      used += next
    }
    return kept + "…"
  }
}
