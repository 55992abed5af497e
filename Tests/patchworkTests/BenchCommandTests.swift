import Testing

extension CommandLineTests {
  /// `bench`: the contract of its JSON and what it takes as a network.
  @Suite struct Bench {
    @Test func theDocumentHoldsToTheContract() async throws {
      let workspace = try Workspace()
      let document = try await workspace.json(
        "bench --model bagnet9 --width 4 --classes 5 --side 41 --batch 2 --repeats 2 --threads 1")
      document.expectWellKept()
      #expect(try document.number("gemm_gflops") > 0)
      let cases = try document.list("cases")
      #expect(try cases.map { try $0.text("name") } == ["bagnet9 forward", "bagnet9 forward+input-gradient"])
      for item in cases {
        #expect(try item.integer("batch") == 2)
        let (seconds, gflops) = (try item.number("seconds"), try item.number("gflops"))
        #expect(seconds > 0 && gflops > 0)
        let fraction = gflops / (try item.number("gemm_gflops"))
        #expect(abs(try item.number("fraction_of_gemm") - fraction) < 1e-6)
        #expect(try item.number("seconds_minimum") <= seconds)
        #expect(try item.number("seconds_maximum") >= seconds)
      }
    }

    @Test func tasksBatchesAndNetworksAreTakenTogether() async throws {
      let workspace = try Workspace()
      let cases = try await workspace.json(
        "bench --model bagnet9 resnet18 --width 4 --classes 5 --side 41 --batch 1 --batch 2 "
          + "--task training-step --task forward --repeats 1"
      ).list("cases")
      let names = try cases.map { try "\($0.text("name")) \($0.integer("batch"))" }
      #expect(
        names == [
          "bagnet9 training-step 1", "bagnet9 forward 1", "bagnet9 training-step 2", "bagnet9 forward 2",
          "resnet18 training-step 1", "resnet18 forward 1", "resnet18 training-step 2", "resnet18 forward 2",
        ])
    }

    @Test func aCardIsTimedOnItsOwnPictures() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 1)
      let cases = try await workspace.json(
        "bench --model bag.json --images corpus --batch 4 --repeats 1 --task forward"
      ).list("cases")
      #expect(try cases.map { try $0.text("name") } == ["tiny-bagnet9 forward"])
      #expect(try cases[0].integer("height") == 41 && cases[0].integer("width") == 41)
      let table = try await workspace.succeed("bench --model bag.json --repeats 1 --quiet")
      #expect(table.stdout.hasPrefix("matrix product: "))
      #expect(table.stdout.contains("tiny-bagnet9 forward+input-gradient"))
    }

    @Test func tasksOfOnePictureSayWhatTheyTookAndWhyTheyHaveNoSpeed() async throws {
      let workspace = try Workspace()
      let line = " --width 4 --classes 5 --side 41 --batch 2 --repeats 1 --task sticker-step --task occlusion"
      let bagnet = try await workspace.json("bench --model bagnet9 --task heatmap" + line)
      bagnet.expectWellKept()
      let cases = try bagnet.list("cases")
      #expect(try cases.map { try $0.text("task") } == ["heatmap", "sticker-step", "occlusion"])
      #expect(try cases.map { try $0.integer("batch") } == [1, 2, 1])
      for item in cases { #expect(try item.isNull("gflops") && item.text("reason").contains("not counted")) }
      let resnet = try await workspace.json("bench --model resnet18" + line)
      for item in try resnet.list("cases") { #expect(try item.number("gflops") > 0) }
    }

    @Test(arguments: [
      ("bench --model bag.json --width 8", 64, "--width"),
      ("bench --model bagnet18", 65, "bagnet33"),
      ("bench --model none.json", 66, "none.json"),
      ("bench --model bag.json --images nowhere", 66, "nowhere"),
      ("bench --model bagnet33 --width 4 --side 20 --repeats 1", 65, "larger picture"),
      ("bench --model bagnet9 --classes 1", 64, "at least 2"),
      ("bench --task magic", 64, "training-step"),
      ("bench --model resnet18 --width 4 --classes 5 --side 41 --task heatmap", 64, "expected a BagNet"),
    ])
    func whatCannotBeTimedIsRefused(_ line: String, _ code: Int32, _ word: String) async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try await workspace.expectFailure(line, code: code, says: word)
    }
  }
}
