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
  .target(name: "Adversary", dependencies: ["Files", "Layers", "Models"], swiftSettings: optimised),
  .target(
    name: "Probes", dependencies: ["Files", "Adversary", "Datasets", "Models"], swiftSettings: optimised),
  .target(
    name: "Studies", dependencies: ["Files", "Probes", .product(name: "GRDB", package: "GRDB.swift")]),
  .target(
    name: "Reporting",
    dependencies: ["Files", "Studies", .product(name: "Mustache", package: "swift-mustache")],
    // Data, not code, so it stays at the top; inside the program, which may stand anywhere.
    resources: [.embedInCode("../../Reports/report.schema.json")]),
  .executableTarget(
    name: "patchwork",
    dependencies: [
      "Files", "Tensors", "Layers", "Models", "Checkpoints", "Imaging", "Datasets", "Adversary", "Probes",
      "Studies", "Reporting", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "Yams", package: "Yams"),
    ],
    // Data, not code, so they stay at the top.
    resources: [.copy("../../Attacks")]),
]

let tests: [Target] = [
  "Tensors", "Layers", "Checkpoints", "Models", "Imaging", "Datasets", "Adversary", "Probes",
  "Studies", "Reporting", "patchwork",
].map { module in
  .testTarget(
    name: "\(module)Tests",
    // The command line's tests make their own networks and pictures, and look into the studies it writes.
    dependencies: module == "patchwork"
      ? [
        "patchwork", "Files", "Tensors", "Models", "Checkpoints", "Imaging", "Adversary", "Probes", "Studies",
      ]
      : [.target(name: module)],
    exclude: [],
    resources: ["Checkpoints", "Imaging", "Layers", "Models", "Studies"].contains(module)
      ? [.copy("Golden")] : [],
    swiftSettings: optimised)
}

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
  targets: systemLibraries + modules + tests + fuzzing
)
