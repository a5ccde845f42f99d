// A DTO of every view: what its JSON is, as the engine says it.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import { Dto } from '../dto.js';

/** Whether an account takes part in money movements. */
@Dto({
  "description": "Whether an account takes part in money movements.",
  "oneOf": [
    {"const": "active", "description": "It does.", "type": "string"},
    {
      "const": "locked",
      "description": "It takes no new debit, credit or hold; money already owed to it is still paid.",
      "type": "string",
    },
    {
      "const": "closed",
      "description": "It is closed for good; it takes only what is owed to it, and opens again only to pay that out.",
      "type": "string",
    },
  ],
}, [])
export class AccountStatusDto {}

/** An amount as a decimal string, and its currency. */
@Dto({
  "additionalProperties": false,
  "description": "An amount as a decimal string, and its currency.",
  "properties": {
    "amount": {"examples": ["100.00"], "maxLength": 42, "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$", "type": "string"},
    "currency": {"maxLength": 12, "pattern": "^[A-Z][A-Z0-9]{0,11}$", "type": "string"},
  },
  "required": ["amount", "currency"],
  "type": "object",
}, [])
export class MoneyDto {}

/** An account: its balance and what is known of it. */
@Dto({
  "description": "An account: its balance and what is known of it.",
  "properties": {
    "account": {"description": "The account.", "type": "string"},
    "available": {"description": "The amount that can be spent.", "$ref": "#/components/schemas/MoneyDto"},
    "created_at": {"description": "When it was opened.", "format": "date-time", "maxLength": 35, "type": "string"},
    "currency": {"description": "Its currency.", "type": "string"},
    "display_name": {"description": "Name for people.", "type": ["string", "null"]},
    "held": {"description": "The amount kept by open holds.", "$ref": "#/components/schemas/MoneyDto"},
    "kind": {"description": "The caller's label.", "type": ["string", "null"]},
    "metadata": {"additionalProperties": true, "description": "The caller's own data.", "type": "object"},
    "overdraft_limit": {"description": "How far below zero it may go.", "$ref": "#/components/schemas/MoneyDto"},
    "owner": {"description": "Its owner.", "type": ["string", "null"]},
    "posted": {"description": "Everything posted.", "$ref": "#/components/schemas/MoneyDto"},
    "reference": {"description": "The caller's own reference.", "type": ["string", "null"]},
    "status": {"description": "Status.", "$ref": "#/components/schemas/AccountStatusDto"},
    "streaming": {"description": "Whether credits append.", "type": "boolean"},
    "tier": {"description": "Tier of a treasury account.", "type": ["string", "null"]},
    "version": {
      "description": "Counts every change; `null` on a streaming account.",
      "format": "int64",
      "type": ["integer", "null"],
    },
  },
  "required": [
    "account",
    "currency",
    "posted",
    "held",
    "available",
    "status",
    "overdraft_limit",
    "streaming",
    "metadata",
    "created_at",
  ],
  "type": "object",
}, [AccountStatusDto, MoneyDto])
export class AccountDto {}

/** Reply of a change of an account. */
@Dto({
  "description": "Reply of a change of an account.",
  "properties": {
    "account": {"description": "The account.", "$ref": "#/components/schemas/AccountDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["account", "replayed"],
  "type": "object",
}, [AccountDto])
export class AccountReplyDto {}

/** The state of a deal in its life cycle. The order is that of a deal that goes well; the last five are final. */
@Dto({
  "description": "The state of a deal in its life cycle. The order is that of a deal that goes well; the last five are\nfinal.",
  "oneOf": [
    {"const": "pending", "description": "Opened: it waits for the buyer's money.", "type": "string"},
    {"const": "paid", "description": "The buyer's money is held in the buyer's account.", "type": "string"},
    {
      "const": "in_escrow",
      "description": "The money is in the deal's own account; it waits for the seller to accept.",
      "type": "string",
    },
    {"const": "awaiting_shipment", "description": "The seller must ship.", "type": "string"},
    {"const": "shipped", "description": "On its way.", "type": "string"},
    {"const": "delivered", "description": "It arrived: the buyer looks at it until `release_at`.", "type": "string"},
    {"const": "disputed", "description": "The parties disagree: every timer stands still.", "type": "string"},
    {"const": "refund_pending", "description": "The buyer asked for the money back.", "type": "string"},
    {"const": "released", "description": "The seller has the money.", "type": "string"},
    {"const": "refunded", "description": "The buyer has the money back.", "type": "string"},
    {"const": "split", "description": "Each has a part of the money.", "type": "string"},
    {"const": "cancelled", "description": "Called off before the money was in the deal's account.", "type": "string"},
    {"const": "expired", "description": "Nobody paid in time.", "type": "string"},
  ],
}, [])
export class DealStateDto {}

/** Something that an actor could do with a deal. */
@Dto({
  "description": "Something that an actor could do with a deal.",
  "properties": {
    "needs": {
      "description": "Fields that the call must have in addition to the deal.",
      "items": {"type": "string"},
      "type": "array",
    },
    "to": {"description": "The state that the deal would be in.", "$ref": "#/components/schemas/DealStateDto"},
    "trigger": {"description": "The trigger; it is the name of the operation too.", "type": "string"},
  },
  "required": ["trigger", "to", "needs"],
  "type": "object",
}, [DealStateDto])
export class ActionDto {}

/** Actions that an actor could take on a deal now. Accounts and funds are not checked: `validate` does. */
@Dto({
  "description": "Actions that an actor could take on a deal now. Accounts and funds are not checked: `validate` does.",
  "properties": {
    "actions": {
      "description": "The actions, in the order of the table of transitions.",
      "items": {"$ref": "#/components/schemas/ActionDto"},
      "type": "array",
    },
  },
  "required": ["actions"],
  "type": "object",
}, [ActionDto])
export class ActionsDto {}

/** Actor */
@Dto({
  "additionalProperties": false,
  "properties": {
    "id": {"maxLength": 128, "pattern": "^[A-Za-z0-9._:@-]{1,128}$", "type": "string"},
    "role": {"maxLength": 32, "pattern": "^[a-z0-9_]{1,32}$", "type": ["string", "null"]},
  },
  "required": ["id"],
  "type": "object",
}, [])
export class ActorDto {}

/** Reply of `recover`. */
@Dto({
  "description": "Reply of `recover`.",
  "properties": {"address": {"description": "The signer's address, with the checksum of EIP-55.", "type": "string"}},
  "required": ["address"],
  "type": "object",
}, [])
export class AddressRecoveredDto {}

/** How a receipt is signed. */
@Dto({
  "description": "How a receipt is signed.",
  "oneOf": [
    {"const": "HMAC-SHA-256", "description": "Only the holder of the secret can check it.", "type": "string"},
    {"const": "Ed25519", "description": "Every holder of the public key can check it (RFC 8032).", "type": "string"},
  ],
}, [])
export class AlgDto {}

/** The outcome of the call that waited. */
@Dto({
  "description": "The outcome of the call that waited.",
  "properties": {
    "error": {"description": "The code that it was refused with when it should have run last.", "type": ["string", "null"]},
    "executed": {"description": "Whether it took place.", "type": "boolean"},
    "made": {"description": "The ids of what it made.", "items": {"type": "string"}, "type": "array"},
  },
  "required": ["executed", "made"],
  "type": "object",
}, [])
export class ApprovalResultDto {}

/** The state of a parked call in its life cycle. */
@Dto({
  "description": "The state of a parked call in its life cycle.",
  "oneOf": [
    {"const": "pending", "description": "Not enough people have consented yet.", "type": "string"},
    {
      "const": "approved",
      "description": "Enough have; the call was refused when it should have run, and may be tried again.",
      "type": "string",
    },
    {"const": "rejected", "description": "Somebody rejected it, for good.", "type": "string"},
    {"const": "expired", "description": "Its time passed. The same call may ask again.", "type": "string"},
    {"const": "executed", "description": "The call took place, for good.", "type": "string"},
  ],
}, [])
export class ApprovalStateDto {}

/** Money that leaves one account in a call, to one payee. */
@Dto({
  "description": "Money that leaves one account in a call, to one payee.",
  "properties": {
    "amount": {"description": "The amount.", "$ref": "#/components/schemas/MoneyDto"},
    "from": {"description": "The account that gives it.", "type": "string"},
    "to": {
      "description": "The account, or the address of a chain, that gets it; `null` where the money is only held.",
      "type": ["string", "null"],
    },
  },
  "required": ["from", "amount"],
  "type": "object",
}, [MoneyDto])
export class CommittedOutflowDto {}

/**
 * The commitment of a call: all that leaves accounts or is held there, who is paid, and the terms that its rows set
 * and its request does not name.
 */
@Dto({
  "description": "The commitment of a call: all that leaves accounts or is held there, who is paid, and the terms that its\nrows set and its request does not name.",
  "properties": {
    "outflows": {
      "description": "Money that leaves accounts, or is held there, by payer.",
      "items": {"$ref": "#/components/schemas/CommittedOutflowDto"},
      "type": "array",
    },
    "payees": {
      "description": "All who are paid, now or later: accounts, or addresses of a chain.",
      "items": {"type": "string"},
      "type": "array",
    },
    "terms": {
      "additionalProperties": true,
      "default": {},
      "description": "Terms that bind a party, by their names: `inspection`, `fees`, `grants`.",
      "type": "object",
    },
  },
  "required": ["outflows", "payees"],
  "type": "object",
}, [CommittedOutflowDto])
export class CommitmentDto {}

/** An actor's approval. */
@Dto({
  "description": "An actor's approval.",
  "properties": {
    "actor": {"description": "The actor.", "type": "string"},
    "at": {"description": "When.", "format": "date-time", "maxLength": 35, "type": "string"},
  },
  "required": ["actor", "at"],
  "type": "object",
}, [])
export class ConsentDto {}

/** The effect that a parked call would have now. */
@Dto({
  "description": "The effect that a parked call would have now.",
  "properties": {
    "beyond": {
      "description": "The first part of it that goes beyond what was asked for, for which it is refused: `currency`,\n`payer`, `payee`, `amount` or the name of a term.",
      "type": ["string", "null"],
    },
    "commitment": {
      "anyOf": [{"$ref": "#/components/schemas/CommitmentDto"}, {"type": "null"}],
      "description": "Its commitment; `null` where it would be refused.",
    },
    "error": {"description": "The code that it would be refused with, before its gates.", "type": ["string", "null"]},
  },
  "type": "object",
}, [CommitmentDto])
export class ForeseenDto {}

/** An approval. */
@Dto({
  "description": "An approval.",
  "properties": {
    "account": {"description": "The account that gives most of the amount.", "type": "string"},
    "amount": {
      "description": "The amount that the call takes, of the currency that its policy is about.",
      "$ref": "#/components/schemas/MoneyDto",
    },
    "approvals": {
      "description": "The actors who have approved, in their order.",
      "items": {"$ref": "#/components/schemas/ConsentDto"},
      "type": "array",
    },
    "commitment": {
      "anyOf": [{"$ref": "#/components/schemas/CommitmentDto"}, {"type": "null"}],
      "description": "Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for\none of an earlier version, which is held to its amount.",
    },
    "ended_at": {
      "description": "When it was executed, rejected or expired.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "expires_at": {
      "description": "Its deadline: it must be given and used up before.",
      "format": "date-time",
      "maxLength": 35,
      "type": "string",
    },
    "id": {"description": "Its id.", "pattern": "^ap_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "now": {
      "anyOf": [{"$ref": "#/components/schemas/ForeseenDto"}, {"type": "null"}],
      "description": "Its effect now, as a query answers while it is open; otherwise `null`.",
    },
    "operation": {"description": "The operation that waits.", "type": "string"},
    "payload_hash": {"description": "SHA-256 of its canonical request, hexadecimal.", "type": "string"},
    "policy": {"description": "The policy that asks for it.", "type": "string"},
    "reason": {"description": "Why.", "type": ["string", "null"]},
    "rejected_by": {"description": "The actor who rejected it.", "type": ["string", "null"]},
    "request": {
      "additionalProperties": true,
      "description": "Its request, without key and actor; `null` when it was erased.",
      "type": ["object", "null"],
    },
    "requested_at": {"description": "When it was asked for.", "format": "date-time", "maxLength": 35, "type": "string"},
    "requested_by": {"description": "The requester: the call runs as this actor.", "type": "string"},
    "required": {"description": "How many must approve.", "format": "uint32", "minimum": 0, "type": "integer"},
    "result": {
      "anyOf": [{"$ref": "#/components/schemas/ApprovalResultDto"}, {"type": "null"}],
      "description": "The outcome of the call; `null` while it has not been tried.",
    },
    "role": {"description": "In which role.", "type": "string"},
    "state": {"description": "Its state.", "$ref": "#/components/schemas/ApprovalStateDto"},
    "version": {"description": "Counts every event.", "format": "int64", "type": "integer"},
  },
  "required": [
    "id",
    "operation",
    "payload_hash",
    "account",
    "amount",
    "state",
    "policy",
    "required",
    "role",
    "approvals",
    "requested_by",
    "requested_at",
    "expires_at",
    "version",
  ],
  "type": "object",
}, [ApprovalResultDto, ApprovalStateDto, CommitmentDto, ConsentDto, ForeseenDto, MoneyDto])
export class ApprovalDto {}

/** Reply of a change of an approval. */
@Dto({
  "description": "Reply of a change of an approval.",
  "properties": {
    "approval": {"description": "The approval.", "$ref": "#/components/schemas/ApprovalDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["approval", "replayed"],
  "type": "object",
}, [ApprovalDto])
export class ApprovalReplyDto {}

/** Error */
@Dto({
  "properties": {
    "code": {
      "enum": [
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
      ],
      "type": "string",
    },
    "details": {"type": "object"},
    "http_status": {"type": "integer"},
    "kind": {"type": "string"},
    "message": {"type": "string"},
    "retry": {"enum": ["never", "call", "transaction", "later"], "type": "string"},
    "retryable": {"type": "boolean"},
  },
  "required": ["code", "kind", "message", "retryable", "retry", "http_status", "details"],
  "type": "object",
}, [])
export class ErrorDto {}

/** Reply of `approve`. */
@Dto({
  "description": "Reply of `approve`.",
  "properties": {
    "approval": {"description": "The approval.", "$ref": "#/components/schemas/ApprovalDto"},
    "error": {
      "anyOf": [{"$ref": "#/components/schemas/ErrorDto"}, {"type": "null"}],
      "description": "Why the call was refused; the consent stays, and this may be repeated until the approval expires.",
    },
    "executed": {"description": "Whether the call took place.", "type": "boolean"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "reply": {
      "additionalProperties": true,
      "description": "The call's own reply, when it took place.",
      "type": ["object", "null"],
    },
  },
  "required": ["approval", "executed", "replayed"],
  "type": "object",
}, [ApprovalDto, ErrorDto])
export class ApproveReplyDto {}

/** The kind of an asset. */
@Dto({
  "description": "The kind of an asset.",
  "oneOf": [
    {"const": "native", "description": "The chain's own coins.", "type": "string"},
    {"const": "erc20", "description": "A token.", "type": "string"},
  ],
}, [])
export class AssetKindDto {}

/** Whether an asset may be withdrawn. */
@Dto({
  "description": "Whether an asset may be withdrawn.",
  "oneOf": [
    {"const": "checking", "description": "A quorum has still to see its code and decimals.", "type": "string"},
    {"const": "active", "description": "It may.", "type": "string"},
    {"const": "refused", "description": "It is something else on the chain.", "type": "string"},
  ],
}, [])
export class AssetStateDto {}

/** A currency on a chain. */
@Dto({
  "description": "A currency on a chain.",
  "properties": {
    "chain": {"description": "The chain.", "type": "string"},
    "currency": {"description": "The currency.", "type": "string"},
    "decimals": {"description": "Its decimals.", "format": "int64", "type": "integer"},
    "fee": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The fee of a withdrawal, on top of its amount.",
    },
    "kind": {"description": "The kind of asset.", "$ref": "#/components/schemas/AssetKindDto"},
    "max": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The most that is withdrawn.",
    },
    "max_gas": {"description": "The most gas that a payment may take.", "format": "int64", "type": "integer"},
    "min": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The least that is withdrawn.",
    },
    "reason": {"description": "Why it was refused: its token has no `code`, or other `decimals`.", "type": ["string", "null"]},
    "state": {"description": "Whether it may be withdrawn.", "$ref": "#/components/schemas/AssetStateDto"},
    "token": {"description": "The address of its token.", "type": ["string", "null"]},
    "version": {"description": "Counts its changes.", "format": "int64", "type": "integer"},
  },
  "required": ["chain", "currency", "kind", "decimals", "max_gas", "state", "version"],
  "type": "object",
}, [AssetKindDto, AssetStateDto, MoneyDto])
export class AssetDto {}

/** Reply of `set_asset`. */
@Dto({
  "description": "Reply of `set_asset`.",
  "properties": {
    "asset": {"description": "The asset.", "$ref": "#/components/schemas/AssetDto"},
    "replayed": {"description": "Whether nothing changed, or the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["asset", "replayed"],
  "type": "object",
}, [AssetDto])
export class AssetReplyDto {}

/** The purpose of an attempt. */
@Dto({
  "description": "The purpose of an attempt.",
  "oneOf": [
    {"const": "pay", "description": "It pays.", "type": "string"},
    {"const": "noop", "description": "It uses up the nonce, and nothing else.", "type": "string"},
  ],
}, [])
export class AttemptKindDto {}

/** The outcome of an attempt at a gateway. */
@Dto({
  "description": "The outcome of an attempt at a gateway.",
  "oneOf": [
    {"const": "authorized", "description": "It has authorized the payment.", "type": "string"},
    {"const": "captured", "description": "It has taken the money.", "type": "string"},
    {"const": "voided", "description": "It let go of it.", "type": "string"},
    {"const": "refused", "description": "It refused.", "type": "string"},
    {"const": "unsent", "description": "The call surely never reached it.", "type": "string"},
    {"const": "nothing", "description": "It surely knows of none.", "type": "string"},
  ],
}, [])
export class AttemptOutcomeDto {}

/** Why people should look at a withdrawal. */
@Dto({
  "description": "Why people should look at a withdrawal.",
  "oneOf": [
    {
      "const": "not_proved",
      "description": "It is final, and its token does not show that the payee was paid.",
      "type": "string",
    },
    {
      "const": "nonce_taken",
      "description": "Its nonce is used up, finally, and nobody shows by what.",
      "type": "string",
    },
    {"const": "rejected", "description": "Nodes will not have its bytes.", "type": "string"},
    {"const": "retries_exhausted", "description": "A job was tried as often as it may be.", "type": "string"},
    {"const": "sign_refused", "description": "The policy of the key does not let it be signed.", "type": "string"},
    {"const": "late", "description": "It has waited in its state for as long as it may.", "type": "string"},
  ],
}, [])
export class AttentionCodeDto {}

/** Whether a reason to look may go away by itself. */
@Dto({
  "description": "Whether a reason to look may go away by itself.",
  "oneOf": [
    {"const": "transient", "description": "It may.", "type": "string"},
    {"const": "permanent", "description": "Somebody must do something.", "type": "string"},
  ],
}, [])
export class AttentionKindDto {}

/** Why people should look at a withdrawal. */
@Dto({
  "description": "Why people should look at a withdrawal.",
  "properties": {
    "code": {"description": "The reason.", "$ref": "#/components/schemas/AttentionCodeDto"},
    "kind": {"description": "Whether it may go away by itself.", "$ref": "#/components/schemas/AttentionKindDto"},
    "since": {"description": "Since when.", "format": "date-time", "maxLength": 35, "type": "string"},
  },
  "required": ["code", "kind", "since"],
  "type": "object",
}, [AttentionCodeDto, AttentionKindDto])
export class AttentionDto {}

/** The balance of an account. */
@Dto({
  "description": "The balance of an account.",
  "properties": {
    "account": {"description": "The account.", "type": "string"},
    "available": {
      "description": "The amount that can be spent: `posted - held` and the overdraft limit.",
      "$ref": "#/components/schemas/MoneyDto",
    },
    "currency": {"description": "Its currency.", "type": "string"},
    "held": {"description": "The amount kept by open holds.", "$ref": "#/components/schemas/MoneyDto"},
    "posted": {"description": "Everything posted.", "$ref": "#/components/schemas/MoneyDto"},
    "version": {
      "description": "Counts every change; `null` on a streaming account.",
      "format": "int64",
      "type": ["integer", "null"],
    },
  },
  "required": ["account", "currency", "posted", "held", "available"],
  "type": "object",
}, [MoneyDto])
export class BalanceDto {}

/** Balances of several accounts. */
@Dto({
  "description": "Balances of several accounts.",
  "properties": {
    "balances": {
      "description": "The balances, by account and currency.",
      "items": {"$ref": "#/components/schemas/BalanceDto"},
      "type": "array",
    },
  },
  "required": ["balances"],
  "type": "object",
}, [BalanceDto])
export class BalancesDto {}

/** An event. */
@Dto({
  "description": "An event.",
  "properties": {
    "actor": {"anyOf": [{"$ref": "#/components/schemas/ActorDto"}, {"type": "null"}], "description": "The actor."},
    "at": {"description": "When.", "format": "date-time", "maxLength": 35, "type": "string"},
    "causation_id": {"description": "The event or call that caused it.", "type": ["string", "null"]},
    "correlation_id": {"description": "Ties together what one user action caused.", "type": ["string", "null"]},
    "data": {
      "additionalProperties": true,
      "description": "Ids, amounts and hashes of texts; for staff, the images of all rows that the command changed as\nwell.",
      "type": "object",
    },
    "device": {
      "description": "Device of the end user, for staff in `admin.audit`, until it is erased.",
      "type": ["string", "null"],
    },
    "hash": {"description": "Its link of the chain, hexadecimal.", "type": "string"},
    "id": {"description": "Its id.", "pattern": "^ev_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "ip": {
      "description": "Address of the end user, for staff in `admin.audit`, until it is erased.",
      "type": ["string", "null"],
    },
    "object": {"description": "The kind of object.", "type": "string"},
    "object_id": {"description": "The object's id.", "type": "string"},
    "previous_hash": {"description": "The link before.", "type": "string"},
    "seq": {"description": "Its place in the book, without gaps.", "format": "int64", "type": "integer"},
    "timeline": {"description": "The timeline that the link is of; `null` is the store's first.", "type": ["string", "null"]},
    "type": {"description": "`object.past_tense`.", "type": "string"},
    "version": {"description": "The object's version after it.", "format": "int64", "type": "integer"},
  },
  "required": ["seq", "id", "type", "object", "object_id", "version", "at", "data", "hash", "previous_hash"],
  "type": "object",
}, [ActorDto])
export class EventDto {}

/** Events that were taken. */
@Dto({
  "description": "Events that were taken.",
  "properties": {
    "again": {"description": "All of them are of one object that had been left behind.", "type": "boolean"},
    "events": {
      "description": "The events, in the order of the sequence.",
      "items": {"$ref": "#/components/schemas/EventDto"},
      "type": "array",
    },
    "fence": {
      "description": "The number of the batch, for the report on it; `null` when there is none: nothing new has\nhappened, somebody else has a batch, or the sink rests.",
      "format": "int64",
      "type": ["integer", "null"],
    },
    "leased_until": {
      "description": "Until when they belong to the caller.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "more": {"description": "Whether there may be more at once.", "type": "boolean"},
    "seq": {"description": "The place to report when everything is done.", "format": "int64", "type": "integer"},
    "wait_until": {
      "description": "Why there is no batch, if that will change at a known time: somebody has one until then, or the\nsink rests.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
  },
  "required": ["seq", "events", "again", "more"],
  "type": "object",
}, [EventDto])
export class BatchDto {}

/** One result of a batch. */
@Dto({
  "description": "One result of a batch.",
  "properties": {
    "error": {
      "anyOf": [{"$ref": "#/components/schemas/ErrorDto"}, {"type": "null"}],
      "description": "Its refusal; left out where it was accepted.",
    },
    "ok": {"description": "Whether it was accepted.", "type": "boolean"},
    "reply": {
      "additionalProperties": true,
      "description": "Its reply; left out where it was refused.",
      "type": ["object", "null"],
    },
  },
  "required": ["ok"],
  "type": "object",
}, [ErrorDto])
export class BatchResultDto {}

/** Results of a batch, in the order of its calls. */
@Dto({
  "description": "Results of a batch, in the order of its calls.",
  "properties": {
    "results": {"description": "One result a call.", "items": {"$ref": "#/components/schemas/BatchResultDto"}, "type": "array"},
  },
  "required": ["results"],
  "type": "object",
}, [BatchResultDto])
export class BatchReplyDto {}

/** The newest link of a book's chain. */
@Dto({
  "description": "The newest link of a book's chain.",
  "properties": {
    "book": {"description": "The book.", "type": "string"},
    "hash": {"description": "Its hash, hexadecimal.", "type": "string"},
    "seq": {"description": "Its sequence number.", "format": "int64", "type": "integer"},
  },
  "required": ["book", "seq", "hash"],
  "type": "object",
}, [])
export class BookHeadDto {}

/** A party of a deal. */
@Dto({
  "description": "A party of a deal.",
  "properties": {
    "account": {"description": "The account.", "type": "string"},
    "display_name": {"description": "Its name for people.", "type": ["string", "null"]},
    "owner": {"description": "Its owner now.", "type": ["string", "null"]},
  },
  "required": ["account"],
  "type": "object",
}, [])
export class PartyDto {}

/** Both parties of a deal. */
@Dto({
  "description": "Both parties of a deal.",
  "properties": {
    "buyer": {"description": "The buyer.", "$ref": "#/components/schemas/PartyDto"},
    "seller": {"description": "The seller.", "$ref": "#/components/schemas/PartyDto"},
  },
  "required": ["buyer", "seller"],
  "type": "object",
}, [PartyDto])
export class BothPartiesDto {}

/** When a gateway counts as down. */
@Dto({
  "description": "When a gateway counts as down.",
  "properties": {
    "failures": {"description": "So many calls in a row without an answer.", "format": "uint32", "minimum": 0, "type": "integer"},
    "pause": {"description": "How long it is left alone then.", "format": "duration", "type": "string"},
  },
  "required": ["failures", "pause"],
  "type": "object",
}, [])
export class BreakerDto {}

/** The answer of nodes to an attempt. */
@Dto({
  "description": "The answer of nodes to an attempt.",
  "oneOf": [
    {"const": "taken", "description": "One has it.", "type": "string"},
    {"const": "underpriced", "description": "A quorum wants a higher price.", "type": "string"},
    {"const": "no_funds", "description": "A quorum says that the wallet cannot pay for it.", "type": "string"},
    {"const": "rejected", "description": "A quorum will not have it.", "type": "string"},
    {"const": "unknown", "description": "Nobody knows.", "type": "string"},
  ],
}, [])
export class BroadcastOutcomeDto {}

/** Disputes that have not ended, by type. */
@Dto({
  "description": "Disputes that have not ended, by type.",
  "properties": {
    "non_delivery": {"description": "The delivery never came.", "format": "int64", "type": "integer"},
    "other": {"description": "Anything else.", "format": "int64", "type": "integer"},
    "quality_issue": {"description": "The quality is not as agreed.", "format": "int64", "type": "integer"},
    "seller_non_response": {"description": "The seller does not answer.", "format": "int64", "type": "integer"},
    "wrong_item": {"description": "Something else came.", "format": "int64", "type": "integer"},
  },
  "required": ["quality_issue", "non_delivery", "wrong_item", "seller_non_response", "other"],
  "type": "object",
}, [])
export class ByTypeDto {}

/** Reply of `erc20_transfer`: what a transaction that moves tokens carries. */
@Dto({
  "description": "Reply of `erc20_transfer`: what a transaction that moves tokens carries.",
  "properties": {
    "data": {"description": "The call.", "type": "string"},
    "to": {"description": "The contract of the token.", "type": "string"},
  },
  "required": ["to", "data"],
  "type": "object",
}, [])
export class CallDataDto {}

/** How far a call is. */
@Dto({
  "description": "How far a call is.",
  "oneOf": [
    {"const": "queued", "description": "No worker has taken it.", "type": "string"},
    {"const": "sent", "description": "A worker has taken it: the gateway may have it.", "type": "string"},
    {"const": "accepted", "description": "The gateway has it, and says more later.", "type": "string"},
    {"const": "unknown", "description": "Nobody knows whether the gateway has it.", "type": "string"},
  ],
}, [])
export class CallPhaseDto {}

/** When the money is taken. */
@Dto({
  "description": "When the money is taken.",
  "oneOf": [
    {"const": "auto", "description": "At once.", "type": "string"},
    {"const": "manual", "description": "By `capture`.", "type": "string"},
  ],
}, [])
export class CaptureModeDto {}

/** The state of a hold. */
@Dto({
  "description": "The state of a hold.",
  "oneOf": [
    {"const": "authorized", "description": "Nothing was captured yet.", "type": "string"},
    {"const": "partially_captured", "description": "Part was captured and the rest is still held.", "type": "string"},
    {"const": "captured", "description": "It was captured, and the rest was released.", "type": "string"},
    {"const": "voided", "description": "It was released without capture.", "type": "string"},
    {"const": "expired", "description": "It expired, and the rest was released.", "type": "string"},
  ],
}, [])
export class HoldStateDto {}

/** A hold. */
@Dto({
  "description": "A hold.",
  "properties": {
    "account": {"description": "The account whose money it keeps.", "type": "string"},
    "amount": {"description": "The amount authorized.", "$ref": "#/components/schemas/MoneyDto"},
    "captured": {"description": "The amount captured.", "$ref": "#/components/schemas/MoneyDto"},
    "created_at": {"description": "When it was made.", "format": "date-time", "maxLength": 35, "type": "string"},
    "expires_at": {"description": "When it expires.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "id": {"description": "Its id.", "pattern": "^hd_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "metadata": {"additionalProperties": true, "description": "The caller's own data.", "type": "object"},
    "reference": {"description": "The caller's own reference.", "type": ["string", "null"]},
    "released": {"description": "The amount released.", "$ref": "#/components/schemas/MoneyDto"},
    "remaining": {"description": "The amount it still keeps.", "$ref": "#/components/schemas/MoneyDto"},
    "state": {
      "description": "Its state, as stored: the clock may have ended it already.",
      "$ref": "#/components/schemas/HoldStateDto",
    },
    "version": {"description": "Counts every change.", "format": "int64", "type": "integer"},
  },
  "required": ["id", "account", "amount", "captured", "released", "remaining", "state", "version", "metadata", "created_at"],
  "type": "object",
}, [HoldStateDto, MoneyDto])
export class HoldDto {}

/** One leg of a transfer. */
@Dto({
  "description": "One leg of a transfer.",
  "properties": {
    "account": {"description": "The account.", "type": "string"},
    "amount": {"description": "Signed: positive is a credit.", "$ref": "#/components/schemas/MoneyDto"},
    "balance_after": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "Balance after; `null` on a streaming account.",
    },
    "balance_before": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "Balance before; `null` on a streaming account.",
    },
    "number": {
      "description": "Gapless number within the account; `null` on a streaming account.",
      "format": "int64",
      "type": ["integer", "null"],
    },
  },
  "required": ["account", "amount"],
  "type": "object",
}, [MoneyDto])
export class PostingDto {}

/** Why a transfer exists. */
@Dto({
  "description": "Why a transfer exists.",
  "oneOf": [
    {"const": "top_up", "description": "Money entered an account from outside.", "type": "string"},
    {"const": "deduct", "description": "Money left an account.", "type": "string"},
    {"const": "transfer", "description": "Money moved between two accounts.", "type": "string"},
    {"const": "post", "description": "A posting of n legs.", "type": "string"},
    {"const": "capture", "description": "A hold was captured.", "type": "string"},
    {"const": "reversal", "description": "An original was reversed whole.", "type": "string"},
    {"const": "refund", "description": "Part of an original, or of a deal, was given back.", "type": "string"},
    {"const": "fee", "description": "A fee of a deal.", "type": "string"},
    {"const": "settlement", "description": "A deal paid its seller or another recipient.", "type": "string"},
    {"const": "payment", "description": "Money came in through a gateway.", "type": "string"},
    {"const": "purchase", "description": "A purchase was paid.", "type": "string"},
    {"const": "grant", "description": "A purchase gave its buyer what was promised with it.", "type": "string"},
    {"const": "clawback", "description": "The grant of a purchase was taken back.", "type": "string"},
    {
      "const": "chargeback",
      "description": "The payer's bank took a payment back, or gave it again.",
      "type": "string",
    },
    {"const": "recovery", "description": "A debt was paid.", "type": "string"},
    {"const": "withdrawal", "description": "A withdrawal left for a chain.", "type": "string"},
  ],
}, [])
export class TransferKindDto {}

/** A transfer. */
@Dto({
  "description": "A transfer.",
  "properties": {
    "amount": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The amount moved; `null` with more than two postings.",
    },
    "created_at": {"description": "When it was posted.", "format": "date-time", "maxLength": 35, "type": "string"},
    "deal": {
      "description": "The deal that it belongs to.",
      "pattern": "^dl_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "from": {"description": "The payer; `null` with more than two postings.", "type": ["string", "null"]},
    "hold": {
      "description": "The hold that it captured.",
      "pattern": "^hd_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "id": {"description": "Its id.", "pattern": "^tr_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "kind": {"description": "Why it exists.", "$ref": "#/components/schemas/TransferKindDto"},
    "metadata": {"additionalProperties": true, "description": "The caller's own data.", "type": "object"},
    "payment": {"description": "The payment that it belongs to.", "type": ["string", "null"]},
    "postings": {"description": "Its legs.", "items": {"$ref": "#/components/schemas/PostingDto"}, "type": "array"},
    "purchase": {"description": "The purchase that it belongs to.", "type": ["string", "null"]},
    "reference": {"description": "The caller's own reference.", "type": ["string", "null"]},
    "refunded": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "How much of it was returned; `null` with more than two postings.",
    },
    "reverses": {
      "description": "The transfer that this one reverses or refunds.",
      "pattern": "^tr_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "to": {"description": "The payee; `null` with more than two postings.", "type": ["string", "null"]},
    "withdrawal": {"description": "The withdrawal that it belongs to.", "type": ["string", "null"]},
  },
  "required": ["id", "kind", "postings", "metadata", "created_at"],
  "type": "object",
}, [MoneyDto, PostingDto, TransferKindDto])
export class TransferDto {}

/** Reply of a capture. */
@Dto({
  "description": "Reply of a capture.",
  "properties": {
    "balance": {"description": "Balance of the hold's account, as it is now.", "$ref": "#/components/schemas/BalanceDto"},
    "hold": {"description": "The hold.", "$ref": "#/components/schemas/HoldDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "transfer": {"description": "The transfer.", "$ref": "#/components/schemas/TransferDto"},
  },
  "required": ["transfer", "hold", "balance", "replayed"],
  "type": "object",
}, [BalanceDto, HoldDto, TransferDto])
export class CapturedDto {}

/** The newest link of a chain. */
@Dto({
  "description": "The newest link of a chain.",
  "properties": {
    "hash": {"description": "Its hash, hexadecimal.", "type": "string"},
    "seq": {"description": "Its sequence number.", "format": "int64", "type": "integer"},
  },
  "required": ["seq", "hash"],
  "type": "object",
}, [])
export class HeadDto {}

/** The chain of a book, recomputed. */
@Dto({
  "description": "The chain of a book, recomputed.",
  "properties": {
    "broken_at": {"description": "The first sequence number that is wrong.", "format": "int64", "type": ["integer", "null"]},
    "events": {"description": "How many events were read.", "format": "int64", "type": "integer"},
    "head": {
      "description": "The newest link: keep it elsewhere to find a cut tail later.",
      "$ref": "#/components/schemas/HeadDto",
    },
    "ok": {"description": "Whether every link is right and none is missing.", "type": "boolean"},
  },
  "required": ["ok", "events", "head"],
  "type": "object",
}, [HeadDto])
export class ChainDto {}

/** How an endpoint did last. */
@Dto({
  "description": "How an endpoint did last.",
  "properties": {
    "at": {"description": "When it answered last.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "endpoint": {"description": "Its name.", "type": "string"},
    "failures": {"description": "How often in a row it failed.", "format": "int64", "type": "integer"},
    "head": {"description": "The height of its newest block, as text.", "type": ["string", "null"]},
    "status": {"description": "How it did: `ok`, `failing`, `behind` or `wrong_chain`.", "type": "string"},
  },
  "required": ["endpoint", "status", "failures"],
  "type": "object",
}, [])
export class ChainEndpointDto {}

/** The price of gas on a chain, as a quorum said last. */
@Dto({
  "description": "The price of gas on a chain, as a quorum said last.",
  "properties": {
    "at": {"description": "When it was said.", "format": "date-time", "maxLength": 35, "type": "string"},
    "base_fee": {"description": "The base fee, in wei.", "type": "string"},
    "priority_fee": {"description": "The priority fee that others pay, in wei.", "type": "string"},
  },
  "required": ["base_fee", "priority_fee", "at"],
  "type": "object",
}, [])
export class ChainFeesDto {}

/** The block that endpoints hold for final. */
@Dto({
  "description": "The block that endpoints hold for final.",
  "oneOf": [
    {"const": "finalized", "description": "It can not be taken back.", "type": "string"},
    {"const": "safe", "description": "It is seldom taken back.", "type": "string"},
  ],
}, [])
export class FinalityTagDto {}

/** When a block is final: by the tag or by the depth. */
@Dto({
  "description": "When a block is final: by the tag or by the depth.",
  "properties": {
    "depth": {
      "description": "So many blocks that stand on it; left out where `tag` is there.",
      "format": "uint32",
      "minimum": 0,
      "type": ["integer", "null"],
    },
    "tag": {
      "anyOf": [{"$ref": "#/components/schemas/FinalityTagDto"}, {"type": "null"}],
      "description": "The block that endpoints hold for final; left out where `depth` is there.",
    },
  },
  "type": "object",
}, [FinalityTagDto])
export class FinalityDto {}

/** A chain. */
@Dto({
  "description": "A chain.",
  "properties": {
    "block_time": {"description": "How long a block takes.", "format": "duration", "type": "string"},
    "bump_after": {
      "description": "How long a node has had a transaction before it is bumped.",
      "format": "duration",
      "type": "string",
    },
    "bump_bps": {
      "description": "By how much a bump raises both fees, in hundredths of a percent.",
      "format": "int64",
      "type": "integer",
    },
    "chain": {"description": "Its name.", "type": "string"},
    "chain_id": {"description": "Its number, as text.", "type": "string"},
    "endpoints": {"description": "The names of those who speak for it.", "items": {"type": "string"}, "type": "array"},
    "facts_ttl": {"description": "How long what is known of the chain is good.", "format": "duration", "type": "string"},
    "fee_cap": {"description": "The most for a unit of gas, in wei.", "type": "string"},
    "finality": {"description": "When a block is final.", "$ref": "#/components/schemas/FinalityDto"},
    "min_priority_fee": {"description": "The least that is given on top of the base fee, in wei.", "type": "string"},
    "now": {
      "anyOf": [{"$ref": "#/components/schemas/ChainFeesDto"}, {"type": "null"}],
      "description": "The price of gas; `null` until a quorum has said it.",
    },
    "quorum": {"description": "How many must agree.", "format": "int64", "type": "integer"},
    "resend_after": {
      "description": "How long a transaction is unseen before it is sent again.",
      "format": "duration",
      "type": "string",
    },
    "version": {"description": "Counts its changes.", "format": "int64", "type": "integer"},
    "views": {
      "description": "How its endpoints did.",
      "items": {"$ref": "#/components/schemas/ChainEndpointDto"},
      "type": "array",
    },
    "watch": {"description": "How long what is final is still looked at.", "format": "duration", "type": "string"},
  },
  "required": [
    "chain",
    "chain_id",
    "endpoints",
    "quorum",
    "finality",
    "block_time",
    "fee_cap",
    "min_priority_fee",
    "bump_bps",
    "bump_after",
    "resend_after",
    "facts_ttl",
    "watch",
    "views",
    "version",
  ],
  "type": "object",
}, [ChainEndpointDto, ChainFeesDto, FinalityDto])
export class WithdrawalChainDto {}

/** Reply of `set_chain`. */
@Dto({
  "description": "Reply of `set_chain`.",
  "properties": {
    "chain": {"description": "The chain.", "$ref": "#/components/schemas/WithdrawalChainDto"},
    "replayed": {"description": "Whether nothing changed, or the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["chain", "replayed"],
  "type": "object",
}, [WithdrawalChainDto])
export class ChainReplyDto {}

/** How far a chargeback is. */
@Dto({
  "description": "How far a chargeback is.",
  "oneOf": [
    {"const": "open", "description": "The bank has taken the money.", "type": "string"},
    {"const": "won", "description": "It gave the money back.", "type": "string"},
    {"const": "lost", "description": "It keeps the money.", "type": "string"},
  ],
}, [])
export class ChargebackPhaseDto {}

/** A chargeback by a payer's bank. */
@Dto({
  "description": "A chargeback by a payer's bank.",
  "properties": {
    "amount": {"description": "How much.", "$ref": "#/components/schemas/MoneyDto"},
    "case": {"description": "The gateway's id of it.", "type": "string"},
    "opened_at": {"description": "When it was opened.", "format": "date-time", "maxLength": 35, "type": "string"},
    "phase": {"description": "`open`, `won` or `lost`.", "$ref": "#/components/schemas/ChargebackPhaseDto"},
    "reason": {"description": "Why.", "type": ["string", "null"]},
  },
  "required": ["case", "phase", "amount", "opened_at"],
  "type": "object",
}, [ChargebackPhaseDto, MoneyDto])
export class ChargebackDto {}

/** The input of the client's widget that collects the payer's means. */
@Dto({
  "description": "The input of the client's widget that collects the payer's means.",
  "properties": {
    "fields": {
      "additionalProperties": true,
      "description": "The fields of its widget, signed by the server where the gateway wants that: amount, order, keys\nthat may be public. Each driver has its own.",
      "type": "object",
    },
    "gateway": {"description": "The gateway that the means are for.", "type": "string"},
  },
  "required": ["gateway", "fields"],
  "type": "object",
}, [])
export class CheckoutDto {}

/** A clock that was confirmed to be right. */
@Dto({
  "description": "A clock that was confirmed to be right.",
  "properties": {
    "expected": {
      "description": "The time that it should have shown by the time that has passed, if it had jumped.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "now": {"description": "The time that it shows.", "format": "date-time", "maxLength": 35, "type": "string"},
  },
  "required": ["now"],
  "type": "object",
}, [])
export class ClockConfirmedDto {}

/** A copy that was made. */
@Dto({
  "description": "A copy that was made.",
  "properties": {
    "bytes": {"description": "Its size.", "format": "int64", "type": "integer"},
    "path": {"description": "The file.", "type": "string"},
  },
  "required": ["path", "bytes"],
  "type": "object",
}, [])
export class CopiedDto {}

/** Deadlines, as stored: one that was not agreed on, or whose count has not begun, is `null`. */
@Dto({
  "description": "Deadlines, as stored: one that was not agreed on, or whose count has not begun, is `null`.",
  "properties": {
    "deliver_by": {
      "description": "The deadline after which it counts as delivered.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "left": {
      "description": "While a dispute or the request of a refund stops the clock: what is left of the deadline that was\nin force.",
      "format": "duration",
      "type": ["string", "null"],
    },
    "pay_by": {"description": "The buyer must have paid.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "release_at": {
      "description": "The seller is paid without further ado.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "ship_by": {
      "description": "The seller must have shipped.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
  },
  "type": "object",
}, [])
export class DeadlinesDto {}

/** A fee. */
@Dto({
  "description": "A fee.",
  "properties": {
    "amount": {"description": "The amount when the whole price is released.", "$ref": "#/components/schemas/MoneyDto"},
    "bps": {
      "description": "Hundredths of a percent of the price; `null` for a fixed amount.",
      "format": "uint32",
      "minimum": 0,
      "type": ["integer", "null"],
    },
    "from": {"description": "The payer: `seller` or `buyer`.", "type": "string"},
    "to": {"description": "The payee.", "type": "string"},
  },
  "required": ["to", "from", "amount"],
  "type": "object",
}, [MoneyDto])
export class FeeDto {}

/** A part of the price that is released by name. */
@Dto({
  "description": "A part of the price that is released by name.",
  "properties": {
    "amount": {"description": "How much of the price it is.", "$ref": "#/components/schemas/MoneyDto"},
    "name": {"description": "Its name.", "type": "string"},
    "released": {"description": "Whether it was released.", "type": "boolean"},
  },
  "required": ["name", "amount", "released"],
  "type": "object",
}, [MoneyDto])
export class MilestoneDto {}

/** The shipment. */
@Dto({
  "description": "The shipment.",
  "properties": {
    "carrier": {"description": "The carrier.", "type": ["string", "null"]},
    "delivered_at": {"description": "When it was delivered.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "shipped_at": {"description": "When it was shipped.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "tracking": {"description": "The carrier's number for it.", "type": ["string", "null"]},
  },
  "type": "object",
}, [])
export class ShipmentDto {}

/** A share of another payee in the seller's proceeds. */
@Dto({
  "description": "A share of another payee in the seller's proceeds.",
  "properties": {
    "amount": {"description": "The amount when the whole price is released.", "$ref": "#/components/schemas/MoneyDto"},
    "bps": {
      "description": "Hundredths of a percent of the price; `null` for a fixed amount.",
      "format": "uint32",
      "minimum": 0,
      "type": ["integer", "null"],
    },
    "to": {"description": "The payee.", "type": "string"},
  },
  "required": ["to", "amount"],
  "type": "object",
}, [MoneyDto])
export class SplitShareDto {}

/** A side of a deal. */
@Dto({
  "description": "A side of a deal.",
  "oneOf": [
    {"const": "buyer", "description": "The payer.", "type": "string"},
    {"const": "seller", "description": "The payee.", "type": "string"},
  ],
}, [])
export class SideDto {}

/** Why a deal is at a standstill, and where it goes on. */
@Dto({
  "description": "Why a deal is at a standstill, and where it goes on.",
  "properties": {
    "before": {"description": "The state before, to which it returns.", "$ref": "#/components/schemas/DealStateDto"},
    "by": {
      "anyOf": [{"$ref": "#/components/schemas/SideDto"}, {"type": "null"}],
      "description": "The side that opened the dispute; `null` where staff did, and where a refund was asked for.",
    },
    "whole": {
      "description": "Whether the refund that was asked for is all that is left of the price; `null` in a dispute.",
      "type": ["boolean", "null"],
    },
  },
  "required": ["before"],
  "type": "object",
}, [DealStateDto, SideDto])
export class StoppedDto {}

/** The terms of a deal. */
@Dto({
  "description": "The terms of a deal.",
  "properties": {
    "deliver_within": {
      "description": "How long it may be on its way before it counts as delivered.",
      "format": "duration",
      "type": ["string", "null"],
    },
    "inspection": {"description": "How long the buyer may look at what arrived.", "format": "duration", "type": "string"},
    "pay_within": {"description": "How long the buyer may take to pay.", "format": "duration", "type": ["string", "null"]},
    "require_acceptance": {"description": "The seller must accept before the deal continues.", "type": "boolean"},
    "respond_within": {"description": "How long the other side may take to answer a dispute.", "format": "duration", "type": "string"},
    "ship_within": {"description": "How long the seller may take to ship.", "format": "duration", "type": ["string", "null"]},
    "shipping": {"description": "Something is shipped.", "type": "boolean"},
  },
  "required": ["inspection", "respond_within", "require_acceptance", "shipping"],
  "type": "object",
}, [])
export class TermsDto {}

/** A deal. */
@Dto({
  "description": "A deal.",
  "properties": {
    "buyer": {"description": "The buyer's account.", "type": "string"},
    "buyer_owner": {"description": "Owner of the buyer's account now.", "type": ["string", "null"]},
    "buyer_pays": {"description": "The total that the buyer pays.", "$ref": "#/components/schemas/MoneyDto"},
    "created_at": {"description": "When it was opened.", "format": "date-time", "maxLength": 35, "type": "string"},
    "deadlines": {"description": "Deadlines.", "$ref": "#/components/schemas/DeadlinesDto"},
    "dispute": {
      "description": "The open dispute.",
      "pattern": "^dp_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "fees": {"description": "Fees.", "items": {"$ref": "#/components/schemas/FeeDto"}, "type": "array"},
    "fees_taken": {"description": "The amount taken as fees.", "$ref": "#/components/schemas/MoneyDto"},
    "funded": {"description": "The amount that came into its account.", "$ref": "#/components/schemas/MoneyDto"},
    "held": {"description": "The balance of its account now.", "$ref": "#/components/schemas/MoneyDto"},
    "id": {"description": "Its id.", "pattern": "^dl_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "item": {"description": "The item sold, for people.", "type": ["string", "null"]},
    "metadata": {"additionalProperties": true, "description": "The caller's own data.", "type": "object"},
    "milestones": {
      "description": "Parts that are released one by one.",
      "items": {"$ref": "#/components/schemas/MilestoneDto"},
      "type": "array",
    },
    "payment": {
      "description": "The payment from outside that is to pay it, or has.",
      "pattern": "^py_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "price": {"description": "The price.", "$ref": "#/components/schemas/MoneyDto"},
    "reference": {"description": "The caller's own reference.", "type": ["string", "null"]},
    "refund_asked": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The refund that the buyer asked for and that is still undecided, as a part of the price.",
    },
    "refunded": {"description": "The amount that went back to the buyer.", "$ref": "#/components/schemas/MoneyDto"},
    "released": {"description": "The amount that went to the seller's side.", "$ref": "#/components/schemas/MoneyDto"},
    "seller": {"description": "The seller's account.", "type": "string"},
    "seller_gets": {"description": "The seller's proceeds if nothing is refunded.", "$ref": "#/components/schemas/MoneyDto"},
    "seller_owner": {"description": "Owner of the seller's account now.", "type": ["string", "null"]},
    "shipment": {"description": "The shipment.", "$ref": "#/components/schemas/ShipmentDto"},
    "splits": {
      "description": "Others who get a part.",
      "items": {"$ref": "#/components/schemas/SplitShareDto"},
      "type": "array",
    },
    "state": {
      "description": "Its state, as stored: a deadline may have passed already.",
      "$ref": "#/components/schemas/DealStateDto",
    },
    "stopped": {
      "anyOf": [{"$ref": "#/components/schemas/StoppedDto"}, {"type": "null"}],
      "description": "While it is at a standstill: who stopped it, and where it goes on.",
    },
    "terms": {"description": "The terms.", "$ref": "#/components/schemas/TermsDto"},
    "updated_at": {"description": "When it last changed.", "format": "date-time", "maxLength": 35, "type": "string"},
    "version": {"description": "Counts every event.", "format": "int64", "type": "integer"},
  },
  "required": [
    "id",
    "buyer",
    "seller",
    "price",
    "buyer_pays",
    "seller_gets",
    "fees",
    "splits",
    "milestones",
    "terms",
    "state",
    "funded",
    "released",
    "refunded",
    "fees_taken",
    "held",
    "shipment",
    "deadlines",
    "version",
    "metadata",
    "created_at",
    "updated_at",
  ],
  "type": "object",
}, [DeadlinesDto, DealStateDto, FeeDto, MilestoneDto, MoneyDto, ShipmentDto, SplitShareDto, StoppedDto, TermsDto])
export class DealDto {}

/** Reply of a change of a deal. */
@Dto({
  "description": "Reply of a change of a deal.",
  "properties": {
    "deal": {"description": "The deal.", "$ref": "#/components/schemas/DealDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["deal", "replayed"],
  "type": "object",
}, [DealDto])
export class DealReplyDto {}

/** The state of a debt in its life cycle. */
@Dto({
  "description": "The state of a debt in its life cycle.",
  "oneOf": [
    {"const": "open", "description": "Some of it is owed.", "type": "string"},
    {"const": "recovered", "description": "All of it came back.", "type": "string"},
    {"const": "written_off", "description": "The rest was given up.", "type": "string"},
  ],
}, [])
export class DebtStateDto {}

/** The debt of an account that did not have all of the money that was taken back from it. */
@Dto({
  "description": "The debt of an account that did not have all of the money that was taken back from it.",
  "properties": {
    "account": {"description": "The debtor's account.", "type": "string"},
    "amount": {"description": "How much.", "$ref": "#/components/schemas/MoneyDto"},
    "case": {"description": "The chargeback.", "type": "string"},
    "created_at": {"description": "Since when.", "format": "date-time", "maxLength": 35, "type": "string"},
    "id": {"description": "Its id.", "pattern": "^dt_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "payment": {
      "description": "The payment, if there was one.",
      "pattern": "^py_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "purchase": {"description": "The purchase.", "type": ["string", "null"]},
    "recovered": {"description": "How much of it came back.", "$ref": "#/components/schemas/MoneyDto"},
    "state": {"description": "Its state.", "$ref": "#/components/schemas/DebtStateDto"},
    "version": {"description": "Counts every event.", "format": "int64", "type": "integer"},
  },
  "required": ["id", "account", "amount", "recovered", "state", "case", "version", "created_at"],
  "type": "object",
}, [DebtStateDto, MoneyDto])
export class DebtDto {}

/** Reply of a change of a debt. */
@Dto({
  "description": "Reply of a change of a debt.",
  "properties": {
    "debt": {"description": "The debt.", "$ref": "#/components/schemas/DebtDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["debt", "replayed"],
  "type": "object",
}, [DebtDto])
export class DebtReplyDto {}

/** The outcome of rules that fire, from the mildest to the strictest. */
@Dto({
  "description": "The outcome of rules that fire, from the mildest to the strictest.",
  "oneOf": [
    {"const": "allow", "description": "Nothing.", "type": "string"},
    {"const": "flag", "description": "It is noted.", "type": "string"},
    {"const": "review", "description": "People look at it first.", "type": "string"},
    {"const": "challenge", "description": "A further factor must be proved.", "type": "string"},
    {"const": "block", "description": "It is refused.", "type": "string"},
  ],
}, [])
export class OutcomeDto {}

/** A rule or a rate that fired. */
@Dto({
  "description": "A rule or a rate that fired.",
  "properties": {
    "limit": {
      "anyOf": [{"format": "int64", "type": "integer"}, {"$ref": "#/components/schemas/MoneyDto"}],
      "description": "The limit: as `seen`.",
    },
    "message": {"description": "Its message for people.", "type": ["string", "null"]},
    "metric": {"description": "Its metric; `rate` for a rate, `score` for a threshold.", "type": "string"},
    "outcome": {"description": "Its own outcome.", "$ref": "#/components/schemas/OutcomeDto"},
    "requested": {
      "anyOf": [{"format": "int64", "type": "integer"}, {"$ref": "#/components/schemas/MoneyDto"}],
      "description": "The part that the call would add: as `seen`.",
    },
    "rule": {"description": "Its name; `score` for a threshold.", "type": "string"},
    "seen": {
      "anyOf": [{"format": "int64", "type": "integer"}, {"$ref": "#/components/schemas/MoneyDto"}],
      "description": "The part of the limit that was used before the call: a whole number, or money.",
    },
    "subject": {"description": "About whom.", "type": "string"},
    "window": {"description": "For how long it counts; `null` for `amount` and `score`.", "type": ["string", "null"]},
  },
  "required": ["rule", "metric", "subject", "seen", "requested", "limit", "outcome"],
  "type": "object",
}, [MoneyDto, OutcomeDto])
export class FiredDto {}

/** The verdict of rules and rates on a call. */
@Dto({
  "description": "The verdict of rules and rates on a call.",
  "properties": {
    "action": {"description": "The operation that was judged.", "type": "string"},
    "allowed_by": {"description": "The entry of a list that lifted it.", "type": ["string", "null"]},
    "at": {"description": "When.", "format": "date-time", "maxLength": 35, "type": "string"},
    "factors": {
      "default": [],
      "description": "The factors that the call must prove first, by policies or, where that is the outcome, by\nchallenges: without them it is `factor_required`.",
      "items": {"type": "string"},
      "type": "array",
    },
    "fired": {
      "description": "All that fired, the first to speak first.",
      "items": {"$ref": "#/components/schemas/FiredDto"},
      "type": "array",
    },
    "id": {
      "description": "Its id; `null` where nothing was decided, but only asked.",
      "pattern": "^dc_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "outcome": {"description": "The strictest outcome.", "$ref": "#/components/schemas/OutcomeDto"},
    "retry_after": {
      "description": "Whole seconds after which the call would pass if nothing else happened; `null` where no waiting\nhelps or nothing refuses.",
      "format": "int64",
      "type": ["integer", "null"],
    },
    "score": {
      "description": "The weights of what fired and the host's own number, 0 to 100.",
      "format": "uint8",
      "maximum": 255,
      "minimum": 0,
      "type": "integer",
    },
    "shadow": {
      "description": "The shadow rules that would have fired.",
      "items": {"$ref": "#/components/schemas/FiredDto"},
      "type": "array",
    },
    "subject": {"description": "The part of the call that the first rule is about.", "type": ["string", "null"]},
  },
  "required": ["action", "outcome", "score", "fired", "shadow", "at"],
  "type": "object",
}, [FiredDto, OutcomeDto])
export class DecisionDto {}

/** A picture of everything that a deal can do. */
@Dto({
  "description": "A picture of everything that a deal can do.",
  "properties": {
    "content": {"description": "The picture, as text.", "type": "string"},
    "format": {"description": "`mermaid` or `svg`.", "type": "string"},
  },
  "required": ["format", "content"],
  "type": "object",
}, [])
export class DiagramDto {}

/** Reply of `sign_message` and `sign_typed_data`. */
@Dto({
  "description": "Reply of `sign_message` and `sign_typed_data`.",
  "properties": {
    "digest": {"description": "The 32 bytes that were signed (EIP-191, EIP-712).", "type": "string"},
    "replayed": {"description": "Always false: the same call again is made again.", "type": "boolean"},
    "signature": {"description": "65 bytes: r, s, and 27 or 28.", "type": "string"},
  },
  "required": ["signature", "digest", "replayed"],
  "type": "object",
}, [])
export class DigestSignedDto {}

/** The discount of a promo. */
@Dto({
  "description": "The discount of a promo.",
  "properties": {
    "amount": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "An amount, and at most the sum.",
    },
    "bps": {"description": "Hundredths of a percent of the sum.", "format": "int64", "type": ["integer", "null"]},
  },
  "type": "object",
}, [MoneyDto])
export class DiscountDto {}

/** The state of a dispute in its life cycle; the last two are final. */
@Dto({
  "description": "The state of a dispute in its life cycle; the last two are final.",
  "oneOf": [
    {"const": "open", "description": "Opened: both sides show what they have.", "type": "string"},
    {"const": "investigating", "description": "Staff look into it.", "type": "string"},
    {"const": "resolved", "description": "Staff decided it.", "type": "string"},
    {"const": "withdrawn", "description": "Its opener took it back.", "type": "string"},
  ],
}, [])
export class DisputeStateDto {}

/** The type of a dispute. */
@Dto({
  "description": "The type of a dispute.",
  "oneOf": [
    {"const": "quality_issue", "description": "It is not as good as was agreed on.", "type": "string"},
    {"const": "non_delivery", "description": "It never came.", "type": "string"},
    {"const": "wrong_item", "description": "Something else came.", "type": "string"},
    {"const": "seller_non_response", "description": "The seller does not answer.", "type": "string"},
    {"const": "other", "description": "Anything else.", "type": "string"},
  ],
}, [])
export class DisputeTypeDto {}

/** The role in which an actor acts on a deal. */
@Dto({
  "description": "The role in which an actor acts on a deal.",
  "oneOf": [
    {"const": "buyer", "description": "The payer: derived from the buyer's account.", "type": "string"},
    {"const": "seller", "description": "The payee: derived from the seller's account.", "type": "string"},
    {"const": "admin", "description": "Staff of the host, as the host says.", "type": "string"},
    {"const": "system", "description": "The host's own program, and timers.", "type": "string"},
  ],
}, [])
export class EvidenceRoleDto {}

/** A piece of evidence. */
@Dto({
  "description": "A piece of evidence.",
  "properties": {
    "added_at": {"description": "When.", "format": "date-time", "maxLength": 35, "type": "string"},
    "added_by": {"description": "The actor who showed it.", "type": "string"},
    "kind": {"description": "The type of the evidence.", "type": "string"},
    "number": {"description": "Its place, from 1.", "format": "int64", "type": "integer"},
    "role": {
      "description": "For which side: `buyer`, `seller`, or the staff (`admin`, `system`).",
      "$ref": "#/components/schemas/EvidenceRoleDto",
    },
    "sha256": {"description": "SHA-256 of a file that the host keeps.", "type": ["string", "null"]},
    "statement": {"description": "The statement; `null` also when it was erased.", "type": ["string", "null"]},
    "uri": {"description": "Where that file is.", "type": ["string", "null"]},
  },
  "required": ["number", "kind", "added_by", "role", "added_at"],
  "type": "object",
}, [EvidenceRoleDto])
export class EvidenceDto {}

/** How staff decide a dispute. */
@Dto({
  "description": "How staff decide a dispute.",
  "oneOf": [
    {"const": "release", "description": "The seller gets what the deal has.", "type": "string"},
    {"const": "refund", "description": "The buyer gets it back.", "type": "string"},
    {"const": "split", "description": "Each gets a part.", "type": "string"},
  ],
}, [])
export class RulingDto {}

/** A dispute. */
@Dto({
  "description": "A dispute.",
  "properties": {
    "deal": {"description": "The deal.", "pattern": "^dl_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "evidence": {
      "description": "Evidence, in the order in which it was shown.",
      "items": {"$ref": "#/components/schemas/EvidenceDto"},
      "type": "array",
    },
    "id": {"description": "Its id.", "pattern": "^dp_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "opened_at": {"description": "When it was opened.", "format": "date-time", "maxLength": 35, "type": "string"},
    "opened_by": {"description": "The actor who opened it.", "type": "string"},
    "outcome": {"anyOf": [{"$ref": "#/components/schemas/RulingDto"}, {"type": "null"}], "description": "The ruling."},
    "reference": {"description": "The caller's own reference.", "type": ["string", "null"]},
    "refund": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The part of the price that the ruling refunds to the buyer.",
    },
    "resolution": {"description": "Why.", "type": ["string", "null"]},
    "resolved_at": {"description": "When it was resolved.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "resolved_by": {"description": "The actor who ruled.", "type": ["string", "null"]},
    "respond_by": {
      "description": "The other side should have answered.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "response_overdue": {"description": "The other side did not answer in time.", "type": "boolean"},
    "state": {"description": "Its state.", "$ref": "#/components/schemas/DisputeStateDto"},
    "statement": {"description": "The opener's statement; `null` when it was erased.", "type": ["string", "null"]},
    "type": {"description": "The type of the dispute.", "$ref": "#/components/schemas/DisputeTypeDto"},
    "version": {"description": "Counts every event.", "format": "int64", "type": "integer"},
  },
  "required": ["id", "deal", "type", "state", "opened_by", "evidence", "response_overdue", "opened_at", "version"],
  "type": "object",
}, [DisputeStateDto, DisputeTypeDto, EvidenceDto, MoneyDto, RulingDto])
export class DisputeDto {}

/** A dispute in full: its own fields, the whole deal, and the history of both. */
@Dto({
  "description": "A dispute in full: its own fields, the whole deal, and the history of both.",
  "properties": {
    "deal": {"description": "The deal.", "$ref": "#/components/schemas/DealDto"},
    "evidence": {
      "description": "Evidence, in the order in which it was shown.",
      "items": {"$ref": "#/components/schemas/EvidenceDto"},
      "type": "array",
    },
    "history": {
      "description": "The events of the deal and of the dispute, oldest first.",
      "items": {"$ref": "#/components/schemas/EventDto"},
      "type": "array",
    },
    "id": {"description": "Its id.", "pattern": "^dp_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "opened_at": {"description": "When it was opened.", "format": "date-time", "maxLength": 35, "type": "string"},
    "opened_by": {"description": "The actor who opened it.", "type": "string"},
    "outcome": {"anyOf": [{"$ref": "#/components/schemas/RulingDto"}, {"type": "null"}], "description": "The ruling."},
    "parties": {"description": "The parties of the deal.", "$ref": "#/components/schemas/BothPartiesDto"},
    "reference": {"description": "The caller's own reference.", "type": ["string", "null"]},
    "refund": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The part of the price that the ruling refunds to the buyer.",
    },
    "resolution": {"description": "Why.", "type": ["string", "null"]},
    "resolved_at": {"description": "When it was resolved.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "resolved_by": {"description": "The actor who ruled.", "type": ["string", "null"]},
    "respond_by": {
      "description": "The other side should have answered.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "response_overdue": {"description": "The other side did not answer in time.", "type": "boolean"},
    "shipments": {"description": "The shipments.", "items": {"$ref": "#/components/schemas/ShipmentDto"}, "type": "array"},
    "state": {"description": "Its state.", "$ref": "#/components/schemas/DisputeStateDto"},
    "statement": {"description": "The opener's statement; `null` when it was erased.", "type": ["string", "null"]},
    "type": {"description": "The type of the dispute.", "$ref": "#/components/schemas/DisputeTypeDto"},
    "version": {"description": "Counts every event.", "format": "int64", "type": "integer"},
  },
  "required": [
    "id",
    "deal",
    "type",
    "state",
    "opened_by",
    "evidence",
    "response_overdue",
    "opened_at",
    "version",
    "parties",
    "shipments",
    "history",
  ],
  "type": "object",
}, [BothPartiesDto, DealDto, DisputeStateDto, DisputeTypeDto, EventDto, EvidenceDto, MoneyDto, RulingDto, ShipmentDto])
export class DisputeFileDto {}

/** Reply of a change of a dispute. */
@Dto({
  "description": "Reply of a change of a dispute.",
  "properties": {
    "deal": {"description": "Its deal.", "$ref": "#/components/schemas/DealDto"},
    "dispute": {"description": "The dispute.", "$ref": "#/components/schemas/DisputeDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["dispute", "deal", "replayed"],
  "type": "object",
}, [DealDto, DisputeDto])
export class DisputeReplyDto {}

/** Counts of disputes. */
@Dto({
  "description": "Counts of disputes.",
  "properties": {
    "by_type": {"description": "Disputes that have not ended, by type.", "$ref": "#/components/schemas/ByTypeDto"},
    "investigating": {"description": "Under investigation now.", "format": "int64", "type": "integer"},
    "mean_resolution_seconds": {
      "description": "How long those took from their opening, in whole seconds on average; `null` when there were none.",
      "format": "int64",
      "type": ["integer", "null"],
    },
    "open": {"description": "Open now.", "format": "int64", "type": "integer"},
    "resolved_in_period": {"description": "Resolved in the period.", "format": "int64", "type": "integer"},
  },
  "required": ["open", "investigating", "resolved_in_period", "by_type"],
  "type": "object",
}, [ByTypeDto])
export class DisputeStatsDto {}

/** A kind of call to a gateway. */
@Dto({
  "description": "A kind of call to a gateway.",
  "oneOf": [
    {"const": "authorize", "description": "To authorize a payment, or to take it at once.", "type": "string"},
    {"const": "capture", "description": "To take what is authorized.", "type": "string"},
    {"const": "void", "description": "To let go of what is authorized.", "type": "string"},
    {"const": "refund", "description": "To give back what was taken.", "type": "string"},
    {"const": "query", "description": "To say what it knows.", "type": "string"},
  ],
}, [])
export class GatewayCallDto {}

/** The call that a payment waits for. */
@Dto({
  "description": "The call that a payment waits for.",
  "properties": {
    "call": {"description": "The kind of call to the gateway.", "$ref": "#/components/schemas/GatewayCallDto"},
    "key": {"description": "The idempotency key that it carries.", "type": "string"},
    "phase": {"description": "How far it is.", "$ref": "#/components/schemas/CallPhaseDto"},
    "since": {"description": "Since when.", "format": "date-time", "maxLength": 35, "type": "string"},
  },
  "required": ["call", "phase", "key", "since"],
  "type": "object",
}, [CallPhaseDto, GatewayCallDto])
export class DoingDto {}

/** An entry of an account. */
@Dto({
  "description": "An entry of an account.",
  "properties": {
    "account": {"description": "The account.", "type": "string"},
    "amount": {"description": "Signed: positive is a credit.", "$ref": "#/components/schemas/MoneyDto"},
    "balance_after": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "Balance after; `null` on a streaming account.",
    },
    "balance_before": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "Balance before; `null` on a streaming account.",
    },
    "counterparty": {
      "description": "The account on the other side; `null` where the transfer has more than two postings.",
      "type": ["string", "null"],
    },
    "created_at": {"description": "When it was posted.", "format": "date-time", "maxLength": 35, "type": "string"},
    "currency": {"description": "The currency.", "type": "string"},
    "deal": {
      "description": "The deal that it was for.",
      "pattern": "^dl_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "kind": {"description": "Why the transfer exists.", "$ref": "#/components/schemas/TransferKindDto"},
    "metadata": {"additionalProperties": true, "description": "The transfer's metadata.", "type": "object"},
    "number": {
      "description": "Gapless number within the account; `null` on a streaming account.",
      "format": "int64",
      "type": ["integer", "null"],
    },
    "payment": {"description": "The payment that it was for.", "type": ["string", "null"]},
    "purchase": {"description": "The purchase that it was for.", "type": ["string", "null"]},
    "reference": {"description": "The transfer's reference.", "type": ["string", "null"]},
    "transfer": {"description": "Its transfer.", "pattern": "^tr_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "withdrawal": {"description": "The withdrawal that it was for.", "type": ["string", "null"]},
  },
  "required": ["transfer", "account", "currency", "amount", "kind", "metadata", "created_at"],
  "type": "object",
}, [MoneyDto, TransferKindDto])
export class EntryDto {}

/** The result of `admin.erase_context`. */
@Dto({
  "description": "The result of `admin.erase_context`.",
  "properties": {"erased": {"description": "From how many events something was erased.", "format": "int64", "type": "integer"}},
  "required": ["erased"],
  "type": "object",
}, [])
export class ErasedDto {}

/** A value of a subject that was exported. */
@Dto({
  "description": "A value of a subject that was exported.",
  "properties": {
    "name": {"description": "The name of the value.", "type": "string"},
    "value": {"description": "The value.", "format": "password", "type": "string"},
    "version": {"description": "Counts the values under this name.", "format": "int64", "type": "integer"},
  },
  "required": ["name", "value", "version"],
  "type": "object",
}, [])
export class ExportedValueDto {}

/** A factor that can be proved. */
@Dto({
  "description": "A factor that can be proved.",
  "oneOf": [
    {"const": "pin", "description": "A PIN.", "type": "string"},
    {"const": "totp", "description": "A one-time code.", "type": "string"},
  ],
}, [])
export class FactorDto {}

/** Why a gateway did not do what it was asked for, in words that all of them share. */
@Dto({
  "description": "Why a gateway did not do what it was asked for, in words that all of them share.",
  "oneOf": [
    {"const": "declined", "description": "The payer's bank said no.", "type": "string"},
    {"const": "insufficient_funds", "description": "The payer has not enough.", "type": "string"},
    {"const": "invalid_method", "description": "The means of payment are not valid.", "type": "string"},
    {"const": "authentication_failed", "description": "The payer was not recognised.", "type": "string"},
    {"const": "fraud_suspected", "description": "Somebody suspects fraud.", "type": "string"},
    {"const": "limit", "description": "A limit of the payer's or of the merchant's.", "type": "string"},
    {"const": "not_supported", "description": "The gateway cannot do this.", "type": "string"},
    {"const": "not_processed", "description": "It was never processed.", "type": "string"},
    {"const": "gateway_error", "description": "The gateway failed.", "type": "string"},
  ],
}, [])
export class FailureCodeDto {}

/** Whether trying again can help. */
@Dto({
  "description": "Whether trying again can help.",
  "oneOf": [
    {"const": "never", "description": "It cannot.", "type": "string"},
    {"const": "other_method", "description": "With other means of payment.", "type": "string"},
    {"const": "other_gateway", "description": "At another gateway.", "type": "string"},
    {"const": "later", "description": "Later.", "type": "string"},
  ],
}, [])
export class FailureRetryDto {}

/** An ability of a gateway. */
@Dto({
  "description": "An ability of a gateway.",
  "oneOf": [
    {"const": "two_step", "description": "Authorize now and capture later.", "type": "string"},
    {"const": "partial_capture", "description": "Capture less than was authorized.", "type": "string"},
    {"const": "partial_refund", "description": "Give back a part.", "type": "string"},
    {"const": "query", "description": "Say what it knows of a payment.", "type": "string"},
  ],
}, [])
export class GatewayAbilityDto {}

/** The driver of a gateway. */
@Dto({
  "description": "The driver of a gateway.",
  "oneOf": [
    {"const": "host", "description": "A worker of the application's own.", "type": "string"},
    {"const": "stripe", "description": "The built-in driver of Stripe.", "type": "string"},
    {"const": "toss", "description": "The built-in driver of Toss Payments.", "type": "string"},
    {"const": "inicis", "description": "The built-in driver of KG Inicis.", "type": "string"},
  ],
}, [])
export class GatewayDriverDto {}

/** Whether a gateway answers. */
@Dto({
  "description": "Whether a gateway answers.",
  "oneOf": [
    {"const": "up", "description": "It does.", "type": "string"},
    {"const": "down", "description": "It is left alone for a while.", "type": "string"},
    {"const": "probing", "description": "One call shows whether it answers again.", "type": "string"},
  ],
}, [])
export class GatewayStatusDto {}

/** A gateway. */
@Dto({
  "description": "A gateway.",
  "properties": {
    "abilities": {"description": "Its abilities.", "items": {"$ref": "#/components/schemas/GatewayAbilityDto"}, "type": "array"},
    "active": {"description": "Whether new payments may go to it.", "type": "boolean"},
    "breaker": {"description": "When it counts as down.", "$ref": "#/components/schemas/BreakerDto"},
    "config": {"additionalProperties": true, "description": "Settings of its driver.", "type": "object"},
    "currencies": {
      "description": "The currencies that it takes; `null` if all.",
      "items": {"type": "string"},
      "type": ["array", "null"],
    },
    "driver": {"description": "The driver that talks to it.", "$ref": "#/components/schemas/GatewayDriverDto"},
    "id": {"description": "Its name.", "type": "string"},
    "retry_at": {
      "description": "When it is tried again; `null` while it is up.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "secrets": {"description": "The names of its secrets.", "items": {"type": "string"}, "type": "array"},
    "settle_after": {
      "description": "How long after a call its answer that it knows of none is not believed yet.",
      "format": "duration",
      "type": "string",
    },
    "status": {"description": "Whether it answers.", "$ref": "#/components/schemas/GatewayStatusDto"},
    "version": {"description": "Counts every event.", "format": "int64", "type": "integer"},
  },
  "required": ["id", "driver", "active", "abilities", "settle_after", "breaker", "config", "secrets", "status", "version"],
  "type": "object",
}, [BreakerDto, GatewayAbilityDto, GatewayDriverDto, GatewayStatusDto])
export class GatewayDto {}

/** Reply of `set_gateway`. */
@Dto({
  "description": "Reply of `set_gateway`.",
  "properties": {
    "gateway": {"description": "The gateway.", "$ref": "#/components/schemas/GatewayDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["gateway", "replayed"],
  "type": "object",
}, [GatewayDto])
export class GatewayReplyDto {}

/** One check of health or verification. */
@Dto({
  "description": "One check of health or verification.",
  "properties": {
    "detail": {"description": "The finding.", "type": "string"},
    "name": {"description": "The name of the check.", "type": "string"},
    "status": {"description": "`healthy`, `warning` or `critical`.", "type": "string"},
  },
  "required": ["name", "status", "detail"],
  "type": "object",
}, [])
export class HealthCheckDto {}

/** The health of an engine and its store. */
@Dto({
  "description": "The health of an engine and its store.",
  "properties": {
    "checks": {"description": "The checks.", "items": {"$ref": "#/components/schemas/HealthCheckDto"}, "type": "array"},
    "status": {"description": "The worst of the checks.", "type": "string"},
  },
  "required": ["status", "checks"],
  "type": "object",
}, [HealthCheckDto])
export class HealthDto {}

/** The outcome of news. */
@Dto({
  "description": "The outcome of news.",
  "oneOf": [
    {"const": "applied", "description": "The payment is as it says.", "type": "string"},
    {"const": "ignored", "description": "It was known, or is older than what is known.", "type": "string"},
    {"const": "parked", "description": "No payment has this reference yet.", "type": "string"},
    {"const": "queried", "description": "The gateway is asked first.", "type": "string"},
    {"const": "suspended", "description": "Money came that is nobody's.", "type": "string"},
    {"const": "mismatched", "description": "It is something else than was asked for.", "type": "string"},
  ],
}, [])
export class HeardDto {}

/** Reply of a change of a hold. */
@Dto({
  "description": "Reply of a change of a hold.",
  "properties": {
    "balance": {"description": "Balance of its account, as it is now.", "$ref": "#/components/schemas/BalanceDto"},
    "hold": {"description": "The hold.", "$ref": "#/components/schemas/HoldDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["hold", "balance", "replayed"],
  "type": "object",
}, [BalanceDto, HoldDto])
export class HoldReplyDto {}

/** The state of a job. */
@Dto({
  "description": "The state of a job.",
  "oneOf": [
    {"const": "queued", "description": "It waits to be done.", "type": "string"},
    {"const": "leased", "description": "A worker has it until its lease ends.", "type": "string"},
    {"const": "done", "description": "It is over: done, or discarded.", "type": "string"},
    {"const": "dead", "description": "It failed as often as it may: it waits for a person.", "type": "string"},
  ],
}, [])
export class JobStateDto {}

/** Something to do outside. */
@Dto({
  "description": "Something to do outside.",
  "properties": {
    "attempts": {"description": "How often it was leased.", "format": "int64", "type": "integer"},
    "book": {"description": "Its book: report on it there.", "type": "string"},
    "created_at": {"description": "When it was written.", "format": "date-time", "maxLength": 35, "type": "string"},
    "discarded": {"description": "Whether it was ended without being done.", "type": "boolean"},
    "fence": {"description": "The number of the newest lease: a report names it.", "format": "int64", "type": "integer"},
    "id": {"description": "Its id.", "pattern": "^jb_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "key": {
      "description": "The key to send outside: fixed when the job was written, the same at every attempt.",
      "type": "string",
    },
    "kind": {"description": "The kind of work.", "type": "string"},
    "last_error": {"description": "The newest error.", "type": ["string", "null"]},
    "leased_until": {"description": "When the lease ends.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "max_attempts": {"description": "How often it may be leased before it is dead.", "format": "int64", "type": "integer"},
    "payload": {"description": "The work."},
    "result": {"description": "The result."},
    "run_at": {"description": "Not before this time.", "format": "date-time", "maxLength": 35, "type": "string"},
    "state": {"description": "`queued`, `leased`, `done` or `dead`.", "$ref": "#/components/schemas/JobStateDto"},
    "version": {"description": "Counts every change.", "format": "int64", "type": "integer"},
  },
  "required": [
    "id",
    "book",
    "kind",
    "state",
    "attempts",
    "max_attempts",
    "run_at",
    "fence",
    "key",
    "payload",
    "result",
    "discarded",
    "version",
    "created_at",
  ],
  "type": "object",
}, [JobStateDto])
export class JobDto {}

/** Reply of the writes about a job. */
@Dto({
  "description": "Reply of the writes about a job.",
  "properties": {
    "job": {"description": "The job.", "$ref": "#/components/schemas/JobDto"},
    "replayed": {"description": "Whether this step was taken before.", "type": "boolean"},
  },
  "required": ["job", "replayed"],
  "type": "object",
}, [JobDto])
export class JobReplyDto {}

/** How many jobs of a kind a book has. */
@Dto({
  "description": "How many jobs of a kind a book has.",
  "properties": {
    "dead": {"description": "Failed as often as they may.", "format": "int64", "type": "integer"},
    "done": {"description": "Over.", "format": "int64", "type": "integer"},
    "kind": {"description": "The kind.", "type": "string"},
    "leased": {"description": "Taken.", "format": "int64", "type": "integer"},
    "queued": {"description": "Waiting.", "format": "int64", "type": "integer"},
  },
  "required": ["kind", "queued", "leased", "done", "dead"],
  "type": "object",
}, [])
export class KindStatsDto {}

/** How many jobs a book has. */
@Dto({
  "description": "How many jobs a book has.",
  "properties": {
    "dead": {"description": "Failed as often as they may.", "format": "int64", "type": "integer"},
    "done": {"description": "Over: done, or discarded.", "format": "int64", "type": "integer"},
    "kinds": {"description": "The same by kind.", "items": {"$ref": "#/components/schemas/KindStatsDto"}, "type": "array"},
    "leased": {"description": "Leased, including expired leases.", "format": "int64", "type": "integer"},
    "oldest_due": {
      "description": "Since when the oldest one could be taken; `null` when none can be.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "queued": {"description": "Waiting.", "format": "int64", "type": "integer"},
  },
  "required": ["queued", "leased", "done", "dead", "kinds"],
  "type": "object",
}, [KindStatsDto])
export class JobStatsDto {}

/** Reply of `address`. */
@Dto({
  "description": "Reply of `address`.",
  "properties": {
    "address": {"description": "Its address, with the checksum of EIP-55.", "type": "string"},
    "key": {"description": "The id of the key.", "type": "string"},
  },
  "required": ["key", "address"],
  "type": "object",
}, [])
export class KeyAddressDto {}

/** Reply of `create_key` and `import_key`. */
@Dto({
  "description": "Reply of `create_key` and `import_key`.",
  "properties": {
    "address": {"description": "Its address, with the checksum of EIP-55.", "type": "string"},
    "key": {"description": "The id of the key, `ky_...`.", "type": "string"},
    "replayed": {"description": "Whether the idempotency key was used before for the same request.", "type": "boolean"},
  },
  "required": ["key", "address", "replayed"],
  "type": "object",
}, [])
export class KeyKeptDto {}

/** The call that a key was used for. */
@Dto({
  "description": "The call that a key was used for.",
  "properties": {
    "at": {"description": "When.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "key": {"description": "The key.", "type": "string"},
    "made": {
      "description": "The ids that it made; of a call that is not accepted, the id of the approval or the review.",
      "items": {"type": "string"},
      "type": "array",
    },
    "operation": {"description": "The operation; `null` when nothing happened under the key.", "type": ["string", "null"]},
    "outcome": {
      "description": "`accepted`; `approval_required` or `review_required` while the call waits for people; `rejected`\nonce they have refused it; `expired` once their time has passed, so that the same call may ask\nagain; `unknown` when nothing happened under the key.",
      "type": "string",
    },
  },
  "required": ["key", "outcome", "made"],
  "type": "object",
}, [])
export class KeyOutcomeDto {}

/** Reply of `set_key_policy`: the key, as it is from then on. */
@Dto({
  "description": "Reply of `set_key_policy`: the key, as it is from then on.",
  "properties": {
    "address": {"description": "Its address, with the checksum of EIP-55.", "type": "string"},
    "created_at": {"description": "When it was made, or brought here.", "format": "date-time", "maxLength": 35, "type": "string"},
    "custody": {"description": "The holder of the private key: `vault` or `host`.", "type": "string"},
    "key": {"description": "Its id, `ky_...`.", "type": "string"},
    "label": {"description": "Its label for people.", "type": ["string", "null"]},
    "policy": {
      "additionalProperties": true,
      "description": "The policy, as the fields of `set_key_policy`.",
      "type": ["object", "null"],
    },
    "replayed": {"description": "Always false: the same call again is made again.", "type": "boolean"},
    "signed": {"description": "How many times something was signed with it.", "format": "int64", "type": "integer"},
    "version": {"description": "Counts the changes of it.", "format": "int64", "type": "integer"},
  },
  "required": ["key", "address", "custody", "signed", "version", "created_at", "replayed"],
  "type": "object",
}, [])
export class KeyPolicySetDto {}

/** Reply of `rotate`. */
@Dto({
  "description": "Reply of `rotate`.",
  "properties": {
    "remaining": {
      "description": "How many are still wrapped with another key than the current one: 0 when all was done.",
      "format": "int64",
      "type": "integer",
    },
    "replayed": {"description": "Always false: the same call again is made again.", "type": "boolean"},
    "rewrapped": {"description": "How many data keys were wrapped anew.", "format": "int64", "type": "integer"},
  },
  "required": ["rewrapped", "remaining", "replayed"],
  "type": "object",
}, [])
export class KeysRotatedDto {}

/** The state of a lane. */
@Dto({
  "description": "The state of a lane.",
  "oneOf": [
    {"const": "opening", "description": "A quorum has still to say where its counter begins.", "type": "string"},
    {"const": "active", "description": "It binds.", "type": "string"},
    {"const": "paused", "description": "It binds nothing until somebody resumes it.", "type": "string"},
    {"const": "retired", "description": "It never binds again.", "type": "string"},
  ],
}, [])
export class LaneStateDto {}

/** A key on a chain, and its counter. Numbers of a chain are texts. */
@Dto({
  "description": "A key on a chain, and its counter. Numbers of a chain are texts.",
  "properties": {
    "address": {"description": "Its address, with the checksum of EIP-55.", "type": "string"},
    "chain": {"description": "The chain.", "type": "string"},
    "final_nonce": {"description": "The highest nonce that is final.", "type": ["string", "null"]},
    "id": {"description": "Its id.", "pattern": "^ln_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "in_flight": {"description": "How many nonces are not final.", "format": "int64", "type": "integer"},
    "key": {"description": "The key.", "type": "string"},
    "native": {"description": "The coins of its address, in wei, as a quorum said last.", "type": ["string", "null"]},
    "next_nonce": {"description": "The nonce that it gives next.", "type": "string"},
    "promised": {
      "additionalProperties": true,
      "description": "The amounts promised to nonces in no block: `native` in wei, and tokens by currency.",
      "type": "object",
    },
    "reason": {"description": "Why it is paused, or does not open yet.", "type": ["string", "null"]},
    "state": {"description": "Its state.", "$ref": "#/components/schemas/LaneStateDto"},
    "tokens": {
      "additionalProperties": true,
      "description": "The tokens of its address, by currency, in their units.",
      "type": "object",
    },
    "version": {"description": "Counts its changes.", "format": "int64", "type": "integer"},
    "window": {"description": "How many of them may be in no block.", "format": "int64", "type": "integer"},
  },
  "required": ["id", "chain", "key", "address", "state", "next_nonce", "in_flight", "window", "tokens", "promised", "version"],
  "type": "object",
}, [LaneStateDto])
export class LaneDto {}

/** Reply of a change of a lane. */
@Dto({
  "description": "Reply of a change of a lane.",
  "properties": {
    "lane": {"description": "The lane.", "$ref": "#/components/schemas/LaneDto"},
    "replayed": {"description": "Whether nothing changed, or the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["lane", "replayed"],
  "type": "object",
}, [LaneDto])
export class LaneReplyDto {}

/** Reply of `jobs.lease`. */
@Dto({
  "description": "Reply of `jobs.lease`.",
  "properties": {
    "jobs": {
      "description": "The jobs that are the caller's now, the oldest first.",
      "items": {"$ref": "#/components/schemas/JobDto"},
      "type": "array",
    },
  },
  "required": ["jobs"],
  "type": "object",
}, [JobDto])
export class LeasedDto {}

/** The effect of an entry of a list. */
@Dto({
  "description": "The effect of an entry of a list.",
  "oneOf": [
    {"const": "blocked", "description": "It refuses.", "type": "string"},
    {"const": "allowed", "description": "It lifts rates, rules and the score.", "type": "string"},
    {"const": "removed", "description": "It was taken off.", "type": "string"},
  ],
}, [])
export class ListedDto {}

/** An entry of a list. */
@Dto({
  "description": "An entry of a list.",
  "properties": {
    "created_at": {"description": "When it was listed first.", "format": "date-time", "maxLength": 35, "type": "string"},
    "reason": {"description": "Why; `null` when it was erased.", "type": ["string", "null"]},
    "state": {"description": "`blocked`, `allowed`, or `removed` from the lists.", "$ref": "#/components/schemas/ListedDto"},
    "subject": {"description": "In which part of a call.", "type": "string"},
    "until": {
      "description": "In force before then; `null` is for ever.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "value": {"description": "The listed value; `null` when it was erased.", "type": ["string", "null"]},
    "version": {"description": "Counts every change.", "format": "int64", "type": "integer"},
  },
  "required": ["subject", "state", "created_at", "version"],
  "type": "object",
}, [ListedDto])
export class ListEntryDto {}

/** Reply of `block`, `allow` and `unlist`. */
@Dto({
  "description": "Reply of `block`, `allow` and `unlist`.",
  "properties": {
    "entry": {"description": "The entry.", "$ref": "#/components/schemas/ListEntryDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["entry", "replayed"],
  "type": "object",
}, [ListEntryDto])
export class ListReplyDto {}

/** Reply of `ledger.lock`. */
@Dto({
  "description": "Reply of `ledger.lock`.",
  "properties": {
    "accounts": {
      "description": "The accounts that are locked now, in the order of locking.",
      "items": {"$ref": "#/components/schemas/BalanceDto"},
      "type": "array",
    },
    "replayed": {"description": "Always false: locking leaves nothing to replay.", "type": "boolean"},
  },
  "required": ["accounts", "replayed"],
  "type": "object",
}, [BalanceDto])
export class LockedDto {}

/** The metrics of a process. */
@Dto({
  "description": "The metrics of a process.",
  "properties": {
    "content_type": {"description": "Its media type, for the header of an answer over HTTP.", "type": "string"},
    "text": {"description": "The text, as Prometheus reads it.", "type": "string"},
  },
  "required": ["text", "content_type"],
  "type": "object",
}, [])
export class MetricsDto {}

/** Reply of a movement of money. */
@Dto({
  "description": "Reply of a movement of money.",
  "properties": {
    "balance": {
      "description": "Balance of the account that the call is about, as it is now.",
      "$ref": "#/components/schemas/BalanceDto",
    },
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "transfer": {"description": "The transfer.", "$ref": "#/components/schemas/TransferDto"},
  },
  "required": ["transfer", "balance", "replayed"],
  "type": "object",
}, [BalanceDto, TransferDto])
export class MovedDto {}

/** An offer. */
@Dto({
  "description": "An offer.",
  "properties": {
    "active": {"description": "Whether it is sold.", "type": "boolean"},
    "available": {
      "description": "How many can be bought; `null` without a limit.",
      "format": "int64",
      "type": ["integer", "null"],
    },
    "escrow": {
      "additionalProperties": true,
      "description": "The terms of the deals by which it is sold; `null` where the seller is paid at once.",
      "type": ["object", "null"],
    },
    "grants": {
      "description": "The grants to a buyer for each unit.",
      "items": {"$ref": "#/components/schemas/MoneyDto"},
      "type": "array",
    },
    "held": {"description": "How many are held for purchases that are not paid.", "format": "int64", "type": "integer"},
    "hold_for": {"description": "How long units are held for a buyer who pays later.", "format": "duration", "type": "string"},
    "id": {"description": "Its name.", "type": "string"},
    "metadata": {"additionalProperties": true, "description": "The caller's own data.", "type": "object"},
    "per_user_limit": {"description": "How many one buyer may have.", "format": "int64", "type": ["integer", "null"]},
    "price": {"description": "The price of one unit.", "$ref": "#/components/schemas/MoneyDto"},
    "sale_from": {"description": "From when on it is sold.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "sale_until": {"description": "Until when it is sold.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "seller": {"description": "The account that is paid.", "type": "string"},
    "sold": {"description": "How many are sold.", "format": "int64", "type": "integer"},
    "stock": {
      "description": "How many units there are in all; `null` without a limit.",
      "format": "int64",
      "type": ["integer", "null"],
    },
    "version": {"description": "Counts every change, those of the units included.", "format": "int64", "type": "integer"},
  },
  "required": ["id", "seller", "price", "held", "sold", "active", "hold_for", "grants", "version", "metadata"],
  "type": "object",
}, [MoneyDto])
export class OfferDto {}

/** Reply of `set_offer`. */
@Dto({
  "description": "Reply of `set_offer`.",
  "properties": {
    "offer": {"description": "The offer.", "$ref": "#/components/schemas/OfferDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["offer", "replayed"],
  "type": "object",
}, [OfferDto])
export class OfferReplyDto {}

/** A rate. */
@Dto({
  "description": "A rate.",
  "properties": {
    "action": {"description": "Which calls it is about.", "type": "string"},
    "burst": {"description": "How many at once after a pause.", "format": "uint32", "minimum": 0, "type": "integer"},
    "created_at": {"description": "When it was set first.", "format": "date-time", "maxLength": 35, "type": "string"},
    "generation": {
      "description": "The number of what it counts: with a new one it has begun from zero.",
      "format": "int64",
      "type": "integer",
    },
    "id": {"description": "Its name.", "type": "string"},
    "limit": {"description": "How many calls in a span.", "format": "uint32", "minimum": 0, "type": "integer"},
    "message": {"description": "A message for people.", "type": ["string", "null"]},
    "per": {"description": "The span.", "type": "string"},
    "priority": {"description": "Which refusal speaks first: the highest.", "format": "int32", "type": "integer"},
    "subject": {"description": "About whom.", "type": "string"},
    "updated_at": {"description": "When it was set last.", "format": "date-time", "maxLength": 35, "type": "string"},
  },
  "required": ["id", "action", "subject", "limit", "per", "burst", "priority", "generation", "created_at", "updated_at"],
  "type": "object",
}, [])
export class RateDto {}

/** A rule. */
@Dto({
  "description": "A rule.",
  "properties": {
    "action": {"description": "Which calls it is about.", "type": "string"},
    "created_at": {"description": "It counts from then on.", "format": "date-time", "maxLength": 35, "type": "string"},
    "exact": {
      "description": "Whether no call too many may pass even where many share a subject. If not, transactions about one\nsubject do not wait for each other, and those that are open at once may go over the limit\ntogether.",
      "type": "boolean",
    },
    "expires_in": {"description": "Of a review: how long it stays open.", "format": "duration", "type": ["string", "null"]},
    "factors": {
      "description": "Of a challenge: which factors; any that is enrolled if there is none.",
      "items": {"$ref": "#/components/schemas/FactorDto"},
      "type": "array",
    },
    "from": {"description": "In force from then on.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "generation": {
      "description": "The number of what it counts: with a new one it has begun from zero.",
      "format": "int64",
      "type": "integer",
    },
    "id": {"description": "Its name.", "type": "string"},
    "limit": {
      "anyOf": [{"format": "int64", "type": "integer"}, {"$ref": "#/components/schemas/MoneyDto"}],
      "description": "So much passes: a whole number, or money.",
    },
    "message": {"description": "A message for people.", "type": ["string", "null"]},
    "metric": {"description": "The metric that it counts.", "type": "string"},
    "outcome": {"description": "The outcome when it fires.", "$ref": "#/components/schemas/OutcomeDto"},
    "priority": {"description": "Which refusal speaks first: the highest.", "format": "int32", "type": "integer"},
    "shadow": {"description": "Whether it only shows what it would do.", "type": "boolean"},
    "subject": {"description": "About whom.", "type": "string"},
    "time_zone": {"description": "Where midnight is, for `day` and `month`.", "type": ["string", "null"]},
    "until": {"description": "In force before then.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "updated_at": {"description": "When it was set last.", "format": "date-time", "maxLength": 35, "type": "string"},
    "weight": {"description": "The points that it adds to the score.", "format": "int32", "type": "integer"},
    "window": {"description": "For how long that counts; `null` for `amount`.", "type": ["string", "null"]},
  },
  "required": [
    "id",
    "action",
    "subject",
    "metric",
    "limit",
    "outcome",
    "shadow",
    "priority",
    "weight",
    "factors",
    "exact",
    "generation",
    "created_at",
    "updated_at",
  ],
  "type": "object",
}, [FactorDto, MoneyDto, OutcomeDto])
export class RuleDto {}

/** Reply of `install_pack`. */
@Dto({
  "description": "Reply of `install_pack`.",
  "properties": {
    "leaves_open": {
      "description": "In which currencies none of its rules limits an amount: of `allowed_currencies`, or `*` for every\nother one where the engine allows all.",
      "items": {"type": "string"},
      "type": "array",
    },
    "rates": {"description": "Its rates.", "items": {"$ref": "#/components/schemas/RateDto"}, "type": "array"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "rules": {"description": "The rules of the pack.", "items": {"$ref": "#/components/schemas/RuleDto"}, "type": "array"},
    "version": {
      "description": "Version of the book's rules: it counts every change of any of them.",
      "format": "int64",
      "type": "integer",
    },
  },
  "required": ["rules", "rates", "leaves_open", "version", "replayed"],
  "type": "object",
}, [RateDto, RuleDto])
export class PackReplyDto {}

/** The means of payment of a purchase. */
@Dto({
  "description": "The means of payment of a purchase.",
  "oneOf": [
    {"const": "balance", "description": "The buyer's balance.", "type": "string"},
    {"const": "gateway", "description": "A payment through a gateway.", "type": "string"},
  ],
}, [])
export class PaidWithDto {}

/** The delivery state of a row's events. */
@Dto({
  "description": "The delivery state of a row's events.",
  "oneOf": [
    {
      "const": "open",
      "description": "The sink's own row: they are delivered in the order of the sequence.",
      "type": "string",
    },
    {
      "const": "waiting",
      "description": "An object whose event failed: its events wait, and are delivered again by themselves.",
      "type": "string",
    },
    {
      "const": "parked",
      "description": "It failed as often as it may: its events wait for a person.",
      "type": "string",
    },
    {
      "const": "clear",
      "description": "An object that failed once, and of which nothing is left behind; or a sink that was removed.",
      "type": "string",
    },
  ],
}, [])
export class SinkStateDto {}

/** An object that a sink has left behind. */
@Dto({
  "description": "An object that a sink has left behind.",
  "properties": {
    "after_seq": {"description": "Its events after this place are left behind.", "format": "int64", "type": "integer"},
    "attempts": {"description": "How often the first of them has failed.", "format": "int64", "type": "integer"},
    "created_at": {
      "description": "When an event of the object failed for the first time.",
      "format": "date-time",
      "maxLength": 35,
      "type": "string",
    },
    "last_error": {"description": "The newest error.", "type": ["string", "null"]},
    "object": {"description": "The kind of object.", "type": "string"},
    "object_id": {"description": "The object's id.", "type": "string"},
    "retry_at": {
      "description": "When they are delivered again.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "sink": {"description": "The sink.", "type": "string"},
    "state": {
      "description": "`waiting`: its events are delivered again by themselves; `parked`: they wait for a person;\n`clear`: nothing is left behind.",
      "$ref": "#/components/schemas/SinkStateDto",
    },
    "version": {"description": "Counts every change.", "format": "int64", "type": "integer"},
  },
  "required": ["sink", "object", "object_id", "state", "after_seq", "attempts", "version", "created_at"],
  "type": "object",
}, [SinkStateDto])
export class ParkedDto {}

/** Reply of `events.unpark`. */
@Dto({
  "description": "Reply of `events.unpark`.",
  "properties": {
    "parked": {"description": "The object.", "$ref": "#/components/schemas/ParkedDto"},
    "replayed": {"description": "Whether this step was taken before.", "type": "boolean"},
  },
  "required": ["parked", "replayed"],
  "type": "object",
}, [ParkedDto])
export class ParkedReplyDto {}

/** A gateway that was tried. */
@Dto({
  "description": "A gateway that was tried.",
  "properties": {
    "gateway": {"description": "The gateway.", "type": "string"},
    "number": {"description": "Counts from 1.", "format": "int64", "type": "integer"},
    "outcome": {
      "anyOf": [{"$ref": "#/components/schemas/AttemptOutcomeDto"}, {"type": "null"}],
      "description": "The outcome; `null` while it is open.",
    },
    "reference": {"description": "Its reference.", "type": ["string", "null"]},
  },
  "required": ["number", "gateway"],
  "type": "object",
}, [AttemptOutcomeDto])
export class PaymentAttemptDto {}

/** Why a gateway did not do what it was asked for. */
@Dto({
  "description": "Why a gateway did not do what it was asked for.",
  "properties": {
    "code": {"description": "The reason in words that all gateways share.", "$ref": "#/components/schemas/FailureCodeDto"},
    "gateway_code": {"description": "The gateway's own code.", "type": ["string", "null"]},
    "retry": {"description": "Whether trying again can help.", "$ref": "#/components/schemas/FailureRetryDto"},
  },
  "required": ["code", "retry"],
  "type": "object",
}, [FailureCodeDto, FailureRetryDto])
export class PaymentFailureDto {}

/** How far a refund is. */
@Dto({
  "description": "How far a refund is.",
  "oneOf": [
    {"const": "queued", "description": "It waits for its turn, or for a worker.", "type": "string"},
    {"const": "sent", "description": "The gateway may have it.", "type": "string"},
    {"const": "unknown", "description": "Nobody knows whether the gateway has it: it is asked.", "type": "string"},
    {"const": "done", "description": "The money went back.", "type": "string"},
    {"const": "refused", "description": "The gateway refused it.", "type": "string"},
    {"const": "returned", "description": "The money went back, and came back to the gateway.", "type": "string"},
  ],
}, [])
export class RefundStateDto {}

/** A refund of a payment. */
@Dto({
  "description": "A refund of a payment.",
  "properties": {
    "amount": {"description": "How much.", "$ref": "#/components/schemas/MoneyDto"},
    "id": {"description": "Its id.", "pattern": "^rf_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "reason": {"description": "Why.", "type": ["string", "null"]},
    "reference": {"description": "The gateway's reference.", "type": ["string", "null"]},
    "state": {"description": "Its state.", "$ref": "#/components/schemas/RefundStateDto"},
    "transfer": {
      "description": "The transfer that took it from who was paid.",
      "pattern": "^tr_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
  },
  "required": ["id", "amount", "state"],
  "type": "object",
}, [MoneyDto, RefundStateDto])
export class PaymentRefundDto {}

/** The state of a payment in its life cycle. */
@Dto({
  "description": "The state of a payment in its life cycle.",
  "oneOf": [
    {"const": "created", "description": "It waits for the payer's means.", "type": "string"},
    {
      "const": "authorizing",
      "description": "The gateway is asked to authorize it, or to take it at once.",
      "type": "string",
    },
    {"const": "action_required", "description": "The payer must do something.", "type": "string"},
    {"const": "authorized", "description": "The gateway holds the money for us.", "type": "string"},
    {"const": "capturing", "description": "The gateway is asked to take it.", "type": "string"},
    {"const": "captured", "description": "The money is taken, and on its account.", "type": "string"},
    {"const": "voiding", "description": "The gateway is asked to let go of it.", "type": "string"},
    {
      "const": "unknown",
      "description": "A call that may move money has no answer: the gateway is asked what became of it.",
      "type": "string",
    },
    {
      "const": "mismatched",
      "description": "The gateway says something that was not asked for: an admin settles it.",
      "type": "string",
    },
    {"const": "refunded", "description": "All of it went back.", "type": "string"},
    {"const": "charged_back", "description": "The payer's bank took it back.", "type": "string"},
    {"const": "voided", "description": "It was given up before anything was taken.", "type": "string"},
    {"const": "expired", "description": "Its time passed before anything was taken.", "type": "string"},
    {"const": "failed", "description": "No gateway took it.", "type": "string"},
  ],
}, [])
export class PaymentStateDto {}

/** A payment. */
@Dto({
  "description": "A payment.",
  "properties": {
    "action": {"additionalProperties": true, "description": "The payer's next action.", "type": ["object", "null"]},
    "amount": {"description": "Its amount.", "$ref": "#/components/schemas/MoneyDto"},
    "attempts": {
      "description": "The gateways that were tried.",
      "items": {"$ref": "#/components/schemas/PaymentAttemptDto"},
      "type": "array",
    },
    "authorization_expires_at": {
      "description": "When its authorization is voided.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "authorized": {"description": "The amount that the gateway has authorized.", "$ref": "#/components/schemas/MoneyDto"},
    "cancel_requested": {"description": "It is given up as soon as its gateway allows.", "type": "boolean"},
    "capture": {"description": "Whether the money is taken at once.", "$ref": "#/components/schemas/CaptureModeDto"},
    "captured": {"description": "The amount captured.", "$ref": "#/components/schemas/MoneyDto"},
    "chargebacks": {"description": "Its chargebacks.", "items": {"$ref": "#/components/schemas/ChargebackDto"}, "type": "array"},
    "charged_back": {"description": "The amount of its chargebacks, open and lost.", "$ref": "#/components/schemas/MoneyDto"},
    "created_at": {"description": "When it was created.", "format": "date-time", "maxLength": 35, "type": "string"},
    "deal": {
      "description": "The deal that it pays.",
      "pattern": "^dl_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "doing": {
      "anyOf": [{"$ref": "#/components/schemas/DoingDto"}, {"type": "null"}],
      "description": "The call that it waits for.",
    },
    "expires_at": {
      "description": "Until when it may be confirmed.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "failure": {
      "anyOf": [{"$ref": "#/components/schemas/PaymentFailureDto"}, {"type": "null"}],
      "description": "Why the last call did not succeed.",
    },
    "gateway": {
      "description": "The gateway that has it; before it is sent, the one that was chosen for it.",
      "type": ["string", "null"],
    },
    "gateway_reference": {"description": "Its reference there.", "type": ["string", "null"]},
    "id": {"description": "Its id.", "pattern": "^py_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "metadata": {"additionalProperties": true, "description": "The caller's own data.", "type": "object"},
    "payer": {"description": "The payer's id.", "type": ["string", "null"]},
    "purchase": {"description": "The purchase that it pays.", "type": ["string", "null"]},
    "reference": {"description": "The caller's own id.", "type": ["string", "null"]},
    "refunded": {"description": "The amount given back by refunds that are done.", "$ref": "#/components/schemas/MoneyDto"},
    "refunds": {"description": "Its refunds.", "items": {"$ref": "#/components/schemas/PaymentRefundDto"}, "type": "array"},
    "state": {"description": "Its state.", "$ref": "#/components/schemas/PaymentStateDto"},
    "suspended": {
      "description": "The amount that came and is nobody's yet: it waits in `@suspense`.",
      "$ref": "#/components/schemas/MoneyDto",
    },
    "to": {"description": "The account that gets it.", "type": "string"},
    "transfers": {
      "description": "The transfers that it made, in their order.",
      "items": {"pattern": "^tr_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
      "type": "array",
    },
    "updated_at": {"description": "When it last changed.", "format": "date-time", "maxLength": 35, "type": "string"},
    "version": {"description": "Counts every event.", "format": "int64", "type": "integer"},
  },
  "required": [
    "id",
    "state",
    "amount",
    "authorized",
    "captured",
    "refunded",
    "charged_back",
    "suspended",
    "capture",
    "to",
    "cancel_requested",
    "attempts",
    "refunds",
    "chargebacks",
    "transfers",
    "version",
    "metadata",
    "created_at",
    "updated_at",
  ],
  "type": "object",
}, [CaptureModeDto, ChargebackDto, DoingDto, MoneyDto, PaymentAttemptDto, PaymentFailureDto, PaymentRefundDto, PaymentStateDto])
export class PaymentDto {}

/** An action that an actor can take on a payment now. */
@Dto({
  "description": "An action that an actor can take on a payment now.",
  "properties": {
    "needs": {"description": "The fields that it needs beside the payment.", "items": {"type": "string"}, "type": "array"},
    "to": {
      "anyOf": [{"$ref": "#/components/schemas/PaymentStateDto"}, {"type": "null"}],
      "description": "The state that it leads to; `null` where the gateway or the amount decides.",
    },
    "trigger": {"description": "The operation, without the service.", "type": "string"},
  },
  "required": ["trigger", "needs"],
  "type": "object",
}, [PaymentStateDto])
export class PaymentActionDto {}

/** Reply of `allowed_actions`. */
@Dto({
  "description": "Reply of `allowed_actions`.",
  "properties": {
    "actions": {
      "description": "The actions, in the order of the table of transitions.",
      "items": {"$ref": "#/components/schemas/PaymentActionDto"},
      "type": "array",
    },
  },
  "required": ["actions"],
  "type": "object",
}, [PaymentActionDto])
export class PaymentChoicesDto {}

/** Reply of a change of a payment. */
@Dto({
  "description": "Reply of a change of a payment.",
  "properties": {
    "payment": {"description": "The payment.", "$ref": "#/components/schemas/PaymentDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["payment", "replayed"],
  "type": "object",
}, [PaymentDto])
export class PaymentReplyDto {}

/** Reply of `set_pin`. */
@Dto({
  "description": "Reply of `set_pin`.",
  "properties": {
    "must_change": {
      "description": "Whether its owner should set another one: an admin has set it in place of another.",
      "type": "boolean",
    },
    "replayed": {"description": "Always false: the same call again is made again.", "type": "boolean"},
    "subject": {"description": "The subject: a user's id.", "type": "string"},
  },
  "required": ["subject", "must_change", "replayed"],
  "type": "object",
}, [])
export class PinSetDto {}

/** Reply of `unlock_pin`. */
@Dto({
  "description": "Reply of `unlock_pin`.",
  "properties": {
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "subject": {"description": "The subject: a user's id.", "type": "string"},
  },
  "required": ["subject", "replayed"],
  "type": "object",
}, [])
export class PinUnlockedDto {}

/** Reply of `verify_pin`. */
@Dto({
  "description": "Reply of `verify_pin`.",
  "properties": {
    "must_change": {"description": "Whether its owner should set another one.", "type": "boolean"},
    "proof": {
      "description": "The proof, which `proofs` of a call takes once, for two minutes.",
      "format": "password",
      "type": "string",
    },
    "replayed": {"description": "Always false: the same call again is made again.", "type": "boolean"},
    "verified": {"description": "Always true: a wrong PIN is an error.", "type": "boolean"},
  },
  "required": ["verified", "proof", "must_change", "replayed"],
  "type": "object",
}, [])
export class PinVerifiedDto {}

/** A policy: from this amount up, a call with this effect needs this many approvals. */
@Dto({
  "description": "A policy: from this amount up, a call with this effect needs this many approvals.",
  "properties": {
    "approvers": {"description": "How many different people must approve.", "format": "uint32", "minimum": 0, "type": "integer"},
    "built_in": {"description": "Whether it comes from the options of the engine, and not from the book.", "type": "boolean"},
    "currency": {"description": "Currency of the threshold.", "type": "string"},
    "expires_in": {"description": "How long an approval stays open.", "format": "duration", "type": "string"},
    "id": {"description": "Its name.", "type": "string"},
    "operation": {"description": "The effect of the calls that it covers.", "type": "string"},
    "require": {"description": "The factors that the caller must prove.", "items": {"type": "string"}, "type": "array"},
    "role": {"description": "The role in which they must act.", "type": "string"},
    "threshold": {"description": "From here up.", "$ref": "#/components/schemas/MoneyDto"},
  },
  "required": ["id", "operation", "currency", "threshold", "approvers", "role", "expires_in", "require", "built_in"],
  "type": "object",
}, [MoneyDto])
export class PolicyDto {}

/** Reply of `remove_policy`. */
@Dto({
  "description": "Reply of `remove_policy`.",
  "properties": {
    "removed": {"description": "The name of the policy that is gone.", "type": "string"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "version": {
      "description": "Version of the book's settings: it counts every change of any of them.",
      "format": "int64",
      "type": "integer",
    },
  },
  "required": ["removed", "version", "replayed"],
  "type": "object",
}, [])
export class PolicyRemovedDto {}

/** Reply of `set_policy`. */
@Dto({
  "description": "Reply of `set_policy`.",
  "properties": {
    "policy": {"description": "The policy.", "$ref": "#/components/schemas/PolicyDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "version": {
      "description": "Version of the book's settings: it counts every change of any of them.",
      "format": "int64",
      "type": "integer",
    },
  },
  "required": ["policy", "version", "replayed"],
  "type": "object",
}, [PolicyDto])
export class PolicyReplyDto {}

/** Reply of a posting of n legs. */
@Dto({
  "description": "Reply of a posting of n legs.",
  "properties": {
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "transfer": {"description": "The transfer.", "$ref": "#/components/schemas/TransferDto"},
  },
  "required": ["transfer", "replayed"],
  "type": "object",
}, [TransferDto])
export class PostedDto {}

/** The history of an account: its operations, disputes and refunds. */
@Dto({
  "description": "The history of an account: its operations, disputes and refunds.",
  "properties": {
    "account": {"description": "The account.", "type": "string"},
    "disputes": {
      "description": "How many disputes there were about its deals: the 250 newest in which it buys, and as many in\nwhich it sells.",
      "format": "int64",
      "type": "integer",
    },
    "first_seen": {"description": "When it was opened.", "format": "date-time", "maxLength": 35, "type": "string"},
    "last_seen": {"description": "When its newest entry was made.", "format": "date-time", "maxLength": 35, "type": "string"},
    "operations": {
      "description": "How many entries it has, in all currencies; of a streaming account at most 10,000 are counted.",
      "format": "int64",
      "type": "integer",
    },
    "refunds": {"description": "In how many of these deals money went back to the buyer.", "format": "int64", "type": "integer"},
    "score": {
      "description": "0 to 100: the share of its deals that were disputed, and half of the share in which money went\nback. Four deals that went well are added to everybody's, so that one dispute alone is no verdict.",
      "format": "uint8",
      "maximum": 255,
      "minimum": 0,
      "type": "integer",
    },
    "trust": {
      "description": "0 to 100: what the score leaves, at first no more than 50; it grows by one with every operation.",
      "format": "uint8",
      "maximum": 255,
      "minimum": 0,
      "type": "integer",
    },
  },
  "required": ["account", "score", "trust", "operations", "disputes", "refunds", "first_seen", "last_seen"],
  "type": "object",
}, [])
export class ProfileDto {}

/** A promo. */
@Dto({
  "description": "A promo.",
  "properties": {
    "active": {"description": "Whether it may be used.", "type": "boolean"},
    "from": {
      "description": "From when on it may be used.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "id": {"description": "Its name.", "type": "string"},
    "limit": {"description": "How many purchases may use it.", "format": "int64", "type": ["integer", "null"]},
    "metadata": {"additionalProperties": true, "description": "The caller's own data.", "type": "object"},
    "off": {"description": "The discount.", "$ref": "#/components/schemas/DiscountDto"},
    "offers": {
      "description": "The offers that it is for; `null` if all.",
      "items": {"type": "string"},
      "type": ["array", "null"],
    },
    "per_user_limit": {"description": "How many purchases of one buyer may use it.", "format": "int64", "type": ["integer", "null"]},
    "until": {"description": "Until when it may be used.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "used": {
      "description": "How many purchases use it: those that have neither expired nor were cancelled.",
      "format": "int64",
      "type": "integer",
    },
    "version": {"description": "Counts every change, those of the uses included.", "format": "int64", "type": "integer"},
  },
  "required": ["id", "off", "active", "used", "version", "metadata"],
  "type": "object",
}, [DiscountDto])
export class PromoDto {}

/** Reply of `set_promo`. */
@Dto({
  "description": "Reply of `set_promo`.",
  "properties": {
    "promo": {"description": "The promo.", "$ref": "#/components/schemas/PromoDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["promo", "replayed"],
  "type": "object",
}, [PromoDto])
export class PromoReplyDto {}

/** A public key. */
@Dto({
  "description": "A public key.",
  "properties": {
    "alg": {"description": "`Ed25519`.", "$ref": "#/components/schemas/AlgDto"},
    "created_at": {
      "default": null,
      "description": "When it was made.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "kid": {"description": "Its id, which signatures name.", "type": "string"},
    "old": {"default": false, "description": "Whether it was rotated out: what it signed stays valid.", "type": "boolean"},
    "pem": {
      "default": "",
      "description": "The same as a PEM text (`SubjectPublicKeyInfo`), as most libraries read it.",
      "type": "string",
    },
    "public_key": {"description": "The 32 bytes of the key, hexadecimal.", "type": "string"},
    "purpose": {"description": "The purpose: `receipts`.", "type": "string"},
    "retired_at": {
      "default": null,
      "description": "When it was rotated out.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
  },
  "required": ["kid", "alg", "purpose", "public_key"],
  "type": "object",
}, [AlgDto])
export class PublicKeyDto {}

/** The keys that others need to check receipts. An HMAC has no public key: only its issuer can check it. */
@Dto({
  "description": "The keys that others need to check receipts. An HMAC has no public key: only its issuer can check it.",
  "properties": {
    "keys": {
      "description": "The keys, the current one first.",
      "items": {"$ref": "#/components/schemas/PublicKeyDto"},
      "type": "array",
    },
  },
  "required": ["keys"],
  "type": "object",
}, [PublicKeyDto])
export class PublicKeysDto {}

/** The state of a purchase in its life cycle. */
@Dto({
  "description": "The state of a purchase in its life cycle.",
  "oneOf": [
    {"const": "held", "description": "Its units are held until a time, and nothing is paid.", "type": "string"},
    {"const": "paying", "description": "A payment through a gateway is under way.", "type": "string"},
    {"const": "completed", "description": "It is paid, and what was promised with it is given.", "type": "string"},
    {"const": "cancelled", "description": "It was given up before it was paid.", "type": "string"},
    {"const": "expired", "description": "Its time passed before it was paid.", "type": "string"},
    {"const": "refunded", "description": "All of it was given back.", "type": "string"},
    {"const": "charged_back", "description": "The payer's bank took the money back.", "type": "string"},
  ],
}, [])
export class PurchaseStateDto {}

/** A purchase. */
@Dto({
  "description": "A purchase.",
  "properties": {
    "buyer": {"description": "The buyer's account.", "type": "string"},
    "cancel_requested": {"description": "Whether its buyer has given it up while a payment was under way.", "type": "boolean"},
    "created_at": {"description": "When it was made.", "format": "date-time", "maxLength": 35, "type": "string"},
    "deal": {
      "description": "The newest deal that was opened for it; `null` where the seller is paid at once.",
      "pattern": "^dl_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "discount": {"description": "The promo's discount.", "$ref": "#/components/schemas/MoneyDto"},
    "grants": {
      "description": "The grants to the buyer for all units.",
      "items": {"$ref": "#/components/schemas/MoneyDto"},
      "type": "array",
    },
    "hold_until": {"description": "Until when its units are held.", "format": "date-time", "maxLength": 35, "type": "string"},
    "id": {"description": "Its id.", "pattern": "^pu_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "metadata": {"additionalProperties": true, "description": "The caller's own data.", "type": "object"},
    "offer": {"description": "The offer.", "type": "string"},
    "paid_with": {
      "anyOf": [{"$ref": "#/components/schemas/PaidWithDto"}, {"type": "null"}],
      "description": "The means of payment.",
    },
    "payment": {
      "description": "The payment that pays it, or was begun last to pay it; `null` where the buyer's balance pays.",
      "pattern": "^py_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "promo": {"description": "The promo.", "type": ["string", "null"]},
    "quantity": {"description": "How many units.", "format": "int64", "type": "integer"},
    "reference": {"description": "The caller's own id.", "type": ["string", "null"]},
    "refunded": {
      "description": "How much of what was paid went back, or is on its way.",
      "$ref": "#/components/schemas/MoneyDto",
    },
    "seller": {"description": "The account that is paid.", "type": "string"},
    "state": {"description": "Its state.", "$ref": "#/components/schemas/PurchaseStateDto"},
    "total": {"description": "The price after the discount.", "$ref": "#/components/schemas/MoneyDto"},
    "transfer": {
      "description": "The transfer that paid the seller from a balance.",
      "pattern": "^tr_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "unit_price": {"description": "The price of one unit.", "$ref": "#/components/schemas/MoneyDto"},
    "updated_at": {"description": "When it last changed.", "format": "date-time", "maxLength": 35, "type": "string"},
    "version": {"description": "Counts every event.", "format": "int64", "type": "integer"},
  },
  "required": [
    "id",
    "offer",
    "buyer",
    "seller",
    "quantity",
    "unit_price",
    "discount",
    "total",
    "grants",
    "state",
    "refunded",
    "cancel_requested",
    "hold_until",
    "version",
    "metadata",
    "created_at",
    "updated_at",
  ],
  "type": "object",
}, [MoneyDto, PaidWithDto, PurchaseStateDto])
export class PurchaseDto {}

/** An action that an actor can take on a purchase now. */
@Dto({
  "description": "An action that an actor can take on a purchase now.",
  "properties": {
    "needs": {"description": "The fields that it needs beside the purchase.", "items": {"type": "string"}, "type": "array"},
    "to": {
      "anyOf": [{"$ref": "#/components/schemas/PurchaseStateDto"}, {"type": "null"}],
      "description": "The state that it leads to; `null` where the payment or the quantity decides.",
    },
    "trigger": {"description": "The operation, without the service.", "type": "string"},
  },
  "required": ["trigger", "needs"],
  "type": "object",
}, [PurchaseStateDto])
export class PurchaseActionDto {}

/** Reply of `allowed_actions`. */
@Dto({
  "description": "Reply of `allowed_actions`.",
  "properties": {
    "actions": {
      "description": "The actions, in the order of the table of transitions.",
      "items": {"$ref": "#/components/schemas/PurchaseActionDto"},
      "type": "array",
    },
  },
  "required": ["actions"],
  "type": "object",
}, [PurchaseActionDto])
export class PurchaseChoicesDto {}

/** The present price of units of an offer, and whether they can be bought. */
@Dto({
  "description": "The present price of units of an offer, and whether they can be bought.",
  "properties": {
    "allowed": {"description": "Whether they can be bought now.", "type": "boolean"},
    "commitment": {
      "anyOf": [{"$ref": "#/components/schemas/CommitmentDto"}, {"type": "null"}],
      "description": "The commitment of a buyer: payees, amounts, and the terms that the seller set; with `expect`, a\npurchase is held to it. `null` without a `buyer`, or where nothing could be bought.",
    },
    "discount": {"description": "The promo's discount.", "$ref": "#/components/schemas/MoneyDto"},
    "reason": {
      "description": "Why not: the code that `reserve` would be refused with, or of `condition_not_met` the condition;\nof\n`promo_not_applicable` the reason behind a colon.",
      "type": ["string", "null"],
    },
    "subtotal": {"description": "All of them.", "$ref": "#/components/schemas/MoneyDto"},
    "total": {"description": "The subtotal less the discount.", "$ref": "#/components/schemas/MoneyDto"},
    "unit_price": {"description": "One unit.", "$ref": "#/components/schemas/MoneyDto"},
  },
  "required": ["unit_price", "subtotal", "discount", "total", "allowed"],
  "type": "object",
}, [CommitmentDto, MoneyDto])
export class PurchaseQuoteDto {}

/** Reply of `refund`. */
@Dto({
  "description": "Reply of `refund`.",
  "properties": {
    "purchase": {"description": "The purchase.", "$ref": "#/components/schemas/PurchaseDto"},
    "refund": {
      "anyOf": [{"$ref": "#/components/schemas/PaymentRefundDto"}, {"type": "null"}],
      "description": "The refund of its payment; `null` where it was paid from a balance.",
    },
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["purchase", "replayed"],
  "type": "object",
}, [PaymentRefundDto, PurchaseDto])
export class PurchaseRefundedDto {}

/** Reply of a change of a purchase. */
@Dto({
  "description": "Reply of a change of a purchase.",
  "properties": {
    "purchase": {"description": "The purchase.", "$ref": "#/components/schemas/PurchaseDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["purchase", "replayed"],
  "type": "object",
}, [PurchaseDto])
export class PurchaseReplyDto {}

/** The cost and the proceeds of a deal. */
@Dto({
  "description": "The cost and the proceeds of a deal.",
  "properties": {
    "buyer_pays": {"description": "The total that the buyer pays.", "$ref": "#/components/schemas/MoneyDto"},
    "fees": {"description": "Fees.", "items": {"$ref": "#/components/schemas/FeeDto"}, "type": "array"},
    "price": {"description": "The price.", "$ref": "#/components/schemas/MoneyDto"},
    "seller_gets": {"description": "The seller's proceeds.", "$ref": "#/components/schemas/MoneyDto"},
    "splits": {
      "description": "Others who get a part.",
      "items": {"$ref": "#/components/schemas/SplitShareDto"},
      "type": "array",
    },
  },
  "required": ["price", "buyer_pays", "seller_gets", "fees", "splits"],
  "type": "object",
}, [FeeDto, MoneyDto, SplitShareDto])
export class QuoteDto {}

/** The result of `jobs.run_due`. */
@Dto({
  "description": "The result of `jobs.run_due`.",
  "properties": {
    "holds": {"description": "Holds that ended.", "format": "int64", "type": "integer"},
    "jobs": {
      "description": "Jobs that this process's handlers were given, whether or not they worked.",
      "format": "int64",
      "type": "integer",
    },
    "timers": {"description": "Timers of records that did something.", "format": "int64", "type": "integer"},
  },
  "required": ["timers", "holds", "jobs"],
  "type": "object",
}, [])
export class RanDto {}

/** Reply of `set_rate`. */
@Dto({
  "description": "Reply of `set_rate`.",
  "properties": {
    "rate": {"description": "The rate.", "$ref": "#/components/schemas/RateDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "version": {
      "description": "Version of the book's rules: it counts every change of any of them.",
      "format": "int64",
      "type": "integer",
    },
  },
  "required": ["rate", "version", "replayed"],
  "type": "object",
}, [RateDto])
export class RateReplyDto {}

/** Why something would be refused. */
@Dto({
  "description": "Why something would be refused.",
  "properties": {
    "code": {"description": "The code of the refusal.", "type": "string"},
    "message": {"description": "The message, for developers.", "type": "string"},
  },
  "required": ["code", "message"],
  "type": "object",
}, [])
export class ReasonDto {}

/** One signature over the canonical JSON (RFC 8785) of a receipt's payload. */
@Dto({
  "description": "One signature over the canonical JSON (RFC 8785) of a receipt's payload.",
  "properties": {
    "alg": {"description": "`HMAC-SHA-256` or `Ed25519`.", "$ref": "#/components/schemas/AlgDto"},
    "kid": {"description": "The id of the key.", "type": "string"},
    "value": {"description": "The signature, in lower-case hexadecimal.", "type": "string"},
  },
  "required": ["alg", "kid", "value"],
  "type": "object",
}, [AlgDto])
export class ReceiptSignatureDto {}

/** A receipt: one transfer, signed. The fields next to the payload repeat it. */
@Dto({
  "description": "A receipt: one transfer, signed. The fields next to the payload repeat it.",
  "properties": {
    "amount": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The amount moved; `null` with more than two postings.",
    },
    "deal": {
      "description": "The deal that it belongs to.",
      "pattern": "^dl_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "from": {"description": "The payer; `null` with more than two postings.", "type": ["string", "null"]},
    "id": {
      "description": "Its id: `rc_` and the uuid of its transfer.",
      "pattern": "^rc_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": "string",
    },
    "integrity_hash": {"description": "SHA-256 of the canonical JSON of the payload, in lower-case hexadecimal.", "type": "string"},
    "issued_at": {"description": "When the money moved.", "format": "date-time", "maxLength": 35, "type": "string"},
    "kind": {"description": "Why the money moved.", "$ref": "#/components/schemas/TransferKindDto"},
    "number": {
      "description": "The place of its event in the book's gapless sequence: no two receipts of a book share one.",
      "format": "int64",
      "type": "integer",
    },
    "payload": {"additionalProperties": true, "description": "The signed payload.", "type": "object"},
    "signatures": {
      "description": "The signatures.",
      "items": {"$ref": "#/components/schemas/ReceiptSignatureDto"},
      "type": "array",
    },
    "to": {"description": "The payee; `null` with more than two postings.", "type": ["string", "null"]},
    "transfer": {"description": "The transfer.", "pattern": "^tr_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
  },
  "required": ["id", "number", "kind", "transfer", "issued_at", "integrity_hash", "signatures", "payload"],
  "type": "object",
}, [MoneyDto, ReceiptSignatureDto, TransferKindDto])
export class ReceiptDto {}

/** Reply of `refund`. */
@Dto({
  "description": "Reply of `refund`.",
  "properties": {
    "payment": {"description": "The payment.", "$ref": "#/components/schemas/PaymentDto"},
    "refund": {"description": "The refund.", "$ref": "#/components/schemas/PaymentRefundDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["payment", "refund", "replayed"],
  "type": "object",
}, [PaymentDto, PaymentRefundDto])
export class RefundReplyDto {}

/** A receipt for people. */
@Dto({
  "description": "A receipt for people.",
  "properties": {
    "content": {"description": "The text, or a whole page.", "type": "string"},
    "format": {"description": "`text` or `html`.", "type": "string"},
    "locale": {"description": "The language that it is in.", "type": "string"},
  },
  "required": ["format", "locale", "content"],
  "type": "object",
}, [])
export class RenderedReceiptDto {}

/** A read-only copy that was made from the log of a book. */
@Dto({
  "description": "A read-only copy that was made from the log of a book.",
  "properties": {
    "events": {"description": "How many events were applied.", "format": "int64", "type": "integer"},
    "hash": {
      "description": "The hash of the state of the copy, as `events.state_hash` returns it: equal to that of the book\nitself.",
      "type": "string",
    },
    "head": {"description": "The newest link of the copy's chain.", "$ref": "#/components/schemas/HeadDto"},
    "rows": {
      "description": "How many accounts, transfers, holds and records went into it.",
      "format": "int64",
      "type": "integer",
    },
  },
  "required": ["events", "head", "hash", "rows"],
  "type": "object",
}, [HeadDto])
export class ReplayedDto {}

/** The outcome of a gateway's report. */
@Dto({
  "description": "The outcome of a gateway's report.",
  "properties": {
    "event": {"description": "The gateway's own id of it.", "type": "string"},
    "payment": {
      "anyOf": [{"$ref": "#/components/schemas/PaymentDto"}, {"type": "null"}],
      "description": "The payment; `null` where none is known.",
    },
    "replayed": {"description": "Whether it was told before.", "type": "boolean"},
    "result": {
      "description": "The outcome: `applied`; `ignored`, because it was known or is older than what is known; `parked`,\nbecause no payment has this reference yet; `queried`, because the gateway is asked first;\n`suspended` or `mismatched`.",
      "$ref": "#/components/schemas/HeardDto",
    },
  },
  "required": ["event", "result", "replayed"],
  "type": "object",
}, [HeardDto, PaymentDto])
export class ReportedDto {}

/** The outcome of a call that was parked. */
@Dto({
  "description": "The outcome of a call that was parked.",
  "properties": {
    "error": {"description": "The code that it was refused with when it should have run last.", "type": ["string", "null"]},
    "executed": {"description": "Whether it took place.", "type": "boolean"},
    "made": {"description": "The ids of what it made.", "items": {"type": "string"}, "type": "array"},
  },
  "required": ["executed", "made"],
  "type": "object",
}, [])
export class ReviewResultDto {}

/** The state of a review. */
@Dto({
  "description": "The state of a review.",
  "oneOf": [
    {
      "const": "pending",
      "description": "Nobody has decided; or an admin has agreed, and the call was refused when it should have run: then\n`decided_by` names him and `result` says why, and he or another admin may agree again.",
      "type": "string",
    },
    {"const": "rejected", "description": "Somebody rejected it, for good.", "type": "string"},
    {"const": "expired", "description": "Its time passed. The same call may ask again.", "type": "string"},
    {"const": "executed", "description": "The call took place, for good.", "type": "string"},
  ],
}, [])
export class ReviewStateDto {}

/** A call that rules want people to look at first. */
@Dto({
  "description": "A call that rules want people to look at first.",
  "properties": {
    "account": {
      "description": "The account that gives most of the amount; `null` where none gives anything.",
      "type": ["string", "null"],
    },
    "amount": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The amount that the call takes, of one currency.",
    },
    "commitment": {
      "anyOf": [{"$ref": "#/components/schemas/CommitmentDto"}, {"type": "null"}],
      "description": "Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for\none of an earlier version, which is held to its amount.",
    },
    "created_at": {"description": "When it was asked for first.", "format": "date-time", "maxLength": 35, "type": "string"},
    "decided_by": {"description": "The admin who decided.", "type": ["string", "null"]},
    "expires_at": {"description": "Its deadline.", "format": "date-time", "maxLength": 35, "type": "string"},
    "id": {"description": "Its id.", "pattern": "^rv_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "now": {
      "anyOf": [{"$ref": "#/components/schemas/ForeseenDto"}, {"type": "null"}],
      "description": "Its effect now, as a query answers while it is open; otherwise `null`.",
    },
    "operation": {"description": "The operation that waits.", "type": "string"},
    "reason": {"description": "Why it was rejected.", "type": ["string", "null"]},
    "request": {
      "additionalProperties": true,
      "description": "Its request, without key and actor; `null` when it was erased.",
      "type": ["object", "null"],
    },
    "requested_by": {"description": "The requester: the call runs as this actor.", "type": "string"},
    "result": {
      "anyOf": [{"$ref": "#/components/schemas/ReviewResultDto"}, {"type": "null"}],
      "description": "The outcome of the call; `null` while it has not been tried.",
    },
    "rules": {
      "description": "The rules that want it, the first to speak first.",
      "items": {"type": "string"},
      "type": "array",
    },
    "state": {"description": "Its state.", "$ref": "#/components/schemas/ReviewStateDto"},
    "version": {"description": "Counts every event.", "format": "int64", "type": "integer"},
  },
  "required": ["id", "operation", "rules", "state", "requested_by", "expires_at", "version", "created_at"],
  "type": "object",
}, [CommitmentDto, ForeseenDto, MoneyDto, ReviewResultDto, ReviewStateDto])
export class ReviewDto {}

/** Reply of `reject_review`. */
@Dto({
  "description": "Reply of `reject_review`.",
  "properties": {
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "review": {"description": "The review.", "$ref": "#/components/schemas/ReviewDto"},
  },
  "required": ["review", "replayed"],
  "type": "object",
}, [ReviewDto])
export class ReviewReplyDto {}

/** Reply of `approve_review`. */
@Dto({
  "description": "Reply of `approve_review`.",
  "properties": {
    "error": {
      "anyOf": [{"$ref": "#/components/schemas/ErrorDto"}, {"type": "null"}],
      "description": "Why the call was refused; this may be repeated until the review expires.",
    },
    "executed": {"description": "Whether the call took place.", "type": "boolean"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "reply": {
      "additionalProperties": true,
      "description": "The call's own reply, when it took place.",
      "type": ["object", "null"],
    },
    "review": {"description": "The review.", "$ref": "#/components/schemas/ReviewDto"},
  },
  "required": ["review", "executed", "replayed"],
  "type": "object",
}, [ErrorDto, ReviewDto])
export class ReviewedReplyDto {}

/** Which gateways are asked for which payments. */
@Dto({
  "description": "Which gateways are asked for which payments.",
  "properties": {
    "currency": {"description": "Only payments in this currency.", "type": ["string", "null"]},
    "gateways": {
      "description": "The gateways, in the order in which they are tried.",
      "items": {"type": "string"},
      "type": "array",
    },
    "id": {"description": "Its name.", "type": "string"},
    "max": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "Only payments of this amount or less.",
    },
    "min": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "Only payments of this amount or more.",
    },
    "priority": {
      "description": "Of the routes that fit, the one with the highest is taken.",
      "format": "int64",
      "type": "integer",
    },
    "version": {"description": "The version of the book's routes when it was set.", "format": "int64", "type": "integer"},
  },
  "required": ["id", "gateways", "priority", "version"],
  "type": "object",
}, [MoneyDto])
export class RouteDto {}

/** Reply of `remove_route`. */
@Dto({
  "description": "Reply of `remove_route`.",
  "properties": {
    "removed": {"description": "The name of the route that is gone.", "type": "string"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
  },
  "required": ["removed", "replayed"],
  "type": "object",
}, [])
export class RouteRemovedDto {}

/** Reply of `set_route`. */
@Dto({
  "description": "Reply of `set_route`.",
  "properties": {
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "route": {"description": "The route.", "$ref": "#/components/schemas/RouteDto"},
  },
  "required": ["route", "replayed"],
  "type": "object",
}, [RouteDto])
export class RouteReplyDto {}

/** Reply of `remove_rule`. */
@Dto({
  "description": "Reply of `remove_rule`.",
  "properties": {
    "removed": {"description": "The name of the rule or the rate that is gone.", "type": "string"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "version": {
      "description": "Version of the book's rules: it counts every change of any of them.",
      "format": "int64",
      "type": "integer",
    },
  },
  "required": ["removed", "version", "replayed"],
  "type": "object",
}, [])
export class RuleRemovedDto {}

/** Reply of `set_rule`. */
@Dto({
  "description": "Reply of `set_rule`.",
  "properties": {
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "rule": {"description": "The rule.", "$ref": "#/components/schemas/RuleDto"},
    "version": {
      "description": "Version of the book's rules: it counts every change of any of them.",
      "format": "int64",
      "type": "integer",
    },
  },
  "required": ["rule", "version", "replayed"],
  "type": "object",
}, [RuleDto])
export class RuleReplyDto {}

/** From which score on something follows. */
@Dto({
  "description": "From which score on something follows.",
  "properties": {
    "block": {"description": "A refusal.", "format": "uint8", "maximum": 255, "minimum": 0, "type": ["integer", "null"]},
    "challenge": {
      "description": "A further factor.",
      "format": "uint8",
      "maximum": 255,
      "minimum": 0,
      "type": ["integer", "null"],
    },
    "review": {
      "description": "A look by people.",
      "format": "uint8",
      "maximum": 255,
      "minimum": 0,
      "type": ["integer", "null"],
    },
  },
  "type": "object",
}, [])
export class ThresholdsDto {}

/** Reply of `rules`: all of them on one page. */
@Dto({
  "description": "Reply of `rules`: all of them on one page.",
  "properties": {
    "items": {
      "description": "The rules, in the order of their names.",
      "items": {"$ref": "#/components/schemas/RuleDto"},
      "type": "array",
    },
    "next": {"description": "Always `null`.", "type": ["string", "null"]},
    "rates": {
      "description": "The rates, in the order of their names.",
      "items": {"$ref": "#/components/schemas/RateDto"},
      "type": "array",
    },
    "thresholds": {"description": "From which score on something follows.", "$ref": "#/components/schemas/ThresholdsDto"},
    "version": {"description": "Counts every change of any of them.", "format": "int64", "type": "integer"},
  },
  "required": ["items", "rates", "thresholds", "version"],
  "type": "object",
}, [RateDto, RuleDto, ThresholdsDto])
export class RulesDto {}

/** How a sender signs. */
@Dto({
  "description": "How a sender signs.",
  "oneOf": [
    {
      "const": "standard",
      "description": "As Standard Webhooks says: `webhook-id`, `webhook-timestamp` and `webhook-signature`.",
      "type": "string",
    },
    {"const": "stripe", "description": "As Stripe does: `Stripe-Signature`.", "type": "string"},
    {"const": "hmac", "description": "`X-Signature` over `X-Timestamp`, `X-Nonce` and the body.", "type": "string"},
    {
      "const": "toss",
      "description": "Toss Payments, which does not sign: what it sends is a hint.",
      "type": "string",
    },
    {"const": "inicis", "description": "KG Inicis, which does not sign: what it sends is a hint.", "type": "string"},
  ],
}, [])
export class SchemeDto {}

/** An event of a source that was seen. */
@Dto({
  "description": "An event of a source that was seen.",
  "properties": {
    "at": {"description": "When it was first seen.", "format": "date-time", "maxLength": 35, "type": "string"},
    "event": {"description": "The sender's id of it.", "type": "string"},
    "payment": {
      "description": "The payment that it was about; `null` where none was known.",
      "pattern": "^py_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "result": {"description": "The outcome, as `receive` answered it.", "$ref": "#/components/schemas/HeardDto"},
    "sha256": {"description": "The SHA-256 of its body, in hex; the body is not kept.", "type": "string"},
    "source": {"description": "The source.", "type": "string"},
  },
  "required": ["source", "event", "result", "at", "sha256"],
  "type": "object",
}, [HeardDto])
export class SeenWebhookDto {}

/** Money that a deal has paid out. */
@Dto({
  "description": "Money that a deal has paid out.",
  "properties": {
    "amount": {"anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}], "description": "How much."},
    "approved_by": {
      "description": "Ids of the actors behind the payout, in their order. Where a policy asked for approvals: the\napprovers. Otherwise the actor who confirmed or decided; `system` for a deadline.",
      "items": {"type": "string"},
      "type": "array",
    },
    "deal": {
      "description": "The deal.",
      "pattern": "^dl_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "executed_at": {"description": "When.", "format": "date-time", "maxLength": 35, "type": "string"},
    "from": {"description": "The account that paid.", "type": ["string", "null"]},
    "id": {"description": "The transfer.", "pattern": "^tr_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "to": {"description": "The account that was paid.", "type": ["string", "null"]},
    "type": {"description": "`settlement` or `refund`.", "$ref": "#/components/schemas/TransferKindDto"},
  },
  "required": ["id", "type", "approved_by", "executed_at"],
  "type": "object",
}, [MoneyDto, TransferKindDto])
export class SettlementDto {}

/** Reply of `sign_transaction`: ready to be sent to a node. */
@Dto({
  "description": "Reply of `sign_transaction`: ready to be sent to a node.",
  "properties": {
    "from": {"description": "The signer's address.", "type": "string"},
    "hash": {"description": "The id of the transaction.", "type": "string"},
    "r": {"description": "The first number of the signature: `0x` and 64 digits.", "type": "string"},
    "raw": {"description": "The bytes for a node.", "type": "string"},
    "replayed": {"description": "Always false: the same call again is made again.", "type": "boolean"},
    "s": {"description": "The second, in the lower half of its range (EIP-2).", "type": "string"},
    "v": {
      "description": "chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity.",
      "type": "string",
    },
    "y_parity": {"description": "0 or 1.", "format": "int64", "type": "integer"},
  },
  "required": ["raw", "hash", "from", "r", "s", "y_parity", "v", "replayed"],
  "type": "object",
}, [])
export class TransactionSignedDto {}

/** Reply of `complete`. */
@Dto({
  "description": "Reply of `complete`.",
  "properties": {
    "digest": {"description": "The 32 bytes that were signed.", "type": "string"},
    "signature": {"description": "65 bytes: r, s in the lower half of its range, and 27 or 28.", "type": "string"},
    "transaction": {
      "anyOf": [{"$ref": "#/components/schemas/TransactionSignedDto"}, {"type": "null"}],
      "description": "The transaction, ready to be sent to a node, if it was one.",
    },
  },
  "required": ["signature", "digest"],
  "type": "object",
}, [TransactionSignedDto])
export class SignatureCompletedDto {}

/** Reply of `prepare`. */
@Dto({
  "description": "Reply of `prepare`.",
  "properties": {
    "digest": {"description": "The 32 bytes to be signed.", "type": "string"},
    "from": {"description": "The address whose key is to sign them.", "type": "string"},
    "replayed": {"description": "Always false: the same call again is made again.", "type": "boolean"},
  },
  "required": ["digest", "from", "replayed"],
  "type": "object",
}, [])
export class SignaturePreparedDto {}

/** A key that signs. */
@Dto({
  "description": "A key that signs.",
  "properties": {
    "address": {"description": "Its address, with the checksum of EIP-55.", "type": "string"},
    "created_at": {"description": "When it was made, or brought here.", "format": "date-time", "maxLength": 35, "type": "string"},
    "custody": {"description": "The holder of the private key: `vault` or `host`.", "type": "string"},
    "key": {"description": "Its id, `ky_...`.", "type": "string"},
    "label": {"description": "Its label for people.", "type": ["string", "null"]},
    "policy": {
      "additionalProperties": true,
      "description": "The policy, as the fields of `set_key_policy`; null while none limits the key.",
      "type": ["object", "null"],
    },
    "signed": {"description": "How many times something was signed with it.", "format": "int64", "type": "integer"},
    "version": {"description": "Counts the changes of it.", "format": "int64", "type": "integer"},
  },
  "required": ["key", "address", "custody", "signed", "version", "created_at"],
  "type": "object",
}, [])
export class SigningKeyDto {}

/** A named reader of the log. */
@Dto({
  "description": "A named reader of the log.",
  "properties": {
    "created_at": {"description": "When it was made.", "format": "date-time", "maxLength": 35, "type": "string"},
    "fence": {"description": "The number of its newest batch.", "format": "int64", "type": "integer"},
    "leased_until": {
      "description": "Until when the newest batch belongs to its holder; `null` when it was reported on.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "max_attempts": {"description": "How often an event may fail before its object is parked.", "format": "int64", "type": "integer"},
    "name": {"description": "Its name.", "type": "string"},
    "retry_at": {"description": "It rests until then.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "seq": {
      "description": "The place in the sequence up to which everything is settled.",
      "format": "int64",
      "type": "integer",
    },
    "types": {"description": "The types of events that it wants; none is all.", "items": {"type": "string"}, "type": "array"},
    "version": {"description": "Counts every change.", "format": "int64", "type": "integer"},
  },
  "required": ["name", "types", "seq", "fence", "max_attempts", "version", "created_at"],
  "type": "object",
}, [])
export class SinkDto {}

/** Reply of the writes about a sink. */
@Dto({
  "description": "Reply of the writes about a sink.",
  "properties": {
    "replayed": {"description": "Whether this step was taken before.", "type": "boolean"},
    "sink": {"description": "The sink.", "$ref": "#/components/schemas/SinkDto"},
  },
  "required": ["sink", "replayed"],
  "type": "object",
}, [SinkDto])
export class SinkReplyDto {}

/** A sink, and how far behind it is. */
@Dto({
  "description": "A sink, and how far behind it is.",
  "properties": {
    "lag": {
      "description": "How many events of the book come after its place, wanted or not.",
      "format": "int64",
      "type": "integer",
    },
    "parked": {
      "description": "How many objects it left behind that wait for a person; 1,000 are counted.",
      "format": "int64",
      "type": "integer",
    },
    "sink": {"description": "The sink.", "$ref": "#/components/schemas/SinkDto"},
    "waiting": {
      "description": "How many objects it left behind that are delivered again by themselves; 1,000 are counted.",
      "format": "int64",
      "type": "integer",
    },
  },
  "required": ["sink", "lag", "waiting", "parked"],
  "type": "object",
}, [SinkDto])
export class SinkStatusDto {}

/** A source of webhooks. */
@Dto({
  "description": "A source of webhooks.",
  "properties": {
    "gateway": {"description": "The gateway that it speaks for.", "type": "string"},
    "id": {"description": "Its name.", "type": "string"},
    "scheme": {"description": "How it signs.", "$ref": "#/components/schemas/SchemeDto"},
    "secrets": {"description": "How many secrets are good now.", "format": "int64", "type": "integer"},
    "tolerance": {"description": "How far the time of a message may be from now.", "format": "duration", "type": "string"},
    "version": {"description": "Counts every event.", "format": "int64", "type": "integer"},
  },
  "required": ["id", "scheme", "gateway", "tolerance", "secrets", "version"],
  "type": "object",
}, [SchemeDto])
export class SourceDto {}

/** Reply of `set_source` and `rotate_secret`. */
@Dto({
  "description": "Reply of `set_source` and `rotate_secret`.",
  "properties": {
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "source": {"description": "The source.", "$ref": "#/components/schemas/SourceDto"},
  },
  "required": ["source", "replayed"],
  "type": "object",
}, [SourceDto])
export class SourceReplyDto {}

/** The hash of the whole state of a book. */
@Dto({
  "description": "The hash of the whole state of a book.",
  "properties": {
    "hash": {
      "description": "SHA-256, hexadecimal: equal on every store for equal money, holds, transfers and records.",
      "type": "string",
    },
    "rows": {
      "description": "How many accounts, transfers, holds and records went into it.",
      "format": "int64",
      "type": "integer",
    },
  },
  "required": ["hash", "rows"],
  "type": "object",
}, [])
export class StateHashDto {}

/** A statement of an account. */
@Dto({
  "description": "A statement of an account.",
  "properties": {
    "account": {"description": "The account.", "type": "string"},
    "closing": {
      "description": "Balance after the last entry of this page: the `opening` of the next one.",
      "$ref": "#/components/schemas/MoneyDto",
    },
    "credits": {"description": "Sum of the credits of this page.", "$ref": "#/components/schemas/MoneyDto"},
    "csv": {
      "description": "The same as CSV (RFC 4180), when asked for; the names of the columns are on the first page alone.",
      "type": ["string", "null"],
    },
    "currency": {"description": "Its currency.", "type": "string"},
    "debits": {"description": "Sum of the debits of this page, as a positive amount.", "$ref": "#/components/schemas/MoneyDto"},
    "entries": {
      "description": "The entries, oldest first.",
      "items": {"$ref": "#/components/schemas/EntryDto"},
      "type": "array",
    },
    "from_time": {"description": "From this time on.", "format": "date-time", "maxLength": 35, "type": "string"},
    "next": {
      "description": "Asks for the next page; `null` on the last one, which most statements are.",
      "type": ["string", "null"],
    },
    "opening": {"description": "Balance before the first entry of this page.", "$ref": "#/components/schemas/MoneyDto"},
    "to_time": {"description": "Before this time.", "format": "date-time", "maxLength": 35, "type": "string"},
  },
  "required": ["account", "currency", "from_time", "to_time", "opening", "credits", "debits", "closing", "entries"],
  "type": "object",
}, [EntryDto, MoneyDto])
export class StatementDto {}

/** Counts of a store and of this process. */
@Dto({
  "description": "Counts of a store and of this process.",
  "properties": {
    "accepted": {
      "description": "Accepted and refused calls of this process.",
      "format": "uint64",
      "minimum": 0,
      "type": "integer",
    },
    "events": {"description": "Sequenced events of the book.", "format": "int64", "type": "integer"},
    "queued": {"description": "Commands waiting or running in this process.", "format": "int64", "type": "integer"},
    "refused": {"description": "Refused calls of this process.", "format": "uint64", "minimum": 0, "type": "integer"},
    "store": {"description": "Name of the store.", "type": "string"},
  },
  "required": ["store", "events", "accepted", "refused", "queued"],
  "type": "object",
}, [])
export class StatsDto {}

/** An address with the storage of it that a transaction reads (EIP-2930). */
@Dto({
  "description": "An address with the storage of it that a transaction reads (EIP-2930).",
  "properties": {
    "address": {"description": "The contract.", "type": "string"},
    "storage_keys": {"description": "Its slots, 32 bytes each.", "items": {"type": "string"}, "type": "array"},
  },
  "required": ["address", "storage_keys"],
  "type": "object",
}, [])
export class StorageReadDto {}

/** Reply of `export`. */
@Dto({
  "description": "Reply of `export`.",
  "properties": {
    "replayed": {
      "description": "Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.",
      "type": "boolean",
    },
    "subject": {"description": "The subject of the values.", "type": "string"},
    "values": {
      "description": "Its values, in the order of their names.",
      "items": {"$ref": "#/components/schemas/ExportedValueDto"},
      "type": "array",
    },
  },
  "required": ["subject", "values", "replayed"],
  "type": "object",
}, [ExportedValueDto])
export class SubjectExportedDto {}

/** Reply of `forget`. */
@Dto({
  "description": "Reply of `forget`.",
  "properties": {
    "forgotten": {"description": "Whether something was there, and is gone.", "type": "boolean"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "subject": {"description": "The subject that was forgotten.", "type": "string"},
  },
  "required": ["subject", "forgotten", "replayed"],
  "type": "object",
}, [])
export class SubjectForgottenDto {}

/** Reply of `find`. */
@Dto({
  "description": "Reply of `find`.",
  "properties": {
    "next": {"description": "Where the next page begins; `null` on the last.", "type": ["string", "null"]},
    "subjects": {
      "description": "The subjects with this value, of a page in order.",
      "items": {"type": "string"},
      "type": "array",
    },
  },
  "required": ["subjects"],
  "type": "object",
}, [])
export class SubjectsFoundDto {}

/** Reply of `set_thresholds`. */
@Dto({
  "description": "Reply of `set_thresholds`.",
  "properties": {
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "thresholds": {"description": "From which score on something follows.", "$ref": "#/components/schemas/ThresholdsDto"},
    "version": {
      "description": "Version of the book's rules: it counts every change of any of them.",
      "format": "int64",
      "type": "integer",
    },
  },
  "required": ["thresholds", "version", "replayed"],
  "type": "object",
}, [ThresholdsDto])
export class ThresholdsReplyDto {}

/** The tier of a treasury account. */
@Dto({
  "description": "The tier of a treasury account.",
  "oneOf": [
    {"const": "hot", "description": "It is used for payments, and should not have too much.", "type": "string"},
    {"const": "cold", "description": "It is for keeping.", "type": "string"},
  ],
}, [])
export class TierDto {}

/** A timeline that has begun. */
@Dto({
  "description": "A timeline that has begun.",
  "properties": {
    "previous": {"description": "The one before.", "type": "string"},
    "store": {"description": "The store.", "type": "string"},
    "timeline": {"description": "The timeline: links of the chain and receipts carry it from now on.", "type": "string"},
  },
  "required": ["store", "timeline", "previous"],
  "type": "object",
}, [])
export class TimelineDto {}

/** Reply of `confirm_totp`. */
@Dto({
  "description": "Reply of `confirm_totp`.",
  "properties": {
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "subject": {"description": "The subject: a user's id.", "type": "string"},
  },
  "required": ["subject", "replayed"],
  "type": "object",
}, [])
export class TotpConfirmedDto {}

/** Reply of `enrol_totp`. It is shown once. */
@Dto({
  "description": "Reply of `enrol_totp`. It is shown once.",
  "properties": {
    "qr_svg": {"description": "The URI as a picture to scan, SVG.", "format": "password", "type": "string"},
    "recovery_codes": {
      "description": "Ten codes, each good once in place of a one-time code.",
      "items": {"format": "password", "type": "string"},
      "type": "array",
    },
    "replayed": {
      "description": "Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.",
      "type": "boolean",
    },
    "secret": {"description": "The secret in base32, for those who cannot scan it.", "format": "password", "type": "string"},
    "uri": {"description": "The same as a URI that applications on phones know.", "format": "password", "type": "string"},
    "warning": {
      "description": "Why the secret that was given should be replaced soon, if it should: it is short.",
      "type": ["string", "null"],
    },
  },
  "required": ["secret", "uri", "qr_svg", "recovery_codes", "replayed"],
  "type": "object",
}, [])
export class TotpEnrolledDto {}

/** Reply of `verify_totp`. */
@Dto({
  "description": "Reply of `verify_totp`.",
  "properties": {
    "proof": {
      "description": "The proof, which `proofs` of a call takes once, for two minutes.",
      "format": "password",
      "type": "string",
    },
    "recovery_code_used": {"description": "Whether it was a recovery code, of which there is one fewer now.", "type": "boolean"},
    "replayed": {
      "description": "Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.",
      "type": "boolean",
    },
    "verified": {"description": "Always true: a wrong code is an error.", "type": "boolean"},
  },
  "required": ["verified", "proof", "recovery_code_used", "replayed"],
  "type": "object",
}, [])
export class TotpVerifiedDto {}

/** Reply of `decode_transaction`: the fields of `tx`, and the signature. */
@Dto({
  "description": "Reply of `decode_transaction`: the fields of `tx`, and the signature.",
  "properties": {
    "access_list": {
      "description": "The addresses and slots that will be read (`eip2930`, `eip1559`); left out with `legacy`.",
      "items": {"$ref": "#/components/schemas/StorageReadDto"},
      "type": ["array", "null"],
    },
    "chain_id": {"description": "The chain; null from before EIP-155, valid on every chain.", "type": ["string", "null"]},
    "data": {"description": "The input of the call, or the code of a new contract.", "type": "string"},
    "from": {"description": "The signer's address.", "type": "string"},
    "gas_limit": {"description": "Gas that may be used up.", "type": "string"},
    "gas_price": {
      "description": "Wei for a unit of gas (`legacy`, `eip2930`); left out with `eip1559`.",
      "type": ["string", "null"],
    },
    "hash": {"description": "The id of the transaction.", "type": "string"},
    "max_fee_per_gas": {
      "description": "At most this many wei for a unit of gas (`eip1559`); left out with other types.",
      "type": ["string", "null"],
    },
    "max_priority_fee_per_gas": {
      "description": "Of these at most so many for whoever makes the block (`eip1559`); left out with other types.",
      "type": ["string", "null"],
    },
    "nonce": {"description": "How many transactions the address sent before.", "type": "string"},
    "r": {"description": "The first number of the signature.", "type": "string"},
    "s": {"description": "The second.", "type": "string"},
    "to": {"description": "The recipient of the value and the call; null creates a contract.", "type": ["string", "null"]},
    "type": {"description": "`legacy`, `eip2930` or `eip1559`.", "type": "string"},
    "v": {
      "description": "chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity.",
      "type": "string",
    },
    "value": {"description": "In wei.", "type": "string"},
    "y_parity": {"description": "0 or 1.", "format": "int64", "type": "integer"},
  },
  "required": ["type", "nonce", "value", "gas_limit", "data", "from", "hash", "r", "s", "y_parity", "v"],
  "type": "object",
}, [StorageReadDto])
export class TransactionDecodedDto {}

/** How much of its limits an account has used. */
@Dto({
  "description": "How much of its limits an account has used.",
  "properties": {
    "account": {"description": "The account.", "type": "string"},
    "ceiling": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The most that a hot account should have.",
    },
    "currency": {"description": "Its currency.", "type": "string"},
    "daily_limit": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The most that may leave it in a day; `null` is no limit.",
    },
    "day_ends_at": {"description": "When today ends.", "format": "date-time", "maxLength": 35, "type": "string"},
    "month_ends_at": {"description": "When this month ends.", "format": "date-time", "maxLength": 35, "type": "string"},
    "monthly_limit": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The most that may leave it in a month; `null` is no limit.",
    },
    "sweep": {
      "anyOf": [{"$ref": "#/components/schemas/MoneyDto"}, {"type": "null"}],
      "description": "The amount to move to a cold account: what a hot one has above its ceiling and can spend. `null`\nwhen there is none.",
    },
    "this_month": {"description": "The amount that has left it this month.", "$ref": "#/components/schemas/MoneyDto"},
    "tier": {"description": "`hot` or `cold`.", "$ref": "#/components/schemas/TierDto"},
    "time_zone": {"description": "Where its days and months begin.", "type": "string"},
    "today": {"description": "The amount that has left it today.", "$ref": "#/components/schemas/MoneyDto"},
    "version": {"description": "Counts every change of limits and counts.", "format": "int64", "type": "integer"},
  },
  "required": ["account", "currency", "tier", "time_zone", "today", "this_month", "day_ends_at", "month_ends_at", "version"],
  "type": "object",
}, [MoneyDto, TierDto])
export class UsageDto {}

/** Reply of `treasury.set_account`. */
@Dto({
  "description": "Reply of `treasury.set_account`.",
  "properties": {
    "account": {"description": "The account.", "$ref": "#/components/schemas/AccountDto"},
    "replayed": {"description": "Whether this was done before under the same key.", "type": "boolean"},
    "usage": {"description": "Its limits, and what is used of them.", "$ref": "#/components/schemas/UsageDto"},
  },
  "required": ["account", "usage", "replayed"],
  "type": "object",
}, [AccountDto, UsageDto])
export class TreasuryReplyDto {}

/** Debits and credits of one currency. */
@Dto({
  "description": "Debits and credits of one currency.",
  "properties": {
    "credits": {"description": "Sum of positive balances.", "$ref": "#/components/schemas/MoneyDto"},
    "currency": {"description": "The currency.", "type": "string"},
    "debits": {"description": "Sum of negative balances, as a positive amount.", "$ref": "#/components/schemas/MoneyDto"},
    "sum": {"description": "Their difference: zero.", "$ref": "#/components/schemas/MoneyDto"},
  },
  "required": ["currency", "debits", "credits", "sum"],
  "type": "object",
}, [MoneyDto])
export class TrialLineDto {}

/** All balances of a book, per currency. */
@Dto({
  "description": "All balances of a book, per currency.",
  "properties": {
    "balanced": {"description": "Whether every line sums to zero.", "type": "boolean"},
    "currencies": {"description": "One line a currency.", "items": {"$ref": "#/components/schemas/TrialLineDto"}, "type": "array"},
  },
  "required": ["currencies", "balanced"],
  "type": "object",
}, [TrialLineDto])
export class TrialBalanceDto {}

/** The verdict of a dry run. */
@Dto({
  "description": "The verdict of a dry run.",
  "properties": {
    "allowed": {
      "description": "Whether the deal, its accounts and their funds allow the call now. Approvals, rules, lists and\nfactors are not asked.",
      "type": "boolean",
    },
    "reason": {
      "anyOf": [{"$ref": "#/components/schemas/ReasonDto"}, {"type": "null"}],
      "description": "Why it would be refused; `null` when it is allowed.",
    },
    "to": {
      "anyOf": [{"$ref": "#/components/schemas/DealStateDto"}, {"type": "null"}],
      "description": "The state that the deal would be in; `null` when it is refused.",
    },
  },
  "required": ["allowed"],
  "type": "object",
}, [DealStateDto, ReasonDto])
export class ValidationDto {}

/** A value of a subject by its name. */
@Dto({
  "description": "A value of a subject by its name.",
  "properties": {
    "key_id": {"description": "The key of the keyring that wraps the subject's data key.", "type": "string"},
    "name": {"description": "The name of the value.", "type": "string"},
    "searchable": {"description": "Whether `find` finds it.", "type": "boolean"},
    "version": {"description": "Counts the values under this name.", "format": "int64", "type": "integer"},
  },
  "required": ["name", "version", "key_id", "searchable"],
  "type": "object",
}, [])
export class ValueListedDto {}

/** Reply of `put`. */
@Dto({
  "description": "Reply of `put`.",
  "properties": {
    "key_id": {"description": "The key of the keyring that wraps the subject's data key.", "type": "string"},
    "name": {"description": "The name of the value.", "type": "string"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "subject": {"description": "The subject.", "type": "string"},
    "version": {"description": "Counts the values under this name, from 1.", "format": "int64", "type": "integer"},
  },
  "required": ["subject", "name", "version", "key_id", "replayed"],
  "type": "object",
}, [])
export class ValuePutDto {}

/** Reply of `reveal`. */
@Dto({
  "description": "Reply of `reveal`.",
  "properties": {
    "replayed": {
      "description": "Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.",
      "type": "boolean",
    },
    "value": {"description": "The value.", "format": "password", "type": "string"},
    "version": {"description": "Counts the values under this name.", "format": "int64", "type": "integer"},
  },
  "required": ["value", "version", "replayed"],
  "type": "object",
}, [])
export class ValueRevealedDto {}

/** The result of checking a receipt. */
@Dto({
  "description": "The result of checking a receipt.",
  "properties": {
    "alg": {"description": "The algorithm that this signature names.", "type": ["string", "null"]},
    "kid": {"description": "The key of the signature that decided.", "type": ["string", "null"]},
    "reason": {
      "description": "Why it is not genuine: `broken_integrity`, `unsigned`, `wrong_algorithm`, `unknown_key`,\n`wrong_key` (another of the known keys made it) or `bad_signature`. `old_key` of a genuine one\nwhose key was rotated out since.",
      "type": ["string", "null"],
    },
    "valid": {
      "description": "Whether it is genuine: nothing was changed, and every signature that could be checked is right.",
      "type": "boolean",
    },
  },
  "required": ["valid"],
  "type": "object",
}, [])
export class VerificationDto {}

/** One invariant, recomputed. */
@Dto({
  "description": "One invariant, recomputed.",
  "properties": {
    "examined": {"description": "How many rows were examined.", "format": "int64", "type": "integer"},
    "found": {"description": "The errors found, at most 20: what and where.", "items": {"type": "string"}, "type": "array"},
    "name": {"description": "Its name.", "type": "string"},
    "ok": {"description": "Whether it holds.", "type": "boolean"},
  },
  "required": ["name", "ok", "examined", "found"],
  "type": "object",
}, [])
export class VerifyCheckDto {}

/** Every invariant, recomputed. */
@Dto({
  "description": "Every invariant, recomputed.",
  "properties": {
    "checks": {"description": "The checks.", "items": {"$ref": "#/components/schemas/VerifyCheckDto"}, "type": "array"},
    "heads": {
      "description": "The newest link of every book: keep them elsewhere, and give the one of a book to a later\nverification as `anchor`.",
      "items": {"$ref": "#/components/schemas/BookHeadDto"},
      "type": "array",
    },
    "ok": {"description": "Whether all hold.", "type": "boolean"},
  },
  "required": ["ok", "checks", "heads"],
  "type": "object",
}, [BookHeadDto, VerifyCheckDto])
export class VerifyDto {}

/** The condition that a withdrawal without a nonce waits for. */
@Dto({
  "description": "The condition that a withdrawal without a nonce waits for.",
  "oneOf": [
    {"const": "chain", "description": "For news of the chain.", "type": "string"},
    {"const": "fees", "description": "For lower fees.", "type": "string"},
    {"const": "wallet", "description": "For money in the wallet of a lane.", "type": "string"},
    {"const": "window", "description": "For room in the window of a lane.", "type": "string"},
    {"const": "lane", "description": "For a lane.", "type": "string"},
  ],
}, [])
export class WaitingDto {}

/** The answer that a sender wants, so that it does not tell again. */
@Dto({
  "description": "The answer that a sender wants, so that it does not tell again.",
  "properties": {
    "body": {"description": "The body, as plain text; mostly empty.", "type": "string"},
    "status": {"description": "The status of HTTP.", "format": "int64", "type": "integer"},
  },
  "required": ["status", "body"],
  "type": "object",
}, [])
export class WebhookReplyDto {}

/** The outcome of a message of a source. */
@Dto({
  "description": "The outcome of a message of a source.",
  "properties": {
    "event": {"description": "The sender's own id of it.", "type": "string"},
    "payment": {
      "anyOf": [{"$ref": "#/components/schemas/PaymentDto"}, {"type": "null"}],
      "description": "The payment; `null` where none is known.",
    },
    "replayed": {"description": "Whether it was told before.", "type": "boolean"},
    "reply": {
      "description": "The answer to its sender, whatever the outcome is.",
      "$ref": "#/components/schemas/WebhookReplyDto",
    },
    "result": {
      "description": "The outcome: `applied`; `ignored`, because it was known, is older than what is known, or is none\nof ours; `parked`, because no payment has this reference yet; `queried`, because the gateway is\nasked first; `suspended` or `mismatched`.",
      "$ref": "#/components/schemas/HeardDto",
    },
  },
  "required": ["event", "result", "reply", "replayed"],
  "type": "object",
}, [HeardDto, PaymentDto, WebhookReplyDto])
export class WebhookReceivedDto {}

/** One try at the nonce of a withdrawal. Numbers of a chain are texts. */
@Dto({
  "description": "One try at the nonce of a withdrawal. Numbers of a chain are texts.",
  "properties": {
    "gas_limit": {"description": "The gas that it may use up.", "type": "string"},
    "hash": {"description": "The hash of its bytes, once they are signed.", "type": ["string", "null"]},
    "kind": {"description": "The purpose of the attempt.", "$ref": "#/components/schemas/AttemptKindDto"},
    "max_fee_per_gas": {"description": "The most for a unit of gas, in wei.", "type": "string"},
    "max_priority_fee_per_gas": {"description": "The most of that for who makes the block, in wei.", "type": "string"},
    "number": {"description": "Counts from 1.", "format": "int64", "type": "integer"},
    "outcome": {
      "anyOf": [{"$ref": "#/components/schemas/BroadcastOutcomeDto"}, {"type": "null"}],
      "description": "The last answer of nodes to them.",
    },
    "sent_at": {
      "description": "When a worker took them last, to send them.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "signed_at": {"description": "When its bytes were kept.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
  },
  "required": ["number", "kind", "gas_limit", "max_fee_per_gas", "max_priority_fee_per_gas"],
  "type": "object",
}, [AttemptKindDto, BroadcastOutcomeDto])
export class WithdrawalAttemptDto {}

/** The block that a withdrawal is in. */
@Dto({
  "description": "The block that a withdrawal is in.",
  "properties": {
    "hash": {"description": "Its hash.", "type": "string"},
    "number": {"description": "Its number, as text.", "type": "string"},
  },
  "required": ["number", "hash"],
  "type": "object",
}, [])
export class WithdrawalBlockDto {}

/** Why a withdrawal failed. */
@Dto({
  "description": "Why a withdrawal failed.",
  "properties": {
    "code": {
      "description": "`simulation_reverted`, `cancelled`, `expired`, `reverted`, `nonce_taken` or `not_paid`.",
      "type": "string",
    },
    "message": {"description": "The message of a failed simulation.", "type": ["string", "null"]},
  },
  "required": ["code"],
  "type": "object",
}, [])
export class WithdrawalFailureDto {}

/** The state of a withdrawal in its life cycle. */
@Dto({
  "description": "The state of a withdrawal in its life cycle.",
  "oneOf": [
    {"const": "pending", "description": "It has no nonce yet.", "type": "string"},
    {"const": "signing", "description": "Its nonce is fixed, and nothing is signed.", "type": "string"},
    {"const": "signed", "description": "Its bytes are there, and nobody has them.", "type": "string"},
    {"const": "broadcasting", "description": "A worker has taken the bytes, to send them.", "type": "string"},
    {"const": "broadcasted", "description": "A node has them.", "type": "string"},
    {"const": "confirming", "description": "It is in a block.", "type": "string"},
    {"const": "confirmed", "description": "It is paid, finally.", "type": "string"},
    {"const": "failed", "description": "It is not paid.", "type": "string"},
  ],
}, [])
export class WithdrawalStateDto {}

/** A withdrawal. Numbers of a chain are texts. */
@Dto({
  "description": "A withdrawal. Numbers of a chain are texts.",
  "properties": {
    "account": {"description": "The account that pays.", "type": "string"},
    "amount": {"description": "The amount for the payee.", "$ref": "#/components/schemas/MoneyDto"},
    "attempts": {
      "description": "The tries at its nonce.",
      "items": {"$ref": "#/components/schemas/WithdrawalAttemptDto"},
      "type": "array",
    },
    "attention": {
      "anyOf": [{"$ref": "#/components/schemas/AttentionDto"}, {"type": "null"}],
      "description": "Why people should look at it.",
    },
    "block": {
      "anyOf": [{"$ref": "#/components/schemas/WithdrawalBlockDto"}, {"type": "null"}],
      "description": "The block that it is in.",
    },
    "cancelling": {"description": "Whether it is given up: no payment is signed any more.", "type": "boolean"},
    "chain": {"description": "The chain.", "type": "string"},
    "confirmations": {"description": "How many blocks a quorum counts from its block on.", "format": "int64", "type": "integer"},
    "confirmed_at": {"description": "When it was final.", "format": "date-time", "maxLength": 35, "type": ["string", "null"]},
    "created_at": {"description": "When it was asked for.", "format": "date-time", "maxLength": 35, "type": "string"},
    "failure": {
      "anyOf": [{"$ref": "#/components/schemas/WithdrawalFailureDto"}, {"type": "null"}],
      "description": "Why it failed.",
    },
    "fee": {"description": "The fee on top of the amount.", "$ref": "#/components/schemas/MoneyDto"},
    "gas_paid": {"description": "The cost of its gas, in wei.", "type": ["string", "null"]},
    "give_up_at": {
      "description": "When it is given up, without a nonce.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "hash": {"description": "The hash of its transaction: the final one, else the newest.", "type": ["string", "null"]},
    "hold": {
      "description": "The hold of the amount and the fee.",
      "pattern": "^hd_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": "string",
    },
    "id": {"description": "Its id.", "pattern": "^wd_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "type": "string"},
    "lane": {
      "description": "The lane that sends it.",
      "pattern": "^ln_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "metadata": {"additionalProperties": true, "description": "The caller's own data.", "type": "object"},
    "nonce": {"description": "Its nonce on that lane.", "type": ["string", "null"]},
    "reference": {"description": "The caller's own id.", "type": ["string", "null"]},
    "requested_by": {"description": "The actor who requested it.", "type": "string"},
    "state": {"description": "Its state.", "$ref": "#/components/schemas/WithdrawalStateDto"},
    "to": {"description": "The address of the payee, with the checksum of EIP-55.", "type": "string"},
    "transfer": {
      "description": "The newest transfer that it made.",
      "pattern": "^tr_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "type": ["string", "null"],
    },
    "unsettled": {"description": "Whether what was final is gone.", "type": "boolean"},
    "updated_at": {"description": "When it last changed.", "format": "date-time", "maxLength": 35, "type": "string"},
    "version": {"description": "Counts its changes.", "format": "int64", "type": "integer"},
    "waiting": {
      "anyOf": [{"$ref": "#/components/schemas/WaitingDto"}, {"type": "null"}],
      "description": "The condition that it waits for.",
    },
  },
  "required": [
    "id",
    "account",
    "amount",
    "fee",
    "to",
    "chain",
    "state",
    "cancelling",
    "attempts",
    "confirmations",
    "unsettled",
    "hold",
    "requested_by",
    "version",
    "metadata",
    "created_at",
    "updated_at",
  ],
  "type": "object",
}, [AttentionDto, MoneyDto, WaitingDto, WithdrawalAttemptDto, WithdrawalBlockDto, WithdrawalFailureDto, WithdrawalStateDto])
export class WithdrawalDto {}

/** An action that an actor can take on a withdrawal now. */
@Dto({
  "description": "An action that an actor can take on a withdrawal now.",
  "properties": {
    "needs": {"description": "The fields that it needs beside the withdrawal.", "items": {"type": "string"}, "type": "array"},
    "to": {
      "anyOf": [{"$ref": "#/components/schemas/WithdrawalStateDto"}, {"type": "null"}],
      "description": "The state that it leads to; `null` where the chain decides.",
    },
    "trigger": {"description": "The operation, without the service.", "type": "string"},
  },
  "required": ["trigger", "needs"],
  "type": "object",
}, [WithdrawalStateDto])
export class WithdrawalActionDto {}

/** Reply of `allowed_actions`. */
@Dto({
  "description": "Reply of `allowed_actions`.",
  "properties": {
    "actions": {
      "description": "The actions, in the order of the table of transitions.",
      "items": {"$ref": "#/components/schemas/WithdrawalActionDto"},
      "type": "array",
    },
  },
  "required": ["actions"],
  "type": "object",
}, [WithdrawalActionDto])
export class WithdrawalChoicesDto {}

/** The quote of a withdrawal. */
@Dto({
  "description": "The quote of a withdrawal.",
  "properties": {
    "amount": {"description": "The amount for the payee.", "$ref": "#/components/schemas/MoneyDto"},
    "fee": {"description": "The fee on top of the amount.", "$ref": "#/components/schemas/MoneyDto"},
    "gas_price": {
      "description": "The present price of a unit of gas, in wei; `null` while nobody has said it.",
      "type": ["string", "null"],
    },
    "held": {"description": "The sum of both, to be held.", "$ref": "#/components/schemas/MoneyDto"},
    "network_fee": {
      "description": "The gas that its transaction costs the lane at that price, in wei; of a token by an estimate.",
      "type": ["string", "null"],
    },
    "waiting": {
      "anyOf": [{"$ref": "#/components/schemas/WaitingDto"}, {"type": "null"}],
      "description": "The condition that it would wait for now.",
    },
  },
  "required": ["amount", "fee", "held"],
  "type": "object",
}, [MoneyDto, WaitingDto])
export class WithdrawalQuoteDto {}

/** Reply of a change of a withdrawal. */
@Dto({
  "description": "Reply of a change of a withdrawal.",
  "properties": {
    "replayed": {"description": "Whether nothing changed, or the key was used before for the same request.", "type": "boolean"},
    "withdrawal": {"description": "The withdrawal.", "$ref": "#/components/schemas/WithdrawalDto"},
  },
  "required": ["withdrawal", "replayed"],
  "type": "object",
}, [WithdrawalDto])
export class WithdrawalReplyDto {}

/** Reply of `request`. */
@Dto({
  "description": "Reply of `request`.",
  "properties": {
    "balance": {"description": "The present balance of the account.", "$ref": "#/components/schemas/BalanceDto"},
    "replayed": {"description": "Whether the key was used before for the same request.", "type": "boolean"},
    "withdrawal": {"description": "The withdrawal.", "$ref": "#/components/schemas/WithdrawalDto"},
  },
  "required": ["withdrawal", "balance", "replayed"],
  "type": "object",
}, [BalanceDto, WithdrawalDto])
export class WithdrawalRequestedDto {}

/** How many withdrawals there are, and how they went. */
@Dto({
  "description": "How many withdrawals there are, and how they went.",
  "properties": {
    "attention": {"additionalProperties": true, "description": "How many people should look at, by reason.", "type": "object"},
    "by_state": {"additionalProperties": true, "description": "How many are in each state.", "type": "object"},
    "confirmed": {"description": "How many are paid.", "format": "int64", "type": "integer"},
    "error_rate": {
      "description": "How many of a hundred that are over failed, in hundredths of a percent; `null` where none is over.",
      "format": "int64",
      "type": ["integer", "null"],
    },
    "failed": {"description": "How many failed.", "format": "int64", "type": "integer"},
    "gas_paid": {"additionalProperties": true, "description": "The total gas cost, in wei, by chain.", "type": "object"},
    "mean_seconds": {
      "description": "How many seconds those took that are paid, on average.",
      "format": "int64",
      "type": ["integer", "null"],
    },
    "oldest": {
      "description": "Since when the oldest waits that is not over.",
      "format": "date-time",
      "maxLength": 35,
      "type": ["string", "null"],
    },
    "p95_seconds": {
      "description": "How many seconds 95 of 100 of them took at most.",
      "format": "int64",
      "type": ["integer", "null"],
    },
    "waiting": {"additionalProperties": true, "description": "How many wait for what.", "type": "object"},
  },
  "required": ["by_state", "waiting", "attention", "confirmed", "failed", "gas_paid"],
  "type": "object",
}, [])
export class WithdrawalStatsDto {}

/** A key of the keyring that a book rests on: one that wraps data keys, or the one of its index. */
@Dto({
  "description": "A key of the keyring that a book rests on: one that wraps data keys, or the one of its index.",
  "properties": {
    "key_id": {"description": "Its id, as the keyring has it.", "type": "string"},
    "missing": {"description": "Whether the keyring of the process that answers lacks it.", "type": "boolean"},
    "primary": {"description": "Whether it wraps new data keys.", "type": "boolean"},
    "purpose": {"description": "`vault`: it wraps; `index`: names are found and proofs are checked by it.", "type": "string"},
    "wraps": {"description": "How many data keys are wrapped with it.", "format": "int64", "type": "integer"},
  },
  "required": ["key_id", "purpose", "primary", "wraps", "missing"],
  "type": "object",
}, [])
export class WrappingKeyDto {}
