//! Names: books, accounts, idempotency keys, actors, and the ids of everything that Earnest creates.
//!
//! Each is a type of its own that was checked once. A `request` constructor judges what a caller wrote and
//! names the field in its refusal; a `stored` or `derived` one takes what Earnest itself wrote. All are cheap
//! to clone.

mod actor;
mod key;
mod prefixed;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use actor::{Actor, ActorInput};
pub use key::Key;
pub use prefixed::{
    ApprovalId, CreatedId, DealId, DebtId, DecisionId, DisputeId, EventId, HoldId, JobId, LaneId, PaymentId,
    PurchaseId, ReceiptId, RefundId, ReviewId, SigningKeyId, TransferId, WithdrawalId, created_text,
    is_created_tail,
};

use crate::error::{Detail, Error, Result};

const BOOK_MAX: usize = 64;
const ACCOUNT_MAX: usize = 128;

/// How much of a caller's text an error repeats, at most, in characters.
const ECHO_MAX: usize = 64;

const DEAL_ACCOUNT: &str = "@deal:";

/// Whether `text` has 1 to `max` bytes, all of `A-Z a-z 0-9 . _ : -`.
fn is_name(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(is_name_byte)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-')
}

/// The beginning of `text` without control characters, for an error.
pub(crate) fn echo(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(ECHO_MAX).collect()
}

/// A book: one tenant's ledger. 1 to 64 of `A-Z a-z 0-9 . _ : -`.
///
/// ```
/// use earnest::ids::Book;
///
/// assert_eq!(Book::main().as_str(), "main");
/// assert_eq!(Book::request("book", "shop-1")?.as_str(), "shop-1");
/// assert!(Book::request("book", "@shop").is_err());
/// # Ok::<(), earnest::error::Error>(())
/// ```
#[derive(Clone, Eq)]
pub struct Book(Arc<str>);

/// By name. It comes first in nearly every key, and the books of two keys are nearly always one: then nothing
/// is read.
impl Ord for Book {
    fn cmp(&self, other: &Book) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl PartialEq for Book {
    fn eq(&self, other: &Book) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Hash for Book {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialOrd for Book {
    fn partial_cmp(&self, other: &Book) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Book {
    /// The book that is meant where none is named: `main`.
    #[must_use]
    pub fn main() -> Book {
        Book("main".into())
    }

    /// Reads the request field `field`.
    ///
    /// # Errors
    /// `invalid_request` naming `field` if `text` is malformed, or reserved by a leading `@`.
    pub fn request(field: &str, text: &str) -> Result<Book> {
        if text.starts_with('@') {
            return Err(Error::invalid(field, "must not begin with `@`, which is reserved"));
        }
        if !is_name(text, BOOK_MAX) {
            return Err(Error::invalid(field, "must be 1 to 64 of `A-Z a-z 0-9 . _ : -`"));
        }
        Ok(Book(text.into()))
    }

    /// A book from a row of the store, unchecked.
    #[must_use]
    pub fn stored(text: impl Into<Arc<str>>) -> Book {
        Book(text.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, shared.
    pub(crate) fn shared(&self) -> Arc<str> {
        self.0.clone()
    }
}

impl Default for Book {
    fn default() -> Book {
        Book::main()
    }
}

impl<'de> Deserialize<'de> for Book {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Book, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Book::request("book", &text).map_err(de::Error::custom)
    }
}

impl JsonSchema for Book {
    fn schema_name() -> Cow<'static, str> {
        "Book".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$" })
    }
}

/// An account's name: the caller's own, 1 to 128 of `A-Z a-z 0-9 . _ : -`, or one of Earnest's, which begin
/// with `@`.
///
/// ```
/// use earnest::ids::AccountId;
///
/// let alice = AccountId::request("account", "alice")?;
/// assert!(!alice.is_system());
/// assert!(AccountId::request("to", "@world")?.is_world());
/// let refused = AccountId::request("account", "@deal:1").unwrap_err();
/// assert_eq!(refused.code().as_str(), "not_permitted");
/// # Ok::<(), earnest::error::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(Arc<str>);

impl AccountId {
    /// Reads the request field `field`: a caller's account or one of the five system accounts. Whether an
    /// operation may name a system account is for the operation to judge.
    ///
    /// # Errors
    /// `invalid_account` if `text` is malformed, `not_permitted` for any other name that begins with `@`;
    /// both name `field`.
    pub fn request(field: &str, text: &str) -> Result<AccountId> {
        if text.starts_with('@') {
            if SYSTEM.contains(&text) {
                return Ok(AccountId(text.into()));
            }
            let reason = "can not name an account that begins with `@`".into();
            return Err(Detail::NotPermitted {
                field: Some(field.into()),
                actor: None,
                reason,
                policy: None,
            }
            .into());
        }
        if !is_name(text, ACCOUNT_MAX) {
            let reason = "must be 1 to 128 of `A-Z a-z 0-9 . _ : -`".into();
            return Err(Detail::InvalidAccount { field: field.into(), account: echo(text), reason }.into());
        }
        Ok(AccountId(text.into()))
    }

    /// An account from a row of the store, unchecked.
    #[must_use]
    pub fn stored(text: impl Into<Arc<str>>) -> AccountId {
        AccountId(text.into())
    }

    /// The account that holds a deal's money: `@deal:<uuid>`. Requests can not name it.
    #[must_use]
    pub fn deal(deal: DealId) -> AccountId {
        AccountId(format!("{DEAL_ACCOUNT}{}", deal.uuid()).into())
    }

    /// `@world`: the outside, where money comes from and goes to.
    #[must_use]
    pub fn world() -> AccountId {
        AccountId("@world".into())
    }

    /// `@fees`: what was charged in fees.
    #[must_use]
    pub fn fees() -> AccountId {
        AccountId("@fees".into())
    }

    /// `@revenue`: what was earned otherwise.
    #[must_use]
    pub fn revenue() -> AccountId {
        AccountId("@revenue".into())
    }

    /// `@losses`: what was written off, and what was taken back though nobody had it any more.
    #[must_use]
    pub fn losses() -> AccountId {
        AccountId("@losses".into())
    }

    /// `@suspense`: what is not assigned yet.
    #[must_use]
    pub fn suspense() -> AccountId {
        AccountId("@suspense".into())
    }

    /// Whether the account is Earnest's own: its name begins with `@`.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.0.starts_with('@')
    }

    /// Whether this is `@world`.
    #[must_use]
    pub fn is_world(&self) -> bool {
        &*self.0 == "@world"
    }

    /// Whether the account may go below zero: `@world` by whatever enters, and `@losses` by what is taken
    /// back against everybody's will. No operation may overdraw `@losses`.
    #[must_use]
    pub fn may_be_negative(&self) -> bool {
        matches!(&*self.0, "@world" | "@losses")
    }

    /// Whether the account belongs to a deal.
    #[must_use]
    pub fn is_deal(&self) -> bool {
        self.0.starts_with(DEAL_ACCOUNT)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, shared.
    pub(crate) fn shared(&self) -> Arc<str> {
        self.0.clone()
    }
}

const SYSTEM: [&str; 5] = ["@world", "@fees", "@revenue", "@losses", "@suspense"];

impl<'de> Deserialize<'de> for AccountId {
    /// Reads what Earnest itself wrote (a stored body, a reply), unchecked. Requests carry a `String` and go
    /// through [`AccountId::request`], so that a refusal has its own code and names the field.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<AccountId, D::Error> {
        String::deserialize(deserializer).map(AccountId::stored)
    }
}

impl JsonSchema for AccountId {
    fn schema_name() -> Cow<'static, str> {
        "AccountId".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^([A-Za-z0-9._:-]{1,128}|@(world|fees|revenue|losses|suspense|deal:[0-9a-f-]{36}))$",
        })
    }
}

/// `Display`, `Debug`, `AsRef`, `Serialize` and `String` of a name: its text.
macro_rules! text_of {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        /// For requests, which take names as text.
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.as_str().to_owned()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    )*};
}
use text_of;

text_of!(Book, AccountId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_are_checked() {
        for good in ["main", "shop-1", "a", "A.b_c:d-9", &"x".repeat(64)] {
            assert_eq!(Book::request("book", good).unwrap().as_str(), good);
        }
        for bad in ["", "@x", "a b", "a/b", "é", "a\0", &"x".repeat(65)] {
            let error = Book::request("book", bad).unwrap_err();
            assert_eq!(
                (error.code().as_str(), &error.details()["field"]),
                ("invalid_request", &"book".into()),
                "{bad}"
            );
        }
        assert_eq!(Book::default(), Book::main());
        assert!(serde_json::from_str::<Book>(r#""a b""#).is_err());
    }

    #[test]
    fn accounts_are_checked() {
        for good in ["alice", "a", "user:1.wallet_2-b", "@world", "@fees", "@revenue", "@losses", "@suspense"]
        {
            assert_eq!(AccountId::request("account", good).unwrap().as_str(), good);
        }
        for bad in ["", "a b", "a@b", "a\u{0}b", "계정", &"x".repeat(129), "a\n"] {
            let error = AccountId::request("from", bad).unwrap_err();
            assert_eq!(error.code().as_str(), "invalid_account", "{bad}");
            assert_eq!(error.details()["field"], "from");
            assert!(error.details()["account"].as_str().unwrap().chars().count() <= ECHO_MAX);
        }
        for reserved in ["@", "@World", "@worlds", "@deal:0", "@anything", "@ world"] {
            let error = AccountId::request("to", reserved).unwrap_err();
            assert_eq!((error.code().as_str(), &error.details()["field"]), ("not_permitted", &"to".into()));
        }
        assert!(AccountId::request("account", &"x".repeat(128)).is_ok());
    }

    #[test]
    fn system_accounts_are_known() {
        let five = [
            AccountId::world(),
            AccountId::fees(),
            AccountId::revenue(),
            AccountId::losses(),
            AccountId::suspense(),
        ];
        for (account, name) in five.iter().zip(SYSTEM) {
            assert!(account.is_system() && account.as_str() == name && !account.is_deal());
        }
        assert!(AccountId::world().is_world() && !AccountId::fees().is_world());
        let deal = DealId::from_uuid(uuid::Uuid::nil());
        assert_eq!(AccountId::deal(deal).as_str(), "@deal:00000000-0000-0000-0000-000000000000");
        assert!(AccountId::deal(deal).is_deal() && AccountId::deal(deal).is_system());
        assert!(!AccountId::stored("alice").is_system());
    }
}
