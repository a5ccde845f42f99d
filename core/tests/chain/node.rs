//! A chain of a test's own: anvil, on loopback and a free port, which mines when it is told to.
//!
//! With `--slots-in-an-epoch 1` a block is final when two stand on it. What anvil does otherwise than other
//! nodes: a replacement is taken at one wei more, and what a reorganisation throws out is in no pool.

use std::net::TcpStream as Probe;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::ports::free;
use crate::support::{Value, json};

/// How long it may take to start or to end on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The number of the chain.
pub(crate) const CHAIN_ID: u64 = 31_337;
pub(crate) const GWEI: u64 = 1_000_000_000;
/// An account of anvil's own that no lane has: it makes contracts and gives tokens away.
pub(crate) const ISSUER: &str = "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720";

/// A node; it is killed when this is dropped.
pub(crate) struct Node {
    pub(crate) port: u16,
    /// The base fee of mined blocks, in wei.
    base_fee: AtomicU64,
    /// The arguments that say how much history it keeps.
    keeps: &'static [&'static str],
    folder: tempfile::TempDir,
    child: Mutex<Option<Child>>,
}

/// Arguments that keep all history, which is asked for after a restart too.
const ALL: &[&str] = &["--preserve-historical-states", "--state", "state.json"];
/// For long runs: with the state of each block it would need gigabytes.
const NEWEST: &[&str] = &["--prune-history", "64"];

/// A file of the packages that `scripts/setup chain` fetches.
pub(crate) fn tool(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/tools/chain/node_modules").join(path)
}

impl Node {
    pub(crate) async fn start() -> Self {
        Self::keeping(ALL).await
    }

    /// One that is never restarted, and of whose blocks only the newest are asked for.
    #[allow(dead_code, reason = "it is for the harness of loads")]
    pub(crate) async fn start_for_long() -> Self {
        Self::keeping(NEWEST).await
    }

    async fn keeping(keeps: &'static [&'static str]) -> Self {
        let folder = tempfile::Builder::new().prefix("earnest-chain.").tempdir().unwrap();
        let (base_fee, child) = (AtomicU64::new(10 * GWEI), Mutex::new(None));
        let node = Self { port: free(), base_fee, keeps, folder, child };
        node.up();
        node.mine_many(5).await;
        node
    }

    fn up(&self) {
        let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
        let program = tool(&format!("@foundry-rs/anvil-linux-{machine}/bin/anvil"));
        let child = Command::new(program)
            .args(["--host", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--chain-id", &CHAIN_ID.to_string(), "--slots-in-an-epoch", "1", "--no-mining"])
            .args(["--accounts", "10", "--balance", "100000", "--gas-limit", "60000000", "--silent"])
            .args(self.keeps)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("`scripts/setup chain` installs anvil");
        *self.child.lock().unwrap() = Some(child);
        let since = Instant::now();
        while Probe::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.lock().unwrap().as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "anvil has ended: {ended:?}");
            assert!(since.elapsed() < PATIENCE, "anvil did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it in order, which writes its chain and not its pool, and starts it again.
    pub(crate) fn restart(&self) {
        let mut child = self.child.lock().unwrap().take().unwrap();
        let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        let since = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if since.elapsed() > PATIENCE {
                // nobody else knows of it now
                let _ = child.kill();
                panic!("anvil did not end");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.up();
    }

    /// Asks it, which must be answered.
    pub(crate) async fn rpc(&self, method: &str, params: Value) -> Value {
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = post(self.port, &call).await.unwrap_or_else(|| panic!("anvil did not answer {call}"));
        assert!(answer.get("error").is_none(), "{call}: {answer}");
        answer["result"].clone()
    }

    /// Sets the base fee from the next block on, and mines that block.
    pub(crate) async fn price(&self, base_fee: u64) {
        self.base_fee.store(base_fee, Ordering::Relaxed);
        self.mine().await;
    }

    /// A block with what is in the pool.
    pub(crate) async fn mine(&self) {
        let price = hex_of(self.base_fee.load(Ordering::Relaxed).into());
        self.rpc("anvil_setNextBlockBaseFeePerGas", json!([price])).await;
        self.rpc("anvil_mine", json!(["0x1"])).await;
    }

    /// Many at once; the last one has the price of all.
    pub(crate) async fn mine_many(&self, count: u64) {
        self.rpc("anvil_mine", json!([hex_of(count.into())])).await;
        self.mine().await;
    }

    /// The newest blocks are others, and empty. What was in them is nowhere.
    pub(crate) async fn reorganise(&self, count: u64) {
        self.rpc("anvil_reorg", json!([count, []])).await;
    }

    /// How many transactions are in its pool.
    pub(crate) async fn pooled(&self) -> u128 {
        let status = self.rpc("txpool_status", json!([])).await;
        number(&status["pending"]) + number(&status["queued"])
    }

    /// Returns the coins of an address, in wei.
    pub(crate) async fn coins(&self, address: &str) -> u128 {
        number(&self.rpc("eth_getBalance", json!([address, "latest"])).await)
    }

    pub(crate) async fn set_coins(&self, address: &str, wei: u128) {
        self.rpc("anvil_setBalance", json!([address, hex_of(wei)])).await;
    }

    pub(crate) async fn set_code(&self, address: &str, code: &str) {
        self.rpc("anvil_setCode", json!([address, code])).await;
    }

    /// How many transactions of an address are in blocks.
    pub(crate) async fn nonce(&self, address: &str) -> u128 {
        number(&self.rpc("eth_getTransactionCount", json!([address, "latest"])).await)
    }

    /// The issuer sends something, which is mined and must succeed; answers the receipt.
    pub(crate) async fn issue(&self, mut transaction: Value) -> Value {
        transaction["from"] = ISSUER.into();
        // by itself it offers what the block before cost, which the next one may not take
        transaction["maxFeePerGas"] = hex_of(u128::from(10_000 * GWEI)).into();
        let hash = self.rpc("eth_sendTransaction", json!([transaction])).await;
        self.mine().await;
        let receipt = self.rpc("eth_getTransactionReceipt", json!([hash])).await;
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        receipt
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A number as nodes write it.
pub(crate) fn hex_of(number: u128) -> String {
    format!("0x{number:x}")
}

/// A number as nodes write it, or as the engine does.
pub(crate) fn number(value: &Value) -> u128 {
    let text = value.as_str().unwrap_or_else(|| panic!("no number: {value}"));
    match text.strip_prefix("0x") {
        Some(digits) => {
            // a word of a contract has zeros before it
            let digits = digits.trim_start_matches('0');
            if digits.is_empty() { 0 } else { u128::from_str_radix(digits, 16).unwrap() }
        }
        None => text.parse().unwrap(),
    }
}

/// Asks a server of this machine; `None` where it does not answer with JSON, or not within a minute.
pub(crate) async fn post(port: u16, body: &Value) -> Option<Value> {
    tokio::time::timeout(PATIENCE, exchanged(port, body)).await.ok()?
}

/// HTTP/1.0 ends with the line.
async fn exchanged(port: u16, body: &Value) -> Option<Value> {
    let body = body.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let length = body.len();
    let head =
        format!("POST / HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    serde_json::from_slice(answer.get(end + 4..)?).ok()
}
