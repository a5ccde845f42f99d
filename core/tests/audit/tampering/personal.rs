//! Address and device of end users: events keep salted hashes, and beside them the clear text until it is
//! erased.

use earnest::Actor;
use earnest::requests::TopUp;

use super::{findings, sql};
use crate::support::sides::Side;
use crate::support::{self, Kind, Stage, Value, every_store, id, json, options};

const IP: &str = "203.0.113.77";
const OTHER: &str = "198.51.100.9";
const DEVICE: &str = "phone of alice";

fn order(actor: &str, ip: &str) -> Value {
    let context = json!({ "correlation_id": "order-1", "ip": ip, "device": DEVICE });
    let actor = json!({ "id": actor, "role": "admin" });
    json!({ "account": "alice", "amount": "1.00 USD", "context": context, "actor": actor, "key": format!("{}-{}", &ip[..3], actor["id"]) })
}

async fn called(stage: &Stage, actor: &str, ip: &str) {
    stage.ok("ledger.hold", order(actor, ip)).await;
}

/// Returns a member of every event in `admin.audit`, oldest first.
async fn shown(stage: &Stage, member: &str, more: Value) -> Vec<Value> {
    let mut args = json!({ "limit": 500 });
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let events = stage.ok("admin.audit", args).await;
    let values = events["items"].as_array().unwrap().iter().map(|event| event[member].clone());
    values.filter(|value| !value.is_null()).collect()
}

async fn ips(stage: &Stage) -> Vec<Value> {
    shown(stage, "ip", json!({})).await
}

/// Whether the files of a SQLite store have a text anywhere.
fn in_files(stage: &Stage, text: &str) -> bool {
    let path = stage.url.trim_start_matches("sqlite:");
    ["", "-wal"].iter().any(|end| {
        let bytes = std::fs::read(format!("{path}{end}")).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

/// How often the files of a SQLite store have a text.
fn count_in_files(stage: &Stage, text: &str) -> usize {
    let path = stage.url.trim_start_matches("sqlite:");
    let count = |end: &&str| {
        let bytes = std::fs::read(format!("{path}{end}")).unwrap_or_default();
        bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count()
    };
    ["", "-wal"].iter().map(count).sum()
}

/// In memory, on own connections and in a host's transactions: chain, verification and receipts hold after an
/// erasure.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_private_is_erased_and_the_chain_holds() {
    for side in Side::all().await {
        let (stage, name) = (&side.stage, side.name());
        stage.funded("alice", "9.00 USD").await;
        side.call(&stage.bank, "ledger.hold", order("ann", IP)).await.unwrap();
        stage.advance("P1D");
        side.call(&stage.bank, "ledger.deduct", order("ben", OTHER)).await.unwrap();
        assert_eq!(ips(stage).await, [IP, OTHER], "{name}");
        assert_eq!(shown(stage, "device", json!({})).await, [DEVICE, DEVICE]);
        // nothing but the audit shows it
        let events = stage.ok("events.list", json!({})).await;
        assert!(!events.to_string().contains(IP) && !events.to_string().contains(DEVICE), "{events}");
        stage.verify().await;
        let ann = json!({ "subject": "ann" });
        if name.contains("host") {
            let refused = side.call(&stage.bank, "admin.erase_context", ann.clone()).await.unwrap_err();
            assert_eq!(refused.code().as_str(), "not_supported");
        }
        assert_eq!(stage.ok("admin.erase_context", ann.clone()).await, json!({ "erased": 1 }), "{name}");
        assert_eq!(stage.ok("admin.erase_context", ann).await, json!({ "erased": 0 }), "{name}");
        assert_eq!(ips(stage).await, [OTHER], "{name}");
        for (before, erased, left) in
            [("2026-01-01T12:00:00Z", 0, vec![OTHER]), ("2026-01-03T00:00:00Z", 1, vec![])]
        {
            let reply = stage.ok("admin.erase_context", json!({ "before_time": before })).await;
            assert_eq!(
                (reply, ips(stage).await),
                (json!({ "erased": erased }), left.into_iter().map(Value::from).collect())
            );
        }
        stage.verify().await;
        // the pages that were read before are the same now, link by link, and four erasures follow
        let after = stage.ok("events.list", json!({})).await;
        let (before, after) = (events["items"].as_array().unwrap(), after["items"].as_array().unwrap());
        assert_eq!(after[..before.len()], before[..], "{name}");
        assert!(after.iter().any(|event| event["correlation_id"] == "order-1"));
        let erasures = &after[before.len()..];
        assert_eq!(erasures.len(), 4);
        for event in erasures {
            let text = event.to_string();
            let personal = [IP, OTHER, DEVICE, "\"ann\""].iter().any(|text_of| text.contains(text_of));
            assert!(event["type"] == "context.erased" && !personal, "{event}");
        }
        stage.bank.close().await;
    }
}

every_store! {
    async fn only_staff_may_erase(stage) {
        stage.funded("alice", "9.00 USD").await;
        called(stage, "ann", IP).await;
        let ann = |actor: Value| json!({ "subject": "ann", "actor": actor });
        stage.no("admin.erase_context", ann(json!("ann")), "not_permitted").await;
        stage.bad("admin.erase_context", json!({}), "invalid_request", "subject").await;
        stage.bad("admin.erase_context", json!({ "subject": "an ip?" }), "invalid_request", "subject").await;
        assert_eq!(ips(stage).await, [IP]);
        let boss = json!({ "id": "boss", "role": "admin" });
        assert_eq!(stage.ok("admin.erase_context", ann(boss)).await["erased"], 1);
    }

    /// Whoever may see an object is not told from where others came to it.
    async fn only_staff_sees_where_others_were(stage) {
        stage.funded("alice", "9.00 USD").await;
        let mut own = order("alice", IP);
        own["actor"] = json!("alice");
        let hold = id(&stage.ok("ledger.hold", own).await["hold"]);
        stage.ok("ledger.void", json!({ "hold": hold, "context": { "ip": OTHER } })).await;
        assert_eq!(ips(stage).await, [IP, OTHER]);
        let hers = json!({ "actor": "alice" });
        let acting = stage.bank.acting(Actor::new("alice"));
        let seen = acting.admin().audit(earnest::requests::Audit::new().actor("alice")).await.unwrap();
        assert!(!seen.items.is_empty() && seen.items.iter().all(|event| event.ip.is_none()), "{hers}");
        // the host's own program is a subject like others
        assert_eq!(stage.ok("admin.erase_context", json!({ "subject": "system" })).await["erased"], 1);
        assert_eq!(ips(stage).await, [IP]);
        stage.verify().await;
    }

    /// An event that followed from terms has no address: nobody did it.
    async fn what_followed_from_terms_has_no_address(stage) {
        stage.funded("alice", "90.00 USD").await;
        let open = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD" });
        let deal = id(&stage.ok("escrow.open", open).await["deal"]);
        let call = |actor: &str| json!({ "deal": deal, "actor": actor, "context": { "ip": IP } });
        stage.ok("escrow.pay", call("alice")).await;
        stage.ok("escrow.ship", call("bob")).await;
        stage.ok("escrow.confirm", call("alice")).await;
        for subject in ["alice", "bob"] {
            stage.ok("admin.erase_context", json!({ "subject": subject })).await;
        }
        assert_eq!(ips(stage).await, [Value::Null; 0]);
        stage.verify().await;
    }

    async fn a_copy_has_hashes_only(stage) {
        stage.funded("alice", "9.00 USD").await;
        called(stage, "ann", IP).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.db");
        let url = format!("sqlite:{}", path.display());
        stage.ok("events.replay", json!({ "into": url })).await;
        let copy = earnest::Engine::open_with(&url, stage.options.clone()).await.unwrap();
        let chain = copy.call("events.verify_chain", json!({})).await.unwrap();
        assert_eq!(chain["ok"], true);
        let verify = copy.call("admin.verify", json!({})).await.unwrap();
        assert_eq!(verify["ok"], true, "{verify}");
        copy.close().await;
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(IP.len()).any(|window| window == IP.as_bytes()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_one_page_is_erased() {
    let stage = Stage::open(Kind::Memory).await;
    for n in 0..1_010 {
        let context = earnest::request::record::Trace { ip: Some(IP.into()), ..Default::default() };
        let top_up = TopUp::new("alice", "1.00 USD").key(format!("k-{n}")).context(context);
        stage.bank.ledger().top_up(top_up).await.unwrap();
    }
    assert_eq!(stage.ok("admin.erase_context", json!({ "subject": "system" })).await["erased"], 1_011);
    stage.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_it_is_left_in_the_file() {
    let stage = Stage::open(Kind::Sqlite).await;
    stage.funded("alice", "9.00 USD").await;
    for n in 0..3 {
        called(&stage, &format!("ann-{n}"), IP).await;
    }
    assert!(in_files(&stage, IP) && in_files(&stage, DEVICE), "the test looks where it is");
    stage.ok("admin.erase_context", json!({ "before_time": "2026-01-09T00:00:00Z" })).await;
    assert!(!in_files(&stage, IP) && !in_files(&stage, DEVICE));
    stage.bank.close().await;
}

/// Rows move within a file that grows: what they leave behind is erased as well.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_in_a_file_of_many() {
    let stage = Stage::open(Kind::Sqlite).await;
    let calls = (0..3_000).map(|n| {
        let ip = Some(format!("203.0.{}.{}", n / 250, n % 250).as_str().into());
        let device = Some(format!("{DEVICE} {n}").as_str().into());
        let context = earnest::request::record::Trace { ip, device, ..Default::default() };
        let top_up =
            TopUp::new(format!("alice-{}", n % 97), "1.00 USD").key(format!("k-{n}")).context(context);
        let bank = stage.bank.clone();
        async move { bank.ledger().top_up(top_up).await.map(drop) }
    });
    for outcome in support::all_at_once(calls).await {
        outcome.unwrap();
    }
    assert!(in_files(&stage, "203.0."), "the test looks where it is");
    stage.ok("admin.erase_context", json!({ "before_time": "2026-01-09T00:00:00Z" })).await;
    assert_eq!(["203.0.", DEVICE].map(|text| count_in_files(&stage, text)), [0, 0]);
    stage.verify().await;
    stage.bank.close().await;
}

/// Requests, rows and views are printed in logs and tests of others: without what is private.
#[tokio::test(flavor = "multi_thread")]
async fn debug_does_not_show_it() {
    let stage = Stage::open(Kind::Memory).await;
    let context = earnest::request::record::Trace {
        ip: Some(IP.into()),
        device: Some(DEVICE.into()),
        ..Default::default()
    };
    let request = TopUp::new("alice", "1.00 USD").key("k").context(context);
    let shown = format!("{request:?}");
    stage.bank.ledger().top_up(request).await.unwrap();
    let audit = stage.bank.admin().audit(earnest::requests::Audit::new()).await.unwrap();
    assert_eq!(audit.items.iter().filter(|event| event.ip.as_deref() == Some(IP)).count(), 2);
    for text in [shown, format!("{audit:?}")] {
        assert!(!text.contains(IP) && !text.contains(DEVICE), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_or_erased_by_hand_is_named() {
    let changes = [
        format!("UPDATE {{p}}event SET private = replace(private, '{IP}', '192.0.2.1') WHERE private IS NOT NULL"),
        "UPDATE {p}event SET private = NULL WHERE private IS NOT NULL".to_owned(),
        "UPDATE {p}event SET private = '{}' WHERE private IS NOT NULL".to_owned(),
        "UPDATE {p}event SET private = (SELECT y.private FROM {p}event AS y WHERE y.private IS NOT NULL) WHERE kind = 'account.opened' AND private IS NULL".to_owned(),
    ];
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for change in &changes {
            let stage = Stage::open(kind).await;
            stage.funded("alice", "9.00 USD").await;
            called(&stage, "ann", IP).await;
            // erasures that are not about her, or were before her call
            stage.ok("admin.erase_context", json!({ "subject": "ben" })).await;
            stage.ok("admin.erase_context", json!({ "before_time": "2026-01-01T00:00:00Z" })).await;
            stage.verify().await;
            assert_eq!(sql(&stage, change).await, 1, "{change}");
            assert_eq!(findings(&stage, None).await, ["contexts"], "{kind:?}: {change}");
            stage.bank.close().await;
        }
    }
}

/// A receipt is signed over what stays.
#[tokio::test(flavor = "multi_thread")]
async fn receipts_hold_after_an_erasure() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().keyring(earnest::keyring::Keyring::for_tests())).await;
        stage.funded("alice", "9.00 USD").await;
        let paid = stage.ok("ledger.deduct", order("ann", IP)).await;
        let asked = json!({ "receipt": id(&paid["transfer"]) });
        let before = stage.ok("receipts.get", asked.clone()).await;
        assert_eq!(stage.ok("admin.erase_context", json!({ "subject": "ann" })).await["erased"], 1);
        assert_eq!(stage.ok("receipts.get", asked).await, before);
        let verified = stage.ok("receipts.verify", json!({ "receipt": before })).await;
        assert_eq!(verified["valid"], true, "{verified}");
        stage.bank.close().await;
    }
}
