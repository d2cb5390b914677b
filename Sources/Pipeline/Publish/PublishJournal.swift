import System
import Values

/// What is about to happen to the files of a directory, written down before it does.
struct PublishJournal: Equatable, Sendable {
  enum Method: String, Sendable {
    case swap
    case fileByFile = "file by file"
  }

  var method: Method
  /// The set's files, the manifest last.
  var publish: [String]
  /// What an earlier run wrote: to be deleted, unless it is published anew.
  var obsolete: [String]

  /// Whether a folder of figures is concerned; where none is, one by that name is somebody else's.
  var hasFigures: Bool {
    (publish + obsolete).contains { Folder.nameInFigures(Array($0.utf8)) != nil }
  }

  var disposable: Set<[UInt8]> { Set((publish + obsolete).map { Array($0.utf8) }) }

  static let name = Array("journal.json".utf8)
  static let draftName = Array("journal.json.draft".utf8)

  /// Nil when there is none, so that nothing was begun. A list with a name that no run of ours writes
  /// is no journal of ours.
  static func read(in folder: Folder) throws(SystemError) -> PublishJournal? {
    guard try folder.status(name) != nil else { return nil }
    let bytes = try folder.openFile(name).readAll(limit: 1 << 28)
    guard let json = try? JSONReader.read(bytes),
      let method = json["method"]?.string.flatMap(Method.init(rawValue:)),
      let publish = json["publish"]?.elements, let obsolete = json["obsolete"]?.elements
    else { throw SystemError(code: SystemError.notRegular) }
    let names = (publish + obsolete).map(\.string)
    guard names.allSatisfy({ $0.map(PreviousOutputs.isOurKind) ?? false }) else {
      throw SystemError(code: SystemError.notRegular)
    }
    return PublishJournal(
      method: method, publish: publish.compactMap(\.string), obsolete: obsolete.compactMap(\.string)
    )
  }

  /// All or nothing, and on the device when it returns.
  func write(in folder: Folder) throws(SystemError) {
    let json = JSONValue.object([
      ("method", .text(method.rawValue)),
      ("publish", .list(publish.map { .text($0) })),
      ("obsolete", .list(obsolete.map { .text($0) })),
    ])
    let file = try folder.createFile(Self.draftName)
    try file.write(JSONWriter.pretty(json).span)
    try file.sync()
    try file.close()
    try folder.move(Self.draftName, to: folder, as: Self.name)
    try folder.sync()
  }
}
