import System

/// Fuzzing where there is no libFuzzer: seeds with bytes changed, dropped, doubled and joined.
struct Mutations {
  var target: FuzzTarget
  /// Paths of files.
  var seeds: [String]

  private static let loud: [UInt8] =
    Array("{}[]\",:\\\n\r\t 0123456789.eE+-untf&*?#>|%".utf8) + [0, 0xff, 0x80, 0x1f, 0x8b, 0x7f]

  func run() {
    let texts = seeds.compactMap { try? FileSystem.read(FilePath($0), limit: 1 << 20) }
    let runs = Machine.environment("TWINFUNNEL_FUZZ_RUNS").flatMap { Int($0) } ?? 10_000
    var state: UInt64 = 0
    func next() -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((mixed ^ (mixed >> 31)) >> 1)
    }
    for _ in 0..<runs {
      var bytes = texts.isEmpty ? [] : texts[next() % texts.count]
      for _ in 0...next() % 4 {
        let place = bytes.isEmpty ? 0 : next() % bytes.count
        let end = min(bytes.count, place + 1 + next() % 16)
        switch next() % 7 {
        case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(next() % 8)
        case 1 where !bytes.isEmpty: bytes[place] = Self.loud[next() % Self.loud.count]
        case 2: bytes.insert(Self.loud[next() % Self.loud.count], at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 5: bytes.removeSubrange(place...)
        default:
          let other = texts.isEmpty ? [] : texts[next() % texts.count]
          bytes.append(contentsOf: other.prefix(next() % 512))
        }
      }
      target.run(bytes)
    }
    print("\(target.rawValue): \(runs) runs")
  }
}
