extension SpecTemplate {
  static let awakeningText = """
    # Growth model 4, awakening: do messages bring dormant users back?
    #
    # Log: an event when a message is sent to a user, one when it is opened, one for what it was
    # meant to bring about; and whatever users do otherwise, since that decides who was dormant.
    source:
      # Segment-like JSON lines; other presets: amplitude, mixpanel, posthog, ga4, combined. What
      # you add below `preset` overrides it: user, account, event, time, id, format.
      preset: segment
      properties:
        campaign: properties.campaign

    calendar:
      time_zone: UTC            # an IANA name, such as Asia/Shanghai: whose days and weeks count
      week_start: monday
      # from: 2026-01-01        # the range of entries, from this date ...
      # until: 2027-01-01       # ... to the day before this one

    reports:
      # Only users without a session in the 30 days before the message enter.
      awakening:
        type: funnel
        steps:
          - {name: notified, event: message_sent}
          - {name: opened, event: message_opened}
          - {name: converted, event: session_start}
        dormant_for: 30d
        activity: session_start # what ends dormancy; without it, any event that is no step
        within: 7d
        breakdown: campaign
        top: 20
        list: true

      # Without messages: how many are dormant, and how many come back by themselves?
      lifecycle: {type: lifecycle, event: session_start, interval: month}

      # Do those who were woken stay?
      stay:
        type: retention
        start: message_opened
        return: session_start
        interval: week
        periods: 8

    """
}
