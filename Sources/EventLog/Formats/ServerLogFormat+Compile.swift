extension ServerLogFormat {
  /// Why a format string cannot be read.
  package struct Problem: Error {
    package var text: String
  }

  package init(_ text: String, dialect: Dialect) throws(Problem) {
    self.text = text
    self.dialect = dialect
    var parts: [Part] = []
    func add(_ byte: UInt8) {
      if case .text(let text)? = parts.last {
        parts[parts.count - 1] = .text(text + [byte])
      } else {
        parts.append(.text([byte]))
      }
    }
    let bytes = Array(text.utf8)
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      switch (dialect, byte) {
      case (.nginx, UInt8(ascii: "$")):
        var end = at + 1
        let isBraced = end < bytes.count && bytes[end] == UInt8(ascii: "{")
        if isBraced { end += 1 }
        let start = end
        while end < bytes.count, Self.isNamePart(bytes[end]) { end += 1 }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        if name.isEmpty { throw Problem(text: "a `$` without the name of a variable") }
        if isBraced { end += 1 }
        parts.append(.variable(Self.names(nginx: name)))
        at = end
      case (.apache, UInt8(ascii: "%")):
        at += 1
        // Status conditions and the two redirection signs change nothing of what is written.
        while at < bytes.count, "0123456789,!<>".utf8.contains(bytes[at]) { at += 1 }
        var inside = ""
        if at < bytes.count, bytes[at] == UInt8(ascii: "{") {
          guard let close = bytes[at...].firstIndex(of: UInt8(ascii: "}")) else {
            throw Problem(text: "a `%{` without `}`")
          }
          inside = String(decoding: bytes[at + 1..<close], as: UTF8.self)
          at = close + 1
        }
        guard at < bytes.count else { throw Problem(text: "a `%` without a letter behind it") }
        if bytes[at] == UInt8(ascii: "%") {
          add(UInt8(ascii: "%"))
        } else {
          var letters = String(UnicodeScalar(bytes[at]))
          if letters == "^", at + 2 < bytes.count {
            letters = String(decoding: bytes[at...at + 2], as: UTF8.self)
            at += 2
          }
          parts.append(.variable(Self.names(apache: letters, inside: inside)))
        }
        at += 1
      case (.apache, UInt8(ascii: "\\")) where at + 1 < bytes.count:
        add(
          bytes[at + 1] == UInt8(ascii: "t")
            ? 9
            : bytes[at + 1] == UInt8(ascii: "n")
              ? 10
              : bytes[at + 1])
        at += 2
      default:
        add(byte)
        at += 1
      }
    }
    self.parts = parts
    guard parts.contains(where: { if case .variable = $0 { true } else { false } }) else {
      throw Problem(text: "it has no variable")
    }
    for (part, next) in zip(parts, parts.dropFirst()) {
      if case .variable(let names) = part, case .variable(let more) = next {
        throw Problem(
          text: "nothing stands between `\(names[0])` and `\(more[0])`: where one ends is unknown")
      }
    }
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte &- UInt8(ascii: "0") <= 9
      || (byte | 0x20) &- UInt8(ascii: "a") < 26
  }

  private static func names(nginx name: String) -> [String] {
    let common = [
      "remote_addr": "host", "remote_user": "user", "time_local": "time", "time_iso8601": "time",
      "msec": "time", "request_method": "method", "request_uri": "path", "uri": "path",
      "server_protocol": "protocol", "body_bytes_sent": "bytes", "bytes_sent": "bytes",
      "http_referer": "referer", "http_user_agent": "agent", "http_x_forwarded_for": "forwarded",
      "server_name": "vhost",
    ]
    return ["$" + name, name] + (common[name].map { [$0] } ?? [])
  }

  private static func names(apache letter: String, inside: String) -> [String] {
    if !inside.isEmpty {
      let common = [
        "referer": "referer", "user-agent": "agent", "x-forwarded-for": "forwarded",
      ]
      let spelled = "%{\(inside)}\(letter)"
      return [spelled, inside] + (common[inside.lowercased()].map { [$0] } ?? [])
    }
    let common = [
      "h": "host", "a": "host", "l": "ident", "u": "user", "t": "time", "m": "method", "U": "path",
      "H": "protocol", "r": "request", "s": "status", "b": "bytes", "B": "bytes", "O": "bytes",
      "v": "vhost", "V": "vhost",
    ]
    return ["%" + letter] + (common[letter].map { [$0] } ?? [])
  }
}
