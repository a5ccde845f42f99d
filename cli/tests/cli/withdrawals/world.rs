//! A store, a chain, the processes that work on both, and what both must say after each kill.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use earnest::keyring::Keyring;
use earnest::{Engine, Options};
use serde_json::{Value, json};

use super::PATIENCE;
use super::gate::{Gate, Held};
use super::node::{CHAIN_ID, GWEI, Node, number};
use crate::cli::{command, earnest};
use crate::postgres;

/// The first two accounts of the mnemonic that development chains begin with.
pub(super) const KEYS: [&str; 2] = [
    "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
];
const ADDRESSES: [&str; 2] =
    ["0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"];
/// The same chain twice: with a key of the vault, and with a key of the host.
pub(super) const OWN: &str = "own";
pub(super) const HOSTED: &str = "hosted";
const CHAINS: [&str; 2] = [OWN, HOSTED];
/// Alice's first funds, and the amount of each withdrawal; nothing else is charged.
const FUNDS: u128 = 1_000_000_000_000_000_000_000;
const AMOUNT: u128 = 1_500_000_000_000_000_001;

/// Which database.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Sqlite,
    Postgres,
}

/// A store whose workers ask a node through a gate. The engine of the test looks on, and does nothing by
/// itself.
pub(super) struct World {
    pub(super) bank: Engine,
    pub(super) node: Node,
    pub(super) gate: Gate,
    folder: tempfile::TempDir,
    store: String,
    /// By chain.
    lanes: Vec<Value>,
    /// The balances of the wallets at first, by chain.
    coins: Vec<u128>,
    /// The ids of all withdrawals.
    all: Vec<Value>,
    /// Those whose jobs stay with a worker that is gone.
    left: Vec<Value>,
}

/// A worker. It is killed when this is dropped.
pub(super) struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Worker {
    /// Whether it has not ended by itself.
    fn is_up(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

/// Whether nothing more is to be done for a withdrawal.
fn is_terminal(withdrawal: &Value) -> bool {
    withdrawal["state"] == "confirmed" || withdrawal["state"] == "failed"
}

/// Its newest attempt.
pub(super) fn newest(withdrawal: &Value) -> &Value {
    withdrawal["attempts"].as_array().and_then(|attempts| attempts.last()).unwrap_or(&Value::Null)
}

/// Money of a view in its smallest units.
fn units(money: &Value) -> u128 {
    let text = money["amount"].as_str().unwrap_or_else(|| panic!("no money: {money}"));
    text.replace('.', "").parse().unwrap()
}

impl World {
    pub(super) async fn open(place: Place) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = match place {
            Place::Sqlite => format!("sqlite:{}", folder.path().join("money.db").display()),
            Place::Postgres => postgres::database(),
        };
        let keys = folder.path().join("keys.json");
        assert_eq!(earnest(&["keygen", "--out", keys.to_str().unwrap()]).code, 0);
        let options = Options::new().background(false).currency("POL", 18).pool_size(4);
        let options = options.keyring(Keyring::of_file("keyring", &keys).unwrap());
        let bank = Engine::open_with(&store, options).await.unwrap();
        let node = Node::start().await;
        let gate = Gate::start(node.port).await;
        let mut coins = Vec::new();
        for address in ADDRESSES {
            coins.push(node.coins(address).await);
        }
        let (lanes, all, left) = (Vec::new(), Vec::new(), Vec::new());
        let mut world = Self { bank, node, gate, folder, store, lanes, coins, all, left };
        world.set_up().await;
        world
    }

    /// Two chains, each with coins and a lane that a worker has opened, and an account with money.
    async fn set_up(&mut self) {
        let funds = json!({ "account": "alice", "amount": "1000.00 POL", "key": "funds" });
        self.ok("ledger.top_up", funds).await;
        let keys = [json!({ "private_key": KEYS[0] }), json!({ "address": ADDRESSES[1] })];
        for (chain, key) in CHAINS.into_iter().zip(keys) {
            // nothing is bumped or sent again unless a step asks for it, and what is final is not looked at
            // again
            let set = json!({ "chain": chain, "chain_id": CHAIN_ID.to_string(), "endpoints": ["node"],
                "urls": { "node": self.gate.url() }, "fee_cap": (1_000 * GWEI).to_string(),
                "block_time": "PT1S", "facts_ttl": "PT1H", "bump_after": "PT1H",
                "resend_after": "PT1H", "watch": "PT0S" });
            self.ok("withdrawals.set_chain", set).await;
            let asset = json!({ "chain": chain, "currency": "POL", "kind": "native", "decimals": 18 });
            self.ok("withdrawals.set_asset", asset).await;
            let kept = self.ok("signing.import_key", key).await;
            let lane = json!({ "chain": chain, "key": kept["key"] });
            let lane = self.ok("withdrawals.open_lane", lane).await;
            self.lanes.push(lane["lane"]["id"].clone());
        }
        let worker = self.worker(&[]);
        let since = Instant::now();
        for lane in self.lanes.clone() {
            while self.lane(&lane).await["state"] != "active" {
                assert!(since.elapsed() < PATIENCE, "{:#}\n{}", self.lane(&lane).await, self.log());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        self.kill(worker).await;
        self.free().await;
    }

    // processes

    fn command(&self, args: &[&str]) -> std::process::Command {
        let mut command = command(args);
        command.args(["--store", &self.store, "--json", "--currency", "POL=18", "--log", "warn"]);
        command.env("EARNEST_KEYRING", format!("file:{}", self.path("keys.json").display()));
        let log = std::fs::File::options().create(true).append(true).open(self.path("log")).unwrap();
        command.current_dir(self.folder.path()).stdout(Stdio::piped()).stderr(log);
        command
    }

    /// A worker that has started.
    pub(super) fn worker(&self, args: &[&str]) -> Worker {
        let mut started = self.command(&[&["worker"][..], args].concat());
        if !args.contains(&"--no-chain") {
            started.arg("--private-nodes");
        }
        let mut child = started.stdin(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.contains("started"), "{line}{}", self.log());
        std::thread::spawn(move || drop(out.read_to_end(&mut Vec::new())));
        Worker(child)
    }

    /// Kills a worker. What its server was committing then is committed or not.
    pub(super) async fn kill(&self, worker: Worker) {
        drop(worker);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    /// A process of the host's makes a call, and is killed as soon as it has the reply.
    pub(super) async fn says(&self, op: &str, args: &Value) -> Value {
        let mut host = Worker(self.command(&["run", "-"]).stdin(Stdio::piped()).spawn().unwrap());
        let (stdin, stdout) = (host.0.stdin.as_mut().unwrap(), host.0.stdout.take().unwrap());
        writeln!(stdin, "{}", json!({ "op": op, "args": args })).unwrap();
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        self.kill(host).await;
        let mut told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(told["ok"], true, "{told}");
        told["reply"].take()
    }

    /// A worker that is killed when a withdrawal is so; answers the withdrawal as it was left.
    pub(super) async fn killed_when(&self, args: &[&str], id: &Value, is: impl Fn(&Value) -> bool) -> Value {
        let worker = self.worker(args);
        self.until(id, is).await;
        self.kill(worker).await;
        self.get(id).await
    }

    /// A worker that is killed while the node is asked this, or while its answer is under way.
    pub(super) async fn killed_at(&self, method: &'static str, held: Held) {
        self.gate.hold(method, held);
        let worker = self.worker(&[]);
        self.gate.holds().await;
        self.kill(worker).await;
        self.gate.open();
    }

    /// Blocks and a worker, until these withdrawals are over.
    pub(super) async fn end(&self, args: &[&str], ids: &[&Value]) {
        self.end_by(vec![self.worker(args)], ids).await;
    }

    /// Blocks, while workers work, until these withdrawals are over.
    pub(super) async fn end_by(&self, workers: Vec<Worker>, ids: &[&Value]) {
        let since = Instant::now();
        for id in ids {
            loop {
                let found = self.get(id).await;
                if is_terminal(&found) {
                    break;
                }
                assert!(since.elapsed() < PATIENCE, "it does not end: {found:#}\n{}", self.log());
                self.node.mine().await;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        for mut worker in workers {
            assert!(worker.is_up(), "{}", self.log());
            self.kill(worker).await;
        }
        self.free().await;
    }

    /// Whoever knows that a worker is gone need not wait a minute for the end of its leases: they are cut to
    /// a second, and then end as they would have.
    pub(super) async fn free(&self) {
        let leased = self.ok("jobs.list", json!({ "state": "leased", "limit": 500 })).await;
        for job in leased["items"].as_array().unwrap() {
            if !self.left.contains(&job["payload"]["withdrawal"]) {
                let cut = json!({ "job": job["id"], "fence": job["fence"], "for": "PT1S" });
                self.ok("jobs.extend", cut).await;
            }
        }
    }

    /// Keeps a killed worker's jobs of a withdrawal leased, until [`World::leave_nothing`].
    pub(super) fn leave(&mut self, id: &Value) {
        self.left.push(id.clone());
    }

    pub(super) async fn leave_nothing(&mut self) {
        self.left.clear();
        self.free().await;
    }

    // files that processes share with the test

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits until a command has written this file.
    pub(super) async fn written(&self, name: &str) -> String {
        let since = Instant::now();
        loop {
            if let Ok(text) = std::fs::read_to_string(self.path(name)) {
                return text;
            }
            assert!(since.elapsed() < PATIENCE, "`{name}` is not there\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    // what is asked of the store

    /// A call that must be accepted. Another process may be there first, or have been killed in the middle.
    pub(super) async fn ok(&self, name: &str, args: Value) -> Value {
        let since = Instant::now();
        loop {
            match self.bank.call(name, args.clone()).await {
                Ok(reply) => return reply,
                Err(error) if error.retryable() && since.elapsed() < PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Err(error) => panic!("{name} {args}: {error} {:?}\n{}", error.details(), self.log()),
            }
        }
    }

    /// Makes the next request of alice, to a payee that nobody else has.
    pub(super) fn asks(&self, chain: &str) -> Value {
        let to = format!("0x{:040x}", 0xbeef_0000 + self.all.len());
        json!({ "account": "alice", "amount": "1.500000000000000001 POL", "chain": chain, "to": to,
            "key": format!("w-{}", self.all.len()) })
    }

    pub(super) async fn request(&mut self, chain: &str) -> Value {
        let reply = self.ok("withdrawals.request", self.asks(chain)).await;
        let id = reply["withdrawal"]["id"].clone();
        if !self.all.contains(&id) {
            self.all.push(id.clone());
        }
        id
    }

    pub(super) async fn get(&self, id: &Value) -> Value {
        self.ok("withdrawals.get", json!({ "withdrawal": id })).await
    }

    async fn lane(&self, lane: &Value) -> Value {
        self.ok("withdrawals.lane", json!({ "lane": lane })).await
    }

    pub(super) async fn until(&self, id: &Value, is: impl Fn(&Value) -> bool) -> Value {
        let since = Instant::now();
        loop {
            let found = self.get(id).await;
            if is(&found) {
                return found;
            }
            assert!(since.elapsed() < PATIENCE, "it does not come so far: {found:#}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// The state of the newest job of a kind about a withdrawal.
    pub(super) async fn job(&self, kind: &str, id: &Value) -> Value {
        let jobs = self.ok("jobs.list", json!({ "kind": kind, "limit": 500 })).await;
        let mut of_it = jobs["items"].as_array().unwrap().iter();
        let found = of_it.find(|job| job["payload"]["withdrawal"] == *id);
        found.unwrap_or_else(|| panic!("{id} has no {kind}: {jobs:#}"))["state"].clone()
    }

    // what must be so

    /// After a kill: nothing was paid twice, every nonce is one withdrawal's and none is left out, the books
    /// have what is held and what was captured, and every invariant holds. Then the leases of the dead end.
    pub(super) async fn is_sound(&self, step: &str) {
        let (mut captured, mut held) = (0, 0);
        let mut nonces = [Vec::new(), Vec::new()];
        for id in &self.all {
            let found = self.get(id).await;
            let paid = self.node.coins(found["to"].as_str().unwrap()).await;
            assert!(paid == 0 || paid == AMOUNT, "{step}: {paid} was paid: {found:#}");
            match found["state"].as_str().unwrap() {
                "confirmed" => {
                    assert_eq!(paid, AMOUNT, "{step}: {found:#}");
                    captured += AMOUNT;
                }
                "failed" => assert_eq!(paid, 0, "{step}: {found:#}"),
                _ => held += AMOUNT,
            }
            if found["nonce"].is_string() {
                nonces[usize::from(found["chain"] == HOSTED)].push(number(&found["nonce"]));
            }
        }
        for ((mut nonces, lane), address) in nonces.into_iter().zip(&self.lanes).zip(ADDRESSES) {
            nonces.sort_unstable();
            let given = number(&self.lane(lane).await["next_nonce"]);
            assert_eq!(nonces, (0..given).collect::<Vec<_>>(), "{step}");
            assert!(self.node.nonce(address).await <= given, "{step}: a nonce that nobody has was used");
        }
        let balance = self.ok("ledger.balance", json!({ "account": "alice", "currency": "POL" })).await;
        assert_eq!((units(&balance["posted"]), units(&balance["held"])), (FUNDS - captured, held), "{step}");
        let verified = self.ok("admin.verify", json!({})).await;
        assert_eq!(verified["ok"], true, "{step}: {verified:#}");
        self.free().await;
    }

    /// Everything is over: each nonce ended one withdrawal, and what left the books is what left the wallets,
    /// to the unit.
    pub(super) async fn is_over(&self) {
        self.is_sound("at the end").await;
        let (mut given, mut spent, mut captured) = ([0; 2], [0; 2], 0);
        for id in &self.all {
            let found = self.get(id).await;
            assert!(is_terminal(&found), "{found:#}");
            assert!(found["attention"].is_null(), "{found:#}");
            let chain = usize::from(found["chain"] == HOSTED);
            given[chain] += 1;
            spent[chain] += number(&found["gas_paid"]);
            if found["state"] == "confirmed" {
                spent[chain] += AMOUNT;
                captured += AMOUNT;
            }
        }
        for (chain, (lane, address)) in self.lanes.iter().zip(ADDRESSES).enumerate() {
            let lane = self.lane(lane).await;
            assert_eq!((&lane["state"], &lane["in_flight"]), (&json!("active"), &json!(0)), "{lane:#}");
            // of one that gave none there is no last
            let used = if lane["final_nonce"].is_null() { 0 } else { number(&lane["final_nonce"]) + 1 };
            assert_eq!(used, given[chain], "{lane:#}");
            assert_eq!(self.node.nonce(address).await, given[chain], "{lane:#}");
            assert_eq!(self.coins[chain] - self.node.coins(address).await, spent[chain], "{lane:#}");
        }
        assert_eq!(self.node.pooled().await, 0);
        let balance = self.ok("ledger.balance", json!({ "account": "alice", "currency": "POL" })).await;
        assert_eq!(FUNDS - units(&balance["posted"]), captured);
    }
}
