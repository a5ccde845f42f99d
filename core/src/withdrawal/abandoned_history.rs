//! Withdrawals that an abandoned history may have paid. After a restore or a failover, a withdrawal without a
//! nonce may have had one in commits that this store lacks.
//!
//! Absence proves nothing here either. Such a withdrawal is neither bound nor given back before every lane of
//! its chain was compared with the chain. If a lane then passed over foreign nonces, one of them may have
//! paid it, and an admin finds out.

use super::bind;
use super::chain::Chain;
use super::editor::WithdrawalEditor;
use super::lane::{Lane, LaneFacts};
use super::model::{AttentionCode, AttentionKind, State, Waiting, WithdrawalFacts};
use crate::kernel::operation::Decided;
use crate::time::Time;

/// Why a withdrawal without a nonce may have had one in an abandoned history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeftDoubt {
    /// A lane was not yet compared with the chain.
    Lanes,
    /// A lane has passed over nonces, and one of them may be its own; or the lane is no longer compared with
    /// the chain.
    Paid,
}

impl WithdrawalEditor<'_, '_> {
    /// Why an abandoned history may have paid it; `None` if it cannot have.
    pub(super) fn doubt(&self) -> Decided<Option<LeftDoubt>> {
        let facts = &self.object.facts;
        let now = self.draft.timeline()?;
        if self.object.state != State::Pending || facts.timeline == now {
            return Ok(None);
        }
        let book = self.book();
        let chain = Chain::known(self.draft, &book, &facts.chain)?;
        let mut doubt = None;
        for id in &chain.facts.lanes {
            let lane = Lane::known(self.draft, &book, *id)?;
            if may_have_paid(&lane.facts, facts, self.object.row.created_at) {
                return Ok(Some(LeftDoubt::Paid));
            }
            // an opening lane counts too: it may have been used by then
            if !lane.facts.retiring && lane.facts.timeline != now {
                doubt = Some(LeftDoubt::Lanes);
            }
        }
        Ok(doubt)
    }

    /// Lets it wait until its lanes were compared with the chain. If it may have been paid, it waits until
    /// somebody settles it. Its time limit does not end it.
    pub(super) fn rests(&mut self, chain: &mut Chain, doubt: LeftDoubt) -> Decided<()> {
        if doubt == LeftDoubt::Paid {
            self.leaves_line(chain)?;
            let facts = &mut self.object.facts;
            (facts.waiting, facts.look_at, facts.give_up_at) = (None, None, None);
            return self.attend(AttentionCode::NonceTaken, AttentionKind::Permanent);
        }
        // pauses the lanes that were not compared, and tells people of each
        self.active_lanes(chain).map(drop)?;
        self.waits(chain, Waiting::Lane)?;
        let later = self.after(bind::FOR_A_LANE);
        let facts = &mut self.object.facts;
        facts.give_up_at = facts.give_up_at.map(|at| at.max(later));
        Ok(())
    }
}

/// Whether a lane has passed over nonces since a withdrawal was requested, and in another timeline than its
/// own.
fn may_have_paid(lane: &LaneFacts, withdrawal: &WithdrawalFacts, asked_at: Time) -> bool {
    lane.gaps.iter().any(|gap| gap.at > asked_at && gap.timeline != withdrawal.timeline)
}
