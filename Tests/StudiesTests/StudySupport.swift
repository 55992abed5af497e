import Files
import Foundation
import Layers
import Models
import Probes
import Studies

/// A folder that is removed with the value that owns it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("studies-\(UUID().uuidString)").path
    try AtomicFile.makeFolder(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// The smallest header that passes for a PNG of the given size.
func pngHeader(width: UInt32 = 4, height: UInt32 = 3) -> Data {
  var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13])
  data.append(contentsOf: Array("IHDR".utf8))
  for side in [width, height] { withUnsafeBytes(of: side.bigEndian) { data.append(contentsOf: $0) } }
  return data
}

func modelRecord(_ name: String = "bagnet17", weights: String = "a") -> ModelRecord {
  ModelRecord(
    card: ModelCard(
      name: name, architecture: "bagnet17", classes: ["n1", "n2"], classNames: ["tench", "golf ball"],
      preprocessing: Preprocessing(resizeShorterSide: 112, centerCrop: 96, mean: [0.485, 0.456, 0.406])),
    weightsSHA256: String(repeating: weights, count: 64), parameters: 1_004_074,
    receptiveField: ReceptiveField(size: 17, stride: 8, offset: 0), inputSize: 96)
}

func runDescription(
  _ kind: QuestionKind, model: ModelRecord = modelRecord(), target: Int? = nil, seed: UInt64 = .max,
  options: [String: String] = ["corpus": "val", "limit": "10"]
) -> RunDescription {
  RunDescription(
    kind: kind, model: model, target: target, command: "patchwork evaluate --limit 10", seed: seed,
    threads: 2,
    processor: "Zen 4", options: options, toolVersion: "0.1.0")
}
