//! How a request becomes a call, on the engine's own connections or inside a host's transaction.

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::engine::Engine;
use crate::error::{Detail, Error, Result};
use crate::kernel::call::Command;
use crate::kernel::operation::Operation;
use crate::request::record::WriteRequest;
use crate::request::scope::OperationInfo;
use crate::request::scope::ReadRequest;
use crate::request::scope::Scope;

/// How far a call came before it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was refused before it was queued.
    Shape,
    /// It was decided.
    Decision,
}

/// Where calls run: the engine, or a host's transaction that is bound to it.
#[async_trait]
pub trait Runner: Send + Sync {
    /// The caller's scope.
    fn scope(&self) -> Scope;
    /// Runs commands; each answers through its own channel.
    async fn submit(&self, commands: Vec<Box<dyn Command>>) -> Result<()>;
    /// Runs a reading operation.
    async fn read<R: ReadRequest>(&self, info: &'static OperationInfo, request: R) -> Result<R::Reply>;
    /// The engine itself, for operations that work on the whole store.
    ///
    /// # Errors
    /// `not_supported` inside a host's transaction.
    fn engine(&self, info: &'static OperationInfo) -> Result<&Engine>;
    /// Called with every answer to a write: `None` when it was accepted.
    async fn answered(&self, info: &'static OperationInfo, refusal: Option<&Error>, stage: Stage);
}

/// Runs a writing operation and waits for its reply.
///
/// # Errors
/// The operation's refusals, and any failure of the store.
pub async fn write<R: WriteRequest, S: Runner + ?Sized>(
    runner: &S,
    info: &'static OperationInfo,
    request: R,
) -> Result<<R::Operation as Operation>::Reply> {
    let scope = runner.scope();
    scope.admits(info)?;
    let (sender, receiver) = oneshot::channel();
    let answer = Box::new(move |outcome| drop(sender.send(outcome)));
    let command =
        match scope.call(info, request, answer).and_then(|command| scope.joins(info).map(|()| command)) {
            Ok(command) => command,
            Err(error) => {
                runner.answered(info, Some(&error), Stage::Shape).await;
                return Err(error);
            }
        };
    runner.submit(vec![command]).await?;
    // a committer that ends early drops the call: its outcome is unknown
    let outcome = receiver.await.unwrap_or_else(|_| Err(Detail::OutcomeUnknown { key: None }.into()));
    runner.answered(info, outcome.as_ref().err(), Stage::Decision).await;
    outcome
}

/// A reply as JSON.
///
/// # Errors
/// `corrupted` when it has no JSON form.
pub fn to_json<T: serde::Serialize>(reply: &T) -> Result<Value> {
    serde_json::to_value(reply).map_err(|_| Error::corrupted("a reply has no JSON form"))
}
