/// `${NAME}` in the texts of a spec, by the environment. `$${` stands for `${` itself.
struct SpecVariables {
  let environment: @Sendable (String) -> String?
  private var bytes = 0

  init(environment: @escaping @Sendable (String) -> String?) {
    self.environment = environment
  }

  struct Problem: Error {
    var text: String
  }

  mutating func filled(_ text: String) throws(Problem) -> String {
    guard text.contains("${") else { return text }
    var filled = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      filled += rest[..<dollar]
      rest = rest[dollar...]
      if rest.hasPrefix("$${") {
        filled += "${"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("${") {
        let name = rest.dropFirst(2).prefix {
          $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")
        }
        let after = rest.dropFirst(2 + name.count)
        guard let first = name.first, !first.isNumber, after.first == "}" else {
          throw Problem(
            text: "`${` begins a variable of the environment, `${NAME}`; write `$${` for itself")
        }
        guard let value = environment(String(name)) else {
          throw Problem(text: "the variable `\(name)` of the environment is not set")
        }
        filled += value
        rest = after.dropFirst()
      } else {
        filled += "$"
        rest = rest.dropFirst()
      }
      guard bytes + filled.utf8.count <= Self.bytesMax else {
        throw Problem(text: "variables make this spec larger than \(Self.bytesMax >> 20) MiB")
      }
    }
    filled += rest
    bytes += filled.utf8.count
    return filled
  }

  private static let bytesMax = 16 << 20
}
