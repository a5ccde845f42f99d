import Foundation

/// Writes JSON as text.
enum JSONWriter {
    static func write(_ value: JSON, into out: inout String) {
        switch value {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .int(let value): out += String(value)
        case .large(let value): out += String(value)
        case .number(let value): out += value.isFinite ? value.description : "null"
        case .string(let text): write(text, into: &out)
        case .array(let items):
            out += "["
            for (place, item) in items.enumerated() {
                if place > 0 { out += "," }
                write(item, into: &out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            // in one order, so that the same members are the same text
            for (place, name) in members.keys.sorted().enumerated() {
                if place > 0 { out += "," }
                write(name, into: &out)
                out += ":"
                write(members[name] ?? .null, into: &out)
            }
            out += "}"
        }
    }

    static func write(_ text: String, into out: inout String) {
        out += "\""
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c }) {
            out += text
        } else {
            for scalar in text.unicodeScalars { out += escaped(scalar) }
        }
        out += "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            guard scalar.value < 0x20 else { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}

/// Reads JSON, and refuses what another reader could understand in another way.
///
/// `JSONSerialization` makes floating point of whole numbers that are large, and its limits are not told.
struct JSONReader {
    /// The longest text of a view.
    static let longest = 1 << 20

    private let bytes: [UInt8]
    private let field: String
    private let deepest: Int
    private var at = 0

    static func read(_ bytes: [UInt8], field: String, deepest: Int) throws(EarnestError) -> JSON {
        guard String(bytes: bytes, encoding: .utf8) != nil else { throw .invalid(field, "must be UTF-8") }
        var reader = JSONReader(bytes: bytes, field: field, deepest: deepest)
        let value = try reader.value(depth: 0)
        reader.skip()
        guard reader.at == bytes.count else { throw .invalid(field, "must be JSON, and has something behind it") }
        return value
    }

    private init(bytes: [UInt8], field: String, deepest: Int) {
        self.bytes = bytes
        self.field = field
        self.deepest = deepest
    }

    private var unreadable: EarnestError {
        .invalid(field, "must be JSON: at byte \(at) it is not")
    }

    private mutating func skip() {
        while at < bytes.count, bytes[at] == 0x20 || (bytes[at] >= 0x09 && bytes[at] <= 0x0d && bytes[at] != 0x0b && bytes[at] != 0x0c) {
            at += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skip()
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func value(depth: Int) throws(EarnestError) -> JSON {
        skip()
        guard at < bytes.count else { throw unreadable }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSON) throws(EarnestError) -> JSON {
        guard bytes[at...].starts(with: word.utf8) else { throw unreadable }
        at += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(EarnestError) -> JSON {
        guard depth <= deepest else { throw .invalid(field, "is nested deeper than \(deepest) levels") }
        at += 1
        var members: [String: JSON] = [:]
        var otherwise: Set<[UInt8]> = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skip()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw unreadable }
            let name = try text()
            guard take(UInt8(ascii: ":")) else { throw unreadable }
            // by bytes: Swift holds two ways to write an accent for one, and what was stored may have both
            if let known = members.index(forKey: name) {
                // a dictionary keeps the first spelling, and the others are kept here
                let isTwice = members[known].key.utf8.elementsEqual(name.utf8) || !otherwise.insert(Array(name.utf8)).inserted
                if isTwice { throw .invalid(field, "must not have a name twice in an object") }
            }
            members[name] = try value(depth: depth)
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw unreadable }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(EarnestError) -> JSON {
        guard depth <= deepest else { throw .invalid(field, "is nested deeper than \(deepest) levels") }
        at += 1
        var items: [JSON] = []
        if take(UInt8(ascii: "]")) { return .array(items) }
        repeat { items.append(try value(depth: depth)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw unreadable }
        return .array(items)
    }

    private mutating func number() throws(EarnestError) -> JSON {
        let start = at
        if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[at - whole] != UInt8(ascii: "0") else { throw unreadable }
        var isWhole = true
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            isWhole = false
            guard digits() > 0 else { throw unreadable }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            isWhole = false
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            guard digits() > 0 else { throw unreadable }
        }
        let said = String(decoding: bytes[start..<at], as: UTF8.self)
        if isWhole {
            if let value = Int(said) { return .int(value) }
            if let value = UInt64(said) { return .large(value) }
            throw .invalid(field, "must not have a whole number beyond 64 bits: give a text")
        }
        guard let value = Double(said), value.isFinite else { throw .invalid(field, "must not have a number beyond 64 bits") }
        return .number(value)
    }

    private mutating func digits() -> Int {
        let start = at
        while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 { at += 1 }
        return at - start
    }

    private mutating func text() throws(EarnestError) -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 { at += 1 }
        var found = String(decoding: bytes[start..<at], as: UTF8.self)
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return found
            case UInt8(ascii: "\\"):
                found.unicodeScalars.append(try escape())
            case 0x20...:
                let start = at
                while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 { at += 1 }
                found += String(decoding: bytes[start..<at], as: UTF8.self)
            default:
                throw unreadable
            }
        }
        throw unreadable
    }

    private mutating func escape() throws(EarnestError) -> Unicode.Scalar {
        at += 1
        guard at < bytes.count else { throw unreadable }
        let letter = bytes[at]
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try scalar()
        default: throw unreadable
        }
    }

    private mutating func scalar() throws(EarnestError) -> Unicode.Scalar {
        let unit = try hex()
        if let whole = Unicode.Scalar(unit) { return whole }
        let isPair = unit < 0xdc00 && at + 1 < bytes.count && bytes[at] == UInt8(ascii: "\\") && bytes[at + 1] == UInt8(ascii: "u")
        guard isPair else { throw halfCharacter }
        at += 2
        let second = try hex()
        guard second >= 0xdc00, second < 0xe000 else { throw halfCharacter }
        let joined = 0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(second) - 0xdc00)
        guard let whole = Unicode.Scalar(joined) else { throw halfCharacter }
        return whole
    }

    private var halfCharacter: EarnestError {
        .invalid(field, "must not have half a character: a surrogate without its other half")
    }

    private mutating func hex() throws(EarnestError) -> UInt16 {
        guard at + 4 <= bytes.count else { throw unreadable }
        var unit: UInt16 = 0
        for byte in bytes[at..<at + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw unreadable }
            unit = unit << 4 | UInt16(digit)
        }
        at += 4
        return unit
    }
}
