extension SpecTemplate {
  static let b2bText = """
    # A whole business product in one run: contracts, VABS, accounts, seats, both funnels.
    #
    # Log, with the account's id on every event of people inside accounts:
    #   leads and sales    lead_created, demo_held, trial_started, contract_signed
    #   contracts          contract_signed and contract_changed with their monthly value and a
    # contract                      id, contract_cancelled, renewal_due, contract_renewed
    #   use                core_value_met, one event for each feature
    #   people             a role on their events: user, evaluator, budget, decision, signature
    #   benefit and help   benefit_measured with an amount, ticket_opened, ticket_solved
    source:
      # Segment-like JSON lines; other presets: amplitude, mixpanel, posthog, ga4, combined. What
      # you add below `preset` overrides it: user, account, event, time, id, format.
      preset: segment
      account: context.groupId
      properties:
        role: properties.role
        contract_id: properties.contract_id
        mrr: {path: properties.mrr, type: number}
        benefit: {path: properties.benefit, type: number}

    calendar:
      time_zone: UTC            # an IANA name, such as Asia/Shanghai: whose days and weeks count
      week_start: monday
      # from: 2026-01-01        # the range of entries, from this date ...
      # until: 2027-01-01       # ... to the day before this one

    events:
      dashboard: dashboard_opened
      report: report_built
      export: export_made
      used: {any: [dashboard, report, export]}

    reports:
      # What was there, what came, what went: grr, nrr and logo churn by month.
      recurring:
        type: recurring
        interval: month
        start: {event: contract_signed, amount: mrr}
        change: {event: contract_changed, amount: mrr}
        cancel: contract_cancelled
        contract: contract_id

      # Does what we do make accounts sign, and renew?
      vabs:
        type: vabs
        interval: quarter
        start: trial_started
        value: {event: core_value_met, within: 30d}
        application:
          features: {dashboard: dashboard, report: report, export: export}
          minimum_features: 2
          minimum_users: 3
          within: 60d
        benefit: {event: benefit_measured, amount: benefit}
        service: {request: ticket_opened, done: ticket_solved, within: 2d}
        sign: contract_signed
        renew: {due: renewal_due, renewed: contract_renewed, within: 30d}

      # One row per account: who has shown up, is it activated, what is it worth.
      accounts:
        type: accounts
        roles: {property: role, required: [user, evaluator, budget, decision, signature]}
        activation: {event: used, minimum_users: 3, minimum_days: 3}
        revenue: {event: contract_signed, amount: mrr}

      # Which features, by how many accounts, and by how many of their seats (depth).
      seats:
        type: adoption
        entity: account
        interval: month
        features: {dashboard: dashboard, report: report, export: export}

      # Business products live in working hours: does yours?
      rhythm:
        type: rhythm
        working: {days: [mon, tue, wed, thu, fri], hours: [9, 18]}

      # The sale, step by step, by whoever of the account takes it; and who stands where.
      sales:
        type: funnel
        entity: account
        steps: [lead_created, demo_held, trial_started, core_value_met, contract_signed]
        within: 180d
        trend: quarter
        list: true

      # Accounts that sign, and people who come by themselves, side by side.
      double_funnel:
        type: double_funnel
        business:
          steps: [lead_created, demo_held, trial_started, contract_signed]
          within: 180d
          amount: mrr
        consumer:
          steps: [visit, sign_up, used]
          within: 30d

      account_retention:
        type: retention
        entity: account
        start: contract_signed
        return: used
        interval: month
        periods: 12
      account_lifecycle:
        type: lifecycle
        entity: account
        event: used
        interval: month
        list: true

    # Goals are accepted stage by stage; goals.csv says met, on_track, behind, missed or unknown.
    # goals:
    #   - name: net revenue retention in June
    #     table: recurring
    #     column: nrr
    #     row: {interval: 2026-06-01}
    #     start: 0.98
    #     from: 2026-01-01
    #     target: 1.05
    #     by: 2026-06-30
    #     stages: [{by: 2026-03-31, target: 1.00}]

    """
}
