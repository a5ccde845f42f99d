//! The cost of rules: their rows come and go with those of the money, in the same statements.

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

/// The cost of transfers.
#[derive(Debug)]
struct Cost {
    /// Thousandths of a statement for each transfer: as many as the groups of this moment are small.
    per_transfer: u64,
    /// Thousandths of a statement for each group of transfers, however large it is.
    per_group: u64,
}

/// Transfers for a while, by so many callers.
async fn load(stage: &Stage, round: &str, lasts: Duration) -> Cost {
    let counts = || (stage.bank.store().counted().statements, stage.bank.groups());
    let (since, before) = (Instant::now(), counts());
    let callers = (0..IN_FLIGHT).map(|caller| {
        let (bank, round) = (stage.bank.clone(), round.to_owned());
        async move {
            let mut done = 0_u32;
            // who begins late makes one call all the same: the machine may stand still for as long
            while done == 0 || since.elapsed() < lasts {
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
    let after = counts();
    let (statements, groups) = (after.0 - before.0, after.1 - before.1);
    Cost { per_transfer: statements * 1_000 / done, per_group: statements * 1_000 / groups }
}

/// A few statements more for each group of some thirty transfers than without rules; in a soak, where nothing
/// runs beside it, less than a tenth of one for each call. How fast it is, is measured where everything is
/// optimised: `earnest-benches rules`.
#[tokio::test(flavor = "multi_thread")]
async fn soak_twenty_rules_add_no_statements() {
    let lasts = Duration::from_millis(u64::from(soak::rounds(400, 5_000)));
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
        println!("{kind:?}: without rules {without:?}\n{kind:?}: with twenty {with:?}");
        assert!(with.per_group < without.per_group + 6_000, "{kind:?} {with:?} {without:?}");
        if soak::rounds(0, 1) > 0 {
            assert!(with.per_transfer < without.per_transfer + 100, "{kind:?} {with:?} {without:?}");
        }
        stage.finish().await;
    }
}
