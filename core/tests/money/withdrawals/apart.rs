//! Chains that this process drives: one whose nodes hang holds up no other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::DriveChains;
use earnest::keyring::Keyring;

use super::chain::{CHAIN_ID, COIN, GWEI, Ledger, Token, Tx, at};
use super::{ADDRESSES, FEE_CAP, KEYS, TOKEN, json, usdc};
use crate::gateways::http::{Reply, Server, serve};
use crate::support::{Kind, Stage, Value, options};

/// How long a node may take: longer than the test.
const WHOLE: Duration = Duration::from_secs(600);
/// How many withdrawals wait for the nodes that hang: more than one chain may have places.
const MANY: usize = 60;

/// A chain with a node that may hang.
struct Driven {
    name: &'static str,
    id: u64,
    hangs: Arc<AtomicBool>,
    server: Server,
}

impl Driven {
    async fn start(name: &'static str, id: u64) -> Self {
        let hangs = Arc::new(AtomicBool::new(false));
        let mut ledger = Ledger::new();
        ledger.tokens.insert(at(TOKEN), Token::Honest);
        for address in ADDRESSES {
            ledger.fund(address, 1_000 * COIN);
            ledger.fund_tokens(TOKEN, address, 1_000_000_000_000);
        }
        ledger.mine_many(10);
        let (ledger, is_hung) = (Mutex::new(ledger), hangs.clone());
        let server = serve(move |asked| {
            if is_hung.load(Ordering::SeqCst) {
                return Reply::Hang;
            }
            let body: Value = serde_json::from_slice(&asked.body).unwrap();
            let mut ledger = ledger.lock().unwrap();
            let mut answer = |call: &Value| {
                let result = said(&mut ledger, id, call);
                json!({ "jsonrpc": "2.0", "id": call["id"], "result": result })
            };
            let answer = match &body {
                Value::Array(calls) => calls.iter().map(answer).collect(),
                call => answer(call),
            };
            Reply::json(200, &answer)
        });
        Self { name, id, hangs, server: server.await }
    }

    /// Sets it up, with a lane of this key.
    async fn set_up(&self, stage: &Stage, key: &str) {
        let set = json!({ "chain": self.name, "chain_id": self.id.to_string(), "endpoints": ["node"],
            "urls": { "node": self.server.url }, "fee_cap": FEE_CAP, "block_time": "PT2S" });
        stage.ok("withdrawals.set_chain", set).await;
        stage.ok("withdrawals.set_asset", usdc(&json!({ "chain": self.name }))).await;
        let kept = stage.ok("signing.import_key", json!({ "private_key": key })).await;
        stage.ok("withdrawals.open_lane", json!({ "chain": self.name, "key": kept["key"] })).await;
    }

    async fn request(&self, stage: &Stage, number: usize) -> Value {
        let args = json!({ "account": "alice", "amount": "10.00 USDC", "chain": self.name,
            "to": format!("0x{:040x}", 0xbeef_0000 + number) });
        stage.ok("withdrawals.request", args).await["withdrawal"].clone()
    }
}

fn hex(number: u128) -> Value {
    format!("0x{number:x}").into()
}

fn word(number: u128) -> Value {
    format!("0x{number:064x}").into()
}

/// The answer of a node to one call.
fn said(ledger: &mut Ledger, id: u64, call: &Value) -> Value {
    let params = &call["params"];
    let address = || at(params[0].as_str().unwrap());
    match call["method"].as_str().unwrap() {
        "eth_chainId" => hex(id.into()),
        "eth_getBlockByNumber" => {
            let head = ledger.head(0);
            json!({ "number": hex(head.number.into()), "hash": head.hash, "baseFeePerGas": hex(ledger.base_fee) })
        }
        "eth_feeHistory" => json!({ "baseFeePerGas": [hex(ledger.base_fee)], "reward": [[hex(GWEI)]] }),
        "eth_getTransactionCount" => hex(ledger.state().nonce(&address()).into()),
        "eth_getBalance" => hex(ledger.state().coins(&address())),
        "eth_getCode" => if ledger.tokens.contains_key(&address()) { "0x60" } else { "0x" }.into(),
        "eth_call" => called(ledger, &params[0]),
        "eth_estimateGas" => hex(50_000),
        "eth_sendRawTransaction" => {
            let raw = params[0].as_str().unwrap();
            ledger.take(raw).unwrap();
            Tx::of(raw).hash.into()
        }
        "eth_getTransactionReceipt" => Value::Null,
        other => panic!("no node is asked for `{other}`"),
    }
}

/// The return value of a token.
fn called(ledger: &Ledger, call: &Value) -> Value {
    let (token, data) = (at(call["to"].as_str().unwrap()), call["data"].as_str().unwrap());
    match &data[..10] {
        "0x313ce567" => word(6),
        "0x70a08231" => word(ledger.state().tokens(&token, &at(&format!("0x{}", &data[34..])))),
        _ => word(1),
    }
}

/// Looks again and again until something is so.
async fn until(what: &str, mut is: impl AsyncFnMut(u32) -> bool) {
    for look in 0..3_000 {
        if is(look).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{what}");
}

/// Withdrawals of a chain whose nodes hang took the places of all chains, and those of another one waited
/// until they were given up. Places are the process's, so one store is enough.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_hangs_holds_up_no_other() {
    let nodes = DriveChains::new().allow_http(true).allow_private(true).timeouts(WHOLE, WHOLE);
    let options = options().keyring(Keyring::for_tests()).chain(nodes).background(true);
    let stage = &Stage::with(Kind::Memory, options).await;
    stage
        .ok("ledger.open_account", json!({ "account": "alice", "currency": "USDC", "owner": "alina" }))
        .await;
    stage.funded("alice", "10000.00 USDC").await;
    let (far, near) = (Driven::start("far", 137).await, Driven::start("near", CHAIN_ID).await);
    for (chain, key) in [&far, &near].into_iter().zip(KEYS) {
        chain.set_up(stage, key).await;
    }
    until("the lanes do not open", async |look| {
        if look % 100 == 99 {
            // an answer was late: it is asked again
            stage.advance("PT31S");
        }
        let lanes = stage.ok("withdrawals.lanes", json!({ "state": "active" })).await;
        let assets = stage.ok("withdrawals.assets", json!({})).await;
        let assets = assets["items"].as_array().unwrap().iter();
        lanes["items"].as_array().unwrap().len() == 2
            && assets.filter(|one| one["state"] == "active").count() == 2
    })
    .await;
    far.hangs.store(true, Ordering::SeqCst);
    for number in 0..MANY {
        far.request(stage, number).await;
    }
    for number in MANY..MANY + 3 {
        let wd = near.request(stage, number).await;
        until("the other chain waits", async |_| {
            let found = stage.ok("withdrawals.get", json!({ "withdrawal": wd["id"] })).await;
            found["state"] == "broadcasted"
        })
        .await;
    }
    let waits = stage.ok("withdrawals.list", json!({ "chain": "far", "limit": 100 })).await;
    let waits = waits["items"].as_array().unwrap().iter();
    assert_eq!(waits.filter(|wd| wd["state"] == "pending").count(), MANY);
    let stats = stage.ok("jobs.stats", json!({})).await;
    assert!(stats["queued"].as_i64() > Some(0), "it has no more than its places: {stats}");
    stage.bank.close().await;
}
