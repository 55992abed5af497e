import Files
import Foundation

@testable import Checkpoints
@testable import Imaging
@testable import Layers
@testable import Models
@testable import Tensors

/// What is fuzzed: one reader of files from elsewhere. Anything it does but return or throw an error of one line
/// is a fault.
enum Reader: String, CaseIterable {
  case safetensors
  case torchZip = "torch-zip"
  case torchLegacy = "torch-legacy"
  case onnx
  case card
  case picture

  /// Reads the bytes as far as a command would.
  func read(_ bytes: Data) {
    do {
      switch self {
      case .safetensors: try tensors(of: bytes, .safeTensors)
      case .torchZip: try tensors(of: bytes, .torchZip)
      case .torchLegacy: try tensors(of: bytes, .torchLegacy)
      case .onnx: try network(of: bytes)
      case .card: _ = try ModelCard(json: bytes, path: "fuzzed")
      case .picture: _ = try Picture(decoding: bytes, named: "fuzzed", alpha: .kept, orientation: .applied)
      }
    } catch {
      guard error is any ReportableError, !"\(error)".contains("\n") else {
        fatalError("an error that is none of Patchwork's, or of several lines: \(error)")
      }
    }
  }

  private func tensors(of bytes: Data, _ format: Checkpoint.Format) throws {
    let file = CheckpointFile(path: "fuzzed", bytes: bytes)
    for policy in [PickleMachine.Policy.note, .refuse] {
      var globals: [PickleGlobal] = []
      let contents = try format.contents(of: file, policy: policy, globals: &globals)
      // Views may expand a small file to a million elements; to convert them all teaches nothing and takes long.
      for (_, layout) in contents.layouts where layout.count <= 1 << 12 { _ = layout.tensor(from: file) }
    }
  }

  private func network(of bytes: Data) throws {
    let file = try ONNXFile(CheckpointFile(path: "fuzzed", bytes: bytes))
    let network = try ONNXImporter.network(of: file, pictureSide: nil)
    _ = network.folded().receptiveField
  }
}
