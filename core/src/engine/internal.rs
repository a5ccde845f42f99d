//! Calls that the engine makes itself. They were authorised before, and have no idempotency key.

use tokio::sync::oneshot;

use super::Engine;
use super::runner::Runner as _;
use crate::error::Result;
use crate::ids::{Actor, Book};
use crate::kernel::call::Call;
use crate::kernel::caller::Caller;
use crate::kernel::identity::no_identity;
use crate::kernel::operation::Operation;
use crate::request::scope::Asker;

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
    internal_traced(engine, book, Asker { actor, trace: None }, name, operation)
}

/// The same for a call that says where it comes from.
pub(crate) fn internal_traced<O: Operation>(
    engine: &Engine,
    book: &Book,
    asker: Asker,
    name: &'static str,
    operation: O,
) -> (Call<O>, oneshot::Receiver<Result<O::Reply>>) {
    let (scope, Asker { actor, trace }) = (engine.scope(), asker);
    let caller = Caller { book: book.clone(), trace, ..scope.caller(actor, scope.env.seed()) };
    Call::new(name, operation, no_identity(), caller)
}
