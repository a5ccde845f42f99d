//! A real Kafka, which only `make soak` fetches: order, sizes, kills, and that nothing is sent twice.

use std::collections::BTreeSet;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use earnest::{Book, Engine, Options, Time};
use rskafka::client::partition::{OffsetAt, UnknownTopicHandling};
use rskafka::client::{Client, ClientBuilder};

use super::{
    Broker, Fate, Line, Message, Stage, Subscription, all_events, drained, drained_of, in_order, post,
    status, subscribed, unparked,
};
use crate::support::children::{self, Told};
use crate::support::ports::free;
use crate::support::soak::rounds;
use crate::support::{Kind, json};

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server of this test's own, in KRaft mode. It is killed when this is dropped.
struct Kafka {
    folder: tempfile::TempDir,
    port: u16,
    child: Option<Child>,
}

impl Kafka {
    fn down() -> Self {
        let folder = tempfile::Builder::new().prefix("earnest-kafka.").tempdir().unwrap();
        let (port, controller) = (free(), free());
        let config = format!(
            "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:{controller}\n\
             listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
             advertised.listeners=PLAINTEXT://127.0.0.1:{port}\ncontroller.listener.names=CONTROLLER\n\
             log.dirs={}\noffsets.topic.replication.factor=1\nauto.create.topics.enable=false\n\
             transaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n\
             share.coordinator.state.topic.replication.factor=1\nshare.coordinator.state.topic.min.isr=1\n\
             message.max.bytes=50000\n",
            folder.path().join("data").display()
        );
        std::fs::write(folder.path().join("server.properties"), config).unwrap();
        let kafka = Self { folder, port, child: None };
        let formatted = kafka
            .java(&[
                "kafka.tools.StorageTool",
                "format",
                "-t",
                "MkU3OEVBNTcwNTJENDM2Qg",
                "-c",
                "server.properties",
            ])
            .status()
            .unwrap();
        assert!(formatted.success(), "`scripts/setup kafka` fetches Kafka");
        kafka
    }

    fn java(&self, args: &[&str]) -> Command {
        let jars = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/tools/kafka/lib/*");
        let mut command = Command::new("java");
        command.args(["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"]).arg(jars).args(args);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn up(&mut self) {
        self.child = Some(self.java(&["kafka.Kafka", "server.properties"]).spawn().unwrap());
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(since.elapsed() < PATIENCE, "Kafka did not start");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn url(&self, topic: &str) -> String {
        format!("kafka://127.0.0.1:{}/{topic}", self.port)
    }

    async fn client(&self) -> Client {
        ClientBuilder::new(vec![format!("127.0.0.1:{}", self.port)]).build().await.unwrap()
    }

    async fn topic(&self, name: &str, partitions: i32) {
        let controller = self.client().await.controller_client().unwrap();
        controller.create_topic(name, partitions, 1, 10_000).await.unwrap();
    }

    /// The ids of all messages of a topic, each partition in its order.
    async fn ids(&self, topic: &str, partitions: i32) -> Vec<String> {
        let (client, mut found) = (self.client().await, Vec::new());
        for number in 0..partitions {
            let partition =
                client.partition_client(topic, number, UnknownTopicHandling::Retry).await.unwrap();
            let end = partition.get_offset(OffsetAt::Latest).await.unwrap();
            let mut at = 0;
            while at < end {
                let (records, _) = partition.fetch_records(at, 1..1_000_000, 500).await.unwrap();
                for read in records {
                    at = read.offset + 1;
                    found.push(String::from_utf8(read.record.headers["ce_id"].clone()).unwrap());
                }
            }
        }
        found
    }
}

impl Drop for Kafka {
    fn drop(&mut self) {
        self.kill();
    }
}

fn message(seq: i64, object_id: &str, size: usize) -> Message {
    let (kind, object, object_id) = ("account.opened".to_owned(), "account".to_owned(), object_id.to_owned());
    let id = format!("ev-{seq}");
    Message {
        seq,
        id,
        book: Book::main(),
        kind,
        object,
        object_id,
        at: Time::EPOCH,
        body: vec![b'x'; size].into(),
    }
}

/// Sends as the driver does: what is unsent comes again, for a topic that is new has no leader at once.
async fn sent(line: &mut dyn Line, batch: &[Message]) -> Vec<Fate> {
    let since = Instant::now();
    loop {
        let fates = line.send(batch).await;
        if !fates.iter().any(|fate| matches!(fate, Fate::Unsent(_))) || since.elapsed() > PATIENCE / 4 {
            return fates;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// No topic, sizes, and a second process that sends what the first one did not report.
async fn refused_and_read_back(kafka: &Kafka) {
    kafka.topic("sizes", 3).await;
    let batch: Vec<Message> = (0..200)
        .map(|n| message(n, &format!("o-{}", n % 20), if n == 47 { 60_000 } else { 1_000 }))
        .collect();
    for _ in 0..2 {
        let mut line = Broker::request("url", &kafka.url("sizes")).unwrap().line();
        for (n, fate) in sent(&mut *line, &batch).await.iter().enumerate() {
            let expected = match n {
                47 => matches!(fate, Fate::Refused(_)),
                _ if n % 20 == 7 && n > 47 => *fate == Fate::Held,
                _ => *fate == Fate::Taken,
            };
            assert!(expected, "{n}: {fate:?}");
        }
    }
    let ids = kafka.ids("sizes", 3).await;
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "nothing twice");
    assert_eq!(ids.len(), 200 - 8);
    let mut nowhere = Broker::request("url", &kafka.url("no-{object}")).unwrap().line();
    // servers that have just begun may not know it yet
    assert!(matches!(&nowhere.send(&batch[..1]).await[..], [Fate::Unsent(_)]));
    let fates = sent(&mut *nowhere, &batch[..1]).await;
    assert!(matches!(&fates[..], [Fate::Refused(reason)] if reason.contains("no-account")), "{fates:?}");
}

/// Changes 40 accounts in turn, so many times, a thousand at once.
async fn changes(stage: &Stage, count: usize, name: &str) {
    for first in (0..count).step_by(1_000) {
        let calls = (first..count.min(first + 1_000)).map(|n| {
            let args = json!({ "account": format!("p-{}", n % 40), "kind": format!("k-{name}-{n}") });
            stage.bank.call("ledger.update_account", args)
        });
        futures_util::future::join_all(calls).await.into_iter().for_each(|done| drop(done.unwrap()));
    }
}

/// Every event is in the topic once, in the order of its object.
async fn once_and_in_order(kafka: &Kafka, stage: &Stage, topics: &[(&str, i32)]) {
    let mut ids = Vec::new();
    for (topic, partitions) in topics {
        ids.extend(kafka.ids(topic, *partitions).await);
    }
    in_order(&all_events(&stage.bank).await, &ids);
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "nothing twice");
}

async fn deliver(kafka: &Kafka, stage: &Stage, sink: &str, topic: &str) -> Subscription {
    stage.bank.deliver(sink, Broker::request("url", &kafka.url(topic)).unwrap()).await.unwrap()
}

/// An event without a topic is parked at once while others arrive, and comes in its order when there is
/// one; a sink that is made later gets everything from the first event on.
async fn parked_and_replayed(kafka: &Kafka) {
    kafka.topic("of-account", 2).await;
    let stage = Stage::open(Kind::Sqlite).await;
    let wanted = json!({ "sink": "orders", "types": ["account.*", "transfer.*"], "from": "first" });
    stage.ok("events.subscribe", wanted.clone()).await;
    post(&stage, 10, 40).await;
    for n in 0..6 {
        stage.funded(&format!("p-{n}"), "1.00 USD").await;
    }
    post(&stage, 10, 40).await;
    let delivery = deliver(kafka, &stage, "orders", "of-{object}").await;
    drained(&stage).await;
    let parked = stage.ok("events.parked", json!({ "sink": "orders" })).await;
    let parked = parked["items"].as_array().unwrap();
    assert_eq!(parked.len(), 6, "{parked:?}");
    assert!(parked.iter().all(|left| left["object"] == "transfer" && left["attempts"] == 1), "{parked:?}");
    kafka.topic("of-transfer", 2).await;
    assert_eq!(unparked(&stage, "orders").await, 6);
    drained(&stage).await;
    delivery.stop().await;
    once_and_in_order(kafka, &stage, &[("of-account", 2), ("of-transfer", 2)]).await;

    kafka.topic("later", 3).await;
    stage.ok("events.subscribe", json!({ "sink": "later", "types": wanted["types"], "from": "first" })).await;
    let delivery = deliver(kafka, &stage, "later", "later").await;
    drained_of(&stage, "later").await;
    delivery.stop().await;
    once_and_in_order(kafka, &stage, &[("later", 3)]).await;
    stage.finish().await;
}

/// The server is killed while events happen and are sent, every second time together with its driver.
async fn killed(kafka: &mut Kafka, rounds: u32) {
    kafka.topic("orders", 4).await;
    let stage = Stage::open(Kind::Sqlite).await;
    subscribed(&stage.bank).await;
    post(&stage, 40, 40).await;
    let mut delivery = deliver(kafka, &stage, "orders", "orders").await;
    for round in 0..rounds {
        let name = round.to_string();
        let killed = async {
            tokio::time::sleep(Duration::from_millis(u64::from(round % 20) * 20)).await;
            if round % 2 == 1 {
                // the task of the driver is cut off in the middle of its batch
                drop(std::mem::replace(&mut delivery, deliver(kafka, &stage, "orders", "orders").await));
            }
            tokio::task::block_in_place(|| {
                kafka.kill();
                kafka.up();
            });
        };
        tokio::join!(changes(&stage, 1_000, &name), killed);
        // a batch that was cut off is its driver's for a minute
        stage.advance("PT61S");
    }
    drained(&stage).await;
    delivery.stop().await;
    once_and_in_order(kafka, &stage, &[("orders", 4)]).await;
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "not a test: what the test below starts as a process of its own"]
async fn child() {
    let Some(Told { url, schema, name, .. }) = children::told() else { return };
    let bank = Engine::open_with(&url, Options::new().names(schema, "earnest_")).await.unwrap();
    let _delivery = bank.deliver("orders", Broker::request("url", &name).unwrap()).await.unwrap();
    children::say("deliver", "begun");
    // it is killed
    std::future::pending::<()>().await;
}

/// A process that delivers is killed in the middle of it, and the next one goes on.
async fn killed_processes(kafka: &Kafka, rounds: u32) {
    kafka.topic("processes", 4).await;
    // its clock runs, as that of the processes does
    let stage = Stage::with(Kind::Sqlite, Options::new().background(false).pool_size(4)).await;
    subscribed(&stage.bank).await;
    post(&stage, 40, 40).await;
    for round in 0..rounds {
        changes(&stage, 1_000, &round.to_string()).await;
        tokio::task::block_in_place(|| {
            let url = kafka.url("processes");
            let mut child = children::start(&stage, "brokers::kafka::child", &url, 0);
            let mut said = children::lines(&mut child);
            assert_eq!(said.next(), Some(("deliver".to_owned(), "begun".to_owned())));
            std::thread::sleep(Duration::from_millis(u64::from(round % 20) * 10));
        });
        // what it has sent arrives before anybody looks for it, and its batch would be its own for a minute
        tokio::time::sleep(Duration::from_millis(500)).await;
        let seq = status(&stage.bank).await["sink"]["seq"].clone();
        stage.ok("events.rewind", json!({ "sink": "orders", "seq": seq })).await;
    }
    let delivery = deliver(kafka, &stage, "orders", "processes").await;
    let since = Instant::now();
    loop {
        let status = status(&stage.bank).await;
        if status["lag"] == 0 && status["sink"]["leased_until"].is_null() {
            assert_eq!((&status["parked"], &status["waiting"]), (&json!(0), &json!(0)), "{status}");
            break;
        }
        assert!(since.elapsed() < PATIENCE, "{status}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    delivery.stop().await;
    once_and_in_order(kafka, &stage, &[("processes", 4)]).await;
    stage.finish().await;
}

/// The server is down for an hour of the test clock, in which so many events happen.
async fn away_for_an_hour(kafka: &mut Kafka, events: usize) {
    kafka.topic("hour", 4).await;
    tokio::task::block_in_place(|| kafka.kill());
    let stage = Stage::open(Kind::Sqlite).await;
    subscribed(&stage.bank).await;
    let delivery = deliver(kafka, &stage, "orders", "hour").await;
    post(&stage, 40, 40).await;
    for minute in 0..60 {
        changes(&stage, events / 60, &minute.to_string()).await;
        stage.advance("PT1M");
    }
    let status = status(&stage.bank).await;
    // the first event is the sink's own, of which it hears nothing
    assert_eq!((&status["sink"]["seq"], &status["parked"]), (&json!(1), &json!(0)), "{status}");
    tokio::task::block_in_place(|| kafka.up());
    drained(&stage).await;
    delivery.stop().await;
    once_and_in_order(kafka, &stage, &[("hour", 4)]).await;
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn soak_kafka_is_killed_and_gets_everything_once() {
    let rounds = rounds(0, 100);
    if rounds == 0 {
        // only `make soak` has a Kafka
        return;
    }
    let mut kafka = tokio::task::block_in_place(|| {
        let mut kafka = Kafka::down();
        kafka.up();
        kafka
    });
    refused_and_read_back(&kafka).await;
    parked_and_replayed(&kafka).await;
    killed(&mut kafka, rounds).await;
    killed_processes(&kafka, rounds).await;
    away_for_an_hour(&mut kafka, 360_000).await;
}
