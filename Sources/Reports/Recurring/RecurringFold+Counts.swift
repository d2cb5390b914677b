extension RecurringFold {
  package func fits(_ counts: HistoryCounts<GroupState>) -> Bool {
    groups.fit(counts.groups) { state in
      state.dues.list.allSatisfy {
        $0.end > observation.until && $0.end <= observation.until + RecurringDue.horizon
      }
    }
  }
}
