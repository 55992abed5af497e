// swift-tools-version: 6.1
import Foundation
import PackageDescription

// MARK: - Settings

/// Where libFuzzer's archive is while readers are fuzzed; see Tests/Fuzzing.
let fuzzer = ProcessInfo.processInfo.environment["PATCHWORK_FUZZER"]

/// The engine runs its inner loops in debug builds too: unoptimised, the tests would take hours.
let optimised: [SwiftSetting] =
  [.unsafeFlags(["-O"], .when(configuration: .debug))]
  + (fuzzer == nil ? [] : [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])])

/// The C kernels are optimised in every configuration for the same reason.
let optimisedC: [CSetting] = [
  .unsafeFlags(["-O3"] + (fuzzer == nil ? [] : ["-fsanitize=fuzzer-no-link"]))
]

// MARK: - Targets

let systemLibraries: [Target] = [
  .systemLibrary(
    name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
  .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
  .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
]

let modules: [Target] = [
  .target(name: "CImageCodecs", dependencies: ["CPNG", "CJPEG"], cSettings: optimisedC),
  .target(name: "CKernels", cSettings: optimisedC),
  .target(name: "Files", swiftSettings: optimised),
  .target(name: "Tensors", dependencies: ["COpenBLAS", "CKernels", "Files"], swiftSettings: optimised),
  .target(name: "Layers", dependencies: ["Files", "Tensors"], swiftSettings: optimised),
  .target(name: "Checkpoints", dependencies: ["Files", "Tensors"], swiftSettings: optimised),
  .target(
    name: "Models", dependencies: ["Files", "Layers", "Checkpoints"], resources: [.copy("Zoo")],
    swiftSettings: optimised),
  .target(name: "Imaging", dependencies: ["Files", "CImageCodecs", "Tensors"], swiftSettings: optimised),
  .target(name: "Datasets", dependencies: ["Files", "Imaging", "Tensors"], swiftSettings: optimised),
  .target(
    name: "Silhouettes", dependencies: ["Files", "Imaging", "Datasets", "Tensors"], swiftSettings: optimised),
  .target(
    name: "Distortions", dependencies: ["Files", "Imaging", "Datasets", "Silhouettes", "Tensors"],
    swiftSettings: optimised),
  .target(
    name: "Training",
    dependencies: ["Files", "Layers", "Checkpoints", "Models", "Imaging", "Datasets", "Distortions"],
    swiftSettings: optimised),
  .target(
    name: "Stylising", dependencies: ["Files", "Layers", "Models", "Distortions"], swiftSettings: optimised),
  .target(name: "Adversary", dependencies: ["Files", "Layers", "Models"], swiftSettings: optimised),
  .target(
    name: "Probes",
    dependencies: ["Files", "Models", "Datasets", "Silhouettes", "Distortions", "Adversary"],
    swiftSettings: optimised),
  .target(
    name: "Benchmarks", dependencies: ["Files", "Models", "Datasets", "Adversary", "Probes"],
    swiftSettings: optimised),
  .target(
    name: "Studies", dependencies: ["Files", "Probes", .product(name: "GRDB", package: "GRDB.swift")]),
  .target(
    name: "Reporting",
    dependencies: [
      "Files", "Silhouettes", "Distortions", "Training", "Studies",
      .product(name: "Mustache", package: "swift-mustache"),
    ]),
  .executableTarget(
    name: "patchwork",
    dependencies: [
      "Files", "Tensors", "Layers", "Models", "Checkpoints", "Imaging", "Datasets", "Silhouettes",
      "Distortions", "Training", "Stylising", "Adversary", "Probes", "Benchmarks", "Studies", "Reporting",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "Yams", package: "Yams"),
    ],
    // Data, not code, so they stay at the top.
    resources: [.copy("../../Attacks")]),
]

/// What tests need beside the module that they test.
let testing: [String: [Target.Dependency]] = [
  "Models": ["TestSupport"],
  "Datasets": ["TestSupport"],
  "Distortions": ["TestSupport"],
  // A network that was trained is asked what it sees.
  "Training": ["TestSupport", "Probes"],
  "Stylising": ["TestSupport"],
  "Probes": ["TestSupport"],
  // The command line's tests make their own networks and pictures, and look into the studies it writes.
  "patchwork": ["Files", "Tensors", "Models", "Checkpoints", "Imaging", "Adversary", "Probes", "Studies"],
]

let tested = [
  "Tensors", "Layers", "Checkpoints", "Models", "Imaging", "Datasets", "Silhouettes", "Distortions",
  "Training", "Stylising", "Adversary", "Probes", "Benchmarks", "Studies", "Reporting", "patchwork",
]

/// Modules whose tests compare with numbers of another program.
let golden: Set = ["Checkpoints", "Imaging", "Layers", "Models", "Studies"]

let tests = tested.map { (module: String) -> Target in
  .testTarget(
    name: "\(module)Tests", dependencies: [.target(name: module)] + (testing[module] ?? []),
    resources: golden.contains(module) ? [.copy("Golden")] : [], swiftSettings: optimised)
}

/// What the tests of several modules use.
let testSupport: [Target] = [
  .target(name: "TestSupport", dependencies: ["Files", "Tensors"], path: "Tests/TestSupport")
]

/// The readers under libFuzzer, built only when it is asked for.
let fuzzing: [Target] =
  fuzzer.map { archive in
    [
      .target(name: "CFuzzer", path: "Tests/Fuzzing/CFuzzer"),
      .executableTarget(
        name: "reader-fuzzer", dependencies: ["CFuzzer", "Files", "Checkpoints", "Imaging", "Models"],
        path: "Tests/Fuzzing/ReaderFuzzer",
        linkerSettings: [
          .unsafeFlags(["-use-ld=lld", archive]), .linkedLibrary("stdc++"), .linkedLibrary("m"),
        ]),
    ]
  } ?? []

// MARK: - Package

let package = Package(
  name: "patchwork",
  products: [.executable(name: "patchwork", targets: ["patchwork"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: systemLibraries + modules + testSupport + tests + fuzzing
)
