//! As much as a report has room for.
//!
//! A report that is refused for its length would come again for ever, and a view that is missing is missed by
//! the quorum. So what is heaviest is left out first, of all views alike, which still agree then: the
//! receipts of a nonce, which is `unreadable` this time and has its turn when others are over, or the bytes
//! of a transaction of others, without which people are asked. No receipt is cut: a payment is proved by it.

use std::collections::BTreeMap;

use serde_json::Value;

/// How long the views of a report may be, in bytes, with room for what they are wrapped in.
const LONGEST: usize = 250 * 1024;
/// Bytes reserved for each nonce omitted from a view: 20 digits, and their wrapping.
const LEFT_OUT: usize = 40;

/// A part to leave out as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ReportPart {
    /// Signed bytes of others.
    Foreign(String),
    /// The receipts of a nonce.
    Receipts(u64),
}

/// The views of the nodes that a job was leased with this payload for, as far as a report has room for them.
pub(super) fn within(mut views: Vec<Value>, payload: &Value) -> Vec<Value> {
    let mut length = length_of(&views);
    if length > LONGEST {
        let owners = nonces_of(payload);
        let weights = weights(&views, &owners).into_iter();
        let mut parts: Vec<(usize, ReportPart)> = weights.map(|(part, weight)| (weight, part)).collect();
        // of those that weigh the same the highest nonce first: the lowest is final soonest
        parts.sort_unstable();
        while let Some((weight, part)) = parts.pop().filter(|_| length > LONGEST) {
            views.iter_mut().for_each(|view| leave_out(view, &part, &owners));
            length = length.saturating_sub(weight).saturating_add(LEFT_OUT.saturating_mul(views.len()));
        }
    }
    while views.len() > 1 && length_of(&views) > LONGEST {
        views.pop();
    }
    views
}

fn length_of(views: &[Value]) -> usize {
    views.iter().map(weight_of).sum()
}

/// Returns the bytes that a value takes, with the comma behind it.
fn weight_of(value: &Value) -> usize {
    value.to_string().len().saturating_add(1)
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice)
}

/// The nonce of each hash that was asked for.
fn nonces_of(payload: &Value) -> BTreeMap<String, u64> {
    let mut owners = BTreeMap::new();
    for slot in list(payload, "slots") {
        let Some(nonce) = slot["nonce"].as_str().and_then(|nonce| nonce.parse::<u64>().ok()) else {
            continue;
        };
        let hashes = list(slot, "hashes").iter().filter_map(Value::as_str);
        owners.extend(hashes.map(|hash| (hash.to_ascii_lowercase(), nonce)));
    }
    owners
}

/// The nonce of a receipt.
fn owner(receipt: &Value, owners: &BTreeMap<String, u64>) -> Option<u64> {
    owners.get(receipt["hash"].as_str()?).copied()
}

/// Adds up the bytes of each part over all views.
fn weights(views: &[Value], owners: &BTreeMap<String, u64>) -> BTreeMap<ReportPart, usize> {
    let mut weights = BTreeMap::new();
    let mut add = |part: ReportPart, value: &Value| {
        let weight = weights.entry(part).or_insert(0_usize);
        *weight = weight.saturating_add(weight_of(value));
    };
    for view in views {
        for receipt in list(view, "receipts") {
            if let Some(nonce) = owner(receipt, owners) {
                add(ReportPart::Receipts(nonce), receipt);
            }
        }
        for foreign in list(view, "foreign") {
            if let Some(raw) = foreign["raw"].as_str() {
                add(ReportPart::Foreign(raw.to_owned()), foreign);
            }
        }
    }
    weights
}

/// Leaves a part out of a view. Who has no receipt of a nonce does not say so either: what is missing of it
/// would be absent to a quorum of one.
fn leave_out(view: &mut Value, part: &ReportPart, owners: &BTreeMap<String, u64>) {
    let Some(view) = view.as_object_mut() else { return };
    match part {
        ReportPart::Foreign(raw) => {
            if let Some(foreign) = view.get_mut("foreign").and_then(Value::as_array_mut) {
                foreign.retain(|shown| shown["raw"].as_str() != Some(raw.as_str()));
            }
        }
        ReportPart::Receipts(nonce) => {
            let Some(receipts) = view.get_mut("receipts").and_then(Value::as_array_mut) else { return };
            receipts.retain(|receipt| owner(receipt, owners) != Some(*nonce));
            let nonce = Value::from(nonce.to_string());
            let unreadable = view.entry("unreadable").or_insert_with(|| Value::Array(Vec::new()));
            if let Some(unreadable) = unreadable.as_array_mut().filter(|known| !known.contains(&nonce)) {
                unreadable.push(nonce);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hash(nonce: u64) -> String {
        format!("0x{nonce:064x}")
    }

    fn payload(nonces: std::ops::Range<u64>) -> Value {
        let slot = |nonce: u64| json!({ "nonce": nonce.to_string(), "hashes": [hash(nonce)] });
        json!({ "slots": nonces.map(slot).collect::<Vec<_>>() })
    }

    /// The receipts of these nonces, with a transfer each.
    fn light(nonces: std::ops::Range<u64>) -> Vec<Value> {
        nonces.map(|nonce| receipt(nonce, 1)).collect()
    }

    /// The same with as many transfers as are shown.
    fn heavy(nonces: std::ops::Range<u64>) -> Vec<Value> {
        nonces.map(|nonce| receipt(nonce, 16)).collect()
    }

    /// A receipt with so many transfers, of the size that they have.
    fn receipt(nonce: u64, transfers: usize) -> Value {
        let address = format!("0x{}", "ab".repeat(20));
        let moved = json!({ "token": address, "from": address, "to": address, "value": "9".repeat(78) });
        json!({ "hash": hash(nonce), "block": { "number": "12345678", "hash": hash(1) }, "status": 1,
            "gas_used": "52000", "gas_price": "20000000000", "transfers": vec![moved; transfers] })
    }

    fn view(endpoint: &str, receipts: &[Value]) -> Value {
        json!({ "endpoint": endpoint, "chain_id": "137", "head": { "number": "12345678", "hash": hash(2) },
            "nonce": { "latest": "900" }, "receipts": receipts })
    }

    fn texts(view: &Value, name: &str) -> Vec<String> {
        list(view, name).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_report_is_never_longer_than_it_may_be() {
        let views = vec![json!("x".repeat(100 * 1024)); 4];
        assert_eq!(within(views, &json!({})).len(), 2);
        assert_eq!(within(vec![json!("x".repeat(300 * 1024))], &json!({})).len(), 1);
    }

    #[test]
    fn what_has_room_is_left_as_it_is() {
        let views: Vec<Value> = ["a", "b", "c"].map(|name| view(name, &light(0..96))).into();
        assert_eq!(within(views.clone(), &payload(0..96)), views);
    }

    /// Contracts of payees log sixteen transfers each: every view stays, all say the same, no receipt is cut,
    /// and what is left out is said to be unreadable, by all of them.
    #[test]
    fn heavy_receipts_do_not_cost_the_quorum() {
        let receipts = [heavy(0..60), light(60..96)].concat();
        let views: Vec<Value> = ["a", "b", "c"].map(|name| view(name, &receipts)).into();
        assert!(length_of(&views) > 2 * LONGEST);
        let report = within(views.clone(), &payload(0..96));
        assert!(report.len() == 3 && length_of(&report) <= LONGEST, "{}", length_of(&report));
        let unreadable = texts(&report[0], "unreadable");
        for (before, after) in views.iter().zip(&report) {
            assert_eq!(after["receipts"], report[0]["receipts"], "they agree");
            assert_eq!(texts(after, "unreadable"), unreadable);
            let kept = list(after, "receipts");
            assert!(kept.iter().all(|receipt| list(before, "receipts").contains(receipt)), "none is cut");
            assert_eq!(kept.len() + unreadable.len(), 96);
        }
        // the light ones are all there, and of the heavy ones the lowest: they have their turn one by one
        let owners = nonces_of(&payload(0..96));
        let shown = list(&report[0], "receipts").iter();
        let there: Vec<u64> = shown.map(|receipt| owner(receipt, &owners).unwrap()).collect();
        let kept = u64::try_from(there.len() - 36).unwrap();
        assert!(kept > 0 && (60..96).all(|nonce| there.contains(&nonce)), "{there:?}");
        assert!((0..kept).all(|nonce| there.contains(&nonce)), "{there:?}");
    }

    /// One node has it in no block yet: it does not say that there is nothing, where others cannot show it.
    #[test]
    fn who_shows_nothing_of_a_heavy_nonce_does_not_say_that_it_is_absent() {
        let views = vec![view("a", &heavy(0..60)), view("b", &heavy(30..60)), view("c", &heavy(0..60))];
        let report = within(views, &payload(0..60));
        assert_eq!(report.len(), 3);
        let unreadable = texts(&report[0], "unreadable");
        assert!(!unreadable.is_empty() && length_of(&report) <= LONGEST);
        assert!(report.iter().all(|view| texts(view, "unreadable") == unreadable));
    }

    /// Bytes of others that never have room are left out before anything of ours is.
    #[test]
    fn long_bytes_of_others_do_not_cost_the_quorum() {
        let foreign = |length: usize| json!({ "raw": format!("0x{}", "ab".repeat(length)), "status": 1 });
        let with = |name: &str, foreign: &[Value]| {
            let mut view = view(name, &light(0..40));
            view["foreign"] = foreign.to_vec().into();
            view
        };
        let (long, short) = (foreign(66_000), foreign(300));
        let views: Vec<Value> = ["a", "b", "c"].map(|name| with(name, &[long.clone(), short.clone()])).into();
        let report = within(views, &payload(0..40));
        assert!(report.len() == 3 && length_of(&report) <= LONGEST);
        for view in &report {
            assert_eq!(list(view, "foreign"), std::slice::from_ref(&short));
            assert_eq!((list(view, "receipts").len(), view.get("unreadable")), (40, None));
        }
    }

    /// A node that failed has no receipts, and says nothing of nonces.
    #[test]
    fn views_of_nodes_that_failed_stay_as_they_are() {
        let failed = json!({ "endpoint": "b", "error": { "code": "timeout", "message": "late" } });
        let report = within(vec![view("a", &heavy(0..96)), failed.clone()], &payload(0..96));
        assert!(report.len() == 2 && report[1] == failed && length_of(&report) <= LONGEST);
    }
}
