import Studies

/// Text in which some parts stand out.
struct RichText: Hashable, ExpressibleByStringInterpolation {
  struct Interpolation: StringInterpolationProtocol {
    var markup = Markup()

    init(literalCapacity: Int, interpolationCount: Int) {}
    mutating func appendLiteral(_ literal: String) { markup = markup + Markup(text: literal) }
    /// Ordinary text.
    mutating func appendInterpolation(_ text: String) { markup = markup + Markup(text: text) }
    /// Text that stands out: a main number.
    mutating func appendInterpolation(strong text: String) {
      markup = markup + Markup("strong", [:], [Markup(text: text)])
    }
    /// Several texts in a row.
    mutating func appendInterpolation(list texts: [RichText]) {
      for (index, text) in texts.enumerated() {
        if index > 0 { markup = markup + Markup(text: "; ") }
        markup = markup + text.markup
      }
    }
    /// Text from a file or a command line, set apart as it is.
    mutating func appendInterpolation(code text: String) {
      markup = markup + Markup("code", [:], [Markup(text: text)])
    }
  }

  let markup: Markup

  /// Several texts, one after another.
  init(_ texts: RichText...) { markup = Markup(texts.map(\.markup)) }
  init(stringLiteral value: String) { markup = Markup(text: value) }
  init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }
}

/// A table with a header for each column and each row.
struct Table {
  struct Column {
    var title: String
    var isNumber = true
  }

  var caption: String
  var columns: [Column]
  /// Each row's first cell is its header.
  var rows: [[String]]

  /// - Parameters:
  ///   - text: the titles of leading columns that hold text.
  ///   - numbers: the titles of the columns after them.
  init(_ caption: String, text: [String], numbers: [String], rows: [[String]]) {
    self.caption = caption
    columns =
      text.map { Column(title: $0, isNumber: false) } + numbers.map { Column(title: $0, isNumber: true) }
    self.rows = rows
  }
}

/// A marker and what it stands for.
struct LegendItem {
  var key: Markup
  var text: String
}

/// A chart with its legend, caption and the numbers behind it.
struct Figure {
  enum Drawing {
    /// One for wide and one for narrow pages; exactly one is shown.
    case fitted(wide: Markup, narrow: Markup)
    /// Several of one size, as many beside each other as there is room for.
    case panels([Markup])
    /// One that keeps its size, and is scrolled where there is no room for it.
    case matrix(Markup)
  }

  /// Unique on the page.
  var id: String
  var caption: RichText
  var legend: [LegendItem] = []
  var drawing: Drawing
  var data: Table
  /// A table that stands beside the chart where there is room.
  var companion: Table?

  init(id: String, chart: RowPlot, layout: RowPlot.Layout = .wide, caption: RichText, data: Table) {
    self.id = id
    self.caption = caption
    self.data = data
    drawing = .fitted(
      wide: chart.draw(layout, id: "\(id)-wide"), narrow: chart.draw(.narrow, id: "\(id)-narrow"))
  }

  init(id: String, matrix: MatrixPlot, caption: RichText, data: Table) {
    self.id = id
    self.caption = caption
    self.data = data
    drawing = .matrix(matrix.draw(id: "\(id)-0"))
  }

  init(id: String, panels: [Markup], caption: RichText, data: Table) {
    self.id = id
    self.caption = caption
    self.data = data
    drawing = .panels(panels)
  }
}

/// A picture on the page.
struct ShownPicture {
  var picture: EncodedPicture
  /// What is seen, for those who do not see it.
  var alternative: String
  var caption: RichText
  /// Pixels stay squares when enlarged.
  var isPixelated = false
  /// The width it is shown at, in CSS pixels.
  var width: Int
}

/// The same picture without and with the sticker.
struct PicturePair {
  var name: String
  var before: ShownPicture
  var after: ShownPicture
}

/// One of several states of the same pictures, of which a script shows one at a time.
struct PictureState {
  /// Which state it is; pictures of one state are shown together.
  var step: Int
  /// The state in a few words.
  var name: String
  var picture: ShownPicture
}

/// Panels that share a picture's pixels, with a line on what they add up to and the numbers behind them.
struct MapFigure {
  var id: String
  var caption: RichText
  var check: RichText
  var panels: [(caption: String, drawing: Markup)]
  /// What the numbers are called where they are folded away.
  var dataTitle: String
  var data: Table
}

/// A fact with its name.
struct Fact {
  var name: String
  var value: RichText
}

/// A piece of a section; the template knows how each is shown.
enum PageBlock {
  case paragraph(RichText)
  /// A heading within a section.
  case heading(String)
  case findings([RichText])
  case note(RichText)
  case figure(Figure)
  case table(Table)
  case cards([(title: String, facts: [Fact])])
  case pictures([ShownPicture])
  /// Small pictures, many in a row.
  case thumbnails([ShownPicture])
  case pairs([PicturePair])
  /// `control` says what goes from state to state.
  case states([PictureState], control: String)
  case drawing(Markup)
  case maps([MapFigure])
  case facts([Fact])
  case commands([(title: String, command: String)])
  case folded(title: String, table: Table)
  /// Several blocks behind one line.
  case fold(title: String, [PageBlock])
}

/// A part of the page with a heading.
struct PageSection {
  /// The anchor, unique on the page.
  var id: String
  var title: String
  var blocks: [PageBlock]
}
