import ArgumentParser
import Reports
import Spec
import System
import Values

extension Twinfunnel {
  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema",
      abstract: "The JSON Schema of specs, for editors that complete and check YAML.",
      discussion: """
        Save it, and name it in the first line of a spec:

          # yaml-language-server: $schema=twinfunnel.schema.json
        """
    )

    func run() {
      let schema = SpecSchema.document(ReportRegistry.types)
      StandardStream.output.write(String(decoding: JSONWriter.pretty(schema), as: UTF8.self))
    }
  }
}
