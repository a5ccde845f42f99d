import XCTest
@testable import Earnest
final class MoneyTests: XCTestCase { func testA() {} }
