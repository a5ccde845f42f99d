//! Calls of one group: each sees what those before it have added, whatever of it the group reads only once.

use super::*;
use crate::museum::back;

/// Payments of one call, of which each counts by itself.
fn ops(keys: &[String]) -> Vec<Value> {
    let each = keys.iter().enumerate();
    each.map(|(n, key)| json!({ "op": PAY, "args": pay(n % 3, key) })).collect()
}

fn keys(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{prefix}{n}")).collect()
}

/// How each of the payments of a batch ended.
async fn batch(stage: &Stage, keys: &[String]) -> Vec<String> {
    let reply = stage.ok("ledger.batch", json!({ "ops": ops(keys), "atomic": false })).await;
    let ended = |result: &Value| result["error"]["code"].as_str().unwrap_or("ok").to_owned();
    reply["results"].as_array().unwrap().iter().map(ended).collect()
}

fn passed(ended: &[String]) -> usize {
    ended.iter().filter(|code| *code == "ok").count()
}

/// A limit holds whether counts are in rows still to be added, in their sum, or in both.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_holds_within_a_group() {
    for metric in ["count", "distinct:account"] {
        for added in [[false, false], [true, false], [true, true]] {
            let limit = if metric == "count" { 7 } else { 2 };
            let stage = shop(Kind::Postgres, 3, json!({ "metric": metric, "limit": limit })).await;
            let pool = pool(&stage, 2).await;
            for (n, added) in added.into_iter().enumerate() {
                stage.ok(PAY, pay(n % 2, &format!("before{n}"))).await;
                if added {
                    added_up(&stage, &pool).await;
                }
            }
            let ended = batch(&stage, &keys("k", 12)).await;
            // three customers pay in turn; of the different ones two are known
            let expected = if metric == "count" { 5 } else { 8 };
            assert_eq!(passed(&ended), expected, "{metric} {added:?}: {ended:?}");
            let third = stage.call(PAY, pay(2, "after")).await;
            assert_eq!(code(&third), "velocity_blocked", "{metric} {added:?}");
            stage.finish().await;
        }
    }
}

/// A batch that fails as a whole has counted nothing for those behind it in its group, and what it had begun
/// is begun by the next.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_undone_within_a_group_is_not_counted() {
    const ROUNDS: usize = 20;
    let stage = shop(Kind::Postgres, 3, shown()).await;
    let mut paid = 0;
    for round in 0..ROUNDS {
        let poor = json!({ "op": PAY, "args": { "from": "shop", "to": "c0", "amount": "900000.00 USD",
            "key": format!("poor{round}") } });
        let mut fails = ops(&keys(&format!("undone{round}-"), 3));
        fails.push(poor);
        let running = (0..8).map(|n| {
            let (bank, fails) = (stage.bank.clone(), fails.clone());
            async move {
                let args = pay(n % 3, &format!("single{round}-{n}"));
                match n % 4 {
                    1 => call(&bank, "ledger.batch", json!({ "ops": fails, "atomic": true })).await,
                    _ => call(&bank, PAY, args).await,
                }
            }
        });
        let outcomes = tally(&all_at_once(running).await);
        assert_eq!(outcomes, [("insufficient_balance", 2), ("ok", 6)].into(), "{round}");
        paid += 6;
        assert_eq!(used(&stage).await, paid, "{round}");
    }
    stage.finish().await;
}

/// A refusal of a group that took what was later as counted now leaves it so for those behind it: each tells
/// the same wait, and it is enough.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_tells_all_of_a_group_one_wait() {
    let stage = shop(Kind::Postgres, 3, json!({ "limit": 2, "window": "PT10S" })).await;
    let pool = pool(&stage, 2).await;
    stage.advance("PT1H");
    stage.ok(PAY, pay(0, "a")).await;
    added_up(&stage, &pool).await;
    stage.ok(PAY, pay(1, "b")).await;
    back(&stage, 50 * 60_000_000);
    let reply = stage.ok("ledger.batch", json!({ "ops": ops(&keys("k", 4)), "atomic": false })).await;
    for result in reply["results"].as_array().unwrap() {
        assert_eq!(result["error"]["code"], "velocity_blocked", "{result}");
        assert_eq!(result["error"]["details"]["retry_after"], 10, "{result}");
    }
    stage.advance("PT10S");
    assert_eq!(passed(&batch(&stage, &keys("l", 4)).await), 2);
    stage.finish().await;
}

/// Rules that come and go while calls of one group are judged take nothing of what others have counted with
/// them.
#[tokio::test(flavor = "multi_thread")]
async fn rules_that_change_within_a_group_leave_the_others_alone() {
    const CALLS: usize = 120;
    let stage = shop(Kind::Postgres, 3, shown()).await;
    let running = (0..CALLS).map(|n| {
        let bank = stage.bank.clone();
        async move {
            let (name, args) = match n % 6 {
                4 => (
                    "risk.set_rule",
                    json!({ "id": "comes", "action": PAY, "subject": "counterparty", "metric": "count",
                        "window": "P1D", "limit": 1_000_000 - n, "outcome": "block", "exact": false }),
                ),
                5 => ("risk.remove_rule", json!({ "id": "comes" })),
                _ => (PAY, pay(n % 3, &format!("k{n}"))),
            };
            call(&bank, name, args).await
        }
    });
    let outcomes = all_at_once(running).await;
    let paid = outcomes.iter().enumerate().filter(|(n, told)| n % 6 < 4 && code(told) == "ok").count();
    assert_eq!(paid, CALLS / 6 * 4);
    assert_eq!(used(&stage).await, paid as i64);
    stage.finish().await;
}
