//! A flood of wrong PINs costs as many hashes as attempts are allowed, and no memory beyond those that are
//! computed at once; money moves meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use earnest::keyring::Keyring;
use earnest::{Engine, Options};

use crate::support::{Kind, Stage, all_at_once, json, soak};

/// Guesses at each PIN: five are tried, the fifth of them locks, and the rest finds it locked.
const GUESSES: u32 = 8;
const TRIED: u32 = 5;
/// Bytes of a hash, of which there is one for two cores; an allocator may keep as many again.
const HASH: u64 = 2 * (19 << 20);
/// Bytes by which a process may grow besides: rows, and pages that the allocator has not given back.
const SLACK: u64 = 48 << 20;

/// Bytes that a transfer takes at most where it stays in memory.
const KEPT: u64 = 4 << 10;

fn cores() -> u32 {
    std::thread::available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap())
}

/// Guesses until each PIN was guessed at so often. Who is turned away has not guessed, and comes again.
async fn guesses(bank: Engine, next: Arc<AtomicU32>, last: u32, turned_away: Arc<AtomicU32>) -> Vec<String> {
    let mut told = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::SeqCst);
        if number >= last {
            return told;
        }
        let guess = json!({ "subject": format!("u-{}", number / GUESSES), "pin": "815470" });
        loop {
            let error = bank.call("credentials.verify_pin", guess.clone()).await.unwrap_err();
            if error.code().as_str() != "overloaded" {
                told.push(error.code().as_str().to_owned());
                break;
            }
            turned_away.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Moves money until it is told to end: how often.
async fn transfers(bank: Engine, caller: u32, end: Arc<AtomicBool>) -> u32 {
    let mut done = 0;
    while !end.load(Ordering::SeqCst) {
        let (from, to) = (caller % 2, (caller + 1) % 2);
        let args = json!({ "from": format!("a-{from}"), "to": format!("a-{to}"), "amount": "0.01 USD",
            "key": format!("t-{caller}-{done}") });
        bank.call("ledger.transfer", args).await.unwrap();
        done += 1;
        // how fast is measured elsewhere
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    done
}

/// How many attempts the log has.
async fn tried(stage: &Stage) -> usize {
    let mut count = 0;
    let mut asked = json!({ "types": ["credential_pin.tried"], "limit": 500 });
    loop {
        let page = stage.ok("events.list", asked.clone()).await;
        count += page["items"].as_array().unwrap().len();
        if page["next"].is_null() {
            return count;
        }
        asked["after"] = page["next"].clone();
    }
}

async fn set_pins(stage: &Stage, subjects: u32) {
    let setting = (0..subjects).map(|n| {
        let bank = stage.bank.clone();
        async move {
            let pin = json!({ "subject": format!("u-{n}"), "pin": "470815" });
            while let Err(error) = bank.call("credentials.set_pin", pin.clone()).await {
                assert_eq!(error.code().as_str(), "overloaded");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    });
    all_at_once(setting).await;
}

async fn flooded(kind: Kind, subjects: u32) {
    let stage = Stage::with(kind, Options::new().pool_size(4).keyring(Keyring::for_tests())).await;
    for account in ["a-0", "a-1"] {
        stage.funded(account, "1000000.00 USD").await;
    }
    let before = super::endurance::resident();
    set_pins(&stage, subjects).await;
    let end = Arc::new(AtomicBool::new(false));
    let movers: Vec<_> =
        (0..8).map(|caller| tokio::spawn(transfers(stage.bank.clone(), caller, end.clone()))).collect();
    let (turned_away, next) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    // more than may wait
    let guessers = cores() * 33 + 64;
    let flood = async |until: u32| {
        let guess = |_| guesses(stage.bank.clone(), next.clone(), until * GUESSES, turned_away.clone());
        let told = all_at_once((0..guessers).map(guess)).await.concat();
        // each that found no more to guess has drawn a number
        next.store(until * GUESSES, Ordering::SeqCst);
        told
    };
    let mut told = flood(subjects / 2).await;
    let first = super::endurance::resident();
    told.extend(flood(subjects).await);
    let last = super::endurance::resident();
    end.store(true, Ordering::SeqCst);
    let mut moved = 0;
    for mover in movers {
        moved += mover.await.unwrap();
    }

    let invalid = told.iter().filter(|code| *code == "pin_invalid").count();
    let locked = told.iter().filter(|code| *code == "pin_locked").count();
    let turned_away = turned_away.load(Ordering::SeqCst);
    println!(
        "{kind:?}: {invalid} wrong, {locked} locked, {turned_away} turned away, {moved} transfers, {} MiB before, \
         {} MiB after half, {} MiB at the end",
        before >> 20,
        first >> 20,
        last >> 20
    );
    let subjects = subjects as usize;
    assert_eq!(invalid, subjects * (TRIED as usize - 1), "{kind:?}");
    assert_eq!(invalid + locked, subjects * GUESSES as usize, "{kind:?}");
    assert_eq!(
        tried(&stage).await,
        subjects * TRIED as usize,
        "{kind:?}: who is turned away has tried nothing"
    );
    assert!(turned_away > 0 && moved > 0, "{kind:?}: {turned_away} turned away, {moved} moved");
    // in memory each transfer stays
    if kind != Kind::Memory {
        assert!(last < first + SLACK, "{kind:?}: {first} grew to {last}");
    }
    let kept = if kind == Kind::Memory { u64::from(moved) * KEPT } else { 0 };
    let most = before + u64::from(cores()) * HASH + SLACK + kept;
    assert!(first < most, "{kind:?}: {before} grew to {first} by half of it");
    stage.finish().await;
}

/// How much longer transfers take meanwhile, is measured where everything is optimised: `earnest-benches
/// flood`.
#[tokio::test(flavor = "multi_thread")]
async fn soak_a_flood_of_wrong_pins_costs_what_is_allowed() {
    let _alone = crate::PROCESS.write().await;
    for kind in Kind::all() {
        // by cores, as what may wait is: some must be turned away
        flooded(kind, cores() * soak::rounds(12, 200)).await;
    }
}
