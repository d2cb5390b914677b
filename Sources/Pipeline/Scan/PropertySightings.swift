import EventLog
import Values

/// Which properties had a value in any event: one that never has is usually a misspelt path.
struct PropertySightings: Sendable {
  private var texts: [Bool]
  private var numbers: [Bool]

  init(texts: [Bool], numbers: [Bool]) {
    self.texts = texts
    self.numbers = numbers
  }

  init(_ extraction: Extraction) {
    texts = [Bool](repeating: false, count: extraction.texts.count)
    numbers = [Bool](repeating: false, count: extraction.numbers.count)
  }

  /// Looks only for what has not been seen yet, so it costs nothing once everything has.
  mutating func look(at batch: borrowing EventBatch) {
    for column in texts.indices where !texts[column] {
      texts[column] = stride(from: column, to: batch.texts.count, by: texts.count)
        .contains { !batch.texts[$0].isAbsent }
    }
    for column in numbers.indices where !numbers[column] {
      numbers[column] = stride(from: column, to: batch.numbers.count, by: numbers.count)
        .contains { !batch.numbers[$0].isAbsent }
    }
  }

  mutating func merge(_ other: PropertySightings) {
    for column in texts.indices where other.texts[column] { texts[column] = true }
    for column in numbers.indices where other.numbers[column] { numbers[column] = true }
  }

  /// Properties without a value anywhere: as text, and as a number.
  func unseen(_ extraction: Extraction) -> [PropertyField] {
    zip(extraction.texts, texts).filter { !$1 }.map(\.0)
      + zip(extraction.numbers, numbers).filter { !$1 }.map(\.0)
  }
}
