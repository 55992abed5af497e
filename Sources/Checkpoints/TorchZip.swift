/// PyTorch's format since 1.6: an archive with one pickle and one entry for each storage.
enum TorchZip {
  /// Finds the named tensors.
  ///
  /// - Parameter globals: receives what the pickle names, also when an error is thrown later.
  static func contents(
    of file: CheckpointFile, policy: PickleMachine.Policy, globals: inout [PickleGlobal]
  ) throws -> CheckpointContents {
    let archive = try Archive(of: file)
    try archive.checkByteOrder()
    let entry = try archive.entry("data.pkl")
    try entry.verify(in: file)
    let cursor = ByteCursor(file, range: entry.bytes, part: "data.pkl")
    var machine = PickleMachine(cursor, policy: policy)
    defer { globals += machine.globals }
    let pickle = try machine.run()
    guard machine.cursor.remaining == 0 else {
      throw CheckpointError.trailingBytes(
        path: file.path, offset: machine.cursor.offset, count: machine.cursor.remaining)
    }
    _ = try TorchStorage.declared(in: pickle, of: file)
    var verified: Set<String> = []
    let layouts = try StateDictionary.tensors(in: pickle, path: file.path).map { name, tensor in
      let key = tensor.storage.key
      guard let storage = archive.entries["data/" + key] else {
        throw CheckpointError.storageMissing(path: file.path, key: key)
      }
      if verified.insert(key).inserted { try storage.verify(in: file) }
      return (name, try TorchLayout.layout(of: tensor, named: name, bytes: storage.bytes, in: file))
    }
    return try CheckpointContents(layouts: layouts, of: file)
  }

  /// The entries below the archive's one top folder.
  private struct Archive {
    let file: CheckpointFile
    /// By name, the top folder removed.
    let entries: [String: ZipEntry]

    init(of file: CheckpointFile) throws {
      self.file = file
      let all = try ZipDirectory(of: file) { name in
        let steps = name.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2)
        guard steps.count < 2 || !steps[1].elementsEqual("code".utf8) else {
          throw CheckpointError.torchScript(path: file.path, entry: name)
        }
      }.entries
      let separator = UInt8(ascii: "/")
      let top = Array((all.first?.name ?? "").utf8.prefix { $0 != separator }) + [separator]
      var entries: [String: ZipEntry] = [:]
      for entry in all {
        guard entry.name.utf8.starts(with: top) else {
          throw CheckpointError.zipName(path: file.path, entry: entry.name)
        }
        let name = String(Substring(entry.name.utf8.dropFirst(top.count)))
        entries[name] = entry
      }
      self.entries = entries
    }

    func entry(_ name: String) throws -> ZipEntry {
      guard let entry = entries[name] else {
        throw CheckpointError.zipRecordMissing(path: file.path, record: name)
      }
      return entry
    }

    /// Writers before 2.1 left the byte order out; theirs is little-endian.
    func checkByteOrder() throws {
      guard let entry = entries["byteorder"] else { return }
      guard file.withBytes(of: entry.bytes, { Array($0) == Array("little".utf8) }) else {
        throw CheckpointError.bigEndian(path: file.path)
      }
    }
  }
}
