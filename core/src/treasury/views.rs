//! Views of treasury accounts and of what deals have paid out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ids::{DealId, TransferId};
use crate::ledger::limits::model::Treasury;
use crate::ledger::model::money;
use crate::ledger::views::Account;
use crate::money::Money;
use crate::rows::events::actor_of;
use crate::rows::row::Row as _;
use crate::rows::tables::{AccountRow, EntryRow, EventRow, Tier, TransferKind, TransferRow};
use crate::time::Time;

/// How much of its limits an account has used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// The account.
    pub account: String,
    /// Its currency.
    pub currency: String,
    /// `hot` or `cold`.
    pub tier: Tier,
    /// Where its days and months begin.
    pub time_zone: String,
    /// The amount that has left it today.
    pub today: Money,
    /// The amount that has left it this month.
    pub this_month: Money,
    /// The most that may leave it in a day; `null` is no limit.
    pub daily_limit: Option<Money>,
    /// The most that may leave it in a month; `null` is no limit.
    pub monthly_limit: Option<Money>,
    /// When today ends.
    pub day_ends_at: Time,
    /// When this month ends.
    pub month_ends_at: Time,
    /// The most that a hot account should have.
    pub ceiling: Option<Money>,
    /// The amount to move to a cold account: what a hot one has above its ceiling and can spend. `null` when
    /// there is none.
    pub sweep: Option<Money>,
    /// Counts every change of limits and counts.
    pub version: i64,
}

impl Usage {
    /// The usage of a treasury at a time.
    ///
    /// # Errors
    /// `corrupted` when a stored amount is out of bounds.
    pub fn of(treasury: &Treasury, row: &AccountRow, now: Time) -> Result<Self> {
        let mut treasury = treasury.clone();
        treasury.roll(now)?;
        let (key, facts) = (row.key(), &treasury.facts);
        let some = |part: Option<crate::money::minor::Part>| part.map(|part| money(&key, part.0)).transpose();
        let over = facts.ceiling.filter(|_| treasury.state == Tier::Hot).map(|ceiling| {
            let available = row.posted.saturating_sub(row.held);
            row.posted.saturating_sub(ceiling.0).min(available)
        });
        Ok(Self {
            account: row.id.to_string(),
            currency: row.currency.code().to_owned(),
            tier: treasury.state,
            time_zone: facts.time_zone.clone(),
            today: money(&key, facts.day.0)?,
            this_month: money(&key, facts.month.0)?,
            daily_limit: some(facts.daily_limit)?,
            monthly_limit: some(facts.monthly_limit)?,
            day_ends_at: facts.times.day.until,
            month_ends_at: facts.times.month.until,
            ceiling: some(facts.ceiling)?,
            sweep: over.filter(|over| *over > 0).map(|over| money(&key, over)).transpose()?,
            version: treasury.row.version,
        })
    }
}

/// Reply of `treasury.set_account`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TreasuryReply {
    /// The account.
    pub account: Account,
    /// Its limits, and what is used of them.
    pub usage: Usage,
    /// Whether this was done before under the same key.
    pub replayed: bool,
}

/// Money that a deal has paid out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Settlement {
    /// The transfer.
    pub id: TransferId,
    /// The deal.
    pub deal: Option<DealId>,
    /// `settlement` or `refund`.
    pub r#type: TransferKind,
    /// How much.
    pub amount: Option<Money>,
    /// The account that paid.
    pub from: Option<String>,
    /// The account that was paid.
    pub to: Option<String>,
    /// Ids of the actors behind the payout, in their order. Where a policy asked for approvals: the
    /// approvers. Otherwise the actor who confirmed or decided; `system` for a deadline.
    pub approved_by: Vec<String>,
    /// When.
    pub executed_at: Time,
}

impl Settlement {
    /// The view of a transfer, with entries and events among which are its own.
    ///
    /// # Errors
    /// `corrupted` when an entry is out of bounds or an actor cannot be read.
    pub fn of(row: &TransferRow, entries: &[EntryRow], events: &[EventRow]) -> Result<Self> {
        let legs = || entries.iter().filter(|leg| leg.transfer == row.id);
        let (payer, payee) = (legs().find(|leg| leg.amount < 0), legs().find(|leg| leg.amount > 0));
        let amount = payee.map(|leg| money(&leg.account_key(), leg.amount));
        let event = events.iter().find(|event| event.id.uuid() == row.id.uuid());
        Ok(Self {
            id: row.id,
            deal: row.owner(),
            r#type: row.kind,
            amount: amount.transpose()?,
            from: payer.map(|leg| leg.account.to_string()),
            to: payee.map(|leg| leg.account.to_string()),
            approved_by: event.map(approvers).transpose()?.unwrap_or_default(),
            executed_at: row.time(),
        })
    }
}

/// The approvers of a transfer, by its event; where none was needed, the actor who made it.
fn approvers(event: &EventRow) -> Result<Vec<String>, Error> {
    #[derive(Deserialize)]
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
