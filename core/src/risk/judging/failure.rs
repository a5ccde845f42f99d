//! Failures: calls that were refused, counted by the rules that ask for it, in spite of the refusal.

use serde_json::json;

use crate::error::{Code, Kind};
use crate::ids::{Actor, Book};
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Part, Survivor};
use crate::kernel::moves::Moves;
use crate::kernel::operation::{Halt, Rejection};
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

/// Whether a refusal is a failure of the caller's: not a malformed request, not a key that was used before,
/// not what rules, reviews and approvals say, and nothing that the store or the keyring is to blame for. What
/// is tried while it is locked is none; the wrong attempt that locks is.
pub(in crate::risk) fn is_failure(part: Part, rejection: &Rejection) -> bool {
    let error = &rejection.error;
    if part == Part::Fails {
        // what failed is one, whatever its caller is told
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

/// What ties the caller of a refused call to the accounts that it is about, by the rows as far as they were
/// read. Whoever knows a name can make calls about it that are refused: they are failures of his own, and of
/// no account that he neither is nor owns, or strangers would use up what its owner may fail.
pub(in crate::risk) struct Ties<'a> {
    pub(in crate::risk) actor: &'a Actor,
    pub(in crate::risk) book: &'a Book,
    pub(in crate::risk) seen: &'a Snapshot,
}

impl Ties<'_> {
    /// Of what a call would have moved, and of the deal that it is about, what its refusal with this code
    /// counts for: all of it where he is entitled to what would have paid, or is a party of a deal in which
    /// nobody pays, and else his own accounts alone.
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
            // those that are paid are the accounts of the call
            paid.retain(|account| self.binds(account.as_str()));
        } else {
            paid.clear();
        }
        paying.retain(|account, _| self.binds(account.as_str()));
        (Moves { paying, paid, ..Moves::default() }, None)
    }

    /// Whether he is an account, or owns it in some currency.
    pub(in crate::risk) fn binds(&self, account: &str) -> bool {
        let owns = |row: &AccountRow| {
            row.book == *self.book && row.id.as_str() == account && is_or_owns(self.actor, row)
        };
        account == self.actor.id() || self.seen.accounts.rows().any(owns)
    }
}

/// Subjects of which a failure is always noted. The rules of now may count fewer; those that are in force
/// when the failure is written may count more.
pub(in crate::risk) const LOOKED_AT: [Subject; 5] =
    [Subject::Account, Subject::Actor, Subject::Counterparty, Subject::Ip, Subject::Device];

/// One more failure of everybody whom a call is about.
#[derive(Debug)]
pub(in crate::risk) struct CountedFailure(pub(in crate::risk) Refused);

impl Survivor for CountedFailure {
    fn name(&self) -> &'static str {
        "risk.failure"
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.0.needs(seen, needs);
    }

    fn write(&self, draft: &mut Draft<'_>) -> Result<(), Halt> {
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
