import Datasets
import Files
import Imaging
import Tensors

/// Makes pictures out of shapes and textures, one after the other, into a folder that resumes.
public struct CueMaking: Sendable {
  /// One picture to be made.
  public struct Item: Sendable {
    /// Where it goes in the folder.
    public let path: String
    /// The pictures it is made of, as messages call them.
    public let names: (shape: String, texture: String)
    let pictures: @Sendable () throws -> (shape: Picture, texture: Picture)
  }

  /// What a run ends with.
  public struct Result: Sendable {
    /// Made in this run.
    public var made = 0
    /// There before it.
    public var kept = 0
    /// Not made, and why.
    public var skipped: [LeftOut] = []
  }

  public let items: [Item]
  public let merging: any CueMerging
  /// Pixels of the pictures' side.
  public let side: Int
  public let seed: UInt64

  /// Sides of pictures.
  public static let sides = 32...2048

  public init(_ items: [Item], by merging: any CueMerging, side: Int, seed: UInt64) {
    self.items = items
    self.merging = merging
    self.side = side
    self.seed = seed
  }

  /// Makes what the folder has not yet.
  ///
  /// - Parameter progress: called with the pictures that are done, a fraction of one included, and the path of the one
  ///   in the making; throwing ends the run.
  /// - Throws: `FileError.unwritable`; errors that are not a picture's own.
  public func run(
    into folder: MakingFolder, on workers: Workers, progress: (Double, String) throws -> Void
  ) throws -> Result {
    var result = Result()
    for (number, item) in items.enumerated() {
      try progress(Double(number), item.path)
      guard !folder.contains(item.path) else {
        result.kept += 1
        continue
      }
      // A picture's numbers do not depend on which were made before it.
      var generator = SeededGenerator(seed: seed, stream: UInt64(number) + 2)
      let picture: Tensor
      do {
        let cues = try cues(of: item)
        picture = try merging.merge(
          shape: cues.shape, texture: cues.texture, using: &generator, on: workers
        ) { share in try progress(Double(number) + min(share, 1), item.path) }
      } catch let error as any ReportableError where [.badInput, .missingFile].contains(error.fault) {
        result.skipped.append(LeftOut(path: item.path, reason: error.description))
        continue
      }
      try folder.add(Picture(picture), as: item.path)
      result.made += 1
    }
    try progress(Double(items.count), "")
    return result
  }

  /// The two pictures that an item is made of.
  ///
  /// - Throws: `FileError` or `ImagingError`.
  func cues(of item: Item) throws -> (shape: CuePicture, texture: CuePicture) {
    let pictures = try item.pictures()
    return (try CuePicture(pictures.shape, side: side), try CuePicture(pictures.texture, side: side))
  }
}

extension CueConflictPlan {
  /// The plan's pictures as work to do.
  public var making: [CueMaking.Item] {
    items.map { item in
      CueMaking.Item(path: item.path, names: (item.shape.relativePath, item.texture.relativePath)) {
        [shapes, textures] in
        (
          try shapes.picture(of: item.shape, alpha: .kept),
          try textures.picture(of: item.texture, alpha: .kept)
        )
      }
    }
  }
}
