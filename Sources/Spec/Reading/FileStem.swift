/// Names that can be names of files on every system, and look like what they are.
package enum FileStem {
  /// Names of devices, with whatever ending.
  private static let devices: Set<String> = [
    "con", "prn", "aux", "nul", "conin$", "conout$", "com0", "com1", "com2", "com3", "com4", "com5",
    "com6", "com7", "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7",
    "lpt8", "lpt9", "com¹", "com²", "com³", "lpt¹", "lpt²", "lpt³",
  ]

  /// Whether a name can be the stem of a file: at most 100 bytes, no separators, no marks that turn
  /// or hide text, no blank or dot at either end, no device.
  package static func isPlain(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, let last = name.unicodeScalars.last else {
      return false
    }
    if name.utf8.count > 100 || first == "." || first == "-" || last == "." { return false }
    if first.properties.isWhitespace || last.properties.isWhitespace { return false }
    let stem = name.split(separator: ".", maxSplits: 1)[0]
    let trimmed = stem.reversed().drop { $0 == " " }.reversed()
    if devices.contains(String(trimmed).lowercased()) { return false }
    return name.unicodeScalars.allSatisfy { !isUnusable($0) }
  }

  private static func isUnusable(_ scalar: Unicode.Scalar) -> Bool {
    if "/\\:*?\"<>|".unicodeScalars.contains(scalar) { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      return true
    default: return scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
