extension SpecTemplate {
  static let activeText = """
    # Growth model 3, active: who checks in, answers, asks and helps, absolute and as a share?
    #
    # Log: one event for each thing that an active user does in your product.
    source:
      # Segment-like JSON lines; other presets: amplitude, mixpanel, posthog, ga4, combined. What
      # you add below `preset` overrides it: user, account, event, time, id, format.
      preset: segment

    calendar:
      time_zone: UTC            # an IANA name, such as Asia/Shanghai: whose days and weeks count
      week_start: monday
      # from: 2026-01-01        # the range of entries, from this date ...
      # until: 2027-01-01       # ... to the day before this one

    events:
      engaged: {any: [checked_in, answer_posted, question_asked, help_given]}

    reports:
      # active_users.csv: adopters are absolute, reach is their share of all who were active that
      # week.
      active_users:
        type: adoption
        interval: week
        activity: any
        features:
          check_in: checked_in
          answer: answer_posted
          question: question_asked
          help: help_given

      # How many come, and how many take part.
      daily: {type: activity, interval: day}
      daily_engaged: {type: activity, event: engaged, interval: day}

      # On how many days of the range does one take part?
      habit: {type: stickiness, event: engaged, interval: day}

      # Who is new, who returns, who fell silent, who came back; and the list of them.
      lifecycle: {type: lifecycle, event: engaged, interval: week, gap: 2, list: true}

    """
}
