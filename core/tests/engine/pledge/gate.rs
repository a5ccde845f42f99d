//! A gate of the domain: nobody promises more than so much in all, by what decisions declare.

use crate::ring::{Bucket, pack, unpack};
use earnest::kernel::debits::outflows;
use earnest::kernel::draft::Draft;
use earnest::kernel::gate::{Accepted, Gate, Gated};
use earnest::kernel::operation::Halt;
use earnest::kernel::snapshot::Snapshot;
use earnest::rows::needs::{Access, CounterKey, Needs};
use earnest::rows::tables::CounterRow;
use earnest::{Detail, Error};

/// The effect of making a pledge.
pub(crate) const EFFECT: &str = "pledge.make";
const RULE: &str = "promised";

/// At most so many minor units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Promised(pub(crate) i128);

fn sum(row: Option<&CounterRow>) -> Result<i128, Error> {
    let buckets = row.map(|row| unpack(&row.ring)).unwrap_or_default();
    Ok(buckets.iter().map(|bucket| bucket.sum).sum())
}

impl Gate for Promised {
    fn needs(&self, call: &Gated<'_>, _: &Snapshot, needs: &mut Needs) {
        let request = call.request().unwrap_or_default();
        let request: serde_json::Value = serde_json::from_str(&request).unwrap_or_default();
        if let Some(donor) = request["donor"].as_str().filter(|_| call.effect() == EFFECT) {
            let key = CounterKey::new(call.caller().book.clone(), RULE.into(), donor.into());
            needs.counter(key, Access::Write);
        }
    }

    fn judge(&self, call: &Gated<'_>, _: &Accepted<'_>, draft: &mut Draft<'_>) -> Result<(), Halt> {
        if call.effect() != EFFECT {
            return Ok(());
        }
        for taken in outflows(draft.writes(), draft.seen()) {
            let subject = taken.account.as_str().into();
            let key = CounterKey::new(draft.ctx.book.clone(), RULE.into(), subject);
            let known = draft.counter(&key)?.cloned();
            let sum = sum(known.as_ref())? + taken.minor;
            if sum > self.0 {
                let subject = Some(taken.account.to_string());
                return Err(Error::from(Detail::Blocked { subject, review: None, reason: None }).into());
            }
            let CounterKey { book, rule, subject } = key;
            let version = known.as_ref().map_or(0, |row| row.version);
            let created_at = known.map_or(draft.ctx.time(), |row| row.created_at);
            let (stamp, ring) = (draft.ctx.stamp, pack(&[Bucket { span: 0, sum }]));
            draft.put_counter(CounterRow {
                book,
                rule,
                subject,
                ring,
                leaves_at: None,
                version,
                created_at,
                stamp,
            });
        }
        Ok(())
    }
}
