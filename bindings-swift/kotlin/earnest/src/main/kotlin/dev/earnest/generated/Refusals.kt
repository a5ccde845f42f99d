// Every refusal, each code a class of its own.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import java.time.Instant

/**
 * A refusal. Its [code] is stable, its message is not.
 *
 * Each code has a class of its own here, under a class for its kind: [InsufficientBalance] is a [Rejected].
 */
public sealed class EarnestException(json: Json) : Refusal(json) {
    /** Refusals of kind `invalid`, HTTP status 400. */
    public sealed class Invalid(json: Json) : EarnestException(json) {
        override val kind: String get() = "invalid"
    }

    /** Refusals of kind `not_found`, HTTP status 404. */
    public sealed class NotFound(json: Json) : EarnestException(json) {
        override val kind: String get() = "not_found"
    }

    /** Refusals of kind `conflict`, HTTP status 409. */
    public sealed class Conflict(json: Json) : EarnestException(json) {
        override val kind: String get() = "conflict"
    }

    /** Refusals of kind `rejected`, HTTP status 409. */
    public sealed class Rejected(json: Json) : EarnestException(json) {
        override val kind: String get() = "rejected"
    }

    /** Refusals of kind `denied`, HTTP status 403. */
    public sealed class Denied(json: Json) : EarnestException(json) {
        override val kind: String get() = "denied"
    }

    /** Refusals of kind `unavailable`, HTTP status 503. */
    public sealed class Unavailable(json: Json) : EarnestException(json) {
        override val kind: String get() = "unavailable"
    }

    /** Refusals of kind `limited`, HTTP status 429. */
    public sealed class Limited(json: Json) : EarnestException(json) {
        override val kind: String get() = "limited"
    }

    /** Refusals of kind `corrupt`, HTTP status 500. */
    public sealed class Corrupt(json: Json) : EarnestException(json) {
        override val kind: String get() = "corrupt"
    }

    /** Refusals of kind `misused`, HTTP status 500. */
    public sealed class Misused(json: Json) : Invalid(json) {
        override val kind: String get() = "misused"
    }

    /**
     * `invalid_request`: A field is missing, unknown or malformed, or fields do not fit together. `operation` is left
     * out unless the program names no actor where that operation needs one: the status is then 500.
     */
    public class InvalidRequest internal constructor(json: Json) : Invalid(json) {
        override val details: Details = Details(wireDetails)

        /** The request field, as a path such as `amount.currency`. */
        public val field: String get() = details.field

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The operation's name. */
        public val operation: String? get() = details.operation

        /** The details of `invalid_request`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The request field, as a path such as `amount.currency`. */
            public val field: String = from.text("field")
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
            /** The operation's name. */
            public val operation: String? = from.textOrNull("operation")
        }
    }

    /**
     * `invalid_amount`: An amount is not a decimal text within the currency's scale and bounds, or has the wrong
     * sign.
     */
    public class InvalidAmount internal constructor(json: Json) : Invalid(json) {
        override val details: Details = Details(wireDetails)

        /** The request field, as a path such as `amount.currency`. */
        public val field: String get() = details.field

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `invalid_amount`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The request field, as a path such as `amount.currency`. */
            public val field: String = from.text("field")
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `invalid_currency`: A currency code is malformed or unknown. */
    public class InvalidCurrency internal constructor(json: Json) : Invalid(json) {
        override val details: Details = Details(wireDetails)

        /** The request field, as a path such as `amount.currency`. */
        public val field: String get() = details.field

        /** The currency code. */
        public val currency: String get() = details.currency

        /** The details of `invalid_currency`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The request field, as a path such as `amount.currency`. */
            public val field: String = from.text("field")
            /** The currency code. */
            public val currency: String = from.text("currency")
        }
    }

    /** `currency_mismatch`: Two amounts that belong together are in different currencies. */
    public class CurrencyMismatch internal constructor(json: Json) : Invalid(json) {
        override val details: Details = Details(wireDetails)

        /** The request field, as a path such as `amount.currency`. */
        public val field: String get() = details.field

        /** The value required. */
        public val expected: String get() = details.expected

        /** The value found. */
        public val actual: String get() = details.actual

        /** The details of `currency_mismatch`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The request field, as a path such as `amount.currency`. */
            public val field: String = from.text("field")
            /** The value required. */
            public val expected: String = from.text("expected")
            /** The value found. */
            public val actual: String = from.text("actual")
        }
    }

    /** `currency_not_allowed`: The currency is known, but this engine is set up not to take it. */
    public class CurrencyNotAllowed internal constructor(json: Json) : Invalid(json) {
        override val details: Details = Details(wireDetails)

        /** The request field, as a path such as `amount.currency`. */
        public val field: String get() = details.field

        /** The currency code. */
        public val currency: String get() = details.currency

        /** The details of `currency_not_allowed`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The request field, as a path such as `amount.currency`. */
            public val field: String = from.text("field")
            /** The currency code. */
            public val currency: String = from.text("currency")
        }
    }

    /** `invalid_account`: An account name is malformed. */
    public class InvalidAccount internal constructor(json: Json) : Invalid(json) {
        override val details: Details = Details(wireDetails)

        /** The request field, as a path such as `amount.currency`. */
        public val field: String get() = details.field

        /** The account concerned. */
        public val account: String get() = details.account

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `invalid_account`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The request field, as a path such as `amount.currency`. */
            public val field: String = from.text("field")
            /** The account concerned. */
            public val account: String = from.text("account")
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `account_not_found`: There is no such account in that currency. */
    public class AccountNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The account concerned. */
        public val account: String get() = details.account

        /** The currency code. */
        public val currency: String? get() = details.currency

        /** The details of `account_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The account concerned. */
            public val account: String = from.text("account")
            /** The currency code. */
            public val currency: String? = from.textOrNull("currency")
        }
    }

    /** `account_exists`: The account was opened before. */
    public class AccountExists internal constructor(json: Json) : Conflict(json) {
        override val details: Details = Details(wireDetails)

        /** The account concerned. */
        public val account: String get() = details.account

        /** The currency code. */
        public val currency: String get() = details.currency

        /** The details of `account_exists`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The account concerned. */
            public val account: String = from.text("account")
            /** The currency code. */
            public val currency: String = from.text("currency")
        }
    }

    /** `account_locked`: The account is locked: no new debits, credits or holds. */
    public class AccountLocked internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The account concerned. */
        public val account: String get() = details.account

        /** The currency code. */
        public val currency: String get() = details.currency

        /** The details of `account_locked`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The account concerned. */
            public val account: String = from.text("account")
            /** The currency code. */
            public val currency: String = from.text("currency")
        }
    }

    /** `account_closed`: The account is closed. */
    public class AccountClosed internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The account concerned. */
        public val account: String get() = details.account

        /** The currency code. */
        public val currency: String get() = details.currency

        /** The details of `account_closed`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The account concerned. */
            public val account: String = from.text("account")
            /** The currency code. */
            public val currency: String = from.text("currency")
        }
    }

    /** `insufficient_balance`: What is available does not cover what is required. */
    public class InsufficientBalance internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The account concerned. */
        public val account: String get() = details.account

        /** The amount that can be spent, or the units that can be bought, now. */
        public val available: Money get() = details.available

        /** The amount that is needed, or the version. */
        public val required: Money get() = details.required

        /** The details of `insufficient_balance`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The account concerned. */
            public val account: String = from.text("account")
            /** The amount that can be spent, or the units that can be bought, now. */
            public val available: Money = from.money("available")
            /** The amount that is needed, or the version. */
            public val required: Money = from.money("required")
        }
    }

    /**
     * `limit_exceeded`: A limit of the account would be passed. `policy` is left out unless it is one of a key's
     * policy.
     */
    public class LimitExceeded internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The account concerned. */
        public val account: String get() = details.account

        /** The limit. */
        public val limit: Money? get() = details.limit

        /** The used part of the limit. */
        public val used: Money? get() = details.used

        /** The period that the limit is for. */
        public val window: String get() = details.window

        /**
         * The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`, `max_value`.
         */
        public val policy: String? get() = details.policy

        /** The details of `limit_exceeded`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The account concerned. */
            public val account: String = from.text("account")
            /** The limit. */
            public val limit: Money? = from.moneyOrNull("limit")
            /** The used part of the limit. */
            public val used: Money? = from.moneyOrNull("used")
            /** The period that the limit is for. */
            public val window: String = from.text("window")
            /**
             * The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`,
             * `max_value`.
             */
            public val policy: String? = from.textOrNull("policy")
        }
    }

    /** `overflow`: A balance or sum would reach 10^38 minor units. */
    public class Overflow internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The account concerned. */
        public val account: String get() = details.account

        /** The details of `overflow`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The account concerned. */
            public val account: String = from.text("account")
        }
    }

    /** `transfer_not_found`: There is no such transfer. */
    public class TransferNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the transfer. */
        public val transfer: String get() = details.transfer

        /** The details of `transfer_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the transfer. */
            public val transfer: String = from.text("transfer")
        }
    }

    /** `already_reversed`: The transfer was cancelled before. */
    public class AlreadyReversed internal constructor(json: Json) : Conflict(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the transfer. */
        public val transfer: String get() = details.transfer

        /** The id of the reversal. */
        public val reversedBy: String? get() = details.reversedBy

        /** The details of `already_reversed`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the transfer. */
            public val transfer: String = from.text("transfer")
            /** The id of the reversal. */
            public val reversedBy: String? = from.textOrNull("reversed_by")
        }
    }

    /** `refund_exceeds_original`: The refunds together would pass the original amount. */
    public class RefundExceedsOriginal internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the transfer. */
        public val transfer: String get() = details.transfer

        /** The amount of the original transfer. */
        public val original: Money get() = details.original

        /** The total refunded so far. */
        public val refunded: Money get() = details.refunded

        /** The amount or number asked for. */
        public val requested: Money get() = details.requested

        /** The details of `refund_exceeds_original`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the transfer. */
            public val transfer: String = from.text("transfer")
            /** The amount of the original transfer. */
            public val original: Money = from.money("original")
            /** The total refunded so far. */
            public val refunded: Money = from.money("refunded")
            /** The amount or number asked for. */
            public val requested: Money = from.money("requested")
        }
    }

    /** `hold_not_found`: There is no such hold. */
    public class HoldNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the hold. */
        public val hold: String get() = details.hold

        /** The details of `hold_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the hold. */
            public val hold: String = from.text("hold")
        }
    }

    /** `hold_expired`: The hold ran out before the call. */
    public class HoldExpired internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the hold. */
        public val hold: String get() = details.hold

        /** When it expired. */
        public val expiredAt: Instant get() = details.expiredAt

        /** The details of `hold_expired`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the hold. */
            public val hold: String = from.text("hold")
            /** When it expired. */
            public val expiredAt: Instant = from.time("expired_at")
        }
    }

    /** `hold_closed`: The hold was captured or voided before. */
    public class HoldClosed internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the hold. */
        public val hold: String get() = details.hold

        /** The present state. */
        public val state: String get() = details.state

        /** The details of `hold_closed`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the hold. */
            public val hold: String = from.text("hold")
            /** The present state. */
            public val state: String = from.text("state")
        }
    }

    /** `capture_exceeds_hold`: The capture is larger than what is left of the hold. */
    public class CaptureExceedsHold internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the hold. */
        public val hold: String get() = details.hold

        /** The rest of the hold, or of the authorized amount. */
        public val remaining: Money get() = details.remaining

        /** The amount or number asked for. */
        public val requested: Money get() = details.requested

        /** The details of `capture_exceeds_hold`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the hold. */
            public val hold: String = from.text("hold")
            /** The rest of the hold, or of the authorized amount. */
            public val remaining: Money = from.money("remaining")
            /** The amount or number asked for. */
            public val requested: Money = from.money("requested")
        }
    }

    /** `deal_not_found`: There is no such deal. */
    public class DealNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the deal. */
        public val deal: String get() = details.deal

        /** The details of `deal_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the deal. */
            public val deal: String = from.text("deal")
        }
    }

    /** `transition_not_allowed`: The object's state has no such transition. */
    public class TransitionNotAllowed internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the object. */
        public val objectKind: String get() = details.objectKind

        /** The present state. */
        public val state: String get() = details.state

        /** The trigger that was tried. */
        public val trigger: String get() = details.trigger

        /** The triggers that are possible in this state. */
        public val allowed: List<String> get() = details.allowed

        /** The details of `transition_not_allowed`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the object. */
            public val objectKind: String = from.text("object")
            /** The present state. */
            public val state: String = from.text("state")
            /** The trigger that was tried. */
            public val trigger: String = from.text("trigger")
            /** The triggers that are possible in this state. */
            public val allowed: List<String> = from.list("allowed", Reading::asText)
        }
    }

    /**
     * `condition_not_met`: The transition exists, but its condition is false; a deadline that has passed is one too.
     */
    public class ConditionNotMet internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the object. */
        public val objectKind: String get() = details.objectKind

        /** The trigger that was tried. */
        public val trigger: String get() = details.trigger

        /** The condition that is false. */
        public val condition: String get() = details.condition

        /** The deadline that has passed, if the condition is one. */
        public val deadline: Instant? get() = details.deadline

        /** The details of `condition_not_met`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the object. */
            public val objectKind: String = from.text("object")
            /** The trigger that was tried. */
            public val trigger: String = from.text("trigger")
            /** The condition that is false. */
            public val condition: String = from.text("condition")
            /** The deadline that has passed, if the condition is one. */
            public val deadline: Instant? = from.timeOrNull("deadline")
        }
    }

    /**
     * `not_permitted`: This actor may not do this, or this account can not be named here. `policy` is left out unless
     * a key's policy refuses.
     */
    public class NotPermitted internal constructor(json: Json) : Denied(json) {
        override val details: Details = Details(wireDetails)

        /** The request field, as a path such as `amount.currency`. */
        public val field: String? get() = details.field

        /** The id of the actor who asked. */
        public val actor: String? get() = details.actor

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /**
         * The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`, `max_value`.
         */
        public val policy: String? get() = details.policy

        /** The details of `not_permitted`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The request field, as a path such as `amount.currency`. */
            public val field: String? = from.textOrNull("field")
            /** The id of the actor who asked. */
            public val actor: String? = from.textOrNull("actor")
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
            /**
             * The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`,
             * `max_value`.
             */
            public val policy: String? = from.textOrNull("policy")
        }
    }

    /** `version_conflict`: The object is not at `expected_version` any more: read it again, then decide. */
    public class VersionConflict internal constructor(json: Json) : Conflict(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the object. */
        public val objectKind: String get() = details.objectKind

        /** The value required. */
        public val expected: Long get() = details.expected

        /** The value found. */
        public val actual: Long get() = details.actual

        /** The details of `version_conflict`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the object. */
            public val objectKind: String = from.text("object")
            /** The value required. */
            public val expected: Long = from.integer("expected")
            /** The value found. */
            public val actual: Long = from.integer("actual")
        }
    }

    /** `dispute_not_found`: There is no such dispute. */
    public class DisputeNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the dispute. */
        public val dispute: String get() = details.dispute

        /** The details of `dispute_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the dispute. */
            public val dispute: String = from.text("dispute")
        }
    }

    /** `job_not_found`: There is no such job. */
    public class JobNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the job. */
        public val job: String get() = details.job

        /** The details of `job_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the job. */
            public val job: String = from.text("job")
        }
    }

    /** `sink_not_found`: There is no such sink. */
    public class SinkNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the sink. */
        public val sink: String get() = details.sink

        /** The details of `sink_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the sink. */
            public val sink: String = from.text("sink")
        }
    }

    /** `payment_not_found`: There is no such payment. */
    public class PaymentNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the payment. */
        public val payment: String get() = details.payment

        /** The details of `payment_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the payment. */
            public val payment: String = from.text("payment")
        }
    }

    /** `gateway_not_found`: There is no such gateway, or no route has one for this payment. */
    public class GatewayNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the gateway. */
        public val gateway: String? get() = details.gateway

        /** The details of `gateway_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the gateway. */
            public val gateway: String? = from.textOrNull("gateway")
        }
    }

    /** `debt_not_found`: There is no such debt. */
    public class DebtNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the debt. */
        public val debt: String get() = details.debt

        /** The details of `debt_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the debt. */
            public val debt: String = from.text("debt")
        }
    }

    /** `capture_exceeds_authorized`: The capture is larger than what is authorized. */
    public class CaptureExceedsAuthorized internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the payment. */
        public val payment: String get() = details.payment

        /** The rest of the hold, or of the authorized amount. */
        public val remaining: Money get() = details.remaining

        /** The amount or number asked for. */
        public val requested: Money get() = details.requested

        /** The details of `capture_exceeds_authorized`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the payment. */
            public val payment: String = from.text("payment")
            /** The rest of the hold, or of the authorized amount. */
            public val remaining: Money = from.money("remaining")
            /** The amount or number asked for. */
            public val requested: Money = from.money("requested")
        }
    }

    /**
     * `refund_exceeds_captured`: The refund is larger than what was captured and is neither refunded nor charged
     * back.
     */
    public class RefundExceedsCaptured internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the payment. */
        public val payment: String get() = details.payment

        /** The total captured. */
        public val captured: Money get() = details.captured

        /** The total refunded so far. */
        public val refunded: Money get() = details.refunded

        /** The total that payers' banks have taken back. */
        public val chargedBack: Money get() = details.chargedBack

        /** The amount or number asked for. */
        public val requested: Money get() = details.requested

        /** The details of `refund_exceeds_captured`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the payment. */
            public val payment: String = from.text("payment")
            /** The total captured. */
            public val captured: Money = from.money("captured")
            /** The total refunded so far. */
            public val refunded: Money = from.money("refunded")
            /** The total that payers' banks have taken back. */
            public val chargedBack: Money = from.money("charged_back")
            /** The amount or number asked for. */
            public val requested: Money = from.money("requested")
        }
    }

    /** `gateway_unavailable`: The gateway is down, or every one that could take this payment; nothing was done. */
    public class GatewayUnavailable internal constructor(json: Json) : Unavailable(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the gateway. */
        public val gateway: String? get() = details.gateway

        /** Seconds to wait before another attempt. */
        public val retryAfter: Long? get() = details.retryAfter

        /** The details of `gateway_unavailable`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the gateway. */
            public val gateway: String? = from.textOrNull("gateway")
            /** Seconds to wait before another attempt. */
            public val retryAfter: Long? = from.integerOrNull("retry_after")
        }
    }

    /** `offer_not_found`: There is no such offer. */
    public class OfferNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the offer. */
        public val offer: String get() = details.offer

        /** The details of `offer_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the offer. */
            public val offer: String = from.text("offer")
        }
    }

    /** `promo_not_found`: There is no such promo. */
    public class PromoNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the promo. */
        public val promo: String get() = details.promo

        /** The details of `promo_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the promo. */
            public val promo: String = from.text("promo")
        }
    }

    /** `purchase_not_found`: There is no such purchase. */
    public class PurchaseNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the purchase. */
        public val purchase: String get() = details.purchase

        /** The details of `purchase_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the purchase. */
            public val purchase: String = from.text("purchase")
        }
    }

    /** `out_of_stock`: Fewer units are left than are asked for: the others are sold, or held for other buyers. */
    public class OutOfStock internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the offer. */
        public val offer: String get() = details.offer

        /** The amount that can be spent, or the units that can be bought, now. */
        public val available: Long get() = details.available

        /** The amount or number asked for. */
        public val requested: Long get() = details.requested

        /** The details of `out_of_stock`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the offer. */
            public val offer: String = from.text("offer")
            /** The amount that can be spent, or the units that can be bought, now. */
            public val available: Long = from.integer("available")
            /** The amount or number asked for. */
            public val requested: Long = from.integer("requested")
        }
    }

    /** `purchase_limit_exceeded`: The buyer would have more units of the offer than one buyer may. */
    public class PurchaseLimitExceeded internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the offer. */
        public val offer: String get() = details.offer

        /** The limit. */
        public val limit: Long get() = details.limit

        /** The used part of the limit. */
        public val used: Long get() = details.used

        /** The amount or number asked for. */
        public val requested: Long get() = details.requested

        /** The details of `purchase_limit_exceeded`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the offer. */
            public val offer: String = from.text("offer")
            /** The limit. */
            public val limit: Long = from.integer("limit")
            /** The used part of the limit. */
            public val used: Long = from.integer("used")
            /** The amount or number asked for. */
            public val requested: Long = from.integer("requested")
        }
    }

    /**
     * `promo_not_applicable`: The promo may not be used here: `inactive`, `not_started`, `ended`, `offer`, `limit` or
     * `user_limit`.
     */
    public class PromoNotApplicable internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the promo. */
        public val promo: String get() = details.promo

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `promo_not_applicable`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the promo. */
            public val promo: String = from.text("promo")
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `source_not_found`: There is no such source of webhooks. */
    public class SourceNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the source of webhooks. */
        public val source: String get() = details.source

        /** The details of `source_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the source of webhooks. */
            public val source: String = from.text("source")
        }
    }

    /**
     * `invalid_address`: An address is none, or none that may be paid: `malformed`, `checksum`, `zero`, `own` or
     * `token`.
     */
    public class InvalidAddress internal constructor(json: Json) : Invalid(json) {
        override val details: Details = Details(wireDetails)

        /** The request field, as a path such as `amount.currency`. */
        public val field: String get() = details.field

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `invalid_address`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The request field, as a path such as `amount.currency`. */
            public val field: String = from.text("field")
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `withdrawal_not_found`: There is no such withdrawal. */
    public class WithdrawalNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the withdrawal. */
        public val withdrawal: String get() = details.withdrawal

        /** The details of `withdrawal_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the withdrawal. */
            public val withdrawal: String = from.text("withdrawal")
        }
    }

    /** `chain_not_found`: There is no such chain. */
    public class ChainNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the chain. */
        public val chain: String get() = details.chain

        /** The details of `chain_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the chain. */
            public val chain: String = from.text("chain")
        }
    }

    /** `asset_not_found`: The currency cannot be withdrawn to this chain. */
    public class AssetNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the chain. */
        public val chain: String get() = details.chain

        /** The currency code. */
        public val currency: String get() = details.currency

        /** The details of `asset_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the chain. */
            public val chain: String = from.text("chain")
            /** The currency code. */
            public val currency: String = from.text("currency")
        }
    }

    /** `lane_not_found`: There is no such lane. */
    public class LaneNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the lane. */
        public val lane: String get() = details.lane

        /** The details of `lane_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the lane. */
            public val lane: String = from.text("lane")
        }
    }

    /** `lane_exists`: The key has a lane on this chain already: its nonces have one counter. */
    public class LaneExists internal constructor(json: Json) : Conflict(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the lane. */
        public val lane: String get() = details.lane

        /** The details of `lane_exists`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the lane. */
            public val lane: String = from.text("lane")
        }
    }

    /**
     * `factor_required`: A second factor must be proved first; repeat the call with its proof. `message` is left out
     * where no rule has one.
     */
    public class FactorRequired internal constructor(json: Json) : Denied(json) {
        override val details: Details = Details(wireDetails)

        /** The factors that would do: `pin`, `totp`. */
        public val factors: List<String> get() = details.factors

        /** The details of `factor_required`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The factors that would do: `pin`, `totp`. */
            public val factors: List<String> = from.list("factors", Reading::asText)
            /** The rule's message for people. */
            public val message: String? = from.textOrNull("message")
        }
    }

    /**
     * `approval_required`: Others must approve first; after that the same call answers the executed reply. With a
     * `hint`, nobody was asked yet.
     */
    public class ApprovalRequired internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the approval. */
        public val approval: String get() = details.approval

        /**
         * The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`, `max_value`.
         */
        public val policy: String get() = details.policy

        /** The step that mends it. */
        public val hint: String? get() = details.hint

        /** The details of `approval_required`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the approval. */
            public val approval: String = from.text("approval")
            /**
             * The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`,
             * `max_value`.
             */
            public val policy: String = from.text("policy")
            /** The step that mends it. */
            public val hint: String? = from.textOrNull("hint")
        }
    }

    /** `approval_not_found`: There is no such approval. */
    public class ApprovalNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the approval. */
        public val approval: String get() = details.approval

        /** The details of `approval_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the approval. */
            public val approval: String = from.text("approval")
        }
    }

    /** `approval_expired`: The approval ran out. */
    public class ApprovalExpired internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the approval. */
        public val approval: String get() = details.approval

        /** The details of `approval_expired`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the approval. */
            public val approval: String = from.text("approval")
        }
    }

    /** `already_approved`: This actor has approved it before, or it was decided. */
    public class AlreadyApproved internal constructor(json: Json) : Conflict(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the approval. */
        public val approval: String get() = details.approval

        /** The details of `already_approved`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the approval. */
            public val approval: String = from.text("approval")
        }
    }

    /** `self_approval`: Nobody approves what they asked for themselves. */
    public class SelfApproval internal constructor(json: Json) : Denied(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the approval. */
        public val approval: String get() = details.approval

        /** The details of `self_approval`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the approval. */
            public val approval: String = from.text("approval")
        }
    }

    /** `idempotency_key_missing`: The operation moves money and needs a `key`. */
    public class IdempotencyKeyMissing internal constructor(json: Json) : Invalid(json) {
        override val details: Details = Details(wireDetails)

        /** The operation's name. */
        public val operation: String get() = details.operation

        /** The details of `idempotency_key_missing`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The operation's name. */
            public val operation: String = from.text("operation")
        }
    }

    /** `idempotency_mismatch`: The key was used for another request. */
    public class IdempotencyMismatch internal constructor(json: Json) : Conflict(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the key, never the key itself. */
        public val key: String get() = details.key

        /** The operation's name. */
        public val operation: String get() = details.operation

        /** When the key was first used. */
        public val at: Instant get() = details.at

        /** The fields that differ from the first request. */
        public val fields: List<String> get() = details.fields

        /** The details of `idempotency_mismatch`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the key, never the key itself. */
            public val key: String = from.text("key")
            /** The operation's name. */
            public val operation: String = from.text("operation")
            /** When the key was first used. */
            public val at: Instant = from.time("at")
            /** The fields that differ from the first request. */
            public val fields: List<String> = from.list("fields", Reading::asText)
        }
    }

    /** `rate_limited`: Too many calls in a short time: the rate in `rule` refuses. */
    public class RateLimited internal constructor(json: Json) : Limited(json) {
        override val details: Details = Details(wireDetails)

        /** The rule that fired. */
        public val rule: String get() = details.rule

        /** The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`. */
        public val metric: String get() = details.metric

        /** The vault subject or list entry. */
        public val subject: String get() = details.subject

        /** The used part of the limit. */
        public val used: Measure get() = details.used

        /** The amount or number asked for. */
        public val requested: Measure get() = details.requested

        /** The limit. */
        public val limit: Measure get() = details.limit

        /** The period that the limit is for. */
        public val window: String? get() = details.window

        /** Seconds to wait before another attempt. */
        public val retryAfter: Long? get() = details.retryAfter

        /** The names of all rules and rates that fired. */
        public val fired: List<String> get() = details.fired

        /** The details of `rate_limited`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The rule that fired. */
            public val rule: String = from.text("rule")
            /** The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`. */
            public val metric: String = from.text("metric")
            /** The vault subject or list entry. */
            public val subject: String = from.text("subject")
            /** The used part of the limit. */
            public val used: Measure = from.measure("used")
            /** The amount or number asked for. */
            public val requested: Measure = from.measure("requested")
            /** The limit. */
            public val limit: Measure = from.measure("limit")
            /** The period that the limit is for. */
            public val window: String? = from.textOrNull("window")
            /** Seconds to wait before another attempt. */
            public val retryAfter: Long? = from.integerOrNull("retry_after")
            /** The rule's message for people. */
            public val message: String? = from.textOrNull("message")
            /** The names of all rules and rates that fired. */
            public val fired: List<String> = from.list("fired", Reading::asText)
        }
    }

    /**
     * `velocity_blocked`: The rule in `rule` has blocked it: too often or too much. Without `retry_after` no waiting
     * helps.
     */
    public class VelocityBlocked internal constructor(json: Json) : Limited(json) {
        override val details: Details = Details(wireDetails)

        /** The rule that fired. */
        public val rule: String get() = details.rule

        /** The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`. */
        public val metric: String get() = details.metric

        /** The vault subject or list entry. */
        public val subject: String get() = details.subject

        /** The used part of the limit. */
        public val used: Measure get() = details.used

        /** The amount or number asked for. */
        public val requested: Measure get() = details.requested

        /** The limit. */
        public val limit: Measure get() = details.limit

        /** The period that the limit is for. */
        public val window: String? get() = details.window

        /** Seconds to wait before another attempt. */
        public val retryAfter: Long? get() = details.retryAfter

        /** The names of all rules and rates that fired. */
        public val fired: List<String> get() = details.fired

        /** The details of `velocity_blocked`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The rule that fired. */
            public val rule: String = from.text("rule")
            /** The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`. */
            public val metric: String = from.text("metric")
            /** The vault subject or list entry. */
            public val subject: String = from.text("subject")
            /** The used part of the limit. */
            public val used: Measure = from.measure("used")
            /** The amount or number asked for. */
            public val requested: Measure = from.measure("requested")
            /** The limit. */
            public val limit: Measure = from.measure("limit")
            /** The period that the limit is for. */
            public val window: String? = from.textOrNull("window")
            /** Seconds to wait before another attempt. */
            public val retryAfter: Long? = from.integerOrNull("retry_after")
            /** The rule's message for people. */
            public val message: String? = from.textOrNull("message")
            /** The names of all rules and rates that fired. */
            public val fired: List<String> = from.list("fired", Reading::asText)
        }
    }

    /**
     * `blocked`: A block list names the account, the actor or a value of the request, or people have rejected it
     * after a review.
     */
    public class Blocked internal constructor(json: Json) : Denied(json) {
        override val details: Details = Details(wireDetails)

        /** The vault subject or list entry. */
        public val subject: String? get() = details.subject

        /** The id of the review. */
        public val review: String? get() = details.review

        /** The reason, for developers. */
        public val reason: String? get() = details.reason

        /** The details of `blocked`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The vault subject or list entry. */
            public val subject: String? = from.textOrNull("subject")
            /** The id of the review. */
            public val review: String? = from.textOrNull("review")
            /** The reason, for developers. */
            public val reason: String? = from.textOrNull("reason")
        }
    }

    /**
     * `review_required`: Parked until somebody has reviewed it; after that the same call answers the executed reply.
     */
    public class ReviewRequired internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the review. */
        public val review: String get() = details.review

        /** The rule that fired. */
        public val rule: String get() = details.rule

        /** The details of `review_required`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the review. */
            public val review: String = from.text("review")
            /** The rule that fired. */
            public val rule: String = from.text("rule")
            /** The rule's message for people. */
            public val message: String? = from.textOrNull("message")
        }
    }

    /** `credential_not_found`: The subject has no such credential. */
    public class CredentialNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The vault subject or list entry. */
        public val subject: String get() = details.subject

        /** The factor: `pin` or `totp`. */
        public val factor: String get() = details.factor

        /** The details of `credential_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The vault subject or list entry. */
            public val subject: String = from.text("subject")
            /** The factor: `pin` or `totp`. */
            public val factor: String = from.text("factor")
        }
    }

    /** `pin_invalid`: The PIN is wrong. */
    public class PinInvalid internal constructor(json: Json) : Denied(json) {
        override val details: Details = Details(wireDetails)

        /** How many more attempts there are before the lock. */
        public val attemptsLeft: Long get() = details.attemptsLeft

        /** The details of `pin_invalid`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** How many more attempts there are before the lock. */
            public val attemptsLeft: Long = from.integer("attempts_left")
        }
    }

    /** `pin_locked`: Too many wrong PINs in a row. Without a time only staff can help. */
    public class PinLocked internal constructor(json: Json) : Limited(json) {
        override val details: Details = Details(wireDetails)

        /** When the lock ends. */
        public val lockedUntil: Instant? get() = details.lockedUntil

        /** Seconds to wait before another attempt. */
        public val retryAfter: Long? get() = details.retryAfter

        /** The details of `pin_locked`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** When the lock ends. */
            public val lockedUntil: Instant? = from.timeOrNull("locked_until")
            /** Seconds to wait before another attempt. */
            public val retryAfter: Long? = from.integerOrNull("retry_after")
        }
    }

    /**
     * `password_invalid`: What is sealed by the caller's own password does not open: the password is wrong, or the
     * file was changed.
     */
    public class PasswordInvalid internal constructor(json: Json) : Denied(json) {
        override val details: Details = Details(wireDetails)

        /** The request field, as a path such as `amount.currency`. */
        public val field: String get() = details.field

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `password_invalid`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The request field, as a path such as `amount.currency`. */
            public val field: String = from.text("field")
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `otp_invalid`: The one-time code is wrong or too old. */
    public class OtpInvalid internal constructor(json: Json) : Denied(json) {
        override val details: Details = Details(wireDetails)

        /** How many more attempts there are before the lock. */
        public val attemptsLeft: Long get() = details.attemptsLeft

        /** The details of `otp_invalid`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** How many more attempts there are before the lock. */
            public val attemptsLeft: Long = from.integer("attempts_left")
        }
    }

    /** `otp_reused`: The one-time code was used before; wait for the next one. */
    public class OtpReused internal constructor(json: Json) : Denied(json) {
        override val details: RefusalDetails = RefusalDetails(wireDetails)
    }

    /** `otp_locked`: Too many wrong one-time codes in a row. Without a time only staff can help. */
    public class OtpLocked internal constructor(json: Json) : Limited(json) {
        override val details: Details = Details(wireDetails)

        /** The vault subject or list entry. */
        public val subject: String get() = details.subject

        /** When the lock ends. */
        public val lockedUntil: Instant? get() = details.lockedUntil

        /** Seconds to wait before another attempt. */
        public val retryAfter: Long? get() = details.retryAfter

        /** The details of `otp_locked`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The vault subject or list entry. */
            public val subject: String = from.text("subject")
            /** When the lock ends. */
            public val lockedUntil: Instant? = from.timeOrNull("locked_until")
            /** Seconds to wait before another attempt. */
            public val retryAfter: Long? = from.integerOrNull("retry_after")
        }
    }

    /** `decryption_failed`: A stored secret does not open: it, its place or its key was altered. */
    public class DecryptionFailed internal constructor(json: Json) : Corrupt(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the object. */
        public val objectKind: String get() = details.objectKind

        /** The details of `decryption_failed`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the object. */
            public val objectKind: String = from.text("object")
        }
    }

    /** `key_not_found`: A cryptographic key is missing: never made, not configured, or forgotten on purpose. */
    public class KeyNotFound internal constructor(json: Json) : NotFound(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the key, never the key itself. */
        public val key: String get() = details.key

        /** The step that mends it. */
        public val hint: String get() = details.hint

        /** The details of `key_not_found`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the key, never the key itself. */
            public val key: String = from.text("key")
            /** The step that mends it. */
            public val hint: String = from.text("hint")
        }
    }

    /** `signature_invalid`: A signature or proof does not fit what it is for. */
    public class SignatureInvalid internal constructor(json: Json) : Denied(json) {
        override val details: Details = Details(wireDetails)

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `signature_invalid`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `overloaded`: The queue is full; nothing was done. */
    public class Overloaded internal constructor(json: Json) : Unavailable(json) {
        override val details: Details = Details(wireDetails)

        /** How many operations are waiting. */
        public val queued: Long get() = details.queued

        /** The details of `overloaded`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** How many operations are waiting. */
            public val queued: Long = from.integer("queued")
        }
    }

    /** `contention`: Others held the same rows for too long; nothing was done. */
    public class Contention internal constructor(json: Json) : Unavailable(json) {
        override val details: Details = Details(wireDetails)

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `contention`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `store_unavailable`: The store can not be reached; nothing was done. */
    public class StoreUnavailable internal constructor(json: Json) : Unavailable(json) {
        override val details: Details = Details(wireDetails)

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `store_unavailable`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `store_denied`: The database refuses the role a right that it needs; nothing was done. */
    public class StoreDenied internal constructor(json: Json) : Unavailable(json) {
        override val details: Details = Details(wireDetails)

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `store_denied`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /**
     * `clock_unusable`: The clock went where time could not take it: nothing is written until it is right again or
     * confirmed by `admin.confirm_clock`.
     */
    public class ClockUnusable internal constructor(json: Json) : Unavailable(json) {
        override val details: Details = Details(wireDetails)

        /** The value found. */
        public val actual: Instant get() = details.actual

        /** The value required. */
        public val expected: Instant? get() = details.expected

        /** The details of `clock_unusable`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The value found. */
            public val actual: Instant = from.time("actual")
            /** The value required. */
            public val expected: Instant? = from.timeOrNull("expected")
        }
    }

    /**
     * `outcome_unknown`: The connection broke while committing, or the answer to what writes in the host's
     * transaction was lost, which is then given up: repeat with the same key and the outcome is found or made once.
     */
    public class OutcomeUnknown internal constructor(json: Json) : Unavailable(json) {
        override val details: Details = Details(wireDetails)

        /** The name of the key, never the key itself. */
        public val key: String? get() = details.key

        /** The details of `outcome_unknown`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The name of the key, never the key itself. */
            public val key: String? = from.textOrNull("key")
        }
    }

    /** `store_conflict`: The store is in use in a way that does not go together with this one. */
    public class StoreConflict internal constructor(json: Json) : Conflict(json) {
        override val details: Details = Details(wireDetails)

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `store_conflict`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `store_mismatch`: The store is another one than the one expected. */
    public class StoreMismatch internal constructor(json: Json) : Conflict(json) {
        override val details: Details = Details(wireDetails)

        /** The value required. */
        public val expected: String get() = details.expected

        /** The value found. */
        public val actual: String get() = details.actual

        /** The details of `store_mismatch`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The value required. */
            public val expected: String = from.text("expected")
            /** The value found. */
            public val actual: String = from.text("actual")
        }
    }

    /** `not_in_transaction`: The call needs an open transaction of the host. */
    public class NotInTransaction internal constructor(json: Json) : Misused(json) {
        override val details: Details = Details(wireDetails)

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `not_in_transaction`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `transaction_aborted`: The host's transaction has failed already: roll it back and run it again. */
    public class TransactionAborted internal constructor(json: Json) : Unavailable(json) {
        override val details: RefusalDetails = RefusalDetails(wireDetails)
    }

    /**
     * `reply_not_kept`: The call was done before, and its reply is not kept: a secret is shown only once, and a job
     * that is over is swept.
     */
    public class ReplyNotKept internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The operation's name. */
        public val operation: String get() = details.operation

        /** The details of `reply_not_kept`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The operation's name. */
            public val operation: String = from.text("operation")
        }
    }

    /** `migration_required`: The store's schema is older than this build needs. */
    public class MigrationRequired internal constructor(json: Json) : Unavailable(json) {
        override val details: Details = Details(wireDetails)

        /** The schema version found in the store. */
        public val schema: Long get() = details.schema

        /** The amount that is needed, or the version. */
        public val required: Long get() = details.required

        /** The command that brings the schema up to date. */
        public val command: String get() = details.command

        /** The details of `migration_required`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The schema version found in the store. */
            public val schema: Long = from.integer("schema")
            /** The amount that is needed, or the version. */
            public val required: Long = from.integer("required")
            /** The command that brings the schema up to date. */
            public val command: String = from.text("command")
        }
    }

    /** `schema_too_new`: The store's schema is newer than this build knows. */
    public class SchemaTooNew internal constructor(json: Json) : Unavailable(json) {
        override val details: Details = Details(wireDetails)

        /** The schema version found in the store. */
        public val schema: Long get() = details.schema

        /** The newest schema version that this build knows. */
        public val supported: Long get() = details.supported

        /** The details of `schema_too_new`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The schema version found in the store. */
            public val schema: Long = from.integer("schema")
            /** The newest schema version that this build knows. */
            public val supported: Long = from.integer("supported")
        }
    }

    /** `corrupted`: Stored data breaks an invariant; nothing was done. */
    public class Corrupted internal constructor(json: Json) : Corrupt(json) {
        override val details: Details = Details(wireDetails)

        /** The damage, and its place. */
        public val what: String get() = details.what

        /** The details of `corrupted`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The damage, and its place. */
            public val what: String = from.text("what")
        }
    }

    /**
     * `internal`: The table of the object lacks a step that this library was about to take: a fault of the library,
     * please report it; nothing was done.
     */
    public class Internal internal constructor(json: Json) : Corrupt(json) {
        override val details: Details = Details(wireDetails)

        /** The id of the object. */
        public val objectKind: String get() = details.objectKind

        /** The trigger that was tried. */
        public val trigger: String get() = details.trigger

        /** The present state. */
        public val state: String get() = details.state

        /** The details of `internal`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The id of the object. */
            public val objectKind: String = from.text("object")
            /** The trigger that was tried. */
            public val trigger: String = from.text("trigger")
            /** The present state. */
            public val state: String = from.text("state")
        }
    }

    /**
     * `command_failed`: A command of the command line could not do its work: a file, a pipe, or an outcome that was
     * not as expected.
     */
    public class CommandFailed internal constructor(json: Json) : Rejected(json) {
        override val details: Details = Details(wireDetails)

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `command_failed`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** `not_supported`: This store, account or build does not do that. */
    public class NotSupported internal constructor(json: Json) : Invalid(json) {
        override val details: Details = Details(wireDetails)

        /** The operation's name. */
        public val operation: String get() = details.operation

        /** The reason, for developers. */
        public val reason: String get() = details.reason

        /** The details of `not_supported`. */
        public class Details internal constructor(from: Reading) : RefusalDetails(from) {
            /** The operation's name. */
            public val operation: String = from.text("operation")
            /** The reason, for developers. */
            public val reason: String = from.text("reason")
        }
    }

    /** A refusal whose code is of a later version. */
    public class Unknown internal constructor(json: Json) : EarnestException(json) {
        override val details: RefusalDetails = RefusalDetails(wireDetails)
    }

    public companion object {
        /** Every code of this version. */
        public val codes: List<String> = listOf(
            "invalid_request",
            "invalid_amount",
            "invalid_currency",
            "currency_mismatch",
            "currency_not_allowed",
            "invalid_account",
            "account_not_found",
            "account_exists",
            "account_locked",
            "account_closed",
            "insufficient_balance",
            "limit_exceeded",
            "overflow",
            "transfer_not_found",
            "already_reversed",
            "refund_exceeds_original",
            "hold_not_found",
            "hold_expired",
            "hold_closed",
            "capture_exceeds_hold",
            "deal_not_found",
            "transition_not_allowed",
            "condition_not_met",
            "not_permitted",
            "version_conflict",
            "dispute_not_found",
            "job_not_found",
            "sink_not_found",
            "payment_not_found",
            "gateway_not_found",
            "debt_not_found",
            "capture_exceeds_authorized",
            "refund_exceeds_captured",
            "gateway_unavailable",
            "offer_not_found",
            "promo_not_found",
            "purchase_not_found",
            "out_of_stock",
            "purchase_limit_exceeded",
            "promo_not_applicable",
            "source_not_found",
            "invalid_address",
            "withdrawal_not_found",
            "chain_not_found",
            "asset_not_found",
            "lane_not_found",
            "lane_exists",
            "factor_required",
            "approval_required",
            "approval_not_found",
            "approval_expired",
            "already_approved",
            "self_approval",
            "idempotency_key_missing",
            "idempotency_mismatch",
            "rate_limited",
            "velocity_blocked",
            "blocked",
            "review_required",
            "credential_not_found",
            "pin_invalid",
            "pin_locked",
            "password_invalid",
            "otp_invalid",
            "otp_reused",
            "otp_locked",
            "decryption_failed",
            "key_not_found",
            "signature_invalid",
            "overloaded",
            "contention",
            "store_unavailable",
            "store_denied",
            "clock_unusable",
            "outcome_unknown",
            "store_conflict",
            "store_mismatch",
            "not_in_transaction",
            "transaction_aborted",
            "reply_not_kept",
            "migration_required",
            "schema_too_new",
            "corrupted",
            "internal",
            "command_failed",
            "not_supported",
        )

        internal val statuses: Map<String, Int> = mapOf(
            "invalid" to 400,
            "not_found" to 404,
            "conflict" to 409,
            "rejected" to 409,
            "denied" to 403,
            "unavailable" to 503,
            "limited" to 429,
            "corrupt" to 500,
            "misused" to 500,
        )

        /** Reads the JSON of a refusal, as every language writes it, or within `error`, as servers answer it. */
        public fun fromJson(text: String): EarnestException = refusalOf(Reading.of(text).unwrapped())

        internal fun of(json: Json, code: String): EarnestException = when (code) {
            "invalid_request" -> InvalidRequest(json)
            "invalid_amount" -> InvalidAmount(json)
            "invalid_currency" -> InvalidCurrency(json)
            "currency_mismatch" -> CurrencyMismatch(json)
            "currency_not_allowed" -> CurrencyNotAllowed(json)
            "invalid_account" -> InvalidAccount(json)
            "account_not_found" -> AccountNotFound(json)
            "account_exists" -> AccountExists(json)
            "account_locked" -> AccountLocked(json)
            "account_closed" -> AccountClosed(json)
            "insufficient_balance" -> InsufficientBalance(json)
            "limit_exceeded" -> LimitExceeded(json)
            "overflow" -> Overflow(json)
            "transfer_not_found" -> TransferNotFound(json)
            "already_reversed" -> AlreadyReversed(json)
            "refund_exceeds_original" -> RefundExceedsOriginal(json)
            "hold_not_found" -> HoldNotFound(json)
            "hold_expired" -> HoldExpired(json)
            "hold_closed" -> HoldClosed(json)
            "capture_exceeds_hold" -> CaptureExceedsHold(json)
            "deal_not_found" -> DealNotFound(json)
            "transition_not_allowed" -> TransitionNotAllowed(json)
            "condition_not_met" -> ConditionNotMet(json)
            "not_permitted" -> NotPermitted(json)
            "version_conflict" -> VersionConflict(json)
            "dispute_not_found" -> DisputeNotFound(json)
            "job_not_found" -> JobNotFound(json)
            "sink_not_found" -> SinkNotFound(json)
            "payment_not_found" -> PaymentNotFound(json)
            "gateway_not_found" -> GatewayNotFound(json)
            "debt_not_found" -> DebtNotFound(json)
            "capture_exceeds_authorized" -> CaptureExceedsAuthorized(json)
            "refund_exceeds_captured" -> RefundExceedsCaptured(json)
            "gateway_unavailable" -> GatewayUnavailable(json)
            "offer_not_found" -> OfferNotFound(json)
            "promo_not_found" -> PromoNotFound(json)
            "purchase_not_found" -> PurchaseNotFound(json)
            "out_of_stock" -> OutOfStock(json)
            "purchase_limit_exceeded" -> PurchaseLimitExceeded(json)
            "promo_not_applicable" -> PromoNotApplicable(json)
            "source_not_found" -> SourceNotFound(json)
            "invalid_address" -> InvalidAddress(json)
            "withdrawal_not_found" -> WithdrawalNotFound(json)
            "chain_not_found" -> ChainNotFound(json)
            "asset_not_found" -> AssetNotFound(json)
            "lane_not_found" -> LaneNotFound(json)
            "lane_exists" -> LaneExists(json)
            "factor_required" -> FactorRequired(json)
            "approval_required" -> ApprovalRequired(json)
            "approval_not_found" -> ApprovalNotFound(json)
            "approval_expired" -> ApprovalExpired(json)
            "already_approved" -> AlreadyApproved(json)
            "self_approval" -> SelfApproval(json)
            "idempotency_key_missing" -> IdempotencyKeyMissing(json)
            "idempotency_mismatch" -> IdempotencyMismatch(json)
            "rate_limited" -> RateLimited(json)
            "velocity_blocked" -> VelocityBlocked(json)
            "blocked" -> Blocked(json)
            "review_required" -> ReviewRequired(json)
            "credential_not_found" -> CredentialNotFound(json)
            "pin_invalid" -> PinInvalid(json)
            "pin_locked" -> PinLocked(json)
            "password_invalid" -> PasswordInvalid(json)
            "otp_invalid" -> OtpInvalid(json)
            "otp_reused" -> OtpReused(json)
            "otp_locked" -> OtpLocked(json)
            "decryption_failed" -> DecryptionFailed(json)
            "key_not_found" -> KeyNotFound(json)
            "signature_invalid" -> SignatureInvalid(json)
            "overloaded" -> Overloaded(json)
            "contention" -> Contention(json)
            "store_unavailable" -> StoreUnavailable(json)
            "store_denied" -> StoreDenied(json)
            "clock_unusable" -> ClockUnusable(json)
            "outcome_unknown" -> OutcomeUnknown(json)
            "store_conflict" -> StoreConflict(json)
            "store_mismatch" -> StoreMismatch(json)
            "not_in_transaction" -> NotInTransaction(json)
            "transaction_aborted" -> TransactionAborted(json)
            "reply_not_kept" -> ReplyNotKept(json)
            "migration_required" -> MigrationRequired(json)
            "schema_too_new" -> SchemaTooNew(json)
            "corrupted" -> Corrupted(json)
            "internal" -> Internal(json)
            "command_failed" -> CommandFailed(json)
            "not_supported" -> NotSupported(json)
            else -> Unknown(json)
        }
    }
}
