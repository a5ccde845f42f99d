//! Changes to a payment in the database are found by `verify`: to amounts, to the call that it waits for,
//! to the question about it.

#![cfg(all(feature = "sqlite", feature = "postgres"))]

use sqlx::{AssertSqlSafe, SqlitePool};

use super::{answer, confirmed, no_answer, order, paid, pay_authorized, sent, staged, tell};
use crate::support::{Kind, Stage, Value, id, json};

/// A text of a payment's row that becomes another one. With what is beside it, each stands in one row alone.
struct Altered {
    payment: Value,
    /// A text that only the bodies have that may be changed.
    beside: &'static str,
    column: &'static str,
    from: &'static str,
    to: &'static str,
    /// A part of the finding's text.
    told: &'static str,
}

impl Altered {
    async fn put(&self, pool: &SqlitePool, from: &str, to: &str) {
        let Self { column, beside, .. } = self;
        let text = format!(
            "UPDATE earnest_record SET {column} = replace({column}, $1, $2) \
             WHERE kind = 'payment' AND instr({column}, $1) > 0 AND instr(body, $3) > 0"
        );
        let query = sqlx::query(AssertSqlSafe(text)).bind(from).bind(to).bind(*beside);
        let done = query.execute(pool).await.unwrap();
        assert_eq!(done.rows_affected(), 1, "{column}: {from} to {to}");
    }
}

/// Returns the findings of the check of payments.
async fn found(stage: &Stage) -> Vec<String> {
    let verify = stage.ok("admin.verify", json!({})).await;
    let checks = verify["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "payments").unwrap();
    check["found"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

/// Payments of which each has something that can be wrong.
async fn planted(stage: &Stage) -> [Value; 6] {
    let captured = paid(stage, "123.00 USD").await;
    order(stage, "refund", &captured, json!({ "amount": "41.00 USD" })).await;
    let job = sent(stage, &captured, "refund").await;
    answer(stage, &job, json!({ "outcome": "refunded", "amount": "41.00 USD" })).await;

    let unknown = confirmed(stage, json!({})).await;
    no_answer(stage, &sent(stage, &unknown, "authorize").await).await;

    let suspended = paid(stage, "50.00 USD").await;
    tell(stage, &suspended, "captured", json!({ "captured": "57.00 USD" })).await;

    let refunding = paid(stage, "90.00 USD").await;
    order(stage, "refund", &refunding, json!({ "amount": "10.00 USD" })).await;
    sent(stage, &refunding, "refund").await;
    order(stage, "refund", &refunding, json!({ "amount": "11.00 USD" })).await;

    let asked = pay_authorized(stage).await;
    order(stage, "capture", &asked, json!({ "amount": "64.00 USD" })).await;
    sent(stage, &asked, "capture").await;
    tell(stage, &asked, "captured", json!({ "captured": "64.00 USD" })).await;

    let part = pay_authorized(stage).await;
    order(stage, "capture", &part, json!({ "amount": "63.00 USD" })).await;
    let job = sent(stage, &part, "capture").await;
    let held = json!({ "outcome": "captured", "amount": "63.00 USD", "authorized": "100.00 USD" });
    answer(stage, &job, held).await;
    [captured, unknown, suspended, refunding, asked, part]
}

/// Lists the changes to them that `verify` finds.
fn changes(payments: &[Value; 6]) -> Vec<Altered> {
    let [captured, unknown, suspended, refunding, asked, part] = payments;
    let altered = |payment: &Value, column, from, to, told| Altered {
        payment: payment.clone(),
        beside: "{",
        column,
        from,
        to,
        told,
    };
    let beside = |text, one| Altered { beside: text, ..one };
    vec![
        altered(
            captured,
            "body",
            r#""captured":"12300""#,
            r#""captured":"12299""#,
            "was captured is not what",
        ),
        altered(captured, "body", r#""minor":"4100""#, r#""minor":"4099""#, "its refunds are not what"),
        altered(
            suspended,
            "body",
            r#""suspended":"700""#,
            r#""suspended":"699""#,
            "what it says is in `@suspense`",
        ),
        beside(
            r#""captured":"0""#,
            altered(unknown, "body", r#""question":{"#, r#""lost":{"#, "and nobody asks"),
        ),
        altered(
            unknown,
            "state",
            "unknown",
            "authorized",
            "the call that it waits for is not that of its state",
        ),
        altered(
            refunding,
            "body",
            r#""state":"queued""#,
            r#""state":"unknown""#,
            "two of its refunds are under way",
        ),
        beside(
            r#""captured":"6300""#,
            altered(part, "body", r#""known":true"#, r#""known":false"#, "the call that it waits for"),
        ),
        beside(
            r#""captured":"6300""#,
            altered(part, "body", r#""authorized":"10000""#, r#""authorized":"9999""#, "more is to be"),
        ),
        beside(
            r#""captured":"6400""#,
            altered(asked, "body", r#""question":{"#, r#""lost":{"#, "is held, and nobody asks"),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_recomputes_what_a_payment_says() {
    let stage = staged(Kind::Sqlite).await;
    let all = changes(&planted(&stage).await);
    stage.verify().await;
    let pool = SqlitePool::connect(&stage.url).await.unwrap();
    for altered in &all {
        altered.put(&pool, altered.from, altered.to).await;
        let lines = found(&stage).await;
        let of_it = |line: &String| line.contains(&id(&altered.payment)) && line.contains(altered.told);
        assert!(lines.iter().any(of_it), "{} to {}: {lines:?}", altered.from, altered.to);
        altered.put(&pool, altered.to, altered.from).await;
        assert_eq!(found(&stage).await, [""; 0], "after {} is back", altered.from);
    }
    pool.close().await;
    stage.finish().await;
}
