import Foundation

/// The caller: an id, and the role it claims; without a role, a plain actor. A string literal is an id.
public struct Actor: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The id.
    public let id: String
    /// The role that is claimed.
    public let role: Role?

    public init(_ id: String, role: Role? = nil) {
        self.id = id
        self.role = role
    }

    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// A member of staff, who may call everything.
    public static func admin(_ id: String) -> Actor { Actor(id, role: .admin) }
    /// The host's own program, under a name for the audit trail.
    public static func system(_ id: String = "system") -> Actor { Actor(id, role: .system) }

    init?(wire: JSON) {
        if let id = wire.string {
            self.init(id)
        } else if let id = wire["id"]?.string {
            self.init(id, role: wire["role"]?.string.map(Role.init(rawValue:)))
        } else {
            return nil
        }
    }

    var json: JSON {
        role.map { ["id": .string(id), "role": .string($0.rawValue)] } ?? ["id": .string(id)]
    }
}

extension Actor: Codable {
    public init(from decoder: any Decoder) throws {
        guard let read = Actor(wire: try JSON(from: decoder)) else {
            throw EarnestError.invalid("actor", "must be an id, or an object with `id` and `role`")
        }
        self = read
    }

    public func encode(to encoder: any Encoder) throws {
        try json.encode(to: encoder)
    }
}

/// The roles that an actor may claim.
public struct Role: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A member of staff.
    public static let admin = Role(rawValue: "admin")
    /// The host's own program.
    public static let system = Role(rawValue: "system")
    /// The buyer of a deal.
    public static let buyer = Role(rawValue: "buyer")
    /// The seller of a deal.
    public static let seller = Role(rawValue: "seller")
}

/// A key of calls, from which those of its steps are derived.
///
/// ```swift
/// let order = IdempotencyKey("ord-7")
/// let key = try order.forStep("open")
/// ```
public struct IdempotencyKey: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The key itself.
    public let text: String

    public init(_ text: String) { self.text = text }
    public init(stringLiteral value: String) { self.init(value) }

    /// The key of a step of this work, for `key:`.
    public func forStep(_ step: String) throws(EarnestError) -> String {
        try Native.childKey(text, step)
    }

    public var description: String { text }
}

/// Webhooks that were received.
///
/// `body` is what came over the line, byte by byte, before anybody parsed it. One of `secrets` must have signed it, no
/// more than five minutes before or after `now`; otherwise it is refused with `signature_invalid`. The id is answered:
/// the same message may come again, and has the same id.
@discardableResult
public func verifyWebhook(
    body: Data, headers: [String: String], secrets: [String], now: Date? = nil
) throws(EarnestError) -> String {
    var at: String?
    if let now {
        guard let text = Times.text(now) else { throw .invalid("now", "must be a time of the years 0 to 9999") }
        at = text
    }
    let listed = headers.flatMap { [$0.key, $0.value] }
    for text in listed + secrets where text.contains("\0") { throw .invalid("headers", "must not have NUL") }
    return try Native.verifyWebhook(body, listed, secrets, at)
}
