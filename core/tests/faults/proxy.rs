//! A proxy between an engine and PostgreSQL that harms commits: it loses requests, loses replies, or cuts the line.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// The simple query `COMMIT`, as it travels: type, length, text, NUL.
const COMMIT: &[u8] = b"Q\x00\x00\x00\x0bCOMMIT\x00";
/// What only a statement says that is a transaction by itself.
const ALONE: &[u8] = b"set_config('lock_timeout'";

/// Tells which packets make something durable: COMMIT, and the statements that need none.
#[derive(Default)]
struct Commits {
    /// The names of prepared statements that are transactions by themselves.
    alone: Vec<Vec<u8>>,
}

impl Commits {
    fn are_in(&mut self, packet: &[u8]) -> bool {
        // Parse: 'P', length, name, NUL, text
        for at in find(packet, ALONE) {
            let name = packet[..at].windows(5).rposition(|window| window == b"sqlx_").unwrap();
            let length = packet[name..].iter().position(|byte| *byte == 0).unwrap();
            self.alone.push(packet[name..=name + length].to_vec());
        }
        // Bind: 'B', length, portal (none), NUL, name, NUL
        let bound = |name: &Vec<u8>| {
            find(packet, name).any(|at| at >= 6 && packet[at - 6] == b'B' && packet[at - 1] == 0)
        };
        find(packet, COMMIT).next().is_some() || self.alone.iter().any(bound)
    }
}

fn find<'p>(packet: &'p [u8], what: &'p [u8]) -> impl Iterator<Item = usize> + 'p {
    packet.windows(what.len()).enumerate().filter(move |(_, window)| *window == what).map(|(at, _)| at)
}

/// What is done to every n-th COMMIT (or packet).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It reaches the server; the reply is dropped and the line cut.
    DropReply,
    /// It never reaches the server, and the line is cut.
    DropRequest,
    /// The line is cut after some packet, whatever it was.
    Cut,
}

/// A running proxy; it listens on loopback until it is dropped.
pub(crate) struct Proxy {
    /// The URL to open instead of the server's.
    pub(crate) url: String,
    harmed: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Plan {
    fault: Fault,
    every: u64,
    seen: Arc<AtomicU64>,
    harmed: Arc<AtomicU64>,
}

impl Plan {
    fn strikes(&self) -> bool {
        let strikes = self.seen.fetch_add(1, Ordering::SeqCst) % self.every == self.every - 1;
        if strikes {
            self.harmed.fetch_add(1, Ordering::SeqCst);
        }
        strikes
    }
}

impl Proxy {
    /// Listens in front of the server of `url`.
    pub(crate) async fn start(url: &str, fault: Fault, every: u64) -> Self {
        let rest = url.split_once('@').unwrap().1;
        let (server, database) = rest.split_once('/').unwrap();
        let server = server.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let harmed = Arc::new(AtomicU64::new(0));
        let plan = Plan { fault, every, seen: Arc::default(), harmed: harmed.clone() };
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, plan) = (server.clone(), plan.clone());
                tokio::spawn(async move { forward(client, &server, plan).await });
            }
        });
        Self { url: format!("postgres://postgres@127.0.0.1:{port}/{database}"), harmed, task }
    }

    /// How many commits were harmed.
    pub(crate) fn harmed(&self) -> u64 {
        self.harmed.load(Ordering::SeqCst)
    }
}

async fn forward(client: TcpStream, server: &str, plan: Plan) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let back = tokio::spawn(copy(from_server, to_client));
    harm(from_client, to_server, plan).await;
    back.abort();
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    drop(tokio::io::copy(&mut from, &mut to).await);
}

/// Forwards what the client says until the plan strikes; then the line is gone.
async fn harm(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, plan: Plan) {
    let mut buffer = vec![0; 1 << 20];
    let mut commits = Commits::default();
    while let Ok(count) = from.read(&mut buffer).await {
        if count == 0 {
            return;
        }
        let packet = &buffer[..count];
        let commits = commits.are_in(packet);
        match plan.fault {
            Fault::DropRequest if commits && plan.strikes() => return,
            Fault::Cut if plan.strikes() => return,
            Fault::DropReply if commits && plan.strikes() => {
                if to.write_all(packet).await.is_ok() {
                    // the server has it: the reply is lost with the line, whether the commit is over or still under way
                    tokio::time::sleep(std::time::Duration::from_millis(
                        plan.harmed.load(Ordering::SeqCst) % 4,
                    ))
                    .await;
                }
                return;
            }
            _ if to.write_all(packet).await.is_err() => return,
            _ => {}
        }
    }
}
