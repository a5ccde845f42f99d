//! Failures: refused calls, which rules about failures count in spite of the refusal.

use serde_json::json;

use crate::error::{Code, Kind};
use crate::ids::{Actor, Book};
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Part, Survivor};
use crate::kernel::moves::Moves;
use crate::kernel::operation::{Decided, Rejection};
use crate::kernel::permit::{is_or_owns, is_staff};
use crate::kernel::snapshot::Snapshot;
use crate::risk::counting::clock_regression::take_as_now;
use crate::risk::counting::states;
use crate::risk::rules::rule::Subject;
use crate::risk::rules::rule_set::Refused;
use crate::rows::needs::Needs;
use crate::rows::tables::{AccountRow, RecordRow};

/// The event of a failure that a rule has counted.
pub(crate) const COUNTED: &str = "failure.counted";

/// Whether a refusal counts as a failure of the caller. Not counted are malformed requests, keys that were
/// used before, verdicts of rules, reviews and approvals, and faults of the store or the keyring. An attempt
/// at a locked PIN or code is not counted; the wrong attempt that locks it is.
pub(in crate::risk) fn is_failure(part: Part, rejection: &Rejection) -> bool {
    let error = &rejection.error;
    if part == Part::Fails {
        // an attempt that failed is one, whatever its caller is told
        return !matches!(error.kind(), Kind::Misused | Kind::Unavailable | Kind::Corrupt);
    }
    if matches!(error.code(), Code::PinLocked | Code::OtpLocked) {
        return rejection.survivors.iter().any(|left| left.is_attempt());
    }
    let other = [
        Code::IdempotencyMismatch,
        Code::KeyNotFound,
        Code::ReplyNotKept,
        Code::RateLimited,
        Code::VelocityBlocked,
        Code::Blocked,
        Code::ReviewRequired,
        Code::ApprovalRequired,
        Code::ApprovalExpired,
        Code::ApprovalNotFound,
        Code::AlreadyApproved,
        Code::SelfApproval,
    ];
    !matches!(error.kind(), Kind::Invalid | Kind::Misused | Kind::Unavailable | Kind::Corrupt)
        && !other.contains(&error.code())
}

/// Which accounts of a refused call belong to its caller, by the rows that were read. Anybody who knows an
/// account's name can make calls about it that are refused. These count as failures of the caller, and not of
/// an account that he neither is nor owns: otherwise strangers could use up the failures that its owner may
/// have.
pub(in crate::risk) struct Ties<'a> {
    pub(in crate::risk) actor: &'a Actor,
    pub(in crate::risk) book: &'a Book,
    pub(in crate::risk) seen: &'a Snapshot,
}

impl Ties<'_> {
    /// The accounts and the deal for which a refusal with this code counts. All of them if the caller is
    /// staff. All of them too if he owns every payer's account, or is a party of a deal in which nobody pays,
    /// unless the code is `not_permitted`. Otherwise only his own accounts.
    pub(in crate::risk) fn counted(
        &self,
        code: Code,
        moved: Moves,
        deal: Option<RecordRow>,
    ) -> (Moves, Option<RecordRow>) {
        let parties = || deal.iter().flat_map(|deal| [&deal.owner, &deal.peer]).flatten();
        let may_speak = || match moved.paying.is_empty() {
            true => parties().any(|party| self.binds(party)),
            false => moved.paying.keys().all(|account| self.binds(account.as_str())),
        };
        if is_staff(self.actor) || code != Code::NotPermitted && may_speak() {
            return (moved, deal);
        }
        let Moves { mut paying, mut paid, .. } = moved;
        if paying.is_empty() {
            // without a payer, the payees are the accounts of the call
            paid.retain(|account| self.binds(account.as_str()));
        } else {
            paid.clear();
        }
        paying.retain(|account, _| self.binds(account.as_str()));
        (Moves { paying, paid, ..Moves::default() }, None)
    }

    /// Whether the caller is an account, or owns it in some currency.
    pub(in crate::risk) fn binds(&self, account: &str) -> bool {
        let owns = |row: &AccountRow| {
            row.book == *self.book && row.id.as_str() == account && is_or_owns(self.actor, row)
        };
        account == self.actor.id() || self.seen.accounts.rows().any(owns)
    }
}

/// Subjects whose parties are always worked out for a failure. The rules of now may need fewer of them, but
/// those in force when the failure is written may need more.
pub(in crate::risk) const LOOKED_AT: [Subject; 5] =
    [Subject::Account, Subject::Actor, Subject::Counterparty, Subject::Ip, Subject::Device];

/// Counts a failure for every party of a refused call.
#[derive(Debug)]
pub(in crate::risk) struct CountedFailure(pub(in crate::risk) Refused);

impl Survivor for CountedFailure {
    fn name(&self) -> &'static str {
        "risk.failure"
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.0.needs(seen, needs);
    }

    fn write(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let Self(refused) = self;
        let Some(of_call) = refused.in_force(draft)?.filter(|of_call| of_call.about.fails) else {
            return Ok(());
        };
        let mut counted = states::of(draft, &of_call, refused.parties())?;
        take_as_now(&of_call.about.set, counted.each_mut(), draft.ctx.now);
        counted.count_failure(draft.ctx.now);
        states::write(draft, &of_call.rules, counted)?;
        if draft.writes().counters.is_empty() {
            return Ok(());
        }
        refused.begin(draft, &of_call.rules)?;
        draft.event(COUNTED, ("operation", refused.action()), 0, &json!({}))
    }
}
