//! Callers who write down what was acknowledged and when, and what of it is found afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use earnest::{Code, Engine};
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinHandle;

use crate::support::json;

const ACCOUNTS: usize = 6;
const CALLERS: usize = 8;
/// Lost transfers that are asked for in each round.
const ASKED: usize = 3;

/// A transfer that was acknowledged.
#[derive(Clone)]
struct Call {
    id: String,
    key: String,
    from: usize,
    to: usize,
    minor: i64,
    at: Instant,
}

/// Callers at work.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    calls: Arc<Mutex<Vec<Call>>>,
    callers: Vec<JoinHandle<u64>>,
    died: Mutex<Option<Instant>>,
    again: Mutex<Option<Instant>>,
}

/// The fate of acknowledged calls.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    /// Acknowledged by the server that was, and there.
    kept: usize,
    /// Acknowledged by the server that was, and lost with its past.
    lost: usize,
    /// Of these, those whose caller heard of it after the server had died: the reply was under way.
    lost_late: usize,
    /// Acknowledged by the server that took its place, and there.
    after: usize,
    /// Calls that were told to come again.
    refused: u64,
}

impl std::ops::AddAssign for Found {
    fn add_assign(&mut self, other: Self) {
        self.kept += other.kept;
        self.lost += other.lost;
        self.lost_late += other.lost_late;
        self.after += other.after;
        self.refused += other.refused;
    }
}

impl Found {
    /// Something was lost, something was not, and work went on: else nothing was tested.
    pub(crate) fn is_telling(self) {
        assert!(self.kept > 0 && self.lost > 0 && self.after > 0 && self.refused > 0, "{self:?}");
    }
}

fn account(n: usize) -> String {
    format!("a{n}")
}

/// Gives everybody enough for all rounds.
pub(crate) async fn fund(bank: &Engine) {
    for n in 0..ACCOUNTS {
        let args = json!({ "account": account(n), "amount": "1000000.00 USD", "key": format!("fund-{n}") });
        bank.call("ledger.top_up", args).await.unwrap();
    }
}

impl Load {
    pub(crate) fn start(banks: &[Engine], round: &str) -> Self {
        let (stop, calls) = (Arc::new(AtomicBool::new(false)), Arc::<Mutex<Vec<Call>>>::default());
        let caller = |caller: usize| {
            let bank = banks[caller % banks.len()].clone();
            tokio::spawn(call(bank, format!("{round}-{caller}"), caller, stop.clone(), calls.clone()))
        };
        let callers = (0..CALLERS).map(caller).collect();
        Self { stop, calls, callers, died: Mutex::default(), again: Mutex::default() }
    }

    /// Lets the callers work for so long, and until some more of them were answered: on a machine that is
    /// busy with other tests, a time alone may pass without a call.
    pub(crate) async fn goes_on(&self, at_least: Duration) {
        let (before, began) = (self.answered(), Instant::now());
        tokio::time::sleep(at_least).await;
        while self.answered() < before + CALLERS {
            assert!(began.elapsed() < Duration::from_secs(90), "{} calls were answered", self.answered());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn answered(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    /// The server is dead, and its connections are closed.
    pub(crate) fn died(&self) {
        *self.died.lock().unwrap() = Some(Instant::now());
    }

    /// A server is there again, with an earlier past.
    pub(crate) fn again(&self) {
        *self.again.lock().unwrap() = Some(Instant::now());
    }

    /// Waits for the callers, and looks what is there; what is lost must be on the `old` server, where that
    /// can still be read.
    pub(crate) async fn finish(self, banks: &[Engine], url: &str, old: Option<&str>) -> Found {
        self.stop.store(true, Ordering::SeqCst);
        let mut found = Found::default();
        for caller in self.callers {
            found.refused += caller.await.unwrap();
        }
        let calls = std::mem::take(&mut *self.calls.lock().unwrap());
        let again = self.again.lock().unwrap().unwrap();
        let there = ids(url).await;
        let mut lost = Vec::new();
        for call in &calls {
            match (there.contains(&call.id), call.at > again) {
                (true, true) => found.after += 1,
                (true, false) => found.kept += 1,
                (false, false) => lost.push(call.clone()),
                (false, true) => panic!("`{}` was acknowledged afterwards, and is not there", call.key),
            }
        }
        found.lost = lost.len();
        let died = self.died.lock().unwrap().unwrap_or(again);
        found.lost_late = lost.iter().filter(|call| call.at > died).count();
        if let Some(old) = old {
            let were = ids(old).await;
            let never = lost.iter().find(|call| !were.contains(&call.id));
            assert!(never.is_none(), "`{}` was acknowledged by no server", never.unwrap().key);
        }
        for bank in banks {
            told_as_lost(bank, &lost).await;
        }
        accounts_are_what_their_entries_say(url).await;
        crate::support::verify(&banks[0]).await;
        let chain = banks[1].call("events.verify_chain", json!({})).await.unwrap();
        assert_eq!(chain["ok"], true, "{chain}");
        healthy(&banks[0]).await;
        found
    }
}

/// Calls one after the other, each until it is acknowledged; answers how often it was told to come again.
async fn call(
    bank: Engine,
    name: String,
    seed: usize,
    stop: Arc<AtomicBool>,
    calls: Arc<Mutex<Vec<Call>>>,
) -> u64 {
    let mut refused = 0;
    for n in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let (from, step) = ((seed + n) % ACCOUNTS, 1 + (seed + n / ACCOUNTS) % (ACCOUNTS - 1));
        let (to, minor) = ((from + step) % ACCOUNTS, 1 + (n % 97) as i64);
        let key = format!("{name}-{n}");
        let amount = format!("{}.{:02} USD", minor / 100, minor % 100);
        let args = json!({ "from": account(from), "to": account(to), "amount": amount, "key": key });
        let began = Instant::now();
        let reply = loop {
            match bank.call("ledger.transfer", args.clone()).await {
                Ok(reply) => break reply,
                Err(error) => {
                    let expected = [Code::StoreUnavailable, Code::OutcomeUnknown, Code::Contention];
                    assert!(expected.contains(&error.code()), "{error:?}");
                    assert!(began.elapsed() < Duration::from_secs(90), "still refused: {error}");
                    refused += 1;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        };
        let id = crate::support::id(&reply["transfer"]);
        calls.lock().unwrap().push(Call { id, key, from, to, minor, at: Instant::now() });
    }
    refused
}

async fn connected(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap()
}

/// The ids of all transfers in the database.
async fn ids(url: &str) -> BTreeSet<String> {
    let rows: Vec<String> = sqlx::query_scalar("SELECT CAST(id AS text) FROM earnest.transfer")
        .fetch_all(&mut connected(url).await)
        .await
        .unwrap();
    rows.into_iter().map(|id| format!("tr_{id}")).collect()
}

/// Asks for lost transfers, and is told that there are none.
async fn told_as_lost(bank: &Engine, lost: &[Call]) {
    for call in lost.iter().rev().take(ASKED) {
        let error = bank.call("ledger.get_transfer", json!({ "transfer": call.id })).await.unwrap_err();
        assert_eq!(error.code(), Code::TransferNotFound, "{} from {} to {}", call.minor, call.from, call.to);
    }
}

/// Every balance is the sum of the entries of its account, and all of them are zero together.
async fn accounts_are_what_their_entries_say(url: &str) {
    let mut conn = connected(url).await;
    let read = async |conn: &mut PgConnection, sql: &'static str| -> BTreeMap<String, i64> {
        let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(conn).await.unwrap();
        rows.into_iter().collect()
    };
    let posted = "SELECT a.id, CAST(a.posted + coalesce((SELECT sum(s.amount) FROM earnest.stream_pending AS s \
                  WHERE s.account = a.id), 0) AS int8) FROM earnest.account AS a";
    let posted = read(&mut conn, posted).await;
    let entries = "SELECT account, CAST(sum(amount) AS int8) FROM earnest.entry GROUP BY account";
    let entries = read(&mut conn, entries).await;
    assert_eq!(posted, entries);
    assert_eq!(posted.values().sum::<i64>(), 0);
}

async fn healthy(bank: &Engine) {
    let began = Instant::now();
    loop {
        let health = bank.health().await.unwrap();
        if health.status == "healthy" {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{health:#?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
