import CKernels

/// The right side of a block's products: its slivers packed, or read where they lie when few rows share them
/// and packing would cost more than it saves.
struct RightSide {
  private let packed: UnsafeMutablePointer<Float>
  /// Where each unpacked sliver lies; empty when all are packed.
  private var places: [Int]
  private var source: UnsafePointer<Float>?

  /// Up to this many rows read slivers in place.
  private static let fewRows = 12

  /// - Parameter packed: room for the packed slivers.
  init(packed: UnsafeMutablePointer<Float>, slivers: Int, rows: Int) {
    self.packed = packed
    places = rows <= RightSide.fewRows ? [Int](repeating: 0, count: slivers) : []
  }

  /// Takes the lines that `taps` name from `origin` on.
  mutating func take(
    from origin: UnsafePointer<Float>, taps: [Int], depth: Int, _ runs: [pk_run], columns: Int
  ) {
    source = origin
    if places.isEmpty {
      pk_pack_right(packed, origin, taps, depth, runs, runs.count, columns, nil)
    } else {
      pk_pack_right(packed, origin, taps, depth, runs, runs.count, columns, &places)
    }
  }

  /// Calls `body` with a product that reads this side.
  func withOperand(of product: pk_product, taps: [Int], _ body: (inout pk_product) -> Void) {
    taps.withUnsafeBufferPointer { taps in
      places.withUnsafeBufferPointer { places in
        var product = product
        product.right = UnsafePointer(packed)
        product.source = source
        product.taps = taps.baseAddress
        // A sum without terms reads nothing, and nothing was taken.
        product.places = places.isEmpty || product.depth == 0 ? nil : places.baseAddress
        body(&product)
      }
    }
  }
}
