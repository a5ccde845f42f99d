//! A request without its type: what carries it to its answer is compiled once, not once for each operation.

use std::any::Any;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroize as _;

use super::domain::{Parse, Parsed, Reading, Scope};
use super::info::OperationInfo;
use super::json::to_json;
use super::note::Trace;
use super::record::{ReadRequest, Request, WriteRequest};
use super::scope::spent;
use crate::env::Seed;
use crate::error::{Error, Result};
use crate::ids::Actor;
use crate::kernel::call::{Answer, Command};
use crate::kernel::operation::Operation;

/// A reply that says whether its call had taken place before.
pub trait Replays {
    /// Whether it had.
    fn replayed(&self) -> bool;
}

/// The replies of writes say so in a field.
macro_rules! replays {
    ($($reply:path)*) => {$(
        impl $crate::request::erased::Replays for $reply {
            fn replayed(&self) -> bool {
                self.replayed
            }
        }
    )*};
}
pub(crate) use replays;

/// A reply as JSON, and whether its call had taken place before.
pub type Told = (Value, bool);

/// A request that changes something.
pub trait AnyWrite: Send {
    /// Where the call comes from.
    fn trace(&self) -> Option<&Trace>;
    /// Its command; the seed is that of its ids. It is spent by it, unless it was refused.
    fn command(
        &mut self,
        scope: &Scope,
        info: &'static OperationInfo,
        seed: Seed,
        answer: Answer<Told>,
    ) -> Result<Box<dyn Command>>;
    /// The operation that it asks for.
    fn operation(self: Box<Self>, parse: &Parse<'_>) -> Result<Parsed>;
    /// The hash of its canonical form.
    fn hash(self: Box<Self>, scope: &Scope) -> Result<Arc<[u8]>>;
}

impl<R: WriteRequest> AnyWrite for Option<R>
where
    <R::Operation as Operation>::Reply: Serialize + Replays,
{
    fn trace(&self) -> Option<&Trace> {
        self.as_ref()?.common().context
    }

    fn command(
        &mut self,
        scope: &Scope,
        info: &'static OperationInfo,
        seed: Seed,
        answer: Answer<Told>,
    ) -> Result<Box<dyn Command>> {
        let told = |reply: <R::Operation as Operation>::Reply| Ok((to_json(&reply)?, reply.replayed()));
        scope.seeded(info, seed, self, Box::new(move |outcome| answer(outcome.and_then(told))))
    }

    fn operation(self: Box<Self>, parse: &Parse<'_>) -> Result<Parsed> {
        let mut request = (*self).ok_or_else(spent)?;
        request.fits("")?;
        request.settle_form(parse.currencies)?;
        Ok(Parsed { operation: Box::new(request.operation(parse)?), effect: request.effect() })
    }

    fn hash(self: Box<Self>, scope: &Scope) -> Result<Arc<[u8]>> {
        scope.hash_of(&mut (*self).ok_or_else(spent)?)
    }
}

/// The hash of a request that is kept under no key and has no canonical form of its own, for the proofs that
/// are bound to it. It may have a secret, so a key of the book makes it.
pub fn hash_of_effect<R: Request>(scope: &Scope, request: &R) -> Result<Arc<[u8]>> {
    request.fits("")?;
    let mut form = scope.keyed_form()?;
    let mut value = to_json(request)?;
    if let Some(members) = value.as_object_mut() {
        // what is no part of the hash of any other write either
        for name in ["actor", "context", "risk_score", "expected_version", "proofs"] {
            members.remove(name);
        }
        if request.common().key.is_some() {
            // where `key` is what it is about, that is no idempotency key
            members.remove("key");
        }
        if members.get("metadata").and_then(Value::as_object).is_some_and(Map::is_empty) {
            members.remove("metadata");
        }
    }
    let mut written = false;
    form.field("request", |into| {
        written = serde_json_canonicalizer::to_writer(&value, into).is_ok();
        written
    });
    wipe(&mut value);
    if written { Ok(form.finish().0) } else { Err(Error::corrupted("a request has no JSON form")) }
}

/// Wipes the texts of a request.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

/// A request that only reads, and the place of its reply.
pub trait AnyRead: Send {
    /// Where the call comes from.
    fn trace(&self) -> Option<&Trace>;
    fn request(&self) -> &dyn Any;
    /// Whether the sequencer must have caught up first.
    fn sequenced(&self) -> bool;
    /// Checks its shape, and says who asks.
    fn prepare(&mut self, scope: &Scope, info: &OperationInfo) -> Result<Actor>;
    /// Reads, and keeps the reply.
    fn answer<'a>(&'a mut self, reading: &'a mut Reading<'_>) -> BoxFuture<'a, Result<()>>;
    /// The reply as JSON.
    fn json(&self) -> Result<Value>;
}

/// A request that reads, before it is answered and after.
pub struct Read<R: ReadRequest> {
    request: R,
    reply: Option<R::Reply>,
}

impl<R: ReadRequest> Read<R> {
    /// A request that nobody has answered.
    pub const fn new(request: R) -> Self {
        Self { request, reply: None }
    }

    /// The reply.
    pub fn reply(self) -> Result<R::Reply> {
        self.reply.ok_or_else(unanswered)
    }
}

fn unanswered() -> Error {
    Error::corrupted("a read was not answered")
}

impl<R: ReadRequest> AnyRead for Read<R>
where
    R::Reply: Serialize,
{
    fn trace(&self) -> Option<&Trace> {
        self.request.common().context
    }

    fn request(&self) -> &dyn Any {
        &self.request
    }

    fn sequenced(&self) -> bool {
        R::SEQUENCED
    }

    fn prepare(&mut self, scope: &Scope, info: &OperationInfo) -> Result<Actor> {
        self.request.fits("")?;
        self.request.normalise(&scope.currencies)?;
        scope.reader(info, &self.request)
    }

    fn answer<'a>(&'a mut self, reading: &'a mut Reading<'_>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.reply = Some(self.request.read(reading).await?);
            Ok(())
        })
    }

    fn json(&self) -> Result<Value> {
        to_json(self.reply.as_ref().ok_or_else(unanswered)?)
    }
}
