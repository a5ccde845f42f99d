"""Withdrawals to a chain. A route holds the money and writes what is to be sent; a worker talks to a node.

A withdrawal ends only by what the chain has made final, so nothing here decides how one ends: the node is asked, and
the engine judges. Keys are drawn and sealed by the engine, which signs by itself; without a keyring there is no chain.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal, cast

from fastapi import APIRouter
from pydantic import BaseModel, Field, SecretStr

from earnest import Engine, Json, Money, Page, errors, views
from earnest.fastapi import EngineDep, responses
from shop.login import TILL, CurrentShop, Key, account_of, actor_of
from shop.pins import KEYRING, proof_for
from shop.routes import NOT_FOUND, must_be_of

router = APIRouter()

#: The chain, who speaks for it, and the token on it whose unit is a won. HERE COMES YOUR CHAIN.
CHAIN, CHAIN_ID, ENDPOINT = "amoy", "80002", "node"
TOKEN = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"

Status = Literal["PENDING", "SIGNING", "SIGNED", "BROADCASTING", "BROADCASTED", "CONFIRMING", "CONFIRMED", "FAILED"]


class NewWithdrawal(BaseModel):
    amount: Money
    #: Where it goes: an address of the chain.
    to: str = Field(min_length=1, max_length=64)
    pin: SecretStr | None = None


class Withdrawal(BaseModel):
    id: str
    status: Status
    amount: Money
    #: The fee, on top of the amount.
    fee: Money
    to: str
    #: Of its transaction, once there is one.
    hash: str | None
    #: Why it failed.
    failure: str | None


def shown(withdrawal: views.Withdrawal) -> Withdrawal:
    """Shows a withdrawal to a customer's application: the state in capitals, as the codes of refusals are."""
    return Withdrawal(
        id=withdrawal.id,
        status=cast(Status, withdrawal.state.upper()),
        amount=withdrawal.amount,
        fee=withdrawal.fee,
        to=withdrawal.to,
        hash=withdrawal.hash,
        failure=withdrawal.failure.code if withdrawal.failure else None,
    )


@router.post(
    "/customers/{customer}/withdrawals",
    status_code=202,
    responses=responses(
        errors.InvalidAddress,
        errors.InvalidAmount,
        errors.InsufficientBalance,
        errors.IdempotencyMismatch,
        errors.ChainNotFound,
        errors.ConditionNotMet,
        errors.FactorRequired,
        errors.PinInvalid,
        errors.PinLocked,
    ),
)
async def withdraw(customer: int, body: NewWithdrawal, bank: EngineDep, shop: CurrentShop, key: Key) -> Withdrawal:
    """Holds the amount and the fee at once; they leave when its status is `CONFIRMED`, and come back with `FAILED`."""
    await must_be_of(shop, customer)
    proofs = None
    if body.pin is not None and (await bank.acting(TILL).admin.lookup_key(key)).outcome != "accepted":
        asked = {"account": account_of(customer), "amount": body.amount, "chain": CHAIN, "to": body.to}
        proofs = [await proof_for(bank, customer, body.pin.get_secret_value(), "withdrawals.request", asked)]
    made = await bank.acting(actor_of(shop)).withdrawals.request(
        account_of(customer), amount=body.amount, chain=CHAIN, to=body.to, key=key, proofs=proofs
    )
    return shown(made.withdrawal)


@router.get("/customers/{customer}/withdrawals")
async def withdrawals(
    customer: int, bank: EngineDep, shop: CurrentShop, after: str | None = None
) -> Page[views.Withdrawal]:
    """The withdrawals of a customer, newest first, with all that is known of them."""
    await must_be_of(shop, customer)
    return await bank.acting(actor_of(shop)).withdrawals.list(account=account_of(customer), after=after)


@router.get(
    "/customers/{customer}/withdrawals/{withdrawal}",
    responses=responses(errors.WithdrawalNotFound, errors.NotPermitted),
)
async def withdrawal(customer: int, withdrawal: str, bank: EngineDep, shop: CurrentShop) -> Withdrawal:
    """One of them: ask again until it is `CONFIRMED` or `FAILED`."""
    await must_be_of(shop, customer)
    found = await bank.acting(actor_of(shop)).withdrawals.get(withdrawal=withdrawal)
    if found.account != account_of(customer):
        raise NOT_FOUND
    return shown(found)


@dataclass(frozen=True)
class Taken:
    """A transaction that the node took."""

    lane: str
    nonce: int
    block: int
    #: The payee and the amount; a no-op, which only uses up its nonce, pays nobody.
    to: str | None
    units: str


class Node:
    """A node of the chain. HERE COMES YOURS, or `urls` of `set_chain` and `earnest worker`: this one is a dictionary.

    What it takes is in the next block, and there is a block whenever somebody looks.
    """

    def __init__(self, bank: Engine) -> None:
        self.bank = bank
        self.head = 100
        #: By the hash of the bytes.
        self.taken: dict[str, Taken] = {}

    async def answer(self, job: views.Job) -> Json:
        """Answers a job as one endpoint. An exception here is "no answer"."""
        return {"views": [{"endpoint": ENDPOINT, "chain_id": CHAIN_ID, **await self.view(job)}]}

    async def view(self, job: views.Job) -> dict[str, Json]:
        match job.kind, job.payload:
            case "chain.facts", {"lanes": list(lanes)}:
                # in wei
                fees: Json = {"base_fee": "30000000000", "priority_fee": "30000000000"}
                wallets: Json = [self.wallet(str(lane["lane"])) for lane in lanes if isinstance(lane, dict)]
                return {"fees": fees, "lanes": wallets, "assets": [{"currency": "KRW", "code": True, "decimals": 0}]}
            case "chain.simulate", _:
                return {"ok": True, "gas": "52000"}
            case "chain.broadcast", {"withdrawal": str(wanted), "hash": str(hash), "nonce": str(nonce), **sent}:
                if hash not in self.taken:
                    found = await self.bank.withdrawals.get(withdrawal=wanted)
                    to, units = found.to if sent["kind"] == "pay" else None, str(found.amount.amount)
                    self.taken[hash] = Taken(str(sent["lane"]), int(nonce), self.head + 1, to, units)
                return {"accepted": True}
            case "chain.observe", {"lane": str(lane), "address": str(address), "slots": list(slots)}:
                self.head += 1
                asked = [hash for slot in slots if isinstance(slot, dict) for hash in cast(list[str], slot["hashes"])]
                used = self.used(lane)
                return {
                    "head": block(self.head),
                    "finalized": block(self.head - 1),
                    "nonce": {"latest": str(used), "finalized": str(used)},
                    "receipts": [self.receipt(hash, address) for hash in asked if hash in self.taken],
                }
        raise ValueError("the engine asks for nothing else")

    def used(self, lane: str) -> int:
        """The nonce that comes next."""
        return max((taken.nonce + 1 for taken in self.taken.values() if taken.lane == lane), default=0)

    def wallet(self, lane: str) -> Json:
        nonce = str(self.used(lane))
        return {
            "lane": lane,
            "nonce": {"latest": nonce, "pending": nonce},
            "code": False,
            "native": "10000000000000000000",
            "tokens": {"KRW": "1000000000"},
        }

    def receipt(self, hash: str, address: str) -> Json:
        taken = self.taken[hash]
        moved: list[Json] = []
        if taken.to is not None:
            moved.append({"token": TOKEN, "from": address, "to": taken.to, "value": taken.units})
        return {
            "hash": hash,
            "block": block(taken.block),
            "status": 1,
            "gas_used": "52000",
            "gas_price": "60000000000",
            "transfers": moved,
        }


def block(number: int) -> Json:
    return {"number": str(number), "hash": f"0x{number:064x}"}


@asynccontextmanager
async def working(bank: Engine) -> AsyncIterator[None]:
    """Makes the chain, the asset and a lane known, and asks the node what is wanted, until the shop is closed."""
    if KEYRING is None:
        yield
        return
    mine = bank.acting(TILL)
    await mine.withdrawals.set_chain(
        CHAIN, chain_id=CHAIN_ID, endpoints=[ENDPOINT], fee_cap="500000000000", block_time="PT1S"
    )
    await mine.withdrawals.set_asset(
        CHAIN, currency="KRW", kind="erc20", decimals=0, token=TOKEN, min="1000 KRW", fee="500 KRW"
    )
    payouts = await mine.signing.create_key(label="payouts", key="payouts")
    # every process of the shop does this, and the first one opens it
    with suppress(errors.LaneExists):
        await mine.withdrawals.open_lane(chain=CHAIN, key=payouts.key)
    node = Node(mine)
    kinds = ("chain.facts", "chain.simulate", "chain.broadcast", "chain.observe")
    async with mine.worker(dict.fromkeys(kinds, node.answer)):
        yield
