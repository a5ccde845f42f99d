//! A RabbitMQ server of a test's own, on loopback and free ports, and what its queues have.

#![allow(dead_code, reason = "each program uses its own part")]

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lapin::options::{
    BasicAckOptions, BasicGetOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{Channel, Connection, ConnectionProperties, ExchangeKind};

use super::ports::free;

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// The output of a server that has started.
const STARTED: &str = "Starting broker... completed";
/// The largest message that it takes, in bytes: less than the largest event.
pub(crate) const LARGEST: usize = 5_000;

/// A server with its folder. It is killed when this is dropped.
pub(crate) struct Rabbit {
    folder: tempfile::TempDir,
    port: u16,
    ports: [u16; 2],
    /// Finds nodes by name, in this folder's own world.
    mapper: Child,
    wrapper: Option<Child>,
}

impl Rabbit {
    /// One that is down, and has never been up.
    pub(crate) fn down() -> Self {
        let folder = tempfile::Builder::new().prefix("earnest-rabbit.").tempdir().unwrap();
        let (port, ports) = (free(), [free(), free()]);
        let config = format!(
            "listeners.tcp.1 = 127.0.0.1:{port}\ndisk_free_limit.absolute = 50MB\n\
             vm_memory_high_watermark.absolute = 512MB\nmax_message_size = {LARGEST}\n"
        );
        std::fs::write(folder.path().join("rabbit.conf"), config).unwrap();
        std::fs::write(folder.path().join("plugins"), "[].").unwrap();
        let mapper = Command::new("epmd")
            .args(["-address", "127.0.0.1", "-port", &ports[0].to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("`scripts/setup brokers` installs RabbitMQ");
        Self { folder, port, ports, mapper, wrapper: None }
    }

    /// One that is up.
    pub(crate) fn start() -> Self {
        let mut rabbit = Self::down();
        rabbit.up();
        rabbit
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// One of its programs, which finds this node and its cookie.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(format!("/usr/lib/rabbitmq/bin/{program}"));
        command.env("HOME", self.folder.path()).env("RABBITMQ_NODENAME", format!("t{}@localhost", self.port));
        command.env("ERL_EPMD_ADDRESS", "127.0.0.1").env("ERL_EPMD_PORT", self.ports[0].to_string());
        command
    }

    /// Makes a queue for tests that kill its server: RabbitMQ 3.10 elects no leader of a quorum queue that is
    /// asked for a message in the first moments, and there is one server only.
    pub(crate) async fn plain_queue(&self, name: &str) {
        let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        let queues = self.channel().await;
        queues.channel.queue_declare(name.into(), options, FieldTable::default()).await.unwrap();
        // of a server that is killed right after its answer, the queue is lost once in fifteen times
        let said = self.command("rabbitmqctl").args(["eval", "mnesia:sync_log()."]).output().unwrap();
        assert!(said.status.success(), "{said:?}");
    }

    /// Starts it on its folder.
    pub(crate) fn up(&mut self) {
        let mut command = self.command("rabbitmq-server");
        for (name, file) in [
            ("RABBITMQ_MNESIA_BASE", "data"),
            ("RABBITMQ_LOG_BASE", "log"),
            ("RABBITMQ_PID_FILE", "pid"),
            ("RABBITMQ_CONFIG_FILE", "rabbit.conf"),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", "plugins"),
        ] {
            command.env(name, self.path(file));
        }
        command.env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1").env("RABBITMQ_NODE_PORT", self.port.to_string());
        command.env("RABBITMQ_DIST_PORT", self.ports[1].to_string());
        let only_here = "-kernel inet_dist_use_interface {127,0,0,1}";
        command.env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", only_here);
        let log = std::fs::File::create(self.path("out")).unwrap();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.wrapper = Some(command.spawn().expect("`scripts/setup brokers` installs RabbitMQ"));
        let since = Instant::now();
        // that somebody listens at its port is not enough: it may be another, and this one not ready
        while !self.said().contains(STARTED) {
            let has_ended =
                self.wrapper.as_mut().is_some_and(|it| it.try_wait().is_ok_and(|it| it.is_some()));
            assert!(!has_ended && since.elapsed() < PATIENCE, "RabbitMQ did not start: {}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Returns its output since its start.
    fn said(&self) -> String {
        std::fs::read_to_string(self.path("out")).unwrap_or_default()
    }

    /// Ends it in order, or at once.
    fn end(&mut self, signal: &str) {
        let Some(mut wrapper) = self.wrapper.take() else { return };
        if let Ok(pid) = std::fs::read_to_string(self.path("pid")) {
            let _ = Command::new("kill").args([signal, pid.trim()]).stderr(Stdio::null()).status();
        }
        let since = Instant::now();
        while wrapper.try_wait().is_ok_and(|ended| ended.is_none()) && since.elapsed() < PATIENCE / 4 {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = wrapper.kill();
        let _ = wrapper.wait();
        let _ = std::fs::remove_file(self.path("pid"));
    }

    /// Stops it.
    pub(crate) fn stop(&mut self) {
        self.end("-TERM");
    }

    /// Kills it.
    pub(crate) fn kill(&mut self) {
        self.end("-KILL");
    }

    /// Where it listens.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// A URL with these parameters, for who has a password.
    pub(crate) fn url(&self, parameters: &str) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2F?{parameters}", self.port)
    }

    /// A channel to look at it.
    pub(crate) async fn channel(&self) -> Queues {
        let since = Instant::now();
        let url = format!("amqp://guest:guest@127.0.0.1:{}/%2F", self.port);
        loop {
            match Connection::connect(&url, ConnectionProperties::default()).await {
                Ok(connection) => {
                    let channel = connection.create_channel().await.unwrap();
                    return Queues { _connection: connection, channel };
                }
                Err(error) => assert!(since.elapsed() < PATIENCE, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Rabbit {
    fn drop(&mut self) {
        self.kill();
        let _ = self.mapper.kill();
        let _ = self.mapper.wait();
    }
}

/// The queues of a server.
pub(crate) struct Queues {
    _connection: Connection,
    pub(crate) channel: Channel,
}

impl Queues {
    /// Makes a quorum queue.
    pub(crate) async fn queue(&self, name: &str) {
        let mut arguments = FieldTable::default();
        let kind = AMQPValue::LongString(LongString::from("quorum"));
        arguments.insert("x-queue-type".into(), kind);
        let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        self.channel.queue_declare(name.into(), options, arguments).await.unwrap();
    }

    /// Makes an exchange for topics.
    pub(crate) async fn exchange(&self, name: &str) {
        let options = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        let made =
            self.channel.exchange_declare(name.into(), ExchangeKind::Topic, options, FieldTable::default());
        made.await.unwrap();
    }

    /// Has a queue get what an exchange is sent for a pattern.
    pub(crate) async fn bind(&self, queue: &str, exchange: &str, pattern: &str) {
        let options = QueueBindOptions::default();
        let bound = self.channel.queue_bind(
            queue.into(),
            exchange.into(),
            pattern.into(),
            options,
            FieldTable::default(),
        );
        bound.await.unwrap();
    }

    /// Takes what a queue has now: the id and the body of each message.
    pub(crate) async fn drain(&self, queue: &str) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        while let Some(got) = self.channel.basic_get(queue.into(), BasicGetOptions::default()).await.unwrap()
        {
            let id = got.delivery.properties.message_id().as_ref().unwrap().to_string();
            got.delivery.acker.ack(BasicAckOptions::default()).await.unwrap();
            found.push((id, got.delivery.data.clone()));
        }
        found
    }
}
