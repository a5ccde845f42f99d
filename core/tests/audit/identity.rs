//! Which store is it, and which of its histories? Another database of the same kind is refused, and a copy
//! that goes its own way is told apart.

use earnest::Engine;
use earnest::engine::bound::Bound;
use earnest::keyring::Keyring;
use sqlx::Connection as _;

use crate::support::{self, Kind, Stage, Value, code, id, json};

/// A database of its own, with an engine on it.
struct Place {
    kind: Kind,
    url: String,
    bank: Engine,
    _folder: tempfile::TempDir,
}

async fn place(kind: Kind, seed: u64) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let url = match kind {
        Kind::Postgres => tokio::task::spawn_blocking(support::postgres::database).await.unwrap(),
        _ => format!("sqlite:{}", folder.path().join("money.db").display()),
    };
    let options = support::options_from(seed).keyring(Keyring::for_tests());
    let bank = Engine::open_with(&url, options).await.unwrap();
    for account in ["alice", "bob"] {
        let args = json!({ "account": account, "amount": "10.00 USD", "key": format!("fund-{account}") });
        bank.call("ledger.top_up", args).await.unwrap();
    }
    Place { kind, url, bank, _folder: folder }
}

async fn state(bank: &Engine) -> String {
    bank.call("events.state_hash", json!({})).await.unwrap()["hash"].to_string()
}

/// Makes these calls through `engine` inside a host's transaction on the database of `on`.
async fn inside(engine: &Engine, on: &Place, calls: &[(&str, Value)]) -> Vec<&'static str> {
    let mut codes = Vec::new();
    match on.kind {
        Kind::Postgres => {
            let mut conn = sqlx::PgConnection::connect(&on.url).await.unwrap();
            let mut transaction = conn.begin().await.unwrap();
            let bound = engine.using(&mut transaction).unwrap();
            called(&bound, calls, &mut codes).await;
            drop(bound);
            transaction.commit().await.unwrap();
        }
        _ => {
            let mut conn = sqlx::SqliteConnection::connect(&on.url).await.unwrap();
            let mut transaction = conn.begin().await.unwrap();
            let bound = engine.using(&mut transaction).unwrap();
            called(&bound, calls, &mut codes).await;
            drop(bound);
            transaction.commit().await.unwrap();
            conn.close().await.unwrap();
        }
    }
    codes
}

async fn called(bound: &Bound<'_>, calls: &[(&str, Value)], codes: &mut Vec<&'static str>) {
    for (name, args) in calls {
        codes.push(support::code(&earnest::api::operations::call(bound, name, args.clone()).await));
    }
}

fn calls() -> Vec<(&'static str, Value)> {
    vec![
        ("ledger.balance", json!({ "account": "alice" })),
        ("ledger.accounts", json!({})),
        ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": "t" })),
        (
            "approvals.set_policy",
            json!({ "id": "p", "operation": "ledger.transfer", "currency": "USD", "threshold": "1.00 USD" }),
        ),
        ("ledger.top_up", json!({ "account": "mallory", "amount": "5.00 USD", "key": "m" })),
        ("ledger.balance", json!({ "account": "alice" })),
    ]
}

/// Two databases of one kind, each with the other's engine: everything is refused, reads too, and no money
/// moves.
#[tokio::test(flavor = "multi_thread")]
async fn the_engine_of_another_store_reads_and_writes_nothing() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let (first, second) = (place(kind, 1).await, place(kind, 1 << 40).await);
        assert_ne!(first.bank.identity().store, second.bank.identity().store);
        let before = [state(&first.bank).await, state(&second.bank).await];
        for (engine, on) in [(&first.bank, &second), (&second.bank, &first)] {
            for call in calls() {
                let found = inside(engine, on, std::slice::from_ref(&call)).await;
                assert_eq!(found, ["store_mismatch"], "{kind:?} {call:?}");
            }
            // a refusal does not make a friend of it
            assert_eq!(inside(engine, on, &calls()).await, ["store_mismatch"; 6], "{kind:?}");
        }
        assert_eq!([state(&first.bank).await, state(&second.bank).await], before);
        // its own engine is let in
        let own = inside(&first.bank, &first, &calls()).await;
        assert_eq!(own, ["ok"; 6], "{kind:?}");
        for place in [first, second] {
            support::verify(&place.bank).await;
            place.bank.close().await;
        }
    }
}

/// A database without tables of an engine is another one too: nobody is asked to make them there. PostgreSQL
/// has failed its statement then, so what follows in that transaction is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_tables_is_another_store() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let own = place(kind, 1).await;
        let folder = tempfile::tempdir().unwrap();
        let url = match kind {
            Kind::Postgres => tokio::task::spawn_blocking(support::postgres::database).await.unwrap(),
            _ => format!("sqlite:{}?mode=rwc", folder.path().join("empty.db").display()),
        };
        let empty = Place { kind, url, bank: own.bank.clone(), _folder: folder };
        for call in calls() {
            let found = inside(&own.bank, &empty, std::slice::from_ref(&call)).await;
            assert_eq!(found, ["store_mismatch"], "{kind:?} {call:?}");
        }
        own.bank.close().await;
    }
}

/// Another process renews the timeline: an engine that stays up lets its own database in all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_that_another_process_began_is_no_other_store() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let place = place(kind, 1).await;
        let other = Engine::open_with(&place.url, support::options_from(1 << 40)).await.unwrap();
        let forked = other.call("admin.fork", json!({})).await.unwrap();
        assert_eq!(forked["store"], json!(place.bank.identity().store));
        assert_ne!(forked["timeline"], forked["previous"]);
        assert_eq!(inside(&place.bank, &place, &calls()).await, ["ok"; 6], "{kind:?}");
        assert_eq!(json!(place.bank.identity().timeline), forked["timeline"]);
        for bank in [&other, &place.bank] {
            support::verify(bank).await;
            bank.close().await;
        }
    }
}

/// A copy that is forked has the past of its original, and another future: links and receipts tell them
/// apart.
#[tokio::test(flavor = "multi_thread")]
async fn a_forked_copy_is_told_apart_from_its_original() {
    let original = place(Kind::Sqlite, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.db");
    original.bank.call("admin.backup", json!({ "path": path })).await.unwrap();
    let options = support::options_from(1 << 40).keyring(Keyring::for_tests());
    let copy = Engine::open_with(&format!("sqlite:{}", path.display()), options).await.unwrap();
    assert_eq!(
        copy.identity(),
        original.bank.identity(),
        "a copy is one store with its original until it is forked"
    );
    copy.call("admin.fork", json!({})).await.unwrap();
    assert_eq!(copy.identity().store, original.bank.identity().store);
    assert_ne!(copy.identity().timeline, original.bank.identity().timeline);
    let at = inside(
        &original.bank,
        &Place {
            kind: Kind::Sqlite,
            url: format!("sqlite:{}", path.display()),
            bank: copy.clone(),
            _folder: tempfile::tempdir().unwrap(),
        },
        &calls(),
    )
    .await;
    assert_eq!(at, ["store_mismatch"; 6]);
    let moved = json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": "t" });
    let mut timelines = Vec::new();
    for bank in [&original.bank, &copy] {
        let done = bank.call("ledger.transfer", moved.clone()).await.unwrap();
        let receipt = bank.call("receipts.get", json!({ "receipt": done["transfer"]["id"] })).await.unwrap();
        assert_eq!(receipt["payload"]["store"], json!(bank.identity().store));
        timelines.push(receipt["payload"]["timeline"].clone());
        let page = bank.call("events.list", json!({ "limit": 100 })).await.unwrap();
        let last = page["items"].as_array().unwrap().last().unwrap().clone();
        let expected = bank.identity().later_timeline();
        assert_eq!(last["timeline"], json!(expected));
        support::verify(bank).await;
    }
    assert_eq!(timelines, [json!(original.bank.identity().timeline), json!(copy.identity().timeline)]);
    let told = copy.call("events.list", json!({ "types": ["store.forked"] })).await.unwrap();
    assert_eq!(told["items"].as_array().unwrap().len(), 1);
    copy.close().await;
    original.bank.close().await;
}

/// A restore puts back what the backup has, whole, while others use the file, and begins a timeline.
#[tokio::test(flavor = "multi_thread")]
async fn a_restore_begins_a_timeline_and_what_is_lost_is_told_as_lost() {
    let place = place(Kind::Sqlite, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.db");
    place.bank.call("admin.backup", json!({ "path": path })).await.unwrap();
    let moved = |key: &str| json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": key });
    let other = Engine::open_with(&place.url, support::options_from(1 << 40)).await.unwrap();
    place.bank.call("ledger.transfer", moved("lost")).await.unwrap();
    other.call("ledger.transfer", moved("lost-too")).await.unwrap();
    let before = place.bank.identity();
    let restored = place.bank.call("admin.restore", json!({ "path": path })).await.unwrap();
    assert_eq!((&restored["store"], &restored["previous"]), (&json!(before.store), &json!(before.timeline)));
    for bank in [&other, &place.bank] {
        let key = bank.call("admin.lookup_key", json!({ "key": "lost" })).await.unwrap();
        assert_eq!(key["outcome"], "unknown", "{key}");
        let amount = bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
        assert_eq!(amount["available"]["amount"], "10.00");
    }
    place.bank.call("ledger.transfer", moved("lost")).await.unwrap();
    other.call("ledger.transfer", moved("after")).await.unwrap();
    for bank in [&other, &place.bank] {
        let amount = bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
        assert_eq!(amount["available"]["amount"], "8.00");
        support::verify(bank).await;
    }
    // a backup of another store is none
    let stranger = self::place(Kind::Sqlite, 1 << 41).await;
    let refused = stranger.bank.call("admin.restore", json!({ "path": path })).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "store_mismatch");
    for path in ["/nowhere/at/all.db", "", folder.path().to_str().unwrap()] {
        let refused = place.bank.call("admin.restore", json!({ "path": path })).await.unwrap_err();
        assert_eq!(
            (refused.code().as_str(), &refused.details()["field"]),
            ("invalid_request", &json!("path"))
        );
    }
    for taken in [path.to_str().unwrap(), "/nowhere/at/all.db", "", "file:x?mode=memory"] {
        let refused = place.bank.call("admin.backup", json!({ "path": taken })).await;
        if taken.starts_with("file:") {
            // a file of that name, not what SQLite would make of it
            refused.unwrap();
            std::fs::remove_file(taken).unwrap();
            continue;
        }
        let refused = refused.unwrap_err();
        assert_eq!(
            (refused.code().as_str(), &refused.details()["field"]),
            ("invalid_request", &json!("path")),
            "{taken}"
        );
    }
    support::verify(&stranger.bank).await;
    for bank in [other, place.bank.clone(), stranger.bank.clone()] {
        bank.close().await;
    }
}

/// The store is found on another server than the one that was written down: a failover, a restored dump.
/// Whoever finds it begins a timeline, once.
#[tokio::test(flavor = "multi_thread")]
async fn another_server_is_another_timeline() {
    let place = place(Kind::Postgres, 1).await;
    let first = place.bank.identity();
    let mut conn = sqlx::PgConnection::connect(&place.url).await.unwrap();
    let moved = "UPDATE earnest.meta SET server = regexp_replace(server, '^[0-9]+', '7')";
    sqlx::query(moved).execute(&mut conn).await.unwrap();
    let open = |seed| Engine::open_with(&place.url, support::options_from(seed));
    let second = open(1 << 40).await.unwrap();
    let third = open(1 << 41).await.unwrap();
    assert_eq!(second.identity().store, first.store);
    assert_ne!(second.identity().timeline, first.timeline);
    assert_eq!(third.identity(), second.identity(), "the same server is the same timeline");
    assert_eq!(inside(&place.bank, &place, &calls()).await, ["ok"; 6]);
    let told = third.call("events.list", json!({ "types": ["store.moved"] })).await.unwrap();
    let told = told["items"].as_array().unwrap();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0]["data"]["previous"], json!(first.timeline));
    // part of what was written down cannot be known to every role: that is no other server
    let unknown = "UPDATE earnest.meta SET server = regexp_replace(server, '^[0-9]+', '-')";
    sqlx::query(unknown).execute(&mut conn).await.unwrap();
    let fourth = open(1 << 42).await.unwrap();
    assert_eq!(fourth.identity(), second.identity());
    for bank in [place.bank, second, third, fourth] {
        support::verify(&bank).await;
        bank.close().await;
    }
}

/// A process that stayed up while another one restored the backup of another store into the empty one.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_stays_up_learns_which_store_it_is_now() {
    let original = Stage::open(Kind::Sqlite).await;
    original.funded("alice", "10.00 USD").await;
    original.funded("bob", "1.00 USD").await;
    let path = original.beside("backup.db");
    original.ok("admin.backup", json!({ "path": path })).await;
    let url = format!("sqlite:{}", original.beside("empty.db").display());
    let open = |seed| {
        let options = support::options_from(seed).keyring(Keyring::for_tests());
        let url = url.clone();
        async move { Engine::open_with(&url, options).await.unwrap() }
    };
    let (up, restoring) = (open(1 << 40).await, open(1 << 41).await);
    restoring.call("admin.restore", json!({ "path": path })).await.unwrap();
    let store = json!(original.bank.identity().store);
    let moved = json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": "t" });
    let transfer = id(&up.call("ledger.transfer", moved).await.unwrap()["transfer"]);
    for bank in [&up, &restoring] {
        let receipt = bank.call("receipts.get", json!({ "receipt": transfer })).await.unwrap();
        assert_eq!(receipt["payload"]["store"], store, "a receipt names the store that there is");
    }
    let third = open(1 << 42).await;
    let mut conn = sqlx::SqliteConnection::connect(&url).await.unwrap();
    for bank in [&up, &third] {
        let mut transaction = conn.begin().await.unwrap();
        let bound = bank.using(&mut transaction).unwrap();
        let args = json!({ "account": "alice" });
        let read = earnest::api::operations::call(&bound, "ledger.balance", args).await;
        assert_eq!(code(&read), "ok");
        drop(bound);
        transaction.rollback().await.unwrap();
    }
    conn.close().await.unwrap();
    for bank in [up, restoring, third] {
        support::verify(&bank).await;
        bank.close().await;
    }
    original.finish().await;
}

/// The same where nothing but `using` is called: it must not lean on what another call has learned.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_let_in_after_another_process_restored_another_store() {
    let original = Stage::open(Kind::Sqlite).await;
    original.funded("alice", "10.00 USD").await;
    original.funded("bob", "1.00 USD").await;
    let path = original.beside("backup.db");
    original.ok("admin.backup", json!({ "path": path })).await;
    let url = format!("sqlite:{}", original.beside("empty.db").display());
    let up = Engine::open_with(&url, support::options_from(1 << 40)).await.unwrap();
    let restoring = Engine::open_with(&url, support::options_from(1 << 41)).await.unwrap();
    restoring.call("admin.restore", json!({ "path": path })).await.unwrap();
    let mut conn = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let mut transaction = conn.begin().await.unwrap();
    let bound = up.using(&mut transaction).unwrap();
    let read = earnest::api::operations::call(&bound, "ledger.balance", json!({ "account": "alice" })).await;
    assert_eq!(code(&read), "ok");
    drop(bound);
    transaction.rollback().await.unwrap();
    conn.close().await.unwrap();
    for bank in [up, restoring] {
        bank.close().await;
    }
    original.finish().await;
}
