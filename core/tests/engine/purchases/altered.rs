//! What somebody changes of a purchase, or of its payment, is found by `verify`.

#![cfg(all(feature = "sqlite", feature = "postgres"))]

use super::gateway::paid;
use super::{order, set_offer, staged};
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

/// What the check of purchases says.
async fn found(stage: &Stage) -> Vec<String> {
    let verify = stage.ok("admin.verify", json!({})).await;
    let checks = verify["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "purchases").unwrap();
    check["found"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_compares_a_purchase_with_its_payment() {
    let stage = staged(Kind::Sqlite).await;
    set_offer(&stage, json!({})).await;
    let purchase = paid(&stage, json!({ "quantity": 2 })).await;
    order(&stage, "refund", &purchase, json!({ "quantity": 1, "actor": "olga" })).await;
    stage.verify().await;
    let pool = sqlx::SqlitePool::connect(&stage.url).await.unwrap();
    for (change, undo, told) in PLANTED {
        let changed = sqlx::query(change).execute(&pool).await.unwrap().rows_affected();
        assert_eq!(changed, 1, "{change}");
        let lines = found(&stage).await;
        let of_it = |line: &String| line.contains(purchase["id"].as_str().unwrap()) && line.contains(told);
        assert!(lines.iter().any(of_it), "{change}: {lines:?}");
        sqlx::query(undo).execute(&pool).await.unwrap();
        assert_eq!(found(&stage).await, [""; 0], "after {undo}");
    }
    stage.finish().await;
}
