import Tensors

/// A picture before and after an attack, with what the network says of it.
public struct ChangedPicture: Sendable {
  public let answer: PerturbationAnswer
  /// `[3, height, width]` in 0…1, as the network sees the picture.
  public let picture: Tensor
  /// The same after the attack: the change that was found, or the last try.
  public let changed: Tensor

  public init(answer: PerturbationAnswer, picture: Tensor, changed: Tensor) {
    precondition(picture.shape == changed.shape && picture.shape.rank == 3)
    self.answer = answer
    self.picture = picture
    self.changed = changed
  }
}
