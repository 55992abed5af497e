import Files

/// The ways a checkpoint can be wrong. Every case names the file.
public enum CheckpointError: ReportableError, Equatable {
  // MARK: Any format

  /// The first bytes are those of no format that is read.
  case unrecognised(path: String, firstBytes: [UInt8])
  /// The file ends, or a part of it ends, before what it promised.
  case truncated(path: String, part: String, offset: Int, needed: Int, available: Int)
  /// Bytes follow the end of the content.
  case trailingBytes(path: String, offset: Int, count: Int)
  /// The file holds no tensor under a name; `found` says what it holds instead.
  case noTensors(path: String, found: String)
  /// Two tensors have the same name once prefixes are removed.
  case duplicateTensor(path: String, name: String)
  /// A tensor's shape is negative, too large to count or of too many dimensions.
  case impossibleShape(path: String, tensor: String, shape: [Int])
  /// A tensor's elements are of a type that is not read.
  case unsupportedType(path: String, tensor: String, type: String)
  /// A tensor reaches outside the elements stored for it.
  case tensorOutOfBounds(path: String, tensor: String, reach: String, stored: Int)
  /// Views expand a small file to more elements than a checkpoint of its size can mean.
  case expandsTooFar(path: String, tensor: String, elements: Int, limit: Int)

  // MARK: Pickles

  /// The pickle names something that could run code on the reader's machine.
  case dangerousGlobal(path: String, name: String)
  /// The pickle names something this reader does not know; reported by inspection, never thrown by reading.
  case unknownGlobal(path: String, name: String)
  /// The pickle is of another protocol than 2.
  case pickleProtocol(path: String, found: Int)
  /// The pickle has an instruction that no `torch.save` writes.
  case pickleInstruction(path: String, code: UInt8, offset: Int)
  /// An instruction's operands are not what it needs.
  case pickleOperand(path: String, offset: Int, expected: String, found: String)
  /// The pickle needs more of something than a checkpoint does: nesting, memory, stack.
  case pickleLimit(path: String, offset: Int, what: String, limit: Int)
  /// The pickle is a whole network saved as code and not its state dict.
  case wholeModule(path: String, type: String)
  /// The file is TorchScript: a program with its weights.
  case torchScript(path: String, entry: String)

  // MARK: PyTorch storages

  /// The numbers are stored big-endian.
  case bigEndian(path: String)
  /// A header value of the legacy stream is not what PyTorch writes.
  case legacyHeader(path: String, part: String, expected: String, found: String)
  /// A storage that a tensor refers to is not in the file.
  case storageMissing(path: String, key: String)
  /// A storage is declared in two ways, or its bytes are not as many as declared.
  case storageMismatch(path: String, key: String, expected: String, found: String)

  // MARK: Zip archives

  /// The archive does not end with exactly one plain end record.
  case zipEnd(path: String, found: String)
  /// The archive has a second end record, so that two readers may see two different archives.
  case zipSecondEnd(path: String, offset: Int)
  /// Two records of the archive contradict one another.
  case zipInconsistent(path: String, what: String, expected: String, found: String)
  /// An entry is compressed.
  case zipCompressed(path: String, entry: String, method: Int)
  /// An entry is encrypted.
  case zipEncrypted(path: String, entry: String)
  /// Two entries have the same name.
  case zipDuplicateEntry(path: String, entry: String)
  /// An entry's bytes overlap another's or the directory.
  case zipOverlap(path: String, entry: String)
  /// Bytes that belong to no entry stand before, between or after the entries.
  case zipHiddenBytes(path: String, offset: Int, count: Int)
  /// The directory and the entry itself disagree on its name.
  case zipNameMismatch(path: String, central: String, local: String)
  /// An entry's name is not plain UTF-8 text below one top folder.
  case zipName(path: String, entry: String)
  /// An entry's bytes do not have the checksum the directory gives.
  case zipChecksum(path: String, entry: String)
  /// A record every PyTorch archive has is not there.
  case zipRecordMissing(path: String, record: String)

  // MARK: safetensors

  /// The header's length is more than the file or the format allows.
  case headerLength(path: String, length: UInt64, limit: Int)
  /// The header is not the JSON the format asks for.
  case headerSyntax(path: String, offset: Int, expected: String)
  /// The header has the same key twice.
  case headerDuplicateKey(path: String, key: String)
  /// A tensor's bytes are not as many as its shape and type need.
  case dataLength(path: String, tensor: String, expected: Int, found: Int)
  /// Tensors leave a hole between them, overlap, or end elsewhere than the file.
  case dataOffsets(path: String, tensor: String, expected: Int, found: Int)

  // MARK: ONNX

  /// The first bytes are not those of an ONNX file.
  case notONNX(path: String, firstBytes: [UInt8])
  /// The file is a network and not a set of named tensors.
  case isNetwork(path: String)
  /// A number of the protobuf format is longer than 64 bits.
  case protobufVarint(path: String, part: String, offset: Int)
  /// A protobuf field is of another kind than it must be.
  case protobufField(path: String, part: String, offset: Int, expected: String, found: String)
  /// The file does not hold exactly one graph with its operators' version.
  case onnxStructure(path: String, found: String)
  /// The graph holds more of something than a classifier does.
  case onnxLimit(path: String, what: String, limit: Int)
  /// An attribute's content is not of its kind.
  case onnxAttribute(path: String, attribute: String, expected: String, found: String)
  /// Two nodes, inputs or constants make a value of one name.
  case onnxDuplicateValue(path: String, value: String)
  /// A value is read that nothing makes.
  case onnxMissingValue(path: String, value: String, reader: String)
  /// A value is read before it is made, or by what it is made from.
  case onnxOrder(path: String, value: String, reader: String)
  /// External data is named by something else than a plain name beside the model.
  case externalName(path: String, tensor: String, name: String)
  /// The file of external data is a symbolic link.
  case externalLink(path: String, tensor: String, name: String)
  /// External data lies outside its file, or its place is no number.
  case externalRange(path: String, tensor: String, found: String, size: Int?)

  // MARK: Writing

  /// A name that the format keeps for itself.
  case reservedName(path: String, name: String)
  /// A finite number too large for the storage type.
  case tooLargeForStorage(path: String, tensor: String, value: Float, storage: String)

  public var fault: Fault {
    switch self {
    case .reservedName, .tooLargeForStorage: .usage
    default: .badInput
    }
  }

  /// Whether the file is well-formed and only holds no tensors by name.
  var isAbsenceOfTensors: Bool {
    switch self {
    case .noTensors, .wholeModule: true
    default: false
    }
  }

  /// Whether the file is built in a way that only misleads or attacks a reader, as opposed to being damaged,
  /// incomplete or of a kind that is not read.
  var isSuspicious: Bool {
    switch self {
    case .dangerousGlobal, .pickleProtocol, .pickleInstruction, .pickleLimit, .expandsTooFar, .zipSecondEnd,
      .zipCompressed, .zipEncrypted, .zipDuplicateEntry, .zipOverlap, .zipHiddenBytes, .zipNameMismatch,
      .zipName, .zipInconsistent, .torchScript, .externalName, .externalLink, .onnxLimit:
      true
    default: false
    }
  }
}
