//! Days and months where clocks go forward and back, on every store, to the microsecond.

use earnest::env::Clock;
use earnest::time::Time;

use crate::rule;
use crate::support::{Stage, Value, every_store, json};

const DEDUCT: &str = "ledger.deduct";
const MICRO: i64 = 1;

/// Sets the test clock to so many microseconds before a time, forward or back.
fn set(stage: &Stage, at: &str, before: i64) {
    let Clock::Test(now) = &stage.clock else { panic!("a test clock") };
    let at: Time = at.parse().unwrap();
    now.store(at.micros() - before, std::sync::atomic::Ordering::SeqCst);
}

/// A deduction that only the rule of this name is about.
fn about(name: &str) -> Value {
    json!({ "account": "alice", "amount": "1.00 USD", "metadata": { name: "x" } })
}

async fn limited(stage: &Stage, name: &str, window: &str, zone: &str) {
    let more = json!({ "id": name, "subject": format!("meta.{name}"), "window": window, "time_zone": zone, "limit": 1 });
    rule(stage, more).await;
}

/// One call passes before the window, one in it, and one behind it: it begins and ends to the microsecond.
async fn one_in_each(stage: &Stage, name: &str, begin: &str, end: &str, hours: &str) {
    let (from, to): (Time, Time) = (begin.parse().unwrap(), end.parse().unwrap());
    let span = to.since(from);
    assert_eq!(span, hours.parse().unwrap(), "{name} {begin}");
    set(stage, begin, MICRO);
    stage.ok(DEDUCT, about(name)).await;
    let wait =
        async || stage.no_matter(DEDUCT, about(name), "velocity_blocked").await["retry_after"].as_i64();
    assert_eq!(wait().await, Some(1), "{name} {begin}");
    set(stage, begin, 0);
    stage.ok(DEDUCT, about(name)).await;
    assert_eq!(wait().await, Some(span.seconds_up()), "{name} {begin}");
    set(stage, end, MICRO);
    assert_eq!(wait().await, Some(1), "{name} {end}");
    set(stage, end, 0);
    stage.ok(DEDUCT, about(name)).await;
    assert!(wait().await > Some(0), "{name} {end}");
}

every_store! {
    async fn days_of_three_zones_have_their_hours(stage) {
        stage.funded("alice", "1000.00 USD").await;
        for (name, zone) in [("berlin", "Europe/Berlin"), ("york", "America/New_York"), ("howe", "Australia/Lord_Howe")] {
            limited(stage, name, "day", zone).await;
        }
        // where the clock goes by half an hour too, and where it does not go at all
        for (name, begin, end, hours) in [
            ("york", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", "PT23H"),
            ("berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "PT23H"),
            ("howe", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z", "PT24H30M"),
            ("berlin", "2026-07-14T22:00:00Z", "2026-07-15T22:00:00Z", "PT24H"),
            ("howe", "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z", "PT23H30M"),
            ("berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "PT25H"),
            ("york", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", "PT25H"),
        ] {
            one_in_each(stage, name, begin, end, hours).await;
        }
    }

    async fn months_have_their_hours(stage) {
        stage.funded("alice", "1000.00 USD").await;
        for (name, zone) in [("berlin", "Europe/Berlin"), ("york", "America/New_York"), ("howe", "Australia/Lord_Howe")] {
            limited(stage, name, "month", zone).await;
        }
        for (name, begin, end, hours) in [
            ("york", "2026-02-01T05:00:00Z", "2026-03-01T05:00:00Z", "P28D"),
            ("berlin", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", "P30DT23H"),
            ("howe", "2026-09-30T13:30:00Z", "2026-10-31T13:00:00Z", "P30DT23H30M"),
            ("york", "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z", "P30DT1H"),
        ] {
            one_in_each(stage, name, begin, end, hours).await;
        }
    }

    /// While a clock is set back into the day before, nothing is given anew: what was counted on the day that
    /// is yet to come is of the day that is, and leaves at its midnight.
    async fn a_clock_set_back_over_midnight_goes_by_the_day_that_is(stage) {
        stage.funded("alice", "1000.00 USD").await;
        limited(stage, "berlin", "day", "Europe/Berlin").await;
        set(stage, "2026-10-25T22:59:59Z", 0);
        stage.ok(DEDUCT, about("berlin")).await;
        stage.no_matter(DEDUCT, about("berlin"), "velocity_blocked").await;
        set(stage, "2026-10-25T23:00:00Z", 0);
        stage.ok(DEDUCT, about("berlin")).await;
        // an hour back
        for now in ["2026-10-25T22:00:00Z", "2026-10-25T22:59:59.999999Z"] {
            set(stage, now, 0);
            stage.no_matter(DEDUCT, about("berlin"), "velocity_blocked").await;
        }
        set(stage, "2026-10-25T23:00:00Z", 0);
        stage.ok(DEDUCT, about("berlin")).await;
        for now in ["2026-10-25T23:00:00Z", "2026-10-26T22:59:59.999999Z"] {
            set(stage, now, 0);
            stage.no_matter(DEDUCT, about("berlin"), "velocity_blocked").await;
        }
        set(stage, "2026-10-26T23:00:00Z", 0);
        stage.ok(DEDUCT, about("berlin")).await;
    }
}
