//! Entries that allow somebody, and attempts at his PIN.

use super::{CODE, VERIFY, code_of, enrolled, from, pin, rule, stages, wrong_code};
use crate::support::json;

/// A customer on the allow list is let through where he himself calls. The rules that guard his PIN and
/// codes against others stay: his entry lifts nothing for somebody who guesses.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_allowed_is_guarded_all_the_same() {
    const HERE: &str = "203.0.113.7";
    const THERE: &str = "192.0.2.1";
    for stage in stages().await {
        let totp = enrolled(&stage, "u-1", "4711").await;
        for subject in ["account", "actor"] {
            let entry = json!({ "subject": subject, "value": "u-1", "reason": "a good customer" });
            stage.ok("risk.allow", entry).await;
        }
        rule(&stage, json!({})).await;
        for _ in 0..3 {
            stage.no_matter(VERIFY, from(HERE, pin("u-1", "0000")), "pin_invalid").await;
            stage.no_matter(CODE, from(THERE, wrong_code(&stage, &totp, "u-1")), "otp_invalid").await;
        }
        stage.no_matter(VERIFY, from(HERE, pin("u-1", "4711")), "velocity_blocked").await;
        stage.no_matter(CODE, from(THERE, code_of(&stage, &totp, "u-1")), "velocity_blocked").await;
        // he himself is let through
        let mut own = from(HERE, pin("u-1", "4711"));
        own["actor"] = "u-1".into();
        stage.ok(VERIFY, own).await;
        // and a block stands before all of it, whoever calls
        for subject in ["account", "actor"] {
            let entry = json!({ "subject": subject, "value": "u-1", "reason": "a stolen phone" });
            stage.ok("risk.block", entry.clone()).await;
            stage.no_matter(VERIFY, pin("u-1", "4711"), "blocked").await;
            stage.ok("risk.unlist", json!({ "subject": subject, "value": "u-1" })).await;
        }
        stage.finish().await;
    }
}
