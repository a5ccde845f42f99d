//! `kill -9` of those who follow the log for the rank, at random moments, while others move money: readers of
//! the list, and the background. Afterwards the list is the order of the balances.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use earnest::ids::Book;
use earnest::ledger::rank::reader;
use earnest::rows::needs::{Access, Needs};
use earnest::{Engine, Options};
use futures_util::future::join_all;

use super::{ACCOUNTS, Dice, listed, move_one, name, open, sorted};
use crate::support::children::{self, Child, Told, lines};
use crate::support::{Kind, Stage, code, json, soak};

/// Callers who move money in a round.
const MOVERS: u64 = 6;
/// Accounts of one of them in a round that move once.
const QUIET: u64 = 12;
/// Accounts before anybody has asked for the list, which move once: the first to ask follows their events in
/// several steps.
const BEFORE: u64 = 900;
/// The processes killed in a round.
const CASTS: [&[&str]; 4] = [&["reader"], &["background"], &["reader", "background"], &["reader", "reader"]];
/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
#[ignore = "not a test: what the test below starts as a process of its own"]
fn child() {
    let Some(Told { url, schema, name, .. }) = children::told() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let options = Options::new().names(schema, "earnest_").pool_size(2);
        if name == "background" {
            let often = Duration::from_millis(5);
            let _bank = Engine::open_with(&url, options.background(true).rank_every(often)).await.unwrap();
            children::say("open", "ok");
            return std::future::pending().await;
        }
        let bank = Engine::open_with(&url, options.background(false)).await.unwrap();
        loop {
            let args = json!({ "order": "balance", "currency": "USD", "limit": 3 });
            children::say("list", code(&bank.call("ledger.accounts", args).await));
        }
    });
}

/// How far the reader of the log has come, without letting it go on.
async fn place(bank: &Engine) -> i64 {
    let mut needs = Needs::default();
    needs.sink(reader(&Book::main()), Access::Read);
    bank.peek(&needs).await.unwrap().sinks.first().map_or(0, |row| row.settled)
}

/// Moves money from two engines until it is stopped. Each caller also tops up accounts of his own, which
/// never move again: what is lost of those is not found again by a later movement.
async fn moving(stage: &Stage, banks: [&Engine; 2], round: u32, stop: &AtomicBool, moved: &AtomicU32) {
    let movers = (0..MOVERS).map(|n| async move {
        let (mut dice, bank) = (Dice(u64::from(round) * MOVERS + n), banks[usize::from(n % 2 == 0)]);
        let mut quiet = (0..QUIET).map(|own| format!("q-{round}-{n}-{own}"));
        while !stop.load(Ordering::Relaxed) {
            move_one(stage, bank, &mut dice).await;
            moved.fetch_add(1, Ordering::Relaxed);
            if let Some(account) = quiet.next() {
                let amount = format!("{}.00 USD", 1 + dice.next(40));
                let args = json!({ "account": account, "amount": amount, "key": stage.key() });
                let _ = bank.call("ledger.top_up", args).await;
            }
        }
    });
    join_all(movers).await;
}

/// Starts the children of a round, kills them at some moment, and hears what they said.
async fn killed(stage: &Stage, cast: &[&str], dice: &mut Dice, stop: &AtomicBool) -> usize {
    let before = place(&stage.bank).await;
    let mut children: Vec<Child> =
        cast.iter().map(|name| children::start(stage, "rank::kills::child", name, 0)).collect();
    let mut heard = Vec::new();
    for child in &mut children {
        let mut lines = lines(child);
        heard.push(tokio::task::spawn_blocking(move || (lines.next(), lines)).await.unwrap());
    }
    let since = Instant::now();
    while place(&stage.bank).await == before {
        assert!(since.elapsed() < PATIENCE, "{cast:?} did not follow the log");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(Duration::from_micros(dice.next(120_000))).await;
    if dice.next(2) == 0 {
        // they are about to follow the last movements of the round
        stop.store(true, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_micros(dice.next(4_000))).await;
    }
    for child in &mut children {
        child.kill().unwrap();
    }
    let mut said = 0;
    for (mut child, (first, lines)) in children.into_iter().zip(heard) {
        let rest = tokio::task::spawn_blocking(move || lines.collect::<Vec<_>>()).await.unwrap();
        assert_eq!(child.wait().unwrap().code(), None, "{cast:?} ended before it was killed");
        for (_, outcome) in first.iter().chain(&rest) {
            assert_eq!(outcome, "ok", "{cast:?}");
            said += 1;
        }
    }
    said
}

/// A round that panics leaves no process behind: each is killed, and waited for.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_the_children() {
    let stage = Stage::with(Kind::Sqlite, Options::new().background(false)).await;
    let mut child = children::start(&stage, "rank::kills::child", "background", 0);
    let (process, mut lines) = (child.id(), lines(&mut child));
    let (mut lines, first) = tokio::task::spawn_blocking(move || {
        let first = lines.next();
        (lines, first)
    })
    .await
    .unwrap();
    assert_eq!(first, Some(("open".to_owned(), "ok".to_owned())));
    let panicked = tokio::spawn(async move {
        let _children = [child];
        std::panic::resume_unwind(Box::new("before it is killed"));
    });
    assert!(panicked.await.unwrap_err().is_panic());
    // a thread that nobody waits for, where the child goes on
    let (said, rest) = std::sync::mpsc::channel();
    std::thread::spawn(move || said.send(lines.next()));
    assert_eq!(tokio::task::block_in_place(|| rest.recv_timeout(PATIENCE)), Ok(None), "it goes on");
    assert!(!std::path::Path::new(&format!("/proc/{process}/stat")).exists(), "nobody waited for it");
    stage.finish().await;
}

/// While money still moves: every account is in the list of its owner, and once.
async fn is_whole(bank: &Engine) {
    for shop in 0..3 {
        let args = json!({ "order": "balance", "currency": "USD", "owner": format!("shop-{shop}") });
        let (found, _) = listed(bank, args).await;
        let mut names: Vec<&str> = found.iter().map(|account| account["account"].as_str().unwrap()).collect();
        names.sort_unstable();
        let own: Vec<String> = (0..ACCOUNTS).filter(|n| n % 3 == shop).map(name).collect();
        assert_eq!(names, own);
    }
}

/// Nothing moves any more: the list is the order of the balances, and not behind.
async fn is_exact(bank: &Engine) {
    for (currency, owner) in [("USD", None), ("KRW", None), ("USD", Some("shop-1"))] {
        let expected = sorted(bank, currency, owner).await;
        for limit in [41, 500] {
            let mut args = json!({ "order": "balance", "currency": currency, "limit": limit });
            if let Some(owner) = owner {
                args["owner"] = owner.into();
            }
            let (found, lags) = listed(bank, args).await;
            let wrong = found.iter().zip(&expected).find(|(found, expected)| found != expected);
            assert!(wrong.is_none(), "{currency} {owner:?} in pages of {limit}: {wrong:?}");
            assert_eq!(found.len(), expected.len(), "{currency} {owner:?} in pages of {limit}");
            assert!(lags.iter().all(|lag| lag == 0), "{lags:?}");
        }
    }
}

async fn survives(kind: Kind) {
    let stage = Stage::with(kind, Options::new().background(false).pool_size(4)).await;
    let (rounds, since) = (soak::rounds(4, 100), Instant::now());
    open(&stage).await;
    join_all((0..BEFORE).map(|n| {
        let stage = &stage;
        async move { stage.funded(&format!("q-{n}"), "3.00 USD").await }
    }))
    .await;
    let (mut dice, mut said, mut kills, mut followed) = (Dice(u64::from(rounds)), 0, 0, 0);
    let moved = AtomicU32::new(0);
    for round in 0..rounds {
        let (other, stop) = (stage.again().await, AtomicBool::new(false));
        let cast = CASTS[round as usize % CASTS.len()];
        let before = place(&stage.bank).await;
        let killing = async {
            said += killed(&stage, cast, &mut dice, &stop).await;
            followed += place(&stage.bank).await - before;
            if dice.next(2) == 0 {
                is_whole(&other).await;
            }
            stop.store(true, Ordering::Relaxed);
        };
        tokio::join!(moving(&stage, [&stage.bank, &other], round, &stop, &moved), killing);
        kills += cast.len();
        // one of them goes on where the killed ones were
        let next = if round % 2 == 0 { &stage.bank } else { &other };
        is_exact(next).await;
        other.close().await;
    }
    println!(
        "{kind:?}: {kills} kills in {rounds} rounds, {moved:?} movements, {said} answers of the killed, who \
         followed {followed} events, {:?}",
        since.elapsed()
    );
    stage.finish().await;
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn soak_killed_followers_keep_the_rank_on_sqlite() {
    survives(Kind::Sqlite).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn soak_killed_followers_keep_the_rank_on_postgres() {
    survives(Kind::Postgres).await;
}
