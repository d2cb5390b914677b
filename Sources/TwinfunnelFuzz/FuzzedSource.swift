import EventLog
import Pipeline
import Reports
import Spec
import System

/// Specs whose sources together have every option of a row's layout.
enum FuzzedSource {
  private static let fields =
    "user: user, account: org, event: event, id: id, time: {path: time, format: auto}, "
    + "properties: {country: country, amount: {path: amount, type: number}}"
  private static let requests =
    "user: host, event: method, properties: {country: agent, amount: {path: bytes, type: number}}"

  static let json = spec("{format: jsonl, \(fields)}")
  static let csv = spec("{format: csv, \(fields)}")
  static let combined = spec("{format: combined, \(requests)}")

  /// What JSON can be besides one object a line.
  static let shapes = [
    spec("{format: json, \(fields)}"),
    spec("{format: json, records: Records, \(fields)}"),
    spec("{format: jsonl, prefix: skip, \(fields)}"),
    spec("{format: jsonl, encoding: utf-16le, \(fields)}"),
    spec("{format: jsonl, strict: true, \(fields)}"),
    spec(
      """
      {format: jsonl, user: [{path: a.mail, as: lower}, {all: [b, c]}], account: "g.company[0]",
       event: {value: seen}, time: {path: [day, clock], zone: Europe/Berlin, day: end},
       properties: {country: "list[k].v", amount: {path: "log.amount", type: number, scale: 0.01}}}
      """),
    spec(
      """
      {format: json, user: user, account: {path: mail, as: domain, except: [x.example]},
       null: ["N/A"], properties: {country: country, amount: {path: amount, type: number}},
       each: [{event: GET, time: time}, {event: b, time: later, where: {country: DE}}]}
      """),
  ]

  /// Sources of which the first spec wants user, name and time alone.
  static let plain = [
    "{format: jsonl, user: user, event: event, time: time",
    "{format: jsonl, user: [id, user], event: event, time: [at, time], null: [x, '-']",
    "{format: jsonl, user: a.user, event: event, time: event",
    "{format: csv, user: user, event: event, time: time",
    "{format: csv, columns: [time, user, event], user: user, event: event, time: time",
    "{format: csv, user: user, event: user, time: time, comment: '#', null: {only: [x]}",
    "{format: tsv, user: user, event: event, time: time",
  ].map { source in
    (
      narrow: spec(source + "}", reports: daily),
      wide: spec(source + ", properties: {country: country}}", reports: daily + byCountry)
    )
  }

  private static let daily = "  daily: {type: activity, interval: day}\n"
  private static let byCountry =
    "  countries: {type: activity, interval: month, breakdown: country, top: 3}\n"

  static let columns = [
    spec("{format: tsv, \(fields)}"),
    spec("{format: csv, delimiter: ';', number: {decimal: ',', group: '.'}, \(fields)}"),
    spec("{format: csv, quote: none, comment: '#', skip: 1, \(fields)}"),
    spec("{format: csv, quote: \"'\", escape: \"\\\\\", \(fields)}"),
    spec("{format: csv, escape: \"\\\\\", encoding: gb18030, \(fields)}"),
    spec("{format: csv, columns: [user, event, time, amount, country, id, org], \(fields)}"),
    spec("{format: csv, encoding: shift_jis, null: {only: [x]}, \(fields)}"),
    spec(
      """
      {format: csv, user: "data.user", event: [event, "data.list[0]"],
       time: {path: [day, clock], zone: America/New_York, format: ["%d/%m/%Y %H:%M", excel, iso8601]},
       properties: {country: "data[k]", amount: {path: data.amount, type: number}}}
      """),
  ]

  static let servers = [
    spec(
      "{format: w3c, user: c-ip, event: cs-method, time: {path: [date, time], zone: UTC}, "
        + "properties: {country: cs(User-Agent), amount: {path: sc-bytes, type: number}}}"),
    spec(
      """
      {format: {nginx: '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'},
       user: remote_addr, event: method, time: {path: time_local, format: "%d/%b/%Y:%H:%M:%S %z"},
       properties: {country: path, amount: {path: body_bytes_sent, type: number}}}
      """),
    spec(
      """
      {format: {nginx: '$msec|$remote_addr|$request|$extra'}, user: remote_addr, event: method,
       time: {path: msec, format: seconds},
       properties: {country: extra, amount: {path: extra, type: number}}}
      """),
    spec(
      """
      {format: {apache: '%v %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i" %{X-Forwarded-For}i'},
       user: host, event: method, time: {path: time, format: "%d/%b/%Y:%H:%M:%S %z"},
       properties: {country: agent, amount: {path: bytes, type: number}}}
      """),
  ]

  static let presets = SourcePreset.all.map { preset in
    // A log format has its own fields and no others; these presets name both properties' paths.
    let isLog = preset.yaml.contains("format: combined") || preset.yaml.contains("nginx:")
    let (text, number) = isLog ? ("method", "status") : ("a", "b")
    return spec(
      "{preset: \(preset.name), "
        + "properties: {country: \(text), amount: {path: \(number), type: number}}}")
  }

  private static let reports = """
      daily: {type: activity, interval: month, breakdown: country, top: 3}
      steps: {type: funnel, steps: [GET, {event: POST, optional: true}, b], within: 7d}
      money: {type: revenue, event: any, amount: amount, interval: year}

    """

  private static func spec(_ source: String, reports: String = reports) -> AnalysisSpec {
    let section = source.split(separator: "\n").joined(separator: "\n  ")
    let yaml = "source: \(section)\nreports:\n" + reports
    do {
      return try SpecFile(path: "spec.yaml", yaml: yaml).spec
    } catch {
      print("the fuzzer's own spec is not valid: \(error)\n\(yaml)")
      Machine.end(code: 70)
    }
  }
}
