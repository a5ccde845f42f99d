//! Nonces that are finally used up while nobody shows by what. A receipt that comes late looks the same as a
//! transaction of somebody else, so the look is repeated before anybody is blamed, and receipts of ours end
//! the pause that was for them.

use super::editor::WithdrawalEditor;
use super::lane;
use super::model::{AttentionCode, AttentionKind};
use super::nonce_place::NoncePlace;
use super::slot::SpentSeen;
use crate::kernel::operation::Decided;

impl WithdrawalEditor<'_, '_> {
    /// Nobody shows what has finally used the nonce. If that stays so, whoever did may use the next one too:
    /// the lane rests until somebody has looked. Nonces that are bound go on, and no more are.
    pub(super) fn taken_unseen(&mut self, place: &mut NoncePlace<'_>) -> Decided<()> {
        let seen = SpentSeen { at: self.draft.ctx.time(), head: place.head };
        let first = *place.slot.facts.spent.get_or_insert(seen);
        if !first.is_beyond_doubt(self.now(), place.head) {
            return Ok(());
        }
        let asked = self.object.facts.attention.as_ref().map(|known| known.code);
        if asked != Some(AttentionCode::NonceTaken) {
            let nonce = place.nonce();
            lane::pause_for(self.draft, place.lane, nonce)?;
        }
        self.attend(AttentionCode::NonceTaken, AttentionKind::Permanent)
    }

    /// Notes that a transaction of ours has used the nonce, so that nobody is blamed for it any more.
    pub(super) fn explained(&mut self, place: &mut NoncePlace<'_>) -> Decided<()> {
        place.slot.facts.spent = None;
        let nonce = place.nonce();
        lane::explain(self.draft, place.lane, nonce)
    }
}
