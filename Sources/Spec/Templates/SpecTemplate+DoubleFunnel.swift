extension SpecTemplate {
  static let doubleFunnelText = """
    # Two funnels side by side, from target market to revenue: accounts that decide and sign, and
    # people who come and pay by themselves.
    #
    # Log: the business steps with the account's id, the consumer steps with the user's; events of
    # people inside accounts carry both, which is what links the two (double_funnel.link.csv).
    source:
      # Segment-like JSON lines; other presets: amplitude, mixpanel, posthog, ga4, combined. What
      # you add below `preset` overrides it: user, account, event, time, id, format.
      preset: segment
      account: context.groupId
      properties:
        mrr: {path: properties.mrr, type: number}
        amount: {path: properties.amount, type: number}

    calendar:
      time_zone: UTC            # an IANA name, such as Asia/Shanghai: whose days and weeks count
      week_start: monday
      # from: 2026-01-01        # the range of entries, from this date ...
      # until: 2027-01-01       # ... to the day before this one

    reports:
      double_funnel:
        type: double_funnel
        # Step 1 is the target market as far as your logs show it, the last step is revenue.
        business:
          steps: [lead_created, demo_held, trial_started, contract_signed]
          within: 180d          # decisions take long
          amount: mrr
        consumer:
          steps: [visit, sign_up, first_value, purchase]
          within: 30d
          amount: amount

      # Each side with its losses and its times.
      business:
        type: funnel
        entity: account         # the steps may be taken by different people of the account
        steps: [lead_created, demo_held, trial_started, contract_signed]
        within: 180d
        trend: quarter
      consumer:
        type: funnel
        steps: [visit, sign_up, first_value, purchase]
        within: 30d
        trend: month

    """
}
