//! Values in the metadata: one that can be written as a text is one subject with that text, in rules, rates,
//! lists and decisions.

use crate::support::{Value, every_store, json};
use crate::{deduct, rule};

const DEDUCT: &str = "ledger.deduct";

/// A value, and the text that it is known by.
fn values() -> Vec<(Value, &'static str)> {
    vec![
        (json!(4111), "4111"),
        (json!(4111.0), "4111"),
        (json!(-0.5), "-0.5"),
        (json!(true), "true"),
        (json!(false), "false"),
        (json!(["b", 1.0]), r#"["b",1]"#),
        (json!({ "b": 1, "a": [true] }), r#"{"a":[true],"b":1}"#),
    ]
}

fn with(card: &Value) -> Value {
    deduct("alice", json!({ "metadata": { "card": card } }))
}

every_store! {
    async fn a_value_is_one_subject_whatever_its_json_type(stage) {
        stage.funded("alice", "1000.00 USD").await;
        for (place, (value, text)) in values().into_iter().enumerate() {
            let (value, text) = (with(&value), with(&json!(text)));
            for [first, second] in [[&value, &text], [&text, &value]] {
                rule(stage, json!({ "id": format!("r-{place}"), "subject": "meta.card", "limit": 1 })).await;
                stage.ok(DEDUCT, first.clone()).await;
                stage.no_matter(DEDUCT, second.clone(), "velocity_blocked").await;
                stage.ok("risk.remove_rule", json!({ "id": format!("r-{place}") })).await;
                let rate = json!({ "id": "q", "action": DEDUCT, "subject": "meta.card", "limit": 1, "per": "PT1H" });
                stage.ok("risk.set_rate", rate).await;
                stage.ok(DEDUCT, first.clone()).await;
                stage.no_matter(DEDUCT, second.clone(), "rate_limited").await;
                stage.ok("risk.remove_rule", json!({ "id": "q" })).await;
                rule(stage, json!({ "id": "cards", "metric": "distinct:meta.card", "limit": 1 })).await;
                stage.ok(DEDUCT, first.clone()).await;
                stage.ok(DEDUCT, second.clone()).await;
                stage.no_matter(DEDUCT, with(&json!("another")), "velocity_blocked").await;
                stage.ok("risk.remove_rule", json!({ "id": "cards" })).await;
            }
        }
    }

    async fn lists_and_decisions_name_a_value_by_its_text(stage) {
        stage.funded("alice", "1000.00 USD").await;
        for (value, text) in values() {
            let entry = json!({ "subject": "meta.card", "value": text, "reason": "stolen" });
            stage.ok("risk.block", entry).await;
            for card in [&value, &json!(text)] {
                stage.no_matter(DEDUCT, with(card), "blocked").await;
                let ask = json!({ "action": DEDUCT, "args": with(card) });
                assert_eq!(stage.ok("risk.evaluate", ask).await["outcome"], "block", "{card}");
            }
            let of = json!({ "subject": "meta.card", "value": text });
            let found = stage.ok("risk.decisions", of.clone()).await["items"].as_array().unwrap().len();
            assert!(found >= 2, "{text}");
            stage.ok("risk.unlist", of).await;
        }
    }

    /// A field that is not there, or null, is no value of it.
    async fn null_is_no_value(stage) {
        stage.funded("alice", "10.00 USD").await;
        rule(stage, json!({ "subject": "meta.card", "limit": 0 })).await;
        for card in [json!(null), json!("null")] {
            let told = stage.call(DEDUCT, { let mut args = with(&card); args["key"] = stage.key().into(); args }).await;
            assert_eq!(told.is_ok(), card.is_null(), "{card}");
        }
        stage.ok(DEDUCT, deduct("alice", json!({}))).await;
    }
}
