import Datasets
import Files
import Imaging
import Tensors

/// The procedural corpus `silhouettes`: the shapes of the 16 entry-level categories in hand-written outlines, filled
/// with one procedural texture for each category.
///
/// A picture depends on seed, condition, index and size only, and is made of operations that every machine rounds
/// alike: it may be asked for in any order, on any thread and any machine, and is the same bytes. No picture is ever
/// stored. The conditions are those of cue-conflict work (Geirhos et al. 2019, 1811.12231) and two more whose answer
/// is known, to check a measurement of bias by.
public struct SilhouetteCorpus: DrawnPictures, Hashable {
  public let condition: SilhouetteCondition
  /// How many pictures there are.
  public let count: Int
  /// Pixels of a picture's side.
  public let size: Int
  public let seed: UInt64

  /// Sides that pictures may have, in pixels.
  public static let sizes = 16...2048
  /// Numbers of pictures that a corpus may have.
  public static let counts = 1...100_000_000

  /// - Throws: `SilhouettesError.impossibleCorpus` for a number or size out of bounds.
  public init(condition: SilhouetteCondition, count: Int, size: Int = 96, seed: UInt64 = 0) throws {
    guard SilhouetteCorpus.counts.contains(count) else {
      throw SilhouettesError.impossibleCorpus(
        quantity: "pictures", bounds: SilhouetteCorpus.counts, found: count)
    }
    guard SilhouetteCorpus.sizes.contains(size) else {
      throw SilhouettesError.impossibleCorpus(
        quantity: "pixels a side", bounds: SilhouetteCorpus.sizes, found: size)
    }
    self.condition = condition
    self.count = count
    self.size = size
    self.seed = seed
  }

  /// The 16 categories, sorted; labels are indices of these.
  public var classes: [String] { EntryLevelCategories.names }

  /// The class that picture `index` counts for: the shape's, or the texture's where only that predicts.
  public func label(_ index: Int) -> Int {
    checked(index)
    return index % classes.count
  }

  /// The shape's category; nil where there is none.
  public func shape(_ index: Int) -> String? { cues(index).shape.map { classes[$0.index] } }

  /// The texture's category, or the name of a family that belongs to none; nil where there is no texture.
  public func texture(_ index: Int) -> String? {
    cues(index).texture.map { SilhouetteCorpus.family($0).name }
  }

  /// The file name, `<shape><n>-<texture><m>.png` as `StimulusName` reads it, or `<category><n>.png` where there is
  /// one cue only. No two pictures of a corpus share a name.
  public func name(_ index: Int) -> String {
    let cues = cues(index)
    let shape = cues.shape.map { "\(classes[$0.index])\($0.number)" }
    let texture = cues.texture.map { "\(SilhouetteCorpus.family($0).name)\($0.number)" }
    return [shape, texture].compactMap { $0 }.joined(separator: "-") + ".png"
  }

  /// Draws picture `index`: `size` × `size` pixels of RGB.
  public func picture(_ index: Int) throws -> Picture {
    let cues = cues(index)
    let outline = cues.shape.map(posed)
    let paint = cues.texture.map { cue in
      var generator = generator(.texture, cue)
      return TexturePaint(SilhouetteCorpus.family(cue), size: size, using: &generator)
    }
    var ground = generator(.ground, cues.shape ?? .init(index: 0, number: index))
    switch (outline, paint) {
    case (let outline?, let paint?):
      let coverage = OutlineCoverage(of: outline(size), width: size, height: size)
      return SilhouetteCanvas.textured(paint, coverage, using: &ground)
    case (let outline?, nil):
      let coverage =
        condition == .edges
        ? EdgeDrawing.coverage(size: size, outline)
        : OutlineCoverage(of: outline(size), width: size, height: size).values
      return SilhouetteCanvas.drawn(coverage, size: size, using: &ground)
    case (nil, let paint?): return SilhouetteCanvas.texture(paint, size: size)
    case (nil, nil): preconditionFailure("a picture shows a shape or a texture")
    }
  }

  /// Where the shape of picture `index` is: black on white, grey where a pixel is partly covered; nil where there is no
  /// shape.
  public func silhouette(_ index: Int) -> Picture? {
    cues(index).shape.map { cue in
      let coverage = OutlineCoverage(of: posed(cue)(size), width: size, height: size).values
      return Picture(
        width: size, height: size,
        bytes: coverage.flatMap { share in
          [UInt8](repeating: UInt8((255 * (1 - min(max(share, 0), 1))).rounded()), count: 3)
        })
    }
  }

  // MARK: Choices

  /// What is chosen at random, each from a stream of its own.
  private enum Part: UInt64 {
    case cues, shape, texture, ground
  }

  private func generator(_ part: Part, _ cue: SilhouetteCues.Cue) -> SeededGenerator {
    let stream = (condition.group << 4 | part.rawValue) << 8 | UInt64(cue.index)
    return SeededGenerator(seed: seed, stream: stream << 32 | UInt64(cue.number))
  }

  func cues(_ index: Int) -> SilhouetteCues {
    checked(index)
    var generator = generator(.cues, .init(index: 0, number: index))
    return SilhouetteCues(
      condition, index: index, classes: classes.count, families: SilhouetteCorpus.families.count,
      using: &generator)
  }

  /// Gives the shape of a cue in the pixels of a picture of any side.
  private func posed(_ cue: SilhouetteCues.Cue) -> (Int) -> Outline {
    var generator = generator(.shape, cue)
    let variants = SilhouetteOutlines.categories[cue.index].variants
    let outline = variants[generator.uniform(below: variants.count)]
    let pose = SilhouettePose(using: &generator)
    return { pose.placed(outline, in: $0) }
  }

  private static let families = TextureCatalogue.categories + TextureCatalogue.neutral

  private static func family(_ cue: SilhouetteCues.Cue) -> TextureFamily { families[cue.index] }

  /// The SHA-256 of all that decides a picture.
  public func digest(_ index: Int) -> [UInt8] {
    SHA256.digest(of: "silhouettes \(condition.rawValue) \(size) \(seed) \(index)".utf8)
  }

  private func checked(_ index: Int) {
    precondition(index >= 0 && index < count, "picture \(index) of \(count)")
  }
}
