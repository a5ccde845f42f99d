// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Till",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [.library(name: "Till", targets: ["Till"])],
    dependencies: [.package(path: "../../../bindings-swift")],
    targets: [
        .target(name: "Till", dependencies: [.product(name: "Earnest", package: "bindings-swift")]),
        .testTarget(
            name: "TillTests",
            dependencies: ["Till", .product(name: "EarnestTesting", package: "bindings-swift")]),
    ],
    swiftLanguageModes: [.v6]
)
