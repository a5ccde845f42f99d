//! The gate of risk: rules judge every call whose operation has a risk class, and count it in the commit that
//! executes it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use hashbrown::HashMap;
use serde_json::Value;

use crate::error::{Detail, Error, Result};
use crate::kernel::debits::{flows, outflows};
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Accepted, Gate, Gated, Part, Survivor};
use crate::kernel::moves::Moves;
use crate::kernel::operation::{Decided, Halt, Rejection};
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::parked::{self, ask::Asked};
use crate::request::proof::Factor;
use crate::request::scope::{CHECKS, OperationInfo};
use crate::risk::counting::clock_regression::{TakenAsNow, take_as_now};
use crate::risk::counting::deltas::DeltaMerge;
use crate::risk::counting::states;
use crate::risk::judging::challenge::Proved;
use crate::risk::judging::decision::{KeptDecision, is_kept, keep, named_once, refusal};
use crate::risk::judging::failure::{CountedFailure, LOOKED_AT, Ties, is_failure};
use crate::risk::judging::judge::{JudgedCall, Party};
use crate::risk::judging::subjects::{ListedParties, Origin, Parties};
use crate::risk::judging::verdict::{Fired, Verdict};
use crate::risk::lists::{self, Said};
use crate::risk::model;
use crate::risk::reviews::review::{Review, ReviewFacts, State, Wanted};
use crate::risk::rules::in_force::{ActionRules, CallRules, InForce};
use crate::risk::rules::rule::{Class, Outcome, Subject, action_of};
use crate::risk::rules::rule_set::{Refused, RuleSource};
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::tables::RecordRow;
use crate::sorting::Gathering;
use crate::time::Span;
use crate::vault::proofs::{Parked, used_up};

/// The gate of risk.
pub struct Risk {
    classes: HashMap<&'static str, Class>,
    effects: HashMap<&'static str, &'static str>,
    source: Arc<RuleSource>,
    /// Notes to the task that merges deltas, if the store locks rows.
    deltas: Option<Arc<DeltaMerge>>,
    parked: &'static [Parked],
}

impl fmt::Debug for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Risk").finish_non_exhaustive()
    }
}

impl Risk {
    /// The gate of an engine with this table of operations. `parked` are the ways in which a call may be
    /// parked: factors that were proven then are not asked for again. `begins` are the default rules of
    /// books, and `secret` is a secret of this process. On a store that locks rows, inexact rules write
    /// deltas, and `deltas` is told of them.
    pub fn new(
        operations: &'static [OperationInfo],
        parked: &'static [Parked],
        begins: Option<&str>,
        secret: [u8; 32],
        deltas: Option<Arc<DeltaMerge>>,
    ) -> Result<Self> {
        let classes = operations.iter().map(|info| (info.name, info.risk)).collect();
        let effects = operations.iter().map(|info| (info.name, info.effect)).collect();
        let source = Arc::new(RuleSource::new(begins, secret, deltas.is_some())?);
        Ok(Self { classes, effects, source, deltas, parked })
    }

    /// The parties of a call that lists may name: those of its request, and those of its deal. Of a call that
    /// settles, only a new payee is looked up.
    fn named(
        &self,
        rules: &InForce,
        call: &Gated<'_>,
        seen: &Snapshot,
        deal: impl FnOnce(&RecordKey) -> Decided<Option<RecordRow>>,
    ) -> Decided<ListedParties> {
        let class = self.classes.get(call.name()).copied().unwrap_or(Class::None);
        let settles = class != Class::Opens;
        if rules.listed.is_empty() || settles && !rules.listed.contains(&Subject::Counterparty) {
            return Ok(ListedParties::default());
        }
        let reads = is_check(call) || rules.listed.iter().any(is_of_request);
        let moved = if reads { moved(call, seen) } else { Moves::default() };
        if settles && moved.new_payee.is_none() {
            return Ok(ListedParties::default());
        }
        let request = if reads { parsed(call) } else { Value::Null };
        let about = moved.about.as_ref().filter(|_| !settles);
        let deal = about.map(deal).transpose()?.flatten();
        let found = Parties::new(&rules.salt, &rules.listed).within(&rules.networks);
        Ok(found.of_lists(origin(call, Some(&request)), class, &request, moved, deal.as_ref()))
    }

    /// Judges a call by the rules about it, and counts it. `review` is the state of the review that it was
    /// parked for.
    fn pass(
        &self,
        call: &Gated<'_>,
        of_call: &CallRules,
        review: Option<State>,
        accepted: &Accepted<'_>,
        draft: &mut Draft<'_>,
    ) -> Decided<()> {
        let CallRules { rules, about } = of_call;
        let request = request(about, call);
        let parties = Parties::new(&rules.salt, &about.subjects)
            .knowing(call.memo())
            .of_draft(origin(call, request.as_ref()), draft);
        let mut counted = states::of(draft, of_call, &parties)?;
        if let Some(deltas) = self.deltas.as_ref().filter(|_| about.adds) {
            deltas.note(counted.parts);
        }
        let allowed = match self.said(rules, call, draft)? {
            Said::Allowed(by) => Some(by),
            _ => None,
        };
        let proved = Proved::of(call, accepted, about, self.parked, draft)?;
        // a check of a factor must not ask for factors: it is how they are proved
        let factors = if is_check(call) { Factor::ALL.to_vec() } else { proved.factors() };
        let judged = JudgedCall {
            allowed_by: allowed.as_deref(),
            reviewed: review == Some(State::Approved),
            proved: &factors,
            ..judged(about, call, &parties)
        };
        let now = draft.ctx.now;
        let ahead = take_as_now(&about.set, counted.each_mut(), now);
        let taken = TakenAsNow::of(&self.source, &draft.ctx.book, of_call, &parties, ahead, now);
        let verdict = counted.judge(&judged, now);
        if let Some(error) = refusal(about, &verdict) {
            let decided: Arc<dyn Survivor> = Arc::new(KeptDecision::new(about, &verdict));
            let survivors = [decided].into_iter().chain(taken).collect();
            return Err(Halt::Reject(Rejection { error, survivors }));
        }
        if call.part() != Part::Whole {
            return Ok(());
        }
        proved.used(about, &verdict, draft)?;
        if verdict.outcome == Outcome::Review {
            let waits = review == Some(State::Pending);
            let mut halt = review_first(call, about, &verdict, waits, draft)?;
            if let Halt::Reject(rejection) = &mut halt {
                rejection.survivors.extend(taken);
            }
            return Err(halt);
        }
        self.source.begin(draft, rules)?;
        counted.count(&judged, now);
        states::write(draft, rules, counted)?;
        if is_kept(&verdict) {
            keep(draft, about, &verdict)?;
        }
        Ok(())
    }

    /// Looks up the list entries about a call's parties.
    fn said(&self, rules: &InForce, call: &Gated<'_>, draft: &Draft<'_>) -> Decided<Said> {
        let named = self.named(rules, call, draft.seen(), |key| Ok(draft.record(key)?.cloned()))?;
        lists::said(&draft.ctx.book, &named, draft.ctx.now, |key| draft.record(key))
    }

    /// Whether the operation declared every account whose balance it changed. Builds with debug assertions
    /// check this for every call that opens something, so no test passes with an operation that omits one.
    fn says_what_moved(&self, call: &Gated<'_>, draft: &Draft<'_>) -> bool {
        let opens = self.classes.get(call.name()) == Some(&Class::Opens) && call.part() == Part::Whole;
        let moves = opens.then(|| call.moves(draft.seen()).ok()).flatten();
        let flows = flows(draft.writes(), draft.seen());
        let taken = flows.iter().map(|(key, minor)| (&key.account, *minor));
        moves.is_none_or(|moves| moves.left_out(taken).is_none())
    }

    /// Whether decisions about a call are kept where no rule is about it.
    fn keeps(&self, call: &Gated<'_>) -> bool {
        let class = self.classes.get(call.name()).copied().unwrap_or(Class::None);
        class != Class::None && call.part() == Part::Whole
    }

    /// The rules about a call; none where nothing judges it.
    fn about(&self, rules: &InForce, call: &Gated<'_>, seen: &Snapshot) -> Option<Arc<ActionRules>> {
        // timers are not in the table, and are not judged: nobody could prove or review them
        let class = *self.classes.get(call.name())?;
        let about = rules.about(&action_of(call.name(), self.other(call, seen)), class);
        (!about.is_empty()).then_some(about)
    }

    /// The other operation by whose rules a call is judged too, where its effect is that of one.
    fn other(&self, call: &Gated<'_>, seen: &Snapshot) -> Option<&'static str> {
        let effect = call.judged_as(seen);
        let is_own = self.effects.get(call.name()).is_none_or(|own| *own == effect);
        (!is_own && self.classes.get(effect) == Some(&Class::Opens)).then_some(effect)
    }
}

impl Gate for Risk {
    fn needs(&self, call: &Gated<'_>, seen: &Snapshot, needs: &mut Needs) {
        let book = &call.caller().book;
        if let Some(key) = call.identity().key.as_ref().filter(|_| call.is_pending(seen)) {
            needs.record(Review::key_of(book, key), Access::Write);
        }
        let key = model::key(book);
        needs.record(key.clone(), Access::Read);
        let Some(rules) = self.source.guess(book, seen) else { return };
        let known = |key: &RecordKey| Ok(seen.records.row(key).cloned());
        for (party, _) in self.named(&rules, call, seen, known).unwrap_or_default().all() {
            needs.record(lists::key(&call.caller().book, party.value), Access::Read);
        }
        let Some(about) = self.about(&rules, call, seen) else { return };
        if rules.begins {
            needs.record(key, Access::Write);
        }
        let streams = |key: &_| seen.accounts.row(key).is_some_and(|row| row.streaming);
        let request = request(&about, call);
        let found = Parties::new(&rules.salt, &about.subjects).knowing(call.memo());
        let (parties, hashed) =
            found.candidates(origin(call, request.as_ref()), needs, call.payer(), streams);
        if let Some(memo) = call.memo() {
            memo.set(hashed);
        }
        states::ask(&rules, &about, &call.caller().book, &parties, needs);
    }

    /// Refuses the call if a list blocks one of its parties: `blocked`.
    fn admit(&self, call: &Gated<'_>, draft: &Draft<'_>) -> Decided<()> {
        let Some(row) = draft.record(&model::key(&draft.ctx.book))? else { return Ok(()) };
        let rules = self.source.of(row)?;
        let Said::Blocked(entry, listed_by) = self.said(&rules, call, draft)? else { return Ok(()) };
        let decided = KeptDecision::blocked(call.name(), &entry, listed_by);
        let caller = Ties { actor: &draft.ctx.actor, book: &draft.ctx.book, seen: draft.seen() };
        let error = lists::blocked(&entry, &caller);
        Err(Halt::Reject(Rejection { error, survivors: vec![Arc::new(decided)] }))
    }

    /// Judges a call: `rate_limited`, `velocity_blocked`, `factor_required`, `review_required`, and `blocked`
    /// where people have rejected it; `condition_not_met` when it goes beyond what they agreed to. A call
    /// that passes is counted, and uses its review up.
    fn judge(&self, call: &Gated<'_>, accepted: &Accepted<'_>, draft: &mut Draft<'_>) -> Decided<()> {
        debug_assert!(self.says_what_moved(call, draft), "`{}` moves more than it says", call.name());
        // a decision of people holds even without rules, so the review is looked up before them
        let review = waiting(call, accepted, draft)?;
        let open = review.as_ref().filter(|review| !review.lapsed(draft.ctx.now));
        if let Some(rejected) = review.as_ref().filter(|review| review.state == State::Rejected) {
            let decided = KeptDecision::bare(call.name(), Outcome::Block, call.score());
            let survivors: Vec<Arc<dyn Survivor>> = vec![Arc::new(decided)];
            return Err(Halt::Reject(Rejection { error: rejected.blocked(), survivors }));
        }
        let state = open.map(|review| review.state);
        let row = draft.record(&model::key(&draft.ctx.book))?;
        let rules = self.source.in_force(&draft.ctx.book, row)?;
        let about = rules.as_ref().and_then(|rules| self.about(rules, call, draft.seen()));
        if let Some(agreed) = open.filter(|review| review.state == State::Approved) {
            agreed.holds(&call.commitment(draft)?)?;
        }
        if let Some((rules, about)) = rules.zip(about) {
            self.pass(call, &CallRules { rules, about }, state, accepted, draft)?;
        } else if call.score() > 0 && self.keeps(call) {
            KeptDecision::bare(call.name(), Outcome::Allow, call.score()).write(draft)?;
        }
        match review.filter(|review| review.state.is_open()) {
            Some(review) => review.execute(draft, accepted.made),
            None => Ok(()),
        }
    }

    /// A call that failed is counted by rules about failures.
    fn refused(&self, call: &Gated<'_>, rejection: &Rejection, seen: &Snapshot) -> Option<Arc<dyn Survivor>> {
        if !is_failure(call.part(), rejection) {
            return None;
        }
        let (book, key) = (&call.caller().book, model::key(&call.caller().book));
        let row = seen.records.knows(&key).then(|| seen.records.row(&key))?;
        let rules = self.source.in_force(book, row).ok()??;
        let about = self.about(&rules, call, seen).filter(|about| about.fails)?;
        let request = parsed(call);
        let moved = moved(call, seen);
        let deal = moved.about.as_ref().and_then(|key| seen.records.row(key)).cloned();
        let ties = Ties { actor: &call.caller().actor, book, seen };
        let (moved, deal) = ties.counted(rejection.error.code(), moved, deal);
        let origin = origin(call, Some(&request));
        let looked_at: BTreeSet<Subject> = about.subjects.iter().cloned().chain(LOOKED_AT).gathered();
        let parties =
            Parties::new(&rules.salt, &looked_at).of_request(origin, &request, &moved, deal.as_ref());
        let of_call = CallRules { rules, about };
        let refused = Refused::new(self.source.clone(), book.clone(), &of_call, parties, looked_at);
        Some(Arc::new(CountedFailure(refused)))
    }
}

/// The review that a call was parked for.
fn waiting(call: &Gated<'_>, accepted: &Accepted<'_>, draft: &Draft<'_>) -> Decided<Option<Review>> {
    let Some(key) = call.identity().key.as_ref().filter(|_| accepted.waits) else { return Ok(None) };
    parked::known::<ReviewFacts>(draft, key)
}

/// Refuses a call that people must look at first, and leaves a request for the review, unless one is open. If
/// the call names objects that only the host's open transaction has, nobody else can see them: the request is
/// written when they are committed.
fn review_first(
    call: &Gated<'_>,
    about: &ActionRules,
    verdict: &Verdict,
    waits: bool,
    draft: &Draft<'_>,
) -> Decided<Halt> {
    let wants = |fired: &&Fired| fired.outcome == Outcome::Review;
    let rules = named_once(verdict.fired.iter().filter(wants));
    let key = call.identity().key.as_ref().ok_or_else(|| Error::corrupted("a parked call without a key"))?;
    let rule = rules.first().cloned().unwrap_or_default();
    let (id, message) = (Review::id_of(&draft.ctx.book, key), about.message(&rule));
    let error = Error::from(Detail::ReviewRequired { review: id.to_string(), rule, message });
    let decided = KeptDecision::new(about, verdict);
    let mut survivors: Vec<Arc<dyn Survivor>> = vec![Arc::new(decided)];
    let request = &call.identity().request;
    let open = parked::known::<ReviewFacts>(draft, key)?.filter(|review| !review.lapsed(draft.ctx.now));
    if open.is_some_and(|review| review.is_for_another(request)) {
        // another request is parked under the same derived key
        return Err(call.mismatch(draft.seen()).into());
    }
    let objects = call.objects(draft.seen());
    if !waits {
        let most = outflows(draft.writes(), draft.seen()).into_iter().next();
        let taken =
            most.and_then(|flow| Some((flow.account.to_string(), Money::new(flow.minor, flow.currency)?)));
        let shortest = rules.iter().filter_map(|id| about.rule(id)).map(|rule| rule.expires_in).min();
        let expires_in = shortest.unwrap_or(Span::from_hours(72));
        let proofs = used_up(call, draft)?;
        let wanted = Wanted { id, rules, expires_in, taken };
        let request = Asked::of(draft, call, objects, proofs, wanted)?;
        survivors.push(Arc::new(request));
    }
    Ok(Halt::Reject(Rejection { error, survivors }))
}

/// A call as rules see it.
fn judged<'a>(about: &'a ActionRules, call: &Gated<'_>, parties: &'a [Party]) -> JudgedCall<'a> {
    JudgedCall {
        action: &about.action,
        class: about.class,
        parties,
        // a check does not wait for people: its code is kept nowhere
        has_key: call.identity().key.is_some() && !is_check(call),
        risk_score: call.score(),
        proved: &[],
        reviewed: false,
        allowed_by: None,
    }
}

fn origin<'a>(call: &'a Gated<'_>, request: Option<&'a Value>) -> Origin<'a> {
    let caller = call.caller();
    Origin { actor: &caller.actor, trace: caller.trace.as_deref(), request }
}

/// The request, where rules look at its metadata.
fn request(about: &ActionRules, call: &Gated<'_>) -> Option<Value> {
    about.reads_metadata().then(|| parsed(call))
}

fn parsed(call: &Gated<'_>) -> Value {
    call.request().ok().and_then(|request| serde_json::from_str(&request).ok()).unwrap_or_default()
}

/// The payers and payees of a call, without amounts: neither lists nor failures need these.
fn moved(call: &Gated<'_>, seen: &Snapshot) -> Moves {
    // a deal that cannot be read is refused for that
    call.moves(seen).unwrap_or_default().without_sums()
}

/// Whether a call is an attempt at a PIN or a code.
fn is_check(call: &Gated<'_>) -> bool {
    call.effect() == CHECKS
}

/// Whether parties of this subject come from the request.
const fn is_of_request(subject: &Subject) -> bool {
    matches!(subject, Subject::Account | Subject::Counterparty | Subject::Meta(_))
}
