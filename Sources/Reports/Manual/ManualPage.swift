/// A page of the manual: what `twinfunnel help NAME` prints. The files in Documentation.docc, embedded
/// when the program is built; to add one, add its name in Package.swift, and its line here.
package struct ManualPage: Sendable {
  /// Of the file, in small letters, with a hyphen where a word begins.
  package var name: String
  /// Markdown.
  package var text: String

  private init(_ name: String, _ file: [UInt8]) {
    self.name = name
    text = String(decoding: file, as: UTF8.self)
  }

  /// The page of that name, or the one that has the options of that type of report.
  package static func named(_ name: String) -> ManualPage? {
    let type = name.replacing("-", with: "_")
    return all.first { $0.name == name } ?? all.first { $0.explains(type) }
  }

  /// Whether it is the page of a type of report: it has the table of its options.
  package func explains(_ type: String) -> Bool { text.contains("<!-- options: \(type) -->") }

  package static let all: [ManualPage] = [
    ManualPage("activity", PackageResources.Activity_md),
    ManualPage("retention", PackageResources.Retention_md),
    ManualPage("funnel", PackageResources.Funnel_md),
    ManualPage("revenue", PackageResources.Revenue_md),
    ManualPage("recurring", PackageResources.Recurring_md),
    ManualPage("referral", PackageResources.Referral_md),
    ManualPage("adoption", PackageResources.Adoption_md),
    ManualPage("rhythm", PackageResources.Rhythm_md),
    ManualPage("accounts", PackageResources.Accounts_md),
    ManualPage("aarrr", PackageResources.AARRR_md),
    ManualPage("vabs", PackageResources.VABS_md),
    ManualPage("double-funnel", PackageResources.DoubleFunnel_md),
    ManualPage("growth-models", PackageResources.GrowthModels_md),
    ManualPage("goals", PackageResources.Goals_md),
    ManualPage("checks", PackageResources.Checks_md),
    ManualPage("spec", PackageResources.Spec_md),
    ManualPage("identity", PackageResources.Identity_md),
    ManualPage("options", PackageResources.Options_md),
    ManualPage("input", PackageResources.Input_md),
    ManualPage("sessions", PackageResources.Sessions_md),
    ManualPage("sources", PackageResources.Sources_md),
    ManualPage("explain", PackageResources.Explain_md),
    ManualPage("nightly", PackageResources.Nightly_md),
    ManualPage("store", PackageResources.Store_md),
    ManualPage("machines", PackageResources.Machines_md),
    ManualPage("models", PackageResources.Models_md),
    ManualPage("peers", PackageResources.Peers_md),
    ManualPage("conventions", PackageResources.Conventions_md),
    ManualPage("speed", PackageResources.Speed_md),
  ]
}
