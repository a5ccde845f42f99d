//! A real Kafka, which only `make soak` fetches: order, sizes, kills, and that nothing is sent twice.

use std::collections::BTreeSet;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use earnest::{Book, Time};
use rskafka::client::partition::{OffsetAt, UnknownTopicHandling};
use rskafka::client::{Client, ClientBuilder};

use super::{Broker, Fate, Line, Message, Stage, all_events, drained, in_order, post, subscribed};
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

#[tokio::test(flavor = "multi_thread")]
async fn soak_kafka_is_killed_and_gets_everything_once() {
    let rounds = rounds(0, 20);
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
    kafka.topic("orders", 4).await;
    let stage = Stage::open(Kind::Sqlite).await;
    subscribed(&stage.bank).await;
    post(&stage, 40, 40).await;
    let broker = Broker::request("url", &kafka.url("orders")).unwrap();
    let delivery = stage.bank.deliver("orders", broker).await.unwrap();
    for round in 0..rounds {
        let calls = (0..2_000).map(|n| {
            let args = json!({ "account": format!("p-{}", n % 40), "kind": format!("k-{round}-{n}") });
            stage.bank.call("ledger.update_account", args)
        });
        let posted = futures_util::future::join_all(calls);
        let killed = async {
            tokio::time::sleep(Duration::from_millis(u64::from(round) * 20)).await;
            tokio::task::block_in_place(|| {
                kafka.kill();
                kafka.up();
            });
        };
        let (posted, ()) = tokio::join!(posted, killed);
        posted.into_iter().for_each(|done| drop(done.unwrap()));
        stage.advance("PT1M");
    }
    drained(&stage).await;
    delivery.stop().await;
    let ids = kafka.ids("orders", 4).await;
    in_order(&all_events(&stage.bank).await, &ids);
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "nothing twice");
    stage.finish().await;
}
