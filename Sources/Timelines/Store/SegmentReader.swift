import EventLog
import System
package import Values

/// A stored segment, open for reading from any thread: its footer is checked and in memory, blocks
/// are read and checked when they are asked for.
package final class SegmentReader: Sendable {
  package let path: String
  package let columns: SegmentColumns
  package let inputs: [SegmentInput]
  /// What it holds of each of them.
  package let shares: [SegmentShare]
  package let byteCount: Int
  let names: ByteTable
  let accounts: ByteTable
  let texts: [ByteTable]
  /// Of its store; 0 for none.
  package let salt: UInt64
  /// Of entities.
  let hash: ByteHash
  let cellBits: Int
  let blocks: [SegmentWriter.BlockEntry]
  /// Of each block.
  private let offsets: [Int]
  private let file: FileHandle

  /// - Throws: `SystemError` when it cannot be read, `SegmentDamage` when it is not as written.
  package init(path: String) throws {
    self.path = path
    let file = try FileSystem.readFile(FilePath(path))
    let byteCount = try file.status().bytes
    self.byteCount = byteCount
    let smallest = SegmentFormat.headBytes + SegmentFormat.tailBytes
    guard byteCount >= smallest else { throw SegmentDamage(path: path, what: "it is too short") }
    let marks = [SegmentFormat.mark(salt: 0), SegmentFormat.mark(salt: 1)]
    let tail = try file.read(
      at: byteCount - SegmentFormat.tailBytes, count: SegmentFormat.tailBytes)
    let head = try file.read(at: 0, count: SegmentFormat.headBytes)
    guard marks.contains(head), tail.count == SegmentFormat.tailBytes, Array(tail[16...]) == head
    else {
      let (plain, salted) = (SegmentFormat.version, SegmentFormat.saltedVersion)
      throw SegmentDamage(path: path, what: "it is no segment of version \(plain) or \(salted)")
    }
    do throws(SegmentCursor.Damage) {
      var cursor = SegmentCursor(tail)
      let (length, checksum) = (try cursor.fixed(8), try cursor.fixed(8))
      guard length <= UInt64(min(byteCount - smallest, SegmentFormat.footerBytesMax)) else {
        throw SegmentCursor.Damage(what: "its footer is too long")
      }
      let start = byteCount - SegmentFormat.tailBytes - Int(length)
      let bytes: [UInt8]
      do {
        bytes = try file.read(at: start, count: Int(length))
      } catch {
        throw SegmentCursor.Damage(what: error.reason)
      }
      guard bytes.count == Int(length), RunFormat.checksum(bytes.span) == checksum else {
        throw SegmentCursor.Damage(what: "the checksum of its footer does not fit")
      }
      let footer = try SegmentFooter(bytes, hasSalt: head == marks[1])
      salt = footer.salt
      hash = Placing(salt: footer.salt).hash()
      columns = footer.columns
      inputs = footer.inputs
      shares = footer.shares
      names = footer.names
      accounts = footer.accounts
      texts = footer.texts
      cellBits = footer.cellBits
      blocks = footer.blocks
      var offset = SegmentFormat.headBytes
      var offsets: [Int] = []
      for block in footer.blocks {
        offsets.append(offset)
        offset += block.bytes
        guard offset <= start else { throw SegmentCursor.Damage(what: "its blocks do not fit") }
      }
      guard offset == start else { throw SegmentCursor.Damage(what: "its blocks do not fit") }
      self.offsets = offsets
    } catch {
      throw SegmentDamage(path: path, what: error.what)
    }
    self.file = file
  }

  package var blockCount: Int { blocks.count }
  package var rowCount: Int { blocks.reduce(0) { $0 + $1.rows } }
  /// In blocks of users; accounts without a user are not among them.
  package var entityCount: Int { blocks.reduce(0) { $0 + $1.entities } }
  /// The earliest and latest time; nil without rows.
  package var timeRange: ClosedRange<Int64>? {
    guard let first = blocks.map(\.earliest).min(), let last = blocks.map(\.latest).max() else {
      return nil
    }
    return first...last
  }

  /// Every event name, also of rows that a filter leaves out.
  package var eventNames: [LogText] {
    (0..<names.count).map { LogText(names.string($0)) }
  }

  /// The blocks that may hold an entity: at most two.
  package func blocks(ofEntity id: [UInt8]) -> [Int] {
    let cell = SegmentFormat.cell(hash(id.span), bits: cellBits)
    return blocks.indices.filter { blocks[$0].cell == cell }
  }

  func bytes(ofBlock number: Int) throws -> [UInt8] {
    let bytes = try file.read(at: offsets[number], count: blocks[number].bytes)
    guard bytes.count == blocks[number].bytes else { throw damage("it ends too early") }
    return bytes
  }

  func damage(_ what: String) -> SegmentDamage { SegmentDamage(path: path, what: what) }
}

/// The footer of a segment, taken apart.
struct SegmentFooter {
  var salt: UInt64 = 0
  var columns: SegmentColumns
  var inputs: [SegmentInput] = []
  var shares: [SegmentShare] = []
  var names: ByteTable
  var accounts: ByteTable
  var texts: [ByteTable] = []
  var cellBits: Int
  var blocks: [SegmentWriter.BlockEntry] = []

  init(_ bytes: [UInt8], hasSalt: Bool) throws(SegmentCursor.Damage) {
    var cursor = SegmentCursor(bytes)
    if hasSalt {
      salt = try cursor.fixed(8)
      if salt == 0 { throw SegmentCursor.Damage(what: "its salt is none") }
    }
    let flags = try cursor.byte()
    var (textNames, numberNames): ([String], [String]) = ([], [])
    for _ in 0..<(try cursor.countOfParts()) {
      let name = String(decoding: bytes[try cursor.range(try cursor.count())], as: UTF8.self)
      textNames.append(name)
      if try cursor.code(below: 2) == 1 { numberNames.append(name) }
    }
    columns = SegmentColumns(
      texts: textNames, numbers: numberNames, hasIDs: flags & 1 != 0, hasAccounts: flags & 2 != 0)
    guard columns.texts == textNames else {
      throw SegmentCursor.Damage(what: "its columns are not in order")
    }
    for _ in 0..<(try cursor.countOfParts()) {
      inputs.append(
        SegmentInput(digest: Array(bytes[try cursor.range(32)]), length: try cursor.count()))
      var share = SegmentShare()
      share.rows = try cursor.count()
      if share.rows > 0 {
        share.earliest = try cursor.zigzag()
        share.latest = share.earliest &+ Int64(bitPattern: try cursor.varint())
      }
      shares.append(share)
    }
    names = try cursor.table()
    accounts = try cursor.table()
    for _ in textNames { texts.append(try cursor.table()) }
    cellBits = Int(try cursor.code(below: SegmentFormat.cellBitsMax + 1))
    for _ in 0..<(try cursor.countOfParts()) {
      var block = SegmentWriter.BlockEntry(
        isAccounts: try cursor.code(below: 2) == 1,
        cell: Int(try cursor.code(below: 1 << cellBits)), bytes: try cursor.count(),
        rows: try cursor.count(), entities: try cursor.count(), earliest: try cursor.zigzag(),
        latest: 0, headChecksum: 0)
      block.latest = block.earliest &+ Int64(bitPattern: try cursor.varint())
      block.headChecksum = try cursor.fixed(8)
      guard block.entities > 0, block.entities <= block.rows, block.rows < 1 << 31 else {
        throw SegmentCursor.Damage(what: "a block of no rows or of too many")
      }
      blocks.append(block)
    }
    let rows = blocks.reduce(0) { $0 + $1.rows }
    guard shares.reduce(0, { $0 + $1.rows }) == rows else {
      throw SegmentCursor.Damage(what: "the rows of its inputs do not add up")
    }
    guard cursor.isAtEnd else {
      throw SegmentCursor.Damage(what: "its footer is longer than its content")
    }
  }
}
