//! Changes that somebody makes to a purchase, to its payment, or to the counts of an offer or a promo are
//! found by `verify`.

#![cfg(all(feature = "sqlite", feature = "postgres"))]

use super::gateway::paid;
use super::{buy, order, reserve, set_offer, set_promo, staged, units};
use crate::support::{Kind, Stage, json};

/// A change, how it is undone, and what is said of it.
type Planted = (&'static str, &'static str, &'static str);

const PLANTED: [Planted; 4] = [
    (
        "UPDATE earnest_record SET state = 'charged_back' WHERE kind = 'purchase'",
        "UPDATE earnest_record SET state = 'completed' WHERE kind = 'purchase'",
        "its state is not that of its payment",
    ),
    (
        r#"UPDATE earnest_record SET body = replace(body, '"captured":"2000"', '"captured":"1999"') WHERE kind = 'payment'"#,
        r#"UPDATE earnest_record SET body = replace(body, '"captured":"1999"', '"captured":"2000"') WHERE kind = 'payment'"#,
        "do not agree whether it is paid",
    ),
    (
        r#"UPDATE earnest_record SET body = replace(body, '"refunded":"1000"', '"refunded":"999"') WHERE kind = 'purchase'"#,
        r#"UPDATE earnest_record SET body = replace(body, '"refunded":"999"', '"refunded":"1000"') WHERE kind = 'purchase'"#,
        "what it says went back is not what its payment gives back",
    ),
    (
        "UPDATE earnest_record SET kind = 'lost' WHERE kind = 'payment'",
        "UPDATE earnest_record SET kind = 'payment' WHERE kind = 'lost'",
        "its payment is not there",
    ),
];

/// False counts of an offer of which two units are sold and one is held, and of their promo.
const MISCOUNTED: [Planted; 3] = [
    (
        r#"UPDATE earnest_record SET body = replace(body, '"held":1', '"held":0') WHERE kind = 'offer'"#,
        r#"UPDATE earnest_record SET body = replace(body, '"held":0', '"held":1') WHERE kind = 'offer'"#,
        "offer mug: its units are not those of its purchases",
    ),
    (
        r#"UPDATE earnest_record SET body = replace(body, '"sold":2', '"sold":1') WHERE kind = 'offer'"#,
        r#"UPDATE earnest_record SET body = replace(body, '"sold":1', '"sold":2') WHERE kind = 'offer'"#,
        "offer mug: its units are not those of its purchases",
    ),
    (
        r#"UPDATE earnest_record SET body = replace(body, '"used":2', '"used":1') WHERE kind = 'promo'"#,
        r#"UPDATE earnest_record SET body = replace(body, '"used":1', '"used":2') WHERE kind = 'promo'"#,
        "promo SPRING: its uses are not those of purchases",
    ),
];

/// Returns the findings of a check.
async fn found(stage: &Stage, name: &str) -> Vec<String> {
    let verify = stage.ok("admin.verify", json!({})).await;
    let checks = verify["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name).unwrap();
    check["found"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_compares_a_purchase_with_its_payment() {
    let stage = staged(Kind::Sqlite).await;
    set_offer(&stage, json!({})).await;
    let purchase = paid(&stage, json!({ "quantity": 2 })).await;
    order(&stage, "refund", &purchase, json!({ "quantity": 1, "actor": "olga" })).await;
    stage.verify().await;
    planted(&stage, &PLANTED, "purchases", purchase["id"].as_str().unwrap()).await;
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_counts_what_offers_and_promos_say() {
    let stage = staged(Kind::Sqlite).await;
    set_offer(&stage, json!({ "stock": 5 })).await;
    set_promo(&stage, json!({})).await;
    buy(&stage, json!({ "quantity": 2, "promo": "SPRING" })).await;
    reserve(&stage, json!({ "promo": "SPRING" })).await;
    assert_eq!(units(&stage, "mug").await, "1 2 2");
    stage.verify().await;
    planted(&stage, &MISCOUNTED, "offers", "").await;
    stage.finish().await;
}

/// Each change is found by this check, which names what was changed, and is undone.
async fn planted(stage: &Stage, all: &[Planted], check: &str, names: &str) {
    let pool = sqlx::SqlitePool::connect(&stage.url).await.unwrap();
    for (change, undo, told) in all {
        let changed = sqlx::query(*change).execute(&pool).await.unwrap().rows_affected();
        assert_eq!(changed, 1, "{change}");
        let lines = found(stage, check).await;
        let of_it = |line: &String| line.contains(names) && line.contains(told);
        assert!(lines.iter().any(of_it), "{change}: {lines:?}");
        sqlx::query(*undo).execute(&pool).await.unwrap();
        assert_eq!(found(stage, check).await, [""; 0], "after {undo}");
    }
    pool.close().await;
}
