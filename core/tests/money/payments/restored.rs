//! A backup that takes the place of a store: what was under way when it was made was sent meanwhile, and what
//! came of it went with the store.

#![cfg(feature = "sqlite")]

use super::{CARD, answer, books, confirmed, figures, get, leases, order, paid, reference, said, staged};
use crate::support::{Kind, Value, code, json};

/// Nothing is sent again, no late report is taken for one of now, and a webhook that is told again counts.
#[tokio::test(flavor = "multi_thread")]
async fn calls_of_a_restored_store_are_asked_about() {
    let stage = staged(Kind::Sqlite).await;
    let kept = paid(&stage, "100.00 USD").await;
    order(&stage, "refund", &kept, json!({ "amount": "30.00 USD" })).await;
    let (first, second) = (confirmed(&stage, json!({})).await, confirmed(&stage, json!({})).await);
    let path = stage.beside("backup.db");
    stage.ok("admin.backup", json!({ "path": path })).await;

    // all three are sent, and the books know what came of it
    let jobs = leases(&stage, &[CARD], 10).await;
    let of = |jobs: &[Value], payment: &Value| {
        let mut mine = jobs.iter().filter(|job| job["payload"]["payment"] == payment["id"]);
        let job = mine.next().unwrap_or_else(|| panic!("no call of {}: {jobs:?}", payment["id"])).clone();
        assert!(mine.next().is_none(), "more than one call of {}: {jobs:?}", payment["id"]);
        job
    };
    assert_eq!(jobs.len(), 3, "{jobs:?}");
    let captured = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": reference(&first) });
    answer(&stage, &of(&jobs, &first), captured).await;
    answer(&stage, &of(&jobs, &kept), json!({ "outcome": "refunded", "amount": "30.00 USD" })).await;
    let news = json!({ "gateway": CARD, "event": "e-1", "payment": second["id"], "outcome": "captured",
        "captured": "100.00 USD" });
    assert_eq!(stage.ok("payments.report", news.clone()).await["result"], "applied");
    assert_eq!(books(&stage).await, [27_000, 0, 0]);

    stage.ok("admin.restore", json!({ "path": path })).await;
    for payment in [&first, &second] {
        assert_eq!(figures(&get(&stage, payment).await), "authorizing 0.00 0.00 0.00 0.00");
    }
    let late = said(&of(&jobs, &second), &json!({ "result": { "outcome": "refused" } }));
    assert_ne!(code(&stage.call("jobs.complete", late).await), "ok", "it was leased in what is gone");
    let told = stage.ok("payments.report", news).await;
    assert_eq!((&told["result"], &told["replayed"]), (&json!("applied"), &json!(false)), "{told}");

    // what a lease finds from before is asked about, and the question is due at once
    let mut questions = leases(&stage, &[CARD], 10).await;
    questions.extend(leases(&stage, &[CARD], 10).await);
    assert_eq!(questions.len(), 2, "{questions:?}");
    assert!(questions.iter().all(|job| job["payload"]["call"] == "query"), "{questions:?}");
    let (asked, back) = (of(&questions, &first), of(&questions, &kept));
    assert_eq!(
        (&asked["payload"]["about"], &back["payload"]["about"]),
        (&json!("authorize"), &json!("refund"))
    );
    let total = json!({ "outcome": "captured", "captured": "100.00 USD", "reference": reference(&first) });
    assert_eq!(figures(&answer(&stage, &asked, total).await), "captured 100.00 0.00 0.00 0.00");
    let totals = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "30.00 USD" });
    assert_eq!(figures(&answer(&stage, &back, totals).await), "captured 100.00 30.00 0.00 0.00");
    assert_eq!(figures(&get(&stage, &second).await), "captured 100.00 0.00 0.00 0.00");
    assert_eq!(books(&stage).await, [27_000, 0, 0]);
    assert!(leases(&stage, &[CARD], 10).await.is_empty(), "nothing is sent any more");
    stage.finish().await;
}
