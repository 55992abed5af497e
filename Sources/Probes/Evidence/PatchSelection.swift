/// The strongest patches of many for one class, each from another picture and none that looks like a stronger one, in
/// memory that does not grow with their number.
///
/// Whether a patch stays is known only when all stronger ones have been seen, so a reserve of the strongest is held and
/// thinned at the end. Thinning goes from the strongest down, so what it leaves of the reserve is the beginning of what
/// it would leave of all patches. Only where a reserve of look-alikes leaves too few is the rest unknown, and
/// `Strongest.isWhole` says so. Patches with equal pixels look like the same others, so only the strongest of them is
/// held.
struct PatchSelection: Sendable {
  let wanted: Int
  private let reserve: Int
  /// The strongest first, no two with equal pixels.
  private var held: [EvidencePatch] = []

  init(wanted: Int) {
    self.wanted = wanted
    reserve = PatchSelection.reserve(for: wanted)
  }

  /// How many patches are held so that `wanted` remain.
  static func reserve(for wanted: Int) -> Int { max(32, 4 * wanted) }

  /// Whether a patch of this strength, its pixels aside, is among those to hold.
  func admits(logit: Float, image: String) -> Bool {
    guard held.count >= reserve, let last = held.last else { return true }
    return !last.isStronger(logit: logit, image: image)
  }

  /// Holds the patch unless there are stronger ones enough, or one with the same pixels.
  ///
  /// - Returns: whether it is held.
  mutating func add(_ patch: EvidencePatch) -> Bool {
    if let twin = held.firstIndex(where: { $0.pixels == patch.pixels }) {
      guard patch.isStronger(than: held[twin]) else { return false }
      held.remove(at: twin)
    }
    guard admits(logit: patch.logit, image: patch.image) else { return false }
    held.insert(patch, at: held.firstIndex { patch.isStronger(than: $0) } ?? held.count)
    if held.count > reserve { held.removeLast() }
    return true
  }

  /// What remains of the reserve.
  ///
  /// - Parameter candidates: how many patches there were to choose from.
  func strongest(of candidates: Int) -> EvidencePatchResult.Strongest {
    var kept: [EvidencePatch] = []
    for patch in held where kept.count < wanted {
      if !kept.contains(where: { $0.looksLike(patch) }) { kept.append(patch) }
    }
    // A reserve that is not full has lost nothing but twins.
    return EvidencePatchResult.Strongest(
      patches: kept, isWhole: kept.count == wanted || held.count < reserve || candidates <= reserve)
  }
}
