import Foundation

/// One epoch of a training, a line of its log.
public struct TrainingLogEntry: Codable, Hashable, Sendable {
  /// Counted from 1.
  public var epoch: Int
  /// Of the epoch's last step.
  public var learningRate: Double
  /// The mean over the epoch's training pictures, as they were changed, label smoothing included.
  public var trainingLoss: Double
  /// The share of them that the network, while it learned, named rightly.
  public var trainingTop1: Double
  /// On the validation corpus; nil where there is none or this epoch was not validated.
  public var validationTop1: Double?
  /// Training pictures a second, validation left out.
  public var imagesPerSecond: Double
  /// Of the epoch's training and validation.
  public var seconds: Double

  public init(
    epoch: Int, learningRate: Double, trainingLoss: Double, trainingTop1: Double, validationTop1: Double?,
    imagesPerSecond: Double, seconds: Double
  ) {
    self.epoch = epoch
    self.learningRate = learningRate
    self.trainingLoss = trainingLoss
    self.trainingTop1 = trainingTop1
    self.validationTop1 = validationTop1
    self.imagesPerSecond = imagesPerSecond
    self.seconds = seconds
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case epoch, seconds
    case learningRate = "learning_rate"
    case trainingLoss = "training_loss"
    case trainingTop1 = "training_top1"
    case validationTop1 = "validation_top1"
    case imagesPerSecond = "images_per_second"
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(epoch, forKey: .epoch)
    try values.encode(learningRate, forKey: .learningRate)
    try values.encode(trainingLoss, forKey: .trainingLoss)
    try values.encode(trainingTop1, forKey: .trainingTop1)
    // Null and not absent: every line has the same keys.
    try values.encode(validationTop1, forKey: .validationTop1)
    try values.encode(imagesPerSecond, forKey: .imagesPerSecond)
    try values.encode(seconds, forKey: .seconds)
  }

  /// A log as JSON lines with sorted keys.
  static func lines(_ log: [TrainingLogEntry]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try log.reduce(into: Data()) { data, entry in
      data += try encoder.encode(entry)
      data.append(UInt8(ascii: "\n"))
    }
  }
}
