//! The decisions about treasuries: limits are set, debits are counted, and refused above the limits.

use serde_json::json;

use crate::error::{Detail, Error, Result};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::funds::unowned;
use crate::ledger::limits::calendar::{DEFAULT, Zone};
use crate::ledger::limits::model::{Treasury, key};
use crate::ledger::model::{mismatch, not_found, own_account, unsupported};
use crate::ledger::views::Account;
use crate::money::Money;
use crate::money::minor::Part;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::shape::amount_of;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::{AccountStatus, Tier};
use crate::treasury::requests::SetTreasuryAccount;
use crate::treasury::views::{TreasuryReply, Usage};

/// Makes an account hot or cold, with its limits.
#[derive(Clone, Debug)]
pub struct SetAccount {
    account: AccountKey,
    tier: Tier,
    daily: Option<Money>,
    monthly: Option<Money>,
    ceiling: Option<Money>,
    zone: Zone,
    note: Note,
}

impl WriteRequest for SetTreasuryAccount {
    type Operation = SetAccount;
    fn parse(&self, parse: &Parse<'_>) -> Result<SetAccount> {
        let id = own_account("account", &self.account, parse)?;
        let currency = parse.currencies.get("currency", &self.currency)?;
        let tier = self.tier.parse().map_err(|_| Error::invalid("tier", "must be `hot` or `cold`"))?;
        let limit = |field: &str, amount| match amount_of(field, amount, parse)? {
            Some(limit) if limit.currency() != currency => Err(mismatch(field, currency, limit.currency())),
            limit => Ok(limit),
        };
        Ok(SetAccount {
            account: AccountKey::new(parse.book.clone(), id, currency),
            tier,
            daily: limit("daily_limit", self.daily_limit.as_ref())?,
            monthly: limit("monthly_limit", self.monthly_limit.as_ref())?,
            ceiling: limit("ceiling", self.ceiling.as_ref())?,
            zone: Zone::request(self.time_zone.as_deref().unwrap_or(DEFAULT))?,
            note: Note::parse(&self.common())?,
        })
    }
}

impl Operation for SetAccount {
    type Reply = TreasuryReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.account(self.account.clone(), Access::Write);
        needs.record(key(&self.account), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let Some(row) = draft.account(&self.account)? else {
            return Err(not_found(&self.account).into());
        };
        let mut row = row.clone();
        self.note.check_version(row.id.as_str(), row.version)?;
        if row.streaming {
            return Err(unsupported(draft.ctx.operation, "a streaming account has no limits").into());
        }
        unowned(&row)?;
        if row.status == AccountStatus::Closed {
            let (account, currency) = (row.id.to_string(), row.currency.code().to_owned());
            return Err(Detail::AccountClosed { account, currency }.into());
        }
        draft.permit(&[])?;
        let time = draft.ctx.time();
        let set = || Treasury::set(&self.account, self.tier, &self.zone, time, row.entries);
        let mut treasury = Treasury::at(draft, &key(&self.account))?.map_or_else(set, Ok)?;
        treasury.roll(time)?;
        treasury.move_to(&self.zone, time);
        treasury.state = self.tier;
        let part = |limit: Option<Money>| limit.map(|limit| Part(limit.minor_units()));
        let facts = &mut treasury.facts;
        (facts.daily_limit, facts.monthly_limit) = (part(self.daily), part(self.monthly));
        facts.ceiling = part(self.ceiling);
        draft.put_changed(treasury)?;
        row.tier = Some(self.tier);
        let data = json!({ "currency": row.currency.code(), "tier": self.tier.as_str() });
        let (id, version) = (row.id.clone(), row.version + 1);
        draft.change_account(row)?;
        draft.event("account.tier_set", ("account", id.as_str()), version, &data)?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<TreasuryReply> {
        let row = seen.account(&self.account)?;
        let record = seen.record(&key(&self.account))?;
        let treasury = Treasury::of(record)?;
        let account = Account::of(row, seen.shown(row)?)?;
        // as of its newest change
        Ok(TreasuryReply { account, usage: Usage::of(&treasury, row, record.time())?, replayed })
    }
}
