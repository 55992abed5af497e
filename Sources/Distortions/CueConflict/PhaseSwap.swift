import Tensors

/// The Fourier phase of one picture with the amplitudes of another, channel by channel (Oppenheim & Lim 1981, The
/// importance of phase in signals): edges are where the phases put them, and how strong each frequency is comes from
/// the texture.
public struct PhaseSwap: CueMerging {
  public let name = "phase-swap"
  public let settings: [String: String] = [:]

  public init() {}

  // out = real part of F⁻¹(|F texture| · F shape / |F shape|), clipped to 0…1
  public func merge(
    shape: CuePicture, texture: CuePicture, using generator: inout SeededGenerator, on workers: Workers,
    progress: (Double) throws -> Void
  ) throws -> Tensor {
    let side = shape.side
    precondition(texture.side == side, "pictures of one size")
    let plane = side * side
    var channels = [[Float]](repeating: [], count: 3)
    let (phases, amplitudes) = (shape.pixels.elements, texture.pixels.elements)
    workers.change(&channels) { channel, pixels in
      let range = channel * plane..<(channel + 1) * plane
      var shape = FourierPlane(transforming: phases[range], rows: side, columns: side)
      let texture = FourierPlane(transforming: amplitudes[range], rows: side, columns: side)
      for place in 0..<plane {
        let (real, imaginary) = (shape.values.real[place], shape.values.imaginary[place])
        let own = (real * real + imaginary * imaginary).squareRoot()
        let (x, y) = (texture.values.real[place], texture.values.imaginary[place])
        let amplitude = (x * x + y * y).squareRoot()
        // A frequency that the shape has not has no phase; any will do.
        let factor = own > 0 ? amplitude / own : 0
        shape.values.real[place] = own > 0 ? real * factor : amplitude
        shape.values.imaginary[place] = imaginary * factor
      }
      pixels = shape.pixels().map { Float(min(max($0, 0), 1)) }
    }
    try progress(1)
    return Tensor(channels.flatMap { $0 }, shape: [3, side, side])
  }
}
