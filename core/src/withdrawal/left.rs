//! What a history that was left may have paid: after a restore or a failover a withdrawal without a nonce may
//! have had one, in commits that this store does not have.
//!
//! Absence proves nothing here either. Such a withdrawal is neither bound nor given back before each lane of
//! its chain was compared with the chain; and where a lane then passed over nonces that are none of ours, one
//! of them may have paid it: then an admin finds out.

use super::bind;
use super::chain::Chain;
use super::desk::{Desk, chain_of, lane_of};
use super::lane::LaneFacts;
use super::model::{AttentionCode, AttentionKind, State, Waiting, WithdrawalFacts};
use crate::kernel::operation::Halt;
use crate::time::Time;

/// Why a withdrawal that has no nonce here may have had one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeftDoubt {
    /// A lane was not compared with the chain yet.
    Lanes,
    /// A lane has passed over nonces, and one of them may be its own; or what the lane has sent is compared
    /// with nothing any more.
    Paid,
}

impl Desk<'_, '_> {
    /// Why a history that was left may have paid it; `None` where it cannot have.
    ///
    /// # Errors
    /// Only halts.
    pub(super) fn doubt(&self) -> Result<Option<LeftDoubt>, Halt> {
        let facts = &self.withdrawal.facts;
        let now = self.draft.timeline()?;
        if self.withdrawal.state != State::Pending || facts.timeline == now {
            return Ok(None);
        }
        let book = self.book();
        let chain = chain_of(self.draft, &book, &facts.chain)?;
        let mut doubt = None;
        for id in &chain.facts.lanes {
            let lane = lane_of(self.draft, &book, *id)?;
            if may_have_paid(&lane.facts, facts, self.withdrawal.row.created_at) {
                return Ok(Some(LeftDoubt::Paid));
            }
            // one that opens still may have been used by then
            if !lane.facts.retiring && lane.facts.timeline != now {
                doubt = Some(LeftDoubt::Lanes);
            }
        }
        Ok(doubt)
    }

    /// It rests until its lanes were compared with the chain, or for good, until somebody has settled it.
    /// Time does not end it.
    ///
    /// # Errors
    /// Only halts.
    pub(super) fn rests(&mut self, chain: &mut Chain, doubt: LeftDoubt) -> Result<(), Halt> {
        if doubt == LeftDoubt::Paid {
            self.leaves_line(chain)?;
            let facts = &mut self.withdrawal.facts;
            (facts.waiting, facts.look_at, facts.give_up_at) = (None, None, None);
            return self.attend(AttentionCode::NonceTaken, AttentionKind::Permanent);
        }
        // people are told of each lane
        self.active_lanes(chain).map(drop)?;
        self.waits(chain, Waiting::Lane)?;
        let later = self.after(bind::FOR_A_LANE);
        let facts = &mut self.withdrawal.facts;
        facts.give_up_at = facts.give_up_at.map(|at| at.max(later));
        Ok(())
    }
}

/// Whether a lane has passed over nonces since a withdrawal was asked for in a history that was left by then.
fn may_have_paid(lane: &LaneFacts, withdrawal: &WithdrawalFacts, asked_at: Time) -> bool {
    lane.gaps.iter().any(|gap| gap.at > asked_at && gap.timeline != withdrawal.timeline)
}
