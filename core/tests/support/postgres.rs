//! A throw-away PostgreSQL server for tests, and a fresh database in it for each caller.
//!
//! The server is the one that `EARNEST_TEST_POSTGRES` names (a base URL, without a database; `make test` sets
//! it), else one that this process starts on first use. It dies with this process, however that ends:
//! `scripts/with-postgres` stops it when the pipe held here closes.

#![allow(
    clippy::disallowed_methods,
    reason = "tests are told by the environment, and name things by the clock"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/with-postgres");

struct Server {
    base_url: String,
    /// Held for its input, which is never written to: the closing of it is what ends the server.
    _script: Option<Child>,
}

/// Creates an empty database and answers its URL. Panics when there is no PostgreSQL: a test never skips it.
pub(crate) fn database() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let base = &server().base_url;
    // The server may be a lasting one, where an earlier process had the same id: hence the time.
    let started = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_micros();
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!("t_{started:x}_{}_{number}", std::process::id());
    // `template0`: nobody can be connected to it, so that tests create databases in parallel.
    let statement = format!("CREATE DATABASE {name} TEMPLATE template0");
    // packages of other versions have the server alone
    let own = programs().join("psql");
    let psql = Command::new(if own.exists() { own } else { "psql".into() })
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", &statement])
        .arg(format!("--dbname={base}/postgres"))
        .output();
    succeeded("psql", psql);
    format!("{base}/{name}")
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("EARNEST_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => {
            Server { base_url: url.trim_end_matches('/').to_owned(), _script: None }
        }
        _ => start(),
    })
}

/// Starts a server beside a shell that prints its URL, then waits for the end of its input.
fn start() -> Server {
    let mut child = Command::new(SCRIPT)
        .args(["sh", "-c", "echo \"$EARNEST_TEST_POSTGRES\"; exec cat >/dev/null"])
        .env_remove("EARNEST_TEST_POSTGRES")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("`{SCRIPT}` does not run: {error}"));
    let mut line = String::new();
    let stdout = child.stdout.take().expect("stdout is piped");
    BufReader::new(stdout).read_line(&mut line).expect("the script's answer is text");
    let base_url = line.trim().to_owned();
    assert!(!base_url.is_empty(), "PostgreSQL did not start (see above; `scripts/setup` installs it)");
    Server { base_url, _script: Some(child) }
}

/// The folder of the server's own programs: Debian's wrapper on `PATH` takes a tenth of a second more per
/// call.
pub(crate) fn programs() -> &'static Path {
    static FOLDER: OnceLock<String> = OnceLock::new();
    Path::new(FOLDER.get_or_init(|| {
        let found = succeeded("with-postgres --find", Command::new(SCRIPT).arg("--find").output());
        String::from_utf8(found.stdout).expect("a folder's name is text").trim().to_owned()
    }))
}

pub(crate) fn succeeded(what: &str, output: std::io::Result<Output>) -> Output {
    let output = output.unwrap_or_else(|error| panic!("`{what}` does not run: {error}"));
    assert!(output.status.success(), "`{what}` failed: {}", String::from_utf8_lossy(&output.stderr));
    output
}
