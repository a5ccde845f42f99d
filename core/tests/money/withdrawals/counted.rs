//! Metrics of withdrawals: the states that they came to, how long they took, and what is under way.

use super::{World, json};

/// The value of a line of `admin.metrics`; none where it is not there.
async fn counted(world: &World, name: &str) -> Option<String> {
    let reply = world.stage.ok("admin.metrics", json!({})).await;
    let text = reply["text"].as_str().unwrap();
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).map(ToOwned::to_owned)
}

with_chain! {
    /// Each state once, the reason of a failure, and the seconds of what was paid.
    async fn what_becomes_of_withdrawals_is_counted(world) {
        let seconds = "earnest_withdrawal_seconds_count";
        let lane = format!("earnest_lane_in_flight{{lane=\"{}\"}}", world.lane);
        assert_eq!((counted(world, seconds).await, counted(world, &lane).await.as_deref()), (None, Some("0")));
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        assert_eq!(counted(world, &lane).await.as_deref(), Some("1"));
        world.until(&wd, "confirmed").await;
        assert_eq!(counted(world, &lane).await.as_deref(), Some("0"));
        let gone = world.request(json!({})).await;
        world.order("cancel", &gone, json!({ "actor": "alina" })).await;
        for (state, reason, count) in [
            ("pending", "", "2"),
            ("signing", "", "1"),
            ("signed", "", "1"),
            ("broadcasting", "", "1"),
            ("broadcasted", "", "1"),
            ("confirming", "", "1"),
            ("confirmed", "", "1"),
            ("failed", "cancelled", "1"),
        ] {
            let labels = format!("chain=\"local\",state=\"{state}\",reason=\"{reason}\"");
            let found = counted(world, &format!("earnest_withdrawals_total{{{labels}}}")).await;
            assert_eq!(found.as_deref(), Some(count), "{state}");
        }
        assert_eq!(counted(world, seconds).await.as_deref(), Some("1"));
        let all = counted(world, "earnest_withdrawal_seconds_bucket{le=\"+Inf\"}").await;
        let at_once = counted(world, "earnest_withdrawal_seconds_bucket{le=\"1\"}").await;
        assert_eq!((all.as_deref(), at_once.as_deref()), (Some("1"), Some("0")));
    }
}
