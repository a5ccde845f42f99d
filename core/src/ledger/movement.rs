//! Money in, out and across: top up, deduct, transfer, post.

use std::collections::BTreeMap;

use super::funds::{active, ensure, existing, opened, unowned};
use super::model::{Side, account, account_or_world, own_account};
use super::posting::{Posting, post};
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::requests::{Deduct, Post, TopUp, Transfer};
use crate::ledger::views::{Balance, Moved, Posted, Transfer as TransferView};
use crate::money::{Amount, Money};
use crate::request::note::Note;
use crate::request::record::{Parse, Request, WriteRequest};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::TransferKind;

/// A movement between two accounts.
#[derive(Clone, Debug)]
pub struct Movement {
    kind: TransferKind,
    from: AccountKey,
    to: AccountKey,
    minor: i128,
    note: Note,
}

impl Movement {
    fn parse<R: Request>(
        request: &R,
        parse: &Parse<'_>,
        kind: TransferKind,
        from: AccountId,
        to: AccountId,
        amount: &Amount,
    ) -> Result<Self> {
        let amount = amount.resolve_positive("amount", parse.currencies)?;
        if from == to {
            // by the request's own name: a top-up has no `to`
            return Err(match kind {
                TransferKind::TopUp => Error::invalid("source", "must not be the account that is paid"),
                _ => Error::invalid("to", "must not be the account that pays"),
            });
        }
        let key = |id| AccountKey::new(parse.book.clone(), id, amount.currency());
        let note = Note::parse(&request.common())?;
        Ok(Self { kind, from: key(from), to: key(to), minor: amount.minor_units(), note })
    }

    /// The account that the call is about: the reply shows its balance.
    const fn about(&self) -> &AccountKey {
        if matches!(self.kind, TransferKind::TopUp) { &self.to } else { &self.from }
    }
}

impl WriteRequest for TopUp {
    type Operation = Movement;
    fn parse(&self, parse: &Parse<'_>) -> Result<Movement> {
        let to = own_account("account", &self.account, parse)?;
        let from =
            account_or_world("source", self.source.as_deref().unwrap_or("@world"), Side::Debit, parse)?;
        Movement::parse(self, parse, TransferKind::TopUp, from, to, &self.amount)
    }
}

impl WriteRequest for Deduct {
    type Operation = Movement;
    fn parse(&self, parse: &Parse<'_>) -> Result<Movement> {
        let from = account("account", &self.account, Side::Debit, parse)?;
        let to = account_or_world("to", self.to.as_deref().unwrap_or("@world"), Side::Credit, parse)?;
        Movement::parse(self, parse, TransferKind::Deduct, from, to, &self.amount)
    }
}

impl WriteRequest for Transfer {
    type Operation = Movement;
    fn parse(&self, parse: &Parse<'_>) -> Result<Movement> {
        let from = account("from", &self.from, Side::Debit, parse)?;
        let to = account("to", &self.to, Side::Credit, parse)?;
        Movement::parse(self, parse, TransferKind::Transfer, from, to, &self.amount)
    }
}

impl Operation for Movement {
    type Reply = Moved;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.account(self.from.clone(), Access::Write);
        needs.account(self.to.clone(), Access::Write);
    }

    fn payer(&self) -> Option<&AccountKey> {
        Some(&self.from)
    }

    fn moves(&self, _: &Snapshot) -> Result<Moves> {
        let mut moves = Moves::default();
        moves.pays(&self.from.account, Money::new(self.minor, self.from.currency));
        moves.gets(&self.to.account);
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let from = existing(draft, &self.from)?;
        let to = match self.kind {
            TransferKind::TopUp => opened(draft, &self.to)?,
            _ => existing(draft, &self.to)?,
        };
        let about = if self.kind == TransferKind::TopUp { &to } else { &from };
        // an account that this very call opens has the version that the caller would see
        self.note.check_account(draft.ctx.operation, about)?;
        for row in [&from, &to] {
            unowned(row)?;
        }
        draft.permit(&[Tie::Account(&from)])?;
        for row in [&from, &to] {
            active(row)?;
        }
        ensure(draft, &self.from, self.minor)?;
        let posting =
            Posting::pair(self.kind, self.from.clone(), self.to.clone(), self.minor, self.note.clone());
        Ok(CreatedIds::of(post(draft, posting)?))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<Moved> {
        let id = made.expect()?;
        let transfer = TransferView::seen(&self.from.book, id, seen)?;
        Ok(Moved { transfer, balance: Balance::seen(self.about(), seen)?, replayed })
    }
}

/// A posting of n legs.
#[derive(Clone, Debug)]
pub struct Legs {
    legs: Vec<(AccountKey, i128)>,
    note: Note,
}

impl WriteRequest for Post {
    type Operation = Legs;
    fn parse(&self, parse: &Parse<'_>) -> Result<Legs> {
        if !(2..=100).contains(&self.postings.len()) {
            return Err(Error::invalid("postings", "must have 2 to 100 legs"));
        }
        let mut legs: Vec<(AccountKey, i128)> = Vec::with_capacity(self.postings.len());
        let mut by_currency: BTreeMap<String, i128> = BTreeMap::new();
        for (place, leg) in self.postings.iter().enumerate() {
            let field = format!("postings[{place}]");
            let amount = leg.amount.resolve(&format!("{field}.amount"), parse.currencies)?;
            if amount.is_zero() {
                let (field, reason) = (format!("{field}.amount"), "must not be zero".to_owned());
                return Err(crate::error::Detail::InvalidAmount { field, reason }.into());
            }
            let side = if amount.is_negative() { Side::Debit } else { Side::Credit };
            let name = format!("{field}.account");
            let id = AccountId::request(&name, &leg.account)?;
            if !id.is_world() || side == Side::Debit {
                super::model::system_debit(&name, &id, side, parse.actor)?;
            }
            let key = AccountKey::new(parse.book.clone(), id, amount.currency());
            if legs.iter().any(|(other, _)| *other == key) {
                return Err(Error::invalid(name, "must be named once per currency"));
            }
            let sum = by_currency.entry(amount.currency().code().to_owned()).or_default();
            *sum = sum.checked_add(amount.minor_units()).ok_or_else(|| super::model::overflow(&key))?;
            legs.push((key, amount.minor_units()));
        }
        if by_currency.values().any(|sum| *sum != 0) {
            return Err(Error::invalid("postings", "must sum to zero in each currency"));
        }
        Ok(Legs { legs, note: Note::parse(&self.common())? })
    }
}

impl Operation for Legs {
    type Reply = Posted;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        for (key, _) in &self.legs {
            needs.account(key.clone(), Access::Write);
        }
    }

    fn moves(&self, _: &Snapshot) -> Result<Moves> {
        let mut moves = Moves::default();
        for (AccountKey { account, currency, .. }, minor) in &self.legs {
            match minor.checked_neg().filter(|paid| *paid > 0) {
                Some(paid) => moves.pays(account, Money::new(paid, *currency)),
                None => moves.gets(account),
            }
        }
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut rows = Vec::with_capacity(self.legs.len());
        for (key, _) in &self.legs {
            rows.push(existing(draft, key)?);
        }
        for row in &rows {
            unowned(row)?;
        }
        draft.permit(&[])?;
        for row in &rows {
            active(row)?;
        }
        for (key, minor) in self.legs.iter().filter(|(_, minor)| *minor < 0) {
            ensure(draft, key, -minor)?;
        }
        let (legs, note) = (self.legs.clone(), self.note.clone());
        let posting =
            Posting { kind: TransferKind::Post, legs, original: None, hold: None, owned_by: None, note };
        Ok(CreatedIds::of(post(draft, posting)?))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<Posted> {
        let id = made.expect()?;
        let book = self.legs.first().map(|(key, _)| key.book.clone()).unwrap_or_default();
        Ok(Posted { transfer: TransferView::seen(&book, id, seen)?, replayed })
    }
}
