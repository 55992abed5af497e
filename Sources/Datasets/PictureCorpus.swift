/// What a recipe's `corpus` names.
public enum PictureCorpus {
  /// The one place where a corpus' name becomes pictures: the path of a folder of class folders.
  ///
  /// - Throws: `FileError` or `DatasetsError` when there is no such corpus.
  public static func named(_ name: String) throws -> any LabelledPictures {
    LabelledFolder(try ImageFolder(path: name))
  }
}
