import Twinfunnel

func retentionTable(of logs: [String]) throws -> String {
  let spec = try LogSpec(
    yaml: """
      source: {preset: segment}
      reports:
        comeback: {type: retention, start: sign_up, return: any, interval: week, periods: 4}
      """)
  let result = try LogAnalysis(spec: spec, inputs: logs).run()
  return result["comeback"]?.csv ?? ""
}
