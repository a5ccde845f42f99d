//! The one error type.
//!
//! Every refusal is an [`Error`]: a stable [`Code`] with typed [`Detail`] fields, made from one table. Codes
//! are API, messages are not. No secret, key or PIN is ever in a message, in details or in `Debug`.

mod codes;
mod languages;
#[cfg(feature = "internals")]
pub mod later;
mod meanings;
mod misuse;
mod table;
mod text;
mod wire;

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

pub use languages::Messages;
pub(crate) use languages::{checked, publish};
pub use meanings::Field;
pub use table::{Code, Detail};
#[doc(hidden)]
pub use text::IN_OWN;
pub use text::errors_markdown;
pub(crate) use text::language;

use crate::readable;

/// `Result` with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation was refused: one pointer wide, cheap to pass along.
///
/// Serializes as the object inside `{"error": ...}`: `code`, `kind`, `message`, `retryable`, `retry`,
/// `http_status` and `details`.
///
/// ```
/// use earnest::error::{Detail, Error, Kind, Retry};
///
/// let error = Error::from(Detail::PinInvalid { attempts_left: 7 });
/// assert_eq!(error.code().as_str(), "pin_invalid");
/// assert_eq!((error.kind(), error.http_status(), error.retry()), (Kind::Denied, 403, Retry::Never));
/// assert_eq!(error.details()["attempts_left"], 7);
/// assert_eq!(error.to_user("ko-KR"), "PIN 번호가 일치하지 않습니다. 남은 횟수는 7회입니다");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    detail: Detail,
    index: Option<usize>,
    retry: Option<Retry>,
}

impl Error {
    /// `invalid_request` for `field`. `reason` continues the sentence that the field begins, as in `must not
    /// be empty`.
    #[must_use]
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Error {
        Detail::InvalidRequest { field: field.into(), reason: reason.into(), operation: None }.into()
    }

    /// `corrupted`: stored data breaks an invariant. `what` names it, and where, by ids.
    #[must_use]
    pub fn corrupted(what: impl Into<String>) -> Error {
        Detail::Corrupted { what: what.into() }.into()
    }

    /// `not_permitted` without a field or an actor.
    #[must_use]
    pub fn not_permitted(reason: impl Into<String>) -> Error {
        Detail::NotPermitted { field: None, actor: None, reason: reason.into(), policy: None }.into()
    }

    /// The stable name of the refusal.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.detail.code()
    }

    /// The typed details.
    #[must_use]
    pub fn detail(&self) -> &Detail {
        &self.0.detail
    }

    /// Returns the kind of refusal.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.code().kind()
    }

    /// Whether and how trying again can help: the code's advice, unless [`Error::with_retry`] replaced it.
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.0.retry.unwrap_or_else(|| self.code().retry())
    }

    /// Whether the same request may succeed later without a change: [`Error::retry`] is not `never`.
    #[must_use]
    pub fn retryable(&self) -> bool {
        self.retry() != Retry::Never
    }

    /// The HTTP status to answer with: the code's, but 500 where the program has named no actor.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.0.detail.answered_as().http_status()
    }

    /// The member of a batch that was refused, counted from 0.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        self.0.index
    }

    /// The detail fields as a JSON object, with `index` for a member of a batch.
    #[must_use]
    pub fn details(&self) -> Value {
        // Details are strings, integers and lists of them under string keys: serializing them does not fail.
        let mut details = serde_json::to_value(&self.0.detail).unwrap_or_else(|_| json!({}));
        if let (Some(index), Some(object)) = (self.0.index, details.as_object_mut()) {
            object.insert("index".to_owned(), json!(index));
        }
        details
    }

    /// The message for developers, in English: lowercase, no final period. It is one line, which a log can
    /// take as it is: what is invisible in the texts of others is written out.
    #[must_use]
    pub fn message(&self) -> String {
        let said = text::render(self.code().developers(), &self.0.detail);
        let said = said + text::advice(&self.0.detail, self.retry());
        readable::line(&said).into_owned()
    }

    /// The text for people in the language of `locale` (`ko`, `ko-KR`, `en`); English where there is no
    /// other. [`Options::messages`](crate::Options::messages) adds languages. What a rule says to people
    /// takes the place of it, in whatever language that is, unless the text for the locale names `{message}`.
    ///
    /// ```
    /// use earnest::error::{Detail, Error};
    ///
    /// let (review, rule) = ("rv_1".to_owned(), "large".to_owned());
    /// let message = Some("We call you back within an hour".to_owned());
    /// let error = Error::from(Detail::ReviewRequired { review, rule, message });
    /// assert_eq!(error.to_user("ko"), "We call you back within an hour");
    /// ```
    #[must_use]
    pub fn to_user(&self, locale: &str) -> String {
        let template = languages::template(self.0.detail.answered_as(), locale);
        match self.0.detail.said_by_rule(&template) {
            Some(message) => message.to_owned(),
            None => text::render(&template, &self.0.detail),
        }
    }

    /// The part of `locale` that names the language of [`Error::to_user`], `ko` of `ko-KR`; `None` where that
    /// answers in English because it has no other: then another language of the caller may do. What a rule
    /// says is in no language that is known.
    ///
    /// ```
    /// use earnest::error::{Detail, Error};
    ///
    /// let error = Error::from(Detail::PinInvalid { attempts_left: 2 });
    /// let wanted = ["fr-CA", "ko-KR", "en"];
    /// assert_eq!(wanted.iter().find_map(|locale| error.language_of(locale)), Some("ko"));
    /// ```
    #[must_use]
    pub fn language_of<'l>(&self, locale: &'l str) -> Option<&'l str> {
        let code = self.0.detail.answered_as();
        let by_rule = self.0.detail.said_by_rule(&languages::template(code, locale));
        languages::known(code, locale).filter(|_| by_rule.is_none())
    }

    /// Fills a text of the host's own: `{name}` becomes that detail field, and a part in `[...]` is left out
    /// when a field inside it is absent.
    ///
    /// ```
    /// use earnest::error::{Detail, Error};
    ///
    /// let error = Error::from(Detail::PinInvalid { attempts_left: 2 });
    /// assert_eq!(error.render("noch {attempts_left} Versuche"), "noch 2 Versuche");
    /// ```
    #[must_use]
    pub fn render(&self, template: &str) -> String {
        text::render(template, &self.0.detail)
    }

    /// The upper-case wire form: `{"code":"INSUFFICIENT_BALANCE","message":"잔액이 부족합니다","retryable":false}`,
    /// with the message of [`Error::to_user`].
    #[must_use]
    pub fn envelope(&self, locale: &str) -> Value {
        json!({
            "code": self.code().as_str().to_ascii_uppercase(),
            "message": self.to_user(locale),
            "retryable": self.retryable(),
        })
    }

    /// The same error as that of the batch member `index`, counted from 0; it appears as `details.index`.
    #[must_use]
    pub fn at_index(mut self, index: usize) -> Error {
        self.0.index = Some(index);
        self
    }

    /// The same error with other advice. Inside a host's transaction, `contention` needs the whole
    /// transaction again.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Error {
        self.0.retry = Some(retry).filter(|retry| *retry != self.code().retry());
        self
    }
}

impl From<Detail> for Error {
    fn from(detail: Detail) -> Error {
        Error(Box::new(Inner { detail, index: None, retry: None }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("code", &self.code().as_str()).field("detail", &self.0.detail);
        if let Some(index) = self.0.index {
            debug.field("index", &index);
        }
        debug.field("retry", &self.retry()).finish()
    }
}

impl std::error::Error for Error {
    /// [`RunAgain`] where the advice is [`Retry::Transaction`]: so it is found behind any wrapper.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        (self.retry() == Retry::Transaction).then_some(&RunAgain as _)
    }
}

/// The source of an [`Error`] whose whole transaction is worth running again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunAgain;

impl fmt::Display for RunAgain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the whole transaction is worth running again")
    }
}

impl std::error::Error for RunAgain {}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Code {
    type Err = Error;

    /// Reads the wire form.
    ///
    /// # Errors
    /// `invalid_request` naming `code` if there is no such code.
    fn from_str(text: &str) -> Result<Code> {
        Code::all()
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or_else(|| Error::invalid("code", "is not an error code"))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The kind of refusal of a code; decides the HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request can not be understood (400).
    Invalid,
    /// The program around the library calls it wrongly, whatever its own caller asked for (500).
    Misused,
    /// The caller may not do this (403).
    Denied,
    /// The object named does not exist (404).
    NotFound,
    /// Another call was first (409).
    Conflict,
    /// Understood and permitted, but against the rules in the current state (409).
    Rejected,
    /// Too many calls in too short a time; `details.retry_after` is the time to wait (429).
    Limited,
    /// Not possible at the moment (503).
    Unavailable,
    /// Stored data is damaged (500).
    Corrupt,
}

impl Kind {
    /// The wire form, such as `not_found`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Misused => "misused",
            Kind::Denied => "denied",
            Kind::NotFound => "not_found",
            Kind::Conflict => "conflict",
            Kind::Rejected => "rejected",
            Kind::Limited => "limited",
            Kind::Unavailable => "unavailable",
            Kind::Corrupt => "corrupt",
        }
    }

    /// The HTTP status of this kind.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Kind::Invalid => 400,
            Kind::Denied => 403,
            Kind::NotFound => 404,
            Kind::Conflict | Kind::Rejected => 409,
            Kind::Limited => 429,
            Kind::Unavailable => 503,
            Kind::Misused | Kind::Corrupt => 500,
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Whether and how trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// The same request will be refused again until something else changes.
    Never,
    /// The same call, at once and with the same key.
    Call,
    /// The host's whole transaction.
    Transaction,
    /// The same call after a pause: `details.retry_after` if present, else with backoff.
    Later,
}

impl Retry {
    /// The wire form, such as `later`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Retry::Never => "never",
            Retry::Call => "call",
            Retry::Transaction => "transaction",
            Retry::Later => "later",
        }
    }
}

impl Serialize for Retry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::currency::Currency;
    use crate::money::Money;

    fn usd(minor: i128) -> Money {
        Money::new(minor, Currency::new("USD", 2).unwrap()).unwrap()
    }

    fn insufficient() -> Error {
        Detail::InsufficientBalance { account: "alice".into(), available: usd(1_000), required: usd(2_500) }
            .into()
    }

    #[test]
    fn has_the_wire_form_of_the_contract() {
        assert_eq!(
            serde_json::to_value(insufficient()).unwrap(),
            json!({
                "code": "insufficient_balance",
                "kind": "rejected",
                "message": "insufficient balance: `10.00 USD` available, `25.00 USD` required",
                "retryable": false,
                "retry": "never",
                "http_status": 409,
                "details": {
                    "account": "alice",
                    "available": { "amount": "10.00", "currency": "USD" },
                    "required": { "amount": "25.00", "currency": "USD" },
                },
            })
        );
        assert_eq!(
            insufficient().envelope("ko"),
            json!({ "code": "INSUFFICIENT_BALANCE", "message": "잔액이 부족합니다", "retryable": false })
        );
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn speaks_the_language_asked_for() {
        let error = insufficient();
        for locale in ["ko", "ko-KR", "ko_KR.UTF-8", "KO"] {
            assert_eq!(error.to_user(locale), "잔액이 부족합니다", "{locale}");
        }
        for locale in ["en", "", "fr", "kok", "한국어"] {
            assert_eq!(error.to_user(locale), "There is not enough money in the account", "{locale}");
        }
    }

    #[test]
    fn leaves_out_what_is_absent() {
        let message = |detail: Detail| Error::from(detail).message();
        let account = || "alice".to_owned();
        assert_eq!(
            message(Detail::AccountNotFound { account: account(), currency: None }),
            "account not found"
        );
        assert_eq!(
            message(Detail::AccountNotFound { account: account(), currency: Some("USD".into()) }),
            "account not found in `USD`"
        );
        assert_eq!(Error::not_permitted("only an admin may").message(), "not permitted: only an admin may");
        let (object, state, trigger) = ("dl_1".to_owned(), "paid".to_owned(), "ship".to_owned());
        let allowed = vec!["cancel".to_owned(), "secure".to_owned()];
        assert_eq!(
            message(Detail::TransitionNotAllowed { object, state, trigger, allowed }),
            "`ship` is not allowed in state `paid`, allowed: `cancel`, `secure`"
        );
        assert_eq!(
            Error::from(Detail::OutcomeUnknown { key: None }).details(),
            json!({ "key": null }),
            "absent optionals are null"
        );
    }

    #[test]
    fn never_reads_a_field_as_a_template() {
        let error = Error::invalid("{reason}[x]", "] {field} [");
        assert_eq!(error.message(), "invalid request: `{reason}[x]` ] {field} [");
        assert_eq!(error.render("{nothing}[ {nothing} ]{field"), "{reason}[x]");
        assert_eq!(error.render("a ] b [ c"), "a  b  c");
    }

    #[test]
    fn carries_an_index_and_other_advice() {
        let error = Error::from(Detail::Contention { reason: "deadlock".into() });
        assert_eq!((error.retry(), error.retryable(), error.http_status()), (Retry::Call, true, 503));
        let error = error.with_retry(Retry::Transaction).at_index(3);
        assert_eq!((error.retry(), error.index()), (Retry::Transaction, Some(3)));
        assert_eq!(error.details(), json!({ "reason": "deadlock", "index": 3 }));
        assert_eq!(serde_json::to_value(&error).unwrap()["retry"], "transaction");
        let empty = Error::from(Detail::OtpReused {}).at_index(0);
        assert_eq!(empty.details(), json!({ "index": 0 }));
    }

    #[test]
    fn the_table_keeps_its_rules() {
        let distinct: BTreeSet<_> = Code::all().iter().map(|code| code.as_str()).collect();
        assert_eq!(
            (Code::all().len(), distinct.len()),
            (CONTRACT.split_ascii_whitespace().count(), Code::all().len())
        );
        for (code, wire) in Code::all().iter().zip(CONTRACT.split_ascii_whitespace()) {
            assert_eq!(code.as_str(), wire);
            assert_eq!(wire.parse::<Code>().unwrap(), *code);
            let named: BTreeSet<_> = code.fields().iter().map(|field| field.name).collect();
            for text in [code.developers(), code.english(), code.korean()] {
                for part in text.split('{').skip(1) {
                    let name = part.split('}').next().unwrap();
                    assert!(named.contains(name), "`{name}` in the text of `{wire}`");
                }
                assert_eq!(text.matches('[').count(), text.matches(']').count(), "{wire}");
                assert!(!text.ends_with('.'), "{wire}");
            }
            assert!(code.developers().starts_with(|first: char| !first.is_uppercase()), "{wire}");
            assert!(!code.korean().is_ascii(), "{wire}");
            if code.kind() == Kind::Limited {
                assert!(named.contains("retry_after"), "{wire}");
            }
            if code.kind() == Kind::Invalid {
                assert_eq!(code.http_status(), 400, "{wire}");
            }
            assert!(!named.contains("index"), "`index` is for batches, {wire}");
        }
        assert!("INSUFFICIENT_BALANCE".parse::<Code>().is_err());
    }

    /// Texts for people have no ids, names of fields or internal words; people can use numbers.
    #[test]
    fn texts_for_people_are_for_people() {
        let shown = ["retry_after", "attempts_left"];
        let jargon = [
            "idempoten",
            "transaction",
            "schema",
            "version",
            "posting",
            "invariant",
            "queue",
            "commit",
            "hash",
            "null",
            "json",
            "lock time",
            "database",
            "row",
            "store",
            "hold",
            "capture",
            "멱등",
            "트랜잭션",
            "스키마",
            "데이터베이스",
            "커밋",
        ];
        for code in Code::all() {
            let (english, korean) = (code.english(), code.korean());
            for text in [english, korean] {
                assert!(
                    !text.contains(['`', '_', '<', '"', '[', ']']) || text.contains('{'),
                    "{code}: {text}"
                );
                for name in text.split('{').skip(1).filter_map(|part| part.split('}').next()) {
                    assert!(shown.contains(&name), "{code} shows `{name}`: {text}");
                }
                let lower = text.to_lowercase();
                let words = jargon.iter().find(|word| lower.split(' ').any(|part| part.starts_with(*word)));
                assert_eq!(words, None, "{code}: {text}");
                assert!(!text.contains(code.as_str()) && text.chars().count() <= 100, "{code}: {text}");
            }
            assert!(english.starts_with(|first: char| first.is_uppercase()), "{code}: {english}");
            assert!(english.is_ascii() && !english.contains("  "), "{code}: {english}");
            // both languages name the same fields
            let placeholders = |text: &str| shown.map(|name| text.contains(&format!("{{{name}}}")));
            assert_eq!(placeholders(english), placeholders(korean), "{code}");
            let support = [english.contains("contact support"), korean.contains("고객센터")];
            assert_eq!(support[0], support[1], "{code}: {english} / {korean}");
        }
    }

    #[test]
    fn documents_every_code() {
        let page = errors_markdown();
        for code in Code::all() {
            let mark = code.reserved_for().map_or("", |_| " *reserved*");
            let row = format!("| `{code}`{mark} | {} | {} |", code.kind().as_str(), code.http_status());
            assert!(page.contains(&row), "{row}");
        }
        let row = page.lines().find(|line| line.starts_with("| `pin_locked`")).unwrap();
        assert_eq!(row.matches('|').count(), 7, "{row}");
        assert!(row.contains("`locked_until: time?`"));
    }

    /// The core codes of the public contract, in its order.
    const CONTRACT: &str = "invalid_request invalid_amount invalid_currency currency_mismatch currency_not_allowed \
        invalid_account account_not_found account_exists account_locked account_closed insufficient_balance \
        limit_exceeded overflow transfer_not_found already_reversed refund_exceeds_original hold_not_found \
        hold_expired hold_closed capture_exceeds_hold deal_not_found transition_not_allowed condition_not_met \
        not_permitted version_conflict dispute_not_found job_not_found sink_not_found \
        payment_not_found gateway_not_found debt_not_found capture_exceeds_authorized refund_exceeds_captured \
        gateway_unavailable offer_not_found promo_not_found purchase_not_found out_of_stock purchase_limit_exceeded \
        promo_not_applicable source_not_found invalid_address withdrawal_not_found chain_not_found asset_not_found \
        lane_not_found lane_exists factor_required approval_required approval_not_found \
        approval_expired already_approved self_approval idempotency_key_missing idempotency_mismatch rate_limited \
        velocity_blocked blocked review_required credential_not_found pin_invalid pin_locked password_invalid otp_invalid otp_reused \
        otp_locked decryption_failed \
        key_not_found signature_invalid overloaded contention store_unavailable store_denied \
        clock_unusable outcome_unknown store_conflict \
        store_mismatch not_in_transaction transaction_aborted reply_not_kept migration_required schema_too_new \
        corrupted internal command_failed not_supported";
}
