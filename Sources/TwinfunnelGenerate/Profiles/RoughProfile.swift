/// The shop's events as programs really write them, about 620 bytes a line: dashes and quotes as
/// escapes in titles, properties that differ by event, arrays of objects with arrays in them, keys
/// that are there or not. Some 400 different sequences of keys, a few of them frequent.
struct RoughProfile: LogProfile {
  var scale: LogScale

  /// How titles spell what is no plain letter: as escapes, or as it is.
  private static let titles: [[UInt8]] = [
    #"Caf\u00e9 \u2013 \"Spring\" sale"#, #"Shoes \u2014 the \"classic\" ones"#,
    #"Your cart \u2013 3 items"#, "Jackets, coats & more", #"Search: \"rain \u0026 snow\""#,
    "Über uns – Hilfe", "Sale",
  ].map { Array($0.utf8) }
  private static let tags = ["new", "outdoor", "b-stock", "vegan", "last size", "gift"]

  func write(part: Int, of parts: Int, into file: inout GzipFile) throws(WriteError) {
    try scale.writeShop(part: part, of: parts, into: &file) { line($0, &$1, into: &$2) }
  }

  private func line(
    _ event: LogScale.ShopLine, _ random: inout SeededRandom, into buffer: inout LineBuffer
  ) {
    let identity = SeededRandom.mixed(scale.seed &+ UInt64(event.user) &* 2)
    let name = random.pick(SegmentProfile.names)
    buffer.add(#"{"type":"track","event":""#)
    buffer.add(name)
    buffer.add(#"","messageId":""#)
    buffer.add(uuid: random.next(), UInt64(event.number))
    if random.chance(0.5) {
      buffer.add(#"","anonymousId":""#)
      buffer.add(uuid: SeededRandom.mixed(identity), SeededRandom.mixed(identity &+ 1))
    }
    buffer.add(#"","userId":""#)
    buffer.add(uuid: identity, SeededRandom.mixed(identity &+ 2))
    buffer.add(#"","timestamp":""#)
    buffer.add(time: event.time)
    buffer.add(#"","context":{"#)
    context(identity, &random, into: &buffer)
    buffer.add(#"},"properties":{"#)
    properties(name, event.number, &random, into: &buffer)
    buffer.add(random.chance(0.2) ? #"},"integrations":{"All":true,"Ads":false}}"# : "}}")
    buffer.add("\n")
  }

  private func context(
    _ identity: UInt64, _ random: inout SeededRandom, into buffer: inout LineBuffer
  ) {
    if random.chance(0.7) { buffer.add(#""locale":"de-DE","#) }
    if random.chance(0.1) {
      buffer.add(#""campaign":{"source":"newsletter","name":"KW \u2013 "#)
      buffer.add(random.below(52))
      buffer.add(#""},"#)
    }
    buffer.add(#""screen":{"width":"#)
    buffer.add(320 + random.below(1600))
    buffer.add(#","density":2},"page":{"title":""#)
    buffer.add(Self.titles[random.below(Self.titles.count)])
    buffer.add(#"","path":"/"#)
    buffer.add(SegmentProfile.words[random.below(SegmentProfile.words.count)])
    if random.chance(0.4) { buffer.add(#"","referrer":"https:\/\/www.example.org\/"#) }
    buffer.add(#""},"userAgent":""#)
    buffer.add(SegmentProfile.agents[Int(identity >> 40) % 3])
    buffer.add(#"""#)
  }

  private func properties(
    _ name: String, _ number: Int, _ random: inout SeededRandom, into buffer: inout LineBuffer
  ) {
    switch name {
    case "purchase":
      buffer.add(#""order_id":"o-"#)
      buffer.add(number)
      buffer.add(#"","revenue":"#)
      buffer.add(cents: 500 + random.below(20_000))
      buffer.add(#","coupon":null,"products":["#)
      products(1 + random.below(3), &random, into: &buffer)
      buffer.add("]")
    case "search":
      buffer.add(#""query":"\"warm\" socks","results":"#)
      buffer.add(random.below(300))
      buffer.add(#","filters":[["size","M"],["color","red"]],"sort":"price""#)
    case "sign_up", "check_in":
      buffer.add(#""method":"email","trial":true,"teams":["#)
      buffer.add(random.below(9))
      buffer.add(",")
      buffer.add(random.below(9))
      buffer.add("]")
    default:
      buffer.add(#""products":["#)
      products(1, &random, into: &buffer)
      buffer.add(#"],"position":"#)
      buffer.add(random.below(40))
      buffer.add(#","list":"Recently viewed \u2013 your size""#)
    }
  }

  private func products(
    _ count: Int, _ random: inout SeededRandom, into buffer: inout LineBuffer
  ) {
    for product in 0..<count {
      if product > 0 { buffer.add(",") }
      buffer.add(#"{"sku":"sku-"#)
      buffer.add(random.below(5000), width: 4)
      buffer.add(#"","price":"#)
      buffer.add(cents: 500 + random.below(9000))
      buffer.add(#","tags":["new",""#)
      buffer.add(Self.tags[random.below(Self.tags.count)])
      buffer.add(#""]}"#)
    }
  }
}
