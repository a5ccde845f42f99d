//! Three hundred payments through gateways that lose, delay, double and reorder a third of what they are told
//! and tell, with a worker that is killed twenty times: to the unit, the books are those of the gateways.
//! `make soak` has twenty thousand on each store, and two hundred kills.

use std::collections::BTreeSet;

use super::double::{Double, Faults};
use super::worker::Worker;
use super::{CARD, SECOND, all_of, cents, id, order, posted, together, usd};
use crate::support::{Stage, Value, code, json, soak};

const GATEWAYS: [&str; 2] = [CARD, SECOND];
const SHOPS: u32 = 7;
/// How many payments are begun before the worker has finished with those before them.
const WAVE: usize = 60;
/// After so many waves what is authorized is captured or given up: it would expire in a long run.
const WAVES: u32 = 10;
const FAULTS: Faults =
    Faults { lost: 8, unheard: 8, delayed: 8, pending: 4, unsent: 5, refused: 5, doubled: 33, reordered: 33 };
/// How a payment that is over may have ended.
const ENDS: [&str; 5] = ["captured", "refunded", "voided", "expired", "failed"];

/// Builds the arguments of a payment by its number: half of them name their gateway, a third is captured by
/// hand.
fn asked(n: u32) -> Value {
    let mut args = json!({ "amount": usd(amount(n)), "to": format!("shop-{}", n % SHOPS), "payer": "paul",
        "reference": format!("order-{n}"), "key": format!("pay-{n}"), "authorization_for": "P90D" });
    if n.is_multiple_of(2) {
        args["tokens"] = json!({ CARD: format!("pm-c-{n}"), SECOND: format!("pm-s-{n}") });
    } else {
        args["token"] = format!("pm-{n}").into();
        args["gateway"] = GATEWAYS[(n / 2 % 2) as usize].into();
    }
    if n.is_multiple_of(3) {
        args["capture"] = "manual".into();
    }
    args
}

fn amount(n: u32) -> i64 {
    i64::from(300 + n * 37 % 9_000)
}

/// The number of a payment.
fn number(payment: &Value) -> u32 {
    payment["reference"].as_str().unwrap().strip_prefix("order-").unwrap().parse().unwrap()
}

/// Begins all payments in waves. While their gateways are down, callers come again.
async fn begin(
    stage: &Stage,
    count: u32,
    worker: &mut Worker,
    double: &mut Double,
    tried: &mut BTreeSet<u32>,
) {
    let mut waiting: Vec<u32> = (0..count).collect();
    let mut waves = 0_u32;
    while !waiting.is_empty() {
        let wave = waiting.split_off(waiting.len().saturating_sub(WAVE));
        let calls = wave.iter().map(|n| ("payments.create", asked(*n))).collect();
        for (n, outcome) in wave.iter().zip(together(stage, calls).await) {
            match code(&outcome) {
                "ok" => {}
                "gateway_unavailable" => waiting.insert(0, *n),
                _ => panic!("payment {n}: {outcome:?}"),
            }
        }
        worker.run(stage, double).await;
        stage.advance("PT1M");
        waves += 1;
        if waves.is_multiple_of(WAVES) {
            end_authorizations(stage, tried).await;
        }
    }
}

/// Captures, in part, or gives up what is authorized; what was tried before is given up.
async fn end_authorizations(stage: &Stage, tried: &mut BTreeSet<u32>) {
    for payment in all_of(stage, "payments.list", json!({ "state": "authorized" })).await {
        let n = number(&payment);
        if !tried.insert(n) || !n.is_multiple_of(3) || n.is_multiple_of(2) {
            order(stage, "void", &payment, json!({})).await;
        } else {
            let part = if n.is_multiple_of(9) { amount(n) * 6 / 10 } else { amount(n) };
            order(stage, "capture", &payment, json!({ "amount": usd(part) })).await;
        }
    }
}

/// Of each five that are captured, one gives back a part, and one all of it in two.
async fn refund_some(stage: &Stage) {
    for payment in all_of(stage, "payments.list", json!({ "state": "captured" })).await {
        let (n, captured) = (number(&payment), cents(&payment["captured"]));
        if n % 5 < 2 {
            order(stage, "refund", &payment, json!({ "amount": usd(captured * 3 / 10) })).await;
        }
        if n.is_multiple_of(5) {
            order(stage, "refund", &payment, json!({})).await;
        }
    }
}

/// Late money whose way back was refused is sent again.
async fn end_suspense(stage: &Stage, worker: &mut Worker, double: &mut Double) {
    for _ in 0..20 {
        let all = all_of(stage, "payments.list", json!({})).await;
        let late: Vec<&Value> = all.iter().filter(|payment| cents(&payment["suspended"]) != 0).collect();
        if late.is_empty() {
            return;
        }
        for payment in late {
            order(stage, "sync", payment, json!({})).await;
        }
        worker.run(stage, double).await;
    }
}

/// The books and the gateways say the same, of each payment and of all.
async fn compare(stage: &Stage, count: u32, double: &Double) {
    let payments = all_of(stage, "payments.list", json!({})).await;
    assert_eq!(payments.len(), count as usize);
    let mut shops = vec![0; SHOPS as usize];
    for payment in &payments {
        assert!(ENDS.iter().any(|end| payment["state"] == *end), "{payment:#}");
        assert!(payment["doing"].is_null() && cents(&payment["suspended"]) == 0, "{payment:#}");
        let own = cents(&payment["captured"]) - cents(&payment["refunded"]);
        let kept = double.kept(&id(payment));
        let there: i64 = kept.iter().map(|(_, amount)| amount).sum();
        assert_eq!(there, own, "the gateways keep {kept:?} of {payment:#}");
        if cents(&payment["captured"]) > 0 {
            let gateway = payment["gateway"].as_str().unwrap();
            assert_eq!(double.reserved(gateway, &id(payment)), 0, "it is held of {payment:#}");
        }
        shops[(number(payment) % SHOPS) as usize] += own;
    }
    for (n, expected) in shops.iter().enumerate() {
        assert_eq!(posted(stage, &format!("shop-{n}")).await, *expected, "shop-{n}");
    }
    assert_eq!(
        posted(stage, "@world").await,
        -double.total(),
        "what came from outside is what the gateways took"
    );
    assert_eq!(posted(stage, "@suspense").await, 0);
    let wrongs = double.wrongs();
    assert!(wrongs.is_empty(), "nobody may be charged twice: {wrongs:#?}");
}

with_gateways! {
    /// It is long because a call must meet every mishap, and a worker each of its four ends five times.
    async fn soak_payments_through_a_storm(stage) {
        stage.ok("payments.set_route", json!({ "id": "all", "gateways": GATEWAYS })).await;
        let (count, kills) = (soak::rounds(300, 20_000), soak::rounds(20, 200));
        let (mut double, mut tried) = (Double::new(4_711, FAULTS), BTreeSet::new());
        let mut worker = Worker::of(GATEWAYS.to_vec()).dying(kills, 17);
        begin(stage, count, &mut worker, &mut double, &mut tried).await;
        for _ in 0..2 {
            end_authorizations(stage, &mut tried).await;
            worker.run(stage, &mut double).await;
        }
        refund_some(stage).await;
        worker.run(stage, &mut double).await;
        end_suspense(stage, &mut worker, &mut double).await;
        println!("{:?}: {count} payments, {} kills, {:?}", stage.kind, worker.killed(), double.counts());
        assert_eq!(worker.killed(), kills, "the worker was killed as often as it was to be");
        // a call that is sent again while the gateway has it is rare: of 300 payments there may be none
        let rare = ["repeated keys"].into_iter().filter(|_| soak::rounds(0, 1) == 1);
        let often = ["lost", "unheard", "delayed", "unsent", "lapsed", "doubled news", "reordered news"];
        for fault in often.into_iter().chain(rare) {
            assert!(double.counts().contains_key(fault), "nothing was {fault}: {:?}", double.counts());
        }
        compare(stage, count, &double).await;
    }
}
