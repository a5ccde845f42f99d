import Foundation

extension Receipt {
    /// Checks the receipt with public keys that its issuer has published, without an engine: word for word as
    /// `receipts.verify` does. It is checked as it came, with members that this version does not know.
    public func verify(_ publicKeys: PublicKeys) throws(EarnestError) -> Verification {
        try Receipt.verification(JSON.object(_wire.members).text, publicKeys.text)
    }

    /// Checks a receipt with public keys as JSON.
    public func verify(_ publicKeys: Data) throws(EarnestError) -> Verification {
        try Receipt.verification(JSON.object(_wire.members).text, Receipt.text(publicKeys, "public_keys"))
    }

    /// Checks a receipt with public keys as JSON.
    public func verify(_ publicKeys: String) throws(EarnestError) -> Verification {
        try verify(Data(publicKeys.utf8))
    }

    /// Checks the JSON of a receipt.
    public static func verify(json: Data, publicKeys: PublicKeys) throws(EarnestError) -> Verification {
        try verification(text(json, "receipt"), publicKeys.text)
    }

    /// Checks the JSON of a receipt with public keys as JSON.
    public static func verify(json: Data, publicKeys: Data) throws(EarnestError) -> Verification {
        try verification(text(json, "receipt"), text(publicKeys, "public_keys"))
    }

    private static func verification(_ receipt: String, _ keys: String) throws(EarnestError) -> Verification {
        try Verification(json: Native.verifyReceipt(receipt, keys))
    }

    /// The text of JSON that is not parsed here: half a character within it is for the core to find.
    private static func text(_ data: Data, _ field: String) throws(EarnestError) -> String {
        guard data.count <= JSONReader.longest else { throw .invalid(field, "must be JSON of at most 1 MiB") }
        guard let text = String(data: data, encoding: .utf8) else { throw .invalid(field, "must be UTF-8") }
        return text
    }
}

extension PublicKeys {
    fileprivate var text: String { JSON.object(_wire.members).text }
}

extension ReceiptsService {
    /// The same for a receipt and keys that were answered.
    public func verify(receipt: Receipt, publicKeys: PublicKeys? = nil, actor: Actor? = nil) async throws -> Verification {
        let keys = publicKeys.map { JSON.object($0._wire.members) }
        return try await verify(receipt: JSON.object(receipt._wire.members), publicKeys: keys, actor: actor)
    }

    /// The same for a receipt that was answered.
    public func render(
        receipt: Receipt, format: String, locale: String? = nil, timeZone: String? = nil, actor: Actor? = nil
    ) async throws -> RenderedReceipt {
        let given = JSON.object(receipt._wire.members)
        return try await render(receipt: given, format: format, locale: locale, timeZone: timeZone, actor: actor)
    }
}

/// A row of the table of what deals can do.
public struct DealTransition: Sendable, Hashable {
    /// The state that it leaves.
    public let from: DealState
    /// The action or timer that moves it.
    public let trigger: Trigger
    /// The callers who may: `buyer`, `seller`, `admin` and others.
    public let who: [String]
    /// The condition besides: `always`, `opener`, or `before` and `passed` with the deadline.
    public let guarded: String
    /// The deadline that has not passed, or has, such as `ship_by`; `nil` where time does not matter.
    public let deadline: String?
    /// The states on its way, each left out where its condition does not hold. `before` is the one before a
    /// standstill.
    public let through: [DealState]
    /// The last of them, where it ends unless its condition does not hold.
    public let to: DealState

    init(_ row: JSON) {
        from = DealState(rawValue: row["from"]?.string ?? "")
        trigger = Trigger(rawValue: row["trigger"]?.string ?? "")
        who = row["who"]?.array?.compactMap(\.string) ?? []
        guarded = row["guard"]?["is"]?.string ?? ""
        deadline = row["guard"]?["deadline"]?.string
        through = row["through"]?.array?.compactMap(\.string).map(DealState.init(rawValue:)) ?? []
        to = through.last ?? ""
    }
}

extension Deal {
    /// Returns the actions open to an actor at a time, by the clock of this device where none is given: those
    /// that `escrow.allowed_actions` answers for the same deal, actor and time. It is a hint for user
    /// interfaces: the server judges.
    ///
    /// - Throws: `EarnestError.notPermitted` for a role that does not fit the actor.
    public func allowedActions(as actor: Actor, at now: Date = Date()) throws(EarnestError) -> [Action] {
        guard let at = Times.text(now) else { throw .invalid("at", "must be a time of the years 0 to 9999") }
        let text = try Native.allowedActions(JSON.object(_wire.members).text, actor.json.text, at)
        var found: [Action] = []
        let json = try JSONReader.read(Array(text.utf8), field: "actions", deepest: JSON.deepest)
        for (place, one) in (json.array ?? json["actions"]?.array ?? []).enumerated() {
            found.append(try Action(read: one, path: "actions[\(place)]"))
        }
        return found
    }

    /// The table of what deals can do. What is not in it cannot happen.
    public static var transitions: [DealTransition] {
        guard let text = try? Native.transitions(), let rows = try? JSON(parsing: text) else { return [] }
        return (rows.array ?? []).map(DealTransition.init)
    }
}

extension Sequence where Element == Action {
    /// Whether something can be done: `actions.contains(.confirm)`.
    public func contains(_ trigger: Trigger) -> Bool {
        contains { $0.trigger == trigger }
    }
}

/// An action or timer that moves a deal.
public struct Trigger: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The buyer pays.
    public static let pay = Trigger(rawValue: "pay")
    /// Held money is secured in the deal's account.
    public static let secure = Trigger(rawValue: "secure")
    /// The seller accepts.
    public static let accept = Trigger(rawValue: "accept")
    /// The seller ships.
    public static let ship = Trigger(rawValue: "ship")
    /// It was delivered.
    public static let deliver = Trigger(rawValue: "deliver")
    /// The buyer is content.
    public static let confirm = Trigger(rawValue: "confirm")
    /// A party calls it off.
    public static let cancel = Trigger(rawValue: "cancel")
    /// The buyer wants the money back, all of it or a part.
    public static let requestRefund = Trigger(rawValue: "request_refund")
    /// The seller gives it back.
    public static let approveRefund = Trigger(rawValue: "approve_refund")
    /// The seller does not.
    public static let refuseRefund = Trigger(rawValue: "refuse_refund")
    /// The parties disagree.
    public static let dispute = Trigger(rawValue: "dispute")
    /// The opener of the dispute takes it back.
    public static let withdraw = Trigger(rawValue: "withdraw")
    /// Staff decide the dispute.
    public static let resolve = Trigger(rawValue: "resolve")
    /// A part of the money goes to the seller.
    public static let releasePart = Trigger(rawValue: "release_part")
    /// A deadline is put off.
    public static let extend = Trigger(rawValue: "extend")
    /// The bank of who paid takes the money back: nobody calls it.
    public static let chargeback = Trigger(rawValue: "chargeback")
    /// Timer: nobody paid in time.
    public static let payBy = Trigger(rawValue: "pay_by")
    /// Timer: nobody shipped in time.
    public static let shipBy = Trigger(rawValue: "ship_by")
    /// Timer: nobody reported the delivery in time.
    public static let deliverBy = Trigger(rawValue: "deliver_by")
    /// Timer: the time to look at it is over.
    public static let releaseAt = Trigger(rawValue: "release_at")
}

/// An address of an Ethereum-like chain, with its checksum.
public struct Address: Sendable, Hashable, CustomStringConvertible {
    /// As it is written: `0x` and 40 hex digits.
    public let text: String

    /// Reads an address. A wrong checksum is `invalid_request`.
    public static func parse(_ text: String) throws(EarnestError) -> Address {
        Address(text: try Native.parseAddress(plain(text, "address")))
    }

    /// The address whose key signed a message.
    public static func recover(message: String, signature: String) throws(EarnestError) -> Address {
        Address(text: try Native.recover(message: plain(message, "message"), plain(signature, "signature")))
    }

    public var description: String { text }
}

/// Signatures of secp256k1.
public enum Signature {
    /// The address whose key signed 32 bytes: `0x` and 64 hex digits.
    public static func recover(digest: String, signature: String) throws(EarnestError) -> Address {
        Address(text: try Native.recover(digest: plain(digest, "digest"), plain(signature, "signature")))
    }

    /// The address whose key signed 32 bytes.
    public static func recover(digest: Data, signature: Data) throws(EarnestError) -> Address {
        try recover(digest: digest.hex, signature: signature.hex)
    }
}

private func plain(_ text: String, _ field: String) throws(EarnestError) -> String {
    if text.utf8.contains(0) { throw .invalid(field, "must not have NUL") }
    return text
}

extension Data {
    /// `0x` and the digits.
    var hex: String {
        let digits: [Character] = Array("0123456789abcdef")
        return "0x" + String(flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// The bytes of `0x` and digits.
    init?(hex text: String) {
        let digits = Array(text.utf8.dropFirst(text.hasPrefix("0x") ? 2 : 0))
        guard digits.count % 2 == 0 else { return nil }
        var found = Data(capacity: digits.count / 2)
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) else { return nil }
            found.append(byte)
        }
        self = found
    }
}
