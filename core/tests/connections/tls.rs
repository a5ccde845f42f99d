//! Encrypted lines to PostgreSQL: `sslmode` means what libpq means by it.

#![cfg(feature = "postgres")]

use earnest::{Engine, Options};

use crate::support::servers::Server;
use crate::support::{self, all_at_once, json, tally};

async fn encrypting(version: u8) -> Server {
    let start = move || {
        let server = Server::encrypting(version);
        server.database("shop");
        server
    };
    tokio::task::spawn_blocking(start).await.unwrap()
}

/// Works under load, and answers whether every connection is encrypted.
async fn works(server: &Server, mode: &str) -> String {
    let bank = Engine::open(&format!("{}?sslmode={mode}", server.url("shop"))).await.unwrap();
    let calls = (0..50).map(|n| {
        let args = json!({ "account": format!("a{n}"), "amount": "1.00 USD", "key": format!("{mode}-{n}") });
        let bank = bank.clone();
        async move { bank.call("ledger.top_up", args).await }
    });
    assert_eq!(tally(&all_at_once(calls).await), [("ok", 50)].into(), "{mode}");
    let encrypted = server.sql(
        "SELECT bool_and(s.ssl) FROM pg_stat_ssl AS s INNER JOIN pg_stat_activity AS a USING (pid) \
         WHERE a.application_name = 'earnest'",
    );
    support::verify(&bank).await;
    bank.close().await;
    encrypted
}

/// Encrypted, whoever the server is: a certificate that it made for itself will do, whatever its version.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prefer_and_require_take_any_certificate() {
    for version in [1, 3] {
        let server = encrypting(version).await;
        for (mode, encrypted) in [("prefer", "t"), ("require", "t"), ("disable", "f")] {
            assert_eq!(works(&server, mode).await, encrypted, "{mode}, version {version}");
        }
        for mode in ["verify-ca", "verify-full"] {
            let url = format!("{}?sslmode={mode}&sslrootcert={}", server.url("shop"), server.certificate());
            let error = Engine::open_with(&url, Options::new()).await.unwrap_err();
            assert_eq!(error.code().as_str(), "store_unavailable", "{error}");
            assert!(error.message().contains("certificate"), "{mode}, version {version}: {error}");
            assert_eq!(error.message().contains("is of version 1"), version == 1, "{error}");
        }
    }
}

/// A meter beside the engine connects as the engine does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meter_takes_the_certificates_that_the_engine_takes() {
    use sqlx::Row as _;
    let server = encrypting(1).await;
    for (mode, encrypted) in [("prefer", true), ("require", true), ("disable", false)] {
        let url = format!("{}?sslmode={mode}", server.url("shop"));
        let mut meter = earnest::store::postgres::connection(&url).await.unwrap();
        let asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let row = sqlx::query(asked).fetch_one(&mut meter).await.unwrap();
        assert_eq!(row.get::<bool, _>(0), encrypted, "{mode}");
    }
    let refused =
        earnest::store::postgres::connection(&format!("{}?sslmode=verify-full", server.url("shop"))).await;
    assert!(refused.is_err());
}

/// A server that does not encrypt at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn require_means_it() {
    let url = tokio::task::spawn_blocking(support::postgres::database).await.unwrap();
    let error = Engine::open(&format!("{url}?sslmode=require")).await.unwrap_err();
    assert!(error.message().contains("TLS"), "{error}");
    Engine::open(&format!("{url}?sslmode=prefer")).await.unwrap().close().await;
}
