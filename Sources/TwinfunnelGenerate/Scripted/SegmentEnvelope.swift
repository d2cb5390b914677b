/// The parts of a line that all scripted profiles share: Segment's shape, with the account in
/// `context.groupId`.
struct SegmentEnvelope: Sendable {
  let seed: UInt64
  let site: String
  private static let countries = ["DE", "US", "FR", "CN", "BR", "IN", "JP", "GB"]
  private static let agents = [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36",
  ]

  /// Different for every person of a log: mixing loses nothing, and 2 x person is never the same.
  private func identity(_ person: Int32) -> UInt64 {
    SeededRandom.mixed(
      SeededRandom.mixed(seed) &+ 2 &* UInt64(UInt32(bitPattern: person)))
  }

  func addUser(_ person: Int32, into buffer: inout LineBuffer) {
    buffer.add("u-")
    buffer.add(hex: identity(person), digits: 16)
  }

  /// Up to the opening brace of the properties.
  func begin(
    person: Int32, account: Int32, event: String, path: String, id: UInt64,
    into buffer: inout LineBuffer
  ) {
    let identity = identity(person)
    buffer.add(#"{"anonymousId":""#)
    buffer.add(uuid: identity, SeededRandom.mixed(identity))
    buffer.add(#"","context":{"app":{"version":"5."#)
    buffer.add(Int(identity % 4))
    buffer.add(#""},"country":""#)
    buffer.add(Self.countries[Int(identity >> 8 & 7)])
    if account >= 0 {
      buffer.add(#"","groupId":""#)
      addAccount(account, into: &buffer)
    }
    buffer.add(#"","ip":"10."#)
    buffer.add(Int(identity >> 16 & 255))
    buffer.add(UInt8(ascii: "."))
    buffer.add(Int(identity >> 24 & 255))
    buffer.add(UInt8(ascii: "."))
    buffer.add(Int(identity >> 32 & 255))
    buffer.add(#"","library":{"name":"analytics.js","version":"4.1.0"},"page":{"path":"/"#)
    buffer.add(path)
    buffer.add(#"","url":"https://"#)
    buffer.add(site)
    buffer.add(UInt8(ascii: "/"))
    buffer.add(path)
    buffer.add(#""},"userAgent":""#)
    buffer.add(Self.agents[Int(identity >> 40) % 3])
    buffer.add(#""},"event":""#)
    buffer.add(event)
    buffer.add(#"","messageId":""#)
    addID(id, into: &buffer)
    buffer.add(#"","properties":{"#)
  }

  func addID(_ id: UInt64, into buffer: inout LineBuffer) {
    buffer.add("ajs-")
    buffer.add(hex: SeededRandom.mixed(seed &+ id), digits: 16)
  }

  func addAccount(_ account: Int32, into buffer: inout LineBuffer) {
    buffer.add("acct-")
    buffer.add(Int(account), width: 5)
  }

  /// From the closing brace of the properties on.
  func end(
    person: Int32, anonymous: Bool, time: Int, received: Int, into buffer: inout LineBuffer
  ) {
    buffer.add(#"},"receivedAt":""#)
    buffer.add(time: received)
    buffer.add(#"","timestamp":""#)
    buffer.add(time: time)
    buffer.add(#"","type":"track","userId":"#)
    if anonymous {
      buffer.add("null}\n")
    } else {
      buffer.add(UInt8(ascii: "\""))
      addUser(person, into: &buffer)
      buffer.add("\"}\n")
    }
  }
}
