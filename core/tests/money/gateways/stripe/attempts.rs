//! Each call authorize is an attempt with an intent of its own: what is told of one is nothing of another.

use super::double::Then;
use super::{figures, get, paid_with, pass, run};
use crate::support::{Stage, Value, json};

/// News of an intent, as a driver reads it from a webhook of Stripe's.
async fn heard(stage: &Stage, event: &str, intent: &Value) -> Value {
    let body = json!({ "id": event, "object": "event", "type": format!("payment_intent.{}", match intent["status"].as_str() {
        Some("succeeded") => "succeeded",
        _ => "canceled",
    }), "data": { "object": intent } });
    crate::webhooks::heard_of_stripe(stage, &body).await
}

/// A payment whose first confirmation found too many requests, while the second is out; and its first intent.
async fn tried_twice(stage: &Stage, double: &super::double::Double) -> (Value, Value) {
    let source =
        json!({ "id": "stripe", "scheme": "stripe", "gateway": "card", "secrets": [crate::webhooks::PLAIN] });
    stage.ok("webhooks.set_source", source).await;
    double.fault("confirm", false, Then::Status(429));
    let payment = paid_with(stage, "pm_card", json!({})).await;
    assert_eq!((&payment["state"], &payment["doing"]["phase"]), (&json!("authorizing"), &json!("queued")));
    let key = format!("{}:authorize:1", payment["id"].as_str().unwrap());
    let first = json!({ "id": "pi_1", "object": "payment_intent", "amount": 10_000, "currency": "usd", "created": 1,
        "amount_capturable": 0, "amount_received": 0, "status": "canceled", "cancellation_reason": "automatic",
        "latest_charge": null, "metadata": { "payment": payment["id"], "key": key } });
    (payment, first)
}

with_stripe! {
    /// The end of the first intent does not end the second try: that keeps its own reference, and its money
    /// its payee.
    async fn the_end_of_an_old_intent_ends_nothing(stage, double) {
        let (payment, first) = tried_twice(stage, double).await;
        assert_eq!(heard(stage, "evt_1", &first).await["result"], "ignored");
        pass(stage, "PT5M").await;
        let after = get(stage, &payment).await;
        assert_eq!((figures(&after).as_str(), &after["gateway_reference"]), ("captured 100.00 0.00", &json!("pi_2")));
        let tried: Vec<&Value> = after["attempts"].as_array().unwrap().iter().map(|one| &one["reference"]).collect();
        assert_eq!(tried, ["pi_1", "pi_2"]);
        assert_eq!(heard(stage, "evt_2", &first).await["result"], "ignored");
        assert_eq!((figures(&get(stage, &payment).await).as_str(), double.kept(&payment)), ("captured 100.00 0.00", 10_000));
    }

    /// The first intent was paid after all, by a client that had its secret: its money goes back to it.
    async fn late_money_goes_back_to_its_own_intent(stage, double) {
        let (payment, mut first) = tried_twice(stage, double).await;
        pass(stage, "PT5M").await;
        double.books(|books| books.pay("pi_1"));
        first["status"] = "succeeded".into();
        first["amount_received"] = 10_000.into();
        assert_eq!(heard(stage, "evt_1", &first).await["result"], "suspended");
        run(stage).await;
        let after = get(stage, &payment).await;
        assert_eq!((figures(&after).as_str(), &after["suspended"]["amount"]), ("captured 100.00 0.00", &json!("0.00")));
        assert_eq!(double.books(|books| [books.kept_of("pi_1"), books.kept_of("pi_2")]), [0, 10_000]);
    }

    /// Stripe does not search for merchants everywhere: what was lost is asked about by the id that is known,
    /// or by the key.
    async fn no_search_is_no_dead_end(stage, double) {
        double.books(|books| books.no_search = true);
        for (route, then) in [("confirm", Then::Cut), ("confirm", Then::Status(500)), ("create", Then::Cut)] {
            double.fault(route, true, then);
            let payment = paid_with(stage, "pm_card", json!({})).await;
            pass(stage, "PT3M").await;
            let after = get(stage, &payment).await;
            let end = if route == "create" { "failed 0.00 0.00" } else { "captured 100.00 0.00" };
            assert_eq!(figures(&after), end, "{route} {then:?}: {after}");
            assert_eq!(double.kept(&payment), if route == "create" { 0 } else { 10_000 }, "{route}");
        }
        assert_eq!(double.count("search"), 1, "what has an id is asked about by that");
    }
}
