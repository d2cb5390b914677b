extension SpecTemplate {
  static let b2cText = """
    # A whole consumer product in one run: AARRR, retention, lifecycle, revenue, referral.
    #
    # Log: visits, sign-ups (with the inviter's id where there is one), the first value, sessions,
    # the steps to a payment, payments with their amount, invites, messages, one event for each
    # feature.
    source:
      # Segment-like JSON lines; other presets: amplitude, mixpanel, posthog, ga4, combined. What
      # you add below `preset` overrides it: user, account, event, time, id, format.
      preset: segment
      properties:
        channel: context.campaign.source
        country: context.country
        amount: {path: properties.amount, type: number}
        invited_by: properties.invited_by   # the inviter's id, on the sign-up of the invited

    calendar:
      time_zone: UTC            # an IANA name, such as Asia/Shanghai: whose days and weeks count
      week_start: monday
      # from: 2026-01-01        # the range of entries, from this date ...
      # until: 2027-01-01       # ... to the day before this one

    events:
      any_feature: {any: [feed_read, photo_posted, friend_messaged]}

    reports:
      # PV and UV by day; DAU, WAU and MAU are active, active_7d and active_28d.
      daily: {type: activity, interval: day}
      weekly: {type: activity, interval: week, breakdown: country, top: 20}

      aaarrr:
        type: aarrr
        interval: month
        awareness: visit
        acquisition: sign_up
        activation: {event: first_value, within: 7d}
        retention: {event: session_start, after: 7d, until: 30d}
        revenue: {event: purchase, amount: amount}
        referral:
          invite: invite_sent
          join: {event: sign_up, inviter: invited_by}

      # A k above 1 grows by itself: invites per member times the share of invites that join.
      referral:
        type: referral
        interval: month
        start: sign_up
        invite: invite_sent
        join: {event: sign_up, inviter: invited_by}
        within: 30d

      retention:
        type: retention
        start: sign_up
        return: session_start
        interval: week
        periods: 12
      # Days 0 to 30 by weekly cohort.
      day_retention:
        type: retention
        start: sign_up
        return: session_start
        interval: day
        cohort_interval: week
        periods: 30

      checkout:
        type: funnel
        steps: [item_viewed, cart_filled, checkout_started, purchase]
        within: 7d
        breakdown: channel
        top: 20
        trend: week
        list: true

      revenue: {type: revenue, event: purchase, amount: amount, interval: month}
      lifecycle: {type: lifecycle, event: session_start, interval: week}
      habit: {type: stickiness, event: session_start, interval: day}

      features:
        type: adoption
        interval: week
        features: {read: feed_read, post: photo_posted, message: friend_messaged}

      # Consumer products live in evenings and weekends: does yours?
      rhythm:
        type: rhythm
        event: any_feature
        working: {days: [mon, tue, wed, thu, fri], hours: [9, 18]}

      # Do messages bring dormant users back?
      awakening:
        type: funnel
        steps:
          - {name: notified, event: message_sent}
          - {name: opened, event: message_opened}
          - {name: converted, event: session_start}
        dormant_for: 30d
        activity: session_start
        within: 7d

    # Goals are accepted stage by stage; goals.csv says met, on_track, behind, missed or unknown.
    # goals:
    #   - name: activation in June
    #     table: aaarrr
    #     column: rate
    #     row: {stage: activation, interval: 2026-06-01}
    #     start: 0.18
    #     from: 2026-06-01
    #     target: 0.25
    #     by: 2026-08-31

    """
}
