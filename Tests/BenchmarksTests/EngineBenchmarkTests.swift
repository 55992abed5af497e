import Foundation
import Imaging
import Models
import Testing

@testable import Benchmarks
@testable import Files
@testable import Layers
@testable import Tensors

@Suite("Engine benchmark")
struct EngineBenchmarkTests {
  /// A quarter of a quarter of the published width, two pictures.
  private static func subject(_ architecture: String = "bagnet9") throws -> BenchmarkSubject {
    let model = try LoadedModel.random(try Architecture.named(architecture), width: 4, classes: 5, seed: 1)
    return BenchmarkSubject(
      name: "tiny", model: model, images: BenchmarkPictures.random(batch: 2, side: 41, seed: 2),
      workers: Workers(count: 2))
  }

  @Test func theCatalogueHoldsEachTaskOnce() {
    let names = BenchmarkTask.catalogue.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(BenchmarkTask.catalogue.map(\.title)).count == names.count)
    #expect(
      BenchmarkTask.catalogue.filter(\.isDefault).map(\.title) == ["forward", "forward+input-gradient"])
    for name in names { #expect(BenchmarkTask.named(name)?.name == name) }
    #expect(BenchmarkTask.named("magic") == nil)
  }

  @Test(arguments: BenchmarkTask.catalogue.map(\.name))
  func everyTaskIsTimed(_ name: String) throws {
    let task = try #require(BenchmarkTask.named(name))
    var benchmark = EngineBenchmark(workers: Workers(count: 1), repetitions: 3)
    #expect(benchmark.gemmGflops == nil)
    let result = try benchmark.measure(task, on: try Self.subject())
    #expect(result.name == "tiny \(task.title)")
    let pictures = ["occlusion", "heatmap", "positions"].contains(name) ? 1 : 2
    #expect((result.batch, result.height, result.width) == (pictures, 41, 41))
    #expect(result.allSeconds.count == 3 && result.allSeconds.allSatisfy { $0 > 0 })
    #expect(result.allSeconds.contains(result.seconds))
    #expect(result.gemmGflops > 0)
    let limit = try #require(benchmark.gemmGflops)
    #expect(abs(limit - result.gemmGflops) < 1e-9 * limit, "two samples' median is their mean")
    if let operations = result.operations {
      #expect(result.gflops == 1e-9 * operations / result.seconds)
      #expect(result.fractionOfGemm == 1e-9 * operations / result.seconds / result.gemmGflops)
    }
  }

  @Test func operationsAreCountedInForwardPasses() throws {
    let subject = try Self.subject()
    let forward = try subject.forwardOperations()
    #expect(forward == (try subject.model.network.operationCount(for: [2, 3, 41, 41])))
    for (task, passes) in [("forward", 1.0), ("input-gradient", 2), ("training-step", 3)] {
      #expect(try BenchmarkTask.named(task)?.prepare(subject).operations == passes * forward)
    }
  }

  /// A BagNet computes parts of passes, a ResNet a full pass for every square and place.
  @Test func operationsOfChangesAreCountedWhereAllIsComputed() throws {
    let (bagnet, resnet) = (try Self.subject(), try Self.subject("resnet18"))
    let once = try resnet.forwardOperations() / 2
    // Of 41 px: squares of 16 every 8 until one reaches the border; 20 px at every pixel.
    for (name, passes) in [("sticker-step", 4.0), ("occlusion", 1 + 5 * 5), ("positions", 22 * 22)] {
      let task = try #require(BenchmarkTask.named(name))
      #expect(try task.prepare(resnet).operations == passes * once, "\(name)")
      #expect(try task.prepare(bagnet).operations == nil, "\(name)")
    }
  }

  @Test func aMapAtEveryPixelOfAnotherNetworkThanABagNetIsRefused() throws {
    let task = try #require(BenchmarkTask.named("heatmap"))
    let subject = try Self.subject("resnet18")
    #expect(throws: ModelError.notLocal(name: "resnet18", architecture: "resnet18")) {
      _ = try task.prepare(subject)
    }
  }

  @Test func aTaskThatCannotCountItsOperationsHasNoSpeed() throws {
    let task = BenchmarkTask(name: "nap", title: "nap", summary: "nothing") { _ in
      PreparedBenchmark(operations: nil) { Thread.sleep(forTimeInterval: 0.002) }
    }
    var benchmark = EngineBenchmark(workers: Workers(count: 1), repetitions: 1)
    let result = try benchmark.measure(task, on: try Self.subject())
    #expect(result.seconds >= 0.002)
    #expect(result.gflops == nil && result.fractionOfGemm == nil)
  }

  @Test func oneUntimedRepetitionGoesBefore() throws {
    let counter = Counter()
    let task = BenchmarkTask(name: "count", title: "count", summary: "nothing") { _ in
      PreparedBenchmark(operations: 1) { counter.value += 1 }
    }
    var benchmark = EngineBenchmark(workers: Workers(count: 1), repetitions: 4)
    _ = try benchmark.measure(task, on: try Self.subject())
    #expect(counter.value == 5)
  }

  @Test func picturesTooSmallForTheNetworkAreRefused() throws {
    let model = try LoadedModel.random(try Architecture.named("bagnet33"), width: 4, classes: 5, seed: 1)
    let subject = BenchmarkSubject(
      name: "tiny", model: model, images: BenchmarkPictures.random(batch: 1, side: 20, seed: 2),
      workers: Workers(count: 1))
    var benchmark = EngineBenchmark(workers: Workers(count: 1), repetitions: 1)
    for task in BenchmarkTask.catalogue {
      do {
        _ = try benchmark.measure(task, on: subject)
        Issue.record("\(task.name) took pictures smaller than a receptive field")
      } catch let error as any ReportableError {
        #expect(error.fault == .badInput && error.description.contains("larger picture"), "\(error)")
      }
    }
  }

  @Test func mediansAreInTheMiddle() {
    #expect(EngineBenchmark.median([3, 1, 2]) == 2)
    #expect(EngineBenchmark.median([4, 1, 2, 3]) == 2.5)
    #expect(EngineBenchmark.median([7]) == 7)
  }

  @Test func durationsAreSecondsToTheLastDigit() {
    #expect(Duration.milliseconds(1500).inSeconds == 1.5)
    #expect((Duration.seconds(3) + .nanoseconds(250)).inSeconds == 3.00000025)
    #expect(Duration.seconds(-2).inSeconds == -2)
  }

  private final class Counter: @unchecked Sendable { var value = 0 }
}

@Suite("Benchmark pictures")
struct BenchmarkPicturesTests {
  private static func withFolder(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/benchmark-pictures-\(UUID())"
    try AtomicFile.makeFolder(path + "/below")
    defer { try? FileManager.default.removeItem(atPath: path) }
    for (name, side, shade) in [("b.png", 6, 51), ("a.png", 6, 102), ("below/c.png", 6, 255)] {
      let bytes = [UInt8](repeating: UInt8(shade), count: side * side * 3)
      try AtomicFile.write(
        try Picture(width: side, height: side, bytes: bytes).pngData(), to: "\(path)/\(name)")
    }
    try body(path)
  }

  @Test func foldersAreSortedAndFewPicturesComeAgain() throws {
    try Self.withFolder { path in
      let images = try BenchmarkPictures.read([path], batch: 4, preprocessing: Preprocessing())
      #expect(images.shape == [4, 3, 6, 6])
      #expect((0..<4).map { images[$0, 0, 0, 0] } == [0.4, 0.2, 1, 0.4])
      let one = try BenchmarkPictures.read(
        ["\(path)/b.png", "\(path)/below"], batch: 2, preprocessing: Preprocessing(centerCrop: 4))
      #expect(one.shape == [2, 3, 4, 4])
      #expect((0..<2).map { one[$0, 0, 0, 0] } == [0.2, 1])
    }
  }

  @Test func differentSizesMissingFilesAndEmptyFoldersAreRefused() throws {
    try Self.withFolder { path in
      let bytes = [UInt8](repeating: 9, count: 5 * 5 * 3)
      try AtomicFile.write(try Picture(width: 5, height: 5, bytes: bytes).pngData(), to: "\(path)/d.png")
      try AtomicFile.makeFolder("\(path)/empty")
      func fault(_ paths: [String]) -> String {
        do {
          _ = try BenchmarkPictures.read(paths, batch: 9, preprocessing: Preprocessing())
          return ""
        } catch let error as any ReportableError {
          return error.description
        } catch {
          return "\(error)"
        }
      }
      #expect(fault([path]).contains("[3, 6, 6] and [3, 5, 5]"))
      #expect(fault(["\(path)/none.png"]).contains("no such file"))
      #expect(fault(["\(path)/empty"]).contains("expected JPEG or PNG pictures"))
    }
  }
}
