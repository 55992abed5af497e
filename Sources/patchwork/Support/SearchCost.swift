import Models
import Probes

/// Tells on stderr what a search of places costs a network that takes a full pass for each: how many before
/// the first of them, how long they take after the first batch.
struct SearchCost {
  private let name: String
  private let stickers: Int
  private let pictures: Int
  private let isSilent: Bool
  /// When the passes began; nil before.
  private var start: ContinuousClock.Instant?
  private var isEstimated = false

  /// - Parameters:
  ///   - pictures: how many are searched.
  ///   - stickers: searches on each picture.
  init(model: LoadedModel, pictures: Int, stickers: Int, isQuiet: Bool) {
    name = model.card.name
    self.pictures = pictures
    self.stickers = stickers
    isSilent = isQuiet || model.classifier is any LocalClassifier
  }

  /// Called with the places done on a picture, first with none, and in all.
  mutating func tell(done: Int, places: Int) {
    guard !isSilent, !isEstimated else { return }
    let passes = pictures * places
    guard let start else {
      start = .now
      let each = stickers == 1 ? "\(places) places" : "\(places / stickers) places × \(stickers) stickers"
      return Output.note(
        "\(name): sees the whole picture at once, so \(pictures) pictures × \(each) are \(passes) full "
          + "passes; --limit, --position-stride make it less")
    }
    guard done > 0 else { return }
    isEstimated = true
    let seconds = (ContinuousClock.now - start).inSeconds / Double(done) * Double(passes)
    Output.note("\(name): about \(Progress.duration(seconds)) for \(passes) full passes")
  }
}
