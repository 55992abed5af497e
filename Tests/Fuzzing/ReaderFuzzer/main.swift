import CFuzzer
import Foundation

// The first argument names the reader, the others are libFuzzer's.
var words = CommandLine.arguments
guard words.count > 1, let named = Reader(rawValue: words[1]) else {
  print(
    "usage: reader-fuzzer \(Reader.allCases.map(\.rawValue).joined(separator: "|")) [libFuzzer's arguments]")
  exit(64)
}
words.remove(at: 1)
Chosen.reader = named

/// The reader that this process fuzzes.
enum Chosen {
  /// Set once, before the first case.
  nonisolated(unsafe) static var reader = Reader.onnx
}

var count = Int32(words.count)
var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
let status = pointers.withUnsafeMutableBufferPointer { buffer -> Int32 in
  var start = buffer.baseAddress
  return LLVMFuzzerRunDriver(&count, &start) { bytes, length in
    guard let bytes else { return 0 }
    Chosen.reader.read(Data(bytes: bytes, count: length))
    return 0
  }
}
exit(status)
