import Files
import Imaging
import Synchronization
import Tensors
import Testing

@testable import Silhouettes

@Suite struct SilhouettePictureTests {
  private func digest(_ condition: SilhouetteCondition, size: Int = 96) throws -> String {
    let corpus = try SilhouetteCorpus(condition: condition, count: 64, size: size, seed: 2026)
    var hash = SHA256()
    for index in stride(from: 0, to: 64, by: 3) { hash.update(with: try corpus.picture(index).bytes) }
    return hash.finalize().prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// The bytes are part of what a seed promises: whoever changes an outline or a texture changes these on purpose.
  @Test(arguments: [
    (SilhouetteCondition.congruent, "b126fe7b82cc1ab5"),
    (.cueConflict, "9f7f210bc9a3f280"),
    (.shapeOnly, "a26df44c25fecf38"),
    (.edges, "b844b89b70f7ae4c"),
    (.textureOnly, "4469ab2436eeb5a1"),
    (.stylised, "ebba26e52a2f2495"),
    (.textureCue, "e284bab2469c2c29"),
    (.shapeCue, "13a69ccee4b17be4"),
  ])
  func theSameSeedGivesTheSameBytesOnEveryMachine(_ condition: SilhouetteCondition, _ expected: String) throws
  {
    #expect(try digest(condition) == expected)
  }

  @Test func otherSizesKeepTheirBytesToo() throws {
    #expect(try digest(.cueConflict, size: 64) == "717ee6afa4977fd5")
    #expect(try digest(.edges, size: 41) == "462124418e0f9d0d")
  }

  @Test(arguments: SilhouetteCondition.allCases)
  func orderAndThreadsDoNotMatter(_ condition: SilhouetteCondition) throws {
    let corpus = try SilhouetteCorpus(condition: condition, count: 1000, size: 48, seed: 7)
    let indices = [999, 0, 512, 33, 34, 35, 7, 998]
    let alone = try indices.map { try corpus.picture($0) }
    let found = Mutex<[Int: Picture]>([:])
    Workers(count: 4).forEach(indices.count) { block in
      let index = indices[indices.count - 1 - block]
      let picture = try? corpus.picture(index)
      found.withLock { $0[index] = picture }
    }
    #expect(found.withLock { found in indices.map { found[$0] } } == alone)
    #expect(Set(alone).count == indices.count)
  }

  @Test func aLongerCorpusBeginsWithTheShorter() throws {
    let short = try SilhouetteCorpus(condition: .stylised, count: 20, size: 32)
    let long = try SilhouetteCorpus(condition: .stylised, count: 2000, size: 32)
    for index in 0..<20 {
      #expect(try short.picture(index) == long.picture(index))
      #expect(short.name(index) == long.name(index))
    }
  }

  @Test func anotherSeedGivesOtherPictures() throws {
    let first = try SilhouetteCorpus(condition: .congruent, count: 4, size: 32, seed: 0)
    let second = try SilhouetteCorpus(condition: .congruent, count: 4, size: 32, seed: 1)
    for index in 0..<4 { #expect(try first.picture(index) != second.picture(index)) }
  }

  @Test func everyPoseOfEveryOutlineFillsMostOfThePictureAndStaysInside() throws {
    for (name, variants) in SilhouetteOutlines.categories {
      for (variant, outline) in variants.enumerated() {
        for stream in 0..<12 as Range<UInt64> {
          var generator = SeededGenerator(seed: 1, stream: stream)
          let placed = SilhouettePose(using: &generator).placed(outline, in: 96)
          let bounds = try #require(placed.bounds)
          #expect(bounds.lower.min() >= -0.01 && bounds.upper.max() <= 96.01, "\(name) \(variant)")
          #expect((bounds.upper - bounds.lower).max() > 0.83 * 96, "\(name) \(variant)")
          let coverage = OutlineCoverage(of: placed, width: 96, height: 96).values
          let share = coverage.reduce(0, +) / (96 * 96)
          #expect(share > 0.1 && share < 0.92, "\(name) \(variant) covers \(share)")
        }
      }
    }
  }

  @Test func shapeAndTextureOfANumberAreTheSameInEveryTest() throws {
    func corpus(_ condition: SilhouetteCondition) throws -> SilhouetteCorpus {
      try SilhouetteCorpus(condition: condition, count: 160, seed: 9)
    }
    let filled = try corpus(.shapeOnly)
    let conflicts = try corpus(.cueConflict)
    for index in [5, 40, 131] {
      // A filled silhouette is dark exactly where the conflict shows its texture and not the soft background.
      #expect(filled.shape(index) == conflicts.shape(index))
      let cue = try #require(conflicts.cues(index).shape)
      #expect(filled.cues(index).shape == cue)
      #expect(filled.name(index) == conflicts.name(index).split(separator: "-")[0] + ".png")
    }
  }

  @Test func filledSilhouettesAreDarkOnLightAndEdgesAreTheirRims() throws {
    let filled = try SilhouetteCorpus(condition: .shapeOnly, count: 64, seed: 4)
    let edges = try SilhouetteCorpus(condition: .edges, count: 64, seed: 4)
    for index in 0..<64 {
      let (shape, rim) = (try filled.picture(index), try edges.picture(index))
      func isDark(_ picture: Picture, _ x: Int, _ y: Int, below level: UInt8 = 100) -> Bool {
        picture[x: x, y: y, channel: 0] < level
      }
      var (inShape, inRim, inner) = (0, 0, 0)
      for y in 3..<93 {
        for x in 3..<93 {
          if isDark(shape, x, y) { inShape += 1 }
          if isDark(rim, x, y) { inRim += 1 }
          let isDeep = (-3...3).allSatisfy { dy in
            // Ink is at most 41 of 255: a pixel that the shape does not fill is lighter.
            (-3...3).allSatisfy { dx in isDark(shape, x + dx, y + dy, below: 42) }
          }
          if isDeep && isDark(rim, x, y) { inner += 1 }
        }
      }
      #expect(inShape > 700 && inRim > 150 && inRim < inShape * 3, "picture \(index)")
      #expect(inner == 0, "picture \(index): rims run inside the shape")
    }
  }

  @Test func texturesHaveContrastAndNoTwoFamiliesTheSameColours() throws {
    let corpus = try SilhouetteCorpus(condition: .textureOnly, count: 160, seed: 8)
    var spreads = [Double](repeating: 0, count: 16)
    for index in 0..<160 {
      let bytes = try corpus.picture(index).bytes
      let greens = stride(from: 1, to: bytes.count, by: 3).map { Double(bytes[$0]) }
      let mean = greens.reduce(0, +) / Double(greens.count)
      let variance = greens.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(greens.count)
      spreads[corpus.label(index)] += variance.squareRoot() / 10
    }
    for (family, spread) in spreads.enumerated() {
      #expect(spread > 14, "\(corpus.classes[family]) is nearly one colour: \(spread)")
    }
  }
}
