//! A proxy between an engine and PostgreSQL that harms commits: it loses requests, loses replies, delivers
//! late, or cuts the line.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// The simple query `COMMIT`, as it travels: type, length, text, NUL.
const COMMIT: &[u8] = b"Q\x00\x00\x00\x0bCOMMIT\x00";
/// A text that marks a statement as a transaction by itself.
const ALONE: &[u8] = b"set_config('lock_timeout', '100'";

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

/// The fault of every n-th COMMIT (or packet).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It reaches the server; the reply is dropped and the line cut.
    DropReply,
    /// It never reaches the server, and the line is cut.
    DropRequest,
    /// The line is cut after some packet, whatever it was.
    Cut,
    /// The line is cut, and what was under way arrives when the engine has long found out that it did not.
    Late,
    /// Whatever it was, the packet takes a while; nothing is lost.
    Slow,
}

/// How late a request is that arrives late: before the engine is back, while it asks, and long after.
const LATE: [u64; 4] = [1_500, 5, 700, 300];
/// How long a packet takes on a slow line.
const SLOW: Duration = Duration::from_millis(40);
/// The type of the message that refuses a request.
const REFUSED: u8 = b'E';

/// A running proxy; it listens on loopback until it is dropped.
pub(crate) struct Proxy {
    /// The URL to open instead of the server's.
    pub(crate) url: String,
    harmed: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
    late: Arc<AtomicU64>,
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
    /// Of the late ones: how many have arrived, and how many of those the server refused.
    late: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
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
        let (harmed, late, refused) = (Arc::<AtomicU64>::default(), Arc::default(), Arc::default());
        let plan = Plan { fault, every, seen: Arc::default(), harmed, late, refused };
        let (harmed, late, refused) = (plan.harmed.clone(), plan.late.clone(), plan.refused.clone());
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, plan) = (server.clone(), plan.clone());
                tokio::spawn(async move { forward(client, &server, plan).await });
            }
        });
        Self { url: format!("postgres://postgres@127.0.0.1:{port}/{database}"), harmed, late, refused, task }
    }

    /// How many commits were harmed.
    pub(crate) fn harmed(&self) -> u64 {
        self.harmed.load(Ordering::SeqCst)
    }

    /// How many requests arrived late, and how many of them the server refused.
    pub(crate) fn late(&self) -> (u64, u64) {
        (self.late.load(Ordering::SeqCst), self.refused.load(Ordering::SeqCst))
    }
}

async fn forward(client: TcpStream, server: &str, plan: Plan) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let late = tokio::select! {
        late = harm(&mut from_client, &mut to_server, &plan) => late,
        _ = tokio::io::copy(&mut from_server, &mut to_client) => None,
    };
    drop((from_client, to_client));
    if let Some((packet, delay)) = late {
        tokio::time::sleep(delay).await;
        arrive(&packet, from_server, to_server, &plan).await;
    }
}

/// Delivers what nobody waits for any more, and hears what the server makes of it.
async fn arrive(packet: &[u8], mut from: OwnedReadHalf, mut to: OwnedWriteHalf, plan: &Plan) {
    if to.write_all(packet).await.is_err() {
        return;
    }
    // the first message says it: an error, or that the statement was parsed, bound or carried out
    let mut reply = vec![0; 1 << 16];
    let count = from.read(&mut reply).await.unwrap_or(0);
    if count > 0 {
        plan.late.fetch_add(1, Ordering::SeqCst);
        plan.refused
            .fetch_add(u64::from(messages(&reply[..count]).any(|kind| kind == REFUSED)), Ordering::SeqCst);
    }
}

/// The types of the messages of a reply: a letter, then a length that counts itself.
fn messages(reply: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut rest = reply;
    std::iter::from_fn(move || {
        let (kind, length) = (*rest.first()?, rest.get(1..5)?.try_into().unwrap());
        rest = rest.get(1 + u32::from_be_bytes(length) as usize..).unwrap_or_default();
        Some(kind)
    })
}

/// Forwards what the client says until the plan strikes; then the line is gone. Answers what arrives later,
/// and how much later.
async fn harm(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, plan: &Plan) -> Option<(Vec<u8>, Duration)> {
    let mut buffer = vec![0; 1 << 20];
    let mut commits = Commits::default();
    while let Ok(count) = from.read(&mut buffer).await {
        if count == 0 {
            return None;
        }
        let packet = &buffer[..count];
        let commits = commits.are_in(packet);
        match plan.fault {
            Fault::DropRequest if commits && plan.strikes() => return None,
            Fault::Cut if plan.strikes() => return None,
            Fault::Late if commits && plan.strikes() => {
                let delay = LATE[plan.harmed.load(Ordering::SeqCst) as usize % LATE.len()];
                return Some((packet.to_vec(), Duration::from_millis(delay)));
            }
            Fault::Slow if plan.strikes() => tokio::time::sleep(SLOW).await,
            _ => {}
        }
        if to.write_all(packet).await.is_err() {
            return None;
        }
        if plan.fault == Fault::DropReply && commits && plan.strikes() {
            // the server has it: the reply is lost with the line, whether the commit is over or still under
            // way
            tokio::time::sleep(Duration::from_millis(plan.harmed.load(Ordering::SeqCst) % 4)).await;
            return None;
        }
    }
    None
}
