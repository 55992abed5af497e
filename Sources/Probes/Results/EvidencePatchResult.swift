import Models

/// Which patches are looked for.
public struct EvidencePatchQuestion: Codable, Hashable, Sendable {
  /// Indices among the network's classes, each once.
  public var classes: [Int]
  /// At most so many patches on each side of a class; at least 1.
  public var patches: Int

  public init(classes: [Int], patches: Int) {
    self.classes = classes
    self.patches = patches
  }
}

/// What one picture gives to the search for patches.
public struct EvidencePatchAnswer: Hashable, Sendable {
  public var image: String
  /// The true class, and the network's answer.
  public var label: Int
  public var predicted: Int
  /// At most one for each class: the picture's strongest, where it was among the strongest of all pictures before it.
  public var patches: [EvidencePatch]

  public init(image: String, label: Int, predicted: Int, patches: [EvidencePatch]) {
    self.image = image
    self.label = label
    self.predicted = predicted
    self.patches = patches
  }
}

/// The most telling patches of one network's classes, and the patches of other classes' pictures that mislead it most.
public struct EvidencePatchResult: Hashable, Sendable {
  /// Patches of different pictures, the strongest first, none that looks like a stronger one.
  public struct Strongest: Hashable, Sendable {
    public let patches: [EvidencePatch]
    /// Whether there is no other patch to show; false where so many look alike that weaker ones were not held.
    public let isWhole: Bool

    public init(patches: [EvidencePatch], isWhole: Bool) {
      self.patches = patches
      self.isWhole = isWhole
    }
  }

  public struct ClassPatches: Hashable, Sendable {
    public let classIndex: Int
    /// Pictures of the class that were answered.
    public let images: Int
    /// From pictures of the class.
    public let telling: Strongest
    /// From pictures of all other classes.
    public let distractors: Strongest

    public init(classIndex: Int, images: Int, telling: Strongest, distractors: Strongest) {
      self.classIndex = classIndex
      self.images = images
      self.telling = telling
      self.distractors = distractors
    }
  }

  public let model: String
  public let question: EvidencePatchQuestion
  /// A patch's side in pixels: the receptive field's.
  public let patchSide: Int
  /// Pictures answered.
  public let count: Int
  public let classes: [ClassPatches]
  public let skipped: [SkippedImage]

  public init(
    model: String, question: EvidencePatchQuestion, patchSide: Int, count: Int, classes: [ClassPatches],
    skipped: [SkippedImage]
  ) {
    self.model = model
    self.question = question
    self.patchSide = patchSide
    self.count = count
    self.classes = classes
    self.skipped = skipped
  }
}
