import Imaging

/// Pictures with their classes, as training takes them: a folder's, or made when asked for.
public protocol LabelledPictures: Sendable {
  /// The identifiers of the classes, sorted as the network's logits are to be.
  var classes: [String] { get }

  /// The number of pictures.
  var count: Int { get }

  /// The class of picture `index`, an index into `classes`.
  func label(_ index: Int) -> Int

  /// Picture `index`; the same pixels whenever and on whichever thread it is asked for.
  ///
  /// - Throws: a `ReportableError` of fault `badInput` or `missingFile` for a picture that cannot be used, which is
  ///   left out and reported; any other error ends the run.
  func picture(_ index: Int) throws -> Picture
}
