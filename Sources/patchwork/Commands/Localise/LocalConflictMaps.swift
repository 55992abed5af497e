import Checkpoints
import Files
import Foundation
import Imaging
import Probes
import Tensors

/// The maps of a network's first stimuli as pictures on one scale, and as numbers.
struct LocalConflictMaps: Sendable {
  private let model: String
  private let pictures: [(name: String, picture: Picture)]
  private let cells: [String: Tensor]

  /// - Parameter count: at most so many stimuli, the first that can be read.
  /// - Throws: what the network throws; stimuli that cannot be read are passed over.
  init(
    _ probe: LocalConflictProbe, of stimuli: SilhouettedStimuli, count: Int, on workers: Workers
  ) throws {
    model = probe.classifier.card.name
    var maps: [(picture: Tensor, map: EvidenceMap)] = []
    for index in 0..<stimuli.count where maps.count < count {
      guard (try? stimuli.images(at: [index])) != nil else { continue }
      maps.append(try probe.map(of: index, in: stimuli, on: workers))
    }
    let rendering = HeatmapRendering(scale: SignedColourScale(sharedBy: maps.map(\.map.cells)))
    pictures = try maps.map {
      ($0.map.image, Picture(try rendering.pixels(of: $0.map, over: $0.picture)).enlarged)
    }
    cells = Dictionary(
      maps.map { ($0.map.image, Tensor($0.map.cells, shape: [$0.map.rows, $0.map.columns])) }
    ) { first, _ in first }
  }

  /// Writes `<network>-<stimulus>.png` for each stimulus and `<network>-cells.safetensors`, in which each stimulus' name
  /// has its cells `[rows, columns]`.
  ///
  /// - Returns: the paths written.
  /// - Throws: `FileError.unwritable`, `ImagingError`, `CheckpointError`.
  func write(in folder: String) throws -> [String] {
    if !FileManager.default.fileExists(atPath: folder) { try AtomicFile.makeFolder(folder) }
    let prefix = (folder as NSString).appendingPathComponent(fileName(model))
    var paths: [String] = []
    for (name, picture) in pictures {
      paths.append("\(prefix)-\((name as NSString).deletingPathExtension).png")
      try picture.writePNG(to: paths[paths.count - 1])
    }
    guard !cells.isEmpty else { return paths }
    paths.append("\(prefix)-cells.safetensors")
    try SafeTensors.write(cells, to: paths[paths.count - 1])
    return paths
  }
}
