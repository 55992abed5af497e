import Imaging

extension Corruption {
  /// Saved as JPEG of low quality (Hendrycks & Dietterich 2019), chroma at half resolution.
  public static let jpegCompression = Corruption(
    name: "jpeg_compression", title: "JPEG compression", family: .digital
  ) { picture, severity, _ in
    let quality = [25, 18, 15, 10, 7][severity - 1]
    let compressed = try picture.picture.jpegData(quality: quality)
    return ColourPlanes(try Picture(decoding: compressed, named: "a compressed picture").tensor)
  }
}
