//! The money of a deal: held, captured into the deal's own account, and from there to whom it belongs.
//!
//! The deal's account has what was funded less what was released, refunded and taken as fees; that is zero in every
//! terminal state. What a deal owes is paid to locked and closed accounts too.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::model::Deal;
use super::transitions::Movement;
use crate::error::Error;
use crate::kernel::draft::Draft;
use crate::kernel::needs::{Access, AccountKey, Needs};
use crate::kernel::operation::Halt;
use crate::ledger::funds::{active, announce, blank, ensure, existing, unowned};
use crate::ledger::holds::{Authorization, authorize, capture, void};
use crate::ledger::model::Note;
use crate::ledger::posting::{Posting, post};
use crate::money::Money;
use crate::store::rows::{HoldRow, TransferKind};

/// What a deal costs the buyer and brings the seller, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What the buyer pays in all.
    pub buyer_pays: i128,
    /// What the seller gets when all goes well.
    pub seller_gets: i128,
}

impl Cost {
    /// The cost of a deal of this price.
    #[must_use]
    pub const fn of(price: i128) -> Self {
        Self { buyer_pays: price, seller_gets: price }
    }
}

/// One part of a release: a transfer of its own.
struct Share {
    to: AccountKey,
    kind: TransferKind,
    minor: i128,
}

/// Who gets what of a release. Fees and splits come before the seller, who gets the rest.
fn shares(deal: &Deal, minor: i128) -> Vec<Share> {
    vec![Share { to: deal.seller(), kind: TransferKind::Settlement, minor }]
}

/// Names the rows that a movement changes.
pub fn needs(movement: Movement, deal: &Deal, needs: &mut Needs) {
    if movement == Movement::Nothing {
        return;
    }
    if let (Some(hold), Movement::Capture | Movement::Void) = (deal.hold(), movement) {
        needs.hold(hold, Access::Write);
    }
    if movement == Movement::Release {
        for share in shares(deal, deal.facts.held()) {
            needs.account(share.to, Access::Write);
        }
    } else {
        needs.account(deal.buyer(), Access::Write);
    }
    if matches!(movement, Movement::Capture | Movement::Refund | Movement::Release) {
        needs.account(deal.account(), Access::Write);
    }
}

/// Moves the money of one step, and answers what the step's event says of it.
///
/// # Errors
/// For a hold `account_locked`, `account_closed` and `insufficient_balance`; otherwise only `overflow`.
pub fn apply(
    movement: Movement,
    draft: &mut Draft<'_>,
    deal: &mut Deal,
    note: &Note,
) -> Result<Map<String, Value>, Halt> {
    let mut said = Map::new();
    match movement {
        Movement::Nothing => {}
        Movement::Hold => hold(draft, deal, note, &mut said)?,
        Movement::Capture => secure(draft, deal, note, &mut said)?,
        Movement::Void => give_up(draft, deal, &mut said)?,
        Movement::Refund => {
            let minor = deal.facts.held();
            refund(draft, deal, minor, note, &mut said)?;
        }
        Movement::Release => {
            let minor = deal.facts.held();
            release(draft, deal, minor, note, &mut said)?;
        }
    }
    Ok(said)
}

fn say(said: &mut Map<String, Value>, deal: &Deal, minor: i128) {
    said.insert("amount".into(), minor.to_string().into());
    said.insert("currency".into(), deal.currency.code().into());
}

fn owner(deal: &Deal) -> Option<Arc<str>> {
    Some(deal.id().to_string().into())
}

/// Holds what the buyer pays. Without an expiry: the deal decides when it ends.
fn hold(
    draft: &mut Draft<'_>,
    deal: &mut Deal,
    note: &Note,
    said: &mut Map<String, Value>,
) -> Result<(), Halt> {
    let account = deal.buyer();
    let buyer = existing(draft, &account)?;
    unowned(&buyer)?;
    active(&buyer)?;
    // nothing is owed to the seller yet: an account that takes no new credit takes no new deal
    active(&existing(draft, &deal.seller())?)?;
    let minor = Cost::of(deal.facts.price.amount).buyer_pays;
    ensure(draft, &account, minor)?;
    let hold = Authorization { account, minor, expires_at: None, owned_by: owner(deal), note: note.clone() };
    let id = authorize(draft, hold)?;
    deal.facts.hold = Some(id);
    say(said, deal, minor);
    said.insert("hold".into(), id.to_string().into());
    Ok(())
}

fn held(draft: &Draft<'_>, deal: &Deal) -> Result<HoldRow, Halt> {
    let missing = || Error::corrupted(format!("the hold of deal {}", deal.id()));
    let key = deal.hold().ok_or_else(missing)?;
    let hold = draft.hold(&key)?.filter(|hold| hold.state.is_open()).cloned();
    hold.ok_or_else(|| missing().into())
}

/// Captures the hold into the deal's account, which is opened when there is none.
fn secure(
    draft: &mut Draft<'_>,
    deal: &mut Deal,
    note: &Note,
    said: &mut Map<String, Value>,
) -> Result<(), Halt> {
    let hold = held(draft, deal)?;
    let account = deal.account();
    if draft.account(&account)?.is_none() {
        let mut row = blank(draft, &account);
        row.owned_by = owner(deal);
        draft.new_account(row.clone())?;
        announce(draft, &row)?;
    }
    let minor = crate::ledger::funds::remaining(&hold);
    let posting = Posting::pair(TransferKind::Capture, deal.buyer(), account, minor, note.clone());
    let made = capture(draft, hold, posting.of_deal(deal.id()), minor, true)?;
    deal.facts.funded += minor;
    say(said, deal, minor);
    said.insert("transfer".into(), made.transfer.map(|id| id.to_string()).into());
    balanced(draft, deal)
}

fn give_up(draft: &mut Draft<'_>, deal: &Deal, said: &mut Map<String, Value>) -> Result<(), Halt> {
    let hold = held(draft, deal)?;
    said.insert("hold".into(), hold.id.to_string().into());
    void(draft, hold)
}

/// Pays the deal's money back to the buyer.
fn refund(
    draft: &mut Draft<'_>,
    deal: &mut Deal,
    minor: i128,
    note: &Note,
    said: &mut Map<String, Value>,
) -> Result<(), Halt> {
    let posting = Posting::pair(TransferKind::Refund, deal.account(), deal.buyer(), minor, note.clone());
    let transfer = post(draft, posting.of_deal(deal.id()))?;
    deal.facts.refunded += minor;
    say(said, deal, minor);
    said.insert("transfer".into(), transfer.to_string().into());
    balanced(draft, deal)
}

/// Pays the deal's money out: one transfer per recipient.
fn release(
    draft: &mut Draft<'_>,
    deal: &mut Deal,
    minor: i128,
    note: &Note,
    said: &mut Map<String, Value>,
) -> Result<(), Halt> {
    let mut transfers = Vec::new();
    for share in shares(deal, minor) {
        let posting = Posting::pair(share.kind, deal.account(), share.to, share.minor, note.clone());
        transfers.push(Value::from(post(draft, posting.of_deal(deal.id()))?.to_string()));
        match share.kind {
            TransferKind::Fee => deal.facts.fees_taken += share.minor,
            _ => deal.facts.released += share.minor,
        }
    }
    say(said, deal, minor);
    said.insert("transfers".into(), transfers.into());
    balanced(draft, deal)
}

/// The deal's account has what the deal says that it has.
fn balanced(draft: &Draft<'_>, deal: &Deal) -> Result<(), Halt> {
    let posted = draft.account(&deal.account())?.map_or(0, |row| row.posted);
    if posted == deal.facts.held() && posted >= 0 {
        return Ok(());
    }
    Err(Error::corrupted(format!("the account of deal {}", deal.id())).into())
}

/// A deal that is over has nothing left.
///
/// # Errors
/// `corrupted`.
pub fn settled(deal: &Deal) -> Result<(), Error> {
    if deal.state.is_terminal() && deal.facts.held() != 0 {
        return Err(Error::corrupted(format!("deal {} ended with money", deal.id())));
    }
    Ok(())
}

/// What a deal's account has, as money.
///
/// # Errors
/// `overflow` at the bound of money.
pub fn held_money(deal: &Deal) -> Result<Money, Error> {
    deal.money(deal.facts.held())
}
