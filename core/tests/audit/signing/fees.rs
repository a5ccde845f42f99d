//! Limits on what a key may pay for gas.

use super::{imported, policy, stages, tx};
use crate::support::{Value, json};

/// Gas is paid to whoever builds the block: who may name its price may empty the key.
#[tokio::test(flavor = "multi_thread")]
async fn fees_of_a_day_are_limited_too() {
    for stage in stages().await {
        let key = imported(&stage).await;
        let set = stage.ok("signing.set_key_policy", policy(&key, &json!({ "daily_fee": "1260000" }))).await;
        assert_eq!(set["policy"]["daily_fee"], "1260000");
        let refused = async |args: Value| {
            let details = stage.no("signing.sign_transaction", args, "limit_exceeded").await;
            assert_eq!((&details["policy"], &details["window"]), (&json!("daily_fee"), &json!("P1D")));
        };
        let priced = |nonce: u64, price: u64| {
            let mut args = tx(&key, nonce, 0);
            args["tx"]["max_fee_per_gas"] = price.to_string().into();
            args
        };
        // 21,000 gas at 30 wei are half of it
        refused(priced(0, 61)).await;
        stage.ok("signing.sign_transaction", priced(0, 30)).await;
        // another price for the same nonce counts what is more
        stage.ok("signing.sign_transaction", priced(0, 50)).await;
        refused(priced(1, 11)).await;
        stage.ok("signing.sign_transaction", priced(1, 10)).await;
        refused(priced(2, 1)).await;
        stage.advance("PT24H");
        stage.ok("signing.sign_transaction", priced(2, 60)).await;
        stage.finish().await;
    }
}

/// A limit of the day that is set later counts what was signed before it was.
#[tokio::test(flavor = "multi_thread")]
async fn fees_count_before_they_are_limited() {
    for stage in stages().await {
        let key = imported(&stage).await;
        stage.ok("signing.set_key_policy", policy(&key, &json!({}))).await;
        // 21,000 gas at 30 wei
        stage.ok("signing.sign_transaction", tx(&key, 0, 0)).await;
        stage.ok("signing.set_key_policy", policy(&key, &json!({ "daily_fee": "1260000" }))).await;
        stage.ok("signing.sign_transaction", tx(&key, 1, 0)).await;
        let details = stage.no("signing.sign_transaction", tx(&key, 2, 0), "limit_exceeded").await;
        assert_eq!(details["policy"], "daily_fee");
        stage.finish().await;
    }
}
