import Values

/// The page's own words. Names of columns stay as they are in the files.
struct Words {
  let language: PageOptions.Language

  func callAsFunction(_ english: String, _ chinese: String) -> String {
    language == .zh ? chinese : english
  }

  var htmlLanguage: String { self("en", "zh-Hans") }

  func interval(_ name: String) -> String {
    let chinese = [
      "hour": "小时", "day": "日", "week": "周", "month": "月", "quarter": "季度", "year": "年",
    ]
    return self(name, chinese[name] ?? name)
  }

  func entities(_ name: String) -> String {
    self(name == "account" ? "accounts" : "users", name == "account" ? "客户" : "用户")
  }

  /// A type of report; nil where its name will do.
  func type(_ name: String) -> String? { language == .zh ? Self.types[name] : nil }

  private static let types = [
    "activity": "活跃", "retention": "留存", "funnel": "漏斗", "lifecycle": "生命周期",
    "stickiness": "黏性", "revenue": "收入", "recurring": "经常性收入", "referral": "推荐",
    "adoption": "功能使用", "accounts": "客户", "rhythm": "作息", "double_funnel": "双漏斗",
    "goals": "目标", "checks": "检查",
  ]

  /// A column, a stage or a part of a chart, as people call it.
  func column(_ name: String) -> String { self(name.withSpaces, Self.columns[name] ?? name) }

  private static let columns = [
    "active": "活跃", "new": "新增", "events": "事件", "stickiness": "黏性", "exactly": "恰好",
    "returning": "留存", "resurrected": "唤回", "dormant": "沉睡", "revenue": "收入",
    "revenue_new": "首购收入", "revenue_repeat": "复购收入", "payers": "付费人数", "new_payers": "首次付费人数",
    "mrr": "月经常性收入", "end_mrr": "期末金额", "new_mrr": "新签", "reactivated_mrr": "重新签约",
    "expansion_mrr": "扩张", "contraction_mrr": "收缩", "churned_mrr": "流失", "nrr": "净留存",
    "grr": "毛留存", "invites": "邀请", "joined": "加入", "awareness": "认知", "acquisition": "获取",
    "activation": "激活", "retention": "留存", "referral": "推荐", "value": "价值",
    "application": "应用", "benefit": "收益", "service": "服务", "sign": "签约", "renew": "续约",
    "term_end": "合同到期", "days_to_end": "剩余天数", "contract_value": "合同金额",
  ]

  func status(_ name: String) -> String {
    let chinese = [
      "met": "达成", "on_track": "按计划", "behind": "落后", "missed": "未达成", "unknown": "未知",
      "dormant": "沉睡", "activated": "已激活", "new": "新", "active": "活跃", "ok": "正常",
      "failed": "未通过",
    ]
    return self(name.withSpaces, chinese[name] ?? name)
  }

  /// A shape for each status, so that no colour stands alone.
  static func shape(_ status: String) -> String {
    switch status {
    case "met", "activated", "ok", "passed": "●"
    case "on_track", "active": "◕"
    case "new": "◔"
    case "behind": "◐"
    case "missed", "failed": "▲"
    case "dormant": "○"
    default: "–"
    }
  }

  /// A definition in one sentence.
  func sentence(_ report: PageSource.Report) -> String {
    let definition = report.definition
    func event(_ key: String) -> String { self.event(definition[key]) }
    let who = entities(definition["entity"]?.string ?? "user")
    let interval = interval(definition["interval"]?.string ?? "day")
    switch report.type {
    case "activity":
      return self(
        "Events (\(event("event"))) and active \(who) by \(interval).",
        "按\(interval)统计事件数与活跃\(who)；事件：\(event("event"))。")
    case "retention":
      return self(
        "Of the \(who) who began with \(event("start")) in one \(interval), the share who came "
          + "back with \(event("return")) so many \(interval)s later.",
        "在同一\(interval)内以 \(event("start")) 开始的\(who)中，之后第 k \(interval)再次出现 "
          + "\(event("return")) 的比例。")
    case "funnel":
      let steps = (definition["steps"]?.elements ?? []).compactMap { $0["name"]?.string }
      let within = definition["within"]?.string
      let path = steps.joined(separator: " → ")
      return self(
        "How many \(who) get through \(path)\(within.map { ", within \($0) of the first step" } ?? "").",
        "有多少\(who)依次完成 \(path)\(within.map { "（自第一步起 \($0) 内）" } ?? "")。")
    case "double_funnel":
      return self(
        "The way of accounts to a contract and of people to a payment, step beside step.",
        "客户走向签约、个人走向付费的两条路径，逐级并列。")
    case "lifecycle":
      return self(
        "Each \(interval)'s active \(who): new, returning, or back after silence; and those who fell silent.",
        "每\(interval)的活跃\(who)：新增、留存、唤回；以及沉默的\(who)。")
    case "stickiness":
      return self(
        "\(who.capitalizedFirst) by the number of \(interval)s on which they were active.",
        "按活跃\(interval)数划分的\(who)。")
    case "revenue":
      return self(
        "Sums of \(definition["amount"]?.string ?? "") on \(event("event")) by \(interval), in exact decimals.",
        "按\(interval)统计 \(event("event")) 的 \(definition["amount"]?.string ?? "") 金额，精确小数。")
    case "recurring":
      return self(
        "Contract value at the end of each \(interval), and what it gained and lost on the way.",
        "每\(interval)末的合同金额，以及期间的增减。")
    case "referral":
      return self(
        "Who brings whom: people who joined for each member (k), and what invitations came to.",
        "谁带来谁：每位成员带来的新成员数（k），以及邀请的结果。")
    case "adoption":
      return self(
        "The share of active \(who) that used each feature in a \(interval).",
        "每\(interval)使用各功能的活跃\(who)比例。")
    case "accounts":
      return self(
        "Every account: who has shown up, whether it is in real use, and what it is worth.",
        "每个客户：谁已出现、是否真正使用、价值几何。")
    case "rhythm":
      return self(
        "When in the week events happen, by the local clock.", "一周内事件发生的时间（当地时间）。")
    case "aarrr":
      return self(
        "From acquisition to referral: the share of each cohort that reaches a stage.",
        "从获取到推荐：每个批次到达各阶段的比例。")
    case "vabs":
      return self(
        "Value, application, benefit, service: the share of accounts that reach each, and whether "
          + "those accounts sign and renew.",
        "价值、应用、收益、服务：达到各项的客户比例，以及这些客户是否签约、续约。")
    case "checks":
      return self(
        "What the set of tables has to be like, and whether it is.", "对这批报表的要求，以及是否满足。")
    case "goals":
      return self(
        "What the team has set out to reach, and how far it is.", "团队设定的目标及其进度。")
    default: return ""
    }
  }

  /// An event reference: its name, or the first names of a list.
  private func event(_ value: JSONValue?) -> String {
    switch value {
    case .text("any"): return self("any event", "任意事件")
    case .text(let name): return name
    case .list(let names):
      let texts = names.compactMap(\.string)
      return texts.prefix(3).joined(separator: " / ")
        + (texts.count > 3 ? " … (\(texts.count))" : "")
    case .object: return event(value?["event"] ?? value?["any"])
    default: return self("any event", "任意事件")
    }
  }
}
