import CKernels
import Synchronization
import Tensors

/// A convolution's weights in the order in which a product reads them: for each group, each part of the sum
/// and each panel of 4 rows.
struct PackedWeights: Sendable {
  /// Source channels that one part of the sum covers.
  let channelsPerPart: Int
  /// The length of the whole sum, and of one source channel's share of it.
  let depth, taps: Int
  let panels: Int
  private let values: Tensor

  /// Sums are cut into parts about this long, whose slice of the right side stays in the cache.
  static let partLength = 256

  /// - Parameters:
  ///   - weight: `[out, in / groups, kernel height, kernel width]`
  ///   - towardsInput: rows are input channels and sums run over outputs, else the other way round.
  init(
    _ weight: Tensor, groups: Int, vertical: SampledAxis, horizontal: SampledAxis, towardsInput: Bool
  ) {
    let shape = weight.shape
    let (outputs, inputs) = (shape[0] / groups, shape[1])
    let window = shape[2] * shape[3]
    let places = vertical.taps.flatMap { y in horizontal.taps.map { y.kernel * shape[3] + $0.kernel } }
    let rows = towardsInput ? inputs : outputs
    let channels = towardsInput ? outputs : inputs
    let rowStride = towardsInput ? window : inputs * window
    let channelStride = towardsInput ? inputs * window : window
    taps = places.count
    depth = channels * taps
    panels = (rows + 3) / 4
    channelsPerPart = max(1, PackedWeights.partLength / max(taps, 1))
    let offsets = (0..<channels).flatMap { channel in places.map { channel * channelStride + $0 } }
    let (length, panelCount, partDepth) = (depth, panels, channelsPerPart * taps)
    values = Tensor(uninitialized: [groups, depth * panels * 4]) { packed in
      weight.withUnsafeBuffer { weight in
        guard let source = weight.baseAddress, let target = packed.baseAddress, length > 0 else { return }
        for group in 0..<groups {
          for first in stride(from: 0, to: length, by: partDepth) {
            let part = Array(offsets[first..<min(length, first + partDepth)])
            pk_pack_left(
              target + (group * length + first) * panelCount * 4, source + group * outputs * inputs * window,
              rowStride, rows, part, part.count)
          }
        }
      }
    }
  }

  /// Calls `body` with the packed values of `group`; a part that begins at sum index `first` begins at
  /// `first · panels · 4`.
  func withGroup<Result>(_ group: Int, _ body: (UnsafePointer<Float>?) -> Result) -> Result {
    values.withUnsafeBuffer { buffer in body(buffer.baseAddress.map { $0 + group * depth * panels * 4 }) }
  }
}

/// The packed forms of one weight tensor, each made when first needed.
///
/// A class, so that copies of a layer share them; a layer whose weight changes takes a new one.
final class WeightPackings: Sendable {
  /// 0 for the forward pass, 1… for the ways back.
  private let packed = Mutex<[Int: PackedWeights]>([:])

  func packing(_ key: Int, make: () -> PackedWeights) -> PackedWeights {
    packed.withLock { known in
      if let found = known[key] { return found }
      let made = make()
      known[key] = made
      return made
    }
  }
}
