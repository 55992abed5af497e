import Probes
import Studies

/// Success by place over one of the pictures: with the sticker and with each control, in panels that share its pixels.
struct PlaceDrawing: Sendable {
  let result: PlaceResult
  let picture: EncodedPicture
  /// Unique on the page.
  let id: String

  static let scale = DivergingScale(limit: 1)

  /// The panels with their captions, left to right; where the sticker succeeds most its place is outlined.
  func panels() -> [(caption: String, drawing: Markup)] {
    let panel = PicturePanel(picture: picture, id: id)
    return [
      ("sticker", result.successes), ("control: photograph", result.photoSuccesses),
      ("control: random noise", result.noiseSuccesses),
    ].enumerated().map { turn, part in
      let (name, counts) = part
      let isSticker = turn == 0
      // The picture itself stands in the first panel, hidden under its grey twin.
      let ground = (isSticker ? [panel.image()] : []) + panel.grey()
      let cells = Markup(
        "g", ["class": "multiply", "shape-rendering": "crispEdges"], drawn(counts))
      let mark = isSticker ? result.bestPlace.map { [outline(of: $0)] } ?? [] : []
      return (
        name,
        panel.draw(
          "\(turn)", title: "Success by place, \(name): \(result.model)",
          summary: "\(words(counts)) The more orange a place, the more pictures.", ground + [cells] + mark)
      )
    }
  }

  private func words(_ counts: [Int]) -> String {
    let share = { (count: Int) in Format.percent(count, of: result.images) }
    return "From \(share(counts.min() ?? 0)) of the pictures at the worst place to "
      + "\(share(counts.max() ?? 0)) at the best."
  }

  /// A place is drawn as a square of the stride in the middle of where the sticker lies.
  private func drawn(_ counts: [Int]) -> [Markup] {
    let stride = Double(result.question.stride)
    return ColouredCells.draw(
      rows: result.rows, columns: result.columns,
      first: ((result.question.width - stride) / 2, (result.question.height - stride) / 2), side: stride
    ) { row, column in
      PlaceDrawing.scale.level(
        of: Float(counts[row * result.columns + column]) / Float(max(result.images, 1)))
    }
  }

  private func outline(of place: Int) -> Markup {
    let stride = Double(result.question.stride)
    return PicturePanel.outline(
      x: stride * Double(place % result.columns), y: stride * Double(place / result.columns),
      width: result.question.width, height: result.question.height)
  }
}

extension PlaceResult {
  /// The place where the sticker succeeds on most pictures, the first of equals; nil where it succeeds nowhere.
  var bestPlace: Int? {
    successes.indices.max { (successes[$0], $1) < (successes[$1], $0) }.flatMap {
      successes[$0] > 0 ? $0 : nil
    }
  }
}
