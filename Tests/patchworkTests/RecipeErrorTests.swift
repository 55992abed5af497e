import Testing

extension CommandLineTests {
  /// Attack recipes that are wrong: the line is named, and nothing is done.
  @Suite struct WrongRecipes {
    private static let head = "summary: One sentence.\ncommand: sticker make\noptions:\n"
    private static let good = head + "  model: bag.json\n  corpus: corpus\n  target: red\n  side: 8\n"

    @Test(arguments: [
      (good + "  colour: red\n", "wrong.yaml:8: ", "Unknown option '--colour'"),
      (good + "  learning_rate: 0.1\n", "wrong.yaml:8: ", "learning_rate"),
      (good + "  steps: many\n", "wrong.yaml:8: ", "'many'"),
      (good + "  steps: 0\n", "wrong.yaml:8: ", "at least 1"),
      (good + "  steps: -3\n", "wrong.yaml:8: ", "at least 1"),
      (good + "  scale: [0.9, 1.1]\n", "wrong.yaml:8: ", "--scale"),
      (good + "  seed: [1, 2]\n", "wrong.yaml:8: ", "'2'"),
      (good + "  steps: true\n", "wrong.yaml:8: ", "--steps"),
      (good + "  untargeted: maybe\n", "wrong.yaml:8: ", "--untargeted"),
      (good + "  untargeted: true\n", "wrong.yaml:6: ", "found both"),
      (good + "  jpeg: 90,10\n", "wrong.yaml:8: ", "--jpeg"),
      (good + "  model: res.json\n", "wrong.yaml", "twice"),
      (good + "  limit: {first: 3}\n", "wrong.yaml:8: ", "options.limit"),
      (good + "  limit:\n", "wrong.yaml:8: ", "options.limit"),
      (good + "  limit: []\n", "wrong.yaml:8: ", "options.limit"),
      (good + "  out: there\n", "wrong.yaml:8: ", "patchwork run --out"),
      (good + "  json: true\n", "wrong.yaml:8: ", "patchwork run --json"),
      (good + "  help: true\n", "wrong.yaml:8: ", "patchwork run --help"),
      (good + "  experimental-dump-help: true\n", "wrong.yaml:4: ", "asks for help"),
      (good + "  version: true\n", "wrong.yaml:8: ", "--version"),
      (good + "  steps=3: 4\n", "wrong.yaml:8: ", "long name"),
      (
        good + "colour: red\n", "wrong.yaml:8: ",
        "expected one of command, expected, options, papers, summary"
      ),
      (head + "  model: bag.json\n  target: red\n  side: 8\n", "wrong.yaml:4: ", "--corpus"),
      (head + "  model: bag.json\n  corpus: corpus\n  side: 8\n", "wrong.yaml:4: ", "--target"),
      (
        "summary: One.\noptions:\n  side: 8\n", "wrong.yaml: ",
        "'command' (sticker make or sticker test or perturb)"
      ),
      ("summary: One.\ncommand: evaluate\noptions:\n  side: 8\n", "wrong.yaml:2: ", "'evaluate'"),
      ("summary: One.\ncommand: perturb\n", "wrong.yaml: ", "'options'"),
      ("summary: One.\ncommand: perturb\noptions: fgsm\n", "wrong.yaml:3: ", "a table"),
      ("command: perturb\noptions: {attack: fgsm}\n", "wrong.yaml: ", "'summary'"),
      (
        "summary: One.\ncommand: perturb\noptions: {attack: autoattack, epsilon: 1/255, corpus: c}\n",
        "wrong.yaml:3: ", "standard"
      ),
      (good + "papers: Brown et al. 2017\n", "wrong.yaml:8: ", "a list of tables"),
      (good + "papers:\n  - {authors: Brown et al.}\n", "wrong.yaml:9: ", "papers.year"),
      (good + "papers:\n  - {authors: B, year: 2017, doi: x}\n", "wrong.yaml:9: ", "papers.doi"),
      ("summary: [\n", "wrong.yaml:", "YAML"),
      ("- a\n- b\n", "wrong.yaml:1: ", "names and values"),
      ("summary: &a One.\ncommand: *a\n", "wrong.yaml:1: ", "anchor"),
    ])
    func areRefusedWithTheirLine(_ text: String, _ place: String, _ word: String) async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      try workspace.add("wrong.yaml", text)
      try await workspace.expectFailure("run wrong.yaml", code: 65, says: place, word)
    }

    @Test func whatTheNetworkRefusesIsToldWithTheRecipesName() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      try workspace.add("wrong.yaml", Self.good.replacing("target: red", with: "target: rad"))
      try await workspace.expectFailure(
        "run wrong.yaml --quiet", code: 64, says: "wrong: ", "did you mean red")
    }

    @Test func aFolderInPlaceOfARecipeIsRefused() async throws {
      let workspace = try Workspace()
      try workspace.addFolder("folder.yaml")
      try await workspace.expectFailure("run folder.yaml", code: 65, says: "expected a file, found a folder")
    }
  }
}
