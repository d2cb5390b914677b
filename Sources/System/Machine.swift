import CSystem

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What the process finds around it.
package enum Machine {
  /// Processors that are online, at least 1.
  package static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Bytes that this process may map (`ulimit -v`); nil for any number.
  package static var addressSpaceMax: Int? {
    let most = twinfunnel_address_space_max()
    return most < 0 ? nil : Int(most)
  }

  /// Files that this process may have open (`ulimit -n`); nil for any number.
  package static var openFilesMax: Int? {
    let most = twinfunnel_descriptors_max()
    return most < 0 ? nil : Int(most)
  }

  /// Microseconds since 1970, to the second.
  package static var now: Int64 { Int64(time(nil)) * 1_000_000 }

  /// A variable of the environment, nil when unset or empty.
  package static func environment(_ name: String) -> String? {
    // The value is copied at once; nothing in this process changes the environment.
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// Ends the process without any clean-up: what a second signal asks for.
  package static func endNow(code: Int32) -> Never { _exit(code) }

  /// Ends the process.
  package static func end(code: Int32) -> Never { exit(code) }
}
