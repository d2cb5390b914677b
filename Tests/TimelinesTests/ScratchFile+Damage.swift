import Foundation

@testable import System

extension ScratchFile {
  /// Writes over what is there, as a failing disk would.
  func overwrite(_ bytes: [UInt8], offset: Int) {
    _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress!, $0.count, off_t(offset)) }
  }
}
