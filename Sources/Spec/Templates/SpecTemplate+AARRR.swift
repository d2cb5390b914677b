extension SpecTemplate {
  static let aarrrText = """
    # AARRR: acquisition, activation, retention, revenue, referral.
    # Do new users activate, come back, pay, and bring others?
    #
    # Log: one event when a user is acquired, one for the moment your product first delivers what it
    # promises, a sign of use later, payments with their amount, invites, and sign-ups that carry
    # the inviter's id. Replace the event names by yours.
    source:
      # Segment-like JSON lines; other presets: amplitude, mixpanel, posthog, ga4, combined. What
      # you add below `preset` overrides it: user, account, event, time, id, format.
      preset: segment
      properties:
        channel: context.campaign.source
        amount: {path: properties.amount, type: number}
        invited_by: properties.invited_by   # the inviter's id, on the sign-up of the invited

    calendar:
      time_zone: UTC            # an IANA name, such as Asia/Shanghai: whose days and weeks count
      week_start: monday
      # from: 2026-01-01        # the range of entries, from this date ...
      # until: 2027-01-01       # ... to the day before this one

    reports:
      # One row per month of acquisition and stage. Rates are of users whose time for the stage is
      # over: young cohorts do not look bad only because they are young.
      aarrr:
        type: aarrr
        interval: month
        acquisition: sign_up
        activation: {event: first_value, within: 7d}
        retention: {event: session_start, after: 7d, until: 30d}
        revenue: {event: purchase, amount: amount}
        referral:
          invite: invite_sent
          join: {event: sign_up, inviter: invited_by}
        targets: {activation: 0.25, retention: 0.2}
        # breakdown: channel    # one such table for each channel

      # The same users, week by week: where the curve flattens out is whom your product is for.
      retention:
        type: retention
        start: sign_up
        return: session_start
        interval: week
        periods: 12

    # Goals are accepted stage by stage; goals.csv says met, on_track, behind, missed or unknown.
    # goals:
    #   - name: activation of the spring cohort
    #     table: aarrr
    #     column: rate
    #     row: {stage: activation, interval: 2026-03-01}
    #     start: 0.18
    #     from: 2026-03-01
    #     target: 0.25
    #     by: 2026-06-30
    #     stages: [{by: 2026-04-30, target: 0.20}]

    """
}
