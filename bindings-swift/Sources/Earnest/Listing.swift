import Foundation

/// A page of a list.
public struct Page<T: EarnestView>: Sendable, Hashable {
    /// The items on it.
    public let items: [T]
    /// The `after` of the page behind it.
    public let next: String?
    /// Where the order follows the log, how many events it is behind.
    public let lag: Int?

    /// Reads the JSON of a page, of at most 1 MiB.
    public init(json: Data) throws(EarnestError) {
        guard json.count <= JSONReader.longest else { throw .invalid("page", "must be JSON of at most 1 MiB") }
        try self.init(reply: JSONReader.read(Array(json), field: "page", deepest: JSON.deepest))
    }

    /// Reads the JSON of a page, of at most 1 MiB.
    public init(json: String) throws(EarnestError) {
        try self.init(json: Data(json.utf8))
    }

    init(reply: JSON) throws(EarnestError) {
        guard let wire = reply["items"]?.array else { throw .invalid("page.items", "must be a list") }
        var found: [T] = []
        found.reserveCapacity(wire.count)
        for (place, item) in wire.enumerated() { found.append(try T(read: item, path: "page.items[\(place)]")) }
        items = found
        next = reply["next"]?.string
        lag = reply["lag"]?.int
    }

    /// The JSON of every language.
    public func toJSON() -> Data {
        json.data
    }

    private var json: JSON {
        var members: [String: JSON] = ["items": .array(items.map { .object($0._wire.members) }), "next": next.map(JSON.string) ?? .null]
        if let lag { members["lag"] = .int(lag) }
        return .object(members)
    }
}

extension Page: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(reply: JSON(from: decoder))
    }

    public func encode(to encoder: any Encoder) throws {
        try json.encode(to: encoder)
    }
}

/// A list, which is fetched page by page as it is gone through; nothing is asked before.
///
/// ```swift
/// for try await entry in bank.ledger.entries(account: "alice") { print(entry.amount) }
/// ```
public struct Listing<T: EarnestView>: AsyncSequence, Sendable {
    public typealias Element = T

    private let first: String?
    private let ask: @Sendable (String?) async throws -> Page<T>

    init(_ bank: Engine, _ name: String, after: String? = nil, _ given: Given) {
        first = after
        ask = { after in
            var all = given
            all.text("after", after)
            return try await bank.page(name, all.json())
        }
    }

    /// The first page.
    public func page() async throws -> Page<T> {
        try await ask(first)
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(next: first, ask: ask)
    }

    /// Goes through a list.
    public struct Iterator: AsyncIteratorProtocol {
        private var next: String?
        private let ask: @Sendable (String?) async throws -> Page<T>
        private var items: [T] = []
        private var place = 0
        private var isLast = false

        init(next: String?, ask: @escaping @Sendable (String?) async throws -> Page<T>) {
            self.next = next
            self.ask = ask
        }

        public mutating func next() async throws -> T? {
            while place == items.count {
                if isLast { return nil }
                let page = try await ask(next)
                items = page.items
                place = 0
                next = page.next
                isLast = page.next == nil
            }
            defer { place += 1 }
            return items[place]
        }
    }
}
