import Foundation

/// Any JSON: metadata of yours, the data of an event, the payload of a job.
///
/// It is written as a literal, `["tier": "gold", "seats": 4]`, or read from text, `try JSON(data)`.
public enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    /// A whole number above those of `Int`, below 2^64.
    case large(UInt64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// How deep JSON may be nested.
    public static let deepest = 64

    /// Reads JSON.
    public init(_ data: Data) throws(EarnestError) {
        self = try JSONReader.read(Array(data), field: "json", deepest: JSON.deepest)
    }

    /// Reads the text of JSON.
    public init(parsing text: String) throws(EarnestError) {
        self = try JSONReader.read(Array(text.utf8), field: "json", deepest: JSON.deepest)
    }

    /// An object of its members.
    public init(_ members: [String: JSON]) {
        self = .object(members)
    }

    /// The member of an object; `nil` where there is none, and in what is no object.
    public subscript(name: String) -> JSON? {
        object?[name]
    }

    /// The member of an object; `null` where there is none.
    @_disfavoredOverload
    public subscript(name: String) -> JSON {
        object?[name] ?? .null
    }

    /// An item of an array; `nil` where there is none.
    public subscript(place: Int) -> JSON? {
        // a `nil` would be read as JSON here
        guard let array, array.indices.contains(place) else { return Optional<JSON>.none }
        return .some(array[place])
    }

    /// An item of an array; `null` where there is none.
    @_disfavoredOverload
    public subscript(place: Int) -> JSON {
        guard let array, array.indices.contains(place) else { return .null }
        return array[place]
    }

    /// The items, where it is an array.
    public var array: [JSON]? {
        if case .array(let items) = self { items } else { nil }
    }

    /// The members, where it is an object.
    public var object: [String: JSON]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The text, where it is one.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// Whether it is true, where it is true or false.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number, where it is a whole one.
    public var int: Int? {
        if case .int(let value) = self { value } else { nil }
    }

    /// The number, where it is one.
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .large(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// Whether it is `null`.
    public var isNull: Bool {
        self == .null
    }

    /// Its text, as UTF-8.
    public var data: Data {
        Data(text.utf8)
    }

    var text: String {
        var out = ""
        JSONWriter.write(self, into: &out)
        return out
    }
}

extension JSON: CustomStringConvertible {
    /// Its text.
    public var description: String {
        text
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByStringInterpolation
{
    public init(stringLiteral value: String) {
        self = .string(value)
    }

    public init(integerLiteral value: Int) {
        self = .int(value)
    }

    public init(floatLiteral value: Double) {
        self = .number(value)
    }

    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    public init(nilLiteral: ()) {
        self = .null
    }

    public init(arrayLiteral elements: JSON...) {
        self = .array(elements)
    }

    /// Of a name that is there twice the last one counts.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}

extension JSON: Codable {
    public init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: AnyName.self) {
            var found: [String: JSON] = [:]
            for name in members.allKeys { found[name.stringValue] = try members.decode(JSON.self, forKey: name) }
            self = .object(found)
        } else if var items = try? decoder.unkeyedContainer() {
            var found: [JSON] = []
            while !items.isAtEnd { found.append(try items.decode(JSON.self)) }
            self = .array(found)
        } else {
            self = try JSON.scalar(decoder.singleValueContainer())
        }
    }

    private static func scalar(_ one: any SingleValueDecodingContainer) throws -> JSON {
        if one.decodeNil() { return .null }
        if let value = try? one.decode(Bool.self) { return .bool(value) }
        if let value = try? one.decode(Int.self) { return .int(value) }
        if let value = try? one.decode(UInt64.self) { return .large(value) }
        if let value = try? one.decode(Double.self) { return .number(value) }
        return .string(try one.decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var out = encoder.container(keyedBy: AnyName.self)
            for (name, value) in members { try out.encode(value, forKey: AnyName(name)) }
        case .array(let items):
            var out = encoder.unkeyedContainer()
            for item in items { try out.encode(item) }
        default:
            var out = encoder.singleValueContainer()
            try JSON.encode(self, to: &out)
        }
    }

    private static func encode(_ scalar: JSON, to out: inout any SingleValueEncodingContainer) throws {
        switch scalar {
        case .bool(let value): try out.encode(value)
        case .int(let value): try out.encode(value)
        case .large(let value): try out.encode(value)
        case .number(let value): try out.encode(value)
        case .string(let value): try out.encode(value)
        default: try out.encodeNil()
        }
    }
}

struct AnyName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) {
        stringValue = name
    }

    init?(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}
