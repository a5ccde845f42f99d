import Foundation
import XCTest

@testable import Earnest

/// The tree that these tests are of.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardizedFileURL

/// Reads a file of `scripts/test-swift` for these tests: the contract, the symbols of the built package.
func made(_ name: String) throws -> Data {
    let folder = try XCTUnwrap(ProcessInfo.processInfo.environment["EARNEST_SWIFT_MADE"], "run by scripts/test-swift")
    return try Data(contentsOf: URL(fileURLWithPath: folder).appendingPathComponent(name))
}

func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
}

func lines(_ path: String) throws -> [String] {
    try text(path).split(separator: "\n").map(String.init)
}

func json(_ text: String) throws -> JSON {
    try JSON(parsing: text)
}

/// A folder that is gone when the test has ended.
func withFolder<T>(_ work: (URL) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("earnest \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await work(folder)
}

/// Returns the refusal, or fails the test.
@discardableResult
func refused(
    _ code: String? = nil, field: String? = nil, file: StaticString = #filePath, line: UInt = #line, _ work: () async throws -> Any
) async -> EarnestError? {
    do {
        let answer = try await work()
        XCTFail("was not refused: \(answer)", file: file, line: line)
    } catch let error as EarnestError {
        if let code { XCTAssertEqual(error.code, code, error.message, file: file, line: line) }
        if let field { XCTAssertEqual(error.refusal["field"]?.string, field, error.message, file: file, line: line) }
        return error
    } catch {
        XCTFail("\(error)", file: file, line: line)
    }
    return nil
}

/// Waits until something holds: less long than a lease, behind which much holds in spite of a fault.
func eventually(_ limit: Duration = .seconds(45), _ holds: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await holds() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}

/// By how many bytes a process may grow that grows no more.
let flat = 5_000_000

/// By how many bytes this process grows over some work: a leak grows each time, and what an allocator keeps for itself does not.
func grown(_ work: () async throws -> Void) async throws -> Int {
    var least = Int.max
    for _ in 0..<3 where least >= flat {
        let before = try resident()
        try await work()
        least = min(least, try resident() - before)
    }
    return least
}

/// The memory of its own that this process has, in bytes: pages of files come and go.
private func resident() throws -> Int {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return ((Int(pages[1]) ?? 0) - (Int(pages[2]) ?? 0)) * 4096
}
