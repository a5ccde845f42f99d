//! Readers of the log inside this process: a handler that gets every event of a sink, and a plain walk along
//! the log.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::engine::Engine;
use crate::engine::pausing::going;
use crate::engine::runner::Runner as _;
use crate::error::Result;
use crate::history::views::Event;
use crate::jobs::handler::Failed;
use crate::rows::listing::{Listed, Listing};
use crate::sinks::requests::{FailedEvent, SettleEvents, Subscribe, TakeEvents};
use crate::store::fault::PAUSED;
use crate::time::Span;

/// How long a batch belongs to this process.
const LEASE: Span = Span::from_secs(60);
/// How much of it is left to the event at hand: no other is begun later, and what was done is reported on.
const LAST_EVENT: Span = Span::from_secs(40);
/// Events of a batch.
const BATCH: u32 = 100;
/// How long a reader waits for new events: at first, and at most.
pub(super) const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// The longest text that is kept of an error.
const MOST_ERROR: usize = 1_000;

/// Does what has to follow events. Give it to [`Engine::subscribe`].
///
/// It gets every event of its sink at least once, those of one object in their order: a process may end
/// between the effect and the report. The event's `seq` is the number to remember what was done by. A handler
/// that takes longer than 40 seconds may have its event handled by another process meanwhile.
#[async_trait]
pub trait EventHandler: Send + Sync {
    /// Takes an event.
    ///
    /// # Errors
    /// [`Failed`]: the event comes again after a pause that grows, and the later events of its object wait
    /// for it; all others go on. When it has failed as often as it may, the object waits for a person.
    async fn handle(&self, event: &Event) -> std::result::Result<(), Failed>;
}

/// A subscription that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Subscription {
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Subscription {
    /// One that a task ends after it was told to.
    #[cfg(feature = "brokers")]
    pub(super) const fn of(stop: watch::Sender<bool>, task: JoinHandle<()>) -> Self {
        Self { stop, task: Some(task) }
    }

    /// Waits until the event at hand is done and reported on, and ends.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Some(task) = self.task.take() {
            // a handler that panicked has ended it already
            drop(task.await);
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

impl Engine {
    /// Makes a sink, or takes up the one of that name, and gives its events to a handler until the
    /// subscription is stopped or dropped. Any number of processes may do so with one name: one of them has
    /// the events at a time, and when it ends another goes on.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use earnest::EventHandler;
    /// use earnest::jobs::Failed;
    /// use earnest::requests::{Subscribe, TopUp};
    /// use earnest::views::admin::Event;
    ///
    /// struct Mailer(tokio::sync::mpsc::UnboundedSender<i64>);
    ///
    /// #[async_trait::async_trait]
    /// impl EventHandler for Mailer {
    ///     async fn handle(&self, event: &Event) -> Result<(), Failed> {
    ///         self.0.send(event.seq).map_err(|_| Failed::new("nobody reads"))
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
    /// let bank = earnest::Engine::open("memory:").await?;
    /// let (sender, mut mails) = tokio::sync::mpsc::unbounded_channel();
    /// let wanted = Subscribe::new("mailer").types(vec!["transfer.posted".to_owned()]);
    /// let mailer = bank.subscribe(wanted, Arc::new(Mailer(sender))).await?;
    /// bank.ledger().top_up(TopUp::new("alice", "5.00 USD").key("t-1")).await?;
    /// assert!(mails.recv().await.is_some());
    /// mailer.stop().await;
    /// # bank.close().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of `events.subscribe`.
    pub async fn subscribe(&self, wanted: Subscribe, handler: Arc<dyn EventHandler>) -> Result<Subscription> {
        let sink = wanted.sink.clone();
        let reply = self.events().subscribe(wanted).await?;
        tracing::debug!(sink, seq = reply.sink.seq, "a subscription begins");
        let (stop, stopped) = watch::channel(false);
        let reader = Reader { sink, handler, stopped };
        let (weak, actor) = (self.weak(), self.scope().actor);
        // a subscription keeps no engine alive
        let engine = move || {
            weak().map(|engine| actor.iter().fold(engine, |engine, actor| engine.acting(actor.clone())))
        };
        let task = tokio::spawn(reader.run(engine));
        Ok(Subscription { stop, task: Some(task) })
    }

    /// A walk along the log of this book, after a place in the sequence; 0 is its beginning. Nothing is kept
    /// of it: the caller remembers the `seq` of the event that was done last.
    ///
    /// ```
    /// # use earnest::requests::TopUp;
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
    /// let bank = earnest::Engine::open("memory:").await?;
    /// bank.ledger().top_up(TopUp::new("alice", "5.00 USD").key("t-1")).await?;
    /// let mut log = bank.follow(0);
    /// let first = log.next().await?;
    /// assert_eq!(first.seq, 1);
    /// # bank.close().await;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn follow(&self, after_seq: i64) -> Follow {
        Follow { engine: self.clone(), after: after_seq, read: VecDeque::new() }
    }
}

/// A walk along the log, forward only.
#[derive(Debug)]
pub struct Follow {
    engine: Engine,
    after: i64,
    read: VecDeque<Event>,
}

impl Follow {
    /// The next event; it waits until there is one. Dropping the wait loses nothing.
    ///
    /// # Errors
    /// Any failure of the store; the walk can go on after it.
    pub async fn next(&mut self) -> Result<Event> {
        let mut pause = PAUSES.0;
        loop {
            if let Some(event) = self.read.pop_front() {
                self.after = event.seq;
                return Ok(event);
            }
            self.engine.going().await;
            self.more().await?;
            if self.read.is_empty() {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
            }
        }
    }

    async fn more(&mut self) -> Result<()> {
        let (engine, book) = (&self.engine, self.engine.book_name().clone());
        engine.place_events(&book).await?;
        let limit = BATCH as usize;
        let listing = Listing::Events { book, after_seq: self.after, types: Vec::new(), object: None, limit };
        let Listed { events, sequence, .. } = engine.look(&listing).await?;
        self.read =
            events.iter().zip(&sequence).map(|(row, link)| Event::of(row, link)).collect::<Result<_>>()?;
        Ok(())
    }
}

/// One subscription at work.
struct Reader {
    sink: String,
    handler: Arc<dyn EventHandler>,
    stopped: watch::Receiver<bool>,
}

impl Reader {
    async fn run(mut self, engine: impl Fn() -> Option<Engine> + Send + Sync + 'static) {
        let mut pause = PAUSES.0;
        loop {
            let engine = tokio::select! {
                engine = going(&engine) => engine,
                _ = self.stopped.wait_for(|stopped| *stopped) => None,
            };
            let Some(engine) = engine else { return };
            if *self.stopped.borrow() {
                return;
            }
            let done = self.batch(&engine).await;
            let paused = engine.is_paused();
            drop(engine);
            match done {
                Ok(true) => {
                    pause = PAUSES.0;
                    continue;
                }
                Ok(false) => {}
                Err(_) if paused => continue,
                Err(error) => {
                    tracing::warn!(sink = self.sink, code = error.code().as_str(), "a sink was interrupted");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                stopped = self.stopped.changed() => {
                    if stopped.is_err() {
                        return;
                    }
                }
            }
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    /// Takes a batch and reports on it; `false` when there was none.
    async fn batch(&self, engine: &Engine) -> Result<bool> {
        let wanted = TakeEvents::new(self.sink.as_str(), LEASE).limit(BATCH);
        let taken = engine.events().take(wanted).await?;
        let Some(fence) = taken.fence else { return Ok(taken.more) };
        // what is done late may be done by another too: the rest is left to the next batch
        let until = taken.leased_until.map(|until| until.checked_sub(LAST_EVENT).unwrap_or(until));
        let (mut seq, mut failed, mut held_back) = (taken.seq, Vec::new(), BTreeSet::new());
        let mut last = None;
        for event in &taken.events {
            let late = until.is_some_and(|until| engine.now() > until);
            if (late || *self.stopped.borrow()) && last.is_some() {
                seq = last.unwrap_or(seq);
                break;
            }
            let object = (event.object.as_str(), event.object_id.as_str());
            if !held_back.contains(&object)
                && let Err(error) = self.handler.handle(event).await
            {
                let text: String = error.message.chars().take(MOST_ERROR).collect();
                let text = if text.is_empty() { "it failed".to_owned() } else { text };
                failed.push(FailedEvent::new(event.seq, text));
                held_back.insert(object);
            }
            last = Some(event.seq);
        }
        self.settle(engine, SettleEvents::new(self.sink.as_str(), fence, seq).failed(failed)).await?;
        Ok(true)
    }

    /// Reports on a batch. A pause that begins just then refuses it, and the report is made once the engine
    /// goes on: otherwise nobody would have the next events before the lease has ended.
    async fn settle(&self, engine: &Engine, report: SettleEvents) -> Result<()> {
        let mut stopped = self.stopped.clone();
        loop {
            let ends = tokio::select! {
                () = engine.going() => false,
                // refused then: what was done comes again
                _ = stopped.wait_for(|stopped| *stopped) => true,
            };
            match engine.events().settle(report.clone()).await {
                Err(error) if error == PAUSED.fault().into_error(false) && !ends => {}
                done => return done.map(drop),
            }
        }
    }
}
