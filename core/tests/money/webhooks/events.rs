//! Genuine webhooks: each has its effect once, in whatever order they come.

use super::{CARD, OF_HOSTS, PLAIN, STANDARD, captured, counted, forged, heard, message, source};
use crate::payments::{answer, books, confirmed, figures, get, sent, together, with_gateways};
use crate::support::{Value, code, json};

with_gateways! {
    /// A signed message of each scheme is done, and the same again is a replay.
    async fn a_signed_message_is_done(stage) {
        for (n, (scheme, secret, _)) in OF_HOSTS.into_iter().enumerate() {
            let made = source(stage, scheme, secret).await;
            assert_eq!(made["secrets"], 1, "{made}");
            let payment = confirmed(stage, json!({})).await;
            sent(stage, &payment, "authorize").await;
            let told = message(stage, scheme, secret, "e-1", &captured(&payment));
            let reply = heard(stage, &told).await;
            assert_eq!((&reply["event"], &reply["result"]), (&json!("e-1"), &json!("applied")), "{reply}");
            assert_eq!((figures(&reply["payment"]).as_str(), &reply["replayed"]), ("captured 100.00 0.00 0.00 0.00", &json!(false)));
            let again = heard(stage, &told).await;
            assert_eq!((&again["result"], &again["replayed"]), (&json!("applied"), &json!(true)), "{again}");
            assert_eq!(again["payment"]["id"], payment["id"]);
            assert_eq!(books(stage).await, [10_000 * (i64::try_from(n).unwrap() + 1), 0, 0]);
            let line = |result: &str| format!("earnest_webhooks_total{{source=\"{scheme}\",result=\"{result}\"}}");
            assert_eq!((counted(stage, &line("applied")).await, counted(stage, &line("replayed")).await), (1, 1));
        }
        assert!(stage.event_types().await.contains(&"webhook.received".to_owned()));
    }

    /// Names of headers have no case; one that is there twice is there not at all.
    async fn headers_are_found_in_any_case(stage) {
        source(stage, "hmac", PLAIN).await;
        for (n, change) in [str::to_ascii_uppercase, str::to_ascii_lowercase].into_iter().enumerate() {
            let payment = confirmed(stage, json!({})).await;
            sent(stage, &payment, "authorize").await;
            let mut told = message(stage, "hmac", PLAIN, &format!("e-{n}"), &captured(&payment));
            let all = told["headers"].as_object().unwrap().clone();
            told["headers"] = all.into_iter().map(|(name, value)| (change(&name), value)).collect::<serde_json::Map<_, _>>().into();
            assert_eq!(heard(stage, &told).await["result"], "applied");
        }
        let payment = confirmed(stage, json!({})).await;
        let mut told = message(stage, "hmac", PLAIN, "e-9", &captured(&payment));
        told["headers"]["x-nonce"] = "e-10".into();
        forged(stage, &told).await;
    }

    /// 200 copies of one message at once are one effect, and each is answered.
    async fn two_hundred_copies_are_one_effect(stage) {
        source(stage, "standard", STANDARD).await;
        let payment = confirmed(stage, json!({})).await;
        sent(stage, &payment, "authorize").await;
        let told = message(stage, "standard", STANDARD, "e-1", &captured(&payment));
        let outcomes = together(stage, vec![("webhooks.receive", told); 200]).await;
        let mut fresh = 0;
        for outcome in &outcomes {
            assert_eq!(code(outcome), "ok", "{outcome:?}");
            let reply = outcome.as_ref().unwrap();
            assert_eq!((&reply["result"], &reply["payment"]["id"]), (&json!("applied"), &payment["id"]));
            fresh += usize::from(reply["replayed"] == false);
        }
        assert_eq!((fresh, books(stage).await), (1, [10_000, 0, 0]));
        let seen = stage.ok("webhooks.list", json!({})).await;
        assert_eq!(seen["items"].as_array().unwrap().len(), 1, "{seen}");
    }

    /// A nonce is used once, whatever is signed under it, and whoever hands it in.
    async fn a_nonce_is_used_once(stage) {
        source(stage, "hmac", PLAIN).await;
        let (one, other) = (confirmed(stage, json!({})).await, confirmed(stage, json!({})).await);
        sent(stage, &one, "authorize").await;
        assert_eq!(heard(stage, &message(stage, "hmac", PLAIN, "n-1", &captured(&one))).await["result"], "applied");
        let mut again = message(stage, "hmac", PLAIN, "n-1", &captured(&other));
        again["actor"] = json!({ "id": "web-2", "role": "system" });
        let reply = heard(stage, &again).await;
        assert_eq!((&reply["replayed"], &reply["payment"]["id"]), (&json!(true), &one["id"]), "{reply}");
        assert_eq!(figures(&get(stage, &other).await), "authorizing 0.00 0.00 0.00 0.00");
    }

    /// A forged copy of an event that is known is refused, and told nothing.
    async fn a_forged_copy_of_a_known_event_is_forged(stage) {
        for (scheme, secret, other) in OF_HOSTS {
            source(stage, scheme, secret).await;
            let payment = confirmed(stage, json!({})).await;
            sent(stage, &payment, "authorize").await;
            heard(stage, &message(stage, scheme, secret, "e-1", &captured(&payment))).await;
            forged(stage, &message(stage, scheme, other, "e-1", &captured(&payment))).await;
        }
    }

    /// A webhook under a reference that nobody knows yet waits for it.
    async fn a_webhook_before_the_reference_is_parked(stage) {
        source(stage, "standard", STANDARD).await;
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        let news = json!({ "reference": "ch-9", "outcome": "captured", "captured": "100.00 USD" });
        let told = message(stage, "standard", STANDARD, "e-1", &news);
        let parked = heard(stage, &told).await;
        assert_eq!((&parked["result"], &parked["payment"]), (&json!("parked"), &Value::Null), "{parked}");
        let after = answer(stage, &job, json!({ "outcome": "pending", "reference": "ch-9" })).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{after}");
        assert_eq!(heard(stage, &told).await["replayed"], true);
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// Webhooks are listed by source, result and payment, without their bodies.
    async fn what_was_seen_is_listed(stage) {
        let mut payments = Vec::new();
        for (scheme, secret, _) in OF_HOSTS {
            source(stage, scheme, secret).await;
            let payment = confirmed(stage, json!({})).await;
            sent(stage, &payment, "authorize").await;
            for event in ["e-1", "e-2"] {
                heard(stage, &message(stage, scheme, secret, event, &captured(&payment))).await;
            }
            payments.push(payment);
        }
        let listed = |args: Value| async move {
            let page = stage.ok("webhooks.list", args).await;
            let all = page["items"].as_array().unwrap().iter();
            all.map(|item| format!("{} {} {}", item["source"].as_str().unwrap(), item["event"].as_str().unwrap(), item["result"].as_str().unwrap())).collect::<Vec<_>>()
        };
        let mut all = listed(json!({})).await;
        all.sort();
        assert_eq!(all, ["hmac e-1 applied", "hmac e-2 ignored", "standard e-1 applied", "standard e-2 ignored"]);
        assert_eq!(listed(json!({ "source": "hmac", "result": "ignored" })).await, ["hmac e-2 ignored"]);
        assert_eq!(listed(json!({ "payment": payments[0]["id"], "result": "applied" })).await, ["standard e-1 applied"]);
        assert!(listed(json!({ "source": "nobody" })).await.is_empty());
        let page = stage.ok("webhooks.list", json!({ "limit": 1 })).await;
        let item = &page["items"][0];
        assert_eq!((item["sha256"].as_str().unwrap().len(), page["next"].is_string()), (64, true), "{page}");
        assert!(item["at"].is_string() && item.get("body").is_none(), "{item}");
        stage.bad("webhooks.list", json!({ "result": "lost" }), "invalid_request", "result").await;
        let sources = stage.ok("webhooks.sources", json!({})).await;
        let names: Vec<&str> = sources["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!((names, &sources["items"][0]["gateway"]), (vec!["hmac", "standard"], &json!(CARD)));
    }
}
