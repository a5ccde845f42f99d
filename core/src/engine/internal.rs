//! Calls that the engine makes itself: they were authorised before, and have no key.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::Engine;
use super::runner::Runner as _;
use crate::error::Result;
use crate::ids::{Actor, Book};
use crate::kernel::call::{Call, Caller};
use crate::kernel::identity::no_identity;
use crate::kernel::operation::Operation;
use crate::rows::traced::Traced;

/// Makes a call of the engine itself, with the actor `system`.
pub(crate) fn internal<O: Operation>(
    engine: &Engine,
    book: &Book,
    name: &'static str,
    operation: O,
) -> (Call<O>, oneshot::Receiver<Result<O::Reply>>) {
    internal_as(engine, book, Actor::system(), name, operation)
}

/// The same for another actor.
pub(crate) fn internal_as<O: Operation>(
    engine: &Engine,
    book: &Book,
    actor: Actor,
    name: &'static str,
    operation: O,
) -> (Call<O>, oneshot::Receiver<Result<O::Reply>>) {
    internal_traced(engine, book, (actor, None), name, operation)
}

/// The same for a call that says where it comes from.
pub(crate) fn internal_traced<O: Operation>(
    engine: &Engine,
    book: &Book,
    (actor, trace): (Actor, Option<Arc<Traced>>),
    name: &'static str,
    operation: O,
) -> (Call<O>, oneshot::Receiver<Result<O::Reply>>) {
    let scope = engine.scope();
    let (book, seed, tells) = (book.clone(), scope.env.seed(), scope.tells);
    let caller = Caller { book, actor, trace, since: None, seed, proofs: None, tells };
    Call::new(name, operation, no_identity(), caller)
}
