/// Web-shop events as Segment's exports spell them, about 620 bytes a line.
///
/// Users arrive over the whole span and are skewed: a newcomer is likely in the days after joining,
/// and a few old users do much. Asked for as many users as events, it gives each event its own.
/// Parts follow each other in time, each line up to some minutes late.
struct SegmentProfile: LogProfile {
  var scale: LogScale

  static let names: [(name: String, weight: Int)] = [
    ("page_view", 420), ("view_item", 250), ("search", 110), ("add_to_cart", 80),
    ("begin_checkout", 40), ("purchase", 25), ("feature_used", 50), ("check_in", 20),
    ("sign_up", 5),
  ]
  private static let countries = ["DE", "US", "FR", "CN", "BR", "IN", "JP", "GB", "ES", "PL"]
  static let agents = [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  ]
  static let words = [
    "home", "shoes", "shirts", "sale", "jackets", "account", "cart", "blog", "help", "search",
  ]

  func write(part: Int, of parts: Int, into file: inout GzipFile) throws(WriteError) {
    try scale.writeShop(part: part, of: parts, into: &file) { line($0, &$1, into: &$2) }
  }

  private func line(
    _ event: LogScale.ShopLine, _ random: inout SeededRandom, into buffer: inout LineBuffer
  ) {
    let name = random.pick(Self.names)
    let identity = SeededRandom.mixed(scale.seed &+ UInt64(event.user) &* 2)
    let word = Self.words[random.below(Self.words.count)]
    buffer.add(#"{"anonymousId":""#)
    buffer.add(uuid: SeededRandom.mixed(identity), SeededRandom.mixed(identity &+ 1))
    buffer.add(#"","context":{"app":{"version":"3.2."#)
    buffer.add(Int(identity % 9))
    buffer.add(#""},"country":""#)
    buffer.add(Self.countries[Int(identity >> 8) & 7])
    if scale.accounts > 0 {
      buffer.add(#"","groupId":"acc-"#)
      buffer.add(Int(identity % UInt64(scale.accounts)), width: 5)
    }
    buffer.add(#"","ip":"10."#)
    buffer.add(Int(identity >> 16) & 255)
    buffer.add(UInt8(ascii: "."))
    buffer.add(Int(identity >> 24) & 255)
    buffer.add(UInt8(ascii: "."))
    buffer.add(Int(identity >> 32) & 255)
    buffer.add(#"","locale":"en-US","page":{"path":"/"#)
    buffer.add(word)
    buffer.add(#"","title":"Shop - "#)
    buffer.add(word)
    buffer.add(#"","url":"https://shop.example.com/"#)
    buffer.add(word)
    buffer.add(#""},"userAgent":""#)
    buffer.add(Self.agents[Int(identity >> 40) % 3])
    buffer.add(#""},"event":""#)
    buffer.add(name)
    buffer.add(#"","messageId":"ajs-"#)
    buffer.add(hex: random.next(), digits: 16)
    buffer.add(hex: UInt64(event.number), digits: 8)
    buffer.add(#"","properties":{"#)
    if name == "purchase" {
      buffer.add(#""currency":"EUR","order_id":"o-"#)
      buffer.add(event.number)
      buffer.add(#"","revenue":"#)
      buffer.add(cents: 500 + random.below(20_000))
      buffer.add(#","#)
    }
    buffer.add(#""item":"sku-"#)
    buffer.add(random.below(5000), width: 4)
    buffer.add(#"","position":"#)
    buffer.add(random.below(40))
    buffer.add(#"},"receivedAt":""#)
    buffer.add(time: event.received)
    buffer.add(#"","timestamp":""#)
    buffer.add(time: event.time)
    buffer.add(#"","type":"track","userId":""#)
    buffer.add(uuid: identity, SeededRandom.mixed(identity &+ 2))
    buffer.add("\"}\n")
  }
}
