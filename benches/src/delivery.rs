//! Events to brokers: how fast a backlog is sent, how long after an event a broker has it, and what transfers
//! lose beside that.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use earnest::brokers::{Broker, Connect, Fate, Line, Message};
use earnest::requests::{Batch, BatchOp, Subscribe, Unsubscribe};
use earnest::{Engine, Options, Subscription};
use serde::Serialize;
use serde_json::json;

use crate::Done;
use crate::args::DeliveryOrder;
use crate::bank::{self, Calls, Workload};
use crate::output::{self, failed, masked};
use crate::shared::figures::{Real, median, quotient, ratio};
use crate::shared::{Draw, Figures, Load, Tally, clock, drive};

/// Transfers that one call of the backlog writes.
const AT_ONCE: u64 = 500;
/// The broker that takes everything at once: what is left is the cost of the driver.
const NONE: &str = "none:";
/// How often it is asked whether all was sent.
const PAUSE: Duration = Duration::from_millis(1);
/// How long nothing may be sent.
const PATIENCE: Duration = Duration::from_secs(60);

/// The figures of the brokers.
#[derive(Debug, Serialize)]
struct Report {
    store: String,
    /// The brokers, each of a sink of its own.
    to: Vec<String>,
    in_flight: u64,
    accounts: u64,
    rounds: u64,
    /// Events that were there before anything was sent; each sink sends all of them.
    events: u64,
    backlog_seconds: Real,
    /// Events a second of the backlog, those of all sinks together.
    events_per_s: Real,
    /// From an event to the answer of its broker, in batches of which the last one counts for all, while
    /// transfers go on.
    receipt_p50_ms: Real,
    receipt_p95_ms: Real,
    receipt_p99_ms: Real,
    receipts: u64,
    /// Transfers a second while nothing is sent, and while all of them are.
    without_per_s: Real,
    with_per_s: Real,
    rate_ratio: Real,
    errors: u64,
    conservation_ok: bool,
}

/// `delivery`.
pub(crate) async fn delivery(order: &DeliveryOrder) -> Done {
    let stage = Stage::open(order).await?;
    let report = stage.measured().await;
    let ended = stage.end().await;
    let report = report?;
    ended?;
    output::print(&report, order.turns.json)?;
    if report.conservation_ok { Ok(()) } else { failed("money was not conserved") }
}

/// A store with funds, and a sink for each broker.
struct Stage<'o> {
    order: &'o DeliveryOrder,
    bank: Engine,
    run: String,
    /// Each with the name of its sink.
    brokers: Vec<(String, Broker)>,
    seen: Arc<Seen>,
}

impl<'o> Stage<'o> {
    async fn open(order: &'o DeliveryOrder) -> Done<Self> {
        let (run, seen) = (format!("r{:x}", clock::wall()), Arc::new(Seen::new()));
        let mut brokers = Vec::new();
        for (number, url) in order.to.iter().enumerate() {
            let broker =
                if url == NONE { Broker::by(Arc::new(Nobody)) } else { Broker::request("--to", url)? };
            let watched = Watched { broker, seen: seen.clone() };
            brokers.push((format!("bench-{run}-{number}"), Broker::by(Arc::new(watched))));
        }
        let bank = Engine::open_with(&order.turns.store, Options::new()).await?;
        bank::fund(&bank, order.turns.accounts, &run).await?;
        // a new sink begins behind the newest event
        bank.catch_up().await?;
        for (sink, _) in &brokers {
            let wanted = Subscribe::new(sink.as_str()).types(vec!["transfer.*".to_owned()]);
            bank.events().subscribe(wanted).await?;
        }
        Ok(Self { order, bank, run, brokers, seen })
    }

    /// Removes the sinks: nobody takes their events any more.
    async fn end(self) -> Done {
        for (sink, _) in &self.brokers {
            self.bank.events().unsubscribe(Unsubscribe::new(sink.as_str())).await?;
        }
        self.bank.close().await;
        Ok(())
    }

    async fn measured(&self) -> Done<Report> {
        self.backlog().await?;
        let mut expected = self.order.events;
        let (began, deliveries) = (clock::now(), self.begin().await?);
        self.sent(expected).await?;
        let micros = clock::micros_since(began);
        stop(deliveries).await;
        let (mut without, mut with, mut errors) = (Vec::new(), Vec::new(), 0);
        for round in 0..self.order.turns.rounds {
            let figures = self.turn(&format!("{round}-without")).await?;
            expected += figures.ops;
            errors += figures.errors;
            without.push(figures.ops_per_s);
            let deliveries = self.begin().await?;
            self.sent(expected).await?;
            self.seen.live.store(true, Ordering::Relaxed);
            let figures = self.turn(&format!("{round}-with")).await?;
            expected += figures.ops;
            errors += figures.errors;
            with.push(figures.ops_per_s);
            self.sent(expected).await?;
            self.seen.live.store(false, Ordering::Relaxed);
            stop(deliveries).await;
        }
        let (without_per_s, with_per_s) = (median(without.into_iter()), median(with.into_iter()));
        let sent = self.order.events * u64::try_from(self.brokers.len())?;
        let receipts = self.seen.receipts();
        let receipt = |share: Real| ratio(receipts.latencies.value_at_quantile(share), 1_000);
        Ok(Report {
            store: masked(&self.order.turns.store),
            to: self.brokers.iter().map(|(_, broker)| broker.to_string()).collect(),
            in_flight: self.order.turns.in_flight,
            accounts: self.order.turns.accounts,
            rounds: self.order.turns.rounds,
            events: self.order.events,
            backlog_seconds: ratio(micros, 1_000_000),
            events_per_s: ratio(sent * 1_000_000, micros),
            receipt_p50_ms: receipt(0.5),
            receipt_p95_ms: receipt(0.95),
            receipt_p99_ms: receipt(0.99),
            receipts: receipts.done(),
            without_per_s,
            with_per_s,
            rate_ratio: quotient(with_per_s, without_per_s),
            errors,
            conservation_ok: bank::conserved(&self.bank, false).await?,
        })
    }

    /// Writes so many events that nobody takes yet: each of a transfer.
    async fn backlog(&self) -> Done {
        let mut draw = Draw::new(self.order.events);
        let mut number = 0;
        while number < self.order.events {
            let end = self.order.events.min(number + AT_ONCE);
            let calls = (number..end).map(|number| {
                let (from, to) = draw.pair(self.order.turns.accounts);
                let (from, to, amount) = (bank::account(from), bank::account(to), bank::amount(draw.minor()));
                let key = format!("{}-backlog-{number}", self.run);
                BatchOp::new(
                    "ledger.transfer",
                    json!({ "from": from, "to": to, "amount": amount, "key": key }),
                )
            });
            self.bank.ledger().batch(Batch::new(calls.collect::<Vec<_>>())).await?;
            number = end;
        }
        self.bank.catch_up().await?;
        Ok(())
    }

    async fn begin(&self) -> Done<Vec<Subscription>> {
        let mut deliveries = Vec::new();
        for (sink, broker) in &self.brokers {
            deliveries.push(self.bank.deliver(sink, broker.clone()).await?);
        }
        Ok(deliveries)
    }

    /// Waits until each sink has sent so many events since the beginning.
    async fn sent(&self, expected: u64) -> Done {
        let expected = expected * u64::try_from(self.brokers.len())?;
        let (mut since, mut last) = (clock::now(), 0);
        loop {
            let taken = self.seen.taken.load(Ordering::Relaxed);
            if let Some(reason) = self.seen.refusal() {
                return failed(format!("a broker does not take everything: {reason}"));
            }
            if taken >= expected {
                return Ok(());
            }
            if taken != last {
                (since, last) = (clock::now(), taken);
            }
            if clock::now().duration_since(since) > PATIENCE {
                return failed(format!("{taken} of {expected} events were sent, and then none for a minute"));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Transfers for the length of a turn.
    async fn turn(&self, name: &str) -> Done<Figures> {
        let calls = Calls {
            bank: self.bank.clone(),
            workload: Workload::Transfer,
            accounts: self.order.turns.accounts,
        };
        let run = format!("{}-{name}", self.run);
        let load = Load { in_flight: self.order.turns.in_flight, lasting: self.order.turns.seconds, run };
        let began = clock::now();
        let tally = drive(bank::shared(calls), &load, Arc::default()).await;
        self.bank.catch_up().await?;
        Ok(Figures::of_units(&tally, 1, clock::micros_since(began), true))
    }
}

/// Ends deliveries when what is under way was reported on.
async fn stop(deliveries: Vec<Subscription>) {
    for delivery in deliveries {
        delivery.stop().await;
    }
}

/// The answers of the brokers.
struct Seen {
    taken: AtomicU64,
    /// Whether the times of receipts count.
    live: AtomicBool,
    receipts: Mutex<Tally>,
    /// Why a message was not taken.
    refusal: Mutex<Option<String>>,
}

impl Seen {
    fn new() -> Self {
        let (receipts, refusal) = (Mutex::new(Tally::new()), Mutex::new(None));
        Self { taken: AtomicU64::new(0), live: AtomicBool::new(false), receipts, refusal }
    }

    fn take(&self, batch: &[Message], fates: &[Fate]) {
        let (now, live) = (clock::wall(), self.live.load(Ordering::Relaxed));
        let mut receipts = self.receipts.lock().unwrap_or_else(PoisonError::into_inner);
        for (message, fate) in batch.iter().zip(fates) {
            match fate {
                Fate::Taken => {
                    self.taken.fetch_add(1, Ordering::Relaxed);
                    if live {
                        let at = u64::try_from(message.at.micros()).unwrap_or_default();
                        receipts.latencies.saturating_record(now.saturating_sub(at).max(1));
                    }
                }
                Fate::Refused(reason) | Fate::Unsent(reason) => {
                    let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
                    refusal.get_or_insert_with(|| reason.clone());
                }
                Fate::Held => {}
            }
        }
    }

    fn refusal(&self) -> Option<String> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn receipts(&self) -> Tally {
        self.receipts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A broker whose answers are counted.
struct Watched {
    broker: Broker,
    seen: Arc<Seen>,
}

impl Connect for Watched {
    fn line(&self) -> Box<dyn Line> {
        Box::new(WatchedLine { line: self.broker.line(), seen: self.seen.clone() })
    }

    fn shown(&self) -> String {
        self.broker.to_string()
    }
}

struct WatchedLine {
    line: Box<dyn Line>,
    seen: Arc<Seen>,
}

#[async_trait]
impl Line for WatchedLine {
    async fn send(&mut self, batch: &[Message]) -> Vec<Fate> {
        let fates = self.line.send(batch).await;
        self.seen.take(batch, &fates);
        fates
    }
}

/// A broker that takes everything at once.
struct Nobody;

impl Connect for Nobody {
    fn line(&self) -> Box<dyn Line> {
        Box::new(Self)
    }

    fn shown(&self) -> String {
        NONE.to_owned()
    }
}

#[async_trait]
impl Line for Nobody {
    async fn send(&mut self, batch: &[Message]) -> Vec<Fate> {
        vec![Fate::Taken; batch.len()]
    }
}
