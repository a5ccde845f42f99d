import Foundation

/// The members of every refusal: its code, its message for developers, and its details.
public struct Refusal: Sendable, Hashable {
    let wire: [String: JSON]
    let details: Wire

    init(wire: [String: JSON]) {
        self.wire = wire
        details = Wire(wire["details"]?.object ?? [:])
    }

    /// A detail by its name in JSON, also one that this version does not know.
    public subscript(detail: String) -> JSON? { details.members[detail] }
}

extension Refusal: CustomStringConvertible, Refusing {
    public var description: String { "\(code): \(message)" }
    public var refusal: Refusal { self }
}

/// A refusal, or the details of one: both say what every refusal does, so that a `catch` of one case needs no other name for it.
public protocol Refusing: Sendable, Hashable {
    /// The refusal, of whatever code it is.
    var refusal: Refusal { get }
}

extension Refusing {
    /// The stable name of the refusal, such as `insufficient_balance`.
    public var code: String { refusal.wire["code"]?.string ?? "" }
    /// Its kind, which decides the HTTP status.
    public var kind: EarnestError.Kind { EarnestError.about[code]?.kind ?? EarnestError.Kind(rawValue: refusal.wire["kind"]?.string ?? "rejected") }
    /// The text for developers. It is not stable.
    public var message: String { refusal.wire["message"]?.string ?? "" }
    /// Whether and how trying again can help.
    public var retry: EarnestError.Retry { EarnestError.Retry(rawValue: refusal.wire["retry"]?.string ?? "never") }
    /// Whether the same call may succeed later without a change.
    public var retryable: Bool { retry != .never }
    /// The status that a server answers with: that of the code, but where it is the program that forgot the actor.
    public var httpStatus: Int {
        if let status = refusal.wire["http_status"]?.int, 400...599 ~= status { return status }
        return EarnestError.about[code]?.httpStatus ?? EarnestError.statuses[kind] ?? 500
    }
    /// The member of a batch that was refused, counted from 0.
    public var index: Int? { refusal["index"]?.int }

    /// The text for people in a language; in English where there is no other.
    public func toUser(_ locale: String = "en") -> String {
        (try? Native.toUser(wireText, locale)) ?? message
    }

    /// The part of a locale that names the language of `toUser`; `nil` where that is English for want of another.
    public func languageOf(_ locale: String) -> String? {
        (try? Native.languageOf(wireText, locale)) ?? nil
    }

    /// A text of your own: `{name}` is that detail; what is in `[...]` is left out when one inside is absent.
    public func render(_ template: String) -> String {
        (try? Native.render(wireText, template)) ?? message
    }

    /// The form with the code in upper case and the message for people.
    public func envelope(_ locale: String = "en") -> Envelope {
        Envelope(code: code.uppercased(), message: toUser(locale), retryable: retryable)
    }

    /// The refusal as JSON, as every language writes it.
    public func toJSON() -> Data {
        Data(wireText.utf8)
    }

    var wireText: String { JSON.object(refusal.wire).text }
}

extension EarnestError: Refusing {
    /// Reads the JSON of a refusal, or what a server answers: `{"error": {}}`. A code of a later version is
    /// `unknown`.
    public init(json: Data) throws(EarnestError) {
        self = try EarnestError.read(JSONReader.read(Array(json), field: "json", deepest: JSON.deepest))
    }

    /// Reads the JSON of a refusal, or what a server answers: `{"error": {}}`. A code of a later version is
    /// `unknown`.
    public init(json: String) throws(EarnestError) {
        self = try EarnestError.read(JSONReader.read(Array(json.utf8), field: "json", deepest: JSON.deepest))
    }

    static func read(_ json: JSON) throws(EarnestError) -> EarnestError {
        // what a server answers has it as `error`
        let outer = json.object
        let inner = outer?["code"] == nil ? outer?["error"]?.object : nil
        guard let wire = inner ?? outer, wire["code"]?.string != nil, wire["message"]?.string != nil else {
            throw .invalid("json", "must be the JSON of a refusal")
        }
        return EarnestError(wire: wire)
    }

    init(wire: [String: JSON]) {
        self = EarnestError.of(Refusal(wire: wire))
    }

    /// A refusal that is found here, in the words of the table of errors.
    static func refuse(_ code: String, _ details: [String: JSON]) -> EarnestError {
        if let text = try? Native.refusal(code, JSON.object(details).text),
            let wire = try? JSONReader.read(Array(text.utf8), field: "json", deepest: JSON.deepest).object
        {
            return EarnestError(wire: wire)
        }
        // the native half itself is missing or another one: its words are, too
        return EarnestError(wire: ["code": .string(code), "message": .string(code), "retry": "never", "details": .object(details)])
    }

    /// `invalid_request` for an argument.
    static func invalid(_ field: String, _ reason: String) -> EarnestError {
        refuse("invalid_request", ["field": .string(field), "reason": .string(reason)])
    }

    static func invalidAmount(_ field: String, _ reason: String) -> EarnestError {
        refuse("invalid_amount", ["field": .string(field), "reason": .string(reason)])
    }

    /// A refusal that a test asks for: details that it does not give are made up.
    package static func madeUp(operation: String, code: String, details: [String: JSON]) throws(EarnestError) -> EarnestError {
        guard Native.operations().contains(operation) else {
            throw .invalid("operation", "must be an operation such as `ledger.deduct`")
        }
        var all = details
        for member in forms[code]?.members ?? [] where member.isRequired && all[member.name] == nil {
            all[member.name] = member.what.sample
        }
        guard let form = forms[code] else { throw .invalid("code", "must be a code such as `store_unavailable`") }
        _ = try form.checked(.object(all), form.path)
        return refuse(code, all)
    }

    static func unavailable(_ reason: String) -> EarnestError {
        refuse("store_unavailable", ["reason": .string(reason)])
    }

    static func notSupported(_ operation: String, _ reason: String) -> EarnestError {
        refuse("not_supported", ["operation": .string(operation), "reason": .string(reason)])
    }
}

extension EarnestError: CustomStringConvertible, LocalizedError {
    public var description: String { refusal.description }
    public var errorDescription: String? { toUser(Locale.current.identifier.replacingOccurrences(of: "_", with: "-")) }
}

/// A refusal in the form that many servers answer.
public struct Envelope: Sendable, Hashable, Codable {
    /// The code in upper case.
    public let code: String
    /// The text for people.
    public let message: String
    /// Whether the same call may succeed later without a change.
    public let retryable: Bool
}

extension EarnestError {
    /// Whether and how trying again can help.
    public struct Retry: ClosedSet {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Not without a change.
        public static let never = Retry(rawValue: "never")
        /// The same call, at once.
        public static let call = Retry(rawValue: "call")
        /// The whole transaction.
        public static let transaction = Retry(rawValue: "transaction")
        /// The same call, later.
        public static let later = Retry(rawValue: "later")
    }
}

/// A text of a closed set. One of a later version is kept as it is.
public protocol ClosedSet: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible, ExpressibleByStringLiteral
where RawValue == String {
    init(rawValue: String)
}

extension ClosedSet {
    public init(stringLiteral value: String) { self.init(rawValue: value) }
    public var description: String { rawValue }
}
