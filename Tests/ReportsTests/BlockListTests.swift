import Testing

@testable import Reports

@Suite struct BlockListTests {
  @Test func isAnArray() {
    var list = BlockList<Int>()
    var array: [Int] = []
    #expect(list.isEmpty && Array(list) == array)
    for number in 0..<5_000 {
      list.append(7 * number % 1_000)
      array.append(7 * number % 1_000)
      #expect(list.count == array.count && list[number] == array[number])
    }
    #expect(Array(list) == array)
    #expect(list.sorted() == array.sorted())
    #expect(list.last == array.last && Array(list[1_020..<1_030]) == Array(array[1_020..<1_030]))
    // A copy is its own.
    var other = list
    other.append(1)
    #expect(list.count == 5_000 && other.count == 5_001)
  }
}
