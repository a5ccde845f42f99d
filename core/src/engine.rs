//! The engine: opens a store, takes calls, and runs the background tasks.

pub(crate) mod balance_index;
#[cfg(feature = "sql")]
pub mod bound;
pub(crate) mod clock;
pub(crate) mod clock_trust;
pub(crate) mod consent_timers;
pub(crate) mod currency_registry;
pub(crate) mod environment;
#[cfg(feature = "sqlite")]
pub(crate) mod file_url;
pub(crate) mod hashing;
pub(crate) mod internal;
pub(crate) mod key_round;
pub(crate) mod keys;
pub mod merge_deltas;
pub mod metrics;
pub mod options;
mod own_connections;
pub mod pausing;
pub(crate) mod persisted_clock;
#[cfg(feature = "sql")]
mod refusal_writes;
mod refusals;
pub mod retry;
pub mod runner;
pub(crate) mod seed_rules;
pub(crate) mod store_url;
mod sweeping;
mod telling;
pub(crate) mod timeline;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::approval::factors::Factors;
use crate::approval::gate::Approvals;
use crate::approval::of_options;
use crate::engine::clock::{StoreClock, Trust};
use crate::engine::consent_timers::Waiting;
use crate::engine::options::{Books, Options};
use crate::engine::store_url::Opened;
use crate::env::Watch;
use crate::error::{Error, Result};
use crate::ids::{Actor, Book};
use crate::kernel::call::Command;
use crate::kernel::gate::Gate;
use crate::parked::proven;
use crate::pipeline::committer::{Committer, LastWrite};
use crate::pipeline::sequencer;
use crate::request::domain::{Catalogue, Domains};
use crate::request::scope::{OperationInfo, Scope};
use crate::risk::counting::deltas::DeltaMerge;
use crate::risk::judging::gate::Risk;
use crate::risk::rules::default_rules;
use crate::rows::identity::Identity;
use crate::rows::listing::{Listed, Listing};
use crate::rows::loaded::Loaded;
use crate::rows::needs::Needs;
use crate::settings::policy::Policy;
use crate::store::SharedStore;
use crate::store::reachable_books::Reach;
use crate::time::Time;
use crate::vault::proofs::Parked;

/// An engine, or a cheap view of one: with another book, or with an actor bound.
///
/// ```
/// use earnest::requests::{GetBalance, TopUp, Transfer};
/// use earnest::Engine;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
/// let bank = Engine::open("memory:").await?;
/// bank.ledger().top_up(TopUp::new("alice", "100.00 USD").key("t-1")).await?;
/// bank.ledger().top_up(TopUp::new("bob", "1.00 USD").key("t-2")).await?;
/// let moved = bank.ledger().transfer(Transfer::new("alice", "bob", "25.00 USD").key("t-3")).await?;
/// assert_eq!(moved.balance.available.to_string(), "75.00 USD");
/// let bob = bank.ledger().balance(GetBalance::new("bob")).await?;
/// assert_eq!(bob.available.to_string(), "26.00 USD");
/// bank.close().await;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    book: Book,
    actor: Option<Actor>,
}

struct Inner {
    opened: Opened,
    committer: Committer,
    options: Options,
    keys: keys::SharedKeyring,
    policies: Arc<[Policy]>,
    rules: Option<Arc<str>>,
    gates: Arc<[Arc<dyn Gate>]>,
    catalogue: &'static Catalogue,
    domains: Domains,
    background: std::sync::Mutex<Vec<JoinHandle<()>>>,
    /// Whether it was closed to the end.
    ended: tokio::sync::Mutex<bool>,
    pausing: Arc<pausing::Pausing>,
    metrics: metrics::Metrics,
    accepted: AtomicU64,
    refused: AtomicU64,
    ticked: AtomicI64,
    clock: StoreClock,
    trust: Trust,
    /// Counter deltas that wait to be merged.
    deltas: Arc<DeltaMerge>,
    /// Where PINs are hashed.
    hashing: hashing::Hashing,
    /// How far the check of the keyring has come.
    key_rounds: key_round::KeyRounds,
    /// Objects whose timer waits for the consent of others, at their versions, and when it asks again.
    waiting: Waiting,
    /// Where it was opened.
    #[cfg(feature = "sql")]
    runtime: Option<tokio::runtime::Handle>,
}

/// The ways in which a call may be parked.
const PARKED: &[Parked] =
    &[proven::<crate::approval::model::ApprovalFacts>, proven::<crate::risk::reviews::review::ReviewFacts>];

/// The gates of an engine in their order: factors that policies require, then rates, rules and reviews, then
/// approvals, so that nobody is asked to approve a call that another gate refuses.
fn gates_of(
    options: &Options,
    policies: &Arc<[Policy]>,
    rules: Option<&str>,
    operations: &'static [OperationInfo],
    deltas: Option<Arc<DeltaMerge>>,
) -> Result<Arc<[Arc<dyn Gate>]>> {
    let approvals = Arc::new(Approvals::new(policies.clone()));
    let own: [Arc<dyn Gate>; 3] = [
        Arc::new(Factors::new(approvals.clone(), PARKED)),
        Arc::new(Risk::new(operations, PARKED, rules, options.env.apart().salt(), deltas)?),
        approvals,
    ];
    Ok(options.gates.iter().cloned().chain(own).collect())
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("store", &self.inner.opened.store.name())
            .field("book", &self.book)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Assembles an engine over an open store. The caller starts the background tasks.
    pub(crate) async fn over_opened(
        opened: Opened,
        mut options: Options,
        catalogue: &'static Catalogue,
    ) -> Result<Self> {
        options.read_only |= opened.read_only;
        // another store may have another clock
        options.env.watch = Watch::default();
        store_url::prepare_schema(&opened.store, &options).await?;
        store_url::identify(&opened).await?;
        let currencies = currency_registry::begin(&opened, &options).await?;
        let committer = Committer::start(opened.store.clone(), options.env.clone(), options.limits);
        let book = options.book.clone();
        let policies = of_options(options.policies.as_deref(), &currencies, catalogue.operations)?;
        let rules =
            default_rules::of_options(&options.rules, &options.rates, &currencies, catalogue.operations)?;
        currency_registry::settle(&opened, &currencies, options.read_only).await?;
        let deltas = Arc::<DeltaMerge>::default();
        let of_gates = (!opened.store.capabilities().exclusive).then(|| deltas.clone());
        let inner = Arc::new(Inner {
            opened,
            committer,
            gates: gates_of(&options, &policies, rules.as_deref(), catalogue.operations, of_gates)?,
            deltas,
            domains: Domains::new(&(catalogue.domains)(), &options.domains),
            policies,
            rules,
            catalogue,
            // the options keep none: a reload lets go of the first one too
            keys: keys::SharedKeyring::new(options.keyring.take()),
            options,
            background: std::sync::Mutex::default(),
            ended: tokio::sync::Mutex::default(),
            pausing: Arc::default(),
            metrics: metrics::Metrics::new(catalogue.operations),
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            ticked: AtomicI64::new(0),
            clock: StoreClock::default(),
            trust: Trust::default(),
            hashing: hashing::Hashing::default(),
            key_rounds: key_round::KeyRounds::default(),
            waiting: Waiting::default(),
            #[cfg(feature = "sql")]
            runtime: tokio::runtime::Handle::try_current().ok(),
        });
        let engine = Self { inner, book, actor: None };
        engine.begin_clock().await;
        timeline::notice(&engine).await?;
        Ok(engine)
    }

    /// A view whose calls go to another book.
    ///
    /// # Errors
    /// `invalid_request` naming `book` for a malformed or undeclared name.
    pub fn book(&self, name: &str) -> Result<Self> {
        let book = Book::request("book", name)?;
        if let Books::Declared(declared) = &self.inner.options.books
            && !declared.contains(&book)
            && book != self.inner.options.book
        {
            return Err(Error::invalid("book", format!("must be declared: `{book}` is not")));
        }
        if let Some(reach) = self.store().reach() {
            reach.remember(&book);
        }
        Ok(Self { book, ..self.clone() })
    }

    /// A view whose calls are made by this actor and nobody else: a request that names another one, or
    /// another role, is `not_permitted`. Only the holder of the engine can bind another actor, by calling
    /// `acting` again.
    #[must_use]
    pub fn acting(&self, actor: Actor) -> Self {
        Self { actor: Some(actor), ..self.clone() }
    }

    /// Lets the background look now: for a host that has just committed a transaction in which this engine
    /// wrote.
    pub fn nudge(&self) {
        self.inner.committer.committed.notify_one();
    }

    /// Stops taking calls, answers those that were taken, sequences pending events and closes the store. A
    /// second call waits for the first, and does nothing else.
    pub async fn close(&self) {
        let mut ended = self.inner.ended.lock().await;
        if *ended {
            return;
        }
        let tasks =
            std::mem::take(&mut *self.inner.background.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            task.abort();
        }
        self.inner.committer.close().await;
        if !self.is_read_only()
            && !self.is_paused()
            && let Err(error) = sequencer::sweep(&self.inner.opened.store, &self.inner.options.env).await
        {
            tracing::warn!(code = error.code().as_str(), "the sequencer did not catch up before closing");
        }
        self.inner.opened.store.close().await;
        self.let_go();
        *ended = true;
    }

    /// Which store this is, and which of its histories, as far as this engine knows.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.inner.opened.identity()
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &SharedStore {
        &self.inner.opened.store
    }

    /// The opened store, with what is known of it in addition to its traits.
    pub(crate) fn opened(&self) -> &Opened {
        &self.inner.opened
    }

    /// The options that it was opened with, without the keyring: [`Engine::keyring`] has that of now.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    pub(crate) fn keys(&self) -> &keys::SharedKeyring {
        &self.inner.keys
    }

    /// The book of this view.
    #[must_use]
    pub const fn book_name(&self) -> &Book {
        &self.book
    }

    /// Whether statements may be prepared on connections to its store, those of the application too: not
    /// where `prepared_statements` is off, or a pooler is known by the URL or by what the engine found.
    #[must_use]
    pub fn prepares_statements(&self) -> bool {
        self.inner.options.prepared_statements && !self.store().is_pooled()
    }

    /// The time by the clock of this process.
    #[must_use]
    pub fn now(&self) -> Time {
        self.inner.options.env.clock.now()
    }

    /// The time by the store's clock, where it has one of its own: guards compare with it.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn store_now(&self) -> Result<Time> {
        self.inner.clock.now(&self.inner.opened.store, &self.inner.options.env).await
    }

    pub(crate) fn clock(&self) -> &StoreClock {
        &self.inner.clock
    }

    pub(crate) fn trust(&self) -> &Trust {
        &self.inner.trust
    }

    /// Where PINs are hashed.
    pub(crate) fn hashing(&self) -> &hashing::Hashing {
        &self.inner.hashing
    }

    /// Notifies waiters that a group was committed.
    pub(crate) fn committed(&self) -> &Arc<Notify> {
        &self.inner.committer.committed
    }

    /// Keeps a task that ends with the engine.
    pub(crate) fn keep(&self, task: JoinHandle<()>) {
        self.inner.background.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    /// The runtime that it was opened on.
    #[cfg(feature = "sql")]
    pub(crate) fn runtime(&self) -> Option<&tokio::runtime::Handle> {
        self.inner.runtime.as_ref()
    }

    pub(crate) fn waiting(&self) -> &Waiting {
        &self.inner.waiting
    }

    /// Folds what was overwritten out of the store's log, so that it is not found there either.
    async fn fold_store(&self) {
        if let Err(fault) = self.inner.opened.store.checkpoint().await {
            tracing::warn!(reason = %fault.reason, "what was forgotten may still stand in the log of the store");
        }
    }

    /// Whether nothing is written to the store: see [`Options::read_only`].
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.inner.options.read_only
    }

    /// Sequences the pending events of this view's book, unless the store is read-only.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn catch_up(&self) -> Result<()> {
        if self.is_read_only() {
            return Ok(());
        }
        sequencer::catch_up(&self.inner.opened.store, &self.inner.options.env, &self.book).await
    }

    /// Sequences the pending events of a book for somebody who reads them, and returns whether all have their
    /// places. A reader that may not write, or is kept waiting, reads without those that wait.
    ///
    /// # Errors
    /// Any failure of the store.
    pub(crate) async fn place_events(&self, book: &Book) -> Result<bool> {
        if self.is_read_only() {
            return Ok(self.store().capabilities().exclusive);
        }
        sequencer::catch_up_if_free(&self.inner.opened.store, &self.inner.options.env, book).await
    }

    /// Queues a command.
    pub(crate) fn queue(&self, command: Box<dyn Command>) -> Result<()> {
        if self.is_read_only() {
            return Err(Scope::read_only("write"));
        }
        self.inner.committer.submit(command)
    }

    /// Queues the outcome of something that a command before it began, however full the queue is.
    pub(crate) fn queue_outcome(&self, command: Box<dyn Command>) -> Result<()> {
        if self.is_read_only() {
            return Err(Scope::read_only("write"));
        }
        self.inner.committer.submit_outcome(command)
    }

    /// Reads a listing on a connection of its own.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn look(&self, listing: &Listing) -> Result<Listed> {
        let mut session = self.inner.opened.store.reader().await.map_err(|fault| fault.into_error(false))?;
        session.list(listing).await.map_err(|fault| fault.into_error(false))
    }

    /// The same, as far as its rows can be read: the others are named.
    ///
    /// # Errors
    /// As [`Engine::look`].
    pub(crate) async fn look_readable(&self, listing: &Listing) -> Result<Listed> {
        let mut session = self.inner.opened.store.reader().await.map_err(|fault| fault.into_error(false))?;
        let listed = crate::store::readable_page(session.as_mut(), listing).await;
        listed.map_err(|fault| fault.into_error(false))
    }

    /// Whether a server of several does not answer.
    pub(crate) fn is_in_parts(&self) -> bool {
        self.store().reach().is_some_and(Reach::is_in_parts)
    }

    /// Reads a listing across books for work that goes on for each of them by itself: of those whose server
    /// answers ([`store::look_around`](crate::store::look_around)).
    ///
    /// # Errors
    /// Any failure of the store that concerns more than some of the books.
    pub async fn look_around(&self, listing: &Listing) -> Result<Listed> {
        let store = &self.inner.opened.store;
        crate::store::look_around(store, listing).await.map_err(|fault| fault.into_error(false))
    }

    /// Reads rows on a connection of its own.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn peek(&self, needs: &Needs) -> Result<Loaded> {
        let mut session = self.inner.opened.store.reader().await.map_err(|fault| fault.into_error(false))?;
        session.peek(needs).await.map_err(|fault| fault.into_error(false))
    }

    /// Places taken in the queue, and how many there are.
    #[must_use]
    pub fn queue_depth(&self) -> (usize, usize) {
        self.inner.committer.depth()
    }

    /// Calls accepted and refused by this process.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.inner.accepted.load(Ordering::Relaxed), self.inner.refused.load(Ordering::Relaxed))
    }

    /// How the newest group of calls of this process ended: whether the store takes writes.
    #[must_use]
    pub fn last_write(&self) -> &LastWrite {
        self.inner.committer.last_write()
    }

    /// Notes that another timeline has begun: see [`Committer::leave_history`].
    pub(crate) fn leave_history(&self) {
        self.inner.committer.leave_history();
    }

    /// Calls in the groups that this process committed.
    #[must_use]
    pub fn grouped(&self) -> u64 {
        self.inner.committer.grouped()
    }

    /// Groups of calls that this process committed.
    #[must_use]
    pub fn groups(&self) -> u64 {
        self.inner.committer.groups()
    }

    pub(crate) fn ticked(&self) {
        self.inner.ticked.store(self.now().micros(), Ordering::Relaxed);
    }

    pub(crate) fn count(&self, info: &'static OperationInfo, refusal: Option<&Error>) {
        let counter = if refusal.is_some() { &self.inner.refused } else { &self.inner.accepted };
        counter.fetch_add(1, Ordering::Relaxed);
        if let Some(error) = refusal {
            tracing::debug!(operation = info.name, code = error.code().as_str(), "refused");
        }
    }

    /// The background must not keep an engine alive that nobody holds any more.
    pub(crate) fn weak(&self) -> impl Fn() -> Option<Self> + Send + Sync + 'static {
        let (inner, book) = (Arc::downgrade(&self.inner), self.book.clone());
        move || Some(Self { inner: inner.upgrade()?, book: book.clone(), actor: None })
    }
}
