//! The gate of risk: every call that an operation's row in the table opens to rules is judged by them, and
//! counted in the commit that executes it.

use std::sync::Arc;

use hashbrown::HashMap;
use serde_json::Value;

use super::decision::{Decided, is_kept, keep, refusal};
use super::failure::{Failure, is_failure};
use super::in_force::{About, Compiled, InForce};
use super::judge::{Call, Party, count, judge};
use super::model;
use super::parties::{Origin, Parties};
use super::rule::{Class, Subject};
use super::states;
use crate::error::Error;
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Accepted, Gate, Gated, Survivor};
use crate::kernel::operation::{Halt, Rejection};
use crate::kernel::snapshot::Snapshot;
use crate::request::scope::OperationInfo;
use crate::rows::needs::{Access, Needs};

/// The gate of risk.
#[derive(Debug)]
pub struct Risk {
    classes: HashMap<&'static str, Class>,
    compiled: Compiled,
}

impl Risk {
    /// The gate of an engine with this table of operations.
    #[must_use]
    pub fn new(operations: &'static [OperationInfo]) -> Self {
        let classes = operations.iter().map(|info| (info.name, info.risk)).collect();
        Self { classes, compiled: Compiled::default() }
    }

    /// The rules about a call; none where nothing judges it.
    fn about(&self, rules: &InForce, call: &dyn Gated) -> Option<Arc<About>> {
        // timers are no operations of the table: nobody could wait for them
        let class = *self.classes.get(call.name())?;
        let about = rules.about(call.name(), class);
        (!about.is_empty()).then_some(about)
    }
}

impl Gate for Risk {
    fn needs(&self, call: &dyn Gated, seen: &Snapshot, needs: &mut Needs) {
        let key = model::key(&call.caller().book);
        let row = seen.records.row(&key);
        needs.record(key.clone(), Access::Read);
        // before they were read the rules are those of the last call; what is missing is asked for later
        let rules = match row {
            Some(row) => self.compiled.of(row).ok(),
            None if seen.records.knows(&key) => None,
            None => self.compiled.last(&call.caller().book),
        };
        let Some(rules) = rules else { return };
        let Some(about) = self.about(&rules, call) else { return };
        let streams = |key: &_| seen.accounts.row(key).is_some_and(|row| row.streaming);
        let request = request(&about, call);
        let parties = Parties::new(&rules.salt, &about.subjects).candidates(
            origin(call, request.as_ref()),
            needs,
            streams,
        );
        for key in states::keys(&about, &call.caller().book, &parties) {
            needs.counter(key, Access::Write);
        }
    }

    /// Judges a call: `rate_limited`, `velocity_blocked`, `factor_required`. What passes is counted.
    fn judge(&self, call: &dyn Gated, _: &Accepted<'_>, draft: &mut Draft<'_>) -> Result<(), Halt> {
        let Some(row) = draft.record(&model::key(&draft.ctx.book))? else { return Ok(()) };
        let rules = self.compiled.of(row)?;
        let Some(about) = self.about(&rules, call) else { return Ok(()) };
        let request = request(&about, call);
        let parties =
            Parties::new(&rules.salt, &about.subjects).of_draft(origin(call, request.as_ref()), draft);
        let mut counted = states::of(draft, &about, &parties)?;
        let judged = judged(&about, call, &parties);
        let now = draft.ctx.now;
        let verdict = judge(&about.set, &judged, &counted, now);
        if let Some(error) = refusal(&about, &verdict) {
            let caller = call.caller();
            let decided = Decided::new((&caller.book, &caller.actor), &about, &verdict);
            return Err(Halt::Reject(Rejection { error, survivors: vec![Arc::new(decided)] }));
        }
        count(&about.set, &judged, &mut counted, now);
        states::write(draft, (&rules, &about), &parties, &counted)?;
        if is_kept(&verdict) {
            keep(draft, (&about, &verdict))?;
        }
        Ok(())
    }

    /// A call that failed is counted by rules about failures.
    fn refused(&self, call: &dyn Gated, error: &Error, seen: &Snapshot) -> Option<Arc<dyn Survivor>> {
        if !is_failure(error) {
            return None;
        }
        let row = seen.records.row(&model::key(&call.caller().book))?;
        let rules = self.compiled.of(row).ok()?;
        let about = self.about(&rules, call).filter(|about| about.fails)?;
        let names = [Subject::Account, Subject::Counterparty];
        let reads = about.reads_metadata() || names.iter().any(|name| about.subjects.contains(name));
        let request = if reads { parsed(call) } else { Value::Null };
        let deal = deal(&request, call, seen);
        let origin = origin(call, Some(&request));
        let parties = Parties::new(&rules.salt, &about.subjects).of_request(origin, (&request, None), deal);
        let judged = judged(&about, call, &parties);
        let failure = Failure::new(
            call.caller(),
            (judged.has_key, judged.risk_score),
            rules,
            about.clone(),
            parties.clone(),
        );
        Some(Arc::new(failure))
    }
}

/// A call as rules see it.
fn judged<'a>(about: &'a About, call: &dyn Gated, parties: &'a [Party]) -> Call<'a> {
    Call {
        action: &about.action,
        class: about.class,
        parties,
        has_key: call.identity().key.is_some(),
        risk_score: call.score(),
        // no call carries the proof of a factor yet
        proved: &[],
        reviewed: false,
        allowed_by: None,
    }
}

fn origin<'a>(call: &'a dyn Gated, request: Option<&'a Value>) -> Origin<'a> {
    let caller = call.caller();
    Origin { actor: &caller.actor, trace: caller.trace.as_deref(), request }
}

/// The request, where rules look at its metadata.
fn request(about: &About, call: &dyn Gated) -> Option<Value> {
    about.reads_metadata().then(|| parsed(call))
}

fn parsed(call: &dyn Gated) -> Value {
    call.request().ok().and_then(|request| serde_json::from_str(&request).ok()).unwrap_or_default()
}

/// The deal that a request names, as far as it was read.
fn deal<'s>(
    request: &Value,
    call: &dyn Gated,
    seen: &'s Snapshot,
) -> Option<&'s crate::rows::tables::RecordRow> {
    let id = request["deal"].as_str()?.parse().ok()?;
    seen.records.row(&crate::escrow::model::key(&call.caller().book, id))
}
