//! Calls that the engine makes itself. They were authorised before, and have no idempotency key.

use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Engine;
use super::runner::Runner as _;
use crate::error::{Error, Result};
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

/// Calls that were queued, and their answers to come, each with its subject.
pub(crate) type Awaited<K, T> = Vec<(K, oneshot::Receiver<Result<T>>)>;

/// Takes answers as they come, until every call has one, or none has come for as long as `patience`: one
/// call that is late holds up none of the others. Returns the calls that are still without an answer.
///
/// # Errors
/// `corrupted` where a call was dropped without an answer.
pub(crate) async fn answers<K, T>(
    mut awaited: Awaited<K, T>,
    patience: Duration,
    mut take: impl FnMut(K, Result<T>),
) -> Result<Awaited<K, T>> {
    while !awaited.is_empty() {
        let next = std::future::poll_fn(|context| {
            let answered = awaited.iter_mut().enumerate().find_map(|(place, (_, answer))| {
                match Pin::new(answer).poll(context) {
                    Poll::Ready(answer) => Some((place, answer)),
                    Poll::Pending => None,
                }
            });
            answered.map_or(Poll::Pending, Poll::Ready)
        });
        let Ok((place, answer)) = timeout(patience, next).await else { break };
        let (subject, _) = awaited.swap_remove(place);
        take(subject, answer.map_err(|_| Error::corrupted("a call of the engine was not answered"))?);
    }
    Ok(awaited)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_late_answer_holds_up_none_of_the_others() {
        let (mut senders, mut awaited) = (Vec::new(), Vec::new());
        for subject in 0..3 {
            let (sender, receiver) = oneshot::channel();
            senders.push(sender);
            awaited.push((subject, receiver));
        }
        senders.pop().map(|sender| sender.send(Ok("two")));
        let mut taken = Vec::new();
        let late =
            answers(awaited, Duration::from_millis(50), |subject, answer| taken.push((subject, answer.ok())));
        let late = late.await.unwrap();
        assert_eq!(taken, [(2, Some("two"))]);
        assert_eq!(
            late.iter().map(|(subject, _)| *subject).collect::<std::collections::BTreeSet<_>>(),
            [0, 1].into()
        );
        drop(senders);
        assert!(answers(late, Duration::from_millis(50), |_, _| ()).await.is_err(), "nobody will answer");
    }
}
