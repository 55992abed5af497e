import Testing

extension CommandLineTests {
  /// Wrong usage: exit 64.
  @Suite struct UsageErrors {
    @Test(arguments: [
      ("--nonsense", "--nonsense"), ("nonsense", "nonsense"),
      ("evaluate --model bag.json", "--corpus"),
      ("evaluate --corpus corpus", "--model"),
      ("evaluate --model bag.json --corpus corpus --colour red", "--colour"),
      ("evaluate --model bag.json --corpus corpus --limit 0", "--limit"),
      ("evaluate --model bag.json --corpus corpus --limit many", "many"),
      ("evaluate --model bag.json --corpus corpus --threads 0", "--threads"),
      ("evaluate --model bag.json --corpus corpus --seed -3", "--seed"),
      ("evaluate --model bag.json bag.json --corpus corpus", "tiny-bagnet9"),
      ("perturb --attack pgd --model bag.json --corpus corpus", "--epsilon"),
      ("perturb --attack autoattack --epsilon 1/255 --model bag.json --corpus corpus", "standard"),
      ("perturb --attack pgd --epsilon 1/0 --model bag.json --corpus corpus", "1/0"),
      ("perturb --attack pgd --epsilon -1 --model bag.json --corpus corpus", "--epsilon"),
      ("perturb --attack pgd --norm l1 --epsilon 1/255 --model bag.json --corpus corpus", "'linf' and 'l2'"),
      ("perturb --attack cw --norm linf --model bag.json --corpus corpus", "expected l2"),
      (
        "perturb --attack square --steps 4 --epsilon 1/255 --model bag.json --corpus corpus",
        "settings among queries"
      ),
      ("perturb --attack deepfool --target red --model bag.json --corpus corpus", "untargeted goal"),
      (
        "perturb --attack pgd --target rad --epsilon 1/255 --model bag.json --corpus corpus",
        "did you mean red"
      ),
      ("perturb --attack lavan --model bag.json --corpus corpus", "--side with pixels or --area"),
      ("perturb --attack lavan --side 4 --area 0.1 --model bag.json --corpus corpus", "either --side"),
      ("perturb --attack lavan --side 4 --epsilon 1/255 --model bag.json --corpus corpus", "not --norm or"),
      ("perturb --attack lavan --side 4 --norm l2 --model bag.json --corpus corpus", "not --norm or"),
      ("perturb --attack pgd --side 4 --model bag.json --corpus corpus", "takes --epsilon, not --side"),
      (
        "perturb --attack deepfool --area 0.1 --model bag.json --corpus corpus", "takes --epsilon, not --side"
      ),
      ("perturb --attack patch-rs --side 0 --model bag.json --corpus corpus", "at least 1"),
      ("perturb --attack patch-rs --area 1.5 --model bag.json --corpus corpus", "1.5"),
      ("perturb --attack patch-rs --side 4 1000 --model bag.json --corpus corpus", "found 1000"),
      (
        "perturb --attack patch-rs --side 4 --steps 3 --model bag.json --corpus corpus",
        "settings among queries, restarts"
      ),
      (
        "perturb --attack lavan --side 4 --confidence 2 --model bag.json --corpus corpus",
        "a probability above 0"
      ),
      ("run --limit 3", "expect a recipe"),
      ("run fgsm --limit 0", "--limit"),
      ("run fgsm --colour red", "--colour"),
      ("run sticker-transfer --steps 3", "sticker-transfer: Unknown option '--steps'"),
      ("run fgsm pgd-l2 fgsm", "'fgsm' twice"),
      ("run fgsm --steps 3 --quiet", "fgsm: "),
      ("run brown-2017 --model bag.json --corpus corpus --out s --quiet", "brown-2017: "),
      ("attribution --model bag.json", "--corpus"),
      ("attribution --corpus corpus", "--model"),
      ("attribution --model bag.json --corpus corpus --methods magic", "deeplift"),
      ("attribution --model bag.json --corpus corpus --subsets 1", "from 2 to"),
      ("distortions --model bag.json", "--corpus"),
      ("distortions --corpus corpus", "--model"),
      ("distortions --model bag.json --corpus corpus --kind fog", "noise, low-pass, contrast"),
      ("classify --model bag.json", "image"),
      ("classify --model bag.json photo.png --top 0", "--top"),
      ("heatmap --model bag.json --image photo.png", "--out"),
      ("heatmap --model bag.json --image photo.png --stride 3 --out map.png", "--stride 1 or 8"),
      ("heatmap --model bag.json --image photo.png --method saliency --stride 1 --out map.png", "both"),
      (
        "heatmap --model bag.json --image photo.png --method saliency --study s.sqlite --out map.png",
        "--study"
      ),
      ("heatmap --model bag.json --image photo.png --method magic --out map.png", "magic"),
      ("heatmap --model bag.json --image photo.png --pad --out map.png", "--stride 1"),
      ("heatmap --model bag.json --image photo.png --occluder 4 --out map.png", "--method occlusion"),
      (
        "heatmap --model bag.json --image photo.png --method occlusion --occluder 4 --stride 5 --out map.png",
        "stride of 5"
      ),
      (
        "heatmap --model bag.json --image photo.png --method occlusion --occluder 0 --out map.png",
        "at least 1"
      ),
      ("heatmap --model bag.json --image photo.png --stride 0 --out map.png", "at least 1"),
      ("sticker make --model bag.json --corpus corpus --target red --out s", "--side"),
      ("sticker make --model bag.json --corpus corpus --side 8 --out s", "--target"),
      ("sticker make --model bag.json --corpus corpus --target red --untargeted --side 8 --out s", "both"),
      ("sticker make --model bag.json --corpus corpus --target red --side 8 --area 0.1 --out s", "both"),
      ("sticker make --model bag.json --corpus corpus --target red --area 2 --out s", "--area"),
      ("sticker make --model bag.json --corpus corpus --target red --side 8 --mask star --out s", "star"),
      ("sticker make --model bag.json --corpus corpus --target red --side 8 --steps 0 --out s", "steps"),
      ("sticker make --model bag.json --corpus corpus --target red --side 8 --scale 2 --out s", "2"),
      ("sticker make --model bag.json --corpus corpus --target red --side 400 --out s", "41×41"),
      ("sticker test --model bag.json --corpus corpus --sticker sticker.png", "--target"),
      ("sticker test --model bag.json --corpus corpus --sticker sticker.png --positions best", "best"),
      (
        "sticker test --model bag.json --corpus corpus --sticker sticker.png --positions all --scale 1,2",
        "one --scale"
      ),
      (
        "sticker test --model bag.json --corpus corpus --sticker sticker.png --position-stride 2",
        "--positions worst or all"
      ),
      (
        "sticker test --model bag.json --corpus corpus --sticker sticker.png --positions all --position-stride 0",
        "at least 1"
      ),
      (
        "sticker test --model bag.json --corpus corpus --sticker sticker.png --positions worst --out m.png",
        "--out"
      ),
      ("sticker apply --sticker sticker.png --image photo.png --at 3 --out o.png", "3"),
      ("sticker apply --sticker sticker.png --image photo.png --at 3,4 --scale 0 --out o.png", "--scale"),
      ("sticker apply --sticker sticker.png --image photo.png --out o.png", "neither"),
      (
        "sticker apply --sticker sticker.png --image photo.png --at 3,4 --corners 1,1 9,1 9,9 1,9 --out o.png",
        "both"
      ),
      (
        "sticker apply --sticker sticker.png --image photo.png --scale 2 --corners 1,1 9,1 9,9 1,9 --out o.png",
        "both"
      ),
      ("sticker apply --sticker sticker.png --image photo.png --corners 1,1 9,1 9,9 --out o.png", "found 3"),
      ("sticker apply --sticker sticker.png --image photo.png --corners 1,1 9,1 9 1,9 --out o.png", "'9'"),
      (
        "sticker apply --sticker sticker.png --image photo.png --corners 1,1 9,9 9,1 1,9 --out o.png",
        "convex quadrilateral"
      ),
      (
        "sticker apply --sticker sticker.png --image photo.png --corners 1,1 9,1 3,3 1,9 --out o.png",
        "convex quadrilateral"
      ),
      ("sticker print --sticker sticker.png --out o.pdf", "--size-mm"),
      ("sticker print --sticker sticker.png --size-mm 50 --paper a9 --out o.pdf", "--paper"),
      ("sticker palette", "--out"),
      ("sticker calibrate --photo photo.png --out o.csv", "--corners"),
      ("sticker calibrate --photo photo.png --corners 1,1 2,2 --out o.csv", "found 2"),
      (
        "sticker calibrate --photo photo.png --corners 1,1 9,1 9,9 1,9 --colours 0 --out o.csv",
        "from 1 to 234"
      ),
      ("texture-bias", "--responses"),
      ("texture-bias --model bag.json", "--stimuli"),
      ("texture-bias --stimuli corpus --responses x.csv", "--model"),
      ("weights convert bag.json", "--out"),
      ("weights convert bag.json --out w.safetensors --storage fp8", "fp8"),
      ("report study.sqlite", "--out"),
      ("report --training net.training.jsonl", "--out"),
      ("report --out page.html", "--training"),
      ("bench --repeats 0", "0"),
      ("models show", "model"),
      ("corpora make", "name"),
      ("corpora make silhouettes", "--out"),
      ("corpora make outlines --out o", "silhouettes"),
      ("corpora make silhouettes --out o --condition mixed", "cue-conflict"),
      ("corpora make silhouettes --out o --count 0", "--count"),
      ("corpora make silhouettes --out o --per-class none", "none"),
      ("corpora make silhouettes --out o --count 9 --per-class 9", "both"),
      ("corpora make silhouettes --out o --size 8", "16 to 2048"),
      ("corpora make silhouettes --out o --seed -1", "--seed"),
      ("corpora make silhouettes --out corpus", "corpus: expected a new or an empty folder"),
      ("corpora make silhouettes --out photo.png", "a file"),
    ])
    func wrongOptionsAreRefused(_ line: String, _ word: String) async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      try workspace.addPicture()
      try workspace.addSticker()
      try await workspace.expectFailure(line, code: 64, says: word)
    }

    @Test(arguments: [
      (
        "evaluate --model bag.json --corpus corpus --limit many", "'many'", "at least 1",
        "Take only the first N images", "evaluate"
      ),
      (
        "classify --model bag.json photo.png --top 1.5", "'1.5'", "whole number", "How many classes",
        "classify"
      ),
      (
        "classify --model bag.json photo.png --threads 2000", "'2000'", "from 1 to 1024", "Threads",
        "classify"
      ),
      (
        "sticker make --model bag.json --corpus corpus --target red --side 8 --mask star --out s", "'star'",
        "circle", "(", "sticker make"
      ),
      ("evaluate --model bag.json", "Missing", "--corpus", "A folder of class folders", "evaluate"),
      ("bench --colour red", "Unknown", "--colour", "see", "bench"),
    ])
    func wrongValuesAreAnsweredWithWhatWouldDoAndWhereToLook(
      _ line: String, _ found: String, _ expected: String, _ meaning: String, _ command: String
    ) async throws {
      let workspace = try Workspace()
      try await workspace.expectFailure(
        line, code: 64, says: found, expected, meaning, "see 'patchwork \(command) --help'")
    }

    @Test(arguments: [
      ("heatmap --model bag.json --image photo.png --class gren --out map.png", "green"),
      ("heatmap --model bag.json --image photo.png --class c_gren --out map.png", "c_green"),
      ("sticker make --model bag.json --corpus corpus --target bleu --side 8 --out s", "blue"),
      ("sticker test --model bag.json --corpus corpus --sticker sticker.png --target rad", "red"),
    ])
    func classesTheNetworkDoesNotHaveAreAnsweredWithNearOnes(_ line: String, _ near: String) async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      try workspace.addPicture()
      try workspace.addSticker()
      try await workspace.expectFailure(line, code: 64, says: "did you mean", near)
    }

    @Test func aClassLikeNoOtherIsAnsweredWithWhereToLook() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addPicture()
      try await workspace.expectFailure(
        "heatmap --model bag.json --image photo.png --class xylophonist --out map.png", code: 64,
        says: "xylophonist", "patchwork models show")
    }

    @Test func cuesWithoutAMappingAreRefusedWithTheWayToWriteOne() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      let picture = TinyPictures.stimulus(shape: "red", texture: "blue", number: 1)
      try workspace.add("stimuli/red/red1-blue2.png", try picture.pngData())
      try await workspace.expectFailure(
        "texture-bias --model bag.json --stimuli stimuli", code: 64, says: "class,category", "--mapping")
    }

    @Test func aMapAtEveryPixelIsRefusedForAnotherNetworkThanABagNet() async throws {
      let workspace = try Workspace()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addPicture()
      try await workspace.expectFailure(
        "heatmap --model res.json --image photo.png --stride 1 --out map.png", code: 64, says: "BagNet")
    }

    @Test func aPageThatIsNoPageByItsNameIsRefused() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 1)
      try await workspace.succeed("evaluate --model bag.json --corpus corpus --study study.sqlite")
      try await workspace.expectFailure("report study.sqlite --out page.txt", code: 64, says: ".html")
    }
  }
}
