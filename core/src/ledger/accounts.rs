//! Opening, changing, locking and closing accounts.

use std::sync::Arc;

use serde_json::json;

use super::funds::{announce, blank, existing, settled, unowned};
use super::model::{folded, forbidden, own_account, unsupported};
use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, Book};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Halt, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::requests::{
    CloseAccount, LockAccount, LockAccounts, OpenAccount, UnlockAccount, UpdateAccount,
};
use crate::ledger::views::{Account, AccountReply, Balance, Locked};
use crate::request::note::Note;
use crate::request::record::{Parse, Request, WriteRequest, text};
use crate::rows::body::Text;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::{AccountRow, AccountStatus};
use crate::sorting::Sorting;

fn overdraft(
    request: Option<&crate::money::Amount>,
    parse: &Parse<'_>,
) -> Result<Option<crate::money::Money>> {
    let Some(amount) = request else { return Ok(None) };
    let limit = amount.resolve("overdraft_limit", parse.currencies)?;
    if limit.is_negative() {
        let (field, reason) = ("overdraft_limit".to_owned(), "must not be negative".to_owned());
        return Err(Detail::InvalidAmount { field, reason }.into());
    }
    Ok(Some(limit))
}

/// Opens an account.
#[derive(Clone, Debug)]
pub struct Open {
    key: AccountKey,
    kind: Option<Arc<str>>,
    overdraft: i128,
    streaming: bool,
    display_name: Option<Arc<str>>,
    owner: Option<Arc<str>>,
    note: Note,
}

impl WriteRequest for OpenAccount {
    type Operation = Open;
    fn parse(&self, parse: &Parse<'_>) -> Result<Open> {
        let id = own_account("account", &self.account, parse)?;
        let currency = parse.currencies.get("currency", &self.currency)?;
        let limit = overdraft(self.overdraft_limit.as_ref(), parse)?;
        if let Some(limit) = limit.filter(|limit| limit.currency() != currency) {
            return Err(super::model::mismatch("overdraft_limit", currency, limit.currency()));
        }
        let streaming = self.streaming.unwrap_or(false);
        let minor = limit.map_or(0, |limit| limit.minor_units());
        if streaming && minor != 0 {
            return Err(unsupported("ledger.open_account", "a streaming account has no overdraft"));
        }
        let optional =
            |field: &str, value: Option<&String>| value.map(|value| text(field, value)).transpose();
        Ok(Open {
            key: AccountKey::new(parse.book.clone(), id, currency),
            kind: optional("kind", self.kind.as_ref())?,
            overdraft: minor,
            streaming,
            display_name: optional("display_name", self.display_name.as_ref())?,
            owner: optional("owner", self.owner.as_ref())?,
            note: Note::parse(&self.common())?,
        })
    }
}

impl Open {
    /// A plain actor opens the account with the actor's own id, without credit.
    fn permit(&self, draft: &Draft<'_>) -> Result<()> {
        let owner = self.owner.as_deref().unwrap_or_else(|| self.key.account.as_str());
        draft.permit(&[Tie::Id(self.key.account.as_str()), Tie::Id(owner)])?;
        let granted = [("overdraft_limit", self.overdraft != 0), ("streaming", self.streaming)];
        match granted.into_iter().find(|(_, asked)| *asked && draft.is_plain()) {
            Some((field, _)) => Err(forbidden(
                field,
                &draft.ctx.actor,
                "only an admin or the host's own program may grant it",
            )),
            None => Ok(()),
        }
    }
}

impl Operation for Open {
    type Reply = AccountReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.account(self.key.clone(), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        if draft.account(&self.key)?.is_some() {
            let (account, currency) = (self.key.account.to_string(), self.key.currency.code().to_owned());
            return Err(Detail::AccountExists { account, currency }.into());
        }
        self.permit(draft)?;
        let mut row = blank(draft, &self.key);
        row.streaming = self.streaming;
        row.overdraft = self.overdraft;
        row.kind = self.kind.clone();
        row.owner = self.owner.clone();
        row.search = folded(self.display_name.as_deref().unwrap_or_else(|| self.key.account.as_str()));
        row.display_name = self.display_name.clone();
        row.reference = self.note.reference.clone();
        row.metadata = self.note.metadata.clone();
        draft.new_account(row.clone())?;
        announce(draft, &row)?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<AccountReply> {
        view(&self.key, seen, replayed)
    }
}

fn view(key: &AccountKey, seen: &Snapshot, replayed: bool) -> Decided<AccountReply> {
    let row = seen.account(key)?;
    Ok(AccountReply { account: Account::of(row, seen.shown(row)?)?, replayed })
}

/// An account whose currency may have been left out.
#[derive(Clone, Debug)]
struct NamedAccount {
    book: Book,
    id: AccountId,
    currency: Option<Currency>,
}

impl NamedAccount {
    fn parse(account: &str, currency: Option<&String>, parse: &Parse<'_>) -> Result<Self> {
        let id = own_account("account", account, parse)?;
        let currency = parse.currencies.meant("currency", currency)?;
        Ok(Self { book: parse.book.clone(), id, currency })
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let id = (self.book.clone(), self.id.clone());
        if let Some(currency) = self.currency {
            return needs.account(AccountKey::new(id.0, id.1, currency), Access::Write);
        }
        match seen.accounts_of.get(&id) {
            Some(currencies) => {
                for currency in currencies {
                    needs.account(AccountKey::new(id.0.clone(), id.1.clone(), *currency), Access::Write);
                }
            }
            None => needs.incomplete = true,
        }
        needs.accounts_of.insert(id);
    }

    /// The one account that is meant.
    fn key(&self, currencies: Option<&Vec<Currency>>) -> Decided<AccountKey> {
        let currency = match (self.currency, currencies) {
            (Some(currency), _) => currency,
            (None, Some(currencies)) => match currencies.as_slice() {
                [] => {
                    let account = self.id.to_string();
                    return Err(Detail::AccountNotFound { account, currency: None }.into());
                }
                [one] => *one,
                several => return Err(super::model::several(several.iter().copied()).into()),
            },
            (None, None) => return Err(self.unread()),
        };
        Ok(AccountKey::new(self.book.clone(), self.id.clone(), currency))
    }

    /// The accounts of the id were not read.
    fn unread(&self) -> Halt {
        let mut needs = Needs::default();
        needs.accounts_of.insert((self.book.clone(), self.id.clone()));
        Halt::NeedMore(Box::new(needs))
    }

    fn seen(&self, seen: &Snapshot) -> Decided<AccountKey> {
        self.key(seen.accounts_of.get(&(self.book.clone(), self.id.clone())))
    }

    fn row(&self, draft: &mut Draft<'_>, note: &Note) -> Decided<AccountRow> {
        let key = self.key(draft.currencies_of(&self.book, &self.id))?;
        let row = existing(draft, &key)?;
        unowned(&row)?;
        note.check_account(draft.ctx.operation, &row)?;
        // a change of the account finds holds that ended by the clock released, swept or not
        settled(draft, &key)
    }
}

/// Changes what may change of an account.
#[derive(Clone, Debug)]
pub struct Update {
    target: NamedAccount,
    kind: Option<Arc<str>>,
    overdraft: Option<crate::money::Money>,
    display_name: Option<Arc<str>>,
    owner: Option<Arc<str>>,
    note: Note,
}

impl WriteRequest for UpdateAccount {
    type Operation = Update;
    fn parse(&self, parse: &Parse<'_>) -> Result<Update> {
        let optional =
            |field: &str, value: Option<&String>| value.map(|value| text(field, value)).transpose();
        Ok(Update {
            target: NamedAccount::parse(&self.account, self.currency.as_ref(), parse)?,
            kind: optional("kind", self.kind.as_ref())?,
            overdraft: overdraft(self.overdraft_limit.as_ref(), parse)?,
            display_name: optional("display_name", self.display_name.as_ref())?,
            owner: optional("owner", self.owner.as_ref())?,
            note: Note::parse(&self.common())?,
        })
    }
}

impl Update {
    fn overdraft(&self, row: &mut AccountRow) -> Result<()> {
        let Some(limit) = self.overdraft else { return Ok(()) };
        if limit.currency() != row.currency {
            return Err(super::model::mismatch("overdraft_limit", row.currency, limit.currency()));
        }
        if row.streaming {
            return Err(unsupported("ledger.update_account", "a streaming account has no overdraft"));
        }
        if row.posted.saturating_sub(row.held).saturating_add(limit.minor_units()) < 0 {
            let (object, trigger) = (row.id.to_string(), "update_account".to_owned());
            let condition = "overdraft_in_use".to_owned();
            return Err(Detail::ConditionNotMet { object, trigger, condition, deadline: None }.into());
        }
        row.overdraft = limit.minor_units();
        Ok(())
    }
}

impl Operation for Update {
    type Reply = AccountReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.target.needs(seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut row = self.target.row(draft, &self.note)?;
        if row.status == AccountStatus::Closed {
            let (account, currency) = (row.id.to_string(), row.currency.code().to_owned());
            return Err(Detail::AccountClosed { account, currency }.into());
        }
        draft.permit(&[Tie::Account(&row)])?;
        self.overdraft(&mut row)?;
        if let Some(name) = &self.display_name {
            row.search = folded(name);
            row.display_name = Some(name.clone());
        }
        let set = |old: &mut Option<Arc<str>>, new: &Option<Arc<str>>| {
            if new.is_some() {
                old.clone_from(new);
            }
        };
        set(&mut row.kind, &self.kind);
        set(&mut row.owner, &self.owner);
        set(&mut row.reference, &self.note.reference);
        set(&mut row.metadata, &self.note.metadata);
        change(draft, row, "account.updated", json!({}))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<AccountReply> {
        view(&self.target.seen(seen)?, seen, replayed)
    }
}

fn change(
    draft: &mut Draft<'_>,
    row: AccountRow,
    event: &'static str,
    mut data: serde_json::Value,
) -> Decided<CreatedIds> {
    data["currency"] = row.currency.code().into();
    let (id, version) = (row.id.clone(), row.version + 1);
    draft.change_account(row)?;
    draft.event(event, ("account", id.as_str()), version, &data)?;
    Ok(CreatedIds::default())
}

/// Locks, unlocks or closes an account.
#[derive(Clone, Debug)]
pub struct SetStatus {
    target: NamedAccount,
    status: AccountStatus,
    reason: Option<Arc<str>>,
    note: Note,
}

impl SetStatus {
    fn new(target: NamedAccount, status: AccountStatus, reason: Option<&String>, note: Note) -> Result<Self> {
        let reason = reason.map(|reason| text("reason", reason)).transpose()?;
        Ok(Self { target, status, reason, note })
    }

    /// May the account go from the status that it has to the one asked for?
    fn check(&self, row: &AccountRow, operation: &str) -> Result<()> {
        let (account, currency) = (row.id.to_string(), row.currency.code().to_owned());
        if row.streaming {
            return Err(unsupported(operation, "a streaming account is never locked or closed"));
        }
        match (row.status, self.status) {
            // it was paid what it was owed since it was closed: staff open it again, so that this can leave
            (AccountStatus::Closed, AccountStatus::Active) if row.posted != 0 => Ok(()),
            (AccountStatus::Closed, _) => Err(Detail::AccountClosed { account, currency }.into()),
            (AccountStatus::Locked, AccountStatus::Locked) => {
                Err(Detail::AccountLocked { account, currency }.into())
            }
            (AccountStatus::Active, AccountStatus::Active) => Err(Detail::TransitionNotAllowed {
                object: account,
                state: "active".to_owned(),
                trigger: "unlock".to_owned(),
                allowed: vec!["lock".to_owned(), "close".to_owned()],
            }
            .into()),
            (_, AccountStatus::Closed) if row.posted != 0 || row.held != 0 => {
                let (trigger, condition) = ("close".to_owned(), "balance_zero".to_owned());
                Err(Detail::ConditionNotMet { object: account, trigger, condition, deadline: None }.into())
            }
            _ => Ok(()),
        }
    }
}

macro_rules! status_request {
    ($request:ty, $status:ident) => {
        impl WriteRequest for $request {
            type Operation = SetStatus;
            fn parse(&self, parse: &Parse<'_>) -> Result<SetStatus> {
                let target = NamedAccount::parse(&self.account, self.currency.as_ref(), parse)?;
                SetStatus::new(
                    target,
                    AccountStatus::$status,
                    self.reason.as_ref(),
                    Note::parse(&self.common())?,
                )
            }
        }
    };
}
status_request!(LockAccount, Locked);
status_request!(UnlockAccount, Active);
status_request!(CloseAccount, Closed);

impl Operation for SetStatus {
    type Reply = AccountReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.target.needs(seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut row = self.target.row(draft, &self.note)?;
        self.check(&row, draft.ctx.operation)?;
        draft.permit(&[Tie::Account(&row)])?;
        row.status = self.status;
        let event = match self.status {
            AccountStatus::Active => "account.unlocked",
            AccountStatus::Locked => "account.locked",
            AccountStatus::Closed => "account.closed",
        };
        let salt = draft.ids.salt();
        let reason = self.reason.as_deref().map(|reason| Text::new(reason, salt).hash);
        let data = reason.map_or_else(|| json!({}), |hash| json!({ "reason_hash": hash.as_ref() }));
        change(draft, row, event, data)
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<AccountReply> {
        view(&self.target.seen(seen)?, seen, replayed)
    }
}

/// Takes the row locks of accounts, and changes nothing.
#[derive(Clone, Debug)]
pub struct Lock {
    targets: Vec<NamedAccount>,
}

impl WriteRequest for LockAccounts {
    type Operation = Lock;
    fn parse(&self, parse: &Parse<'_>) -> Result<Lock> {
        if self.accounts.is_empty() {
            return Err(Error::invalid("accounts", "must not be empty"));
        }
        let mut targets = Vec::with_capacity(self.accounts.len());
        for (place, name) in self.accounts.iter().enumerate() {
            let id = own_account(&format!("accounts[{place}]"), name, parse)?;
            targets.push(NamedAccount { book: parse.book.clone(), id, currency: None });
        }
        Ok(Lock { targets })
    }
}

impl Operation for Lock {
    type Reply = Locked;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        for target in &self.targets {
            target.needs(seen, needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut rows = Vec::new();
        for target in &self.targets {
            let currencies = draft.currencies_of(&target.book, &target.id).ok_or_else(|| target.unread())?;
            if currencies.is_empty() {
                return Err(Detail::AccountNotFound { account: target.id.to_string(), currency: None }.into());
            }
            for currency in currencies {
                // a row that another transaction has locked is not locked by us
                let key = AccountKey::new(target.book.clone(), target.id.clone(), *currency);
                draft.lock_account(&key)?;
                rows.extend(draft.account(&key)?.cloned());
            }
        }
        draft.permit(&rows.iter().map(Tie::Account).collect::<Vec<_>>())?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<Locked> {
        let mut accounts = Vec::new();
        for NamedAccount { book, id, .. } in &self.targets {
            for currency in seen.accounts_of.get(&(book.clone(), id.clone())).into_iter().flatten() {
                let key = AccountKey::new(book.clone(), id.clone(), *currency);
                accounts.push(Balance::seen(&key, seen)?);
            }
        }
        accounts.order_by(|a, b| (&a.account, &a.currency).cmp(&(&b.account, &b.currency)));
        Ok(Locked { accounts, replayed: false })
    }
}
