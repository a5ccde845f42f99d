//! A store that is opened to be read and nothing else: an auditor's copy, a file without the right to write,
//! a server that lets nobody write.

#![cfg(any(feature = "sqlite", feature = "postgres"))]

use earnest::{Engine, Options};

use crate::support::{Kind, Stage, code, json, verify};

/// Health said of an engine that only reads, and of one that had written nothing, that the last write was
/// committed.
#[tokio::test(flavor = "multi_thread")]
async fn health_does_not_say_that_writes_succeed_where_none_was_made() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let stage = Stage::open(kind).await;
        let auditor = Engine::open_with(&stage.url, stage.options.clone().read_only(true)).await.unwrap();
        for (bank, said) in [
            (&auditor, "not looked at: the engine was opened to read only"),
            (&stage.bank, "no write has failed"),
        ] {
            let health = bank.call("admin.health", json!({})).await.unwrap();
            let checks = health["checks"].as_array().unwrap();
            let writes = checks.iter().find(|check| check["name"] == "writes").unwrap();
            assert_eq!(writes["detail"], said, "{kind:?}");
        }
        auditor.close().await;
        stage.finish().await;
    }
}

/// Reads answer as before, everything else is refused by its name, and nothing is changed.
#[tokio::test(flavor = "multi_thread")]
async fn reads_answer_and_writes_are_refused_by_name() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "100.00 USD").await;
        let deal = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD" });
        let deal = stage.ok("escrow.open", deal).await["deal"]["id"].clone();
        let before = stage.state().await;
        let options = stage.options.clone().read_only(true);
        let auditor = Engine::open_with(&stage.url, options).await.unwrap();
        let balance = auditor.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
        assert_eq!(balance["posted"]["amount"], "100.00");
        for (name, args) in [
            ("escrow.history", json!({ "deal": deal })),
            ("escrow.list", json!({})),
            ("events.list", json!({})),
            ("admin.audit", json!({})),
        ] {
            let read = auditor.call(name, args).await.unwrap();
            assert!(!read["items"].as_array().unwrap().is_empty(), "{kind:?} {name}");
        }
        verify(&auditor).await;
        let health = auditor.call("admin.health", json!({})).await.unwrap();
        assert_ne!(health["status"], "critical", "{kind:?}: {health:#}");
        for (name, args) in [
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "key": "k" })),
            ("escrow.pay", json!({ "deal": deal })),
            (
                "ledger.batch",
                json!({ "atomic": true, "ops": [
                { "op": "ledger.top_up", "args": { "account": "alice", "amount": "1.00 USD", "key": "k" } }] }),
            ),
            ("approvals.remove_policy", json!({ "id": "p" })),
            ("admin.fork", json!({})),
            ("admin.restore", json!({ "path": "/nowhere" })),
            ("admin.confirm_clock", json!({})),
            ("admin.erase_context", json!({ "subject": "alice" })),
            ("jobs.run_due", json!({})),
            ("jobs.lease", json!({ "kinds": ["notify.admins"], "limit": 1, "for": "PT1M" })),
        ] {
            let error = auditor.call(name, args).await.unwrap_err();
            assert_eq!(error.code().as_str(), "not_supported", "{kind:?} {name}: {error}");
            assert!(error.details()["reason"].as_str().unwrap().contains("read only"), "{error}");
        }
        auditor.close().await;
        assert_eq!(stage.state().await, before, "{kind:?}");
        stage.finish().await;
    }
}

/// A store without our tables stays without them.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let stage = Stage::open(kind).await;
        let other = match kind {
            Kind::Sqlite => format!("{}-none", stage.url),
            _ => stage.url.clone(),
        };
        let options = Options::new().names("nothing_here", "nothing_here_").read_only(true);
        let refused = Engine::open_with(&other, options).await.unwrap_err();
        let expected = if kind == Kind::Sqlite { "store_unavailable" } else { "migration_required" };
        assert_eq!(refused.code().as_str(), expected, "{kind:?}: {refused}");
        if let Some(path) = other.strip_prefix("sqlite:") {
            assert!(!std::path::Path::new(path).exists());
        }
        stage.finish().await;
    }
}

/// The last events of a store whose engine is gone have no place yet: who only reads leaves them so, and
/// nothing is wrong.
#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_only_read_is_enough() {
    use sqlx::Connection as _;
    let stage = Stage::open(Kind::Postgres).await;
    for _ in 0..5 {
        stage.funded("alice", "1.00 USD").await;
    }
    let mut admin = sqlx::PgConnection::connect(&stage.url).await.unwrap();
    let schema = &stage.options.schema;
    let role = format!("auditor_{schema}_{}", std::process::id());
    let grants = format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role}; \
         GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(grants)).execute(&mut admin).await.unwrap();
    let unplaced = format!("SELECT count(*) FROM {schema}.event_pending");
    let unplaced = || sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(unplaced.clone()));
    let before = unplaced().fetch_one(&mut admin).await.unwrap();
    assert!(before > 0, "nothing here waits for its place");
    let mut url = url::Url::parse(&stage.url).unwrap();
    url.set_username(&role).unwrap();
    let auditor = Engine::open_with(url.as_str(), stage.options.clone().read_only(true)).await.unwrap();
    verify(&auditor).await;
    let stats = auditor.call("ledger.balance", json!({ "account": "alice" })).await;
    assert_eq!(code(&stats), "ok");
    auditor.close().await;
    assert_eq!(unplaced().fetch_one(&mut admin).await.unwrap(), before);
    admin.close().await.unwrap();
    stage.finish().await;
}

/// Waits until nobody has a database of this folder open: a connection may be closed a moment after its
/// engine.
#[cfg(all(feature = "sqlite", unix))]
async fn left_alone(folder: &std::path::Path) {
    let is_open = || {
        std::fs::read_dir(folder)
            .unwrap()
            .any(|entry| entry.unwrap().path().to_str().unwrap().ends_with("-shm"))
    };
    while is_open() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// A copy that is written after all is not read on as if nobody did.
#[cfg(all(feature = "sqlite", unix))]
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_somebody_writes_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/shop.db", folder.path().display());
    Engine::open(&url).await.unwrap().close().await;
    left_alone(folder.path()).await;
    let auditor = Engine::open(&format!("{url}?mode=ro")).await.unwrap();
    assert!(auditor.is_read_only());
    let bank = Engine::open(&url).await.unwrap();
    let args = json!({ "account": "alice", "amount": "1.00 USD", "key": "t" });
    bank.call("ledger.top_up", args).await.unwrap();
    let refused = auditor.call("ledger.accounts", json!({})).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "store_unavailable");
    assert!(refused.message().contains("open it again"), "{refused}");
    auditor.close().await;
    // beside a writer it reads what that one commits
    let auditor = Engine::open(&format!("{url}?mode=ro")).await.unwrap();
    let read = auditor.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
    assert_eq!(read["posted"]["amount"], "1.00");
    let args = json!({ "account": "alice", "amount": "1.00 USD", "key": "u" });
    bank.call("ledger.top_up", args).await.unwrap();
    let read = auditor.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
    assert_eq!(read["posted"]["amount"], "2.00");
    auditor.close().await;
    bank.close().await;
}

/// Events that wait for their places are left to others by whoever may not write: every read that an auditor
/// needs answers all the same, whatever keeps it from writing.
#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn events_that_wait_stop_no_reader() {
    use sqlx::Connection as _;
    let url = tokio::task::spawn_blocking(crate::support::postgres::database).await.unwrap();
    let keyring = crate::support::options().keyring(earnest::keyring::Keyring::for_tests());
    let bank = Engine::open_with(&url, keyring.clone().background(false)).await.unwrap();
    let top_up = json!({ "account": "alice", "amount": "9.00 USD", "key": "k" });
    let receipt = bank.call("ledger.top_up", top_up).await.unwrap()["transfer"]["id"].clone();
    let deal = json!({ "buyer": "alice", "seller": "bob", "price": "4.00 USD", "key": "d" });
    let deal = bank.call("escrow.open", deal).await.unwrap()["deal"]["id"].clone();
    bank.call("escrow.pay", json!({ "deal": deal, "key": "p" })).await.unwrap();
    let mut admin = sqlx::PgConnection::connect(&url).await.unwrap();
    let role = format!("looker_{}", std::process::id());
    let grants = format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA earnest TO {role}; \
         GRANT SELECT ON ALL TABLES IN SCHEMA earnest TO {role}; \
         CREATE ROLE {role}_set LOGIN SUPERUSER; ALTER ROLE {role}_set SET default_transaction_read_only = on"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(grants)).execute(&mut admin).await.unwrap();
    let by = |role: &str| {
        let mut url = url::Url::parse(&url).unwrap();
        url.set_username(role).unwrap();
        url.to_string()
    };
    let quiet = || keyring.clone().background(false);
    let readers = [
        ("read-only", url.clone(), quiet().read_only(true)),
        ("SELECT alone", by(&role), quiet().read_only(true)),
        ("SELECT alone, not said", by(&role), quiet().migrate(earnest::Migrate::Check)),
        ("a setting of the role", by(&format!("{role}_set")), quiet().migrate(earnest::Migrate::Check)),
    ];
    for (what, url, options) in readers {
        let reader = Engine::open_with(&url, options).await.unwrap();
        for (name, args) in [
            ("events.list", json!({})),
            ("events.verify_chain", json!({})),
            ("events.state_hash", json!({})),
            ("escrow.history", json!({ "deal": deal })),
            ("escrow.get", json!({ "deal": deal })),
            ("admin.audit", json!({})),
            ("receipts.list", json!({ "deal": deal })),
            ("ledger.accounts", json!({ "order": "balance" })),
            ("ledger.balance", json!({ "account": "alice" })),
        ] {
            let outcome = reader.call(name, args).await;
            assert!(outcome.is_ok(), "{what}: {name}: {outcome:?}");
        }
        let outcome = reader.call("receipts.get", json!({ "receipt": receipt })).await;
        assert_eq!(code(&outcome), "store_unavailable", "{what}: its event waits: {outcome:?}");
        reader.close().await;
    }
    let waiting = "SELECT count(*) FROM earnest.event_pending";
    assert!(
        sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut admin).await.unwrap() > 0,
        "nobody placed them"
    );
    let outcome = bank.call("receipts.get", json!({ "receipt": receipt })).await;
    assert_eq!(code(&outcome), "ok", "{outcome:?}");
    bank.close().await;
    let drop = format!("DROP OWNED BY {role}; DROP ROLE {role}; DROP ROLE {role}_set");
    sqlx::raw_sql(sqlx::AssertSqlSafe(drop)).execute(&mut admin).await.unwrap();
}
