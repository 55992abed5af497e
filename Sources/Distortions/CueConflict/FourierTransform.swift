import Foundation

/// The discrete Fourier transform of any length, in double precision: Cooley & Tukey's (1965) for powers of two, and
/// Bluestein's (1970) convolution by a chirp for all others.
struct FourierTransform: Sendable {
  /// Complex numbers, parts apart.
  struct Values: Sendable {
    var real: [Double]
    var imaginary: [Double]

    init(real: [Double], imaginary: [Double]? = nil) {
      self.real = real
      self.imaginary = imaginary ?? [Double](repeating: 0, count: real.count)
    }
  }

  let count: Int
  /// cos and sin of −2πk/n, k below n/2, for a power of two.
  private let twiddles: (cosine: [Double], sine: [Double])
  /// What the other lengths need.
  private let chirp: Chirp?

  private final class Chirp: Sendable {
    /// exp(−iπk²/n), k below n.
    let factors: Values
    /// Of its conjugate, laid out for a circular convolution.
    let spectrum: Values
    /// Of a power of two.
    let transform: FourierTransform

    init(factors: Values, spectrum: Values, transform: FourierTransform) {
      self.factors = factors
      self.spectrum = spectrum
      self.transform = transform
    }
  }

  /// - Parameter count: the length, at least 1.
  init(count: Int) {
    precondition(count > 0, "a transform has numbers")
    self.count = count
    if count & (count - 1) == 0 {
      let angles = (0..<count / 2).map { -2 * Double.pi * Double($0) / Double(count) }
      twiddles = (angles.map { cos($0) }, angles.map { sin($0) })
      chirp = nil
      return
    }
    twiddles = ([], [])
    var length = 1
    while length < 2 * count - 1 { length *= 2 }
    // The angle turns once every 2n of k².
    let angles = (0..<count).map { -Double.pi * Double($0 * $0 % (2 * count)) / Double(count) }
    let factors = Values(real: angles.map { cos($0) }, imaginary: angles.map { sin($0) })
    var spread = Values(real: [Double](repeating: 0, count: length))
    for place in 0..<count {
      for target in [place, (length - place) % length] {
        spread.real[target] = factors.real[place]
        spread.imaginary[target] = -factors.imaginary[place]
      }
    }
    let transform = FourierTransform(count: length)
    transform.forward(&spread)
    chirp = Chirp(factors: factors, spectrum: spread, transform: transform)
  }

  /// X[k] = Σ x[j] exp(−2πijk/n), in place.
  func forward(_ values: inout Values) {
    precondition(values.real.count == count, "\(values.real.count) numbers, not \(count)")
    if let chirp { convolve(&values, chirp) } else { radix2(&values) }
  }

  /// x[j] = Σ X[k] exp(2πijk/n) / n, in place.
  func inverse(_ values: inout Values) {
    // The conjugate of the transform of the conjugate.
    for index in values.imaginary.indices { values.imaginary[index].negate() }
    forward(&values)
    for index in values.real.indices {
      values.real[index] /= Double(count)
      values.imaginary[index] /= -Double(count)
    }
  }

  private func radix2(_ values: inout Values) {
    var target = 0
    for place in 0..<count where place > 0 {
      var bit = count >> 1
      while target & bit != 0 {
        target ^= bit
        bit >>= 1
      }
      target |= bit
      if place < target {
        values.real.swapAt(place, target)
        values.imaginary.swapAt(place, target)
      }
    }
    values.real.withUnsafeMutableBufferPointer { real in
      values.imaginary.withUnsafeMutableBufferPointer { imaginary in
        twiddles.cosine.withUnsafeBufferPointer { cosine in
          twiddles.sine.withUnsafeBufferPointer { sine in
            var half = 1
            while half < count {
              let step = count / (2 * half)
              for first in stride(from: 0, to: count, by: 2 * half) {
                for offset in 0..<half {
                  let (c, s) = (cosine[offset * step], sine[offset * step])
                  let (a, b) = (first + offset, first + offset + half)
                  let (x, y) = (real[b] * c - imaginary[b] * s, real[b] * s + imaginary[b] * c)
                  (real[b], imaginary[b]) = (real[a] - x, imaginary[a] - y)
                  (real[a], imaginary[a]) = (real[a] + x, imaginary[a] + y)
                }
              }
              half *= 2
            }
          }
        }
      }
    }
  }

  /// jk = (j² + k² − (k − j)²) / 2, so the sum is a convolution with a chirp between two products with it.
  private func convolve(_ values: inout Values, _ chirp: Chirp) {
    var padded = Values(real: [Double](repeating: 0, count: chirp.transform.count))
    for place in 0..<count {
      (padded.real[place], padded.imaginary[place]) = FourierTransform.product(
        values.real[place], values.imaginary[place], chirp.factors.real[place], chirp.factors.imaginary[place]
      )
    }
    chirp.transform.forward(&padded)
    for place in 0..<chirp.transform.count {
      (padded.real[place], padded.imaginary[place]) = FourierTransform.product(
        padded.real[place], padded.imaginary[place], chirp.spectrum.real[place],
        chirp.spectrum.imaginary[place])
    }
    chirp.transform.inverse(&padded)
    for place in 0..<count {
      (values.real[place], values.imaginary[place]) = FourierTransform.product(
        padded.real[place], padded.imaginary[place], chirp.factors.real[place], chirp.factors.imaginary[place]
      )
    }
  }

  private static func product(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> (Double, Double) {
    (a * c - b * d, a * d + b * c)
  }
}
