import Probes
import Studies

extension ReportData {
  /// Every network's success by place.
  func placeJSON() -> JSONValue {
    .list(
      places.map { entry in
        let recorded = entry.value.recorded
        let result = recorded.result
        var fields = common(entry.name, recorded.run, skipped: result.skipped)
        fields["target"] = .optional(result.target)
        fields["n"] = .whole(result.images)
        fields["stride"] = .whole(result.question.stride)
        fields["sticker_width"] = .number(result.question.width)
        fields["sticker_height"] = .number(result.question.height)
        fields["success"] = byPlace(result.successes, result)
        fields["control_photo"] = byPlace(result.photoSuccesses, result)
        fields["control_noise"] = byPlace(result.noiseSuccesses, result)
        return .object(fields)
      })
  }

  /// The share of pictures at each place, a list a row.
  private func byPlace(_ counts: [Int], _ result: PlaceResult) -> JSONValue {
    .list(
      (0..<result.rows).map { row in
        .list(
          counts[row * result.columns..<(row + 1) * result.columns].map {
            .number(Double($0) / Double(max(result.images, 1)))
          })
      })
  }
}
