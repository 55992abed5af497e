import Foundation
import Probes
import Studies

extension ReportData {
  /// Shown are so many classes of a network, and so many patches on each side of one.
  private static let mostClasses = 4
  private static let mostPatches = 6

  /// The patches with the most evidence for each class, and what misleads the network most.
  func evidencePatchSection() -> PageSection? {
    guard !evidencePatches.isEmpty else { return nil }
    return PageSection(
      id: "telling-patches", title: "The most telling patches",
      blocks: interruptions(evidencePatches.map { ($0.name, $0.value.run) }) + [
        .paragraph(
          """
          The squares of pixels with the greatest logits for a class, each from another picture: those of its own pictures \
          tell what the network takes for the class, and those of other classes’ pictures, its distractors, what it \
          mistakes for it. Of patches whose pixels differ by at most \(Format.count(EvidencePatch.lookAlikeDistance)) levels of 255 only \
          the strongest is here.
          """)
      ] + evidencePatches.flatMap(blocks))
  }

  private typealias Found = Entry<Recorded<EvidencePatchResult>>

  private func blocks(_ entry: Found) -> [PageBlock] {
    let (result, record) = (entry.value.result, entry.value.run.description.model)
    let classes = result.classes.prefix(ReportData.mostClasses)
    let left = result.classes.count - classes.count
    let side = "\(result.patchSide) × \(result.patchSide) pixels"
    let most = result.classes.flatMap { [$0.telling, $0.distractors] }.map(\.patches.count).max() ?? 0
    let shown =
      most > ReportData.mostPatches
      ? " Of each side the first \(ReportData.mostPatches) are shown; the table has all." : ""
    let rest =
      left > 0 ? " \(Format.count(left, "further class", "further classes")) stand in the table." : ""
    return [
      .paragraph(
        """
        \(strong: entry.name)\(mention(entry.asked)): patches of \(side), from \(Format.count(result.count, "picture")).\(shown)\(rest)
        """)
    ]
      + classes.flatMap { found -> [PageBlock] in
        let name = record.className(found.classIndex)
        return [
          .paragraph("\(strong: name), from its own pictures\(note(found.telling))"),
          .thumbnails(pictures(found.telling, of: name, by: entry.name, record)),
          .paragraph("Distractors of \(strong: name), from other pictures\(note(found.distractors))"),
          .thumbnails(pictures(found.distractors, of: name, by: entry.name, record)),
        ]
      } + [.folded(title: "All patches of \(entry.name)", table: table(entry))]
  }

  private func note(_ strongest: EvidencePatchResult.Strongest) -> String {
    if strongest.patches.isEmpty { return ": none." }
    return strongest.isWhole ? ":" : " (more look alike than could be held, so weaker ones are missing):"
  }

  private func pictures(
    _ strongest: EvidencePatchResult.Strongest, of name: String, by network: String, _ record: ModelRecord?
  ) -> [ShownPicture] {
    strongest.patches.prefix(ReportData.mostPatches).compactMap { patch in
      guard let picture = try? EncodedPicture(try patch.encoded(), name: patch.image) else { return nil }
      let logit = Format.fixed(Double(patch.logit), digits: 1)
      let own = record.className(patch.label)
      let kind = patch.isDistractor ? "distractor of \(name)" : "telling patch of \(name)"
      return ShownPicture(
        picture: picture,
        alternative: "\(kind) for \(network), from \(patch.image), which shows \(own); logit \(logit)",
        caption: patch.isDistractor
          ? "\(strong: logit) \(own): \(patch.image)" : "\(strong: logit) \(patch.image)",
        isPixelated: true, width: 96)
    }
  }

  private func table(_ entry: Found) -> Table {
    let record = entry.value.run.description.model
    return Table(
      "The patches with most evidence for each class, the strongest first",
      text: ["Class", "Side", "Picture", "Its class", "Answered"],
      numbers: ["Rank", "Logit", "Column", "Row"],
      rows: entry.value.result.classes.flatMap { found in
        [("telling", found.telling), ("distractor", found.distractors)].flatMap { name, side in
          side.patches.enumerated().map { place, patch in
            [
              record.className(found.classIndex), name, patch.image, record.className(patch.label),
              record.className(patch.predicted), "\(place + 1)",
              Format.fixed(Double(patch.logit), digits: 2), "\(patch.left)", "\(patch.top)",
            ]
          }
        }
      })
  }
}
