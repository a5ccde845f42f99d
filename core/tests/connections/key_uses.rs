//! Whether a key of the vault is still needed, asked where transactions are prepared or not to be seen.

#![cfg(feature = "postgres")]

use std::time::Duration;

use earnest::api::operations::call;
use earnest::env::Env;
use earnest::keyring::{Keyring, Purpose};
use earnest::{Code, Engine, KeyUse, Options};

use crate::standby::{follows, pair};
use crate::support::json;
use crate::support::servers::Server;

fn value(subject: &str) -> serde_json::Value {
    json!({ "subject": subject, "name": "email", "value": "alice@example.com", "key": subject })
}

/// Returns the books that need a key, and the number of data keys in each.
fn needed(uses: &[KeyUse]) -> Vec<(&str, u64)> {
    uses.iter().map(|used| (used.book.as_str(), used.data_keys)).collect()
}

/// A key of the vault, a keyring that has it, and one with a newer key.
fn keyrings() -> (String, Keyring, Keyring) {
    let first = Keyring::for_tests();
    let kid = first.newest(Purpose::Vault).unwrap().kid().to_owned();
    let next = first.rotate(&Env::default());
    (kid, first, next)
}

/// A transaction that is prepared while it is waited for has another name from then on, and no connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_needed_while_the_first_value_of_a_book_is_in_doubt() {
    let server = tokio::task::spawn_blocking(Server::preparing).await.unwrap();
    let url = server.database("shop");
    let (old, first, next) = keyrings();
    let bank = Engine::open_with(&url, Options::new().keyring(first)).await.unwrap();
    bank.call("vault.put", value("alice")).await.unwrap();
    let new = Engine::open_with(&url, Options::new().keyring(next)).await.unwrap();
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("SELECT 1").execute(&mut *tx).await.unwrap();
    let bound = bank.book("shop-1").unwrap().using(&mut tx).unwrap();
    call(&bound, "vault.put", value("bob")).await.unwrap();
    drop(bound);
    new.call("vault.rotate", json!({})).await.unwrap();

    let counting = tokio::spawn({
        let (new, old) = (new.clone(), old.clone());
        async move { new.uses_of_key(&old).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    sqlx::query("PREPARE TRANSACTION 'checkout'").execute(&mut *tx).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!counting.is_finished(), "it answered while a transaction was in doubt");
    let refused = new.uses_of_key(&old).await.map_err(|error| error.code());
    assert_eq!(refused, Err(Code::Contention), "nobody has ended it");
    let counting = counting.await.unwrap().map_err(|error| error.code());
    assert_eq!(counting, Err(Code::Contention));

    sqlx::query("COMMIT PREPARED 'checkout'").execute(&pool).await.unwrap();
    assert_eq!(needed(&new.uses_of_key(&old).await.unwrap()), [("shop-1", 1)]);
    new.book("shop-1").unwrap().call("vault.rotate", json!({})).await.unwrap();
    assert_eq!(needed(&new.uses_of_key(&old).await.unwrap()), []);
    for engine in [bank, new] {
        engine.close().await;
    }
    drop(tx);
    pool.close().await;
}

/// A standby has what its primary committed a moment ago, and none of its open transactions: by what it sees
/// a key may be needed, and never that it is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_standby_does_not_say_that_a_key_can_be_dropped() {
    let (primary, standby) = pair().await;
    let (old, first, next) = keyrings();
    let bank = Engine::open_with(&primary.url("shop"), Options::new().keyring(first.clone())).await.unwrap();
    bank.call("vault.put", value("alice")).await.unwrap();
    follows(&primary, &standby).await;
    let reading = Options::new().keyring(first).read_only(true);
    let copy = Engine::open_with(&standby.url("shop"), reading).await.unwrap();
    assert_eq!(needed(&copy.uses_of_key(&old).await.unwrap()), [("main", 1)]);
    let without = next.without("keyring", &old).unwrap();
    let refused = copy.replace_keyring(without.clone()).await.map_err(|error| error.code());
    assert_eq!(refused, Err(Code::InvalidRequest), "a reader needs the key as well");

    bank.replace_keyring(next).await.unwrap();
    bank.call("vault.rotate", json!({})).await.unwrap();
    follows(&primary, &standby).await;
    assert_eq!(needed(&bank.uses_of_key(&old).await.unwrap()), []);
    let refused = copy.uses_of_key(&old).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotSupported);
    assert!(refused.to_string().contains("ask the primary"), "{refused}");
    assert!(copy.replace_keyring(without).await.unwrap(), "who only reads does without the key");
    let revealed = json!({ "subject": "alice", "name": "email" });
    assert_eq!(bank.call("vault.reveal", revealed).await.unwrap()["value"], "alice@example.com");
    for engine in [bank, copy] {
        engine.close().await;
    }
}
