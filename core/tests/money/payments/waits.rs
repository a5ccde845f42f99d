//! Payments and refunds that stand still: once they have waited for their limit, health warns, and admins are
//! told once.

use earnest::Span;
use earnest::keyring::Keyring;
use earnest::waits::{WAITS, Wait, WaitsFor, wait_of};

use super::parts::rest_held;
use super::{
    CARD, answer, confirmed, figures, get, no_answer, order, paid, pass, pay_authorized, sent, set_gateway,
    tell, told_admins,
};
use crate::support::{Kind, Stage, Value, json, options};

const LATE: &str = "payment.late";

/// The status of the check `gateways`, and whether it names a payment.
async fn health(stage: &Stage, payment: &Value) -> (String, bool) {
    let health = stage.ok("admin.health", json!({})).await;
    let mut checks = health["checks"].as_array().unwrap().iter();
    let check = checks.rfind(|check| check["name"] == "gateways").unwrap();
    let names = check["detail"].as_str().unwrap().contains(payment["id"].as_str().unwrap());
    (check["status"].as_str().unwrap().to_owned(), names)
}

fn pending() -> Value {
    json!({ "outcome": "pending" })
}

/// A refund of 40.00 USD whose call a worker has taken, with its payment.
async fn refunding(stage: &Stage) -> (Value, Value) {
    let payment = paid(stage, "100.00 USD").await;
    order(stage, "refund", &payment, json!({ "amount": "40.00 USD" })).await;
    let job = sent(stage, &payment, "refund").await;
    (payment, job)
}

/// A payment that waits so.
async fn standing(stage: &Stage, wait: &Wait) -> Value {
    match wait.to_string().as_str() {
        "payment.authorizing" => {
            let payment = confirmed(stage, json!({})).await;
            let job = sent(stage, &payment, "authorize").await;
            answer(stage, &job, pending()).await
        }
        "payment.capturing" => {
            let payment = pay_authorized(stage).await;
            order(stage, "capture", &payment, json!({})).await;
            let job = sent(stage, &payment, "capture").await;
            answer(stage, &job, pending()).await
        }
        "payment.voiding" => {
            let payment = pay_authorized(stage).await;
            order(stage, "void", &payment, json!({})).await;
            let job = sent(stage, &payment, "void").await;
            answer(stage, &job, pending()).await
        }
        "payment.unknown" => {
            let payment = confirmed(stage, json!({})).await;
            let job = sent(stage, &payment, "authorize").await;
            no_answer(stage, &job).await
        }
        "payment.mismatched" => {
            let payment = confirmed(stage, json!({})).await;
            let job = sent(stage, &payment, "authorize").await;
            answer(stage, &job, json!({ "outcome": "captured", "amount": "50.00 USD" })).await
        }
        "payment.captured" => rest_held(stage).await,
        "refund.queued" => {
            let payment = paid(stage, "100.00 USD").await;
            order(stage, "refund", &payment, json!({ "amount": "40.00 USD" })).await;
            get(stage, &payment).await
        }
        "refund.sent" => {
            let (_, job) = refunding(stage).await;
            answer(stage, &job, pending()).await
        }
        "refund.unknown" => {
            let (_, job) = refunding(stage).await;
            no_answer(stage, &job).await
        }
        other => panic!("nothing waits so: {other}"),
    }
}

fn of_payments() -> impl Iterator<Item = &'static Wait> {
    WAITS.iter().filter(|wait| matches!(wait.object, "payment" | "refund"))
}

fn span(micros: i64) -> String {
    Span::from_micros(micros).unwrap().to_string()
}

/// Each wait of the table, left alone for its limit and then for as long again.
#[tokio::test(flavor = "multi_thread")]
async fn each_wait_is_told_once_at_its_limit() {
    for wait in of_payments() {
        let stage = super::staged(Kind::Memory).await;
        let payment = standing(&stage, wait).await;
        let state = if wait.object == "refund" { &payment["refunds"][0]["state"] } else { &payment["state"] };
        assert_eq!(*state, wait.state, "{wait}: {payment}");
        let limit = wait.limit.micros();
        pass(&stage, &span(limit - 1_000_000)).await;
        assert_eq!(told_admins(&stage, LATE).await, 0, "{wait}");
        assert!(!health(&stage, &payment).await.1, "{wait}");
        pass(&stage, "PT2S").await;
        assert_eq!(told_admins(&stage, LATE).await, 1, "{wait}");
        let (status, names) = health(&stage, &payment).await;
        assert!(status != "healthy" && names, "{wait}: {status}");
        for _ in 0..3 {
            pass(&stage, &span(limit)).await;
        }
        assert_eq!(told_admins(&stage, LATE).await, 1, "{wait}");
        assert!(health(&stage, &payment).await.1, "{wait}");
        stage.finish().await;
    }
}

/// The table says who is waited for, so that whoever is told knows where to look.
#[test]
fn what_is_unknown_waits_for_people_too() {
    for wait in of_payments().filter(|wait| matches!(wait.state, "unknown" | "mismatched")) {
        assert!(wait.waits_for.contains(&WaitsFor::Staff), "{wait}");
    }
}

with_gateways! {
    /// A refund of which nobody knows, for thirty days of questions without an answer.
    async fn a_refund_of_unknown_outcome(stage) {
        set_gateway(stage, CARD, json!({ "breaker": { "failures": 1_000, "pause": "PT1S" } })).await;
        let (payment, job) = refunding(stage).await;
        no_answer(stage, &job).await;
        for _ in 0..30 {
            pass(stage, "P1D").await;
            let query = sent(stage, &payment, "query").await;
            no_answer(stage, &query).await;
        }
        assert_eq!(told_admins(stage, LATE).await, 1);
        assert_eq!(health(stage, &payment).await, ("warning".to_owned(), true));
        let refund = get(stage, &payment).await["refunds"][0]["id"].clone();
        let ended = tell(stage, &payment, "refunded", json!({ "refund": refund, "amount": "40.00 USD" })).await;
        assert_eq!(figures(&ended["payment"]), "captured 100.00 40.00 0.00 0.00", "{ended}");
        assert!(!health(stage, &payment).await.1, "what is over is not late any more");
    }

    /// A call that is sent again and again waits from the first time on.
    async fn a_refund_that_is_sent_again_and_again(stage) {
        let (payment, mut job) = refunding(stage).await;
        for _ in 0..50 {
            answer(stage, &job, json!({ "outcome": "unsent" })).await;
            pass(stage, "PT6H").await;
            job = sent(stage, &payment, "refund").await;
        }
        assert_eq!(told_admins(stage, LATE).await, 1);
        assert_eq!(health(stage, &payment).await, ("warning".to_owned(), true));
        // its gateway has it now: that is another wait, of a longer limit
        assert_eq!(get(stage, &payment).await["refunds"][0]["state"], "sent");
        pass(stage, "PT30S").await;
        assert_eq!(told_admins(stage, LATE).await, 2);
    }
}

/// An option sets the limit of what changes in its process.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_an_option() {
    let with =
        options().keyring(Keyring::for_tests()).wait_limit("refund.unknown", Span::from_hours(2)).unwrap();
    let stage = Stage::with(Kind::Memory, with).await;
    set_gateway(&stage, CARD, json!({})).await;
    set_gateway(&stage, super::SECOND, json!({})).await;
    stage.ok("ledger.open_account", json!({ "account": "shop", "currency": "USD", "owner": "olga" })).await;
    let payment = standing(&stage, wait_of("refund", "unknown").unwrap()).await;
    pass(&stage, "PT1H59M59S").await;
    assert_eq!(told_admins(&stage, LATE).await, 0);
    pass(&stage, "PT2S").await;
    assert_eq!((told_admins(&stage, LATE).await, health(&stage, &payment).await.1), (1, true));
    stage.finish().await;
}
