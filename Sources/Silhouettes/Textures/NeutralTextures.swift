import Tensors

/// Marble: white stone with branching grey veins. It belongs to no category.
struct Marble: Texture {
  private let seed: UInt32
  private let stone: Colour

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    stone = mixed(Colour(0.92, 0.9, 0.88), Colour(0.62, 0.74, 0.68), generator.uniform())
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let bend = noise(x * 0.07, y * 0.07, seed) * 2.4 + noise(x * 0.19, y * 0.19, seed &+ 1) * 0.9
    let vein = abs(wave(x / 34 + y / 52 + bend))
    let cloud = noise(x * 0.12, y * 0.12, seed &+ 2) - 0.5
    return mixed(Colour(0.28, 0.28, 0.3), stone + cloud * 0.2, ramp(0.02, 0.4, vein))
  }
}

/// Knitted zigzags in two colours. They belong to no category.
struct Zigzags: Texture {
  private let first: Colour
  private let second: Colour

  init(using generator: inout SeededGenerator) {
    first = Colour(generator.uniform(), generator.uniform(), generator.uniform())
    second = 0.9 - first * 0.8
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let fold = abs(fraction(x / 10) - 0.5) * 10
    let band = wave((y + fold) / 8)
    return mixed(first, second, ramp(-0.25, 0.25, band))
  }
}

/// Chips of many colours in plaster. They belong to no category.
struct Terrazzo: Texture {
  private let seed: UInt32
  private let ground: Colour

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    ground = Colour(repeating: generator.uniform(in: 0.6...0.95))
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let cell = Cell(at: x / 7, y / 7, spread: 0.9, seed)
    let chip =
      Colour(
        Float(cell.hash & 255), Float(cell.hash >> 8 & 255), Float(cell.hash >> 16 & 255)) / 255
    let edge = (cell.second - cell.nearest) * 7
    return mixed(ground, chip, ramp(1.2, 2, edge))
  }
}

/// Rings around scattered points. They belong to no category.
struct Ripples: Texture {
  private let seed: UInt32
  private let dark: Colour
  private let light: Colour

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    dark = Colour(generator.uniform(), generator.uniform(), generator.uniform()) * 0.5
    light = dark + 0.45
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let cell = Cell(at: x / 30, y / 30, spread: 0.6, seed)
    return mixed(dark, light, ramp(-0.7, 0.7, wave(cell.nearest * 5.2)))
  }
}
