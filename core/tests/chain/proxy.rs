//! An endpoint of a chain that may lie: a JSON-RPC server before the node of a test, which passes calls on,
//! counts them, and changes what is asked and answered.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::node::{hex_of, number, post};
use crate::support::{Value, json};

/// The method that sends signed bytes.
pub(crate) const SEND: &str = "eth_sendRawTransaction";
/// A secret in the path of an endpoint's address, and in no log.
pub(crate) const SECRET: &str = "hunter2-of-the-provider";

/// How an endpoint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Honest,
    /// The line is cut before an answer.
    Down,
    /// Another status than 200, and no JSON.
    Status(u16),
    /// Too much is asked of it: what it answers with, and how many seconds it wants to be left alone.
    Busy(u32),
    /// An answer takes this long.
    Slow(Duration),
    /// It passes signed bytes on, and the line is cut before its answer.
    Dropping,
    /// It answers with something that is no JSON.
    Garbled,
    /// It answers with more than anybody reads.
    Endless,
    /// It takes no batches.
    Unbatched,
    /// It answers batches from their end, and gives ids back as text.
    Shuffled,
    /// Calls behind a long answer of a batch are refused for want of room, as geth says it.
    Cramped,
    /// It is so many blocks behind.
    Behind(u64),
    /// Its nonces are so many too low.
    JumpedBack(u128),
    Lying(Lie),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// Everything that is asked about has reverted.
    Reverted,
    /// Nothing that is asked about is anywhere, and everything that is sent was taken.
    Nothing,
    /// The key has sent much that nobody knows of.
    Ahead,
    /// Another block than the others'.
    OtherBlock,
    /// Gas costs a thousand times as much.
    Dear,
    /// Nobody has coins or tokens.
    Poor,
    /// Everybody has more of both than there is.
    Rich,
    /// Everything takes ten million gas.
    Thirsty,
    /// Simulations revert.
    Reverting,
    /// There is code where there is none, and none where there is.
    Code,
    /// It is of another chain.
    OtherChain,
    /// Each block is final at once.
    Early,
}

/// The error that answers the next signed bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    /// Whether it passes them on nevertheless.
    pub(crate) takes: bool,
    pub(crate) code: i64,
    pub(crate) message: &'static str,
}

/// A receipt that is longer than others.
#[derive(Clone, Debug)]
pub(crate) struct LongReceipt {
    /// Of which transaction.
    pub(crate) hash: String,
    /// By how many bytes.
    pub(crate) bytes: usize,
}

/// The length of an answer, in bytes, beyond which the rest of its batch is refused.
const ROOM: usize = 64 * 1024;

#[derive(Debug)]
struct Inside {
    mood: Mood,
    refusals: VecDeque<Refusal>,
    long: Option<LongReceipt>,
    /// How often each method was asked.
    asked: BTreeMap<String, u32>,
    /// How many requests came.
    requests: u32,
}

/// An endpoint on loopback; it is gone when this is dropped.
pub(crate) struct Proxy {
    port: u16,
    inside: Arc<Mutex<Inside>>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// One before the node at this port.
    pub(crate) async fn start(node: u16) -> Self {
        let (refusals, asked) = (VecDeque::new(), BTreeMap::new());
        let inside = Inside { mood: Mood::Honest, refusals, long: None, asked, requests: 0 };
        let inside = Arc::new(Mutex::new(inside));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = inside.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let endpoint = Endpoint { node, inside: shared.clone() };
                tokio::spawn(async move { endpoint.serve(stream).await });
            }
        });
        Self { port, inside, task }
    }

    /// Its address, with what a provider knows its customers by.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/v3/{SECRET}", self.port)
    }

    fn within<T>(&self, with: impl FnOnce(&mut Inside) -> T) -> T {
        with(&mut self.inside.lock().unwrap())
    }

    pub(crate) fn set(&self, mood: Mood) {
        self.within(|inside| inside.mood = mood);
    }

    /// So many of the next signed bytes are refused like this.
    pub(crate) fn refuses(&self, count: usize, refusal: Refusal) {
        self.within(|inside| inside.refusals.extend(std::iter::repeat_n(refusal, count)));
    }

    /// One receipt is longer from now on.
    pub(crate) fn lengthens(&self, long: Option<LongReceipt>) {
        self.within(|inside| inside.long = long);
    }

    /// How often each method was asked since somebody looked, those in batches each by itself.
    pub(crate) fn take_asked(&self) -> BTreeMap<String, u32> {
        self.within(|inside| std::mem::take(&mut inside.asked))
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> u32 {
        self.within(|inside| inside.requests)
    }
}

/// The server of one connection.
struct Endpoint {
    node: u16,
    inside: Arc<Mutex<Inside>>,
}

/// Whether a call sends signed bytes.
fn sends(call: &Value) -> bool {
    call["method"] == SEND
}

/// The calls of a request.
pub(crate) fn calls_of(body: &Value) -> Vec<&Value> {
    match body {
        Value::Array(calls) => calls.iter().collect(),
        call => vec![call],
    }
}

impl Endpoint {
    async fn serve(&self, mut stream: TcpStream) {
        let Some(body) = read(&mut stream).await else { return };
        let mood = {
            let mut inside = self.inside.lock().unwrap();
            inside.requests += 1;
            for call in calls_of(&body) {
                let method = call["method"].as_str().unwrap_or_default().to_owned();
                *inside.asked.entry(method).or_default() += 1;
            }
            inside.mood
        };
        match mood {
            Mood::Down => return,
            Mood::Status(status) => return say(&mut stream, status, "", "it is not well").await,
            Mood::Busy(seconds) => {
                let wait = format!("retry-after: {seconds}\r\n");
                return say(&mut stream, 429, &wait, "{}").await;
            }
            Mood::Garbled => return say(&mut stream, 200, "", "<html>it is not well</html>").await,
            Mood::Endless => return say(&mut stream, 200, "", &"0,".repeat(5 << 20)).await,
            Mood::Slow(span) => tokio::time::sleep(span).await,
            _ => {}
        }
        let answer = match &body {
            Value::Array(_) if mood == Mood::Unbatched => {
                let refused = json!({ "code": -32_600, "message": "batches are not for you" });
                json!({ "jsonrpc": "2.0", "id": null, "error": refused })
            }
            Value::Array(calls) => {
                let mut answers = Vec::with_capacity(calls.len());
                for call in calls {
                    answers.push(self.answer(call, mood).await);
                }
                if mood == Mood::Shuffled {
                    answers.reverse();
                    answers.iter_mut().for_each(|answer| answer["id"] = answer["id"].to_string().into());
                }
                if mood == Mood::Cramped {
                    crowd_out(calls, &mut answers);
                }
                Value::Array(answers)
            }
            call => self.answer(call, mood).await,
        };
        if mood == Mood::Dropping && calls_of(&body).into_iter().any(sends) {
            return;
        }
        say(&mut stream, 200, "", &answer.to_string()).await;
    }

    /// Answers one call, as the mood says.
    async fn answer(&self, call: &Value, mood: Mood) -> Value {
        let refusal = if sends(call) { self.inside.lock().unwrap().refusals.pop_front() } else { None };
        if let Some(Refusal { takes, code, message }) = refusal {
            if takes {
                self.ask(call).await;
            }
            return answered(call, "error", json!({ "code": code, "message": message }));
        }
        match mood {
            Mood::Behind(blocks) => self.as_of(call, blocks).await,
            Mood::JumpedBack(by) => {
                let mut answer = self.ask(call).await;
                if call["method"] == "eth_getTransactionCount" && answer["result"].is_string() {
                    answer["result"] = hex_of(number(&answer["result"]).saturating_sub(by)).into();
                }
                answer
            }
            Mood::Lying(Lie::Nothing) if sends(call) => answered(call, "result", hash_of(call).into()),
            Mood::Lying(Lie::Early) => self.ask(&as_if_final(call)).await,
            Mood::Lying(lie) => lied(call, self.ask(call).await, lie),
            _ => self.lengthened(call, self.ask(call).await),
        }
    }

    /// An answer, which is longer where it is the receipt that is.
    fn lengthened(&self, call: &Value, mut answer: Value) -> Value {
        let long = self.inside.lock().unwrap().long.clone();
        let is_it = |long: &LongReceipt| {
            call["method"] == "eth_getTransactionReceipt" && call["params"][0] == long.hash.as_str()
        };
        if let Some(long) = long.filter(is_it).filter(|_| answer["result"].is_object()) {
            answer["result"]["padding"] = "0".repeat(long.bytes).into();
        }
        answer
    }

    /// Returns the node's answer.
    async fn ask(&self, call: &Value) -> Value {
        let unknown = || answered(call, "error", json!({ "code": -32603, "message": "the node is away" }));
        post(self.node, call).await.unwrap_or_else(unknown)
    }

    async fn number_of(&self, method: &str, params: Value) -> u64 {
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = self.ask(&call).await;
        u64::try_from(number(&answer["result"])).unwrap()
    }

    /// Returns the node's answer as of so many blocks ago.
    async fn as_of(&self, call: &Value, blocks: u64) -> Value {
        let head = self.number_of("eth_blockNumber", json!([])).await.saturating_sub(blocks);
        let mut asked = call.clone();
        for param in asked["params"].as_array_mut().into_iter().flatten() {
            let height = match param.as_str() {
                Some("latest" | "pending") => head,
                Some("safe") => head.saturating_sub(1),
                Some("finalized") => head.saturating_sub(2),
                _ => continue,
            };
            *param = hex_of(height.into()).into();
        }
        let mut answer = self.ask(&asked).await;
        if call["method"] == "eth_blockNumber" {
            answer["result"] = hex_of(head.into()).into();
        }
        // later blocks, and what is in them, it does not have yet
        let is_later = |name: &str| {
            let height = &answer["result"][name];
            height.is_string() && number(height) > u128::from(head)
        };
        if is_later("number") || is_later("blockNumber") {
            answer["result"] = Value::Null;
        }
        answer
    }
}

/// An answer with this member.
fn answered(call: &Value, member: &str, said: Value) -> Value {
    let mut answer = json!({ "jsonrpc": "2.0", "id": call["id"] });
    answer[member] = said;
    answer
}

/// Refuses the calls behind the first long answer.
fn crowd_out(calls: &[Value], answers: &mut [Value]) {
    let mut is_full = false;
    for (call, answer) in calls.iter().zip(answers) {
        if is_full {
            let refused = json!({ "code": -32_003, "message": "response too large" });
            *answer = answered(call, "error", refused);
        }
        is_full |= answer.to_string().len() > ROOM;
    }
}

/// The hash of the signed bytes of a call.
fn hash_of(call: &Value) -> String {
    let digits = call["params"][0].as_str().unwrap().trim_start_matches("0x");
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    let raw: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect();
    earnest_evm::Transaction::decode(&raw).unwrap().hash().to_string()
}

/// A question for a final block, as one for the newest.
fn as_if_final(call: &Value) -> Value {
    let mut asked = call.clone();
    for param in asked["params"].as_array_mut().into_iter().flatten() {
        if *param == "finalized" || *param == "safe" {
            *param = "latest".into();
        }
    }
    asked
}

/// Turns a true answer into a lie.
fn lied(call: &Value, mut answer: Value, lie: Lie) -> Value {
    let method = call["method"].as_str().unwrap_or_default();
    let what = &call["params"][0];
    if lie == Lie::Reverting && (method == "eth_estimateGas" || what["from"].is_string()) {
        return answered(call, "error", json!({ "code": 3, "message": "execution reverted: no" }));
    }
    if answer.get("error").is_some() {
        return answer;
    }
    let asks_for_tokens = what["data"].as_str().is_some_and(|data| data.starts_with("0x70a08231"));
    let result = &mut answer["result"];
    match (lie, method) {
        (Lie::Reverted, "eth_getTransactionReceipt") if result.is_object() => {
            result["status"] = "0x0".into();
            result["logs"] = json!([]);
        }
        (Lie::OtherBlock, "eth_getTransactionReceipt") if result.is_object() => {
            result["blockHash"] = format!("0x{}", "2".repeat(64)).into();
        }
        (
            Lie::Nothing,
            "eth_getTransactionReceipt" | "eth_getTransactionByHash" | "eth_getTransactionBySenderAndNonce",
        ) => *result = Value::Null,
        (Lie::Ahead, "eth_getTransactionCount") if result.is_string() => {
            *result = hex_of(number(result) + 7).into();
        }
        (Lie::Dear, "eth_feeHistory") => {
            for fee in result["baseFeePerGas"].as_array_mut().into_iter().flatten() {
                *fee = hex_of(number(fee) * 1_000).into();
            }
        }
        (Lie::Thirsty, "eth_estimateGas") => *result = hex_of(10_000_000).into(),
        (Lie::Poor, "eth_getBalance") => *result = "0x0".into(),
        (Lie::Poor, "eth_call") if asks_for_tokens => *result = format!("0x{:064x}", 0).into(),
        (Lie::Rich, "eth_getBalance") => *result = hex_of(u128::MAX).into(),
        (Lie::Rich, "eth_call") if asks_for_tokens => *result = format!("0x{:064x}", u128::MAX).into(),
        (Lie::Code, "eth_getCode") => {
            let delegated = format!("0xef0100{}", "cd".repeat(20));
            *result = if *result == "0x" { delegated.into() } else { "0x".into() };
        }
        (Lie::OtherChain, "eth_chainId") => *result = "0x1".into(),
        _ => {}
    }
    answer
}

/// The body of a request.
pub(crate) async fn read(stream: &mut TcpStream) -> Option<Value> {
    let (mut raw, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(end) = raw.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&raw[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let whole = end + 4 + length?.trim().parse::<usize>().ok()?;
            while raw.len() < whole {
                let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
                raw.extend_from_slice(&chunk[..count]);
            }
            return serde_json::from_slice(&raw[end + 4..whole]).ok();
        }
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        raw.extend_from_slice(&chunk[..count]);
    }
}

/// Writes what goes back. Whoever does not wait for it is gone.
pub(crate) async fn say(stream: &mut TcpStream, status: u16, more: &str, body: &str) {
    let head = format!(
        "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\nconnection: close\r\n{more}\
         content-length: {}\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
    let _ = stream.shutdown().await;
}
