//! Entries, transfers, holds, events and the chain: what happened, and what each check alone can see.

use super::{findings, sql};
use crate::support::{Kind, Stage, id, json};

pub(super) async fn history(stage: &Stage) {
    stage.funded("alice", "500.00 USD").await;
    stage.funded("bob", "50.00 USD").await;
    stage.ok("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "30.00 USD" })).await;
    let paid =
        stage.ok("ledger.transfer", json!({ "from": "bob", "to": "alice", "amount": "3.00 USD" })).await;
    stage.ok("ledger.refund", json!({ "transfer": id(&paid["transfer"]), "amount": "1.00 USD" })).await;
    let hold = stage.held("alice", "10.00 USD").await;
    stage
        .ok("ledger.capture", json!({ "hold": hold, "to": "bob", "amount": "4.00 USD", "final": false }))
        .await;
}

const AMOUNTS: [&str; 14] = [
    // an entry alone, both of a transfer, and both with the balances that belong to them
    "UPDATE {p}entry SET amount = '31' WHERE account = 'alice' AND number = 2",
    "DELETE FROM {p}entry WHERE account = 'alice' AND number = 2",
    "UPDATE {p}entry SET account = 'bob' WHERE account = 'alice' AND number = 2",
    "UPDATE {p}entry SET number = 9 WHERE account = 'alice' AND number = 2",
    "UPDATE {p}transfer SET kind = 'deduct' WHERE kind = 'refund'",
    "UPDATE {p}transfer SET refunded = '0' WHERE refunded <> '0'",
    "UPDATE {p}transfer SET original = NULL WHERE kind = 'refund'",
    "DELETE FROM {p}transfer WHERE kind = 'transfer'",
    "UPDATE {p}hold SET amount = '2000'",
    "UPDATE {p}hold SET captured = '0'",
    "UPDATE {p}hold SET state = 'voided'",
    "UPDATE {p}hold SET account = 'bob'",
    "DELETE FROM {p}hold",
    "UPDATE {p}account SET posted = '1', headroom = '1' WHERE id = 'bob'",
];

const EVENTS: [&str; 13] = [
    "UPDATE {p}event SET data = '{}' WHERE kind = 'transfer.posted'",
    "UPDATE {p}event SET object_id = 'x' WHERE kind = 'hold.authorized'",
    "UPDATE {p}event SET object_id = 'x' WHERE kind = 'transfer.posted'",
    "UPDATE {p}event SET actor = '\"eve\"' WHERE kind = 'hold.authorized'",
    "UPDATE {p}event SET commit_id = (SELECT y.commit_id FROM {p}event AS y ORDER BY y.stamp DESC LIMIT 1) WHERE kind = 'hold.authorized'",
    "DELETE FROM {p}event WHERE kind = 'hold.authorized'",
    "DELETE FROM {p}event_seq WHERE seq = (SELECT min(y.seq) FROM {p}event_seq AS y WHERE y.seq > 2)",
    "UPDATE {p}event_seq SET seq = 99 WHERE seq = (SELECT min(y.seq) FROM {p}event_seq AS y WHERE y.seq > 2)",
    "UPDATE {p}event_seq SET previous = (SELECT y.previous FROM {p}event_seq AS y ORDER BY y.seq DESC LIMIT 1)",
    "UPDATE {p}event_seq SET items = (SELECT y.items FROM {p}event_seq AS y ORDER BY y.seq DESC LIMIT 1)",
    "UPDATE {p}event_seq SET commit_id = (SELECT y.id FROM {p}transfer AS y ORDER BY y.stamp DESC LIMIT 1) WHERE seq = (SELECT max(y.seq) FROM {p}event_seq AS y)",
    "UPDATE {p}head SET seq = seq - 1",
    "DELETE FROM {p}event_seq WHERE seq = (SELECT max(seq) FROM {p}event_seq)",
];

fn numeric(kind: Kind, statement: &str) -> String {
    // amounts are text on SQLite and numbers on PostgreSQL
    if kind == Kind::Sqlite {
        statement.to_owned()
    } else {
        statement.replace("'31'", "31").replace("'2000'", "2000").replace("'0'", "0").replace("'1'", "1")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_found() {
    let mut found = 0;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for statement in AMOUNTS.into_iter().chain(EVENTS) {
            let statement = numeric(kind, statement);
            let stage = Stage::open(kind).await;
            history(&stage).await;
            assert_eq!(findings(&stage, None).await, [""; 0]);
            assert!(sql(&stage, &statement).await > 0, "{kind:?}: {statement}");
            let wrong = findings(&stage, None).await;
            assert!(!wrong.is_empty(), "{kind:?}: nobody noticed {statement}");
            found += 1;
            stage.bank.close().await;
        }
    }
    println!("{found} changes of the past, all found");
}

/// Changes that only one check can see, and the check that names each: without it they would be missed.
const SEEN_BY_ONE: [(&str, &str); 5] = [
    ("UPDATE {p}entry SET number = 9 WHERE account = 'alice' AND number = 2", "entries_gapless"),
    ("UPDATE {p}entry SET after = amount WHERE account = 'alice' AND number = 2", "entries_gapless"),
    ("UPDATE {p}idempotency SET made = {made} WHERE key = 'keyed'", "keys"),
    ("UPDATE {p}event SET actor = '\"eve\"' WHERE kind = 'hold.authorized'", "chain"),
    ("UPDATE {p}hold SET account = 'bob' WHERE state = 'voided'", "log_matches_rows"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_only_one_check_sees_is_named_by_it() {
    // a transfer that does not exist
    let made = format!("74{}", "0".repeat(32));
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let made =
            if kind == Kind::Sqlite { format!("'{made}'") } else { format!("decode('{made}', 'hex')") };
        for (statement, check) in SEEN_BY_ONE {
            let stage = Stage::open(kind).await;
            history(&stage).await;
            let keyed = json!({ "account": "alice", "amount": "1.00 USD", "key": "keyed" });
            stage.ok("ledger.top_up", keyed).await;
            let hold = stage.held("alice", "2.00 USD").await;
            stage.ok("ledger.void", json!({ "hold": hold })).await;
            assert_eq!(findings(&stage, None).await, [""; 0]);
            let statement = statement.replace("{made}", &made);
            assert!(sql(&stage, &statement).await > 0, "{kind:?}: {statement}");
            assert_eq!(findings(&stage, None).await, [check], "{kind:?}: {statement}");
            stage.bank.close().await;
        }
    }
}
