// Replies of operations.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// Reply of `export`.
public struct SubjectExported: EarnestView {
    public static let _form = _Form("SubjectExported", "subject_exported", [
        .init("replayed", .flag),
        .init("subject", .text),
        .init("values", .list(.view { ExportedValue._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
    public var replayed: Bool { wire.flag("replayed") }

    /// The subject of the values.
    public var subject: String { wire.text("subject") }

    /// Its values, in the order of their names.
    public var values: [ExportedValue] { wire.views("values") }
}

/// A value of a subject that was exported.
public struct ExportedValue: EarnestView {
    public static let _form = _Form("ExportedValue", "exported_value", [
        .init("name", .text),
        .init("value", .text, secret: true),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The name of the value.
    public var name: String { wire.text("name") }

    /// The value.
    public var value: String { wire.text("value") }

    /// Counts the values under this name.
    public var version: Int { wire.whole("version") }
}

/// Reply of `forget`.
public struct SubjectForgotten: EarnestView {
    public static let _form = _Form("SubjectForgotten", "subject_forgotten", [
        .init("forgotten", .flag),
        .init("replayed", .flag),
        .init("subject", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether something was there, and is gone.
    public var forgotten: Bool { wire.flag("forgotten") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The subject that was forgotten.
    public var subject: String { wire.text("subject") }
}

/// Reply of `find`.
public struct SubjectsFound: EarnestView {
    public static let _form = _Form("SubjectsFound", "subjects_found", [
        .init("next", .text, optional: true, nullable: true),
        .init("subjects", .list(.text)),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Where the next page begins; `null` on the last.
    public var next: String? { wire.textOrNil("next") }

    /// The subjects with this value, of a page in order.
    public var subjects: [String] { wire.texts("subjects") }
}

/// A value of a subject by its name.
public struct ValueListed: EarnestView {
    public static let _form = _Form("ValueListed", "value_listed", [
        .init("key_id", .text),
        .init("name", .text),
        .init("searchable", .flag),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The key of the keyring that wraps the subject's data key.
    public var keyId: String { wire.text("key_id") }

    /// The name of the value.
    public var name: String { wire.text("name") }

    /// Whether `find` finds it.
    public var searchable: Bool { wire.flag("searchable") }

    /// Counts the values under this name.
    public var version: Int { wire.whole("version") }
}

/// A key of the keyring that a book rests on: one that wraps data keys, or the one of its index.
public struct WrappingKey: EarnestView {
    public static let _form = _Form("WrappingKey", "wrapping_key", [
        .init("key_id", .text),
        .init("missing", .flag),
        .init("primary", .flag),
        .init("purpose", .text),
        .init("wraps", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id, as the keyring has it.
    public var keyId: String { wire.text("key_id") }

    /// Whether the keyring of the process that answers lacks it.
    public var missing: Bool { wire.flag("missing") }

    /// Whether it wraps new data keys.
    public var primary: Bool { wire.flag("primary") }

    /// `vault`: it wraps; `index`: names are found and proofs are checked by it.
    public var purpose: String { wire.text("purpose") }

    /// How many data keys are wrapped with it.
    public var wraps: Int { wire.whole("wraps") }
}

/// Reply of `rotate`.
public struct KeysRotated: EarnestView {
    public static let _form = _Form("KeysRotated", "keys_rotated", [
        .init("remaining", .whole),
        .init("replayed", .flag),
        .init("rewrapped", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// How many are still wrapped with another key than the current one: 0 when all was done.
    public var remaining: Int { wire.whole("remaining") }

    /// Always false: the same call again is made again.
    public var replayed: Bool { wire.flag("replayed") }

    /// How many data keys were wrapped anew.
    public var rewrapped: Int { wire.whole("rewrapped") }
}

/// Reply of `unlock_pin`.
public struct PinUnlocked: EarnestView {
    public static let _form = _Form("PinUnlocked", "pin_unlocked", [
        .init("replayed", .flag),
        .init("subject", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The subject: a user's id.
    public var subject: String { wire.text("subject") }
}

/// Reply of `enrol_totp`. It is shown once.
public struct TotpEnrolled: EarnestView {
    public static let _form = _Form("TotpEnrolled", "totp_enrolled", [
        .init("qr_svg", .text, secret: true),
        .init("recovery_codes", .list(.text), secret: true),
        .init("replayed", .flag),
        .init("secret", .text, secret: true),
        .init("uri", .text, secret: true),
        .init("warning", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The URI as a picture to scan, SVG.
    public var qrSvg: String { wire.text("qr_svg") }

    /// Ten codes, each good once in place of a one-time code.
    public var recoveryCodes: [String] { wire.texts("recovery_codes") }

    /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
    public var replayed: Bool { wire.flag("replayed") }

    /// The secret in base32, for those who cannot scan it.
    public var secret: String { wire.text("secret") }

    /// The same as a URI that applications on phones know.
    public var uri: String { wire.text("uri") }

    /// Why the secret that was given should be replaced soon, if it should: it is short.
    public var warning: String? { wire.textOrNil("warning") }
}

/// Reply of `confirm_totp`.
public struct TotpConfirmed: EarnestView {
    public static let _form = _Form("TotpConfirmed", "totp_confirmed", [
        .init("replayed", .flag),
        .init("subject", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The subject: a user's id.
    public var subject: String { wire.text("subject") }
}

/// Reply of `verify_totp`.
public struct TotpVerified: EarnestView {
    public static let _form = _Form("TotpVerified", "totp_verified", [
        .init("proof", .text, secret: true),
        .init("recovery_code_used", .flag),
        .init("replayed", .flag),
        .init("verified", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The proof, which `proofs` of a call takes once, for two minutes.
    public var proof: String { wire.text("proof") }

    /// Whether it was a recovery code, of which there is one fewer now.
    public var recoveryCodeUsed: Bool { wire.flag("recovery_code_used") }

    /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
    public var replayed: Bool { wire.flag("replayed") }

    /// Always true: a wrong code is an error.
    public var verified: Bool { wire.flag("verified") }
}

/// Reply of `set_pin`.
public struct PinSet: EarnestView {
    public static let _form = _Form("PinSet", "pin_set", [
        .init("must_change", .flag),
        .init("replayed", .flag),
        .init("subject", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether its owner should set another one: an admin has set it in place of another.
    public var mustChange: Bool { wire.flag("must_change") }

    /// Always false: the same call again is made again.
    public var replayed: Bool { wire.flag("replayed") }

    /// The subject: a user's id.
    public var subject: String { wire.text("subject") }
}

/// Reply of `verify_pin`.
public struct PinVerified: EarnestView {
    public static let _form = _Form("PinVerified", "pin_verified", [
        .init("must_change", .flag),
        .init("proof", .text, secret: true),
        .init("replayed", .flag),
        .init("verified", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether its owner should set another one.
    public var mustChange: Bool { wire.flag("must_change") }

    /// The proof, which `proofs` of a call takes once, for two minutes.
    public var proof: String { wire.text("proof") }

    /// Always false: the same call again is made again.
    public var replayed: Bool { wire.flag("replayed") }

    /// Always true: a wrong PIN is an error.
    public var verified: Bool { wire.flag("verified") }
}

/// Reply of `set_rule`.
public struct RuleReply: EarnestView {
    public static let _form = _Form("RuleReply", "rule_reply", [
        .init("replayed", .flag),
        .init("rule", .view { Rule._form }),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The rule.
    public var rule: Rule { wire.view("rule") }

    /// Version of the book's rules: it counts every change of any of them.
    public var version: Int { wire.whole("version") }
}

/// A rule.
public struct Rule: EarnestView, Identifiable {
    public static let _form = _Form("Rule", "rule", [
        .init("id", .text),
        .init("from", .time, optional: true, nullable: true),
        .init("action", .text),
        .init("created_at", .time),
        .init("exact", .flag),
        .init("expires_in", .length, optional: true, nullable: true),
        .init("factors", .list(.text)),
        .init("generation", .whole),
        .init("limit", .measure),
        .init("message", .text, optional: true, nullable: true),
        .init("metric", .text),
        .init("outcome", .text),
        .init("priority", .whole),
        .init("shadow", .flag),
        .init("subject", .text),
        .init("time_zone", .text, optional: true, nullable: true),
        .init("until", .time, optional: true, nullable: true),
        .init("updated_at", .time),
        .init("weight", .whole),
        .init("window", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its name.
    public var id: String { wire.text("id") }

    /// In force from then on.
    public var from: Date? { wire.timeOrNil("from") }

    /// Which calls it is about.
    public var action: String { wire.text("action") }

    /// It counts from then on.
    public var createdAt: Date { wire.time("created_at") }

    /// Whether no call too many may pass even where many share a subject. If not, transactions about one subject do not wait for
    /// each other, and those that are open at once may go over the limit together.
    public var exact: Bool { wire.flag("exact") }

    /// Of a review: how long it stays open.
    public var expiresIn: Duration? { wire.lengthOrNil("expires_in") }

    /// Of a challenge: which factors; any that is enrolled if there is none.
    public var factors: [Factor] { wire.sets("factors") }

    /// The number of what it counts: with a new one it has begun from zero.
    public var generation: Int { wire.whole("generation") }

    /// So much passes: a whole number, or money.
    public var limit: Measure { wire.measure("limit") }

    /// A message for people.
    public var message: String? { wire.textOrNil("message") }

    /// The metric that it counts.
    public var metric: String { wire.text("metric") }

    /// The outcome when it fires.
    public var outcome: Outcome { wire.of("outcome") }

    /// Which refusal speaks first: the highest.
    public var priority: Int { wire.whole("priority") }

    /// Whether it only shows what it would do.
    public var shadow: Bool { wire.flag("shadow") }

    /// About whom.
    public var subject: String { wire.text("subject") }

    /// Where midnight is, for `day` and `month`.
    public var timeZone: String? { wire.textOrNil("time_zone") }

    /// In force before then.
    public var until: Date? { wire.timeOrNil("until") }

    /// When it was set last.
    public var updatedAt: Date { wire.time("updated_at") }

    /// The points that it adds to the score.
    public var weight: Int { wire.whole("weight") }

    /// For how long that counts; `null` for `amount`.
    public var window: String? { wire.textOrNil("window") }
}

/// Reply of `set_rate`.
public struct RateReply: EarnestView {
    public static let _form = _Form("RateReply", "rate_reply", [
        .init("rate", .view { Rate._form }),
        .init("replayed", .flag),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The rate.
    public var rate: Rate { wire.view("rate") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// Version of the book's rules: it counts every change of any of them.
    public var version: Int { wire.whole("version") }
}

/// A rate.
public struct Rate: EarnestView, Identifiable {
    public static let _form = _Form("Rate", "rate", [
        .init("id", .text),
        .init("action", .text),
        .init("burst", .whole),
        .init("created_at", .time),
        .init("generation", .whole),
        .init("limit", .whole),
        .init("message", .text, optional: true, nullable: true),
        .init("per", .text),
        .init("priority", .whole),
        .init("subject", .text),
        .init("updated_at", .time),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its name.
    public var id: String { wire.text("id") }

    /// Which calls it is about.
    public var action: String { wire.text("action") }

    /// How many at once after a pause.
    public var burst: Int { wire.whole("burst") }

    /// When it was set first.
    public var createdAt: Date { wire.time("created_at") }

    /// The number of what it counts: with a new one it has begun from zero.
    public var generation: Int { wire.whole("generation") }

    /// How many calls in a span.
    public var limit: Int { wire.whole("limit") }

    /// A message for people.
    public var message: String? { wire.textOrNil("message") }

    /// The span.
    public var per: String { wire.text("per") }

    /// Which refusal speaks first: the highest.
    public var priority: Int { wire.whole("priority") }

    /// About whom.
    public var subject: String { wire.text("subject") }

    /// When it was set last.
    public var updatedAt: Date { wire.time("updated_at") }
}

/// Reply of `remove_rule`.
public struct RuleRemoved: EarnestView {
    public static let _form = _Form("RuleRemoved", "rule_removed", [
        .init("removed", .text),
        .init("replayed", .flag),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The name of the rule or the rate that is gone.
    public var removed: String { wire.text("removed") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// Version of the book's rules: it counts every change of any of them.
    public var version: Int { wire.whole("version") }
}

/// Reply of `set_thresholds`.
public struct ThresholdsReply: EarnestView {
    public static let _form = _Form("ThresholdsReply", "thresholds_reply", [
        .init("replayed", .flag),
        .init("thresholds", .view { Thresholds._form }),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// From which score on something follows.
    public var thresholds: Thresholds { wire.view("thresholds") }

    /// Version of the book's rules: it counts every change of any of them.
    public var version: Int { wire.whole("version") }
}

/// From which score on something follows.
public struct Thresholds: EarnestView {
    public static let _form = _Form("Thresholds", "thresholds", [
        .init("block", .whole, optional: true, nullable: true),
        .init("challenge", .whole, optional: true, nullable: true),
        .init("review", .whole, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// A refusal.
    public var block: Int? { wire.wholeOrNil("block") }

    /// A further factor.
    public var challenge: Int? { wire.wholeOrNil("challenge") }

    /// A look by people.
    public var review: Int? { wire.wholeOrNil("review") }
}

/// Reply of `block`, `allow` and `unlist`.
public struct ListReply: EarnestView {
    public static let _form = _Form("ListReply", "list_reply", [
        .init("entry", .view { ListEntry._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The entry.
    public var entry: ListEntry { wire.view("entry") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// An entry of a list.
public struct ListEntry: EarnestView {
    public static let _form = _Form("ListEntry", "list_entry", [
        .init("created_at", .time),
        .init("reason", .text, optional: true, nullable: true),
        .init("state", .text),
        .init("subject", .text),
        .init("until", .time, optional: true, nullable: true),
        .init("value", .text, optional: true, nullable: true),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// When it was listed first.
    public var createdAt: Date { wire.time("created_at") }

    /// Why; `null` when it was erased.
    public var reason: String? { wire.textOrNil("reason") }

    /// `blocked`, `allowed`, or `removed` from the lists.
    public var state: Listed { wire.of("state") }

    /// In which part of a call.
    public var subject: String { wire.text("subject") }

    /// In force before then; `null` is for ever.
    public var until: Date? { wire.timeOrNil("until") }

    /// The listed value; `null` when it was erased.
    public var value: String? { wire.textOrNil("value") }

    /// Counts every change.
    public var version: Int { wire.whole("version") }
}

/// Reply of `approve_review`.
public struct ReviewedReply: EarnestView {
    public static let _form = _Form("ReviewedReply", "reviewed_reply", [
        .init("error", .refusal, optional: true, nullable: true),
        .init("executed", .flag),
        .init("replayed", .flag),
        .init("reply", .object, optional: true, nullable: true),
        .init("review", .view { Review._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Why the call was refused; this may be repeated until the review expires.
    public var error: EarnestError? { wire.refusalOrNil("error") }

    /// Whether the call took place.
    public var executed: Bool { wire.flag("executed") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The call's own reply, when it took place.
    public var reply: JSON? { wire.anyOrNil("reply") }

    /// The review.
    public var review: Review { wire.view("review") }
}

/// A call that rules want people to look at first.
public struct Review: EarnestView, Identifiable {
    public static let _form = _Form("Review", "review", [
        .init("id", .text),
        .init("account", .text, optional: true, nullable: true),
        .init("amount", .money, optional: true, nullable: true),
        .init("commitment", .view { Commitment._form }, optional: true, nullable: true),
        .init("created_at", .time),
        .init("decided_by", .text, optional: true, nullable: true),
        .init("expires_at", .time),
        .init("now", .view { Foreseen._form }, optional: true, nullable: true),
        .init("operation", .text),
        .init("reason", .text, optional: true, nullable: true),
        .init("request", .object, optional: true, nullable: true),
        .init("requested_by", .text),
        .init("result", .view { ReviewResult._form }, optional: true, nullable: true),
        .init("rules", .list(.text)),
        .init("state", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The account that gives most of the amount; `null` where none gives anything.
    public var account: String? { wire.textOrNil("account") }

    /// The amount that the call takes, of one currency.
    public var amount: Money? { wire.moneyOrNil("amount") }

    /// Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of an earlier version,
    /// which is held to its amount.
    public var commitment: Commitment? { wire.viewOrNil("commitment") }

    /// When it was asked for first.
    public var createdAt: Date { wire.time("created_at") }

    /// The admin who decided.
    public var decidedBy: String? { wire.textOrNil("decided_by") }

    /// Its deadline.
    public var expiresAt: Date { wire.time("expires_at") }

    /// Its effect now, as a query answers while it is open; otherwise `null`.
    public var now: Foreseen? { wire.viewOrNil("now") }

    /// The operation that waits.
    public var operation: String { wire.text("operation") }

    /// Why it was rejected.
    public var reason: String? { wire.textOrNil("reason") }

    /// Its request, without key and actor; `null` when it was erased.
    public var request: JSON? { wire.anyOrNil("request") }

    /// The requester: the call runs as this actor.
    public var requestedBy: String { wire.text("requested_by") }

    /// The outcome of the call; `null` while it has not been tried.
    public var result: ReviewResult? { wire.viewOrNil("result") }

    /// The rules that want it, the first to speak first.
    public var rules: [String] { wire.texts("rules") }

    /// Its state.
    public var state: ReviewState { wire.of("state") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// The outcome of a call that was parked.
public struct ReviewResult: EarnestView {
    public static let _form = _Form("ReviewResult", "review_result", [
        .init("error", .text, optional: true, nullable: true),
        .init("executed", .flag),
        .init("made", .list(.text)),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The code that it was refused with when it should have run last.
    public var error: String? { wire.textOrNil("error") }

    /// Whether it took place.
    public var executed: Bool { wire.flag("executed") }

    /// The ids of what it made.
    public var made: [String] { wire.texts("made") }
}

/// Reply of `reject_review`.
public struct ReviewReply: EarnestView {
    public static let _form = _Form("ReviewReply", "review_reply", [
        .init("replayed", .flag),
        .init("review", .view { Review._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The review.
    public var review: Review { wire.view("review") }
}

/// Reply of `install_pack`.
public struct PackReply: EarnestView {
    public static let _form = _Form("PackReply", "pack_reply", [
        .init("leaves_open", .list(.text)),
        .init("rates", .list(.view { Rate._form })),
        .init("replayed", .flag),
        .init("rules", .list(.view { Rule._form })),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// In which currencies none of its rules limits an amount: of `allowed_currencies`, or `*` for every other one where the
    /// engine allows all.
    public var leavesOpen: [String] { wire.texts("leaves_open") }

    /// Its rates.
    public var rates: [Rate] { wire.views("rates") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The rules of the pack.
    public var rules: [Rule] { wire.views("rules") }

    /// Version of the book's rules: it counts every change of any of them.
    public var version: Int { wire.whole("version") }
}

/// Reply of `rules`: all of them on one page.
public struct Rules: EarnestView {
    public static let _form = _Form("Rules", "rules", [
        .init("items", .list(.view { Rule._form })),
        .init("next", .text, optional: true, nullable: true),
        .init("rates", .list(.view { Rate._form })),
        .init("thresholds", .view { Thresholds._form }),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The rules, in the order of their names.
    public var items: [Rule] { wire.views("items") }

    /// Always `null`.
    public var next: String? { wire.textOrNil("next") }

    /// The rates, in the order of their names.
    public var rates: [Rate] { wire.views("rates") }

    /// From which score on something follows.
    public var thresholds: Thresholds { wire.view("thresholds") }

    /// Counts every change of any of them.
    public var version: Int { wire.whole("version") }
}

/// The verdict of rules and rates on a call.
public struct Decision: EarnestView {
    public static let _form = _Form("Decision", "decision", [
        .init("id", .text, optional: true, nullable: true),
        .init("action", .text),
        .init("allowed_by", .text, optional: true, nullable: true),
        .init("at", .time),
        .init("factors", .list(.text), optional: true),
        .init("fired", .list(.view { Fired._form })),
        .init("outcome", .text),
        .init("retry_after", .whole, optional: true, nullable: true),
        .init("score", .whole),
        .init("shadow", .list(.view { Fired._form })),
        .init("subject", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id; `null` where nothing was decided, but only asked.
    public var id: String? { wire.textOrNil("id") }

    /// The operation that was judged.
    public var action: String { wire.text("action") }

    /// The entry of a list that lifted it.
    public var allowedBy: String? { wire.textOrNil("allowed_by") }

    /// When.
    public var at: Date { wire.time("at") }

    /// The factors that the call must prove first, by policies or, where that is the outcome, by challenges: without them it is
    /// `factor_required`.
    public var factors: [String]? { wire.textsOrNil("factors") }

    /// All that fired, the first to speak first.
    public var fired: [Fired] { wire.views("fired") }

    /// The strictest outcome.
    public var outcome: Outcome { wire.of("outcome") }

    /// Whole seconds after which the call would pass if nothing else happened; `null` where no waiting helps or nothing refuses.
    public var retryAfter: Int? { wire.wholeOrNil("retry_after") }

    /// The weights of what fired and the host's own number, 0 to 100.
    public var score: Int { wire.whole("score") }

    /// The shadow rules that would have fired.
    public var shadow: [Fired] { wire.views("shadow") }

    /// The part of the call that the first rule is about.
    public var subject: String? { wire.textOrNil("subject") }
}

/// A rule or a rate that fired.
public struct Fired: EarnestView {
    public static let _form = _Form("Fired", "fired", [
        .init("limit", .measure),
        .init("message", .text, optional: true, nullable: true),
        .init("metric", .text),
        .init("outcome", .text),
        .init("requested", .measure),
        .init("rule", .text),
        .init("seen", .measure),
        .init("subject", .text),
        .init("window", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The limit: as `seen`.
    public var limit: Measure { wire.measure("limit") }

    /// Its message for people.
    public var message: String? { wire.textOrNil("message") }

    /// Its metric; `rate` for a rate, `score` for a threshold.
    public var metric: String { wire.text("metric") }

    /// Its own outcome.
    public var outcome: Outcome { wire.of("outcome") }

    /// The part that the call would add: as `seen`.
    public var requested: Measure { wire.measure("requested") }

    /// Its name; `score` for a threshold.
    public var rule: String { wire.text("rule") }

    /// The part of the limit that was used before the call: a whole number, or money.
    public var seen: Measure { wire.measure("seen") }

    /// About whom.
    public var subject: String { wire.text("subject") }

    /// For how long it counts; `null` for `amount` and `score`.
    public var window: String? { wire.textOrNil("window") }
}

/// The history of an account: its operations, disputes and refunds.
public struct Profile: EarnestView {
    public static let _form = _Form("Profile", "profile", [
        .init("account", .text),
        .init("disputes", .whole),
        .init("first_seen", .time),
        .init("last_seen", .time),
        .init("operations", .whole),
        .init("refunds", .whole),
        .init("score", .whole),
        .init("trust", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The account.
    public var account: String { wire.text("account") }

    /// How many disputes there were about its deals: the 250 newest in which it buys, and as many in which it sells.
    public var disputes: Int { wire.whole("disputes") }

    /// When it was opened.
    public var firstSeen: Date { wire.time("first_seen") }

    /// When its newest entry was made.
    public var lastSeen: Date { wire.time("last_seen") }

    /// How many entries it has, in all currencies; of a streaming account at most 10,000 are counted.
    public var operations: Int { wire.whole("operations") }

    /// In how many of these deals money went back to the buyer.
    public var refunds: Int { wire.whole("refunds") }

    /// 0 to 100: the share of its deals that were disputed, and half of the share in which money went back. Four deals that went
    /// well are added to everybody's, so that one dispute alone is no verdict.
    public var score: Int { wire.whole("score") }

    /// 0 to 100: what the score leaves, at first no more than 50; it grows by one with every operation.
    public var trust: Int { wire.whole("trust") }
}

/// Reply of `create_key` and `import_key`.
public struct KeyKept: EarnestView {
    public static let _form = _Form("KeyKept", "key_kept", [
        .init("address", .text),
        .init("key", .text),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its address, with the checksum of EIP-55.
    public var address: String { wire.text("address") }

    /// The id of the key, `ky_...`.
    public var key: String { wire.text("key") }

    /// Whether the idempotency key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A key that signs.
public struct SigningKey: EarnestView {
    public static let _form = _Form("SigningKey", "signing_key", [
        .init("address", .text),
        .init("created_at", .time),
        .init("custody", .text),
        .init("key", .text),
        .init("label", .text, optional: true, nullable: true),
        .init("policy", .object, optional: true, nullable: true),
        .init("signed", .whole),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its address, with the checksum of EIP-55.
    public var address: String { wire.text("address") }

    /// When it was made, or brought here.
    public var createdAt: Date { wire.time("created_at") }

    /// The holder of the private key: `vault` or `host`.
    public var custody: String { wire.text("custody") }

    /// Its id, `ky_...`.
    public var key: String { wire.text("key") }

    /// Its label for people.
    public var label: String? { wire.textOrNil("label") }

    /// The policy, as the fields of `set_key_policy`; null while none limits the key.
    public var policy: JSON? { wire.anyOrNil("policy") }

    /// How many times something was signed with it.
    public var signed: Int { wire.whole("signed") }

    /// Counts the changes of it.
    public var version: Int { wire.whole("version") }
}

/// Reply of `complete`.
public struct SignatureCompleted: EarnestView {
    public static let _form = _Form("SignatureCompleted", "signature_completed", [
        .init("digest", .text),
        .init("signature", .text),
        .init("transaction", .view { TransactionSigned._form }, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The 32 bytes that were signed.
    public var digest: String { wire.text("digest") }

    /// 65 bytes: r, s in the lower half of its range, and 27 or 28.
    public var signature: String { wire.text("signature") }

    /// The transaction, ready to be sent to a node, if it was one.
    public var transaction: TransactionSigned? { wire.viewOrNil("transaction") }
}

/// Reply of `sign_transaction`: ready to be sent to a node.
public struct TransactionSigned: EarnestView {
    public static let _form = _Form("TransactionSigned", "transaction_signed", [
        .init("from", .text),
        .init("hash", .text),
        .init("r", .text),
        .init("raw", .text),
        .init("replayed", .flag),
        .init("s", .text),
        .init("v", .text),
        .init("y_parity", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The signer's address.
    public var from: String { wire.text("from") }

    /// The id of the transaction.
    public var hash: String { wire.text("hash") }

    /// The first number of the signature: `0x` and 64 digits.
    public var r: String { wire.text("r") }

    /// The bytes for a node.
    public var raw: String { wire.text("raw") }

    /// Always false: the same call again is made again.
    public var replayed: Bool { wire.flag("replayed") }

    /// The second, in the lower half of its range (EIP-2).
    public var s: String { wire.text("s") }

    /// chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity.
    public var v: String { wire.text("v") }

    /// 0 or 1.
    public var yParity: Int { wire.whole("y_parity") }
}

/// Reply of `address`.
public struct KeyAddress: EarnestView {
    public static let _form = _Form("KeyAddress", "key_address", [
        .init("address", .text),
        .init("key", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its address, with the checksum of EIP-55.
    public var address: String { wire.text("address") }

    /// The id of the key.
    public var key: String { wire.text("key") }
}

/// Reply of `recover`.
public struct AddressRecovered: EarnestView {
    public static let _form = _Form("AddressRecovered", "address_recovered", [
        .init("address", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The signer's address, with the checksum of EIP-55.
    public var address: String { wire.text("address") }
}

/// Reply of `decode_transaction`: the fields of `tx`, and the signature.
public struct TransactionDecoded: EarnestView {
    public static let _form = _Form("TransactionDecoded", "transaction_decoded", [
        .init("from", .text),
        .init("to", .text, optional: true, nullable: true),
        .init("access_list", .list(.view { StorageRead._form }), optional: true, nullable: true),
        .init("chain_id", .text, optional: true, nullable: true),
        .init("data", .text),
        .init("gas_limit", .text),
        .init("gas_price", .text, optional: true, nullable: true),
        .init("hash", .text),
        .init("max_fee_per_gas", .text, optional: true, nullable: true),
        .init("max_priority_fee_per_gas", .text, optional: true, nullable: true),
        .init("nonce", .text),
        .init("r", .text),
        .init("s", .text),
        .init("type", .text),
        .init("v", .text),
        .init("value", .text),
        .init("y_parity", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The signer's address.
    public var from: String { wire.text("from") }

    /// The recipient of the value and the call; null creates a contract.
    public var to: String? { wire.textOrNil("to") }

    /// The addresses and slots that will be read (`eip2930`, `eip1559`); left out with `legacy`.
    public var accessList: [StorageRead]? { wire.viewsOrNil("access_list") }

    /// The chain; null from before EIP-155, valid on every chain.
    public var chainId: String? { wire.textOrNil("chain_id") }

    /// The input of the call, or the code of a new contract.
    public var data: String { wire.text("data") }

    /// Gas that may be used up.
    public var gasLimit: String { wire.text("gas_limit") }

    /// Wei for a unit of gas (`legacy`, `eip2930`); left out with `eip1559`.
    public var gasPrice: String? { wire.textOrNil("gas_price") }

    /// The id of the transaction.
    public var hash: String { wire.text("hash") }

    /// At most this many wei for a unit of gas (`eip1559`); left out with other types.
    public var maxFeePerGas: String? { wire.textOrNil("max_fee_per_gas") }

    /// Of these at most so many for whoever makes the block (`eip1559`); left out with other types.
    public var maxPriorityFeePerGas: String? { wire.textOrNil("max_priority_fee_per_gas") }

    /// How many transactions the address sent before.
    public var nonce: String { wire.text("nonce") }

    /// The first number of the signature.
    public var r: String { wire.text("r") }

    /// The second.
    public var s: String { wire.text("s") }

    /// `legacy`, `eip2930` or `eip1559`.
    public var type: String { wire.text("type") }

    /// chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity.
    public var v: String { wire.text("v") }

    /// In wei.
    public var value: String { wire.text("value") }

    /// 0 or 1.
    public var yParity: Int { wire.whole("y_parity") }
}

/// An address with the storage of it that a transaction reads (EIP-2930).
public struct StorageRead: EarnestView {
    public static let _form = _Form("StorageRead", "storage_read", [
        .init("address", .text),
        .init("storage_keys", .list(.text)),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The contract.
    public var address: String { wire.text("address") }

    /// Its slots, 32 bytes each.
    public var storageKeys: [String] { wire.texts("storage_keys") }
}

/// Reply of `erc20_transfer`: what a transaction that moves tokens carries.
public struct CallData: EarnestView {
    public static let _form = _Form("CallData", "call_data", [
        .init("to", .text),
        .init("data", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The contract of the token.
    public var to: String { wire.text("to") }

    /// The call.
    public var data: String { wire.text("data") }
}
