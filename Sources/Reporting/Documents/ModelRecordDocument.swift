import Layers
import Models
import Probes
import Studies

/// One network as its card and its weights describe it.
struct ModelRecordDocument: AnswerDocument {
  struct Steps: AnswerDocument {
    let resizeShorterSide: Nullable<Int>
    let centerCrop: Nullable<Int>
    let interpolation: Preprocessing.Interpolation
    let mean: Nullable<[Nullable<Float>]>
    let std: Nullable<[Nullable<Float>]>

    static var about: String? { "What is done to a picture first; null for a step left out." }

    init(_ steps: Preprocessing) {
      resizeShorterSide = Nullable(steps.resizeShorterSide)
      centerCrop = Nullable(steps.centerCrop)
      interpolation = steps.interpolation
      mean = Nullable(steps.mean?.map { Nullable($0) })
      std = Nullable(steps.std?.map { Nullable($0) })
    }
  }

  let name: String
  let study: String
  let architecture: String
  let classes: [String]
  let classNames: [String]
  let parameters: Signed
  let inputSize: Signed
  let receptiveField: Nullable<ReceptiveFieldDocument>
  let preprocessing: Steps
  let source: Nullable<String>
  let licence: Nullable<String>
  let corpus: Nullable<String>
  let cardTop1: Nullable<Double>
  let weightsSha256: String

  static var fields: [String: String] {
    [
      "study": "The study's file name.", "parameters": "Weights, counted.",
      "inputSize": "The side of the square picture that the network sees, in pixels.",
      "receptiveField": "Of one cell of the logit map; null where a cell sees the whole picture.",
      "cardTop1": "The accuracy that the model's card claims.",
    ]
  }

  init(_ entry: ReportData.Entry<ModelRecord>) {
    let card = entry.value.card
    name = entry.name
    study = entry.study
    architecture = card.architecture
    classes = card.classes
    classNames = card.classNames
    parameters = Signed(entry.value.parameters)
    inputSize = Signed(entry.value.inputSize)
    receptiveField = Nullable(entry.value.receptiveField.map(ReceptiveFieldDocument.init))
    preprocessing = Steps(card.preprocessing)
    source = Nullable(card.source)
    licence = Nullable(card.licence)
    corpus = Nullable(card.corpus)
    cardTop1 = Nullable(card.top1)
    weightsSha256 = entry.value.weightsSHA256
  }
}

/// Where the cells of a map look, in pixels of the input.
struct ReceptiveFieldDocument: AnswerDocument {
  let size: Int
  let stride: Int
  let offset: Signed

  static var about: String? { "Pixels of the input." }
  static var fields: [String: String] {
    ["offset": "The first pixel of cell 0; negative when padding lies before the image."]
  }

  init(_ field: ReceptiveField) {
    size = field.size
    stride = field.stride
    offset = Signed(field.offset)
  }
}
