import System

/// A set on its way: its place, the working directory that it is written into, and how it gets from the
/// one to the other.
struct Staging: Sendable {
  let place: OutputPlace
  /// Nil when the set makes it.
  let target: Folder?
  let home: StagingHome
  /// The folder `new` in `home`.
  let files: Folder
  /// Whether `home` lies beside the target, so that the two can be swapped.
  let isBeside: Bool

  /// Makes the working directory. It lies inside a target whose new files should inherit what it has,
  /// or beside which we may not write.
  ///
  /// - Parameter inside: wanted inside, whatever the target.
  init(place: OutputPlace, target: Folder?, inside: Bool = false) throws(PublishError) {
    self.place = place
    self.target = target
    let isBeside = try naming(place.path.description) { () throws(SystemError) in
      guard let target else { return true }
      if inside { return false }
      return try Self.canBeSwapped(target, in: place)
    }
    self.isBeside = isBeside
    if let target, !isBeside {
      let name = OutputPlace.insideName("staging")
      (home, files) = try StagingHome.make(in: target, name: name, shown: place.shown(name))
    } else {
      let name = place.besideName("staging")
      (home, files) = try StagingHome.make(
        in: place.parent, name: name, shown: place.shown(beside: name))
    }
  }

  private static func canBeSwapped(
    _ target: Folder, in place: OutputPlace
  ) throws(SystemError) -> Bool {
    if place.name.isEmpty { return false }
    do {
      try place.parent.mayWrite()
    } catch {
      return false
    }
    let isAtHome = try target.status().device == place.parent.status().device
    return try isAtHome ? !target.hasIdentity(in: place.parent) : false
  }
}
