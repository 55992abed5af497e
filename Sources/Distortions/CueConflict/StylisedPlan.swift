import Datasets
import Imaging
import Tensors

/// Every picture of a corpus in the texture of one of a list's pictures, chosen by a seed, as Stylized-ImageNet has them
/// (Geirhos et al. 2019, 1811.12231).
public struct StylisedPlan: Sendable {
  /// The work to do: pictures keep their folders and names.
  public let making: [CueMaking.Item]

  /// - Parameters:
  ///   - pictures: those whose shapes are kept.
  ///   - textures: paintings, say; a folder without classes will do.
  ///   - limit: only the first so many pictures in sorted order.
  /// - Throws: `DistortionsError.sameName` when two pictures differ in their extensions alone.
  public init(pictures: ImageFolder, textures: PictureList, limit: Int? = nil, seed: UInt64) throws {
    let items = pictures.items.prefix(limit ?? .max)
    var seen: [String: String] = [:]
    making = try items.enumerated().map { number, item in
      let stem =
        item.relativePath.lastIndex(of: ".").map { item.relativePath[..<$0] } ?? item.relativePath[...]
      let path = "\(stem).png"
      if let other = seen.updateValue(item.relativePath, forKey: path) {
        throw DistortionsError.sameName(first: other, second: item.relativePath)
      }
      var generator = SeededGenerator(seed: seed, stream: UInt64(number) + 2)
      // Apart from what the making itself draws.
      var own = SeededGenerator(seed: generator.next(), stream: 1)
      let texture = textures.paths[own.uniform(below: textures.paths.count)]
      return CueMaking.Item(path: path, names: (item.relativePath, texture)) {
        (try pictures.picture(of: item, alpha: .kept), try Picture(contentsOf: texture, alpha: .kept))
      }
    }
  }
}
