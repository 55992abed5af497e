import Testing

extension CommandLineTests {
  /// A file or folder that is not there: exit 66; one of the wrong kind: exit 65.
  @Suite struct MissingFiles {
    @Test(arguments: [
      "classify --model gone.json photo.png",
      "models show gone.json",
      "weights convert gone.json --out w.safetensors",
      "weights inspect gone.pth",
      "classify --model gone.safetensors photo.png",
      "classify --model bag.json gone.png",
      "classify --model bag.json photo.png gone.png",
      "heatmap --model bag.json --image gone.png --out map.png",
      "sticker apply --sticker sticker.png --image gone.png --at 1,1 --out o.png",
      "sticker apply --sticker gone.png --image photo.png --at 1,1 --out o.png",
      "sticker print --sticker gone.png --size-mm 50 --out o.pdf",
      "sticker calibrate --photo gone.png --corners 1,1 9,1 9,9 1,9 --out o.csv",
      "sticker test --sticker gone.png --model bag.json --corpus corpus --target red",
      "evaluate --model bag.json --corpus gone",
      "sticker make --model bag.json --corpus gone --target red --side 8 --out s",
      "sticker make --model bag.json --corpus corpus --test-corpus gone --target red --side 8 --out s",
      "sticker test --sticker sticker.png --model bag.json --corpus gone --target red",
      "texture-bias --model bag.json --stimuli gone --mapping mapping.csv",
      "texture-bias --model bag.json --stimuli stimuli --mapping gone.csv",
      "texture-bias --responses gone.csv",
      "run gone.yaml",
      "run gone",
      "report gone.sqlite --out page.html",
      "report --training gone.training.jsonl --out page.html",
      "evaluate --model bag.json --corpus corpus --study gone/study.sqlite",
    ])
    func isNamedAndSaidToBeMissing(_ line: String) async throws {
      let workspace = try Self.workspace()
      try await workspace.expectFailure(line, code: 66, says: "gone")
    }

    @Test func weightsThatACardNamesAreNamed() async throws {
      let workspace = try Workspace()
      try workspace.addCard("bag.json", TinyNetwork.card("bagnet9", weights: "lost.pth"))
      try workspace.addPicture()
      for line in ["classify --model bag.json photo.png", "weights convert bag.json --out w.safetensors"] {
        try await workspace.expectFailure(line, code: 66, says: "lost.pth")
      }
    }

    @Test(arguments: [
      "classify --model folder.json photo.png",
      "classify --model bag.json folder.png",
      "weights inspect corpus",
      "heatmap --model bag.json --image corpus --out map.png",
      "sticker apply --sticker corpus --image photo.png --at 1,1 --out o.png",
      "texture-bias --responses corpus",
      "report corpus --out page.html",
      "report --out page.html --training corpus",
      "evaluate --model bag.json --corpus corpus --study corpus",
      "texture-bias --model bag.json --stimuli stimuli --mapping corpus",
    ])
    func aFolderInPlaceOfAFileIsRefused(_ line: String) async throws {
      let workspace = try Self.workspace()
      try workspace.addFolder("folder.json")
      try workspace.addFolder("folder.png")
      try await workspace.expectFailure(line, code: 65, says: "expected a file, found a folder")
    }

    @Test(arguments: [
      "evaluate --model bag.json --corpus photo.png",
      "texture-bias --model bag.json --stimuli photo.png --mapping mapping.csv",
    ])
    func aFileInPlaceOfAFolderIsRefused(_ line: String) async throws {
      let workspace = try Self.workspace()
      try await workspace.expectFailure(line, code: 65, says: "expected a folder, found a file")
    }

    private static func workspace() throws -> Workspace {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      try workspace.addPicture()
      try workspace.addSticker()
      let picture = TinyPictures.stimulus(shape: "red", texture: "blue", number: 1)
      try workspace.add("stimuli/red/red1-blue2.png", try picture.pngData())
      try workspace.add("mapping.csv", "class,category\nred,red\nblue,blue\n")
      return workspace
    }
  }
}
