/// A commented spec to start from, for an operating model: what `twinfunnel template NAME` prints.
/// Each is valid as printed; event names are placeholders for one's own.
///
/// Every template is a YAML file in `Files`, embedded when the program is built. To add one, add the
/// file, and its line here.
package struct SpecTemplate: Sendable {
  package var name: String
  /// One sentence: the question that the spec answers.
  package var summary: String
  /// YAML.
  package var text: String

  private init(_ name: String, _ file: [UInt8], _ summary: String) {
    self.name = name
    self.summary = summary
    text = String(decoding: file, as: UTF8.self)
  }

  package static let all: [SpecTemplate] = [
    SpecTemplate(
      "aarrr", PackageResources.aarrr_yaml,
      "To C: do new users activate, return, pay, bring others?"),
    SpecTemplate(
      "aaarrr", PackageResources.aaarrr_yaml,
      "AARRR with awareness: how many of those who saw us come?"),
    SpecTemplate(
      "vabs", PackageResources.vabs_yaml,
      "To B: does what we do make accounts sign, and renew?"),
    SpecTemplate(
      "double-funnel", PackageResources.double_funnel_yaml,
      "Both funnels from target market to revenue, side by side."),
    SpecTemplate(
      "acquisition", PackageResources.acquisition_yaml,
      "Growth: which channel brings people who tell others?"),
    SpecTemplate(
      "conversion", PackageResources.conversion_yaml,
      "Growth: from an offer to a payment, and where it ends."),
    SpecTemplate(
      "active", PackageResources.active_yaml,
      "Growth: who takes part, absolute and as a share?"),
    SpecTemplate(
      "awakening", PackageResources.awakening_yaml,
      "Growth: do messages bring dormant users back?"),
    SpecTemplate(
      "b2b", PackageResources.b2b_yaml,
      "A whole business product: contracts, accounts, seats ..."),
    SpecTemplate(
      "b2c", PackageResources.b2c_yaml,
      "A whole consumer product: AARRR, retention, revenue ..."),
  ]
}
