//! A gate before a node: what is asked by one method is held from a moment on, before the node hears of it or
//! behind that. Whoever waits for the answer can be killed there.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::PATIENCE;
use super::node::post;
use super::proxy::{calls_of, read, say};

/// The half of a conversation that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// The node hears nothing of it.
    Questions,
    /// The node does what it is asked, and nobody reads what it says of that.
    Answers,
}

/// The half and the method held, and how often that came.
#[derive(Debug, Default)]
struct Rule {
    held: Option<Held>,
    method: &'static str,
    count: u32,
}

/// It listens on loopback until it is dropped.
pub(super) struct Gate {
    port: u16,
    rule: Arc<Mutex<Rule>>,
    task: JoinHandle<()>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Gate {
    /// A gate before the node at this port, through which everything passes.
    pub(super) async fn start(node: u16) -> Self {
        let rule = Arc::new(Mutex::new(Rule::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = rule.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(node, shared.clone(), stream));
            }
        });
        Self { port, rule, task }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// From now on this is held.
    pub(super) fn hold(&self, method: &'static str, held: Held) {
        *self.rule.lock().unwrap() = Rule { held: Some(held), method, count: 0 };
    }

    /// From now on everything passes. What was held stays so.
    pub(super) fn open(&self) {
        *self.rule.lock().unwrap() = Rule::default();
    }

    /// Waits until something is held.
    pub(super) async fn holds(&self) {
        let since = Instant::now();
        while self.rule.lock().unwrap().count == 0 {
            assert!(since.elapsed() < PATIENCE, "it was not asked: {:?}", self.rule.lock().unwrap());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Rule {
    /// Returns the half that is held.
    fn of(&self, body: &Value) -> Option<Held> {
        self.held.filter(|_| calls_of(body).into_iter().any(|call| call["method"] == self.method))
    }
}

async fn serve(node: u16, rule: Arc<Mutex<Rule>>, mut stream: TcpStream) {
    let Some(body) = read(&mut stream).await else { return };
    let held = rule.lock().unwrap().of(&body);
    if held != Some(Held::Questions) {
        // one that is away says nothing
        let Some(answer) = post(node, &body).await else { return };
        if held.is_none() {
            return say(&mut stream, 200, "", &answer.to_string()).await;
        }
    }
    rule.lock().unwrap().count += 1;
    // until whoever asks is gone
    let _ = stream.read(&mut [0]).await;
}
