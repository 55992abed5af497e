import Tensors

/// What a reader found in a file, checked to the last offset and not yet converted.
struct CheckpointContents {
  /// Where each tensor is, under its final name.
  let layouts: [(name: String, layout: TensorLayout)]
  /// The file's own string metadata.
  let metadata: [String: String]

  /// Removes prefixes and checks the tensors' names and their total size.
  ///
  /// - Throws: `CheckpointError.duplicateTensor`, `.expandsTooFar`.
  init(
    layouts: [(name: String, layout: TensorLayout)], metadata: [String: String] = [:],
    of file: CheckpointFile
  ) throws {
    var names: Set<String> = []
    var total = 0
    // Every stored element takes a byte at least; only overlapping views come to more.
    let limit = file.count + (1 << 20)
    self.layouts = try layouts.map { name, layout in
      let name = Self.withoutPrefix(name)
      guard names.insert(name).inserted else {
        throw CheckpointError.duplicateTensor(path: file.path, name: name)
      }
      let (sum, overflow) = total.addingReportingOverflow(layout.count)
      guard !overflow, sum <= limit else {
        throw CheckpointError.expandsTooFar(
          path: file.path, tensor: name, elements: overflow ? .max : sum, limit: limit)
      }
      total = sum
      return (name, layout)
    }
    self.metadata = metadata
  }

  /// A name as the network itself would say it: wrappers for several devices put `module.` before it.
  private static func withoutPrefix(_ name: String) -> String {
    let prefix = "module."
    var name = Substring(name)
    while name.hasPrefix(prefix), name.count > prefix.count { name = name.dropFirst(prefix.count) }
    return String(name)
  }
}
