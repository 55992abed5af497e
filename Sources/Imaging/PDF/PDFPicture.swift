import Foundation

/// Pictures as a PDF holds them.
extension PDFDocument {
  /// Adds a picture, its alpha as a soft mask where it is not opaque throughout; no pixel changes.
  ///
  /// A PNG's image data are what a PDF calls Flate with PNG predictors, so libpng compresses for both.
  ///
  /// - Throws: `ImagingError.notEncodable`.
  mutating func add(_ picture: Picture) throws -> Reference {
    var mask = ""
    if let opacity = picture.opacity, opacity.contains(where: { $0 < 255 }) {
      let png = try Picture.greyPNGData(opacity, width: picture.width, height: picture.height)
      mask = " /SMask \(addImage(png, picture, space: "DeviceGray", channels: 1).text)"
    }
    return addImage(
      try picture.withoutAlpha.pngData(), picture, space: "DeviceRGB", channels: 3, further: mask)
  }

  private mutating func addImage(
    _ png: Data, _ picture: Picture, space: String, channels: Int, further: String = ""
  ) -> Reference {
    addStream(
      "/Type /XObject /Subtype /Image /Width \(picture.width) /Height \(picture.height) /ColorSpace /\(space) "
        + "/BitsPerComponent 8 /Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors \(channels) "
        + "/Columns \(picture.width) >>\(further)", PDFDocument.imageData(ofPNG: png))
  }

  /// The content of the IDAT chunks of a PNG of our own making.
  private static func imageData(ofPNG png: Data) -> Data {
    let bytes = [UInt8](png)
    var (data, place) = (Data(), 8)
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let (start, end) = (place + 8, place + 8 + length)
      if bytes[place + 4..<start].elementsEqual("IDAT".utf8) { data += bytes[start..<end] }
      place = end + 4
    }
    return data
  }
}

extension Picture {
  /// The alpha of each pixel, row by row; nil for a picture without.
  var opacity: [UInt8]? {
    guard channels == .rgba else { return nil }
    return (0..<width * height).map { bytes[4 * $0 + 3] }
  }
}
