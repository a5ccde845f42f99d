//! Calls on the engine's own connections.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;

use crate::currency::Currencies;
use crate::engine::metrics::Metrics;
use crate::engine::pausing::Taken;
use crate::engine::runner::{Runner, Stage};
use crate::engine::{Engine, balance_index, currency_registry, merge_deltas, timeline};
use crate::error::{Error, Result};
use crate::kernel::call::Command;
use crate::request::erased::AnyRead;
use crate::request::reading::{Reading, answer};
use crate::request::scope::{FORGETS, OperationInfo, Scope};

#[async_trait]
impl Runner for Engine {
    fn scope(&self) -> Scope {
        Scope {
            book: self.book.clone(),
            actor: self.actor.clone(),
            require_actor: self.inner.options.require_actor,
            currencies: Arc::new(Currencies::of(&self.inner.opened.known)),
            keyring: self.keyring(),
            env: self.inner.options.env.clone(),
            policies: self.inner.policies.clone(),
            rules: self.inner.rules.clone(),
            gates: self.inner.gates.clone(),
            catalogue: self.inner.catalogue,
            domains: self.inner.domains.clone(),
            host: false,
            read_only: self.is_read_only(),
            notify_every_state: self.inner.options.notify_every_state,
            wait_limits: self.inner.options.wait_limits.clone(),
            since: None,
            waited: None,
            asker: OnceLock::new(),
            tallies: self.inner.metrics.tallies.clone(),
        }
    }

    async fn submit(&self, commands: Vec<Box<dyn Command>>, named: &Currencies) -> Result<()> {
        currency_registry::settle(self.opened(), named, self.is_read_only()).await?;
        self.hear_of_clock().await;
        timeline::watch(self);
        self.inner.committer.submit_all(commands)
    }

    async fn learn(&self, named: &Currencies) -> Result<bool> {
        self.learn_currencies(named).await
    }

    async fn read_once(
        &self,
        info: &'static OperationInfo,
        request: &mut dyn AnyRead,
        scope: Scope,
    ) -> Result<()> {
        let actor = request.prepare(&scope, info)?;
        if request.sequenced() {
            self.place_events(self.book_name()).await?;
        }
        balance_index::before(self, request.request().downcast_ref()).await;
        let now = self.store_now().await?;
        let mut session = self.inner.opened.store.reader().await.map_err(|fault| fault.into_error(false))?;
        session.concerns(Some(self.book_name()));
        let mut reading = Reading::over(&scope, session.as_mut(), actor, info.who, now);
        let read = answer(request, &mut reading).await;
        // ends the snapshot; the pool drops a connection that fails here
        let _ = session.rollback().await;
        read
    }

    fn engine(&self, _: &'static OperationInfo) -> Result<&Engine> {
        Ok(self)
    }

    fn take_call(&self) -> Result<Taken> {
        Self::take_call(self)
    }

    fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    async fn answered(&self, info: &'static OperationInfo, refusal: Option<&Error>, stage: Stage<'_>) {
        self.count(info, refusal);
        // a decided call left its event in its own group
        let noted = match (refusal, stage) {
            (Some(error), Stage::Shape(asker)) => self.note_refusal(info, error, asker),
            _ => None,
        };
        if let Some(noted) = noted {
            // the caller can read the event as soon as the denial arrives
            drop(noted.await);
        }
        merge_deltas::relieve(self);
        if refusal.is_none() && info.effect == FORGETS {
            self.fold_store().await;
        }
    }
}
