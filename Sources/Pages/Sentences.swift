import Values

/// What a run says of itself, in Chinese: its warnings are sentences with names and numbers in them. A
/// sentence that is not known here stays as it is.
enum Sentences {
  /// English with `{}` for what changes, and Chinese with these things by their numbers.
  private static let known: [(english: String, chinese: String)] = [
    ("{} of {} rows were rejected: {}; the first: {}", "{2} 行中有 {1} 行被拒绝：{3}；第一处：{4}"),
    ("{} of {} rows were rejected: {}", "{2} 行中有 {1} 行被拒绝：{3}"),
    ("events without account: {}; {}", "没有客户的事件：{1} 个；按客户统计的报表不计入这些事件"),
    ("events without user: {}; {}", "没有用户的事件：{1} 个；按用户统计的报表不计入这些事件"),
    (
      "rows with a user and an anonymous id: {}; without {}",
      "同时带有用户和匿名 id 的行：{1}；若规格中没有 `identity: {}`，先浏览后登录的人会被算作两个用户"
    ),
    (
      "anonymous ids with more than {} users (`max_ids`), which link nobody: {}",
      "对应超过 {1} 个用户的匿名 id（`max_ids`），不用于合并：{2}"
    ),
    (
      "users with more than {} anonymous ids (`max_anonymous`), which link nobody: {}",
      "拥有超过 {1} 个匿名 id 的用户（`max_anonymous`），不用于合并：{2}"
    ),
    (
      "{} before the logs, left out: the earliest is of {}, more than ten years before {}",
      "有事件远早于日志（{1}），已排除：最早的在 {2}，比其他事件早十年以上；--earliest 指定可信时间的起点"
    ),
    (
      "the logs begin at {}, not before the range's start {}: whoever {}",
      "日志从 {1} 开始，不早于统计范围的起点 {2}：此前已有的人看起来像新人；请加入更早的日志"
    ),
    (
      "{} event lies {} days behind all others, and observation ends with the last of them; if they are wrong, say {}",
      "有事件比其他事件晚 {2} 天，观察期因此以其中最后一个结束；若时间有误，请使用 {3}"
    ),
    (
      "{} events lie {} days behind all others, and observation ends with the last of them; if they are wrong, say {}",
      "有事件比其他事件晚 {2} 天，观察期因此以其中最后一个结束；若时间有误，请使用 {3}"
    ),
    (
      "{} event lies {} days before all others, and history begins with the first of them; if they are wrong, say {}",
      "有事件比其他事件早 {2} 天，历史因此从其中第一个开始；若时间有误，请使用 {3}"
    ),
    (
      "{} events lie {} days before all others, and history begins with the first of them; if they are wrong, say {}",
      "有事件比其他事件早 {2} 天，历史因此从其中第一个开始；若时间有误，请使用 {3}"
    ),
    (
      "the earliest event, in {}, is of {}: is that its time, and in the right unit?",
      "最早的事件（{1}）在 {2}：这是它的时间吗？单位正确吗？"
    ),
    ("no event has a value of '{}' ({})", "没有事件带有“{1}”的值（{2}）"),
    (
      "no event is counted by any report: every table is empty", "没有任何报表计入任何事件：所有表都为空"
    ),
    ("no event is named '{}'; did you mean '{}'?{}", "没有名为“{1}”的事件；是否想写“{2}”？{3}"),
    ("no event is named '{}'; the most frequent are {}", "没有名为“{1}”的事件；最常见的是 {2}"),
    ("no event is named '{}'", "没有名为“{1}”的事件"),
    (
      "the source '{}' ends at {}, and observation at {}", "数据源“{1}”止于 {2}，而观察期止于 {3}"
    ),
    ("{}: no column {}; absent in this file", "{1}：没有列 {2}；此文件中视为缺失"),
    ("{}: {} bytes are no characters of {}", "{1}：有 {2} 个字节不是 {3} 的字符"),
    ("{}: {} rows with {}, the first in line {}", "{1}：{2} 行有 {3}，第一处在第 {4} 行"),
    (
      "{} values of '{}' have more than {} digits and are rounded; {}",
      "“{2}”有 {1} 个值超过 {3} 位数字，已四舍五入；{4}"
    ),
    (
      "{} of {} values of '{}' ({} %) are no {} and count as absent; {}",
      "“{3}”的 {2} 个值中有 {1} 个（{4} %）无法识别，视为缺失；{6}"
    ),
    (
      "ids, event names and values longer than --max-value, which count as absent: {}; the first is at {}",
      "超过 --max-value 长度的 id、事件名和值视为缺失：{1} 个；第一个在 {2}"
    ),
    (
      "ids that are {}, which is nobody: {}; the first is at {}; {}",
      "id 为 {1}，不代表任何人：{2} 个；第一个在 {3}；在 `source` 中写 `null: []` 可照原样接受"
    ),
    (
      "times that are numbers: {}; {}; say {}",
      "时间是数字：{1} 个；{2}；请在 `time` 中写 `format: auto` 或其单位"
    ),
    (
      "times without an offset, which are none: {}; {}; say {}",
      "没有时区偏移的时间，无法使用：{1} 个；{2}；请在 `time` 中写明 `zone`"
    ),
    (
      "times without an offset, taken as UTC: {}; {}; say {}",
      "没有时区偏移的时间按 UTC 处理：{1} 个；{2}；请在 `time` 中写明 `zone`"
    ),
    (
      "report {}: {} days of contracts cannot be read, such as {}: a day {}",
      "报表 {1}：有 {2} 个合同日期无法读取，例如 {3}：日期应写作 2026-12-31 或 ISO 8601 时间"
    ),
    (
      "report {}: {} of the {} starts and changes with an amount have no first or no last day {}",
      "报表 {1}：{3} 个带金额的签约与变更中有 {2} 个没有可读的起始日或结束日：该金额从起始日或事件起，到结束日、下一次签约或取消为止，每月全额计入"
    ),
    (
      "report {}: {} of the {} starts and changes with an amount count nowhere: {}",
      "报表 {1}：{3} 个带金额的签约与变更中有 {2} 个不计入：其结束日早于起始日或事件"
    ),
    (
      "report {}: {} in no row: step 1 was there, but never with a value of {}, which chains hold",
      "报表 {1}：有人不在任何一行中：有第 1 步，但从未带有 {3} 的值，而链条要求该值"
    ),
    (
      "report {}: a funnel of one step only counts who took it; name the next one, as a further item or a further --steps (a comma joins events of one step)",
      "报表 {1}：只有一步的漏斗只统计做过该步的人；请再写一项或再用一次 --steps 写出下一步（逗号连接的是同一步的事件）"
    ),
    ("goal '{}': {}: its status is unknown", "目标“{1}”：{2}：状态未知"),
  ]

  static func chinese(_ line: String) -> String {
    for (english, chinese) in known {
      guard let parts = parts(of: line, in: english) else { continue }
      return filled(chinese, with: parts)
    }
    return line
  }

  /// Things are put in once: what a log says is never looked into for more of them.
  private static func filled(_ sentence: String, with parts: [String]) -> String {
    var pieces = sentence.split(separator: "{", omittingEmptySubsequences: false)
    var text = String(pieces.removeFirst())
    for piece in pieces {
      let number = piece.prefix { $0 != "}" }
      if let place = Int(number), parts.indices.contains(place - 1) {
        text += parts[place - 1] + piece.dropFirst(number.count + 1)
      } else {
        text += "{" + piece
      }
    }
    return text
  }

  /// What stands in a line where a sentence has `{}`; nil when it is another sentence.
  static func parts(of line: String, in sentence: String) -> [String]? {
    let fixed = sentence.split(separator: "{}", omittingEmptySubsequences: false)
    guard let first = fixed.first, let last = fixed.last, line.hasPrefix(first) else { return nil }
    if fixed.count == 1 { return line == first ? [] : nil }
    var rest = line.dropFirst(first.count)
    var parts: [String] = []
    for piece in fixed.dropFirst().dropLast() {
      guard let place = rest.firstRange(of: piece) else { return nil }
      parts.append(String(rest[..<place.lowerBound]))
      rest = rest[place.upperBound...]
    }
    guard rest.hasSuffix(last) else { return nil }
    return parts + [String(rest.dropLast(last.count))]
  }

  /// The English of all, for the test that looks for them where they are said.
  static var english: [String] { known.map(\.english) }
}
