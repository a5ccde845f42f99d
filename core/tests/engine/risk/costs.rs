//! What rules cost: their rows come and go with those of the money, in the same statements.

use std::time::{Duration, Instant};

use crate::support::{Kind, Stage, all_at_once, json, soak};

const ACCOUNTS: u32 = 300;
const IN_FLIGHT: u32 = 64;

/// Twenty rules and rates, most about the account that pays, as an application would have them.
async fn twenty(stage: &Stage) {
    let windows = ["PT10S", "PT1M", "PT1H", "P1D", "day", "month", "lifetime"];
    for n in 0..18 {
        let subject = if n % 6 == 5 { "counterparty" } else { "account" };
        let (metric, limit) = match n % 3 {
            0 => ("sum", json!("1000000.00 USD")),
            _ => ("count", json!(1_000_000)),
        };
        let given = json!({ "id": format!("r-{n}"), "action": "*", "subject": subject, "metric": metric,
            "window": windows[n % windows.len()], "limit": limit, "outcome": "block" });
        stage.ok("risk.set_rule", given).await;
    }
    for (id, subject) in [("q-1", "account"), ("q-2", "actor")] {
        let rate = json!({ "id": id, "action": "*", "subject": subject, "limit": 1_000_000, "per": "PT1S" });
        stage.ok("risk.set_rate", rate).await;
    }
}

/// Transfers for a while, by so many callers: how many a second, and thousandths of a statement for each.
async fn load(stage: &Stage, round: &str, lasts: Duration) -> (u64, u64) {
    let (since, before) = (Instant::now(), stage.bank.store().counted().statements);
    let callers = (0..IN_FLIGHT).map(|caller| {
        let (bank, round) = (stage.bank.clone(), round.to_owned());
        async move {
            let mut done = 0_u32;
            while since.elapsed() < lasts {
                let from = (caller * 7 + done * 13) % ACCOUNTS;
                let to = (from + 1 + (caller + done) % (ACCOUNTS - 1)) % ACCOUNTS;
                let args = json!({ "from": format!("a-{from}"), "to": format!("a-{to}"),
                    "amount": "0.01 USD", "key": format!("{round}-{caller}-{done}") });
                bank.call("ledger.transfer", args).await.unwrap();
                done += 1;
            }
            u64::from(done)
        }
    });
    let done: u64 = all_at_once(callers).await.into_iter().sum();
    let micros = u64::try_from(since.elapsed().as_micros()).unwrap();
    let statements = stage.bank.store().counted().statements - before;
    (done * 1_000_000 / micros, statements * 1_000 / done)
}

/// Less than a tenth of a statement more for each call with twenty rules than with none. How fast it is, is
/// measured where everything is optimised: `earnest-benches ledger --rules 20`.
#[tokio::test(flavor = "multi_thread")]
async fn soak_twenty_rules_add_no_statements() {
    let lasts = Duration::from_millis(u64::from(soak::rounds(1_000, 5_000)));
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        for n in 0..ACCOUNTS {
            stage.funded(&format!("a-{n}"), "1000.00 USD").await;
        }
        load(&stage, "warm", lasts / 2).await;
        let without = load(&stage, "without", lasts).await;
        twenty(&stage).await;
        load(&stage, "counting", lasts / 2).await;
        let with = load(&stage, "with", lasts).await;
        println!(
            "{kind:?}: {} transfers a second without rules, {} with twenty; {} and {} thousandths of a statement each",
            without.0, with.0, without.1, with.1
        );
        assert!(with.1 < without.1 + 100, "{kind:?} {with:?} {without:?}");
        stage.finish().await;
    }
}
