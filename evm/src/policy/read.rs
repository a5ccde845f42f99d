//! Reads a policy from a request.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::U256;
use serde_json::Value;

use super::{Limits, Policy};
use crate::erc20::Call;
use crate::json::{self, Fields};
use crate::transaction::CHAIN_ID;
use crate::{Error, address};

/// Entries of any list of a policy.
const ENTRIES: usize = 1000;
const KNOWN: &[&str] = &[
    "chain_ids",
    "recipients",
    "max_value",
    "daily_value",
    "max_fee",
    "daily_fee",
    "tokens",
    "calls",
    "typed_data",
    "messages",
    "deploy",
    "priority_above_cap",
];

pub(super) fn read(policy: &Value) -> Result<Policy, Error> {
    let fields = Fields::of(policy, "", KNOWN)?;
    let chain_ids = set(&fields, "chain_ids", |value, path| {
        let id = u64::try_from(json::number(value, path)?).ok().filter(|id| (1..=CHAIN_ID).contains(id));
        id.ok_or_else(|| Error::invalid(path, "must be from 1 to 9223372036854775771 (EIP-2294)"))
    })?;
    if chain_ids.is_empty() {
        return Err(Error::invalid("chain_ids", "must have at least one chain"));
    }
    let recipients =
        set(&fields, "recipients", |value, path| address::parse_at(json::text(value, path)?, path))?;
    let mut tokens = BTreeMap::new();
    for (path, value) in entries(&fields, "tokens")? {
        let token = Fields::of(value, &path, &["token", "max_value", "daily_value"])?;
        if tokens.insert(token.address("token")?, limits(&token)?).is_some() {
            return Err(Error::invalid(path, "stands there twice"));
        }
    }
    let calls = set(&fields, "calls", |value, path| {
        let call = Fields::of(value, path, &["to", "selector"])?;
        let selector = json::bytes(call.text("selector")?, &call.path("selector"), 4)?;
        let selector = <[u8; 4]>::try_from(selector);
        let selector = selector.map_err(|_| Error::invalid(call.path("selector"), "must have 4 bytes"))?;
        Ok((call.address("to")?, selector))
    })?;
    let own = calls.iter().any(|(to, selector)| tokens.contains_key(to) && Call::is_named_by(*selector));
    if own {
        return Err(Error::invalid("calls", "must not name transfers and approvals of a token in `tokens`"));
    }
    let typed_data = set(&fields, "typed_data", |value, path| {
        let entry = Fields::of(value, path, &["verifying_contract", "primary_type"])?;
        let name = entry.text("primary_type")?;
        if name.is_empty() || name.len() > 256 {
            return Err(Error::invalid(entry.path("primary_type"), "must have from 1 to 256 characters"));
        }
        Ok((entry.address("verifying_contract")?, name.to_owned()))
    })?;
    Ok(Policy {
        chain_ids,
        recipients,
        native: limits(&fields)?,
        fees: Limits {
            max_value: fields.number_if_any("max_fee")?,
            daily_value: fields.number_if_any("daily_fee")?,
        },
        tokens,
        calls,
        typed_data,
        messages: fields.flag("messages")?,
        deploy: fields.flag("deploy")?,
        priority_above_cap: fields.flag("priority_above_cap")?,
    })
}

fn limits(fields: &Fields<'_>) -> Result<Limits, Error> {
    let number = |name| -> Result<Option<U256>, Error> { fields.number_if_any(name) };
    Ok(Limits { max_value: number("max_value")?, daily_value: number("daily_value")? })
}

fn entries<'a>(fields: &Fields<'a>, name: &str) -> Result<Vec<(String, &'a Value)>, Error> {
    let list = fields.list(name)?;
    if list.len() > ENTRIES {
        return Err(Error::invalid(fields.path(name), "must have at most 1,000 entries"));
    }
    Ok(list)
}

fn set<T: Ord>(
    fields: &Fields<'_>,
    name: &str,
    read: impl Fn(&Value, &str) -> Result<T, Error>,
) -> Result<BTreeSet<T>, Error> {
    let mut all = BTreeSet::new();
    for (path, value) in entries(fields, name)? {
        if !all.insert(read(value, &path)?) {
            return Err(Error::invalid(path, "stands there twice"));
        }
    }
    Ok(all)
}
