import Foundation
import Imaging
import Models
import Tensors

/// What a model card asks to be done to a picture before the network sees it; normalisation is the network's
/// own first layer.
public struct PicturePreparation: Sendable, Hashable {
  public let preprocessing: Preprocessing

  public init(_ preprocessing: Preprocessing) { self.preprocessing = preprocessing }

  /// The picture resized and cropped by the card.
  ///
  /// - Throws: `ImagingError.impossibleSize`.
  public func prepare(_ picture: Picture) throws -> Picture {
    try picture.framed(
      resizeShorterSide: preprocessing.resizeShorterSide, centerCrop: preprocessing.centerCrop,
      interpolation: interpolation)
  }

  /// A stimulus as the network sees it: untouched when it has the network's size already, as the published
  /// 224 px stimuli are used; else prepared like any picture.
  ///
  /// - Throws: `ImagingError.impossibleSize`.
  public func prepareStimulus(_ picture: Picture) throws -> Picture {
    if let side = preprocessing.centerCrop, picture.width == side, picture.height == side {
      return picture.withoutAlpha
    }
    return try prepare(picture)
  }

  /// The largest centred square of a picture as a sticker's colours `[3, side, side]`: the photograph control.
  ///
  /// - Throws: `ImagingError.impossibleSize`.
  public func square(_ picture: Picture, side: Int) throws -> Tensor {
    try picture.framed(resizeShorterSide: side, centerCrop: side, interpolation: interpolation).tensor
  }

  /// How Imaging calls the card's interpolation.
  public var interpolation: Imaging.Interpolation {
    switch preprocessing.interpolation {
    case .bilinear: .bilinear
    case .bicubic: .bicubic
    case .nearest: .nearest
    }
  }
}
