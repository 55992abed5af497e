import Tensors

/// - Throws: `ProbeError.pictureShape` unless `picture` is `[1, 3, height, width]`.
func requireOnePicture(_ picture: Tensor) throws {
  guard picture.shape.rank == 4, picture.shape[0] == 1, picture.shape[1] == 3 else {
    throw ProbeError.pictureShape(found: "\(picture.shape)")
  }
}
