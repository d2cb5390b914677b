package import Dispatch

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Time and memory of the process so far.
package struct ResourceUse {
  package var wallSeconds: Double
  package var cpuSeconds: Double
  package var peakBytes: Int

  /// - Parameter start: when the run began.
  package init(since start: DispatchTime) {
    var usage = rusage()
    #if canImport(Glibc)
      let who = RUSAGE_SELF.rawValue
      _ = unsafe getrusage(
        __rusage_who_t(Int32(bitPattern: UInt32(bitPattern: Int32(who)))), &usage)
    #else
      _ = unsafe getrusage(RUSAGE_SELF, &usage)
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    wallSeconds =
      Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
    cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
    // Linux counts in KiB, Darwin in bytes.
    #if canImport(Darwin)
      peakBytes = Int(usage.ru_maxrss)
    #else
      peakBytes = Int(usage.ru_maxrss) * 1024
    #endif
  }
}
