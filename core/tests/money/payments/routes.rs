//! Which gateway gets a payment: routes, tokens, and the breaker of gateways that do not answer.

use super::double::{Double, Faults};
use super::worker::Worker;
use super::{
    CARD, SECOND, TOKEN_OF_PAUL, admin, all_of, answer, asked, books, cents, confirmed, create, figures,
    gateway, get, lease, leases, no_answer, pass, posted, sent, set_gateway, staged, together, usd, with,
};
use crate::support::{Kind, Stage, Value, json, soak};

async fn set_route(stage: &Stage, id: &str, gateways: &[&str], more: Value) -> Value {
    let args = with(json!({ "id": id, "gateways": gateways }), &more);
    stage.ok("payments.set_route", args).await["route"].clone()
}

/// The gateway that a payment of this amount is sent to, by a route.
async fn taken_by(stage: &Stage, amount: &str, more: Value) -> String {
    let currency = amount.split(' ').nth(1).unwrap();
    let mut args = json!({ "amount": amount, "to": format!("in-{currency}"), "gateway": null });
    if more.get("tokens").is_none() {
        args["token"] = TOKEN_OF_PAUL.into();
    }
    let payment = create(stage, with(args, &more)).await;
    payment["gateway"].as_str().unwrap_or_else(|| panic!("{amount}: no gateway in {payment}")).to_owned()
}

/// Two payments of which nobody answers, so that a gateway of two failures is down.
async fn silence(stage: &Stage) {
    for _ in 0..2 {
        confirmed(stage, json!({})).await;
    }
    for job in leases(stage, &[CARD], 10).await {
        no_answer(stage, &job).await;
    }
}

async fn status(stage: &Stage, id: &str) -> String {
    gateway(stage, id).await["status"].as_str().unwrap().to_owned()
}

with_gateways! {
    async fn a_gateway_is_set_and_changed(stage) {
        let card = gateway(stage, CARD).await;
        assert_eq!((&card["driver"], &card["active"], &card["currencies"]), (&json!("host"), &json!(true), &Value::Null));
        assert_eq!((&card["settle_after"], &card["status"], &card["retry_at"]), (&json!("PT2M"), &json!("up"), &Value::Null));
        assert_eq!(card["breaker"], json!({ "failures": 5, "pause": "PT30S" }));
        let mut abilities: Vec<&str> = card["abilities"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        abilities.sort_unstable();
        assert_eq!(abilities, ["partial_capture", "partial_refund", "query", "two_step"]);
        // what is not named stays as it is
        let more = json!({ "settle_after": "PT5M", "currencies": ["USD", "EUR"] });
        set_gateway(stage, CARD, more).await;
        let card = set_gateway(stage, CARD, json!({ "active": false })).await;
        assert_eq!((&card["settle_after"], &card["active"]), (&json!("PT5M"), &json!(false)));
        assert_eq!(card["currencies"].as_array().unwrap().len(), 2);
        let page = stage.ok("payments.gateways", json!({ "limit": 1 })).await;
        assert_eq!(page["items"][0], card, "by name");
        let page = stage.ok("payments.gateways", json!({ "limit": 1, "after": page["next"] })).await;
        assert_eq!((&page["items"][0]["id"], &page["next"]), (&json!(SECOND), &Value::Null));
    }

    async fn routes_by_currency_amount_and_priority(stage) {
        set_route(stage, "small", &[CARD], json!({ "currency": "USD", "max": "50.00 USD" })).await;
        set_route(stage, "rest", &[SECOND, CARD], json!({ "currency": "USD", "priority": -1 })).await;
        set_route(stage, "euro", &[SECOND], json!({ "min": "5.00 EUR" })).await;
        set_route(stage, "one", &[SECOND], json!({ "min": "20.00 USD", "max": "20.00 USD", "priority": 10 })).await;
        for (amount, expected) in [
            ("0.01 USD", CARD),
            ("50.00 USD", CARD),
            ("50.01 USD", SECOND),
            ("20.00 USD", SECOND),
            ("19.99 USD", CARD),
            ("5.00 EUR", SECOND),
        ] {
            assert_eq!(taken_by(stage, amount, json!({})).await, expected, "{amount}");
        }
        for amount in ["4.99 EUR", "1000 KRW"] {
            stage.no("payments.create", asked(&json!({ "amount": amount, "to": "x", "gateway": null })), "gateway_not_found").await;
        }
        let routes = stage.ok("payments.routes", json!({})).await;
        let names: Vec<&Value> = routes["items"].as_array().unwrap().iter().map(|route| &route["id"]).collect();
        assert_eq!(names, ["euro", "one", "rest", "small"]);
        // it goes, and what it hid is there again
        let gone = stage.ok("payments.remove_route", json!({ "id": "one" })).await;
        assert_eq!((&gone["removed"], &gone["replayed"]), (&json!("one"), &json!(false)));
        assert_eq!(stage.ok("payments.remove_route", json!({ "id": "one" })).await["replayed"], true);
        assert_eq!(taken_by(stage, "20.00 USD", json!({})).await, CARD);
        stage.no("payments.set_route", json!({ "id": "new", "gateways": [CARD, "nobody"] }), "gateway_not_found").await;
        for who in ["paul", "olga"] {
            stage.no("payments.set_route", json!({ "id": "new", "gateways": [CARD], "actor": who }), "not_permitted").await;
            // that its gateways are there is judged before who asks
            stage.no("payments.set_route", json!({ "id": "new", "gateways": ["nobody"], "actor": who }), "gateway_not_found").await;
            stage.no("payments.set_gateway", json!({ "id": "new", "driver": "host", "actor": who }), "not_permitted").await;
        }
    }

    /// The first gateway of the route that is active, takes the currency and has a token.
    async fn the_first_gateway_that_can(stage) {
        set_route(stage, "all", &[CARD, SECOND], json!({})).await;
        assert_eq!(taken_by(stage, "1.00 USD", json!({})).await, CARD);
        assert_eq!(taken_by(stage, "1.00 USD", json!({ "tokens": { SECOND: "pm-2" } })).await, SECOND);
        let nobody = asked(&json!({ "gateway": null, "tokens": { "third": "pm-3" } }));
        stage.no("payments.create", nobody, "gateway_not_found").await;
        set_gateway(stage, CARD, json!({ "currencies": ["EUR"] })).await;
        assert_eq!(taken_by(stage, "1.00 USD", json!({})).await, SECOND);
        assert_eq!(taken_by(stage, "1.00 EUR", json!({})).await, CARD);
        set_gateway(stage, CARD, json!({ "active": false })).await;
        assert_eq!(taken_by(stage, "1.00 EUR", json!({})).await, SECOND);
        for name in [CARD, "nobody"] {
            stage.no("payments.create", asked(&json!({ "gateway": name, "amount": "1.00 EUR", "to": "x" })), "gateway_not_found").await;
        }
        // what it has already goes on
        set_gateway(stage, SECOND, json!({ "active": false })).await;
        let jobs = leases(stage, &[CARD, SECOND], 10).await;
        assert_eq!(jobs.len(), 5, "{jobs:?}");
    }

    /// Each gateway gets its own token; one without a token is passed over.
    async fn each_gateway_has_its_token(stage) {
        set_route(stage, "all", &[CARD, SECOND], json!({})).await;
        let refused = json!({ "outcome": "refused", "failure": { "code": "declined", "retry": "other_gateway" } });
        create(stage, json!({ "gateway": null, "tokens": { CARD: "pm-c", SECOND: "pm-s" } })).await;
        let job = lease(stage, CARD).await;
        assert_eq!(job["payload"]["token"], "pm-c");
        answer(stage, &job, refused.clone()).await;
        let job = lease(stage, SECOND).await;
        assert_eq!(job["payload"]["token"], "pm-s");
        let after = answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00");
        create(stage, json!({ "gateway": null, "tokens": { CARD: "pm-c" } })).await;
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, refused.clone()).await;
        assert_eq!((&after["state"], &after["failure"]["code"]), (&json!("failed"), &json!("declined")), "{after}");
        // one that was named is the only one
        confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        assert_eq!(answer(stage, &job, refused).await["state"], "failed");
        assert!(leases(stage, &[CARD, SECOND], 10).await.is_empty());
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// The object of a route's events was that of the record of all routes, so that nobody found them.
    async fn events_of_a_route_are_its_own(stage) {
        set_route(stage, "all", &[CARD], json!({})).await;
        set_route(stage, "small", &[CARD], json!({ "max": "5.00 USD" })).await;
        stage.ok("payments.remove_route", json!({ "id": "all" })).await;
        let events = all_of(stage, "events.list", json!({})).await;
        let of_routes = events.iter().filter(|event| event["type"].as_str().unwrap().starts_with("route."));
        let found: Vec<_> = of_routes.map(|event| ["type", "object", "object_id"].map(|name| &event[name])).collect();
        assert_eq!(found, [["route.set", "route", "all"], ["route.set", "route", "small"], ["route.removed", "route", "all"]]);
    }

    /// A payment that waits for its token was shown and listed at no gateway, though its caller had named
    /// one.
    async fn a_named_gateway_is_shown_before_anything_is_sent(stage) {
        set_route(stage, "all", &[CARD, SECOND], json!({})).await;
        let (named, routed) = (create(stage, json!({})).await, create(stage, json!({ "gateway": null })).await);
        assert_eq!((&named["gateway"], &named["attempts"]), (&json!(CARD), &json!([])), "{named}");
        assert_eq!((&routed["gateway"], &routed["attempts"]), (&json!(CARD), &json!([])), "the first of its route: {routed}");
        let at = async |gateway: &str| {
            let all = all_of(stage, "payments.list", json!({ "gateway": gateway })).await;
            all.iter().map(|payment| payment["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!((at(CARD).await.len(), at(SECOND).await), (2, vec![]));
        assert!(at(CARD).await.contains(&named["id"]));
        stage.ok("payments.confirm", json!({ "payment": routed["id"], "token": TOKEN_OF_PAUL })).await;
        assert_eq!((at(CARD).await.len(), at(SECOND).await.len()), (2, 0));
        assert_eq!(get(stage, &routed).await["gateway"], CARD);
        // one that takes no new payments is passed over, now as when it is sent
        let routed = create(stage, json!({ "gateway": null })).await;
        set_gateway(stage, CARD, json!({ "active": false })).await;
        let other = create(stage, json!({ "gateway": null })).await;
        assert_eq!((&routed["gateway"], &other["gateway"]), (&json!(CARD), &json!(SECOND)), "{other}");
        stage.ok("payments.confirm", json!({ "payment": routed["id"], "token": TOKEN_OF_PAUL })).await;
        assert_eq!(get(stage, &routed).await["gateway"], SECOND);
    }

    /// Dollars were sent to gateways that know only won, whose driver then refused them.
    async fn a_driver_is_given_no_currency_that_it_does_not_have(stage) {
        let toss = json!({ "config": { "client_key": "test_ck_1" }, "secrets": { "secret_key": "test_sk_1" } });
        let inicis = json!({ "config": { "mid": "INIpayTest", "nothing_codes": "R404" },
            "secrets": { "sign_key": "sign", "api_key": "api" } });
        for (driver, more) in [("toss", toss), ("inicis", inicis)] {
            stage.ok("payments.set_gateway", with(json!({ "id": driver, "driver": driver }), &more)).await;
            set_route(stage, "all", &[driver, SECOND], json!({})).await;
            let details = stage.no("payments.create", asked(&json!({ "gateway": driver })), "gateway_not_found").await;
            assert_eq!(details["gateway"], driver, "{details}");
            for (amount, gateway) in [("100.00 USD", SECOND), ("5000 KRW", driver)] {
                let payment = create(stage, json!({ "gateway": null, "amount": amount })).await;
                assert_eq!(payment["gateway"], gateway, "{payment}");
            }
        }
    }

    /// A payer named a gateway in test mode, and paid with play money. Where there are routes a plain actor
    /// names only what a fitting one lists.
    async fn a_payer_chooses_no_gateway_beside_the_routes(stage) {
        set_gateway(stage, "card-test", json!({})).await;
        let by = |who: &str, gateway: &str, amount: &str| {
            asked(&json!({ "gateway": gateway, "amount": amount, "token": TOKEN_OF_PAUL, "actor": who }))
        };
        stage.ok("payments.create", by("paul", "card-test", "1.00 USD")).await;
        set_route(stage, "all", &[CARD], json!({ "currency": "USD" })).await;
        set_route(stage, "small", &[SECOND], json!({ "max": "5.00 USD", "priority": -1 })).await;
        for (who, gateway, amount) in
            [("paul", "card-test", "1.00 USD"), ("olga", "card-test", "1.00 USD"), ("paul", SECOND, "5.01 USD")]
        {
            let details = stage.no("payments.create", by(who, gateway, amount), "gateway_not_found").await;
            assert_eq!(details["gateway"], gateway, "{who}: {details}");
        }
        // a route that is not the best one lets it be named
        for (gateway, amount) in [(CARD, "1.00 USD"), (CARD, "900.00 USD"), (SECOND, "5.00 USD")] {
            let made = stage.ok("payments.create", by("paul", gateway, amount)).await;
            assert_eq!(made["payment"]["gateway"], gateway, "{made}");
        }
        stage.ok("payments.create", asked(&json!({ "gateway": "card-test", "actor": admin() }))).await;
        let by_host = stage.ok("payments.create", asked(&json!({ "gateway": "card-test" }))).await;
        // what the host has chosen its payer may confirm
        let confirm = json!({ "payment": by_host["payment"]["id"], "token": TOKEN_OF_PAUL, "actor": "paul" });
        stage.ok("payments.confirm", confirm).await;
        for id in ["all", "small"] {
            stage.ok("payments.remove_route", json!({ "id": id })).await;
        }
        stage.ok("payments.create", by("paul", "card-test", "1.00 USD")).await;
    }

    /// Down: it is left alone, and others get what is new. Then one call shows whether it is back.
    async fn a_gateway_that_does_not_answer(stage) {
        set_gateway(stage, CARD, json!({ "breaker": { "failures": 2, "pause": "PT30S" } })).await;
        set_route(stage, "all", &[CARD, SECOND], json!({})).await;
        silence(stage).await;
        let down = gateway(stage, CARD).await;
        let until = stage.clock.now().checked_add("PT30S".parse().unwrap()).unwrap().to_string();
        assert_eq!((&down["status"], &down["retry_at"]), (&json!("down"), &json!(until)), "{down}");
        let details = stage.no("payments.create", asked(&json!({ "token": TOKEN_OF_PAUL })), "gateway_unavailable").await;
        assert_eq!((&details["gateway"], &details["retry_after"]), (&json!(CARD), &json!(30)), "{details}");
        assert_eq!(taken_by(stage, "1.00 USD", json!({})).await, SECOND);
        // its questions wait, and use nothing up
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        let queued = stage.ok("jobs.list", json!({ "kind": "gateway.card", "state": "queued" })).await;
        let attempts: Vec<&Value> = queued["items"].as_array().unwrap().iter().map(|job| &job["attempts"]).collect();
        assert_eq!(attempts, [0, 0], "{queued}");
        stage.advance("PT30S");
        let probe = lease(stage, CARD).await;
        assert_eq!(status(stage, CARD).await, "probing");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "one at a time");
        no_answer(stage, &probe).await;
        assert_eq!(status(stage, CARD).await, "down");
        stage.advance("PT20S");
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        // whoever probes next, its answer is enough
        let mut probe = Vec::new();
        for _ in 0..100 {
            if probe.is_empty() {
                stage.advance("PT10S");
                probe = leases(stage, &[CARD], 10).await;
            }
        }
        assert_eq!((probe.len(), status(stage, CARD).await.as_str()), (1, "probing"));
        answer(stage, &probe[0], json!({ "outcome": "nothing", "closed": true })).await;
        let up = gateway(stage, CARD).await;
        assert_eq!((&up["status"], &up["retry_at"]), (&json!("up"), &Value::Null), "{up}");
        assert_eq!(taken_by(stage, "1.00 USD", json!({})).await, CARD);
        let mut rest = 0;
        for _ in 0..60 {
            rest += leases(stage, &[CARD], 10).await.len();
            stage.advance("PT1S");
        }
        assert_eq!(rest, 2, "the other question, and the new call, go out soon after");
        let types = stage.event_types().await;
        for kind in ["gateway.down", "gateway.probing", "gateway.up"] {
            assert!(types.iter().any(|found| found == kind), "no {kind} in {types:?}");
        }
    }

    /// In a row: an answer in between begins anew. What was not sent counts as well.
    async fn what_counts_as_silence(stage) {
        set_gateway(stage, CARD, json!({ "breaker": { "failures": 2, "pause": "PT30S" } })).await;
        for _ in 0..3 {
            confirmed(stage, json!({})).await;
            let job = lease(stage, CARD).await;
            no_answer(stage, &job).await;
            let query = lease(stage, CARD).await;
            answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
            assert_eq!(status(stage, CARD).await, "up");
        }
        for expected in ["up", "down"] {
            let payment = confirmed(stage, json!({})).await;
            let jobs = leases(stage, &[CARD], 10).await;
            let job = jobs.iter().find(|job| job["payload"]["payment"] == payment["id"]).unwrap();
            answer(stage, job, json!({ "outcome": "unsent" })).await;
            assert_eq!(status(stage, CARD).await, expected);
        }
        // a lease that ends without a report is silence too
        set_gateway(stage, SECOND, json!({ "breaker": { "failures": 1, "pause": "PT30S" } })).await;
        confirmed(stage, json!({ "gateway": SECOND })).await;
        lease(stage, SECOND).await;
        pass(stage, "PT61S").await;
        assert_eq!(status(stage, SECOND).await, "down");
    }

    /// All gateways of a route are down: the caller may come again.
    async fn all_gateways_are_down(stage) {
        set_gateway(stage, CARD, json!({ "breaker": { "failures": 2, "pause": "PT1H" } })).await;
        set_route(stage, "all", &[CARD], json!({})).await;
        silence(stage).await;
        let args = asked(&json!({ "gateway": null, "token": TOKEN_OF_PAUL, "key": "later" }));
        stage.no("payments.create", args.clone(), "gateway_unavailable").await;
        stage.advance("PT1H");
        let payment = stage.ok("payments.create", args).await["payment"].clone();
        assert_eq!((&payment["state"], &payment["gateway"]), (&json!("authorizing"), &json!(CARD)), "the key was free");
        assert_eq!(figures(&get(stage, &payment).await), "authorizing 0.00 0.00 0.00 0.00");
    }
}

static THREE: [&str; 3] = ["a", "b", "c"];

/// Every order of every choice of three gateways, each for one amount.
async fn random_routes(stage: &Stage) -> Vec<i64> {
    let mut amounts = Vec::new();
    for first in THREE {
        for second in 0..4 {
            for third in 0..4 {
                let mut gateways = vec![first];
                for next in [second, third].into_iter().filter_map(|place: usize| THREE.get(place)) {
                    if !gateways.contains(next) {
                        gateways.push(*next);
                    }
                }
                let amount = 100 + i64::try_from(amounts.len()).unwrap();
                let bounds = json!({ "min": usd(amount), "max": usd(amount) });
                set_route(stage, &format!("r-{amount}"), &gateways, bounds).await;
                amounts.push(amount);
            }
        }
    }
    amounts
}

/// 500 payments on 48 routes, and 10,000 in `make soak`, through three gateways that refuse, lose and delay
/// more than half. Whatever is tried in turn, one gateway keeps the money, and the books say the same. It is
/// long because each payment must meet its own mishaps.
#[tokio::test(flavor = "multi_thread")]
async fn soak_never_do_two_gateways_keep_money() {
    let faults = Faults {
        lost: 12,
        unheard: 12,
        delayed: 12,
        pending: 5,
        unsent: 10,
        refused: 15,
        doubled: 20,
        reordered: 30,
    };
    let stage = staged(Kind::Memory).await;
    for gateway in THREE {
        // it is not the breaker that is tried here
        set_gateway(&stage, gateway, json!({ "breaker": { "failures": 1_000 } })).await;
    }
    let amounts = random_routes(&stage).await;
    let (mut double, mut worker) = (Double::new(7, faults), Worker::of(THREE.to_vec()));
    let waves = soak::rounds(10, 200) as usize;
    for wave in 0..waves {
        let create = |n: usize| {
            let amount = usd(amounts[(wave * 50 + n * 7) % amounts.len()]);
            let key = format!("p-{wave}-{n}");
            (
                "payments.create",
                asked(&json!({ "amount": amount, "gateway": null, "token": TOKEN_OF_PAUL, "key": key })),
            )
        };
        for made in together(&stage, (0..50).map(create).collect()).await {
            made.unwrap();
        }
        worker.run(&stage, &mut double).await;
    }
    let payments = all_of(&stage, "payments.list", json!({ "to": "shop" })).await;
    assert_eq!(payments.len(), waves * 50);
    let mut sum = 0;
    for payment in &payments {
        let own = cents(&payment["captured"]) - cents(&payment["refunded"]);
        let kept = double.kept(payment["id"].as_str().unwrap());
        let suspended = cents(&payment["suspended"]);
        let there: i64 = kept.iter().map(|(_, amount)| amount).sum();
        assert_eq!(there, own + suspended, "{kept:?} of {payment:#}");
        if suspended == 0 {
            assert!(kept.len() <= 1, "{kept:?} of {payment:#}");
        }
        sum += own;
    }
    println!("{:?}", double.counts());
    assert_eq!(posted(&stage, "shop").await, sum);
    assert!(sum > 0);
    stage.finish().await;
}

/// Health tells operators of a gateway that is down, and of payments whose outcome nobody knows.
#[tokio::test(flavor = "multi_thread")]
async fn health_tells_of_gateways_that_do_not_answer() {
    let stage = staged(Kind::Memory).await;
    let found = async || {
        let health = stage.ok("admin.health", json!({})).await;
        let checks = health["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["name"] == "gateways").unwrap().clone();
        (check["status"].as_str().unwrap().to_owned(), check["detail"].as_str().unwrap().to_owned())
    };
    assert_eq!(found().await, ("healthy".into(), "2 gateways".into()));
    let breaker = json!({ "failures": 1, "pause": "PT1H" });
    let set = json!({ "id": "card", "driver": "host", "currencies": ["USD"], "breaker": breaker });
    stage.ok("payments.set_gateway", set).await;
    let payment = confirmed(&stage, json!({})).await;
    let job = sent(&stage, &payment, "authorize").await;
    let failed = json!({ "job": job["id"], "fence": job["fence"], "error": "no answer" });
    stage.ok("jobs.fail", failed).await;
    let (status, detail) = found().await;
    assert_eq!(status, "warning", "{detail}");
    assert!(detail.contains("1 of them do not answer, such as `card`"), "{detail}");
    stage.advance("PT20M");
    let (_, detail) = found().await;
    assert!(detail.contains("a payment is unknown for 1"), "{detail}");
    let second = json!({ "id": "second", "driver": "host", "active": false });
    stage.ok("payments.set_gateway", second).await;
    let (status, detail) = found().await;
    assert_eq!(status, "critical", "{detail}");
    assert!(detail.contains("none answers that takes USD"), "{detail}");
}

/// So long is over when it is over: it took a moment more while the clock stood still.
#[tokio::test(flavor = "multi_thread")]
async fn health_counts_its_times_to_the_end() {
    let stage = staged(Kind::Memory).await;
    let found = async || {
        let health = stage.ok("admin.health", json!({})).await;
        let checks = health["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["name"] == "gateways").unwrap().clone();
        (check["status"].as_str().unwrap().to_owned(), check["detail"].as_str().unwrap().to_owned())
    };
    let payment = confirmed(&stage, json!({})).await;
    let job = sent(&stage, &payment, "authorize").await;
    no_answer(&stage, &job).await;
    for (by, status, waited) in [
        ("PT14M58S", "healthy", "2 gateways"),
        ("PT2S", "warning", "unknown for 900 s"),
        ("PT23H44M58S", "warning", "unknown for 86398 s"),
        ("PT2S", "critical", "unknown for 86400 s"),
    ] {
        stage.advance(by);
        let (is, detail) = found().await;
        assert!(is == status && detail.contains(waited), "{by}: {is}: {detail}");
    }
    let query = sent(&stage, &payment, "query").await;
    answer(&stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
    let news = json!({ "gateway": CARD, "event": "e-1", "reference": "ch-9", "outcome": "captured",
        "captured": "1.00 USD" });
    stage.ok("payments.report", news).await;
    for (by, status) in [("PT59M58S", "healthy"), ("PT2S", "warning")] {
        stage.advance(by);
        let (is, detail) = found().await;
        assert_eq!(is, status, "{by}: {detail}");
    }
}
