//! Attempts to pay, as a process counts them.

use super::gateway::{answer, lease, paid, paying};
use super::{asked, buy, set_offer, staged};
use crate::support::{Kind, json};

/// By how they are paid: what is paid, what waits for its gateway, and what was refused, with the reason.
#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_counted_by_how_they_are_paid() {
    let stage = staged(Kind::Memory).await;
    set_offer(&stage, json!({ "stock": 3 })).await;
    buy(&stage, json!({})).await;
    paid(&stage, json!({})).await;
    paying(&stage, json!({})).await;
    let job = lease(&stage).await;
    let failure = json!({ "code": "declined", "retry": "other_method" });
    answer(&stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
    // the refused one holds its unit still
    stage.no("purchases.buy", asked(&json!({})), "out_of_stock").await;
    let metrics = stage.ok("admin.metrics", json!({})).await["text"].as_str().unwrap().to_owned();
    for (flow, result, reason, count) in [
        ("balance", "completed", "", 1),
        ("balance", "refused", "out_of_stock", 1),
        ("gateway", "pending", "", 2),
        ("gateway", "completed", "", 1),
        ("gateway", "refused", "declined", 1),
    ] {
        let labels = format!("flow=\"{flow}\",result=\"{result}\",reason=\"{reason}\"");
        let line = format!("purchase_attempt_total{{{labels}}} {count}");
        assert!(metrics.lines().any(|found| found == line), "no {line} in:\n{metrics}");
    }
    for (call, outcome, count) in [("authorize", "captured", 1), ("authorize", "refused", 1)] {
        let line = format!(
            "earnest_gateway_calls_total{{gateway=\"card\",call=\"{call}\",outcome=\"{outcome}\"}} {count}"
        );
        assert!(metrics.lines().any(|found| found == line), "no {line} in:\n{metrics}");
    }
    stage.finish().await;
}
