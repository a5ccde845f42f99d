//! A withdrawal while it is changed: its record, its events, its one job at a time, and the rows around it.

use serde_json::{Value, json};

use super::asset::Asset;
use super::chain::Chain;
use super::lane::Lane;
use super::model::{self, AttentionCode, AttentionFacts, AttentionKind, State, Withdrawal, WithdrawalFacts};
use super::slot::Slot;
use super::transitions::{TRANSITIONS, WithdrawalRole, WithdrawalTrigger};
use crate::ids::{AccountId, Book, JobId, WithdrawalId};
use crate::jobs::NOTIFY_ADMINS;
use crate::jobs::decide::discard;
use crate::kernel::draft::JobTerms;
use crate::kernel::editor::{Data, Editor, Judged, Lifecycle};
use crate::kernel::operation::Decided;
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::kernel::tally::CallTally;
use crate::kernel::transitions::Transitions;
use crate::payment::debts::Debt;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::members;
use crate::rows::tables::JobState;
use crate::time::Time;
use crate::waits::wait_of;

/// The prefix of the kinds of jobs that sign.
pub(super) const SIGNER: &str = "signer.";
/// The attempts of a job that never gives up.
pub(super) const ENDLESS: i64 = 1_000_000_000;

/// A withdrawal while it is changed.
pub(super) type WithdrawalEditor<'d, 's> = Editor<'d, 's, WithdrawalFacts>;

impl Lifecycle for WithdrawalFacts {
    type Trigger = WithdrawalTrigger;
    type Who = &'static [WithdrawalRole];
    type Note = ();
    const TRANSITIONS: Transitions<State, WithdrawalTrigger, &'static [WithdrawalRole]> = TRANSITIONS;

    fn event(state: State) -> &'static str {
        state.event()
    }

    fn entered(editor: &mut WithdrawalEditor<'_, '_>) {
        editor.count();
        editor.attended(&[AttentionCode::Late]);
        let facts = &mut editor.object.facts;
        (facts.entered_at, facts.told_late) = (Some(editor.draft.ctx.time()), None);
    }

    fn changed(editor: &mut WithdrawalEditor<'_, '_>) -> Decided<()> {
        editor.object.facts.updated_at = editor.draft.ctx.time();
        let wait = wait_of(model::KIND, editor.object.state.as_str());
        editor.object.facts.wait_limit = wait.and_then(|wait| editor.draft.ctx.wait_limits.other(wait));
        Ok(())
    }
}

impl Judged for WithdrawalFacts {
    type Role = WithdrawalRole;

    fn ties<'e>(editor: &'e WithdrawalEditor<'_, '_>, role: WithdrawalRole) -> Decided<Vec<Tie<'e>>> {
        if role != WithdrawalRole::Owner {
            return Ok(Vec::new());
        }
        editor.draft.ties(&editor.object.payer(), &editor.object.facts.account)
    }
}

/// A job to write for a withdrawal.
pub(super) struct JobToWrite<'j> {
    pub kind: &'j str,
    /// The name of the call in its key.
    pub call: &'j str,
    /// Its number of attempts.
    pub attempts: i64,
    /// No worker may take it before this time.
    pub not_before: Time,
    /// The payload for the worker.
    pub payload: Value,
}

impl WithdrawalEditor<'_, '_> {
    /// Writes the withdrawal if it has changed. Its version rises even without an event.
    pub(super) fn put_if_changed(mut self, before: &Withdrawal) -> Decided<bool> {
        let now = &self.object;
        let same = now.row.version == before.row.version
            && now.facts == before.facts
            && now.state == before.state
            && now.texts == before.texts;
        if same {
            return Ok(false);
        }
        if self.object.row.version == before.row.version {
            self.object.row.version += 1;
        }
        self.put()?;
        Ok(true)
    }

    pub(super) fn book(&self) -> Book {
        self.object.row.book.clone()
    }

    /// Counts its arrival in its present state.
    pub(super) fn count(&mut self) {
        let facts = &self.object.facts;
        let reason = facts.failure.as_ref().map_or("", |failure| failure.code.as_str());
        let labels =
            [("chain", facts.chain.as_str()), ("state", self.object.state.as_str()), ("reason", reason)];
        let tally = CallTally::of("earnest_withdrawals_total", labels);
        self.draft.tally(tally);
        if self.object.state == State::Confirmed {
            let took = self.now().since(self.object.row.created_at);
            self.draft.tally(CallTally::of("earnest_withdrawal_seconds", []).that_took(took));
        }
    }

    /// Asks people to look at it, unless it has this reason already.
    pub(super) fn attend(&mut self, code: AttentionCode, kind: AttentionKind) -> Decided<()> {
        if self.object.facts.attention.as_ref().is_some_and(|known| known.code == code) {
            return Ok(());
        }
        let since = self.draft.ctx.time();
        self.object.facts.attention = Some(AttentionFacts { code, kind, since });
        self.emit("withdrawal.attention", members!("code": json!(code), "kind": json!(kind)))?;
        let payload = json!({
            "event": "withdrawal.attention",
            "withdrawal": self.object.id().to_string(),
            "state": self.object.state,
            "code": code,
        });
        self.draft.enqueue(NOTIFY_ADMINS, &payload).map(drop)
    }

    /// Asks people to look at it once it has waited in its state for too long: once for each state.
    pub(super) fn late(&mut self) -> Decided<()> {
        let (state, now) = (self.object.state, self.now());
        if self.object.facts.late_at(state).is_none_or(|at| at > now) {
            return Ok(());
        }
        self.object.facts.told_late = Some(state);
        self.attend(AttentionCode::Late, AttentionKind::Transient)
    }

    /// Clears its reason to look if it is one of these.
    pub(super) fn attended(&mut self, codes: &[AttentionCode]) {
        self.object.facts.attention.take_if(|known| codes.contains(&known.code));
    }
}

/// Writes the jobs of a withdrawal, one at a time.
impl WithdrawalEditor<'_, '_> {
    /// Writes the job of the next step. It replaces a waiting job.
    pub(super) fn write_job(&mut self, wanted: JobToWrite<'_>) -> Decided<JobId> {
        self.drop_job()?;
        let JobToWrite { kind, call, attempts, not_before, payload } = wanted;
        let job = JobId::from_uuid(self.draft.ids.uuid());
        let key = format!("{}:{call}:{}", self.object.id(), self.object.row.version);
        self.draft.enqueue_on(job, &key, kind, JobTerms { attempts, not_before }, &payload)?;
        self.object.facts.job = Some(job);
        Ok(job)
    }

    /// Gives up the job under way if no worker has taken it.
    pub(super) fn drop_job(&mut self) -> Decided<()> {
        if let Some(job) = self.object.facts.job.take() {
            discard(self.draft, &(self.object.row.book.clone(), job))?;
        }
        Ok(())
    }

    /// Whether a worker has the job under way.
    pub(super) fn is_leased(&self) -> Decided<bool> {
        let Some(job) = self.object.facts.job else { return Ok(false) };
        let row = self.draft.job(&(self.object.row.book.clone(), job))?;
        Ok(row.is_some_and(|row| row.state == JobState::Leased))
    }

    /// The first members of a payload about a chain, with the withdrawal.
    pub(super) fn about(&self, chain: &Chain) -> Data {
        let mut payload = about_chain(chain);
        payload.insert("withdrawal".to_owned(), json!(self.object.id()));
        payload
    }
}

/// The first members of every payload about a chain.
pub(super) fn about_chain(chain: &Chain) -> Data {
    members!("v": 1, "chain": chain.facts.id.as_str(), "chain_id": json!(chain.facts.chain_id))
}

impl State {
    /// Whether its bytes may be out, and nothing is final.
    pub(super) const fn is_under_way(self) -> bool {
        matches!(self, Self::Broadcasting | Self::Broadcasted | Self::Confirming)
    }
}

impl Withdrawal {
    /// The amount for the payee, in minor units.
    pub(super) const fn minor(&self) -> i128 {
        self.facts.amount.minor_units()
    }

    /// Whether it is over and people should still look at it.
    pub(super) fn is_over_and_unclear(&self) -> bool {
        self.state.is_terminal() && self.facts.attention.is_some()
    }

    /// The account that pays.
    pub(super) fn payer(&self) -> AccountKey {
        self.account(&self.facts.account)
    }

    /// An account in its currency.
    pub(super) fn account(&self, id: &AccountId) -> AccountKey {
        AccountKey::new(self.row.book.clone(), id.clone(), self.currency)
    }

    /// Names the rows that any step needs.
    pub(super) fn needs(&self, needs: &mut Needs) {
        let book = &self.row.book;
        needs.record(Chain::key(book, &self.facts.chain), Access::Write);
        needs.record(Asset::key(book, [&self.facts.chain, self.currency.code()]), Access::Read);
        needs.account(self.payer(), Access::Read);
        if let Some(job) = self.facts.job {
            needs.job((book.clone(), job), Access::Write);
        }
        if let (Some(lane), Some(nonce)) = (self.facts.lane, self.facts.nonce) {
            needs.record(Lane::key(book, lane), Access::Write);
            needs.record(Slot::key(book, (lane, nonce)), Access::Write);
        }
    }

    /// Names the rows on which its end moves money.
    pub(super) fn needs_of_money(&self, needs: &mut Needs) {
        needs.hold((self.row.book.clone(), self.facts.hold), Access::Write);
        needs.account(self.payer(), Access::Write);
        for id in [AccountId::world(), AccountId::fees()] {
            needs.account(self.account(&id), Access::Write);
        }
        if self.state.is_terminal() {
            needs.account(self.account(&AccountId::losses()), Access::Write);
            if let Some(transfer) = self.facts.transfers.last() {
                needs.transfer((self.row.book.clone(), *transfer), Access::Write);
            }
            if let Some(debt) = self.facts.debt {
                needs.record(Debt::key(&self.row.book, debt), Access::Write);
            }
        }
    }
}

/// Names the rows of a step, and returns its withdrawal if it was read.
pub(super) fn needs_of(
    book: &Book,
    id: WithdrawalId,
    seen: &Snapshot,
    needs: &mut Needs,
) -> Option<Withdrawal> {
    let withdrawal = Withdrawal::needed(Withdrawal::key(book, id), Access::Write, seen, needs)?;
    withdrawal.needs(needs);
    Some(withdrawal)
}
