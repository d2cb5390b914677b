import System

/// The name of an encoding that the system knows; nil for UTF-8, and with an error for others.
func sourceEncoding(_ value: SpecValue) -> String? {
  guard let name = value.text() else { return nil }
  if CharacterConverter(encoding: name) == nil {
    let known = [
      "utf-8", "utf-16", "utf-16le", "utf-16be", "gb18030", "gbk", "big5", "shift_jis", "euc-jp",
      "euc-kr", "windows-1250", "windows-1251", "windows-1252", "iso-8859-1", "iso-8859-15",
      "koi8-r", "macintosh",
    ]
    value.error(
      "iconv knows no encoding `\(name)`" + NearestName.hint(for: name, among: known)
        + "; `iconv -l` lists what it knows")
    return nil
  }
  return ["utf-8", "utf8"].contains(name.lowercased()) ? nil : name
}
