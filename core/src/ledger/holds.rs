//! Two-step payments: authorize a hold, then capture it in one or more parts, or void it.

use serde_json::json;

use super::funds::{active, change_held, ensure, existing, expire, free, opened, unowned};
use super::model::{mismatch, money, own_account, unsupported};
use super::posting::{Posting, post};
use crate::error::{Detail, Error, Result};
use crate::ids::HoldId;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::requests::Hold;
use crate::ledger::requests::operations::{CaptureHold, Extend, Void};
use crate::ledger::views::{Balance, Captured, Hold as HoldView, HoldReply, Transfer as TransferView};
use crate::money::Money;
use crate::request::bounds::{CENTURY, ahead};
use crate::request::note::Note;
use crate::request::record::{Parse, Request, WriteRequest};
use crate::request::shape::span_of;
use crate::rows::needs::{Access, AccountKey, HoldKey, Needs};
use crate::rows::owner::OwningObject;
use crate::rows::tables::{HoldRow, HoldState, TransferKind};
use crate::time::{Span, Time};

/// Authorizes a hold.
#[derive(Clone, Debug)]
pub struct Authorize {
    account: AccountKey,
    minor: i128,
    expires_in: Option<Span>,
    expires_at: Option<Time>,
    note: Note,
}

impl WriteRequest for Hold {
    type Operation = Authorize;
    fn parse(&self, parse: &Parse<'_>) -> Result<Authorize> {
        let id = own_account("account", &self.account, parse)?;
        let amount = self.amount.resolve_positive("amount", parse.currencies)?;
        if self.expires_in.is_some() && self.expires_at.is_some() {
            return Err(Error::invalid("expires_in", "must not be given together with `expires_at`"));
        }
        Ok(Authorize {
            account: AccountKey::new(parse.book.clone(), id, amount.currency()),
            minor: amount.minor_units(),
            expires_in: span_of("expires_in", self.expires_in.as_ref())?,
            expires_at: self.expires_at,
            note: Note::parse(&self.common())?,
        })
    }
}

impl Authorize {
    fn expiry(&self, now: Time) -> Result<Option<Time>> {
        match (self.expires_in, self.expires_at) {
            (Some(span), _) => now
                .checked_add(span)
                .map(Some)
                .ok_or_else(|| Error::invalid("expires_in", "must end within the calendar")),
            (None, Some(at)) => ahead("expires_at", at, now, CENTURY).map(Some),
            (None, None) => Ok(None),
        }
    }
}

/// A hold to authorize; its account was judged before.
#[derive(Clone, Debug)]
pub struct Authorization {
    pub account: AccountKey,
    /// Minor units.
    pub minor: i128,
    /// When it expires.
    pub expires_at: Option<Time>,
    /// The object that alone may move it.
    pub owned_by: Option<OwningObject>,
    /// The caller's notes.
    pub note: Note,
}

/// Writes a new hold.
pub fn authorize(draft: &mut Draft<'_>, authorization: Authorization) -> Decided<HoldId> {
    let Authorization { account, minor, expires_at, owned_by, note } = authorization;
    change_held(draft, &account, minor)?;
    let id = HoldId::from_uuid(draft.ids.uuid());
    let stamp = draft.ctx.stamp;
    let AccountKey { book, account, currency } = account;
    let data =
        json!({ "account": account.as_str(), "amount": minor.to_string(), "currency": currency.code() });
    draft.put_hold(HoldRow {
        book,
        id,
        account,
        currency,
        amount: minor,
        captured: 0,
        released: 0,
        state: HoldState::Authorized,
        expires_at,
        due_at: expires_at,
        owned_by,
        reference: note.reference,
        metadata: note.metadata,
        salt: None,
        version: 0,
        created_at: draft.ctx.time(),
        stamp,
    });
    draft.event("hold.authorized", ("hold", &id.to_string()), 1, &data)?;
    Ok(id)
}

impl Operation for Authorize {
    type Reply = HoldReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.account(self.account.clone(), Access::Write);
    }

    fn moves(&self, _: &Snapshot) -> Result<Moves> {
        let mut moves = Moves::default();
        moves.pays(&self.account.account, Money::new(self.minor, self.account.currency));
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let row = existing(draft, &self.account)?;
        if row.streaming {
            return Err(unsupported("ledger.hold", "a streaming account keeps no holds").into());
        }
        self.note.check_version(row.id.as_ref(), row.version)?;
        let expires_at = self.expiry(draft.ctx.now)?;
        unowned(&row)?;
        draft.permit(&[Tie::Account(&row)])?;
        active(&row)?;
        ensure(draft, &self.account, self.minor)?;
        let (account, note) = (self.account.clone(), self.note.clone());
        let hold =
            authorize(draft, Authorization { account, minor: self.minor, expires_at, owned_by: None, note })?;
        Ok(CreatedIds::of(hold))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<HoldReply> {
        let id = made.expect()?;
        hold_reply(&(self.account.book.clone(), id), seen, replayed)
    }
}

fn hold_reply(key: &HoldKey, seen: &Snapshot, replayed: bool) -> Decided<HoldReply> {
    let row = seen.hold(key)?;
    Ok(HoldReply { hold: HoldView::of(row)?, balance: Balance::seen(&row.account_key(), seen)?, replayed })
}

/// Names a hold, then its account.
fn needs_hold(key: &HoldKey, seen: &Snapshot, needs: &mut Needs) {
    needs.hold(key.clone(), Access::Write);
    match seen.holds.row(key) {
        Some(row) => needs.account(row.account_key(), Access::Write),
        None => needs.incomplete |= !seen.holds.knows(key),
    }
}

/// A hold that must be open, by its state and by the clock, and that the actor may touch.
fn open_hold(draft: &Draft<'_>, key: &HoldKey, note: &Note) -> Decided<HoldRow> {
    let Some(row) = draft.hold(key)? else {
        let (_, hold) = key;
        return Err(Detail::HoldNotFound { hold: hold.to_string() }.into());
    };
    let row = row.clone();
    let hold = row.id.to_string();
    note.check_version(&hold, row.version)?;
    match (row.state, row.expires_at) {
        (HoldState::Expired, Some(expired_at)) => Err(Detail::HoldExpired { hold, expired_at }.into()),
        (state, _) if !state.is_open() => Err(Detail::HoldClosed { hold, state: state.to_string() }.into()),
        (_, Some(expired_at)) if expired_at <= draft.ctx.now => {
            Err(Detail::HoldExpired { hold, expired_at }.into())
        }
        _ => {
            free(row.owned_by)?;
            let payer = draft.account(&row.account_key())?;
            draft.permit(payer.map(Tie::Account).as_slice())?;
            Ok(row)
        }
    }
}

impl CaptureHold {
    fn minor(&self, hold: &HoldRow) -> Result<i128> {
        let left = hold.remaining();
        let Some(amount) = self.amount else { return Ok(left) };
        if amount.currency() != hold.currency {
            return Err(mismatch("amount", hold.currency, amount.currency()));
        }
        if amount.minor_units() > left {
            let remaining = money(&hold.account_key(), left)?;
            return Err(Detail::CaptureExceedsHold {
                hold: hold.id.to_string(),
                remaining,
                requested: amount,
            }
            .into());
        }
        Ok(amount.minor_units())
    }
}

/// Moves captured money: the hold keeps that much less, the payee has it. `last` releases the rest.
pub fn capture(
    draft: &mut Draft<'_>,
    mut hold: HoldRow,
    posting: Posting,
    minor: i128,
    last: bool,
) -> Decided<CreatedIds> {
    let payer = hold.account_key();
    let freed = if last { hold.remaining() } else { minor };
    change_held(draft, &payer, -freed)?;
    hold.captured += minor;
    hold.released += freed - minor;
    hold.state = if hold.remaining() == 0 { HoldState::Captured } else { HoldState::PartiallyCaptured };
    let (id, version) = (hold.id, hold.version + 1);
    let data = json!({ "amount": minor.to_string(), "released": (freed - minor).to_string() });
    draft.put_hold(hold);
    draft.event("hold.captured", ("hold", &id.to_string()), version, &data)?;
    let transfer = post(draft, Posting { hold: Some(id), ..posting })?;
    Ok(CreatedIds::two(transfer, id))
}

impl Operation for CaptureHold {
    type Reply = Captured;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_hold(&self.hold, seen, needs);
        if let Some(row) = seen.holds.row(&self.hold) {
            needs.account(AccountKey { account: self.to.clone(), ..row.account_key() }, Access::Write);
        }
    }

    /// A hold has no payee before it is captured.
    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let new_payee = Some(&self.to).filter(|to| !to.is_system()).cloned();
        let mut moves = Moves { new_payee, ..Moves::default() };
        if let Some(hold) = seen.holds.row(&self.hold) {
            moves.pays(&hold.account, self.amount.or(Money::new(hold.remaining(), hold.currency)));
            moves.gets(&self.to);
        }
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let hold = open_hold(draft, &self.hold, &self.note)?;
        let payer = hold.account_key();
        let payee = AccountKey { account: self.to.clone(), ..payer.clone() };
        if payer == payee {
            return Err(Error::invalid("to", "must not be the account that pays").into());
        }
        let minor = self.minor(&hold)?;
        // nobody is owed a hold before it is captured: its owner would name the payee of a locked account
        if let Some(row) = draft.account(&payer)?.filter(|_| draft.is_plain()) {
            active(row)?;
        }
        let to = opened(draft, &payee)?;
        unowned(&to)?;
        active(&to)?;
        let posting = Posting::pair(TransferKind::Capture, payer, payee, minor, self.note.clone());
        capture(draft, hold, posting, minor, self.r#final)
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<Captured> {
        let ((book, _), transfer) = (&self.hold, made.expect()?);
        let transfer = TransferView::seen(book, transfer, seen)?;
        let HoldReply { hold, balance, .. } = hold_reply(&self.hold, seen, replayed)?;
        Ok(Captured { transfer, hold, balance, replayed })
    }
}

/// Releases what a hold still keeps.
pub fn void(draft: &mut Draft<'_>, mut hold: HoldRow) -> Decided<()> {
    let rest = hold.remaining();
    change_held(draft, &hold.account_key(), -rest)?;
    hold.released += rest;
    hold.state = HoldState::Voided;
    let (id, version) = (hold.id.to_string(), hold.version + 1);
    draft.put_hold(hold);
    draft.event("hold.voided", ("hold", &id), version, &json!({ "released": rest.to_string() }))
}

impl Operation for Void {
    type Reply = HoldReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_hold(&self.hold, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let hold = open_hold(draft, &self.hold, &self.note)?;
        let made = CreatedIds::of(hold.id);
        void(draft, hold)?;
        Ok(made)
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<HoldReply> {
        hold_reply(&self.hold, seen, replayed)
    }
}

impl Operation for Extend {
    type Reply = HoldReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_hold(&self.hold, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut hold = open_hold(draft, &self.hold, &self.note)?;
        hold.expires_at = Some(ahead("expires_at", self.expires_at, draft.ctx.now, CENTURY)?);
        let (id, version) = (hold.id, hold.version + 1);
        draft.put_hold(hold);
        let data = json!({ "expires_at": self.expires_at.to_string() });
        draft.event("hold.extended", ("hold", &id.to_string()), version, &data)?;
        Ok(CreatedIds::of(id))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<HoldReply> {
        hold_reply(&self.hold, seen, replayed)
    }
}

/// Ends a hold whose time has passed: the timer's operation. Late is the same as on time, twice the same as
/// once.
#[derive(Clone, Debug)]
pub struct ExpireDue {
    hold: HoldKey,
}

impl ExpireDue {
    /// The expiry of a hold.
    pub const fn new(hold: HoldKey) -> Self {
        Self { hold }
    }
}

impl Operation for ExpireDue {
    /// Whether the hold ended now.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_hold(&self.hold, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let due =
            |hold: &&HoldRow| hold.state.is_open() && hold.expires_at.is_some_and(|at| at <= draft.ctx.now);
        let Some(hold) = draft.hold(&self.hold)?.filter(due).cloned() else {
            return Ok(CreatedIds::default());
        };
        let made = CreatedIds::of(hold.id);
        expire(draft, hold)?;
        Ok(made)
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}
