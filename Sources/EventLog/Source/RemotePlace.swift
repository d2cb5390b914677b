/// A place that is no file here, with the command that brings it: `s3://bucket/key`.
struct RemotePlace {
  let advice: String

  /// Nil for a path.
  init?(_ argument: String) {
    let commands = [
      ("s3://", "aws s3 cp"), ("gs://", "gcloud storage cat"),
      ("az://", "az storage blob download"),
      ("http://", "curl -sSL"), ("https://", "curl -sSL"), ("hdfs://", "hdfs dfs -cat"),
      ("ftp://", "curl -sSL"),
    ]
    guard let (scheme, command) = commands.first(where: { argument.hasPrefix($0.0) }) else {
      return nil
    }
    let target = scheme == "s3://" ? " -" : ""
    advice =
      "only files are read here: fetch it first, or use "
      + "\(command) \(argument)\(target) | twinfunnel run SPEC -"
  }
}
