//! A book with an object of every kind, and a way back after each change.

use super::sql;
use crate::support::{Kind, Stage, Value, id, json};

/// Tables that are changed and put back.
const TABLES: [&str; 16] = [
    "meta",
    "book",
    "commit_mark",
    "event_pending",
    "stream_pending",
    "account",
    "transfer",
    "entry",
    "hold",
    "record",
    "job",
    "idempotency",
    "event",
    "event_seq",
    "head",
    "currency",
];

/// The ids of what the scene has, by the names that expectations use.
pub(super) struct Scene {
    pub(super) stage: Stage,
    pub(super) names: Vec<(&'static str, String)>,
}

fn dealt(reply: &Value) -> String {
    id(&reply["deal"])
}

impl Scene {
    pub(super) async fn open(kind: Kind) -> Self {
        let stage = Stage::open(kind).await;
        let mut names = money(&stage).await;
        names.extend(objects(&stage).await);
        stage.bank.catch_up().await.unwrap();
        stage.verify().await;
        for table in TABLES {
            sql(&stage, &format!("CREATE TABLE {{p}}keep_{table} AS SELECT * FROM {{p}}{table}")).await;
        }
        Self { stage, names }
    }

    /// Puts every row back.
    pub(super) async fn restore(&self) {
        for table in TABLES {
            sql(&self.stage, &format!("DELETE FROM {{p}}{table}")).await;
            sql(&self.stage, &format!("INSERT INTO {{p}}{table} SELECT * FROM {{p}}keep_{table}")).await;
        }
    }

    /// A text with the ids of the scene in the place of their names.
    pub(super) fn named(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }
}

/// Accounts, transfers, holds and keys.
async fn money(stage: &Stage) -> Vec<(&'static str, String)> {
    let person = json!({
        "account": "alice", "currency": "USD", "kind": "person", "display_name": "Alice A", "owner": "u-alice",
        "reference": "crm-1", "metadata": { "vip": true }, "key": "opening",
    });
    stage.ok("ledger.open_account", person).await;
    stage.funded("alice", "900.00 USD").await;
    stage.funded("bob", "50.00 USD").await;
    stage.funded("vault", "70.00 USD").await;
    stage.funded("coin", "5.000000 USDC").await;
    let gift = json!({
        "from": "alice", "to": "bob", "amount": "30.00 USD", "key": "keyed", "reference": "order-7",
        "metadata": { "note": "gift" },
    });
    let transfer = id(&stage.ok("ledger.transfer", gift).await["transfer"]);
    let plain =
        stage.ok("ledger.transfer", json!({ "from": "bob", "to": "alice", "amount": "3.00 USD" })).await;
    let plain = id(&plain["transfer"]);
    stage.ok("ledger.refund", json!({ "transfer": transfer, "amount": "1.00 USD" })).await;
    let wrong =
        stage.ok("ledger.transfer", json!({ "from": "bob", "to": "alice", "amount": "2.00 USD" })).await;
    let reversed = id(&wrong["transfer"]);
    stage.ok("ledger.cancel", json!({ "transfer": reversed })).await;
    let room = json!({
        "account": "alice", "amount": "10.00 USD", "expires_in": "P10D", "reference": "room", "metadata": { "nights": 2 },
    });
    let hold = id(&stage.ok("ledger.hold", room).await["hold"]);
    stage
        .ok("ledger.capture", json!({ "hold": hold, "to": "bob", "amount": "4.00 USD", "final": false }))
        .await;
    let voided = stage.held("alice", "2.00 USD").await;
    stage.ok("ledger.void", json!({ "hold": voided })).await;
    let limits = json!({ "account": "vault", "currency": "USD", "tier": "hot", "daily_limit": "60.00 USD" });
    stage.ok("treasury.set_account", limits).await;
    stage.ok("ledger.deduct", json!({ "account": "vault", "amount": "5.00 USD" })).await;
    [("transfer", transfer), ("plain", plain), ("reversed", reversed), ("hold", hold), ("voided", voided)]
        .into()
}

/// Policies, an approval, deals, a dispute and jobs.
async fn objects(stage: &Stage) -> Vec<(&'static str, String)> {
    let policy =
        json!({ "id": "large", "operation": "ledger.transfer", "threshold": "400.00 USD", "approvers": 3 });
    stage.ok("approvals.set_policy", policy).await;
    let large = json!({ "from": "alice", "to": "bob", "amount": "450.00 USD", "key": "asked" });
    let asked = stage.call("ledger.transfer", large).await.unwrap_err().details();
    let approval = asked["approval"].as_str().unwrap().to_owned();
    let boss = json!({ "id": "boss", "role": "admin" });
    stage.ok("approvals.approve", json!({ "approval": approval, "actor": boss })).await;
    let offer = |more: Value| {
        let mut args = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD" });
        args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        args
    };
    let parts = json!([{ "name": "first", "bps": 5_000 }, { "name": "second", "bps": 5_000 }]);
    let terms = json!({ "item": "a lamp", "reference": "deal-7", "milestones": parts, "ship_within": "P5D" });
    let deal = dealt(&stage.ok("escrow.open", offer(terms)).await);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    let secured = dealt(&stage.ok("escrow.open", offer(json!({}))).await);
    stage.ok("escrow.pay", json!({ "deal": secured, "actor": "alice", "secure": false })).await;
    let broken = dealt(&stage.ok("escrow.open", offer(json!({}))).await);
    stage.ok("escrow.pay", json!({ "deal": broken, "actor": "alice" })).await;
    stage
        .ok("escrow.ship", json!({ "deal": broken, "actor": "bob", "carrier": "Post", "tracking": "RR-77" }))
        .await;
    let complaint =
        json!({ "deal": broken, "type": "quality_issue", "statement": "it is broken", "actor": "alice" });
    let dispute = id(&stage.ok("escrow.dispute", complaint).await["dispute"]);
    let wanted = json!({ "kinds": ["notify.parties"], "limit": 1, "for": "PT1M" });
    let leased = stage.ok("jobs.lease", wanted).await["jobs"][0].clone();
    let done = json!({ "job": id(&leased), "fence": leased["fence"], "result": { "sent": 1 } });
    stage.ok("jobs.complete", done).await;
    let waiting = stage.ok("jobs.list", json!({ "kind": "notify.admins" })).await["items"][0].clone();
    [
        ("approval", approval),
        ("deal", deal),
        ("secured", secured),
        ("broken", broken),
        ("dispute", dispute),
        ("done", id(&leased)),
        ("waiting", id(&waiting)),
    ]
    .into()
}
