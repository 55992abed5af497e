import Files

extension CheckpointError {
  public var description: String {
    switch self {
    case .unrecognised(let path, let bytes):
      "\(path): expected a PyTorch, safetensors or ONNX file, found a file that begins with \(hex(bytes)); "
        + "export the weights with torch.save(model.state_dict(), …) or as safetensors"
    case .truncated(let path, let part, let offset, let needed, let available):
      "\(path): expected \(needed) more bytes of \(part) at byte \(offset), found \(available); "
        + "the file is cut off or damaged: fetch or export it again"
    case .trailingBytes(let path, let offset, let count):
      "\(path): expected the end at byte \(offset), found \(count) more bytes; fetch or export it again"
    case .noTensors(let path, let found):
      "\(path): expected tensors by name, found \(found); save model.state_dict()"
    case .duplicateTensor(let path, let name):
      "\(path): expected each tensor once, found \(shown(name)) twice; save one state dict a file"
    case .impossibleShape(let path, let tensor, let shape):
      "\(path): expected a shape of at most 64 countable dimensions for \(shown(tensor)), found "
        + "\(shown(shape.description)); export it again"
    case .unsupportedType(let path, let tensor, let type):
      "\(path): expected numbers of a type in \(ScalarType.allCases.map(\.rawValue).joined(separator: ", ")) "
        + "for \(shown(tensor)), found \(shown(type)); convert it to fp32 before saving"
    case .tensorOutOfBounds(let path, let tensor, let reach, let stored):
      "\(path): expected \(shown(tensor)) within its \(stored) stored elements, found \(reach); "
        + "export it again from a source you trust"
    case .expandsTooFar(let path, let tensor, let elements, let limit):
      "\(path): expected at most \(limit) elements in a file of this size, found \(elements) at "
        + "\(shown(tensor)); save contiguous tensors from a source you trust"
    case .dangerousGlobal(let path, let name):
      "\(path): expected weights only, found \(shown(name)), which can run code; nothing was run: "
        + "delete the file and get the weights from a source you trust"
    case .unknownGlobal(let path, let name):
      "\(path): expected names that every reader knows, found \(shown(name)), which another reader would "
        + "import; nothing was run: use it only with a reader that executes nothing"
    case .pickleProtocol(let path, let found):
      "\(path): expected pickle protocol 2, found \(found); save it again with torch.save's defaults"
    case .pickleInstruction(let path, let code, let offset):
      "\(path): expected a pickle as torch.save writes it, found instruction \(hex([code])) at byte "
        + "\(offset); save model.state_dict() again from a source you trust"
    case .pickleOperand(let path, let offset, let expected, let found):
      "\(path): expected \(expected) in the pickle at byte \(offset), found \(shown(found)); export it again"
    case .pickleLimit(let path, let offset, let what, let limit):
      "\(path): expected at most \(limit) \(what) in the pickle, found more at byte \(offset); "
        + "save model.state_dict() alone"
    case .wholeModule(let path, let type):
      "\(path): expected a state dict, found a whole object of type \(shown(type)), which needs its code; "
        + "save model.state_dict() and give that file"
    case .torchScript(let path, let entry):
      "\(path): expected a state dict, found a TorchScript program (\(shown(entry))); save "
        + "model.state_dict() and give that file"
    case .bigEndian(let path):
      "\(path): expected little-endian numbers, found big-endian; save it again on a little-endian machine"
    case .legacyHeader(let path, let part, let expected, let found):
      "\(path): expected \(expected) as the \(part), found \(shown(found)); export it again"
    case .storageMissing(let path, let key):
      "\(path): expected the numbers of storage \(shown(key)), found none; fetch or export it again"
    case .storageMismatch(let path, let key, let expected, let found):
      "\(path): expected \(expected) for storage \(shown(key)), found \(shown(found)); fetch or export it again"
    case .zipEnd, .zipSecondEnd, .zipInconsistent, .zipCompressed, .zipEncrypted, .zipDuplicateEntry,
      .zipOverlap, .zipHiddenBytes, .zipNameMismatch, .zipName, .zipChecksum, .zipRecordMissing:
      archiveDescription
    case .headerLength(let path, let length, let limit):
      "\(path): expected a header of at most \(limit) bytes, found \(length) declared; "
        + "the file is cut off or not safetensors: fetch or export it again"
    case .headerSyntax(let path, let offset, let expected):
      "\(path): expected \(expected) in the header at byte \(offset), found something else; export it again"
    case .headerDuplicateKey(let path, let key):
      "\(path): expected each key once in the header, found \(shown(key)) twice; export it again"
    case .dataLength(let path, let tensor, let expected, let found):
      "\(path): expected \(expected) bytes for \(shown(tensor)), found \(found); fetch or export it again"
    case .dataOffsets(let path, let tensor, let expected, let found):
      "\(path): expected data offset \(expected) at \(shown(tensor)), found \(found); fetch or export it again"
    case .notONNX, .isNetwork, .protobufVarint, .protobufField, .onnxStructure, .onnxLimit, .onnxAttribute,
      .onnxDuplicateValue, .onnxMissingValue, .onnxOrder, .externalName, .externalLink, .externalRange:
      networkDescription
    case .reservedName(let path, let name):
      "\(path): expected another name than \(shown(name)), which safetensors keeps for itself; rename it"
    case .tooLargeForStorage(let path, let tensor, let value, let storage):
      "\(path): expected numbers that \(storage) can hold, found \(value) in \(shown(tensor)); "
        + "write fp32 instead"
    }
  }

  private var archiveDescription: String {
    switch self {
    case .zipEnd(let path, let found):
      "\(path): expected a zip archive that ends with its end record, found \(found); "
        + "the file is cut off or has something appended: fetch or export it again"
    case .zipSecondEnd(let path, let offset):
      "\(path): expected one end record, found a second at byte \(offset); "
        + "two readers could see two archives: get the file from a source you trust"
    case .zipInconsistent(let path, let what, let expected, let found):
      "\(path): expected \(expected) as the \(what), found \(found); fetch or export it again"
    case .zipCompressed(let path, let entry, let method):
      "\(path): expected \(shown(entry)) stored as torch.save does, found compression method \(method); "
        + "save it again with torch.save"
    case .zipEncrypted(let path, let entry):
      "\(path): expected \(shown(entry)) in the clear, found it marked encrypted; save it again with torch.save"
    case .zipDuplicateEntry(let path, let entry):
      "\(path): expected each entry once, found \(shown(entry)) twice; get the file from a source you trust"
    case .zipOverlap(let path, let entry):
      "\(path): expected entries side by side, found \(shown(entry)) overlapping its neighbour; "
        + "get the file from a source you trust"
    case .zipHiddenBytes(let path, let offset, let count):
      "\(path): expected entries side by side, found \(count) bytes of no entry at byte \(offset); "
        + "save it again with torch.save"
    case .zipNameMismatch(let path, let central, let local):
      "\(path): expected entry \(shown(central)) as the directory says, found \(shown(local)); "
        + "get the file from a source you trust"
    case .zipName(let path, let entry):
      "\(path): expected plain entry names below one folder, found \(shown(entry)); save it again with torch.save"
    case .zipChecksum(let path, let entry):
      "\(path): expected the checksum the archive gives for \(shown(entry)), found another; "
        + "the file is damaged: fetch or export it again"
    case .zipRecordMissing(let path, let record):
      "\(path): expected the record \(shown(record)) of a PyTorch archive, found none; "
        + "save it with torch.save(model.state_dict(), …)"
    default: ""
    }
  }
}

/// Bytes as hexadecimal digits: `80 02 8a`.
func hex(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined(separator: " ")
}
