//! Reads the `tx` of a request.

use alloy_primitives::B256;
use serde_json::Value;

use super::{ACCESSES, Access, DATA, Kind, Transaction};
use crate::json::{self, Fields};
use crate::{Error, Reason};

const KNOWN: &[&str] = &[
    "type",
    "chain_id",
    "nonce",
    "to",
    "value",
    "gas_limit",
    "gas_price",
    "max_fee_per_gas",
    "max_priority_fee_per_gas",
    "data",
    "access_list",
];

pub(super) fn read(tx: &Value) -> Result<Transaction, Error> {
    // the type first: fields of a type that is not read here would be strangers
    kind_named(tx)?;
    let fields = Fields::of(tx, "tx", KNOWN)?;
    let kind = kind(&fields)?;
    let data = match fields.get("data") {
        Some(data) => json::bytes(json::text(data, "tx.data")?, "tx.data", DATA)?,
        None => Vec::new(),
    };
    let transaction = Transaction {
        chain_id: Some(fields.u64("chain_id")?),
        nonce: fields.u64("nonce")?,
        to: fields.has("to").then(|| fields.address("to")).transpose()?,
        value: fields.number("value")?,
        gas_limit: fields.u64("gas_limit")?,
        data,
        kind,
    };
    transaction.checked()
}

fn kind_named(tx: &Value) -> Result<(), Error> {
    match tx.get("type").and_then(Value::as_str) {
        Some("eip4844" | "eip7702") => {
            Err(Error::new(Reason::NotSupported, "tx.type", "must be `legacy`, `eip2930` or `eip1559`"))
        }
        _ => Ok(()),
    }
}

fn kind(fields: &Fields<'_>) -> Result<Kind, Error> {
    let floating = fields.has("max_fee_per_gas") || fields.has("max_priority_fee_per_gas");
    let name = match fields.get("type") {
        Some(name) => json::text(name, "tx.type")?,
        None if floating => "eip1559",
        None if fields.has("access_list") => "eip2930",
        None => "legacy",
    };
    let strangers: &[&str] = match name {
        "legacy" => &["max_fee_per_gas", "max_priority_fee_per_gas", "access_list"],
        "eip2930" => &["max_fee_per_gas", "max_priority_fee_per_gas"],
        "eip1559" => &["gas_price"],
        _ => return Err(Error::invalid("tx.type", "must be `legacy`, `eip2930` or `eip1559`")),
    };
    if let Some(stranger) = strangers.iter().find(|field| fields.has(field)) {
        return Err(Error::invalid(fields.path(stranger), format!("is not a field of `{name}`")));
    }
    Ok(match name {
        "legacy" => Kind::Legacy { gas_price: fields.u128("gas_price")? },
        "eip2930" => {
            Kind::Eip2930 { gas_price: fields.u128("gas_price")?, access_list: access_list(fields)? }
        }
        _ => Kind::Eip1559 {
            max_fee_per_gas: fields.u128("max_fee_per_gas")?,
            max_priority_fee_per_gas: fields.u128("max_priority_fee_per_gas")?,
            access_list: access_list(fields)?,
        },
    })
}

fn access_list(fields: &Fields<'_>) -> Result<Vec<Access>, Error> {
    let mut count = 0_usize;
    let mut list = Vec::new();
    for (path, item) in fields.list("access_list")? {
        let access = Fields::of(item, &path, &["address", "storage_keys"])?;
        let keys = access.list("storage_keys")?;
        count = count.saturating_add(1).saturating_add(keys.len());
        if count > ACCESSES {
            return Err(Error::invalid(
                "tx.access_list",
                "must have at most 4,096 addresses and storage keys",
            ));
        }
        let key = |(path, key): (String, &Value)| json::word(json::text(key, &path)?, &path);
        let storage_keys: Vec<B256> = keys.into_iter().map(key).collect::<Result<_, _>>()?;
        list.push(Access { address: access.address("address")?, storage_keys });
    }
    Ok(list)
}
