extension SpecTemplate {
  static let aaarrrText = """
    # AAARRR: awareness, then acquisition, activation, retention, revenue, referral.
    # How many of those who saw us come at all, and what becomes of them?
    #
    # Log: as for AARRR, and an event for being seen (an advertisement shown, a landing page viewed)
    # with an id that the sign-up carries too, such as an anonymous id that your collector joins:
    # awareness counts users of its own and is the base of acquisition.
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
      aaarrr:
        type: aarrr
        interval: month
        awareness: landing_viewed
        acquisition: sign_up
        activation: {event: first_value, within: 7d}
        retention: {event: session_start, after: 7d, until: 30d}
        revenue: {event: purchase, amount: amount}
        referral:
          invite: invite_sent
          join: {event: sign_up, inviter: invited_by}
        breakdown: channel
        top: 10

      # From the first sight to the first value, in time order, by channel.
      first_steps:
        type: funnel
        steps: [landing_viewed, sign_up, first_value]
        within: 14d
        breakdown: channel
        top: 10

    """
}
