//! A small router before several PostgreSQL servers, each of which has some of the books.
//!
//! It sends every transaction to the server that has the book in `$1` of its statements, refuses what names
//! no book and what would need two servers, and sends to all of them only what such a router knows by name:
//! settings, migrations, and writes of the tables that every server has whole. A bounded read across books
//! that locks nothing is answered with the rows of all servers, one after the other. What needs a server that
//! is gone fails, and the client's connection goes on; what needs one that is silent waits. With one server
//! it only takes down what is said.

#![allow(dead_code, reason = "each test file uses its own part")]

mod line;
mod text;
mod wire;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;

/// The traffic of a router.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Every text that was prepared or sent.
    pub(crate) texts: BTreeSet<String>,
    /// Why statements were refused, with their texts.
    pub(crate) refused: Vec<String>,
    /// Statements of one book, by server.
    pub(crate) routed: Vec<u64>,
    /// Reads that every server answered.
    pub(crate) across: u64,
    /// Statements that every server was given.
    pub(crate) broadcast: u64,
}

/// How a router treats the statements of one book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As a router must.
    Sound,
    /// It sends them to every server, as one does that knows nothing of books.
    Broadcasts,
    /// It sends them to the servers in turn, also those of one transaction.
    Tears,
    /// The engine behind it has no such statement: those with this word in their text.
    Lacks(&'static str),
}

/// A running router; it listens on loopback until it is dropped.
pub(crate) struct Router {
    /// The port to connect to.
    pub(crate) port: u16,
    seen: Arc<Mutex<Seen>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Router {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Router {
    /// Listens before servers such as `127.0.0.1:5432`, which trust everybody and have the same databases.
    pub(crate) async fn before(servers: &[String]) -> Self {
        Self::in_mode(servers, Mode::Sound).await
    }

    /// The same, in any mode.
    pub(crate) async fn in_mode(servers: &[String], mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(Mutex::new(Seen { routed: vec![0; servers.len()], ..Seen::default() }));
        let (servers, notes) = (servers.to_vec(), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            let mut lines = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (servers, notes) = (servers.clone(), Arc::clone(&notes));
                lines.spawn(async move { drop(line::carry(client, &servers, mode, &notes).await) });
            }
        });
        Self { port, seen, task }
    }

    /// The same before the server of a URL, and the URL through it.
    pub(crate) async fn recording(url: &str) -> (Self, String) {
        let server = url::Url::parse(url).expect("a URL");
        let router = Self::before(&[format!("127.0.0.1:{}", server.port().unwrap_or(5432))]).await;
        let url = router.url(url);
        (router, url)
    }

    /// The URL of a database of its servers through this router.
    pub(crate) fn url(&self, server: &str) -> String {
        let mut url = url::Url::parse(server).expect("a URL");
        url.set_port(Some(self.port)).expect("a port");
        url.to_string()
    }

    /// Returns the traffic so far.
    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The server that has a book.
pub(crate) fn home(book: &str, servers: usize) -> usize {
    book.bytes().fold(0, |sum, byte| (sum * 31 + usize::from(byte)) % 1009) % servers.max(1)
}
