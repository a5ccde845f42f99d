//! The exhibits of the museum that are about signatures, as callers meet them on every store.

use super::{ALICE, BOB, JUNK_ADDRESS, imported, policy, stages, tx};
use crate::support::{Value, json};

/// A list of recipients sees who receives inside a call of a token too, and a permit is under the same limits
/// as a transfer: both are judged on what they move, and what is not named is refused. Nothing of it counts.
#[tokio::test(flavor = "multi_thread")]
async fn museum_29_what_moves_inside_data_and_permits_is_judged() {
    const TOKEN: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
    let word = |hex: &str| format!("{:0>64}", hex.trim_start_matches("0x").to_lowercase());
    let transfer = |to: &str, amount: u64| format!("0xa9059cbb{}{}", word(to), word(&format!("{amount:x}")));
    let permit = |spender: &str, value: &str| {
        json!({ "types": { "Permit": [
                { "name": "owner", "type": "address" }, { "name": "spender", "type": "address" },
                { "name": "value", "type": "uint256" }, { "name": "nonce", "type": "uint256" },
                { "name": "deadline", "type": "uint256" }] },
            "primaryType": "Permit",
            "domain": { "name": "USD Coin", "version": "2", "chainId": 137, "verifyingContract": TOKEN },
            "message": { "owner": JUNK_ADDRESS, "spender": spender, "value": value, "nonce": "0", "deadline": "1" } })
    };
    for stage in stages().await {
        let key = imported(&stage).await;
        let tokens = json!({ "tokens": [{ "token": TOKEN, "max_value": "100", "daily_value": "150" }] });
        stage.ok("signing.set_key_policy", policy(&key, &tokens)).await;
        let sends = |nonce: u64, data: &str| {
            let mut args = tx(&key, nonce, 0);
            (args["tx"]["to"], args["tx"]["data"]) = (TOKEN.into(), data.into());
            args
        };
        let signs = |data: Value| json!({ "key": key, "typed_data": data });
        for (name, args, code, part) in [
            ("signing.sign_transaction", sends(0, &transfer(BOB, 1)), "not_permitted", "recipient"),
            ("signing.sign_transaction", sends(0, &transfer(ALICE, 101)), "limit_exceeded", "max_value"),
            (
                "signing.sign_transaction",
                sends(0, &format!("{}00", transfer(ALICE, 1))),
                "not_permitted",
                "data",
            ),
            ("signing.sign_typed_data", signs(permit(BOB, "1")), "not_permitted", "recipient"),
            ("signing.sign_typed_data", signs(permit(ALICE, "101")), "limit_exceeded", "max_value"),
        ] {
            let told = stage.no(name, args.clone(), code).await;
            assert_eq!(told["policy"], part, "{args}");
        }
        // nothing of that was counted: of 150 a day, 100 and 50 are left
        stage.ok("signing.sign_typed_data", signs(permit(ALICE, "100"))).await;
        let told =
            stage.no("signing.sign_transaction", sends(0, &transfer(ALICE, 51)), "limit_exceeded").await;
        assert_eq!(told["policy"], "daily_value");
        stage.ok("signing.sign_transaction", sends(0, &transfer(ALICE, 50))).await;
        stage.finish().await;
    }
}

/// Typed data that libraries hash differently, or do not sign, is refused by name before it reaches a key.
#[tokio::test(flavor = "multi_thread")]
async fn museum_30_what_would_be_hashed_differently_is_not_signed() {
    let document = |types: Value, message: Value| json!({ "types": types, "primaryType": "Mail", "domain": { "name": "shop" }, "message": message });
    let text = json!([{ "name": "text", "type": "string" }]);
    for stage in stages().await {
        let key = imported(&stage).await;
        for (types, message, field) in [
            (
                json!({ "Mail": [{ "name": "of", "type": "bytes32" }], "bytes32": text }),
                json!({ "of": { "text": "x" } }),
                "typed_data.types.bytes32",
            ),
            (
                json!({ "Mail": text }),
                json!({ "text": "x", "more": "not signed" }),
                "typed_data.message.more",
            ),
            (json!({ "Mail": text }), json!({}), "typed_data.message.text"),
            (
                json!({ "Mail": [{ "name": "next", "type": "Mail[1]" }] }),
                json!({ "next": [] }),
                "typed_data.types.Mail",
            ),
        ] {
            let args = json!({ "key": key, "typed_data": document(types, message) });
            stage.bad("signing.sign_typed_data", args, "invalid_request", field).await;
        }
        // arrays of structs and dynamic fields are signed as everybody hashes them
        let types = json!({ "Mail": [{ "name": "lines", "type": "Line[]" }, { "name": "raw", "type": "bytes" }], "Line": text });
        let typed = document(types, json!({ "lines": [{ "text": "a" }, { "text": "b" }], "raw": "0x00ff" }));
        let signed = stage.ok("signing.sign_typed_data", json!({ "key": key, "typed_data": typed })).await;
        let recovered = json!({ "signature": signed["signature"], "typed_data": typed });
        assert_eq!(stage.ok("signing.recover", recovered).await["address"], JUNK_ADDRESS);
        stage.finish().await;
    }
}
