extension TextureBiasResult {
  /// The 95 % interval of the shape bias, by drawing conflict stimuli again with replacement; nil for fewer than two
  /// stimuli, or where neither cue was ever answered.
  ///
  /// All answers to a stimulus stay together: answers of several people to one stimulus are not independent, and an
  /// interval that took them so would be too narrow.
  public func shapeBiasInterval(_ bootstrap: Bootstrap = Bootstrap()) -> ClosedRange<Double>? {
    let stimuli = Dictionary(grouping: conflicts, by: \.stimulus).sorted { $0.key < $1.key }
      .map { CueCounts($0.value) }
    return bootstrap.interval(over: stimuli.count) { drawn in
      var counts = CueCounts()
      for place in drawn {
        counts.shape += stimuli[place].shape
        counts.texture += stimuli[place].texture
      }
      return counts.shapeBias
    }
  }
}
