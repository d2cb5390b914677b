package import Timelines

/// Where well-known exports keep what a spec needs: a `source` section by name.
///
/// Every preset is a YAML file in `Files`, written as a user would write it, with the page its
/// facts come from, and embedded when the program is built. To add one, add the file, and its line
/// here.
package struct SourcePreset: Sendable {
  package var name: String
  /// A mapping: the keys of `source` that the preset fills in.
  package var yaml: String
  /// Whose rows without a user are, if the vendor has another rule than the next login's.
  package var anonymousRows: IdentityRules.AnonymousRows?
  /// Paths that only this vendor's rows have, all of them, for guesses; empty where the format alone
  /// tells.
  package var marks: [String]

  private init(
    _ name: String, _ file: [UInt8], marks: [String] = [],
    anonymousRows: IdentityRules.AnonymousRows? = nil
  ) {
    self.name = name
    self.marks = marks
    self.anonymousRows = anonymousRows
    yaml = String(decoding: file, as: UTF8.self)
  }

  package static let all: [SourcePreset] = [
    SourcePreset("segment", PackageResources.segment_yaml, marks: ["messageId"]),
    SourcePreset("rudderstack", PackageResources.rudderstack_yaml),
    SourcePreset(
      "amplitude", PackageResources.amplitude_yaml, marks: ["amplitude_id", "event_time"]),
    SourcePreset(
      "mixpanel", PackageResources.mixpanel_yaml,
      marks: ["properties.distinct_id", "properties.time"], anonymousRows: .first),
    SourcePreset(
      "posthog", PackageResources.posthog_yaml, marks: ["distinct_id", "uuid"],
      anonymousRows: .first),
    SourcePreset("ga4", PackageResources.ga4_yaml, marks: ["user_pseudo_id", "event_timestamp"]),
    SourcePreset("snowplow", PackageResources.snowplow_yaml),
    SourcePreset(
      "snowplow_json", PackageResources.snowplow_json_yaml, marks: ["collector_tstamp", "event_id"]),
    SourcePreset("sensors", PackageResources.sensors_yaml, marks: ["distinct_id", "_track_id"]),
    SourcePreset("combined", PackageResources.combined_yaml),
    SourcePreset("common", PackageResources.common_yaml),
    SourcePreset("vhost_combined", PackageResources.vhost_combined_yaml),
    SourcePreset("nginx_main", PackageResources.nginx_main_yaml),
    SourcePreset("cloudfront", PackageResources.cloudfront_yaml, marks: ["x-edge-location"]),
    SourcePreset("alb", PackageResources.alb_yaml),
    SourcePreset(
      "cloudtrail", PackageResources.cloudtrail_yaml,
      marks: ["eventName", "eventTime", "userIdentity.type"]),
    SourcePreset(
      "gharchive", PackageResources.gharchive_yaml, marks: ["actor.id", "repo.id", "created_at"]),
    SourcePreset(
      "cloudflare", PackageResources.cloudflare_yaml, marks: ["RayID", "EdgeStartTimestamp"]),
    SourcePreset(
      "stripe", PackageResources.stripe_yaml, marks: ["Created date (UTC)", "Customer ID"]),
    SourcePreset(
      "shopify", PackageResources.shopify_yaml, marks: ["Created at", "Financial Status"]),
  ]

  /// The preset under its name, as one of many in a YAML file.
  package var listed: String {
    "\(name):\n"
      + yaml.split(separator: "\n", omittingEmptySubsequences: true).map { "  \($0)\n" }.joined()
  }

  package static func named(_ name: String) -> SourcePreset? { all.first { $0.name == name } }

  /// What the preset says, as if the user had written it; messages about it would point into the
  /// preset's own file, so a test sees to it that there are none.
  func read(_ body: (inout SpecMapping) -> Void, context: SpecContext) {
    guard let root = try? SpecNode.compose(yaml: yaml) else { return }
    _ = SpecValue(root, name: "source", context: context).mapping("`source`") { body(&$0) }
  }
}
