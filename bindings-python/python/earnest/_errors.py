"""Every refusal, each code a class of its own.

Made from the contract by `bindings-shared/generator` (@generated): do not edit.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from earnest._error import EarnestError
from earnest._money import Money, measure_of, money_of
from earnest._wire import maybe, time_of


class Invalid(EarnestError):
    """Refusals of kind `invalid`, HTTP status 400."""

    kind: ClassVar[str] = "invalid"
    http_status: int = 400


class NotFound(EarnestError):
    """Refusals of kind `not_found`, HTTP status 404."""

    kind: ClassVar[str] = "not_found"
    http_status: int = 404


class Conflict(EarnestError):
    """Refusals of kind `conflict`, HTTP status 409."""

    kind: ClassVar[str] = "conflict"
    http_status: int = 409


class Rejected(EarnestError):
    """Refusals of kind `rejected`, HTTP status 409."""

    kind: ClassVar[str] = "rejected"
    http_status: int = 409


class Denied(EarnestError):
    """Refusals of kind `denied`, HTTP status 403."""

    kind: ClassVar[str] = "denied"
    http_status: int = 403


class Unavailable(EarnestError):
    """Refusals of kind `unavailable`, HTTP status 503."""

    kind: ClassVar[str] = "unavailable"
    http_status: int = 503


class Limited(EarnestError):
    """Refusals of kind `limited`, HTTP status 429."""

    kind: ClassVar[str] = "limited"
    http_status: int = 429


class Corrupt(EarnestError):
    """Refusals of kind `corrupt`, HTTP status 500."""

    kind: ClassVar[str] = "corrupt"
    http_status: int = 500


class Misused(EarnestError):
    """Refusals of kind `misused`, HTTP status 500."""

    kind: ClassVar[str] = "misused"
    http_status: int = 500


class InvalidRequest(Invalid):
    """`invalid_request`: A field is missing, unknown or malformed, or fields do not fit together. `operation`
    is left out unless the program names no actor where that operation needs one: the status is then 500.
    """

    code: ClassVar[str] = "invalid_request"

    @property
    def field(self) -> str:
        """The request field, as a path such as `amount.currency`."""
        value: str = self.details['field']
        return value

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value

    @property
    def operation(self) -> str | None:
        """The operation's name."""
        value: str | None = self.details.get('operation')
        return value


class InvalidAmount(Invalid):
    """`invalid_amount`: An amount is not a decimal text within the currency's scale and bounds, or has the
    wrong sign.
    """

    code: ClassVar[str] = "invalid_amount"

    @property
    def field(self) -> str:
        """The request field, as a path such as `amount.currency`."""
        value: str = self.details['field']
        return value

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class InvalidCurrency(Invalid):
    """`invalid_currency`: A currency code is malformed or unknown."""

    code: ClassVar[str] = "invalid_currency"

    @property
    def field(self) -> str:
        """The request field, as a path such as `amount.currency`."""
        value: str = self.details['field']
        return value

    @property
    def currency(self) -> str:
        """The currency code."""
        value: str = self.details['currency']
        return value


class CurrencyMismatch(Invalid):
    """`currency_mismatch`: Two amounts that belong together are in different currencies."""

    code: ClassVar[str] = "currency_mismatch"

    @property
    def field(self) -> str:
        """The request field, as a path such as `amount.currency`."""
        value: str = self.details['field']
        return value

    @property
    def expected(self) -> str:
        """The value required."""
        value: str = self.details['expected']
        return value

    @property
    def actual(self) -> str:
        """The value found."""
        value: str = self.details['actual']
        return value


class CurrencyNotAllowed(Invalid):
    """`currency_not_allowed`: The currency is known, but this engine is set up not to take it."""

    code: ClassVar[str] = "currency_not_allowed"

    @property
    def field(self) -> str:
        """The request field, as a path such as `amount.currency`."""
        value: str = self.details['field']
        return value

    @property
    def currency(self) -> str:
        """The currency code."""
        value: str = self.details['currency']
        return value


class InvalidAccount(Invalid):
    """`invalid_account`: An account name is malformed."""

    code: ClassVar[str] = "invalid_account"

    @property
    def field(self) -> str:
        """The request field, as a path such as `amount.currency`."""
        value: str = self.details['field']
        return value

    @property
    def account(self) -> str:
        """The account concerned."""
        value: str = self.details['account']
        return value

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class AccountNotFound(NotFound):
    """`account_not_found`: There is no such account in that currency."""

    code: ClassVar[str] = "account_not_found"

    @property
    def account(self) -> str:
        """The account concerned."""
        value: str = self.details['account']
        return value

    @property
    def currency(self) -> str | None:
        """The currency code."""
        value: str | None = self.details.get('currency')
        return value


class AccountExists(Conflict):
    """`account_exists`: The account was opened before."""

    code: ClassVar[str] = "account_exists"

    @property
    def account(self) -> str:
        """The account concerned."""
        value: str = self.details['account']
        return value

    @property
    def currency(self) -> str:
        """The currency code."""
        value: str = self.details['currency']
        return value


class AccountLocked(Rejected):
    """`account_locked`: The account is locked: no new debits, credits or holds."""

    code: ClassVar[str] = "account_locked"

    @property
    def account(self) -> str:
        """The account concerned."""
        value: str = self.details['account']
        return value

    @property
    def currency(self) -> str:
        """The currency code."""
        value: str = self.details['currency']
        return value


class AccountClosed(Rejected):
    """`account_closed`: The account is closed."""

    code: ClassVar[str] = "account_closed"

    @property
    def account(self) -> str:
        """The account concerned."""
        value: str = self.details['account']
        return value

    @property
    def currency(self) -> str:
        """The currency code."""
        value: str = self.details['currency']
        return value


class InsufficientBalance(Rejected):
    """`insufficient_balance`: What is available does not cover what is required."""

    code: ClassVar[str] = "insufficient_balance"

    @property
    def account(self) -> str:
        """The account concerned."""
        value: str = self.details['account']
        return value

    @property
    def available(self) -> Money:
        """The amount that can be spent, or the units that can be bought, now."""
        value: Money = money_of(self.details['available'])
        return value

    @property
    def required(self) -> Money:
        """The amount that is needed, or the version."""
        value: Money = money_of(self.details['required'])
        return value


class LimitExceeded(Rejected):
    """`limit_exceeded`: A limit of the account would be passed. `policy` is left out unless it is one of a
    key's policy.
    """

    code: ClassVar[str] = "limit_exceeded"

    @property
    def account(self) -> str:
        """The account concerned."""
        value: str = self.details['account']
        return value

    @property
    def limit(self) -> Money | None:
        """The limit."""
        value: Money | None = maybe(money_of, self.details.get('limit'))
        return value

    @property
    def used(self) -> Money | None:
        """The used part of the limit."""
        value: Money | None = maybe(money_of, self.details.get('used'))
        return value

    @property
    def window(self) -> str:
        """The period that the limit is for."""
        value: str = self.details['window']
        return value

    @property
    def policy(self) -> str | None:
        """The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`,
        `max_value`.
        """
        value: str | None = self.details.get('policy')
        return value


class Overflow(Rejected):
    """`overflow`: A balance or sum would reach 10^38 minor units."""

    code: ClassVar[str] = "overflow"

    @property
    def account(self) -> str:
        """The account concerned."""
        value: str = self.details['account']
        return value


class TransferNotFound(NotFound):
    """`transfer_not_found`: There is no such transfer."""

    code: ClassVar[str] = "transfer_not_found"

    @property
    def transfer(self) -> str:
        """The id of the transfer."""
        value: str = self.details['transfer']
        return value


class AlreadyReversed(Conflict):
    """`already_reversed`: The transfer was cancelled before."""

    code: ClassVar[str] = "already_reversed"

    @property
    def transfer(self) -> str:
        """The id of the transfer."""
        value: str = self.details['transfer']
        return value

    @property
    def reversed_by(self) -> str | None:
        """The id of the reversal."""
        value: str | None = self.details.get('reversed_by')
        return value


class RefundExceedsOriginal(Rejected):
    """`refund_exceeds_original`: The refunds together would pass the original amount."""

    code: ClassVar[str] = "refund_exceeds_original"

    @property
    def transfer(self) -> str:
        """The id of the transfer."""
        value: str = self.details['transfer']
        return value

    @property
    def original(self) -> Money:
        """The amount of the original transfer."""
        value: Money = money_of(self.details['original'])
        return value

    @property
    def refunded(self) -> Money:
        """The total refunded so far."""
        value: Money = money_of(self.details['refunded'])
        return value

    @property
    def requested(self) -> Money:
        """The amount or number asked for."""
        value: Money = money_of(self.details['requested'])
        return value


class HoldNotFound(NotFound):
    """`hold_not_found`: There is no such hold."""

    code: ClassVar[str] = "hold_not_found"

    @property
    def hold(self) -> str:
        """The id of the hold."""
        value: str = self.details['hold']
        return value


class HoldExpired(Rejected):
    """`hold_expired`: The hold ran out before the call."""

    code: ClassVar[str] = "hold_expired"

    @property
    def hold(self) -> str:
        """The id of the hold."""
        value: str = self.details['hold']
        return value

    @property
    def expired_at(self) -> datetime:
        """When it expired."""
        value: datetime = time_of(self.details['expired_at'])
        return value


class HoldClosed(Rejected):
    """`hold_closed`: The hold was captured or voided before."""

    code: ClassVar[str] = "hold_closed"

    @property
    def hold(self) -> str:
        """The id of the hold."""
        value: str = self.details['hold']
        return value

    @property
    def state(self) -> str:
        """The present state."""
        value: str = self.details['state']
        return value


class CaptureExceedsHold(Rejected):
    """`capture_exceeds_hold`: The capture is larger than what is left of the hold."""

    code: ClassVar[str] = "capture_exceeds_hold"

    @property
    def hold(self) -> str:
        """The id of the hold."""
        value: str = self.details['hold']
        return value

    @property
    def remaining(self) -> Money:
        """The rest of the hold, or of the authorized amount."""
        value: Money = money_of(self.details['remaining'])
        return value

    @property
    def requested(self) -> Money:
        """The amount or number asked for."""
        value: Money = money_of(self.details['requested'])
        return value


class DealNotFound(NotFound):
    """`deal_not_found`: There is no such deal."""

    code: ClassVar[str] = "deal_not_found"

    @property
    def deal(self) -> str:
        """The id of the deal."""
        value: str = self.details['deal']
        return value


class TransitionNotAllowed(Rejected):
    """`transition_not_allowed`: The object's state has no such transition."""

    code: ClassVar[str] = "transition_not_allowed"

    @property
    def object(self) -> str:
        """The id of the object."""
        value: str = self.details['object']
        return value

    @property
    def state(self) -> str:
        """The present state."""
        value: str = self.details['state']
        return value

    @property
    def trigger(self) -> str:
        """The trigger that was tried."""
        value: str = self.details['trigger']
        return value

    @property
    def allowed(self) -> list[str]:
        """The triggers that are possible in this state."""
        value: list[str] = list(self.details['allowed'])
        return value


class ConditionNotMet(Rejected):
    """`condition_not_met`: The transition exists, but its condition is false; a deadline that has passed is
    one too.
    """

    code: ClassVar[str] = "condition_not_met"

    @property
    def object(self) -> str:
        """The id of the object."""
        value: str = self.details['object']
        return value

    @property
    def trigger(self) -> str:
        """The trigger that was tried."""
        value: str = self.details['trigger']
        return value

    @property
    def condition(self) -> str:
        """The condition that is false."""
        value: str = self.details['condition']
        return value

    @property
    def deadline(self) -> datetime | None:
        """The deadline that has passed, if the condition is one."""
        value: datetime | None = maybe(time_of, self.details.get('deadline'))
        return value


class NotPermitted(Denied):
    """`not_permitted`: This actor may not do this, or this account can not be named here. `policy` is left
    out unless a key's policy refuses.
    """

    code: ClassVar[str] = "not_permitted"

    @property
    def field(self) -> str | None:
        """The request field, as a path such as `amount.currency`."""
        value: str | None = self.details.get('field')
        return value

    @property
    def actor(self) -> str | None:
        """The id of the actor who asked."""
        value: str | None = self.details.get('actor')
        return value

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value

    @property
    def policy(self) -> str | None:
        """The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`,
        `max_value`.
        """
        value: str | None = self.details.get('policy')
        return value


class VersionConflict(Conflict):
    """`version_conflict`: The object is not at `expected_version` any more: read it again, then decide."""

    code: ClassVar[str] = "version_conflict"

    @property
    def object(self) -> str:
        """The id of the object."""
        value: str = self.details['object']
        return value

    @property
    def expected(self) -> int:
        """The value required."""
        value: int = self.details['expected']
        return value

    @property
    def actual(self) -> int:
        """The value found."""
        value: int = self.details['actual']
        return value


class DisputeNotFound(NotFound):
    """`dispute_not_found`: There is no such dispute."""

    code: ClassVar[str] = "dispute_not_found"

    @property
    def dispute(self) -> str:
        """The id of the dispute."""
        value: str = self.details['dispute']
        return value


class JobNotFound(NotFound):
    """`job_not_found`: There is no such job."""

    code: ClassVar[str] = "job_not_found"

    @property
    def job(self) -> str:
        """The id of the job."""
        value: str = self.details['job']
        return value


class SinkNotFound(NotFound):
    """`sink_not_found`: There is no such sink."""

    code: ClassVar[str] = "sink_not_found"

    @property
    def sink(self) -> str:
        """The name of the sink."""
        value: str = self.details['sink']
        return value


class PaymentNotFound(NotFound):
    """`payment_not_found`: There is no such payment."""

    code: ClassVar[str] = "payment_not_found"

    @property
    def payment(self) -> str:
        """The id of the payment."""
        value: str = self.details['payment']
        return value


class GatewayNotFound(NotFound):
    """`gateway_not_found`: There is no such gateway, or no route has one for this payment."""

    code: ClassVar[str] = "gateway_not_found"

    @property
    def gateway(self) -> str | None:
        """The name of the gateway."""
        value: str | None = self.details.get('gateway')
        return value


class DebtNotFound(NotFound):
    """`debt_not_found`: There is no such debt."""

    code: ClassVar[str] = "debt_not_found"

    @property
    def debt(self) -> str:
        """The id of the debt."""
        value: str = self.details['debt']
        return value


class CaptureExceedsAuthorized(Rejected):
    """`capture_exceeds_authorized`: The capture is larger than what is authorized."""

    code: ClassVar[str] = "capture_exceeds_authorized"

    @property
    def payment(self) -> str:
        """The id of the payment."""
        value: str = self.details['payment']
        return value

    @property
    def remaining(self) -> Money:
        """The rest of the hold, or of the authorized amount."""
        value: Money = money_of(self.details['remaining'])
        return value

    @property
    def requested(self) -> Money:
        """The amount or number asked for."""
        value: Money = money_of(self.details['requested'])
        return value


class RefundExceedsCaptured(Rejected):
    """`refund_exceeds_captured`: The refund is larger than what was captured and is neither refunded nor
    charged back.
    """

    code: ClassVar[str] = "refund_exceeds_captured"

    @property
    def payment(self) -> str:
        """The id of the payment."""
        value: str = self.details['payment']
        return value

    @property
    def captured(self) -> Money:
        """The total captured."""
        value: Money = money_of(self.details['captured'])
        return value

    @property
    def refunded(self) -> Money:
        """The total refunded so far."""
        value: Money = money_of(self.details['refunded'])
        return value

    @property
    def charged_back(self) -> Money:
        """The total that payers' banks have taken back."""
        value: Money = money_of(self.details['charged_back'])
        return value

    @property
    def requested(self) -> Money:
        """The amount or number asked for."""
        value: Money = money_of(self.details['requested'])
        return value


class GatewayUnavailable(Unavailable):
    """`gateway_unavailable`: The gateway is down, or every one that could take this payment; nothing was
    done.
    """

    code: ClassVar[str] = "gateway_unavailable"

    @property
    def gateway(self) -> str | None:
        """The name of the gateway."""
        value: str | None = self.details.get('gateway')
        return value

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait before another attempt."""
        value: int | None = self.details.get('retry_after')
        return value


class OfferNotFound(NotFound):
    """`offer_not_found`: There is no such offer."""

    code: ClassVar[str] = "offer_not_found"

    @property
    def offer(self) -> str:
        """The name of the offer."""
        value: str = self.details['offer']
        return value


class PromoNotFound(NotFound):
    """`promo_not_found`: There is no such promo."""

    code: ClassVar[str] = "promo_not_found"

    @property
    def promo(self) -> str:
        """The name of the promo."""
        value: str = self.details['promo']
        return value


class PurchaseNotFound(NotFound):
    """`purchase_not_found`: There is no such purchase."""

    code: ClassVar[str] = "purchase_not_found"

    @property
    def purchase(self) -> str:
        """The id of the purchase."""
        value: str = self.details['purchase']
        return value


class OutOfStock(Rejected):
    """`out_of_stock`: Fewer units are left than are asked for: the others are sold, or held for other buyers."""

    code: ClassVar[str] = "out_of_stock"

    @property
    def offer(self) -> str:
        """The name of the offer."""
        value: str = self.details['offer']
        return value

    @property
    def available(self) -> int:
        """The amount that can be spent, or the units that can be bought, now."""
        value: int = self.details['available']
        return value

    @property
    def requested(self) -> int:
        """The amount or number asked for."""
        value: int = self.details['requested']
        return value


class PurchaseLimitExceeded(Rejected):
    """`purchase_limit_exceeded`: The buyer would have more units of the offer than one buyer may."""

    code: ClassVar[str] = "purchase_limit_exceeded"

    @property
    def offer(self) -> str:
        """The name of the offer."""
        value: str = self.details['offer']
        return value

    @property
    def limit(self) -> int:
        """The limit."""
        value: int = self.details['limit']
        return value

    @property
    def used(self) -> int:
        """The used part of the limit."""
        value: int = self.details['used']
        return value

    @property
    def requested(self) -> int:
        """The amount or number asked for."""
        value: int = self.details['requested']
        return value


class PromoNotApplicable(Rejected):
    """`promo_not_applicable`: The promo may not be used here: `inactive`, `not_started`, `ended`, `offer`,
    `limit` or `user_limit`.
    """

    code: ClassVar[str] = "promo_not_applicable"

    @property
    def promo(self) -> str:
        """The name of the promo."""
        value: str = self.details['promo']
        return value

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class SourceNotFound(NotFound):
    """`source_not_found`: There is no such source of webhooks."""

    code: ClassVar[str] = "source_not_found"

    @property
    def source(self) -> str:
        """The name of the source of webhooks."""
        value: str = self.details['source']
        return value


class InvalidAddress(Invalid):
    """`invalid_address`: An address is none, or none that may be paid: `malformed`, `checksum`, `zero`, `own`
    or `token`.
    """

    code: ClassVar[str] = "invalid_address"

    @property
    def field(self) -> str:
        """The request field, as a path such as `amount.currency`."""
        value: str = self.details['field']
        return value

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class WithdrawalNotFound(NotFound):
    """`withdrawal_not_found`: There is no such withdrawal."""

    code: ClassVar[str] = "withdrawal_not_found"

    @property
    def withdrawal(self) -> str:
        """The id of the withdrawal."""
        value: str = self.details['withdrawal']
        return value


class ChainNotFound(NotFound):
    """`chain_not_found`: There is no such chain."""

    code: ClassVar[str] = "chain_not_found"

    @property
    def chain(self) -> str:
        """The name of the chain."""
        value: str = self.details['chain']
        return value


class AssetNotFound(NotFound):
    """`asset_not_found`: The currency cannot be withdrawn to this chain."""

    code: ClassVar[str] = "asset_not_found"

    @property
    def chain(self) -> str:
        """The name of the chain."""
        value: str = self.details['chain']
        return value

    @property
    def currency(self) -> str:
        """The currency code."""
        value: str = self.details['currency']
        return value


class LaneNotFound(NotFound):
    """`lane_not_found`: There is no such lane."""

    code: ClassVar[str] = "lane_not_found"

    @property
    def lane(self) -> str:
        """The id of the lane."""
        value: str = self.details['lane']
        return value


class LaneExists(Conflict):
    """`lane_exists`: The key has a lane on this chain already: its nonces have one counter."""

    code: ClassVar[str] = "lane_exists"

    @property
    def lane(self) -> str:
        """The id of the lane."""
        value: str = self.details['lane']
        return value


class FactorRequired(Denied):
    """`factor_required`: A second factor must be proved first; repeat the call with its proof. `message` is
    left out where no rule has one.
    """

    code: ClassVar[str] = "factor_required"

    @property
    def factors(self) -> list[str]:
        """The factors that would do: `pin`, `totp`."""
        value: list[str] = list(self.details['factors'])
        return value


class ApprovalRequired(Rejected):
    """`approval_required`: Others must approve first; after that the same call answers the executed reply.
    With a `hint`, nobody was asked yet.
    """

    code: ClassVar[str] = "approval_required"

    @property
    def approval(self) -> str:
        """The id of the approval."""
        value: str = self.details['approval']
        return value

    @property
    def policy(self) -> str:
        """The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`,
        `max_value`.
        """
        value: str = self.details['policy']
        return value

    @property
    def hint(self) -> str | None:
        """The step that mends it."""
        value: str | None = self.details.get('hint')
        return value


class ApprovalNotFound(NotFound):
    """`approval_not_found`: There is no such approval."""

    code: ClassVar[str] = "approval_not_found"

    @property
    def approval(self) -> str:
        """The id of the approval."""
        value: str = self.details['approval']
        return value


class ApprovalExpired(Rejected):
    """`approval_expired`: The approval ran out."""

    code: ClassVar[str] = "approval_expired"

    @property
    def approval(self) -> str:
        """The id of the approval."""
        value: str = self.details['approval']
        return value


class AlreadyApproved(Conflict):
    """`already_approved`: This actor has approved it before, or it was decided."""

    code: ClassVar[str] = "already_approved"

    @property
    def approval(self) -> str:
        """The id of the approval."""
        value: str = self.details['approval']
        return value


class SelfApproval(Denied):
    """`self_approval`: Nobody approves what they asked for themselves."""

    code: ClassVar[str] = "self_approval"

    @property
    def approval(self) -> str:
        """The id of the approval."""
        value: str = self.details['approval']
        return value


class IdempotencyKeyMissing(Invalid):
    """`idempotency_key_missing`: The operation moves money and needs a `key`."""

    code: ClassVar[str] = "idempotency_key_missing"

    @property
    def operation(self) -> str:
        """The operation's name."""
        value: str = self.details['operation']
        return value


class IdempotencyMismatch(Conflict):
    """`idempotency_mismatch`: The key was used for another request."""

    code: ClassVar[str] = "idempotency_mismatch"

    @property
    def key(self) -> str:
        """The name of the key, never the key itself."""
        value: str = self.details['key']
        return value

    @property
    def operation(self) -> str:
        """The operation's name."""
        value: str = self.details['operation']
        return value

    @property
    def at(self) -> datetime:
        """When the key was first used."""
        value: datetime = time_of(self.details['at'])
        return value

    @property
    def fields(self) -> list[str]:
        """The fields that differ from the first request."""
        value: list[str] = list(self.details['fields'])
        return value


class RateLimited(Limited):
    """`rate_limited`: Too many calls in a short time: the rate in `rule` refuses."""

    code: ClassVar[str] = "rate_limited"

    @property
    def rule(self) -> str:
        """The rule that fired."""
        value: str = self.details['rule']
        return value

    @property
    def metric(self) -> str:
        """The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`."""
        value: str = self.details['metric']
        return value

    @property
    def subject(self) -> str:
        """The vault subject or list entry."""
        value: str = self.details['subject']
        return value

    @property
    def used(self) -> int | Money:
        """The used part of the limit."""
        value: int | Money = measure_of(self.details['used'])
        return value

    @property
    def requested(self) -> int | Money:
        """The amount or number asked for."""
        value: int | Money = measure_of(self.details['requested'])
        return value

    @property
    def limit(self) -> int | Money:
        """The limit."""
        value: int | Money = measure_of(self.details['limit'])
        return value

    @property
    def window(self) -> str | None:
        """The period that the limit is for."""
        value: str | None = self.details.get('window')
        return value

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait before another attempt."""
        value: int | None = self.details.get('retry_after')
        return value

    @property
    def fired(self) -> list[str]:
        """The names of all rules and rates that fired."""
        value: list[str] = list(self.details['fired'])
        return value


class VelocityBlocked(Limited):
    """`velocity_blocked`: The rule in `rule` has blocked it: too often or too much. Without `retry_after` no
    waiting helps.
    """

    code: ClassVar[str] = "velocity_blocked"

    @property
    def rule(self) -> str:
        """The rule that fired."""
        value: str = self.details['rule']
        return value

    @property
    def metric(self) -> str:
        """The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`."""
        value: str = self.details['metric']
        return value

    @property
    def subject(self) -> str:
        """The vault subject or list entry."""
        value: str = self.details['subject']
        return value

    @property
    def used(self) -> int | Money:
        """The used part of the limit."""
        value: int | Money = measure_of(self.details['used'])
        return value

    @property
    def requested(self) -> int | Money:
        """The amount or number asked for."""
        value: int | Money = measure_of(self.details['requested'])
        return value

    @property
    def limit(self) -> int | Money:
        """The limit."""
        value: int | Money = measure_of(self.details['limit'])
        return value

    @property
    def window(self) -> str | None:
        """The period that the limit is for."""
        value: str | None = self.details.get('window')
        return value

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait before another attempt."""
        value: int | None = self.details.get('retry_after')
        return value

    @property
    def fired(self) -> list[str]:
        """The names of all rules and rates that fired."""
        value: list[str] = list(self.details['fired'])
        return value


class Blocked(Denied):
    """`blocked`: A block list names the account, the actor or a value of the request, or people have rejected
    it after a review.
    """

    code: ClassVar[str] = "blocked"

    @property
    def subject(self) -> str | None:
        """The vault subject or list entry."""
        value: str | None = self.details.get('subject')
        return value

    @property
    def review(self) -> str | None:
        """The id of the review."""
        value: str | None = self.details.get('review')
        return value

    @property
    def reason(self) -> str | None:
        """The reason, for developers."""
        value: str | None = self.details.get('reason')
        return value


class ReviewRequired(Rejected):
    """`review_required`: Parked until somebody has reviewed it; after that the same call answers the executed
    reply.
    """

    code: ClassVar[str] = "review_required"

    @property
    def review(self) -> str:
        """The id of the review."""
        value: str = self.details['review']
        return value

    @property
    def rule(self) -> str:
        """The rule that fired."""
        value: str = self.details['rule']
        return value


class CredentialNotFound(NotFound):
    """`credential_not_found`: The subject has no such credential."""

    code: ClassVar[str] = "credential_not_found"

    @property
    def subject(self) -> str:
        """The vault subject or list entry."""
        value: str = self.details['subject']
        return value

    @property
    def factor(self) -> str:
        """The factor: `pin` or `totp`."""
        value: str = self.details['factor']
        return value


class PinInvalid(Denied):
    """`pin_invalid`: The PIN is wrong."""

    code: ClassVar[str] = "pin_invalid"

    @property
    def attempts_left(self) -> int:
        """How many more attempts there are before the lock."""
        value: int = self.details['attempts_left']
        return value


class PinLocked(Limited):
    """`pin_locked`: Too many wrong PINs in a row. Without a time only staff can help."""

    code: ClassVar[str] = "pin_locked"

    @property
    def locked_until(self) -> datetime | None:
        """When the lock ends."""
        value: datetime | None = maybe(time_of, self.details.get('locked_until'))
        return value

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait before another attempt."""
        value: int | None = self.details.get('retry_after')
        return value


class PasswordInvalid(Denied):
    """`password_invalid`: What is sealed by the caller's own password does not open: the password is wrong,
    or the file was changed.
    """

    code: ClassVar[str] = "password_invalid"

    @property
    def field(self) -> str:
        """The request field, as a path such as `amount.currency`."""
        value: str = self.details['field']
        return value

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class OtpInvalid(Denied):
    """`otp_invalid`: The one-time code is wrong or too old."""

    code: ClassVar[str] = "otp_invalid"

    @property
    def attempts_left(self) -> int:
        """How many more attempts there are before the lock."""
        value: int = self.details['attempts_left']
        return value


class OtpReused(Denied):
    """`otp_reused`: The one-time code was used before; wait for the next one."""

    code: ClassVar[str] = "otp_reused"


class OtpLocked(Limited):
    """`otp_locked`: Too many wrong one-time codes in a row. Without a time only staff can help."""

    code: ClassVar[str] = "otp_locked"

    @property
    def subject(self) -> str:
        """The vault subject or list entry."""
        value: str = self.details['subject']
        return value

    @property
    def locked_until(self) -> datetime | None:
        """When the lock ends."""
        value: datetime | None = maybe(time_of, self.details.get('locked_until'))
        return value

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait before another attempt."""
        value: int | None = self.details.get('retry_after')
        return value


class DecryptionFailed(Corrupt):
    """`decryption_failed`: A stored secret does not open: it, its place or its key was altered."""

    code: ClassVar[str] = "decryption_failed"

    @property
    def object(self) -> str:
        """The id of the object."""
        value: str = self.details['object']
        return value


class KeyNotFound(NotFound):
    """`key_not_found`: A cryptographic key is missing: never made, not configured, or forgotten on purpose."""

    code: ClassVar[str] = "key_not_found"

    @property
    def key(self) -> str:
        """The name of the key, never the key itself."""
        value: str = self.details['key']
        return value

    @property
    def hint(self) -> str:
        """The step that mends it."""
        value: str = self.details['hint']
        return value


class SignatureInvalid(Denied):
    """`signature_invalid`: A signature or proof does not fit what it is for."""

    code: ClassVar[str] = "signature_invalid"

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class Overloaded(Unavailable):
    """`overloaded`: The queue is full; nothing was done."""

    code: ClassVar[str] = "overloaded"

    @property
    def queued(self) -> int:
        """How many operations are waiting."""
        value: int = self.details['queued']
        return value


class Contention(Unavailable):
    """`contention`: Others held the same rows for too long; nothing was done."""

    code: ClassVar[str] = "contention"

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class StoreUnavailable(Unavailable):
    """`store_unavailable`: The store can not be reached; nothing was done."""

    code: ClassVar[str] = "store_unavailable"

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class StoreDenied(Unavailable):
    """`store_denied`: The database refuses the role a right that it needs; nothing was done."""

    code: ClassVar[str] = "store_denied"

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class ClockUnusable(Unavailable):
    """`clock_unusable`: The clock went where time could not take it: nothing is written until it is right
    again or confirmed by `admin.confirm_clock`.
    """

    code: ClassVar[str] = "clock_unusable"

    @property
    def actual(self) -> datetime:
        """The value found."""
        value: datetime = time_of(self.details['actual'])
        return value

    @property
    def expected(self) -> datetime | None:
        """The value required."""
        value: datetime | None = maybe(time_of, self.details.get('expected'))
        return value


class OutcomeUnknown(Unavailable):
    """`outcome_unknown`: The connection broke while committing, or the answer to what writes in the host's
    transaction was lost, which is then given up: repeat with the same key and the outcome is found or made
    once.
    """

    code: ClassVar[str] = "outcome_unknown"

    @property
    def key(self) -> str | None:
        """The name of the key, never the key itself."""
        value: str | None = self.details.get('key')
        return value


class StoreConflict(Conflict):
    """`store_conflict`: The store is in use in a way that does not go together with this one."""

    code: ClassVar[str] = "store_conflict"

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class StoreMismatch(Conflict):
    """`store_mismatch`: The store is another one than the one expected."""

    code: ClassVar[str] = "store_mismatch"

    @property
    def expected(self) -> str:
        """The value required."""
        value: str = self.details['expected']
        return value

    @property
    def actual(self) -> str:
        """The value found."""
        value: str = self.details['actual']
        return value


class NotInTransaction(Misused):
    """`not_in_transaction`: The call needs an open transaction of the host."""

    code: ClassVar[str] = "not_in_transaction"

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class TransactionAborted(Unavailable):
    """`transaction_aborted`: The host's transaction has failed already: roll it back and run it again."""

    code: ClassVar[str] = "transaction_aborted"


class ReplyNotKept(Rejected):
    """`reply_not_kept`: The call was done before, and its reply is not kept: a secret is shown only once, and
    a job that is over is swept.
    """

    code: ClassVar[str] = "reply_not_kept"

    @property
    def operation(self) -> str:
        """The operation's name."""
        value: str = self.details['operation']
        return value


class MigrationRequired(Unavailable):
    """`migration_required`: The store's schema is older than this build needs."""

    code: ClassVar[str] = "migration_required"

    @property
    def schema(self) -> int:
        """The schema version found in the store."""
        value: int = self.details['schema']
        return value

    @property
    def required(self) -> int:
        """The amount that is needed, or the version."""
        value: int = self.details['required']
        return value

    @property
    def command(self) -> str:
        """The command that brings the schema up to date."""
        value: str = self.details['command']
        return value


class SchemaTooNew(Unavailable):
    """`schema_too_new`: The store's schema is newer than this build knows."""

    code: ClassVar[str] = "schema_too_new"

    @property
    def schema(self) -> int:
        """The schema version found in the store."""
        value: int = self.details['schema']
        return value

    @property
    def supported(self) -> int:
        """The newest schema version that this build knows."""
        value: int = self.details['supported']
        return value


class Corrupted(Corrupt):
    """`corrupted`: Stored data breaks an invariant; nothing was done."""

    code: ClassVar[str] = "corrupted"

    @property
    def what(self) -> str:
        """The damage, and its place."""
        value: str = self.details['what']
        return value


class Internal(Corrupt):
    """`internal`: The table of the object lacks a step that this library was about to take: a fault of the
    library, please report it; nothing was done.
    """

    code: ClassVar[str] = "internal"

    @property
    def object(self) -> str:
        """The id of the object."""
        value: str = self.details['object']
        return value

    @property
    def trigger(self) -> str:
        """The trigger that was tried."""
        value: str = self.details['trigger']
        return value

    @property
    def state(self) -> str:
        """The present state."""
        value: str = self.details['state']
        return value


class CommandFailed(Rejected):
    """`command_failed`: A command of the command line could not do its work: a file, a pipe, or an outcome
    that was not as expected.
    """

    code: ClassVar[str] = "command_failed"

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


class NotSupported(Invalid):
    """`not_supported`: This store, account or build does not do that."""

    code: ClassVar[str] = "not_supported"

    @property
    def operation(self) -> str:
        """The operation's name."""
        value: str = self.details['operation']
        return value

    @property
    def reason(self) -> str:
        """The reason, for developers."""
        value: str = self.details['reason']
        return value


#: The class of every code.
CODES: dict[str, type[EarnestError]] = {
    "invalid_request": InvalidRequest,
    "invalid_amount": InvalidAmount,
    "invalid_currency": InvalidCurrency,
    "currency_mismatch": CurrencyMismatch,
    "currency_not_allowed": CurrencyNotAllowed,
    "invalid_account": InvalidAccount,
    "account_not_found": AccountNotFound,
    "account_exists": AccountExists,
    "account_locked": AccountLocked,
    "account_closed": AccountClosed,
    "insufficient_balance": InsufficientBalance,
    "limit_exceeded": LimitExceeded,
    "overflow": Overflow,
    "transfer_not_found": TransferNotFound,
    "already_reversed": AlreadyReversed,
    "refund_exceeds_original": RefundExceedsOriginal,
    "hold_not_found": HoldNotFound,
    "hold_expired": HoldExpired,
    "hold_closed": HoldClosed,
    "capture_exceeds_hold": CaptureExceedsHold,
    "deal_not_found": DealNotFound,
    "transition_not_allowed": TransitionNotAllowed,
    "condition_not_met": ConditionNotMet,
    "not_permitted": NotPermitted,
    "version_conflict": VersionConflict,
    "dispute_not_found": DisputeNotFound,
    "job_not_found": JobNotFound,
    "sink_not_found": SinkNotFound,
    "payment_not_found": PaymentNotFound,
    "gateway_not_found": GatewayNotFound,
    "debt_not_found": DebtNotFound,
    "capture_exceeds_authorized": CaptureExceedsAuthorized,
    "refund_exceeds_captured": RefundExceedsCaptured,
    "gateway_unavailable": GatewayUnavailable,
    "offer_not_found": OfferNotFound,
    "promo_not_found": PromoNotFound,
    "purchase_not_found": PurchaseNotFound,
    "out_of_stock": OutOfStock,
    "purchase_limit_exceeded": PurchaseLimitExceeded,
    "promo_not_applicable": PromoNotApplicable,
    "source_not_found": SourceNotFound,
    "invalid_address": InvalidAddress,
    "withdrawal_not_found": WithdrawalNotFound,
    "chain_not_found": ChainNotFound,
    "asset_not_found": AssetNotFound,
    "lane_not_found": LaneNotFound,
    "lane_exists": LaneExists,
    "factor_required": FactorRequired,
    "approval_required": ApprovalRequired,
    "approval_not_found": ApprovalNotFound,
    "approval_expired": ApprovalExpired,
    "already_approved": AlreadyApproved,
    "self_approval": SelfApproval,
    "idempotency_key_missing": IdempotencyKeyMissing,
    "idempotency_mismatch": IdempotencyMismatch,
    "rate_limited": RateLimited,
    "velocity_blocked": VelocityBlocked,
    "blocked": Blocked,
    "review_required": ReviewRequired,
    "credential_not_found": CredentialNotFound,
    "pin_invalid": PinInvalid,
    "pin_locked": PinLocked,
    "password_invalid": PasswordInvalid,
    "otp_invalid": OtpInvalid,
    "otp_reused": OtpReused,
    "otp_locked": OtpLocked,
    "decryption_failed": DecryptionFailed,
    "key_not_found": KeyNotFound,
    "signature_invalid": SignatureInvalid,
    "overloaded": Overloaded,
    "contention": Contention,
    "store_unavailable": StoreUnavailable,
    "store_denied": StoreDenied,
    "clock_unusable": ClockUnusable,
    "outcome_unknown": OutcomeUnknown,
    "store_conflict": StoreConflict,
    "store_mismatch": StoreMismatch,
    "not_in_transaction": NotInTransaction,
    "transaction_aborted": TransactionAborted,
    "reply_not_kept": ReplyNotKept,
    "migration_required": MigrationRequired,
    "schema_too_new": SchemaTooNew,
    "corrupted": Corrupted,
    "internal": Internal,
    "command_failed": CommandFailed,
    "not_supported": NotSupported,
}
