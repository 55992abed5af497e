import Mustache

/// The page's templates. `{{x}}` is escaped; `{{{x}}}` stands only where the value is markup that Patchwork
/// built from escaped parts. A name that may be absent is written `.x`: without the point the library would
/// look for it further out.
enum PageTemplate {
  /// All of them, parsed.
  ///
  /// - Throws: `ReportingError.template`.
  static func library() throws -> MustacheLibrary {
    _ = ScalarEscaping.registered
    var library = MustacheLibrary()
    for (name, text) in [
      ("page", page), ("block", block), ("figure", figure), ("table", table), ("picture", picture),
    ] {
      do {
        try library.register("{{% CONTENT_TYPE: \(ScalarEscaping.name)}}" + text, named: name)
      } catch {
        throw ReportingError.template(name: name, reason: "\(error)")
      }
    }
    return library
  }

  private static let page = #"""
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'sha256-{{styleHash}}'; script-src 'sha256-{{scriptHash}}'; base-uri 'none'; form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="generator" content="Patchwork">
    <title>{{pageTitle}}</title>
    <style>{{{pageStyle}}}</style>
    </head>
    <body>
    <a class="skip" href="#main">Skip to the results</a>
    <div class="sheet">
    <header class="top">
    <p class="kicker">Patchwork</p>
    <h1>{{pageTitle}}</h1>
    <p class="subtitle">{{subtitle}}</p>
    </header>
    <nav class="contents" aria-label="Contents">
    <ol>
    {{#sections}}
    <li><a href="#{{id}}">{{title}}</a></li>
    {{/sections}}
    </ol>
    </nav>
    <main id="main">
    {{#sections}}
    <section id="{{id}}" aria-labelledby="{{id}}-heading">
    <h2 id="{{id}}-heading">{{title}}</h2>
    {{#blocks}}
    {{>block}}
    {{/blocks}}
    </section>
    {{/sections}}
    </main>
    <footer>
    <p>Made by Patchwork from the {{sources}} named above. The same numbers, for programs: <code>{{jsonName}}</code>. This page loads nothing from anywhere. Its one script only adds: choosing networks, sorting, copying; without it everything is here to read.</p>
    </footer>
    </div>
    <script>{{{pageScript}}}</script>
    </body>
    </html>
    """#

  private static let block = #"""
    {{#paragraph}}
    <p>{{{markup}}}</p>
    {{/paragraph}}
    {{#subheading}}
    <h3>{{text}}</h3>
    {{/subheading}}
    {{#note}}
    <p class="note">{{{markup}}}</p>
    {{/note}}
    {{#findings}}
    <ul class="findings">
    {{#items}}
    <li>{{{markup}}}</li>
    {{/items}}
    </ul>
    {{/findings}}
    {{>figure}}
    {{#standalone}}
    {{>table}}
    {{/standalone}}
    {{#cards}}
    <div class="cards">
    {{#items}}
    <article class="card">
    <h3>{{heading}}</h3>
    <dl>
    {{#facts}}
    <dt>{{name}}</dt><dd>{{{markup}}}</dd>
    {{/facts}}
    </dl>
    </article>
    {{/items}}
    </div>
    {{/cards}}
    {{#pictures}}
    <div class="pictures">
    {{#items}}
    {{>picture}}
    {{/items}}
    </div>
    {{/pictures}}
    {{#thumbnails}}
    <div class="pictures thumbnails">
    {{#items}}
    {{>picture}}
    {{/items}}
    </div>
    {{/thumbnails}}
    {{#pairs}}
    <ul class="pairs">
    {{#items}}
    <li>
    <div class="pair">
    {{#before}}{{>picture}}{{/before}}
    {{#after}}{{>picture}}{{/after}}
    </div>
    <p class="name">{{name}}</p>
    </li>
    {{/items}}
    </ul>
    {{/pairs}}
    {{#states}}
    <div class="states pictures" data-control="{{control}}">
    {{#items}}
    <div data-step="{{step}}" data-state="{{name}}">{{#shown}}{{>picture}}{{/shown}}</div>
    {{/items}}
    </div>
    {{/states}}
    {{#drawing}}
    <div class="scale">{{{markup}}}</div>
    {{/drawing}}
    {{#maps}}
    <div class="maps">
    {{#items}}
    <figure id="{{id}}" class="map">
    <div class="panels">
    {{#panels}}
    <div class="panel">{{{markup}}}<p>{{label}}</p></div>
    {{/panels}}
    </div>
    <p class="check">{{#check}}{{{markup}}}{{/check}}</p>
    {{#data}}
    <details><summary>{{heading}}</summary>
    {{>table}}
    </details>
    {{/data}}
    <figcaption>{{#caption}}{{{markup}}}{{/caption}}</figcaption>
    </figure>
    {{/items}}
    </div>
    {{/maps}}
    {{#glossary}}
    <dl class="glossary">
    {{#facts}}
    <dt>{{name}}</dt><dd>{{{markup}}}</dd>
    {{/facts}}
    </dl>
    {{/glossary}}
    {{#commands}}
    <ol class="commands">
    {{#items}}
    <li><p>{{heading}}</p><pre><code>{{command}}</code></pre></li>
    {{/items}}
    </ol>
    {{/commands}}
    {{#.fold}}
    <details class="more"><summary>{{heading}}</summary>
    {{#blocks}}
    {{>block}}
    {{/blocks}}
    </details>
    {{/.fold}}
    {{#folded}}
    <details><summary>{{heading}}</summary>
    {{>table}}
    </details>
    {{/folded}}
    """#

  private static let figure = #"""
    {{#figure}}
    <figure id="{{id}}" class="chart{{#isSplit}} split{{/isSplit}}">
    <div class="plot">
    {{#.legend}}
    <ul class="legend">
    {{#items}}
    <li>{{{key}}}<span>{{text}}</span></li>
    {{/items}}
    </ul>
    {{/.legend}}
    {{#.fitted}}
    <div class="wide">{{{wide}}}</div>
    <div class="narrow">{{{narrow}}}</div>
    {{/.fitted}}
    {{#.panelled}}
    <div class="panelled">
    {{#items}}
    <div>{{{markup}}}</div>
    {{/items}}
    </div>
    {{/.panelled}}
    {{#.matrix}}
    <div class="matrix scroll" role="region" tabindex="0" aria-label="{{label}}, drawn">{{{markup}}}</div>
    {{/.matrix}}
    </div>
    {{#.companion}}
    <div class="companion">{{>table}}</div>
    {{/.companion}}
    {{#data}}
    <details><summary>The numbers in this figure</summary>
    {{>table}}
    </details>
    {{/data}}
    <figcaption>{{#caption}}{{{markup}}}{{/caption}}</figcaption>
    </figure>
    {{/figure}}
    """#

  private static let table = #"""
    {{#table}}
    <div class="scroll" role="region" tabindex="0" aria-label="{{caption}}">
    <table>
    <caption><span>{{caption}}</span></caption>
    <thead><tr>{{#columns}}<th scope="col"{{#numeric}} class="n"{{/numeric}}>{{title}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row"{{#isLong}} class="long"{{/isLong}}>{{header}}</th>{{#cells}}<td{{#.alignment}} class="{{.}}"{{/.alignment}}>{{text}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/table}}
    """#

  private static let picture = #"""
    <figure class="picture">
    <img src="{{source}}" width="{{width}}" height="{{height}}" alt="{{alternative}}"{{#isPixelated}} class="pixelated"{{/isPixelated}}>
    <figcaption>{{#caption}}{{{markup}}}{{/caption}}</figcaption>
    </figure>
    """#
}
