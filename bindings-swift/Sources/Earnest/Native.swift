import Foundation
internal import EarnestNative

/// The native half, whose refusals are thrown as ours.
enum Native {
    /// The contract that this package was made for.
    static let contract: UInt32 = 1

    /// Looks once whether the library that was loaded is the one that this package was made for: every call of another
    /// one would end the program.
    private static let mismatch: EarnestError? = {
        if let fault = nativeFault {
            return otherLibrary("the native library \(fault), and this package is \(Generated.version)")
        }
        let found = version()
        guard found.library != Generated.version || found.contract != contract else { return nil }
        return otherLibrary("the native library is \(found.library), and this package is \(Generated.version)")
    }()

    private static func otherLibrary(_ reason: String) -> EarnestError {
        EarnestError(wire: [
            "code": "not_supported", "message": .string(reason), "retry": "never",
            "details": ["operation": "open", "reason": .string(reason)],
        ])
    }

    static func ready() throws(EarnestError) {
        if let mismatch { throw mismatch }
    }

    private static func told<T>(_ work: () throws -> T) throws(EarnestError) -> T {
        try ready()
        do {
            return try work()
        } catch {
            throw refused(error)
        }
    }

    /// Maps a refusal of the native half to ours, and any other error to a fault.
    static func refused(_ error: any Error) -> EarnestError {
        guard case NativeError.Refused(let json) = error else { return fault }
        return read(json)
    }

    /// The refusal that an answer says.
    static func read(_ json: String) -> EarnestError {
        guard let wire = try? JSONReader.read(Array(json.utf8), field: "json", deepest: 128).object else { return fault }
        return EarnestError(wire: wire)
    }

    private static var fault: EarnestError {
        EarnestError(wire: [
            "code": "corrupted", "message": "stored data breaks an invariant: the native library failed in itself", "retry": "never",
            "details": ["what": "the native library failed in itself: this is a bug"],
        ])
    }

    // Refusals.

    static func refusal(_ code: String, _ details: String) throws(EarnestError) -> String {
        try told { try EarnestNative.refusal(code: code, details: details) }
    }

    static func toUser(_ error: String, _ locale: String) throws(EarnestError) -> String {
        try told { try EarnestNative.toUser(error: error, locale: locale) }
    }

    static func languageOf(_ error: String, _ locale: String) throws(EarnestError) -> String? {
        try told { try EarnestNative.languageOf(error: error, locale: locale) }
    }

    static func render(_ error: String, _ template: String) throws(EarnestError) -> String {
        try told { try EarnestNative.render(error: error, template: template) }
    }

    static func codes() -> [String] { mismatch == nil ? EarnestNative.codes() : [] }
    static func operations() -> [String] { mismatch == nil ? EarnestNative.operations() : [] }

    // Money.

    static func amount(_ field: String, _ text: String, _ currency: String) throws(EarnestError) -> NativeAmount {
        try told { NativeAmount(try EarnestNative.amount(field: field, given: text, currency: currency)) }
    }

    static func amountOfMinor(_ minor: String, _ currency: String) throws(EarnestError) -> NativeAmount {
        try told { NativeAmount(try EarnestNative.amountOfMinor(minor: minor, currency: currency)) }
    }

    static func scale(_ code: String) throws(EarnestError) -> Int? {
        try told { EarnestNative.scale(code: code).map(Int.init) }
    }

    static func registerCurrency(_ code: String, _ scale: UInt8) throws(EarnestError) {
        try told { try EarnestNative.registerCurrency(code: code, scale: scale) }
    }

    static func sum(_ one: Money, _ other: Money) throws(EarnestError) -> NativeAmount {
        try told { NativeAmount(try moneySum(one: given(one), other: given(other))) }
    }

    static func difference(_ one: Money, _ other: Money) throws(EarnestError) -> NativeAmount {
        try told { NativeAmount(try moneyDifference(one: given(one), other: given(other))) }
    }

    static func times(_ one: Money, _ factor: Int) throws(EarnestError) -> NativeAmount {
        try told { NativeAmount(try moneyTimes(one: given(one), factor: Int64(factor))) }
    }

    static func compare(_ one: Money, _ other: Money) throws(EarnestError) -> Int {
        try told { Int(try moneyCompare(one: given(one), other: given(other))) }
    }

    static func splitEvenly(_ one: Money, _ parts: Int) throws(EarnestError) -> [NativeAmount] {
        try told { try moneySplitEvenly(one: given(one), parts: Int64(parts)).map(NativeAmount.init) }
    }

    static func split(_ one: Money, _ weights: [Int]) throws(EarnestError) -> [NativeAmount] {
        try told { try moneySplit(one: given(one), weights: weights.map(Int64.init)).map(NativeAmount.init) }
    }

    private static func given(_ money: Money) -> GivenMoney {
        GivenMoney(amount: money.text, currency: money.currency)
    }

    // Receipts, deals, addresses, keys.

    static func verifyReceipt(_ receipt: String, _ keys: String) throws(EarnestError) -> String {
        try told { try EarnestNative.verifyReceipt(receipt: receipt, publicKeys: keys) }
    }

    static func allowedActions(_ deal: String, _ actor: String, _ now: String?) throws(EarnestError) -> String {
        try told { try EarnestNative.allowedActions(deal: deal, actor: actor, now: now) }
    }

    static func transitions() throws(EarnestError) -> String {
        try told { try EarnestNative.transitions() }
    }

    static func parseAddress(_ text: String) throws(EarnestError) -> String {
        try told { try EarnestNative.parseAddress(text: text) }
    }

    static func recover(message: String, _ signature: String) throws(EarnestError) -> String {
        try told { try recoverMessage(message: message, signature: signature) }
    }

    static func recover(digest: String, _ signature: String) throws(EarnestError) -> String {
        try told { try recoverDigest(digest: digest, signature: signature) }
    }

    static func childKey(_ key: String, _ step: String) throws(EarnestError) -> String {
        try told { try EarnestNative.childKey(key: key, step: step) }
    }

    static func keygen() throws(EarnestError) -> String {
        try told { try EarnestNative.keygen() }
    }

    static func readKeyring(_ setting: String, mayNameFile: Bool) throws(EarnestError) -> String {
        try told { try EarnestNative.readKeyring(setting: setting, mayNameFile: mayNameFile).text }
    }

    static func verifyWebhook(_ body: Data, _ headers: [String], _ secrets: [String], _ now: String?) throws(EarnestError) -> String {
        try told { try EarnestNative.verifyWebhook(body: body, headers: headers, secrets: secrets, now: now) }
    }

    static func checkView(_ book: String?, _ by: String?) throws(EarnestError) {
        try told { try EarnestNative.checkView(book: book, by: by) }
    }
}

/// An amount as the core writes it.
struct NativeAmount {
    let text: String
    let scale: Int

    init(_ amount: EarnestNative.Amount) {
        text = amount.text
        scale = Int(amount.scale)
    }
}
