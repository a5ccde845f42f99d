"""The services, blocking: a method for every operation.

Made from the contract by `bindings-shared/generator` (@generated): do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from earnest import _views as v
from earnest._json import JsonInput
from earnest._money import Money
from earnest._runner import Runner, SyncPage, more, paged
from earnest._secret import Secret
from earnest._wire import Actor

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from earnest._common import Common, Keyed


class Ledger:
    """The operations of `ledger`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def open_account(
        self,
        account: str,
        *,
        currency: str,
        display_name: str | None = None,
        kind: str | None = None,
        overdraft_limit: Money | str | None = None,
        owner: str | None = None,
        streaming: bool | None = None,
        **common: Unpack[Keyed],
    ) -> v.AccountReply:
        """Opens an account in one currency.

        `account`: The caller's own name for it: 1 to 128 of `A-Z a-z 0-9 . _ : -`.
        `currency`: Its currency.
        `display_name`: Name for people; `search` finds it by prefix.
        `kind`: A label of the caller's, such as `customer`.
        `overdraft_limit`: How far below zero it may go.
        `owner`: Its owner's id.
        `streaming`: Credits append instead of locking the row: for accounts that everybody pays into.
            Fixed at birth.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`, `account_exists`, `overflow`, `factor_required`, `idempotency_mismatch`,
        `key_not_found`.
        """
        args = {
            "account": account,
            "currency": currency,
            "display_name": display_name,
            "kind": kind,
            "overdraft_limit": overdraft_limit,
            "owner": owner,
            "streaming": streaming,
            **more(common),
        }
        return v._read_account_reply(self._runner.call("ledger.open_account", args))

    def update_account(
        self,
        account: str,
        *,
        currency: str | None = None,
        display_name: str | None = None,
        kind: str | None = None,
        overdraft_limit: Money | str | None = None,
        owner: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.AccountReply:
        """Changes label, owner, name, overdraft limit, reference or metadata of an account.

        `account`: The account.
        `currency`: Its currency; when absent the default one of the engine, else the only one that the
            account has.
        `display_name`: Name for people.
        `kind`: A label of the caller's.
        `overdraft_limit`: How far below zero it may go; never below what is used already.
        `owner`: Its owner's id.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`, `account_not_found`, `account_closed`, `overflow`, `condition_not_met`,
        `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "account": account,
            "currency": currency,
            "display_name": display_name,
            "kind": kind,
            "overdraft_limit": overdraft_limit,
            "owner": owner,
            **more(common),
        }
        return v._read_account_reply(self._runner.call("ledger.update_account", args))

    def lock_account(
        self,
        account: str,
        *,
        currency: str | None = None,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.AccountReply:
        """Locks an account: no new debit, credit or hold; what is owed to it still settles, and staff capture
        its holds.

        `account`: The account.
        `currency`: Its currency; when absent the default one of the engine, else the only one that the
            account has.
        `reason`: Why; kept with the event as a salted hash.

        Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
        `account_locked`, `account_closed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
        `key_not_found`.
        """
        args = {
            "account": account,
            "currency": currency,
            "reason": reason,
            **more(common),
        }
        return v._read_account_reply(self._runner.call("ledger.lock_account", args))

    def unlock_account(
        self,
        account: str,
        *,
        currency: str | None = None,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.AccountReply:
        """Unlocks an account, or opens a closed one again that was paid what it was owed.

        `account`: The account.
        `currency`: Its currency; when absent the default one of the engine, else the only one that the
            account has.
        `reason`: Why; kept with the event as a salted hash.

        Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
        `account_closed`, `transition_not_allowed`, `version_conflict`, `factor_required`,
        `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "account": account,
            "currency": currency,
            "reason": reason,
            **more(common),
        }
        return v._read_account_reply(self._runner.call("ledger.unlock_account", args))

    def close_account(
        self,
        account: str,
        *,
        currency: str | None = None,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.AccountReply:
        """Closes an empty account for good: only what it is still owed opens it again.

        `account`: The account.
        `currency`: Its currency; when absent the default one of the engine, else the only one that the
            account has.
        `reason`: Why; kept with the event as a salted hash.

        Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
        `account_closed`, `condition_not_met`, `version_conflict`, `factor_required`,
        `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "account": account,
            "currency": currency,
            "reason": reason,
            **more(common),
        }
        return v._read_account_reply(self._runner.call("ledger.close_account", args))

    def top_up(
        self,
        account: str,
        *,
        amount: Money | str,
        key: str,
        source: str | None = None,
        **common: Unpack[Common],
    ) -> v.Moved:
        """Credits an account from outside, and opens it if there is none.

        `account`: The account.
        `amount`: How much.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `source`: Where the money comes from.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
        `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`,
        `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
        `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
        `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "account": account,
            "amount": amount,
            "key": key,
            "source": source,
            **more(common),
        }
        return v._read_moved(self._runner.call("ledger.top_up", args))

    def deduct(
        self,
        account: str,
        *,
        amount: Money | str,
        key: str,
        to: str | None = None,
        **common: Unpack[Common],
    ) -> v.Moved:
        """Takes money out of an account.

        `account`: The account.
        `amount`: How much.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `to`: Where the money goes.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
        `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`,
        `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
        `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
        `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "account": account,
            "amount": amount,
            "key": key,
            "to": to,
            **more(common),
        }
        return v._read_moved(self._runner.call("ledger.deduct", args))

    def transfer(
        self,
        from_: str,
        *,
        to: str,
        amount: Money | str,
        key: str,
        **common: Unpack[Common],
    ) -> v.Moved:
        """Moves money between two accounts of one currency.

        `from_`: The payer.
        `to`: The payee.
        `amount`: How much.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
        `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`,
        `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
        `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
        `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "from": from_,
            "to": to,
            "amount": amount,
            "key": key,
            **more(common),
        }
        return v._read_moved(self._runner.call("ledger.transfer", args))

    def post(
        self,
        postings: Sequence[v.Leg],
        *,
        key: str,
        **common: Unpack[Common],
    ) -> v.Posted:
        """Posts n legs that sum to zero per currency.

        `postings`: The legs.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
        `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`,
        `overflow`, `transition_not_allowed`, `condition_not_met`, `factor_required`, `approval_required`,
        `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "postings": postings,
            "key": key,
            **more(common),
        }
        return v._read_posted(self._runner.call("ledger.post", args))

    def cancel(
        self,
        transfer: str,
        *,
        key: str,
        reason: str | None = None,
        **common: Unpack[Common],
    ) -> v.Moved:
        """Reverses a transfer whole, once.

        `transfer`: The transfer.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `reason`: Why; kept with the event as a salted hash.

        Refused with `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`,
        `overflow`, `transfer_not_found`, `already_reversed`, `refund_exceeds_original`,
        `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
        `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
        `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "transfer": transfer,
            "key": key,
            "reason": reason,
            **more(common),
        }
        return v._read_moved(self._runner.call("ledger.cancel", args))

    def refund(
        self,
        transfer: str,
        *,
        key: str,
        amount: Money | str | None = None,
        **common: Unpack[Common],
    ) -> v.Moved:
        """Returns part of a transfer of two legs; parts never exceed the original.

        `transfer`: The transfer.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `amount`: How much; what is left when absent.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
        `transfer_not_found`, `already_reversed`, `refund_exceeds_original`, `transition_not_allowed`,
        `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
        `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "transfer": transfer,
            "key": key,
            "amount": amount,
            **more(common),
        }
        return v._read_moved(self._runner.call("ledger.refund", args))

    def hold(
        self,
        account: str,
        *,
        amount: Money | str,
        key: str,
        expires_at: datetime | str | None = None,
        expires_in: timedelta | str | None = None,
        **common: Unpack[Common],
    ) -> v.HoldReply:
        """Holds money: it stays in the account but is no longer available.

        `account`: The account.
        `amount`: How much.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `expires_at`: Ends at this time.
        `expires_in`: Ends after this time.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
        `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `overflow`,
        `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
        `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
        `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "account": account,
            "amount": amount,
            "key": key,
            "expires_at": expires_at,
            "expires_in": expires_in,
            **more(common),
        }
        return v._read_hold_reply(self._runner.call("ledger.hold", args))

    def capture(
        self,
        hold: str,
        *,
        to: str,
        key: str,
        amount: Money | str | None = None,
        final: bool | None = None,
        **common: Unpack[Common],
    ) -> v.Captured:
        """Captures a hold, whole or in part.

        `hold`: The hold.
        `to`: The payee; opened if there is no such account.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `amount`: How much; what remains when absent.
        `final`: Releases what is left, so that the hold ends.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`, `account_locked`, `account_closed`, `limit_exceeded`, `overflow`,
        `hold_not_found`, `hold_expired`, `hold_closed`, `capture_exceeds_hold`, `transition_not_allowed`,
        `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
        `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "hold": hold,
            "to": to,
            "key": key,
            "amount": amount,
            "final": final,
            **more(common),
        }
        return v._read_captured(self._runner.call("ledger.capture", args))

    def void(
        self,
        hold: str,
        **common: Unpack[Keyed],
    ) -> v.HoldReply:
        """Releases a hold.

        `hold`: The hold.

        Refused with `hold_not_found`, `hold_expired`, `hold_closed`, `version_conflict`,
        `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `review_required`, `key_not_found`.
        """
        args = {
            "hold": hold,
            **more(common),
        }
        return v._read_hold_reply(self._runner.call("ledger.void", args))

    def extend(
        self,
        hold: str,
        *,
        expires_at: datetime | str,
        key: str,
        **common: Unpack[Common],
    ) -> v.HoldReply:
        """Moves the expiry of a hold.

        `hold`: The hold.
        `expires_at`: The new end.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.

        Refused with `hold_not_found`, `hold_expired`, `hold_closed`, `version_conflict`,
        `factor_required`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "hold": hold,
            "expires_at": expires_at,
            "key": key,
            **more(common),
        }
        return v._read_hold_reply(self._runner.call("ledger.extend", args))

    def lock(
        self,
        accounts: Sequence[str],
        **common: Unpack[Keyed],
    ) -> v.Locked:
        """Takes row locks ahead of several calls in one host transaction.

        `accounts`: The accounts, each in every currency that it has.

        Refused with `invalid_account`, `account_not_found`, `idempotency_mismatch`.
        """
        args = {
            "accounts": accounts,
            **more(common),
        }
        return v._read_locked(self._runner.call("ledger.lock", args))

    def account(
        self,
        account: str,
        *,
        currency: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Account:
        """One account.

        `account`: The account.
        `currency`: Its currency; when absent the default one of the engine, else the only one that the
            account has.

        Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
        """
        args = {
            "account": account,
            "currency": currency,
            "actor": actor,
        }
        return v._read_account(self._runner.call("ledger.account", args))

    def accounts(
        self,
        *,
        after: str | None = None,
        currency: str | None = None,
        limit: int | None = None,
        order: str | None = None,
        owner: str | None = None,
        search: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Account]:
        """Accounts, by owner or by the beginning of their name.

        `after`: The `next` of the page before.
        `currency`: With `order: "balance"`: only accounts in this currency, read page by page from a
            rank that follows the log. Without `currency`, or with `search`, every account that fits is
            read.
        `limit`: Page size, at most 500.
        `order`: `created` (the default; with `search` it is `name`), `name`, or `balance`: greatest
            first within a currency.
        `owner`: Only with this owner.
        `search`: Only whose name begins so, when both are lower-cased.

        Refused with `invalid_currency`, `currency_not_allowed`.
        """
        args = {
            "after": after,
            "currency": currency,
            "limit": limit,
            "order": order,
            "owner": owner,
            "search": search,
            "actor": actor,
        }
        return paged(self._runner, "ledger.accounts", args, v._read_account)

    def balance(
        self,
        account: str,
        *,
        at: datetime | str | None = None,
        currency: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Balance:
        """A balance, now or at a time in the past.

        `account`: The account.
        `at`: As it was at this time: of what was posted before it, as in a statement that ends there.
            Holds of the past are not kept, so `held` is zero.
        `currency`: Its currency; when absent the default one of the engine, else the only one that the
            account has.

        Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
        """
        args = {
            "account": account,
            "at": at,
            "currency": currency,
            "actor": actor,
        }
        return v._read_balance(self._runner.call("ledger.balance", args))

    def balances(
        self,
        accounts: Sequence[str] | None = None,
        *,
        owner: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Balances:
        """Many balances in one round trip.

        `accounts`: These accounts, at most 500.
        `owner`: All accounts of this owner.

        Refused with `invalid_account`, `account_not_found`.
        """
        args = {
            "accounts": accounts,
            "owner": owner,
            "actor": actor,
        }
        return v._read_balances(self._runner.call("ledger.balances", args))

    def get_transfer(
        self,
        transfer: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Transfer:
        """One transfer.

        `transfer`: The transfer.

        Refused with `transfer_not_found`.
        """
        args = {
            "transfer": transfer,
            "actor": actor,
        }
        return v._read_transfer(self._runner.call("ledger.get_transfer", args))

    def transfers(
        self,
        account: str | None = None,
        *,
        after: str | None = None,
        from_time: datetime | str | None = None,
        limit: int | None = None,
        to_time: datetime | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
        reference: str | None = None,
    ) -> SyncPage[v.Transfer]:
        """Transfers, newest first.

        `account`: Only with a leg on this account.
        `after`: The `next` of the page before.
        `from_time`: From this time on.
        `limit`: Page size, at most 500.
        `to_time`: Before this time.

        Refused with `invalid_account`.
        """
        args = {
            "account": account,
            "after": after,
            "from_time": from_time,
            "limit": limit,
            "to_time": to_time,
            "actor": actor,
            "reference": reference,
        }
        return paged(self._runner, "ledger.transfers", args, v._read_transfer)

    def entries(
        self,
        account: str,
        *,
        after: str | None = None,
        currency: str | None = None,
        from_time: datetime | str | None = None,
        limit: int | None = None,
        to_time: datetime | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Entry]:
        """Entries of an account, newest first.

        `account`: The account.
        `after`: The `next` of the page before.
        `currency`: Its currency; when absent the default one of the engine, else the only one that the
            account has.
        `from_time`: From this time on.
        `limit`: Page size, at most 500.
        `to_time`: Before this time.

        Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
        """
        args = {
            "account": account,
            "after": after,
            "currency": currency,
            "from_time": from_time,
            "limit": limit,
            "to_time": to_time,
            "actor": actor,
        }
        return paged(self._runner, "ledger.entries", args, v._read_entry)

    def statement(
        self,
        account: str,
        *,
        from_time: datetime | str,
        to_time: datetime | str,
        after: str | None = None,
        currency: str | None = None,
        format: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Statement:
        """A statement of an account, also as CSV.

        `account`: The account.
        `from_time`: From this time on.
        `to_time`: Before this time.
        `after`: The `next` of the page before.
        `currency`: Its currency; when absent the default one of the engine, else the only one that the
            account has.
        `format`: `json` (the default) or `csv`: then the reply has the text in `csv`.
        `limit`: Entries of a page, at most 100,000, which is what there is when absent.

        Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
        `overflow`.
        """
        args = {
            "account": account,
            "from_time": from_time,
            "to_time": to_time,
            "after": after,
            "currency": currency,
            "format": format,
            "limit": limit,
            "actor": actor,
        }
        return v._read_statement(self._runner.call("ledger.statement", args))

    def get_hold(
        self,
        hold: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Hold:
        """One hold.

        `hold`: The hold.

        Refused with `hold_not_found`.
        """
        args = {
            "hold": hold,
            "actor": actor,
        }
        return v._read_hold(self._runner.call("ledger.get_hold", args))

    def holds(
        self,
        account: str | None = None,
        *,
        after: str | None = None,
        limit: int | None = None,
        state: v.HoldState | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Hold]:
        """Holds, newest first.

        `account`: Only of this account.
        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        `state`: Only in this state.

        Refused with `invalid_account`.
        """
        args = {
            "account": account,
            "after": after,
            "limit": limit,
            "state": state,
            "actor": actor,
        }
        return paged(self._runner, "ledger.holds", args, v._read_hold)

    def trial_balance(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.TrialBalance:
        """All balances of a book per currency: they sum to zero.

        Refused with `overflow`.
        """
        args = {
            "actor": actor,
        }
        return v._read_trial_balance(self._runner.call("ledger.trial_balance", args))

    def batch(
        self,
        ops: Sequence[v.BatchOp],
        *,
        atomic: bool | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.BatchReply:
        """Runs several writing calls as one group: all or none, or each for itself.

        `ops`: The calls, at most 1,000.
        `atomic`: All or none (the default), or each for itself.
        """
        args = {
            "ops": ops,
            "atomic": atomic,
            "actor": actor,
        }
        return v._read_batch_reply(self._runner.call("ledger.batch", args))


class Escrow:
    """The operations of `escrow`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def open(
        self,
        buyer: str,
        *,
        seller: str,
        price: Money | str,
        key: str,
        deliver_within: timedelta | str | None = None,
        fees: Sequence[v.FeeTerm] | None = None,
        inspection: timedelta | str | None = None,
        item: str | None = None,
        milestones: Sequence[v.MilestoneTerm] | None = None,
        pay_within: timedelta | str | None = None,
        require_acceptance: bool | None = None,
        respond_within: timedelta | str | None = None,
        ship_within: timedelta | str | None = None,
        shipping: bool | None = None,
        splits: Sequence[v.SplitTerm] | None = None,
        **common: Unpack[Common],
    ) -> v.DealReply:
        """Opens a deal in `pending`.

        `buyer`: The buyer's account.
        `seller`: The seller's account; opened if there is none.
        `price`: The price.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `deliver_within`: How long it may be on its way before it counts as delivered; without it the
            deal waits.
        `fees`: Fees: who gets them, how much, and from whom.
        `inspection`: How long the buyer may look at what arrived before the seller is paid.
        `item`: The item sold, for people: at most 1,000 characters.
        `milestones`: Parts of the price that are released by name.
        `pay_within`: How long the buyer may take to pay; without it the deal waits.
        `require_acceptance`: The seller must accept before the deal continues.
        `respond_within`: How long the other side may take to answer a dispute.
        `ship_within`: How long the seller may take to ship, counted from the state that awaits it;
            without it the deal waits.
        `shipping`: Something is shipped; otherwise a paid deal counts as delivered.
        `splits`: Others who share in what the seller gets.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`, `account_not_found`, `account_locked`, `account_closed`, `overflow`,
        `factor_required`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "buyer": buyer,
            "seller": seller,
            "price": price,
            "key": key,
            "deliver_within": deliver_within,
            "fees": fees,
            "inspection": inspection,
            "item": item,
            "milestones": milestones,
            "pay_within": pay_within,
            "require_acceptance": require_acceptance,
            "respond_within": respond_within,
            "ship_within": ship_within,
            "shipping": shipping,
            "splits": splits,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.open", args))

    def pay(
        self,
        deal: str,
        *,
        reason: str | None = None,
        secure: bool | None = None,
        **common: Unpack[Keyed],
    ) -> v.DealReply:
        """Takes the price from the buyer's balance: held, then secured in the deal's own account.

        `deal`: The deal.
        `reason`: Why, where an admin acts in the place of a party.
        `secure`: Go on into the deal's own account; `false` stops at the hold.

        Refused with `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`,
        `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "deal": deal,
            "reason": reason,
            "secure": secure,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.pay", args))

    def secure(
        self,
        deal: str,
        *,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.DealReply:
        """Secures a deal that was only paid: its hold is captured into the deal's own account.

        `deal`: The deal.
        `reason`: Why, where an admin acts in the place of a party.

        Refused with `limit_exceeded`, `overflow`, `deal_not_found`, `transition_not_allowed`,
        `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
        `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `review_required`, `key_not_found`.
        """
        args = {
            "deal": deal,
            "reason": reason,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.secure", args))

    def accept(
        self,
        deal: str,
        *,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.DealReply:
        """The seller accepts a deal that asks for it.

        `deal`: The deal.
        `reason`: Why, where an admin acts in the place of the seller.

        Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "deal": deal,
            "reason": reason,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.accept", args))

    def ship(
        self,
        deal: str,
        *,
        carrier: str | None = None,
        reason: str | None = None,
        tracking: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.DealReply:
        """The seller has shipped.

        `deal`: The deal.
        `carrier`: The carrier.
        `reason`: Why, where an admin acts in the place of a party.
        `tracking`: The carrier's number for it.

        Refused with `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `review_required`, `key_not_found`.
        """
        args = {
            "deal": deal,
            "carrier": carrier,
            "reason": reason,
            "tracking": tracking,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.ship", args))

    def deliver(
        self,
        deal: str,
        *,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.DealReply:
        """It has arrived: the time to inspect begins.

        `deal`: The deal.
        `reason`: Why, where an admin acts in the place of a party.

        Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "deal": deal,
            "reason": reason,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.deliver", args))

    def confirm(
        self,
        deal: str,
        *,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.DealReply:
        """The buyer is content: the seller is paid.

        `deal`: The deal.
        `reason`: Why, where an admin acts in the place of the buyer.

        Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`,
        `version_conflict`, `factor_required`, `approval_required`, `already_approved`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "deal": deal,
            "reason": reason,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.confirm", args))

    def cancel(
        self,
        deal: str,
        *,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.DealReply:
        """Calls the deal off; what was paid goes back to the buyer.

        `deal`: The deal.
        `reason`: Why; events carry its salted hash only.

        Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`,
        `version_conflict`, `factor_required`, `approval_required`, `already_approved`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "deal": deal,
            "reason": reason,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.cancel", args))

    def request_refund(
        self,
        deal: str,
        *,
        reason: str,
        key: str,
        amount: Money | str | None = None,
        **common: Unpack[Common],
    ) -> v.DealReply:
        """The buyer asks for the money back, all of it or a part: the clock stops until it is decided.

        `deal`: The deal.
        `reason`: Why; events carry its salted hash only.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `amount`: How much of the price; all that the deal holds when absent.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `factor_required`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "deal": deal,
            "reason": reason,
            "key": key,
            "amount": amount,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.request_refund", args))

    def approve_refund(
        self,
        deal: str,
        *,
        key: str,
        reason: str | None = None,
        **common: Unpack[Common],
    ) -> v.DealReply:
        """The seller or an admin gives back what the buyer asked for; after a part the deal continues where
        it stood.

        `deal`: The deal.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `reason`: Why; events carry its salted hash only.

        Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`,
        `version_conflict`, `factor_required`, `approval_required`, `already_approved`,
        `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `review_required`, `key_not_found`.
        """
        args = {
            "deal": deal,
            "key": key,
            "reason": reason,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.approve_refund", args))

    def refuse_refund(
        self,
        deal: str,
        *,
        reason: str,
        key: str,
        **common: Unpack[Common],
    ) -> v.DealReply:
        """The seller or an admin refuses the refund: the deal continues where it stood, with the time that
        was left.

        `deal`: The deal.
        `reason`: Why; events carry its salted hash only.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.

        Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
        `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `review_required`, `key_not_found`.
        """
        args = {
            "deal": deal,
            "reason": reason,
            "key": key,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.refuse_refund", args))

    def release_part(
        self,
        deal: str,
        *,
        key: str,
        amount: Money | str | None = None,
        milestone: str | None = None,
        reason: str | None = None,
        **common: Unpack[Common],
    ) -> v.DealReply:
        """Releases a part of the price, by amount or by milestone; the state stays.

        `deal`: The deal.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `amount`: How much of the price; either this or `milestone`.
        `milestone`: The milestone that was reached.
        `reason`: Why, where an admin acts in the place of the buyer.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "deal": deal,
            "key": key,
            "amount": amount,
            "milestone": milestone,
            "reason": reason,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.release_part", args))

    def extend(
        self,
        deal: str,
        *,
        deliver_by: datetime | str | None = None,
        pay_by: datetime | str | None = None,
        reason: str | None = None,
        release_at: datetime | str | None = None,
        ship_by: datetime | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.DealReply:
        """Puts off the deadline in force; the side that waits for it may, and an admin.

        `deal`: The deal.
        `deliver_by`: It counts as delivered.
        `pay_by`: The buyer must have paid.
        `reason`: Why; events carry its salted hash only.
        `release_at`: The seller is paid without further ado.
        `ship_by`: The seller must have shipped.

        Refused with `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `factor_required`, `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "deal": deal,
            "deliver_by": deliver_by,
            "pay_by": pay_by,
            "reason": reason,
            "release_at": release_at,
            "ship_by": ship_by,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.extend", args))

    def update(
        self,
        deal: str,
        **common: Unpack[Keyed],
    ) -> v.DealReply:
        """Changes metadata or reference of a deal, in any state.

        `deal`: The deal.

        Refused with `deal_not_found`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
        `key_not_found`.
        """
        args = {
            "deal": deal,
            **more(common),
        }
        return v._read_deal_reply(self._runner.call("escrow.update", args))

    def dispute(
        self,
        deal: str,
        *,
        type: v.DisputeType | str,
        statement: str,
        key: str,
        reason: str | None = None,
        **common: Unpack[Common],
    ) -> v.DisputeReply:
        """A party opens a dispute: the deal stands still until it has ended.

        `deal`: The deal.
        `type`: The type: `quality_issue`, `non_delivery`, `wrong_item`, `seller_non_response` or
            `other`.
        `statement`: The statement of the party that opens it, at most 4,000 characters; events carry
            its salted hash only.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `reason`: Why, where an admin acts in the place of a party.

        Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
        `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `review_required`, `key_not_found`.
        """
        args = {
            "deal": deal,
            "type": type,
            "statement": statement,
            "key": key,
            "reason": reason,
            **more(common),
        }
        return v._read_dispute_reply(self._runner.call("escrow.dispute", args))

    def add_evidence(
        self,
        dispute: str,
        *,
        kind: str,
        sha256: str | None = None,
        statement: str | None = None,
        uri: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.DisputeReply:
        """Shows a piece of evidence in a dispute; it can not be changed.

        `dispute`: The dispute.
        `kind`: The kind of evidence, such as `photo`: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
        `sha256`: SHA-256 of a file that the host keeps, in lower-case hexadecimal.
        `statement`: A statement about it, at most 2,000 characters; events carry its salted hash only.
        `uri`: Where that file is, at most 1,000 characters; events carry its salted hash only.

        Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `dispute_not_found`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "dispute": dispute,
            "kind": kind,
            "sha256": sha256,
            "statement": statement,
            "uri": uri,
            **more(common),
        }
        return v._read_dispute_reply(self._runner.call("escrow.add_evidence", args))

    def investigate(
        self,
        dispute: str,
        **common: Unpack[Keyed],
    ) -> v.DisputeReply:
        """Staff look into a dispute.

        `dispute`: The dispute.

        Refused with `transition_not_allowed`, `version_conflict`, `dispute_not_found`, `factor_required`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "dispute": dispute,
            **more(common),
        }
        return v._read_dispute_reply(self._runner.call("escrow.investigate", args))

    def withdraw(
        self,
        dispute: str,
        *,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.DisputeReply:
        """The party that opened a dispute takes it back: the deal continues where it stood, with the time
        that was left.

        `dispute`: The dispute.
        `reason`: Why, where an admin acts in the place of a party.

        Refused with `transition_not_allowed`, `version_conflict`, `dispute_not_found`, `factor_required`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "dispute": dispute,
            "reason": reason,
            **more(common),
        }
        return v._read_dispute_reply(self._runner.call("escrow.withdraw", args))

    def resolve(
        self,
        dispute: str,
        *,
        outcome: v.Ruling | str,
        resolution: str,
        key: str,
        refund: Money | str | None = None,
        **common: Unpack[Common],
    ) -> v.DisputeReply:
        """Staff decide a dispute, and its money goes where the ruling says, in one commit.

        `dispute`: The dispute.
        `outcome`: The ruling: `release` to the seller, `refund` to the buyer, or `split`.
        `resolution`: Why, at most 4,000 characters; events carry its salted hash only.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `refund`: For a split: how much of the price goes back to the buyer.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `dispute_not_found`,
        `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "dispute": dispute,
            "outcome": outcome,
            "resolution": resolution,
            "key": key,
            "refund": refund,
            **more(common),
        }
        return v._read_dispute_reply(self._runner.call("escrow.resolve", args))

    def quote(
        self,
        price: Money | str,
        *,
        fees: Sequence[v.FeeTerm] | None = None,
        splits: Sequence[v.SplitTerm] | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Quote:
        """Quotes the cost and the proceeds of a deal, without writing.

        `price`: The price.
        `fees`: Fees: who gets them, how much, and from whom.
        `splits`: Others who share in what the seller gets.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`.
        """
        args = {
            "price": price,
            "fees": fees,
            "splits": splits,
            "actor": actor,
        }
        return v._read_quote(self._runner.call("escrow.quote", args))

    def get(
        self,
        deal: str | None = None,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
        reference: str | None = None,
    ) -> v.Deal:
        """One deal, by its id or the caller's own reference.

        `deal`: The deal.

        Refused with `deal_not_found`.
        """
        args = {
            "deal": deal,
            "actor": actor,
            "reference": reference,
        }
        return v._read_deal(self._runner.call("escrow.get", args))

    def list(
        self,
        *,
        after: str | None = None,
        buyer: str | None = None,
        due_before: datetime | str | None = None,
        limit: int | None = None,
        seller: str | None = None,
        state: v.DealState | str | None = None,
        updated_since: datetime | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
        reference: str | None = None,
    ) -> SyncPage[v.Deal]:
        """Deals, newest first.

        `after`: The `next` of the page before.
        `buyer`: Only of this buyer's account.
        `due_before`: Only with a deadline in force before this time.
        `limit`: Page size, at most 500.
        `seller`: Only of this seller's account.
        `state`: Only in this state.
        `updated_since`: Only changed at or after this time.

        Refused with `invalid_account`.
        """
        args = {
            "after": after,
            "buyer": buyer,
            "due_before": due_before,
            "limit": limit,
            "seller": seller,
            "state": state,
            "updated_since": updated_since,
            "actor": actor,
            "reference": reference,
        }
        return paged(self._runner, "escrow.list", args, v._read_deal)

    def history(
        self,
        deal: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Event]:
        """The events of a deal, oldest first.

        `deal`: The deal.
        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.

        Refused with `deal_not_found`.
        """
        args = {
            "deal": deal,
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "escrow.history", args, v._read_event)

    def validate(
        self,
        deal: str,
        *,
        trigger: str,
        amount: Money | str | None = None,
        locale: str | None = None,
        outcome: v.Ruling | str | None = None,
        reason: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Validation:
        """Would this be allowed? Verdict and reason, without writing.

        `deal`: The deal.
        `trigger`: The trigger, such as `ship`.
        `amount`: How much, for `request_refund`, `release_part`, and `resolve` with a split.
        `locale`: The reason for people in this language, `ko` or `en`; for developers when absent.
        `outcome`: The ruling, for `resolve`: `release` (the default), `refund` or `split`.
        `reason`: Why, where an admin would act in the place of a party.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `deal_not_found`.
        """
        args = {
            "deal": deal,
            "trigger": trigger,
            "amount": amount,
            "locale": locale,
            "outcome": outcome,
            "reason": reason,
            "actor": actor,
        }
        return v._read_validation(self._runner.call("escrow.validate", args))

    def allowed_actions(
        self,
        deal: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Actions:
        """Lists the actions open to an actor on a deal now, for user interfaces.

        `deal`: The deal.

        Refused with `deal_not_found`.
        """
        args = {
            "deal": deal,
            "actor": actor,
        }
        return v._read_actions(self._runner.call("escrow.allowed_actions", args))

    def diagram(
        self,
        format: str | None = None,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Diagram:
        """The states and transitions of a deal as a picture, drawn from the table that runs them.

        `format`: `mermaid` (the default) or `svg`.
        """
        args = {
            "format": format,
            "actor": actor,
        }
        return v._read_diagram(self._runner.call("escrow.diagram", args))

    def get_dispute(
        self,
        dispute: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.DisputeFile:
        """One dispute with its deal, its parties, what was shipped and all that happened.

        `dispute`: The dispute.

        Refused with `dispute_not_found`.
        """
        args = {
            "dispute": dispute,
            "actor": actor,
        }
        return v._read_dispute_file(self._runner.call("escrow.get_dispute", args))

    def disputes(
        self,
        *,
        after: str | None = None,
        deal: str | None = None,
        limit: int | None = None,
        state: v.DisputeState | str | None = None,
        type: v.DisputeType | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Dispute]:
        """Disputes, newest first.

        `after`: The `next` of the page before.
        `deal`: Only about this deal.
        `limit`: Page size, at most 500.
        `state`: Only in this state: `open`, `investigating`, `resolved` or `withdrawn`.
        `type`: Only of this type.
        """
        args = {
            "after": after,
            "deal": deal,
            "limit": limit,
            "state": state,
            "type": type,
            "actor": actor,
        }
        return paged(self._runner, "escrow.disputes", args, v._read_dispute)

    def dispute_stats(
        self,
        *,
        since: datetime | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.DisputeStats:
        """How many disputes there are of which type, and how long it takes to resolve them.

        `since`: The period begins here; a week ago when absent.
        """
        args = {
            "since": since,
            "actor": actor,
        }
        return v._read_dispute_stats(self._runner.call("escrow.dispute_stats", args))


class Receipts:
    """The operations of `receipts`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def verify(
        self,
        receipt: JsonInput,
        *,
        public_keys: JsonInput = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Verification:
        """Checks a receipt with the engine's keys, or with public keys that are given: genuine or not, and
        why not.

        `receipt`: The whole receipt, as `get` replied it, or its JSON as text, which every language
            reads alike.
        `public_keys`: The reply of `public_keys`, in place of the engine's keyring; an HMAC cannot be
            checked with it.

        Refused with `key_not_found`.
        """
        args = {
            "receipt": receipt,
            "public_keys": public_keys,
            "actor": actor,
        }
        return v._read_verification(self._runner.call("receipts.verify", args))

    def public_keys(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.PublicKeys:
        """The keys that others need to check receipts.

        Refused with `key_not_found`.
        """
        args = {
            "actor": actor,
        }
        return v._read_public_keys(self._runner.call("receipts.public_keys", args))

    def get(
        self,
        receipt: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Receipt:
        """The receipt of a transfer, derived and signed. Not inside a host's transaction, which may be rolled
        back.

        `receipt`: The receipt: `rc_` and the uuid of its transfer. The id of the transfer itself will
            do.

        Refused with `transfer_not_found`, `key_not_found`.
        """
        args = {
            "receipt": receipt,
            "actor": actor,
        }
        return v._read_receipt(self._runner.call("receipts.get", args))

    def list(
        self,
        *,
        after: str | None = None,
        deal: str | None = None,
        limit: int | None = None,
        transfer: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Receipt]:
        """Receipts, newest first, each derived and signed.

        `after`: The `next` of the page before.
        `deal`: Only of this deal.
        `limit`: Page size, at most 500.
        `transfer`: Only of this transfer.

        Refused with `key_not_found`.
        """
        args = {
            "after": after,
            "deal": deal,
            "limit": limit,
            "transfer": transfer,
            "actor": actor,
        }
        return paged(self._runner, "receipts.list", args, v._read_receipt)

    def render(
        self,
        receipt: JsonInput,
        *,
        format: str,
        locale: str | None = None,
        time_zone: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.RenderedReceipt:
        """A receipt as a text or a page for people, in English or Korean.

        `receipt`: The id of a receipt or of its transfer; or the whole receipt, or its JSON as text,
            which must then be genuine.
        `format`: `text` or `html`.
        `locale`: The language: `en` (also for every language that is not known) or `ko`.
        `time_zone`: The time zone of the time shown, such as `Asia/Seoul`; UTC by default.

        Refused with `transfer_not_found`, `key_not_found`, `signature_invalid`.
        """
        args = {
            "receipt": receipt,
            "format": format,
            "locale": locale,
            "time_zone": time_zone,
            "actor": actor,
        }
        return v._read_rendered_receipt(self._runner.call("receipts.render", args))


class Treasury:
    """The operations of `treasury`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def set_account(
        self,
        account: str,
        *,
        currency: str,
        tier: v.Tier | str,
        ceiling: Money | str | None = None,
        daily_limit: Money | str | None = None,
        monthly_limit: Money | str | None = None,
        time_zone: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.TreasuryReply:
        """Makes an account hot or cold, with its limits. Debits above them are `limit_exceeded`, whatever the
        operation.

        `account`: The account.
        `currency`: Its currency.
        `tier`: `hot` or `cold`.
        `ceiling`: The most that a hot account should have.
        `daily_limit`: The most that may leave it in a calendar day.
        `monthly_limit`: The most that may leave it in a calendar month.
        `time_zone`: Where its days and months begin, `Asia/Seoul` when absent.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`, `account_not_found`, `account_closed`, `version_conflict`, `factor_required`,
        `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "account": account,
            "currency": currency,
            "tier": tier,
            "ceiling": ceiling,
            "daily_limit": daily_limit,
            "monthly_limit": monthly_limit,
            "time_zone": time_zone,
            **more(common),
        }
        return v._read_treasury_reply(self._runner.call("treasury.set_account", args))

    def usage(
        self,
        account: str,
        *,
        currency: str,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Usage:
        """How much of its limits an account has used, and what should be moved to a cold account.

        `account`: The account.
        `currency`: Its currency.

        Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
        `condition_not_met`.
        """
        args = {
            "account": account,
            "currency": currency,
            "actor": actor,
        }
        return v._read_usage(self._runner.call("treasury.usage", args))

    def settlements(
        self,
        *,
        after: str | None = None,
        deal: str | None = None,
        from_time: datetime | str | None = None,
        limit: int | None = None,
        to_time: datetime | str | None = None,
        type: v.TransferKind | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Settlement]:
        """Lists payouts and refunds of deals, newest first.

        `after`: The `next` of the page before.
        `deal`: Only of this deal.
        `from_time`: From this time on.
        `limit`: Page size, at most 500.
        `to_time`: Before this time.
        `type`: Only `settlement` (to sellers and other recipients) or `refund` (to buyers).
        """
        args = {
            "after": after,
            "deal": deal,
            "from_time": from_time,
            "limit": limit,
            "to_time": to_time,
            "type": type,
            "actor": actor,
        }
        return paged(self._runner, "treasury.settlements", args, v._read_settlement)


class Payments:
    """The operations of `payments`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def set_gateway(
        self,
        id: str,
        *,
        driver: v.GatewayDriver | str,
        abilities: Sequence[v.GatewayAbility | str] | None = None,
        active: bool | None = None,
        breaker: v.BreakerTerms | None = None,
        config: Mapping[str, Any] | None = None,
        currencies: Sequence[str] | None = None,
        secrets: Mapping[str, Any] | None = None,
        settle_after: timedelta | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.GatewayReply:
        """Makes a gateway, or changes one: what is left out stays as it is. Its calls are jobs of the kind
        `gateway.ID`, which a worker of the application's own leases, or a driver that is built in does.

        `id`: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        `driver`: The driver that talks to it: `host` is a worker of the application's own, `stripe`,
            `toss` and `inicis` are drivers that are built in.
        `abilities`: Its abilities, of `two_step`, `partial_capture`, `partial_refund` and `query`; a
            new gateway has all of them if they are left out. Refused for a built-in driver, which has its
            own.
        `active`: Whether new payments may go to it.
        `breaker`: When it counts as down.
        `config`: Settings of its driver, which are shown; each driver has its own. A payment keeps
            those that there were when it began.
        `currencies`: The currencies that it takes; all if it is left out.
        `secrets`: Secrets of its driver by name, which are sealed and never shown.
        `settle_after`: How long after a call its answer that it knows of none is not believed yet,
            PT1S to PT24H.

        Refused with `invalid_currency`, `currency_not_allowed`, `version_conflict`, `factor_required`,
        `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "id": id,
            "driver": driver,
            "abilities": abilities,
            "active": active,
            "breaker": breaker,
            "config": config,
            "currencies": currencies,
            "secrets": secrets,
            "settle_after": settle_after,
            **more(common),
        }
        return v._read_gateway_reply(self._runner.call("payments.set_gateway", args))

    def set_route(
        self,
        id: str,
        *,
        gateways: Sequence[str],
        currency: str | None = None,
        max: Money | str | None = None,
        min: Money | str | None = None,
        priority: int | None = None,
        **common: Unpack[Keyed],
    ) -> v.RouteReply:
        """Makes a route, or changes one: which gateways are tried for which payments, in their order.

        `id`: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        `gateways`: The gateways, in the order in which they are tried.
        `currency`: Only payments in this currency.
        `max`: Only payments of this amount or less.
        `min`: Only payments of this amount or more.
        `priority`: Of the routes that fit, the one with the highest is taken; of equals the first by
            name.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `version_conflict`, `gateway_not_found`, `factor_required`, `idempotency_mismatch`,
        `key_not_found`.
        """
        args = {
            "id": id,
            "gateways": gateways,
            "currency": currency,
            "max": max,
            "min": min,
            "priority": priority,
            **more(common),
        }
        return v._read_route_reply(self._runner.call("payments.set_route", args))

    def remove_route(
        self,
        id: str,
        **common: Unpack[Keyed],
    ) -> v.RouteRemoved:
        """Removes a route. Payments that have been made keep their gateways.

        `id`: The route.

        Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "id": id,
            **more(common),
        }
        return v._read_route_removed(self._runner.call("payments.remove_route", args))

    def create(
        self,
        amount: Money | str,
        *,
        key: str,
        authorization_for: timedelta | str | None = None,
        capture: v.CaptureMode | str | None = None,
        deal: str | None = None,
        expires_in: timedelta | str | None = None,
        gateway: str | None = None,
        payer: str | None = None,
        to: str | None = None,
        token: str | Secret | None = None,
        tokens: Mapping[str, Any] | None = None,
        **common: Unpack[Common],
    ) -> v.PaymentReply:
        """Begins a payment into an account, or of a deal that its buyer may pay now, in `created`, or with a
        token on to `authorizing`. Without a gateway the route that fits and has the highest priority says
        which are tried. Of a deal it is judged as `escrow.pay`, and nobody pays the deal beside it.

        `amount`: The amount to pay.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `authorization_for`: How long an authorization stands before it is voided, PT1H to P90D.
        `capture`: Whether the money is taken at once (`auto`) or by `capture` (`manual`); of a deal at
            once.
        `deal`: The deal that it pays, in place of `to`: its buyer's account gets the money, and the
            deal takes it in the same commit. `amount` is what the buyer pays.
        `expires_in`: How long the payer has, PT1M to P30D.
        `gateway`: The gateway; without it a route says.
        `payer`: The payer: an id of the host's, who may then confirm and void. Left out, it is a plain
            actor himself, or else the buyer of the deal.
        `to`: The account that gets it; opened if there is none.
        `token`: The gateway's own handle of the payer's means, such as a payment method. Never a card
            number.
        `tokens`: Such handles by gateway, where a route may take one or another.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`, `account_locked`, `account_closed`, `overflow`, `deal_not_found`,
        `transition_not_allowed`, `condition_not_met`, `version_conflict`, `gateway_not_found`,
        `gateway_unavailable`, `factor_required`, `approval_required`, `already_approved`,
        `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `review_required`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "amount": amount,
            "key": key,
            "authorization_for": authorization_for,
            "capture": capture,
            "deal": deal,
            "expires_in": expires_in,
            "gateway": gateway,
            "payer": payer,
            "to": to,
            "token": token,
            "tokens": tokens,
            **more(common),
        }
        return v._read_payment_reply(self._runner.call("payments.create", args))

    def confirm(
        self,
        payment: str,
        *,
        token: str | Secret,
        **common: Unpack[Keyed],
    ) -> v.PaymentReply:
        """Sends a payment to its gateway with the payer's means: the gateway's own token, never a card
        number.

        `payment`: The payment.
        `token`: The gateway's own handle of the payer's means. Never a card number.

        Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `payment_not_found`, `gateway_not_found`, `gateway_unavailable`, `factor_required`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `decryption_failed`, `key_not_found`.
        """
        args = {
            "payment": payment,
            "token": token,
            **more(common),
        }
        return v._read_payment_reply(self._runner.call("payments.confirm", args))

    def capture(
        self,
        payment: str,
        *,
        key: str,
        amount: Money | str | None = None,
        **common: Unpack[Common],
    ) -> v.PaymentReply:
        """Takes the money of an authorized payment, once; what is left over is released.

        `payment`: The payment.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `amount`: How much; all of it if it is left out. What is left over is released.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
        `capture_exceeds_authorized`, `factor_required`, `idempotency_key_missing`, `idempotency_mismatch`,
        `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "payment": payment,
            "key": key,
            "amount": amount,
            **more(common),
        }
        return v._read_payment_reply(self._runner.call("payments.capture", args))

    def void(
        self,
        payment: str,
        *,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.PaymentReply:
        """Gives a payment up. One that a gateway may have is only marked (`cancel_requested`): it is voided,
        or refunded whole, as soon as the gateway has said what became of it.

        `payment`: The payment.
        `reason`: Why.

        Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `payment_not_found`, `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
        `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "payment": payment,
            "reason": reason,
            **more(common),
        }
        return v._read_payment_reply(self._runner.call("payments.void", args))

    def sync(
        self,
        payment: str,
        **common: Unpack[Keyed],
    ) -> v.PaymentReply:
        """Asks the gateway what it knows of a payment; one question is open at a time.

        `payment`: The payment.

        Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `payment_not_found`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "payment": payment,
            **more(common),
        }
        return v._read_payment_reply(self._runner.call("payments.sync", args))

    def refund(
        self,
        payment: str,
        *,
        key: str,
        amount: Money | str | None = None,
        reason: str | None = None,
        refund_account: Mapping[str, Any] | None = None,
        **common: Unpack[Common],
    ) -> v.RefundReply:
        """Gives captured money back: it leaves the account at once, and comes back to it if the gateway
        refuses.

        `payment`: The payment.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `amount`: How much; what is left of it if it is left out.
        `reason`: Why.
        `refund_account`: The payer's account that a deposit into a virtual account goes back to:
            `bank` (its code), `number` and `holder`. Kept sealed until the refund is over; other payments
            take none.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
        `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
        `refund_exceeds_captured`, `factor_required`, `approval_required`, `already_approved`,
        `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `review_required`, `key_not_found`.
        """
        args = {
            "payment": payment,
            "key": key,
            "amount": amount,
            "reason": reason,
            "refund_account": refund_account,
            **more(common),
        }
        return v._read_refund_reply(self._runner.call("payments.refund", args))

    def settle(
        self,
        payment: str,
        *,
        outcome: str,
        reason: str,
        key: str,
        amount: Money | str | None = None,
        **common: Unpack[Common],
    ) -> v.PaymentReply:
        """Says what an admin has found out about a payment that is `unknown` or `mismatched`.

        `payment`: The payment.
        `outcome`: One of `authorized`, `captured`, `voided`, `refused`, `refunded`.
        `reason`: How it was found out.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `amount`: The amount; what was asked for if it is left out.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
        `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
        `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "payment": payment,
            "outcome": outcome,
            "reason": reason,
            "key": key,
            "amount": amount,
            **more(common),
        }
        return v._read_payment_reply(self._runner.call("payments.settle", args))

    def report(
        self,
        gateway: str,
        *,
        event: str,
        outcome: str,
        action: Mapping[str, Any] | None = None,
        amount: Money | str | None = None,
        authorized: Money | str | None = None,
        captured: Money | str | None = None,
        failure: v.FailureInput | None = None,
        payment: str | None = None,
        refund: str | None = None,
        refunded: Money | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.Reported:
        """Tells what a gateway has said, for hosts that verify its webhooks themselves. The same event again
        is a replay, whatever else it carries.

        `gateway`: The gateway.
        `event`: The gateway's own id of what it says: told twice it is one effect.
        `outcome`: The outcome: `authorized`, `captured`, `voided`, `action_required`, `pending`,
            `refused`, `nothing`, `refunded` or `refund_failed`.
        `action`: The payer's next action.
        `amount`: The amount of a refund.
        `authorized`: The total that is authorized there.
        `captured`: The total that is captured there.
        `failure`: Why it refused.
        `payment`: The payment.
        `refund`: The refund: its id, or the gateway's reference.
        `refunded`: The total that is refunded there.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
        `gateway_not_found`, `factor_required`, `approval_required`, `already_approved`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "gateway": gateway,
            "event": event,
            "outcome": outcome,
            "action": action,
            "amount": amount,
            "authorized": authorized,
            "captured": captured,
            "failure": failure,
            "payment": payment,
            "refund": refund,
            "refunded": refunded,
            **more(common),
        }
        return v._read_reported(self._runner.call("payments.report", args))

    def chargeback(
        self,
        payment: str,
        *,
        case: str,
        amount: Money | str | None = None,
        phase: v.ChargebackPhase | str | None = None,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.PaymentReply:
        """Tells that the payer's bank takes a payment back, or how that ended. What its account does not have
        is a debt.

        `payment`: The payment.
        `case`: The gateway's id of it.
        `amount`: How much is taken back; all that is left if it is left out. It may be more than was
            paid.
        `phase`: How far it is: `open`, `won` or `lost`.
        `reason`: Why.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
        `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "payment": payment,
            "case": case,
            "amount": amount,
            "phase": phase,
            "reason": reason,
            **more(common),
        }
        return v._read_payment_reply(self._runner.call("payments.chargeback", args))

    def recover(
        self,
        debt: str,
        *,
        key: str,
        amount: Money | str | None = None,
        **common: Unpack[Common],
    ) -> v.DebtReply:
        """Takes what a debtor owes from what the debtor has.

        `debt`: The debt.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `amount`: How much; as much as there is of what is owed if it is left out.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
        `transition_not_allowed`, `condition_not_met`, `version_conflict`, `debt_not_found`,
        `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "debt": debt,
            "key": key,
            "amount": amount,
            **more(common),
        }
        return v._read_debt_reply(self._runner.call("payments.recover", args))

    def write_off(
        self,
        debt: str,
        *,
        reason: str,
        **common: Unpack[Keyed],
    ) -> v.DebtReply:
        """Gives a debt up: the loss stays where it is.

        `debt`: The debt.
        `reason`: Why.

        Refused with `transition_not_allowed`, `version_conflict`, `debt_not_found`, `factor_required`,
        `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "debt": debt,
            "reason": reason,
            **more(common),
        }
        return v._read_debt_reply(self._runner.call("payments.write_off", args))

    def gateways(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Gateway]:
        """The gateways, by name, and whether they answer.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        """
        args = {
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "payments.gateways", args, v._read_gateway)

    def routes(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Route]:
        """The routes, by name.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        """
        args = {
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "payments.routes", args, v._read_route)

    def debts(
        self,
        *,
        account: str | None = None,
        after: str | None = None,
        limit: int | None = None,
        state: v.DebtState | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Debt]:
        """Debts, newest first.

        `account`: Only of this account.
        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        `state`: Only in this state: `open`, `recovered` or `written_off`.

        Refused with `invalid_account`.
        """
        args = {
            "account": account,
            "after": after,
            "limit": limit,
            "state": state,
            "actor": actor,
        }
        return paged(self._runner, "payments.debts", args, v._read_debt)

    def get(
        self,
        payment: str | None = None,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
        reference: str | None = None,
    ) -> v.Payment:
        """One payment, by its id or the caller's own reference.

        `payment`: The payment.

        Refused with `payment_not_found`.
        """
        args = {
            "payment": payment,
            "actor": actor,
            "reference": reference,
        }
        return v._read_payment(self._runner.call("payments.get", args))

    def checkout(
        self,
        payment: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Checkout:
        """Returns the fields that the client's widget needs to collect the payer's means, of a payment that
        waits for them. A gateway that a worker of the application's own talks to is `not_supported`.

        `payment`: The payment.

        Refused with `transition_not_allowed`, `payment_not_found`, `gateway_not_found`,
        `gateway_unavailable`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "payment": payment,
            "actor": actor,
        }
        return v._read_checkout(self._runner.call("payments.checkout", args))

    def list(
        self,
        *,
        after: str | None = None,
        deal: str | None = None,
        gateway: str | None = None,
        limit: int | None = None,
        payer: str | None = None,
        purchase: str | None = None,
        state: v.PaymentState | str | None = None,
        to: str | None = None,
        unsettled: bool | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Payment]:
        """Payments, newest first.

        `after`: The `next` of the page before.
        `deal`: Only of this deal.
        `gateway`: Only at this gateway.
        `limit`: Page size, at most 500.
        `payer`: Only of this payer.
        `purchase`: Only of this purchase.
        `state`: Only in this state.
        `to`: Only to this account.
        `unsettled`: Only those that wait for an answer of their gateway.

        Refused with `invalid_account`.
        """
        args = {
            "after": after,
            "deal": deal,
            "gateway": gateway,
            "limit": limit,
            "payer": payer,
            "purchase": purchase,
            "state": state,
            "to": to,
            "unsettled": unsettled,
            "actor": actor,
        }
        return paged(self._runner, "payments.list", args, v._read_payment)

    def history(
        self,
        payment: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Event]:
        """The events of a payment, oldest first.

        `payment`: The payment.
        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.

        Refused with `payment_not_found`.
        """
        args = {
            "payment": payment,
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "payments.history", args, v._read_event)

    def allowed_actions(
        self,
        payment: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.PaymentChoices:
        """The actions that the actor could take on a payment now.

        `payment`: The payment.

        Refused with `payment_not_found`.
        """
        args = {
            "payment": payment,
            "actor": actor,
        }
        return v._read_payment_choices(self._runner.call("payments.allowed_actions", args))

    def diagram(
        self,
        format: str | None = None,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Diagram:
        """The states and transitions of a payment as a picture, drawn from the table that runs them.

        `format`: `mermaid`, which is the default.
        """
        args = {
            "format": format,
            "actor": actor,
        }
        return v._read_diagram(self._runner.call("payments.diagram", args))


class Purchases:
    """The operations of `purchases`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def set_offer(
        self,
        id: str,
        *,
        active: bool | None = None,
        escrow: v.DealTerms | None = None,
        grants: Sequence[Money | str] | None = None,
        hold_for: timedelta | str | None = None,
        per_user_limit: int | None = None,
        price: Money | str | None = None,
        sale_from: datetime | str | None = None,
        sale_until: datetime | str | None = None,
        seller: str | None = None,
        stock: int | None = None,
        **common: Unpack[Keyed],
    ) -> v.OfferReply:
        """Makes an offer, or changes one: what is left out stays as it is. Purchases that have begun keep
        their price.

        `id`: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        `active`: Whether it is sold; a new one is.
        `escrow`: It is sold by deals with these terms, in place of all that were set before.
        `grants`: The grants to a buyer for each unit, such as points: amounts, each of a currency of
            its own.
        `hold_for`: How long units are held for a buyer who pays later, PT1S to P30D; PT10M for a new
            offer.
        `per_user_limit`: How many one buyer may have; no limit if it is left out.
        `price`: The price of one unit. A new offer needs it.
        `sale_from`: From when on it is sold.
        `sale_until`: Until when it is sold.
        `seller`: The account that is paid; opened with the first sale. A new offer needs it.
        `stock`: How many units there are in all, those that are sold included; no limit if it is left
            out.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`, `condition_not_met`, `version_conflict`, `factor_required`,
        `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "id": id,
            "active": active,
            "escrow": escrow,
            "grants": grants,
            "hold_for": hold_for,
            "per_user_limit": per_user_limit,
            "price": price,
            "sale_from": sale_from,
            "sale_until": sale_until,
            "seller": seller,
            "stock": stock,
            **more(common),
        }
        return v._read_offer_reply(self._runner.call("purchases.set_offer", args))

    def set_promo(
        self,
        id: str,
        *,
        off: v.DiscountTerms,
        active: bool | None = None,
        from_: datetime | str | None = None,
        limit: int | None = None,
        offers: Sequence[str] | None = None,
        per_user_limit: int | None = None,
        until: datetime | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.PromoReply:
        """Makes a promo, or changes one: what is left out stays as it is. One that is for all offers is set
        by staff alone.

        `id`: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        `off`: The discount: hundredths of a percent (`bps`), or an `amount`.
        `active`: Whether it may be used; a new one may.
        `from_`: From when on it may be used.
        `limit`: How many purchases may use it; no limit if it is left out.
        `offers`: The offers that it is for; all if it is left out.
        `per_user_limit`: How many purchases of one buyer may use it; no limit if it is left out.
        `until`: Until when it may be used.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`,
        `offer_not_found`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "id": id,
            "off": off,
            "active": active,
            "from": from_,
            "limit": limit,
            "offers": offers,
            "per_user_limit": per_user_limit,
            "until": until,
            **more(common),
        }
        return v._read_promo_reply(self._runner.call("purchases.set_promo", args))

    def reserve(
        self,
        offer: str,
        *,
        buyer: str,
        key: str,
        expect: JsonInput = None,
        promo: str | None = None,
        quantity: int | None = None,
        **common: Unpack[Common],
    ) -> v.PurchaseReply:
        """Takes units of an offer for a buyer, who pays later: the price is fixed now, and the units are held
        until `hold_until`. Rules count the total as if it were paid.

        `offer`: The offer.
        `buyer`: The buyer. An account is needed only to pay from it.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `expect`: The total that the buyer was shown, or the whole reply of `purchases.quote`. Nothing
            is bought at another total, or beyond what was quoted.
        `promo`: A promo.
        `quantity`: How many units, 1 to 1,000,000.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`, `overflow`, `condition_not_met`, `version_conflict`, `offer_not_found`,
        `promo_not_found`, `out_of_stock`, `purchase_limit_exceeded`, `promo_not_applicable`,
        `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
        `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
        `key_not_found`.
        """
        args = {
            "offer": offer,
            "buyer": buyer,
            "key": key,
            "expect": expect,
            "promo": promo,
            "quantity": quantity,
            **more(common),
        }
        return v._read_purchase_reply(self._runner.call("purchases.reserve", args))

    def pay(
        self,
        purchase: str,
        *,
        gateway: str | None = None,
        token: str | Secret | None = None,
        tokens: Mapping[str, Any] | None = None,
        with_: v.PaidWith | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.PurchaseReply:
        """Pays a purchase that is held: from the buyer's balance at once, or through a gateway, whose answer
        completes it. Where it is sold by a deal, that is opened and paid, which is the effect
        `escrow.pay`. To try again with the same token give a key.

        `purchase`: The purchase.
        `gateway`: The gateway; without it a route says.
        `token`: The gateway's own handle of the payer's means. Never a card number.
        `tokens`: Such handles by gateway, where a route may take one or another.
        `with_`: The means of payment: the buyer's `balance`, or a `gateway`.

        Refused with `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`,
        `limit_exceeded`, `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `gateway_not_found`, `gateway_unavailable`, `purchase_not_found`, `factor_required`,
        `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "purchase": purchase,
            "gateway": gateway,
            "token": token,
            "tokens": tokens,
            "with": with_,
            **more(common),
        }
        return v._read_purchase_reply(self._runner.call("purchases.pay", args))

    def buy(
        self,
        offer: str,
        *,
        buyer: str,
        key: str,
        expect: JsonInput = None,
        gateway: str | None = None,
        promo: str | None = None,
        quantity: int | None = None,
        token: str | Secret | None = None,
        tokens: Mapping[str, Any] | None = None,
        with_: v.PaidWith | str | None = None,
        **common: Unpack[Common],
    ) -> v.PurchaseReply:
        """Takes units of an offer for a buyer, and pays them in the same commit, as `pay` does.

        `offer`: The offer.
        `buyer`: The buyer. An account is needed only to pay from it.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `expect`: The total that the buyer was shown, or the whole reply of `purchases.quote`. Nothing
            is bought at another total, or beyond what was quoted.
        `gateway`: The gateway; without it a route says.
        `promo`: A promo.
        `quantity`: How many units, 1 to 1,000,000.
        `token`: The gateway's own handle of the payer's means. Never a card number.
        `tokens`: Such handles by gateway, where a route may take one or another.
        `with_`: The means of payment: the buyer's `balance`, or a `gateway`.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`, `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`,
        `limit_exceeded`, `overflow`, `condition_not_met`, `version_conflict`, `gateway_not_found`,
        `gateway_unavailable`, `offer_not_found`, `promo_not_found`, `out_of_stock`,
        `purchase_limit_exceeded`, `promo_not_applicable`, `factor_required`, `approval_required`,
        `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "offer": offer,
            "buyer": buyer,
            "key": key,
            "expect": expect,
            "gateway": gateway,
            "promo": promo,
            "quantity": quantity,
            "token": token,
            "tokens": tokens,
            "with": with_,
            **more(common),
        }
        return v._read_purchase_reply(self._runner.call("purchases.buy", args))

    def cancel(
        self,
        purchase: str,
        *,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.PurchaseReply:
        """Gives a purchase up that is not paid: its units and its promo use come back. Where a payment is
        under way, once that is surely over; one that a gateway may have is not given up.

        `purchase`: The purchase.
        `reason`: Why.

        Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `purchase_not_found`, `factor_required`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "purchase": purchase,
            "reason": reason,
            **more(common),
        }
        return v._read_purchase_reply(self._runner.call("purchases.cancel", args))

    def refund(
        self,
        purchase: str,
        *,
        key: str,
        force: bool | None = None,
        quantity: int | None = None,
        reason: str | None = None,
        refund_account: Mapping[str, Any] | None = None,
        restock: bool | None = None,
        **common: Unpack[Common],
    ) -> v.PurchaseRefunded:
        """Gives units of a purchase back: the money goes to where it came from, and what was given with them
        is taken back. What is sold by a deal goes back through the deal alone.

        `purchase`: The purchase.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `force`: Whether what was given and is spent becomes a debt; an admin's alone.
        `quantity`: How many units; all that are left if it is left out.
        `reason`: Why.
        `refund_account`: The buyer's account that a deposit into a virtual account goes back to:
            `bank` (its code), `number` and `holder`. Kept sealed until the refund is over; other payments
            take none.
        `restock`: Whether the units may be sold again.

        Refused with `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`,
        `limit_exceeded`, `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `refund_exceeds_captured`, `purchase_not_found`, `factor_required`, `approval_required`,
        `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "purchase": purchase,
            "key": key,
            "force": force,
            "quantity": quantity,
            "reason": reason,
            "refund_account": refund_account,
            "restock": restock,
            **more(common),
        }
        return v._read_purchase_refunded(self._runner.call("purchases.refund", args))

    def get_offer(
        self,
        offer: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Offer:
        """One offer, and how much of it is left.

        `offer`: The offer.

        Refused with `offer_not_found`.
        """
        args = {
            "offer": offer,
            "actor": actor,
        }
        return v._read_offer(self._runner.call("purchases.get_offer", args))

    def offers(
        self,
        *,
        active: bool | None = None,
        after: str | None = None,
        limit: int | None = None,
        seller: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Offer]:
        """Offers, newest first.

        `active`: Only those that are active, or that are not.
        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        `seller`: Only of this seller.

        Refused with `invalid_account`.
        """
        args = {
            "active": active,
            "after": after,
            "limit": limit,
            "seller": seller,
            "actor": actor,
        }
        return paged(self._runner, "purchases.offers", args, v._read_offer)

    def promos(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        offer: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Promo]:
        """Promos, newest first.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        `offer`: Only those that are for this offer.

        Refused with `offer_not_found`.
        """
        args = {
            "after": after,
            "limit": limit,
            "offer": offer,
            "actor": actor,
        }
        return paged(self._runner, "purchases.promos", args, v._read_promo)

    def quote(
        self,
        offer: str,
        *,
        buyer: str | None = None,
        promo: str | None = None,
        quantity: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.PurchaseQuote:
        """Quotes units of an offer, and says whether they could be bought now.

        `offer`: The offer.
        `buyer`: The buyer's account; without it, the limits of a buyer are not looked at.
        `promo`: A promo.
        `quantity`: How many units, 1 to 1,000,000.

        Refused with `invalid_account`, `overflow`, `offer_not_found`, `promo_not_found`.
        """
        args = {
            "offer": offer,
            "buyer": buyer,
            "promo": promo,
            "quantity": quantity,
            "actor": actor,
        }
        return v._read_purchase_quote(self._runner.call("purchases.quote", args))

    def get(
        self,
        purchase: str | None = None,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
        reference: str | None = None,
    ) -> v.Purchase:
        """One purchase, by its id or the caller's own reference.

        `purchase`: The purchase.

        Refused with `purchase_not_found`.
        """
        args = {
            "purchase": purchase,
            "actor": actor,
            "reference": reference,
        }
        return v._read_purchase(self._runner.call("purchases.get", args))

    def list(
        self,
        *,
        after: str | None = None,
        buyer: str | None = None,
        limit: int | None = None,
        offer: str | None = None,
        state: v.PurchaseState | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Purchase]:
        """Purchases, newest first.

        `after`: The `next` of the page before.
        `buyer`: Only of this buyer.
        `limit`: Page size, at most 500.
        `offer`: Only of this offer.
        `state`: Only in this state.

        Refused with `invalid_account`, `offer_not_found`.
        """
        args = {
            "after": after,
            "buyer": buyer,
            "limit": limit,
            "offer": offer,
            "state": state,
            "actor": actor,
        }
        return paged(self._runner, "purchases.list", args, v._read_purchase)

    def history(
        self,
        purchase: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Event]:
        """The events of a purchase, oldest first.

        `purchase`: The purchase.
        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.

        Refused with `purchase_not_found`.
        """
        args = {
            "purchase": purchase,
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "purchases.history", args, v._read_event)

    def allowed_actions(
        self,
        purchase: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.PurchaseChoices:
        """The actions that the actor could take on a purchase now.

        `purchase`: The purchase.

        Refused with `purchase_not_found`.
        """
        args = {
            "purchase": purchase,
            "actor": actor,
        }
        return v._read_purchase_choices(self._runner.call("purchases.allowed_actions", args))


class Webhooks:
    """The operations of `webhooks`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def set_source(
        self,
        id: str,
        *,
        scheme: v.Scheme | str,
        gateway: str,
        secrets: Sequence[str | Secret] | None = None,
        tolerance: timedelta | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.SourceReply:
        """Makes a source of webhooks, or changes one: what is left out stays as it is.

        `id`: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        `scheme`: How it signs: `standard` (Standard Webhooks), `stripe`, `hmac`, or `toss` and
            `inicis`, which do not sign: what they send is only a hint, and the gateway is asked.
        `gateway`: The gateway that it speaks for; `stripe`, `toss` and `inicis` go with one of that
            driver alone.
        `secrets`: The secrets that it signs with, which are sealed and never shown: one, or several
            while the sender changes from one to another. `standard`: `whsec_` and base64; others: 16
            characters or more.
        `tolerance`: How far the time of a message may be from now, PT1S to PT24H.

        Refused with `version_conflict`, `gateway_not_found`, `factor_required`, `idempotency_mismatch`,
        `decryption_failed`, `key_not_found`.
        """
        args = {
            "id": id,
            "scheme": scheme,
            "gateway": gateway,
            "secrets": secrets,
            "tolerance": tolerance,
            **more(common),
        }
        return v._read_source_reply(self._runner.call("webhooks.set_source", args))

    def rotate_secret(
        self,
        source: str,
        *,
        secret: str | Secret,
        keep_old_for: timedelta | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.SourceReply:
        """Gives a source a new secret. The old one is good for a while, because the sender changes later.

        `source`: The source.
        `secret`: The new secret, which is sealed and never shown.
        `keep_old_for`: How long the old one is good, PT0S to P30D.

        Refused with `version_conflict`, `source_not_found`, `factor_required`, `idempotency_mismatch`,
        `decryption_failed`, `key_not_found`.
        """
        args = {
            "source": source,
            "secret": secret,
            "keep_old_for": keep_old_for,
            **more(common),
        }
        return v._read_source_reply(self._runner.call("webhooks.rotate_secret", args))

    def receive(
        self,
        source: str,
        *,
        headers: Mapping[str, Any],
        body: str,
        **common: Unpack[Keyed],
    ) -> v.WebhookReceived:
        """Takes what a source has sent, as it came over the line: verifies it, and does what it says. `reply`
        is what to answer the sender with, whatever came of it; a refusal is answered with its status. One
        that is not genuine is refused and leaves nothing, not even an event. The same event again is a
        replay, whatever else it carries. What nobody signed is only a hint: the gateway is asked.

        `source`: The source.
        `headers`: The headers by name, in upper or lower case; each value is a text.
        `body`: The body as it came over the line, before anybody parsed it; at most 256 KiB.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
        `gateway_not_found`, `source_not_found`, `factor_required`, `approval_required`,
        `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `review_required`, `decryption_failed`, `key_not_found`, `signature_invalid`.
        """
        args = {
            "source": source,
            "headers": headers,
            "body": body,
            **more(common),
        }
        return v._read_webhook_received(self._runner.call("webhooks.receive", args))

    def sources(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Source]:
        """The sources, by name.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        """
        args = {
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "webhooks.sources", args, v._read_source)

    def list(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        payment: str | None = None,
        result: v.Heard | str | None = None,
        source: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.SeenWebhook]:
        """Lists the events received from sources, newest first. Bodies are not kept.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        `payment`: Only about this payment.
        `result`: Only what came to this: `applied`, `ignored`, `parked`, `queried`, `suspended` or
            `mismatched`.
        `source`: Only of this source.
        """
        args = {
            "after": after,
            "limit": limit,
            "payment": payment,
            "result": result,
            "source": source,
            "actor": actor,
        }
        return paged(self._runner, "webhooks.list", args, v._read_seen_webhook)


class Withdrawals:
    """The operations of `withdrawals`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def set_chain(
        self,
        chain: str,
        *,
        block_time: timedelta | str | None = None,
        bump_after: timedelta | str | None = None,
        bump_bps: int | None = None,
        chain_id: str | None = None,
        endpoints: Sequence[str] | None = None,
        facts_ttl: timedelta | str | None = None,
        fee_cap: str | None = None,
        finality: v.FinalityTerms | None = None,
        min_priority_fee: str | None = None,
        quorum: int | None = None,
        resend_after: timedelta | str | None = None,
        urls: Mapping[str, Any] | None = None,
        watch: timedelta | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.ChainReply:
        """Makes a chain, or changes one: what is left out stays as it is. Its jobs are of the kinds
        `chain.*`, which a worker of the application's own leases, unless its endpoints have `urls`.

        `chain`: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        `block_time`: How long a block takes, PT1S to PT10M; PT2S for a new chain.
        `bump_after`: How long a node has had a transaction before it is bumped, PT1S to PT1H; PT20S
            for a new chain.
        `bump_bps`: By how much a bump raises both fees, in hundredths of a percent, 1,250 to 10,000;
            1,250 for a new chain.
        `chain_id`: Its number, which stays for ever: decimal, or hex with `0x`.
        `endpoints`: The names of those who speak for it, 1 to 16.
        `facts_ttl`: How long what is known of the chain is good, PT1S to PT1H; PT30S for a new chain.
        `fee_cap`: The most for a unit of gas, in wei, below 2^128.
        `finality`: When a block is final: `{"tag": "finalized"}`, `{"tag": "safe"}` or `{"depth":
            20}`; the first of these for a new chain.
        `min_priority_fee`: The least that is given on top of the base fee, in wei, below 2^128; 0 for
            a new chain, and 25 gwei for those of the numbers 137 and 80002.
        `quorum`: How many endpoints must agree; more than half of them, where endpoints are set
            without it.
        `resend_after`: How long a transaction is unseen before it is sent again, PT1S to PT1H; PT30S
            for a new chain.
        `urls`: Their addresses by name, which are sealed and never shown. Without them the
            application's own workers talk to them.
        `watch`: How long what is final is still looked at, PT0S to P30D; PT1H for a new chain.

        Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `decryption_failed`,
        `key_not_found`.
        """
        args = {
            "chain": chain,
            "block_time": block_time,
            "bump_after": bump_after,
            "bump_bps": bump_bps,
            "chain_id": chain_id,
            "endpoints": endpoints,
            "facts_ttl": facts_ttl,
            "fee_cap": fee_cap,
            "finality": finality,
            "min_priority_fee": min_priority_fee,
            "quorum": quorum,
            "resend_after": resend_after,
            "urls": urls,
            "watch": watch,
            **more(common),
        }
        return v._read_chain_reply(self._runner.call("withdrawals.set_chain", args))

    def set_asset(
        self,
        chain: str,
        *,
        currency: str,
        kind: v.AssetKind | str,
        decimals: int,
        fee: Money | str | None = None,
        max: Money | str | None = None,
        max_gas: int | None = None,
        min: Money | str | None = None,
        token: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.AssetReply:
        """Says what a currency is on a chain, or changes its bounds and its fee: what is left out stays as it
        is. A token is `checking` until a quorum has seen its code and its decimals. A currency that nobody
        knows yet is registered with these decimals, in every process of the store.

        `chain`: The chain.
        `currency`: The currency. One that nobody knows yet is registered with these decimals.
        `kind`: The kind of asset: `native`, the chain's own coins, or `erc20`.
        `decimals`: Its decimals there, which are those of the currency: coins have 18.
        `fee`: The fee of a withdrawal, on top of its amount.
        `max`: The most that is withdrawn.
        `max_gas`: The most gas that a payment may take, 21,000 to 30,000,000; 500,000 for a new one.
            The code of the payee runs at the wallet's expense: what takes more is not sent, and fails.
        `min`: The least that is withdrawn.
        `token`: The address of its token, which stays for ever.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `version_conflict`, `invalid_address`, `chain_not_found`, `factor_required`,
        `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "chain": chain,
            "currency": currency,
            "kind": kind,
            "decimals": decimals,
            "fee": fee,
            "max": max,
            "max_gas": max_gas,
            "min": min,
            "token": token,
            **more(common),
        }
        return v._read_asset_reply(self._runner.call("withdrawals.set_asset", args))

    def pause_lane(
        self,
        lane: str,
        *,
        reason: str,
        **common: Unpack[Keyed],
    ) -> v.LaneReply:
        """Pauses a lane: it binds nothing more, and what it has bound goes on.

        `lane`: The lane.
        `reason`: Why.

        Refused with `transition_not_allowed`, `version_conflict`, `lane_not_found`, `factor_required`,
        `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "lane": lane,
            "reason": reason,
            **more(common),
        }
        return v._read_lane_reply(self._runner.call("withdrawals.pause_lane", args))

    def resume_lane(
        self,
        lane: str,
        *,
        adopt: bool | None = None,
        **common: Unpack[Keyed],
    ) -> v.LaneReply:
        """Lets a lane bind again that was paused: once somebody has compared it with the chain. With `adopt`
        its counter goes up to the chain's, while none of its nonces is under way.

        `lane`: The lane.
        `adopt`: Whether its counter moves up to the chain's, because somebody else has used its key.

        Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `lane_not_found`,
        `factor_required`, `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "lane": lane,
            "adopt": adopt,
            **more(common),
        }
        return v._read_lane_reply(self._runner.call("withdrawals.resume_lane", args))

    def retire_lane(
        self,
        lane: str,
        **common: Unpack[Keyed],
    ) -> v.LaneReply:
        """Has a lane bind nothing more, for ever: it is `retired` at its last final nonce.

        `lane`: The lane.

        Refused with `transition_not_allowed`, `version_conflict`, `lane_not_found`, `factor_required`,
        `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "lane": lane,
            **more(common),
        }
        return v._read_lane_reply(self._runner.call("withdrawals.retire_lane", args))

    def request(
        self,
        account: str,
        *,
        amount: Money | str,
        chain: str,
        to: str,
        key: str,
        give_up_in: timedelta | str | None = None,
        **common: Unpack[Common],
    ) -> v.WithdrawalRequested:
        """Asks for a withdrawal: the amount and the fee of its asset are held at once, and captured when the
        chain has made the payment final. Rules and lists see the address in lower case as the
        counterparty.

        `account`: The account that pays.
        `amount`: The amount for the payee.
        `chain`: The chain.
        `to`: The address of the payee. One in both cases of letters must have the checksum of EIP-55.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.
        `give_up_in`: After how long it is given up, where it has no nonce by then, PT1S to P30D; never
            if it is left out.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `invalid_account`, `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`,
        `limit_exceeded`, `overflow`, `condition_not_met`, `version_conflict`, `invalid_address`,
        `chain_not_found`, `asset_not_found`, `lane_not_found`, `factor_required`, `approval_required`,
        `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "account": account,
            "amount": amount,
            "chain": chain,
            "to": to,
            "key": key,
            "give_up_in": give_up_in,
            **more(common),
        }
        return v._read_withdrawal_requested(self._runner.call("withdrawals.request", args))

    def cancel(
        self,
        withdrawal: str,
        *,
        max_fee_per_gas: str | None = None,
        reason: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.WithdrawalReply:
        """Gives a withdrawal up: at once before it has a nonce. After that an admin, or the host's own
        program, has a no-op sent under the same nonce, and the chain says which of the two it was.

        `withdrawal`: The withdrawal.
        `max_fee_per_gas`: The most for a unit of gas of the no-op, in wei, below 2^128, which an admin
            may set above the cap.
        `reason`: Why.

        Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `withdrawal_not_found`, `factor_required`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "withdrawal": withdrawal,
            "max_fee_per_gas": max_fee_per_gas,
            "reason": reason,
            **more(common),
        }
        return v._read_withdrawal_reply(self._runner.call("withdrawals.cancel", args))

    def speed_up(
        self,
        withdrawal: str,
        *,
        max_fee_per_gas: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.WithdrawalReply:
        """Has a withdrawal signed at a higher price, without waiting until it is bumped. Only the first of a
        lane that is in no block is worth it.

        `withdrawal`: The withdrawal.
        `max_fee_per_gas`: The most for a unit of gas, in wei, below 2^128, which may be above the cap.

        Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `withdrawal_not_found`, `factor_required`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "withdrawal": withdrawal,
            "max_fee_per_gas": max_fee_per_gas,
            **more(common),
        }
        return v._read_withdrawal_reply(self._runner.call("withdrawals.speed_up", args))

    def retry(
        self,
        withdrawal: str,
        **common: Unpack[Keyed],
    ) -> v.WithdrawalReply:
        """Has the call of a withdrawal written again that gave up (attention `retries_exhausted`). Once it
        has given up again, the same order is another one. Where a rule wants a review of that, it needs a
        `key` of its own: the derived one is used up, and cannot wait for people.

        `withdrawal`: The withdrawal.

        Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `withdrawal_not_found`, `factor_required`, `idempotency_mismatch`, `rate_limited`,
        `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
        """
        args = {
            "withdrawal": withdrawal,
            **more(common),
        }
        return v._read_withdrawal_reply(self._runner.call("withdrawals.retry", args))

    def settle(
        self,
        withdrawal: str,
        *,
        paid: bool,
        reason: str,
        key: str,
        **common: Unpack[Common],
    ) -> v.WithdrawalReply:
        """Says what an admin has found out about a withdrawal that is final, and of which nobody can show
        whether it was paid (attention `not_proved`, `nonce_taken`).

        `withdrawal`: The withdrawal.
        `paid`: Whether the payee has it.
        `reason`: How it was found out.
        `key`: Idempotency key: the same key with the same request is one effect and one reply.

        Refused with `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
        `withdrawal_not_found`, `factor_required`, `approval_required`, `already_approved`,
        `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `review_required`, `key_not_found`.
        """
        args = {
            "withdrawal": withdrawal,
            "paid": paid,
            "reason": reason,
            "key": key,
            **more(common),
        }
        return v._read_withdrawal_reply(self._runner.call("withdrawals.settle", args))

    def chains(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.WithdrawalChain]:
        """The chains, by name, what gas costs there, and how their endpoints do.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        """
        args = {
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "withdrawals.chains", args, v._read_withdrawal_chain)

    def assets(
        self,
        *,
        after: str | None = None,
        chain: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Asset]:
        """The assets: which currencies may be withdrawn to which chains.

        `after`: The `next` of the page before.
        `chain`: Only of this chain.
        `limit`: Page size, at most 500.
        """
        args = {
            "after": after,
            "chain": chain,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "withdrawals.assets", args, v._read_asset)

    def lanes(
        self,
        *,
        after: str | None = None,
        chain: str | None = None,
        limit: int | None = None,
        state: v.LaneState | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Lane]:
        """The lanes, newest first.

        `after`: The `next` of the page before.
        `chain`: Only of this chain.
        `limit`: Page size, at most 500.
        `state`: Only in this state: `opening`, `active`, `paused` or `retired`.
        """
        args = {
            "after": after,
            "chain": chain,
            "limit": limit,
            "state": state,
            "actor": actor,
        }
        return paged(self._runner, "withdrawals.lanes", args, v._read_lane)

    def lane(
        self,
        lane: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Lane:
        """One lane: its counter, what is under way, and what its wallet has and has promised.

        `lane`: The lane.

        Refused with `lane_not_found`.
        """
        args = {
            "lane": lane,
            "actor": actor,
        }
        return v._read_lane(self._runner.call("withdrawals.lane", args))

    def quote(
        self,
        chain: str,
        *,
        amount: Money | str,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.WithdrawalQuote:
        """Quotes a withdrawal: its cost now, and what it would wait for.

        `chain`: The chain.
        `amount`: The amount for the payee.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `overflow`,
        `chain_not_found`, `asset_not_found`.
        """
        args = {
            "chain": chain,
            "amount": amount,
            "actor": actor,
        }
        return v._read_withdrawal_quote(self._runner.call("withdrawals.quote", args))

    def get(
        self,
        withdrawal: str | None = None,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
        reference: str | None = None,
    ) -> v.Withdrawal:
        """One withdrawal, by its id or the caller's own reference.

        `withdrawal`: The withdrawal.

        Refused with `withdrawal_not_found`.
        """
        args = {
            "withdrawal": withdrawal,
            "actor": actor,
            "reference": reference,
        }
        return v._read_withdrawal(self._runner.call("withdrawals.get", args))

    def list(
        self,
        *,
        account: str | None = None,
        after: str | None = None,
        attention: v.AttentionCode | str | None = None,
        cancelling: bool | None = None,
        chain: str | None = None,
        from_time: datetime | str | None = None,
        lane: str | None = None,
        limit: int | None = None,
        state: v.WithdrawalState | str | None = None,
        to: str | None = None,
        to_time: datetime | str | None = None,
        waiting: v.Waiting | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Withdrawal]:
        """Withdrawals, newest first.

        `account`: Only of this account.
        `after`: The `next` of the page before.
        `attention`: Only those that people should look at for this reason.
        `cancelling`: Only those that are being given up, or only the others.
        `chain`: Only to this chain.
        `from_time`: Only those that were asked for at this time or later.
        `lane`: Only of this lane.
        `limit`: Page size, at most 500.
        `state`: Only in this state.
        `to`: Only to this address.
        `to_time`: Only those that were asked for before this time.
        `waiting`: Only those that wait for this: `chain`, `fees`, `wallet`, `window` or `lane`.

        Refused with `invalid_account`.
        """
        args = {
            "account": account,
            "after": after,
            "attention": attention,
            "cancelling": cancelling,
            "chain": chain,
            "from_time": from_time,
            "lane": lane,
            "limit": limit,
            "state": state,
            "to": to,
            "to_time": to_time,
            "waiting": waiting,
            "actor": actor,
        }
        return paged(self._runner, "withdrawals.list", args, v._read_withdrawal)

    def history(
        self,
        withdrawal: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Event]:
        """The events of a withdrawal, oldest first.

        `withdrawal`: The withdrawal.
        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.

        Refused with `withdrawal_not_found`.
        """
        args = {
            "withdrawal": withdrawal,
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "withdrawals.history", args, v._read_event)

    def allowed_actions(
        self,
        withdrawal: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.WithdrawalChoices:
        """Lists the actions open to the actor on a withdrawal now.

        `withdrawal`: The withdrawal.

        Refused with `withdrawal_not_found`.
        """
        args = {
            "withdrawal": withdrawal,
            "actor": actor,
        }
        return v._read_withdrawal_choices(self._runner.call("withdrawals.allowed_actions", args))

    def diagram(
        self,
        format: str | None = None,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Diagram:
        """The states and transitions of a withdrawal as a picture, drawn from the table that runs them.

        `format`: `mermaid`, which is the default.
        """
        args = {
            "format": format,
            "actor": actor,
        }
        return v._read_diagram(self._runner.call("withdrawals.diagram", args))

    def stats(
        self,
        *,
        since: datetime | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.WithdrawalStats:
        """How many withdrawals are in which state, how they ended, and how long they took.

        `since`: Of those that are over only such as changed at this time or later; a week ago if it is
            left out.
        """
        args = {
            "since": since,
            "actor": actor,
        }
        return v._read_withdrawal_stats(self._runner.call("withdrawals.stats", args))

    def open_lane(
        self,
        chain: str,
        *,
        key: str,
        window: int | None = None,
        **common: Unpack[Common],
    ) -> v.LaneReply:
        """Has a key sign withdrawals to a chain, and nothing else from then on. The lane is `opening` until a
        quorum gives the same nonce for its address, and no code there; then its counter begins at that
        nonce, and is never read from the chain again.

        `chain`: The chain.
        `key`: The id of the key, `ky_...`, of the vault or of the host.
        `window`: How many withdrawals may be sent and not yet seen in a block, 1 to 256.

        Refused with `version_conflict`, `chain_not_found`, `lane_exists`, `factor_required`,
        `decryption_failed`, `key_not_found`.
        """
        args = {
            "chain": chain,
            "key": key,
            "window": window,
            **more(common),
        }
        return v._read_lane_reply(self._runner.call("withdrawals.open_lane", args))


class Approvals:
    """The operations of `approvals`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def set_policy(
        self,
        id: str,
        *,
        operation: str,
        threshold: Money | str,
        approvers: int | None = None,
        currency: str | None = None,
        expires_in: timedelta | str | None = None,
        require: Sequence[v.Factor | str] | None = None,
        role: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.PolicyReply:
        """Asks for the consent of others before calls with this effect, from this amount up; it takes the
        place of the policy of that name. It holds at once, in every process.

        `id`: Its name, 1 to 64 of `A-Z a-z 0-9 . _ : -`; one of that name is replaced, `default` too.
        `operation`: The effect of the calls that it covers: `escrow.pay`, a family such as
            `treasury.*`, or `*`. Of `signing.sign`, which is in `*` too, it can only require factors; and
            of an effect that takes no money, such as `vault.reveal`, if that is named in full.
        `threshold`: From here up; zero for any amount. Calls that take another currency are not
            covered. Signatures and what takes no money are covered at any amount.
        `approvers`: How many different people must approve: 1 to 20; 2 when absent. With 0 only
            factors are required, as always where no money is taken.
        `currency`: The currency of the threshold, again.
        `expires_in`: How long an approval stays open; 24 hours when absent.
        `require`: The factors that the caller must prove by `proofs`: `pin`, `totp`, or both. Where no
            money is taken they are those of the actor himself, so that the host's own program cannot make
            such a call.
        `role`: The role in which they must act; `admin` when absent.

        Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
        `version_conflict`, `idempotency_mismatch`.
        """
        args = {
            "id": id,
            "operation": operation,
            "threshold": threshold,
            "approvers": approvers,
            "currency": currency,
            "expires_in": expires_in,
            "require": require,
            "role": role,
            **more(common),
        }
        return v._read_policy_reply(self._runner.call("approvals.set_policy", args))

    def remove_policy(
        self,
        id: str,
        **common: Unpack[Keyed],
    ) -> v.PolicyRemoved:
        """Removes a policy. Approvals that were asked for already stay as they were asked for.

        `id`: Its name.

        Refused with `version_conflict`, `idempotency_mismatch`.
        """
        args = {
            "id": id,
            **more(common),
        }
        return v._read_policy_removed(self._runner.call("approvals.remove_policy", args))

    def approve(
        self,
        approval: str,
        **common: Unpack[Keyed],
    ) -> v.ApproveReply:
        """Consents to a call that waits. The last consent that is needed makes the call, under its own key
        and as the actor who asked for it; where it is refused then, this may be repeated until the
        approval expires.

        `approval`: The approval.

        Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`,
        `approval_expired`, `already_approved`, `self_approval`, `idempotency_mismatch`.
        """
        args = {
            "approval": approval,
            **more(common),
        }
        return v._read_approve_reply(self._runner.call("approvals.approve", args))

    def reject(
        self,
        approval: str,
        *,
        reason: str,
        **common: Unpack[Keyed],
    ) -> v.ApprovalReply:
        """Refuses a call that waits, for good.

        `approval`: The approval.
        `reason`: Why, at most 1,000 characters; events carry its salted hash only.

        Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`,
        `approval_expired`, `idempotency_mismatch`.
        """
        args = {
            "approval": approval,
            "reason": reason,
            **more(common),
        }
        return v._read_approval_reply(self._runner.call("approvals.reject", args))

    def policies(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Policy]:
        """The policies in force.
        """
        args = {
            "actor": actor,
        }
        return paged(self._runner, "approvals.policies", args, v._read_policy)

    def get(
        self,
        approval: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Approval:
        """One approval.

        `approval`: The approval.

        Refused with `approval_not_found`.
        """
        args = {
            "approval": approval,
            "actor": actor,
        }
        return v._read_approval(self._runner.call("approvals.get", args))

    def list(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        operation: str | None = None,
        requested_by: str | None = None,
        state: v.ApprovalState | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Approval]:
        """Approvals, newest first.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        `operation`: Only those of this operation.
        `requested_by`: Only those that this actor asked for.
        `state`: Only in this state: `pending`, `approved`, `rejected`, `expired` or `executed`.
        """
        args = {
            "after": after,
            "limit": limit,
            "operation": operation,
            "requested_by": requested_by,
            "state": state,
            "actor": actor,
        }
        return paged(self._runner, "approvals.list", args, v._read_approval)


class Vault:
    """The operations of `vault`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(
        self,
        subject: str,
        *,
        name: str,
        value: str | Secret,
        searchable: bool | None = None,
        **common: Unpack[Keyed],
    ) -> v.ValuePut:
        """Seals a value of a subject. Under a name that it has, the old value is gone.

        `subject`: The subject: 1 to 128 of `A-Z a-z 0-9 . _ : - @`, best the id that actors have.
        `name`: The name of the value: 1 to 64 of `A-Z a-z 0-9 . _ : -`. A subject has at most 256
            values.
        `value`: The value, a text of at most 64 KiB.
        `searchable`: Whether `vault.find` finds it. Then the store shows which subjects have the same
            value under the same name.

        Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `decryption_failed`,
        `key_not_found`.
        """
        args = {
            "subject": subject,
            "name": name,
            "value": value,
            "searchable": searchable,
            **more(common),
        }
        return v._read_value_put(self._runner.call("vault.put", args))

    def reveal(
        self,
        subject: str,
        *,
        name: str,
        **common: Unpack[Keyed],
    ) -> v.ValueRevealed:
        """Opens a value, and leaves an event that says who read it. Not inside a host's transaction, which
        may be rolled back with the event. A replay has no value: `reply_not_kept`.

        `subject`: The subject.
        `name`: The name of the value.

        Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`,
        `reply_not_kept`.
        """
        args = {
            "subject": subject,
            "name": name,
            **more(common),
        }
        return v._read_value_revealed(self._runner.call("vault.reveal", args))

    def export(
        self,
        subject: str,
        **common: Unpack[Keyed],
    ) -> v.SubjectExported:
        """Opens all values of a subject, as its own copy of what is kept of it, and leaves an event. Not
        inside a host's transaction.

        `subject`: The subject.

        Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`,
        `reply_not_kept`.
        """
        args = {
            "subject": subject,
            **more(common),
        }
        return v._read_subject_exported(self._runner.call("vault.export", args))

    def forget(
        self,
        subject: str,
        **common: Unpack[Keyed],
    ) -> v.SubjectForgotten:
        """Removes the data key of a subject, its values and what finds them, in one commit. Its money and its
        deals stay. A value that is put afterwards begins at version 1.

        `subject`: The subject to forget.

        Refused with `factor_required`, `idempotency_mismatch`, `key_not_found`.
        """
        args = {
            "subject": subject,
            **more(common),
        }
        return v._read_subject_forgotten(self._runner.call("vault.forget", args))

    def find(
        self,
        name: str,
        *,
        value: str | Secret,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.SubjectsFound:
        """Finds subjects by a value and its name.

        `name`: The name of the value.
        `value`: The value: byte for byte, but for how letters with accents are composed.
        `after`: The `next` of the page before.
        `limit`: Page size, at most 500, which it is when absent.

        Refused with `key_not_found`.
        """
        args = {
            "name": name,
            "value": value,
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return v._read_subjects_found(self._runner.call("vault.find", args))

    def list(
        self,
        subject: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.ValueListed]:
        """The names of the values of a subject, in order.

        `subject`: The subject.
        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.

        Refused with `key_not_found`.
        """
        args = {
            "subject": subject,
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "vault.list", args, v._read_value_listed)

    def keys(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.WrappingKey]:
        """The keys of the keyring that the book rests on: those that wrap its data keys, and that of its
        index. Each says whether this process lacks it.
        """
        args = {
            "actor": actor,
        }
        return paged(self._runner, "vault.keys", args, v._read_wrapping_key)

    def rotate(
        self,
        *,
        subject: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.KeysRotated:
        """Makes the current key of this process's keyring the one that wraps, in every process, and wraps all
        data keys with it, a hundred in each commit, while the vault is in use. What is left is told; the
        next call continues.

        `subject`: Gives this subject a new data key and seals its values anew. Without it, every data
            key of the book is wrapped with the current key of the keyring.

        Refused with `factor_required`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "subject": subject,
            **more(common),
        }
        return v._read_keys_rotated(self._runner.call("vault.rotate", args))


class Credentials:
    """The operations of `credentials`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def unlock_pin(
        self,
        subject: str,
        **common: Unpack[Keyed],
    ) -> v.PinUnlocked:
        """Opens all locks of a PIN and of one-time codes, whichever of them there are.

        `subject`: The subject: a user's id.

        Refused with `idempotency_mismatch`, `credential_not_found`, `key_not_found`.
        """
        args = {
            "subject": subject,
            **more(common),
        }
        return v._read_pin_unlocked(self._runner.call("credentials.unlock_pin", args))

    def enrol_totp(
        self,
        subject: str,
        *,
        issuer: str,
        account_name: str,
        algorithm: str | None = None,
        digits: int | None = None,
        secret: str | Secret | None = None,
        **common: Unpack[Keyed],
    ) -> v.TotpEnrolled:
        """Draws a secret for one-time codes, with its picture to scan and ten recovery codes. They are in
        force once a code was confirmed. A replay shows none of it: `reply_not_kept`.

        `subject`: The subject: a user's id.
        `issuer`: The issuer of the codes, as phones show it; without `:`.
        `account_name`: The name of the account, as phones show it; without `:`.
        `algorithm`: `SHA1`, `SHA256` or `SHA512`. Many phones know `SHA1` alone.
        `digits`: Digits of a code: 6 or 8.
        `secret`: A secret that is taken over from elsewhere, in base32, also in groups: 10 to 64
            bytes. Below 16 bytes the reply has a warning.

        Refused with `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
        """
        args = {
            "subject": subject,
            "issuer": issuer,
            "account_name": account_name,
            "algorithm": algorithm,
            "digits": digits,
            "secret": secret,
            **more(common),
        }
        return v._read_totp_enrolled(self._runner.call("credentials.enrol_totp", args))

    def confirm_totp(
        self,
        subject: str,
        *,
        code: str | Secret,
        **common: Unpack[Keyed],
    ) -> v.TotpConfirmed:
        """Confirms an enrolment by its first code. Where its subject has a PIN or codes already it needs one
        of `proofs`.

        `subject`: The subject: a user's id.
        `code`: The code.

        Refused with `factor_required`, `idempotency_mismatch`, `credential_not_found`, `otp_invalid`,
        `otp_locked`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "subject": subject,
            "code": code,
            **more(common),
        }
        return v._read_totp_confirmed(self._runner.call("credentials.confirm_totp", args))

    def verify_totp(
        self,
        subject: str,
        *,
        code: str | Secret,
        for_: v.ProofFor | None = None,
        **common: Unpack[Keyed],
    ) -> v.TotpVerified:
        """Checks a one-time code or a recovery code, each good once, and gives a proof for `proofs`. Five
        wrong ones in a row lock.

        `subject`: The subject: a user's id.
        `code`: The code.
        `for_`: The call that the proof is for. Without it, any call of the subject.

        Refused with `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
        `credential_not_found`, `otp_invalid`, `otp_reused`, `otp_locked`, `decryption_failed`,
        `key_not_found`, `reply_not_kept`.
        """
        args = {
            "subject": subject,
            "code": code,
            "for": for_,
            **more(common),
        }
        return v._read_totp_verified(self._runner.call("credentials.verify_totp", args))

    def set_pin(
        self,
        subject: str,
        *,
        pin: str | Secret,
        current: str | Secret | None = None,
        **common: Unpack[Keyed],
    ) -> v.PinSet:
        """Sets a PIN. Where there is one, `current` or the proof of a one-time code is needed, or an admin
        sets another one, which its owner should change. A first one needs such a proof where codes are in
        force, or an admin.

        `subject`: The subject: a user's id.
        `pin`: The new PIN.
        `current`: The present PIN, where there is one: an attempt like any other. Admins need none.

        Refused with `factor_required`, `rate_limited`, `velocity_blocked`, `blocked`,
        `credential_not_found`, `pin_invalid`, `pin_locked`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "subject": subject,
            "pin": pin,
            "current": current,
            **more(common),
        }
        return v._read_pin_set(self._runner.call("credentials.set_pin", args))

    def verify_pin(
        self,
        subject: str,
        *,
        pin: str | Secret,
        for_: v.ProofFor | None = None,
        **common: Unpack[Keyed],
    ) -> v.PinVerified:
        """Checks a PIN and gives a proof for `proofs`. The attempt counts before it is checked; five wrong
        ones in a row lock for five minutes, and after that there is one try each.

        `subject`: The subject: a user's id.
        `pin`: The PIN.
        `for_`: The call that the proof is for. Without it, any call of the subject.

        Refused with `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`, `pin_invalid`,
        `pin_locked`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "subject": subject,
            "pin": pin,
            "for": for_,
            **more(common),
        }
        return v._read_pin_verified(self._runner.call("credentials.verify_pin", args))


class Risk:
    """The operations of `risk`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def set_rule(
        self,
        id: str,
        *,
        action: str,
        subject: str,
        metric: str,
        limit: int | Money | str,
        outcome: v.Outcome | str,
        exact: bool | None = None,
        expires_in: timedelta | str | None = None,
        factors: Sequence[v.Factor | str] | None = None,
        from_: datetime | str | None = None,
        message: str | None = None,
        priority: int | None = None,
        shadow: bool | None = None,
        time_zone: str | None = None,
        until: datetime | str | None = None,
        weight: int | None = None,
        window: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.RuleReply:
        """Sets a rule, which holds at once in every process, in the place of the one of that name. Another
        action, subject, metric or window begins from zero; the rest leaves the counts.

        `id`: Its name, 1 to 48 of `A-Z a-z 0-9 . _ : -`, in one space with the rates'.
        `action`: Which calls: an operation, a service such as `escrow.*`, or `*`; several with commas
            between them count together. The last two mean what opens something; what settles is meant only
            by its full name.
        `subject`: About whom: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
        `metric`: The metric: `count`, `sum`, `amount`, `failures` or `distinct:FIELD`, where FIELD is
            one of the subjects.
        `limit`: So much passes: a whole number, or money for `sum` and `amount`. Of failures so many
            are too many.
        `outcome`: The outcome when it fires: `block`, `challenge`, `review` or `flag`.
        `exact`: Whether no call too many may pass even where many share a subject. If not,
            transactions about one subject do not wait for each other, and those that are open at once may
            go over the limit together; on SQLite and in memory that makes no difference.
        `expires_in`: Of a review: how long it stays open, at most `P90D`.
        `factors`: Of a challenge: `pin`, `totp`; any that is enrolled when absent.
        `from_`: In force from then on.
        `message`: A message for people, at most 200 characters.
        `priority`: Which refusal speaks first: the highest, -1,000 to 1,000.
        `shadow`: Whether it only shows what it would do.
        `time_zone`: Where midnight is, for `day` and `month`; `UTC` when absent.
        `until`: In force before then.
        `weight`: The points that it adds to the score when it fires, -100 to 100.
        `window`: For how long a call counts: a length of time up to `P400D`, `day`, `month` or
            `lifetime`; none for `amount`.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`,
        `idempotency_mismatch`.
        """
        args = {
            "id": id,
            "action": action,
            "subject": subject,
            "metric": metric,
            "limit": limit,
            "outcome": outcome,
            "exact": exact,
            "expires_in": expires_in,
            "factors": factors,
            "from": from_,
            "message": message,
            "priority": priority,
            "shadow": shadow,
            "time_zone": time_zone,
            "until": until,
            "weight": weight,
            "window": window,
            **more(common),
        }
        return v._read_rule_reply(self._runner.call("risk.set_rule", args))

    def set_rate(
        self,
        id: str,
        *,
        action: str,
        subject: str,
        limit: int,
        per: str,
        burst: int | None = None,
        message: str | None = None,
        priority: int | None = None,
        **common: Unpack[Keyed],
    ) -> v.RateReply:
        """Sets a rate: calls of a subject are spaced, so many in a span, with a burst.

        `id`: Its name, 1 to 48 of `A-Z a-z 0-9 . _ : -`, in one space with the rules'.
        `action`: As a rule's.
        `subject`: As a rule's.
        `limit`: How many calls in a span.
        `per`: The span, at most `P400D`.
        `burst`: How many at once after a pause; the limit when absent.
        `message`: As a rule's.
        `priority`: As a rule's.

        Refused with `version_conflict`, `idempotency_mismatch`.
        """
        args = {
            "id": id,
            "action": action,
            "subject": subject,
            "limit": limit,
            "per": per,
            "burst": burst,
            "message": message,
            "priority": priority,
            **more(common),
        }
        return v._read_rate_reply(self._runner.call("risk.set_rate", args))

    def remove_rule(
        self,
        id: str,
        **common: Unpack[Keyed],
    ) -> v.RuleRemoved:
        """Removes a rule or a rate, and with it what it has counted.

        `id`: Its name.

        Refused with `version_conflict`, `idempotency_mismatch`.
        """
        args = {
            "id": id,
            **more(common),
        }
        return v._read_rule_removed(self._runner.call("risk.remove_rule", args))

    def set_thresholds(
        self,
        *,
        block: int | None = None,
        challenge: int | None = None,
        review: int | None = None,
        **common: Unpack[Keyed],
    ) -> v.ThresholdsReply:
        """Says from which score on something follows; what is left out leads to nothing any more.

        `block`: From here on it is refused.
        `challenge`: From here on a further factor must be proved.
        `review`: From here on people look at it first.

        Refused with `version_conflict`, `idempotency_mismatch`.
        """
        args = {
            "block": block,
            "challenge": challenge,
            "review": review,
            **more(common),
        }
        return v._read_thresholds_reply(self._runner.call("risk.set_thresholds", args))

    def block(
        self,
        subject: str,
        *,
        value: str,
        reason: str,
        until: datetime | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.ListReply:
        """Blocks an account, an actor, an address, a device or a value: what opens something for it is
        refused, whatever rules say. It takes the place of an entry that allows.

        `subject`: In which part of a call: `account`, `actor`, `counterparty`, `ip`, `device` or
            `meta.FIELD`.
        `value`: The value to block: an account, an actor's id, an address or a network such as
            `198.51.100.0/24`, a device, or the text of the field.
        `reason`: Why, at most 1,000 characters; events carry its salted hash only.
        `until`: In force before then; for ever when absent.

        Refused with `version_conflict`, `idempotency_mismatch`.
        """
        args = {
            "subject": subject,
            "value": value,
            "reason": reason,
            "until": until,
            **more(common),
        }
        return v._read_list_reply(self._runner.call("risk.block", args))

    def allow(
        self,
        subject: str,
        *,
        value: str,
        reason: str,
        until: datetime | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.ListReply:
        """Lets an account, an actor, an address, a device or a value through, whatever rules say.

        `subject`: In which part of a call: `account`, `actor`, `counterparty`, `ip`, `device` or
            `meta.FIELD`.
        `value`: The value to allow: an account, an actor's id, an address or a network such as
            `198.51.100.0/24`, a device, or the text of the field.
        `reason`: Why, at most 1,000 characters; events carry its salted hash only.
        `until`: In force before then; for ever when absent.

        Refused with `version_conflict`, `idempotency_mismatch`.
        """
        args = {
            "subject": subject,
            "value": value,
            "reason": reason,
            "until": until,
            **more(common),
        }
        return v._read_list_reply(self._runner.call("risk.allow", args))

    def unlist(
        self,
        subject: str,
        *,
        value: str,
        **common: Unpack[Keyed],
    ) -> v.ListReply:
        """Takes somebody or something off the lists.

        `subject`: In which part of a call.
        `value`: The listed value, in the form of the entry or in any other that it could be listed by.

        Refused with `version_conflict`, `idempotency_mismatch`.
        """
        args = {
            "subject": subject,
            "value": value,
            **more(common),
        }
        return v._read_list_reply(self._runner.call("risk.unlist", args))

    def approve_review(
        self,
        review: str,
        **common: Unpack[Keyed],
    ) -> v.ReviewedReply:
        """Agrees to a call that waits for people to look at it, which is then made under its own key, as the
        actor who asked for it. Where it is refused then, this may be repeated.

        `review`: The review.

        Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`,
        `approval_expired`, `already_approved`, `self_approval`, `idempotency_mismatch`.
        """
        args = {
            "review": review,
            **more(common),
        }
        return v._read_reviewed_reply(self._runner.call("risk.approve_review", args))

    def reject_review(
        self,
        review: str,
        *,
        reason: str,
        **common: Unpack[Keyed],
    ) -> v.ReviewReply:
        """Refuses a call that waits for people to look at it, for good.

        `review`: The review.
        `reason`: Why, at most 1,000 characters; events carry its salted hash only.

        Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`,
        `approval_expired`, `idempotency_mismatch`.
        """
        args = {
            "review": review,
            "reason": reason,
            **more(common),
        }
        return v._read_review_reply(self._runner.call("risk.reject_review", args))

    def install_pack(
        self,
        name: str,
        *,
        currencies: Sequence[str] | None = None,
        currency: str | None = None,
        time_zone: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.PackReply:
        """Sets the rules of a pack, by names that begin with `pack.`; again: back to its numbers.

        `name`: `prepaid`, `marketplace`, `limited_sale` or `payouts`.
        `currencies`: Further currencies of its amounts, each by rules of its own whose names end with
            the code.
        `currency`: The currency of its amounts: `KRW`, `USD` or `EUR`. Without one it limits no
            amounts.
        `time_zone`: Where its days and months begin; `UTC` when absent.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`,
        `idempotency_mismatch`.
        """
        args = {
            "name": name,
            "currencies": currencies,
            "currency": currency,
            "time_zone": time_zone,
            **more(common),
        }
        return v._read_pack_reply(self._runner.call("risk.install_pack", args))

    def rules(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Rules:
        """The rules, the rates and the thresholds.
        """
        args = {
            "actor": actor,
        }
        return v._read_rules(self._runner.call("risk.rules", args))

    def evaluate(
        self,
        action: str,
        *,
        args: Mapping[str, Any],
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Decision:
        """Returns the rules' verdict on a call now, whatever its objects and funds. Nothing is counted.

        `action`: The operation: `ledger.transfer`.
        `args`: Its request; the key may be left out.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`.
        """
        args = {
            "action": action,
            "args": args,
            "actor": actor,
        }
        return v._read_decision(self._runner.call("risk.evaluate", args))

    def reviews(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        state: v.ReviewState | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Review]:
        """Calls that wait for people to look at them, and those that did, newest first.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        `state`: Only in this state: `pending`, `rejected`, `expired` or `executed`.
        """
        args = {
            "after": after,
            "limit": limit,
            "state": state,
            "actor": actor,
        }
        return paged(self._runner, "risk.reviews", args, v._read_review)

    def profile(
        self,
        account: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Profile:
        """Rates an account by its operations, its disputes and its refunds.

        `account`: The account.

        Refused with `invalid_account`, `account_not_found`.
        """
        args = {
            "account": account,
            "actor": actor,
        }
        return v._read_profile(self._runner.call("risk.profile", args))

    def decisions(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        outcome: v.Outcome | str | None = None,
        subject: str | None = None,
        value: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Decision]:
        """Lists decisions in which something fired, newest first. A plain yes is not kept.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        `outcome`: Only with this outcome: `allow`, `flag`, `review`, `challenge` or `block`.
        `subject`: Only those whose first rule is about this part of a call: `account`, `actor`, `ip`
            and so on.
        `value`: Only those about this account, actor, address or network and so on; of any part of a
            call without `subject`.
        """
        args = {
            "after": after,
            "limit": limit,
            "outcome": outcome,
            "subject": subject,
            "value": value,
            "actor": actor,
        }
        return paged(self._runner, "risk.decisions", args, v._read_decision)


class Signing:
    """The operations of `signing`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def create_key(
        self,
        *,
        label: str | None = None,
        **common: Unpack[Keyed],
    ) -> v.KeyKept:
        """Draws a key and seals it in the vault. No operation shows a private key.

        `label`: A label for people.

        Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "label": label,
            **more(common),
        }
        return v._read_key_kept(self._runner.call("signing.create_key", args))

    def keys(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.SigningKey]:
        """The keys, newest first.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        """
        args = {
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "signing.keys", args, v._read_signing_key)

    def complete(
        self,
        key: str,
        *,
        signature: str,
        message: str | None = None,
        message_hex: str | None = None,
        tx: v.TransactionFields | None = None,
        typed_data: Mapping[str, Any] | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.SignatureCompleted:
        """Puts the answer of a service or a phone onto what was prepared, and reads it back. An answer with a
        high s is lowered; one of another key is `signature_invalid`.

        `key`: The id of the key, `ky_...`.
        `signature`: The signature: DER, or r and s with or without a last byte; s may be high.
        `message`: The message, as text.
        `message_hex`: The message, as bytes.
        `tx`: The transaction.
        `typed_data`: The typed data.

        Refused with `key_not_found`, `signature_invalid`.
        """
        args = {
            "key": key,
            "signature": signature,
            "message": message,
            "message_hex": message_hex,
            "tx": tx,
            "typed_data": typed_data,
            "actor": actor,
        }
        return v._read_signature_completed(self._runner.call("signing.complete", args))

    def address(
        self,
        key: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.KeyAddress:
        """The address of a key.

        `key`: The id of the key, `ky_...`.

        Refused with `key_not_found`.
        """
        args = {
            "key": key,
            "actor": actor,
        }
        return v._read_key_address(self._runner.call("signing.address", args))

    def recover(
        self,
        signature: str,
        *,
        digest: str | None = None,
        message: str | None = None,
        message_hex: str | None = None,
        typed_data: Mapping[str, Any] | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.AddressRecovered:
        """Recovers the signer of a message, typed data or a digest.

        `signature`: 65 bytes, or 64 (EIP-2098).
        `digest`: 32 bytes.
        `message`: A message, as text.
        `message_hex`: A message, as bytes.
        `typed_data`: Typed data.

        Refused with `signature_invalid`.
        """
        args = {
            "signature": signature,
            "digest": digest,
            "message": message,
            "message_hex": message_hex,
            "typed_data": typed_data,
            "actor": actor,
        }
        return v._read_address_recovered(self._runner.call("signing.recover", args))

    def decode_transaction(
        self,
        raw: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.TransactionDecoded:
        """Decodes a signed transaction, which must be in its one canonical form, and recovers its signer.

        `raw`: The bytes.

        Refused with `signature_invalid`.
        """
        args = {
            "raw": raw,
            "actor": actor,
        }
        return v._read_transaction_decoded(self._runner.call("signing.decode_transaction", args))

    def erc20_transfer(
        self,
        token: str,
        *,
        to: str,
        amount: str,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.CallData:
        """The `to` and `data` of a transaction that moves tokens (ERC-20).

        `token`: The contract of the token.
        `to`: The recipient of the tokens.
        `amount`: How many, in the token's smallest unit.
        """
        args = {
            "token": token,
            "to": to,
            "amount": amount,
            "actor": actor,
        }
        return v._read_call_data(self._runner.call("signing.erc20_transfer", args))

    def import_key(
        self,
        *,
        address: str | None = None,
        keystore: JsonInput = None,
        label: str | None = None,
        mnemonic: str | Secret | None = None,
        passphrase: str | Secret | None = None,
        password: str | Secret | None = None,
        path: str | None = None,
        private_key: str | Secret | None = None,
        **common: Unpack[Keyed],
    ) -> v.KeyKept:
        """Takes over a key from elsewhere and seals it, or the address of one that the host has. One that is
        there already stays as it is.

        `address`: The address of a key whose private key is with the host, or with a service of its
            own.
        `keystore`: A keystore of version 3, as an object or as its text.
        `label`: A label for people.
        `mnemonic`: 12 to 24 words of the English list (BIP-39), in letters of either case.
        `passphrase`: The passphrase of the mnemonic, if it has one.
        `password`: The password of the keystore: tried as it is given, then in the form NFKC, in which
            ethers takes it.
        `path`: Where the key is (BIP-32): `m/44'/60'/0'/0/0`.
        `private_key`: `0x` and 64 hex digits.

        Refused with `factor_required`, `password_invalid`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "address": address,
            "keystore": keystore,
            "label": label,
            "mnemonic": mnemonic,
            "passphrase": passphrase,
            "password": password,
            "path": path,
            "private_key": private_key,
            **more(common),
        }
        return v._read_key_kept(self._runner.call("signing.import_key", args))

    def set_key_policy(
        self,
        key: str,
        *,
        chain_ids: Sequence[str],
        calls: Sequence[v.CallAllowed] | None = None,
        daily_fee: str | None = None,
        daily_value: str | None = None,
        deploy: bool | None = None,
        max_fee: str | None = None,
        max_value: str | None = None,
        messages: bool | None = None,
        priority_above_cap: bool | None = None,
        recipients: Sequence[str] | None = None,
        tokens: Sequence[v.TokenLimit] | None = None,
        typed_data: Sequence[v.TypedDataAllowed] | None = None,
        **common: Unpack[Common],
    ) -> v.KeyPolicySet:
        """Says what a key may sign. It takes the place of the policy before; what was counted stays.

        `key`: The id of the key, `ky_...`.
        `chain_ids`: The chains, at least one.
        `calls`: Other functions that may be called.
        `daily_fee`: The most wei of that in any 24 hours. Replacements of one nonce count once.
        `daily_value`: The most wei in any 24 hours.
        `deploy`: Whether contracts may be created, without value.
        `max_fee`: The most wei of gas limit times the price of gas, which is no part of values: it
            goes to whoever builds the block.
        `max_value`: The most wei of one transaction.
        `messages`: Whether messages may be signed; never one of 32 bytes.
        `priority_above_cap`: Whether `max_priority_fee_per_gas` may be above `max_fee_per_gas`: valid
            on Arbitrum, where nobody is paid it, and on no chain that pays it. Without a policy it may
            not.
        `recipients`: The addresses that may get the chain's own currency, and tokens.
        `tokens`: Tokens that may be moved: by calls, permits (EIP-2612, DAI), Permit2 and EIP-3009.
        `typed_data`: Other typed data that may be signed.

        Refused with `version_conflict`, `factor_required`, `key_not_found`.
        """
        args = {
            "key": key,
            "chain_ids": chain_ids,
            "calls": calls,
            "daily_fee": daily_fee,
            "daily_value": daily_value,
            "deploy": deploy,
            "max_fee": max_fee,
            "max_value": max_value,
            "messages": messages,
            "priority_above_cap": priority_above_cap,
            "recipients": recipients,
            "tokens": tokens,
            "typed_data": typed_data,
            **more(common),
        }
        return v._read_key_policy_set(self._runner.call("signing.set_key_policy", args))

    def prepare(
        self,
        key: str,
        *,
        message: str | None = None,
        message_hex: str | None = None,
        tx: v.TransactionFields | None = None,
        typed_data: Mapping[str, Any] | None = None,
        **common: Unpack[Common],
    ) -> v.SignaturePrepared:
        """Judges and counts what a service or a phone is to sign, and gives its 32 bytes: for keys whose
        private key is with the host.

        `key`: The id of the key, `ky_...`.
        `message`: A message, as text.
        `message_hex`: A message, as bytes.
        `tx`: A transaction.
        `typed_data`: Typed data.

        Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`,
        `key_not_found`.
        """
        args = {
            "key": key,
            "message": message,
            "message_hex": message_hex,
            "tx": tx,
            "typed_data": typed_data,
            **more(common),
        }
        return v._read_signature_prepared(self._runner.call("signing.prepare", args))

    def sign_transaction(
        self,
        key: str,
        *,
        tx: v.TransactionFields,
        **common: Unpack[Common],
    ) -> v.TransactionSigned:
        """Signs a transaction, once the key's policy has judged what it moves. The same transaction again has
        the same signature and counts no more, nor does one of the same nonce that moves less.

        `key`: The id of the key, `ky_...`.
        `tx`: The transaction.

        Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`,
        `key_not_found`.
        """
        args = {
            "key": key,
            "tx": tx,
            **more(common),
        }
        return v._read_transaction_signed(self._runner.call("signing.sign_transaction", args))

    def sign_message(
        self,
        key: str,
        *,
        message: str | None = None,
        message_hex: str | None = None,
        **common: Unpack[Common],
    ) -> v.DigestSigned:
        """Signs a message (EIP-191).

        `key`: The id of the key, `ky_...`.
        `message`: Text, as UTF-8, even if it looks like hex; at most 1 MiB.
        `message_hex`: Bytes.

        Refused with `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
        """
        args = {
            "key": key,
            "message": message,
            "message_hex": message_hex,
            **more(common),
        }
        return v._read_digest_signed(self._runner.call("signing.sign_message", args))

    def sign_typed_data(
        self,
        key: str,
        *,
        typed_data: Mapping[str, Any],
        **common: Unpack[Common],
    ) -> v.DigestSigned:
        """Signs typed data (EIP-712), once the key's policy has judged what it lets others take.

        `key`: The id of the key, `ky_...`.
        `typed_data`: `{types, primaryType, domain, message}`, as EIP-712 has it.

        Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`,
        `key_not_found`.
        """
        args = {
            "key": key,
            "typed_data": typed_data,
            **more(common),
        }
        return v._read_digest_signed(self._runner.call("signing.sign_typed_data", args))


class Events:
    """The operations of `events`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def subscribe(
        self,
        sink: str,
        *,
        from_: str | None = None,
        max_attempts: int | None = None,
        types: Sequence[str] | None = None,
        **common: Unpack[Keyed],
    ) -> v.SinkReply:
        """Makes a sink, a named reader of the log that gets every event but its own at least once, and those
        of one object in their order; or changes what one wants.

        `sink`: Its name: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
        `from_`: Where a new sink begins: `first` is the beginning of the log, `next` is behind its
            newest event, which is meant if it is left out.
        `max_attempts`: How often an event may fail before its object is parked, 1 to 100.
        `types`: Only events of these types, such as `transfer.posted`, or `deal.*` for all of deals;
            all if it is left out.

        Refused with `version_conflict`, `idempotency_mismatch`.
        """
        args = {
            "sink": sink,
            "from": from_,
            "max_attempts": max_attempts,
            "types": types,
            **more(common),
        }
        return v._read_sink_reply(self._runner.call("events.subscribe", args))

    def advance(
        self,
        consumer: str,
        *,
        seq: int,
        after_seq: int | None = None,
        fence: int | None = None,
        **common: Unpack[Keyed],
    ) -> v.SinkReply:
        """Moves a consumer's place in the log; inside a transaction of the application it is moved with what
        the consumer has done there, or not at all.

        `consumer`: The consumer: the name of a sink.
        `seq`: Everything up to this place is done.
        `after_seq`: The place that it was at: if another process has moved it since, this is
            `version_conflict`.
        `fence`: The number of the batch from `events.take` that ends with this.

        Refused with `version_conflict`, `idempotency_mismatch`.
        """
        args = {
            "consumer": consumer,
            "seq": seq,
            "after_seq": after_seq,
            "fence": fence,
            **more(common),
        }
        return v._read_sink_reply(self._runner.call("events.advance", args))

    def unpark(
        self,
        sink: str,
        *,
        object: str,
        object_id: str,
        discard: bool | None = None,
        **common: Unpack[Keyed],
    ) -> v.ParkedReply:
        """Delivers the events of an object again that a sink has left behind, or gives them up.

        `sink`: The sink.
        `object`: The kind of the object, as its events say it.
        `object_id`: The object's id, as its events say it.
        `discard`: Gives up what waits; the object's next events are delivered.

        Refused with `version_conflict`, `sink_not_found`, `idempotency_mismatch`.
        """
        args = {
            "sink": sink,
            "object": object,
            "object_id": object_id,
            "discard": discard,
            **more(common),
        }
        return v._read_parked_reply(self._runner.call("events.unpark", args))

    def list(
        self,
        *,
        after: str | None = None,
        after_seq: int | None = None,
        limit: int | None = None,
        object: str | None = None,
        types: Sequence[str] | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Event]:
        """Events in the order of the book's sequence.

        `after`: The `next` of the page before.
        `after_seq`: After this sequence number.
        `limit`: Page size, at most 500.
        `object`: Only of this object: a prefixed id, or the name of an account.
        `types`: Only of these types, such as `transfer.posted`.
        """
        args = {
            "after": after,
            "after_seq": after_seq,
            "limit": limit,
            "object": object,
            "types": types,
            "actor": actor,
        }
        return paged(self._runner, "events.list", args, v._read_event)

    def verify_chain(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Chain:
        """Recomputes the hash chain of a book.
        """
        args = {
            "actor": actor,
        }
        return v._read_chain(self._runner.call("events.verify_chain", args))

    def state_hash(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.StateHash:
        """Hashes the whole state of a book: equal on every store for equal money.
        """
        args = {
            "actor": actor,
        }
        return v._read_state_hash(self._runner.call("events.state_hash", args))

    def sinks(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.SinkStatus]:
        """The sinks of a book, and how far behind they are.

        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.
        """
        args = {
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "events.sinks", args, v._read_sink_status)

    def parked(
        self,
        sink: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Parked]:
        """The objects that a sink has left behind because one of their events failed.

        `sink`: The sink.
        `after`: The `next` of the page before.
        `limit`: Page size, at most 500.

        Refused with `sink_not_found`.
        """
        args = {
            "sink": sink,
            "after": after,
            "limit": limit,
            "actor": actor,
        }
        return paged(self._runner, "events.parked", args, v._read_parked)

    def replay(
        self,
        into: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Replayed:
        """Applies the log of a book into an empty store: a read-only copy of equal hash.

        `into`: The URL of the store: it must be empty.
        """
        args = {
            "into": into,
            "actor": actor,
        }
        return v._read_replayed(self._runner.call("events.replay", args))

    def take(
        self,
        sink: str,
        *,
        for_: timedelta | str,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Batch:
        """Takes the next events of a sink for a while; nobody else gets events of it until then, or until
        they are reported on. Who is too slow has them delivered to others too.

        `sink`: The sink.
        `for_`: For how long, PT1S to PT1H. Until then nobody else gets events of this sink.
        `limit`: How many at most, 1 to 500.

        Refused with `sink_not_found`.
        """
        args = {
            "sink": sink,
            "for": for_,
            "limit": limit,
            "actor": actor,
        }
        return v._read_batch(self._runner.call("events.take", args))

    def settle(
        self,
        sink: str,
        *,
        fence: int,
        seq: int,
        failed: Sequence[v.FailedEvent] | None = None,
        retry_at: datetime | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.SinkReply:
        """Reports on events that were taken: what is done, and what failed. An object whose event failed is
        left behind until it comes again; the sink goes on with all others. Under an older batch:
        `version_conflict`.

        `sink`: The sink.
        `fence`: The number of the batch.
        `seq`: Everything up to this place is done, but for what failed: the `seq` of the batch if that
            is all of it. What comes behind is delivered again.
        `failed`: Events up to `seq` that failed. Their objects' later events of the batch count as not
            delivered.
        `retry_at`: The sink rests until then, at most 24 hours: the other side is down.

        Refused with `version_conflict`, `sink_not_found`.
        """
        args = {
            "sink": sink,
            "fence": fence,
            "seq": seq,
            "failed": failed,
            "retry_at": retry_at,
            "actor": actor,
        }
        return v._read_sink_reply(self._runner.call("events.settle", args))

    def rewind(
        self,
        sink: str,
        *,
        seq: int,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.SinkReply:
        """Takes a sink back to an earlier place: the events after it come again, under the same ids.

        `sink`: The sink.
        `seq`: The place, not behind the one that it is at; 0 is the beginning of the log.

        Refused with `version_conflict`, `sink_not_found`.
        """
        args = {
            "sink": sink,
            "seq": seq,
            "actor": actor,
        }
        return v._read_sink_reply(self._runner.call("events.rewind", args))

    def unsubscribe(
        self,
        sink: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.SinkReply:
        """Removes a sink, with what it has left behind. Nobody can take its events any more.

        `sink`: The sink.

        Refused with `version_conflict`, `sink_not_found`.
        """
        args = {
            "sink": sink,
            "actor": actor,
        }
        return v._read_sink_reply(self._runner.call("events.unsubscribe", args))


class Jobs:
    """The operations of `jobs`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def enqueue(
        self,
        kind: str,
        *,
        payload: JsonInput,
        max_attempts: int | None = None,
        run_at: datetime | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.JobReply:
        """Writes a job of the application's own, in the same commit; inside a transaction of the application
        it takes place with that. Workers lease it as any other. A key names one job for ever: once that is
        over and swept, the same call is `reply_not_kept`.

        `kind`: The kind of work: 1 to 64 of `A-Z a-z 0-9 . _ : -`, and none whose jobs Earnest writes
            itself.
        `payload`: The work: any JSON of at most 16 KiB, best ids and amounts. It stays with the job.
            That of `webhook.deliver` has `url`, `body` and, if it is of a type, `event`.
        `max_attempts`: After how many leases without success the job is dead, 1 to 100.
        `run_at`: Not before this time, at most 366 days ahead. At once if it is left out.

        Refused with `idempotency_mismatch`, `reply_not_kept`.
        """
        args = {
            "kind": kind,
            "payload": payload,
            "max_attempts": max_attempts,
            "run_at": run_at,
            **more(common),
        }
        return v._read_job_reply(self._runner.call("jobs.enqueue", args))

    def complete(
        self,
        job: str,
        *,
        fence: int,
        result: JsonInput = None,
        **common: Unpack[Keyed],
    ) -> v.JobReply:
        """Says that a job is done. Under an older lease: `version_conflict`.

        `job`: The job.
        `fence`: The number of the lease.
        `result`: The result: any JSON of at most 16 KiB, and of at most 256 KiB for the kinds
            `chain.*` and `signer.*`, whose reports are judged and not kept.

        Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `overflow`,
        `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`,
        `signature_invalid`.
        """
        args = {
            "job": job,
            "fence": fence,
            "result": result,
            **more(common),
        }
        return v._read_job_reply(self._runner.call("jobs.complete", args))

    def fail(
        self,
        job: str,
        *,
        fence: int,
        error: str,
        retry_at: datetime | str | None = None,
        **common: Unpack[Keyed],
    ) -> v.JobReply:
        """Says that a job did not work: it is tried again after a pause that grows, until it is dead.

        `job`: The job.
        `fence`: The number of the lease.
        `error`: The error, at most 1,000 characters. No personal data: it is kept with the job.
        `retry_at`: When to try again; otherwise after a pause that grows.

        Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
        """
        args = {
            "job": job,
            "fence": fence,
            "error": error,
            "retry_at": retry_at,
            **more(common),
        }
        return v._read_job_reply(self._runner.call("jobs.fail", args))

    def extend(
        self,
        job: str,
        *,
        fence: int,
        for_: timedelta | str,
        **common: Unpack[Keyed],
    ) -> v.JobReply:
        """Asks for more time for a job.

        `job`: The job.
        `fence`: The number of the lease.
        `for_`: For how long from now on, PT1S to PT24H.

        Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
        """
        args = {
            "job": job,
            "fence": fence,
            "for": for_,
            **more(common),
        }
        return v._read_job_reply(self._runner.call("jobs.extend", args))

    def release(
        self,
        job: str,
        *,
        fence: int,
        **common: Unpack[Keyed],
    ) -> v.JobReply:
        """Gives back a job that was not begun: it is due as before, and the lease was no attempt.

        `job`: The job.
        `fence`: The number of the lease.

        Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
        """
        args = {
            "job": job,
            "fence": fence,
            **more(common),
        }
        return v._read_job_reply(self._runner.call("jobs.release", args))

    def retry(
        self,
        job: str,
        **common: Unpack[Keyed],
    ) -> v.JobReply:
        """Drives a job again from its first attempt on: one that is dead, or that waits.

        `job`: The job.

        Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
        """
        args = {
            "job": job,
            **more(common),
        }
        return v._read_job_reply(self._runner.call("jobs.retry", args))

    def discard(
        self,
        job: str,
        **common: Unpack[Keyed],
    ) -> v.JobReply:
        """Ends a job without its being done: one that is dead, or that waits.

        `job`: The job.

        Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
        """
        args = {
            "job": job,
            **more(common),
        }
        return v._read_job_reply(self._runner.call("jobs.discard", args))

    def list(
        self,
        *,
        after: str | None = None,
        kind: str | None = None,
        limit: int | None = None,
        state: v.JobState | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Job]:
        """Jobs, newest first.

        `after`: The `next` of the page before.
        `kind`: Only of this kind.
        `limit`: Page size, at most 500.
        `state`: Only in this state: `queued`, `leased`, `done` or `dead`.
        """
        args = {
            "after": after,
            "kind": kind,
            "limit": limit,
            "state": state,
            "actor": actor,
        }
        return paged(self._runner, "jobs.list", args, v._read_job)

    def stats(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.JobStats:
        """How many jobs a book has, by state and kind.
        """
        args = {
            "actor": actor,
        }
        return v._read_job_stats(self._runner.call("jobs.stats", args))

    def lease(
        self,
        kinds: Sequence[str],
        *,
        limit: int,
        for_: timedelta | str,
        all_books: bool | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Leased:
        """Takes jobs that are due for a while: each carries the number of its lease, for the report.

        `kinds`: Of these kinds, 1 to 32.
        `limit`: How many at most, 1 to 500.
        `for_`: For how long, PT1S to PT24H. The worker reports before that, or asks for more time.
        `all_books`: Of every book of the store, not of this one alone; each job names its book. For
            the host's own program alone: an admin is `not_permitted`.

        Refused with `decryption_failed`, `key_not_found`.
        """
        args = {
            "kinds": kinds,
            "limit": limit,
            "for": for_,
            "all_books": all_books,
            "actor": actor,
        }
        return v._read_leased(self._runner.call("jobs.lease", args))

    def run_due(
        self,
        *,
        limit: int | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Ran:
        """Runs what is due, once: timers of deals, the expiry of holds, and jobs that have a handler in this
        process.

        `limit`: How many at most, 1,000 when absent.
        """
        args = {
            "limit": limit,
            "actor": actor,
        }
        return v._read_ran(self._runner.call("jobs.run_due", args))


class Admin:
    """The operations of `admin`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def lookup_key(
        self,
        key: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.KeyOutcome:
        """Looks up the outcome of an idempotency key.

        `key`: The key.
        """
        args = {
            "key": key,
            "actor": actor,
        }
        return v._read_key_outcome(self._runner.call("admin.lookup_key", args))

    def audit(
        self,
        *,
        after: str | None = None,
        from_time: datetime | str | None = None,
        limit: int | None = None,
        object: str | None = None,
        to_time: datetime | str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> SyncPage[v.Event]:
        """Lists who did what, and what happened to what, oldest first.

        `after`: The `next` of the page before.
        `from_time`: From this time on.
        `limit`: Page size, at most 500.
        `object`: Only of this object: a prefixed id, or the name of an account.
        `to_time`: Before this time.
        """
        args = {
            "after": after,
            "from_time": from_time,
            "limit": limit,
            "object": object,
            "to_time": to_time,
            "actor": actor,
        }
        return paged(self._runner, "admin.audit", args, v._read_event)

    def health(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Health:
        """Whether the engine and its store are well.
        """
        args = {
            "actor": actor,
        }
        return v._read_health(self._runner.call("admin.health", args))

    def verify(
        self,
        *,
        anchor: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Verify:
        """Recomputes every invariant of every book from the rows and the log. Recounts what rules have
        counted, by the rules of then, and compares each counter with the result (`counters_recomputed`):
        counts, sums, failures, rates, different values, in every window, about accounts, actors, other
        sides, addresses, devices and metadata. A rule is left out, with all that it has counted, where the
        log and the rows do not have what the recount needs: a rule about addresses or devices once
        `admin.erase_context` has erased one of a counted call; a rule about metadata once it has counted a
        call that failed, one whose metadata no row keeps (only transfers, holds and deals keep it), or the
        opening of a deal whose metadata was changed since; and, after a clock was set back, what a refusal
        took as counted now of parties whom no event names. A rule set anew under another name is compared
        from its beginning.

        `anchor`: A link of this book's chain that was kept elsewhere, as `SEQ:HASH`: the log must
            still have it.
        """
        args = {
            "anchor": anchor,
            "actor": actor,
        }
        return v._read_verify(self._runner.call("admin.verify", args))

    def confirm_clock(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.ClockConfirmed:
        """Says that the clock is right as it is: after a jump calls are taken again, in every process, and
        timers run by it.
        """
        args = {
            "actor": actor,
        }
        return v._read_clock_confirmed(self._runner.call("admin.confirm_clock", args))

    def erase_context(
        self,
        *,
        before_time: datetime | str | None = None,
        subject: str | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Erased:
        """Erases the address and the device of end users from events; the chain stays as it is.

        `before_time`: Only from events before this time.
        `subject`: Only from events that this actor caused.
        """
        args = {
            "before_time": before_time,
            "subject": subject,
            "actor": actor,
        }
        return v._read_erased(self._runner.call("admin.erase_context", args))

    def fork(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Timeline:
        """Begins a timeline: this copy of a store goes its own way, and its links and receipts differ from
        the original's.
        """
        args = {
            "actor": actor,
        }
        return v._read_timeline(self._runner.call("admin.fork", args))

    def backup(
        self,
        path: str,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Copied:
        """Copies the store to a new file, while it is in use (SQLite).

        `path`: The file; there must be none.
        """
        args = {
            "path": path,
            "actor": actor,
        }
        return v._read_copied(self._runner.call("admin.backup", args))

    def restore(
        self,
        path: str,
        *,
        force: bool | None = None,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Timeline:
        """Puts a backup of this store in the place of everything that it has, whole or not at all, and begins
        a timeline (SQLite). What happened after the backup is gone: keys of calls that were made since are
        free again. Where this process's keyring lacks a key that something in the backup needs, nothing is
        restored without `force`.

        `path`: The file that `backup` wrote.
        `force`: Restore it although this process's keyring lacks a key that something in it needs:
            that stays closed until a process has the key.

        Refused with `key_not_found`.
        """
        args = {
            "path": path,
            "force": force,
            "actor": actor,
        }
        return v._read_timeline(self._runner.call("admin.restore", args))

    def metrics(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Metrics:
        """Returns what this process has done and how far it is behind, as a text that Prometheus reads: give
        it as the answer of a route of your own.
        """
        args = {
            "actor": actor,
        }
        return v._read_metrics(self._runner.call("admin.metrics", args))

    def stats(
        self,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
    ) -> v.Stats:
        """Counts of the store and of this process.
        """
        args = {
            "actor": actor,
        }
        return v._read_stats(self._runner.call("admin.stats", args))


class Services:
    """All services, of an engine or of a transaction that it is bound to."""

    _runner: Runner

    @property
    def ledger(self) -> Ledger:
        """The operations of `ledger`."""
        return Ledger(self._runner)

    @property
    def escrow(self) -> Escrow:
        """The operations of `escrow`."""
        return Escrow(self._runner)

    @property
    def receipts(self) -> Receipts:
        """The operations of `receipts`."""
        return Receipts(self._runner)

    @property
    def treasury(self) -> Treasury:
        """The operations of `treasury`."""
        return Treasury(self._runner)

    @property
    def payments(self) -> Payments:
        """The operations of `payments`."""
        return Payments(self._runner)

    @property
    def purchases(self) -> Purchases:
        """The operations of `purchases`."""
        return Purchases(self._runner)

    @property
    def webhooks(self) -> Webhooks:
        """The operations of `webhooks`."""
        return Webhooks(self._runner)

    @property
    def withdrawals(self) -> Withdrawals:
        """The operations of `withdrawals`."""
        return Withdrawals(self._runner)

    @property
    def approvals(self) -> Approvals:
        """The operations of `approvals`."""
        return Approvals(self._runner)

    @property
    def vault(self) -> Vault:
        """The operations of `vault`."""
        return Vault(self._runner)

    @property
    def credentials(self) -> Credentials:
        """The operations of `credentials`."""
        return Credentials(self._runner)

    @property
    def risk(self) -> Risk:
        """The operations of `risk`."""
        return Risk(self._runner)

    @property
    def signing(self) -> Signing:
        """The operations of `signing`."""
        return Signing(self._runner)

    @property
    def events(self) -> Events:
        """The operations of `events`."""
        return Events(self._runner)

    @property
    def jobs(self) -> Jobs:
        """The operations of `jobs`."""
        return Jobs(self._runner)

    @property
    def admin(self) -> Admin:
        """The operations of `admin`."""
        return Admin(self._runner)
