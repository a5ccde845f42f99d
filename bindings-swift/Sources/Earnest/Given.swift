import Foundation

/// The arguments of a call as JSON. What cannot be one is remembered, and refused when the call is sent.
struct Given {
    private var parts = ""
    private let path: String
    private(set) var fault: EarnestError?

    init(_ path: String = "") {
        self.path = path
    }

    /// The JSON of the arguments, once all of them are there.
    func json() throws(EarnestError) -> String {
        if let fault { throw fault }
        return "{\(parts)}"
    }

    private func at(_ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    private mutating func put(_ name: String, _ json: String) {
        if !parts.isEmpty { parts += "," }
        parts += "\"\(name)\":\(json)"
    }

    private mutating func refuse(_ name: String, _ reason: String) {
        if fault == nil { fault = .invalid(at(name), reason) }
    }

    private mutating func write(_ name: String, _ text: String) -> String {
        if text.utf8.contains(0) { refuse(name, "must not have NUL") }
        var out = ""
        JSONWriter.write(text, into: &out)
        return out
    }

    mutating func text(_ name: String, _ value: String?) {
        if let value { put(name, write(name, value)) }
    }

    mutating func of(_ name: String, _ value: (some ClosedSet)?) {
        text(name, value?.rawValue)
    }

    mutating func sets(_ name: String, _ value: [some ClosedSet]?) {
        texts(name, value?.map(\.rawValue))
    }

    mutating func whole(_ name: String, _ value: Int?) {
        if let value { put(name, String(value)) }
    }

    mutating func flag(_ name: String, _ value: Bool?) {
        if let value { put(name, value ? "true" : "false") }
    }

    mutating func time(_ name: String, _ value: Date?) {
        guard let value else { return }
        guard let text = Times.text(value) else { return refuse(name, "must be a time of the years 0 to 9999") }
        put(name, "\"\(text)\"")
    }

    mutating func length(_ name: String, _ value: Duration?) {
        guard let value else { return }
        guard let text = Lengths.text(value) else { return refuse(name, "must be whole microseconds, and not below zero") }
        put(name, "\"\(text)\"")
    }

    mutating func lengths(_ name: String, _ value: [String: Duration]?) {
        guard let value else { return }
        var members: [String] = []
        for (key, length) in value.sorted(by: { $0.key < $1.key }) {
            guard let text = Lengths.text(length) else {
                return refuse("\(name).\(key)", "must be whole microseconds, and not below zero")
            }
            members.append("\(write(name, key)):\"\(text)\"")
        }
        put(name, "{\(members.joined(separator: ","))}")
    }

    mutating func money(_ name: String, _ value: Money?) {
        if let value { put(name, amount(name, value)) }
    }

    mutating func moneys(_ name: String, _ value: [Money]?) {
        guard let value else { return }
        var items: [String] = []
        for (place, one) in value.enumerated() { items.append(amount("\(name)[\(place)]", one)) }
        put(name, "[\(items.joined(separator: ","))]")
    }

    private mutating func amount(_ name: String, _ value: Money) -> String {
        "{\"amount\":\(write(name, value.text)),\"currency\":\(write(name, value.currency))}"
    }

    mutating func measure(_ name: String, _ value: Measure?) {
        switch value {
        case .count(let count): whole(name, count)
        case .money(let amount): money(name, amount)
        case nil: break
        }
    }

    mutating func actor(_ name: String, _ value: Actor?) {
        guard let value else { return }
        let role = value.role.map { ",\"role\":\(write(name, $0.rawValue))" } ?? ""
        put(name, "{\"id\":\(write(name, value.id))\(role)}")
    }

    mutating func any(_ name: String, _ value: JSON?) {
        guard let value else { return }
        check(name, value, depth: 0, path: at(name))
        put(name, value.text)
    }

    mutating func texts(_ name: String, _ value: [String]?) {
        guard let value else { return }
        var items: [String] = []
        for text in value { items.append(write(name, text)) }
        put(name, "[\(items.joined(separator: ","))]")
    }

    mutating func record(_ name: String, _ value: (some GivenRecord)?) {
        guard let value else { return }
        put(name, within(value, at(name)))
    }

    mutating func records(_ name: String, _ value: [some GivenRecord]?) {
        guard let value else { return }
        var items: [String] = []
        for (place, record) in value.enumerated() { items.append(within(record, "\(at(name))[\(place)]")) }
        put(name, "[\(items.joined(separator: ","))]")
    }

    mutating func anys(_ name: String, _ value: [JSON]?) {
        any(name, value.map(JSON.array))
    }

    private mutating func within(_ record: some GivenRecord, _ path: String) -> String {
        var inner = Given(path)
        record.give(&inner)
        if fault == nil { fault = inner.fault }
        return "{\(inner.parts)}"
    }

    private mutating func check(_ name: String, _ value: JSON, depth: Int, path: String) {
        guard fault == nil else { return }
        switch value {
        case .string(let text):
            if text.utf8.contains(0) { fault = .invalid(path, "must not have NUL") }
        case .number(let number):
            if !number.isFinite { fault = .invalid(path, "must not be NaN or infinite") }
        case .array(let items):
            guard depth < JSON.deepest else { return deep(name) }
            for (place, item) in items.enumerated() { check(name, item, depth: depth + 1, path: "\(path)[\(place)]") }
        case .object(let members):
            guard depth < JSON.deepest else { return deep(name) }
            for (member, value) in members {
                if member.utf8.contains(0) { fault = .invalid(path, "must not have NUL in a name") }
                check(name, value, depth: depth + 1, path: "\(path).\(member)")
            }
        default: break
        }
    }

    private mutating func deep(_ name: String) {
        refuse(name, "is nested deeper than \(JSON.deepest) levels")
    }
}

/// A record within arguments.
protocol GivenRecord: Sendable {
    func give(_ given: inout Given)
}
