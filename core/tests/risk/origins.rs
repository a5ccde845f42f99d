//! A call that waited for people is judged by where it came from like any other, and nothing of that is left
//! when it has ended or was erased.

use sqlx::Connection as _;

use crate::support::{Kind, Stage, Value, every_store, json};
use crate::{deduct, rule};

const DEDUCT: &str = "ledger.deduct";
const IP: &str = "203.0.113.77";
const DEVICE: &str = "phone of alice";

/// Both ways in which a call waits for people.
#[derive(Clone, Copy, Debug)]
enum Way {
    Review,
    Approval,
}

impl Way {
    const ALL: [Self; 2] = [Self::Review, Self::Approval];

    /// Anything above ten dollars waits.
    async fn set(self, stage: &Stage) {
        match self {
            Self::Review => {
                let given = json!({ "id": "large", "metric": "amount", "window": null, "limit": "10.00 USD", "outcome": "review" });
                drop(rule(stage, given).await);
            }
            Self::Approval => {
                let policy =
                    json!({ "id": "large", "operation": DEDUCT, "threshold": "10.01 USD", "approvers": 1 });
                drop(stage.ok("approvals.set_policy", policy).await);
            }
        }
    }

    async fn unset(self, stage: &Stage) {
        let name = match self {
            Self::Review => "risk.remove_rule",
            Self::Approval => "approvals.remove_policy",
        };
        stage.ok(name, json!({ "id": "large" })).await;
    }

    async fn parked(self, stage: &Stage, key: &str) -> Value {
        let (code, member) = match self {
            Self::Review => ("review_required", "review"),
            Self::Approval => ("approval_required", "approval"),
        };
        stage.no_matter(DEDUCT, large(key), code).await[member].clone()
    }

    async fn consent(self, stage: &Stage, id: &Value) -> Value {
        let kim = json!({ "id": "kim", "role": "admin" });
        match self {
            Self::Review => stage.ok("risk.approve_review", json!({ "review": id, "actor": kim })).await,
            Self::Approval => stage.ok("approvals.approve", json!({ "approval": id, "actor": kim })).await,
        }
    }

    async fn reject(self, stage: &Stage, id: &Value) {
        let (name, member) = match self {
            Self::Review => ("risk.reject_review", "review"),
            Self::Approval => ("approvals.reject", "approval"),
        };
        let kim = json!({ "id": "kim", "role": "admin" });
        stage.ok(name, json!({ member: id, "actor": kim, "reason": "no" })).await;
    }
}

fn large(key: &str) -> Value {
    let actor = json!({ "id": "clerk", "role": "system" });
    let context = json!({ "ip": IP, "device": DEVICE, "correlation_id": "order-1" });
    deduct("alice", json!({ "amount": "20.00 USD", "key": key, "actor": actor, "context": context }))
}

/// How many transfers from this address the log has, as staff see it.
async fn from_there(stage: &Stage) -> usize {
    let events = stage.ok("admin.audit", json!({ "limit": 500 })).await;
    let posted = |event: &&Value| event["type"] == "transfer.posted" && event["ip"] == IP;
    events["items"].as_array().unwrap().iter().filter(posted).count()
}

every_store! {
    /// Whoever was blocked while his call waited gets nothing by the consent to it.
    async fn lists_judge_it_by_its_address_and_device(stage) {
        stage.funded("alice", "100.00 USD").await;
        for way in Way::ALL {
            way.set(stage).await;
            for (subject, value) in [("ip", IP), ("device", DEVICE)] {
                let id = way.parked(stage, &format!("{way:?}-{subject}")).await;
                let listed = json!({ "subject": subject, "value": value });
                let mut block = listed.clone();
                block["reason"] = "stolen phone".into();
                stage.ok("risk.block", block).await;
                let tried = way.consent(stage, &id).await;
                assert_eq!((&tried["executed"], &tried["error"]["code"]), (&json!(false), &json!("blocked")), "{way:?} {subject}");
                stage.ok("risk.unlist", listed).await;
                assert_eq!(way.consent(stage, &id).await["executed"], true, "{way:?} {subject}");
            }
            way.unset(stage).await;
        }
        assert_eq!(stage.balance("alice").await, "20.00 0.00 20.00");
    }

    /// A limit of two by address lets two through, those that waited included.
    async fn rules_count_it_by_its_address(stage) {
        stage.funded("alice", "500.00 USD").await;
        for way in Way::ALL {
            way.set(stage).await;
            let id = format!("by-ip-{way:?}");
            rule(stage, json!({ "id": id, "subject": "ip", "limit": 2 })).await;
            let mut waiting = Vec::new();
            for n in 0..3 {
                waiting.push(way.parked(stage, &format!("{way:?}-{n}")).await);
            }
            for id in &waiting[..2] {
                assert_eq!(way.consent(stage, id).await["executed"], true, "{way:?}");
            }
            let tried = way.consent(stage, &waiting[2]).await;
            assert_eq!((&tried["executed"], &tried["error"]["code"]), (&json!(false), &json!("velocity_blocked")), "{way:?}");
            let small = deduct("alice", json!({ "context": { "ip": IP } }));
            stage.no_matter(DEDUCT, small, "velocity_blocked").await;
            stage.ok("risk.remove_rule", json!({ "id": id })).await;
            way.unset(stage).await;
        }
        // what was made has its address in the log, as a call that did not wait
        assert_eq!(from_there(stage).await, 4);
    }

    /// An erasure reaches what waits: of its actor, and from before its time.
    async fn it_is_erased_with_what_events_keep(stage) {
        stage.funded("alice", "500.00 USD").await;
        for way in Way::ALL {
            way.set(stage).await;
            let first = way.parked(stage, &format!("{way:?}-1")).await;
            stage.advance("PT1H");
            let between = stage.clock.now();
            stage.advance("PT1H");
            let second = way.parked(stage, &format!("{way:?}-2")).await;
            rule(stage, json!({ "id": "by-ip", "subject": "ip", "limit": 0 })).await;
            // of others nothing
            assert_eq!(stage.ok("admin.erase_context", json!({ "subject": "alice" })).await["erased"], 0);
            for id in [&first, &second] {
                assert_eq!(way.consent(stage, id).await["error"]["code"], "velocity_blocked", "{way:?}");
            }
            stage.ok("admin.erase_context", json!({ "before_time": between })).await;
            assert_eq!(way.consent(stage, &first).await["executed"], true, "{way:?}");
            assert_eq!(way.consent(stage, &second).await["error"]["code"], "velocity_blocked", "{way:?}");
            stage.ok("admin.erase_context", json!({ "subject": "clerk" })).await;
            assert_eq!(stage.ok("admin.erase_context", json!({ "subject": "clerk" })).await["erased"], 0);
            assert_eq!(way.consent(stage, &second).await["executed"], true, "{way:?}");
            stage.ok("risk.remove_rule", json!({ "id": "by-ip" })).await;
            way.unset(stage).await;
        }
        assert_eq!(from_there(stage).await, 0);
        stage.verify().await;
    }
}

/// Whether the files of a SQLite store have a text anywhere.
fn in_files(stage: &Stage, text: &str) -> bool {
    let path = stage.url.trim_start_matches("sqlite:");
    ["", "-wal"].iter().any(|end| {
        let bytes = std::fs::read(format!("{path}{end}")).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

/// How many records have a text.
async fn in_records(stage: &Stage, text: &str) -> i64 {
    let mut conn = sqlx::SqliteConnection::connect(&stage.url).await.unwrap();
    let count = "SELECT count(*) FROM earnest_record WHERE instr(body, ?) > 0";
    sqlx::query_scalar(count).bind(text).fetch_one(&mut conn).await.unwrap()
}

/// However it ends, the record keeps nothing of it; nothing shows it while it waits.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_it_is_left_when_it_has_ended() {
    for way in Way::ALL {
        let stage = Stage::open(Kind::Sqlite).await;
        stage.funded("alice", "100.00 USD").await;
        way.set(&stage).await;
        for end in ["rejected", "expired", "executed", "erased"] {
            let id = way.parked(&stage, end).await;
            assert_eq!(
                (in_records(&stage, IP).await, in_records(&stage, DEVICE).await),
                (1, 1),
                "{way:?} {end}"
            );
            let shown = [
                stage.ok("events.list", json!({ "limit": 500 })).await,
                stage.ok("risk.reviews", json!({})).await,
                stage.ok("approvals.list", json!({})).await,
            ];
            assert!(!json!(shown).to_string().contains(IP), "{way:?}");
            match end {
                "rejected" => way.reject(&stage, &id).await,
                "expired" => {
                    stage.advance("P30D");
                    assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 1);
                }
                "executed" => assert_eq!(way.consent(&stage, &id).await["executed"], true),
                _ => drop(stage.ok("admin.erase_context", json!({ "subject": "clerk" })).await),
            }
            assert_eq!(
                (in_records(&stage, IP).await, in_records(&stage, DEVICE).await),
                (0, 0),
                "{way:?} {end}"
            );
        }
        assert!(!in_files(&stage, IP) && !in_files(&stage, DEVICE), "{way:?}");
        stage.verify().await;
        stage.finish().await;
    }
}

/// A call that waits a second time was given its address when it was made first: an erasure reaches it by
/// that.
#[tokio::test(flavor = "multi_thread")]
async fn its_age_is_that_of_the_call() {
    let stage = Stage::open(Kind::Sqlite).await;
    stage.funded("alice", "100.00 USD").await;
    Way::Review.set(&stage).await;
    let id = Way::Review.parked(&stage, "k-1").await;
    stage.advance("PT1H");
    let between = stage.clock.now();
    stage.advance("PT1H");
    Way::Approval.set(&stage).await;
    let tried = Way::Review.consent(&stage, &id).await;
    assert_eq!(tried["error"]["code"], "approval_required", "{tried}");
    assert!(in_records(&stage, IP).await > 0);
    stage.ok("admin.erase_context", json!({ "before_time": between })).await;
    assert_eq!(in_records(&stage, IP).await, 0);
    stage.finish().await;
}
