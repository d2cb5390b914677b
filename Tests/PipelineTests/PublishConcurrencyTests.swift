import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Pipeline

@Suite struct PublishConcurrencyTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  /// A reader that opens the directory and then files in it sees one generation or the files of one
  /// that is being removed, never two; and the directory is always there.
  @Test func readersSeeOneSet() throws {
    let out = scratch["out"]
    let names = ["a.csv", "b.csv", "c.csv"]
    @Sendable func files(_ generation: Int) -> [String: String] {
      Dictionary(uniqueKeysWithValues: names.map { ($0, "\(generation)") })
    }
    try publish(files(0), into: out)
    let probe = try publish(files(0), into: out)
    let isDone = Atomic(false)
    let complete = Atomic(0)
    let problems = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 3) { worker in
      if worker == 0 {
        do {
          for generation in 1...100 { try publish(files(generation), into: out) }
          // Until every reader had a set whole: on one core they may not have run yet.
          while complete.load(ordering: .relaxed) < 10 { try publish(files(101), into: out) }
        } catch {
          problems.withLock { $0.append("\(error)") }
        }
        isDone.store(true, ordering: .releasing)
        return
      }
      while !isDone.load(ordering: .acquiring) {
        let directory = open(out, O_RDONLY | O_DIRECTORY)
        if directory < 0 {
          if probe.method == .exchanged { problems.withLock { $0.append("no directory") } }
          continue
        }
        let seen = names.compactMap { content(of: $0, in: directory) }
        close(directory)
        if Set(seen).count > 1 { problems.withLock { $0.append("a mixture: \(seen)") } }
        if seen.contains("") { problems.withLock { $0.append("an unfinished file") } }
        if seen.count == names.count { complete.add(1, ordering: .relaxed) }
      }
    }
    #expect(problems.withLock { $0.prefix(3) } == [])
  }

  private func content(of name: String, in directory: Int32) -> String? {
    let file = openat(directory, name, O_RDONLY)
    if file < 0 { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// Many threads want one directory: nobody is inside with another, nobody's set is lost, and the
  /// lock file is gone at the end.
  @Test func theLockHoldsAgainstAllComers() throws {
    let out = scratch["out"]
    let inside = Atomic(0)
    let published = Atomic(0)
    let problems = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 4) { worker in
      var rounds = 0
      while rounds < 25 {
        do {
          let set = try OutputSet.begin(directory: out)
          if inside.add(1, ordering: .sequentiallyConsistent).newValue != 1 {
            problems.withLock { $0.append("two at once") }
          }
          try fill(set, ["a.csv": "\(worker)", "b.csv": "\(worker)"])
          inside.subtract(1, ordering: .sequentiallyConsistent)
          _ = try set.commit()
          published.add(1, ordering: .relaxed)
          rounds += 1
        } catch PublishError.locked {
          continue
        } catch {
          problems.withLock { $0.append("\(error)") }
          return
        }
      }
    }
    #expect(problems.withLock { $0.prefix(3) } == [])
    #expect(published.load(ordering: .relaxed) == 100)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["out"])
  }

  @Test func filesOfASetCanBeWrittenAtOnce() throws {
    let out = scratch["out"]
    let set = try OutputSet.begin(directory: out)
    let problems = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { worker in
      do {
        var sink = try set.open("\(worker).csv")
        for _ in 0..<1000 { try sink.write(Array("\(worker)".utf8)) }
        try sink.close(rows: worker)
      } catch {
        problems.withLock { $0.append("\(error)") }
      }
    }
    #expect(problems.withLock { $0 } == [])
    #expect(set.outputs.map(\.name) == (0..<8).map { "\($0).csv" })
    #expect(set.outputs.map(\.rows) == (0..<8).map { $0 })
    _ = try set.commit()
    #expect(
      tree(out)
        == Dictionary(
          uniqueKeysWithValues: (0..<8).map {
            ("\($0).csv", .some(String(repeating: "\($0)", count: 1000)))
          }))
  }
}
