import Files
import Foundation

/// A PDF file (ISO 32000-1), put together object by object; the same calls give the same bytes, with no date in them.
///
/// The libraries that Debian has cannot write what a print shop asks for: libharu 2.3 and cairo 1.16 know neither trim
/// and bleed boxes nor spot colours.
struct PDFDocument {
  /// An object that others can point to.
  struct Reference: Hashable {
    fileprivate let number: Int
    /// As other objects name it.
    var text: String { "\(number) 0 R" }
  }

  /// A page in millimetres from its lower left corner.
  struct Page {
    let paper: PaperSize
    /// Where the sheet is cut.
    let trim: PaperRectangle
    /// How far colour reaches beyond that.
    let bleed: PaperRectangle
    let content: PDFContent
  }

  private var objects: [Data] = []
  private var pages: [Reference] = []
  private let catalogue: Reference
  private let pageTree: Reference
  private let information: Reference

  /// - Parameter title: what a viewer shows above the page.
  init(title: String) {
    (catalogue, pageTree, information) = (Reference(number: 1), Reference(number: 2), Reference(number: 3))
    // A print dialogue that heeds it proposes the sheet's own size and no fitting to the page.
    objects = [
      Data("<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /PrintScaling /None >> >>".utf8), Data(),
      Data("<< /Title \(PDFText.description(title)) /Producer (Patchwork) >>".utf8),
    ]
  }

  /// Adds an object.
  mutating func add(_ body: String) -> Reference { add(Data(body.utf8)) }

  /// Adds a stream.
  ///
  /// - Parameter entries: of its dictionary, but for the length.
  mutating func addStream(_ entries: String, _ data: Data) -> Reference {
    add(
      Data("<< \(entries)\(entries.isEmpty ? "" : " ")/Length \(data.count) >>\nstream\n".utf8) + data
        + Data("\nendstream".utf8))
  }

  /// Adds a page.
  ///
  /// - Parameter resources: the entries of the dictionary of what its content names.
  mutating func add(_ page: Page, resources: String) {
    let content = addStream("", Data(page.content.finished.utf8))
    let sheet = PaperRectangle(left: 0, bottom: 0, width: page.paper.width, height: page.paper.height)
    pages.append(
      add(
        "<< /Type /Page /Parent \(pageTree.text) /MediaBox \(sheet.box) /BleedBox \(page.bleed.box) "
          + "/TrimBox \(page.trim.box) /Resources << \(resources) >> /Contents \(content.text) >>"))
  }

  /// The whole file.
  var data: Data {
    var objects = objects
    objects[1] = Data(
      "<< /Type /Pages /Count \(pages.count) /Kids [\(pages.map(\.text).joined(separator: " "))] >>".utf8)
    // The second line's bytes above 127 tell programs that this is no text.
    var file = Data("%PDF-1.6\n%".utf8) + Data([0xE2, 0xE3, 0xCF, 0xD3, 0x0A])
    var offsets: [Int] = []
    for (index, object) in objects.enumerated() {
      offsets.append(file.count)
      file += Data("\(index + 1) 0 obj\n".utf8) + object + Data("\nendobj\n".utf8)
    }
    let identifier = SHA256.hexadecimal(of: file).prefix(32)
    let table = file.count
    let entries = offsets.map { offset in
      String(repeating: "0", count: 10 - String(offset).count) + "\(offset) 00000 n \n"
    }
    file += Data(
      ("xref\n0 \(objects.count + 1)\n0000000000 65535 f \n" + entries.joined()
        + "trailer\n<< /Size \(objects.count + 1) /Root \(catalogue.text) /Info \(information.text) "
        + "/ID [<\(identifier)> <\(identifier)>] >>\nstartxref\n\(table)\n%%EOF\n").utf8)
    return file
  }

  private mutating func add(_ body: Data) -> Reference {
    objects.append(body)
    return Reference(number: objects.count)
  }
}

extension PaperRectangle {
  /// As a page's box: left, bottom, right and top in points of 1/72 inch.
  fileprivate var box: String {
    let edges = [left, bottom, left + width, bottom + height].map { PDFContent.number($0 * 72 / 25.4) }
    return "[\(edges.joined(separator: " "))]"
  }
}
