import EventLog
import Values

/// `properties`, and how their values are written.
extension SourceReader {
  mutating func readProperties(_ value: SpecValue) {
    for (name, mark, value) in value.namedValues("paths", max: SpecLimits.propertiesMax) ?? [] {
      guard !name.isEmpty else {
        value.context.error(mark, "a property's name is empty")
        continue
      }
      var property = SourceSpec.Property(name: name, paths: [])
      var currency: SourceSpec.Property?
      if case .mapping = value.node.content {
        _ = value.mapping("a property") { field in
          property.paths = requiredPaths("path", &field)
          property.type = field.choice("type", default: .text)
          property.shift = scale(&field, of: property)
          property.formats = propertyFormats(&field, of: property)
          property.zone = propertyZone(&field, of: property)
          currency = self.currency(&field, of: &property)
        }
      } else {
        property.paths = paths(value)
        if value.items().isEmpty { value.error("the property `\(name)` needs a path") }
      }
      // What was said of the same property before is taken back, with its currency.
      if properties.contains(where: { $0.name == name && $0.currency != nil }) {
        properties.removeAll { $0.name == AmountCurrency.propertyName(of: name) }
      }
      for property in [property, currency].compactMap({ $0 }) {
        if let index = properties.firstIndex(where: { $0.name == property.name }) {
          properties[index] = property
        } else {
          properties.append(property)
        }
      }
    }
  }

  private func propertyFormats(
    _ field: inout SpecMapping, of property: SourceSpec.Property
  ) -> [TimeFormat] {
    guard let value = field.value("format") else { return [] }
    if property.type != .date, property.type != .time {
      value.error("`format` is for dates and times: say `type: date` or `type: time`")
    }
    if value.items().isEmpty { value.error("`format` needs at least one format") }
    return value.items().compactMap { timeFormat($0) }
  }

  private mutating func propertyZone(
    _ field: inout SpecMapping, of property: SourceSpec.Property
  ) -> String? {
    guard let value = field.value("zone"), let zone = zoneName(value) else { return nil }
    if property.type != .date, property.type != .time {
      value.error("`zone` is for dates and times: say `type: date` or `type: time`")
    } else if !property.formats.isEmpty, property.formats.allSatisfy(\.isEpoch) {
      value.error(
        "`zone` beside the numeric format `\(property.formats[0].name)`: a time that counts from "
          + "1970 has no zone")
    }
    return zone
  }

  /// `currency` of an amount: the name of one, or where each row has its own. It makes a property of
  /// its own, which tests and breakdowns can name too.
  private func currency(
    _ field: inout SpecMapping, of property: inout SourceSpec.Property
  ) -> SourceSpec.Property? {
    guard let value = field.value("currency") else { return nil }
    if property.type != .number {
      value.error("`currency` is for amounts: say `type: number`")
      return nil
    }
    let name = AmountCurrency.propertyName(of: property.name)
    if case .mapping = value.node.content {
      property.currency = .byRow
      return value.mapping("a currency") { own in
        SourceSpec.Property(name: name, paths: requiredPaths("path", &own))
      }
    }
    guard let unit = value.text() else { return nil }
    property.currency = .unit(unit)
    var constant = SourceSpec.Property(name: name, paths: [])
    constant.constant = unit
    return constant
  }

  /// Places by which `scale` moves the point: it is a power of ten, so that no digit changes.
  private func scale(_ field: inout SpecMapping, of property: SourceSpec.Property) -> Int {
    guard let value = field.value("scale"), let scale = value.decimal() else { return 0 }
    if property.type != .number {
      value.error("`scale` is for numbers: say `type: number`")
      return 0
    }
    var digits = Array(scale.description.utf8)
    let point = digits.firstIndex(of: UInt8(ascii: "."))
    if let point { digits.remove(at: point) }
    let one = digits.firstIndex { $0 != UInt8(ascii: "0") }
    guard let one, digits[one] == UInt8(ascii: "1"),
      digits[(one + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") })
    else {
      value.error("`scale` is a power of ten, such as 0.01 or 1000, not \(scale)")
      return 0
    }
    return (point ?? digits.count) - one - 1
  }

  /// `number`: the characters in front of decimals and between groups of digits.
  mutating func readNumberForm(_ value: SpecValue) {
    numberForm = value.mapping("`number`") { field in
      var form = NumberForm()
      if let decimal = field.value("decimal") {
        form.decimal = character(decimal, among: [",", "."]) ?? form.decimal
      }
      if let group = field.value("group") {
        form.group = character(group, among: [",", ".", " ", "'", "_"])
        if form.group == form.decimal {
          group.error("`group` and `decimal` are both `\(Character(UnicodeScalar(form.decimal)))`")
        }
      }
      return form
    }
  }

  private func character(_ value: SpecValue, among valid: [String]) -> UInt8? {
    guard let text = value.text() else { return nil }
    guard valid.contains(text) else {
      return value.expected("one of " + valid.map { "`\($0)`" }.joined(separator: ", "))
    }
    return text.utf8.first
  }

  /// `null`: further words that mean absent, or `{only: [...]}`; `[]` turns all off.
  mutating func readNulls(_ value: SpecValue) {
    if case .mapping = value.node.content {
      _ = value.mapping("`null`") { field in
        nulls = NullRule(words: words(field.required("only")), isOnly: true)
      }
    } else {
      let words = words(value)
      nulls = NullRule(words: words, isOnly: value.items().isEmpty)
    }
  }

  /// Literal words; `null` without quotes means itself here.
  private func words(_ value: SpecValue?) -> [String] {
    value?.items().compactMap { item in
      item.node.isNothing ? "null" : item.text()
    } ?? []
  }
}
