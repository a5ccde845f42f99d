//! A shop that runs as a program of its own, and somebody who talks to it over HTTP.

use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use sqlx::Connection as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// An empty database on the server that `scripts/with-postgres` names.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where PostgreSQL is")]
pub(crate) async fn database() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let base = std::env::var("EARNEST_TEST_POSTGRES").expect("run this by `scripts/with-postgres`");
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!("shop_{}_{number}", std::process::id());
    let mut server = sqlx::PgConnection::connect(&format!("{base}/postgres")).await.unwrap();
    let sql = format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} TEMPLATE template0");
    for statement in sql.split("; ") {
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut server).await.unwrap();
    }
    format!("{base}/{name}")
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }
}

pub(crate) struct Server {
    program: Child,
    address: String,
}

impl Server {
    pub(crate) async fn start(url: &str) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_shop"));
        program.env("DATABASE_URL", url).env("PORT", "0").stdout(Stdio::piped()).kill_on_drop(true);
        let mut program = program.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
        let address = line.trim().strip_prefix("http://").expect("it says where it listens").to_owned();
        Self { program, address }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks it to end, and waits until it has: nothing that was begun may fail.
    pub(crate) async fn stop(mut self) {
        let id = self.program.id().unwrap().to_string();
        assert!(Command::new("kill").arg(&id).status().await.unwrap().success());
        let ended = self.program.wait().await.unwrap();
        assert!(ended.success(), "{ended}");
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&self) {
        let id = self.program.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-9", &id]).status().unwrap().success());
    }

    pub(crate) async fn get(&self, path: &str, who: &str) -> Answer {
        self.ask("GET", path, &[("x-user", who)], None).await
    }

    pub(crate) async fn post(&self, path: &str, who: &str, key: &str, body: Value) -> Answer {
        self.ask("POST", path, &[("x-user", who), ("idempotency-key", key)], Some(&body)).await
    }

    /// An order of a server that may be gone before it answers.
    pub(crate) async fn try_post(&self, path: &str, who: &str, key: &str, price: &str) -> Option<Answer> {
        let body = json!({ "seller": "bob", "item": "a lamp", "price": price });
        self.sent("POST", path, &[("x-user", who), ("idempotency-key", key)], Some(&body)).await
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        self.sent(method, path, headers, body).await.expect("an answer")
    }

    async fn sent(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Option<Answer> {
        let stream = TcpStream::connect(&self.address).await.ok()?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        let connection = tokio::spawn(connection);
        let mut request = hyper::Request::builder().method(method).uri(path).header("host", &self.address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let text = body.map(|body| {
            request = std::mem::take(&mut request).header("content-type", "application/json");
            body.to_string()
        });
        let request = request.body(Full::new(Bytes::from(text.unwrap_or_default()))).unwrap();
        let response = sender.send_request(request).await.ok()?;
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.ok()?.to_bytes();
        drop(sender);
        connection.abort();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
        Some(Answer { status, body })
    }
}
