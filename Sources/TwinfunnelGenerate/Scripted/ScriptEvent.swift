/// One event of a story, as small as it can be: a log of millions is held in memory until it is
/// sorted by arrival. 32 bytes.
struct ScriptEvent<Name: Hashable & Sendable>: Sendable {
  /// UTC milliseconds since 1970.
  var time: Int
  var person: Int32
  /// -1: the row has no account.
  var account: Int32 = -1
  /// The contract, ticket, order or inviter; -1: none.
  var reference: Int32 = -1
  /// Hundredths of the event's amount; -1: none.
  var cents: Int32 = -1
  var name: Name
  /// An index into the profile's features; 255: none.
  var feature: UInt8 = 255
  /// The person's role or channel.
  var note: UInt8 = 0
  /// A visitor without a user id, known by a device only.
  var anonymous = false
}
