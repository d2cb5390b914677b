import Values

/// Finds inputs that hold the same bytes as another, as last night's file under a second name does:
/// reading both would count its events twice.
///
/// Only those of equal size can be the same. They are told apart by their first bytes, then by a digest
/// of all, and what is left is compared byte by byte; so the time is that of reading them, whatever
/// they hold.
struct SameContent {
  /// What equal inputs have in common.
  private struct Key: Hashable {
    var bytes: Int
    var digest: [UInt8]
  }

  private static let headBytes = 64 << 10

  /// By index in `files`, which is in canonical order: the index of the first that holds the same.
  mutating func repeated(in files: [InputFile]) -> [Int: Int] {
    // What lies in a stream would have to be inflated once more.
    let comparable = files.indices.filter { index in
      files[index].bytes > 0 && files[index].member?.place != .stream
    }
    let bySize = Dictionary(grouping: comparable) { files[$0].bytes }.values.filter { $0.count > 1 }
    var repeated: [Int: Int] = [:]
    for group in bySize {
      for group in Self.split(group, by: { Self.digest(of: files[$0], most: Self.headBytes) }) {
        for group in Self.split(group, by: { Self.digest(of: files[$0], most: .max) }) {
          for index in group.dropFirst() where Self.isSame(files[group[0]], files[index]) {
            repeated[index] = group[0]
          }
        }
      }
    }
    return repeated
  }

  /// The groups of more than one with the same key; what has none is in no group.
  private static func split(_ group: [Int], by key: (Int) -> [UInt8]?) -> [[Int]] {
    var groups: [[UInt8]: [Int]] = [:]
    for index in group {
      if let key = key(index) { groups[key, default: []].append(index) }
    }
    return groups.values.filter { $0.count > 1 }
  }

  /// Of an input's bytes as they lie on disk. Nil when it cannot be read, which is told elsewhere.
  private static func digest(of file: InputFile, most: Int) -> [UInt8]? {
    guard let source = try? stored(file) else { return nil }
    var digest = SHA256()
    var buffer = [UInt8](repeating: 0, count: min(most, 256 << 10))
    var left = most
    while left > 0 {
      guard case .success(let count) = source.read(into: &buffer, range: 0..<buffer.count) else {
        return nil
      }
      if count == 0 { break }
      digest.update(buffer.span.extracting(0..<count))
      left -= count
    }
    // The same bytes mean something else where they are deflated.
    if case .zip(let entry)? = file.member?.place, entry.isDeflated {
      return digest.digest() + [1]
    }
    return digest.digest()
  }

  private static func isSame(_ one: InputFile, _ other: InputFile) -> Bool {
    guard let one = try? stored(one), let other = try? stored(other) else { return false }
    var bytes = [[UInt8]](repeating: [UInt8](repeating: 0, count: 64 << 10), count: 2)
    while true {
      guard let first = fill(&bytes[0], one), let second = fill(&bytes[1], other),
        first == second, bytes[0][..<first].elementsEqual(bytes[1][..<second])
      else { return false }
      if first == 0 { return true }
    }
  }

  /// Reads until the buffer is full or nothing is left.
  private static func fill(_ buffer: inout [UInt8], _ source: FileBytes) -> Int? {
    var count = 0
    while count < buffer.count {
      guard case .success(let more) = source.read(into: &buffer, range: count..<buffer.count) else {
        return nil
      }
      if more == 0 { break }
      count += more
    }
    return count
  }

  private static func stored(_ file: InputFile) throws(InputError) -> FileBytes {
    try FileBytes(path: file.filePath, part: file.member?.range)
  }
}
