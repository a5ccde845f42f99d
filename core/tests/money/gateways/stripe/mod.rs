//! The driver of Stripe, in whole payments against a double that keeps books, and beside Stripe's own
//! description of its API.

/// Makes one test per store of each scenario, as `every_store!` does, with a double of Stripe and a gateway
/// `card` that is reached there.
macro_rules! with_stripe {
    ($($(#[doc = $doc:literal])* async fn $name:ident($stage:ident, $double:ident) $body:block)*) => {$(
        $(#[doc = $doc])*
        mod $name {
            #[allow(unused_imports, reason = "a scenario uses what it needs of its file")]
            use super::*;

            async fn scenario($stage: &$crate::support::Stage, $double: &$crate::gateways::stripe::double::Double) $body

            async fn on(kind: $crate::support::Kind) {
                let (stage, double) = $crate::gateways::stripe::staged(kind).await;
                scenario(&stage, &double).await;
                stage.finish().await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn memory() {
                on($crate::support::Kind::Memory).await;
            }

            #[cfg(feature = "sqlite")]
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                on($crate::support::Kind::Sqlite).await;
            }

            #[cfg(feature = "postgres")]
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                on($crate::support::Kind::Postgres).await;
            }
        }
    )*};
}

mod attempts;
#[allow(dead_code, reason = "the simulation of gateways uses the rest")]
mod double;
mod mock;
mod whose;

use std::time::Duration;

use earnest::keyring::Keyring;
use earnest::{Drive, Options};

use self::double::{Double, KEY, Then};
use super::{figures, get, order, paid_with, pass, posted, run};
use crate::support::{Kind, Stage, Value, json, options};

/// How long the driver waits for an answer: a hang costs a test so much.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a gateway on this machine is reached.
fn drive(url: &str) -> Drive {
    let drive = Drive::new().at(url).unwrap().allow_http(true).allow_private(true);
    drive.timeouts(Duration::from_secs(60), PATIENCE)
}

/// Options of an engine whose gateway `card` is there.
fn driven(options: Options, url: &str) -> Options {
    options.keyring(Keyring::for_tests()).gateway("card", drive(url))
}

async fn staged(kind: Kind) -> (Stage, Double) {
    let options = options();
    let double = Double::start(options.env.clock.clone()).await;
    let stage = Stage::with(kind, driven(options, double.url())).await;
    set_gateway(&stage, KEY).await;
    (stage, double)
}

async fn set_gateway(stage: &Stage, key: &str) {
    let config = json!({ "publishable_key": "pk_test_1" });
    let gateway =
        json!({ "id": "card", "driver": "stripe", "config": config, "secrets": { "secret_key": key } });
    stage.ok("payments.set_gateway", gateway).await;
}

/// A payment that the gateway holds for us.
async fn held(stage: &Stage) -> Value {
    let payment = paid_with(stage, "pm_card", json!({ "capture": "manual" })).await;
    assert_eq!(payment["state"], "authorized", "{payment}");
    payment
}

with_stripe! {
    async fn a_charge_at_once(stage, double) {
        let payment = paid_with(stage, "pm_card", json!({})).await;
        assert_eq!(figures(&payment), "captured 100.00 0.00");
        assert_eq!((&payment["gateway_reference"], &payment["doing"]), (&json!("pi_1"), &Value::Null));
        assert_eq!((double.kept(&payment), posted(stage, "shop").await.as_str()), (10_000, "100.00"));
        let id = payment["id"].as_str().unwrap();
        let keys = [format!("create {id}:authorize:1"), format!("confirm {id}:authorize:1:confirm")];
        assert_eq!(double.books(|books| books.seen.clone()), keys);
    }

    async fn authorized_first_and_a_part_captured_later(stage, double) {
        let payment = held(stage).await;
        assert_eq!(payment["authorized"]["amount"], "100.00");
        assert_eq!(double.kept(&payment), 0);
        let payment = order(stage, "capture", &payment, json!({ "amount": "60.00 USD" })).await;
        assert_eq!(figures(&payment), "captured 60.00 0.00");
        assert_eq!((double.kept(&payment), posted(stage, "shop").await.as_str()), (6_000, "60.00"));
    }

    /// Stripe lets go of what is not captured, and lists that as a refund: it is none, whoever asks and
    /// however often, and nothing is left to capture or to let go of.
    async fn what_is_not_captured_is_let_go_of(stage, double) {
        let payment = held(stage).await;
        assert_eq!(double.reserved(&payment), 10_000);
        let mut payment = order(stage, "capture", &payment, json!({ "amount": "30.00 USD" })).await;
        for _ in 0..2 {
            assert_eq!((figures(&payment).as_str(), double.reserved(&payment)), ("captured 30.00 0.00", 0));
            assert_eq!((&payment["authorized"]["amount"], &payment["charged_back"]["amount"]), (&json!("100.00"), &json!("0.00")));
            assert_eq!((double.kept(&payment), posted(stage, "shop").await.as_str()), (3_000, "30.00"));
            payment = order(stage, "sync", &payment, json!({})).await;
        }
        assert_eq!(double.count("refunds"), 2, "it was asked");
        let again = json!({ "payment": payment["id"], "amount": "70.00 USD" });
        stage.no("payments.capture", again, "transition_not_allowed").await;
        stage.no("payments.void", json!({ "payment": payment["id"] }), "transition_not_allowed").await;
        assert_eq!((double.count("capture"), double.count("cancel")), (1, 0));
        // a refund that did not arrive is not taken for what was let go of, nor for one too many
        double.fault("refund", false, Then::Cut);
        order(stage, "refund", &payment, json!({ "amount": "10.00 USD" })).await;
        pass(stage, "PT3M").await;
        assert_eq!(figures(&get(stage, &payment).await), "captured 30.00 10.00");
        let payment = order(stage, "refund", &payment, json!({})).await;
        assert_eq!((figures(&payment).as_str(), double.kept(&payment)), ("refunded 30.00 30.00", 0));
        // the answer to a capture of a part is lost
        let payment = held(stage).await;
        double.fault("capture", true, Then::Cut);
        let payment = order(stage, "capture", &payment, json!({ "amount": "60.00 USD" })).await;
        assert_eq!((figures(&payment).as_str(), double.reserved(&payment)), ("captured 60.00 0.00", 0));
        assert_eq!((double.kept(&payment), posted(stage, "shop").await.as_str()), (6_000, "60.00"));
    }

    async fn authorized_and_let_go(stage, double) {
        let payment = held(stage).await;
        let payment = order(stage, "void", &payment, json!({})).await;
        assert_eq!((&payment["state"], double.statuses(&payment)), (&json!("voided"), vec!["canceled"]));
    }

    async fn the_payer_must_act_and_does(stage, double) {
        let payment = paid_with(stage, "pm_3ds", json!({})).await;
        assert_eq!(payment["state"], "action_required");
        let action = json!({ "type": "use_stripe_sdk", "client_secret": "pi_1_secret_1" });
        assert_eq!(payment["action"], action);
        // before that nothing is new
        let payment = order(stage, "sync", &payment, json!({})).await;
        assert_eq!(payment["state"], "action_required");
        double.act(&payment);
        let news = json!({ "gateway": "card", "event": "evt_1", "reference": "pi_1", "outcome": "captured",
            "captured": "100.00 USD" });
        assert_eq!(stage.ok("payments.report", news).await["result"], "applied");
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00");
        assert_eq!(double.kept(&payment), 10_000);
    }

    async fn the_payer_acts_and_the_gateway_is_asked(stage, double) {
        let payment = paid_with(stage, "pm_3ds", json!({})).await;
        double.act(&payment);
        let payment = order(stage, "sync", &payment, json!({})).await;
        assert_eq!(figures(&payment), "captured 100.00 0.00");
    }

    async fn the_payer_does_not_act(stage, double) {
        let payment = paid_with(stage, "pm_3ds", json!({})).await;
        pass(stage, "PT31M").await;
        run(stage).await;
        let state = get(stage, &payment).await["state"].clone();
        assert!(state == "voided" || state == "expired", "{state}");
        assert_eq!(double.statuses(&payment), ["canceled"]);
    }

    async fn a_decline_says_why(stage, double) {
        let payment = paid_with(stage, "pm_declined", json!({})).await;
        assert_eq!(payment["state"], "failed");
        let failure = json!({ "code": "insufficient_funds", "gateway_code": "insufficient_funds", "retry": "other_method" });
        assert_eq!(payment["failure"], failure);
        assert_eq!((double.kept(&payment), posted(stage, "shop").await.as_str()), (0, "0.00"));
    }

    async fn a_payment_that_takes_its_time_is_asked_about(stage, double) {
        let payment = paid_with(stage, "pm_slow", json!({})).await;
        assert_eq!((&payment["state"], &payment["doing"]["phase"]), (&json!("authorizing"), &json!("accepted")));
        pass(stage, "PT1M").await;
        assert_eq!(get(stage, &payment).await["state"], "authorizing");
        assert!(double.count("read") > 0);
    }

    async fn refunds_in_parts_and_one_that_comes_back(stage, double) {
        let payment = paid_with(stage, "pm_card", json!({})).await;
        for left in [7_000, 4_000] {
            let payment = order(stage, "refund", &payment, json!({ "amount": "30.00 USD" })).await;
            assert_eq!(double.kept(&payment), left);
        }
        let payment = get(stage, &payment).await;
        assert_eq!(figures(&payment), "captured 100.00 60.00");
        let refund = &payment["refunds"][1];
        assert_eq!((&refund["state"], &refund["reference"]), (&json!("done"), &json!("re_2")));
        let failed = json!({ "gateway": "card", "event": "evt_1", "payment": payment["id"],
            "outcome": "refund_failed", "refund": refund["id"] });
        assert_eq!(stage.ok("payments.report", failed).await["result"], "applied");
        let payment = get(stage, &payment).await;
        assert_eq!((figures(&payment).as_str(), &payment["refunds"][1]["state"]), ("captured 100.00 30.00", &json!("returned")));
        assert_eq!(posted(stage, "shop").await, "70.00");
    }

    async fn a_refund_that_takes_its_time(stage, double) {
        let payment = paid_with(stage, "pm_card", json!({})).await;
        double.books(|books| books.slow_refunds = true);
        let payment = order(stage, "refund", &payment, json!({})).await;
        assert_eq!((&payment["refunds"][0]["state"], &payment["doing"]["phase"]), (&json!("sent"), &json!("accepted")));
        pass(stage, "PT1M").await;
        assert_eq!(get(stage, &payment).await["refunds"][0]["state"], "sent");
        double.refunds_arrive();
        pass(stage, "PT10M").await;
        assert_eq!(figures(&get(stage, &payment).await), "refunded 100.00 100.00");
    }

    /// Whatever becomes of the answer to a confirmation that was carried out, the gateway is asked, and the
    /// payer is charged once.
    async fn confirmed_and_not_heard(stage, double) {
        let all = [Then::Cut, Then::CutShort, Then::Garbage, Then::Html, Then::Huge, Then::Status(500), Then::Status(503), Then::Hang];
        for (place, then) in all.into_iter().enumerate() {
            double.books(|books| books.searchable = place % 2 == 0);
            double.fault("confirm", true, then);
            let payment = paid_with(stage, "pm_card", json!({})).await;
            assert_eq!(figures(&payment), "captured 100.00 0.00", "{then:?}");
            assert_eq!(double.kept(&payment), 10_000, "{then:?}");
        }
        assert_eq!(posted(stage, "shop").await, "800.00");
        assert_eq!(double.count("confirm"), all.len());
    }

    /// A confirmation that never arrived: what was created is closed, and then the payment is over.
    async fn created_and_never_confirmed(stage, double) {
        for (route, does, then) in [
            ("confirm", false, Then::Cut),
            ("confirm", false, Then::Status(409)),
            ("create", true, Then::Cut),
            ("create", false, Then::Hang),
        ] {
            double.fault(route, does, then);
            let payment = paid_with(stage, "pm_card", json!({})).await;
            assert_eq!(payment["state"], "unknown", "{route} {then:?}");
            pass(stage, "PT3M").await;
            let payment = get(stage, &payment).await;
            let code = &payment["failure"]["code"];
            assert_eq!((&payment["state"], code), (&json!("failed"), &json!("not_processed")), "{route} {then:?}");
            assert_eq!((double.statuses(&payment), double.kept(&payment)), (vec!["canceled"], 0), "{route} {then:?}");
        }
        assert_eq!(posted(stage, "shop").await, "0.00");
    }

    /// The gateway repeats a failure that it saved under the key: nobody knows an intent to confirm.
    async fn a_creation_whose_failure_is_saved(stage, double) {
        double.fault("create", true, Then::Status(500));
        let payment = paid_with(stage, "pm_card", json!({})).await;
        assert_eq!((&payment["state"], &payment["failure"]["code"]), (&json!("failed"), &json!("not_processed")));
        assert_eq!((double.count("create"), double.count("confirm"), double.kept(&payment)), (2, 0, 0));
    }

    async fn a_capture_without_an_answer(stage, double) {
        for (does, then) in [(true, Then::Cut), (true, Then::Status(500)), (false, Then::Cut)] {
            let payment = held(stage).await;
            double.fault("capture", does, then);
            let mut payment = order(stage, "capture", &payment, json!({})).await;
            if !does {
                // it says that it still holds the money: believed after a while, and sent again under its key
                assert_eq!(payment["state"], "unknown");
                pass(stage, "PT3M").await;
                payment = get(stage, &payment).await;
            }
            assert_eq!(figures(&payment), "captured 100.00 0.00", "{does} {then:?}");
            assert_eq!(double.kept(&payment), 10_000);
        }
    }

    async fn a_void_without_an_answer(stage, double) {
        let payment = held(stage).await;
        double.fault("cancel", true, Then::Cut);
        let payment = order(stage, "void", &payment, json!({})).await;
        assert_eq!((&payment["state"], double.statuses(&payment)), (&json!("voided"), vec!["canceled"]));
    }

    async fn a_refund_without_an_answer(stage, double) {
        for (does, then) in [(true, Then::Cut), (true, Then::Status(500)), (false, Then::Cut)] {
            let payment = paid_with(stage, "pm_card", json!({})).await;
            double.fault("refund", does, then);
            let mut payment = order(stage, "refund", &payment, json!({ "amount": "25.00 USD" })).await;
            if !does {
                assert_eq!(payment["refunds"][0]["state"], "unknown");
                pass(stage, "PT3M").await;
                payment = get(stage, &payment).await;
            }
            assert_eq!(figures(&payment), "captured 100.00 25.00", "{does} {then:?}");
            assert_eq!(double.kept(&payment), 7_500, "{does} {then:?}");
        }
    }

    /// A key that repeats a failure that is saved does nothing any more: what was surely not done is done
    /// under another one, once.
    async fn a_call_whose_failure_is_saved(stage, double) {
        for does in [false, true] {
            let payment = held(stage).await;
            double.fault("capture", does, Then::Status(500));
            order(stage, "capture", &payment, json!({})).await;
            pass(stage, "PT3M").await;
            assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00", "{does}");
            double.fault("refund", does, Then::Status(500));
            order(stage, "refund", &payment, json!({ "amount": "25.00 USD" })).await;
            pass(stage, "PT3M").await;
            assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 25.00", "{does}");
            assert_eq!(double.kept(&payment), 7_500, "{does}");
            let payment = held(stage).await;
            double.fault("cancel", does, Then::Status(500));
            order(stage, "void", &payment, json!({})).await;
            pass(stage, "PT3M").await;
            let after = get(stage, &payment).await;
            assert_eq!((&after["state"], double.statuses(&payment)), (&json!("voided"), vec!["canceled"]));
        }
        // as often as the gateway fails
        let payment = paid_with(stage, "pm_card", json!({})).await;
        for _ in 0..3 {
            double.fault("refund", false, Then::Status(500));
        }
        order(stage, "refund", &payment, json!({ "amount": "25.00 USD" })).await;
        for _ in 0..9 {
            pass(stage, "PT3M").await;
        }
        assert_eq!((figures(&get(stage, &payment).await).as_str(), double.kept(&payment)), ("captured 100.00 25.00", 7_500));
        let again = format!("refund {}:refund:1:2", payment["id"].as_str().unwrap());
        assert!(double.books(|books| books.seen.contains(&again)), "the key is one of the call's");
    }

    /// Too many requests, and a key that may not: nothing was done, and the call is made later.
    async fn what_was_not_worked_on_is_sent_later(stage, double) {
        for (route, status) in [("create", 429), ("confirm", 429), ("create", 403)] {
            double.fault(route, false, Then::Status(status));
            let payment = paid_with(stage, "pm_card", json!({})).await;
            assert_eq!((&payment["state"], &payment["doing"]["phase"]), (&json!("authorizing"), &json!("queued")));
            pass(stage, "PT5M").await;
            assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00", "{route} {status}");
            assert_eq!(double.kept(&payment), 10_000);
        }
    }

    async fn a_wrong_key_is_mended(stage, double) {
        set_gateway(stage, "sk_test_wrong").await;
        let payment = paid_with(stage, "pm_card", json!({})).await;
        assert_eq!(payment["state"], "authorizing");
        set_gateway(stage, KEY).await;
        pass(stage, "PT5M").await;
        assert_eq!((figures(&get(stage, &payment).await).as_str(), double.kept(&payment)), ("captured 100.00 0.00", 10_000));
    }

    async fn an_answer_that_comes_late_is_an_answer(stage, double) {
        double.fault("confirm", true, Then::Late(300));
        let payment = paid_with(stage, "pm_card", json!({})).await;
        assert_eq!((figures(&payment).as_str(), double.count("read")), ("captured 100.00 0.00", 0));
    }

    /// The settings are those that there were when the payment began, and the widget gets no secret.
    async fn a_widget_gets_what_it_needs(stage, double) {
        let args = json!({ "amount": "12.50 USD", "to": "shop", "gateway": "card", "payer": "paul" });
        let payment = stage.ok("payments.create", args).await["payment"].clone();
        let config = json!({ "publishable_key": "pk_test_2" });
        let changed = json!({ "id": "card", "driver": "stripe", "config": config });
        stage.ok("payments.set_gateway", changed).await;
        let asked = json!({ "payment": payment["id"], "actor": "paul" });
        let before = stage.state().await;
        let form = stage.ok("payments.checkout", asked.clone()).await;
        let fields = json!({ "publishable_key": "pk_test_1", "mode": "payment", "amount": 1_250, "currency": "usd",
            "capture_method": "automatic", "payment": payment["id"] });
        assert_eq!(form, json!({ "gateway": "card", "fields": fields }));
        assert_eq!(stage.state().await, before);
        let other = json!({ "payment": payment["id"], "actor": "mallory" });
        stage.no_matter("payments.checkout", other, "not_permitted").await;
        stage.ok("payments.confirm", json!({ "payment": payment["id"], "token": "pm_card", "actor": "paul" })).await;
        run(stage).await;
        stage.no_matter("payments.checkout", asked, "transition_not_allowed").await;
        assert_eq!(double.kept(&payment), 1_250);
        stage.ok("payments.set_gateway", json!({ "id": "own", "driver": "host" })).await;
        let args = json!({ "amount": "12.50 USD", "to": "shop", "gateway": "own" });
        let payment = stage.ok("payments.create", args).await["payment"].clone();
        stage.no_matter("payments.checkout", json!({ "payment": payment["id"] }), "not_supported").await;
    }

    /// Nothing of tokens and keys is in what is stored as text, shown or told.
    async fn tokens_and_keys_are_shown_nowhere(stage, double) {
        double.fault("confirm", true, Then::Status(500));
        let payment = paid_with(stage, "pm_card", json!({})).await;
        let mut shown = payment.to_string();
        for (name, args) in [
            ("events.list", json!({ "limit": 500 })),
            ("jobs.list", json!({ "limit": 500 })),
            ("payments.gateways", json!({})),
        ] {
            shown += &stage.ok(name, args).await.to_string();
        }
        for secret in [KEY, "pm_card"] {
            assert!(!shown.contains(secret), "`{secret}` is in {shown}");
        }
        assert_eq!(double.kept(&payment), 10_000);
    }
}
