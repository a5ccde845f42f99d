//! Requests: plain records, each of which knows its fields, its shape and its canonical form.

use std::borrow::Cow;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::bounds::Record;
pub use super::domain::Parse;
use super::domain::{Reading, Scope};
use super::json::Members;
pub use super::note::{Common, Trace};
pub use super::shape::text;
use super::texts::no_card_in;
use crate::currency::Currencies;
use crate::error::Result;
use crate::kernel::call::{Call, Command};
use crate::kernel::identity::Canonical;
use crate::kernel::operation::Operation;

/// A request record.
pub trait Request:
    DeserializeOwned + Serialize + JsonSchema + Record + Clone + Send + Sync + 'static
{
    /// Whether its `actor` is what it looks for, and not only who asks.
    const LOOKS_FOR_ACTOR: bool = false;
    /// Whether it is no request before it has its idempotency key.
    const NEEDS_KEY: bool = false;
    /// Whether its metadata may hold no card number.
    const REFUSES_CARDS: bool = false;
    /// Whether it has a field that only its reader may see: then its hashes are keyed.
    const SECRET: bool = false;
    /// Its own fields, each with whether only its reader may see it.
    const SECRETS: &'static [(&'static str, bool)] = &[];
    /// Names of all its fields, in order.
    const NAMES: &'static [&'static str];
    /// Names of the fields that make two requests the same, in order.
    const FIELDS: &'static [&'static str];
    /// Reads its fields from the members of a JSON object that has no others.
    fn read(members: &mut Members) -> Result<Self>;
    /// Gives amounts their normal form.
    fn normalise(&mut self, currencies: &Currencies) -> Result<()>;
    /// Adds its fields to its canonical form; what only reads is never hashed, and has none.
    fn canonical(&self, form: Canonical) -> Canonical {
        form
    }
    /// Returns the fields that it carries besides its own.
    fn common(&self) -> Common<'_>;
    /// The object that a derived key names.
    fn object(&self) -> Option<Cow<'_, str>> {
        None
    }
    /// Whether a field makes a difference to what two requests are: one whose object is told of once is the
    /// same whatever else it says.
    fn is_hashed(_name: &str) -> bool {
        true
    }
    /// Whether it has something now that only its reader may see.
    fn has_secret(&self) -> bool {
        Self::SECRET
    }
}

/// A request that changes something.
pub trait WriteRequest: Request {
    /// The operation that it becomes.
    type Operation: Operation;
    /// Checks shape, names and `@` rules.
    fn parse(&self, parse: &Parse<'_>) -> Result<Self::Operation>;
    /// Makes its operation, once its metadata may be kept.
    fn operation(&self, parse: &Parse<'_>) -> Result<Self::Operation> {
        if Self::REFUSES_CARDS {
            no_card_in("metadata", self.common().metadata)?;
        }
        self.parse(parse)
    }
    /// Gives it its normal form. Only a request that says itself what a currency is has a way of its own.
    fn settle_form(&mut self, currencies: &Currencies) -> Result<()> {
        self.normalise(currencies)
    }
    /// Its effect, where that is not the one of its row in the operations table.
    fn effect(&self) -> Option<&'static str> {
        None
    }
    /// Makes the command of its call; only a call that sets off another one has a command of its own.
    fn command(call: Call<Self::Operation>, _: &Scope) -> Box<dyn Command> {
        Box::new(call)
    }
}

/// A request that only reads.
pub trait ReadRequest: Request {
    /// The reply.
    type Reply: Send + 'static;
    /// Whether the sequencer must have caught up first.
    const SEQUENCED: bool = false;
    fn read<'a>(&'a self, reading: &'a mut Reading<'_>) -> BoxFuture<'a, Result<Self::Reply>>;
}

/// Reads a request from JSON: an object, as are the objects within it.
pub fn from_json<R: Request>(value: Value) -> Result<R> {
    let mut members = Members::of(value, R::NAMES, R::BOUNDS)?;
    let read = R::read(&mut members)?;
    members.done()?;
    Ok(read)
}
