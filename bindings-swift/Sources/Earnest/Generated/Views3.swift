// What operations answer.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// An event of a source that was seen.
public struct SeenWebhook: EarnestView {
    public static let _form = _Form("SeenWebhook", "seen_webhook", [
        .init("at", .time),
        .init("event", .text),
        .init("payment", .text, optional: true, nullable: true),
        .init("result", .text),
        .init("sha256", .text),
        .init("source", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// When it was first seen.
    public var at: Date { wire.time("at") }

    /// The sender's id of it.
    public var event: String { wire.text("event") }

    /// The payment that it was about; `null` where none was known.
    public var payment: String? { wire.textOrNil("payment") }

    /// What came of it, as `receive` answered.
    public var result: Heard { wire.of("result") }

    /// The SHA-256 of its body, in hex; the body is not kept.
    public var sha256: String { wire.text("sha256") }

    /// The source.
    public var source: String { wire.text("source") }
}

/// Reply of `set_policy`.
public struct PolicyReply: EarnestView {
    public static let _form = _Form("PolicyReply", "policy_reply", [
        .init("policy", .view { Policy._form }),
        .init("replayed", .flag),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The policy.
    public var policy: Policy { wire.view("policy") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// Version of the book's settings: it counts every change of any of them.
    public var version: Int { wire.whole("version") }
}

/// A policy: from this amount up, a call with this effect needs this many approvals.
public struct Policy: EarnestView {
    public static let _form = _Form("Policy", "policy", [
        .init("id", .text),
        .init("currency", .text),
        .init("approvers", .whole),
        .init("built_in", .flag),
        .init("expires_in", .length),
        .init("operation", .text),
        .init("require", .list(.text)),
        .init("role", .text),
        .init("threshold", .money),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its name.
    public var id: String { wire.text("id") }

    /// Currency of the threshold.
    public var currency: String { wire.text("currency") }

    /// How many different people must approve.
    public var approvers: Int { wire.whole("approvers") }

    /// Whether it comes from the options of the engine, and not from the book.
    public var builtIn: Bool { wire.flag("built_in") }

    /// How long an approval stays open.
    public var expiresIn: Duration { wire.length("expires_in") }

    /// The effect of the calls that it covers.
    public var operation: String { wire.text("operation") }

    /// The factors that the caller must prove.
    public var require: [String] { wire.texts("require") }

    /// The role in which they must act.
    public var role: String { wire.text("role") }

    /// From here up.
    public var threshold: Money { wire.money("threshold") }
}

/// Reply of `remove_policy`.
public struct PolicyRemoved: EarnestView {
    public static let _form = _Form("PolicyRemoved", "policy_removed", [
        .init("removed", .text),
        .init("replayed", .flag),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The name of the policy that is gone.
    public var removed: String { wire.text("removed") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// Version of the book's settings: it counts every change of any of them.
    public var version: Int { wire.whole("version") }
}

/// Reply of `approve`.
public struct ApproveReply: EarnestView {
    public static let _form = _Form("ApproveReply", "approve_reply", [
        .init("approval", .view { Approval._form }),
        .init("error", .refusal, optional: true, nullable: true),
        .init("executed", .flag),
        .init("replayed", .flag),
        .init("reply", .object, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The approval.
    public var approval: Approval { wire.view("approval") }

    /// Why the call was refused; the consent stays, and this may be repeated until the approval expires.
    public var error: EarnestError? { wire.refusalOrNil("error") }

    /// Whether the call took place.
    public var executed: Bool { wire.flag("executed") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The call's own reply, when it took place.
    public var reply: JSON? { wire.anyOrNil("reply") }
}

/// An approval.
public struct Approval: EarnestView {
    public static let _form = _Form("Approval", "approval", [
        .init("id", .text),
        .init("account", .text),
        .init("amount", .money),
        .init("approvals", .list(.view { Consent._form })),
        .init("ended_at", .time, optional: true, nullable: true),
        .init("expires_at", .time),
        .init("operation", .text),
        .init("payload_hash", .text),
        .init("policy", .text),
        .init("reason", .text, optional: true, nullable: true),
        .init("rejected_by", .text, optional: true, nullable: true),
        .init("request", .object, optional: true, nullable: true),
        .init("requested_at", .time),
        .init("requested_by", .text),
        .init("required", .whole),
        .init("result", .view { ApprovalResult._form }, optional: true, nullable: true),
        .init("role", .text),
        .init("state", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The account that gives most of the amount.
    public var account: String { wire.text("account") }

    /// The amount that the call takes.
    public var amount: Money { wire.money("amount") }

    /// The actors who have approved, in their order.
    public var approvals: [Consent] { wire.views("approvals") }

    /// When it was executed, rejected or expired.
    public var endedAt: Date? { wire.timeOrNil("ended_at") }

    /// Its deadline: it must be given and used up before.
    public var expiresAt: Date { wire.time("expires_at") }

    /// The operation that waits.
    public var operation: String { wire.text("operation") }

    /// SHA-256 of its canonical request, hexadecimal.
    public var payloadHash: String { wire.text("payload_hash") }

    /// The policy that asks for it.
    public var policy: String { wire.text("policy") }

    /// Why.
    public var reason: String? { wire.textOrNil("reason") }

    /// The actor who rejected it.
    public var rejectedBy: String? { wire.textOrNil("rejected_by") }

    /// Its request, without key and actor; `null` when it was erased.
    public var request: JSON? { wire.anyOrNil("request") }

    /// When it was asked for.
    public var requestedAt: Date { wire.time("requested_at") }

    /// The requester: the call runs as this actor.
    public var requestedBy: String { wire.text("requested_by") }

    /// How many must approve.
    public var required: Int { wire.whole("required") }

    /// The outcome of the call; `null` while it has not been tried.
    public var result: ApprovalResult? { wire.viewOrNil("result") }

    /// In which role.
    public var role: String { wire.text("role") }

    /// Its state.
    public var state: ApprovalState { wire.of("state") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// An actor's approval.
public struct Consent: EarnestView {
    public static let _form = _Form("Consent", "consent", [
        .init("actor", .text),
        .init("at", .time),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The actor.
    public var actor: String { wire.text("actor") }

    /// When.
    public var at: Date { wire.time("at") }
}

/// The outcome of the call that waited.
public struct ApprovalResult: EarnestView {
    public static let _form = _Form("ApprovalResult", "approval_result", [
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

/// Reply of a change of an approval.
public struct ApprovalReply: EarnestView {
    public static let _form = _Form("ApprovalReply", "approval_reply", [
        .init("approval", .view { Approval._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The approval.
    public var approval: Approval { wire.view("approval") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// Reply of `put`.
public struct ValuePut: EarnestView {
    public static let _form = _Form("ValuePut", "value_put", [
        .init("key_id", .text),
        .init("name", .text),
        .init("replayed", .flag),
        .init("subject", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The key of the keyring that wraps the subject's data key.
    public var keyId: String { wire.text("key_id") }

    /// What it is.
    public var name: String { wire.text("name") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// Whom it is about.
    public var subject: String { wire.text("subject") }

    /// Counts the values under this name, from 1.
    public var version: Int { wire.whole("version") }
}

/// Reply of `reveal`.
public struct ValueRevealed: EarnestView {
    public static let _form = _Form("ValueRevealed", "value_revealed", [
        .init("replayed", .flag),
        .init("value", .text, secret: true),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
    public var replayed: Bool { wire.flag("replayed") }

    /// The value.
    public var value: String { wire.text("value") }

    /// Counts the values under this name.
    public var version: Int { wire.whole("version") }
}

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

    /// Whom they are about.
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

    /// What it is.
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

    /// Whom it was about.
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

    /// What it is.
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

    /// Whose.
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

    /// Whose.
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

    /// What `proofs` of a call takes, once, for two minutes.
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

    /// Whose.
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

    /// What `proofs` of a call takes, once, for two minutes.
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
public struct Rule: EarnestView {
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

    /// What to tell people.
    public var message: String? { wire.textOrNil("message") }

    /// What it counts.
    public var metric: String { wire.text("metric") }

    /// What follows.
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

    /// What it adds to the score.
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
public struct Rate: EarnestView {
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

    /// What to tell people.
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

    /// Who or what; `null` when it was erased.
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
public struct Review: EarnestView {
    public static let _form = _Form("Review", "review", [
        .init("id", .text),
        .init("account", .text, optional: true, nullable: true),
        .init("amount", .money, optional: true, nullable: true),
        .init("created_at", .time),
        .init("decided_by", .text, optional: true, nullable: true),
        .init("expires_at", .time),
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

    /// What the call takes.
    public var amount: Money? { wire.moneyOrNil("amount") }

    /// When it was asked for first.
    public var createdAt: Date { wire.time("created_at") }

    /// The admin who decided.
    public var decidedBy: String? { wire.textOrNil("decided_by") }

    /// Its deadline.
    public var expiresAt: Date { wire.time("expires_at") }

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

/// What rules and rates said of a call.
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

    /// What fired, the first to speak first.
    public var fired: [Fired] { wire.views("fired") }

    /// The strictest outcome.
    public var outcome: Outcome { wire.of("outcome") }

    /// Whole seconds after which the call would pass if nothing else happened; `null` where no waiting helps or nothing refuses.
    public var retryAfter: Int? { wire.wholeOrNil("retry_after") }

    /// The weights of what fired and the host's own number, 0 to 100.
    public var score: Int { wire.whole("score") }

    /// What would have fired.
    public var shadow: [Fired] { wire.views("shadow") }

    /// The part of the call that the first rule is about.
    public var subject: String? { wire.textOrNil("subject") }
}
