//! Whoever can write to the database cannot have a key sign more than its policy lets through.

use super::findings;
use super::sealed::{keyed, records, set_body, text, with_text};
use crate::support::{Kind, Stage, Value, json};

const ALICE: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

fn tx(key: &Value, value: u64) -> Value {
    json!({ "key": key, "tx": { "chain_id": "1", "nonce": value.to_string(), "to": ALICE, "value": value.to_string(),
        "gas_limit": "21000", "gas_price": "1" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_to_the_database_alone_signs_nothing_more() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, keyed()).await;
        let mut keys = Vec::new();
        for _ in 0..2 {
            keys.push(stage.ok("signing.create_key", json!({})).await);
        }
        let key = &keys[0]["key"];
        let policy = json!({ "key": key, "chain_ids": ["1"], "recipients": [ALICE], "daily_value": "10" });
        stage.ok("signing.set_key_policy", policy.clone()).await;
        stage.ok("signing.sign_transaction", tx(key, 5)).await;
        assert_eq!(findings(&stage, None).await, [""; 0]);

        let bodies = records(&stage, "signing_key").await;
        let is_of = |key: &Value| {
            let address = key["address"].as_str().unwrap().to_owned();
            bodies.iter().find(|(_, body)| body.contains(&address)).unwrap().clone()
        };
        let ((id, body), (_, other)) = (is_of(&keys[0]), is_of(&keys[1]));
        let lifted = body.replace("\"daily_value\":\"10\"", "\"daily_value\":\"1000000\"");
        let mut without: Value = serde_json::from_str(&body).unwrap();
        without["facts"]["policy"] = Value::Null;
        let mut emptied = text(&body, "used");
        emptied["text"] = "[]".into();
        let altered = [
            ("a higher limit", lifted),
            ("no policy", without.to_string()),
            ("an empty day", with_text(&body, "used", emptied)),
            ("the key of another address", with_text(&body, "sealed", text(&other, "sealed"))),
        ];
        for (what, altered) in altered {
            assert_ne!(altered, body, "{what}");
            set_body(&stage, &id, &altered).await;
            let bank = stage.again().await;
            let mut tries = vec![("signing.sign_transaction", tx(key, 1))];
            if !what.starts_with("the key") {
                tries.push(("signing.set_key_policy", policy.clone()));
            }
            for (name, args) in tries {
                let error = bank.call(name, args).await.unwrap_err();
                assert_eq!(error.code().as_str(), "decryption_failed", "{what}, {name}, {kind:?}");
            }
            bank.close().await;
            assert!(findings(&stage, None).await.contains(&"signing".to_owned()), "{what}, {kind:?}");
            set_body(&stage, &id, &body).await;
        }
        let bank = stage.again().await;
        bank.call("signing.sign_transaction", tx(key, 4)).await.unwrap();
        bank.close().await;
        stage.bank.close().await;
    }
}
