// swift-tools-version: 6.0
import PackageDescription

// Where the native library is that was built here, as `make test-swift` says. Apps have it from a binary target instead.
let library = Context.environment["EARNEST_NATIVE_LIBRARY"]
let linked: [LinkerSetting] = library.map { [.unsafeFlags(["-L", $0, "-Xlinker", "-rpath", "-Xlinker", $0])] } ?? []
// warnings are errors in the tests of this package, and never in the build of an app
let strict: [SwiftSetting] = Context.environment["EARNEST_STRICT"] == nil ? [] : [.unsafeFlags(["-warnings-as-errors"])]

let package = Package(
    name: "Earnest",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [
        .library(name: "Earnest", targets: ["Earnest"]),
        .library(name: "EarnestTesting", targets: ["EarnestTesting"]),
    ],
    targets: [
        // A release for Apple's systems has `.binaryTarget(name: "earnest_nativeFFI", path: "EarnestNative.xcframework")` here,
        // which `scripts/mobile-targets` builds where Apple's tools are.
        .systemLibrary(name: "earnest_nativeFFI", path: "Sources/CEarnestNative"),
        // what UniFFI wrote: no other package sees it
        .target(
            name: "EarnestNative", dependencies: ["earnest_nativeFFI"], linkerSettings: linked),
        .target(
            name: "Earnest", dependencies: ["EarnestNative"], resources: [.copy("PrivacyInfo.xcprivacy")], swiftSettings: strict),
        .target(name: "EarnestTesting", dependencies: ["Earnest"], swiftSettings: strict),
        .testTarget(name: "EarnestTests", dependencies: ["Earnest", "EarnestTesting"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// what only the tests of this tree need
if Context.environment["EARNEST_STRICT"] != nil {
    package.targets += [
        // how many calls a second it makes: `make compare-mobile`
        .executableTarget(name: "Rates", dependencies: ["Earnest"], path: "Tests/Rates", swiftSettings: strict),
        .executableTarget(name: "Exits", dependencies: ["Earnest"], path: "Tests/Exits", swiftSettings: strict),
        // the till of examples/mobile/swift, so that one build has its tests too
        .target(name: "Till", dependencies: ["Earnest"], path: "Tests/Till", swiftSettings: strict),
        .testTarget(name: "TillTests", dependencies: ["Till", "EarnestTesting"], path: "Tests/TillTests", swiftSettings: strict),
    ]
}
