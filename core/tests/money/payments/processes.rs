//! Several processes with one gateway: what one of them hears of it, or does not, all of them go by.

use super::{
    CARD, TOKEN_OF_PAUL, asked, confirmed, gateway, insist, no_answer, sent, set_gateway, staged, with,
};
use crate::support::{Kind, all_at_once, code, json};

/// One process has no answer twice, and the other sends nothing there; when the pause is over, one call of
/// both goes out, and its answer opens the gateway to both.
#[tokio::test(flavor = "multi_thread")]
async fn processes_agree_on_a_gateway_that_is_down() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let stage = staged(kind).await;
        let other = stage.again().await;
        set_gateway(&stage, CARD, json!({ "breaker": { "failures": 2, "pause": "PT30S" } })).await;
        let payments = [confirmed(&stage, json!({})).await, confirmed(&stage, json!({})).await];
        let wanted = json!({ "kinds": ["gateway.card"], "limit": 10, "for": "PT5M" });
        let jobs = stage.ok("jobs.lease", wanted.clone()).await["jobs"].as_array().unwrap().clone();
        assert_eq!(jobs.len(), payments.len(), "{jobs:?}");
        for job in &jobs {
            no_answer(&stage, job).await;
        }
        let create = |key: &str| with(asked(&json!({ "token": TOKEN_OF_PAUL })), &json!({ "key": key }));
        let refused = other.call("payments.create", create("other-1")).await;
        assert_eq!(code(&refused), "gateway_unavailable", "{kind:?}");
        let none = other.call("jobs.lease", wanted.clone()).await.unwrap();
        assert_eq!(none["jobs"], json!([]), "{kind:?}: its questions wait");

        stage.advance("PT30S");
        let banks = [stage.bank.clone(), other.clone()];
        let leases = (0..8).map(|n| {
            let (bank, wanted) = (banks[n % banks.len()].clone(), wanted.clone());
            async move { insist(&bank, "jobs.lease", wanted).await }
        });
        let mut probes = Vec::new();
        for granted in all_at_once(leases.collect::<Vec<_>>().into_iter()).await {
            probes.extend(granted.unwrap()["jobs"].as_array().unwrap().clone());
        }
        assert_eq!(probes.len(), 1, "{kind:?}: one call is a probe: {probes:?}");
        assert_eq!(gateway(&stage, CARD).await["status"], "probing");
        let answer = json!({ "job": probes[0]["id"], "fence": probes[0]["fence"],
            "result": { "outcome": "nothing", "closed": true } });
        other.call("jobs.complete", answer).await.unwrap();
        assert_eq!(gateway(&stage, CARD).await["status"], "up", "{kind:?}");
        let payment = confirmed(&stage, json!({})).await;
        let again = other.call("payments.create", create("other-2")).await.unwrap();
        assert_eq!(
            (&payment["state"], &again["payment"]["state"]),
            (&json!("authorizing"), &json!("authorizing"))
        );
        stage.advance("PT1M");
        sent(&stage, &payment, "authorize").await;
        other.close().await;
        stage.finish().await;
    }
}
