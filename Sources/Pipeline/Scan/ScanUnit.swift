import EventLog

/// What one worker reads in one go: a file, or all members of an archive that is one stream.
struct ScanUnit {
  /// Indices of the files, in the order in which they lie in the stream.
  var files: [Int]
  /// Path of the archive whose members they are.
  var stream: String?
  var bytes: Int

  /// Of all files, the largest unit first: then no worker has a large one left when others are done.
  static func units(of files: [InputFile]) -> [ScanUnit] {
    var units: [ScanUnit] = []
    var streams: [String: Int] = [:]
    for (index, file) in files.enumerated() {
      if let member = file.member, member.place == .stream {
        if let unit = streams[member.archive] {
          units[unit].files.append(index)
          units[unit].bytes += file.bytes
          continue
        }
        streams[member.archive] = units.count
        units.append(ScanUnit(files: [index], stream: member.archive, bytes: file.bytes))
      } else {
        units.append(ScanUnit(files: [index], stream: nil, bytes: file.bytes))
      }
    }
    for unit in streams.values {
      units[unit].files.sort {
        (files[$0].member?.range.lowerBound ?? 0) < (files[$1].member?.range.lowerBound ?? 0)
      }
    }
    return units.sorted { ($0.bytes, $1.files[0]) > ($1.bytes, $0.files[0]) }
  }
}
