//! Withdrawals: money that leaves for a chain, through nodes that a worker of the application talks to.
//!
//! Everything is asked in JSON, and time is the stage's clock. The chain lives in the test ([`chain`]), and
//! three nodes speak for it ([`nodes`]), of which two are a quorum. `alice` withdraws, whose account `alina`
//! owns.

/// Makes one test per store of each scenario, as `every_store!` does, with a chain, its assets and a lane
/// whose key is in the vault.
macro_rules! with_chain {
    ($($(#[doc = $doc:literal])* async fn $name:ident($world:ident) $body:block)*) => {$(
        $(#[doc = $doc])*
        mod $name {
            #[allow(unused_imports, reason = "a scenario uses what it needs of its file")]
            use super::*;

            async fn scenario($world: &mut $crate::withdrawals::World) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn memory() {
                let mut world = $crate::withdrawals::World::open($crate::support::Kind::Memory).await;
                scenario(&mut world).await;
                world.finish().await;
            }

            #[cfg(feature = "sqlite")]
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let mut world = $crate::withdrawals::World::open($crate::support::Kind::Sqlite).await;
                scenario(&mut world).await;
                world.finish().await;
            }

            #[cfg(feature = "postgres")]
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                let mut world = $crate::withdrawals::World::open($crate::support::Kind::Postgres).await;
                scenario(&mut world).await;
                world.finish().await;
            }
        }
    )*};
}

#[cfg(all(feature = "chain", feature = "gateways"))]
mod apart;
mod bad_facts;
mod bad_input;
mod bad_reports;
mod beneath;
mod cancels;
mod cells;
mod chain;
mod counted;
mod crashes;
mod currencies;
mod fees;
mod foreign;
mod forks;
mod gas;
mod key_limits;
mod lanes;
mod late;
mod liars;
mod life;
mod line;
mod museum;
mod nodes;
mod payees;
mod restored;
mod retries;
mod tokens;
mod transitions;
mod unread;
mod waits;
mod walks;

use std::collections::BTreeMap;

use earnest::keyring::Keyring;
use earnest::{Engine, Error};
use earnest_evm::{Key, Transaction};

use crate::support::{Kind, Stage, Value, json, options};
use chain::{COIN, Ledger, Token};
use nodes::Nodes;

const CHAIN: &str = "local";
/// The first two accounts of the mnemonic that development chains begin with.
const KEYS: [&str; 2] = [
    "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
];
const ADDRESSES: [&str; 2] =
    ["0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"];
const TOKEN: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
/// The kinds of jobs that a worker of the host does.
const KINDS: [&str; 5] = ["chain.facts", "chain.simulate", "signer.host", "chain.broadcast", "chain.observe"];
/// A fee cap of 1,000 gwei, in wei.
const FEE_CAP: &str = "1000000000000";

/// Where the keys of lanes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Custody {
    /// The engine signs.
    Vault,
    /// The host signs.
    Host,
}

/// A stage, a chain, and the worker between them.
struct World {
    stage: Stage,
    nodes: Nodes,
    /// The keys of the lanes, by address.
    keys: BTreeMap<String, Key>,
    lane: String,
    asked: u32,
}

impl World {
    async fn open(kind: Kind) -> Self {
        Self::with(kind, Custody::Vault).await
    }

    async fn with(kind: Kind, custody: Custody) -> Self {
        let mut world = Self::bare(kind).await;
        world.stage.ok("withdrawals.set_chain", chain_args(&json!({}))).await;
        world.set_assets().await;
        let lane = world.open_lane(0, custody, &json!({})).await;
        world.lane = lane["id"].as_str().unwrap().to_owned();
        world.turn().await;
        let lane = world.lane().await;
        assert_eq!((&lane["state"], &lane["next_nonce"]), (&json!("active"), &json!("0")), "{lane}");
        world
    }

    /// A chain that the engine knows nothing of, and an account with money.
    async fn bare(kind: Kind) -> Self {
        let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
        let alice = json!({ "account": "alice", "currency": "USDC", "owner": "alina" });
        stage.ok("ledger.open_account", alice).await;
        stage.funded("alice", "10000.00 USDC").await;
        stage.funded("alice", "100.00 POL").await;
        let mut ledger = Ledger::new();
        ledger.tokens.insert(chain::at(TOKEN), Token::Honest);
        for address in ADDRESSES {
            ledger.fund(address, 1_000 * COIN);
            ledger.fund_tokens(TOKEN, address, 1_000_000_000_000);
        }
        ledger.mine_many(10);
        Self { stage, nodes: Nodes::new(ledger), keys: BTreeMap::new(), lane: String::new(), asked: 0 }
    }

    /// USDC with a fee of 0.10, and POL.
    async fn set_assets(&mut self) {
        self.stage.ok("withdrawals.set_asset", usdc(&json!({}))).await;
        let pol = json!({ "chain": CHAIN, "currency": "POL", "kind": "native", "decimals": 18 });
        self.stage.ok("withdrawals.set_asset", pol).await;
    }

    async fn open_lane(&mut self, which: usize, custody: Custody, more: &Value) -> Value {
        let key = Key::from_hex(KEYS[which]).unwrap();
        let secret = match custody {
            Custody::Vault => json!({ "private_key": KEYS[which] }),
            Custody::Host => json!({ "address": ADDRESSES[which] }),
        };
        let kept = self.stage.ok("signing.import_key", secret).await;
        assert_eq!(kept["address"], ADDRESSES[which]);
        self.keys.insert(ADDRESSES[which].to_lowercase(), key);
        let args = with(json!({ "chain": CHAIN, "key": kept["key"] }), more);
        self.stage.ok("withdrawals.open_lane", args).await["lane"].clone()
    }

    async fn finish(self) {
        self.stage.finish().await;
    }

    /// The engine ends, and another one opens its store; memory has no other.
    async fn reopen(&mut self) {
        if self.stage.kind != Kind::Memory {
            let again = self.stage.again().await;
            std::mem::replace(&mut self.stage.bank, again).close().await;
        }
    }

    // what is asked of withdrawals

    /// A payee that nobody else has.
    fn payee(&mut self) -> String {
        self.asked += 1;
        format!("0x{:040x}", 0xbeef_0000_u64 + u64::from(self.asked))
    }

    /// Builds alice's request: 100.00 USDC to a payee of its own, and `more`.
    fn asks(&mut self, more: &Value) -> Value {
        let to = self.payee();
        with(json!({ "account": "alice", "amount": "100.00 USDC", "chain": CHAIN, "to": to }), more)
    }

    async fn request(&mut self, more: Value) -> Value {
        let args = self.asks(&more);
        self.stage.ok("withdrawals.request", args).await["withdrawal"].clone()
    }

    async fn get(&self, withdrawal: &Value) -> Value {
        self.stage.ok("withdrawals.get", json!({ "withdrawal": withdrawal["id"] })).await
    }

    /// An order for a withdrawal, which must be accepted.
    async fn order(&self, name: &str, withdrawal: &Value, more: Value) -> Value {
        let args = with(json!({ "withdrawal": withdrawal["id"] }), &more);
        let reply = self.stage.ok(&format!("withdrawals.{name}"), args).await;
        reply["withdrawal"].clone()
    }

    async fn lane(&self) -> Value {
        self.lane_of(&self.lane).await
    }

    async fn lane_of(&self, lane: &str) -> Value {
        self.stage.ok("withdrawals.lane", json!({ "lane": lane })).await
    }

    /// The types of what was written about a withdrawal, in order.
    async fn told(&self, withdrawal: &Value) -> Vec<String> {
        let args = json!({ "withdrawal": withdrawal["id"], "limit": 500 });
        let page = self.stage.ok("withdrawals.history", args).await;
        let items = page["items"].as_array().unwrap().iter();
        items.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    // the worker of the host

    /// Leases jobs of these kinds.
    async fn lease(&self, kinds: &[&str]) -> Vec<Value> {
        let args = json!({ "kinds": kinds, "limit": 500, "for": "PT1M" });
        self.stage.ok("jobs.lease", args).await["jobs"].as_array().unwrap().clone()
    }

    /// Returns the host's result of a job.
    fn result(&mut self, job: &Value) -> Value {
        if job["kind"] == "signer.host" { self.signed(job) } else { self.nodes.answer(job) }
    }

    /// Signs a job's transaction with a key of the host.
    fn signed(&self, job: &Value) -> Value {
        let payload = &job["payload"];
        let address = payload["address"].as_str().unwrap().to_lowercase();
        let tx = Transaction::from_json(&payload["tx"]).unwrap();
        assert_eq!(tx.signing_hash().unwrap().to_string(), payload["digest"], "{job}");
        json!({ "raw": tx.sign(&self.keys[&address]).unwrap().to_json()["raw"] })
    }

    /// Does a job and reports it, which must be accepted.
    async fn answer(&mut self, job: &Value) {
        let result = self.result(job);
        self.report(job, result).await;
    }

    async fn report(&self, job: &Value, result: Value) {
        self.stage.ok("jobs.complete", said(job, &json!({ "result": result }))).await;
    }

    /// Runs what is due, and does what there is to do until nothing is left.
    async fn turn(&mut self) {
        self.turn_with(&KINDS).await;
    }

    async fn turn_with(&mut self, kinds: &[&str]) {
        // no time passes, so a payment is simulated, signed, sent and bid more for once
        for _ in 0..50 {
            self.stage.ok("jobs.run_due", json!({})).await;
            let jobs = self.lease(kinds).await;
            if jobs.is_empty() {
                return;
            }
            for job in jobs {
                self.answer(&job).await;
            }
        }
        panic!("there is no end of work");
    }

    /// A block, and the time that it takes.
    async fn block(&mut self) {
        self.nodes.ledger.mine();
        self.stage.advance("PT2S");
        self.turn().await;
    }

    async fn blocks(&mut self, count: u32) {
        for _ in 0..count {
            self.block().await;
        }
    }

    /// The time of so many blocks, in which there are none.
    async fn wait(&mut self, turns: u32) {
        for _ in 0..turns {
            self.stage.advance("PT2S");
            self.turn().await;
        }
    }

    /// Blocks until the withdrawal is in this state.
    async fn until(&mut self, withdrawal: &Value, state: &str) -> Value {
        for _ in 0..120 {
            let found = self.get(withdrawal).await;
            if found["state"] == state {
                return found;
            }
            self.block().await;
        }
        panic!("it is not {state}: {:#}", self.get(withdrawal).await);
    }

    /// Blocks until it is over: it is paid once, or not at all.
    async fn over(&mut self, withdrawal: &Value) -> Value {
        for _ in 0..120 {
            let found = self.get(withdrawal).await;
            let paid = found["state"] == "confirmed";
            if paid || found["state"] == "failed" {
                assert_eq!(self.received(withdrawal), if paid { 100_000_000 } else { 0 }, "{found:#}");
                return found;
            }
            self.block().await;
        }
        panic!("it does not end: {:#}", self.get(withdrawal).await);
    }

    /// Time and work without a block, until the withdrawal is in this state.
    async fn waits_until(&mut self, withdrawal: &Value, state: &str) -> Value {
        for _ in 0..60 {
            let found = self.get(withdrawal).await;
            if found["state"] == state {
                return found;
            }
            self.wait(1).await;
        }
        panic!("it is not {state}: {:#}", self.get(withdrawal).await);
    }

    /// Works, without a block, until a job of this kind is leased for the withdrawal, and leaves it so.
    async fn job_of(&mut self, withdrawal: &Value, kind: &str) -> Value {
        for _ in 0..60 {
            self.stage.ok("jobs.run_due", json!({})).await;
            let mut found = None;
            for job in self.lease(&KINDS).await {
                if job["kind"] == kind
                    && (kind == "chain.observe" || job["payload"]["withdrawal"] == withdrawal["id"])
                {
                    found = Some(job);
                } else {
                    self.answer(&job).await;
                }
            }
            if let Some(job) = found {
                return job;
            }
            self.stage.advance("PT1S");
        }
        panic!("there is no {kind} of {:#}", self.get(withdrawal).await);
    }

    /// A withdrawal in a state. `signing` is the host's: `signer.host` is leased then, and in `broadcasting`
    /// `chain.broadcast` is.
    async fn walked_to(&mut self, state: &str, more: Value) -> Value {
        let withdrawal = self.request(more).await;
        self.walks_to(&withdrawal, state).await
    }

    async fn walks_to(&mut self, withdrawal: &Value, state: &str) -> Value {
        match state {
            "pending" => {}
            "signing" => drop(self.job_of(withdrawal, "signer.host").await),
            "signed" => {
                let job = self.job_of(withdrawal, "signer.host").await;
                self.answer(&job).await;
            }
            "broadcasting" => drop(self.job_of(withdrawal, "chain.broadcast").await),
            "broadcasted" => {
                let job = self.job_of(withdrawal, "chain.broadcast").await;
                self.answer(&job).await;
            }
            state => drop(self.until(withdrawal, state).await),
        }
        let found = self.get(withdrawal).await;
        assert_eq!(found["state"], state, "{found:#}");
        found
    }

    // what the books and the chain say

    /// Returns the amount that a payee received on the chain, in units of USDC.
    fn received(&self, withdrawal: &Value) -> u128 {
        let to = chain::at(withdrawal["to"].as_str().unwrap());
        self.nodes.ledger.state().tokens(&chain::at(TOKEN), &to)
    }

    /// Posted, held and available of alice in USDC.
    async fn alice(&self) -> String {
        let args = json!({ "account": "alice", "currency": "USDC" });
        let balance = self.stage.ok("ledger.balance", args).await;
        ["posted", "held", "available"].map(|part| short(&balance[part])).join(" ")
    }

    async fn posted(&self, account: &str, currency: &str) -> i128 {
        match self.stage.call("ledger.balance", json!({ "account": account, "currency": currency })).await {
            Ok(balance) => units(&balance["posted"]),
            Err(error) => {
                assert_eq!(error.code().as_str(), "account_not_found", "{account}: {error}");
                0
            }
        }
    }

    /// How many transactions of the first lane's key are in blocks.
    fn used_nonces(&self) -> u64 {
        self.nodes.ledger.state().nonce(&chain::at(ADDRESSES[0]))
    }
}

fn admin() -> Value {
    json!({ "id": "adm-1", "role": "admin" })
}

/// Another admin: a derived key is each actor's own.
fn other_admin() -> Value {
    json!({ "id": "adm-0", "role": "admin" })
}

/// These fields, and `more` over them.
fn with(mut base: Value, more: &Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

/// A report about a job.
fn said(job: &Value, more: &Value) -> Value {
    with(json!({ "job": job["id"], "fence": job["fence"] }), more)
}

/// The chain as it is set up, and `more`.
fn chain_args(more: &Value) -> Value {
    let args = json!({ "chain": CHAIN, "chain_id": chain::CHAIN_ID.to_string(), "endpoints": nodes::NAMES,
        "fee_cap": FEE_CAP, "block_time": "PT2S" });
    with(args, more)
}

/// The token as it is set up, and `more`.
fn usdc(more: &Value) -> Value {
    let args = json!({ "chain": CHAIN, "currency": "USDC", "kind": "erc20", "token": TOKEN, "decimals": 6,
        "min": "1.00 USDC", "max": "5000.00 USDC", "fee": "0.10 USDC" });
    with(args, more)
}

/// Money of a view in its smallest units.
fn units(money: &Value) -> i128 {
    let text = money["amount"].as_str().unwrap_or_else(|| panic!("no money: {money}"));
    text.replace('.', "").parse().unwrap()
}

/// Money of a view without the zeros behind its cents.
fn short(money: &Value) -> String {
    let text = money["amount"].as_str().unwrap_or_else(|| panic!("no money: {money}"));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}.{:0<2}", part.trim_end_matches('0'))
}

/// Returns an attempt's bid: the most for a unit of gas, and the tip.
fn bid(attempt: &Value) -> [u128; 2] {
    ["max_fee_per_gas", "max_priority_fee_per_gas"]
        .map(|name| attempt[name].as_str().unwrap_or_else(|| panic!("no {name}: {attempt}")).parse().unwrap())
}

/// A caller that does what `retry: call` says.
async fn insist(bank: &Engine, name: &str, args: Value) -> Result<Value, Error> {
    let mut outcome = bank.call(name, args.clone()).await;
    for _ in 0..50 {
        match &outcome {
            Err(error) if error.code().as_str() == "contention" => {
                outcome = bank.call(name, args.clone()).await;
            }
            _ => break,
        }
    }
    outcome
}
