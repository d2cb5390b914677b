/// A commented spec to start from, for an operating model: what `twinfunnel template NAME` prints.
/// Each is valid as printed; event names are placeholders for one's own.
package enum SpecTemplate: String, Sendable, CaseIterable {
  case aarrr
  case aaarrr
  case vabs
  case doubleFunnel = "double-funnel"
  case acquisition
  case conversion
  case active
  case awakening
  case b2b
  case b2c

  /// One sentence: the question that the spec answers.
  package var summary: String {
    switch self {
    case .aarrr: "To C: do new users activate, return, pay, bring others?"
    case .aaarrr: "AARRR with awareness: how many of those who saw us come?"
    case .vabs: "To B: does what we do make accounts sign, and renew?"
    case .doubleFunnel: "Both funnels from target market to revenue, side by side."
    case .acquisition: "Growth: which channel brings people who tell others?"
    case .conversion: "Growth: from an offer to a payment, and where it ends."
    case .active: "Growth: who takes part, absolute and as a share?"
    case .awakening: "Growth: do messages bring dormant users back?"
    case .b2b: "A whole business product: contracts, accounts, seats ..."
    case .b2c: "A whole consumer product: AARRR, retention, revenue ..."
    }
  }

  /// YAML.
  package var text: String {
    switch self {
    case .aarrr: Self.aarrrText
    case .aaarrr: Self.aaarrrText
    case .vabs: Self.vabsText
    case .doubleFunnel: Self.doubleFunnelText
    case .acquisition: Self.acquisitionText
    case .conversion: Self.conversionText
    case .active: Self.activeText
    case .awakening: Self.awakeningText
    case .b2b: Self.b2bText
    case .b2c: Self.b2cText
    }
  }
}
