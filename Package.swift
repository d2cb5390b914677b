// swift-tools-version: 6.2
import PackageDescription

/// Strict everywhere: every unsafe expression is marked, every warning stops the build, and every
/// name a file uses comes from a module that the file itself imports.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Tests drive unsafe entry points on purpose, and read better without a mark on each call.
let test: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]

/// What `twinfunnel help` prints: pages in Sources/Reports/Documentation.docc, embedded when the
/// program is built.
let pages = [
  "AARRR", "Accounts", "Activity", "Adoption", "Checks", "Conventions", "DoubleFunnel", "Explain",
  "Funnel", "Goals", "GrowthModels", "Identity", "Input", "Machines", "Models", "Nightly",
  "Options", "Peers",
  "Recurring", "Referral", "Retention", "Revenue", "Rhythm", "Sessions", "Sources", "Spec", "Speed",
  "Store",
  "VABS",
]

let package = Package(
  name: "twinfunnel",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Twinfunnel", targets: ["Twinfunnel"]),
    .executable(name: "twinfunnel", targets: ["TwinfunnelCommand"]),
    .executable(name: "twinfunnel-generate", targets: ["TwinfunnelGenerate"]),
    .executable(name: "twinfunnel-bench", targets: ["TwinfunnelBench"]),
  ],
  traits: [
    .trait(name: "ISAL", description: "Inflate with ISA-L (libisal) instead of zlib."),
    .trait(name: "XLSX", description: "Write Excel workbooks (libxlsxwriter)."),
    .default(enabledTraits: ["XLSX"]),
  ],
  dependencies: [
    // Exact: the flags of reports rest on how the parser finds arguments (DeclaredFlags).
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The flow, in order. A target depends only on targets above it.
    .systemLibrary(
      name: "CZlib",
      pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"]), .brew(["zlib"])]
    ),
    .systemLibrary(
      name: "CIgzip",
      pkgConfig: "libisal",
      providers: [.apt(["libisal-dev"]), .yum(["isa-l-devel"]), .brew(["isa-l"])]
    ),
    .systemLibrary(
      name: "CXlsxWriter",
      pkgConfig: "xlsxwriter",
      providers: [
        .apt(["libxlsxwriter-dev"]), .yum(["libxlsxwriter-devel"]), .brew(["libxlsxwriter"]),
      ]
    ),
    .target(name: "CByteScan"),
    .target(name: "CSystem"),
    .target(name: "Values", dependencies: ["CByteScan"], swiftSettings: strict),
    .target(name: "System", dependencies: ["CSystem", "Values"], swiftSettings: strict),
    .target(
      name: "EventLog",
      dependencies: [
        "CByteScan", "Values", "System", "CZlib",
        .target(name: "CIgzip", condition: .when(traits: ["ISAL"])),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Timelines", dependencies: ["CByteScan", "Values", "System", "EventLog"],
      swiftSettings: strict),
    .target(
      name: "Tables",
      dependencies: ["Values", .target(name: "CXlsxWriter", condition: .when(traits: ["XLSX"]))],
      swiftSettings: strict
    ),
    .target(
      name: "Pages", dependencies: ["Values", "Tables"],
      resources: [
        .embedInCode("page.css"), .embedInCode("page.js"), .embedInCode("figure.css"),
      ],
      swiftSettings: strict),
    .target(
      name: "Spec",
      dependencies: [
        "Values", "System", "EventLog", "Timelines", "Tables",
        .product(name: "Yams", package: "Yams"),
      ],
      resources: [.embedInCode("Presets/Files"), .embedInCode("Templates/Files")],
      swiftSettings: strict
    ),
    .target(
      name: "Reports",
      dependencies: ["Values", "System", "EventLog", "Timelines", "Tables", "Spec"],
      resources: pages.map { .embedInCode("Documentation.docc/\($0).md") },
      swiftSettings: strict
    ),
    .target(
      name: "Pipeline",
      dependencies: [
        "CByteScan", "Values", "System", "EventLog", "Timelines", "Tables", "Pages", "Spec",
        "Reports",
      ],
      swiftSettings: strict
    ),
    // The public face: the only module with `public` declarations.
    .target(
      name: "Twinfunnel",
      dependencies: ["Values", "System", "EventLog", "Tables", "Spec", "Reports", "Pipeline"],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "TwinfunnelCommand",
      dependencies: [
        "Values", "System", "EventLog", "Timelines", "Tables", "Pages", "Spec", "Reports",
        "Pipeline",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict
    ),

    // Beside the flow: seeded logs for the benchmark, the demo and the tests.
    .executableTarget(
      name: "TwinfunnelGenerate",
      dependencies: [
        "CZlib", "Values", "System", "EventLog",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "TwinfunnelBench",
      dependencies: [
        "CZlib", .target(name: "CIgzip", condition: .when(traits: ["ISAL"])),
        "Values", "System", "EventLog", "Timelines", "Spec", "Reports", "Pipeline",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict
    ),

    // Bytes from outside, by the million: `scripts/fuzz`.
    .executableTarget(
      name: "TwinfunnelFuzz",
      dependencies: [
        "Values", "System", "EventLog", "Timelines", "Tables", "Spec", "Reports", "Pipeline",
      ],
      swiftSettings: strict
    ),

    // What all tests share: one random source, temporary folders, the tag for long tests.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: test),
    .testTarget(
      name: "EventLogTests",
      dependencies: ["TestSupport", "Values", "System", "EventLog", "CByteScan", "CZlib"],
      swiftSettings: test),
    .testTarget(
      name: "TimelinesTests",
      dependencies: ["TestSupport", "Values", "System", "EventLog", "Timelines"],
      swiftSettings: test),
    .testTarget(
      name: "TablesTests", dependencies: ["TestSupport", "Values", "System", "EventLog", "Tables"],
      swiftSettings: test),
    .testTarget(
      name: "PagesTests", dependencies: ["TestSupport", "Values", "Tables", "Pages"],
      swiftSettings: test),
    .testTarget(
      name: "SpecTests",
      dependencies: [
        "TestSupport", "Values", "System", "EventLog", "Timelines", "Tables", "Spec", "Reports",
      ],
      swiftSettings: test),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "TestSupport", "Values", "System", "EventLog", "Timelines", "Tables", "Spec", "Reports",
      ],
      swiftSettings: test),
    .testTarget(
      name: "PipelineTests",
      dependencies: [
        "TestSupport",
        "CZlib", "Values", "System", "EventLog", "Timelines", "Tables", "Pages", "Spec", "Reports",
        "Pipeline",
      ],
      swiftSettings: test),
    .testTarget(
      name: "TwinfunnelTests", dependencies: ["TestSupport", "Twinfunnel"], swiftSettings: test),
    .testTarget(name: "TidyTests", dependencies: ["TestSupport"], swiftSettings: test),
    .testTarget(
      name: "GenerateTests", dependencies: ["TestSupport", "TwinfunnelGenerate"],
      swiftSettings: test),
    .testTarget(
      name: "CommandTests", dependencies: ["TestSupport", "TwinfunnelCommand"], swiftSettings: test),
  ],
  swiftLanguageModes: [.v6]
)
