//! Parameters of the URL of a PostgreSQL store: a demand is met or refused by name, before anything is sent.

#![cfg(feature = "postgres")]

use earnest::requests::TopUp;
use earnest::{Code, Engine, Options};

use crate::support::postgres::database;

async fn url() -> String {
    tokio::task::spawn_blocking(database).await.unwrap()
}

fn options() -> Options {
    Options::new().background(false)
}

/// A demand of the URL that the engine cannot meet is refused before it connects, by the parameter's name.
#[tokio::test(flavor = "multi_thread")]
async fn a_demand_of_the_url_is_met_or_refused() {
    let url = url().await;
    for (parameter, value) in [
        ("channel_binding", "require"),
        ("channel_binding", "nonsense"),
        ("gssencmode", "require"),
        ("gssencmode", "nonsense"),
        ("require_auth", "scram-sha-256"),
        ("ssl_min_protocol_version", "TLSv1.3"),
        ("sslcertmode", "require"),
        ("sslcrl", "/etc/crl.pem"),
        ("requirepeer", "postgres"),
        ("service", "shop"),
    ] {
        let asked = format!("{url}?{parameter}={value}");
        let error = Engine::open_with(&asked, options()).await.expect_err(&asked);
        assert_eq!(error.code(), Code::InvalidRequest, "{error}");
        assert_eq!(error.details()["field"], format!("url.{parameter}"), "{error}");
    }
    // what libpq would set is set, and what the engine needs stays its own
    let top_up = |key: &str| TopUp::new("alice", "1.00 USD").key(key);
    let with =
        |setting: &str| format!("{url}?options=-c%20{setting}&keepalives_idle=30&channel_binding=prefer");
    let bank =
        Engine::open_with(&with("enable_seqscan%3Don%20-crow_security%3Don"), options()).await.unwrap();
    bank.ledger().top_up(top_up("t-1")).await.unwrap();
    bank.close().await;
    let bank = Engine::open_with(&with("default_transaction_read_only%3Don"), options()).await.unwrap();
    let error = bank.ledger().top_up(top_up("t-2")).await.unwrap_err();
    assert!(error.message().contains("`default_transaction_read_only` is on"), "{error}");
    bank.close().await;
}
