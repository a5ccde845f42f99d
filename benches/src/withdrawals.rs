//! Withdrawals on a chain of this machine: how long they take until they are final, what they cost the node,
//! the database and the disk, and whether any was paid twice.
//!
//! A burst is a higher `--rate`; `--rate 10000 --seconds 1` is ten thousand at once, of which
//! `confirmed_per_s` says how fast they are drained.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use earnest::keyring::Keyring;
use earnest::{DriveChains, Engine, Error, Options, Time};
use hdrhistogram::Histogram;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, JoinSet};
use url::Url;

use crate::Done;
use crate::args::WithdrawalsOrder;
use crate::bank::{self, code};
use crate::meter::{self, Kind};
use crate::output::{self, failed, masked};
use crate::shared::figures::{Real, ratio};
use crate::shared::{Tally, clock};

/// The currency of the chain's own coins.
const CURRENCY: &str = "POL";
/// The account's funds, and the amount of each withdrawal, also in units of the chain.
const FUNDS: &str = "1000000.00 POL";
const AMOUNT: &str = "0.000001 POL";
const UNITS: u128 = 1_000_000_000_000;
/// The balance of a wallet, in wei: a million coins.
const COINS: &str = "0xd3c21bcecceda1000000";
/// The most for a unit of gas, in wei.
const FEE_CAP: &str = "1000000000000";
/// How many of a lane may be in no block: a second of a lane's share, and a few blocks.
const WINDOW: u32 = 128;
/// The states of what is not over, those first in which they are longest.
const LIVE: [&str; 6] = ["confirming", "broadcasted", "broadcasting", "signed", "signing", "pending"];
/// How often it is asked whether all are over.
const PAUSE: Duration = Duration::from_millis(500);
/// How long that may take after the last request, and opening before the first.
const PATIENCE: Duration = Duration::from_secs(600);
/// How many balances are asked for at once, and how many withdrawals are listed.
const AT_ONCE: usize = 500;

/// The figures of the chain and the store.
#[derive(Debug, Serialize)]
struct Report {
    store: String,
    chain: String,
    rate: u64,
    lanes: u64,
    /// Blocks that stand on one that is final.
    depth: u32,
    /// For how long withdrawals were requested, and from the first request until all were over.
    seconds: Real,
    whole_seconds: Real,
    requested: u64,
    confirmed: u64,
    failed: u64,
    /// Requests that were refused, and by which codes.
    errors: u64,
    error_codes: BTreeMap<String, u64>,
    /// From the first request until all were over.
    confirmed_per_s: Real,
    /// From the commit of a request to that of its end, by the engine's clock.
    final_p50_ms: Real,
    final_p95_ms: Real,
    final_p99_ms: Real,
    final_max_ms: Real,
    /// From the moment at which a request was due to its reply.
    api_p50_ms: Real,
    api_p95_ms: Real,
    api_p99_ms: Real,
    /// Payees that have more than they should, and such as have less.
    doubles: u64,
    unpaid: u64,
    /// Calls of nodes, statements, and how often somebody waited for the answer of the store, from the first
    /// request until all were over; of all that runs then.
    rpc_per_withdrawal: Real,
    statements_per_withdrawal: Real,
    round_trips_per_withdrawal: Real,
    /// Bytes of tables and indexes, without dead rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_per_withdrawal: Option<Real>,
    conservation_ok: bool,
}

/// `withdrawals`.
pub(crate) async fn withdrawals(order: &WithdrawalsOrder) -> Done {
    let stage = Stage::open(order).await?;
    let report = stage.measured().await;
    stage.end().await;
    let report = report?;
    output::print(&report, order.json)?;
    if report.doubles > 0 || report.unpaid > 0 || !report.conservation_ok {
        return failed("what the books say is not what the chain says");
    }
    Ok(())
}

/// A store with an account that has money, and a chain with lanes that have coins.
struct Stage<'o> {
    order: &'o WithdrawalsOrder,
    bank: Engine,
    node: ChainNode,
    /// Names the account, the chain and the keys of this run.
    run: String,
    miner: Option<JoinHandle<()>>,
}

impl<'o> Stage<'o> {
    async fn open(order: &'o WithdrawalsOrder) -> Done<Self> {
        let node = ChainNode::at(&order.chain)?;
        let nodes = DriveChains::new().allow_http(true).allow_private(true);
        let options = Options::new().background(true).currency(CURRENCY, 18).keyring(Keyring::for_tests());
        let bank = Engine::open_with(&order.store, options.chain(nodes)).await?;
        let miner = node.mined_every(order.mine_every);
        let stage = Self { order, bank, node, run: format!("r{:x}", clock::wall()), miner };
        stage.set_up().await?;
        Ok(stage)
    }

    async fn end(self) {
        if let Some(miner) = self.miner {
            miner.abort();
        }
        self.bank.close().await;
    }

    async fn set_up(&self) -> Done {
        let funds = json!({ "account": self.run, "amount": FUNDS, "key": format!("{}-funds", self.run) });
        self.bank.call("ledger.top_up", funds).await?;
        let id = self.node.ask("eth_chainId", json!([])).await?;
        let chain = json!({ "chain": self.run, "chain_id": id, "endpoints": ["node"],
            "urls": { "node": self.order.chain }, "fee_cap": FEE_CAP, "block_time": "PT1S",
            "finality": { "depth": self.order.depth } });
        self.bank.call("withdrawals.set_chain", chain).await?;
        let asset = json!({ "chain": self.run, "currency": CURRENCY, "kind": "native", "decimals": 18 });
        self.bank.call("withdrawals.set_asset", asset).await?;
        for _ in 0..self.order.lanes {
            let made = self.bank.call("signing.create_key", json!({})).await?;
            self.node.ask("anvil_setBalance", json!([made["address"], COINS])).await?;
            let lane = json!({ "chain": self.run, "key": made["key"], "window": WINDOW });
            self.bank.call("withdrawals.open_lane", lane).await?;
        }
        let began = clock::now();
        let active = json!({ "chain": self.run, "state": "active", "limit": AT_ONCE });
        while items(&self.bank.call("withdrawals.lanes", active.clone()).await?).len()
            < usize::try_from(self.order.lanes)?
        {
            waited(began, "the lanes do not open")?;
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    async fn measured(&self) -> Done<Report> {
        let is_kept = meter::kind(&self.order.store)? != Kind::Memory;
        self.bank.catch_up().await?;
        let bytes = meter::before(&self.order.store, is_kept).await?.bytes;
        let (calls, counted) = (self.calls().await?, self.bank.store().counted());
        let began = clock::now();
        let requests = self.requests(began).await;
        let asked = clock::micros_since(began);
        self.are_over().await?;
        let whole = clock::micros_since(began);
        let calls = self.calls().await?.saturating_sub(calls);
        let now = self.bank.store().counted();
        self.bank.catch_up().await?;
        let after = meter::after(&self.order.store, is_kept).await?.bytes;
        let ends = self.ends().await?;
        let all = requests.done();
        let api = |share: Real| ratio(requests.latencies.value_at_quantile(share), 1_000);
        let took = |share: Real| ratio(ends.took.value_at_quantile(share), 1_000);
        Ok(Report {
            store: masked(&self.order.store),
            chain: masked(&self.order.chain),
            rate: self.order.rate,
            lanes: self.order.lanes,
            depth: self.order.depth,
            seconds: ratio(asked, 1_000_000),
            whole_seconds: ratio(whole, 1_000_000),
            requested: all,
            confirmed: ends.took.len(),
            failed: ends.failed,
            errors: requests.failed(),
            error_codes: requests.errors.clone(),
            confirmed_per_s: ratio(ends.took.len().saturating_mul(1_000_000), whole),
            final_p50_ms: took(0.5),
            final_p95_ms: took(0.95),
            final_p99_ms: took(0.99),
            final_max_ms: took(1.0),
            api_p50_ms: api(0.5),
            api_p95_ms: api(0.95),
            api_p99_ms: api(0.99),
            doubles: ends.doubles,
            unpaid: ends.unpaid,
            rpc_per_withdrawal: ratio(calls, all),
            statements_per_withdrawal: ratio(now.statements.saturating_sub(counted.statements), all),
            round_trips_per_withdrawal: ratio(now.round_trips.saturating_sub(counted.round_trips), all),
            bytes_per_withdrawal: bytes
                .zip(after)
                .map(|(before, after)| ratio(after.saturating_sub(before), all)),
            conservation_ok: bank::conserved(&self.bank, false).await?,
        })
    }

    /// So many requests a second, each when it is due, however long others take.
    async fn requests(&self, began: Instant) -> Tally {
        let millis = u64::try_from(self.order.seconds.as_millis()).unwrap_or(u64::MAX);
        let all = self.order.rate.saturating_mul(millis) / 1_000;
        let mut under_way = JoinSet::new();
        for number in 0..all.max(1) {
            let due =
                began + Duration::from_micros(number.saturating_mul(1_000_000) / self.order.rate.max(1));
            tokio::time::sleep_until(due.into()).await;
            let (bank, args) = (self.bank.clone(), self.asked(number));
            under_way.spawn(async move {
                let outcome = bank.call("withdrawals.request", args).await;
                (clock::micros_since(due), outcome.map(drop))
            });
        }
        let mut tally = Tally::new();
        while let Some(ended) = under_way.join_next().await {
            let refused = match ended {
                Ok((micros, Ok(()))) => {
                    tally.latencies.saturating_record(micros);
                    continue;
                }
                Ok((_, Err(error))) => code(&error),
                Err(_) => "panicked".to_owned(),
            };
            *tally.errors.entry(refused).or_default() += 1;
        }
        tally
    }

    /// A withdrawal to an address that nobody else has.
    fn asked(&self, number: u64) -> Value {
        let key = format!("{}-{number}", self.run);
        let digest = hex::encode(Sha256::digest(key.as_bytes()));
        let to = format!("0x{}", digest.get(..40).unwrap_or_default());
        json!({ "account": self.run, "amount": AMOUNT, "chain": self.run, "to": to, "key": key })
    }

    /// Waits until nothing is under way.
    async fn are_over(&self) -> Done {
        let began = clock::now();
        while self.is_under_way().await? {
            waited(began, "withdrawals do not end")?;
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    async fn is_under_way(&self) -> Result<bool, Error> {
        for state in LIVE {
            let some = json!({ "account": self.run, "state": state, "limit": 1 });
            if !items(&self.bank.call("withdrawals.list", some).await?).is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How often nodes were asked by this process, each call in a batch by itself.
    async fn calls(&self) -> Result<u64, Error> {
        let metrics = self.bank.call("admin.metrics", json!({})).await?;
        let text = metrics["text"].as_str().unwrap_or_default();
        let counts = text.lines().filter(|line| line.starts_with("earnest_rpc_total{"));
        Ok(counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum())
    }

    /// How all of them ended, by the store and by the chain.
    async fn ends(&self) -> Done<Ends> {
        let mut ends = Ends { took: Tally::new().latencies, failed: 0, doubles: 0, unpaid: 0 };
        let mut after = Value::Null;
        loop {
            let page = json!({ "account": self.run, "limit": AT_ONCE, "after": after });
            let page = self.bank.call("withdrawals.list", page).await?;
            let mut expected = HashMap::new();
            for found in items(&page) {
                let is_paid = found["state"] == "confirmed";
                if is_paid {
                    let (from, until) = (time(&found["created_at"])?, time(&found["confirmed_at"])?);
                    let micros = u64::try_from(until.micros().saturating_sub(from.micros()))?;
                    ends.took.saturating_record(micros.max(1));
                } else {
                    ends.failed += 1;
                }
                let to = found["to"].as_str().unwrap_or_default().to_owned();
                expected.insert(to, if is_paid { UNITS } else { 0 });
            }
            let payees: Vec<&String> = expected.keys().collect();
            for (payee, units) in payees.iter().zip(self.node.coins(&payees).await?) {
                let due = expected.get(*payee).copied().unwrap_or_default();
                ends.doubles += u64::from(units > due);
                ends.unpaid += u64::from(units < due);
            }
            after = page["next"].clone();
            if after.is_null() {
                return Ok(ends);
            }
        }
    }
}

/// How withdrawals ended.
struct Ends {
    /// Microseconds, of those that are paid.
    took: Histogram<u64>,
    failed: u64,
    doubles: u64,
    unpaid: u64,
}

fn items(page: &Value) -> &[Value] {
    page["items"].as_array().map_or(&[], Vec::as_slice)
}

fn time(text: &Value) -> Done<Time> {
    Ok(text.as_str().unwrap_or_default().parse::<Time>()?)
}

/// Gives up what takes too long.
fn waited(began: Instant, what: &str) -> Done {
    if clock::now().duration_since(began) > PATIENCE { failed(what) } else { Ok(()) }
}

/// A node of this machine, which takes orders as anvil does. What is said to it is not measured.
#[derive(Clone)]
struct ChainNode {
    authority: String,
    path: String,
}

impl ChainNode {
    fn at(url: &str) -> Done<Self> {
        let read = Url::parse(url).ok().filter(|url| url.scheme() == "http");
        let authority = read.as_ref().and_then(|url| {
            let (host, port) = (url.host_str()?, url.port_or_known_default()?);
            Some(format!("{host}:{port}"))
        });
        match (read, authority) {
            (Some(url), Some(authority)) => Ok(Self { authority, path: url.path().to_owned() }),
            _ => failed("`--chain` must be a URL of `http:`: the node is one of this machine, such as anvil"),
        }
    }

    /// Has it make a block every so often; `None` where it does that by itself.
    fn mined_every(&self, span: Option<Duration>) -> Option<JoinHandle<()>> {
        let (node, mut ticks) = (self.clone(), tokio::time::interval(span?));
        Some(tokio::spawn(async move {
            loop {
                ticks.tick().await;
                // a block that is not made now is made with the next
                drop(node.ask("evm_mine", json!([])).await);
            }
        }))
    }

    async fn ask(&self, method: &str, params: Value) -> Done<Value> {
        let answer = self.post(&call(0, method, &params)).await?;
        match answer.get("result") {
            Some(result) => Ok(result.clone()),
            None => failed(format!("the node does not do `{method}`: {}", answer["error"]["message"])),
        }
    }

    /// Returns the balances of addresses, in wei, in their order.
    async fn coins(&self, addresses: &[&String]) -> Done<Vec<u128>> {
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let asked = addresses.iter().enumerate();
        let asked = asked.map(|(place, address)| call(place, "eth_getBalance", &json!([address, "latest"])));
        let answers = self.post(&Value::Array(asked.collect())).await?;
        let mut coins = vec![None; addresses.len()];
        for answer in answers.as_array().into_iter().flatten() {
            let place = answer["id"].as_u64().and_then(|id| usize::try_from(id).ok());
            let digits = answer["result"].as_str().and_then(|text| text.strip_prefix("0x"));
            let units = digits.and_then(|digits| u128::from_str_radix(digits, 16).ok());
            if let Some(slot) = place.and_then(|place| coins.get_mut(place)) {
                *slot = units;
            }
        }
        let coins: Option<Vec<u128>> = coins.into_iter().collect();
        match coins {
            Some(coins) => Ok(coins),
            None => failed("the node does not say what payees have"),
        }
    }

    /// HTTP/1.0 ends with the line.
    async fn post(&self, body: &Value) -> Done<Value> {
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.authority).await?;
        let head = format!(
            "POST {} HTTP/1.0\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.path,
            self.authority,
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        match end.and_then(|end| answer.get(end + 4..)) {
            Some(said) => Ok(serde_json::from_slice(said)?),
            None => failed("the node does not answer over HTTP"),
        }
    }
}

/// A call of JSON-RPC.
fn call(id: usize, method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_one_of_plain_http() {
        let node = ChainNode::at("http://127.0.0.1:8545/v3").unwrap();
        assert_eq!((node.authority.as_str(), node.path.as_str()), ("127.0.0.1:8545", "/v3"));
        for wrong in ["https://node.example", "8545", ""] {
            assert!(ChainNode::at(wrong).is_err(), "{wrong}");
        }
    }
}
