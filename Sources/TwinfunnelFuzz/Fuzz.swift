import System

/// One target of `scripts/fuzz` at work: `twinfunnel-fuzz TARGET [SEED-FILE...]`.
///
/// Built with libFuzzer (`-D LIBFUZZER -sanitize=fuzzer`) it is guided by the coverage of all Swift and
/// C objects, and takes libFuzzer's arguments. Built plainly it mutates the seeds with a fixed random
/// source, `TWINFUNNEL_FUZZ_RUNS` times: the same on every machine.
@main
struct Fuzz {
  static func main() {
    let name = Machine.environment("TWINFUNNEL_FUZZ") ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
      print("set TWINFUNNEL_FUZZ to one of: \(names)")
      Machine.end(code: 64)
    }
    unsafe chosen = target
    #if LIBFUZZER
      var count = CommandLine.argc
      // Both live as long as the process.
      unsafe withUnsafeMutablePointer(to: &count) { count in
        var arguments = CommandLine.unsafeArgv
        let code = unsafe withUnsafeMutablePointer(to: &arguments) { arguments in
          unsafe runDriver(count, arguments) { bytes, length in
            unsafe chosen.run(Array(UnsafeBufferPointer(start: bytes, count: length)))
            return 0
          }
        }
        Machine.end(code: code)
      }
    #else
      Mutations(target: target, seeds: Array(CommandLine.arguments.dropFirst())).run()
    #endif
  }
}

/// Set once, before anything runs; one thread runs.
nonisolated(unsafe) private var chosen = FuzzTarget.spec

#if LIBFUZZER
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<
      UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    >,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
  ) -> Int32
#endif
