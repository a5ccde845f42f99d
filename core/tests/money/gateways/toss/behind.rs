//! A gateway that saves failures under keys, answers questions from a copy that is behind, and has money
//! again that it had lost.

use super::{Fault, Held, Shop, Then};
use super::{figures, get, order, pass, run};
use crate::support::{Kind, Value, json};

impl Held {
    /// The payer has paid into the account.
    fn is_paid(&mut self) {
        (self.status, self.approved, self.charges) = ("DONE", true, 1);
    }

    /// The bank has undone that.
    fn is_undone(&mut self) {
        (self.status, self.approved, self.charges) = ("WAITING_FOR_DEPOSIT", false, 0);
    }
}

impl Shop {
    /// A failure that is saved under the key of the next cancel, which does nothing.
    fn saves_failure(&self, status: u16, code: &'static str) {
        let mut books = self.books.lock().unwrap();
        books.faults.push(Fault { route: "cancel", does: false, then: Then::Saved(status, code) });
    }

    fn keys_of(&self, route: &str) -> Vec<String> {
        let books = self.books.lock().unwrap();
        let of_route = books.seen.iter().filter_map(|seen| seen.strip_prefix(route)?.strip_prefix(' '));
        of_route.map(ToOwned::to_owned).collect()
    }

    /// Calls and questions, until so much time has passed.
    async fn goes_on(&self, payment: &Value, minutes: u32) -> Value {
        for _ in 0..minutes {
            pass(&self.stage, "PT1M").await;
        }
        get(&self.stage, payment).await
    }
}

with_toss! {
    /// A key that saved a failure answers it for fifteen days: what was surely not done is made under the
    /// next one, once, and as often as the gateway fails.
    async fn a_key_that_saved_a_failure_is_not_used_again(shop) {
        let payment = shop.pay("pk_card").await;
        shop.saves_failure(500, "FAILED_INTERNAL_SYSTEM_PROCESSING");
        order(&shop.stage, "refund", &payment, json!({ "amount": "3000 KRW" })).await;
        let after = shop.goes_on(&payment, 10).await;
        assert_eq!((figures(&after).as_str(), shop.kept("pk_card")), ("captured 15000 3000", 12_000), "{after}");
        let first = format!("{}:refund:1", payment["id"].as_str().unwrap());
        assert_eq!(shop.keys_of("cancel"), [first.clone(), first.clone(), format!("{first}:2")]);
        // what repeats takes none of the next ones: those are of keys of their own
        shop.saves_failure(500, "COMMON_ERROR");
        shop.saves_failure(400, "PROVIDER_ERROR");
        shop.saves_failure(400, "PROVIDER_ERROR");
        order(&shop.stage, "refund", &payment, json!({ "amount": "3000 KRW" })).await;
        let after = shop.goes_on(&payment, 30).await;
        assert_eq!((figures(&after).as_str(), shop.kept("pk_card")), ("captured 15000 6000", 9_000), "{after}");
        // it was done all the same: nothing goes back twice
        shop.fault("cancel", true, Then::Code(500, "COMMON_ERROR"));
        order(&shop.stage, "refund", &payment, json!({ "amount": "3000 KRW" })).await;
        let after = shop.goes_on(&payment, 30).await;
        assert_eq!((figures(&after).as_str(), shop.kept("pk_card")), ("captured 15000 9000", 6_000), "{after}");
        assert_eq!(shop.posted().await, "6000");
        // an account that is given up, too
        let payment = shop.pay("pk_account").await;
        shop.saves_failure(500, "COMMON_ERROR");
        order(&shop.stage, "void", &payment, json!({})).await;
        assert_eq!(shop.goes_on(&payment, 10).await["state"], "voided");
    }

    /// The question right after a hint was answered from a copy that was behind, and nobody asked again.
    async fn a_hint_is_asked_about_until_an_answer_shows_it(shop) {
        let payment = shop.pay("pk_account").await;
        let before = shop.count("payment");
        assert_eq!(shop.receive(&payment, "DONE").await, "queried");
        run(&shop.stage).await;
        assert_eq!(figures(&get(&shop.stage, &payment).await), "action_required 0 0");
        shop.happens("pk_account", Held::is_paid);
        let after = shop.goes_on(&payment, 1).await;
        assert_eq!((figures(&after).as_str(), shop.posted().await.as_str()), ("captured 15000 0", "15000"));
        assert_eq!(shop.count("payment"), before + 2);
        // what an answer shows is not asked about again
        shop.goes_on(&payment, 60).await;
        assert_eq!(shop.count("payment"), before + 2);
    }

    /// Anybody may send hints: one that is not true leads to a few questions, further and further apart.
    async fn a_hint_that_no_answer_shows_ends(shop) {
        let payment = shop.pay("pk_account").await;
        let before = shop.count("payment");
        assert_eq!(shop.receive(&payment, "DONE").await, "queried");
        run(&shop.stage).await;
        shop.goes_on(&payment, 240).await;
        let asked = shop.count("payment") - before;
        assert!((5..=8).contains(&asked), "{asked} questions");
        assert_eq!(figures(&get(&shop.stage, &payment).await), "action_required 0 0");
    }

    /// The bank undoes a deposit, and the payer pays again: the books have what the gateway has, each time.
    async fn money_that_comes_back_is_booked(shop) {
        let payment = shop.pay("pk_account").await;
        for round in 1..=2 {
            shop.happens("pk_account", Held::is_paid);
            shop.hint(&payment, "DONE").await;
            let after = get(&shop.stage, &payment).await;
            assert_eq!((figures(&after).as_str(), shop.posted().await.as_str()), ("captured 15000 0", "15000"), "{round}: {after}");
            shop.happens("pk_account", Held::is_undone);
            shop.hint(&payment, "WAITING_FOR_DEPOSIT").await;
            let after = get(&shop.stage, &payment).await;
            assert_eq!((&after["state"], shop.posted().await.as_str()), (&json!("charged_back"), "0"), "{round}: {after}");
        }
        shop.happens("pk_account", Held::is_paid);
        order(&shop.stage, "sync", &payment, json!({})).await;
        assert_eq!(figures(&get(&shop.stage, &payment).await), "captured 15000 0");
        // a refund of the console fails in part, later as a whole
        for (cancels, left) in [(vec![4_000, 3_000], "8000"), (vec![4_000], "11000"), (vec![1_000], "14000"), (vec![], "15000")] {
            shop.happens("pk_account", |held| held.cancels = cancels.clone());
            order(&shop.stage, "sync", &payment, json!({})).await;
            assert_eq!(shop.posted().await, left, "{cancels:?}");
        }
        assert_eq!(figures(&get(&shop.stage, &payment).await), "captured 15000 0");
    }
}
