//! Purchases: limited offers whose units are sold once each, at the price that their buyer saw.
//!
//! An offer's own record says how many of its units are held and sold, and is taken under its lock: nobody
//! sells the last one twice, in whichever process. How much one buyer has of an offer, or has used of a
//! promo, is a record of its own for the same reason. A purchase holds its units until a time, is paid from
//! a balance or through a gateway, to the seller at once or to a deal that it opens, and gives what was
//! promised with it in the commit in which it is paid. [`transitions`] has every state.

pub mod actions;
mod attempts;
mod by_deal;
mod by_gateway;
mod cancel;
mod check;
pub mod counts;
mod editor;
pub mod expected;
mod grants;
pub mod model;
pub mod offered;
mod offers;
mod pay;
mod pricing;
mod promo_terms;
mod promos;
pub mod queries;
mod refund;
mod refund_shares;
pub mod requests;
mod reserve;
pub mod sale_terms;
mod timers;
pub mod transitions;
pub mod views;

use crate::escrow;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::payment;
use crate::request::domain::{Domain, Timer, checks, timer_of};
use crate::request::scope::Scope;
use crate::rows::needs::Needs;
use crate::rows::tables::RecordRow;

#[derive(Clone, Copy, Debug)]
pub struct Purchases;

impl Domain for Purchases {
    fn objects(&self) -> &'static [(&'static str, &'static str)] {
        &[(model::KIND, "pu")]
    }

    fn timer(&self, _: &Scope, record: &RecordRow) -> Option<Timer> {
        timer_of::<model::PurchaseFacts>(record)
    }

    checks! { |reading, audit, examine| check::verify(reading, audit.copy, examine) }

    fn follows(&self) -> &'static [&'static str] {
        &[payment::model::KIND, escrow::model::KIND]
    }

    fn object_needs(&self, record: &RecordRow, seen: &Snapshot, needs: &mut Needs) {
        match record.kind.as_ref() {
            escrow::model::KIND => by_deal::needs(record, seen, needs),
            _ => by_gateway::needs(record, seen, needs),
        }
    }

    fn object_changed(
        &self,
        before: Option<&RecordRow>,
        after: &RecordRow,
        draft: &mut Draft<'_>,
    ) -> Decided<()> {
        match after.kind.as_ref() {
            escrow::model::KIND => by_deal::changed(before, after, draft),
            _ => by_gateway::changed(after, draft),
        }
    }
}
