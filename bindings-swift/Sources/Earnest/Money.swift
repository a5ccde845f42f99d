import Foundation

/// An amount for `Money`: a text, a `Decimal`, or a whole number of a currency without places.
///
/// `Double` is none of them, so that `Money(40.1, "USD")` does not compile.
public protocol MoneyAmount: Sendable {
    var _moneyText: String { get }
}

extension String: MoneyAmount {
    public var _moneyText: String { self }
}

extension Decimal: MoneyAmount {
    public var _moneyText: String { description }
}

extension Int: MoneyAmount {
    public var _moneyText: String { String(self) }
}

/// An amount of one currency, exact to its last place: `try Money("40.00", "USD")`.
///
/// The core counts, so operators throw: `currency_mismatch` for two currencies, `invalid_amount` from 10^38 minor units.
public struct Money: Sendable, Hashable {
    /// The amount in units of the currency, with all its places: `"40.00"`.
    public let text: String
    /// The code of the currency.
    public let currency: String

    /// So much of a currency: a text, a `Decimal`, or a whole number of a currency without places.
    public init<T: MoneyAmount>(_ amount: T, _ currency: String) throws(EarnestError) {
        for (field, text) in [("amount", amount._moneyText), ("currency", currency)] where text.utf8.contains(0) {
            throw .invalid(field, "must not have NUL")
        }
        if let whole = amount as? Int, (try Native.amount("amount", "0", currency)).scale > 0 {
            throw .invalidAmount("amount", "must be a text or a Decimal: `\(currency)` has decimal places, and \(whole) could be meant in them")
        }
        self = Money(try Native.amount("amount", amount._moneyText, currency), currency)
    }

    /// So many minor units: cents of a dollar.
    public init(minor: String, _ currency: String) throws(EarnestError) {
        self = Money(try Native.amountOfMinor(minor, currency), currency)
    }

    /// Reads `"40.00 USD"`.
    public static func parse(_ text: String) throws(EarnestError) -> Money {
        guard let space = text.firstIndex(of: " ") else { throw .invalidAmount("amount", "must be a text such as `40.00 USD`") }
        return try Money(String(text[..<space]), String(text[text.index(after: space)...]))
    }

    /// Nothing of a currency.
    public static func zero(_ currency: String) throws(EarnestError) -> Money {
        try Money("0", currency)
    }

    init(_ amount: NativeAmount, _ currency: String) {
        text = amount.text
        self.currency = currency
    }

    /// Reads JSON that was checked when it came.
    init?(wire: JSON) {
        // what was right when it came is not refused for what was registered since
        guard let read = (try? Money.read(wire, "money")) ?? (try? Money.read(wire, "money", asWritten: true)) else { return nil }
        self = read
    }

    /// Reads an object with `amount` and `currency`, or `"40.00 USD"`, and gives it all places of its
    /// currency; of a currency that is unknown here it stays as it is written.
    static func read(_ wire: JSON, _ path: String, asWritten: Bool = false) throws(EarnestError) -> Money {
        if let short = wire.string {
            guard let space = short.firstIndex(of: " ") else { throw .invalid(path, "must be an amount such as `40.00 USD`") }
            return try read(String(short[..<space]), String(short[short.index(after: space)...]), path, path, asWritten)
        }
        guard let members = wire.object else { throw .invalid(path, "must be an amount: an object with `amount` and `currency`") }
        guard let amount = members["amount"]?.string else { throw .invalid("\(path).amount", "must be an amount as text") }
        guard let currency = members["currency"]?.string else { throw .invalid("\(path).currency", "must be a text") }
        return try read(amount, currency, "\(path).amount", "\(path).currency", asWritten)
    }

    private static func read(
        _ amount: String, _ currency: String, _ amountAt: String, _ currencyAt: String, _ asWritten: Bool
    ) throws(EarnestError) -> Money {
        guard isAmount(amount) else { throw .invalid(amountAt, "must be an amount as text") }
        guard isCode(currency) else { throw .invalid(currencyAt, "must be the code of a currency") }
        let written = Money(unchecked: amount, currency)
        guard !asWritten, let places = Scales.met.of(currency) else { return written }
        let missing = places - written.scale
        guard missing >= 0 else { throw .invalidAmount(amountAt, "must not have more decimal places than \(places), as `\(currency)` has") }
        let full = missing == 0 ? amount : amount + (missing == places ? "." : "") + String(repeating: "0", count: missing)
        // what is zero has no sign
        return Money(unchecked: written.isNegative && written.isZero ? String(full.dropFirst()) : full, currency)
    }

    private init(unchecked text: String, _ currency: String) {
        self.text = text
        self.currency = currency
    }

    static let nothing = Money(unchecked: "0", "")

    /// Whether a text is what replies have for an amount.
    static func isAmount(_ text: String) -> Bool {
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        let halves = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isSigned = text.utf8.count - digits.count <= 1
        // a total may have a digit more than what is counted here
        let isLong = halves.contains { $0.count > 39 }
        let isLed = halves[0].count > 1 && halves[0].first == UInt8(ascii: "0")
        return isSigned && !isLong && !isLed && halves.count <= 2
            && halves.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
    }

    private static func isCode(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) }
    }

    /// The amount as a number of Foundation, of 38 digits.
    public var amount: Decimal { Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")) ?? 0 }

    /// The amount in minor units: cents of a dollar.
    public var minor: String {
        let sign = isNegative ? "-" : ""
        let digits = text.filter { $0.isASCII && $0.isNumber }.drop { $0 == "0" }
        return digits.isEmpty ? "0" : sign + digits
    }

    /// The decimal places of the currency.
    public var scale: Int {
        text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0
    }

    /// Whether it is nothing.
    public var isZero: Bool { minor == "0" }

    /// Whether it is below zero.
    public var isNegative: Bool { text.hasPrefix("-") }

    /// The same above zero.
    public var magnitude: Money { isNegative ? Money(unchecked: String(text.dropFirst()), currency) : self }

    /// The sum of both.
    public static func + (one: Money, other: Money) throws(EarnestError) -> Money {
        Money(try Native.sum(one, other), one.currency)
    }

    /// Subtracts the second amount.
    public static func - (one: Money, other: Money) throws(EarnestError) -> Money {
        Money(try Native.difference(one, other), one.currency)
    }

    /// So many times as much.
    public static func * (one: Money, factor: Int) throws(EarnestError) -> Money {
        Money(try Native.times(one, factor), one.currency)
    }

    /// The same below zero, or above.
    public static prefix func - (one: Money) throws(EarnestError) -> Money {
        Money(try Native.times(one, -1), one.currency)
    }

    /// How it compares: `try price.compare(limit) < 0`, or `== .orderedAscending`.
    public func compare(_ other: Money) throws(EarnestError) -> Ordering {
        Ordering(rawValue: try Native.compare(self, other))
    }

    /// Equal parts that sum to the whole. What cannot be divided goes, a minor unit each, to the first parts.
    public func split(_ parts: Int) throws(EarnestError) -> [Money] {
        try Native.splitEvenly(self, parts).map { Money($0, currency) }
    }

    /// Parts by weights that sum to the whole.
    public func split(_ weights: [Int]) throws(EarnestError) -> [Money] {
        try Native.split(self, weights).map { Money($0, currency) }
    }

    /// `"40.00 USD"`.
    public func format() -> String { description }

    /// As people of a language write it: `$40.00`.
    public func format(locale: Locale) -> String {
        let isCode = currency.utf8.count == 3 && currency.utf8.allSatisfy { (0x41...0x5a).contains($0) }
        if isCode {
            let style = Decimal.FormatStyle.Currency(code: currency, locale: locale)
            return amount.formatted(style.precision(.fractionLength(scale)))
        }
        return amount.formatted(Decimal.FormatStyle(locale: locale).precision(.fractionLength(scale))) + " " + currency
    }

    var json: JSON { ["amount": .string(text), "currency": .string(currency)] }
}

extension Money: CustomStringConvertible {
    /// `"40.00 USD"`.
    public var description: String { "\(text) \(currency)" }
}

extension Money: Codable {
    /// Reads `{"amount": "40.00", "currency": "USD"}`, or `"40.00 USD"`.
    public init(from decoder: any Decoder) throws {
        self = try Money.read(JSON(from: decoder), "money")
    }

    public func encode(to encoder: any Encoder) throws {
        try json.encode(to: encoder)
    }
}

/// How two amounts compare: a number below zero, zero, or above, under the names of `ComparisonResult`.
public struct Ordering: RawRepresentable, Sendable, Hashable, Comparable, ExpressibleByIntegerLiteral {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue.signum() }
    public init(integerLiteral value: Int) { self.init(rawValue: value) }

    /// The first is less.
    public static let orderedAscending = Ordering(rawValue: -1)
    /// Both are the same.
    public static let orderedSame = Ordering(rawValue: 0)
    /// The first is more.
    public static let orderedDescending = Ordering(rawValue: 1)

    public static func < (one: Ordering, other: Ordering) -> Bool { one.rawValue < other.rawValue }
}

/// The measure of a rule: a whole number, or money.
public enum Measure: Sendable, Hashable, ExpressibleByIntegerLiteral {
    case count(Int)
    case money(Money)

    public init(integerLiteral value: Int) { self = .count(value) }

    init?(wire: JSON) {
        if let count = wire.int {
            self = .count(count)
        } else if let money = Money(wire: wire) {
            self = .money(money)
        } else {
            return nil
        }
    }
}

/// Currencies beside those of ISO 4217.
public enum Currency {
    /// Makes a currency known to `Money` in this process: its code and its decimal places. An engine that is opened with
    /// `Options(currencies: ["USDC": 6])` does so by itself.
    public static func register(_ code: String, scale: Int) throws(EarnestError) {
        guard let places = UInt8(exactly: scale) else { throw .invalid("currencies", "must give `\(code)` from 0 to 18 decimal places") }
        try Native.registerCurrency(code, places)
        Scales.met.forget(code)
    }

    /// The decimal places of a currency; of a code that is unknown, none.
    public static func scale(_ code: String) -> Int? {
        (try? Native.scale(code)) ?? nil
    }
}

/// The decimal places of currencies that were met. What is registered afterwards has the say.
private final class Scales: @unchecked Sendable {
    static let met = Scales()
    private let lock = NSLock()
    private var known: [String: Int] = [:]

    func forget(_ code: String) {
        lock.withLock { known[code] = nil }
    }

    func of(_ code: String) -> Int? {
        if let places = lock.withLock({ known[code] }) { return places }
        guard let places = Currency.scale(code) else { return nil }
        lock.withLock { known[code] = places }
        return places
    }
}
