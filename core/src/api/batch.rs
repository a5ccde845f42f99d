//! Several calls as one group: all or none, or each for itself.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::currency::Currencies;
use crate::engine::runner::{Runner, Stage};
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::call::Command;
use crate::kernel::fold::Fold;
use crate::kernel::operation::{Halt, Rejection};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::requests::Batch;
use crate::ledger::views::{BatchReply, BatchResult};
use crate::request::scope::Asker;
use crate::rows::needs::Needs;

type Outcomes = Arc<Mutex<Vec<Option<Result<Value>>>>>;

/// `ledger.batch`.
///
/// # Errors
/// `invalid_request` for too many calls; an atomic batch fails with its first refusal and `details.index`.
pub async fn batch<R: Runner + ?Sized>(runner: &R, request: Batch) -> Result<BatchReply> {
    if request.ops.is_empty() {
        return Err(Error::invalid("ops", "must not be empty"));
    }
    let atomic = request.atomic.unwrap_or(true);
    let outcomes: Outcomes = Arc::new(Mutex::new(vec![None; request.ops.len()]));
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    // the last answer drops the last sender: then every outcome is there
    let done = Arc::new(sender);
    let mut commands = Vec::with_capacity(request.ops.len());
    let mut scope = runner.scope();
    if request.ops.iter().any(|op| misses(&op.args, &scope.currencies)) {
        runner.learn(&scope.currencies).await?;
    }
    // the caller of a batch is the caller of every member
    scope.actor = scope.named(request.actor.as_ref())?;
    for (place, op) in request.ops.into_iter().enumerate() {
        let (kept, open) = (outcomes.clone(), done.clone());
        let answer = Box::new(move |outcome| {
            if let Some(slot) = kept.lock().unwrap_or_else(PoisonError::into_inner).get_mut(place) {
                *slot = Some(outcome);
            }
            drop(open);
        });
        let args = if op.args.is_null() { Value::Object(serde_json::Map::new()) } else { op.args };
        let made = (scope.catalogue.command)(&scope, scope.env.seed(), &op.op, args, answer);
        let info = scope.catalogue.operations.iter().find(|info| info.name == op.op);
        if let (Err(error), Some(info)) = (&made, info) {
            let bound = || scope.actor.clone().map(|actor| Asker { actor, trace: None });
            let asker = scope.asker.take().or_else(bound);
            runner.answered(info, Some(error), Stage::Shape(asker.as_ref())).await;
        }
        match made {
            Ok(made) => commands.push(made),
            Err(error) if atomic => return Err(error.at_index(place)),
            Err(error) => {
                if let Some(slot) = outcomes.lock().unwrap_or_else(PoisonError::into_inner).get_mut(place) {
                    *slot = Some(Err(error.at_index(place)));
                }
            }
        }
    }
    drop(done);
    if atomic {
        let atomic = Atomic { book: scope.book, commands, refused: None };
        runner.submit(vec![Box::new(atomic)], &scope.currencies).await?;
    } else if !commands.is_empty() {
        runner.submit(commands, &scope.currencies).await?;
    }
    // closing is the signal; nothing is ever sent
    drop(receiver.await);
    let outcomes = std::mem::take(&mut *outcomes.lock().unwrap_or_else(PoisonError::into_inner));
    collect(outcomes, atomic)
}

/// Whether the arguments of a member name a currency that nobody knows: each member is read only once.
fn misses(args: &Value, currencies: &Currencies) -> bool {
    let of_amount = |text: &str| {
        let (amount, code) = text.split_once(' ')?;
        amount.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.').then(|| currencies.misses(code))
    };
    match args {
        Value::Array(items) => items.iter().any(|item| misses(item, currencies)),
        Value::Object(members) => members.iter().any(|(name, value)| match value {
            Value::String(code) if name == "currency" => currencies.misses(code),
            Value::String(text) => of_amount(text).unwrap_or(false),
            other => misses(other, currencies),
        }),
        _ => false,
    }
}

fn collect(outcomes: Vec<Option<Result<Value>>>, atomic: bool) -> Result<BatchReply> {
    let mut results = Vec::with_capacity(outcomes.len());
    for (place, outcome) in outcomes.into_iter().enumerate() {
        match outcome.unwrap_or_else(|| Err(crate::error::Detail::OutcomeUnknown { key: None }.into())) {
            Ok(reply) => results.push(BatchResult { ok: true, reply: Some(reply), error: None }),
            Err(error) if atomic => return Err(error),
            Err(error) => {
                results.push(BatchResult { ok: false, reply: None, error: Some(error.at_index(place)) });
            }
        }
    }
    Ok(BatchReply { results })
}

/// Calls that are accepted together or not at all.
struct Atomic {
    book: Book,
    commands: Vec<Box<dyn Command>>,
    refused: Option<Error>,
}

impl Atomic {
    /// Adds the rows that the members from `place` on miss too: a replay of many reads once, not once a
    /// member.
    fn rest_needs(&mut self, fold: &mut Fold, place: usize, mut needs: Needs) -> Needs {
        for command in self.commands.iter_mut().skip(place) {
            let mark = fold.mark();
            let missing = command.run(fold);
            fold.rollback(mark);
            if let Err(Halt::NeedMore(missing)) = missing {
                command.remember(&missing);
                needs.extend(&missing);
            }
        }
        needs
    }
}

impl Command for Atomic {
    fn book(&self) -> &Book {
        &self.book
    }

    fn weight(&self) -> usize {
        self.commands.iter().map(|command| command.weight()).sum()
    }

    fn calls(&self) -> usize {
        self.commands.iter().map(|command| command.calls()).sum()
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        for command in &self.commands {
            command.needs(seen, needs);
        }
    }

    fn run(&mut self, fold: &mut Fold) -> std::result::Result<(), Halt> {
        self.refused = None;
        let mark = fold.mark();
        for place in 0..self.commands.len() {
            let Some(command) = self.commands.get_mut(place) else { break };
            match command.run(fold) {
                Ok(()) => {}
                Err(Halt::Reject(rejection)) => {
                    fold.rollback(mark);
                    // the way back took the event of the refusal too
                    command.note(fold, &rejection)?;
                    self.refused = Some(rejection.error.clone().at_index(place));
                    return Err(Halt::Reject(rejection));
                }
                Err(Halt::NeedMore(needs)) => {
                    fold.rollback(mark);
                    command.remember(&needs);
                    return Err(Halt::NeedMore(Box::new(self.rest_needs(fold, place + 1, *needs))));
                }
                Err(Halt::Busy) => {
                    fold.rollback(mark);
                    return Err(Halt::Busy);
                }
            }
        }
        fold.keep(&mark);
        Ok(())
    }

    fn note(&self, _: &mut Fold, _: &Rejection) -> std::result::Result<(), Halt> {
        // the member that was refused notes it
        Ok(())
    }

    fn remember(&mut self, _: &Needs) {
        // the member that asked keeps its own needs
    }

    fn finish(self: Box<Self>, group: Result<()>) {
        let outcome = group.and(self.refused.map_or(Ok(()), Err));
        for command in self.commands {
            command.finish(outcome.clone());
        }
    }
}
