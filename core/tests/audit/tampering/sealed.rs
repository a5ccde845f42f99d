//! Whoever can write to the database cannot make the vault open a value that is not in its place, nor put an
//! earlier one back unseen; and what was forgotten is not in the files.

use earnest::Options;
use earnest::keyring::Keyring;
use sqlx::{AssertSqlSafe, Connection as _};

use super::{findings, sql};
use crate::support::{Kind, Stage, Value, json, options};

pub(super) fn keyed() -> Options {
    options().keyring(Keyring::for_tests())
}

fn of(subject: &str, name: &str) -> Value {
    json!({ "subject": subject, "name": name })
}

async fn put(stage: &Stage, subject: &str, name: &str, value: &str) {
    let args = json!({ "subject": subject, "name": name, "value": value, "searchable": true });
    stage.ok("vault.put", args).await;
}

/// Ids and bodies of the records of a kind.
pub(super) async fn records(stage: &Stage, kind: &str) -> Vec<(String, String)> {
    let select = format!("SELECT CAST(id AS text), body FROM {{p}}record WHERE kind = '{kind}' ORDER BY id");
    match stage.kind {
        Kind::Sqlite => {
            let mut conn = sqlx::SqliteConnection::connect(&stage.url).await.unwrap();
            let text = select.replace("{p}", "earnest_");
            sqlx::query_as(AssertSqlSafe(text)).fetch_all(&mut conn).await.unwrap()
        }
        _ => {
            let mut conn = sqlx::PgConnection::connect(&stage.url).await.unwrap();
            let text = select.replace("{p}", &format!("\"{}\".", stage.options.schema));
            sqlx::query_as(AssertSqlSafe(text)).fetch_all(&mut conn).await.unwrap()
        }
    }
}

pub(super) async fn set_body(stage: &Stage, id: &str, body: &str) {
    let body = body.replace('\'', "''");
    let changed = sql(stage, &format!("UPDATE {{p}}record SET body = '{body}' WHERE id = '{id}'")).await;
    assert_eq!(changed, 1, "{id}");
}

/// A text of a body.
pub(super) fn text(body: &str, name: &str) -> Value {
    serde_json::from_str::<Value>(body).unwrap()["texts"][name].clone()
}

pub(super) fn with_text(body: &str, name: &str, text: Value) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap();
    body["texts"][name] = text;
    body.to_string()
}

/// The value of the same subject and name in another book does not open either.
#[tokio::test(flavor = "multi_thread")]
async fn museum_27_a_value_of_another_book_does_not_open() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, keyed()).await;
        let args = json!({ "subject": "u-1", "name": "email", "value": "alice@example.com" });
        let books = ["main", "other"];
        for book in books {
            stage.bank.book(book).unwrap().call("vault.put", args.clone()).await.unwrap();
        }
        let before = records(&stage, "vault_value").await;
        assert_eq!(before.len(), 2);
        for (to, from) in [(0, 1), (1, 0)] {
            let (id, body) = &before[to];
            set_body(&stage, id, &with_text(body, "sealed", text(&before[from].1, "sealed"))).await;
            let fresh = stage.again().await;
            let mut told = Vec::new();
            for book in books {
                let revealed = fresh.book(book).unwrap().call("vault.reveal", of("u-1", "email")).await;
                told.push(revealed.map_err(|error| error.details()));
            }
            let wrong: Vec<_> = told.into_iter().filter_map(Result::err).collect();
            assert_eq!(wrong, [json!({ "object": format!("vault_value {id}") })], "{kind:?}");
            fresh.close().await;
            set_body(&stage, id, body).await;
        }
        stage.bank.close().await;
    }
}

/// Every sealed value in the place of every other one, of other names and subjects: none opens there.
#[tokio::test(flavor = "multi_thread")]
async fn museum_27_a_value_in_another_row_does_not_open() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, keyed()).await;
        for subject in ["u-1", "u-2"] {
            for name in ["email", "phone"] {
                put(&stage, subject, name, &format!("{subject} {name}")).await;
            }
        }
        let before = records(&stage, "vault_value").await;
        let named: Vec<(String, String)> = before
            .iter()
            .map(|(_, body)| {
                let part = |name| text(body, name)["text"].as_str().unwrap().to_owned();
                (part("subject"), part("name"))
            })
            .collect();
        let mut cells = 0;
        for (to, (id, body)) in before.iter().enumerate() {
            for (from, (_, other)) in before.iter().enumerate().filter(|(from, _)| *from != to) {
                set_body(&stage, id, &with_text(body, "sealed", text(other, "sealed"))).await;
                // whoever opens the store next sees the rows as they are
                let bank = stage.again().await;
                let error = bank.call("vault.reveal", of(&named[to].0, &named[to].1)).await.unwrap_err();
                assert_eq!(error.code().as_str(), "decryption_failed", "{from} in {to}");
                assert_eq!(error.details(), json!({ "object": format!("vault_value {id}") }));
                bank.close().await;
                cells += 1;
            }
            assert_eq!(findings(&stage, None).await, ["log_matches_rows", "vault"], "{kind:?}");
            set_body(&stage, id, body).await;
        }
        assert_eq!(cells, 12);
        assert_eq!(findings(&stage, None).await, [""; 0]);
        stage.bank.close().await;
    }
}

/// The value of the same book, subject and name of another installation does not open, though both have the
/// same keyring: each has data keys of its own.
#[tokio::test(flavor = "multi_thread")]
async fn museum_27_a_value_of_another_installation_does_not_open() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let real = || keyed().env(earnest::env::Env::default());
        let stages = [Stage::with(kind, real()).await, Stage::with(kind, real()).await];
        let mut bodies = Vec::new();
        for stage in &stages {
            put(stage, "u-1", "email", "alice@example.com").await;
            bodies.push(records(stage, "vault_value").await.remove(0));
        }
        for (to, from) in [(0, 1), (1, 0)] {
            let (id, body) = &bodies[to];
            set_body(&stages[to], id, &with_text(body, "sealed", text(&bodies[from].1, "sealed"))).await;
            let bank = stages[to].again().await;
            let error = bank.call("vault.reveal", of("u-1", "email")).await.unwrap_err();
            assert_eq!(error.code().as_str(), "decryption_failed", "{kind:?}");
            bank.close().await;
        }
        for stage in stages {
            stage.bank.close().await;
        }
    }
}

/// The second version of a value, put at this place of a log, as it is stored.
async fn second(stage: &Stage) -> Vec<u8> {
    put(stage, "u-1", "email", "bob@example.com").await;
    let (_, body) = records(stage, "vault_value").await.remove(0);
    let version = &serde_json::from_str::<Value>(&body).unwrap()["facts"]["version"];
    assert_eq!(*version, 2, "the same place: {body}");
    let bytes = text(&body, "sealed")["text"].as_str().unwrap().to_owned();
    data_encoding::BASE64_NOPAD.decode(bytes.as_bytes()).unwrap()
}

/// The same value, sealed several times for one place: under another salt each time, so as another
/// ciphertext.
fn share_nothing(sealed: &[Vec<u8>]) {
    for (place, one) in sealed.iter().enumerate() {
        for other in &sealed[..place] {
            // what two have in common is the version, the key id, and bytes that are equal by chance
            let common = one.iter().zip(other).filter(|(a, b)| a == b).count();
            assert!(common < one.len() / 2 && one != other, "{common} of {}", one.len());
            let tail = one.len() - 64;
            assert_ne!(one[tail..], other[tail..]);
        }
    }
}

/// A store that is restored comes to the same place of its log again. What is sealed there is sealed with
/// another salt, so under another key, than what was sealed there before; the ciphertext of the same value
/// is another one too.
#[tokio::test(flavor = "multi_thread")]
async fn museum_28_a_restored_store_seals_with_other_salts() {
    let real = keyed().env(earnest::env::Env::default());
    let stage = Stage::with(Kind::Sqlite, real).await;
    put(&stage, "u-1", "email", "alice@example.com").await;
    let path = stage.beside("snapshot.db");
    stage.ok("admin.backup", json!({ "path": path })).await;
    let mut sealed = Vec::new();
    for _ in 0..5 {
        sealed.push(second(&stage).await);
        stage.ok("admin.restore", json!({ "path": path })).await;
    }
    share_nothing(&sealed);
    stage.finish().await;
}

/// The same of a database on a server, which its operator copies while nobody has it open, as from a dump or
/// a snapshot of its disk: each copy goes on where the original stood.
#[tokio::test(flavor = "multi_thread")]
async fn museum_28_copies_of_a_database_seal_with_other_salts() {
    let url = tokio::task::spawn_blocking(crate::support::postgres::database).await.unwrap();
    let real = || keyed().env(earnest::env::Env::default());
    let original = Stage::on(Kind::Postgres, url.clone(), real()).await;
    put(&original, "u-1", "email", "alice@example.com").await;
    original.bank.close().await;
    let (base, name) = url.rsplit_once('/').unwrap();
    let mut server = sqlx::PgConnection::connect(&format!("{base}/postgres")).await.unwrap();
    let mut sealed = Vec::new();
    for copy in 0..5 {
        let statement = format!("CREATE DATABASE {name}_{copy} TEMPLATE {name}");
        sqlx::query(AssertSqlSafe(statement)).execute(&mut server).await.unwrap();
        let stage = Stage::on(Kind::Postgres, format!("{url}_{copy}"), real()).await;
        sealed.push(second(&stage).await);
        let value = stage.ok("vault.reveal", of("u-1", "email")).await["value"].clone();
        assert_eq!(value, "bob@example.com");
        stage.finish().await;
    }
    share_nothing(&sealed);
}

/// One that is put back whole opens, as it once did; the log knows that a later one was put.
#[tokio::test(flavor = "multi_thread")]
async fn museum_27_an_earlier_value_that_is_put_back_is_found() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, keyed()).await;
        put(&stage, "u-1", "email", "old@example.com").await;
        let (id, old) = records(&stage, "vault_value").await.remove(0);
        put(&stage, "u-1", "email", "new@example.com").await;
        let (_, new) = records(&stage, "vault_value").await.remove(0);
        assert_eq!(findings(&stage, None).await, [""; 0]);
        // the earlier bytes under the later version do not open
        set_body(&stage, &id, &with_text(&new, "sealed", text(&old, "sealed"))).await;
        let bank = stage.again().await;
        let error = bank.call("vault.reveal", of("u-1", "email")).await.unwrap_err();
        assert_eq!(error.code().as_str(), "decryption_failed");
        bank.close().await;
        set_body(&stage, &id, &old).await;
        assert!(findings(&stage, None).await.contains(&"log_matches_rows".to_owned()), "{kind:?}");
        stage.bank.close().await;
    }
}

/// Each bit of a stored value, and of a wrapped key.
#[tokio::test(flavor = "multi_thread")]
async fn an_altered_bit_of_what_is_stored_opens_nothing() {
    use data_encoding::BASE64_NOPAD;

    let stage = Stage::with(Kind::Sqlite, keyed()).await;
    put(&stage, "u-1", "email", "a").await;
    for (kind, name) in [("vault_value", "sealed"), ("vault_subject", "key")] {
        let (id, body) = records(&stage, kind).await.remove(0);
        let stored = text(&body, name);
        let bytes = BASE64_NOPAD.decode(stored["text"].as_str().unwrap().as_bytes()).unwrap();
        // one bit in each byte: all of them are in the tests of sealing itself
        for place in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[place] ^= 1 << (place % 8);
            let mut given = stored.clone();
            given["text"] = BASE64_NOPAD.encode(&altered).into();
            set_body(&stage, &id, &with_text(&body, name, given)).await;
            let bank = stage.again().await;
            let error = bank.call("vault.reveal", of("u-1", "email")).await.unwrap_err();
            assert_eq!(error.code().as_str(), "decryption_failed", "{kind}, byte {place}");
            bank.close().await;
        }
        set_body(&stage, &id, &body).await;
    }
    assert_eq!(stage.ok("vault.reveal", of("u-1", "email")).await["value"], "a");
    stage.finish().await;
}

/// The files of a SQLite store have neither the value nor what was sealed nor the data key, and the rows of
/// PostgreSQL have none of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_forgotten_is_neither_in_rows_nor_in_files() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, keyed()).await;
        let mut gone = vec!["forget-me@example.com".to_owned(), "u-gone".to_owned(), "nickname".to_owned()];
        for n in 0..40 {
            put(&stage, &format!("u-{n}"), "email", "somebody@example.com").await;
            // long ones go onto pages of their own
            put(&stage, "u-gone", "nickname", &format!("forget-me@example.com {}", "x".repeat(n * 500)))
                .await;
            for (of, name) in [("vault_value", "sealed"), ("vault_subject", "key")] {
                for (_, body) in records(&stage, of).await {
                    let whom = text(&body, "subject");
                    if whom["text"] == "u-gone" {
                        let text = text(&body, name)["text"].as_str().unwrap().to_owned();
                        // any page has at least this much of it
                        gone.push(text[..64].to_owned());
                        gone.push(text[text.len() - 64..].to_owned());
                    }
                }
            }
        }
        gone.sort_unstable();
        gone.dedup();
        assert!(gone.len() > 80, "{}", gone.len());
        assert!(gone.iter().any(|text| found(&stage, text)) || kind == Kind::Postgres);
        stage.ok("vault.forget", json!({ "subject": "u-gone" })).await;
        for kind in ["vault_value", "vault_subject", "vault_keys"] {
            let rows = format!("{:?}", records(&stage, kind).await);
            assert!(gone.iter().all(|text| !rows.contains(text.as_str())), "{kind}");
        }
        let left: Vec<&String> = gone.iter().filter(|text| found(&stage, text)).collect();
        assert!(left.is_empty(), "{kind:?}: {left:?}");
        stage.finish().await;
    }
}

/// Whether the files of a SQLite store have a text anywhere.
fn found(stage: &Stage, text: &str) -> bool {
    let path = stage.url.trim_start_matches("sqlite:");
    ["", "-wal"].iter().any(|end| {
        let bytes = std::fs::read(format!("{path}{end}")).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

/// Whoever alters a number to the last that there is stops that credential, and no call of others.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_without_a_next_one_is_refused() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, keyed()).await;
        let pin = |subject: &str| json!({ "subject": subject, "pin": "4711" });
        for subject in ["u-1", "u-2"] {
            stage.ok("credentials.set_pin", pin(subject)).await;
            put(&stage, subject, "email", "a@example.com").await;
        }
        for (kind_of, number) in [("credential_pin", "set"), ("vault_value", "version")] {
            for (id, body) in records(&stage, kind_of).await {
                if text(&body, "subject")["text"] == "u-1" {
                    let mut altered: Value = serde_json::from_str(&body).unwrap();
                    assert_eq!(altered["facts"][number], 1, "{altered}");
                    altered["facts"][number] = u64::MAX.into();
                    set_body(&stage, &id, &altered.to_string()).await;
                }
            }
        }
        let by_admin = |subject: &str, pin: &str| json!({ "subject": subject, "pin": pin, "actor": { "id": "kim", "role": "admin" } });
        let email = |subject: &str| json!({ "subject": subject, "name": "email", "value": "b@example.com" });
        for pin in ["2580", "5836", "9021"] {
            let (one, other, third, fourth) = tokio::join!(
                stage.call("credentials.set_pin", by_admin("u-1", pin)),
                stage.call("credentials.set_pin", by_admin("u-2", pin)),
                stage.call("vault.put", email("u-1")),
                stage.call("vault.put", email("u-2")),
            );
            assert_eq!(one.unwrap_err().code().as_str(), "decryption_failed", "{kind:?}");
            assert_eq!(third.unwrap_err().code().as_str(), "decryption_failed", "{kind:?}");
            assert!(other.is_ok() && fourth.is_ok(), "{kind:?} {other:?} {fourth:?}");
        }
        stage.bank.close().await;
    }
}

/// The same for the version of any row, which each change raises.
#[tokio::test(flavor = "multi_thread")]
async fn a_version_without_a_next_one_is_refused() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, keyed()).await;
        let counted = json!({ "id": "r-1", "action": "*", "subject": "account", "metric": "count", "window": "day", "limit": 1000, "outcome": "block" });
        stage.ok("risk.set_rule", counted).await;
        for subject in ["u-1", "u-2", "u-3"] {
            put(&stage, subject, "email", "a@example.com").await;
            stage.funded(subject, "9.00 USD").await;
        }
        let deduct = |key: &str| json!({ "account": "u-2", "amount": "0.01 USD", "key": key });
        stage.ok("ledger.deduct", deduct("before")).await;
        let bank = stage.again().await;
        let most = format!("version = {}", i64::MAX);
        for (table, whose) in
            [("account", "id = 'u-1'"), ("record", "kind = 'vault_value'"), ("counter", "1 = 1")]
        {
            let altered = sql(&stage, &format!("UPDATE {{p}}{table} SET {most} WHERE {whose}")).await;
            assert!(altered > 0, "{kind:?} {table}");
        }
        for n in 0..3 {
            let email = json!({ "subject": "u-1", "name": "email", "value": "b@example.com" });
            let top_up = |account: &str| json!({ "account": account, "amount": "1.00 USD", "key": format!("{account}-{n}") });
            let (one, second, third, other) = tokio::join!(
                bank.call("ledger.top_up", top_up("u-1")),
                bank.call("vault.put", email),
                bank.call("ledger.deduct", deduct(&format!("d-{n}"))),
                bank.call("ledger.top_up", top_up("new")),
            );
            for refused in [one.map(drop), second.map(drop), third.map(drop)] {
                assert_eq!(refused.unwrap_err().code().as_str(), "corrupted", "{kind:?}");
            }
            assert!(other.is_ok(), "{kind:?} {other:?}");
        }
        bank.close().await;
        stage.bank.close().await;
    }
}

/// The same for the head of a book's log: its own calls are refused, those of other books go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_without_a_next_number_stops_its_own_book_alone() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for number in ["version", "seq"] {
            let stage = Stage::open(kind).await;
            let top_up = |n| json!({ "account": "u-1", "amount": "1.00 USD", "key": format!("t-{n}") });
            for book in ["altered", "other"] {
                stage.bank.book(book).unwrap().call("ledger.top_up", top_up(0)).await.unwrap();
            }
            let bank = stage.again().await;
            // with events that wait for their places, on PostgreSQL
            let set = format!("UPDATE {{p}}head SET {number} = {} WHERE book = 'altered'", i64::MAX);
            assert_eq!(sql(&stage, &set).await, 1, "{kind:?} {number}");
            let (altered, other) = (bank.book("altered").unwrap(), bank.book("other").unwrap());
            for n in 1..4 {
                let (refused, passed) = tokio::join!(
                    altered.call("ledger.top_up", top_up(n)),
                    other.call("ledger.top_up", top_up(n)),
                );
                assert_eq!(refused.unwrap_err().code().as_str(), "corrupted", "{kind:?} {number}");
                assert!(passed.is_ok(), "{kind:?} {number} {passed:?}");
            }
            let events = other.call("events.list", json!({ "types": ["transfer.posted"] })).await.unwrap();
            assert_eq!(events["items"].as_array().map(Vec::len), Some(4), "{kind:?} {events}");
            bank.close().await;
            stage.bank.close().await;
        }
    }
}
