//! Limits on what may leave an account that has a tier, by calendar day and month, whatever the operation.
//!
//! Outflows are counted in a record that is locked with the account, so limits are exact however many calls
//! run at once. A refused debit is not counted, a replay is not counted twice, and a reversal does not give
//! back. Accounts without a tier have no record and pay nothing for this.

pub mod calendar;
pub mod model;

use serde_json::json;

use self::model::{Treasury, key};
use super::model::{money, overflow};
use crate::error::{Detail, Error, Result};
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::money::minor::Part;
use crate::rows::needs::AccountKey;
use crate::rows::row::Row;
use crate::rows::tables::{AccountRow, Tier};

/// Counts a debit of an account that has a tier, or compares a credit with its ceiling. The account is as it
/// will be, with the balance after the leg.
pub fn enter(draft: &mut Draft<'_>, row: &AccountRow, amount: i128) -> Decided<()> {
    let account = row.key();
    let missing = || Error::corrupted("the limits of an account");
    let mut treasury = Treasury::at(draft, &key(&account))?.ok_or_else(missing)?;
    if amount < 0 {
        treasury.roll(draft.ctx.time())?;
        count(&mut treasury, &account, amount.saturating_neg())?;
        return draft.put_changed(treasury);
    }
    let before = row.posted.saturating_sub(amount);
    let Some(Part(ceiling)) = treasury.facts.ceiling.filter(|_| treasury.state == Tier::Hot) else {
        return Ok(());
    };
    if before <= ceiling && row.posted > ceiling {
        warn(draft, row, ceiling)?;
    }
    Ok(())
}

fn count(treasury: &mut Treasury, account: &AccountKey, amount: i128) -> Result<()> {
    let facts = &mut treasury.facts;
    let day = (&mut facts.day, facts.daily_limit, "day");
    let month = (&mut facts.month, facts.monthly_limit, "month");
    for (used, limit, window) in [day, month] {
        let sum = used.0.checked_add(amount).ok_or_else(|| overflow(account))?;
        // so that it can be shown
        money(account, sum)?;
        if let Some(limit) = limit.filter(|limit| sum > limit.0) {
            return Err(Detail::LimitExceeded {
                account: account.account.to_string(),
                limit: Some(money(account, limit.0)?),
                used: Some(money(account, used.0)?),
                window: window.to_owned(),
                policy: None,
            }
            .into());
        }
        *used = Part(sum);
    }
    Ok(())
}

/// Warns that a hot account has just risen above its ceiling: once, until it has been below again.
fn warn(draft: &mut Draft<'_>, row: &AccountRow, ceiling: i128) -> Decided<()> {
    let over = (row.posted - ceiling).to_string();
    let (id, currency) = (row.id.as_str(), row.currency.code());
    let data = json!({ "currency": currency, "ceiling": ceiling.to_string(), "over": over });
    draft.event("account.over_ceiling", ("account", id), row.version, &data)?;
    let payload = json!({
        "event": "account.over_ceiling",
        "account": id,
        "currency": currency,
        "over": money(&row.key(), row.posted - ceiling)?,
    });
    draft.enqueue(NOTIFY_ADMINS, &payload)?;
    Ok(())
}
