import Foundation

/// A record of a reply. It is a value that cannot be changed; `toJSON()` is its JSON as every language writes it.
///
/// Views are read from the JSON of any server that speaks for the engine, without an engine of one's own. Members that
/// this version does not know are left out.
public protocol EarnestView: Sendable, Hashable, Codable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    static var _form: _Form { get }
    var _wire: _Wire { get }
    init(_wire: _Wire)
}

extension EarnestView {
    /// Reads the JSON of any language, of at most 1 MiB.
    public init(json: Data) throws(EarnestError) {
        try self.init(bytes: Array(json))
    }

    /// Reads the JSON of any language, of at most 1 MiB.
    public init(json: String) throws(EarnestError) {
        try self.init(bytes: Array(json.utf8))
    }

    /// The JSON of every language.
    public func toJSON() -> Data {
        JSON.object(_wire.members).data
    }

    public init(from decoder: any Decoder) throws {
        try self.init(read: JSON(from: decoder), path: Self._form.path, own: false)
    }

    public func encode(to encoder: any Encoder) throws {
        try JSON.object(_wire.members).encode(to: encoder)
    }

    private init(bytes: [UInt8]) throws(EarnestError) {
        let path = Self._form.path
        guard bytes.count <= JSONReader.longest else { throw .invalid(path, "must be JSON of at most 1 MiB") }
        try self.init(read: JSONReader.read(bytes, field: path, deepest: JSON.deepest), path: path, own: false)
    }

    /// Reads a reply of an engine of its own, whose amounts have the places of its store, or what others may have written.
    init(read json: JSON, path: String, own: Bool = true) throws(EarnestError) {
        self.init(_wire: _Wire(try Self._form.checked(json, path, own)))
    }

    /// Its members. Those that only its reader may see are `<hidden>`.
    public var description: String { Self._form.shown(_wire.members) }
    public var debugDescription: String { description }

    public var customMirror: Mirror {
        let shown = Self._form.members.map { (label: String?.some($0.name), value: Self._form.shown($0, _wire.members) as Any) }
        return Mirror(self, children: shown, displayStyle: .struct)
    }
}

typealias Wire = _Wire

/// The members of a view, as they came.
public struct _Wire: Sendable, Hashable {
    let members: [String: JSON]

    init(_ members: [String: JSON]) {
        self.members = members
    }

    // What is read here was checked when it came.

    func any(_ name: String) -> JSON { members[name] ?? .null }
    func anyOrNil(_ name: String) -> JSON? { members[name] }
    func text(_ name: String) -> String { textOrNil(name) ?? "" }
    func textOrNil(_ name: String) -> String? { members[name]?.string }
    func whole(_ name: String) -> Int { wholeOrNil(name) ?? 0 }
    func wholeOrNil(_ name: String) -> Int? { members[name]?.int }
    func flag(_ name: String) -> Bool { flagOrNil(name) ?? false }
    func flagOrNil(_ name: String) -> Bool? { members[name]?.bool }
    func time(_ name: String) -> Date { timeOrNil(name) ?? Date(timeIntervalSince1970: 0) }
    func timeOrNil(_ name: String) -> Date? { textOrNil(name).flatMap(Times.micros).map(Times.date) }
    func length(_ name: String) -> Duration { lengthOrNil(name) ?? .zero }
    func lengthOrNil(_ name: String) -> Duration? { textOrNil(name).flatMap(Lengths.read) }
    func money(_ name: String) -> Money { moneyOrNil(name) ?? .nothing }
    func moneyOrNil(_ name: String) -> Money? { members[name].flatMap(Money.init(wire:)) }
    func measure(_ name: String) -> Measure { measureOrNil(name) ?? .count(0) }
    func measureOrNil(_ name: String) -> Measure? { members[name].flatMap(Measure.init(wire:)) }
    func actor(_ name: String) -> Actor { actorOrNil(name) ?? Actor("") }
    func actorOrNil(_ name: String) -> Actor? { members[name].flatMap(Actor.init(wire:)) }
    func refusal(_ name: String) -> EarnestError { EarnestError(wire: members[name]?.object ?? [:]) }
    func refusalOrNil(_ name: String) -> EarnestError? { members[name]?.object.map(EarnestError.init(wire:)) }
    func of<T: ClosedSet>(_ name: String) -> T { T(rawValue: text(name)) }
    func ofOrNil<T: ClosedSet>(_ name: String) -> T? { textOrNil(name).map(T.init(rawValue:)) }
    func view<T: EarnestView>(_ name: String) -> T { T(_wire: _Wire(members[name]?.object ?? [:])) }
    func viewOrNil<T: EarnestView>(_ name: String) -> T? { members[name]?.object.map { T(_wire: _Wire($0)) } }
    func texts(_ name: String) -> [String] { textsOrNil(name) ?? [] }
    func textsOrNil(_ name: String) -> [String]? { members[name]?.array?.compactMap(\.string) }
    func moneys(_ name: String) -> [Money] { moneysOrNil(name) ?? [] }
    func moneysOrNil(_ name: String) -> [Money]? { members[name]?.array?.compactMap(Money.init(wire:)) }
    func sets<T: ClosedSet>(_ name: String) -> [T] { setsOrNil(name) ?? [] }
    func setsOrNil<T: ClosedSet>(_ name: String) -> [T]? { textsOrNil(name)?.map(T.init(rawValue:)) }
    func views<T: EarnestView>(_ name: String) -> [T] { viewsOrNil(name) ?? [] }
    func viewsOrNil<T: EarnestView>(_ name: String) -> [T]? { members[name]?.array?.compactMap(\.object).map { T(_wire: _Wire($0)) } }
}

/// The types of a view's members.
public struct _Form: Sendable {
    indirect enum What: Sendable {
        case text, whole, flag, time, length, any, object, money, measure, actor, refusal
        case view(@Sendable () -> _Form)
        case list(What)

        /// A value that is one, for refusals that tests make up.
        var sample: JSON {
            switch self {
            case .text, .any: "testing"
            case .whole, .measure: 1
            case .flag: true
            case .time: "2026-01-01T00:00:00.000000Z"
            case .length: "PT1S"
            case .object, .view: [:]
            case .money: ["amount": "1.00", "currency": "USD"]
            case .actor: ["id": "testing"]
            case .refusal: ["code": "contention", "message": "testing"]
            case .list(let each): [each.sample]
            }
        }
    }

    struct Member: Sendable {
        let name: String
        let what: What
        let isRequired: Bool
        let mayBeNull: Bool
        let isSecret: Bool

        init(_ name: String, _ what: What, optional: Bool = false, nullable: Bool = false, secret: Bool = false) {
            self.name = name
            self.what = what
            isRequired = !optional
            mayBeNull = nullable
            isSecret = secret
        }
    }

    let name: String
    let path: String
    let members: [Member]
    /// Whether members that are not known stay: what is signed is looked at as it came.
    let keepsAll: Bool

    init(_ name: String, _ path: String, _ members: [Member], keepsAll: Bool = false) {
        self.name = name
        self.path = path
        self.members = members
        self.keepsAll = keepsAll
    }

    func checked(_ json: JSON, _ path: String, _ own: Bool = true) throws(EarnestError) -> [String: JSON] {
        guard let given = json.object else { throw .invalid(path, "must be an object") }
        var found = keepsAll ? given : [:]
        for member in members {
            let at = "\(path).\(member.name)"
            guard let value = given[member.name] else {
                if member.isRequired { throw .invalid(at, "is missing") }
                continue
            }
            if value == .null, member.mayBeNull {
                found[member.name] = .null
            } else {
                let read = try Self.checked(value, member.what, at, own)
                found[member.name] = keepsAll ? value : read
            }
        }
        return found
    }

    private static func checked(_ value: JSON, _ what: What, _ path: String, _ own: Bool) throws(EarnestError) -> JSON {
        switch what {
        case .any: return value
        case .text: return try held(value, value.string != nil, path, "must be a text")
        case .whole: return try held(value, value.int != nil, path, "must be a whole number")
        case .flag: return try held(value, value.bool != nil, path, "must be true or false")
        case .time: return try held(value, value.string.flatMap(Times.micros) != nil, path, "must be a time as of RFC 3339")
        case .length: return try held(value, value.string.flatMap(Lengths.read) != nil, path, "must be a duration as of ISO 8601")
        case .object: return try held(value, value.object != nil, path, "must be an object")
        case .money: return try Money.read(value, path, asWritten: own).json
        case .measure: return value.int == nil ? try Money.read(value, path, asWritten: own).json : value
        case .actor: return try held(value, Actor(wire: value) != nil, path, "must be an actor: an object with `id`")
        case .refusal: return try held(value, value["code"]?.string != nil && value["message"]?.string != nil, path, "must be a refusal")
        case .view(let form): return .object(try form().checked(value, path, own))
        case .list(let each):
            guard let items = value.array else { throw .invalid(path, "must be a list") }
            var found: [JSON] = []
            found.reserveCapacity(items.count)
            for (place, item) in items.enumerated() { found.append(try checked(item, each, "\(path)[\(place)]", own)) }
            return .array(found)
        }
    }

    private static func held(_ value: JSON, _ fits: Bool, _ path: String, _ reason: String) throws(EarnestError) -> JSON {
        guard fits else { throw .invalid(path, reason) }
        return value
    }

    // Descriptions.

    func shown(_ wire: [String: JSON]) -> String {
        "\(name)(\(members.filter { wire[$0.name] != nil }.map { "\($0.name): \(shown($0, wire))" }.joined(separator: ", ")))"
    }

    func shown(_ member: Member, _ wire: [String: JSON]) -> String {
        guard let value = wire[member.name], value != .null else { return "nil" }
        return member.isSecret ? "<hidden>" : Self.shown(value, member.what)
    }

    private static func shown(_ value: JSON, _ what: What) -> String {
        switch what {
        case .view(let form): form().shown(value.object ?? [:])
        case .list(let each): "[\((value.array ?? []).map { shown($0, each) }.joined(separator: ", "))]"
        case .money: Money(wire: value)?.description ?? value.text
        default: value.text
        }
    }
}
