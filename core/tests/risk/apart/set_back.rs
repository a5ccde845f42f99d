//! Clocks that were set back: rules that need not be exact tell exact waits too.

use super::*;
use crate::museum::back;
use crate::support::until_settled;

/// Fifty minutes.
const BACK: i64 = 50 * 60_000_000;

/// Where what was counted stands when the clock is set back.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stands {
    AddedUp,
    ToAdd,
    /// Some of it in each.
    Both,
}

/// A rule that lets two pass in ten seconds, of which both are used up, and then a clock that was set back.
async fn used_up(stands: Stands, given: Value) -> (Stage, PgPool) {
    let mut limit = json!({ "limit": 2, "window": "PT10S" });
    limit.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
    let stage = shop(Kind::Postgres, 3, limit).await;
    let pool = Box::pin(pool(&stage, 4)).await;
    stage.advance("PT1H");
    stage.ok(PAY, pay(0, "a")).await;
    if stands == Stands::Both {
        added_up(&stage, &pool).await;
    }
    stage.ok(PAY, pay(1, "b")).await;
    if stands == Stands::AddedUp {
        added_up(&stage, &pool).await;
    }
    back(&stage, BACK);
    (stage, pool)
}

async fn taken(stage: &Stage) -> usize {
    stage.event_types().await.iter().filter(|name| *name == "counter.taken_as_now").count()
}

/// The same by the table: in the log they have no place while a transaction of a host is open.
async fn written(stage: &Stage, pool: &PgPool) -> i64 {
    let schema = &stage.options.schema;
    let count = format!("SELECT count(*) FROM \"{schema}\".event WHERE kind = 'counter.taken_as_now'");
    sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(pool).await.unwrap()
}

/// As museum 22 for exact rules: what was counted later than now is taken as now, by a refusal too, and
/// waiting as told helps, wherever it stands.
#[tokio::test(flavor = "multi_thread")]
async fn later_than_now_is_now() {
    let distinct = json!({ "metric": "distinct:account" });
    for (stands, given) in [
        (Stands::AddedUp, json!({})),
        (Stands::ToAdd, json!({})),
        (Stands::Both, json!({})),
        (Stands::AddedUp, distinct.clone()),
        (Stands::ToAdd, distinct.clone()),
        (Stands::Both, distinct),
    ] {
        let (stage, _) = used_up(stands, given.clone()).await;
        for (passed, wait) in [("PT0S", 10), ("PT9S", 1)] {
            stage.advance(passed);
            let told = stage.no_matter(PAY, pay(2, "c"), "velocity_blocked").await;
            assert_eq!(told["retry_after"], wait, "{stands:?} {given}");
        }
        stage.advance("PT1S");
        stage.ok(PAY, pay(2, "c")).await;
        assert_eq!(taken(&stage).await, 1, "{stands:?} {given}: once, and no more");
        assert_eq!(stage.ok("admin.verify", json!({})).await["ok"], true);
        stage.finish().await;
    }
}

/// The same where a refusal is in a host's transaction: what it told is exact, however much later that is
/// written, and neither the host nor what is written of it waits for another open transaction.
#[tokio::test(flavor = "multi_thread")]
async fn waits_told_to_a_host_are_exact() {
    for stands in [Stands::AddedUp, Stands::ToAdd, Stands::Both] {
        let (stage, pool) = used_up(stands, json!({})).await;
        let mut open = pool.begin().await.unwrap();
        let mut tx = pool.begin().await.unwrap();
        // of two customers: a host's transaction keeps what a refused call has locked
        for (tx, customer) in [(&mut open, 1), (&mut tx, 2)] {
            let bound = stage.bank.using(tx).unwrap();
            let told = call(&bound, PAY, pay(customer, "c")).await.unwrap_err();
            assert_eq!(told.details()["retry_after"], 10, "{stands:?}");
        }
        // it is written later than it was told, while one of them is open
        stage.advance("PT0.4S");
        tx.rollback().await.unwrap();
        for _ in 0..500 {
            if written(&stage, &pool).await > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(written(&stage, &pool).await, 1, "{stands:?}: it waits for an open transaction");
        open.commit().await.unwrap();
        stage.advance("PT9.599999S");
        assert_eq!(code(&stage.call(PAY, pay(2, "c")).await), "velocity_blocked", "{stands:?}");
        stage.advance("PT0.000001S");
        assert_eq!(code(&stage.call(PAY, pay(2, "c")).await), "ok", "{stands:?}");
        stage.finish().await;
    }
}

/// Many are refused at once while others add up: what was taken as now is written once, and nothing that was
/// counted is lost.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_at_once_lose_nothing() {
    for stands in [Stands::AddedUp, Stands::ToAdd, Stands::Both] {
        let (stage, pool) = used_up(stands, json!({})).await;
        let other = stage.again().await;
        let running = (0..40).map(|n| {
            let bank = if n % 2 == 0 { stage.bank.clone() } else { other.clone() };
            async move {
                if n % 8 == 7 {
                    return until_settled(&bank, "jobs.run_due", json!({})).await;
                }
                until_settled(&bank, PAY, pay(2, &format!("c{n}"))).await
            }
        });
        for told in all_at_once(running).await {
            if let Err(error) = told {
                assert_eq!(error.code().as_str(), "velocity_blocked", "{stands:?}");
                assert_eq!(error.details()["retry_after"], 10, "{stands:?}");
            }
        }
        stage.advance("PT9.999999S");
        let told = stage.no_matter(PAY, pay(2, "c"), "velocity_blocked").await;
        assert_eq!((&told["used"], &told["retry_after"]), (&json!(2), &json!(1)), "{stands:?}");
        stage.advance("PT0.000001S");
        stage.ok(PAY, pay(2, "c")).await;
        added_up(&stage, &pool).await;
        stage.finish().await;
        other.close().await;
    }
}

/// A count by a clock that was set back stays beside the counts by a later one.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_since_stays() {
    let stage = shop(Kind::Postgres, 1, json!({ "limit": 9, "window": "PT10S" })).await;
    let pool = pool(&stage, 2).await;
    stage.advance("PT1H");
    let mut passed = 0;
    for n in 0..12 {
        if n == 4 {
            back(&stage, BACK);
        }
        passed += usize::from(stage.call(PAY, pay(0, &format!("k{n}"))).await.is_ok());
    }
    assert_eq!(passed, 9);
    added_up(&stage, &pool).await;
    assert_eq!(code(&stage.call(PAY, pay(0, "over")).await), "velocity_blocked");
    stage.finish().await;
}
