//! Pauses that a gateway asks for (`Retry-After`): made within bounds, by the drivers and for what hosts
//! report.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use earnest::Drive;
use earnest::keyring::Keyring;

use super::http::{Reply, Server, serve};
use super::{get, pass, run, with};
use crate::support::{Kind, Stage, Value, json, options};

/// The settings of a gateway, what is paid, and the token.
const DRIVERS: [(&str, &str, &str); 2] = [("stripe", "100.00 USD", "pm_1"), ("toss", "15000 KRW", "pk_1")];

fn settings(driver: &str) -> Value {
    match driver {
        "stripe" => {
            json!({ "config": { "publishable_key": "pk_test_1" }, "secrets": { "secret_key": "sk_test_1" } })
        }
        _ => json!({ "config": { "client_key": "test_ck_1" }, "secrets": { "secret_key": "test_sk_1" } }),
    }
}

/// A payment at a gateway that answers every request with one status and one pause.
struct Refused {
    stage: Stage,
    payment: Value,
    /// How often the gateway was asked.
    asked: Arc<AtomicUsize>,
    _server: Server,
}

async fn refused(driver: &str, status: u16, pause: &'static str) -> Refused {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let server = serve(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Reply::json(status, &json!({ "error": {} })).with("retry-after", pause)
    })
    .await;
    let drive = Drive::new().at(&server.url).unwrap().allow_http(true).allow_private(true);
    let stage =
        Stage::with(Kind::Memory, options().keyring(Keyring::for_tests()).gateway("card", drive)).await;
    let breaker =
        json!({ "id": "card", "driver": driver, "breaker": { "failures": 1_000, "pause": "PT1S" } });
    stage.ok("payments.set_gateway", with(breaker, &settings(driver))).await;
    let (_, amount, token) = DRIVERS.into_iter().find(|one| one.0 == driver).unwrap();
    let args =
        json!({ "amount": amount, "to": "shop", "gateway": "card", "token": token, "expires_in": "P9D" });
    let payment = stage.ok("payments.create", args).await["payment"].clone();
    run(&stage).await;
    Refused { stage, payment, asked, _server: server }
}

/// Until then nobody asks, and then somebody does: too many requests, and a service that is not there.
#[tokio::test(flavor = "multi_thread")]
async fn a_driver_waits_for_as_long_as_its_gateway_says() {
    for (driver, ..) in DRIVERS {
        for status in [429, 503] {
            for (pause, early, late) in [
                ("600", "PT9M59S", "PT2S"),
                ("Thu, 01 Jan 2026 00:20:00 GMT", "PT19M", "PT2M"),
                // more than an hour is an hour
                ("99999999999", "PT59M59S", "PT2S"),
                // what asks for nothing, or for less than our own pause
                ("junk", "PT1S", "PT30S"),
                ("1", "PT1S", "PT30S"),
            ] {
                let Refused { stage, payment, asked, _server } = refused(driver, status, pause).await;
                let is_junk = late == "PT30S";
                let state = get(&stage, &payment).await["state"].clone();
                assert_eq!(state, if status == 429 { "authorizing" } else { "unknown" }, "{driver} {pause}");
                let before = asked.load(Ordering::SeqCst);
                pass(&stage, early).await;
                // a question of an unknown outcome goes out at once where no pause is asked for
                if !(is_junk && status == 503) {
                    assert_eq!(asked.load(Ordering::SeqCst), before, "{driver} {status} {pause}");
                }
                pass(&stage, late).await;
                assert!(asked.load(Ordering::SeqCst) > before, "{driver} {status} {pause}");
                // questions too are asked again only after it
                let before = asked.load(Ordering::SeqCst);
                if pause == "600" || pause == "99999999999" {
                    pass(&stage, "PT9M").await;
                    assert_eq!(asked.load(Ordering::SeqCst), before, "{driver} {status} {pause}");
                }
                stage.finish().await;
            }
        }
    }
}

/// A host's worker reports the pause that its gateway asks for.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_host_reports_is_waited_for() {
    for outcome in ["unsent", "unknown"] {
        for (pause, early, late) in [
            (json!(600), "PT9M59S", "PT2S"),
            (json!(9_007_199_254_740_991_u64), "PT59M59S", "PT2S"),
            (json!(0), "PT0.5S", "PT30S"),
        ] {
            let stage = Stage::with(Kind::Memory, options().keyring(Keyring::for_tests())).await;
            stage.ok("payments.set_gateway", json!({ "id": "card", "driver": "host" })).await;
            let args = json!({ "amount": "100.00 USD", "to": "shop", "gateway": "card", "token": "pm_1", "expires_in": "P9D" });
            stage.ok("payments.create", args).await;
            let lease = json!({ "kinds": ["gateway.card"], "limit": 10, "for": "PT1M" });
            let job = stage.ok("jobs.lease", lease.clone()).await["jobs"][0].clone();
            let result = json!({ "outcome": outcome, "retry_after": pause });
            let report = json!({ "job": job["id"], "fence": job["fence"], "result": result });
            stage.ok("jobs.complete", report).await;
            stage.advance(early);
            if outcome == "unsent" || pause != 0 {
                assert_eq!(
                    stage.ok("jobs.lease", lease.clone()).await["jobs"],
                    json!([]),
                    "{outcome} {pause}"
                );
            }
            stage.advance(late);
            let jobs = stage.ok("jobs.lease", lease).await["jobs"].clone();
            assert_eq!(jobs.as_array().unwrap().len(), 1, "{outcome} {pause}");
            stage.finish().await;
        }
    }
}

/// A pause that is no number of seconds is refused, and leaves the lease.
#[tokio::test(flavor = "multi_thread")]
async fn a_pause_of_another_shape_is_named() {
    let stage = Stage::with(Kind::Memory, options().keyring(Keyring::for_tests())).await;
    stage.ok("payments.set_gateway", json!({ "id": "card", "driver": "host" })).await;
    stage
        .ok(
            "payments.create",
            json!({ "amount": "100.00 USD", "to": "shop", "gateway": "card", "token": "pm_1" }),
        )
        .await;
    let lease = json!({ "kinds": ["gateway.card"], "limit": 10, "for": "PT1M" });
    let job = stage.ok("jobs.lease", lease).await["jobs"][0].clone();
    for pause in [json!(-1), json!("600"), json!(1.5), json!([])] {
        let result = json!({ "outcome": "unsent", "retry_after": pause });
        let report = json!({ "job": job["id"], "fence": job["fence"], "result": result });
        let details = stage.no("jobs.complete", report, "invalid_request").await;
        assert_eq!(details["field"], "result.retry_after", "{pause}");
    }
    stage.finish().await;
}
