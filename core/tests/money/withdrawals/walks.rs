//! Random walks: withdrawals over a chain that reorganises, with nodes that lag and lie, wallets that are
//! emptied, workers that die and clocks that jump. At the end of each, the books are those of the chain.

use std::collections::BTreeMap;

use super::chain::{COIN, Fate, GWEI};
use super::nodes::{Lie, Mood, NAMES};
use super::{ADDRESSES, CHAIN, Custody, KINDS, TOKEN, World, admin, json, said, units};
use crate::support::{Kind, Value, code, id, soak, verify};

/// How many walks there are for each of two custodies, in memory: with `make test`, and with `make soak`.
/// What a look at the chain proves is walked beside these, 2,000 times, in
/// `core/src/withdrawal/judge/walks.rs`.
const IN_MEMORY: [u32; 2] = [24, 5_000];
/// And how many on each database.
const ON_DATABASES: [u32; 2] = [16, 200];
/// How many steps a walk has before everything is well again.
const STEPS: u32 = 40;
/// How many walks go over one chain, with one engine.
const TOGETHER: usize = 10;
/// How long the engine looks at what is final: longer than a walk takes to reach back so far, and not so long
/// that it looks at many walks at once.
const WATCH: &str = "PT20M";

/// How many rounds at the end of a walk are longer than the minute after which the engine looks back.
const LOOK_BACK: u32 = 13;

/// A small generator of numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 33) % sides
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = self.roll(of.len().try_into().unwrap());
        &of[usize::try_from(at).unwrap()]
    }
}

/// How one node may be at a time.
const MOODS: [Mood; 12] = [
    Mood::Honest,
    Mood::Down,
    Mood::Failing,
    Mood::Behind(2),
    Mood::Behind(50),
    Mood::Elsewhere,
    Mood::Dropping,
    Mood::Denying,
    Mood::Lying(Lie::Paid),
    Mood::Lying(Lie::Reverted),
    Mood::Lying(Lie::Nothing),
    Mood::Lying(Lie::Foreign),
];
const BASE_FEES: [u128; 5] = [10, 12, 40, 200, 900];
/// The number of walks in which each mishap must happen.
const MANY: usize = 16;
const MISHAPS: [&str; 11] = [
    "requests",
    "withdrawals.cancel",
    "withdrawals.speed_up",
    "moods",
    "forks",
    "deep forks",
    "empty pools",
    "restarts",
    "leases lost",
    "answers unheard",
    "late reports",
];
/// The codes that a report may be refused with: another one came first, or it is too late.
const LATE: [&str; 3] = ["version_conflict", "transition_not_allowed", "job_not_found"];
/// The outcomes of a trigger that somebody pulls at random.
const REFUSED: [&str; 4] = ["ok", "transition_not_allowed", "condition_not_met", "not_permitted"];

struct Walk<'w> {
    world: &'w mut World,
    dice: Dice,
    /// The withdrawals of this walk.
    all: Vec<Value>,
    /// Unheard results of workers that died, with their jobs.
    unheard: Vec<(Value, Value)>,
    counts: BTreeMap<&'static str, u32>,
}

impl Walk<'_> {
    async fn step(&mut self) {
        match self.dice.roll(100) {
            0..25 => self.request().await,
            25..31 => self.cancel().await,
            31..34 => self.speed_up().await,
            34..60 => self.world.nodes.ledger.mine(),
            60..67 => {
                self.count("moods");
                self.world.nodes.set_all(Mood::Honest);
                let (name, mood) = (*self.dice.pick(&NAMES), *self.dice.pick(&MOODS));
                self.world.nodes.set(name, mood);
            }
            67..71 => {
                self.count("forks");
                let fate = *self.dice.pick(&[Fate::Pooled, Fate::Lost]);
                let blocks = 1 + self.dice.roll(3);
                self.world.nodes.ledger.reorganise(blocks, fate);
            }
            71..72 => {
                self.count("deep forks");
                let blocks = 4 + self.dice.roll(4);
                self.world.nodes.ledger.reorganise(blocks, Fate::Pooled);
            }
            72..75 => {
                self.count("empty pools");
                self.world.nodes.ledger.forget_the_pool();
            }
            75..80 => self.world.nodes.ledger.base_fee = *self.dice.pick(&BASE_FEES) * GWEI,
            80..83 => {
                let units = *self.dice.pick(&[0, 15_000_000, 1_000_000_000_000]);
                self.world.nodes.ledger.fund_tokens(TOKEN, ADDRESSES[0], units);
            }
            83..85 => {
                self.count("restarts");
                self.world.reopen().await;
            }
            _ => {
                let seconds = 1 + self.dice.roll(90);
                self.world.stage.advance(&format!("PT{seconds}S"));
            }
        }
        self.world.stage.advance("PT1S");
        self.work(true).await;
    }

    async fn request(&mut self) {
        self.count("requests");
        let amount = format!("{}.{:02} USDC", 1 + self.dice.roll(20), self.dice.roll(100));
        let withdrawal = self.world.request(json!({ "amount": amount })).await;
        self.all.push(withdrawal);
    }

    async fn cancel(&mut self) {
        let actor = self.dice.pick(&[json!("alina"), admin(), json!("mallory")]).clone();
        self.pull("withdrawals.cancel", actor).await;
    }

    async fn speed_up(&mut self) {
        self.pull("withdrawals.speed_up", admin()).await;
    }

    async fn pull(&mut self, name: &'static str, actor: Value) {
        if self.all.is_empty() {
            return;
        }
        self.count(name);
        let withdrawal = id(self.dice.pick(&self.all));
        let args = json!({ "withdrawal": withdrawal, "actor": actor });
        let outcome = self.world.stage.call(name, args).await;
        assert!(REFUSED.contains(&code(&outcome)), "{name}: {outcome:?}");
    }

    /// The worker does what there is to do; where it may, it dies now and then.
    async fn work(&mut self, may_die: bool) {
        for _ in 0..3 {
            let ran = self.world.stage.ok("jobs.run_due", json!({})).await;
            let leased = self.world.lease(&KINDS).await;
            // no time passes, so nothing comes of nothing
            let is_idle = leased.is_empty() && ran["timers"] == 0 && ran["jobs"] == 0;
            for job in leased {
                let met = if may_die { self.dice.roll(10) } else { 9 };
                if met == 0 {
                    self.count("leases lost");
                    continue;
                }
                let result = self.world.result(&job);
                if met == 1 {
                    self.count("answers unheard");
                    self.unheard.push((job, result));
                    continue;
                }
                self.report(&job, result).await;
            }
            if may_die
                && self.dice.roll(8) == 0
                && let Some((job, result)) = self.unheard.pop()
            {
                self.count("late reports");
                self.report(&job, result).await;
            } else if is_idle {
                return;
            }
        }
    }

    async fn report(&mut self, job: &Value, result: Value) {
        let args = said(job, &json!({ "result": result }));
        let outcome = self.world.stage.call("jobs.complete", args.clone()).await;
        let found = code(&outcome);
        assert!(found == "ok" || LATE.contains(&found), "{args}: {outcome:?}");
    }

    /// Everything is well again, and all that is under way ends.
    async fn end(&mut self) {
        self.world.nodes.set_all(Mood::Honest);
        let ledger = &mut self.world.nodes.ledger;
        ledger.base_fee = 10 * GWEI;
        ledger.fund(ADDRESSES[0], 1_000 * COIN);
        ledger.fund_tokens(TOKEN, ADDRESSES[0], 1_000_000_000_000);
        let mut quiet = 0;
        for _ in 0..400 {
            // what a fork has turned around although it was final is found by the next look back
            quiet = if self.is_over().await { quiet + 1 } else { 0 };
            if quiet > LOOK_BACK {
                return;
            }
            self.world.nodes.ledger.mine();
            self.world.stage.advance("PT5S");
            self.work(false).await;
        }
        let mut open = Vec::new();
        for withdrawal in &self.all {
            open.push(self.world.get(withdrawal).await);
        }
        panic!("it does not end: {open:#?} {:#}", self.world.lane().await);
    }

    async fn is_over(&self) -> bool {
        if self.world.lane().await["in_flight"] != json!(0) {
            return false;
        }
        for withdrawal in &self.all {
            let found = self.world.get(withdrawal).await;
            let ended = found["state"] == "confirmed" || found["state"] == "failed";
            if !ended || found["unsettled"] == true {
                return false;
            }
        }
        true
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }
}

/// Compares the books with the chain, over all withdrawals.
async fn compare(world: &World, asked: usize, began: i128, seed: u64) {
    let page = world.stage.ok("withdrawals.list", json!({ "account": "alice", "limit": 500 })).await;
    let all = page["items"].as_array().unwrap();
    assert_eq!((all.len(), &page["next"]), (asked, &Value::Null), "seed {seed}");
    let mut paid = 0;
    for found in all {
        let amount = units(&found["amount"]);
        let received = i128::try_from(world.received(found)).unwrap();
        let expected = if found["state"] == "confirmed" { amount } else { 0 };
        assert_eq!(received, expected, "seed {seed}: {found:#}");
        paid += received;
    }
    let lane = world.lane().await;
    assert_eq!(lane["next_nonce"], world.used_nonces().to_string(), "seed {seed}: {lane}");
    let owned = world.posted("alice", "USDC").await + world.posted("@fees", "USDC").await;
    assert_eq!(began - owned, paid, "seed {seed}: what left the books is what came on the chain");
    let held = world.stage.ok("ledger.balance", json!({ "account": "alice", "currency": "USDC" })).await;
    assert_eq!(units(&held["held"]), 0, "seed {seed}");
}

/// So many walks on a store, some of them over one chain and one engine.
async fn walks(kind: Kind, custody: Custody, seeds: std::ops::Range<u64>) {
    let seeds: Vec<u64> = seeds.collect();
    let mut counts: BTreeMap<&'static str, u32> = BTreeMap::new();
    for some in seeds.chunks(TOGETHER) {
        let mut world = World::with(kind, custody).await;
        world.stage.ok("withdrawals.set_chain", json!({ "chain": CHAIN, "watch": WATCH })).await;
        world.nodes.ledger.depth = 4;
        let began = world.posted("alice", "USDC").await;
        let mut asked = 0;
        for seed in some {
            world.stage.advance("PT1M");
            let mut walk = Walk {
                world: &mut world,
                dice: Dice(*seed),
                all: Vec::new(),
                unheard: Vec::new(),
                counts: std::mem::take(&mut counts),
            };
            for _ in 0..STEPS {
                walk.step().await;
            }
            walk.end().await;
            counts = std::mem::take(&mut walk.counts);
            asked += walk.all.len();
            compare(&world, asked, began, *seed).await;
        }
        verify(&world.stage.bank).await;
        world.finish().await;
    }
    println!("{kind:?}: {} walks, {counts:?}", seeds.len());
    // a few walks may miss what is rare
    let missed = MISHAPS.iter().find(|name| !counts.contains_key(*name));
    assert!(seeds.len() < MANY || missed.is_none(), "{missed:?} never happened");
}

/// The seeds of so many walks, from this one on: as `make test` has them, or as `make soak` does.
fn seeds(from: u64, counts: [u32; 2]) -> std::ops::Range<u64> {
    let [short, long] = counts;
    from..from + u64::from(soak::rounds(short, long))
}

/// It is long because a withdrawal must meet every mishap at every step; memory is enough for most of that.
#[tokio::test(flavor = "multi_thread")]
async fn soak_walks_of_the_vault_in_memory() {
    walks(Kind::Memory, Custody::Vault, seeds(0, IN_MEMORY)).await;
}

/// Likewise, where the host signs: it runs beside the other.
#[tokio::test(flavor = "multi_thread")]
async fn soak_walks_of_the_host_in_memory() {
    walks(Kind::Memory, Custody::Host, seeds(100_000, IN_MEMORY)).await;
}

/// A payment that was final as reverted, and that a deep fork made succeed at the very end of its walk.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_final_and_turned_around_is_found() {
    walks(Kind::Memory, Custody::Host, 100_760..100_765).await;
}

/// Fewer, because each call takes longer, and each engine that ends in a walk is opened again.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn soak_walks_on_sqlite() {
    walks(Kind::Sqlite, Custody::Host, seeds(200_000, ON_DATABASES)).await;
}

/// Likewise.
#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn soak_walks_on_postgres() {
    walks(Kind::Postgres, Custody::Host, seeds(300_000, ON_DATABASES)).await;
}
