//! Builders of requests: they take text, numbers and ids as they are, and know whether a key was given.

use std::fmt;
use std::marker::PhantomData;

use serde_json::{Map, Value};

use super::bounds::Record;
use super::secret::{Secret, SecretMap};
use crate::money::Amount;
use crate::time::{SpanInput, Time};

/// A value that a builder of a request takes for a field of type `T`: text and ids for a name, text for an
/// amount or a length of time, a plain number, anything iterable for a list.
///
/// ```
/// use earnest::requests::{GetBalances, OpenDeal, Transfers};
///
/// let page = Transfers::new().account("alice").limit(3);
/// let several = GetBalances::new().accounts(["alice", "bob"]);
/// let deal = OpenDeal::new("alice", "bob", "40.00 USD").inspection("P7D").key("order-7");
/// # assert_eq!((page.limit, several.accounts.map(|ids| ids.len())), (Some(3), Some(2)));
/// # assert_eq!(deal.key.as_deref(), Some("order-7"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for a field of type `{T}` of a request",
    label = "a request's field takes `{T}`, or what can be turned into it"
)]
pub trait IntoField<T> {
    /// The value of the field.
    fn into_field(self) -> T;
}

macro_rules! into_fields {
    ($($field:ty),*) => {$(
        impl<T: Into<$field>> IntoField<$field> for T {
            fn into_field(self) -> $field {
                self.into()
            }
        }
    )*};
}
into_fields!(String, Secret, Amount, SpanInput, Time, Value, bool, i64);

// alone of its kind, so that a plain `3` is one: of several types a literal would become `i32`
impl IntoField<Self> for u32 {
    fn into_field(self) -> Self {
        self
    }
}

impl IntoField<Self> for SecretMap {
    fn into_field(self) -> Self {
        self
    }
}

impl IntoField<Self> for Map<String, Value> {
    fn into_field(self) -> Self {
        self
    }
}

impl<T: Record> IntoField<T> for T {
    fn into_field(self) -> T {
        self
    }
}

impl<T, I: IntoIterator<Item: IntoField<T>>> IntoField<Vec<T>> for I {
    fn into_field(self) -> Vec<T> {
        self.into_iter().map(IntoField::into_field).collect()
    }
}

/// A request that has its idempotency key, or needs none.
#[derive(Clone, Copy, Debug)]
pub struct WithKey;

/// A request that moves money or opens a deal, before `key` was called: no operation takes it.
///
/// ```compile_fail,E0308
/// # async fn buy(bank: earnest::Engine) -> Result<(), earnest::Error> {
/// use earnest::requests::TopUp;
/// bank.ledger().top_up(TopUp::new("alice", "100.00 USD")).await?; // its key is missing
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct WithoutKey;

/// Whether a request has its key: known to the compiler alone.
#[derive(Clone, Copy)]
pub struct KeyState<K>(PhantomData<K>);

impl<K> Default for KeyState<K> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<K> fmt::Debug for KeyState<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

/// The state of a new request whose key is required.
macro_rules! without_key {
    ($state:ident) => {
        $crate::request::field::WithoutKey
    };
}
pub(crate) use without_key;

/// The state of any request.
macro_rules! key_state {
    ($state:ident) => {
        $crate::request::field::KeyState::default()
    };
}
pub(crate) use key_state;

/// Expands to `true`: a key is required.
macro_rules! needs_key {
    ($state:ident) => {
        true
    };
}
pub(crate) use needs_key;
