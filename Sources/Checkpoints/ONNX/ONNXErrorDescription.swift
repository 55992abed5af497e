import Files

extension CheckpointError {
  /// The messages about ONNX files.
  var networkDescription: String {
    switch self {
    case .notONNX(let path, let bytes):
      "\(path): expected an ONNX file, found one that begins with \(hex(bytes)); correct \"weights\" or "
        + "\"architecture\" in the card, or export it again with torch.onnx.export"
    case .isNetwork(let path):
      "\(path): expected named tensors, found an ONNX network; write \"architecture\": \"onnx\" in its card"
    case .protobufVarint(let path, let part, let offset):
      "\(path): expected a number of at most 64 bits in \(shown(part)) at byte \(offset), found a longer one; "
        + "the file is damaged: fetch or export it again"
    case .protobufField(let path, let part, let offset, let expected, let found):
      "\(path): expected \(expected) in \(shown(part)) at byte \(offset), found \(found); "
        + "the file is damaged: fetch or export it again"
    case .onnxStructure(let path, let found):
      "\(path): expected one graph of ONNX operators, found \(found); export it again with torch.onnx.export"
    case .onnxLimit(let path, let what, let limit):
      "\(path): expected at most \(limit) \(what), found more; get the file from a source you trust"
    case .onnxAttribute(let path, let attribute, let expected, let found):
      "\(path): expected \(expected) as attribute \(shown(attribute)), found \(found); export it again"
    case .onnxDuplicateValue(let path, let value):
      "\(path): expected each value made once, found \(shown(value)) made twice; export it again"
    case .onnxMissingValue(let path, let value, let reader):
      "\(path): expected something that makes \(shown(value)), which \(shown(reader)) reads, found nothing; "
        + "export it again"
    case .onnxOrder(let path, let value, let reader):
      "\(path): expected \(shown(value)) made before \(shown(reader)) reads it, found it made later or in a circle; "
        + "export it again"
    case .externalName(let path, let tensor, let name):
      "\(path): expected a plain file name beside the model for the numbers of \(shown(tensor)), found "
        + "“\(shown(name))”; get the file from a source you trust"
    case .externalLink(let path, let tensor, let name):
      "\(path): expected a file beside the model for the numbers of \(shown(tensor)), found the symbolic link "
        + "\(shown(name)); put the file itself there"
    case .externalRange(let path, let tensor, let found, let size):
      "\(path): expected the numbers of \(shown(tensor)) \(size.map { "within the \($0) bytes of their file" } ?? "at a place in their file"), "
        + "found \(shown(found)); fetch or export both files again"
    default: ""
    }
  }
}
