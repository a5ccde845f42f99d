//! Secrets that change: the old one is good for a while, and then it is gone.

use super::{CARD, OF_HOSTS, PLAIN, PLAIN_TOO, forged, heard, message, source};
use crate::payments::{pass, with_gateways};
use crate::support::{Value, json};

/// News that waits: it needs no payment.
fn news(n: usize) -> Value {
    json!({ "reference": format!("ch-{n}"), "outcome": "pending" })
}

with_gateways! {
    /// Both are good until the old one is not kept any longer.
    async fn an_old_secret_is_good_for_a_while(stage) {
        for (scheme, old, new) in OF_HOSTS {
            source(stage, scheme, old).await;
            let rotate = json!({ "source": scheme, "secret": new });
            let rotated = stage.ok("webhooks.rotate_secret", rotate.clone()).await;
            assert_eq!((&rotated["source"]["secrets"], &rotated["replayed"]), (&json!(2), &json!(false)), "{rotated}");
            assert_eq!(stage.ok("webhooks.rotate_secret", rotate).await["replayed"], true);
            for (n, secret) in [old, new].into_iter().enumerate() {
                heard(stage, &message(stage, scheme, secret, &format!("e-{n}"), &news(n))).await;
            }
            pass(stage, "PT23H59M").await;
            heard(stage, &message(stage, scheme, old, "e-2", &news(2))).await;
            stage.advance("PT1M");
            // not because it was wiped: its time has passed
            forged(stage, &message(stage, scheme, old, "e-3", &news(3))).await;
            heard(stage, &message(stage, scheme, new, "e-3", &news(3))).await;
            pass(stage, "PT1S").await;
            let sources = stage.ok("webhooks.sources", json!({})).await;
            let items = sources["items"].as_array().unwrap();
            let one = items.iter().find(|item| item["id"] == scheme).unwrap();
            assert_eq!(one["secrets"], 1, "{one}");
        }
        let wiped = stage.event_types().await.iter().filter(|name| *name == "source.secret_dropped").count();
        assert_eq!(wiped, 2);
    }

    /// A secret that somebody has stolen is good no longer at once.
    async fn an_old_secret_may_end_at_once(stage) {
        source(stage, "hmac", PLAIN).await;
        let rotate = json!({ "source": "hmac", "secret": PLAIN_TOO, "keep_old_for": "PT0S" });
        assert_eq!(stage.ok("webhooks.rotate_secret", rotate).await["source"]["secrets"], 1);
        forged(stage, &message(stage, "hmac", PLAIN, "e-1", &news(1))).await;
        heard(stage, &message(stage, "hmac", PLAIN_TOO, "e-1", &news(1))).await;
        stage.no("webhooks.rotate_secret", json!({ "source": "nobody", "secret": PLAIN }), "source_not_found").await;
        stage.bad("webhooks.rotate_secret", json!({ "source": "hmac", "secret": "short" }), "invalid_request", "secret").await;
    }

    /// Several at once, and no more than there is room for.
    async fn a_source_has_several_secrets(stage) {
        let set = json!({ "id": "hmac", "scheme": "hmac", "gateway": CARD, "secrets": [PLAIN, PLAIN_TOO] });
        assert_eq!(stage.ok("webhooks.set_source", set).await["source"]["secrets"], 2);
        for (n, secret) in [PLAIN, PLAIN_TOO].into_iter().enumerate() {
            heard(stage, &message(stage, "hmac", secret, &format!("e-{n}"), &news(n))).await;
        }
        for n in 2..8 {
            let rotate = json!({ "source": "hmac", "secret": format!("another-secret-of-16-{n}") });
            assert_eq!(stage.ok("webhooks.rotate_secret", rotate).await["source"]["secrets"], n + 1);
        }
        let rotate = json!({ "source": "hmac", "secret": "another-secret-of-16-8" });
        stage.bad("webhooks.rotate_secret", rotate.clone(), "invalid_request", "secret").await;
        pass(stage, "PT24H").await;
        assert_eq!(stage.ok("webhooks.rotate_secret", rotate).await["source"]["secrets"], 2);
    }
}
