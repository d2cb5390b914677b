import Foundation
import TestSupport
import Testing

@testable import EventLog

/// Files that are missing, change, fail, or are no files.
@Suite struct InputFileTests {
  private func openingFails(_ path: String) -> InputError? {
    do throws(InputError) {
      _ = try ChunkSource(
        file: InputFile(path: path, bytes: 0), format: .jsonl, limits: ReadLimits())
      return nil
    } catch {
      return error
    }
  }

  @Test func whatCannotBeOpened() {
    let folder = TemporaryFolder()
    #expect(
      openingFails(folder.path + "/none")
        == InputError(path: folder.path + "/none", reason: "No such file or directory"))
    #expect(
      openingFails(folder.path) == InputError(path: folder.path, reason: "Is a directory"))
    if geteuid() != 0 {
      let path = folder.write([10])
      chmod(path, 0)
      #expect(openingFails(path) == InputError(path: path, reason: "Permission denied"))
    }
  }

  @Test func aPipe() throws {
    for bytes in [Array("one\ntwo".utf8), GzipMember("one\ntwo").bytes] {
      let pipe = Pipe()
      pipe.fileHandleForWriting.write(Data(bytes))
      try pipe.fileHandleForWriting.close()
      let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
      let reading = try readSource(path)
      #expect(reading.texts == ["one", "two"])
      #expect(reading.outcome.damages == [])
    }
  }

  private func append(_ bytes: [UInt8], to path: String) {
    let stream = fopen(path, "a")!
    fwrite(bytes, 1, bytes.count, stream)
    fclose(stream)
  }

  /// More than what is looked at when a file is opened.
  private static let long = String(repeating: "1", count: 599)

  @Test func plainFileThatGrows() throws {
    let folder = TemporaryFolder()
    let path = folder.write(Array("\(Self.long)\n".utf8))
    let reading = try readSource(path) { append(Array("two\nthr".utf8), to: path) }
    // The rest of the row may not be written yet.
    #expect(reading.texts == [Self.long, "two"])
    #expect(
      reading.outcome.damages == [
        Damage(kind: .changedWhileRead, fileOffset: 607, inflatedOffset: 607, partialRowBytes: 3)
      ])
  }

  @Test func gzipFileThatGrows() throws {
    let folder = TemporaryFolder()
    let path = folder.write(GzipMember("\(Self.long)\n").bytes)
    let whole = try readSource(path) { append(GzipMember("two").bytes, to: path) }
    #expect(whole.texts == [Self.long, "two"])
    #expect(whole.kinds == [.changedWhileRead])
    let cut = try readSource(path) {
      append(Array(GzipMember("three\n").bytes.dropLast(9)), to: path)
    }
    #expect(cut.kinds == [.truncated, .changedWhileRead])
  }

  @Test func fileThatIsTouched() throws {
    let folder = TemporaryFolder()
    let path = folder.write(Array("\(Self.long)\n".utf8))
    let reading = try readSource(path) {
      try! FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: path)
    }
    #expect(reading.texts == [Self.long])
    #expect(reading.kinds == [.changedWhileRead])
  }

  #if os(Linux)
    @Test func aReadThatFails() throws {
      // Its first page is never mapped, so reading it is an input/output error.
      let reading = try readSource("/proc/self/mem")
      #expect(reading.rows.isEmpty)
      #expect(
        reading.outcome.damages == [
          Damage(kind: .readFailed(EIO), fileOffset: 0, inflatedOffset: 0)
        ])
      #expect(!reading.outcome.isEmpty)
    }
  #endif
}
