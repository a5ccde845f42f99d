//! May this account be debited or credited: status first, then funds, with holds that the clock has ended.

use crate::error::{Detail, Error, Result, Retry};
use crate::ids::AccountId;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{Decided, Halt};
use crate::ledger::model::{money, not_found, overflow, unsupported};
use crate::rows::needs::{Access, AccountKey, DUE_LIMIT, Needs};
use crate::rows::owner::OwningObject;
use crate::rows::tables::{AccountRow, AccountStatus, HoldRow, HoldState};

/// A new account row, before anything happened to it.
pub fn blank(draft: &Draft<'_>, key: &AccountKey) -> AccountRow {
    let id = &key.account;
    AccountRow {
        streaming: id.is_system() && !id.is_deal(),
        version: 1,
        ..AccountRow::fresh(key.clone(), draft.ctx.time(), draft.ctx.stamp)
    }
}

/// An account that must exist; the library's own are opened when they are first used.
pub fn existing(draft: &mut Draft<'_>, key: &AccountKey) -> Decided<AccountRow> {
    if let Some(row) = draft.account(key)? {
        return Ok(row.clone());
    }
    if !is_own(&key.account) {
        return Err(not_found(key).into());
    }
    let row = blank(draft, key);
    draft.new_account(row.clone())?;
    Ok(row)
}

fn is_own(id: &AccountId) -> bool {
    id.is_system() && !id.is_deal()
}

/// An account that is opened when there is none.
pub fn opened(draft: &mut Draft<'_>, key: &AccountKey) -> Decided<AccountRow> {
    if draft.account(key)?.is_some() || is_own(&key.account) {
        return existing(draft, key);
    }
    let row = blank(draft, key);
    draft.new_account(row.clone())?;
    announce(draft, &row)?;
    Ok(row)
}

/// The event of a new account.
pub fn announce(draft: &mut Draft<'_>, row: &AccountRow) -> Decided<()> {
    let data = serde_json::json!({
        "account": row.id.as_str(),
        "currency": row.currency.code(),
        "scale": row.currency.scale(),
        "streaming": row.streaming,
    });
    draft.event("account.opened", ("account", row.id.as_str()), row.version, &data)
}

/// Refuses an account that takes no new debit, credit or hold.
pub fn active(row: &AccountRow) -> Result<()> {
    if row.status == AccountStatus::Active {
        return Ok(());
    }
    let (account, currency) = (row.id.to_string(), row.currency.code().to_owned());
    if row.status == AccountStatus::Locked {
        return Err(Detail::AccountLocked { account, currency }.into());
    }
    Err(Detail::AccountClosed { account, currency }.into())
}

/// Refuses an account that only its owner may move.
pub fn unowned(row: &AccountRow) -> Result<()> {
    free(row.owned_by)
}

/// Refuses what something else owns: a deal, for one. It moves through its owner alone.
pub fn free(owner: Option<OwningObject>) -> Result<()> {
    match owner {
        Some(owner) => Err(Error::not_permitted(format!("what a {} owns moves only through it", owner.kind))),
        None => Ok(()),
    }
}

/// Ensures that `amount` minor units can leave the account; ends due holds if that is needed.
pub fn ensure(draft: &mut Draft<'_>, key: &AccountKey, amount: i128) -> Decided<()> {
    if key.account.is_world() {
        return Ok(());
    }
    let row = existing(draft, key)?;
    if row.streaming {
        return ensure_streaming(draft, key, &row, amount);
    }
    let available = row.posted.saturating_sub(row.held).saturating_add(row.overdraft);
    if available >= amount {
        return Ok(());
    }
    let due = if row.held > 0 { draft.due_holds(key)? } else { Vec::new() };
    let dead = due.iter().fold(0_i128, |sum, hold| sum.saturating_add(hold.remaining()));
    let available = available.saturating_add(dead);
    if available < amount {
        if due.len() >= DUE_LIMIT {
            return Err(later("due_holds"));
        }
        return Err(insufficient(key, available, amount)?.into());
    }
    for hold in due {
        expire(draft, hold)?;
    }
    Ok(())
}

/// How much of `amount` minor units can be taken from an account against its owner's will, whatever its
/// status is: what is available, once the holds that the clock has ended are ended. Nothing of one that there
/// is not.
pub fn involuntary(draft: &mut Draft<'_>, key: &AccountKey, amount: i128) -> Decided<i128> {
    if key.account.is_world() {
        return Ok(amount);
    }
    let Some(row) = draft.account(key)?.cloned() else { return Ok(0) };
    if row.streaming {
        let Some(taken) = draft.drained(key).filter(|taken| taken.access == Access::DrainAll) else {
            return Err(unread(key, Access::DrainAll));
        };
        let available = draft.posted(&row);
        // what is not folded yet cannot be taken yet
        return Ok(available.min(available.saturating_sub(taken.left)).min(amount).max(0));
    }
    let due = if row.held > 0 { draft.due_holds(key)? } else { Vec::new() };
    let all_ended = due.len() < DUE_LIMIT;
    for hold in due {
        expire(draft, hold)?;
    }
    let row = existing(draft, key)?;
    let available = row.posted.saturating_sub(row.held).saturating_add(row.overdraft);
    if available < amount && !all_ended {
        return Err(later("due_holds"));
    }
    Ok(available.min(amount).max(0))
}

/// Ends the holds that the clock has ended already, and answers the account as it then is.
pub fn settled(draft: &mut Draft<'_>, key: &AccountKey) -> Decided<AccountRow> {
    let row = existing(draft, key)?;
    if row.held > 0 {
        for hold in draft.due_holds(key)? {
            expire(draft, hold)?;
        }
    }
    existing(draft, key)
}

fn ensure_streaming(draft: &Draft<'_>, key: &AccountKey, row: &AccountRow, amount: i128) -> Decided<()> {
    let Some(taken) = draft.drained(key) else {
        return Err(unread(key, if row.posted < amount { Access::DrainAll } else { Access::Drain }));
    };
    let available = draft.posted(row);
    if available < amount {
        return Err(insufficient(key, available, amount)?.into());
    }
    // pending credits that were not drained are there, but the fold row must not go below zero before they
    // are
    if available.saturating_sub(taken.left) >= amount {
        return Ok(());
    }
    if taken.access < Access::DrainAll {
        return Err(unread(key, Access::DrainAll));
    }
    Err(later("unfolded"))
}

/// Asks for what is pending on a streaming account, which must be read first.
fn unread(key: &AccountKey, access: Access) -> Halt {
    let mut needs = Needs::default();
    needs.account(key.clone(), access);
    Halt::NeedMore(Box::new(needs))
}

/// No verdict before timers or the sequencer have swept: more holds may be dead, or more money folded.
fn later(reason: &str) -> Halt {
    Error::from(Detail::Contention { reason: reason.into() }).with_retry(Retry::Later).into()
}

fn insufficient(key: &AccountKey, available: i128, amount: i128) -> Result<Error> {
    let (available, required) = (money(key, available)?, money(key, amount)?);
    Ok(Detail::InsufficientBalance { account: key.account.to_string(), available, required }.into())
}

/// Keeps `amount` minor units more (or fewer, when negative) in an account.
pub fn change_held(draft: &mut Draft<'_>, key: &AccountKey, amount: i128) -> Decided<()> {
    let mut row = existing(draft, key)?;
    if row.streaming {
        return Err(unsupported(draft.ctx.operation, "a streaming account keeps no holds").into());
    }
    row.held = row.held.checked_add(amount).ok_or_else(|| overflow(key))?;
    money(key, row.held)?;
    if row.held < 0 {
        return Err(Error::corrupted("the holds of an account").into());
    }
    draft.change_account(row)?;
    Ok(())
}

/// Ends a hold that the clock has ended already.
pub fn expire(draft: &mut Draft<'_>, mut hold: HoldRow) -> Decided<()> {
    let rest = hold.remaining();
    change_held(draft, &hold.account_key(), -rest)?;
    hold.released += rest;
    hold.state = HoldState::Expired;
    let (id, version) = (hold.id.to_string(), hold.version + 1);
    draft.put_hold(hold);
    draft.event("hold.expired", ("hold", &id), version, &serde_json::json!({ "released": rest.to_string() }))
}
