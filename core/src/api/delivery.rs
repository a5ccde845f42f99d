//! Deliveries: the events of a sink, sent to a broker, in the background or for as long as it is wanted.

use tokio::sync::watch;

use super::subscriber::{PAUSES, Subscription};
use crate::brokers::{Broker, DeliveryReport, Line, Message, Provenance};
use crate::engine::Engine;
use crate::engine::pausing::going;
use crate::engine::runner::Runner as _;
use crate::error::{Code, Result};
use crate::ids::Actor;
use crate::rows::needs::{Access, Needs};
use crate::rows::sink::SinkRow;
use crate::sinks::decide::not_found;
use crate::sinks::named::SinkOf;
use crate::sinks::requests::{FailedEvent, SettleEvents, TakeEvents};
use crate::sinks::sink_name;
use crate::time::{Span, Time};

/// How long a batch belongs to this process: longer than a broker may take for it.
const LEASE: Span = Span::from_secs(60);
/// Events of a batch.
const BATCH: u32 = 200;
/// How long a sink rests while its broker is away: at first, and how often that is doubled.
const REST: (Span, u32) = (Span::from_secs(1), 6);
/// The longest rest.
const LONGEST_REST: Span = Span::from_mins(1);

/// Begins the deliveries that the options name. They end with the engine; what is under way then comes
/// again.
pub(super) fn start(engine: &Engine) {
    for (sink, broker) in &engine.options().deliveries {
        let weak = engine.weak();
        let engine_of = move || weak().map(|engine| engine.acting(Actor::system()));
        // nobody stops it but the end of the engine, which ends the task
        let (stop, stopped) = watch::channel(false);
        let driver = Driver::new(sink, broker, stopped);
        engine.keep(tokio::spawn(async move {
            driver.run(engine_of).await;
            drop(stop);
        }));
    }
}

impl Engine {
    /// Sends the events of a sink to a broker until the subscription is stopped or dropped: at least once,
    /// those of one object in their order. Any number of processes may do so with one sink: one of them has
    /// the events at a time. While the broker is away the sink rests, and nothing is used up; what the broker
    /// will never take, because there is no route or it is too large, parks its object at once.
    ///
    /// ```
    /// use earnest::Engine;
    /// use earnest::requests::Subscribe;
    /// # #[cfg(feature = "rabbitmq")]
    /// use earnest::brokers::Broker;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
    /// let bank = Engine::open("memory:").await?;
    /// bank.events().subscribe(Subscribe::new("orders").from("first")).await?;
    /// # #[cfg(feature = "rabbitmq")] {
    /// let broker = Broker::request("url", "amqp://127.0.0.1:1/?routing_key=orders")?;
    /// let delivery = bank.deliver("orders", broker).await?;
    /// delivery.stop().await;
    /// # }
    /// # bank.close().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `invalid_request` naming `sink`; `sink_not_found`; any failure of the store.
    pub async fn deliver(&self, sink: &str, broker: Broker) -> Result<Subscription> {
        let of = SinkOf { book: self.book_name().clone(), name: sink_name("sink", sink)? };
        let mut needs = Needs::default();
        needs.sink(of.key(), Access::Read);
        if self.peek(&needs).await?.sinks.iter().all(SinkRow::is_removed) {
            return Err(not_found(sink));
        }
        let (weak, actor) = (self.weak(), self.scope().actor.unwrap_or_else(Actor::system));
        let engine = move || weak().map(|engine| engine.acting(actor.clone()));
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(Driver::new(sink, &broker, stopped).run(engine));
        Ok(Subscription::of(stop, task))
    }
}

/// The time of a driver's next step.
enum Next {
    /// There may be more at once.
    Now,
    /// There is nothing to do for a while.
    Later,
    /// The engine has ended.
    Never,
}

/// Takes batches of a sink, sends them, and reports.
struct Driver {
    sink: String,
    broker: Broker,
    line: Box<dyn Line>,
    stopped: watch::Receiver<bool>,
    /// How often in a row the broker was away.
    away: u32,
    /// Whether it was said that there is no such sink.
    missed: bool,
}

impl Driver {
    fn new(sink: &str, broker: &Broker, stopped: watch::Receiver<bool>) -> Self {
        let (sink, broker, line) = (sink.to_owned(), broker.clone(), broker.line());
        Self { sink, broker, line, stopped, away: 0, missed: false }
    }

    async fn run(mut self, engine: impl Fn() -> Option<Engine> + Send + Sync + 'static) {
        let mut pause = PAUSES.0;
        while !*self.stopped.borrow() {
            match self.step(&engine).await {
                Ok(Next::Now) => {
                    pause = PAUSES.0;
                    continue;
                }
                Ok(Next::Later) => {}
                Ok(Next::Never) => return,
                Err(error) if error.code() == Code::SinkNotFound => {
                    if !std::mem::replace(&mut self.missed, true) {
                        tracing::warn!(
                            sink = self.sink,
                            "there is no such sink yet to deliver: see events.subscribe"
                        );
                    }
                }
                Err(error) => {
                    let paused = engine().is_none_or(|engine| engine.is_closed() || engine.is_paused());
                    if !paused {
                        let code = error.code().as_str();
                        tracing::warn!(sink = self.sink, code, "a delivery was interrupted");
                    }
                }
            }
            let _ = tokio::time::timeout(pause, self.stopped.wait_for(|stopped| *stopped)).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    /// Waits until an engine that stands still goes on; none when it has ended, or this was stopped.
    async fn engine(&mut self, engine: &(impl Fn() -> Option<Engine> + Send + Sync)) -> Option<Engine> {
        tokio::select! {
            engine = going(engine) => engine,
            _ = self.stopped.wait_for(|stopped| *stopped) => None,
        }
    }

    /// Takes a batch, sends it, and reports on it.
    async fn step(&mut self, engine: &(impl Fn() -> Option<Engine> + Send + Sync)) -> Result<Next> {
        let Some(taker) = self.engine(engine).await else { return Ok(Next::Never) };
        let wanted = TakeEvents::new(self.sink.as_str(), LEASE).limit(BATCH);
        let batch = taker.events().take(wanted).await?;
        self.missed = false;
        let Some(fence) = batch.fence else {
            return Ok(if batch.more { Next::Now } else { Next::Later });
        };
        let origin = Provenance { store: taker.identity().store, book: taker.book_name().clone() };
        // a broker may take its time, which keeps no engine alive
        drop(taker);
        let messages = batch.events.into_iter().map(|event| Message::of(event, &origin));
        let messages: Vec<Message> = messages.collect::<Result<_>>()?;
        let fates = self.line.send(&messages).await;
        let report = DeliveryReport::of(batch.seq, &messages, &fates);
        // also when it was stopped meanwhile: what is done is reported on
        let Some(reporter) = going(engine).await else { return Ok(Next::Never) };
        let settled = self.settle(&reporter, fence, report).await;
        if settled.is_err() {
            // what was sent comes again: a new line looks first for what its broker has, if it can
            self.line = self.broker.line();
        }
        settled
    }

    async fn settle(&mut self, engine: &Engine, fence: i64, report: DeliveryReport) -> Result<Next> {
        let count = |outcome, count: usize| engine.metrics().deliver(&self.sink, outcome, count);
        count("delivered", report.taken);
        count("refused", report.refused.len());
        count("away", usize::from(report.away.is_some()));
        let refused = report.refused.iter();
        let failed: Vec<_> =
            refused.map(|(seq, reason)| FailedEvent::new(*seq, reason.as_str()).permanent()).collect();
        let mut settle = SettleEvents::new(self.sink.as_str(), fence, report.seq).failed(failed);
        let Some(reason) = report.away else {
            if std::mem::take(&mut self.away) > 0 {
                tracing::info!(sink = self.sink, broker = %self.broker, "the broker is back");
            }
            engine.events().settle(settle).await?;
            return Ok(Next::Now);
        };
        if self.away == 0 {
            let (sink, broker) = (&self.sink, &self.broker);
            tracing::warn!(sink, %broker, reason, "the broker is away, and the sink rests");
        }
        self.away = if report.taken > 0 { 1 } else { self.away.saturating_add(1) };
        let now = engine.store_now().await?;
        settle = settle.retry_at(now.checked_add(rest(self.away)).unwrap_or(Time::MAX));
        engine.events().settle(settle).await?;
        Ok(Next::Later)
    }
}

/// How long a sink rests whose broker was away so often.
fn rest(away: u32) -> Span {
    let doubled = REST.0.micros() << away.saturating_sub(1).min(REST.1);
    Span::from_micros(doubled.min(LONGEST_REST.micros())).unwrap_or(LONGEST_REST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_is_doubled_to_a_minute() {
        let rests: Vec<i64> = [1, 2, 3, 6, 7, 8, u32::MAX].map(|away| rest(away).micros() / 1_000_000).into();
        assert_eq!(rests, [1, 2, 4, 32, 60, 60, 60]);
    }
}
