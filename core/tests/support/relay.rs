//! A line to a server that a test can let go silent, cut, or lead to another server.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The state of a line.
#[derive(Clone, Debug, Default)]
struct State {
    /// Where new connections lead; nowhere is refused.
    target: Option<String>,
    /// Connections with a lower number carry nothing more, and stay open.
    silent_below: u64,
    /// The same of what the server says alone.
    mute_below: u64,
    /// Connections with a lower number are closed.
    cut_below: u64,
    /// New connections are taken and carry nothing.
    silent: bool,
}

/// A running relay; it listens on loopback until it is dropped.
pub(crate) struct Relay {
    /// The port to connect to instead of the server's.
    pub(crate) port: u16,
    state: watch::Sender<State>,
    next: Arc<AtomicU64>,
    swallowed: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
        self.cut();
    }
}

impl Relay {
    /// Listens in front of `server`, such as `127.0.0.1:5432`.
    pub(crate) async fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let next = Arc::new(AtomicU64::new(0));
        let (state, seen) = watch::channel(State { target: Some(server.to_owned()), ..State::default() });
        let swallowed = Arc::new(AtomicU64::new(0));
        let (count, lost) = (next.clone(), swallowed.clone());
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(carry(client, number, seen.clone(), lost.clone()));
            }
        });
        Self { port, state, next, swallowed, task }
    }

    /// The same for the server of a URL, and the URL through the relay.
    pub(crate) async fn before(url: &str) -> (Self, String) {
        let server = url::Url::parse(url).unwrap();
        let relay = Self::start(&format!("127.0.0.1:{}", server.port().unwrap())).await;
        let url = relay.url(url);
        (relay, url)
    }

    /// A server's URL through this relay.
    pub(crate) fn url(&self, server: &str) -> String {
        let mut url = url::Url::parse(server).unwrap();
        url.set_port(Some(self.port)).unwrap();
        url.to_string()
    }

    /// Connections so far.
    pub(crate) fn connections(&self) -> u64 {
        self.next.load(Ordering::SeqCst)
    }

    /// How many bytes were said on a line that had gone silent, and heard by nobody.
    pub(crate) fn swallowed(&self) -> u64 {
        self.swallowed.load(Ordering::SeqCst)
    }

    /// Every open connection goes silent for ever, as behind a firewall that forgot it; so do new ones if
    /// `all`.
    pub(crate) fn silence(&self, all: bool) {
        let below = self.connections();
        self.state.send_modify(|state| (state.silent_below, state.silent) = (below, all));
    }

    /// Lets through what clients say, and nothing back; new connections work.
    pub(crate) fn mute(&self) {
        let below = self.connections();
        self.state.send_modify(|state| state.mute_below = below);
    }

    /// New connections work again.
    pub(crate) fn heal(&self) {
        self.state.send_modify(|state| state.silent = false);
    }

    /// Closes every open connection.
    pub(crate) fn cut(&self) {
        let below = self.connections();
        self.state.send_modify(|state| state.cut_below = below);
    }

    /// Leads new connections elsewhere; `None` refuses them.
    pub(crate) fn lead_to(&self, target: Option<&str>) {
        self.state.send_modify(|state| state.target = target.map(ToOwned::to_owned));
    }
}

async fn carry(client: TcpStream, number: u64, mut seen: watch::Receiver<State>, lost: Arc<AtomicU64>) {
    let State { target, silent, .. } = seen.borrow_and_update().clone();
    let cut = {
        let mut seen = seen.clone();
        async move { drop(seen.wait_for(|state| number < state.cut_below).await) }
    };
    let line = async move {
        if silent {
            return std::future::pending().await;
        }
        let Some(target) = target else { return };
        let Ok(server) = TcpStream::connect(target).await else { return };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let heard = seen.clone();
        tokio::select! {
            () = pump(from_client, to_server, &lost, move || number < seen.borrow().silent_below) => {}
            () = pump(from_server, to_client, &lost, move || {
                number < heard.borrow().silent_below.max(heard.borrow().mute_below)
            }) => {}
        }
    };
    tokio::select! {
        () = cut => {}
        () = line => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, lost: &AtomicU64, silent: impl Fn() -> bool) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count) = from.read(&mut buffer).await {
        if silent() {
            lost.fetch_add(count as u64, Ordering::SeqCst);
            return std::future::pending().await;
        }
        if count == 0 || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
