//! Answers that are another payer's: a proxy or a cache has mixed them up. They are no answers.

use super::double::{Double, Then};
use super::{figures, get, held, order, paid_with, pass, posted};
use crate::support::{Stage, Value, json};

/// A payment of somebody else that Stripe has taken, and gave 25.00 USD of back.
async fn of_somebody(stage: &Stage) -> Value {
    let payment = paid_with(stage, "pm_card", json!({ "to": "bakery" })).await;
    order(stage, "refund", &payment, json!({ "amount": "25.00 USD" })).await
}

/// Stripe and the books keep the same of all payments.
async fn agrees(stage: &Stage, double: &Double, payments: &[&Value]) {
    let kept: i64 = payments.iter().map(|payment| double.kept(payment)).sum();
    let cents = |text: String| text.replace('.', "").parse::<i64>().unwrap();
    let booked = cents(posted(stage, "shop").await) + cents(posted(stage, "bakery").await);
    assert_eq!((kept, posted(stage, "@suspense").await.as_str()), (booked, "0.00"));
}

with_stripe! {
    /// A card that was declined is not paid by another payer's intent, created, confirmed or captured.
    async fn another_intent_is_no_answer_to_a_call(stage, double) {
        let other = of_somebody(stage).await;
        double.fault("confirm", true, Then::Of("pi_1"));
        let payment = paid_with(stage, "pm_declined", json!({})).await;
        assert_eq!(figures(&payment), "failed 0.00 0.00", "{payment}");
        // nobody confirms an intent that was not created by this call
        double.fault("create", false, Then::Of("pi_1"));
        let payment = paid_with(stage, "pm_card", json!({})).await;
        assert_eq!(payment["state"], "unknown");
        pass(stage, "PT3M").await;
        pass(stage, "PT3M").await;
        assert_eq!(figures(&get(stage, &payment).await), "failed 0.00 0.00");
        assert_eq!(double.count("confirm"), 2);
        for (call, route) in [("capture", "capture"), ("void", "cancel")] {
            let payment = held(stage).await;
            double.fault(route, false, Then::Of("pi_1"));
            let after = order(stage, call, &payment, json!({})).await;
            assert_eq!((&after["state"], figures(&after).as_str()), (&json!("unknown"), "unknown 0.00 0.00"));
            pass(stage, "PT3M").await;
            let after = get(stage, &payment).await;
            assert_eq!(after["state"], if call == "void" { "voided" } else { "captured" }, "{after}");
            agrees(stage, double, &[&other, &payment]).await;
            if call == "capture" {
                order(stage, "refund", &payment, json!({})).await;
            }
        }
    }

    /// A refund that was not made is not done by another payment's, nor by one of another intent in a list.
    async fn another_refund_is_no_answer(stage, double) {
        let other = of_somebody(stage).await;
        let payment = paid_with(stage, "pm_card", json!({})).await;
        double.fault("refund", false, Then::Of("re_1"));
        let after = order(stage, "refund", &payment, json!({ "amount": "25.00 USD" })).await;
        assert_eq!(after["refunds"][0]["state"], "unknown", "{after}");
        double.fault("refunds", false, Then::All);
        pass(stage, "PT3M").await;
        pass(stage, "PT3M").await;
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 25.00");
        assert_eq!((double.kept(&payment), double.count("refund")), (7_500, 3));
        agrees(stage, double, &[&other, &payment]).await;
    }

    /// An answer is believed about its own payment alone: totals of another one take nothing back.
    async fn another_intent_answers_no_question(stage, double) {
        let other = of_somebody(stage).await;
        let payment = paid_with(stage, "pm_card", json!({})).await;
        for then in [Then::Of("pi_1"), Then::Of("re_1")] {
            double.fault("read", true, then);
            let after = order(stage, "sync", &payment, json!({})).await;
            assert_eq!(figures(&after), "captured 100.00 0.00", "{then:?}: {after}");
            pass(stage, "PT10M").await;
        }
        double.fault("refunds", true, Then::All);
        order(stage, "sync", &payment, json!({})).await;
        pass(stage, "PT10M").await;
        let after = get(stage, &payment).await;
        assert_eq!((figures(&after).as_str(), &after["chargebacks"]), ("captured 100.00 0.00", &json!([])));
        agrees(stage, double, &[&other, &payment]).await;
    }
}
