import Models
import Probes

/// Tells on stderr what a search of places costs a network that takes a full pass for each: the passes at
/// once, the time from the first batch.
struct SearchCost {
  private let name: String
  private let stickers: Int
  private let pictures: Int
  private let isSilent: Bool
  private let start = ContinuousClock.now
  private var isTold = false

  /// - Parameter stickers: searches on each picture.
  init(model: LoadedModel, pictures: Int, stickers: Int, isQuiet: Bool) {
    name = model.card.name
    self.pictures = pictures
    self.stickers = stickers
    isSilent = isQuiet || model.classifier is any LocalClassifier
  }

  /// Called with the places done on the first picture and in all.
  mutating func tell(done: Int, places: Int) {
    guard !isSilent, !isTold, done > 0 else { return }
    isTold = true
    let passes = pictures * places
    let seconds = (ContinuousClock.now - start).inSeconds / Double(done) * Double(passes)
    let each = stickers == 1 ? "\(places) places" : "\(places / stickers) places × \(stickers) stickers"
    Output.note(
      "\(name): sees the whole picture at once, so \(pictures) pictures × \(each) are \(passes) full passes: "
        + "about \(Progress.duration(seconds)); --limit, --position-stride make it less")
  }
}
