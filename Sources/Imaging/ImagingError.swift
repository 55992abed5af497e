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
  /// A length or number of a sheet of paper outside its range.
  case sheetSetting(name: String, expected: String, found: String)
  /// A sheet is too small for what is to be printed on it; all in millimetres.
  case sheetTooSmall(neededWidth: Double, neededHeight: Double, width: Double, height: Double)
  /// A photograph in which the colour sheet cannot be read.
  case unreadableColourSheet(path: String, expected: String, found: String)

  public var fault: Fault {
    switch self {
    case .notAnImage, .truncated, .corrupt, .unsupported, .tooLarge, .unreadableColourSheet:
      .badInput
    case .outOfMemory, .notEncodable: .failure
    case .impossibleSize, .sheetSetting, .sheetTooSmall: .usage
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
    case .sheetSetting(let name, let expected, let found):
      "expected \(expected) for \(name), found \(found); choose another value"
    case .sheetTooSmall(let neededWidth, let neededHeight, let width, let height):
      "expected paper of at least \(millimetres(neededWidth)) × \(millimetres(neededHeight)) mm, found "
        + "\(millimetres(width)) × \(millimetres(height)) mm; choose larger paper, or less size, bleed or margin"
    case .unreadableColourSheet(let path, let expected, let found):
      "\(path): expected \(expected), found \(found); give the crosses of markers 1 to 4 in their order, or "
        + "photograph the sheet again"
    }
  }

  private func bracketed(_ detail: String) -> String { detail.isEmpty ? "" : " (\(detail))" }
}
