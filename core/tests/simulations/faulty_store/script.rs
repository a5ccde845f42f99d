//! A store around another one, in which each step fails, panics, or is done and denied, as a script says.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use earnest::currency::{Currencies, Currency};
use earnest::rows::listing::{Listed, Listing};
use earnest::rows::loaded::Loaded;
use earnest::rows::needs::Needs;
use earnest::rows::writes::Writes;
use earnest::store::{
    Capabilities, Fault, FaultKind, Outdated, Schema, Session, SharedStore, Store, Wait, Written,
};
use earnest::{Book, Time};
use uuid::Uuid;

/// A trouble at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Fails(FaultKind),
    Panics,
    /// It is done, but says that it is not.
    DoneButFails(FaultKind),
}

/// A step, what happens there, and how often it goes well before.
pub(crate) type Planned = (&'static str, Trouble, u32);

#[derive(Debug, Default)]
struct State {
    planned: Vec<Planned>,
    made: BTreeMap<&'static str, u32>,
}

/// The troubles to come. Of several at one step the second counts from when the first was taken.
#[derive(Debug, Default)]
pub(crate) struct Plan(Mutex<State>);

impl Plan {
    pub(crate) fn set(&self, planned: impl IntoIterator<Item = Planned>) {
        self.0.lock().unwrap().planned.extend(planned);
    }

    /// Returns the troubles that did not happen yet. A test that never met its trouble shows nothing.
    pub(crate) fn left(&self) -> Vec<Planned> {
        self.0.lock().unwrap().planned.clone()
    }

    /// How often a step was made, well or not.
    pub(crate) fn made(&self, step: &str) -> u32 {
        self.0.lock().unwrap().made.get(step).copied().unwrap_or(0)
    }

    fn take(&self, step: &'static str) -> Option<Trouble> {
        let mut state = self.0.lock().unwrap();
        *state.made.entry(step).or_default() += 1;
        let place = state.planned.iter().position(|(name, ..)| *name == step)?;
        let (_, trouble, left) = &mut state.planned[place];
        let trouble = *trouble;
        if *left > 0 {
            *left -= 1;
            return None;
        }
        state.planned.remove(place);
        Some(trouble)
    }

    async fn step<T: Send>(
        &self,
        name: &'static str,
        step: impl Future<Output = Result<T, Fault>> + Send,
    ) -> Result<T, Fault> {
        match self.take(name) {
            None => step.await,
            // a panic that is not reported: it is no finding
            Some(Trouble::Panics) => std::panic::resume_unwind(Box::new("by plan")),
            Some(Trouble::Fails(kind)) => Err(Fault::new(kind, "by plan")),
            Some(Trouble::DoneButFails(kind)) => {
                step.await?;
                Err(Fault::new(kind, "by plan"))
            }
        }
    }
}

/// The store; its plan may be changed at any time.
#[derive(Debug)]
pub(crate) struct Faulty {
    pub(crate) inner: SharedStore,
    pub(crate) plan: Arc<Plan>,
}

impl Faulty {
    fn session(&self, inner: Box<dyn Session>) -> Box<dyn Session> {
        let composed = self.inner.capabilities().exclusive;
        Box::new(FaultySession { inner, plan: self.plan.clone(), composed })
    }
}

struct FaultySession {
    inner: Box<dyn Session>,
    plan: Arc<Plan>,
    /// A write by itself is made of the other steps, as on SQLite; it is one statement otherwise.
    composed: bool,
}

#[async_trait]
impl Session for FaultySession {
    async fn begin(&mut self) -> Result<(), Fault> {
        self.plan.step("begin", self.inner.begin()).await
    }
    async fn snapshot(&mut self) -> Result<(), Fault> {
        self.plan.step("snapshot", self.inner.snapshot()).await
    }
    async fn peek(&mut self, needs: &Needs) -> Result<Loaded, Fault> {
        self.plan.step("peek", self.inner.peek(needs)).await
    }
    async fn lock(&mut self, needs: &Needs, wait: Wait) -> Result<Loaded, Fault> {
        self.plan.step("lock", self.inner.lock(needs, wait)).await
    }
    async fn write(&mut self, writes: &Writes) -> Result<Written, Fault> {
        self.plan.step("write", self.inner.write(writes)).await
    }
    async fn write_autocommit(&mut self, writes: &Writes) -> Result<Written, Fault> {
        let plan = self.plan.clone();
        if !self.composed {
            return plan.step("write_alone", self.inner.write_autocommit(writes)).await;
        }
        let steps = async {
            self.begin().await?;
            let written = self.write(writes).await?;
            match written {
                Written::All => self.commit().await?,
                Written::Stale | Written::Claimed => self.rollback().await?,
            }
            Ok(written)
        };
        plan.step("write_alone", steps).await
    }
    async fn commit(&mut self) -> Result<(), Fault> {
        self.plan.step("commit", self.inner.commit()).await
    }
    async fn rollback(&mut self) -> Result<(), Fault> {
        self.plan.step("rollback", self.inner.rollback()).await
    }
    async fn list(&mut self, listing: &Listing) -> Result<Listed, Fault> {
        self.plan.step("list", self.inner.list(listing)).await
    }
    async fn mark(&mut self, book: &Book, id: Uuid) -> Result<Option<Time>, Fault> {
        self.plan.step("mark", self.inner.mark(book, id)).await
    }
    async fn forget(&mut self, what: Outdated, limit: usize) -> Result<usize, Fault> {
        self.plan.step("forget", self.inner.forget(what, limit)).await
    }
    async fn forget_marks(&mut self, book: &Book, until: Uuid, before: Time) -> Result<(), Fault> {
        self.inner.forget_marks(book, until, before).await
    }
    async fn erase_private(&mut self, erasure: &earnest::store::Erasure) -> Result<usize, Fault> {
        self.plan.step("erase_private", self.inner.erase_private(erasure)).await
    }
}

#[async_trait]
impl Store for Faulty {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
    fn name(&self) -> &'static str {
        "faulty"
    }
    async fn writer(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(self.session(self.plan.step("writer", self.inner.writer()).await?))
    }
    async fn reader(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(self.session(self.plan.step("reader", self.inner.reader()).await?))
    }
    async fn schema(&self) -> Result<Option<Schema>, Fault> {
        self.inner.schema().await
    }
    async fn migrate(&self) -> Result<(), Fault> {
        self.inner.migrate().await
    }
    async fn currencies(&self, register: &[Currency], known: &mut Currencies) -> Result<(), Fault> {
        self.inner.currencies(register, known).await
    }
    async fn ping(&self) -> Result<(), Fault> {
        self.inner.ping().await
    }
    async fn backup(&self, path: &Path) -> Result<(), Fault> {
        self.inner.backup(path).await
    }
    async fn close(&self) {
        self.inner.close().await;
    }
}
