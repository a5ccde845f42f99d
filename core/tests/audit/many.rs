//! Reads about what there may be very many of ask the store as often with ten as with ten thousand.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use earnest::keyring::Keyring;

use crate::support::{Kind, Stage, Value, all_at_once, json, options};

/// How many statements a read sends, and its answer.
async fn asked(stage: &Stage, name: &str, args: Value) -> (u64, Value) {
    // what the first one has to learn is learnt
    stage.ok(name, args.clone()).await;
    let before = stage.bank.store().counted().statements;
    let answer = stage.ok(name, args).await;
    (stage.bank.store().counted().statements - before, answer)
}

async fn put(stage: &Stage, subjects: std::ops::Range<u32>) {
    let numbers: Vec<u32> = subjects.collect();
    for some in numbers.chunks(250) {
        let puts = some.iter().map(|n| {
            let (bank, key) = (stage.bank.clone(), stage.key());
            let args = json!({ "subject": format!("u-{n}"), "name": "email", "value": "x", "key": key });
            async move { bank.call("vault.put", args).await.unwrap() }
        });
        all_at_once(puts).await;
    }
}

/// `vault.keys` counts in the store: before it read every subject, 500 at a time.
#[tokio::test(flavor = "multi_thread")]
async fn keys_of_many_subjects_are_counted_by_the_store() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
        put(&stage, 0..10).await;
        let (few, answer) = asked(&stage, "vault.keys", json!({})).await;
        assert_eq!(answer["items"][0]["wraps"], 10, "{kind:?}");
        put(&stage, 10..750).await;
        let (many, answer) = asked(&stage, "vault.keys", json!({})).await;
        assert_eq!(
            (&answer["items"][0]["wraps"], &answer["items"][0]["primary"]),
            (&json!(750), &json!(true))
        );
        println!("{kind:?}: {few} statements with 10 subjects, {many} with 750");
        assert_eq!(many, few, "{kind:?}");
        assert!(kind == Kind::Memory || (1..=6).contains(&many), "{kind:?}: {many} statements");
        stage.bank.close().await;
    }
}

/// Deals between two, of which every tenth is disputed.
async fn deals(stage: &Stage, numbers: std::ops::Range<u32>) {
    for n in numbers {
        let open = json!({ "buyer": "alice", "seller": "bob", "price": "1.00 USD" });
        let deal = stage.ok("escrow.open", open).await["deal"]["id"].clone();
        if n % 10 == 0 {
            stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
            stage.ok("escrow.ship", json!({ "deal": deal, "actor": "bob" })).await;
            let dispute = json!({ "deal": deal, "type": "wrong_item", "statement": "x", "actor": "alice" });
            stage.ok("escrow.dispute", dispute).await;
        }
    }
}

/// `risk.profile` looks at the newest deals and counts their disputes in the store: before it read all
/// disputes of the book.
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_asks_as_often_with_many_deals() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        for account in ["alice", "bob"] {
            stage.funded(account, "900.00 USD").await;
        }
        deals(&stage, 0..10).await;
        let (few, answer) = asked(&stage, "risk.profile", json!({ "account": "bob" })).await;
        assert_eq!(answer["disputes"], 1, "{kind:?}");
        deals(&stage, 10..600).await;
        let (many, answer) = asked(&stage, "risk.profile", json!({ "account": "bob" })).await;
        // of the 250 newest
        assert_eq!(answer["disputes"], 25, "{kind:?}");
        println!("{kind:?}: {few} statements with 10 deals, {many} with 600");
        assert_eq!(many, few, "{kind:?}");
        stage.finish().await;
    }
}
