import Files
import Tensors

/// What can be wrong with a network, its weights or its card.
public enum ModelError: ReportableError, Equatable {
  /// No architecture of that name is in the catalogue.
  case unknownArchitecture(name: String, known: [String])
  /// Neither a file nor a network of the zoo.
  case noSuchNetwork(reference: String)
  /// A file that is neither a card nor self-describing.
  case notACard(path: String)
  /// A parameter the architecture needs is not among the weights.
  case missingParameter(architecture: String, key: String, found: [String])
  /// A parameter has a shape that the architecture cannot have.
  case wrongShape(architecture: String, key: String, expected: String, found: Shape)
  /// The weights hold parameters the architecture does not know.
  case unknownParameters(architecture: String, keys: [String])
  /// The card and the weights disagree on the number of classes.
  case wrongClassCount(name: String, card: Int, weights: Int)
  /// The card is not JSON of the form Patchwork reads.
  case badCard(path: String, reason: String)
  /// A safetensors file without a card in its metadata.
  case noCard(path: String)
  /// The picture's size does not suit the network.
  case wrongImageShape(name: String, expected: String, found: Shape)
  /// An ONNX file where a card was expected.
  case networkWithoutCard(path: String)
  /// An ONNX graph has an operator that is not read.
  case unsupportedOperator(path: String, operation: String, node: String)
  /// An ONNX operator's settings or operands are not what a layer can do.
  case unsuitableOperator(path: String, operation: String, node: String, expected: String, found: String)
  /// An ONNX graph's input or output is not a classifier's.
  case unsuitableGraph(path: String, expected: String, found: String)
  /// An ONNX network cannot be rewritten under an architecture's names.
  case notConvertible(name: String)
  /// Pictures of another shape than `[batch, 3, height, width]`.
  case imagesShape(found: String)
  /// A network gave NaN or infinity for a picture.
  case logitsNotFinite(model: String, image: String)
  /// A network gave logits of another shape than its card says.
  case logitsShape(model: String, expected: String, found: String)
  /// A class index that the network does not have.
  case classOutOfRange(index: Int, count: Int, model: String)
  /// What was asked needs a BagNet.
  case notLocal(name: String, architecture: String)

  public var fault: Fault {
    switch self {
    case .notLocal, .notConvertible, .classOutOfRange: .usage
    case .logitsNotFinite, .logitsShape: .failure
    case .noSuchNetwork: .missingFile
    default: .badInput
    }
  }

  public var description: String {
    switch self {
    case .logitsNotFinite(let model, let image):
      "\(model): expected finite logits, found NaN or infinity on \(image); check the weights and the "
        + "preprocessing of its card"
    case .logitsShape(let model, let expected, let found):
      "\(model): expected logits \(expected) from its card's classes, found \(found); correct the card"
    case .classOutOfRange(let index, let count, let model):
      "\(model): expected a class index in 0..<\(count), found \(index); check the class list or its mapping"
    case .imagesShape(let found):
      "expected pictures [batch, 3, height, width], found \(found); check the picture source"
    case .unknownArchitecture(let name, let known):
      "expected an architecture Patchwork knows (\(known.joined(separator: ", "))), found '\(name)'; "
        + "name one of these"
    case .noSuchNetwork(let reference):
      "\(reference): no such file, nor a network that comes with Patchwork; check the path, or choose a name from "
        + "'patchwork models'"
    case .notACard(let path):
      "\(path): expected a model card (.json) or a self-describing .safetensors file, found another kind; "
        + "weights such as .pth need a card beside them: name the card"
    case .missingParameter(let architecture, let key, let found):
      "expected the weights of a \(architecture), found no parameter '\(key)' among "
        + "\(ModelError.listed(found)); check \"architecture\" in the card"
    case .wrongShape(let architecture, let key, let expected, let found):
      "expected '\(key)' of a \(architecture) to be \(expected), found \(found); check \"architecture\" in the card"
    case .unknownParameters(let architecture, let keys):
      "expected the weights of a \(architecture), found parameters it does not have: "
        + "\(ModelError.listed(keys)); check \"architecture\" in the card"
    case .wrongClassCount(let name, let card, let weights):
      "\(name): expected as many classes in the card as in the weights (\(weights)), found \(card); "
        + "correct \"classes\" and \"class_names\" in the card"
    case .badCard(let path, let reason):
      "\(path): expected a model card, found \(shown(reason)); see the README's section on model cards"
    case .noCard(let path):
      "\(path): expected a model card in the file's metadata, found none; write one with 'patchwork weights convert' "
        + "or put a card (.json) beside the file and name that"
    case .wrongImageShape(let name, let expected, let found):
      "\(name): expected pictures of \(expected), found \(found); check \"preprocessing\" in the card"
    case .networkWithoutCard(let path):
      "\(path): expected a model card, found an ONNX network; write a card (.json) beside it with "
        + "\"architecture\": \"onnx\", \"weights\" and \"classes\", and name that"
    case .unsupportedOperator(let path, let operation, let node):
      "\(path): expected operators that Patchwork reads (see the README), found '\(shown(operation))' at node "
        + "'\(shown(node))'; put a layer of these in its place and export again with "
        + "torch.onnx.export(model.eval(), …)"
    case .unsuitableOperator(let path, let operation, let node, let expected, let found):
      "\(path): expected \(expected) for '\(shown(operation))' at node '\(shown(node))', found "
        + "\(shown(found)); change that layer and export again with torch.onnx.export(model.eval(), …)"
    case .unsuitableGraph(let path, let expected, let found):
      "\(path): expected \(expected), found \(shown(found)); export a classifier again with "
        + "torch.onnx.export(model.eval(), …) and a card that fits"
    case .notConvertible(let name):
      "\(name): expected a network of an architecture Patchwork knows, found an ONNX network; keep the .onnx file "
        + "and its card, which every command reads"
    case .notLocal(let name, let architecture):
      "\(name): expected a BagNet, whose evidence is local, found a \(architecture); choose a BagNet or another method"
    }
  }

  private static func listed(_ names: [String]) -> String {
    let sorted = names.sorted()
    let shown = sorted.prefix(3).joined(separator: ", ")
    return sorted.count > 3 ? "\(shown) and \(sorted.count - 3) more" : shown.isEmpty ? "none" : shown
  }
}
