//! Compares the store after a torture with the reports of its processes.

use std::collections::BTreeMap;

use earnest::for_cli::verify;
use earnest::{Actor, Engine, Error};
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use super::super::Context;
use super::plan::Keyed;
use super::{Heard, Record};

/// Keys that are looked up at once.
const AT_ONCE: usize = 32;
/// Findings that are kept.
const FOUND_LIMIT: usize = 50;

/// The findings.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Calls without a reply that were done.
    pub(super) applied: u64,
    /// Calls without a reply that were not done.
    pub(super) absent: u64,
    /// Transfers that were found by their reference.
    pub(super) transfers: u64,
    /// Acknowledged, and not there.
    pub(super) lost: u64,
    /// There more than once.
    pub(super) doubled: u64,
    /// There in part.
    pub(super) torn: u64,
    /// Checks of `verify`.
    pub(super) invariants: usize,
    /// The errors, and where.
    pub(super) findings: Vec<String>,
    /// By account: cents posted and held.
    expected: BTreeMap<String, (i64, i64)>,
}

/// The store's answer for one key.
struct Found {
    accepted: bool,
    transfers: Vec<Value>,
}

pub(super) async fn check(context: &Context, engine: &Engine, heard: &Heard) -> Result<Report, Error> {
    let mut report = Report { findings: heard.wrong.clone(), ..Report::default() };
    let bar = context.say.bar(heard.records.len() as u64, "looking keys up");
    let looks = heard.records.values().map(|record| look(engine, record));
    let mut looks = futures_util::stream::iter(looks).buffer_unordered(AT_ONCE);
    while let Some(looked) = looks.next().await {
        let (record, found) = looked?;
        report.judge(record, &found);
        bar.inc(1);
    }
    drop(looks);
    bar.finish_and_clear();
    report.balances(engine).await?;
    let (bar, progress) = context.say.verifying();
    let verified = Box::pin(verify::with_progress(engine, &Actor::system(), &progress)).await?;
    bar.finish_and_clear();
    report.invariants = verified.checks.len();
    for check in verified.checks.iter().filter(|check| !check.ok) {
        for what in &check.found {
            report.find(format!("{}: {what}", check.name));
        }
    }
    Ok(report)
}

async fn look<'r>(engine: &Engine, record: &'r Record) -> Result<(&'r Record, Vec<Found>), Error> {
    let mut found = Vec::with_capacity(record.call.keys.len());
    for keyed in &record.call.keys {
        let outcome = engine.call("admin.lookup_key", json!({ "key": keyed.key })).await?;
        let page = engine.call("ledger.transfers", json!({ "reference": keyed.key })).await?;
        let transfers = page["items"].as_array().cloned().unwrap_or_default();
        found.push(Found { accepted: outcome["outcome"] == "accepted", transfers });
    }
    Ok((record, found))
}

impl Report {
    fn find(&mut self, what: String) {
        if self.findings.len() < FOUND_LIMIT {
            self.findings.push(what);
        }
    }

    fn judge(&mut self, record: &Record, found: &[Found]) {
        let (id, op) = (record.call.id(), &record.call.op);
        let accepted = found.iter().filter(|found| found.accepted).count();
        if accepted != 0 && accepted != found.len() {
            self.torn += 1;
            self.find(format!("{op} {id}: {accepted} of its {} keys were accepted", found.len()));
        }
        match (&record.acknowledged, &record.refused) {
            (Some(_), _) if accepted != found.len() => {
                self.lost += 1;
                self.find(format!("{op} {id}: it was acknowledged, and is not there"));
            }
            (None, Some(code)) if accepted != 0 => {
                self.torn += 1;
                self.find(format!("{op} {id}: it was refused with {code}, and is there"));
            }
            (None, None) if accepted != 0 => self.applied += 1,
            (None, None) => self.absent += 1,
            _ => {}
        }
        for (place, (keyed, found)) in record.call.keys.iter().zip(found).enumerate() {
            let acknowledged =
                record.acknowledged.as_ref().and_then(|made| made.get(place)).map(String::as_str);
            self.one_key(op, keyed, found, acknowledged);
        }
    }

    /// A key that was accepted has its transfers, whole and once; another one has none.
    fn one_key(&mut self, op: &str, keyed: &Keyed, found: &Found, acknowledged: Option<&str>) {
        let count = found.transfers.len() as u64;
        self.transfers += count;
        if found.accepted {
            for (account, posted, held) in &keyed.moves {
                let sums = self.expected.entry(account.clone()).or_default();
                sums.0 = sums.0.saturating_add(*posted);
                sums.1 = sums.1.saturating_add(*held);
            }
        }
        let Some(wanted) = keyed.transfers.map(|wanted| if found.accepted { wanted } else { 0 }) else {
            return;
        };
        let key = &keyed.key;
        if count > wanted {
            self.doubled += 1;
            self.find(format!("{op} {key}: {count} transfers, and there should be {wanted}"));
        } else if count < wanted {
            self.torn += 1;
            self.find(format!("{op} {key}: it was accepted, and its transfer is missing"));
        }
        let Some(transfer) = found.transfers.first() else { return };
        if acknowledged.is_some_and(|acknowledged| transfer["id"] != acknowledged) {
            self.torn += 1;
            self.find(format!("{op} {key}: another transfer was acknowledged"));
        }
        let legs = transfer["postings"].as_array().map_or(0, Vec::len);
        if legs != keyed.moves.len().max(2) {
            self.torn += 1;
            self.find(format!("{op} {key}: its transfer has {legs} legs"));
        }
    }

    /// Every foretold account has what the accepted calls make.
    async fn balances(&mut self, engine: &Engine) -> Result<(), Error> {
        for (account, (posted, held)) in std::mem::take(&mut self.expected) {
            if account.starts_with("trader") {
                continue;
            }
            let balance = engine.call("ledger.balance", json!({ "account": account })).await?;
            for (name, expected) in [("posted", posted), ("held", held)] {
                let found =
                    balance[name]["amount"].as_str().map(|text| text.replace('.', "")).unwrap_or_default();
                if found.parse() != Ok(expected) {
                    self.find(format!(
                        "{account}: {name} is {found} cents, the accepted calls make {expected}"
                    ));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::Call;
    use super::*;

    fn found(accepted: bool, transfers: &[&str]) -> Found {
        let view = |id: &&str| json!({ "id": id, "postings": [{}, {}] });
        Found { accepted, transfers: transfers.iter().map(view).collect() }
    }

    fn judged(acknowledged: Option<&str>, refused: Option<&str>, found: &[Found]) -> Report {
        let mut call = Call::transfer("k-1".into(), "a", "b", 5);
        if found.len() == 2 {
            call = Call::together(vec![call, Call::transfer("k-2".into(), "b", "a", 5)]);
        }
        let acknowledged = acknowledged.map(|id| vec![id.to_owned()]);
        let record = Record { call, acknowledged, refused: refused.map(str::to_owned) };
        let mut report = Report::default();
        report.judge(&record, found);
        report
    }

    #[test]
    fn what_is_right_is_not_found() {
        for (acknowledged, refused, seen) in [
            (Some("tr"), None, found(true, &["tr"])),
            (None, Some("insufficient_balance"), found(false, &[])),
            (None, None, found(true, &["tr"])),
            (None, None, found(false, &[])),
        ] {
            assert_eq!(judged(acknowledged, refused, &[seen]).findings, [""; 0]);
        }
    }

    #[test]
    fn what_is_wrong_is_found() {
        let lost = judged(Some("tr"), None, &[found(false, &[])]);
        assert_eq!((lost.lost, lost.findings.len()), (1, 1));
        let doubled = judged(Some("tr"), None, &[found(true, &["tr", "other"])]);
        assert_eq!((doubled.doubled, doubled.findings.len()), (1, 1));
        for torn in [
            judged(None, None, &[found(true, &[])]),
            judged(Some("tr"), None, &[found(true, &["other"])]),
            judged(None, Some("insufficient_balance"), &[found(true, &["tr"])]),
            judged(None, None, &[found(true, &["tr"]), found(false, &[])]),
        ] {
            assert_eq!((torn.torn, torn.findings.len()), (1, 1), "{torn:?}");
        }
        // no key, and yet money
        assert_eq!(judged(None, None, &[found(false, &["tr"])]).doubled, 1);
    }
}
