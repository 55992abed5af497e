import Imaging

/// Labelled pictures that are drawn when asked for, and that have the names they would have as files.
public protocol DrawnPictures: LabelledPictures {
  /// The file name of picture `index`; no two pictures of a corpus share one.
  func name(_ index: Int) -> String

  /// Where the shape of picture `index` is: black on white, grey where a pixel is partly covered; nil where there is no
  /// shape.
  func silhouette(_ index: Int) -> Picture?

  /// The SHA-256 of all that decides a picture, 32 bytes.
  func digest(_ index: Int) -> [UInt8]
}
