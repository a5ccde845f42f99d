//! A rule's message reaches people, in whichever way the rule refuses.

use crate::support::{Stage, Value, every_store, json};
use crate::{deduct, rule};

const DEDUCT: &str = "ledger.deduct";
const SAID: &str = "Our limit is one a day: call 02-1234";

/// Returns the code of a refused deduction, and its message to people.
async fn told(stage: &Stage, more: Value) -> (&'static str, String) {
    let mut args = deduct("alice", more);
    args["key"] = stage.key().into();
    let error = stage.call(DEDUCT, args).await.unwrap_err();
    assert_eq!(error.envelope("ko")["message"], error.to_user("ko"));
    assert_eq!(error.language_of("ko").is_none(), error.to_user("ko") == error.to_user("en"), "{error}");
    (error.code().as_str(), error.to_user("en"))
}

every_store! {
    async fn a_message_reaches_people_however_its_rule_refuses(stage) {
        stage.funded("alice", "1000.00 USD").await;
        for (outcome, code) in [("block", "velocity_blocked"), ("challenge", "factor_required"), ("review", "review_required")] {
            for message in [Some(SAID), None] {
                rule(stage, json!({ "limit": 0, "outcome": outcome, "message": message })).await;
                let (refused, said) = told(stage, json!({})).await;
                assert_eq!((refused, said == SAID), (code, message.is_some()), "{outcome}: {said}");
            }
            stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        }
        let rate = json!({ "id": "q", "action": DEDUCT, "subject": "account", "limit": 1, "per": "P1D", "message": SAID });
        stage.ok("risk.set_rate", rate).await;
        stage.ok(DEDUCT, deduct("alice", json!({}))).await;
        assert_eq!(told(stage, json!({})).await, ("rate_limited", SAID.to_owned()));
    }
}
