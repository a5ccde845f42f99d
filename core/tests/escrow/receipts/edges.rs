//! Edges of receipts: objects without one, refusals, and what people see.

use earnest::Engine;
use earnest::ids::Actor;
use earnest::keyring::Keyring;

use super::{history, ok, paid, receipts, stage};
use crate::support::{Kind, Stage, Value, code, id, json, options, options_from};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_the_way_out_is_named() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        let transfer = stage.funded("alice", "9.00 USD").await;
        for (name, args) in [
            ("receipts.get", json!({ "receipt": transfer })),
            ("receipts.list", json!({})),
            ("receipts.render", json!({ "receipt": transfer, "format": "text" })),
            ("receipts.verify", json!({ "receipt": {} })),
            ("receipts.public_keys", json!({})),
        ] {
            let details = stage.no(name, args, "key_not_found").await;
            assert!(details["hint"].as_str().unwrap().contains("`earnest keygen`"), "{details}");
        }
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_malformed_is_named() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let unknown = "rc_0190b3a4-7c1e-7abc-8def-0123456789ab";
        stage.no("receipts.get", json!({ "receipt": unknown }), "transfer_not_found").await;
        stage
            .no("receipts.get", json!({ "receipt": unknown.replace("rc_", "tr_") }), "transfer_not_found")
            .await;
        for (name, args, field) in [
            ("receipts.get", json!({ "receipt": "rc_1" }), "receipt"),
            ("receipts.get", json!({ "receipt": unknown.replace("rc_", "dl_") }), "receipt"),
            ("receipts.get", json!({}), "receipt"),
            ("receipts.list", json!({ "deal": "x" }), "deal"),
            ("receipts.list", json!({ "transfer": "x" }), "transfer"),
            ("receipts.list", json!({ "limit": 0 }), "limit"),
            ("receipts.list", json!({ "after": "x" }), "after"),
            ("receipts.render", json!({ "receipt": unknown, "format": "pdf" }), "format"),
            ("receipts.verify", json!({ "receipt": [] }), "receipt"),
            ("receipts.verify", json!({ "receipt": {}, "public_keys": 1 }), "public_keys"),
        ] {
            stage.bad(name, args, "invalid_request", field).await;
        }
        let keys = stage.ok("receipts.public_keys", json!({})).await;
        for (pointer, value, field) in [
            ("/keys/0/kid", json!("ed25519-0000000000000000"), "public_keys.keys[0].kid"),
            ("/keys/0/alg", json!("HMAC-SHA-256"), "public_keys.keys[0].alg"),
            ("/keys/0/public_key", json!("00"), "public_keys.keys[0].public_key"),
        ] {
            let mut other = keys.clone();
            *other.pointer_mut(pointer).unwrap() = value;
            let args = json!({ "receipt": {}, "public_keys": other });
            stage.bad("receipts.verify", args, "invalid_request", field).await;
        }
        assert_eq!(stage.ok("receipts.list", json!({})).await, json!({ "items": [], "next": null }));
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_checks_with_the_public_keys_alone() {
    let stage = stage(Kind::Memory).await;
    history(&stage).await;
    let keys = stage.ok("receipts.public_keys", json!({})).await;
    assert!(!keys.to_string().contains("secret"));
    let stranger = Engine::open_with("memory:", options()).await.unwrap();
    for receipt in receipts(&stage).await {
        let args = json!({ "receipt": receipt, "public_keys": keys });
        let found = stranger.call("receipts.verify", args).await.unwrap();
        let kid = &keys["keys"][0]["kid"];
        assert_eq!(found, json!({ "valid": true, "kid": kid, "alg": "Ed25519", "reason": null }));
    }
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_them_in_their_language() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let won = ok(&stage, "ledger.top_up", json!({ "account": "mina", "amount": "1250000 KRW" })).await;
        let hostile =
            json!({ "account": "alice", "amount": "500.00 USD", "reference": "<script>alert('&')</script>" });
        let hostile = ok(&stage, "ledger.top_up", hostile).await;
        let deal = paid(&stage, "40.00 USD", "order-1").await;
        let render = |receipt: &Value, format: &str, locale: &str| {
            let args = json!({ "receipt": receipt, "format": format, "locale": locale });
            let stage = &stage;
            async move { stage.ok("receipts.render", args).await }
        };
        let won = &won["transfer"]["id"];
        for (locale, language, amount, word) in [
            ("ko", "ko", "1,250,000원", "영수증"),
            ("ko-KR", "ko", "1,250,000원", "충전"),
            ("en", "en", "₩1,250,000", "Receipt"),
            ("fr", "en", "₩1,250,000", "Top-up"),
        ] {
            for format in ["text", "html"] {
                let shown = render(won, format, locale).await;
                assert_eq!((&shown["format"], &shown["locale"]), (&format.into(), &language.into()));
                let content = shown["content"].as_str().unwrap();
                for part in [amount, word, "mina", "ed25519-", won.as_str().unwrap()] {
                    assert!(content.contains(part), "{part} is not in\n{content}");
                }
            }
        }
        let page = render(&hostile["transfer"]["id"], "html", "en").await;
        let page = page["content"].as_str().unwrap();
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("$500.00"), "{page}");
        assert!(!page.contains("<script") && page.contains("&#60;script&#62;"), "{page}");
        for outside in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.contains(outside), "{outside}: a page needs nothing beside itself");
        }
        assert!(page.contains("prefers-color-scheme: dark") && page.contains("@media print"));

        // a receipt that is shown is checked before it is rendered
        let list = stage.ok("receipts.list", json!({ "deal": deal })).await;
        let mut shown = list["items"][0].clone();
        let by_id = render(&shown["id"], "text", "en").await;
        assert_eq!(render(&shown, "text", "en").await, by_id);
        assert!(by_id["content"].as_str().unwrap().contains("Paid to: escrow"), "{by_id}");
        shown["payload"]["amount"]["amount"] = "9.00".into();
        let args = json!({ "receipt": shown, "format": "text" });
        let details = stage.no("receipts.render", args, "signature_invalid").await;
        assert_eq!(details["reason"], "broken_integrity");
        stage.finish().await;
    }
}

/// Every language has a reader of JSON of its own: a text is read by the engine, once for all of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_read_as_what_it_says() {
    let stage = stage(Kind::Memory).await;
    history(&stage).await;
    let receipt = receipts(&stage).await.remove(0);
    let text = receipt.to_string();
    let ask = |receipt: Value| {
        let stage = &stage;
        async move { stage.call("receipts.verify", json!({ "receipt": receipt })).await }
    };
    let by_value = ask(receipt.clone()).await.unwrap();
    assert_eq!(by_value["valid"], true, "{by_value}");
    assert_eq!(ask(json!(text)).await.unwrap(), by_value);
    assert_eq!(ask(json!(format!(" \n{text}\n"))).await.unwrap(), by_value);
    // numbers as other languages hand them over: one number, one answer
    let number = receipt["number"].as_i64().unwrap();
    for member in ["number", "v"] {
        let value = if member == "v" { 1 } else { number };
        let with_places = text.replace(&format!("\"{member}\":{value}"), &format!("\"{member}\":{value}.0"));
        assert_ne!(with_places, text, "{member}");
        assert_eq!(ask(json!(with_places)).await.unwrap(), by_value, "{member}");
        let read: Value = serde_json::from_str(&with_places).unwrap();
        assert_eq!(ask(read).await.unwrap(), by_value, "{member}");
    }
    let twice = text.replacen("\"payload\":{", "\"payload\":{\"v\":1,", 1);
    for (text, what) in [
        (twice, "`v` is named twice"),
        (text.replacen('{', "{\"integrity_hash\":\"x\",", 1), "`integrity_hash` is named twice"),
        (format!("{text} {text}"), "trailing"),
        (text[..text.len() - 1].to_owned(), "EOF"),
        ("{}".to_owned(), "must be given"),
        ("rc_1".to_owned(), "must be a receipt"),
    ] {
        let error = ask(json!(text)).await.unwrap_err();
        assert_eq!(code::<()>(&Err(error.clone())), "invalid_request", "{text}");
        assert!(error.message().contains(what), "{what}: {error}");
    }
    let render = |receipt: Value| {
        let stage = &stage;
        async move { stage.ok("receipts.render", json!({ "receipt": receipt, "format": "text" })).await }
    };
    assert_eq!(render(json!(text)).await, render(receipt.clone()).await);
    stage.finish().await;
}

/// A whole receipt is a second way to what `get` answers, and judged as that is; where it is of another
/// store, nobody of this one is named.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_receipt_tells_nobody_more_than_its_id() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let open = |bank: Engine| async move {
            for (account, name) in [("u-17", "Alice Kim"), ("u-18", "Bob Private")] {
                let args =
                    json!({ "account": account, "currency": "USD", "display_name": name, "owner": "olga" });
                bank.call("ledger.open_account", args).await.unwrap();
            }
            let top_up = json!({ "account": "u-17", "amount": "9.00 USD", "key": "t" });
            bank.call("ledger.top_up", top_up).await.unwrap();
            let args = json!({ "from": "u-17", "to": "u-18", "amount": "1.00 USD", "key": "s" });
            let sent = bank.call("ledger.transfer", args).await.unwrap();
            bank.call("receipts.get", json!({ "receipt": sent["transfer"]["id"] })).await.unwrap()
        };
        let receipt = open(stage.bank.clone()).await;
        for format in ["text", "html"] {
            let whole = json!({ "receipt": receipt, "format": format });
            let by_id = json!({ "receipt": receipt["id"], "format": format });
            for who in ["u-17", "u-18", "olga"] {
                let bank = stage.bank.acting(Actor::new(who));
                let shown = bank.call("receipts.render", whole.clone()).await.unwrap();
                assert_eq!(shown, bank.call("receipts.render", by_id.clone()).await.unwrap());
                let content = shown["content"].as_str().unwrap();
                assert!(content.contains("Alice Kim") && content.contains("Bob Private"), "{who}: {content}");
            }
            for args in [whole.clone(), by_id] {
                let refused = stage.bank.acting(Actor::new("mallory")).call("receipts.render", args).await;
                assert_eq!(code(&refused), "not_permitted", "{kind:?} {format}");
            }
            let other = options_from(2).keyring(Keyring::for_tests());
            let other = Engine::open_with("memory:", other).await.unwrap();
            open(other.clone()).await;
            let shown = other.acting(Actor::new("mallory")).call("receipts.render", whole).await.unwrap();
            let content = shown["content"].as_str().unwrap();
            assert!(
                content.contains("u-17") && !content.contains("Alice") && !content.contains("Bob"),
                "{content}"
            );
        }
        stage.finish().await;
    }
}

/// A host's transaction may be rolled back: nothing that it did is signed inside it, and nothing is left of
/// it after.
#[cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]
mod host {
    use earnest::requests::{GetReceipt, TopUp};
    use earnest::{Engine, Runner as _};

    use super::*;

    async fn scenario(bank: &Engine, transfer: &str, bound_refused: &earnest::Error) {
        assert_eq!(bound_refused.code().as_str(), "not_supported");
        let gone = bank.receipts().get(GetReceipt::new(transfer)).await.unwrap_err();
        assert_eq!(gone.code().as_str(), "transfer_not_found");
        let list = bank.call("receipts.list", json!({})).await.unwrap();
        assert_eq!(list["items"], json!([]));
        assert!(bank.scope().keyring.is_some());
    }

    macro_rules! rolled_back {
        ($stage:expr, $tx:expr) => {{
            let mut tx = $tx;
            let bound = $stage.bank.using(&mut tx).unwrap();
            let made = bound.ledger().top_up(TopUp::new("alice", "9.00 USD").key("t-1")).await.unwrap();
            let transfer = made.transfer.id.to_string();
            let refused = bound.receipts().get(GetReceipt::new(transfer.clone())).await.unwrap_err();
            drop(bound);
            tx.rollback().await.unwrap();
            scenario(&$stage.bank, &transfer, &refused).await;
        }};
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_rolled_back_leaves_no_receipt() {
        let stage = stage(Kind::Sqlite).await;
        let pool = sqlx::SqlitePool::connect(&stage.url).await.unwrap();
        rolled_back!(stage, pool.begin_with("BEGIN IMMEDIATE").await.unwrap());
        pool.close().await;
        stage.finish().await;
        let stage = super::super::stage(Kind::Postgres).await;
        let pool = sqlx::PgPool::connect(&stage.url).await.unwrap();
        rolled_back!(stage, pool.begin().await.unwrap());
        pool.close().await;
        stage.finish().await;
    }
}

/// An entry that was changed in the database is not signed.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_entry_is_not_signed() {
    let stage = stage(Kind::Sqlite).await;
    let transfer = stage.funded("alice", "9.00 USD").await;
    let pool = sqlx::SqlitePool::connect(&stage.url).await.unwrap();
    let run = |sql: &'static str| sqlx::query(sql).execute(&pool);
    run("UPDATE earnest_entry SET amount = '900000' WHERE leg = 1").await.unwrap();
    let error = stage.call("receipts.get", json!({ "receipt": transfer })).await.unwrap_err();
    assert_eq!(error.code().as_str(), "corrupted");
    run("UPDATE earnest_entry SET amount = '900' WHERE leg = 1").await.unwrap();
    assert_eq!(id(&stage.ok("receipts.get", json!({ "receipt": transfer })).await)[3..], transfer[3..]);
    run("UPDATE earnest_event SET data = replace(data, '900', '901')").await.unwrap();
    let error = stage.call("receipts.list", json!({})).await.unwrap_err();
    assert_eq!(error.code().as_str(), "corrupted");
    pool.close().await;
    stage.bank.close().await;
}
