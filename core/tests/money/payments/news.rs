//! News of gateways: in any order, twice, before the reply, in the same instant, or only when asked.

use super::{
    CARD, TOKEN_OF_PAUL, admin, answer, books, confirmed, create, figures, get, insist, lease, leases,
    no_answer, order, paid, pass, posted, reference, said, sent, set_gateway, staged, tell, together,
};
use crate::support::{Kind, Stage, Value, all_at_once, code, id, json};

/// News, each told by an event of its own, in every order; and how the payment ends.
struct Story {
    name: &'static str,
    /// How it begins.
    begins: Begins,
    news: Vec<Value>,
    figures: &'static str,
    /// The account's balance then, in cents.
    balance: i64,
}

#[derive(Clone, Copy, PartialEq)]
enum Begins {
    /// The call authorize is out.
    Authorizing,
    /// It is captured, and a refund of 40.00 USD is out.
    Refunding,
    /// It is captured.
    Captured,
}

fn stories() -> Vec<Story> {
    let whole = "100.00 USD";
    let action = json!({ "outcome": "action_required", "action": { "url": "https://card.example/3ds" } });
    let authorized = json!({ "outcome": "authorized", "authorized": whole });
    let captured = json!({ "outcome": "captured", "captured": whole });
    let refunded = json!({ "outcome": "refunded", "captured": whole, "refunded": "40.00 USD" });
    let pending = json!({ "outcome": "pending" });
    vec![
        Story {
            name: "a payment is taken",
            begins: Begins::Authorizing,
            news: vec![
                action.clone(),
                authorized.clone(),
                captured.clone(),
                captured.clone(),
                authorized.clone(),
                pending,
            ],
            figures: "captured 100.00 0.00 0.00 0.00",
            balance: 10_000,
        },
        Story {
            name: "a part goes back",
            begins: Begins::Refunding,
            news: vec![action, authorized.clone(), captured.clone(), refunded.clone(), refunded.clone()],
            figures: "captured 100.00 40.00 0.00 0.00",
            balance: 6_000,
        },
        // in the gateway's own console: nobody here asked for it
        Story {
            name: "the gateway takes a part back",
            begins: Begins::Captured,
            news: vec![authorized, captured, refunded.clone(), refunded],
            figures: "charged_back 100.00 0.00 40.00 0.00",
            balance: 6_000,
        },
    ]
}

/// Every order of so many.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let first: Vec<Vec<usize>> = vec![Vec::new()];
    (0..count).fold(first, |orders, next| {
        let longer = orders.iter().flat_map(|order| {
            (0..=order.len()).map(move |place| {
                let mut order = order.clone();
                order.insert(place, next);
                order
            })
        });
        longer.collect()
    })
}

/// Payments of a story, one for each order, each to an account of its own, as far as the story begins.
async fn begun(stage: &Stage, story: &Story, count: usize) -> Vec<Value> {
    let create = |n: usize| {
        let args = json!({ "amount": "100.00 USD", "to": format!("s-{n}"), "gateway": CARD, "token": TOKEN_OF_PAUL,
            "key": format!("pay-{n}") });
        ("payments.create", args)
    };
    let made = together(stage, (0..count).map(create).collect()).await;
    let of = |reply: earnest::Result<Value>| reply.unwrap()["payment"].clone();
    let mut payments: Vec<Value> = made.into_iter().map(of).collect();
    take_all(stage, count, "authorize", "captured", story.begins != Begins::Authorizing).await;
    if story.begins == Begins::Refunding {
        let refund = |payment: &Value| {
            let key = format!("back-{}", id(payment));
            ("payments.refund", json!({ "payment": payment["id"], "amount": "40.00 USD", "key": key }))
        };
        payments = together(stage, payments.iter().map(refund).collect()).await.into_iter().map(of).collect();
        take_all(stage, count, "refund", "refunded", false).await;
    }
    payments
}

/// Takes the calls of all payments, and answers them if told so.
async fn take_all(stage: &Stage, count: usize, call: &str, outcome: &str, answers: bool) {
    let mut jobs = Vec::new();
    while jobs.len() < count {
        let more = leases(stage, &[CARD], 500).await;
        assert!(!more.is_empty(), "{} of {count} calls {call} were there", jobs.len());
        jobs.extend(more);
    }
    assert!(jobs.iter().all(|job| job["payload"]["call"] == call), "all are {call}");
    if answers {
        let complete = |job: &Value| {
            let result = json!({ "outcome": outcome, "amount": job["payload"]["amount"] });
            ("jobs.complete", said(job, &json!({ "result": result })))
        };
        for reply in together(stage, jobs.iter().map(complete).collect()).await {
            reply.unwrap();
        }
    }
}

/// 720, 120 and 24 payments: every order is the point, and what is decided is the same on every store.
#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_the_news_ends_alike() {
    for story in stories() {
        let stage = staged(Kind::Memory).await;
        let orders = orders(story.news.len());
        let payments = begun(&stage, &story, orders.len()).await;
        let told = orders.iter().zip(&payments).enumerate().map(|(n, (order, payment))| {
            let news = order.iter().map(|place| story.news[*place].clone());
            let news: Vec<Value> = news
                .enumerate()
                .map(|(at, mut news)| {
                    news["gateway"] = CARD.into();
                    news["event"] = format!("e-{n}-{at}").into();
                    news["payment"] = payment["id"].clone();
                    if news["outcome"] == "refunded" {
                        news["refund"] = payment["refunds"][0]["id"].clone();
                    }
                    news
                })
                .collect();
            let bank = stage.bank.clone();
            async move {
                for news in news {
                    let told = insist(&bank, "payments.report", news.clone()).await;
                    assert!(told.is_ok(), "{news}: {told:?}");
                }
            }
        });
        all_at_once(told).await;
        let mut wrong = Vec::new();
        for (n, (order, payment)) in orders.iter().zip(&payments).enumerate() {
            let found = (figures(&get(&stage, payment).await), posted(&stage, &format!("s-{n}")).await);
            if found != (story.figures.to_owned(), story.balance) {
                let told: Vec<&Value> = order.iter().map(|place| &story.news[*place]["outcome"]).collect();
                wrong.push(format!("{told:?}: {found:?}"));
            }
        }
        let (name, count, end) = (story.name, orders.len(), story.figures);
        assert!(
            wrong.is_empty(),
            "{name}: {} of {count} do not end as {end}:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        assert_eq!(posted(&stage, "@suspense").await, 0, "{name}");
        println!("{name}: {count} orders");
        stage.finish().await;
    }
}

with_gateways! {
    /// Whichever is first, the money comes once, and both are thanked.
    async fn the_reply_and_the_webhook_in_one_instant(stage) {
        let count: u8 = 24;
        let mut calls = Vec::new();
        let mut payments = Vec::new();
        for n in 0..count {
            let payment = confirmed(stage, json!({})).await;
            let job = sent(stage, &payment, "authorize").await;
            let result = match n % 2 {
                0 => json!({ "outcome": "captured", "amount": "100.00 USD", "reference": reference(&payment) }),
                _ => json!({ "outcome": "authorized", "reference": reference(&payment) }),
            };
            let webhook = json!({ "gateway": CARD, "event": format!("e-{n}"), "payment": payment["id"],
                "outcome": "captured", "captured": "100.00 USD" });
            let reply = ("jobs.complete", said(&job, &json!({ "result": result })));
            let webhook = ("payments.report", webhook);
            calls.extend(if n % 4 < 2 { [reply, webhook] } else { [webhook, reply] });
            payments.push(payment);
        }
        for (n, outcome) in together(stage, calls).await.iter().enumerate() {
            assert_eq!(code(outcome), "ok", "call {n}: {outcome:?}");
        }
        for (n, payment) in payments.iter().enumerate() {
            let after = get(stage, payment).await;
            assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "payment {n}: {after}");
            assert_eq!(after["transfers"].as_array().unwrap().len(), 1, "payment {n}: {after}");
        }
        assert_eq!(books(stage).await, [i64::from(count) * 10_000, 0, 0]);
    }

    /// News of a reference that nobody knows yet wait, and count in the commit that learns it.
    async fn a_webhook_before_the_reply(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        let news = json!({ "gateway": CARD, "event": "e-1", "reference": "ch-9", "outcome": "captured", "captured": "100.00 USD" });
        let parked = stage.ok("payments.report", news.clone()).await;
        assert_eq!((&parked["result"], &parked["payment"], &parked["replayed"]), (&json!("parked"), &Value::Null, &json!(false)));
        assert_eq!(stage.ok("payments.report", news).await["replayed"], true);
        assert_eq!(figures(&get(stage, &payment).await), "authorizing 0.00 0.00 0.00 0.00");
        assert!(stage.event_types().await.contains(&"gateway_reference.parked".to_owned()));
        let after = answer(stage, &job, json!({ "outcome": "pending", "reference": "ch-9" })).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{after}");
        assert_eq!(after["gateway_reference"], "ch-9");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        // one of another gateway is another one
        let other = json!({ "gateway": "second", "event": "e-1", "reference": "ch-9", "outcome": "captured", "captured": "100.00 USD" });
        assert_eq!(stage.ok("payments.report", other).await["result"], "parked");
        // and a known one is found
        let again = json!({ "gateway": CARD, "event": "e-2", "reference": "ch-9", "outcome": "captured", "captured": "100.00 USD" });
        let again = stage.ok("payments.report", again).await;
        assert_eq!((&again["result"], &again["payment"]["id"]), (&json!("ignored"), &payment["id"]), "{again}");
    }

    async fn what_is_parked_is_kept_for_three_days(stage) {
        for (wait, expected) in [("P2DT23H", "captured 100.00 0.00 0.00 0.00"), ("P3DT1H", "authorized 0.00 0.00 0.00 0.00")] {
            let payment = confirmed(stage, json!({ "capture": "manual" })).await;
            let job = sent(stage, &payment, "authorize").await;
            let reference = reference(&payment);
            let news = json!({ "gateway": CARD, "event": stage.key(), "reference": reference, "outcome": "captured", "captured": "100.00 USD" });
            assert_eq!(stage.ok("payments.report", news).await["result"], "parked");
            pass(stage, wait).await;
            let after = answer(stage, &job, json!({ "outcome": "authorized", "reference": reference })).await;
            assert_eq!(figures(&after), expected, "after {wait}: {after}");
        }
    }

    /// News that a gateway repeated under new events began to wait anew: it was never dropped, and health
    /// told nobody of it.
    async fn repeated_news_waits_from_its_first_time_on(stage) {
        let payment = confirmed(stage, json!({ "capture": "manual" })).await;
        let job = sent(stage, &payment, "authorize").await;
        let reference = reference(&payment);
        let told = async || {
            let news = json!({ "gateway": CARD, "event": stage.key(), "reference": reference, "outcome": "captured", "captured": "100.00 USD" });
            assert_eq!(stage.ok("payments.report", news).await["result"], "parked");
        };
        let waits_long = async || {
            let health = stage.ok("admin.health", json!({})).await;
            let check = health["checks"].as_array().unwrap().iter().find(|check| check["name"] == "gateways").unwrap().clone();
            check["detail"].as_str().unwrap().contains("nobody knows waits for over 60 min")
        };
        told().await;
        pass(stage, "PT50M").await;
        told().await;
        assert!(!waits_long().await);
        pass(stage, "PT11M").await;
        assert!(waits_long().await, "for 61 minutes");
        for _ in 0..2 {
            pass(stage, "P1D").await;
            told().await;
        }
        pass(stage, "P1D").await;
        assert!(!waits_long().await, "it was dropped");
        let after = answer(stage, &job, json!({ "outcome": "authorized", "reference": reference })).await;
        assert_eq!(figures(&after), "authorized 0.00 0.00 0.00 0.00", "{after}");
    }

    /// The same event is a replay whatever it carries, and an event of another gateway is another one.
    async fn an_event_is_told_once(stage) {
        let payment = confirmed(stage, json!({ "capture": "manual" })).await;
        sent(stage, &payment, "authorize").await;
        let news = |gateway: &str, outcome: &str| {
            json!({ "gateway": gateway, "event": "e-1", "payment": payment["id"], "outcome": outcome })
        };
        let first = stage.ok("payments.report", news(CARD, "authorized")).await;
        assert_eq!((&first["event"], &first["result"], &first["replayed"]), (&json!("e-1"), &json!("applied"), &json!(false)));
        for outcome in ["authorized", "captured", "refused"] {
            let again = stage.ok("payments.report", news(CARD, outcome)).await;
            assert_eq!((&again["replayed"], &again["result"]), (&json!(true), &json!("applied")), "{outcome}: {again}");
        }
        assert_eq!(figures(&get(stage, &payment).await), "authorized 0.00 0.00 0.00 0.00");
        for who in ["paul", "olga", "mallory"] {
            let mut told = news(CARD, "captured");
            (told["actor"], told["event"]) = (who.into(), "e-2".into());
            stage.no("payments.report", told, "not_permitted").await;
        }
        let mut told = news("nobody", "captured");
        told["actor"] = admin();
        stage.no("payments.report", told, "gateway_not_found").await;
    }

    /// A total below what is booked was taken for an old one, whoever said it: the payee kept what the
    /// gateway had taken back. News may be old, and the gateway is asked; an answer is of now.
    async fn a_lower_total_is_what_the_gateway_took_back(stage) {
        let less = |total: &str| json!({ "captured": total });
        let payment = paid(stage, "100.00 USD").await;
        assert_eq!(tell(stage, &payment, "captured", less("40.00 USD")).await["result"], "queried");
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00 0.00 0.00");
        for _ in 0..2 {
            let query = sent(stage, &payment, "query").await;
            let total = json!({ "outcome": "captured", "captured": "40.00 USD" });
            let after = answer(stage, &query, total).await;
            assert_eq!((figures(&after).as_str(), books(stage).await), ("charged_back 100.00 0.00 60.00 0.00", [4_000, 0, 0]), "{after}");
            order(stage, "sync", &payment, json!({})).await;
        }
        let query = sent(stage, &payment, "query").await;
        answer(stage, &query, json!({ "outcome": "captured", "captured": "40.00 USD" })).await;
        // a refund of ours, or what a bank has taken, explains it
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "refund", &payment, json!({ "amount": "40.00 USD" })).await;
        let job = sent(stage, &payment, "refund").await;
        answer(stage, &job, json!({ "outcome": "refunded", "amount": "40.00 USD" })).await;
        assert_eq!(tell(stage, &payment, "captured", less("60.00 USD")).await["result"], "ignored");
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 40.00 0.00 0.00");
        let payment = paid(stage, "100.00 USD").await;
        let case = json!({ "case": "c-1", "amount": "40.00 USD" });
        order(stage, "chargeback", &payment, case).await;
        assert_eq!(tell(stage, &payment, "captured", less("60.00 USD")).await["result"], "ignored");
        assert_eq!(figures(&get(stage, &payment).await), "charged_back 100.00 0.00 40.00 0.00");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "there is nothing to ask");
        // a gateway that cannot be asked is believed
        let payment = paid(stage, "100.00 USD").await;
        set_gateway(stage, CARD, json!({ "abilities": ["partial_refund"] })).await;
        assert_eq!(tell(stage, &payment, "captured", less("90.00 USD")).await["result"], "applied");
        assert_eq!(figures(&get(stage, &payment).await), "charged_back 100.00 0.00 10.00 0.00");
    }

    /// The total came before its case, and the payee bore the same money twice.
    async fn a_lower_total_and_its_case_are_one(stage) {
        let payment = paid(stage, "100.00 USD").await;
        tell(stage, &payment, "captured", json!({ "captured": "60.00 USD" })).await;
        let query = sent(stage, &payment, "query").await;
        answer(stage, &query, json!({ "outcome": "captured", "captured": "60.00 USD" })).await;
        assert_eq!(books(stage).await, [6_000, 0, 0]);
        order(stage, "chargeback", &payment, json!({ "case": "c-1", "amount": "40.00 USD" })).await;
        let taken = get(stage, &payment).await;
        assert_eq!((figures(&taken).as_str(), books(stage).await), ("charged_back 100.00 0.00 40.00 0.00", [6_000, 0, 0]));
        order(stage, "chargeback", &payment, json!({ "case": "c-1", "phase": "won" })).await;
        let back = get(stage, &payment).await;
        assert_eq!((figures(&back).as_str(), books(stage).await), ("captured 100.00 0.00 0.00 0.00", [10_000, 0, 0]));
        stage.verify().await;
    }

    /// The answer was given before the bank gave the money back, and took it once more.
    async fn an_answer_that_is_older_than_a_won_case_takes_nothing(stage) {
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "chargeback", &payment, json!({ "case": "c-1", "amount": "40.00 USD" })).await;
        order(stage, "sync", &payment, json!({})).await;
        let query = sent(stage, &payment, "query").await;
        order(stage, "chargeback", &payment, json!({ "case": "c-1", "phase": "won" })).await;
        answer(stage, &query, json!({ "outcome": "captured", "captured": "60.00 USD" })).await;
        let query = sent(stage, &payment, "query").await;
        answer(stage, &query, json!({ "outcome": "captured", "captured": "100.00 USD" })).await;
        let after = get(stage, &payment).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("captured 100.00 0.00 0.00 0.00", [10_000, 0, 0]));
        stage.verify().await;
    }

    /// A gateway's reference belongs to one payment.
    async fn a_reference_of_another_payment_does_not_match(stage) {
        let first = paid(stage, "100.00 USD").await;
        let other = confirmed(stage, json!({})).await;
        let job = sent(stage, &other, "authorize").await;
        let result = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": reference(&first) });
        let after = answer(stage, &job, result).await;
        assert_eq!(after["state"], "mismatched", "{after}");
        assert_eq!(figures(&get(stage, &first).await), "captured 100.00 0.00 0.00 0.00");
        assert_eq!(posted(stage, "shop").await, 10_000, "only the first one's money is there");
    }

    /// News under another reference is not the payment's: the payment keeps its own, and money there does
    /// not match.
    async fn another_reference_is_not_taken_over(stage) {
        let payment = paid(stage, "100.00 USD").await;
        for outcome in ["pending", "refused", "voided"] {
            let told = tell(stage, &payment, outcome, json!({ "reference": "ch-other" })).await;
            assert_eq!(told["result"], "ignored", "{outcome}: {told}");
        }
        let after = get(stage, &payment).await;
        assert_eq!((figures(&after).as_str(), &after["gateway_reference"]), ("captured 100.00 0.00 0.00 0.00", &json!(reference(&payment))));
        assert!(stage.event_types().await.contains(&"payment.other_reference".to_owned()));
        // so that it is there for the payment that has it
        let second = confirmed(stage, json!({})).await;
        let job = sent(stage, &second, "authorize").await;
        let after = answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD", "reference": "ch-other" })).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{after}");
        let more = json!({ "reference": "ch-more", "captured": "100.00 USD" });
        let told = tell(stage, &payment, "captured", more).await;
        assert_eq!((&told["result"], &told["payment"]["state"]), (&json!("mismatched"), &json!("mismatched")), "{told}");
        assert_eq!(told["payment"]["gateway_reference"], reference(&payment));
        assert_eq!(books(stage).await, [20_000, 0, 0]);
    }

    /// A further reference, which a later call is answered with, is the payment's too.
    async fn a_capture_may_have_an_id_of_its_own(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        answer(stage, &job, json!({ "outcome": "authorized", "reference": reference(&payment) })).await;
        let job = sent(stage, &payment, "capture").await;
        answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD", "reference": "cap-1" })).await;
        let again = json!({ "gateway": CARD, "event": "e-1", "reference": "cap-1", "outcome": "captured", "captured": "100.00 USD" });
        let again = stage.ok("payments.report", again).await;
        assert_eq!((&again["result"], &again["payment"]["id"]), (&json!("ignored"), &payment["id"]), "{again}");
        assert_eq!(again["payment"]["gateway_reference"], reference(&payment));
        assert!(stage.event_types().await.contains(&"payment.further_reference".to_owned()));
    }

    /// The call capture has no answer, and its gateway is asked.
    async fn a_capture_that_timed_out(stage) {
        let captured = json!({ "outcome": "captured", "captured": "100.00 USD" });
        let authorized = json!({ "outcome": "authorized", "authorized": "100.00 USD" });
        let nothing = json!({ "outcome": "nothing", "closed": true });
        for (round, told) in [captured, authorized, nothing].iter().enumerate() {
            let payment = confirmed(stage, json!({})).await;
            let job = sent(stage, &payment, "authorize").await;
            let before = posted(stage, "shop").await;
            let after = answer(stage, &job, json!({ "outcome": "authorized", "reference": reference(&payment) })).await;
            assert_eq!(after["state"], "capturing", "{after}");
            let job = sent(stage, &payment, "capture").await;
            let after = no_answer(stage, &job).await;
            assert_eq!((&after["state"], &after["doing"]["phase"]), (&json!("unknown"), &json!("unknown")), "{after}");
            let query = sent(stage, &payment, "query").await;
            assert_eq!((&query["payload"]["about"], &query["payload"]["about_key"]), (&json!("capture"), &job["key"]), "{query}");
            let mut after = answer(stage, &query, told.clone()).await;
            // what was not captured is captured by the same call, or by a question more
            for _ in 0..20 {
                if after["state"] == "captured" {
                    break;
                }
                assert_eq!(posted(stage, "shop").await, before, "{told}: {after}");
                pass(stage, "PT3M").await;
                for next in leases(stage, &[CARD], 10).await {
                    let is_query = next["payload"]["call"] == "query";
                    assert!(is_query || next["key"] == job["key"], "{told}: another call {next} after {job}");
                    let result = json!({ "outcome": "captured", "amount": "100.00 USD" });
                    after = answer(stage, &next, if is_query { told.clone() } else { result }).await;
                }
            }
            assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{told}: {after}");
            assert_eq!(posted(stage, "shop").await, before + 10_000, "round {round}: {told}");
        }
    }

    /// A hint that says nothing has the gateway asked, once.
    async fn a_hint_asks_the_gateway(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let hint = tell(stage, &payment, "pending", json!({})).await;
        assert_eq!(hint["result"], "queried", "{hint}");
        tell(stage, &payment, "pending", json!({})).await;
        let query = lease(stage, CARD).await;
        assert_eq!((&query["payload"]["call"], &query["payload"]["payment"]), (&json!("query"), &payment["id"]));
        let after = answer(stage, &query, json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "0.00 USD" })).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{after}");
        assert!(leases(stage, &[CARD], 10).await.is_empty());
    }

    /// Money that the gateway takes back by itself is a chargeback that is lost.
    async fn a_capture_that_is_undone(stage) {
        let payment = paid(stage, "100.00 USD").await;
        tell(stage, &payment, "refused", json!({ "captured": "0.00 USD" })).await;
        let after = get(stage, &payment).await;
        assert_eq!(figures(&after), "charged_back 100.00 0.00 100.00 0.00", "{after}");
        let chargeback = &after["chargebacks"][0];
        assert_eq!((&chargeback["case"], &chargeback["phase"]), (&json!("withdrawn"), &json!("lost")), "{after}");
        assert_eq!(books(stage).await, [0, 0, 0]);
        // a payment that was never confirmed has nothing to ask about
        let created = create(stage, json!({})).await;
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        assert_eq!(order(stage, "void", &created, json!({})).await["payment"]["state"], "voided");
    }
}
