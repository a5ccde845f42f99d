//! Operations on a pledge, by callers and by the clock: pure decisions over rows.

use earnest::ids::CreatedId as _;
use earnest::ids::{Book, JobId};
use earnest::kernel::draft::{Draft, JobTerms};
use earnest::kernel::due::Timed;
use earnest::kernel::operation::{CreatedIds, Halt, Operation};
use earnest::kernel::snapshot::Snapshot;
use earnest::ledger::funds;
use earnest::ledger::posting::{Posting, post};
use earnest::money::minor::Part;
use earnest::request::note::Note;
use earnest::rows::needs::{Access, AccountKey, Needs, RecordKey};
use earnest::rows::object::ListedBy;
use earnest::rows::tables::TransferKind;
use earnest::time::{Span, Time};
use earnest::{Detail, Error};
use serde_json::{Map, json};

use super::model::{Facts, Pledge, PledgeId, State, Times, accounts};

/// The job that reminds the donor, an hour after the pledge, twice at most.
pub(crate) const REMIND: &str = "pledge.remind";

/// Somebody promises money. Nothing moves; what is promised is declared, so that gates judge it.
#[derive(Clone, Debug)]
pub(crate) struct Make {
    pub(crate) donor: AccountKey,
    pub(crate) cause: AccountKey,
    pub(crate) amount: i128,
    pub(crate) redeem_by: Time,
}

impl Operation for Make {
    type Reply = Pledge;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.account(self.donor.clone(), Access::Read);
        needs.account(self.cause.clone(), Access::Read);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        for account in [&self.donor, &self.cause] {
            funds::active(&funds::existing(draft, account)?)?;
        }
        draft.permit(&[])?;
        let id = PledgeId::from_uuid(draft.ids.uuid());
        let (donor, cause) = (self.donor.account.to_string(), self.cause.account.to_string());
        let listed_by = ListedBy {
            owner: Some(donor.as_str().into()),
            peer: Some(cause.as_str().into()),
            reference: None,
        };
        let facts = Facts {
            donor,
            cause,
            amount: Part(self.amount),
            currency: self.donor.currency.code().to_owned(),
            scale: self.donor.currency.scale(),
            reminded: 0,
            times: Times { redeem_by: self.redeem_by },
        };
        let key = Pledge::key(&draft.ctx.book, id);
        let mut pledge = Pledge::begin(key, listed_by, State::Open, facts, draft.ctx.time())?;
        draft.declare(self.donor.clone(), self.amount);
        let data = Map::from_iter([("amount".to_owned(), self.amount.to_string().into())]);
        draft.emit(&mut pledge, "pledge.made", &data)?;
        draft.put_record(pledge.into_row()?);
        let job = JobId::from_uuid(draft.ids.uuid());
        let not_before = draft.ctx.now.checked_add(Span::from_hours(1)).unwrap_or(Time::MAX);
        let terms = JobTerms { attempts: 2, not_before };
        draft.enqueue_on(job, &job.to_string(), REMIND, terms, &json!({ "pledge": id.uuid() }))?;
        Ok(CreatedIds::of(id.uuid()))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, _: bool) -> Result<Pledge, Halt> {
        let id = made.expect()?;
        Ok(Pledge::of(seen.record(&Pledge::key(&self.donor.book, PledgeId::from_uuid(id)))?)?)
    }
}

/// The donor keeps the promise: the money moves.
#[derive(Clone, Debug)]
pub(crate) struct Redeem {
    pub(crate) book: Book,
    pub(crate) pledge: PledgeId,
}

impl Redeem {
    fn key(&self) -> RecordKey {
        Pledge::key(&self.book, self.pledge)
    }
}

/// A pledge that must be there and open.
fn open(draft: &Draft<'_>, key: &RecordKey, trigger: &str) -> Result<Pledge, Halt> {
    let row = draft.record(key)?.ok_or_else(|| Error::invalid("pledge", "must be a pledge"))?;
    let pledge = Pledge::of(row)?;
    if pledge.state != State::Open {
        let (object, state) = (pledge.id().to_string(), pledge.state.to_string());
        let trigger = trigger.to_owned();
        return Err(Detail::TransitionNotAllowed { object, state, trigger, allowed: Vec::new() }.into());
    }
    Ok(pledge)
}

impl Operation for Redeem {
    type Reply = Pledge;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs.record(self.key(), Access::Write);
        // whose money it is stands in the record
        match seen.records.row(&self.key()).map(Pledge::of) {
            Some(Ok(pledge)) => {
                for account in accounts(&self.book, &pledge) {
                    needs.account(account, Access::Write);
                }
            }
            Some(Err(_)) => {}
            None => needs.incomplete |= !seen.records.knows(&self.key()),
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let mut pledge = open(draft, &self.key(), "redeem")?;
        draft.permit(&[])?;
        let [donor, cause] = accounts(&self.book, &pledge);
        let Part(amount) = pledge.facts.amount;
        funds::ensure(draft, &donor, amount)?;
        let note = Note::default();
        let transfer = post(draft, Posting::pair(TransferKind::Transfer, donor, cause, amount, note))?;
        pledge.state = State::Redeemed;
        let data = Map::from_iter([("transfer".to_owned(), transfer.to_string().into())]);
        draft.emit(&mut pledge, "pledge.redeemed", &data)?;
        draft.put_record(pledge.into_row()?);
        Ok(CreatedIds::two(transfer, self.pledge.uuid()))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Result<Pledge, Halt> {
        Ok(Pledge::of(seen.record(&self.key())?)?)
    }
}

/// The clock's operation: a pledge lapses, unless somebody changed it in the meantime.
impl Timed for Facts {
    const TIMER: &'static str = "pledge.timer";

    fn run_timer(pledge: Pledge, draft: &mut Draft<'_>) -> Result<bool, Halt> {
        lapse(draft, pledge)?;
        Ok(true)
    }
}

/// Ends a pledge that nobody kept.
pub(crate) fn lapse(draft: &mut Draft<'_>, mut pledge: Pledge) -> Result<(), Halt> {
    pledge.state = State::Lapsed;
    draft.emit(&mut pledge, "pledge.lapsed", &Map::new())?;
    draft.put_record(pledge.into_row()?);
    Ok(())
}
