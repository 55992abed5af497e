import Mustache

/// Turns blocks into what the templates read. Strings are escaped by the template; only `Markup` that
/// Patchwork made is inserted as it is.
enum PageContext {
  typealias Object = [String: Any]

  static func section(_ section: PageSection) -> Object {
    ["id": section.id, "title": section.title, "blocks": section.blocks.map(block)]
  }

  private static func block(_ block: PageBlock) -> Object {
    switch block {
    case .paragraph(let text): ["paragraph": rich(text)]
    case .heading(let text): ["subheading": ["text": text]]
    case .findings(let texts): ["findings": ["items": texts.map(rich)]]
    case .note(let text): ["note": rich(text)]
    case .figure(let figure): ["figure": self.figure(figure)]
    case .table(let table): ["standalone": ["table": self.table(table)]]
    case .cards(let cards):
      ["cards": ["items": cards.map { ["heading": $0.title, "facts": $0.facts.map(fact)] as Object }]]
    case .pictures(let pictures): ["pictures": ["items": pictures.map(picture)]]
    case .thumbnails(let pictures): ["thumbnails": ["items": pictures.map(picture)]]
    case .pairs(let pairs):
      [
        "pairs": [
          "items": pairs.map {
            ["name": $0.name, "before": picture($0.before), "after": picture($0.after)] as Object
          }
        ]
      ]
    case .states(let states, let control):
      [
        "states": [
          "control": control,
          "items": states.map {
            ["step": $0.step, "name": $0.name, "shown": picture($0.picture)] as Object
          },
        ] as Object
      ]
    case .drawing(let markup): ["drawing": ["markup": markup.html]]
    case .maps(let figures): ["maps": ["items": figures.map(map)]]
    case .facts(let facts): ["glossary": ["facts": facts.map(fact)]]
    case .commands(let commands):
      ["commands": ["items": commands.map { ["heading": $0.title, "command": $0.command] as Object }]]
    case .folded(let title, let table): ["folded": ["heading": title, "table": self.table(table)] as Object]
    case .fold(let title, let blocks):
      ["fold": ["heading": title, "blocks": blocks.map(self.block)] as Object]
    }
  }

  private static func rich(_ text: RichText) -> Object { ["markup": text.markup.html] }

  private static func fact(_ fact: Fact) -> Object {
    ["name": fact.name, "markup": fact.value.markup.html]
  }

  private static func figure(_ figure: Figure) -> Object {
    var object: Object = [
      "id": figure.id, "caption": rich(figure.caption),
      "data": ["table": table(figure.data)] as Object, "isSplit": figure.companion != nil,
    ]
    switch figure.drawing {
    case .fitted(let wide, let narrow):
      object["fitted"] = ["wide": wide.html, "narrow": narrow.html] as Object
    case .panels(let panels):
      object["panelled"] = ["items": panels.map { ["markup": $0.html] as Object }] as Object
    case .matrix(let matrix):
      object["matrix"] = ["markup": matrix.html, "label": figure.data.caption] as Object
    }
    if !figure.legend.isEmpty {
      object["legend"] = ["items": figure.legend.map { ["key": $0.key.html, "text": $0.text] as Object }]
    }
    if let companion = figure.companion { object["companion"] = ["table": table(companion)] as Object }
    return object
  }

  private static func table(_ table: Table) -> Object {
    [
      "caption": table.caption,
      "columns": table.columns.map { ["title": $0.title, "numeric": $0.isNumber] as Object },
      "rows": table.rows.map { row in
        [
          "header": row.first ?? "", "isLong": isLong(row.first ?? ""),
          "cells": zip(row, table.columns).dropFirst().map { text, column in
            var cell: Object = ["text": text]
            if column.isNumber { cell["alignment"] = "n" } else if isLong(text) { cell["alignment"] = "long" }
            return cell
          },
        ] as Object
      },
    ]
  }

  /// Whether a cell needs room to wrap: a sentence, or a word too long for a column.
  private static func isLong(_ text: String) -> Bool {
    text.count > 48 || text.split(separator: " ").contains { $0.count > 24 }
  }

  private static func picture(_ shown: ShownPicture) -> Object {
    let height = shown.picture.height * shown.width / max(1, shown.picture.width)
    return [
      "source": shown.picture.dataURI, "alternative": shown.alternative, "caption": rich(shown.caption),
      "width": shown.width, "height": max(1, height), "isPixelated": shown.isPixelated,
    ]
  }

  private static func map(_ figure: MapFigure) -> Object {
    [
      "id": figure.id, "caption": rich(figure.caption), "check": rich(figure.check),
      "panels": figure.panels.map { ["label": $0.caption, "markup": $0.drawing.html] as Object },
      "data": ["heading": figure.dataTitle, "table": table(figure.data)] as Object,
    ]
  }
}

/// Escapes on Unicode scalars, where the library's own content type escapes whole characters and lets a
/// quotation mark through that a combining accent follows.
struct ScalarEscaping: MustacheContentType {
  static let name = "PATCHWORK"
  static let registered: Void = MustacheContentTypes.register(ScalarEscaping(), named: name)

  func escapeText(_ text: String) -> String { Markup.escaped(text) }
}
