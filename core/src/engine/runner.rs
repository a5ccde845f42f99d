//! How a request becomes a call, on the engine's own connections or inside a host's transaction.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::oneshot;
use tracing::Instrument as _;

use crate::currency::Currencies;
use crate::engine::Engine;
use crate::engine::metrics::{Ended, Metrics, Mode};
use crate::engine::pausing::Taken;
use crate::env;
use crate::error::{Code, Detail, Error, Kind, Result};
use crate::kernel::call::{Answer, Command};
use crate::readable;
use crate::request::erased::{AnyRead, Read};
use crate::request::record::ReadRequest;
use crate::request::scope::OperationInfo;
use crate::request::scope::{Asker, Scope};

/// How far a call came before it was answered.
#[derive(Clone, Copy, Debug)]
pub enum Stage<'s> {
    /// Refused before it was queued. The caller is given, if it was known by then.
    Shape(Option<&'s Asker>),
    /// It was decided.
    Decision,
}

/// Where calls run: the engine, or a host's transaction that is bound to it.
#[async_trait]
pub trait Runner: Send + Sync {
    /// The caller's scope.
    fn scope(&self) -> Scope;
    /// Runs commands; each answers through its own channel. New currencies of their requests are registered
    /// first.
    async fn submit(&self, commands: Vec<Box<dyn Command>>, named: &Currencies) -> Result<()>;
    /// Reads the store's currencies for unknown ones that a request named. Returns whether one of them is
    /// known now.
    ///
    /// # Errors
    /// `store_mismatch` where one has another scale there; any failure of the store.
    async fn learn(&self, named: &Currencies) -> Result<bool>;
    /// Runs a reading operation with the currencies of a scope. The request keeps its reply.
    async fn read_once(
        &self,
        info: &'static OperationInfo,
        request: &mut dyn AnyRead,
        scope: Scope,
    ) -> Result<()>;
    /// Runs a reading operation, again if a currency had to be learned. The request keeps its reply.
    async fn read(&self, info: &'static OperationInfo, request: &mut dyn AnyRead) -> Result<()> {
        let scope = self.scope();
        let named = Arc::clone(&scope.currencies);
        let read = self.read_once(info, request, scope).await;
        let missed = read.is_err() && named.missed(false);
        let asks = missed || !named.first_named().is_empty();
        let learned = asks && self.learn(&named).await?;
        if missed && learned {
            return self.read_once(info, request, self.scope()).await;
        }
        read
    }
    /// The engine itself, for operations that work on the whole store.
    ///
    /// # Errors
    /// `not_supported` inside a host's transaction.
    fn engine(&self, info: &'static OperationInfo) -> Result<&Engine>;
    /// Admits a call, which is counted until it has ended.
    ///
    /// # Errors
    /// `store_unavailable` while the engine is paused.
    fn take_call(&self) -> Result<Taken>;
    /// Where its calls run.
    fn mode(&self) -> Mode {
        Mode::Own
    }
    /// Where its calls are counted.
    fn metrics(&self) -> &Metrics;
    /// Called with every answer to a write: `None` when it was accepted.
    async fn answered(&self, info: &'static OperationInfo, refusal: Option<&Error>, stage: Stage<'_>);
}

/// Runs a writing operation, and waits for its reply. `make` builds its command.
///
/// # Errors
/// The operation's refusals, and any failure of the store.
pub async fn write<T: Send + 'static, S: Runner + ?Sized>(
    runner: &S,
    info: &'static OperationInfo,
    mut make: impl FnMut(&Scope, Answer<T>) -> Result<Box<dyn Command>>,
) -> Result<T> {
    let mut scope = runner.scope();
    scope.admits(info)?;
    let mut made = |scope: &Scope| {
        let (sender, receiver) = oneshot::channel();
        let answer = Box::new(move |outcome| drop(sender.send(outcome)));
        let command = make(scope, answer).map_err(|error| scope.not_made(info, error))?;
        scope.joins(info).map(|()| (command, receiver))
    };
    scope.currencies.may_seek();
    let mut attempt = made(&scope);
    if attempt.is_err() && scope.currencies.seeks() {
        // where the store cannot be read, the call itself says so
        runner.learn(&scope.currencies).await.ok();
        scope = runner.scope();
        attempt = made(&scope);
    }
    if attempt.is_err() && scope.currencies.missed(false) && runner.learn(&scope.currencies).await? {
        scope = runner.scope();
        attempt = made(&scope);
    }
    let (command, receiver) = match attempt {
        Ok(made) => made,
        Err(error) => {
            runner.answered(info, Some(&error), Stage::Shape(scope.asker.get())).await;
            return Err(error);
        }
    };
    runner.submit(vec![command], &scope.currencies).await?;
    // a committer that ends early drops the call, whose outcome is then unknown
    let outcome = receiver.await.unwrap_or_else(|_| Err(Detail::OutcomeUnknown { key: None }.into()));
    if scope.currencies.missed(false) {
        // for a call that was parked: the next try knows the currency
        runner.learn(&scope.currencies).await.ok();
    }
    runner.answered(info, outcome.as_ref().err(), Stage::Decision).await;
    outcome
}

/// Runs a reading operation.
///
/// # Errors
/// The operation's refusals, and any failure of the store.
pub async fn read<R: ReadRequest, S: Runner + ?Sized>(
    runner: &S,
    info: &'static OperationInfo,
    request: R,
) -> Result<R::Reply>
where
    R::Reply: serde::Serialize,
{
    let mut read = Read::new(request);
    runner.read(info, &mut read).await?;
    read.reply()
}

/// Whether the reply of a read is a replay: never.
pub const fn read_only<T>(_: &T) -> bool {
    false
}

/// Logs why a call is malformed, for developers: the text for people does not say it. Only refusals whose
/// texts hold names of fields are logged; the texts of others may name a person.
pub(crate) fn tell_developers(operation: &'static str, error: &Error) {
    let is_plain = error.code() == Code::InvalidRequest || error.kind() == Kind::Misused;
    if is_plain && tracing::enabled!(tracing::Level::WARN) {
        let (code, reason) = (error.code().as_str(), error.message());
        tracing::warn!(operation, code, reason = &*readable::line(&reason), "a call was written wrongly");
    }
}

/// Makes a call inside its span, and counts it.
///
/// # Errors
/// Those of the call.
pub(crate) async fn measured<T, S: Runner + ?Sized>(
    runner: &S,
    info: &'static OperationInfo,
    span: tracing::Span,
    call: impl Future<Output = Result<T>>,
    replayed: impl FnOnce(&T) -> bool,
) -> Result<T> {
    let since = env::monotonic_now();
    let outcome = match runner.take_call() {
        Ok(_taken) => call.instrument(span.clone()).await,
        Err(error) => Err(error),
    };
    let ended = match &outcome {
        Ok(reply) if replayed(reply) => Ended::Replayed,
        Ok(_) => Ended::Accepted,
        Err(error) => Ended::Refused(error),
    };
    match ended {
        Ended::Refused(error) => {
            span.record("code", error.code().as_str());
            span.in_scope(|| tell_developers(info.name, error));
        }
        Ended::Accepted | Ended::Replayed => {
            span.record("replayed", matches!(ended, Ended::Replayed));
        }
    }
    runner.metrics().take(
        info.name,
        runner.mode(),
        env::monotonic_now().saturating_duration_since(since),
        ended,
    );
    outcome
}
