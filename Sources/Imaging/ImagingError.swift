import Files

/// What can go wrong with a picture.
public enum ImagingError: ReportableError, Equatable {
  /// The bytes are not those of a JPEG or PNG.
  case notAnImage(path: String, found: String)
  /// The file ends before the picture does.
  case truncated(path: String, format: String, detail: String)
  /// The file breaks its format's rules.
  case corrupt(path: String, format: String, detail: String)
  /// A variant of the format that is not read, such as 12-bit JPEG.
  case unsupported(path: String, format: String, detail: String)
  /// More pixels than are read or made: a decompression bomb, most likely.
  case tooLarge(path: String, detail: String)
  /// Memory ran out while decoding.
  case outOfMemory(path: String)
  /// The picture cannot be stored in the format.
  case notEncodable(format: String, detail: String)
  /// Resizing was asked to make a picture with no pixels or too many.
  case impossibleSize(width: Int, height: Int)

  public var fault: Fault {
    switch self {
    case .notAnImage, .truncated, .corrupt, .unsupported, .tooLarge: .badInput
    case .outOfMemory, .notEncodable: .failure
    case .impossibleSize: .usage
    }
  }

  public var description: String {
    switch self {
    case .notAnImage(let path, let found):
      "\(path): expected a JPEG or PNG picture, found \(found); convert it or leave it out"
    case .truncated(let path, let format, let detail):
      "\(path): expected a whole \(format), found one cut off\(bracketed(detail)); fetch it again"
    case .corrupt(let path, let format, let detail):
      "\(path): expected a sound \(format), found damaged data\(bracketed(detail)); fetch it again"
    case .unsupported(let path, let format, let detail):
      "\(path): expected an 8-bit \(format) in grey, colour or CMYK, found another kind\(bracketed(detail)); "
        + "save it again as PNG"
    case .tooLarge(let path, let detail):
      "\(path): expected at most \(Picture.pixelLimit) pixels, found \(detail); make it smaller"
    case .outOfMemory(let path):
      "\(path): expected enough memory to decode it, found too little; close other programs or make it smaller"
    case .notEncodable(let format, let detail):
      "expected a picture that \(format) can hold, found one it cannot\(bracketed(detail)); make it smaller"
    case .impossibleSize(let width, let height):
      "expected a size of 1 to \(Picture.pixelLimit) pixels, found \(width) x \(height); choose another size"
    }
  }

  private func bracketed(_ detail: String) -> String { detail.isEmpty ? "" : " (\(detail))" }
}
