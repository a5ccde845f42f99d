//! The money of a deal: held, captured into the deal's own account, and paid from there to the payees.
//!
//! The deal's account has what was funded less what was released, refunded and taken as fees; that is zero in
//! every terminal state. What a deal owes is paid to locked and closed accounts too.

use serde_json::{Map, Value};

use super::model::Deal;
use super::plan::{CutKind, Plan, Shares};
use super::transitions::Movement;
use crate::error::{Detail, Error};
use crate::ids::TransferId;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::ledger::funds::{active, announce, blank, ensure, existing, unowned};
use crate::ledger::holds::{Authorization, authorize, capture, void};
use crate::ledger::posting::{Posting, post};
use crate::money::{LIMIT, Money};
use crate::request::note::Note;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::{HoldRow, TransferKind};

/// The price of a deal for the buyer and its proceeds for the seller, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The total that the buyer pays.
    pub buyer_pays: i128,
    /// The seller's proceeds if nothing is refunded.
    pub seller_gets: i128,
    /// The amount of each share, in the order of the plan.
    pub cuts: Vec<i128>,
}

impl Cost {
    /// The cost of a deal.
    pub fn of(plan: Plan<'_>) -> Result<Self, Error> {
        let buyer_pays = plan.surcharge().and_then(|fees| plan.price.checked_add(fees));
        let Some(buyer_pays) = buyer_pays.filter(|minor| *minor < LIMIT) else {
            let (field, reason) = ("price".to_owned(), "is too large".to_owned());
            return Err(Detail::InvalidAmount { field, reason }.into());
        };
        let Shares { cuts, seller } = plan.paid(plan.full());
        Ok(Self { buyer_pays, seller_gets: seller, cuts })
    }
}

/// One part of a release: a transfer of its own.
pub(super) struct Share {
    /// The payee.
    pub(super) to: AccountKey,
    kind: TransferKind,
    minor: i128,
}

/// One share per recipient of fees and of payouts.
pub(super) fn shares(deal: &Deal, paid: Shares) -> Vec<Share> {
    let Shares { cuts, seller } = deal.facts.plan().paid(paid);
    let mut shares: Vec<Share> = Vec::with_capacity(cuts.len() + 1);
    let all = deal.facts.cuts.iter().zip(cuts).map(|(cut, minor)| {
        let kind = if cut.kind == CutKind::Split { TransferKind::Settlement } else { TransferKind::Fee };
        Share { to: deal.payee(&cut.to), kind, minor }
    });
    let seller = Share { to: deal.seller(), kind: TransferKind::Settlement, minor: seller };
    for share in all.chain([seller]).filter(|share| share.minor != 0) {
        match shares.iter_mut().find(|other| (&other.to, other.kind) == (&share.to, share.kind)) {
            Some(other) => other.minor += share.minor,
            None => shares.push(share),
        }
    }
    shares
}

/// Names the rows that a movement changes.
pub fn needs(movement: Movement, deal: &Deal, needs: &mut Needs) {
    if let (Some(hold), Movement::Capture | Movement::Void) = (deal.hold(), movement) {
        needs.hold(hold, Access::Write);
    }
    let (pays, gives_back) = match movement {
        Movement::Nothing => return,
        Movement::Hold => {
            for payee in deal.payees() {
                needs.account(payee, Access::Read);
            }
            (false, true)
        }
        Movement::Capture | Movement::Void | Movement::Refund | Movement::RefundPart => (false, true),
        Movement::Release | Movement::ReleasePart => (true, false),
        Movement::Split => (true, true),
    };
    if gives_back {
        needs.account(deal.buyer(), Access::Write);
    }
    if deal.facts.plan().kept_back(deal.facts.settled) != 0 {
        // it is the seller's, or of a share where the shares are the whole
        for payee in deal.payees() {
            needs.account(payee, Access::Write);
        }
    }
    if pays {
        for payee in deal.payees() {
            needs.account(payee, Access::Write);
        }
    }
    if !matches!(movement, Movement::Hold | Movement::Void) {
        needs.account(deal.account(), Access::Write);
    }
}

/// Moves the money of one step, and returns the movement's members of the step's event. `part` is how much of
/// the price moves, if not all of it.
pub fn apply(
    movement: Movement,
    draft: &mut Draft<'_>,
    deal: &mut Deal,
    part: i128,
    note: &Note,
) -> Decided<Map<String, Value>> {
    let mut data = Map::new();
    let all = deal.facts.unsettled();
    match movement {
        Movement::Nothing => {}
        Movement::Hold => hold(draft, deal, note, &mut data)?,
        Movement::Capture => secure(draft, deal, note, &mut data)?,
        Movement::Void => give_up(draft, deal, &mut data)?,
        Movement::Refund => refund(draft, deal, all, note, &mut data)?,
        Movement::RefundPart => refund(draft, deal, part, note, &mut data)?,
        Movement::Release => release(draft, deal, all, note, &mut data)?,
        Movement::ReleasePart => release(draft, deal, part, note, &mut data)?,
        Movement::Split => {
            refund(draft, deal, part, note, &mut data)?;
            let mut back = std::mem::take(&mut data);
            release(draft, deal, all - part, note, &mut data)?;
            // one event for both movements
            for (name, other) in [("amount", "refunded"), ("transfer", "refund")] {
                data.extend(back.remove(name).map(|value| (other.to_owned(), value)));
            }
        }
    }
    Ok(data)
}

fn say(data: &mut Map<String, Value>, deal: &Deal, minor: i128) {
    data.insert("amount".into(), minor.to_string().into());
    data.insert("currency".into(), deal.currency.code().into());
}

/// Holds what the buyer pays. Without an expiry: the deal decides when it ends.
fn hold(draft: &mut Draft<'_>, deal: &mut Deal, note: &Note, data: &mut Map<String, Value>) -> Decided<()> {
    let account = deal.buyer();
    let buyer = existing(draft, &account)?;
    unowned(&buyer)?;
    active(&buyer)?;
    // nothing is owed to the seller yet: an account that takes no new credit takes no new deal
    for payee in deal.payees() {
        active(&existing(draft, &payee)?)?;
    }
    let minor = Cost::of(deal.facts.plan())?.buyer_pays;
    ensure(draft, &account, minor)?;
    let (owned_by, note) = (Some(deal.id().into()), note.clone());
    let id = authorize(draft, Authorization { account, minor, expires_at: None, owned_by, note })?;
    deal.facts.hold = Some(id);
    say(data, deal, minor);
    data.insert("hold".into(), id.to_string().into());
    Ok(())
}

fn held(draft: &Draft<'_>, deal: &Deal) -> Decided<HoldRow> {
    let missing = || Error::corrupted(format!("the hold of deal {}", deal.id()));
    let key = deal.hold().ok_or_else(missing)?;
    let hold = draft.hold(&key)?.filter(|hold| hold.state.is_open()).cloned();
    hold.ok_or_else(|| missing().into())
}

/// Captures the hold into the deal's account, which is opened when there is none.
fn secure(draft: &mut Draft<'_>, deal: &mut Deal, note: &Note, data: &mut Map<String, Value>) -> Decided<()> {
    let hold = held(draft, deal)?;
    let account = deal.account();
    if draft.account(&account)?.is_none() {
        let mut row = blank(draft, &account);
        row.owned_by = Some(deal.id().into());
        draft.new_account(row.clone())?;
        announce(draft, &row)?;
    }
    let minor = hold.remaining();
    let posting = Posting::pair(TransferKind::Capture, deal.buyer(), account, minor, note.clone());
    let made = capture(draft, hold, posting.owned_by(deal.id()), minor, true)?;
    deal.facts.funded += minor;
    say(data, deal, minor);
    data.insert("transfer".into(), made.get::<TransferId>().map(|id| id.to_string()).into());
    balanced(draft, deal)
}

fn give_up(draft: &mut Draft<'_>, deal: &Deal, data: &mut Map<String, Value>) -> Decided<()> {
    let hold = held(draft, deal)?;
    data.insert("hold".into(), hold.id.to_string().into());
    void(draft, hold)
}

/// Pays a part of the price back to the buyer, with the fees that the buyer paid for it.
fn refund(
    draft: &mut Draft<'_>,
    deal: &mut Deal,
    part: i128,
    note: &Note,
    data: &mut Map<String, Value>,
) -> Decided<()> {
    let minor = deal.facts.plan().refund(deal.facts.settled, part);
    say(data, deal, minor);
    if minor != 0 {
        let posting = Posting::pair(TransferKind::Refund, deal.account(), deal.buyer(), minor, note.clone());
        let transfer = post(draft, posting.owned_by(deal.id()))?;
        data.insert("transfer".into(), transfer.to_string().into());
    }
    deal.facts.refunded += minor;
    deal.facts.settled.refunded += part;
    let due = deal.facts.plan().kept_back(deal.facts.settled);
    if deal.facts.unsettled() == 0 && due != 0 {
        let (_, transfers) = pay(draft, deal, Shares { cuts: Vec::new(), seller: due }, note)?;
        data.insert("transfers".into(), transfers.into());
    }
    balanced(draft, deal)
}

/// Pays a part of the price out: one transfer per recipient.
fn release(
    draft: &mut Draft<'_>,
    deal: &mut Deal,
    part: i128,
    note: &Note,
    data: &mut Map<String, Value>,
) -> Decided<()> {
    let shares = deal.facts.plan().release(deal.facts.settled, part);
    deal.facts.settled.released += part;
    let (sum, transfers) = pay(draft, deal, shares, note)?;
    say(data, deal, sum);
    data.insert("transfers".into(), transfers.into());
    balanced(draft, deal)
}

/// Posts the transfers of shares; answers their sum and their ids.
fn pay(draft: &mut Draft<'_>, deal: &mut Deal, paid: Shares, note: &Note) -> Decided<(i128, Vec<Value>)> {
    let (mut transfers, mut sum) = (Vec::new(), 0);
    deal.facts.settled.seller += paid.seller;
    for share in shares(deal, paid) {
        let posting = Posting::pair(share.kind, deal.account(), share.to, share.minor, note.clone());
        transfers.push(Value::from(post(draft, posting.owned_by(deal.id()))?.to_string()));
        match share.kind {
            TransferKind::Fee => deal.facts.fees_taken += share.minor,
            _ => deal.facts.released += share.minor,
        }
        sum += share.minor;
    }
    Ok((sum, transfers))
}

/// Checks that the deal's account has the balance that the deal implies.
fn balanced(draft: &Draft<'_>, deal: &Deal) -> Decided<()> {
    let posted = draft.account(&deal.account())?.map_or(0, |row| row.posted);
    let owed = deal.facts.plan().held(deal.facts.settled);
    if posted == deal.facts.held() && posted == owed && posted >= 0 {
        return Ok(());
    }
    Err(Error::corrupted(format!("the account of deal {}", deal.id())).into())
}

/// A deal that is over has nothing left.
pub fn settled(deal: &Deal) -> Result<(), Error> {
    if deal.state.is_terminal() && deal.facts.held() != 0 {
        return Err(Error::corrupted(format!("deal {} ended with money", deal.id())));
    }
    Ok(())
}

/// The balance of a deal's account, as money.
pub fn held_money(deal: &Deal) -> Result<Money, Error> {
    deal.money(deal.facts.held())
}
