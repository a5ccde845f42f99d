//! Views of treasury accounts and of what deals have paid out.

use crate::error::{Error, Result};
use crate::ids::{DealId, TransferId};
use crate::ledger::limits::model::Treasury;
use crate::ledger::model::money;
use crate::ledger::views::Account;
use crate::money::Money;
use crate::request::view::views;
use crate::rows::events::actor_of;
use crate::rows::row::Row as _;
use crate::rows::tables::{AccountRow, EntryRow, EventRow, Tier, TransferKind, TransferRow};
use crate::time::Time;

views! {
    /// How much of its limits an account has used.
    view Usage of(treasury: &Treasury, row: &AccountRow, now: Time) -> Result {
        let mut treasury = treasury.clone();
        treasury.roll(now)?;
        let (key, facts) = (row.key(), &treasury.facts);
        let some = |part: Option<crate::money::minor::Part>| part.map(|part| money(&key, part.0)).transpose();
        let over = facts.ceiling.filter(|_| treasury.state == Tier::Hot).map(|ceiling| {
            let available = row.posted.saturating_sub(row.held);
            row.posted.saturating_sub(ceiling.0).min(available)
        });
    } => {
        /// The account.
        account: String = row.id.to_string(),
        /// Its currency.
        currency: String = row.currency.code().to_owned(),
        /// `hot` or `cold`.
        tier: Tier = treasury.state,
        /// Where its days and months begin.
        time_zone: String = facts.time_zone.clone(),
        /// The amount that has left it today.
        today: Money = money(&key, facts.day.0)?,
        /// The amount that has left it this month.
        this_month: Money = money(&key, facts.month.0)?,
        /// The most that may leave it in a day; `null` is no limit.
        daily_limit: Option<Money> = some(facts.daily_limit)?,
        /// The most that may leave it in a month; `null` is no limit.
        monthly_limit: Option<Money> = some(facts.monthly_limit)?,
        /// When today ends.
        day_ends_at: Time = facts.times.day.until,
        /// When this month ends.
        month_ends_at: Time = facts.times.month.until,
        /// The most that a hot account should have.
        ceiling: Option<Money> = some(facts.ceiling)?,
        /// The amount to move to a cold account: what a hot one has above its ceiling and can spend. `null`
        /// when there is none.
        sweep: Option<Money> = over.filter(|over| *over > 0).map(|over| money(&key, over)).transpose()?,
        /// Counts every change of limits and counts.
        version: i64 = treasury.row.version,
    }

    /// Reply of `treasury.set_account`.
    view TreasuryReply {
        /// The account.
        account: Account,
        /// Its limits, and what is used of them.
        usage: Usage,
        /// Whether this was done before under the same key.
        replayed: bool,
    }

    /// Money that a deal has paid out.
    view Settlement of(row: &TransferRow, entries: &[EntryRow], events: &[EventRow]) -> Result {
        let legs = || entries.iter().filter(|leg| leg.transfer == row.id);
        let (payer, payee) = (legs().find(|leg| leg.amount < 0), legs().find(|leg| leg.amount > 0));
        let amount = payee.map(|leg| money(&leg.account_key(), leg.amount));
        let event = events.iter().find(|event| event.id.uuid() == row.id.uuid());
    } => {
        /// The transfer.
        id: TransferId = row.id,
        /// The deal.
        deal: Option<DealId> = row.owner(),
        /// `settlement` or `refund`.
        r#type: TransferKind = row.kind,
        /// How much.
        amount: Option<Money> = amount.transpose()?,
        /// The account that paid.
        from: Option<String> = payer.map(|leg| leg.account.to_string()),
        /// The account that was paid.
        to: Option<String> = payee.map(|leg| leg.account.to_string()),
        /// Ids of the actors behind the payout, in their order. Where a policy asked for approvals: the
        /// approvers. Otherwise the actor who confirmed or decided; `system` for a deadline.
        approved_by: Vec<String> = event.map(approvers).transpose()?.unwrap_or_default(),
        /// When.
        executed_at: Time = row.time(),
    }
}

/// The approvers of a transfer, by its event; where none was needed, the actor who made it.
fn approvers(event: &EventRow) -> Result<Vec<String>, Error> {
    #[derive(serde::Deserialize)]
    struct Said {
        approved_by: Option<Vec<String>>,
    }
    let broken = |_| Error::corrupted(format!("event {}", event.id));
    let data: Said = serde_json::from_str(&event.data).map_err(broken)?;
    if let Some(by) = data.approved_by {
        return Ok(by);
    }
    Ok(vec![actor_of(event)?.id().to_owned()])
}
