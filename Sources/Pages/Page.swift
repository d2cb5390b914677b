import Tables
import Values

/// `report.html`: every table of a run as a person wants to see it, in one file that asks for nothing
/// else: no network, and no JavaScript to read it.
///
/// It is made of tables and their definitions alone, so that a published folder is enough for it, and
/// equal sets give equal bytes. Colours never stand alone and never red against green; what the logs
/// say stays text, whatever it looks like.
package struct Page: Sendable {
  private let source: PageSource
  private let options: PageOptions
  private let words: Words

  package init(_ source: PageSource, options: PageOptions = PageOptions()) {
    self.options = options
    words = Words(language: options.language)
    var joined = source.joined
    for place in joined.reports.indices {
      let report = joined.reports[place]
      // A name that is the type's own is the tool's word, not the spec's.
      if report.name == report.type { joined.reports[place].ownTitle = words.type(report.type) }
    }
    self.source = joined
  }

  /// Goals and checks come first: what the team has set out to reach.
  private var reports: [PageSource.Report] {
    let first = ["goals", "checks"]
    return first.flatMap { type in source.reports.filter { $0.type == type } }
      + source.reports.filter { !first.contains($0.type) }
  }

  package var html: String {
    let title = self.title
    var html =
      "<!doctype html>\n<html lang=\"\(words.htmlLanguage)\"><head><meta charset=\"utf-8\">"
    html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
    html += "<meta name=\"color-scheme\" content=\"light dark\">"
    // Nothing may load and nothing may run but what stands here.
    html += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    html += "img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">"
    html += "<link rel=\"icon\" href=\"data:,\"><title>\(Markup.text(title))</title><style>"
    html += String(decoding: PackageResources.page_css, as: UTF8.self) + "</style></head><body>"
    html +=
      "<a class=\"skip\" href=\"#main\">\(Markup.escaped(words("To the reports", "跳到报表")))</a>"
    html += header(title)
    html += "<div class=\"layout\">" + contents + "<main id=\"main\">"
    html += "<ul class=\"tiles\" aria-label=\"\(Markup.escaped(words("At a glance", "概览")))\">"
    for report in reports {
      html += Tile(report: report, replaced: source.replaced[report.name], words: words).html
    }
    html += "</ul>"
    for report in reports {
      html += Section(report: report, words: words, lists: options.lists, units: units).html
    }
    html += "</main></div>" + footer + "<script>"
    html += String(decoding: PackageResources.page_js, as: UTF8.self) + "</script></body></html>\n"
    return html
  }

  /// Each figure as an SVG document of its own, by its name in the set.
  package var figures: [(name: String, svg: String)] {
    let style = String(decoding: PackageResources.figure_css, as: UTF8.self)
    return reports.flatMap { report in
      Section(report: report, words: words, lists: .none).figures.map { figure in
        (
          "figures/\(figure.name).svg",
          FigureFile(figure, style, line: sourceLine, open: words("* not over yet. ", "* 尚未结束。"))
            .text
        )
      }
    }
  }

  private var units: [String: String] {
    var units: [String: String] = [:]
    for table in source.reports.flatMap(\.tables) {
      for column in table.columns { units["\(table.name).\(column.name)"] = column.unit }
    }
    return units
  }

  private var title: String {
    let path = source.manifest["spec"]?["path"]?.string ?? "twinfunnel"
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.split(separator: ".").first.map(String.init) ?? file
    return stem.withSpaces.capitalizedFirst
  }

  private var range: String {
    let calendar = source.manifest["calendar"]
    let from =
      calendar?["from"]?.string
      ?? source.manifest["earliest_event"]?.string.map { String($0.prefix(10)) }
    let until =
      calendar?["until"]?.string
      ?? source.manifest["observed_until"]?.string.map { String($0.prefix(10)) }
    return "\(from ?? "…") – \(until ?? "…")"
  }

  /// Below each figure that leaves the page: what it is made of.
  private var sourceLine: String {
    let observed = (source.manifest["observed_until"]?.string ?? "").shortMoment
    return words(
      "\(title), \(range). Observed until \(observed). Twinfunnel.",
      "\(title)，\(range)。观察截至 \(observed)。Twinfunnel。")
  }

  private func header(_ title: String) -> String {
    let manifest = source.manifest
    func count(_ key: String) -> String {
      Figures.grouped(String(manifest["reconciliation"]?[key]?.int ?? 0))
    }
    var html = "<header><h1>\(Markup.text(title))</h1><p class=\"range\">\(Markup.text(range))"
    if let zone = manifest["calendar"]?["time_zone"]?.string { html += " · \(Markup.text(zone))" }
    html += "</p><dl class=\"account\">"
    func item(_ name: String, _ value: String) {
      html += "<div><dt>\(Markup.escaped(name))</dt><dd>\(Markup.text(value))</dd></div>"
    }
    if let observed = manifest["observed_until"]?.string {
      item(words("observed until", "观察截至"), observed.shortMoment)
    }
    item(words("lines", "行"), count("lines"))
    item(words("used", "使用"), count("used"))
    item(words("outside", "范围外"), count("outside"))
    item(words("duplicates", "重复"), count("duplicates"))
    item(words("rejected", "拒绝"), count("rejected"))
    item(words("blank", "空行"), count("blank"))
    html += "</dl>"
    let damages = (manifest["damages"]?.elements ?? []).compactMap(\.string)
    let warnings = (manifest["warnings"]?.elements ?? []).compactMap(\.string)
    for (role, mark, lines) in [("damage", "▲", damages), ("warning", "◆", warnings)]
    where !lines.isEmpty {
      let name =
        role == "damage"
        ? words("Damaged input", "输入损坏") : words("Warnings", "警告")
      html += "<details class=\"\(role)\" open><summary><span aria-hidden=\"true\">\(mark)</span> "
      html += "\(Markup.escaped(name)) (\(lines.count))</summary><ul>"
      for line in lines.prefix(50) {
        let said = line.withoutWarning
        html += "<li>\(Markup.text(words(said, Sentences.chinese(said))))</li>"
      }
      html += "</ul></details>"
    }
    return html + "</header>"
  }

  private var contents: String {
    var html = "<nav aria-label=\"\(Markup.escaped(words("Reports", "报表")))\"><ol>"
    for report in reports {
      html +=
        "<li><a href=\"#\(Markup.anchor(report.name))\">\(Markup.text(report.title.capitalizedFirst))</a></li>"
    }
    return html + "</ol></nav>"
  }

  private var footer: String {
    let tool = source.manifest["tool"]?["version"]?.string ?? ""
    let hash = source.manifest["spec"]?["sha256"]?.string ?? ""
    return "<footer><p>Twinfunnel \(Markup.text(tool)) · \(Markup.escaped(words("spec", "规格"))) "
      + "<code>\(Markup.text(String(hash.prefix(12))))</code> · "
      + Markup.escaped(
        words(
          "exact: nothing sampled, every line accounted for",
          "精确：不抽样，每一行都有交代")) + "</p></footer>"
  }
}

extension String {
  /// To the minute, local.
  fileprivate var shortMoment: String {
    prefix(16).split(separator: "T", maxSplits: 1).joined(separator: " ")
  }

  fileprivate var withoutWarning: String {
    hasPrefix("warning: ") ? String(dropFirst(9)) : self
  }

}
