//! A stage, a chain, and what is asked of both.

use std::sync::Arc;
use std::time::Duration;

use earnest::keyring::Keyring;
use earnest::{DriveChains, Engine, Options};

use super::contracts::Token;
use super::node::{CHAIN_ID, GWEI, ISSUER, Node, number};
use super::proxy::{Mood, Proxy, Refusal};
use crate::support::{Kind, Stage, Value, json, options};

pub(crate) const CHAIN: &str = "local";
pub(crate) const COIN: u128 = 1_000_000_000_000_000_000;
/// The tokens that a lane has at first; [`HUNDRED`] is 100.00 of them.
pub(crate) const SUPPLY: u128 = 1_000_000 * COIN;
pub(crate) const HUNDRED: u128 = 100 * COIN;
/// The first two accounts of the mnemonic that development chains begin with.
pub(crate) const KEYS: [&str; 2] = [
    "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
];
pub(crate) const ADDRESSES: [&str; 2] =
    ["0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"];
const NAMES: [&str; 3] = ["a", "b", "c"];

/// A chain, and its token.
pub(crate) struct Chain {
    pub(crate) node: Node,
    pub(crate) dai: Token,
}

impl Chain {
    pub(crate) async fn start() -> Arc<Self> {
        let node = Node::start().await;
        let dai = Token::standard(&node, ISSUER, 2 * SUPPLY).await;
        dai.give(&node, ADDRESSES[0], SUPPLY).await;
        node.mine_many(3).await;
        Arc::new(Self { node, dai })
    }
}

/// A stage whose engine drives a chain, and the endpoints that it does it through.
pub(crate) struct World {
    pub(crate) stage: Stage,
    pub(crate) chain: Arc<Chain>,
    pub(crate) proxies: Vec<Proxy>,
    pub(crate) lane: String,
    /// Payees begin here: two worlds on one chain have each their own.
    pub(crate) asked: u32,
}

/// Builds a driver that may ask nodes of this machine.
fn nodes(timeout: Duration) -> DriveChains {
    DriveChains::new().allow_http(true).allow_private(true).timeouts(timeout, timeout)
}

/// How an engine of a test is opened.
pub(crate) fn driving(timeout: Duration) -> Options {
    keyless(timeout).keyring(Keyring::for_tests())
}

/// The same without the keys that open the addresses of nodes.
fn keyless(timeout: Duration) -> Options {
    let options = options().currency("DAI", 18).currency("USDT", 6).currency("NOPE", 6).currency("CUT", 6);
    options.chain(nodes(timeout))
}

/// How long an honest endpoint may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

impl World {
    /// With three endpoints, of which two are a quorum.
    pub(crate) async fn open(kind: Kind) -> Self {
        Self::on(Chain::start().await, kind, 3).await
    }

    /// On a chain that others may be on.
    pub(crate) async fn on(chain: Arc<Chain>, kind: Kind, endpoints: usize) -> Self {
        Self::with(chain, kind, endpoints, driving(PATIENCE)).await
    }

    pub(crate) async fn with(chain: Arc<Chain>, kind: Kind, endpoints: usize, options: Options) -> Self {
        Self::at(chain, Stage::with(kind, options).await, endpoints).await
    }

    /// On a stage that a test has made itself, whose engine drives chains.
    pub(crate) async fn at(chain: Arc<Chain>, stage: Stage, endpoints: usize) -> Self {
        let mut proxies = Vec::with_capacity(endpoints);
        for _ in 0..endpoints {
            proxies.push(Proxy::start(chain.node.port).await);
        }
        let mut world = Self { stage, chain, proxies, lane: String::new(), asked: 0 };
        world.set_up().await;
        world
    }

    /// A chain, DAI with a fee of 0.10, POL, a lane, and an account with money.
    async fn set_up(&mut self) {
        for (currency, amount) in [("DAI", "10000.00 DAI"), ("POL", "100.00 POL")] {
            let alice = json!({ "account": "alice", "currency": currency, "owner": "alina" });
            self.stage.ok("ledger.open_account", alice).await;
            self.stage.funded("alice", amount).await;
        }
        let names = &NAMES[..self.proxies.len()];
        let set = json!({ "chain": CHAIN, "chain_id": CHAIN_ID.to_string(), "endpoints": names,
            "urls": self.urls(), "fee_cap": (1_000 * GWEI).to_string(), "block_time": "PT2S" });
        self.stage.ok("withdrawals.set_chain", set).await;
        let dai = json!({ "currency": "DAI", "kind": "erc20", "token": self.chain.dai.address, "decimals": 18,
            "min": "1.00 DAI", "max": "5000.00 DAI", "fee": "0.10 DAI" });
        self.set_asset(dai).await;
        self.set_asset(json!({ "currency": "POL", "kind": "native", "decimals": 18 })).await;
        let lane = self.open_lane(0, json!({ "window": 128 })).await;
        self.lane = lane["id"].as_str().unwrap().to_owned();
        self.opens(&self.lane).await;
    }

    /// The addresses of its endpoints, by their names.
    pub(crate) fn urls(&self) -> Value {
        let all = NAMES.iter().zip(&self.proxies);
        Value::Object(all.map(|(name, proxy)| ((*name).to_owned(), Value::from(proxy.url()))).collect())
    }

    /// Asks until a lane is open: on a busy machine an answer may be late.
    pub(crate) async fn opens(&self, lane: &str) {
        for _ in 0..20 {
            self.turn().await;
            if self.lane_of(lane).await["state"] == "active" {
                return;
            }
            self.facts_are_old();
        }
        panic!("the lane does not open: {:#}", self.lane_of(lane).await);
    }

    pub(crate) async fn set_asset(&self, args: Value) {
        self.stage.ok("withdrawals.set_asset", with(json!({ "chain": CHAIN }), &args)).await;
    }

    pub(crate) async fn set_chain(&self, args: Value) {
        self.stage.ok("withdrawals.set_chain", with(json!({ "chain": CHAIN }), &args)).await;
    }

    pub(crate) async fn open_lane(&self, which: usize, more: Value) -> Value {
        let kept = self.stage.ok("signing.import_key", json!({ "private_key": KEYS[which] })).await;
        assert_eq!(kept["address"], ADDRESSES[which]);
        let args = with(json!({ "chain": CHAIN, "key": kept["key"] }), &more);
        self.stage.ok("withdrawals.open_lane", args).await["lane"].clone()
    }

    pub(crate) async fn finish(self) {
        self.stage.finish().await;
    }

    /// The engine ends, and another one opens its store: it knows nothing of what endpoints have said.
    pub(crate) async fn reopen(&mut self) {
        self.stage.options = self.stage.options.clone().chain(nodes(PATIENCE));
        let again = self.stage.again().await;
        std::mem::replace(&mut self.stage.bank, again).close().await;
    }

    /// A worker on its store, with lines of its own, that does by itself what is due.
    pub(crate) async fn worker(&self) -> Engine {
        let options = self.stage.options.clone().chain(nodes(PATIENCE)).background(true);
        Engine::open_with(&self.stage.url, options).await.unwrap()
    }

    /// An engine on its store that drives chains and has no keyring.
    pub(crate) async fn without_keyring(&self) -> Engine {
        let options = keyless(PATIENCE).env(self.stage.options.env.clone());
        Engine::open_with(&self.stage.url, options).await.unwrap()
    }

    pub(crate) fn set_all(&self, mood: Mood) {
        self.proxies.iter().for_each(|proxy| proxy.set(mood));
    }

    pub(crate) fn all_refuse(&self, count: usize, refusal: Refusal) {
        self.proxies.iter().for_each(|proxy| proxy.refuses(count, refusal));
    }

    pub(crate) fn node(&self) -> &Node {
        &self.chain.node
    }

    // what is asked of withdrawals

    /// Builds alice's request: 100.00 DAI to a payee that nobody else has, and `more`.
    pub(crate) fn asks(&mut self, more: &Value) -> Value {
        self.asked += 1;
        let to = format!("0x{:040x}", 0xbeef_0000_u64 + u64::from(self.asked));
        with(json!({ "account": "alice", "amount": "100.00 DAI", "chain": CHAIN, "to": to }), more)
    }

    pub(crate) async fn request(&mut self, more: Value) -> Value {
        let args = self.asks(&more);
        self.stage.ok("withdrawals.request", args).await["withdrawal"].clone()
    }

    pub(crate) async fn get(&self, withdrawal: &Value) -> Value {
        self.stage.ok("withdrawals.get", json!({ "withdrawal": withdrawal["id"] })).await
    }

    pub(crate) async fn lane(&self) -> Value {
        self.lane_of(&self.lane).await
    }

    pub(crate) async fn lane_of(&self, lane: &str) -> Value {
        self.stage.ok("withdrawals.lane", json!({ "lane": lane })).await
    }

    /// How an endpoint did last.
    pub(crate) async fn status_of(&self, which: usize) -> Value {
        let chain = self.stage.ok("withdrawals.chains", json!({})).await["items"][0].clone();
        let views = chain["views"].as_array().unwrap().iter();
        let mut of_it = views.filter(|view| view["endpoint"] == NAMES[which]);
        of_it.next().unwrap_or_else(|| panic!("{chain:#}"))["status"].clone()
    }

    /// The types of what was written about a withdrawal, in order.
    pub(crate) async fn told(&self, withdrawal: &Value) -> Vec<String> {
        let args = json!({ "withdrawal": withdrawal["id"], "limit": 500 });
        let page = self.stage.ok("withdrawals.history", args).await;
        let items = page["items"].as_array().unwrap().iter();
        items.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    // time and blocks

    /// Does what is due until nothing is.
    pub(crate) async fn turn(&self) {
        turn(&self.stage.bank).await;
    }

    /// A block, and the time that it takes.
    pub(crate) async fn block(&self) {
        self.node().mine().await;
        self.wait(1).await;
    }

    pub(crate) async fn blocks(&self, count: u32) {
        for _ in 0..count {
            self.block().await;
        }
    }

    /// The time of so many blocks, in which there are none.
    pub(crate) async fn wait(&self, turns: u32) {
        for _ in 0..turns {
            self.stage.advance("PT2S");
            self.turn().await;
        }
    }

    /// Everything that is known of the chain is old.
    pub(crate) fn facts_are_old(&self) {
        self.stage.advance("PT31S");
    }

    /// Blocks until the withdrawal is as `is` says.
    pub(crate) async fn until_it(&self, withdrawal: &Value, is: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..100 {
            let found = self.get(withdrawal).await;
            if is(&found) {
                return found;
            }
            self.block().await;
        }
        panic!("it is something else: {:#}", self.get(withdrawal).await);
    }

    pub(crate) async fn until(&self, withdrawal: &Value, state: &str) -> Value {
        self.until_it(withdrawal, |found| found["state"] == state).await
    }

    /// Time and work without a block, until the withdrawal is in this state.
    pub(crate) async fn waits_until(&self, withdrawal: &Value, state: &str) -> Value {
        for _ in 0..60 {
            let found = self.get(withdrawal).await;
            if found["state"] == state {
                return found;
            }
            self.wait(1).await;
        }
        panic!("it is not {state}: {:#}", self.get(withdrawal).await);
    }

    // what the books and the chain say

    /// Returns the amount that a payee received on the chain, in units of DAI.
    pub(crate) async fn received(&self, withdrawal: &Value) -> u128 {
        self.chain.dai.units(self.node(), withdrawal["to"].as_str().unwrap()).await
    }

    /// How many transactions of the first lane's key are in blocks.
    pub(crate) async fn used_nonces(&self) -> u128 {
        self.node().nonce(ADDRESSES[0]).await
    }

    /// Returns the posted balance of an account, in minor units.
    pub(crate) async fn posted(&self, account: &str, currency: &str) -> i128 {
        match self.stage.call("ledger.balance", json!({ "account": account, "currency": currency })).await {
            Ok(balance) => minor(&balance["posted"]),
            Err(error) => {
                assert_eq!(error.code().as_str(), "account_not_found", "{account}: {error}");
                0
            }
        }
    }

    /// Returns alice's posted and held balances, in minor units of DAI.
    pub(crate) async fn alice(&self) -> [i128; 2] {
        let balance = self.stage.ok("ledger.balance", json!({ "account": "alice", "currency": "DAI" })).await;
        [minor(&balance["posted"]), minor(&balance["held"])]
    }

    /// It is confirmed, was paid once, and was signed as often as this.
    pub(crate) async fn is_paid_once(&self, withdrawal: &Value, attempts: usize) -> Value {
        let found = self.get(withdrawal).await;
        assert_eq!((&found["state"], &found["unsettled"]), (&json!("confirmed"), &json!(false)), "{found:#}");
        assert_eq!(found["attempts"].as_array().unwrap().len(), attempts, "{found:#}");
        assert_eq!(self.received(withdrawal).await, HUNDRED, "{found:#}");
        found
    }

    /// Checks that the wallet lost as much DAI as the books, that nothing is held, and that each nonce was
    /// used for one withdrawal.
    pub(crate) async fn books_are_the_chain(&self, paid: u128) {
        let hundred = i128::try_from(HUNDRED).unwrap();
        let fee = hundred / 1_000;
        let count = i128::try_from(paid).unwrap();
        assert_eq!(self.alice().await, [100 * hundred - count * (hundred + fee), 0]);
        assert_eq!(self.posted("@fees", "DAI").await, count * fee);
        let left = SUPPLY - self.chain.dai.units(self.node(), ADDRESSES[0]).await;
        assert_eq!((left, self.used_nonces().await), (paid * HUNDRED, paid));
    }
}

/// Does what is due until nothing is: what was signed is sent at the next look.
pub(crate) async fn turn(bank: &Engine) {
    // others may be first again and again, and each of many steps is a look
    for _ in 0..200 {
        let ran = match bank.call("jobs.run_due", json!({})).await {
            Ok(ran) => ran,
            // another engine was there first
            Err(error) => {
                assert_eq!(error.code().as_str(), "contention", "{error}");
                continue;
            }
        };
        if ["timers", "holds", "jobs"].iter().all(|name| ran[*name] == 0) {
            return;
        }
    }
    panic!("there is no end of work");
}

pub(crate) fn admin() -> Value {
    json!({ "id": "adm-1", "role": "admin" })
}

/// These fields, and `more` over them.
pub(crate) fn with(mut base: Value, more: &Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

/// Money of a view in its smallest units.
pub(crate) fn minor(money: &Value) -> i128 {
    let text = money["amount"].as_str().unwrap_or_else(|| panic!("no money: {money}"));
    text.replace('.', "").parse().unwrap()
}

/// Returns an attempt's bid: the most for a unit of gas, and the tip.
pub(crate) fn bid(attempt: &Value) -> [u128; 2] {
    ["max_fee_per_gas", "max_priority_fee_per_gas"].map(|name| number(&attempt[name]))
}

/// The bids of all attempts, in their order.
pub(crate) fn bids(withdrawal: &Value) -> Vec<[u128; 2]> {
    withdrawal["attempts"].as_array().unwrap().iter().map(bid).collect()
}
