import Datasets
import Tensors

/// Which shapes meet which textures: pairs of pictures of different categories, chosen by a seed.
///
/// Every pair of categories comes up as often as every other, and within it every picture, as far as numbers allow.
/// A longer plan begins with the shorter one.
public struct CueConflictPlan: Sendable {
  /// One picture to be made.
  public struct Item: Sendable, Hashable {
    /// `<shape>/<shape><n>-<texture><m>.png`; n and m are the places, from 1, of the pictures among those of their
    /// category in sorted order.
    public let path: String
    public let shape: ImageFolder.Item
    public let texture: ImageFolder.Item
  }

  public let shapes: ImageFolder
  public let textures: ImageFolder
  public let items: [Item]
  /// The categories of shapes and textures by folder, where a folder's name is another.
  public let renamed: [String: String]

  /// - Parameter count: pictures in all; one for each pair of categories when nil.
  /// - Throws: `DistortionsError`.
  public init(
    shapes: ImageFolder, textures: ImageFolder, categories: CueCategories, count: Int? = nil, seed: UInt64
  ) throws {
    var renamed: [String: String] = [:]
    func pools(_ folder: ImageFolder) throws -> [(category: String, items: [ImageFolder.Item])] {
      var pools: [String: [ImageFolder.Item]] = [:]
      var known: [String: String?] = [:]
      for item in folder.items {
        let category = try known[item.classFolder] ?? categories.category(ofFolder: item.classFolder)
        known[item.classFolder] = .some(category)
        guard let category else { continue }
        if category != item.classFolder { renamed[item.classFolder] = category }
        pools[category, default: []].append(item)
      }
      return pools.sorted { PictureFiles.isBefore($0.key, $1.key) }.map { ($0.key, $0.value) }
    }
    let (shapePools, texturePools) = (try pools(shapes), try pools(textures))
    var pairs: [(shape: Int, texture: Int)] = []
    for shape in shapePools.indices {
      for texture in texturePools.indices where shapePools[shape].category != texturePools[texture].category {
        pairs.append((shape, texture))
      }
    }
    guard !pairs.isEmpty else {
      throw DistortionsError.tooFewCategories(
        shapes: shapePools.map(\.category), textures: texturePools.map(\.category))
    }
    let most = pairs.reduce(0) {
      $0 + shapePools[$1.shape].items.count * texturePools[$1.texture].items.count
    }
    let wanted = count ?? pairs.count
    guard wanted <= most else { throw DistortionsError.tooFewPairs(pairs: most, asked: wanted) }
    var generator = SeededGenerator(seed: seed, stream: 1)
    var shapeTurns = shapePools.map { Turns(count: $0.items.count, using: &generator) }
    var textureTurns = texturePools.map { Turns(count: $0.items.count, using: &generator) }
    var used: Set<[Int]> = []
    var items: [Item] = []
    while items.count < wanted {
      for pair in pairs.shuffled(using: &generator) where items.count < wanted {
        let (shapeOrder, textureOrder) = (shapeTurns[pair.shape].order, textureTurns[pair.texture].order)
        // The next of both that have not met.
        let tries = shapeOrder.count * textureOrder.count
        let found = (0..<tries).lazy.map {
          (shapeOrder[$0 / textureOrder.count], textureOrder[$0 % textureOrder.count])
        }.first { used.insert([pair.shape, pair.texture, $0.0, $0.1]).inserted }
        guard let (n, m) = found else { continue }
        shapeTurns[pair.shape].take(n)
        textureTurns[pair.texture].take(m)
        let (shape, texture) = (shapePools[pair.shape], texturePools[pair.texture])
        items.append(
          Item(
            path: "\(shape.category)/\(shape.category)\(n + 1)-\(texture.category)\(m + 1).png",
            shape: shape.items[n], texture: texture.items[m]))
      }
    }
    (self.shapes, self.textures, self.items, self.renamed) = (shapes, textures, items, renamed)
  }

  /// Whose turn it is: those taken longest ago come first.
  private struct Turns {
    private(set) var order: [Int]

    init(count: Int, using generator: inout SeededGenerator) {
      order = Array(0..<count).shuffled(using: &generator)
    }

    mutating func take(_ member: Int) {
      order.removeAll { $0 == member }
      order.append(member)
    }
  }
}
