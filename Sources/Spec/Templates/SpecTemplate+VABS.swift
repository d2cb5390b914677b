extension SpecTemplate {
  static let vabsText = """
    # VABS: value, application, benefit, service. To B: does what we do make accounts sign, and
    # renew?
    #
    # Log, with the account's id on every event: the start of a trial; the moment an account first
    # gets the core value; use of features; a benefit that was measured, with its amount; requests
    # for help and their solution; contracts signed, due and renewed.
    source:
      # Segment-like JSON lines; other presets: amplitude, mixpanel, posthog, ga4, combined. What
      # you add below `preset` overrides it: user, account, event, time, id, format.
      preset: segment
      account: context.groupId
      properties:
        benefit: {path: properties.benefit, type: number}
        size: context.account_size

    calendar:
      time_zone: UTC            # an IANA name, such as Asia/Shanghai: whose days and weeks count
      week_start: monday
      # from: 2026-01-01        # the range of entries, from this date ...
      # until: 2027-01-01       # ... to the day before this one

    reports:
      # One row per quarter of start and stage. Compare sign_rate_with and sign_rate_without: a
      # stage that makes no difference to signing or renewing is not where the work belongs.
      vabs:
        type: vabs
        interval: quarter
        start: trial_started
        value: {event: core_value_met, within: 30d}
        application:
          features:
            dashboard: dashboard_opened
            report: report_built
            export: export_made
          minimum_features: 2
          minimum_users: 3
          within: 60d
        benefit: {event: benefit_measured, amount: benefit}
        service: {request: ticket_opened, done: ticket_solved, within: 2d}
        sign: contract_signed
        renew: {due: renewal_due, renewed: contract_renewed, within: 30d}
        targets: {value: 0.6, application: 0.4}
        # breakdown: size

      # The accounts behind the numbers, and how far each has come: for the people who call them.
      trials:
        type: funnel
        entity: account
        steps: [trial_started, core_value_met, contract_signed]
        within: 90d
        list: true

    """
}
