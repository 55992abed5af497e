import Foundation
import Testing

/// A PDF taken apart by its own table of objects.
struct PDFFixture {
  let text: String
  /// The bodies of the objects, by number.
  private(set) var objects: [Int: String] = [:]

  /// - Throws: when the table does not lead to every object.
  init(_ data: Data) throws {
    // One character a byte, so that offsets are positions.
    let bytes = [UInt8](data)
    text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    func part(_ range: Range<Int>) -> String {
      String(String.UnicodeScalarView(bytes[range].map { Unicode.Scalar($0) }))
    }
    #expect(text.hasPrefix("%PDF-1.6\n"))
    let start = try #require(text.suffix(60).firstMatch(of: /startxref\n(\d+)\n%%EOF\n$/)?.output.1)
    let table = part(try #require(Int(start))..<bytes.count)
    let count = try #require(Int(table.firstMatch(of: /^xref\n0 (\d+)\n/)?.output.1 ?? ""))
    let entries = table.matches(of: /(\d{10}) (\d{5}) ([nf]) \n/)
    try #require(entries.count == count)
    for (number, entry) in entries.enumerated().dropFirst() {
      let offset = try #require(Int(entry.output.1))
      let head = "\(number) 0 obj\n"
      let body = part(offset..<min(bytes.count, offset + 1_000_000))
      try #require(body.hasPrefix(head), "object \(number) is not at \(offset)")
      let end = try #require(body.range(of: "\nendobj\n"))
      objects[number] = String(body[body.index(body.startIndex, offsetBy: head.count)..<end.lowerBound])
    }
  }

  /// The pages' dictionaries in their order.
  var pages: [String] {
    objects.keys.sorted().compactMap { objects[$0] }.filter { $0.contains("/Type /Page ") }
  }

  /// The numbers of a page's box in millimetres.
  func box(_ name: String, _ page: String) throws -> [Double] {
    let list = try #require(page.firstMatch(of: try Regex("/\(name) \\[([^\\]]*)\\]"))?.output[1].substring)
    return list.split(separator: " ").compactMap { Double($0) }.map { $0 * 25.4 / 72 }
  }

  /// A page's operators.
  func content(_ page: String) throws -> String {
    let number = try #require(page.firstMatch(of: /\/Contents (\d+) 0 R/)?.output.1)
    let object = try #require(objects[Int(number) ?? 0])
    let start = try #require(object.range(of: "stream\n"))
    let end = try #require(object.range(of: "\nendstream"))
    let body = String(object[start.upperBound..<end.lowerBound])
    let length = try #require(object.firstMatch(of: /\/Length (\d+)/)?.output.1)
    #expect(body.unicodeScalars.count == Int(length))
    return body
  }

  /// The dictionaries of the pictures.
  var images: [String] {
    objects.values.filter { $0.contains("/Subtype /Image") }.map { String($0.prefix { $0 != "\n" }) }
  }
}
