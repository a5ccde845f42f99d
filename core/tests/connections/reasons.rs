//! Reasons that `contention` gives: a key that is waited for, or a row.

#![cfg(all(feature = "sqlite", feature = "postgres"))]

use crate::support::{Kind, Stage, json};

/// An application's open transaction has opened the account: its row is waited for, and no key.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_row_is_not_told_of_a_key() {
    let stage = Stage::open(Kind::Postgres).await;
    stage.funded("old", "1.00 USD").await;
    let pool = sqlx::PgPool::connect(&stage.url).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    let bound = stage.bank.using(&mut tx).unwrap();
    let args = |key: &str| json!({ "account": "new", "amount": "1.00 USD", "key": key });
    bound.call("ledger.top_up", args("inside")).await.unwrap();
    for key in ["beside", "beside", "again"] {
        let error = stage.bank.call("ledger.top_up", args(key)).await.unwrap_err();
        assert_eq!(error.details()["reason"], "lock_timeout", "{error}");
        assert!(error.message().contains("call inside it"), "{error}");
    }
    let inside = json!({ "account": "old", "amount": "1.00 USD", "key": "inside" });
    let error = stage.bank.call("ledger.top_up", inside).await.unwrap_err();
    assert_eq!(error.details()["reason"], "key_in_progress", "{error}");
    drop(bound);
    tx.commit().await.unwrap();
    pool.close().await;
    stage.finish().await;
}
