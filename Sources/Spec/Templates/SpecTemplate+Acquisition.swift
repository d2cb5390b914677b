extension SpecTemplate {
  static let acquisitionText = """
    # Growth model 1, acquisition: seen, interested, forwarded, by channel.
    # Which channel brings people who care enough to tell others?
    #
    # Log: an event when content is seen, one for a sign of interest (a click, a follow), one when
    # it is passed on; the channel on the first of them.
    source:
      # Segment-like JSON lines; other presets: amplitude, mixpanel, posthog, ga4, combined. What
      # you add below `preset` overrides it: user, account, event, time, id, format.
      preset: segment
      properties:
        channel: context.campaign.source

    calendar:
      time_zone: UTC            # an IANA name, such as Asia/Shanghai: whose days and weeks count
      week_start: monday
      # from: 2026-01-01        # the range of entries, from this date ...
      # until: 2027-01-01       # ... to the day before this one

    reports:
      acquisition:
        type: funnel
        steps:
          - {name: seen, event: content_seen}
          - {name: interested, event: [content_clicked, account_followed]}
          - {name: forwarded, event: content_shared}
        within: 7d
        breakdown: channel      # that of the first step
        top: 20
        trend: week             # acquisition.trend.csv: the same by week of entry

      # Volume by channel: how many people, and how many of them for the first time.
      reach:
        type: activity
        event: content_seen
        interval: week
        breakdown: channel
        top: 20

      # Do those who came by a channel come back?
      stay:
        type: retention
        start: content_seen
        return: any
        interval: week
        periods: 8
        breakdown: channel
        top: 20

    """
}
