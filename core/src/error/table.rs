//! The one table of refusals. A row gives a code its names, its kind, its retry advice, its typed details,
//! its message for developers and its texts for people, Korean and English; the enums, the status, the
//! documentation and every binding's error classes are made from it.
//!
//! In a text `{name}` is a detail field. `[...]` is left out when a field inside it is absent.
//!
//! A row may be `reserved` for a feature that is not there yet: its code is part of the contract, and nothing
//! raises it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::codes::refusals;
use super::meanings::meaning;
use super::text::Show;
use super::{Field, Kind, Retry};
use crate::money::Money;
use crate::time::Time;

fn member<T: DeserializeOwned>(details: &Value, name: &str) -> Result<T, String> {
    let value = details.get(name).cloned().unwrap_or(Value::Null);
    serde_json::from_value(value).map_err(|_| format!("`details.{name}` is not what its code has there"))
}

refusals! {
    // Requests that can not be understood.
    InvalidRequest "invalid_request" Invalid Never
        "A field is missing, unknown or malformed, or fields do not fit together. `operation` is left out unless the program names no actor where that operation needs one: the status is then 500."
        { field: String, reason: String,
          #[serde(skip_serializing_if = "Option::is_none")] operation: Option<String> }
        "invalid request: `{field}` {reason}"
        "요청 내용이 올바르지 않습니다"
        "The request is not valid";
    InvalidAmount "invalid_amount" Invalid Never
        "An amount is not a decimal text within the currency's scale and bounds, or has the wrong sign."
        { field: String, reason: String }
        "invalid amount: `{field}` {reason}"
        "금액이 올바르지 않습니다"
        "The amount is not valid";
    InvalidCurrency "invalid_currency" Invalid Never
        "A currency code is malformed or unknown."
        { field: String, currency: String }
        "unknown currency `{currency}` in `{field}`"
        "알 수 없는 통화입니다"
        "This currency is not known";
    CurrencyMismatch "currency_mismatch" Invalid Never
        "Two amounts that belong together are in different currencies."
        { field: String, expected: String, actual: String }
        "currency mismatch: `{field}` must be in `{expected}`, not `{actual}`"
        "통화가 서로 일치하지 않습니다"
        "The currencies do not match";
    CurrencyNotAllowed "currency_not_allowed" Invalid Never
        "The currency is known, but this engine is set up not to take it."
        { field: String, currency: String }
        "currency `{currency}` in `{field}` is not allowed"
        "사용할 수 없는 통화입니다"
        "This currency cannot be used here";
    InvalidAccount "invalid_account" Invalid Never
        "An account name is malformed."
        { field: String, account: String, reason: String }
        "invalid account: `{field}` {reason}"
        "계정 이름이 올바르지 않습니다"
        "The account name is not valid";

    // Accounts and funds.
    AccountNotFound "account_not_found" NotFound Never
        "There is no such account in that currency."
        { account: String, currency: Option<String> }
        "account not found[ in `{currency}`]"
        "계정을 찾을 수 없습니다"
        "The account was not found";
    AccountExists "account_exists" Conflict Never
        "The account was opened before."
        { account: String, currency: String }
        "an account in `{currency}` of this name already exists"
        "이미 개설된 계정입니다"
        "This account is already open";
    AccountLocked "account_locked" Rejected Never
        "The account is locked: no new debits, credits or holds."
        { account: String, currency: String }
        "the account in `{currency}` is locked"
        "잠긴 계정입니다. 고객센터에 문의해 주세요"
        "This account is locked. Please contact support";
    AccountClosed "account_closed" Rejected Never
        "The account is closed."
        { account: String, currency: String }
        "the account in `{currency}` is closed"
        "해지된 계정입니다"
        "This account is closed";
    InsufficientBalance "insufficient_balance" Rejected Never
        "What is available does not cover what is required."
        { account: String, available: Money, required: Money }
        "insufficient balance: `{available}` available, `{required}` required"
        "잔액이 부족합니다"
        "There is not enough money in the account";
    LimitExceeded "limit_exceeded" Rejected Never
        "A limit of the account would be passed. `policy` is left out unless it is one of a key's policy."
        { account: String, limit: Option<Money>, used: Option<Money>, window: String,
          #[serde(skip_serializing_if = "Option::is_none")] policy: Option<String> }
        "limit exceeded: [`{used}` of `{limit}` used, ][`{policy}` of the key's policy, ]window `{window}`"
        "이용 한도를 초과했습니다"
        "The limit for this account has been reached";
    Overflow "overflow" Rejected Never
        "A balance or sum would reach 10^38 minor units."
        { account: String }
        "overflow: a balance or sum would leave its bounds"
        "처리할 수 있는 금액의 범위를 초과했습니다"
        "The amount is too large";

    // Transfers and holds.
    TransferNotFound "transfer_not_found" NotFound Never
        "There is no such transfer."
        { transfer: String }
        "transfer `{transfer}` not found"
        "거래를 찾을 수 없습니다"
        "The payment was not found";
    AlreadyReversed "already_reversed" Conflict Never
        "The transfer was cancelled before."
        { transfer: String, reversed_by: Option<String> }
        "transfer `{transfer}` is already reversed[ by `{reversed_by}`]"
        "이미 취소된 거래입니다"
        "This payment has already been cancelled";
    RefundExceedsOriginal "refund_exceeds_original" Rejected Never
        "The refunds together would pass the original amount."
        { transfer: String, original: Money, refunded: Money, requested: Money }
        "refund of `{requested}` exceeds the original: `{refunded}` of `{original}` already refunded"
        "환불 금액이 원거래 금액을 초과합니다"
        "The refund is larger than what was paid";
    HoldNotFound "hold_not_found" NotFound Never
        "There is no such hold."
        { hold: String }
        "hold `{hold}` not found"
        "승인 내역을 찾을 수 없습니다"
        "The authorization was not found";
    HoldExpired "hold_expired" Rejected Never
        "The hold ran out before the call."
        { hold: String, expired_at: Time }
        "hold `{hold}` expired at `{expired_at}`"
        "승인 유효 기간이 지났습니다"
        "The authorization has expired";
    HoldClosed "hold_closed" Rejected Never
        "The hold was captured or voided before."
        { hold: String, state: String }
        "hold `{hold}` is closed: `{state}`"
        "이미 처리가 끝난 승인입니다"
        "This authorization is already settled";
    CaptureExceedsHold "capture_exceeds_hold" Rejected Never
        "The capture is larger than what is left of the hold."
        { hold: String, remaining: Money, requested: Money }
        "capture of `{requested}` exceeds the hold: `{remaining}` remaining"
        "매입 금액이 승인 금액을 초과합니다"
        "The amount is larger than what was authorized";

    // Deals, disputes and other objects with a state.
    DealNotFound "deal_not_found" NotFound Never
        "There is no such deal."
        { deal: String }
        "deal `{deal}` not found"
        "거래를 찾을 수 없습니다"
        "The deal was not found";
    TransitionNotAllowed "transition_not_allowed" Rejected Never
        "The object's state has no such transition."
        { object: String, state: String, trigger: String, allowed: Vec<String> }
        "`{trigger}` is not allowed in state `{state}`[, allowed: `{allowed}`]"
        "현재 상태에서는 진행할 수 없습니다"
        "This is not possible at the moment";
    ConditionNotMet "condition_not_met" Rejected Never
        "The transition exists, but its condition is false; a deadline that has passed is one too."
        { object: String, trigger: String, condition: String, deadline: Option<Time> }
        "condition `{condition}` for `{trigger}` is not met[, deadline `{deadline}`]"
        "진행에 필요한 조건이 충족되지 않았습니다"
        "Something that is needed for this is still missing";
    NotPermitted "not_permitted" Denied Never
        "This actor may not do this, or this account can not be named here. `policy` is left out unless a key's policy refuses."
        { field: Option<String>, actor: Option<String>, reason: String,
          #[serde(skip_serializing_if = "Option::is_none")] policy: Option<String> }
        "not permitted: [`{field}` ]{reason}"
        "권한이 없습니다"
        "You are not allowed to do this";
    VersionConflict "version_conflict" Conflict Never
        "The object is not at `expected_version` any more: read it again, then decide."
        { object: String, expected: i64, actual: i64 }
        "version conflict: at version `{actual}`, not `{expected}`"
        "다른 요청이 먼저 처리되었습니다. 새로고침 후 다시 시도해 주세요"
        "Somebody else has changed this in the meantime. Please reload and try again";
    DisputeNotFound "dispute_not_found" NotFound Never
        "There is no such dispute."
        { dispute: String }
        "dispute `{dispute}` not found"
        "분쟁 내역을 찾을 수 없습니다"
        "The dispute was not found";
    JobNotFound "job_not_found" NotFound Never
        "There is no such job."
        { job: String }
        "job `{job}` not found"
        "작업을 찾을 수 없습니다"
        "The task was not found";
    SinkNotFound "sink_not_found" NotFound Never
        "There is no such sink."
        { sink: String }
        "sink `{sink}` not found"
        "이벤트 수신자를 찾을 수 없습니다"
        "The reader of events was not found";

    // Payments from outside, through gateways.
    PaymentNotFound "payment_not_found" NotFound Never
        "There is no such payment."
        { payment: String }
        "payment `{payment}` not found"
        "결제 내역을 찾을 수 없습니다"
        "The payment was not found";
    GatewayNotFound "gateway_not_found" NotFound Never
        "There is no such gateway, or no route has one for this payment."
        { gateway: Option<String> }
        "gateway[ `{gateway}`] not found"
        "이용할 수 없는 결제 수단입니다"
        "This way to pay is not available";
    DebtNotFound "debt_not_found" NotFound Never
        "There is no such debt."
        { debt: String }
        "debt `{debt}` not found"
        "미수금 내역을 찾을 수 없습니다"
        "The debt was not found";
    CaptureExceedsAuthorized "capture_exceeds_authorized" Rejected Never
        "The capture is larger than what is authorized."
        { payment: String, remaining: Money, requested: Money }
        "capture of `{requested}` exceeds the authorization: `{remaining}` remaining"
        "매입 금액이 승인 금액을 초과합니다"
        "The amount is larger than what was authorized";
    RefundExceedsCaptured "refund_exceeds_captured" Rejected Never
        "The refund is larger than what was captured and is neither refunded nor charged back."
        { payment: String, captured: Money, refunded: Money, charged_back: Money, requested: Money }
        "refund of `{requested}` exceeds what is left of `{captured}`: `{refunded}` refunded, `{charged_back}` charged back"
        "환불 금액이 결제 금액을 초과합니다"
        "The refund is larger than what was paid";
    GatewayUnavailable "gateway_unavailable" Unavailable Later
        "The gateway is down, or every one that could take this payment; nothing was done."
        { gateway: Option<String>, retry_after: Option<i64> }
        "gateway[ `{gateway}`] unavailable[, retry after `{retry_after}` seconds]"
        "결제 서비스에 연결할 수 없습니다[. {retry_after}초 후에 다시 시도해 주세요]"
        "Payments are not possible at the moment[. Please try again in {retry_after} seconds]";

    // Purchases of what is offered.
    OfferNotFound "offer_not_found" NotFound Never
        "There is no such offer."
        { offer: String }
        "offer `{offer}` not found"
        "판매 상품을 찾을 수 없습니다"
        "The offer was not found";
    PromoNotFound "promo_not_found" NotFound Never
        "There is no such promo."
        { promo: String }
        "promo `{promo}` not found"
        "할인 코드를 찾을 수 없습니다"
        "The discount was not found";
    PurchaseNotFound "purchase_not_found" NotFound Never
        "There is no such purchase."
        { purchase: String }
        "purchase `{purchase}` not found"
        "구매 내역을 찾을 수 없습니다"
        "The purchase was not found";
    OutOfStock "out_of_stock" Rejected Never
        "Fewer units are left than are asked for: the others are sold, or held for other buyers."
        { offer: String, available: i64, requested: i64 }
        "out of stock: `{available}` of offer `{offer}` available, `{requested}` requested"
        "재고가 부족합니다"
        "There is not enough left of this";
    PurchaseLimitExceeded "purchase_limit_exceeded" Rejected Never
        "The buyer would have more units of the offer than one buyer may."
        { offer: String, limit: i64, used: i64, requested: i64 }
        "purchase limit exceeded: `{used}` of `{limit}` units of offer `{offer}` used, `{requested}` requested"
        "1인당 구매 가능 수량을 초과했습니다"
        "You have reached the limit for one buyer";
    PromoNotApplicable "promo_not_applicable" Rejected Never
        "The promo may not be used here: `inactive`, `not_started`, `ended`, `offer`, `limit` or `user_limit`."
        { promo: String, reason: String }
        "promo `{promo}` is not applicable: {reason}"
        "사용할 수 없는 할인 코드입니다"
        "This discount cannot be used here";

    // Webhooks that others send.
    SourceNotFound "source_not_found" NotFound Never
        "There is no such source of webhooks."
        { source: String }
        "source `{source}` not found"
        "웹훅 발신처를 찾을 수 없습니다"
        "The source of webhooks was not found";

    // Withdrawals to a chain.
    InvalidAddress "invalid_address" Invalid Never
        "An address is none, or none that may be paid: `malformed`, `checksum`, `zero`, `own` or `token`."
        { field: String, reason: String }
        "invalid address: `{field}` is {reason}"
        "출금 주소가 올바르지 않습니다"
        "The address is not valid";
    WithdrawalNotFound "withdrawal_not_found" NotFound Never
        "There is no such withdrawal."
        { withdrawal: String }
        "withdrawal `{withdrawal}` not found"
        "출금 내역을 찾을 수 없습니다"
        "The withdrawal was not found";
    ChainNotFound "chain_not_found" NotFound Never
        "There is no such chain."
        { chain: String }
        "chain `{chain}` not found"
        "이용할 수 없는 네트워크입니다"
        "This network is not available";
    AssetNotFound "asset_not_found" NotFound Never
        "The currency cannot be withdrawn to this chain."
        { chain: String, currency: String }
        "asset `{currency}` not found on chain `{chain}`"
        "이 네트워크로 출금할 수 없는 통화입니다"
        "This currency cannot be withdrawn to this network";
    LaneNotFound "lane_not_found" NotFound Never
        "There is no such lane."
        { lane: String }
        "lane `{lane}` not found"
        "출금 경로를 찾을 수 없습니다"
        "The route of withdrawals was not found";
    LaneExists "lane_exists" Conflict Never
        "The key has a lane on this chain already: its nonces have one counter."
        { lane: String }
        "the key has lane `{lane}` on this chain already"
        "이미 등록된 출금 경로입니다"
        "This route of withdrawals exists already";

    // Approvals.
    FactorRequired "factor_required" Denied Never
        "A second factor must be proved first; repeat the call with its proof. `message` is left out where no rule has one."
        { factors: Vec<String>, #[serde(skip_serializing_if = "Option::is_none")] message: Option<String> }
        "a further factor is required: `{factors}`"
        "추가 인증이 필요합니다"
        "Please confirm your identity first";
    ApprovalRequired "approval_required" Rejected Never
        "Others must approve first; after that the same call answers the executed reply. With a `hint`, nobody was asked yet."
        { approval: String, policy: String, hint: Option<String> }
        "approval `{approval}` is required by policy `{policy}`[: {hint}]"
        "담당자의 승인이 필요합니다"
        "This has to be approved first";
    ApprovalNotFound "approval_not_found" NotFound Never
        "There is no such approval."
        { approval: String }
        "approval `{approval}` not found"
        "승인 요청을 찾을 수 없습니다"
        "The approval request was not found";
    ApprovalExpired "approval_expired" Rejected Never
        "The approval ran out."
        { approval: String }
        "approval `{approval}` has expired"
        "승인 요청이 만료되었습니다"
        "The approval request has expired";
    AlreadyApproved "already_approved" Conflict Never
        "This actor has approved it before, or it was decided."
        { approval: String }
        "approval `{approval}` is already given"
        "이미 승인하셨습니다"
        "You have already approved this";
    SelfApproval "self_approval" Denied Never
        "Nobody approves what they asked for themselves."
        { approval: String }
        "approval `{approval}` can not be given by the one who asked for it"
        "본인이 요청한 건은 직접 승인할 수 없습니다"
        "You cannot approve what you asked for yourself";

    // Idempotency.
    IdempotencyKeyMissing "idempotency_key_missing" Invalid Never
        "The operation moves money and needs a `key`."
        { operation: String }
        "`{operation}` needs an idempotency `key`"
        "요청 식별 키가 필요합니다"
        "The request has no number of its own";
    IdempotencyMismatch "idempotency_mismatch" Conflict Never
        "The key was used for another request."
        { key: String, operation: String, at: Time, fields: Vec<String> }
        "the key was used for another `{operation}` at `{at}`[, different in `{fields}`]"
        "같은 키로 보낸 이전 요청과 내용이 다릅니다"
        "An earlier request with the same number was a different one";

    // Risk.
    RateLimited "rate_limited" Limited Later
        "Too many calls in a short time: the rate in `rule` refuses."
        { rule: String, metric: String, subject: String, used: Value, requested: Value, limit: Value, window: Option<String>, retry_after: Option<i64>, message: Option<String>, fired: Vec<String> }
        "rate limited by `{rule}`[, retry after `{retry_after}` seconds]"
        "요청이 너무 많습니다[. {retry_after}초 후에 다시 시도해 주세요]"
        "Too many requests[. Please try again in {retry_after} seconds]";
    VelocityBlocked "velocity_blocked" Limited Later
        "The rule in `rule` has blocked it: too often or too much. Without `retry_after` no waiting helps."
        { rule: String, metric: String, subject: String, used: Value, requested: Value, limit: Value, window: Option<String>, retry_after: Option<i64>, message: Option<String>, fired: Vec<String> }
        "blocked by velocity rule `{rule}`[, retry after `{retry_after}` seconds]"
        "이용 횟수 또는 금액 한도에 도달했습니다[. {retry_after}초 후에 다시 시도해 주세요]"
        "You have reached a limit[. Please try again in {retry_after} seconds]";
    Blocked "blocked" Denied Never
        "A block list names the account, the actor or a value of the request, or people have rejected it after a review."
        { subject: Option<String>, review: Option<String>, reason: Option<String> }
        "blocked[: this `{subject}` is on a block list][: review `{review}` was rejected]"
        "이용이 제한되었습니다. 고객센터에 문의해 주세요"
        "This is not available to you. Please contact support";
    ReviewRequired "review_required" Rejected Never
        "Parked until somebody has reviewed it; after that the same call answers the executed reply."
        { review: String, rule: String, message: Option<String> }
        "review `{review}` is required by rule `{rule}`"
        "확인이 필요한 거래입니다. 검토가 끝난 후 처리됩니다"
        "This is being checked first and goes on after that";

    // Credentials.
    CredentialNotFound "credential_not_found" NotFound Never
        "The subject has no such credential."
        { subject: String, factor: String }
        "no such credential: `{factor}`"
        "등록된 인증 수단이 없습니다"
        "This has not been set up yet";
    PinInvalid "pin_invalid" Denied Never
        "The PIN is wrong."
        { attempts_left: i64 }
        "wrong pin, `{attempts_left}` attempts left"
        "PIN 번호가 일치하지 않습니다. 남은 횟수는 {attempts_left}회입니다"
        "The PIN is wrong. Attempts left: {attempts_left}";
    PinLocked "pin_locked" Limited Later
        "Too many wrong PINs in a row. Without a time only staff can help."
        { locked_until: Option<Time>, retry_after: Option<i64> }
        "pin locked[ until `{locked_until}`]"
        "PIN 번호 입력 가능 횟수를 초과하여 이용이 제한되었습니다"
        "The PIN was entered wrongly too often and is locked";
    PasswordInvalid "password_invalid" Denied Never
        "What is sealed by the caller's own password does not open: the password is wrong, or the file was changed."
        { field: String, reason: String }
        "`{field}` {reason}"
        "비밀번호가 올바르지 않거나 파일이 손상되었습니다"
        "The password is wrong, or the file is damaged";
    OtpInvalid "otp_invalid" Denied Never
        "The one-time code is wrong or too old."
        { attempts_left: i64 }
        "wrong one-time code, `{attempts_left}` attempts left"
        "인증번호가 올바르지 않습니다. 남은 횟수는 {attempts_left}회입니다"
        "The code is wrong. Attempts left: {attempts_left}";
    OtpReused "otp_reused" Denied Never
        "The one-time code was used before; wait for the next one."
        { }
        "one-time code already used"
        "이미 사용한 인증번호입니다. 새 인증번호를 입력해 주세요"
        "This code has been used already. Please enter a new one";
    OtpLocked "otp_locked" Limited Later
        "Too many wrong one-time codes in a row. Without a time only staff can help."
        { subject: String, locked_until: Option<Time>, retry_after: Option<i64> }
        "one-time codes locked[ until `{locked_until}`]"
        "인증번호 입력 가능 횟수를 초과하여 이용이 제한되었습니다"
        "The code was entered wrongly too often and is locked";

    // Keys, vault and signatures.
    DecryptionFailed "decryption_failed" Corrupt Never
        "A stored secret does not open: it, its place or its key was altered."
        { object: String }
        "decryption failed: what is stored does not open"
        "저장된 정보를 확인할 수 없습니다. 고객센터에 문의해 주세요"
        "Saved information could not be read. Please contact support";
    KeyNotFound "key_not_found" NotFound Never
        "A cryptographic key is missing: never made, not configured, or forgotten on purpose."
        { key: String, hint: String }
        "key `{key}` not found[: {hint}]"
        "필요한 키를 찾을 수 없습니다"
        "A security key that is needed is missing";
    SignatureInvalid "signature_invalid" Denied Never
        "A signature or proof does not fit what it is for."
        { reason: String }
        "invalid signature: {reason}"
        "서명이 올바르지 않습니다"
        "The signature is not valid";

    // The store and its host.
    Overloaded "overloaded" Unavailable Later
        "The queue is full; nothing was done."
        { queued: i64 }
        "overloaded: `{queued}` operations are waiting"
        "이용자가 많아 처리가 지연되고 있습니다. 잠시 후 다시 시도해 주세요"
        "Many people are using the service right now. Please try again later";
    Contention "contention" Unavailable Call
        "Others held the same rows for too long; nothing was done."
        { reason: String }
        "contention: {reason}"
        "다른 요청을 처리하고 있습니다. 잠시 후 다시 시도해 주세요"
        "Another request is being processed. Please try again in a moment";
    StoreUnavailable "store_unavailable" Unavailable Later
        "The store can not be reached; nothing was done."
        { reason: String }
        "store unavailable: {reason}"
        "일시적으로 서비스를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요"
        "The service is not available at the moment. Please try again later";
    StoreDenied "store_denied" Unavailable Never
        "The database refuses the role a right that it needs; nothing was done."
        { reason: String }
        "store denied: {reason}"
        "시스템 설정을 확인하고 있습니다. 고객센터에 문의해 주세요"
        "The service is not set up correctly. Please contact support";
    ClockUnusable "clock_unusable" Unavailable Later
        "The clock went where time could not take it: nothing is written until it is right again or confirmed by `admin.confirm_clock`."
        { actual: Time, expected: Option<Time> }
        "the clock cannot be believed: it shows `{actual}`[, expected `{expected}`]"
        "일시적으로 서비스를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요"
        "The service is not available at the moment. Please try again later";
    OutcomeUnknown "outcome_unknown" Unavailable Call
        "The connection broke while committing, or the answer to what writes in the host's transaction was lost, which is then given up: repeat with the same key and the outcome is found or made once."
        { key: Option<String> }
        "outcome unknown, repeat with the same key"
        "처리 결과를 확인하고 있습니다. 거래 내역을 확인해 주세요"
        "The result is still being checked. Please look at your payments before you try again";
    StoreConflict "store_conflict" Conflict Never
        "The store is in use in a way that does not go together with this one."
        { reason: String }
        "store conflict: {reason}"
        "저장소를 사용할 수 없습니다. 관리자에게 문의해 주세요"
        "The service cannot be used. Please contact the administrator";
    StoreMismatch "store_mismatch" Conflict Never
        "The store is another one than the one expected."
        { expected: String, actual: String }
        "store mismatch: expected `{expected}`, found `{actual}`"
        "저장소 정보가 일치하지 않습니다. 관리자에게 문의해 주세요"
        "The service is not set up correctly. Please contact the administrator";
    NotInTransaction "not_in_transaction" Misused Never
        "The call needs an open transaction of the host."
        { reason: String }
        "not in a transaction: {reason}"
        "요청을 처리할 수 없습니다. 관리자에게 문의해 주세요"
        "The request could not be processed. Please contact the administrator";
    TransactionAborted "transaction_aborted" Unavailable Transaction
        "The host's transaction has failed already: roll it back and run it again."
        { }
        "the transaction is aborted, roll it back"
        "일시적인 오류가 발생했습니다. 다시 시도해 주세요"
        "Something went wrong. Please try again";
    ReplyNotKept "reply_not_kept" Rejected Never
        "The call was done before, and its reply is not kept: a secret is shown only once, and a job that is over is swept."
        { operation: String }
        "`{operation}` was done before, its reply is not kept"
        "이미 처리되었으며, 결과는 다시 확인할 수 없습니다"
        "This has been done already, and its result cannot be shown again";
    MigrationRequired "migration_required" Unavailable Never
        "The store's schema is older than this build needs."
        { schema: i64, required: i64, command: String }
        "migration required: schema `{schema}`, required `{required}`, run `{command}`"
        "시스템 점검 중입니다. 잠시 후 다시 이용해 주세요"
        "The service is being updated. Please try again later";
    SchemaTooNew "schema_too_new" Unavailable Never
        "The store's schema is newer than this build knows."
        { schema: i64, supported: i64 }
        "schema `{schema}` is too new, supported up to `{supported}`"
        "시스템 점검 중입니다. 잠시 후 다시 이용해 주세요"
        "The service is being updated. Please try again later";
    Corrupted "corrupted" Corrupt Never
        "Stored data breaks an invariant; nothing was done."
        { what: String }
        "corrupted: {what}"
        "데이터를 확인할 수 없습니다. 고객센터에 문의해 주세요"
        "The data could not be verified. Please contact support";
    Internal "internal" Corrupt Never
        "The table of the object lacks a step that this library was about to take: a fault of the library, please report it; nothing was done."
        { object: String, trigger: String, state: String }
        "internal: the table has no `{trigger}` in `{state}`"
        "처리 중 문제가 발생했습니다. 고객센터에 문의해 주세요"
        "Something went wrong on our side, and nothing was done. Please contact support";
    CommandFailed "command_failed" Rejected Never
        "A command of the command line could not do its work: a file, a pipe, or an outcome that was not as expected."
        { reason: String }
        "{reason}"
        "명령을 수행하지 못했습니다"
        "The command could not be carried out";
    NotSupported "not_supported" Invalid Never
        "This store, account or build does not do that."
        { operation: String, reason: String }
        "`{operation}` is not supported: {reason}"
        "지원하지 않는 기능입니다"
        "This is not supported";
}
