/// Where the cells of a feature map look, along one axis: cell `i` depends on pixels
/// `offset + i·stride ..< offset + i·stride + size` and on nothing else.
///
/// Derived from the layers by arithmetic (Araujo, Norris & Sim, 2019, doi 10.23915/distill.00021), never
/// from a table.
public struct ReceptiveField: Hashable, Sendable, Codable {
  /// Pixels seen by one cell; the `q` of BagNet-q.
  public let size: Int
  /// Pixels between the first pixels of neighbouring cells.
  public let stride: Int
  /// The first pixel of cell 0; negative when padding lies before the image.
  public let offset: Int

  public init(size: Int, stride: Int, offset: Int) {
    self.size = size
    self.stride = stride
    self.offset = offset
  }

  /// A pixel sees itself.
  public static let pixel = ReceptiveField(size: 1, stride: 1, offset: 0)

  /// The field after one more window (a convolution or pooling) of the given geometry.
  public func followed(
    byKernel kernel: Int, stride step: Int, padding: Int, dilation: Int = 1
  ) -> ReceptiveField {
    ReceptiveField(
      size: size + (kernel - 1) * dilation * stride, stride: stride * step,
      offset: offset - padding * stride)
  }

  /// The pixels that cell `index` depends on.
  public func pixels(of index: Int) -> Range<Int> {
    let first = offset + index * stride
    return first..<first + size
  }

  /// The pixels that any of `cells` depends on; empty when there are none.
  public func pixels(of cells: Range<Int>) -> Range<Int> {
    guard let last = cells.last else { return 0..<0 }
    return pixels(of: cells.lowerBound).lowerBound..<pixels(of: last).upperBound
  }

  /// The number of cells on `length` pixels whose fields end before the last pixel does; 0 when not even one
  /// fits. It is the map's size where nothing is padded after the picture.
  public func cellCount(on length: Int) -> Int {
    max(0, floorDivide(length - offset - size, stride) + 1)
  }

  /// The cells of a map of `count` cells that pixels in `range` can change.
  public func cells(touching range: Range<Int>, count: Int) -> Range<Int> {
    guard !range.isEmpty, count > 0 else { return 0..<0 }
    // Cell i is touched when offset + i·stride < upper and offset + i·stride + size > lower.
    let first = max(0, floorDivide(range.lowerBound - offset - size, stride) + 1)
    let last = min(count - 1, floorDivide(range.upperBound - 1 - offset, stride))
    return first <= last ? first..<last + 1 : 0..<0
  }
}

/// Division rounded towards minus infinity.
func floorDivide(_ numerator: Int, _ denominator: Int) -> Int {
  let quotient = numerator / denominator
  return numerator % denominator != 0 && (numerator < 0) != (denominator < 0) ? quotient - 1 : quotient
}
