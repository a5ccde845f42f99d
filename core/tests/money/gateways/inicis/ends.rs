//! Work that would go on for ever, and ends: refunds of money that is not there, accounts that nobody was
//! told of, and tokens that were used before.

use super::super::{figures, get, order};
use super::{Shop, Then, not_processed, on_pc};
use crate::support::{Kind, Value, json};

with_inicis! {
    /// An approval with a token that was used before is undone: the code says nothing of the money.
    async fn an_approval_that_was_sent_before_is_undone(shop) {
        for does in [true, false] {
            let before = shop.count("netCancel");
            shop.fault("payAuth", does, Then::Code("R201"));
            let payment = shop.pay("card", on_pc).await;
            assert!(not_processed(&payment), "{does}: {payment}");
            assert_eq!((shop.kept(&payment), shop.count("netCancel") - before), (0, 1), "{does}");
        }
    }

    /// A refund of money that others gave back at the gateway ends refused, and the books learn of what is
    /// gone.
    async fn a_refund_of_what_is_not_left_ends(shop) {
        // 6,000 of ours, 4,000 of others: of the 9,000 that the books have, 5,000 are left
        for ours in [None, Some(json!({ "amount": "6000 KRW" }))] {
            let payment = shop.pay("card", on_pc).await;
            if let Some(amount) = &ours {
                order(&shop.stage, "refund", &payment, amount.clone()).await;
            }
            shop.give_back(&payment, 4_000);
            order(&shop.stage, "refund", &payment, json!({})).await;
            let after = shop.settled(&payment).await;
            let last = &after["refunds"].as_array().unwrap().last().unwrap()["state"];
            assert_eq!((last, &after["doing"]), (&json!("refused"), &Value::Null), "{after}");
            assert_eq!(after["charged_back"]["amount"], "4000", "{after}");
            assert_eq!(shop.kept(&payment), if ours.is_some() { 5_000 } else { 11_000 });
        }
        assert_eq!(shop.posted().await, "16000");
    }

    /// An account whose number was lost with its answer is closed, and the payment is over.
    async fn an_account_that_nobody_was_told_is_closed(shop) {
        shop.fault("payAuth", true, Then::Cut);
        shop.fault("netCancel", false, Then::Cut);
        let payment = shop.pay("account", on_pc).await;
        let payment = shop.settled(&payment).await;
        assert!(not_processed(&payment), "{payment}");
        assert_eq!((shop.count("refund"), shop.kept(&payment)), (1, 0));
        // a deposit that was quicker is one
        shop.fault("payAuth", true, Then::Cut);
        shop.fault("netCancel", false, Then::Cut);
        shop.fault("inquiry", false, Then::Cut);
        let payment = shop.pay("account", on_pc).await;
        shop.deposit(&payment, "DEPOSIT_COMPLETED");
        let payment = shop.settled(&payment).await;
        assert_eq!((figures(&payment).as_str(), shop.posted().await.as_str()), ("captured 15000 0", "15000"));
    }

    /// An approval takes all of it: there is nothing of which a part could be captured, and nothing is held
    /// back from the payer afterwards.
    async fn nothing_is_held_that_is_not_taken(shop) {
        let manual = json!({ "amount": "15000 KRW", "to": "shop", "gateway": "inicis", "capture": "manual" });
        shop.stage.no("payments.create", manual, "not_supported").await;
        let payment = shop.pay("card", on_pc).await;
        assert_eq!(shop.kept(&payment), 15_000, "all that is approved is taken");
        let part = json!({ "payment": payment["id"], "amount": "6000 KRW" });
        shop.stage.no("payments.capture", part, "transition_not_allowed").await;
        shop.stage.no("payments.void", json!({ "payment": payment["id"] }), "transition_not_allowed").await;
        assert_eq!(figures(&get(&shop.stage, &payment).await), "captured 15000 0");
        assert_eq!((shop.count("payAuth"), shop.posted().await.as_str()), (1, "15000"));
    }
}
