extension SpecTemplate {
  static let conversionText = """
    # Growth model 2, conversion: exposed, interested, wanting, buying.
    # Where does the way from an offer to a payment end, and how long does each step take?
    #
    # Log: an event when the offer is shown, one for a look at it, one for intent (a cart, a trial),
    # and payments with their amount.
    source:
      # Segment-like JSON lines; other presets: amplitude, mixpanel, posthog, ga4, combined. What
      # you add below `preset` overrides it: user, account, event, time, id, format.
      preset: segment
      properties:
        plan: properties.plan
        amount: {path: properties.amount, type: number}

    calendar:
      time_zone: UTC            # an IANA name, such as Asia/Shanghai: whose days and weeks count
      week_start: monday
      # from: 2026-01-01        # the range of entries, from this date ...
      # until: 2027-01-01       # ... to the day before this one

    reports:
      conversion:
        type: funnel
        steps:
          - {name: exposed, event: offer_shown}
          - {name: interested, event: offer_opened}
          - {name: wanting, event: [cart_filled, trial_started]}
          - {name: buying, event: purchase}
        within: 14d
        trend: week
        list: true              # conversion.entities.csv: who stands where, to write to them

      # Held together by the plan: a chain must be about one plan, and each plan is a row.
      by_plan:
        type: funnel
        steps: [offer_opened, cart_filled, purchase]
        within: 14d
        hold: plan
        breakdown: plan
        attribution: every_step

      revenue: {type: revenue, event: purchase, amount: amount, interval: week}

    """
}
