//! The signed bytes of a transaction, from what nodes show of it.

use earnest_evm::{B256, Signature, Transaction, U256, address};
use serde_json::{Map, Value};

use super::read::{bytes, quantity, uint};

/// `v` of the first form begins here where it names a chain (EIP-155).
const WITH_CHAIN: u64 = 35;

/// Writes the bytes of a transaction again from its members. They prove who signed, and are nothing where
/// they do not read as what is shown: a type that is not read here, or a lie.
pub fn encoded(shown: &Value) -> Option<String> {
    let legacy = matches!(shown.get("type").and_then(Value::as_str), None | Some("0x0"));
    let v = uint(shown.get("v").or_else(|| shown.get("yParity"))?)?;
    let (chain_id, y_odd) = if legacy {
        let with_chain = v.checked_sub(U256::from(WITH_CHAIN))?;
        ((with_chain >> 1_usize).to_string(), with_chain.bit(0))
    } else {
        (quantity(shown.get("chainId")?)?, shown.get("yParity").and_then(uint).unwrap_or(v).bit(0))
    };
    let tx = Transaction::from_json(&Value::Object(request_of(shown, chain_id)?)).ok()?;
    let word = |name: &str| Some(B256::from(uint(shown.get(name)?)?.to_be_bytes::<32>()));
    let signature = Signature::new(word("r")?, word("s")?, y_odd).ok()?;
    let from = address::parse(&shown.get("from")?.as_str()?.to_ascii_lowercase()).ok()?;
    let signed = tx.with_signature(signature, from).ok()?;
    Some(format!("0x{}", hex::encode(signed.raw())))
}

/// The members of a transaction as they are asked for.
fn request_of(shown: &Value, chain_id: String) -> Option<Map<String, Value>> {
    let number = |name: &str| quantity(shown.get(name)?).map(Value::from);
    let mut tx = Map::new();
    let mut put = |name: &str, value: Value| {
        tx.insert(name.to_owned(), value);
    };
    put("chain_id", chain_id.into());
    put("nonce", number("nonce")?);
    if let Some(to) = shown.get("to").and_then(Value::as_str) {
        put("to", to.to_ascii_lowercase().into());
    }
    put("value", number("value")?);
    put("gas_limit", number("gas")?);
    put("data", bytes(shown.get("input")?)?.into());
    match shown.get("type").and_then(Value::as_str) {
        None | Some("0x0") => {
            put("type", "legacy".into());
            put("gas_price", number("gasPrice")?);
        }
        Some("0x1") => {
            put("type", "eip2930".into());
            put("gas_price", number("gasPrice")?);
            put("access_list", accesses(shown)?);
        }
        Some("0x2") => {
            put("type", "eip1559".into());
            put("max_fee_per_gas", number("maxFeePerGas")?);
            put("max_priority_fee_per_gas", number("maxPriorityFeePerGas")?);
            put("access_list", accesses(shown)?);
        }
        Some(_) => return None,
    }
    Some(tx)
}

fn accesses(shown: &Value) -> Option<Value> {
    let Some(list) = shown.get("accessList").and_then(Value::as_array) else {
        return Some(Value::Array(Vec::new()));
    };
    let entry = |access: &Value| {
        let mut entry = Map::new();
        let at = access.get("address")?.as_str()?.to_ascii_lowercase();
        entry.insert("address".to_owned(), at.into());
        entry.insert("storage_keys".to_owned(), access.get("storageKeys")?.clone());
        Some(Value::Object(entry))
    };
    list.iter().map(entry).collect::<Option<Vec<Value>>>().map(Value::Array)
}

#[cfg(test)]
mod tests {
    use earnest_evm::Key;
    use serde_json::json;

    use super::*;

    /// A transaction as a node shows it.
    fn shown(tx: &Value, kind: &str) -> (Value, String) {
        let key =
            Key::from_hex("0x4646464646464646464646464646464646464646464646464646464646464646").unwrap();
        let signed = Transaction::from_json(tx).unwrap().sign(&key).unwrap();
        let json = signed.to_json();
        let hex = |text: &Value| {
            let number: u128 = text.as_str().unwrap().parse().unwrap();
            json!(format!("{number:#x}"))
        };
        let mut shown = json!({
            "type": kind, "from": json["from"], "to": tx["to"], "nonce": hex(&tx["nonce"]),
            "value": hex(&tx["value"]), "gas": hex(&tx["gas_limit"]), "input": "0x",
            "chainId": hex(&tx["chain_id"]), "r": json["r"], "s": json["s"], "v": hex(&json["v"]),
        });
        for (ours, theirs) in [
            ("gas_price", "gasPrice"),
            ("max_fee_per_gas", "maxFeePerGas"),
            ("max_priority_fee_per_gas", "maxPriorityFeePerGas"),
        ] {
            if !tx[ours].is_null() {
                shown[theirs] = hex(&tx[ours]);
            }
        }
        if kind != "0x0" {
            shown["accessList"] = json!([]);
        }
        (shown, json["raw"].as_str().unwrap().to_owned())
    }

    #[test]
    fn bytes_are_written_again_from_what_is_shown() {
        let common = json!({
            "chain_id": "31337", "nonce": "9", "gas_limit": "21000", "value": "1000000000000000000",
            "to": "0x3535353535353535353535353535353535353535",
        });
        for (kind, fees) in [
            ("0x0", json!({ "type": "legacy", "gas_price": "20000000000" })),
            ("0x1", json!({ "type": "eip2930", "gas_price": "20000000000" })),
            ("0x2", json!({ "type": "eip1559", "max_fee_per_gas": "30", "max_priority_fee_per_gas": "2" })),
        ] {
            let mut tx = common.clone();
            tx.as_object_mut().unwrap().extend(fees.as_object().unwrap().clone());
            let (mut shown, raw) = shown(&tx, kind);
            assert_eq!(encoded(&shown), Some(raw), "{kind}");
            // another member is another signer
            shown["nonce"] = json!("0x8");
            assert_eq!(encoded(&shown), None, "{kind}");
        }
        assert_eq!(encoded(&json!({ "type": "0x4" })), None);
        assert_eq!(encoded(&json!(null)), None);
    }
}
