//! Events to brokers: what a driver makes of a broker's answers, and the same with a real RabbitMQ.

#[cfg(feature = "kafka")]
mod kafka;
#[cfg(feature = "rabbitmq")]
mod rabbitmq;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use earnest::brokers::{Broker, Connect, Fate, Line, Message};
use earnest::requests::Subscribe;
use earnest::{Engine, Options, Subscription, Time};

use crate::support::{Stage, Value, every_store, json};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until something is so, without moving the clock.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(since.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Makes accounts, and then changes each in turn.
async fn post(stage: &Stage, accounts: usize, count: usize) {
    for n in 0..count {
        let account = format!("p-{}", n % accounts);
        if n < accounts {
            let args = json!({ "account": account, "currency": "USD", "key": format!("o-{account}") });
            stage.ok("ledger.open_account", args).await;
        } else {
            let args = json!({ "account": account, "kind": format!("k-{}", stage.key()) });
            stage.ok("ledger.update_account", args).await;
        }
    }
}

async fn subscribed(bank: &Engine) {
    bank.events().subscribe(Subscribe::new("orders").from("first").max_attempts(3_u32)).await.unwrap();
}

/// The sink, with how far behind it is.
async fn status(bank: &Engine) -> Value {
    status_of(bank, "orders").await
}

/// The sink of this name.
async fn status_of(bank: &Engine, name: &str) -> Value {
    let sinks = bank.call("events.sinks", json!({})).await.unwrap();
    let found = sinks["items"].as_array().unwrap().iter().find(|sink| sink["sink"]["name"] == name).cloned();
    found.unwrap_or_else(|| panic!("there is no sink {name}: {sinks}"))
}

/// Waits until everything was delivered, moving the clock so that rests end.
async fn drained(stage: &Stage) {
    drained_of(stage, "orders").await;
}

/// The same of the sink of this name. It may take long, as long as the sink moves.
async fn drained_of(stage: &Stage, name: &str) {
    let (mut since, mut place) = (Instant::now(), json!(null));
    loop {
        let status = status_of(&stage.bank, name).await;
        if !status["sink"]["retry_at"].is_null() {
            stage.advance("PT1M");
        }
        if status["lag"] == 0 && status["waiting"] == 0 && status["sink"]["leased_until"].is_null() {
            return;
        }
        if status["sink"]["seq"] != place {
            (since, place) = (Instant::now(), status["sink"]["seq"].clone());
        }
        assert!(since.elapsed() < PATIENCE, "for {PATIENCE:?} it was where it is: {status}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Returns the health check of sinks.
async fn health(stage: &Stage) -> Value {
    let health = stage.ok("admin.health", json!({})).await;
    health["checks"].as_array().unwrap().iter().find(|check| check["name"] == "sinks").unwrap().clone()
}

/// Has every object come again that the sink has parked: how many there were.
async fn unparked(stage: &Stage, sink: &str) -> usize {
    let parked = stage.ok("events.parked", json!({ "sink": sink, "limit": 500 })).await;
    let parked = parked["items"].as_array().unwrap();
    for left in parked {
        let args = json!({ "sink": sink, "object": left["object"], "object_id": left["object_id"] });
        stage.ok("events.unpark", args).await;
    }
    parked.len()
}

/// The ids of all events that are not of a sink, by object, in their order.
async fn all_events(bank: &Engine) -> Vec<(String, String)> {
    let (mut found, mut after) = (Vec::new(), json!(null));
    loop {
        let page = bank.call("events.list", json!({ "limit": 500, "after": after })).await.unwrap();
        for event in page["items"].as_array().unwrap() {
            if event["object"] != "sink" {
                let text = |name: &str| event[name].as_str().unwrap().to_owned();
                found.push((text("object_id"), text("id")));
            }
        }
        after = page["next"].clone();
        if after.is_null() {
            return found;
        }
    }
}

/// Every event arrived, and the first sight of each was in the order of its object.
fn in_order(expected: &[(String, String)], arrived: &[String]) {
    let known: BTreeSet<&String> = expected.iter().map(|(_, id)| id).collect();
    let mut met = BTreeSet::new();
    let first: Vec<&String> = arrived.iter().filter(|id| known.contains(id) && met.insert(*id)).collect();
    let objects: BTreeSet<&String> = expected.iter().map(|(object, _)| object).collect();
    assert_eq!(met.len(), known.len(), "all arrived");
    for object in objects {
        let of: Vec<&String> = expected.iter().filter(|(o, _)| o == object).map(|(_, id)| id).collect();
        let ids: BTreeSet<&String> = of.iter().copied().collect();
        let seen: Vec<&String> = first.iter().copied().filter(|id| ids.contains(id)).collect();
        assert_eq!(seen, of, "{object}");
    }
}

/// A broker of tests: it takes messages, unless its script says otherwise.
#[derive(Clone)]
struct Scripted {
    taken: Arc<Mutex<Vec<String>>>,
    /// The fate of a message.
    judge: Arc<dyn Fn(&Message) -> Fate + Send + Sync>,
    /// How many batches it was sent, and over how many lines.
    batches: Arc<Mutex<usize>>,
    lines: Arc<Mutex<usize>>,
}

impl Scripted {
    fn new(judge: impl Fn(&Message) -> Fate + Send + Sync + 'static) -> Self {
        Self { taken: Arc::default(), judge: Arc::new(judge), batches: Arc::default(), lines: Arc::default() }
    }

    fn broker(&self) -> Broker {
        Broker::by(Arc::new(self.clone()))
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    fn batches(&self) -> usize {
        *self.batches.lock().unwrap()
    }
}

impl Connect for Scripted {
    fn line(&self) -> Box<dyn Line> {
        *self.lines.lock().unwrap() += 1;
        Box::new(self.clone())
    }

    fn shown(&self) -> String {
        "scripted".to_owned()
    }
}

#[async_trait::async_trait]
impl Line for Scripted {
    async fn send(&mut self, batch: &[Message]) -> Vec<Fate> {
        *self.batches.lock().unwrap() += 1;
        tokio::task::yield_now().await;
        let mut held = BTreeSet::new();
        let judged = batch.iter().map(|message| {
            let object = (message.object.clone(), message.object_id.clone());
            if held.contains(&object) {
                return Fate::Held;
            }
            let fate = (self.judge)(message);
            match &fate {
                Fate::Taken => self.taken.lock().unwrap().push(message.id.clone()),
                _ => drop(held.insert(object)),
            }
            fate
        });
        judged.collect()
    }
}

fn away() -> Fate {
    Fate::Unsent("nobody is there".to_owned())
}

async fn delivered(bank: &Engine, broker: &Scripted) -> Subscription {
    bank.deliver("orders", broker.broker()).await.unwrap()
}

every_store! {
    async fn events_are_delivered_in_their_order(stage) {
        post(stage, 5, 40).await;
        subscribed(&stage.bank).await;
        let broker = Scripted::new(|_| Fate::Taken);
        let delivery = delivered(&stage.bank, &broker).await;
        drained(stage).await;
        post(stage, 5, 20).await;
        drained(stage).await;
        delivery.stop().await;
        in_order(&all_events(&stage.bank).await, &broker.taken());
        let metrics = stage.ok("admin.metrics", json!({})).await;
        let line = format!("earnest_delivered_total{{sink=\"orders\",outcome=\"delivered\"}} {}", broker.taken().len());
        assert!(metrics["text"].as_str().unwrap().contains(&line), "{metrics}");
    }

    async fn museum_50_an_outage_uses_nothing_up(stage) {
        post(stage, 3, 12).await;
        subscribed(&stage.bank).await;
        let up = Arc::new(Mutex::new(false));
        let seen = up.clone();
        let broker = Scripted::new(move |_| if *seen.lock().unwrap() { Fate::Taken } else { away() });
        let delivery = delivered(&stage.bank, &broker).await;
        let mut rests = Vec::new();
        for round in 1..=9 {
            let now = stage.clock.now();
            let until_then = until("it rests", async || {
                let status = status(&stage.bank).await;
                let rests = status["sink"]["retry_at"].as_str().map(|at| at.parse::<Time>().unwrap());
                // that of the round before may still be there
                rests.filter(|at| broker.batches() == round && *at > now)
            })
            .await;
            let rest = until_then.since(now);
            rests.push(rest.micros() / 1_000_000);
            // it is left alone until then
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert_eq!(broker.batches(), round);
            stage.clock.advance(rest);
        }
        assert_eq!(rests, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        // four minutes are late, ten are an outage
        let sinks = health(stage).await;
        assert_eq!(sinks["status"], "warning", "{sinks}");
        stage.advance("PT6M");
        let sinks = health(stage).await;
        assert_eq!(sinks["status"], "critical", "{sinks}");
        assert!(sinks["detail"].as_str().unwrap().contains("what takes it is down"), "{sinks}");
        stage.advance("PT1H");
        *up.lock().unwrap() = true;
        drained(stage).await;
        delivery.stop().await;
        in_order(&all_events(&stage.bank).await, &broker.taken());
        let parked = stage.ok("events.parked", json!({ "sink": "orders" })).await;
        assert_eq!(parked["items"], json!([]), "nothing was used up");
        let sinks = health(stage).await;
        assert_eq!(sinks["status"], "healthy", "{sinks}");
        let metrics = stage.ok("admin.metrics", json!({})).await;
        let away = metrics["text"].as_str().unwrap().lines().find_map(|line| {
            line.strip_prefix("earnest_delivered_total{sink=\"orders\",outcome=\"away\"} ")
        });
        assert!(away.unwrap().parse::<u32>().unwrap() >= 9, "{metrics}");
    }

    async fn what_was_taken_before_an_outage_is_done(stage) {
        post(stage, 4, 4).await;
        subscribed(&stage.bank).await;
        let sent = Mutex::new(0);
        // it goes away in the middle of a batch
        let broker = Scripted::new(move |_| {
            let mut sent = sent.lock().unwrap();
            *sent += 1;
            if *sent == 3 { away() } else { Fate::Taken }
        });
        let delivery = delivered(&stage.bank, &broker).await;
        let sink = until("it rests", async || {
            Some(status(&stage.bank).await["sink"].clone()).filter(|sink| !sink["retry_at"].is_null())
        })
        .await;
        // one more where the sink's own event was before the third
        assert!(sink["seq"] == 2 || sink["seq"] == 3, "{sink}");
        drained(stage).await;
        delivery.stop().await;
        let expected = all_events(&stage.bank).await;
        in_order(&expected, &broker.taken());
        let ids = broker.taken();
        let times = |place: usize| ids.iter().filter(|id| **id == expected[place].1).count();
        assert_eq!([times(0), times(1), times(2), times(3)], [1, 1, 1, 2], "what came behind comes again");
    }

    async fn museum_50_nothing_overtakes_what_failed(stage) {
        post(stage, 4, 24).await;
        subscribed(&stage.bank).await;
        let healed = Arc::new(Mutex::new(false));
        let seen = healed.clone();
        let broker = Scripted::new(move |message| match message.object_id.as_str() {
            "p-1" if !*seen.lock().unwrap() => Fate::Refused("no queue is bound for it".to_owned()),
            _ => Fate::Taken,
        });
        let delivery = delivered(&stage.bank, &broker).await;
        drained(stage).await;
        let parked = stage.ok("events.parked", json!({ "sink": "orders" })).await;
        let [left] = &parked["items"].as_array().unwrap()[..] else { panic!("{parked}") };
        assert_eq!((&left["object_id"], &left["state"], &left["attempts"]), (&json!("p-1"), &json!("parked"), &json!(1)));
        assert_eq!(left["last_error"], "no queue is bound for it");
        let metrics = stage.ok("admin.metrics", json!({})).await;
        let refused = "earnest_delivered_total{sink=\"orders\",outcome=\"refused\"} 1";
        assert!(metrics["text"].as_str().unwrap().contains(refused), "{metrics}");
        *healed.lock().unwrap() = true;
        stage.ok("events.unpark", json!({ "sink": "orders", "object": "account", "object_id": "p-1" })).await;
        drained(stage).await;
        delivery.stop().await;
        in_order(&all_events(&stage.bank).await, &broker.taken());
    }

    async fn of_two_drivers_one_has_the_sink_and_the_other_goes_on(stage) {
        post(stage, 3, 30).await;
        subscribed(&stage.bank).await;
        let broker = Scripted::new(|_| Fate::Taken);
        let (one, two) = (delivered(&stage.bank, &broker).await, delivered(&stage.bank, &broker).await);
        drained(stage).await;
        one.stop().await;
        post(stage, 3, 30).await;
        drained(stage).await;
        two.stop().await;
        in_order(&all_events(&stage.bank).await, &broker.taken());
    }

    async fn a_sink_that_is_taken_back_is_sent_under_the_same_ids(stage) {
        post(stage, 3, 9).await;
        subscribed(&stage.bank).await;
        let broker = Scripted::new(|_| Fate::Taken);
        let delivery = delivered(&stage.bank, &broker).await;
        drained(stage).await;
        let first = broker.taken();
        stage.ok("events.rewind", json!({ "sink": "orders", "seq": 0 })).await;
        drained(stage).await;
        delivery.stop().await;
        assert_eq!(broker.taken()[first.len()..][..first.len()], first[..]);
    }

    async fn a_sink_must_be_there(stage) {
        let broker = Scripted::new(|_| Fate::Taken);
        let nobody = stage.bank.deliver("orders", broker.broker()).await.unwrap_err();
        assert_eq!((nobody.code().as_str(), &nobody.details()["sink"]), ("sink_not_found", &json!("orders")));
        let unnamed = stage.bank.deliver("a b", broker.broker()).await.unwrap_err();
        assert_eq!(unnamed.details()["field"], "sink");
        subscribed(&stage.bank).await;
        stage.ok("events.unsubscribe", json!({ "sink": "orders" })).await;
        let gone = stage.bank.deliver("orders", broker.broker()).await.unwrap_err();
        assert_eq!(gone.code().as_str(), "sink_not_found");
    }
}

/// A row that commits late is behind what committed before it, and no reader has passed its place.
#[cfg(all(feature = "postgres", feature = "host-sqlx"))]
#[tokio::test(flavor = "multi_thread")]
async fn museum_50_what_commits_late_is_not_skipped() {
    use sqlx::Connection as _;

    let stage = Stage::apart(crate::support::Kind::Postgres).await;
    subscribed(&stage.bank).await;
    let broker = Scripted::new(|_| Fate::Taken);
    let delivery = delivered(&stage.bank, &broker).await;
    let mut conn = sqlx::PgConnection::connect(&stage.url).await.unwrap();
    let mut tx = conn.begin().await.unwrap();
    let bound = stage.bank.using(&mut tx).unwrap();
    bound.ledger().open_account(earnest::requests::OpenAccount::new("late", "USD")).await.unwrap();
    drop(bound);
    post(&stage, 3, 12).await;
    until("what was committed is delivered", async || (broker.taken().len() >= 12).then_some(())).await;
    drained(&stage).await;
    let before = broker.taken().len();
    tx.commit().await.unwrap();
    until("the late one is delivered", async || (broker.taken().len() > before).then_some(())).await;
    delivery.stop().await;
    let all = all_events(&stage.bank).await;
    in_order(&all, &broker.taken());
    let late = all.iter().find(|(object, _)| object == "late").unwrap();
    assert!(broker.taken()[before..].contains(&late.1), "it comes last, though it was the first");
    stage.finish().await;
}

/// The background delivers what the options name, as soon as the sink is there, and ends with the engine.
#[tokio::test(flavor = "multi_thread")]
async fn the_background_delivers_what_the_options_name() {
    let broker = Scripted::new(|_| Fate::Taken);
    let options = Options::new().deliver("orders", broker.broker());
    let bank = Engine::open_with("memory:", options).await.unwrap();
    bank.call("ledger.top_up", json!({ "account": "alice", "amount": "5.00 USD", "key": "t" }))
        .await
        .unwrap();
    subscribed(&bank).await;
    let expected = until("events are there", async || {
        let events = all_events(&bank).await;
        (!events.is_empty() && broker.taken().len() >= events.len()).then_some(events)
    })
    .await;
    in_order(&expected, &broker.taken());
    bank.close().await;
    let after = broker.batches();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(broker.batches(), after);
}

/// A delivery in the middle of a batch.
struct UnderWay {
    stage: Stage,
    broker: Scripted,
    delivery: Subscription,
    /// Whether its broker may go on.
    leaves: Arc<Mutex<bool>>,
}

async fn under_way() -> UnderWay {
    let stage = Stage::open(crate::support::Kind::Memory).await;
    post(&stage, 2, 6).await;
    subscribed(&stage.bank).await;
    let (entered, leaves) = (Arc::new(Mutex::new(false)), Arc::new(Mutex::new(false)));
    let (enter, leave) = (entered.clone(), leaves.clone());
    let broker = Scripted::new(move |_| {
        *enter.lock().unwrap() = true;
        while !*leave.lock().unwrap() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Fate::Taken
    });
    let delivery = delivered(&stage.bank, &broker).await;
    until("it is under way", async || entered.lock().unwrap().then_some(())).await;
    UnderWay { stage, broker, delivery, leaves }
}

/// Whoever stops waits for the report on what is under way: nothing comes again.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_reported_on_before_it_stops() {
    let UnderWay { stage, delivery, leaves, .. } = under_way().await;
    let stopped = tokio::spawn(delivery.stop());
    tokio::time::sleep(Duration::from_millis(20)).await;
    *leaves.lock().unwrap() = true;
    stopped.await.unwrap();
    let status = status(&stage.bank).await;
    assert_eq!((&status["lag"], &status["sink"]["leased_until"]), (&json!(0), &json!(null)));
    stage.finish().await;
}

/// A report that is refused leaves it open what is done: it comes again over a new line, which finds what
/// its broker has already.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_reported_on_comes_again_over_a_new_line() {
    let UnderWay { stage, broker, delivery, leaves } = under_way().await;
    stage.ok("events.rewind", json!({ "sink": "orders", "seq": 0 })).await;
    *leaves.lock().unwrap() = true;
    let expected = all_events(&stage.bank).await;
    until("it came again", async || (broker.taken().len() >= 2 * expected.len()).then_some(())).await;
    drained(&stage).await;
    delivery.stop().await;
    assert_eq!(*broker.lines.lock().unwrap(), 2);
    in_order(&expected, &broker.taken());
    stage.finish().await;
}

/// A URL is refused without being repeated, and never shown with its password.
#[test]
fn no_message_repeats_a_url() {
    for bad in [
        "",
        "orders",
        "http://me:hunter2@mq.example/",
        "amqp://me:hunter2@mq.example/",
        "kafka://me:hunter2@a:1/t",
    ] {
        let error = Broker::request("deliver.orders", bad).unwrap_err();
        assert_eq!(error.details()["field"], "deliver.orders", "{bad}");
        assert!(!format!("{error:?}{error}").contains("hunter2"), "{error}");
    }
    let broker = Broker::request("deliver", "amqp://me:hunter2@mq.example/?exchange=e").unwrap();
    let options = format!("{:?}", Options::new().deliver("orders", broker));
    assert!(options.contains("mq.example") && !options.contains("hunter2"), "{options}");
}
