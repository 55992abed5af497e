import Adversary
import Checkpoints
import Datasets
import Files
import Foundation
import Imaging
import Models
import Probes
import Tensors

/// Pictures that an attack changed, in a folder: each exactly, as safetensors, and rounded to 8 bits as a PNG to look at.
///
/// A picture `class/name.JPEG` becomes `class/name.JPEG.safetensors` and `class/name.JPEG.png`. The safetensors hold
/// `picture` and `changed`, both `[3, height, width]` in 0…1 as the network sees them before its normalisation, and as
/// metadata the picture's name, its class, and the classes named before and after.
struct ChangedPictureFolder: Sendable {
  private let folder: MakingFolder
  /// The network's classes, by index.
  private let classes: [String]

  /// Makes the folder, or goes on in it.
  ///
  /// - Parameters:
  ///   - settings: what decides the pictures; a folder keeps to one network and one attack.
  ///   - card: the network's.
  /// - Throws: `FileError`; `DatasetsError.notAMakingFolder` where it holds something else, and `.madeOtherwise` where
  ///   its pictures have other settings.
  init(_ path: String, settings: [String: String], for card: ModelCard) throws {
    folder = try MakingFolder(path, settings: settings)
    classes = card.classes
  }

  /// How many of the pictures an earlier run has kept at `path`, where there may be nothing; what a killed one has left
  /// of another is taken away.
  static func count(of images: [String], at path: String) -> Int {
    AtomicFile.removeLeftovers(below: path)
    return images.count { image in
      [exact(image), shown(image)].allSatisfy { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
    }
  }

  /// Keeps a picture, in place of one of its name.
  ///
  /// - Throws: `FileError.unwritable`, `ImagingError.notEncodable`.
  func add(_ changed: ChangedPicture) throws {
    let answer = changed.answer
    try folder.add(Picture(changed.changed), as: Self.shown(answer.image))
    try SafeTensors.write(
      ["picture": changed.picture, "changed": changed.changed],
      metadata: [
        "image": answer.image, "class": classes[answer.label], "named": classes[answer.clean],
        "named_when_changed": classes[answer.adversarial],
      ], to: "\(folder.path)/\(Self.exact(answer.image))")
  }

  /// Keeps the one change for all pictures: `change.safetensors`, with `change` `[3, height, width]` as it is added, and
  /// `change.png`, in which grey is none and the greatest change of any pixel is white or black.
  ///
  /// - Throws: `FileError.unwritable`, `ImagingError.notEncodable`.
  func add(_ universal: UniversalPerturbation) throws {
    let greatest = universal.change.withUnsafeBuffer { $0.reduce(0) { max($0, abs($1)) } }
    let stretched = universal.change.map { 0.5 + (greatest > 0 ? $0 / (2 * greatest) : 0) }
    try folder.add(Picture(stretched), as: Self.shown("change"))
    try SafeTensors.write(["change": universal.change], to: "\(folder.path)/\(Self.exact("change"))")
  }

  private static func exact(_ image: String) -> String { "\(image).safetensors" }
  private static func shown(_ image: String) -> String { "\(image).png" }
}
