"""Everything that operations answer.

Made from the contract by `bindings-shared/generator` (@generated): do not edit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypedDict

from earnest._error import EarnestError, error_of
from earnest._json import Json
from earnest._money import Money, measure_of, money_of
from earnest._view import View, _made
from earnest._wire import Actor, actor_of, span_of, time_of

#: Whether an account takes part in money movements.
AccountStatus = Literal[
    "active",
    "locked",
    "closed",
]

#: Why a transfer exists.
TransferKind = Literal[
    "top_up",
    "deduct",
    "transfer",
    "post",
    "capture",
    "reversal",
    "refund",
    "fee",
    "settlement",
    "payment",
    "purchase",
    "grant",
    "clawback",
    "chargeback",
    "recovery",
    "withdrawal",
]

#: The state of a hold.
HoldState = Literal[
    "authorized",
    "partially_captured",
    "captured",
    "voided",
    "expired",
]

#: The state of a deal in its life cycle. The order is that of a deal that goes well; the last five are final.
DealState = Literal[
    "pending",
    "paid",
    "in_escrow",
    "awaiting_shipment",
    "shipped",
    "delivered",
    "disputed",
    "refund_pending",
    "released",
    "refunded",
    "split",
    "cancelled",
    "expired",
]

#: A side of a deal.
Side = Literal[
    "buyer",
    "seller",
]

#: The role in which an actor acts on a deal.
EvidenceRole = Literal[
    "buyer",
    "seller",
    "admin",
    "system",
]

#: How staff decide a dispute.
Ruling = Literal[
    "release",
    "refund",
    "split",
]

#: The state of a dispute in its life cycle; the last two are final.
DisputeState = Literal[
    "open",
    "investigating",
    "resolved",
    "withdrawn",
]

#: The type of a dispute.
DisputeType = Literal[
    "quality_issue",
    "non_delivery",
    "wrong_item",
    "seller_non_response",
    "other",
]

#: How a receipt is signed.
Alg = Literal[
    "HMAC-SHA-256",
    "Ed25519",
]

#: The tier of a treasury account.
Tier = Literal[
    "hot",
    "cold",
]

#: An ability of a gateway.
GatewayAbility = Literal[
    "two_step",
    "partial_capture",
    "partial_refund",
    "query",
]

#: The driver of a gateway.
GatewayDriver = Literal[
    "host",
    "stripe",
    "toss",
    "inicis",
]

#: Whether a gateway answers.
GatewayStatus = Literal[
    "up",
    "down",
    "probing",
]

#: The outcome of an attempt at a gateway.
AttemptOutcome = Literal[
    "authorized",
    "captured",
    "voided",
    "refused",
    "unsent",
    "nothing",
]

#: When the money is taken.
CaptureMode = Literal[
    "auto",
    "manual",
]

#: How far a chargeback is.
ChargebackPhase = Literal[
    "open",
    "won",
    "lost",
]

#: A kind of call to a gateway.
GatewayCall = Literal[
    "authorize",
    "capture",
    "void",
    "refund",
    "query",
]

#: How far a call is.
CallPhase = Literal[
    "queued",
    "sent",
    "accepted",
    "unknown",
]

#: Why a gateway did not do what it was asked for, in words that all of them share.
FailureCode = Literal[
    "declined",
    "insufficient_funds",
    "invalid_method",
    "authentication_failed",
    "fraud_suspected",
    "limit",
    "not_supported",
    "not_processed",
    "gateway_error",
]

#: Whether trying again can help.
FailureRetry = Literal[
    "never",
    "other_method",
    "other_gateway",
    "later",
]

#: How far a refund is.
RefundState = Literal[
    "queued",
    "sent",
    "unknown",
    "done",
    "refused",
    "returned",
]

#: The state of a payment in its life cycle.
PaymentState = Literal[
    "created",
    "authorizing",
    "action_required",
    "authorized",
    "capturing",
    "captured",
    "voiding",
    "unknown",
    "mismatched",
    "refunded",
    "charged_back",
    "voided",
    "expired",
    "failed",
]

#: The outcome of news.
Heard = Literal[
    "applied",
    "ignored",
    "parked",
    "queried",
    "suspended",
    "mismatched",
]

#: The state of a debt in its life cycle.
DebtState = Literal[
    "open",
    "recovered",
    "written_off",
]

#: The means of payment of a purchase.
PaidWith = Literal[
    "balance",
    "gateway",
]

#: The state of a purchase in its life cycle.
PurchaseState = Literal[
    "held",
    "paying",
    "completed",
    "cancelled",
    "expired",
    "refunded",
    "charged_back",
]

#: How a sender signs.
Scheme = Literal[
    "standard",
    "stripe",
    "hmac",
    "toss",
    "inicis",
]

#: The block that endpoints hold for final.
FinalityTag = Literal[
    "finalized",
    "safe",
]

#: The kind of an asset.
AssetKind = Literal[
    "native",
    "erc20",
]

#: Whether an asset may be withdrawn.
AssetState = Literal[
    "checking",
    "active",
    "refused",
]

#: The state of a lane.
LaneState = Literal[
    "opening",
    "active",
    "paused",
    "retired",
]

#: The purpose of an attempt.
AttemptKind = Literal[
    "pay",
    "noop",
]

#: The answer of nodes to an attempt.
BroadcastOutcome = Literal[
    "taken",
    "underpriced",
    "no_funds",
    "rejected",
    "unknown",
]

#: Whether a reason to look may go away by itself.
AttentionKind = Literal[
    "transient",
    "permanent",
]

#: Why people should look at a withdrawal.
AttentionCode = Literal[
    "not_proved",
    "nonce_taken",
    "rejected",
    "retries_exhausted",
    "sign_refused",
    "late",
]

#: The state of a withdrawal in its life cycle.
WithdrawalState = Literal[
    "pending",
    "signing",
    "signed",
    "broadcasting",
    "broadcasted",
    "confirming",
    "confirmed",
    "failed",
]

#: The condition that a withdrawal without a nonce waits for.
Waiting = Literal[
    "chain",
    "fees",
    "wallet",
    "window",
    "lane",
]

#: The state of a parked call in its life cycle.
ApprovalState = Literal[
    "pending",
    "approved",
    "rejected",
    "expired",
    "executed",
]

#: A factor that can be proved.
Factor = Literal[
    "pin",
    "totp",
]

#: The outcome of rules that fire, from the mildest to the strictest.
Outcome = Literal[
    "allow",
    "flag",
    "review",
    "challenge",
    "block",
]

#: The effect of an entry of a list.
Listed = Literal[
    "blocked",
    "allowed",
    "removed",
]

#: The state of a review.
ReviewState = Literal[
    "pending",
    "rejected",
    "expired",
    "executed",
]

#: The delivery state of a row's events.
SinkState = Literal[
    "open",
    "waiting",
    "parked",
    "clear",
]

#: The state of a job.
JobState = Literal[
    "queued",
    "leased",
    "done",
    "dead",
]


class AccountReply(View):
    """Reply of a change of an account."""

    account: Account
    """The account."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_account_reply(w: dict[str, Any]) -> AccountReply:
    return _made(AccountReply, {
        "account": _read_account(w["account"]),
        "replayed": w["replayed"],
    })


AccountReply._read = _read_account_reply


class Account(View):
    """An account: its balance and what is known of it."""

    account: str
    """The account."""

    currency: str
    """Its currency."""

    kind: str | None
    """The caller's label."""

    available: Money
    """The amount that can be spent."""

    created_at: datetime
    """When it was opened."""

    display_name: str | None
    """Name for people."""

    held: Money
    """The amount kept by open holds."""

    metadata: dict[str, Any]
    """The caller's own data."""

    overdraft_limit: Money
    """How far below zero it may go."""

    owner: str | None
    """Its owner."""

    posted: Money
    """Everything posted."""

    reference: str | None
    """The caller's own reference."""

    status: AccountStatus
    """Status."""

    streaming: bool
    """Whether credits append."""

    tier: str | None
    """Tier of a treasury account."""

    version: int | None
    """Counts every change; `null` on a streaming account."""


def _read_account(w: dict[str, Any]) -> Account:
    return _made(Account, {
        "account": w["account"],
        "currency": w["currency"],
        "kind": w.get("kind"),
        "available": money_of(w["available"]),
        "created_at": time_of(w["created_at"]),
        "display_name": w.get("display_name"),
        "held": money_of(w["held"]),
        "metadata": w["metadata"],
        "overdraft_limit": money_of(w["overdraft_limit"]),
        "owner": w.get("owner"),
        "posted": money_of(w["posted"]),
        "reference": w.get("reference"),
        "status": w["status"],
        "streaming": w["streaming"],
        "tier": w.get("tier"),
        "version": w.get("version"),
    })


Account._read = _read_account


class Moved(View):
    """Reply of a movement of money."""

    balance: Balance
    """Balance of the account that the call is about, as it is now."""

    replayed: bool
    """Whether the key was used before for the same request."""

    transfer: Transfer
    """The transfer."""


def _read_moved(w: dict[str, Any]) -> Moved:
    return _made(Moved, {
        "balance": _read_balance(w["balance"]),
        "replayed": w["replayed"],
        "transfer": _read_transfer(w["transfer"]),
    })


Moved._read = _read_moved


class Balance(View):
    """The balance of an account."""

    account: str
    """The account."""

    currency: str
    """Its currency."""

    available: Money
    """The amount that can be spent: `posted - held` and the overdraft limit."""

    held: Money
    """The amount kept by open holds."""

    posted: Money
    """Everything posted."""

    version: int | None
    """Counts every change; `null` on a streaming account."""


def _read_balance(w: dict[str, Any]) -> Balance:
    return _made(Balance, {
        "account": w["account"],
        "currency": w["currency"],
        "available": money_of(w["available"]),
        "held": money_of(w["held"]),
        "posted": money_of(w["posted"]),
        "version": w.get("version"),
    })


Balance._read = _read_balance


class Transfer(View):
    """A transfer."""

    id: str
    """Its id."""

    kind: TransferKind
    """Why it exists."""

    amount: Money | None
    """The amount moved; `null` with more than two postings."""

    from_: str | None
    """The payer; `null` with more than two postings."""

    to: str | None
    """The payee; `null` with more than two postings."""

    created_at: datetime
    """When it was posted."""

    deal: str | None
    """The deal that it belongs to."""

    hold: str | None
    """The hold that it captured."""

    metadata: dict[str, Any]
    """The caller's own data."""

    payment: str | None
    """The payment that it belongs to."""

    postings: list[Posting]
    """Its legs."""

    purchase: str | None
    """The purchase that it belongs to."""

    reference: str | None
    """The caller's own reference."""

    refunded: Money | None
    """How much of it was returned; `null` with more than two postings."""

    reverses: str | None
    """The transfer that this one reverses or refunds."""

    withdrawal: str | None
    """The withdrawal that it belongs to."""

    _names = {"from_": "from"}


def _read_transfer(w: dict[str, Any]) -> Transfer:
    return _made(Transfer, {
        "id": w["id"],
        "kind": w["kind"],
        "amount": None if w.get("amount") is None else money_of(w["amount"]),
        "from_": w.get("from"),
        "to": w.get("to"),
        "created_at": time_of(w["created_at"]),
        "deal": w.get("deal"),
        "hold": w.get("hold"),
        "metadata": w["metadata"],
        "payment": w.get("payment"),
        "postings": [_read_posting(x) for x in w["postings"]],
        "purchase": w.get("purchase"),
        "reference": w.get("reference"),
        "refunded": None if w.get("refunded") is None else money_of(w["refunded"]),
        "reverses": w.get("reverses"),
        "withdrawal": w.get("withdrawal"),
    })


Transfer._read = _read_transfer


class Posting(View):
    """One leg of a transfer."""

    account: str
    """The account."""

    amount: Money
    """Signed: positive is a credit."""

    balance_after: Money | None
    """Balance after; `null` on a streaming account."""

    balance_before: Money | None
    """Balance before; `null` on a streaming account."""

    number: int | None
    """Gapless number within the account; `null` on a streaming account."""


def _read_posting(w: dict[str, Any]) -> Posting:
    return _made(Posting, {
        "account": w["account"],
        "amount": money_of(w["amount"]),
        "balance_after": None if w.get("balance_after") is None else money_of(w["balance_after"]),
        "balance_before": None if w.get("balance_before") is None else money_of(w["balance_before"]),
        "number": w.get("number"),
    })


Posting._read = _read_posting


class Posted(View):
    """Reply of a posting of n legs."""

    replayed: bool
    """Whether the key was used before for the same request."""

    transfer: Transfer
    """The transfer."""


def _read_posted(w: dict[str, Any]) -> Posted:
    return _made(Posted, {
        "replayed": w["replayed"],
        "transfer": _read_transfer(w["transfer"]),
    })


Posted._read = _read_posted


class HoldReply(View):
    """Reply of a change of a hold."""

    balance: Balance
    """Balance of its account, as it is now."""

    hold: Hold
    """The hold."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_hold_reply(w: dict[str, Any]) -> HoldReply:
    return _made(HoldReply, {
        "balance": _read_balance(w["balance"]),
        "hold": _read_hold(w["hold"]),
        "replayed": w["replayed"],
    })


HoldReply._read = _read_hold_reply


class Hold(View):
    """A hold."""

    id: str
    """Its id."""

    account: str
    """The account whose money it keeps."""

    amount: Money
    """The amount authorized."""

    captured: Money
    """The amount captured."""

    created_at: datetime
    """When it was made."""

    expires_at: datetime | None
    """When it expires."""

    metadata: dict[str, Any]
    """The caller's own data."""

    reference: str | None
    """The caller's own reference."""

    released: Money
    """The amount released."""

    remaining: Money
    """The amount it still keeps."""

    state: HoldState
    """Its state, as stored: the clock may have ended it already."""

    version: int
    """Counts every change."""


def _read_hold(w: dict[str, Any]) -> Hold:
    return _made(Hold, {
        "id": w["id"],
        "account": w["account"],
        "amount": money_of(w["amount"]),
        "captured": money_of(w["captured"]),
        "created_at": time_of(w["created_at"]),
        "expires_at": None if w.get("expires_at") is None else time_of(w["expires_at"]),
        "metadata": w["metadata"],
        "reference": w.get("reference"),
        "released": money_of(w["released"]),
        "remaining": money_of(w["remaining"]),
        "state": w["state"],
        "version": w["version"],
    })


Hold._read = _read_hold


class Captured(View):
    """Reply of a capture."""

    balance: Balance
    """Balance of the hold's account, as it is now."""

    hold: Hold
    """The hold."""

    replayed: bool
    """Whether the key was used before for the same request."""

    transfer: Transfer
    """The transfer."""


def _read_captured(w: dict[str, Any]) -> Captured:
    return _made(Captured, {
        "balance": _read_balance(w["balance"]),
        "hold": _read_hold(w["hold"]),
        "replayed": w["replayed"],
        "transfer": _read_transfer(w["transfer"]),
    })


Captured._read = _read_captured


class Locked(View):
    """Reply of `ledger.lock`."""

    accounts: list[Balance]
    """The accounts that are locked now, in the order of locking."""

    replayed: bool
    """Always false: locking leaves nothing to replay."""


def _read_locked(w: dict[str, Any]) -> Locked:
    return _made(Locked, {
        "accounts": [_read_balance(x) for x in w["accounts"]],
        "replayed": w["replayed"],
    })


Locked._read = _read_locked


class Balances(View):
    """Balances of several accounts."""

    balances: list[Balance]
    """The balances, by account and currency."""


def _read_balances(w: dict[str, Any]) -> Balances:
    return _made(Balances, {
        "balances": [_read_balance(x) for x in w["balances"]],
    })


Balances._read = _read_balances


class Entry(View):
    """An entry of an account."""

    account: str
    """The account."""

    currency: str
    """The currency."""

    kind: TransferKind
    """Why the transfer exists."""

    amount: Money
    """Signed: positive is a credit."""

    balance_after: Money | None
    """Balance after; `null` on a streaming account."""

    balance_before: Money | None
    """Balance before; `null` on a streaming account."""

    counterparty: str | None
    """The account on the other side; `null` where the transfer has more than two postings."""

    created_at: datetime
    """When it was posted."""

    deal: str | None
    """The deal that it was for."""

    metadata: dict[str, Any]
    """The transfer's metadata."""

    number: int | None
    """Gapless number within the account; `null` on a streaming account."""

    payment: str | None
    """The payment that it was for."""

    purchase: str | None
    """The purchase that it was for."""

    reference: str | None
    """The transfer's reference."""

    transfer: str
    """Its transfer."""

    withdrawal: str | None
    """The withdrawal that it was for."""


def _read_entry(w: dict[str, Any]) -> Entry:
    return _made(Entry, {
        "account": w["account"],
        "currency": w["currency"],
        "kind": w["kind"],
        "amount": money_of(w["amount"]),
        "balance_after": None if w.get("balance_after") is None else money_of(w["balance_after"]),
        "balance_before": None if w.get("balance_before") is None else money_of(w["balance_before"]),
        "counterparty": w.get("counterparty"),
        "created_at": time_of(w["created_at"]),
        "deal": w.get("deal"),
        "metadata": w["metadata"],
        "number": w.get("number"),
        "payment": w.get("payment"),
        "purchase": w.get("purchase"),
        "reference": w.get("reference"),
        "transfer": w["transfer"],
        "withdrawal": w.get("withdrawal"),
    })


Entry._read = _read_entry


class Statement(View):
    """A statement of an account."""

    account: str
    """The account."""

    currency: str
    """Its currency."""

    closing: Money
    """Balance after the last entry of this page: the `opening` of the next one."""

    credits: Money
    """Sum of the credits of this page."""

    csv: str | None
    """The same as CSV (RFC 4180), when asked for; the names of the columns are on the first page alone."""

    debits: Money
    """Sum of the debits of this page, as a positive amount."""

    entries: list[Entry]
    """The entries, oldest first."""

    from_time: datetime
    """From this time on."""

    next: str | None
    """Asks for the next page; `null` on the last one, which most statements are."""

    opening: Money
    """Balance before the first entry of this page."""

    to_time: datetime
    """Before this time."""


def _read_statement(w: dict[str, Any]) -> Statement:
    return _made(Statement, {
        "account": w["account"],
        "currency": w["currency"],
        "closing": money_of(w["closing"]),
        "credits": money_of(w["credits"]),
        "csv": w.get("csv"),
        "debits": money_of(w["debits"]),
        "entries": [_read_entry(x) for x in w["entries"]],
        "from_time": time_of(w["from_time"]),
        "next": w.get("next"),
        "opening": money_of(w["opening"]),
        "to_time": time_of(w["to_time"]),
    })


Statement._read = _read_statement


class TrialBalance(View):
    """All balances of a book, per currency."""

    balanced: bool
    """Whether every line sums to zero."""

    currencies: list[TrialLine]
    """One line a currency."""


def _read_trial_balance(w: dict[str, Any]) -> TrialBalance:
    return _made(TrialBalance, {
        "balanced": w["balanced"],
        "currencies": [_read_trial_line(x) for x in w["currencies"]],
    })


TrialBalance._read = _read_trial_balance


class TrialLine(View):
    """Debits and credits of one currency."""

    currency: str
    """The currency."""

    credits: Money
    """Sum of positive balances."""

    debits: Money
    """Sum of negative balances, as a positive amount."""

    sum: Money
    """Their difference: zero."""


def _read_trial_line(w: dict[str, Any]) -> TrialLine:
    return _made(TrialLine, {
        "currency": w["currency"],
        "credits": money_of(w["credits"]),
        "debits": money_of(w["debits"]),
        "sum": money_of(w["sum"]),
    })


TrialLine._read = _read_trial_line


class BatchReply(View):
    """Results of a batch, in the order of its calls."""

    results: list[BatchResult]
    """One result a call."""


def _read_batch_reply(w: dict[str, Any]) -> BatchReply:
    return _made(BatchReply, {
        "results": [_read_batch_result(x) for x in w["results"]],
    })


BatchReply._read = _read_batch_reply


class BatchResult(View):
    """One result of a batch."""

    error: EarnestError | None
    """Its refusal; left out where it was accepted."""

    ok: bool
    """Whether it was accepted."""

    reply: dict[str, Any] | None
    """Its reply; left out where it was refused."""


def _read_batch_result(w: dict[str, Any]) -> BatchResult:
    return _made(BatchResult, {
        "error": None if w.get("error") is None else error_of(w["error"]),
        "ok": w["ok"],
        "reply": w.get("reply"),
    })


BatchResult._read = _read_batch_result


class DealReply(View):
    """Reply of a change of a deal."""

    deal: Deal
    """The deal."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_deal_reply(w: dict[str, Any]) -> DealReply:
    return _made(DealReply, {
        "deal": _read_deal(w["deal"]),
        "replayed": w["replayed"],
    })


DealReply._read = _read_deal_reply


class Deal(View):
    """A deal."""

    id: str
    """Its id."""

    buyer: str
    """The buyer's account."""

    buyer_owner: str | None
    """Owner of the buyer's account now."""

    buyer_pays: Money
    """The total that the buyer pays."""

    created_at: datetime
    """When it was opened."""

    deadlines: Deadlines
    """Deadlines."""

    dispute: str | None
    """The open dispute."""

    fees: list[Fee]
    """Fees."""

    fees_taken: Money
    """The amount taken as fees."""

    funded: Money
    """The amount that came into its account."""

    held: Money
    """The balance of its account now."""

    item: str | None
    """The item sold, for people."""

    metadata: dict[str, Any]
    """The caller's own data."""

    milestones: list[Milestone]
    """Parts that are released one by one."""

    payment: str | None
    """The payment from outside that is to pay it, or has."""

    price: Money
    """The price."""

    reference: str | None
    """The caller's own reference."""

    refund_asked: Money | None
    """The refund that the buyer asked for and that is still undecided, as a part of the price."""

    refunded: Money
    """The amount that went back to the buyer."""

    released: Money
    """The amount that went to the seller's side."""

    seller: str
    """The seller's account."""

    seller_gets: Money
    """The seller's proceeds if nothing is refunded."""

    seller_owner: str | None
    """Owner of the seller's account now."""

    shipment: Shipment
    """The shipment."""

    splits: list[SplitShare]
    """Others who get a part."""

    state: DealState
    """Its state, as stored: a deadline may have passed already."""

    stopped: Stopped | None
    """While it is at a standstill: who stopped it, and where it goes on."""

    terms: Terms
    """The terms."""

    updated_at: datetime
    """When it last changed."""

    version: int
    """Counts every event."""


def _read_deal(w: dict[str, Any]) -> Deal:
    return _made(Deal, {
        "id": w["id"],
        "buyer": w["buyer"],
        "buyer_owner": w.get("buyer_owner"),
        "buyer_pays": money_of(w["buyer_pays"]),
        "created_at": time_of(w["created_at"]),
        "deadlines": _read_deadlines(w["deadlines"]),
        "dispute": w.get("dispute"),
        "fees": [_read_fee(x) for x in w["fees"]],
        "fees_taken": money_of(w["fees_taken"]),
        "funded": money_of(w["funded"]),
        "held": money_of(w["held"]),
        "item": w.get("item"),
        "metadata": w["metadata"],
        "milestones": [_read_milestone(x) for x in w["milestones"]],
        "payment": w.get("payment"),
        "price": money_of(w["price"]),
        "reference": w.get("reference"),
        "refund_asked": None if w.get("refund_asked") is None else money_of(w["refund_asked"]),
        "refunded": money_of(w["refunded"]),
        "released": money_of(w["released"]),
        "seller": w["seller"],
        "seller_gets": money_of(w["seller_gets"]),
        "seller_owner": w.get("seller_owner"),
        "shipment": _read_shipment(w["shipment"]),
        "splits": [_read_split_share(x) for x in w["splits"]],
        "state": w["state"],
        "stopped": None if w.get("stopped") is None else _read_stopped(w["stopped"]),
        "terms": _read_terms(w["terms"]),
        "updated_at": time_of(w["updated_at"]),
        "version": w["version"],
    })


Deal._read = _read_deal


class Deadlines(View):
    """Deadlines, as stored: one that was not agreed on, or whose count has not begun, is `null`."""

    deliver_by: datetime | None
    """The deadline after which it counts as delivered."""

    left: timedelta | None
    """While a dispute or the request of a refund stops the clock: what is left of the deadline that was in
    force.
    """

    pay_by: datetime | None
    """The buyer must have paid."""

    release_at: datetime | None
    """The seller is paid without further ado."""

    ship_by: datetime | None
    """The seller must have shipped."""


def _read_deadlines(w: dict[str, Any]) -> Deadlines:
    return _made(Deadlines, {
        "deliver_by": None if w.get("deliver_by") is None else time_of(w["deliver_by"]),
        "left": None if w.get("left") is None else span_of(w["left"]),
        "pay_by": None if w.get("pay_by") is None else time_of(w["pay_by"]),
        "release_at": None if w.get("release_at") is None else time_of(w["release_at"]),
        "ship_by": None if w.get("ship_by") is None else time_of(w["ship_by"]),
    })


Deadlines._read = _read_deadlines


class Fee(View):
    """A fee."""

    amount: Money
    """The amount when the whole price is released."""

    from_: str
    """The payer: `seller` or `buyer`."""

    to: str
    """The payee."""

    bps: int | None
    """Hundredths of a percent of the price; `null` for a fixed amount."""

    _names = {"from_": "from"}


def _read_fee(w: dict[str, Any]) -> Fee:
    return _made(Fee, {
        "amount": money_of(w["amount"]),
        "from_": w["from"],
        "to": w["to"],
        "bps": w.get("bps"),
    })


Fee._read = _read_fee


class Milestone(View):
    """A part of the price that is released by name."""

    amount: Money
    """How much of the price it is."""

    name: str
    """Its name."""

    released: bool
    """Whether it was released."""


def _read_milestone(w: dict[str, Any]) -> Milestone:
    return _made(Milestone, {
        "amount": money_of(w["amount"]),
        "name": w["name"],
        "released": w["released"],
    })


Milestone._read = _read_milestone


class Shipment(View):
    """The shipment."""

    carrier: str | None
    """The carrier."""

    delivered_at: datetime | None
    """When it was delivered."""

    shipped_at: datetime | None
    """When it was shipped."""

    tracking: str | None
    """The carrier's number for it."""


def _read_shipment(w: dict[str, Any]) -> Shipment:
    return _made(Shipment, {
        "carrier": w.get("carrier"),
        "delivered_at": None if w.get("delivered_at") is None else time_of(w["delivered_at"]),
        "shipped_at": None if w.get("shipped_at") is None else time_of(w["shipped_at"]),
        "tracking": w.get("tracking"),
    })


Shipment._read = _read_shipment


class SplitShare(View):
    """A share of another payee in the seller's proceeds."""

    amount: Money
    """The amount when the whole price is released."""

    to: str
    """The payee."""

    bps: int | None
    """Hundredths of a percent of the price; `null` for a fixed amount."""


def _read_split_share(w: dict[str, Any]) -> SplitShare:
    return _made(SplitShare, {
        "amount": money_of(w["amount"]),
        "to": w["to"],
        "bps": w.get("bps"),
    })


SplitShare._read = _read_split_share


class Stopped(View):
    """Why a deal is at a standstill, and where it goes on."""

    before: DealState
    """The state before, to which it returns."""

    by: Side | None
    """The side that opened the dispute; `null` where staff did, and where a refund was asked for."""

    whole: bool | None
    """Whether the refund that was asked for is all that is left of the price; `null` in a dispute."""


def _read_stopped(w: dict[str, Any]) -> Stopped:
    return _made(Stopped, {
        "before": w["before"],
        "by": w.get("by"),
        "whole": w.get("whole"),
    })


Stopped._read = _read_stopped


class Terms(View):
    """The terms of a deal."""

    deliver_within: timedelta | None
    """How long it may be on its way before it counts as delivered."""

    inspection: timedelta
    """How long the buyer may look at what arrived."""

    pay_within: timedelta | None
    """How long the buyer may take to pay."""

    require_acceptance: bool
    """The seller must accept before the deal continues."""

    respond_within: timedelta
    """How long the other side may take to answer a dispute."""

    ship_within: timedelta | None
    """How long the seller may take to ship."""

    shipping: bool
    """Something is shipped."""


def _read_terms(w: dict[str, Any]) -> Terms:
    return _made(Terms, {
        "deliver_within": None if w.get("deliver_within") is None else span_of(w["deliver_within"]),
        "inspection": span_of(w["inspection"]),
        "pay_within": None if w.get("pay_within") is None else span_of(w["pay_within"]),
        "require_acceptance": w["require_acceptance"],
        "respond_within": span_of(w["respond_within"]),
        "ship_within": None if w.get("ship_within") is None else span_of(w["ship_within"]),
        "shipping": w["shipping"],
    })


Terms._read = _read_terms


class DisputeReply(View):
    """Reply of a change of a dispute."""

    deal: Deal
    """Its deal."""

    dispute: Dispute
    """The dispute."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_dispute_reply(w: dict[str, Any]) -> DisputeReply:
    return _made(DisputeReply, {
        "deal": _read_deal(w["deal"]),
        "dispute": _read_dispute(w["dispute"]),
        "replayed": w["replayed"],
    })


DisputeReply._read = _read_dispute_reply


class Dispute(View):
    """A dispute."""

    id: str
    """Its id."""

    deal: str
    """The deal."""

    evidence: list[Evidence]
    """Evidence, in the order in which it was shown."""

    opened_at: datetime
    """When it was opened."""

    opened_by: str
    """The actor who opened it."""

    outcome: Ruling | None
    """The ruling."""

    reference: str | None
    """The caller's own reference."""

    refund: Money | None
    """The part of the price that the ruling refunds to the buyer."""

    resolution: str | None
    """Why."""

    resolved_at: datetime | None
    """When it was resolved."""

    resolved_by: str | None
    """The actor who ruled."""

    respond_by: datetime | None
    """The other side should have answered."""

    response_overdue: bool
    """The other side did not answer in time."""

    state: DisputeState
    """Its state."""

    statement: str | None
    """The opener's statement; `null` when it was erased."""

    type: DisputeType
    """The type of the dispute."""

    version: int
    """Counts every event."""


def _read_dispute(w: dict[str, Any]) -> Dispute:
    return _made(Dispute, {
        "id": w["id"],
        "deal": w["deal"],
        "evidence": [_read_evidence(x) for x in w["evidence"]],
        "opened_at": time_of(w["opened_at"]),
        "opened_by": w["opened_by"],
        "outcome": w.get("outcome"),
        "reference": w.get("reference"),
        "refund": None if w.get("refund") is None else money_of(w["refund"]),
        "resolution": w.get("resolution"),
        "resolved_at": None if w.get("resolved_at") is None else time_of(w["resolved_at"]),
        "resolved_by": w.get("resolved_by"),
        "respond_by": None if w.get("respond_by") is None else time_of(w["respond_by"]),
        "response_overdue": w["response_overdue"],
        "state": w["state"],
        "statement": w.get("statement"),
        "type": w["type"],
        "version": w["version"],
    })


Dispute._read = _read_dispute


class Evidence(View):
    """A piece of evidence."""

    kind: str
    """The type of the evidence."""

    added_at: datetime
    """When."""

    added_by: str
    """The actor who showed it."""

    number: int
    """Its place, from 1."""

    role: EvidenceRole
    """For which side: `buyer`, `seller`, or the staff (`admin`, `system`)."""

    sha256: str | None
    """SHA-256 of a file that the host keeps."""

    statement: str | None
    """The statement; `null` also when it was erased."""

    uri: str | None
    """Where that file is."""


def _read_evidence(w: dict[str, Any]) -> Evidence:
    return _made(Evidence, {
        "kind": w["kind"],
        "added_at": time_of(w["added_at"]),
        "added_by": w["added_by"],
        "number": w["number"],
        "role": w["role"],
        "sha256": w.get("sha256"),
        "statement": w.get("statement"),
        "uri": w.get("uri"),
    })


Evidence._read = _read_evidence


class Quote(View):
    """The cost and the proceeds of a deal."""

    buyer_pays: Money
    """The total that the buyer pays."""

    fees: list[Fee]
    """Fees."""

    price: Money
    """The price."""

    seller_gets: Money
    """The seller's proceeds."""

    splits: list[SplitShare]
    """Others who get a part."""


def _read_quote(w: dict[str, Any]) -> Quote:
    return _made(Quote, {
        "buyer_pays": money_of(w["buyer_pays"]),
        "fees": [_read_fee(x) for x in w["fees"]],
        "price": money_of(w["price"]),
        "seller_gets": money_of(w["seller_gets"]),
        "splits": [_read_split_share(x) for x in w["splits"]],
    })


Quote._read = _read_quote


class Event(View):
    """An event."""

    id: str
    """Its id."""

    actor: Actor | None
    """The actor."""

    at: datetime
    """When."""

    causation_id: str | None
    """The event or call that caused it."""

    correlation_id: str | None
    """Ties together what one user action caused."""

    data: dict[str, Any]
    """Ids, amounts and hashes of texts; for staff, the images of all rows that the command changed as well."""

    device: str | None
    """Device of the end user, for staff in `admin.audit`, until it is erased."""

    hash: str
    """Its link of the chain, hexadecimal."""

    ip: str | None
    """Address of the end user, for staff in `admin.audit`, until it is erased."""

    object: str
    """The kind of object."""

    object_id: str
    """The object's id."""

    previous_hash: str
    """The link before."""

    seq: int
    """Its place in the book, without gaps."""

    timeline: str | None
    """The timeline that the link is of; `null` is the store's first."""

    type: str
    """`object.past_tense`."""

    version: int
    """The object's version after it."""


def _read_event(w: dict[str, Any]) -> Event:
    return _made(Event, {
        "id": w["id"],
        "actor": None if w.get("actor") is None else actor_of(w["actor"]),
        "at": time_of(w["at"]),
        "causation_id": w.get("causation_id"),
        "correlation_id": w.get("correlation_id"),
        "data": w["data"],
        "device": w.get("device"),
        "hash": w["hash"],
        "ip": w.get("ip"),
        "object": w["object"],
        "object_id": w["object_id"],
        "previous_hash": w["previous_hash"],
        "seq": w["seq"],
        "timeline": w.get("timeline"),
        "type": w["type"],
        "version": w["version"],
    })


Event._read = _read_event


class Validation(View):
    """The verdict of a dry run."""

    to: DealState | None
    """The state that the deal would be in; `null` when it is refused."""

    allowed: bool
    """Whether the deal, its accounts and their funds allow the call now. Approvals, rules, lists and factors
    are not asked.
    """

    reason: Reason | None
    """Why it would be refused; `null` when it is allowed."""


def _read_validation(w: dict[str, Any]) -> Validation:
    return _made(Validation, {
        "to": w.get("to"),
        "allowed": w["allowed"],
        "reason": None if w.get("reason") is None else _read_reason(w["reason"]),
    })


Validation._read = _read_validation


class Reason(View):
    """Why something would be refused."""

    code: str
    """The code of the refusal."""

    message: str
    """The message, for developers."""


def _read_reason(w: dict[str, Any]) -> Reason:
    return _made(Reason, {
        "code": w["code"],
        "message": w["message"],
    })


Reason._read = _read_reason


class Actions(View):
    """Actions that an actor could take on a deal now. Accounts and funds are not checked: `validate` does."""

    actions: list[Action]
    """The actions, in the order of the table of transitions."""


def _read_actions(w: dict[str, Any]) -> Actions:
    return _made(Actions, {
        "actions": [_read_action(x) for x in w["actions"]],
    })


Actions._read = _read_actions


class Action(View):
    """Something that an actor could do with a deal."""

    to: DealState
    """The state that the deal would be in."""

    needs: list[str]
    """Fields that the call must have in addition to the deal."""

    trigger: str
    """The trigger; it is the name of the operation too."""


def _read_action(w: dict[str, Any]) -> Action:
    return _made(Action, {
        "to": w["to"],
        "needs": w["needs"],
        "trigger": w["trigger"],
    })


Action._read = _read_action


class Diagram(View):
    """A picture of everything that a deal can do."""

    content: str
    """The picture, as text."""

    format: str
    """`mermaid` or `svg`."""


def _read_diagram(w: dict[str, Any]) -> Diagram:
    return _made(Diagram, {
        "content": w["content"],
        "format": w["format"],
    })


Diagram._read = _read_diagram


class DisputeFile(View):
    """A dispute in full: its own fields, the whole deal, and the history of both."""

    id: str
    """Its id."""

    deal: Deal
    """The deal."""

    evidence: list[Evidence]
    """Evidence, in the order in which it was shown."""

    history: list[Event]
    """The events of the deal and of the dispute, oldest first."""

    opened_at: datetime
    """When it was opened."""

    opened_by: str
    """The actor who opened it."""

    outcome: Ruling | None
    """The ruling."""

    parties: BothParties
    """The parties of the deal."""

    reference: str | None
    """The caller's own reference."""

    refund: Money | None
    """The part of the price that the ruling refunds to the buyer."""

    resolution: str | None
    """Why."""

    resolved_at: datetime | None
    """When it was resolved."""

    resolved_by: str | None
    """The actor who ruled."""

    respond_by: datetime | None
    """The other side should have answered."""

    response_overdue: bool
    """The other side did not answer in time."""

    shipments: list[Shipment]
    """The shipments."""

    state: DisputeState
    """Its state."""

    statement: str | None
    """The opener's statement; `null` when it was erased."""

    type: DisputeType
    """The type of the dispute."""

    version: int
    """Counts every event."""


def _read_dispute_file(w: dict[str, Any]) -> DisputeFile:
    return _made(DisputeFile, {
        "id": w["id"],
        "deal": _read_deal(w["deal"]),
        "evidence": [_read_evidence(x) for x in w["evidence"]],
        "history": [_read_event(x) for x in w["history"]],
        "opened_at": time_of(w["opened_at"]),
        "opened_by": w["opened_by"],
        "outcome": w.get("outcome"),
        "parties": _read_both_parties(w["parties"]),
        "reference": w.get("reference"),
        "refund": None if w.get("refund") is None else money_of(w["refund"]),
        "resolution": w.get("resolution"),
        "resolved_at": None if w.get("resolved_at") is None else time_of(w["resolved_at"]),
        "resolved_by": w.get("resolved_by"),
        "respond_by": None if w.get("respond_by") is None else time_of(w["respond_by"]),
        "response_overdue": w["response_overdue"],
        "shipments": [_read_shipment(x) for x in w["shipments"]],
        "state": w["state"],
        "statement": w.get("statement"),
        "type": w["type"],
        "version": w["version"],
    })


DisputeFile._read = _read_dispute_file


class BothParties(View):
    """Both parties of a deal."""

    buyer: Party
    """The buyer."""

    seller: Party
    """The seller."""


def _read_both_parties(w: dict[str, Any]) -> BothParties:
    return _made(BothParties, {
        "buyer": _read_party(w["buyer"]),
        "seller": _read_party(w["seller"]),
    })


BothParties._read = _read_both_parties


class Party(View):
    """A party of a deal."""

    account: str
    """The account."""

    display_name: str | None
    """Its name for people."""

    owner: str | None
    """Its owner now."""


def _read_party(w: dict[str, Any]) -> Party:
    return _made(Party, {
        "account": w["account"],
        "display_name": w.get("display_name"),
        "owner": w.get("owner"),
    })


Party._read = _read_party


class DisputeStats(View):
    """Counts of disputes."""

    by_type: ByType
    """Disputes that have not ended, by type."""

    investigating: int
    """Under investigation now."""

    mean_resolution_seconds: int | None
    """How long those took from their opening, in whole seconds on average; `null` when there were none."""

    open: int
    """Open now."""

    resolved_in_period: int
    """Resolved in the period."""


def _read_dispute_stats(w: dict[str, Any]) -> DisputeStats:
    return _made(DisputeStats, {
        "by_type": _read_by_type(w["by_type"]),
        "investigating": w["investigating"],
        "mean_resolution_seconds": w.get("mean_resolution_seconds"),
        "open": w["open"],
        "resolved_in_period": w["resolved_in_period"],
    })


DisputeStats._read = _read_dispute_stats


class ByType(View):
    """Disputes that have not ended, by type."""

    non_delivery: int
    """The delivery never came."""

    other: int
    """Anything else."""

    quality_issue: int
    """The quality is not as agreed."""

    seller_non_response: int
    """The seller does not answer."""

    wrong_item: int
    """Something else came."""


def _read_by_type(w: dict[str, Any]) -> ByType:
    return _made(ByType, {
        "non_delivery": w["non_delivery"],
        "other": w["other"],
        "quality_issue": w["quality_issue"],
        "seller_non_response": w["seller_non_response"],
        "wrong_item": w["wrong_item"],
    })


ByType._read = _read_by_type


class Verification(View):
    """The result of checking a receipt."""

    alg: str | None
    """The algorithm that this signature names."""

    kid: str | None
    """The key of the signature that decided."""

    reason: str | None
    """Why it is not genuine: `broken_integrity`, `unsigned`, `wrong_algorithm`, `unknown_key`, `wrong_key`
    (another of the known keys made it) or `bad_signature`. `old_key` of a genuine one whose key was
    rotated out since.
    """

    valid: bool
    """Whether it is genuine: nothing was changed, and every signature that could be checked is right."""


def _read_verification(w: dict[str, Any]) -> Verification:
    return _made(Verification, {
        "alg": w.get("alg"),
        "kid": w.get("kid"),
        "reason": w.get("reason"),
        "valid": w["valid"],
    })


Verification._read = _read_verification


class PublicKeys(View):
    """The keys that others need to check receipts. An HMAC has no public key: only its issuer can check it."""

    keys: list[PublicKey]
    """The keys, the current one first."""


def _read_public_keys(w: dict[str, Any]) -> PublicKeys:
    return _made(PublicKeys, {
        "keys": [_read_public_key(x) for x in w["keys"]],
    })


PublicKeys._read = _read_public_keys


class PublicKey(View):
    """A public key."""

    alg: Alg
    """`Ed25519`."""

    created_at: datetime | None
    """When it was made."""

    kid: str
    """Its id, which signatures name."""

    old: bool | None
    """Whether it was rotated out: what it signed stays valid."""

    pem: str | None
    """The same as a PEM text (`SubjectPublicKeyInfo`), as most libraries read it."""

    public_key: str
    """The 32 bytes of the key, hexadecimal."""

    purpose: str
    """The purpose: `receipts`."""

    retired_at: datetime | None
    """When it was rotated out."""


def _read_public_key(w: dict[str, Any]) -> PublicKey:
    return _made(PublicKey, {
        "alg": w["alg"],
        "created_at": None if w.get("created_at") is None else time_of(w["created_at"]),
        "kid": w["kid"],
        "old": w.get("old"),
        "pem": w.get("pem"),
        "public_key": w["public_key"],
        "purpose": w["purpose"],
        "retired_at": None if w.get("retired_at") is None else time_of(w["retired_at"]),
    })


PublicKey._read = _read_public_key


class Receipt(View):
    """A receipt: one transfer, signed. The fields next to the payload repeat it."""

    id: str
    """Its id: `rc_` and the uuid of its transfer."""

    kind: TransferKind
    """Why the money moved."""

    amount: Money | None
    """The amount moved; `null` with more than two postings."""

    from_: str | None
    """The payer; `null` with more than two postings."""

    to: str | None
    """The payee; `null` with more than two postings."""

    deal: str | None
    """The deal that it belongs to."""

    integrity_hash: str
    """SHA-256 of the canonical JSON of the payload, in lower-case hexadecimal."""

    issued_at: datetime
    """When the money moved."""

    number: int
    """The place of its event in the book's gapless sequence: no two receipts of a book share one."""

    payload: dict[str, Any]
    """The signed payload."""

    signatures: list[ReceiptSignature]
    """The signatures."""

    transfer: str
    """The transfer."""

    _names = {"from_": "from"}


def _read_receipt(w: dict[str, Any]) -> Receipt:
    return _made(Receipt, {
        "id": w["id"],
        "kind": w["kind"],
        "amount": None if w.get("amount") is None else money_of(w["amount"]),
        "from_": w.get("from"),
        "to": w.get("to"),
        "deal": w.get("deal"),
        "integrity_hash": w["integrity_hash"],
        "issued_at": time_of(w["issued_at"]),
        "number": w["number"],
        "payload": w["payload"],
        "signatures": [_read_receipt_signature(x) for x in w["signatures"]],
        "transfer": w["transfer"],
    })


Receipt._read = _read_receipt


class ReceiptSignature(View):
    """One signature over the canonical JSON (RFC 8785) of a receipt's payload."""

    alg: Alg
    """`HMAC-SHA-256` or `Ed25519`."""

    kid: str
    """The id of the key."""

    value: str
    """The signature, in lower-case hexadecimal."""


def _read_receipt_signature(w: dict[str, Any]) -> ReceiptSignature:
    return _made(ReceiptSignature, {
        "alg": w["alg"],
        "kid": w["kid"],
        "value": w["value"],
    })


ReceiptSignature._read = _read_receipt_signature


class RenderedReceipt(View):
    """A receipt for people."""

    content: str
    """The text, or a whole page."""

    format: str
    """`text` or `html`."""

    locale: str
    """The language that it is in."""


def _read_rendered_receipt(w: dict[str, Any]) -> RenderedReceipt:
    return _made(RenderedReceipt, {
        "content": w["content"],
        "format": w["format"],
        "locale": w["locale"],
    })


RenderedReceipt._read = _read_rendered_receipt


class TreasuryReply(View):
    """Reply of `treasury.set_account`."""

    account: Account
    """The account."""

    replayed: bool
    """Whether this was done before under the same key."""

    usage: Usage
    """Its limits, and what is used of them."""


def _read_treasury_reply(w: dict[str, Any]) -> TreasuryReply:
    return _made(TreasuryReply, {
        "account": _read_account(w["account"]),
        "replayed": w["replayed"],
        "usage": _read_usage(w["usage"]),
    })


TreasuryReply._read = _read_treasury_reply


class Usage(View):
    """How much of its limits an account has used."""

    account: str
    """The account."""

    currency: str
    """Its currency."""

    ceiling: Money | None
    """The most that a hot account should have."""

    daily_limit: Money | None
    """The most that may leave it in a day; `null` is no limit."""

    day_ends_at: datetime
    """When today ends."""

    month_ends_at: datetime
    """When this month ends."""

    monthly_limit: Money | None
    """The most that may leave it in a month; `null` is no limit."""

    sweep: Money | None
    """The amount to move to a cold account: what a hot one has above its ceiling and can spend. `null` when
    there is none.
    """

    this_month: Money
    """The amount that has left it this month."""

    tier: Tier
    """`hot` or `cold`."""

    time_zone: str
    """Where its days and months begin."""

    today: Money
    """The amount that has left it today."""

    version: int
    """Counts every change of limits and counts."""


def _read_usage(w: dict[str, Any]) -> Usage:
    return _made(Usage, {
        "account": w["account"],
        "currency": w["currency"],
        "ceiling": None if w.get("ceiling") is None else money_of(w["ceiling"]),
        "daily_limit": None if w.get("daily_limit") is None else money_of(w["daily_limit"]),
        "day_ends_at": time_of(w["day_ends_at"]),
        "month_ends_at": time_of(w["month_ends_at"]),
        "monthly_limit": None if w.get("monthly_limit") is None else money_of(w["monthly_limit"]),
        "sweep": None if w.get("sweep") is None else money_of(w["sweep"]),
        "this_month": money_of(w["this_month"]),
        "tier": w["tier"],
        "time_zone": w["time_zone"],
        "today": money_of(w["today"]),
        "version": w["version"],
    })


Usage._read = _read_usage


class Settlement(View):
    """Money that a deal has paid out."""

    id: str
    """The transfer."""

    amount: Money | None
    """How much."""

    from_: str | None
    """The account that paid."""

    to: str | None
    """The account that was paid."""

    approved_by: list[str]
    """Ids of the actors behind the payout, in their order. Where a policy asked for approvals: the approvers.
    Otherwise the actor who confirmed or decided; `system` for a deadline.
    """

    deal: str | None
    """The deal."""

    executed_at: datetime
    """When."""

    type: TransferKind
    """`settlement` or `refund`."""

    _names = {"from_": "from"}


def _read_settlement(w: dict[str, Any]) -> Settlement:
    return _made(Settlement, {
        "id": w["id"],
        "amount": None if w.get("amount") is None else money_of(w["amount"]),
        "from_": w.get("from"),
        "to": w.get("to"),
        "approved_by": w["approved_by"],
        "deal": w.get("deal"),
        "executed_at": time_of(w["executed_at"]),
        "type": w["type"],
    })


Settlement._read = _read_settlement


class GatewayReply(View):
    """Reply of `set_gateway`."""

    gateway: Gateway
    """The gateway."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_gateway_reply(w: dict[str, Any]) -> GatewayReply:
    return _made(GatewayReply, {
        "gateway": _read_gateway(w["gateway"]),
        "replayed": w["replayed"],
    })


GatewayReply._read = _read_gateway_reply


class Gateway(View):
    """A gateway."""

    id: str
    """Its name."""

    abilities: list[GatewayAbility]
    """Its abilities."""

    active: bool
    """Whether new payments may go to it."""

    breaker: Breaker
    """When it counts as down."""

    config: dict[str, Any]
    """Settings of its driver."""

    currencies: list[str] | None
    """The currencies that it takes; `null` if all."""

    driver: GatewayDriver
    """The driver that talks to it."""

    retry_at: datetime | None
    """When it is tried again; `null` while it is up."""

    secrets: list[str]
    """The names of its secrets."""

    settle_after: timedelta
    """How long after a call its answer that it knows of none is not believed yet."""

    status: GatewayStatus
    """Whether it answers."""

    version: int
    """Counts every event."""


def _read_gateway(w: dict[str, Any]) -> Gateway:
    return _made(Gateway, {
        "id": w["id"],
        "abilities": w["abilities"],
        "active": w["active"],
        "breaker": _read_breaker(w["breaker"]),
        "config": w["config"],
        "currencies": w.get("currencies"),
        "driver": w["driver"],
        "retry_at": None if w.get("retry_at") is None else time_of(w["retry_at"]),
        "secrets": w["secrets"],
        "settle_after": span_of(w["settle_after"]),
        "status": w["status"],
        "version": w["version"],
    })


Gateway._read = _read_gateway


class Breaker(View):
    """When a gateway counts as down."""

    failures: int
    """So many calls in a row without an answer."""

    pause: timedelta
    """How long it is left alone then."""


def _read_breaker(w: dict[str, Any]) -> Breaker:
    return _made(Breaker, {
        "failures": w["failures"],
        "pause": span_of(w["pause"]),
    })


Breaker._read = _read_breaker


class RouteReply(View):
    """Reply of `set_route`."""

    replayed: bool
    """Whether the key was used before for the same request."""

    route: Route
    """The route."""


def _read_route_reply(w: dict[str, Any]) -> RouteReply:
    return _made(RouteReply, {
        "replayed": w["replayed"],
        "route": _read_route(w["route"]),
    })


RouteReply._read = _read_route_reply


class Route(View):
    """Which gateways are asked for which payments."""

    id: str
    """Its name."""

    currency: str | None
    """Only payments in this currency."""

    gateways: list[str]
    """The gateways, in the order in which they are tried."""

    max: Money | None
    """Only payments of this amount or less."""

    min: Money | None
    """Only payments of this amount or more."""

    priority: int
    """Of the routes that fit, the one with the highest is taken."""

    version: int
    """The version of the book's routes when it was set."""


def _read_route(w: dict[str, Any]) -> Route:
    return _made(Route, {
        "id": w["id"],
        "currency": w.get("currency"),
        "gateways": w["gateways"],
        "max": None if w.get("max") is None else money_of(w["max"]),
        "min": None if w.get("min") is None else money_of(w["min"]),
        "priority": w["priority"],
        "version": w["version"],
    })


Route._read = _read_route


class RouteRemoved(View):
    """Reply of `remove_route`."""

    removed: str
    """The name of the route that is gone."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_route_removed(w: dict[str, Any]) -> RouteRemoved:
    return _made(RouteRemoved, {
        "removed": w["removed"],
        "replayed": w["replayed"],
    })


RouteRemoved._read = _read_route_removed


class PaymentReply(View):
    """Reply of a change of a payment."""

    payment: Payment
    """The payment."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_payment_reply(w: dict[str, Any]) -> PaymentReply:
    return _made(PaymentReply, {
        "payment": _read_payment(w["payment"]),
        "replayed": w["replayed"],
    })


PaymentReply._read = _read_payment_reply


class Payment(View):
    """A payment."""

    id: str
    """Its id."""

    amount: Money
    """Its amount."""

    to: str
    """The account that gets it."""

    action: dict[str, Any] | None
    """The payer's next action."""

    attempts: list[PaymentAttempt]
    """The gateways that were tried."""

    authorization_expires_at: datetime | None
    """When its authorization is voided."""

    authorized: Money
    """The amount that the gateway has authorized."""

    cancel_requested: bool
    """It is given up as soon as its gateway allows."""

    capture: CaptureMode
    """Whether the money is taken at once."""

    captured: Money
    """The amount captured."""

    chargebacks: list[Chargeback]
    """Its chargebacks."""

    charged_back: Money
    """The amount of its chargebacks, open and lost."""

    created_at: datetime
    """When it was created."""

    deal: str | None
    """The deal that it pays."""

    doing: Doing | None
    """The call that it waits for."""

    expires_at: datetime | None
    """Until when it may be confirmed."""

    failure: PaymentFailure | None
    """Why the last call did not succeed."""

    gateway: str | None
    """The gateway that has it; before it is sent, the one that was chosen for it."""

    gateway_reference: str | None
    """Its reference there."""

    metadata: dict[str, Any]
    """The caller's own data."""

    payer: str | None
    """The payer's id."""

    purchase: str | None
    """The purchase that it pays."""

    reference: str | None
    """The caller's own id."""

    refunded: Money
    """The amount given back by refunds that are done."""

    refunds: list[PaymentRefund]
    """Its refunds."""

    state: PaymentState
    """Its state."""

    suspended: Money
    """The amount that came and is nobody's yet: it waits in `@suspense`."""

    transfers: list[str]
    """The transfers that it made, in their order."""

    updated_at: datetime
    """When it last changed."""

    version: int
    """Counts every event."""


def _read_payment(w: dict[str, Any]) -> Payment:
    return _made(Payment, {
        "id": w["id"],
        "amount": money_of(w["amount"]),
        "to": w["to"],
        "action": w.get("action"),
        "attempts": [_read_payment_attempt(x) for x in w["attempts"]],
        "authorization_expires_at": None if w.get("authorization_expires_at") is None else time_of(w["authorization_expires_at"]),
        "authorized": money_of(w["authorized"]),
        "cancel_requested": w["cancel_requested"],
        "capture": w["capture"],
        "captured": money_of(w["captured"]),
        "chargebacks": [_read_chargeback(x) for x in w["chargebacks"]],
        "charged_back": money_of(w["charged_back"]),
        "created_at": time_of(w["created_at"]),
        "deal": w.get("deal"),
        "doing": None if w.get("doing") is None else _read_doing(w["doing"]),
        "expires_at": None if w.get("expires_at") is None else time_of(w["expires_at"]),
        "failure": None if w.get("failure") is None else _read_payment_failure(w["failure"]),
        "gateway": w.get("gateway"),
        "gateway_reference": w.get("gateway_reference"),
        "metadata": w["metadata"],
        "payer": w.get("payer"),
        "purchase": w.get("purchase"),
        "reference": w.get("reference"),
        "refunded": money_of(w["refunded"]),
        "refunds": [_read_payment_refund(x) for x in w["refunds"]],
        "state": w["state"],
        "suspended": money_of(w["suspended"]),
        "transfers": w["transfers"],
        "updated_at": time_of(w["updated_at"]),
        "version": w["version"],
    })


Payment._read = _read_payment


class PaymentAttempt(View):
    """A gateway that was tried."""

    gateway: str
    """The gateway."""

    number: int
    """Counts from 1."""

    outcome: AttemptOutcome | None
    """The outcome; `null` while it is open."""

    reference: str | None
    """Its reference."""


def _read_payment_attempt(w: dict[str, Any]) -> PaymentAttempt:
    return _made(PaymentAttempt, {
        "gateway": w["gateway"],
        "number": w["number"],
        "outcome": w.get("outcome"),
        "reference": w.get("reference"),
    })


PaymentAttempt._read = _read_payment_attempt


class Chargeback(View):
    """A chargeback by a payer's bank."""

    amount: Money
    """How much."""

    case: str
    """The gateway's id of it."""

    opened_at: datetime
    """When it was opened."""

    phase: ChargebackPhase
    """`open`, `won` or `lost`."""

    reason: str | None
    """Why."""


def _read_chargeback(w: dict[str, Any]) -> Chargeback:
    return _made(Chargeback, {
        "amount": money_of(w["amount"]),
        "case": w["case"],
        "opened_at": time_of(w["opened_at"]),
        "phase": w["phase"],
        "reason": w.get("reason"),
    })


Chargeback._read = _read_chargeback


class Doing(View):
    """The call that a payment waits for."""

    call: GatewayCall
    """The kind of call to the gateway."""

    key: str
    """The idempotency key that it carries."""

    phase: CallPhase
    """How far it is."""

    since: datetime
    """Since when."""


def _read_doing(w: dict[str, Any]) -> Doing:
    return _made(Doing, {
        "call": w["call"],
        "key": w["key"],
        "phase": w["phase"],
        "since": time_of(w["since"]),
    })


Doing._read = _read_doing


class PaymentFailure(View):
    """Why a gateway did not do what it was asked for."""

    code: FailureCode
    """The reason in words that all gateways share."""

    gateway_code: str | None
    """The gateway's own code."""

    retry: FailureRetry
    """Whether trying again can help."""


def _read_payment_failure(w: dict[str, Any]) -> PaymentFailure:
    return _made(PaymentFailure, {
        "code": w["code"],
        "gateway_code": w.get("gateway_code"),
        "retry": w["retry"],
    })


PaymentFailure._read = _read_payment_failure


class PaymentRefund(View):
    """A refund of a payment."""

    id: str
    """Its id."""

    amount: Money
    """How much."""

    reason: str | None
    """Why."""

    reference: str | None
    """The gateway's reference."""

    state: RefundState
    """Its state."""

    transfer: str | None
    """The transfer that took it from who was paid."""


def _read_payment_refund(w: dict[str, Any]) -> PaymentRefund:
    return _made(PaymentRefund, {
        "id": w["id"],
        "amount": money_of(w["amount"]),
        "reason": w.get("reason"),
        "reference": w.get("reference"),
        "state": w["state"],
        "transfer": w.get("transfer"),
    })


PaymentRefund._read = _read_payment_refund


class RefundReply(View):
    """Reply of `refund`."""

    payment: Payment
    """The payment."""

    refund: PaymentRefund
    """The refund."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_refund_reply(w: dict[str, Any]) -> RefundReply:
    return _made(RefundReply, {
        "payment": _read_payment(w["payment"]),
        "refund": _read_payment_refund(w["refund"]),
        "replayed": w["replayed"],
    })


RefundReply._read = _read_refund_reply


class Reported(View):
    """The outcome of a gateway's report."""

    event: str
    """The gateway's own id of it."""

    payment: Payment | None
    """The payment; `null` where none is known."""

    replayed: bool
    """Whether it was told before."""

    result: Heard
    """The outcome: `applied`; `ignored`, because it was known or is older than what is known; `parked`,
    because no payment has this reference yet; `queried`, because the gateway is asked first; `suspended`
    or `mismatched`.
    """


def _read_reported(w: dict[str, Any]) -> Reported:
    return _made(Reported, {
        "event": w["event"],
        "payment": None if w.get("payment") is None else _read_payment(w["payment"]),
        "replayed": w["replayed"],
        "result": w["result"],
    })


Reported._read = _read_reported


class DebtReply(View):
    """Reply of a change of a debt."""

    debt: Debt
    """The debt."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_debt_reply(w: dict[str, Any]) -> DebtReply:
    return _made(DebtReply, {
        "debt": _read_debt(w["debt"]),
        "replayed": w["replayed"],
    })


DebtReply._read = _read_debt_reply


class Debt(View):
    """The debt of an account that did not have all of the money that was taken back from it."""

    id: str
    """Its id."""

    account: str
    """The debtor's account."""

    amount: Money
    """How much."""

    case: str
    """The chargeback."""

    created_at: datetime
    """Since when."""

    payment: str | None
    """The payment, if there was one."""

    purchase: str | None
    """The purchase."""

    recovered: Money
    """How much of it came back."""

    state: DebtState
    """Its state."""

    version: int
    """Counts every event."""


def _read_debt(w: dict[str, Any]) -> Debt:
    return _made(Debt, {
        "id": w["id"],
        "account": w["account"],
        "amount": money_of(w["amount"]),
        "case": w["case"],
        "created_at": time_of(w["created_at"]),
        "payment": w.get("payment"),
        "purchase": w.get("purchase"),
        "recovered": money_of(w["recovered"]),
        "state": w["state"],
        "version": w["version"],
    })


Debt._read = _read_debt


class Checkout(View):
    """The input of the client's widget that collects the payer's means."""

    fields: dict[str, Any]
    """The fields of its widget, signed by the server where the gateway wants that: amount, order, keys that
    may be public. Each driver has its own.
    """

    gateway: str
    """The gateway that the means are for."""


def _read_checkout(w: dict[str, Any]) -> Checkout:
    return _made(Checkout, {
        "fields": w["fields"],
        "gateway": w["gateway"],
    })


Checkout._read = _read_checkout


class PaymentChoices(View):
    """Reply of `allowed_actions`."""

    actions: list[PaymentAction]
    """The actions, in the order of the table of transitions."""


def _read_payment_choices(w: dict[str, Any]) -> PaymentChoices:
    return _made(PaymentChoices, {
        "actions": [_read_payment_action(x) for x in w["actions"]],
    })


PaymentChoices._read = _read_payment_choices


class PaymentAction(View):
    """An action that an actor can take on a payment now."""

    to: PaymentState | None
    """The state that it leads to; `null` where the gateway or the amount decides."""

    needs: list[str]
    """The fields that it needs beside the payment."""

    trigger: str
    """The operation, without the service."""


def _read_payment_action(w: dict[str, Any]) -> PaymentAction:
    return _made(PaymentAction, {
        "to": w.get("to"),
        "needs": w["needs"],
        "trigger": w["trigger"],
    })


PaymentAction._read = _read_payment_action


class OfferReply(View):
    """Reply of `set_offer`."""

    offer: Offer
    """The offer."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_offer_reply(w: dict[str, Any]) -> OfferReply:
    return _made(OfferReply, {
        "offer": _read_offer(w["offer"]),
        "replayed": w["replayed"],
    })


OfferReply._read = _read_offer_reply


class Offer(View):
    """An offer."""

    id: str
    """Its name."""

    active: bool
    """Whether it is sold."""

    available: int | None
    """How many can be bought; `null` without a limit."""

    escrow: dict[str, Any] | None
    """The terms of the deals by which it is sold; `null` where the seller is paid at once."""

    grants: list[Money]
    """The grants to a buyer for each unit."""

    held: int
    """How many are held for purchases that are not paid."""

    hold_for: timedelta
    """How long units are held for a buyer who pays later."""

    metadata: dict[str, Any]
    """The caller's own data."""

    per_user_limit: int | None
    """How many one buyer may have."""

    price: Money
    """The price of one unit."""

    sale_from: datetime | None
    """From when on it is sold."""

    sale_until: datetime | None
    """Until when it is sold."""

    seller: str
    """The account that is paid."""

    sold: int
    """How many are sold."""

    stock: int | None
    """How many units there are in all; `null` without a limit."""

    version: int
    """Counts every change, those of the units included."""


def _read_offer(w: dict[str, Any]) -> Offer:
    return _made(Offer, {
        "id": w["id"],
        "active": w["active"],
        "available": w.get("available"),
        "escrow": w.get("escrow"),
        "grants": [money_of(x) for x in w["grants"]],
        "held": w["held"],
        "hold_for": span_of(w["hold_for"]),
        "metadata": w["metadata"],
        "per_user_limit": w.get("per_user_limit"),
        "price": money_of(w["price"]),
        "sale_from": None if w.get("sale_from") is None else time_of(w["sale_from"]),
        "sale_until": None if w.get("sale_until") is None else time_of(w["sale_until"]),
        "seller": w["seller"],
        "sold": w["sold"],
        "stock": w.get("stock"),
        "version": w["version"],
    })


Offer._read = _read_offer


class PromoReply(View):
    """Reply of `set_promo`."""

    promo: Promo
    """The promo."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_promo_reply(w: dict[str, Any]) -> PromoReply:
    return _made(PromoReply, {
        "promo": _read_promo(w["promo"]),
        "replayed": w["replayed"],
    })


PromoReply._read = _read_promo_reply


class Promo(View):
    """A promo."""

    id: str
    """Its name."""

    from_: datetime | None
    """From when on it may be used."""

    active: bool
    """Whether it may be used."""

    limit: int | None
    """How many purchases may use it."""

    metadata: dict[str, Any]
    """The caller's own data."""

    off: Discount
    """The discount."""

    offers: list[str] | None
    """The offers that it is for; `null` if all."""

    per_user_limit: int | None
    """How many purchases of one buyer may use it."""

    until: datetime | None
    """Until when it may be used."""

    used: int
    """How many purchases use it: those that have neither expired nor were cancelled."""

    version: int
    """Counts every change, those of the uses included."""

    _names = {"from_": "from"}


def _read_promo(w: dict[str, Any]) -> Promo:
    return _made(Promo, {
        "id": w["id"],
        "from_": None if w.get("from") is None else time_of(w["from"]),
        "active": w["active"],
        "limit": w.get("limit"),
        "metadata": w["metadata"],
        "off": _read_discount(w["off"]),
        "offers": w.get("offers"),
        "per_user_limit": w.get("per_user_limit"),
        "until": None if w.get("until") is None else time_of(w["until"]),
        "used": w["used"],
        "version": w["version"],
    })


Promo._read = _read_promo


class Discount(View):
    """The discount of a promo."""

    amount: Money | None
    """An amount, and at most the sum."""

    bps: int | None
    """Hundredths of a percent of the sum."""


def _read_discount(w: dict[str, Any]) -> Discount:
    return _made(Discount, {
        "amount": None if w.get("amount") is None else money_of(w["amount"]),
        "bps": w.get("bps"),
    })


Discount._read = _read_discount


class PurchaseReply(View):
    """Reply of a change of a purchase."""

    purchase: Purchase
    """The purchase."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_purchase_reply(w: dict[str, Any]) -> PurchaseReply:
    return _made(PurchaseReply, {
        "purchase": _read_purchase(w["purchase"]),
        "replayed": w["replayed"],
    })


PurchaseReply._read = _read_purchase_reply


class Purchase(View):
    """A purchase."""

    id: str
    """Its id."""

    buyer: str
    """The buyer's account."""

    cancel_requested: bool
    """Whether its buyer has given it up while a payment was under way."""

    created_at: datetime
    """When it was made."""

    deal: str | None
    """The newest deal that was opened for it; `null` where the seller is paid at once."""

    discount: Money
    """The promo's discount."""

    grants: list[Money]
    """The grants to the buyer for all units."""

    hold_until: datetime
    """Until when its units are held."""

    metadata: dict[str, Any]
    """The caller's own data."""

    offer: str
    """The offer."""

    paid_with: PaidWith | None
    """The means of payment."""

    payment: str | None
    """The payment that pays it, or was begun last to pay it; `null` where the buyer's balance pays."""

    promo: str | None
    """The promo."""

    quantity: int
    """How many units."""

    reference: str | None
    """The caller's own id."""

    refunded: Money
    """How much of what was paid went back, or is on its way."""

    seller: str
    """The account that is paid."""

    state: PurchaseState
    """Its state."""

    total: Money
    """The price after the discount."""

    transfer: str | None
    """The transfer that paid the seller from a balance."""

    unit_price: Money
    """The price of one unit."""

    updated_at: datetime
    """When it last changed."""

    version: int
    """Counts every event."""


def _read_purchase(w: dict[str, Any]) -> Purchase:
    return _made(Purchase, {
        "id": w["id"],
        "buyer": w["buyer"],
        "cancel_requested": w["cancel_requested"],
        "created_at": time_of(w["created_at"]),
        "deal": w.get("deal"),
        "discount": money_of(w["discount"]),
        "grants": [money_of(x) for x in w["grants"]],
        "hold_until": time_of(w["hold_until"]),
        "metadata": w["metadata"],
        "offer": w["offer"],
        "paid_with": w.get("paid_with"),
        "payment": w.get("payment"),
        "promo": w.get("promo"),
        "quantity": w["quantity"],
        "reference": w.get("reference"),
        "refunded": money_of(w["refunded"]),
        "seller": w["seller"],
        "state": w["state"],
        "total": money_of(w["total"]),
        "transfer": w.get("transfer"),
        "unit_price": money_of(w["unit_price"]),
        "updated_at": time_of(w["updated_at"]),
        "version": w["version"],
    })


Purchase._read = _read_purchase


class PurchaseRefunded(View):
    """Reply of `refund`."""

    purchase: Purchase
    """The purchase."""

    refund: PaymentRefund | None
    """The refund of its payment; `null` where it was paid from a balance."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_purchase_refunded(w: dict[str, Any]) -> PurchaseRefunded:
    return _made(PurchaseRefunded, {
        "purchase": _read_purchase(w["purchase"]),
        "refund": None if w.get("refund") is None else _read_payment_refund(w["refund"]),
        "replayed": w["replayed"],
    })


PurchaseRefunded._read = _read_purchase_refunded


class PurchaseQuote(View):
    """The present price of units of an offer, and whether they can be bought."""

    allowed: bool
    """Whether they can be bought now."""

    commitment: Commitment | None
    """The commitment of a buyer: payees, amounts, and the terms that the seller set; with `expect`, a
    purchase is held to it. `null` without a `buyer`, or where nothing could be bought.
    """

    discount: Money
    """The promo's discount."""

    reason: str | None
    """Why not: the code that `reserve` would be refused with, or of `condition_not_met` the condition; of
    `promo_not_applicable` the reason behind a colon.
    """

    subtotal: Money
    """All of them."""

    total: Money
    """The subtotal less the discount."""

    unit_price: Money
    """One unit."""


def _read_purchase_quote(w: dict[str, Any]) -> PurchaseQuote:
    return _made(PurchaseQuote, {
        "allowed": w["allowed"],
        "commitment": None if w.get("commitment") is None else _read_commitment(w["commitment"]),
        "discount": money_of(w["discount"]),
        "reason": w.get("reason"),
        "subtotal": money_of(w["subtotal"]),
        "total": money_of(w["total"]),
        "unit_price": money_of(w["unit_price"]),
    })


PurchaseQuote._read = _read_purchase_quote


class Commitment(View):
    """The commitment of a call: all that leaves accounts or is held there, who is paid, and the terms that
    its rows set and its request does not name.
    """

    outflows: list[CommittedOutflow]
    """Money that leaves accounts, or is held there, by payer."""

    payees: list[str]
    """All who are paid, now or later: accounts, or addresses of a chain."""

    terms: dict[str, Any] | None
    """Terms that bind a party, by their names: `inspection`, `fees`, `grants`."""


def _read_commitment(w: dict[str, Any]) -> Commitment:
    return _made(Commitment, {
        "outflows": [_read_committed_outflow(x) for x in w["outflows"]],
        "payees": w["payees"],
        "terms": w.get("terms"),
    })


Commitment._read = _read_commitment


class CommittedOutflow(View):
    """Money that leaves one account in a call, to one payee."""

    amount: Money
    """The amount."""

    from_: str
    """The account that gives it."""

    to: str | None
    """The account, or the address of a chain, that gets it; `null` where the money is only held."""

    _names = {"from_": "from"}


def _read_committed_outflow(w: dict[str, Any]) -> CommittedOutflow:
    return _made(CommittedOutflow, {
        "amount": money_of(w["amount"]),
        "from_": w["from"],
        "to": w.get("to"),
    })


CommittedOutflow._read = _read_committed_outflow


class PurchaseChoices(View):
    """Reply of `allowed_actions`."""

    actions: list[PurchaseAction]
    """The actions, in the order of the table of transitions."""


def _read_purchase_choices(w: dict[str, Any]) -> PurchaseChoices:
    return _made(PurchaseChoices, {
        "actions": [_read_purchase_action(x) for x in w["actions"]],
    })


PurchaseChoices._read = _read_purchase_choices


class PurchaseAction(View):
    """An action that an actor can take on a purchase now."""

    to: PurchaseState | None
    """The state that it leads to; `null` where the payment or the quantity decides."""

    needs: list[str]
    """The fields that it needs beside the purchase."""

    trigger: str
    """The operation, without the service."""


def _read_purchase_action(w: dict[str, Any]) -> PurchaseAction:
    return _made(PurchaseAction, {
        "to": w.get("to"),
        "needs": w["needs"],
        "trigger": w["trigger"],
    })


PurchaseAction._read = _read_purchase_action


class SourceReply(View):
    """Reply of `set_source` and `rotate_secret`."""

    replayed: bool
    """Whether the key was used before for the same request."""

    source: Source
    """The source."""


def _read_source_reply(w: dict[str, Any]) -> SourceReply:
    return _made(SourceReply, {
        "replayed": w["replayed"],
        "source": _read_source(w["source"]),
    })


SourceReply._read = _read_source_reply


class Source(View):
    """A source of webhooks."""

    id: str
    """Its name."""

    gateway: str
    """The gateway that it speaks for."""

    scheme: Scheme
    """How it signs."""

    secrets: int
    """How many secrets are good now."""

    tolerance: timedelta
    """How far the time of a message may be from now."""

    version: int
    """Counts every event."""


def _read_source(w: dict[str, Any]) -> Source:
    return _made(Source, {
        "id": w["id"],
        "gateway": w["gateway"],
        "scheme": w["scheme"],
        "secrets": w["secrets"],
        "tolerance": span_of(w["tolerance"]),
        "version": w["version"],
    })


Source._read = _read_source


class WebhookReceived(View):
    """The outcome of a message of a source."""

    event: str
    """The sender's own id of it."""

    payment: Payment | None
    """The payment; `null` where none is known."""

    replayed: bool
    """Whether it was told before."""

    reply: WebhookReply
    """The answer to its sender, whatever the outcome is."""

    result: Heard
    """The outcome: `applied`; `ignored`, because it was known, is older than what is known, or is none of
    ours; `parked`, because no payment has this reference yet; `queried`, because the gateway is asked
    first; `suspended` or `mismatched`.
    """


def _read_webhook_received(w: dict[str, Any]) -> WebhookReceived:
    return _made(WebhookReceived, {
        "event": w["event"],
        "payment": None if w.get("payment") is None else _read_payment(w["payment"]),
        "replayed": w["replayed"],
        "reply": _read_webhook_reply(w["reply"]),
        "result": w["result"],
    })


WebhookReceived._read = _read_webhook_received


class WebhookReply(View):
    """The answer that a sender wants, so that it does not tell again."""

    body: str
    """The body, as plain text; mostly empty."""

    status: int
    """The status of HTTP."""


def _read_webhook_reply(w: dict[str, Any]) -> WebhookReply:
    return _made(WebhookReply, {
        "body": w["body"],
        "status": w["status"],
    })


WebhookReply._read = _read_webhook_reply


class SeenWebhook(View):
    """An event of a source that was seen."""

    at: datetime
    """When it was first seen."""

    event: str
    """The sender's id of it."""

    payment: str | None
    """The payment that it was about; `null` where none was known."""

    result: Heard
    """The outcome, as `receive` answered it."""

    sha256: str
    """The SHA-256 of its body, in hex; the body is not kept."""

    source: str
    """The source."""


def _read_seen_webhook(w: dict[str, Any]) -> SeenWebhook:
    return _made(SeenWebhook, {
        "at": time_of(w["at"]),
        "event": w["event"],
        "payment": w.get("payment"),
        "result": w["result"],
        "sha256": w["sha256"],
        "source": w["source"],
    })


SeenWebhook._read = _read_seen_webhook


class ChainReply(View):
    """Reply of `set_chain`."""

    chain: WithdrawalChain
    """The chain."""

    replayed: bool
    """Whether nothing changed, or the key was used before for the same request."""


def _read_chain_reply(w: dict[str, Any]) -> ChainReply:
    return _made(ChainReply, {
        "chain": _read_withdrawal_chain(w["chain"]),
        "replayed": w["replayed"],
    })


ChainReply._read = _read_chain_reply


class WithdrawalChain(View):
    """A chain."""

    block_time: timedelta
    """How long a block takes."""

    bump_after: timedelta
    """How long a node has had a transaction before it is bumped."""

    bump_bps: int
    """By how much a bump raises both fees, in hundredths of a percent."""

    chain: str
    """Its name."""

    chain_id: str
    """Its number, as text."""

    endpoints: list[str]
    """The names of those who speak for it."""

    facts_ttl: timedelta
    """How long what is known of the chain is good."""

    fee_cap: str
    """The most for a unit of gas, in wei."""

    finality: Finality
    """When a block is final."""

    min_priority_fee: str
    """The least that is given on top of the base fee, in wei."""

    now: ChainFees | None
    """The price of gas; `null` until a quorum has said it."""

    quorum: int
    """How many must agree."""

    resend_after: timedelta
    """How long a transaction is unseen before it is sent again."""

    version: int
    """Counts its changes."""

    views: list[ChainEndpoint]
    """How its endpoints did."""

    watch: timedelta
    """How long what is final is still looked at."""


def _read_withdrawal_chain(w: dict[str, Any]) -> WithdrawalChain:
    return _made(WithdrawalChain, {
        "block_time": span_of(w["block_time"]),
        "bump_after": span_of(w["bump_after"]),
        "bump_bps": w["bump_bps"],
        "chain": w["chain"],
        "chain_id": w["chain_id"],
        "endpoints": w["endpoints"],
        "facts_ttl": span_of(w["facts_ttl"]),
        "fee_cap": w["fee_cap"],
        "finality": _read_finality(w["finality"]),
        "min_priority_fee": w["min_priority_fee"],
        "now": None if w.get("now") is None else _read_chain_fees(w["now"]),
        "quorum": w["quorum"],
        "resend_after": span_of(w["resend_after"]),
        "version": w["version"],
        "views": [_read_chain_endpoint(x) for x in w["views"]],
        "watch": span_of(w["watch"]),
    })


WithdrawalChain._read = _read_withdrawal_chain


class Finality(View):
    """When a block is final: by the tag or by the depth."""

    depth: int | None
    """So many blocks that stand on it; left out where `tag` is there."""

    tag: FinalityTag | None
    """The block that endpoints hold for final; left out where `depth` is there."""


def _read_finality(w: dict[str, Any]) -> Finality:
    return _made(Finality, {
        "depth": w.get("depth"),
        "tag": w.get("tag"),
    })


Finality._read = _read_finality


class ChainFees(View):
    """The price of gas on a chain, as a quorum said last."""

    at: datetime
    """When it was said."""

    base_fee: str
    """The base fee, in wei."""

    priority_fee: str
    """The priority fee that others pay, in wei."""


def _read_chain_fees(w: dict[str, Any]) -> ChainFees:
    return _made(ChainFees, {
        "at": time_of(w["at"]),
        "base_fee": w["base_fee"],
        "priority_fee": w["priority_fee"],
    })


ChainFees._read = _read_chain_fees


class ChainEndpoint(View):
    """How an endpoint did last."""

    at: datetime | None
    """When it answered last."""

    endpoint: str
    """Its name."""

    failures: int
    """How often in a row it failed."""

    head: str | None
    """The height of its newest block, as text."""

    status: str
    """How it did: `ok`, `failing`, `behind` or `wrong_chain`."""


def _read_chain_endpoint(w: dict[str, Any]) -> ChainEndpoint:
    return _made(ChainEndpoint, {
        "at": None if w.get("at") is None else time_of(w["at"]),
        "endpoint": w["endpoint"],
        "failures": w["failures"],
        "head": w.get("head"),
        "status": w["status"],
    })


ChainEndpoint._read = _read_chain_endpoint


class AssetReply(View):
    """Reply of `set_asset`."""

    asset: Asset
    """The asset."""

    replayed: bool
    """Whether nothing changed, or the key was used before for the same request."""


def _read_asset_reply(w: dict[str, Any]) -> AssetReply:
    return _made(AssetReply, {
        "asset": _read_asset(w["asset"]),
        "replayed": w["replayed"],
    })


AssetReply._read = _read_asset_reply


class Asset(View):
    """A currency on a chain."""

    currency: str
    """The currency."""

    kind: AssetKind
    """The kind of asset."""

    chain: str
    """The chain."""

    decimals: int
    """Its decimals."""

    fee: Money | None
    """The fee of a withdrawal, on top of its amount."""

    max: Money | None
    """The most that is withdrawn."""

    max_gas: int
    """The most gas that a payment may take."""

    min: Money | None
    """The least that is withdrawn."""

    reason: str | None
    """Why it was refused: its token has no `code`, or other `decimals`."""

    state: AssetState
    """Whether it may be withdrawn."""

    token: str | None
    """The address of its token."""

    version: int
    """Counts its changes."""


def _read_asset(w: dict[str, Any]) -> Asset:
    return _made(Asset, {
        "currency": w["currency"],
        "kind": w["kind"],
        "chain": w["chain"],
        "decimals": w["decimals"],
        "fee": None if w.get("fee") is None else money_of(w["fee"]),
        "max": None if w.get("max") is None else money_of(w["max"]),
        "max_gas": w["max_gas"],
        "min": None if w.get("min") is None else money_of(w["min"]),
        "reason": w.get("reason"),
        "state": w["state"],
        "token": w.get("token"),
        "version": w["version"],
    })


Asset._read = _read_asset


class LaneReply(View):
    """Reply of a change of a lane."""

    lane: Lane
    """The lane."""

    replayed: bool
    """Whether nothing changed, or the key was used before for the same request."""


def _read_lane_reply(w: dict[str, Any]) -> LaneReply:
    return _made(LaneReply, {
        "lane": _read_lane(w["lane"]),
        "replayed": w["replayed"],
    })


LaneReply._read = _read_lane_reply


class Lane(View):
    """A key on a chain, and its counter. Numbers of a chain are texts."""

    id: str
    """Its id."""

    address: str
    """Its address, with the checksum of EIP-55."""

    chain: str
    """The chain."""

    final_nonce: str | None
    """The highest nonce that is final."""

    in_flight: int
    """How many nonces are not final."""

    key: str
    """The key."""

    native: str | None
    """The coins of its address, in wei, as a quorum said last."""

    next_nonce: str
    """The nonce that it gives next."""

    promised: dict[str, Any]
    """The amounts promised to nonces in no block: `native` in wei, and tokens by currency."""

    reason: str | None
    """Why it is paused, or does not open yet."""

    state: LaneState
    """Its state."""

    tokens: dict[str, Any]
    """The tokens of its address, by currency, in their units."""

    version: int
    """Counts its changes."""

    window: int
    """How many of them may be in no block."""


def _read_lane(w: dict[str, Any]) -> Lane:
    return _made(Lane, {
        "id": w["id"],
        "address": w["address"],
        "chain": w["chain"],
        "final_nonce": w.get("final_nonce"),
        "in_flight": w["in_flight"],
        "key": w["key"],
        "native": w.get("native"),
        "next_nonce": w["next_nonce"],
        "promised": w["promised"],
        "reason": w.get("reason"),
        "state": w["state"],
        "tokens": w["tokens"],
        "version": w["version"],
        "window": w["window"],
    })


Lane._read = _read_lane


class WithdrawalRequested(View):
    """Reply of `request`."""

    balance: Balance
    """The present balance of the account."""

    replayed: bool
    """Whether the key was used before for the same request."""

    withdrawal: Withdrawal
    """The withdrawal."""


def _read_withdrawal_requested(w: dict[str, Any]) -> WithdrawalRequested:
    return _made(WithdrawalRequested, {
        "balance": _read_balance(w["balance"]),
        "replayed": w["replayed"],
        "withdrawal": _read_withdrawal(w["withdrawal"]),
    })


WithdrawalRequested._read = _read_withdrawal_requested


class Withdrawal(View):
    """A withdrawal. Numbers of a chain are texts."""

    id: str
    """Its id."""

    account: str
    """The account that pays."""

    amount: Money
    """The amount for the payee."""

    to: str
    """The address of the payee, with the checksum of EIP-55."""

    attempts: list[WithdrawalAttempt]
    """The tries at its nonce."""

    attention: Attention | None
    """Why people should look at it."""

    block: WithdrawalBlock | None
    """The block that it is in."""

    cancelling: bool
    """Whether it is given up: no payment is signed any more."""

    chain: str
    """The chain."""

    confirmations: int
    """How many blocks a quorum counts from its block on."""

    confirmed_at: datetime | None
    """When it was final."""

    created_at: datetime
    """When it was asked for."""

    failure: WithdrawalFailure | None
    """Why it failed."""

    fee: Money
    """The fee on top of the amount."""

    gas_paid: str | None
    """The cost of its gas, in wei."""

    give_up_at: datetime | None
    """When it is given up, without a nonce."""

    hash: str | None
    """The hash of its transaction: the final one, else the newest."""

    hold: str
    """The hold of the amount and the fee."""

    lane: str | None
    """The lane that sends it."""

    metadata: dict[str, Any]
    """The caller's own data."""

    nonce: str | None
    """Its nonce on that lane."""

    reference: str | None
    """The caller's own id."""

    requested_by: str
    """The actor who requested it."""

    state: WithdrawalState
    """Its state."""

    transfer: str | None
    """The newest transfer that it made."""

    unsettled: bool
    """Whether what was final is gone."""

    updated_at: datetime
    """When it last changed."""

    version: int
    """Counts its changes."""

    waiting: Waiting | None
    """The condition that it waits for."""


def _read_withdrawal(w: dict[str, Any]) -> Withdrawal:
    return _made(Withdrawal, {
        "id": w["id"],
        "account": w["account"],
        "amount": money_of(w["amount"]),
        "to": w["to"],
        "attempts": [_read_withdrawal_attempt(x) for x in w["attempts"]],
        "attention": None if w.get("attention") is None else _read_attention(w["attention"]),
        "block": None if w.get("block") is None else _read_withdrawal_block(w["block"]),
        "cancelling": w["cancelling"],
        "chain": w["chain"],
        "confirmations": w["confirmations"],
        "confirmed_at": None if w.get("confirmed_at") is None else time_of(w["confirmed_at"]),
        "created_at": time_of(w["created_at"]),
        "failure": None if w.get("failure") is None else _read_withdrawal_failure(w["failure"]),
        "fee": money_of(w["fee"]),
        "gas_paid": w.get("gas_paid"),
        "give_up_at": None if w.get("give_up_at") is None else time_of(w["give_up_at"]),
        "hash": w.get("hash"),
        "hold": w["hold"],
        "lane": w.get("lane"),
        "metadata": w["metadata"],
        "nonce": w.get("nonce"),
        "reference": w.get("reference"),
        "requested_by": w["requested_by"],
        "state": w["state"],
        "transfer": w.get("transfer"),
        "unsettled": w["unsettled"],
        "updated_at": time_of(w["updated_at"]),
        "version": w["version"],
        "waiting": w.get("waiting"),
    })


Withdrawal._read = _read_withdrawal


class WithdrawalAttempt(View):
    """One try at the nonce of a withdrawal. Numbers of a chain are texts."""

    kind: AttemptKind
    """The purpose of the attempt."""

    gas_limit: str
    """The gas that it may use up."""

    hash: str | None
    """The hash of its bytes, once they are signed."""

    max_fee_per_gas: str
    """The most for a unit of gas, in wei."""

    max_priority_fee_per_gas: str
    """The most of that for who makes the block, in wei."""

    number: int
    """Counts from 1."""

    outcome: BroadcastOutcome | None
    """The last answer of nodes to them."""

    sent_at: datetime | None
    """When a worker took them last, to send them."""

    signed_at: datetime | None
    """When its bytes were kept."""


def _read_withdrawal_attempt(w: dict[str, Any]) -> WithdrawalAttempt:
    return _made(WithdrawalAttempt, {
        "kind": w["kind"],
        "gas_limit": w["gas_limit"],
        "hash": w.get("hash"),
        "max_fee_per_gas": w["max_fee_per_gas"],
        "max_priority_fee_per_gas": w["max_priority_fee_per_gas"],
        "number": w["number"],
        "outcome": w.get("outcome"),
        "sent_at": None if w.get("sent_at") is None else time_of(w["sent_at"]),
        "signed_at": None if w.get("signed_at") is None else time_of(w["signed_at"]),
    })


WithdrawalAttempt._read = _read_withdrawal_attempt


class Attention(View):
    """Why people should look at a withdrawal."""

    kind: AttentionKind
    """Whether it may go away by itself."""

    code: AttentionCode
    """The reason."""

    since: datetime
    """Since when."""


def _read_attention(w: dict[str, Any]) -> Attention:
    return _made(Attention, {
        "kind": w["kind"],
        "code": w["code"],
        "since": time_of(w["since"]),
    })


Attention._read = _read_attention


class WithdrawalBlock(View):
    """The block that a withdrawal is in."""

    hash: str
    """Its hash."""

    number: str
    """Its number, as text."""


def _read_withdrawal_block(w: dict[str, Any]) -> WithdrawalBlock:
    return _made(WithdrawalBlock, {
        "hash": w["hash"],
        "number": w["number"],
    })


WithdrawalBlock._read = _read_withdrawal_block


class WithdrawalFailure(View):
    """Why a withdrawal failed."""

    code: str
    """`simulation_reverted`, `cancelled`, `expired`, `reverted`, `nonce_taken` or `not_paid`."""

    message: str | None
    """The message of a failed simulation."""


def _read_withdrawal_failure(w: dict[str, Any]) -> WithdrawalFailure:
    return _made(WithdrawalFailure, {
        "code": w["code"],
        "message": w.get("message"),
    })


WithdrawalFailure._read = _read_withdrawal_failure


class WithdrawalReply(View):
    """Reply of a change of a withdrawal."""

    replayed: bool
    """Whether nothing changed, or the key was used before for the same request."""

    withdrawal: Withdrawal
    """The withdrawal."""


def _read_withdrawal_reply(w: dict[str, Any]) -> WithdrawalReply:
    return _made(WithdrawalReply, {
        "replayed": w["replayed"],
        "withdrawal": _read_withdrawal(w["withdrawal"]),
    })


WithdrawalReply._read = _read_withdrawal_reply


class WithdrawalQuote(View):
    """The quote of a withdrawal."""

    amount: Money
    """The amount for the payee."""

    fee: Money
    """The fee on top of the amount."""

    gas_price: str | None
    """The present price of a unit of gas, in wei; `null` while nobody has said it."""

    held: Money
    """The sum of both, to be held."""

    network_fee: str | None
    """The gas that its transaction costs the lane at that price, in wei; of a token by an estimate."""

    waiting: Waiting | None
    """The condition that it would wait for now."""


def _read_withdrawal_quote(w: dict[str, Any]) -> WithdrawalQuote:
    return _made(WithdrawalQuote, {
        "amount": money_of(w["amount"]),
        "fee": money_of(w["fee"]),
        "gas_price": w.get("gas_price"),
        "held": money_of(w["held"]),
        "network_fee": w.get("network_fee"),
        "waiting": w.get("waiting"),
    })


WithdrawalQuote._read = _read_withdrawal_quote


class WithdrawalChoices(View):
    """Reply of `allowed_actions`."""

    actions: list[WithdrawalAction]
    """The actions, in the order of the table of transitions."""


def _read_withdrawal_choices(w: dict[str, Any]) -> WithdrawalChoices:
    return _made(WithdrawalChoices, {
        "actions": [_read_withdrawal_action(x) for x in w["actions"]],
    })


WithdrawalChoices._read = _read_withdrawal_choices


class WithdrawalAction(View):
    """An action that an actor can take on a withdrawal now."""

    to: WithdrawalState | None
    """The state that it leads to; `null` where the chain decides."""

    needs: list[str]
    """The fields that it needs beside the withdrawal."""

    trigger: str
    """The operation, without the service."""


def _read_withdrawal_action(w: dict[str, Any]) -> WithdrawalAction:
    return _made(WithdrawalAction, {
        "to": w.get("to"),
        "needs": w["needs"],
        "trigger": w["trigger"],
    })


WithdrawalAction._read = _read_withdrawal_action


class WithdrawalStats(View):
    """How many withdrawals there are, and how they went."""

    attention: dict[str, Any]
    """How many people should look at, by reason."""

    by_state: dict[str, Any]
    """How many are in each state."""

    confirmed: int
    """How many are paid."""

    error_rate: int | None
    """How many of a hundred that are over failed, in hundredths of a percent; `null` where none is over."""

    failed: int
    """How many failed."""

    gas_paid: dict[str, Any]
    """The total gas cost, in wei, by chain."""

    mean_seconds: int | None
    """How many seconds those took that are paid, on average."""

    oldest: datetime | None
    """Since when the oldest waits that is not over."""

    p95_seconds: int | None
    """How many seconds 95 of 100 of them took at most."""

    waiting: dict[str, Any]
    """How many wait for what."""


def _read_withdrawal_stats(w: dict[str, Any]) -> WithdrawalStats:
    return _made(WithdrawalStats, {
        "attention": w["attention"],
        "by_state": w["by_state"],
        "confirmed": w["confirmed"],
        "error_rate": w.get("error_rate"),
        "failed": w["failed"],
        "gas_paid": w["gas_paid"],
        "mean_seconds": w.get("mean_seconds"),
        "oldest": None if w.get("oldest") is None else time_of(w["oldest"]),
        "p95_seconds": w.get("p95_seconds"),
        "waiting": w["waiting"],
    })


WithdrawalStats._read = _read_withdrawal_stats


class PolicyReply(View):
    """Reply of `set_policy`."""

    policy: Policy
    """The policy."""

    replayed: bool
    """Whether the key was used before for the same request."""

    version: int
    """Version of the book's settings: it counts every change of any of them."""


def _read_policy_reply(w: dict[str, Any]) -> PolicyReply:
    return _made(PolicyReply, {
        "policy": _read_policy(w["policy"]),
        "replayed": w["replayed"],
        "version": w["version"],
    })


PolicyReply._read = _read_policy_reply


class Policy(View):
    """A policy: from this amount up, a call with this effect needs this many approvals."""

    id: str
    """Its name."""

    currency: str
    """Currency of the threshold."""

    approvers: int
    """How many different people must approve."""

    built_in: bool
    """Whether it comes from the options of the engine, and not from the book."""

    expires_in: timedelta
    """How long an approval stays open."""

    operation: str
    """The effect of the calls that it covers."""

    require: list[str]
    """The factors that the caller must prove."""

    role: str
    """The role in which they must act."""

    threshold: Money
    """From here up."""


def _read_policy(w: dict[str, Any]) -> Policy:
    return _made(Policy, {
        "id": w["id"],
        "currency": w["currency"],
        "approvers": w["approvers"],
        "built_in": w["built_in"],
        "expires_in": span_of(w["expires_in"]),
        "operation": w["operation"],
        "require": w["require"],
        "role": w["role"],
        "threshold": money_of(w["threshold"]),
    })


Policy._read = _read_policy


class PolicyRemoved(View):
    """Reply of `remove_policy`."""

    removed: str
    """The name of the policy that is gone."""

    replayed: bool
    """Whether the key was used before for the same request."""

    version: int
    """Version of the book's settings: it counts every change of any of them."""


def _read_policy_removed(w: dict[str, Any]) -> PolicyRemoved:
    return _made(PolicyRemoved, {
        "removed": w["removed"],
        "replayed": w["replayed"],
        "version": w["version"],
    })


PolicyRemoved._read = _read_policy_removed


class ApproveReply(View):
    """Reply of `approve`."""

    approval: Approval
    """The approval."""

    error: EarnestError | None
    """Why the call was refused; the consent stays, and this may be repeated until the approval expires."""

    executed: bool
    """Whether the call took place."""

    replayed: bool
    """Whether the key was used before for the same request."""

    reply: dict[str, Any] | None
    """The call's own reply, when it took place."""


def _read_approve_reply(w: dict[str, Any]) -> ApproveReply:
    return _made(ApproveReply, {
        "approval": _read_approval(w["approval"]),
        "error": None if w.get("error") is None else error_of(w["error"]),
        "executed": w["executed"],
        "replayed": w["replayed"],
        "reply": w.get("reply"),
    })


ApproveReply._read = _read_approve_reply


class Approval(View):
    """An approval."""

    id: str
    """Its id."""

    account: str
    """The account that gives most of the amount."""

    amount: Money
    """The amount that the call takes, of the currency that its policy is about."""

    approvals: list[Consent]
    """The actors who have approved, in their order."""

    commitment: Commitment | None
    """Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of
    an earlier version, which is held to its amount.
    """

    ended_at: datetime | None
    """When it was executed, rejected or expired."""

    expires_at: datetime
    """Its deadline: it must be given and used up before."""

    now: Foreseen | None
    """Its effect now, as a query answers while it is open; otherwise `null`."""

    operation: str
    """The operation that waits."""

    payload_hash: str
    """SHA-256 of its canonical request, hexadecimal."""

    policy: str
    """The policy that asks for it."""

    reason: str | None
    """Why."""

    rejected_by: str | None
    """The actor who rejected it."""

    request: dict[str, Any] | None
    """Its request, without key and actor; `null` when it was erased."""

    requested_at: datetime
    """When it was asked for."""

    requested_by: str
    """The requester: the call runs as this actor."""

    required: int
    """How many must approve."""

    result: ApprovalResult | None
    """The outcome of the call; `null` while it has not been tried."""

    role: str
    """In which role."""

    state: ApprovalState
    """Its state."""

    version: int
    """Counts every event."""


def _read_approval(w: dict[str, Any]) -> Approval:
    return _made(Approval, {
        "id": w["id"],
        "account": w["account"],
        "amount": money_of(w["amount"]),
        "approvals": [_read_consent(x) for x in w["approvals"]],
        "commitment": None if w.get("commitment") is None else _read_commitment(w["commitment"]),
        "ended_at": None if w.get("ended_at") is None else time_of(w["ended_at"]),
        "expires_at": time_of(w["expires_at"]),
        "now": None if w.get("now") is None else _read_foreseen(w["now"]),
        "operation": w["operation"],
        "payload_hash": w["payload_hash"],
        "policy": w["policy"],
        "reason": w.get("reason"),
        "rejected_by": w.get("rejected_by"),
        "request": w.get("request"),
        "requested_at": time_of(w["requested_at"]),
        "requested_by": w["requested_by"],
        "required": w["required"],
        "result": None if w.get("result") is None else _read_approval_result(w["result"]),
        "role": w["role"],
        "state": w["state"],
        "version": w["version"],
    })


Approval._read = _read_approval


class Consent(View):
    """An actor's approval."""

    actor: str
    """The actor."""

    at: datetime
    """When."""


def _read_consent(w: dict[str, Any]) -> Consent:
    return _made(Consent, {
        "actor": w["actor"],
        "at": time_of(w["at"]),
    })


Consent._read = _read_consent


class Foreseen(View):
    """The effect that a parked call would have now."""

    beyond: str | None
    """The first part of it that goes beyond what was asked for, for which it is refused: `currency`, `payer`,
    `payee`, `amount` or the name of a term.
    """

    commitment: Commitment | None
    """Its commitment; `null` where it would be refused."""

    error: str | None
    """The code that it would be refused with, before its gates."""


def _read_foreseen(w: dict[str, Any]) -> Foreseen:
    return _made(Foreseen, {
        "beyond": w.get("beyond"),
        "commitment": None if w.get("commitment") is None else _read_commitment(w["commitment"]),
        "error": w.get("error"),
    })


Foreseen._read = _read_foreseen


class ApprovalResult(View):
    """The outcome of the call that waited."""

    error: str | None
    """The code that it was refused with when it should have run last."""

    executed: bool
    """Whether it took place."""

    made: list[str]
    """The ids of what it made."""


def _read_approval_result(w: dict[str, Any]) -> ApprovalResult:
    return _made(ApprovalResult, {
        "error": w.get("error"),
        "executed": w["executed"],
        "made": w["made"],
    })


ApprovalResult._read = _read_approval_result


class ApprovalReply(View):
    """Reply of a change of an approval."""

    approval: Approval
    """The approval."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_approval_reply(w: dict[str, Any]) -> ApprovalReply:
    return _made(ApprovalReply, {
        "approval": _read_approval(w["approval"]),
        "replayed": w["replayed"],
    })


ApprovalReply._read = _read_approval_reply


class ValuePut(View):
    """Reply of `put`."""

    key_id: str
    """The key of the keyring that wraps the subject's data key."""

    name: str
    """The name of the value."""

    replayed: bool
    """Whether the key was used before for the same request."""

    subject: str
    """The subject."""

    version: int
    """Counts the values under this name, from 1."""


def _read_value_put(w: dict[str, Any]) -> ValuePut:
    return _made(ValuePut, {
        "key_id": w["key_id"],
        "name": w["name"],
        "replayed": w["replayed"],
        "subject": w["subject"],
        "version": w["version"],
    })


ValuePut._read = _read_value_put


class ValueRevealed(View):
    """Reply of `reveal`."""

    replayed: bool
    """Always false: what is shown once is not shown to a replay, which is `reply_not_kept`."""

    value: str
    """The value."""

    version: int
    """Counts the values under this name."""

    _hidden = frozenset({"value"})


def _read_value_revealed(w: dict[str, Any]) -> ValueRevealed:
    return _made(ValueRevealed, {
        "replayed": w["replayed"],
        "value": w["value"],
        "version": w["version"],
    })


ValueRevealed._read = _read_value_revealed


class SubjectExported(View):
    """Reply of `export`."""

    replayed: bool
    """Always false: what is shown once is not shown to a replay, which is `reply_not_kept`."""

    subject: str
    """The subject of the values."""

    values: list[ExportedValue]
    """Its values, in the order of their names."""


def _read_subject_exported(w: dict[str, Any]) -> SubjectExported:
    return _made(SubjectExported, {
        "replayed": w["replayed"],
        "subject": w["subject"],
        "values": [_read_exported_value(x) for x in w["values"]],
    })


SubjectExported._read = _read_subject_exported


class ExportedValue(View):
    """A value of a subject that was exported."""

    name: str
    """The name of the value."""

    value: str
    """The value."""

    version: int
    """Counts the values under this name."""

    _hidden = frozenset({"value"})


def _read_exported_value(w: dict[str, Any]) -> ExportedValue:
    return _made(ExportedValue, {
        "name": w["name"],
        "value": w["value"],
        "version": w["version"],
    })


ExportedValue._read = _read_exported_value


class SubjectForgotten(View):
    """Reply of `forget`."""

    forgotten: bool
    """Whether something was there, and is gone."""

    replayed: bool
    """Whether the key was used before for the same request."""

    subject: str
    """The subject that was forgotten."""


def _read_subject_forgotten(w: dict[str, Any]) -> SubjectForgotten:
    return _made(SubjectForgotten, {
        "forgotten": w["forgotten"],
        "replayed": w["replayed"],
        "subject": w["subject"],
    })


SubjectForgotten._read = _read_subject_forgotten


class SubjectsFound(View):
    """Reply of `find`."""

    next: str | None
    """Where the next page begins; `null` on the last."""

    subjects: list[str]
    """The subjects with this value, of a page in order."""


def _read_subjects_found(w: dict[str, Any]) -> SubjectsFound:
    return _made(SubjectsFound, {
        "next": w.get("next"),
        "subjects": w["subjects"],
    })


SubjectsFound._read = _read_subjects_found


class ValueListed(View):
    """A value of a subject by its name."""

    key_id: str
    """The key of the keyring that wraps the subject's data key."""

    name: str
    """The name of the value."""

    searchable: bool
    """Whether `find` finds it."""

    version: int
    """Counts the values under this name."""


def _read_value_listed(w: dict[str, Any]) -> ValueListed:
    return _made(ValueListed, {
        "key_id": w["key_id"],
        "name": w["name"],
        "searchable": w["searchable"],
        "version": w["version"],
    })


ValueListed._read = _read_value_listed


class WrappingKey(View):
    """A key of the keyring that a book rests on: one that wraps data keys, or the one of its index."""

    key_id: str
    """Its id, as the keyring has it."""

    missing: bool
    """Whether the keyring of the process that answers lacks it."""

    primary: bool
    """Whether it wraps new data keys."""

    purpose: str
    """`vault`: it wraps; `index`: names are found and proofs are checked by it."""

    wraps: int
    """How many data keys are wrapped with it."""


def _read_wrapping_key(w: dict[str, Any]) -> WrappingKey:
    return _made(WrappingKey, {
        "key_id": w["key_id"],
        "missing": w["missing"],
        "primary": w["primary"],
        "purpose": w["purpose"],
        "wraps": w["wraps"],
    })


WrappingKey._read = _read_wrapping_key


class KeysRotated(View):
    """Reply of `rotate`."""

    remaining: int
    """How many are still wrapped with another key than the current one: 0 when all was done."""

    replayed: bool
    """Always false: the same call again is made again."""

    rewrapped: int
    """How many data keys were wrapped anew."""


def _read_keys_rotated(w: dict[str, Any]) -> KeysRotated:
    return _made(KeysRotated, {
        "remaining": w["remaining"],
        "replayed": w["replayed"],
        "rewrapped": w["rewrapped"],
    })


KeysRotated._read = _read_keys_rotated


class PinUnlocked(View):
    """Reply of `unlock_pin`."""

    replayed: bool
    """Whether the key was used before for the same request."""

    subject: str
    """The subject: a user's id."""


def _read_pin_unlocked(w: dict[str, Any]) -> PinUnlocked:
    return _made(PinUnlocked, {
        "replayed": w["replayed"],
        "subject": w["subject"],
    })


PinUnlocked._read = _read_pin_unlocked


class TotpEnrolled(View):
    """Reply of `enrol_totp`. It is shown once."""

    qr_svg: str
    """The URI as a picture to scan, SVG."""

    recovery_codes: list[str]
    """Ten codes, each good once in place of a one-time code."""

    replayed: bool
    """Always false: what is shown once is not shown to a replay, which is `reply_not_kept`."""

    secret: str
    """The secret in base32, for those who cannot scan it."""

    uri: str
    """The same as a URI that applications on phones know."""

    warning: str | None
    """Why the secret that was given should be replaced soon, if it should: it is short."""

    _hidden = frozenset({"qr_svg", "recovery_codes", "secret", "uri"})


def _read_totp_enrolled(w: dict[str, Any]) -> TotpEnrolled:
    return _made(TotpEnrolled, {
        "qr_svg": w["qr_svg"],
        "recovery_codes": w["recovery_codes"],
        "replayed": w["replayed"],
        "secret": w["secret"],
        "uri": w["uri"],
        "warning": w.get("warning"),
    })


TotpEnrolled._read = _read_totp_enrolled


class TotpConfirmed(View):
    """Reply of `confirm_totp`."""

    replayed: bool
    """Whether the key was used before for the same request."""

    subject: str
    """The subject: a user's id."""


def _read_totp_confirmed(w: dict[str, Any]) -> TotpConfirmed:
    return _made(TotpConfirmed, {
        "replayed": w["replayed"],
        "subject": w["subject"],
    })


TotpConfirmed._read = _read_totp_confirmed


class TotpVerified(View):
    """Reply of `verify_totp`."""

    proof: str
    """The proof, which `proofs` of a call takes once, for two minutes."""

    recovery_code_used: bool
    """Whether it was a recovery code, of which there is one fewer now."""

    replayed: bool
    """Always false: what is shown once is not shown to a replay, which is `reply_not_kept`."""

    verified: bool
    """Always true: a wrong code is an error."""

    _hidden = frozenset({"proof"})


def _read_totp_verified(w: dict[str, Any]) -> TotpVerified:
    return _made(TotpVerified, {
        "proof": w["proof"],
        "recovery_code_used": w["recovery_code_used"],
        "replayed": w["replayed"],
        "verified": w["verified"],
    })


TotpVerified._read = _read_totp_verified


class PinSet(View):
    """Reply of `set_pin`."""

    must_change: bool
    """Whether its owner should set another one: an admin has set it in place of another."""

    replayed: bool
    """Always false: the same call again is made again."""

    subject: str
    """The subject: a user's id."""


def _read_pin_set(w: dict[str, Any]) -> PinSet:
    return _made(PinSet, {
        "must_change": w["must_change"],
        "replayed": w["replayed"],
        "subject": w["subject"],
    })


PinSet._read = _read_pin_set


class PinVerified(View):
    """Reply of `verify_pin`."""

    must_change: bool
    """Whether its owner should set another one."""

    proof: str
    """The proof, which `proofs` of a call takes once, for two minutes."""

    replayed: bool
    """Always false: the same call again is made again."""

    verified: bool
    """Always true: a wrong PIN is an error."""

    _hidden = frozenset({"proof"})


def _read_pin_verified(w: dict[str, Any]) -> PinVerified:
    return _made(PinVerified, {
        "must_change": w["must_change"],
        "proof": w["proof"],
        "replayed": w["replayed"],
        "verified": w["verified"],
    })


PinVerified._read = _read_pin_verified


class RuleReply(View):
    """Reply of `set_rule`."""

    replayed: bool
    """Whether the key was used before for the same request."""

    rule: Rule
    """The rule."""

    version: int
    """Version of the book's rules: it counts every change of any of them."""


def _read_rule_reply(w: dict[str, Any]) -> RuleReply:
    return _made(RuleReply, {
        "replayed": w["replayed"],
        "rule": _read_rule(w["rule"]),
        "version": w["version"],
    })


RuleReply._read = _read_rule_reply


class Rule(View):
    """A rule."""

    id: str
    """Its name."""

    from_: datetime | None
    """In force from then on."""

    action: str
    """Which calls it is about."""

    created_at: datetime
    """It counts from then on."""

    exact: bool
    """Whether no call too many may pass even where many share a subject. If not, transactions about one
    subject do not wait for each other, and those that are open at once may go over the limit together.
    """

    expires_in: timedelta | None
    """Of a review: how long it stays open."""

    factors: list[Factor]
    """Of a challenge: which factors; any that is enrolled if there is none."""

    generation: int
    """The number of what it counts: with a new one it has begun from zero."""

    limit: int | Money
    """So much passes: a whole number, or money."""

    message: str | None
    """A message for people."""

    metric: str
    """The metric that it counts."""

    outcome: Outcome
    """The outcome when it fires."""

    priority: int
    """Which refusal speaks first: the highest."""

    shadow: bool
    """Whether it only shows what it would do."""

    subject: str
    """About whom."""

    time_zone: str | None
    """Where midnight is, for `day` and `month`."""

    until: datetime | None
    """In force before then."""

    updated_at: datetime
    """When it was set last."""

    weight: int
    """The points that it adds to the score."""

    window: str | None
    """For how long that counts; `null` for `amount`."""

    _names = {"from_": "from"}


def _read_rule(w: dict[str, Any]) -> Rule:
    return _made(Rule, {
        "id": w["id"],
        "from_": None if w.get("from") is None else time_of(w["from"]),
        "action": w["action"],
        "created_at": time_of(w["created_at"]),
        "exact": w["exact"],
        "expires_in": None if w.get("expires_in") is None else span_of(w["expires_in"]),
        "factors": w["factors"],
        "generation": w["generation"],
        "limit": measure_of(w["limit"]),
        "message": w.get("message"),
        "metric": w["metric"],
        "outcome": w["outcome"],
        "priority": w["priority"],
        "shadow": w["shadow"],
        "subject": w["subject"],
        "time_zone": w.get("time_zone"),
        "until": None if w.get("until") is None else time_of(w["until"]),
        "updated_at": time_of(w["updated_at"]),
        "weight": w["weight"],
        "window": w.get("window"),
    })


Rule._read = _read_rule


class RateReply(View):
    """Reply of `set_rate`."""

    rate: Rate
    """The rate."""

    replayed: bool
    """Whether the key was used before for the same request."""

    version: int
    """Version of the book's rules: it counts every change of any of them."""


def _read_rate_reply(w: dict[str, Any]) -> RateReply:
    return _made(RateReply, {
        "rate": _read_rate(w["rate"]),
        "replayed": w["replayed"],
        "version": w["version"],
    })


RateReply._read = _read_rate_reply


class Rate(View):
    """A rate."""

    id: str
    """Its name."""

    action: str
    """Which calls it is about."""

    burst: int
    """How many at once after a pause."""

    created_at: datetime
    """When it was set first."""

    generation: int
    """The number of what it counts: with a new one it has begun from zero."""

    limit: int
    """How many calls in a span."""

    message: str | None
    """A message for people."""

    per: str
    """The span."""

    priority: int
    """Which refusal speaks first: the highest."""

    subject: str
    """About whom."""

    updated_at: datetime
    """When it was set last."""


def _read_rate(w: dict[str, Any]) -> Rate:
    return _made(Rate, {
        "id": w["id"],
        "action": w["action"],
        "burst": w["burst"],
        "created_at": time_of(w["created_at"]),
        "generation": w["generation"],
        "limit": w["limit"],
        "message": w.get("message"),
        "per": w["per"],
        "priority": w["priority"],
        "subject": w["subject"],
        "updated_at": time_of(w["updated_at"]),
    })


Rate._read = _read_rate


class RuleRemoved(View):
    """Reply of `remove_rule`."""

    removed: str
    """The name of the rule or the rate that is gone."""

    replayed: bool
    """Whether the key was used before for the same request."""

    version: int
    """Version of the book's rules: it counts every change of any of them."""


def _read_rule_removed(w: dict[str, Any]) -> RuleRemoved:
    return _made(RuleRemoved, {
        "removed": w["removed"],
        "replayed": w["replayed"],
        "version": w["version"],
    })


RuleRemoved._read = _read_rule_removed


class ThresholdsReply(View):
    """Reply of `set_thresholds`."""

    replayed: bool
    """Whether the key was used before for the same request."""

    thresholds: Thresholds
    """From which score on something follows."""

    version: int
    """Version of the book's rules: it counts every change of any of them."""


def _read_thresholds_reply(w: dict[str, Any]) -> ThresholdsReply:
    return _made(ThresholdsReply, {
        "replayed": w["replayed"],
        "thresholds": _read_thresholds(w["thresholds"]),
        "version": w["version"],
    })


ThresholdsReply._read = _read_thresholds_reply


class Thresholds(View):
    """From which score on something follows."""

    block: int | None
    """A refusal."""

    challenge: int | None
    """A further factor."""

    review: int | None
    """A look by people."""


def _read_thresholds(w: dict[str, Any]) -> Thresholds:
    return _made(Thresholds, {
        "block": w.get("block"),
        "challenge": w.get("challenge"),
        "review": w.get("review"),
    })


Thresholds._read = _read_thresholds


class ListReply(View):
    """Reply of `block`, `allow` and `unlist`."""

    entry: ListEntry
    """The entry."""

    replayed: bool
    """Whether the key was used before for the same request."""


def _read_list_reply(w: dict[str, Any]) -> ListReply:
    return _made(ListReply, {
        "entry": _read_list_entry(w["entry"]),
        "replayed": w["replayed"],
    })


ListReply._read = _read_list_reply


class ListEntry(View):
    """An entry of a list."""

    created_at: datetime
    """When it was listed first."""

    reason: str | None
    """Why; `null` when it was erased."""

    state: Listed
    """`blocked`, `allowed`, or `removed` from the lists."""

    subject: str
    """In which part of a call."""

    until: datetime | None
    """In force before then; `null` is for ever."""

    value: str | None
    """The listed value; `null` when it was erased."""

    version: int
    """Counts every change."""


def _read_list_entry(w: dict[str, Any]) -> ListEntry:
    return _made(ListEntry, {
        "created_at": time_of(w["created_at"]),
        "reason": w.get("reason"),
        "state": w["state"],
        "subject": w["subject"],
        "until": None if w.get("until") is None else time_of(w["until"]),
        "value": w.get("value"),
        "version": w["version"],
    })


ListEntry._read = _read_list_entry


class ReviewedReply(View):
    """Reply of `approve_review`."""

    error: EarnestError | None
    """Why the call was refused; this may be repeated until the review expires."""

    executed: bool
    """Whether the call took place."""

    replayed: bool
    """Whether the key was used before for the same request."""

    reply: dict[str, Any] | None
    """The call's own reply, when it took place."""

    review: Review
    """The review."""


def _read_reviewed_reply(w: dict[str, Any]) -> ReviewedReply:
    return _made(ReviewedReply, {
        "error": None if w.get("error") is None else error_of(w["error"]),
        "executed": w["executed"],
        "replayed": w["replayed"],
        "reply": w.get("reply"),
        "review": _read_review(w["review"]),
    })


ReviewedReply._read = _read_reviewed_reply


class Review(View):
    """A call that rules want people to look at first."""

    id: str
    """Its id."""

    account: str | None
    """The account that gives most of the amount; `null` where none gives anything."""

    amount: Money | None
    """The amount that the call takes, of one currency."""

    commitment: Commitment | None
    """Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of
    an earlier version, which is held to its amount.
    """

    created_at: datetime
    """When it was asked for first."""

    decided_by: str | None
    """The admin who decided."""

    expires_at: datetime
    """Its deadline."""

    now: Foreseen | None
    """Its effect now, as a query answers while it is open; otherwise `null`."""

    operation: str
    """The operation that waits."""

    reason: str | None
    """Why it was rejected."""

    request: dict[str, Any] | None
    """Its request, without key and actor; `null` when it was erased."""

    requested_by: str
    """The requester: the call runs as this actor."""

    result: ReviewResult | None
    """The outcome of the call; `null` while it has not been tried."""

    rules: list[str]
    """The rules that want it, the first to speak first."""

    state: ReviewState
    """Its state."""

    version: int
    """Counts every event."""


def _read_review(w: dict[str, Any]) -> Review:
    return _made(Review, {
        "id": w["id"],
        "account": w.get("account"),
        "amount": None if w.get("amount") is None else money_of(w["amount"]),
        "commitment": None if w.get("commitment") is None else _read_commitment(w["commitment"]),
        "created_at": time_of(w["created_at"]),
        "decided_by": w.get("decided_by"),
        "expires_at": time_of(w["expires_at"]),
        "now": None if w.get("now") is None else _read_foreseen(w["now"]),
        "operation": w["operation"],
        "reason": w.get("reason"),
        "request": w.get("request"),
        "requested_by": w["requested_by"],
        "result": None if w.get("result") is None else _read_review_result(w["result"]),
        "rules": w["rules"],
        "state": w["state"],
        "version": w["version"],
    })


Review._read = _read_review


class ReviewResult(View):
    """The outcome of a call that was parked."""

    error: str | None
    """The code that it was refused with when it should have run last."""

    executed: bool
    """Whether it took place."""

    made: list[str]
    """The ids of what it made."""


def _read_review_result(w: dict[str, Any]) -> ReviewResult:
    return _made(ReviewResult, {
        "error": w.get("error"),
        "executed": w["executed"],
        "made": w["made"],
    })


ReviewResult._read = _read_review_result


class ReviewReply(View):
    """Reply of `reject_review`."""

    replayed: bool
    """Whether the key was used before for the same request."""

    review: Review
    """The review."""


def _read_review_reply(w: dict[str, Any]) -> ReviewReply:
    return _made(ReviewReply, {
        "replayed": w["replayed"],
        "review": _read_review(w["review"]),
    })


ReviewReply._read = _read_review_reply


class PackReply(View):
    """Reply of `install_pack`."""

    leaves_open: list[str]
    """In which currencies none of its rules limits an amount: of `allowed_currencies`, or `*` for every other
    one where the engine allows all.
    """

    rates: list[Rate]
    """Its rates."""

    replayed: bool
    """Whether the key was used before for the same request."""

    rules: list[Rule]
    """The rules of the pack."""

    version: int
    """Version of the book's rules: it counts every change of any of them."""


def _read_pack_reply(w: dict[str, Any]) -> PackReply:
    return _made(PackReply, {
        "leaves_open": w["leaves_open"],
        "rates": [_read_rate(x) for x in w["rates"]],
        "replayed": w["replayed"],
        "rules": [_read_rule(x) for x in w["rules"]],
        "version": w["version"],
    })


PackReply._read = _read_pack_reply


class Rules(View):
    """Reply of `rules`: all of them on one page."""

    items: list[Rule]
    """The rules, in the order of their names."""

    next: str | None
    """Always `null`."""

    rates: list[Rate]
    """The rates, in the order of their names."""

    thresholds: Thresholds
    """From which score on something follows."""

    version: int
    """Counts every change of any of them."""

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    async def __aiter__(self) -> AsyncIterator[Rule]:
        for item in self.items:
            yield item


def _read_rules(w: dict[str, Any]) -> Rules:
    return _made(Rules, {
        "items": [_read_rule(x) for x in w["items"]],
        "next": w.get("next"),
        "rates": [_read_rate(x) for x in w["rates"]],
        "thresholds": _read_thresholds(w["thresholds"]),
        "version": w["version"],
    })


Rules._read = _read_rules


class Decision(View):
    """The verdict of rules and rates on a call."""

    id: str | None
    """Its id; `null` where nothing was decided, but only asked."""

    action: str
    """The operation that was judged."""

    allowed_by: str | None
    """The entry of a list that lifted it."""

    at: datetime
    """When."""

    factors: list[str] | None
    """The factors that the call must prove first, by policies or, where that is the outcome, by challenges:
    without them it is `factor_required`.
    """

    fired: list[Fired]
    """All that fired, the first to speak first."""

    outcome: Outcome
    """The strictest outcome."""

    retry_after: int | None
    """Whole seconds after which the call would pass if nothing else happened; `null` where no waiting helps
    or nothing refuses.
    """

    score: int
    """The weights of what fired and the host's own number, 0 to 100."""

    shadow: list[Fired]
    """The shadow rules that would have fired."""

    subject: str | None
    """The part of the call that the first rule is about."""


def _read_decision(w: dict[str, Any]) -> Decision:
    return _made(Decision, {
        "id": w.get("id"),
        "action": w["action"],
        "allowed_by": w.get("allowed_by"),
        "at": time_of(w["at"]),
        "factors": w.get("factors"),
        "fired": [_read_fired(x) for x in w["fired"]],
        "outcome": w["outcome"],
        "retry_after": w.get("retry_after"),
        "score": w["score"],
        "shadow": [_read_fired(x) for x in w["shadow"]],
        "subject": w.get("subject"),
    })


Decision._read = _read_decision


class Fired(View):
    """A rule or a rate that fired."""

    limit: int | Money
    """The limit: as `seen`."""

    message: str | None
    """Its message for people."""

    metric: str
    """Its metric; `rate` for a rate, `score` for a threshold."""

    outcome: Outcome
    """Its own outcome."""

    requested: int | Money
    """The part that the call would add: as `seen`."""

    rule: str
    """Its name; `score` for a threshold."""

    seen: int | Money
    """The part of the limit that was used before the call: a whole number, or money."""

    subject: str
    """About whom."""

    window: str | None
    """For how long it counts; `null` for `amount` and `score`."""


def _read_fired(w: dict[str, Any]) -> Fired:
    return _made(Fired, {
        "limit": measure_of(w["limit"]),
        "message": w.get("message"),
        "metric": w["metric"],
        "outcome": w["outcome"],
        "requested": measure_of(w["requested"]),
        "rule": w["rule"],
        "seen": measure_of(w["seen"]),
        "subject": w["subject"],
        "window": w.get("window"),
    })


Fired._read = _read_fired


class Profile(View):
    """The history of an account: its operations, disputes and refunds."""

    account: str
    """The account."""

    disputes: int
    """How many disputes there were about its deals: the 250 newest in which it buys, and as many in which it
    sells.
    """

    first_seen: datetime
    """When it was opened."""

    last_seen: datetime
    """When its newest entry was made."""

    operations: int
    """How many entries it has, in all currencies; of a streaming account at most 10,000 are counted."""

    refunds: int
    """In how many of these deals money went back to the buyer."""

    score: int
    """0 to 100: the share of its deals that were disputed, and half of the share in which money went back.
    Four deals that went well are added to everybody's, so that one dispute alone is no verdict.
    """

    trust: int
    """0 to 100: what the score leaves, at first no more than 50; it grows by one with every operation."""


def _read_profile(w: dict[str, Any]) -> Profile:
    return _made(Profile, {
        "account": w["account"],
        "disputes": w["disputes"],
        "first_seen": time_of(w["first_seen"]),
        "last_seen": time_of(w["last_seen"]),
        "operations": w["operations"],
        "refunds": w["refunds"],
        "score": w["score"],
        "trust": w["trust"],
    })


Profile._read = _read_profile


class KeyKept(View):
    """Reply of `create_key` and `import_key`."""

    address: str
    """Its address, with the checksum of EIP-55."""

    key: str
    """The id of the key, `ky_...`."""

    replayed: bool
    """Whether the idempotency key was used before for the same request."""


def _read_key_kept(w: dict[str, Any]) -> KeyKept:
    return _made(KeyKept, {
        "address": w["address"],
        "key": w["key"],
        "replayed": w["replayed"],
    })


KeyKept._read = _read_key_kept


class SigningKey(View):
    """A key that signs."""

    address: str
    """Its address, with the checksum of EIP-55."""

    created_at: datetime
    """When it was made, or brought here."""

    custody: str
    """The holder of the private key: `vault` or `host`."""

    key: str
    """Its id, `ky_...`."""

    label: str | None
    """Its label for people."""

    policy: dict[str, Any] | None
    """The policy, as the fields of `set_key_policy`; null while none limits the key."""

    signed: int
    """How many times something was signed with it."""

    version: int
    """Counts the changes of it."""


def _read_signing_key(w: dict[str, Any]) -> SigningKey:
    return _made(SigningKey, {
        "address": w["address"],
        "created_at": time_of(w["created_at"]),
        "custody": w["custody"],
        "key": w["key"],
        "label": w.get("label"),
        "policy": w.get("policy"),
        "signed": w["signed"],
        "version": w["version"],
    })


SigningKey._read = _read_signing_key


class SignatureCompleted(View):
    """Reply of `complete`."""

    digest: str
    """The 32 bytes that were signed."""

    signature: str
    """65 bytes: r, s in the lower half of its range, and 27 or 28."""

    transaction: TransactionSigned | None
    """The transaction, ready to be sent to a node, if it was one."""


def _read_signature_completed(w: dict[str, Any]) -> SignatureCompleted:
    return _made(SignatureCompleted, {
        "digest": w["digest"],
        "signature": w["signature"],
        "transaction": None if w.get("transaction") is None else _read_transaction_signed(w["transaction"]),
    })


SignatureCompleted._read = _read_signature_completed


class TransactionSigned(View):
    """Reply of `sign_transaction`: ready to be sent to a node."""

    from_: str
    """The signer's address."""

    hash: str
    """The id of the transaction."""

    r: str
    """The first number of the signature: `0x` and 64 digits."""

    raw: str
    """The bytes for a node."""

    replayed: bool
    """Always false: the same call again is made again."""

    s: str
    """The second, in the lower half of its range (EIP-2)."""

    v: str
    """chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity."""

    y_parity: int
    """0 or 1."""

    _names = {"from_": "from"}


def _read_transaction_signed(w: dict[str, Any]) -> TransactionSigned:
    return _made(TransactionSigned, {
        "from_": w["from"],
        "hash": w["hash"],
        "r": w["r"],
        "raw": w["raw"],
        "replayed": w["replayed"],
        "s": w["s"],
        "v": w["v"],
        "y_parity": w["y_parity"],
    })


TransactionSigned._read = _read_transaction_signed


class KeyAddress(View):
    """Reply of `address`."""

    address: str
    """Its address, with the checksum of EIP-55."""

    key: str
    """The id of the key."""


def _read_key_address(w: dict[str, Any]) -> KeyAddress:
    return _made(KeyAddress, {
        "address": w["address"],
        "key": w["key"],
    })


KeyAddress._read = _read_key_address


class AddressRecovered(View):
    """Reply of `recover`."""

    address: str
    """The signer's address, with the checksum of EIP-55."""


def _read_address_recovered(w: dict[str, Any]) -> AddressRecovered:
    return _made(AddressRecovered, {
        "address": w["address"],
    })


AddressRecovered._read = _read_address_recovered


class TransactionDecoded(View):
    """Reply of `decode_transaction`: the fields of `tx`, and the signature."""

    from_: str
    """The signer's address."""

    to: str | None
    """The recipient of the value and the call; null creates a contract."""

    access_list: list[StorageRead] | None
    """The addresses and slots that will be read (`eip2930`, `eip1559`); left out with `legacy`."""

    chain_id: str | None
    """The chain; null from before EIP-155, valid on every chain."""

    data: str
    """The input of the call, or the code of a new contract."""

    gas_limit: str
    """Gas that may be used up."""

    gas_price: str | None
    """Wei for a unit of gas (`legacy`, `eip2930`); left out with `eip1559`."""

    hash: str
    """The id of the transaction."""

    max_fee_per_gas: str | None
    """At most this many wei for a unit of gas (`eip1559`); left out with other types."""

    max_priority_fee_per_gas: str | None
    """Of these at most so many for whoever makes the block (`eip1559`); left out with other types."""

    nonce: str
    """How many transactions the address sent before."""

    r: str
    """The first number of the signature."""

    s: str
    """The second."""

    type: str
    """`legacy`, `eip2930` or `eip1559`."""

    v: str
    """chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity."""

    value: str
    """In wei."""

    y_parity: int
    """0 or 1."""

    _names = {"from_": "from"}


def _read_transaction_decoded(w: dict[str, Any]) -> TransactionDecoded:
    return _made(TransactionDecoded, {
        "from_": w["from"],
        "to": w.get("to"),
        "access_list": None if w.get("access_list") is None else [_read_storage_read(x) for x in w["access_list"]],
        "chain_id": w.get("chain_id"),
        "data": w["data"],
        "gas_limit": w["gas_limit"],
        "gas_price": w.get("gas_price"),
        "hash": w["hash"],
        "max_fee_per_gas": w.get("max_fee_per_gas"),
        "max_priority_fee_per_gas": w.get("max_priority_fee_per_gas"),
        "nonce": w["nonce"],
        "r": w["r"],
        "s": w["s"],
        "type": w["type"],
        "v": w["v"],
        "value": w["value"],
        "y_parity": w["y_parity"],
    })


TransactionDecoded._read = _read_transaction_decoded


class StorageRead(View):
    """An address with the storage of it that a transaction reads (EIP-2930)."""

    address: str
    """The contract."""

    storage_keys: list[str]
    """Its slots, 32 bytes each."""


def _read_storage_read(w: dict[str, Any]) -> StorageRead:
    return _made(StorageRead, {
        "address": w["address"],
        "storage_keys": w["storage_keys"],
    })


StorageRead._read = _read_storage_read


class CallData(View):
    """Reply of `erc20_transfer`: what a transaction that moves tokens carries."""

    to: str
    """The contract of the token."""

    data: str
    """The call."""


def _read_call_data(w: dict[str, Any]) -> CallData:
    return _made(CallData, {
        "to": w["to"],
        "data": w["data"],
    })


CallData._read = _read_call_data


class KeyPolicySet(View):
    """Reply of `set_key_policy`: the key, as it is from then on."""

    address: str
    """Its address, with the checksum of EIP-55."""

    created_at: datetime
    """When it was made, or brought here."""

    custody: str
    """The holder of the private key: `vault` or `host`."""

    key: str
    """Its id, `ky_...`."""

    label: str | None
    """Its label for people."""

    policy: dict[str, Any] | None
    """The policy, as the fields of `set_key_policy`."""

    replayed: bool
    """Always false: the same call again is made again."""

    signed: int
    """How many times something was signed with it."""

    version: int
    """Counts the changes of it."""


def _read_key_policy_set(w: dict[str, Any]) -> KeyPolicySet:
    return _made(KeyPolicySet, {
        "address": w["address"],
        "created_at": time_of(w["created_at"]),
        "custody": w["custody"],
        "key": w["key"],
        "label": w.get("label"),
        "policy": w.get("policy"),
        "replayed": w["replayed"],
        "signed": w["signed"],
        "version": w["version"],
    })


KeyPolicySet._read = _read_key_policy_set


class SignaturePrepared(View):
    """Reply of `prepare`."""

    from_: str
    """The address whose key is to sign them."""

    digest: str
    """The 32 bytes to be signed."""

    replayed: bool
    """Always false: the same call again is made again."""

    _names = {"from_": "from"}


def _read_signature_prepared(w: dict[str, Any]) -> SignaturePrepared:
    return _made(SignaturePrepared, {
        "from_": w["from"],
        "digest": w["digest"],
        "replayed": w["replayed"],
    })


SignaturePrepared._read = _read_signature_prepared


class DigestSigned(View):
    """Reply of `sign_message` and `sign_typed_data`."""

    digest: str
    """The 32 bytes that were signed (EIP-191, EIP-712)."""

    replayed: bool
    """Always false: the same call again is made again."""

    signature: str
    """65 bytes: r, s, and 27 or 28."""


def _read_digest_signed(w: dict[str, Any]) -> DigestSigned:
    return _made(DigestSigned, {
        "digest": w["digest"],
        "replayed": w["replayed"],
        "signature": w["signature"],
    })


DigestSigned._read = _read_digest_signed


class SinkReply(View):
    """Reply of the writes about a sink."""

    replayed: bool
    """Whether this step was taken before."""

    sink: Sink
    """The sink."""


def _read_sink_reply(w: dict[str, Any]) -> SinkReply:
    return _made(SinkReply, {
        "replayed": w["replayed"],
        "sink": _read_sink(w["sink"]),
    })


SinkReply._read = _read_sink_reply


class Sink(View):
    """A named reader of the log."""

    created_at: datetime
    """When it was made."""

    fence: int
    """The number of its newest batch."""

    leased_until: datetime | None
    """Until when the newest batch belongs to its holder; `null` when it was reported on."""

    max_attempts: int
    """How often an event may fail before its object is parked."""

    name: str
    """Its name."""

    retry_at: datetime | None
    """It rests until then."""

    seq: int
    """The place in the sequence up to which everything is settled."""

    types: list[str]
    """The types of events that it wants; none is all."""

    version: int
    """Counts every change."""


def _read_sink(w: dict[str, Any]) -> Sink:
    return _made(Sink, {
        "created_at": time_of(w["created_at"]),
        "fence": w["fence"],
        "leased_until": None if w.get("leased_until") is None else time_of(w["leased_until"]),
        "max_attempts": w["max_attempts"],
        "name": w["name"],
        "retry_at": None if w.get("retry_at") is None else time_of(w["retry_at"]),
        "seq": w["seq"],
        "types": w["types"],
        "version": w["version"],
    })


Sink._read = _read_sink


class ParkedReply(View):
    """Reply of `events.unpark`."""

    parked: Parked
    """The object."""

    replayed: bool
    """Whether this step was taken before."""


def _read_parked_reply(w: dict[str, Any]) -> ParkedReply:
    return _made(ParkedReply, {
        "parked": _read_parked(w["parked"]),
        "replayed": w["replayed"],
    })


ParkedReply._read = _read_parked_reply


class Parked(View):
    """An object that a sink has left behind."""

    after_seq: int
    """Its events after this place are left behind."""

    attempts: int
    """How often the first of them has failed."""

    created_at: datetime
    """When an event of the object failed for the first time."""

    last_error: str | None
    """The newest error."""

    object: str
    """The kind of object."""

    object_id: str
    """The object's id."""

    retry_at: datetime | None
    """When they are delivered again."""

    sink: str
    """The sink."""

    state: SinkState
    """`waiting`: its events are delivered again by themselves; `parked`: they wait for a person; `clear`:
    nothing is left behind.
    """

    version: int
    """Counts every change."""


def _read_parked(w: dict[str, Any]) -> Parked:
    return _made(Parked, {
        "after_seq": w["after_seq"],
        "attempts": w["attempts"],
        "created_at": time_of(w["created_at"]),
        "last_error": w.get("last_error"),
        "object": w["object"],
        "object_id": w["object_id"],
        "retry_at": None if w.get("retry_at") is None else time_of(w["retry_at"]),
        "sink": w["sink"],
        "state": w["state"],
        "version": w["version"],
    })


Parked._read = _read_parked


class Chain(View):
    """The chain of a book, recomputed."""

    broken_at: int | None
    """The first sequence number that is wrong."""

    events: int
    """How many events were read."""

    head: Head
    """The newest link: keep it elsewhere to find a cut tail later."""

    ok: bool
    """Whether every link is right and none is missing."""


def _read_chain(w: dict[str, Any]) -> Chain:
    return _made(Chain, {
        "broken_at": w.get("broken_at"),
        "events": w["events"],
        "head": _read_head(w["head"]),
        "ok": w["ok"],
    })


Chain._read = _read_chain


class Head(View):
    """The newest link of a chain."""

    hash: str
    """Its hash, hexadecimal."""

    seq: int
    """Its sequence number."""


def _read_head(w: dict[str, Any]) -> Head:
    return _made(Head, {
        "hash": w["hash"],
        "seq": w["seq"],
    })


Head._read = _read_head


class StateHash(View):
    """The hash of the whole state of a book."""

    hash: str
    """SHA-256, hexadecimal: equal on every store for equal money, holds, transfers and records."""

    rows: int
    """How many accounts, transfers, holds and records went into it."""


def _read_state_hash(w: dict[str, Any]) -> StateHash:
    return _made(StateHash, {
        "hash": w["hash"],
        "rows": w["rows"],
    })


StateHash._read = _read_state_hash


class SinkStatus(View):
    """A sink, and how far behind it is."""

    lag: int
    """How many events of the book come after its place, wanted or not."""

    parked: int
    """How many objects it left behind that wait for a person; 1,000 are counted."""

    sink: Sink
    """The sink."""

    waiting: int
    """How many objects it left behind that are delivered again by themselves; 1,000 are counted."""


def _read_sink_status(w: dict[str, Any]) -> SinkStatus:
    return _made(SinkStatus, {
        "lag": w["lag"],
        "parked": w["parked"],
        "sink": _read_sink(w["sink"]),
        "waiting": w["waiting"],
    })


SinkStatus._read = _read_sink_status


class Replayed(View):
    """A read-only copy that was made from the log of a book."""

    events: int
    """How many events were applied."""

    hash: str
    """The hash of the state of the copy, as `events.state_hash` returns it: equal to that of the book itself."""

    head: Head
    """The newest link of the copy's chain."""

    rows: int
    """How many accounts, transfers, holds and records went into it."""


def _read_replayed(w: dict[str, Any]) -> Replayed:
    return _made(Replayed, {
        "events": w["events"],
        "hash": w["hash"],
        "head": _read_head(w["head"]),
        "rows": w["rows"],
    })


Replayed._read = _read_replayed


class Batch(View):
    """Events that were taken."""

    again: bool
    """All of them are of one object that had been left behind."""

    events: list[Event]
    """The events, in the order of the sequence."""

    fence: int | None
    """The number of the batch, for the report on it; `null` when there is none: nothing new has happened,
    somebody else has a batch, or the sink rests.
    """

    leased_until: datetime | None
    """Until when they belong to the caller."""

    more: bool
    """Whether there may be more at once."""

    seq: int
    """The place to report when everything is done."""

    wait_until: datetime | None
    """Why there is no batch, if that will change at a known time: somebody has one until then, or the sink
    rests.
    """


def _read_batch(w: dict[str, Any]) -> Batch:
    return _made(Batch, {
        "again": w["again"],
        "events": [_read_event(x) for x in w["events"]],
        "fence": w.get("fence"),
        "leased_until": None if w.get("leased_until") is None else time_of(w["leased_until"]),
        "more": w["more"],
        "seq": w["seq"],
        "wait_until": None if w.get("wait_until") is None else time_of(w["wait_until"]),
    })


Batch._read = _read_batch


class JobReply(View):
    """Reply of the writes about a job."""

    job: Job
    """The job."""

    replayed: bool
    """Whether this step was taken before."""


def _read_job_reply(w: dict[str, Any]) -> JobReply:
    return _made(JobReply, {
        "job": _read_job(w["job"]),
        "replayed": w["replayed"],
    })


JobReply._read = _read_job_reply


class Job(View):
    """Something to do outside."""

    id: str
    """Its id."""

    kind: str
    """The kind of work."""

    attempts: int
    """How often it was leased."""

    book: str
    """Its book: report on it there."""

    created_at: datetime
    """When it was written."""

    discarded: bool
    """Whether it was ended without being done."""

    fence: int
    """The number of the newest lease: a report names it."""

    key: str
    """The key to send outside: fixed when the job was written, the same at every attempt."""

    last_error: str | None
    """The newest error."""

    leased_until: datetime | None
    """When the lease ends."""

    max_attempts: int
    """How often it may be leased before it is dead."""

    payload: Json
    """The work."""

    result: Json
    """The result."""

    run_at: datetime
    """Not before this time."""

    state: JobState
    """`queued`, `leased`, `done` or `dead`."""

    version: int
    """Counts every change."""

    _hidden = frozenset({"payload", "result"})


def _read_job(w: dict[str, Any]) -> Job:
    return _made(Job, {
        "id": w["id"],
        "kind": w["kind"],
        "attempts": w["attempts"],
        "book": w["book"],
        "created_at": time_of(w["created_at"]),
        "discarded": w["discarded"],
        "fence": w["fence"],
        "key": w["key"],
        "last_error": w.get("last_error"),
        "leased_until": None if w.get("leased_until") is None else time_of(w["leased_until"]),
        "max_attempts": w["max_attempts"],
        "payload": w["payload"],
        "result": w["result"],
        "run_at": time_of(w["run_at"]),
        "state": w["state"],
        "version": w["version"],
    })


Job._read = _read_job


class JobStats(View):
    """How many jobs a book has."""

    dead: int
    """Failed as often as they may."""

    done: int
    """Over: done, or discarded."""

    kinds: list[KindStats]
    """The same by kind."""

    leased: int
    """Leased, including expired leases."""

    oldest_due: datetime | None
    """Since when the oldest one could be taken; `null` when none can be."""

    queued: int
    """Waiting."""


def _read_job_stats(w: dict[str, Any]) -> JobStats:
    return _made(JobStats, {
        "dead": w["dead"],
        "done": w["done"],
        "kinds": [_read_kind_stats(x) for x in w["kinds"]],
        "leased": w["leased"],
        "oldest_due": None if w.get("oldest_due") is None else time_of(w["oldest_due"]),
        "queued": w["queued"],
    })


JobStats._read = _read_job_stats


class KindStats(View):
    """How many jobs of a kind a book has."""

    kind: str
    """The kind."""

    dead: int
    """Failed as often as they may."""

    done: int
    """Over."""

    leased: int
    """Taken."""

    queued: int
    """Waiting."""


def _read_kind_stats(w: dict[str, Any]) -> KindStats:
    return _made(KindStats, {
        "kind": w["kind"],
        "dead": w["dead"],
        "done": w["done"],
        "leased": w["leased"],
        "queued": w["queued"],
    })


KindStats._read = _read_kind_stats


class Leased(View):
    """Reply of `jobs.lease`."""

    jobs: list[Job]
    """The jobs that are the caller's now, the oldest first."""


def _read_leased(w: dict[str, Any]) -> Leased:
    return _made(Leased, {
        "jobs": [_read_job(x) for x in w["jobs"]],
    })


Leased._read = _read_leased


class Ran(View):
    """The result of `jobs.run_due`."""

    holds: int
    """Holds that ended."""

    jobs: int
    """Jobs that this process's handlers were given, whether or not they worked."""

    timers: int
    """Timers of records that did something."""


def _read_ran(w: dict[str, Any]) -> Ran:
    return _made(Ran, {
        "holds": w["holds"],
        "jobs": w["jobs"],
        "timers": w["timers"],
    })


Ran._read = _read_ran


class KeyOutcome(View):
    """The call that a key was used for."""

    at: datetime | None
    """When."""

    key: str
    """The key."""

    made: list[str]
    """The ids that it made; of a call that is not accepted, the id of the approval or the review."""

    operation: str | None
    """The operation; `null` when nothing happened under the key."""

    outcome: str
    """`accepted`; `approval_required` or `review_required` while the call waits for people; `rejected` once
    they have refused it; `expired` once their time has passed, so that the same call may ask again;
    `unknown` when nothing happened under the key.
    """


def _read_key_outcome(w: dict[str, Any]) -> KeyOutcome:
    return _made(KeyOutcome, {
        "at": None if w.get("at") is None else time_of(w["at"]),
        "key": w["key"],
        "made": w["made"],
        "operation": w.get("operation"),
        "outcome": w["outcome"],
    })


KeyOutcome._read = _read_key_outcome


class Health(View):
    """The health of an engine and its store."""

    checks: list[HealthCheck]
    """The checks."""

    status: str
    """The worst of the checks."""


def _read_health(w: dict[str, Any]) -> Health:
    return _made(Health, {
        "checks": [_read_health_check(x) for x in w["checks"]],
        "status": w["status"],
    })


Health._read = _read_health


class HealthCheck(View):
    """One check of health or verification."""

    detail: str
    """The finding."""

    name: str
    """The name of the check."""

    status: str
    """`healthy`, `warning` or `critical`."""


def _read_health_check(w: dict[str, Any]) -> HealthCheck:
    return _made(HealthCheck, {
        "detail": w["detail"],
        "name": w["name"],
        "status": w["status"],
    })


HealthCheck._read = _read_health_check


class Verify(View):
    """Every invariant, recomputed."""

    checks: list[VerifyCheck]
    """The checks."""

    heads: list[BookHead]
    """The newest link of every book: keep them elsewhere, and give the one of a book to a later verification
    as `anchor`.
    """

    ok: bool
    """Whether all hold."""


def _read_verify(w: dict[str, Any]) -> Verify:
    return _made(Verify, {
        "checks": [_read_verify_check(x) for x in w["checks"]],
        "heads": [_read_book_head(x) for x in w["heads"]],
        "ok": w["ok"],
    })


Verify._read = _read_verify


class VerifyCheck(View):
    """One invariant, recomputed."""

    examined: int
    """How many rows were examined."""

    found: list[str]
    """The errors found, at most 20: what and where."""

    name: str
    """Its name."""

    ok: bool
    """Whether it holds."""


def _read_verify_check(w: dict[str, Any]) -> VerifyCheck:
    return _made(VerifyCheck, {
        "examined": w["examined"],
        "found": w["found"],
        "name": w["name"],
        "ok": w["ok"],
    })


VerifyCheck._read = _read_verify_check


class BookHead(View):
    """The newest link of a book's chain."""

    book: str
    """The book."""

    hash: str
    """Its hash, hexadecimal."""

    seq: int
    """Its sequence number."""


def _read_book_head(w: dict[str, Any]) -> BookHead:
    return _made(BookHead, {
        "book": w["book"],
        "hash": w["hash"],
        "seq": w["seq"],
    })


BookHead._read = _read_book_head


class ClockConfirmed(View):
    """A clock that was confirmed to be right."""

    expected: datetime | None
    """The time that it should have shown by the time that has passed, if it had jumped."""

    now: datetime
    """The time that it shows."""


def _read_clock_confirmed(w: dict[str, Any]) -> ClockConfirmed:
    return _made(ClockConfirmed, {
        "expected": None if w.get("expected") is None else time_of(w["expected"]),
        "now": time_of(w["now"]),
    })


ClockConfirmed._read = _read_clock_confirmed


class Erased(View):
    """The result of `admin.erase_context`."""

    erased: int
    """From how many events something was erased."""


def _read_erased(w: dict[str, Any]) -> Erased:
    return _made(Erased, {
        "erased": w["erased"],
    })


Erased._read = _read_erased


class Timeline(View):
    """A timeline that has begun."""

    previous: str
    """The one before."""

    store: str
    """The store."""

    timeline: str
    """The timeline: links of the chain and receipts carry it from now on."""


def _read_timeline(w: dict[str, Any]) -> Timeline:
    return _made(Timeline, {
        "previous": w["previous"],
        "store": w["store"],
        "timeline": w["timeline"],
    })


Timeline._read = _read_timeline


class Copied(View):
    """A copy that was made."""

    bytes: int
    """Its size."""

    path: str
    """The file."""


def _read_copied(w: dict[str, Any]) -> Copied:
    return _made(Copied, {
        "bytes": w["bytes"],
        "path": w["path"],
    })


Copied._read = _read_copied


class Metrics(View):
    """The metrics of a process."""

    content_type: str
    """Its media type, for the header of an answer over HTTP."""

    text: str
    """The text, as Prometheus reads it."""


def _read_metrics(w: dict[str, Any]) -> Metrics:
    return _made(Metrics, {
        "content_type": w["content_type"],
        "text": w["text"],
    })


Metrics._read = _read_metrics


class Stats(View):
    """Counts of a store and of this process."""

    accepted: int
    """Accepted and refused calls of this process."""

    events: int
    """Sequenced events of the book."""

    queued: int
    """Commands waiting or running in this process."""

    refused: int
    """Refused calls of this process."""

    store: str
    """Name of the store."""


def _read_stats(w: dict[str, Any]) -> Stats:
    return _made(Stats, {
        "accepted": w["accepted"],
        "events": w["events"],
        "queued": w["queued"],
        "refused": w["refused"],
        "store": w["store"],
    })


Stats._read = _read_stats


#: Where a call comes from: ids for tracing and facts for rules. Not part of what makes two requests the same.
Trace = TypedDict(
    "Trace",
    {
        "causation_id": str | None,
        "correlation_id": str | None,
        "device": str | None,
        "ip": str | None,
        "traceparent": str | None,
    },
    total=False,
)


#: One leg of a posting.
Leg = TypedDict(
    "Leg",
    {
        "account": str,
        "amount": Money | str,
    },
    total=False,
)


#: One call of a batch.
BatchOp = TypedDict(
    "BatchOp",
    {
        "args": Mapping[str, Any],
        "op": str,
    },
    total=False,
)


#: A fee. It is `floor(price * bps / 10,000)`, or a fixed amount. Where fees and splits are the whole price, the largest of them, of equals the last, gets what rounding leaves over.
FeeTerm = TypedDict(
    "FeeTerm",
    {
        "amount": Money | str | None,
        "bps": int | None,
        "from": Side | str | None,
        "to": str,
    },
    total=False,
)


#: A part of the price that `release_part` releases by its name.
MilestoneTerm = TypedDict(
    "MilestoneTerm",
    {
        "amount": Money | str | None,
        "bps": int | None,
        "name": str,
    },
    total=False,
)


#: A third party's share of what the seller gets. Where fees and splits are the whole price, the largest of them, of equals the last, gets what rounding leaves over.
SplitTerm = TypedDict(
    "SplitTerm",
    {
        "amount": Money | str | None,
        "bps": int | None,
        "to": str,
    },
    total=False,
)


#: When a gateway counts as down.
BreakerTerms = TypedDict(
    "BreakerTerms",
    {
        "failures": int | None,
        "pause": timedelta | str | None,
    },
    total=False,
)


#: Why a gateway did not do what it was asked for.
FailureInput = TypedDict(
    "FailureInput",
    {
        "code": FailureCode | str,
        "gateway_code": str | None,
        "retry": FailureRetry | str | None,
    },
    total=False,
)


#: The terms of the deals by which an offer is sold, in place of a payment to the seller at once.
DealTerms = TypedDict(
    "DealTerms",
    {
        "deliver_within": timedelta | str | None,
        "fees": Sequence[FeeTerm] | None,
        "inspection": timedelta | str | None,
        "require_acceptance": bool | None,
        "ship_within": timedelta | str | None,
        "shipping": bool | None,
        "splits": Sequence[SplitTerm] | None,
    },
    total=False,
)


#: The discount of a promo: `bps` or `amount`.
DiscountTerms = TypedDict(
    "DiscountTerms",
    {
        "amount": Money | str | None,
        "bps": int | None,
    },
    total=False,
)


#: When a block is final: `tag` or `depth`.
FinalityTerms = TypedDict(
    "FinalityTerms",
    {
        "depth": int | None,
        "tag": FinalityTag | str | None,
    },
    total=False,
)


#: The call that a proof is for: the proof is good for no other.
ProofFor = TypedDict(
    "ProofFor",
    {
        "args": Mapping[str, Any],
        "operation": str,
    },
    total=False,
)


#: An address with the storage of it that a transaction reads (EIP-2930).
AccessEntry = TypedDict(
    "AccessEntry",
    {
        "address": str,
        "storage_keys": Sequence[str],
    },
    total=False,
)


#: A transaction to sign. Without `type`, the fields say what it is.
TransactionFields = TypedDict(
    "TransactionFields",
    {
        "access_list": Sequence[AccessEntry] | None,
        "chain_id": str,
        "data": str | None,
        "gas_limit": str,
        "gas_price": str | None,
        "max_fee_per_gas": str | None,
        "max_priority_fee_per_gas": str | None,
        "nonce": str,
        "to": str | None,
        "type": str | None,
        "value": str,
    },
    total=False,
)


#: A function of a contract that a key may call.
CallAllowed = TypedDict(
    "CallAllowed",
    {
        "selector": str,
        "to": str,
    },
    total=False,
)


#: A token that a key may move, in its smallest unit.
TokenLimit = TypedDict(
    "TokenLimit",
    {
        "daily_value": str | None,
        "max_value": str | None,
        "token": str,
    },
    total=False,
)


#: Typed data that a key may sign.
TypedDataAllowed = TypedDict(
    "TypedDataAllowed",
    {
        "primary_type": str,
        "verifying_contract": str,
    },
    total=False,
)


#: An event that could not be taken.
FailedEvent = TypedDict(
    "FailedEvent",
    {
        "error": str,
        "permanent": bool | None,
        "seq": int,
    },
    total=False,
)
