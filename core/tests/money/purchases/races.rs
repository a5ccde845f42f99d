//! Many buyers at once: the last piece is sold once, limits hold, and no unit is ever lost from sight.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use earnest::{Engine, Error};
use tokio::task::JoinHandle;

use super::{CARD, asked, close_others, engines, insist, order, posted, set_offer, set_promo, units};
use crate::support::{Stage, Value, all_at_once, json, soak, tally};

/// Calls at once, spread over engines that share the store.
async fn storm(banks: &[Engine], calls: Vec<(&'static str, Value)>) -> Vec<Result<Value, Error>> {
    let calls = calls.into_iter().enumerate().map(|(n, (name, args))| {
        let bank = banks[n % banks.len()].clone();
        async move { insist(&bank, name, args).await }
    });
    all_at_once(calls.collect::<Vec<_>>().into_iter()).await
}

/// Somebody who looks at an offer all the time: stock is what is held, sold and available at every look.
struct Watch {
    stop: Arc<AtomicBool>,
    task: JoinHandle<u32>,
}

impl Watch {
    fn begin(bank: &Engine) -> Self {
        let (stop, bank) = (Arc::new(AtomicBool::new(false)), bank.clone());
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let mut looks = 0;
            while !stopped.load(Ordering::SeqCst) || looks == 0 {
                let offer = insist(&bank, "purchases.get_offer", json!({ "offer": "mug" })).await.unwrap();
                let part = |name: &str| offer[name].as_i64().unwrap();
                let parts = part("held") + part("sold") + part("available");
                assert_eq!(parts, part("stock"), "look {looks}: {offer}");
                looks += 1;
                // a look in memory waits for nothing: without this, what it wakes on its thread may never run
                tokio::task::yield_now().await;
            }
            looks
        });
        Self { stop, task }
    }

    async fn end(self) {
        self.stop.store(true, Ordering::SeqCst);
        println!("{} looks", self.task.await.unwrap());
    }
}

/// So many buyers with money.
async fn buyers(stage: &Stage, count: u32) -> Vec<String> {
    let names: Vec<String> = (0..count).map(|n| format!("b-{n}")).collect();
    let top_ups = names.iter().map(|name| {
        json!({ "op": "ledger.top_up", "args": { "account": name, "amount": "100.00 USD", "key": format!("fund-{name}") } })
    });
    stage.ok("ledger.batch", json!({ "ops": top_ups.collect::<Vec<_>>(), "atomic": true })).await;
    names
}

with_a_shop! {
    /// 200 callers for the last piece, and 1,000 in `make soak`: one has it, and the others are told that
    /// there is none.
    async fn soak_the_last_piece_is_sold_once(stage) {
        set_offer(stage, json!({ "stock": 1 })).await;
        let (names, banks) = (buyers(stage, soak::rounds(200, 1_000)).await, engines(stage).await);
        let watch = Watch::begin(&stage.bank);
        let calls = names.iter().enumerate().map(|(n, name)| {
            let args = asked(&json!({ "buyer": name, "key": format!("buy-{n}") }));
            (if n % 2 == 0 { "purchases.buy" } else { "purchases.reserve" }, args)
        });
        let outcomes = storm(&banks, calls.collect()).await;
        watch.end().await;
        assert_eq!(tally(&outcomes), [("ok", 1), ("out_of_stock", names.len() - 1)].into());
        let winner = outcomes.iter().find_map(|outcome| outcome.as_ref().ok()).unwrap();
        let sold = winner["purchase"]["state"] == "completed";
        assert_eq!(units(stage, "mug").await, if sold { "0 1 0" } else { "1 0 0" });
        close_others(banks).await;
    }

    /// The same through a gateway that refuses the first two of three cards: whose card was refused gives the
    /// piece up, and the others come again.
    async fn soak_the_last_piece_through_a_gateway_is_sold_once(stage) {
        set_offer(stage, json!({ "stock": 1 })).await;
        let (count, banks) = (soak::rounds(200, 1_000), engines(stage).await);
        let watch = Watch::begin(&stage.bank);
        for round in 0..4 {
            let calls = (0..count).map(|n| {
                let card = json!({ "buyer": format!("b-{n}"), "with": "gateway", "gateway": CARD, "token": "pm-1",
                    "key": format!("buy-{round}-{n}") });
                ("purchases.buy", asked(&card))
            });
            let outcomes = storm(&banks, calls.collect()).await;
            if round == 3 {
                assert_eq!(tally(&outcomes), [("out_of_stock", count as usize)].into());
                break;
            }
            assert_eq!(tally(&outcomes), [("ok", 1), ("out_of_stock", count as usize - 1)].into());
            let purchase = &outcomes.iter().find_map(|outcome| outcome.as_ref().ok()).unwrap()["purchase"];
            let jobs = json!({ "kinds": ["gateway.card"], "limit": 10, "for": "PT1M" });
            let leased = stage.ok("jobs.lease", jobs).await;
            let [job] = &leased["jobs"].as_array().unwrap()[..] else { panic!("one call: {leased}") };
            let result = if round < 2 {
                json!({ "outcome": "refused", "failure": { "code": "declined", "retry": "other_method" } })
            } else {
                json!({ "outcome": "captured", "amount": purchase["total"], "reference": "ch-1" })
            };
            let report = json!({ "job": job["id"], "fence": job["fence"], "result": result });
            stage.ok("jobs.complete", report).await;
            if round < 2 {
                order(stage, "cancel", purchase, json!({})).await;
            }
        }
        watch.end().await;
        assert_eq!(units(stage, "mug").await, "0 1 0");
        assert_eq!(posted(stage, "shop", "USD").await, "10.00");
        close_others(banks).await;
    }

    /// Units that are held and given up are held again: none is lost between hands, and none is twice
    /// there.
    async fn units_go_from_hand_to_hand(stage) {
        set_offer(stage, json!({ "stock": 5 })).await;
        let banks = engines(stage).await;
        let watch = Watch::begin(&stage.bank);
        let rounds = (0..20).map(|worker| {
            let bank = banks[worker % banks.len()].clone();
            async move {
                for round in 0..5 {
                    let key = format!("hand-{worker}-{round}");
                    let args = json!({ "offer": "mug", "buyer": format!("b-{worker}"), "key": key });
                    match insist(&bank, "purchases.reserve", args).await {
                        Ok(reply) => {
                            let cancel = json!({ "purchase": reply["purchase"]["id"] });
                            insist(&bank, "purchases.cancel", cancel).await.unwrap();
                        }
                        Err(error) => assert_eq!(error.code().as_str(), "out_of_stock", "{error}"),
                    }
                }
            }
        });
        all_at_once(rounds.collect::<Vec<_>>().into_iter()).await;
        watch.end().await;
        assert_eq!(units(stage, "mug").await, "0 0 5");
        close_others(banks).await;
    }

    /// A promo with 10 uses gives 10, whoever asks at once.
    async fn a_promo_with_ten_uses_gives_ten(stage) {
        set_offer(stage, json!({})).await;
        set_promo(stage, json!({ "limit": 10 })).await;
        let banks = engines(stage).await;
        let calls = (0..60).map(|n| {
            let args = json!({ "offer": "mug", "buyer": format!("b-{n}"), "promo": "SPRING", "key": format!("p-{n}") });
            ("purchases.reserve", args)
        });
        let outcomes = storm(&banks, calls.collect()).await;
        assert_eq!(tally(&outcomes), [("ok", 10), ("promo_not_applicable", 50)].into());
        let page = stage.ok("purchases.promos", json!({})).await;
        assert_eq!(page["items"][0]["used"], 10, "{page}");
        close_others(banks).await;
    }

    /// One buyer with many windows open has as many as one buyer may, and uses a promo as often as he may.
    async fn the_limit_of_a_buyer_holds_at_once(stage) {
        set_offer(stage, json!({ "per_user_limit": 3 })).await;
        set_promo(stage, json!({ "per_user_limit": 2 })).await;
        let banks = engines(stage).await;
        let calls = (0..40).map(|n| ("purchases.buy", asked(&json!({ "key": format!("l-{n}") }))));
        let outcomes = storm(&banks, calls.collect()).await;
        assert_eq!(tally(&outcomes), [("ok", 3), ("purchase_limit_exceeded", 37)].into());
        let calls = (0..40).map(|n| {
            let args = json!({ "offer": "mug", "buyer": "bob", "promo": "SPRING", "key": format!("m-{n}") });
            ("purchases.reserve", args)
        });
        let outcomes = storm(&banks, calls.collect()).await;
        // the third unit may be bought without the promo
        assert_eq!(tally(&outcomes), [("ok", 2), ("promo_not_applicable", 38)].into());
        close_others(banks).await;
    }
}
