//! Begins withdrawals: one commit holds the money, and writes the job that simulates the payment.

use earnest_evm::address;

use super::asset::{Asset, AssetState};
use super::chain::Chain;
use super::editor::WithdrawalEditor;
use super::facts;
use super::lane::{Lane, LaneState};
use super::model::{State, Waiting, Withdrawal, WithdrawalFacts};
use super::requests::RequestWithdrawal;
use super::sign::OnChain;
use super::transitions::WithdrawalTrigger;
use super::views::{Withdrawal as WithdrawalView, WithdrawalRequested};
use crate::currency::{Currencies, Currency};
use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, Book, HoldId, WithdrawalId};
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::funds::{active, ensure, existing, unowned};
use crate::ledger::holds::{Authorization, authorize};
use crate::ledger::limits;
use crate::ledger::model::{own_account, unsupported};
use crate::ledger::views::Balance;
use crate::money::Money;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::shape::span_of;
use crate::request::texts::name_of;
use crate::rows::body::Text;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::{ListedBy, members};
use crate::rows::tables::AccountRow;
use crate::time::{Span, Time};

/// Requests a withdrawal.
#[derive(Clone, Debug)]
pub struct AskForWithdrawal {
    book: Book,
    account: AccountId,
    amount: Money,
    chain: String,
    /// With the checksum of EIP-55.
    to: String,
    give_up_in: Option<Span>,
    note: Note,
}

impl WriteRequest for RequestWithdrawal {
    type Operation = AskForWithdrawal;
    /// The payee is one address, in whichever case its letters are. Another text is refused when it is read.
    fn settle_form(&mut self, currencies: &Currencies) -> Result<()> {
        self.normalise(currencies)?;
        if let Ok(to) = address_of("to", &self.to) {
            self.to = to;
        }
        Ok(())
    }
    fn parse(&self, parse: &Parse<'_>) -> Result<AskForWithdrawal> {
        Ok(AskForWithdrawal {
            book: parse.book.clone(),
            account: own_account("account", &self.account, parse)?,
            amount: self.amount.resolve_positive("amount", parse.currencies)?,
            chain: name_of("chain", &self.chain)?,
            to: address_of("to", &self.to)?,
            give_up_in: span_of("give_up_in", self.give_up_in.as_ref())?,
            note: Note::parse(&self.common())?,
        })
    }
}

/// An address in a request, with its checksum.
pub(super) fn address_of(field: &str, text: &str) -> Result<String> {
    let shaped = text
        .strip_prefix("0x")
        .is_some_and(|digits| digits.len() == 40 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let reason = if shaped { "checksum" } else { "malformed" };
    let address = address::parse(text).map_err(|_| wrong(field, reason))?;
    if address.is_zero() { Err(wrong(field, "zero")) } else { Ok(address::to_text(&address)) }
}

/// `invalid_address`.
fn wrong(field: &str, reason: &str) -> Error {
    Detail::InvalidAddress { field: field.to_owned(), reason: reason.to_owned() }.into()
}

impl AskForWithdrawal {
    fn account(&self) -> AccountKey {
        AccountKey::new(self.book.clone(), self.account.clone(), self.amount.currency())
    }

    fn currency(&self) -> Currency {
        self.amount.currency()
    }

    /// The fee of the asset; zero if the asset was not read.
    fn fee(&self, seen: &Snapshot) -> i128 {
        let asset: Option<Asset> =
            seen.object(&Asset::key(&self.book, [&self.chain, self.currency().code()]));
        asset.and_then(|asset| asset.facts.fee).unwrap_or(0)
    }

    /// Refuses an asset that is not active.
    fn active_asset(&self, asset: &Asset) -> Result<()> {
        if asset.state == AssetState::Active {
            return Ok(());
        }
        Err(Detail::ConditionNotMet {
            object: format!("{}:{}", self.chain, self.currency().code()),
            trigger: WithdrawalTrigger::Request.to_string(),
            condition: "asset_active".to_owned(),
            deadline: None,
        }
        .into())
    }

    /// Refuses an amount that may not be withdrawn.
    fn bounded_by(&self, asset: &Asset) -> Result<()> {
        if asset.facts.decimals != u32::from(self.currency().scale()) {
            // a unit of the token is a minor unit, and with another scale it would be another amount
            let reason = format!("must have {} decimals, as the asset has", asset.facts.decimals);
            return Err(Detail::InvalidAmount { field: "amount".to_owned(), reason }.into());
        }
        let minor = self.amount.minor_units();
        let bound = |bound: Option<i128>| bound.and_then(|minor| Money::new(minor, self.amount.currency()));
        let reason = match (bound(asset.facts.min), bound(asset.facts.max)) {
            (Some(min), _) if minor < min.minor_units() => format!("must be at least `{min}`"),
            (_, Some(max)) if minor > max.minor_units() => format!("must be at most `{max}`"),
            _ => return Ok(()),
        };
        Err(Detail::InvalidAmount { field: "amount".to_owned(), reason }.into())
    }

    /// The lanes of the chain. Refuses a payee that is one of them, or the token.
    fn lanes(&self, draft: &Draft<'_>, chain: &Chain, asset: &Asset) -> Decided<Vec<Lane>> {
        let is_token = asset.facts.token.as_ref().is_some_and(|token| token.eq_ignore_ascii_case(&self.to));
        if is_token {
            return Err(wrong("to", "token").into());
        }
        let mut lanes = Vec::new();
        for id in &chain.facts.lanes {
            let lane = Lane::known(draft, &self.book, *id)?;
            if lane.facts.address.eq_ignore_ascii_case(&self.to) {
                return Err(wrong("to", "own").into());
            }
            lanes.push(lane);
        }
        Ok(lanes)
    }

    /// Refuses an account that keeps no withdrawal, and an actor who is not its holder or owner.
    fn permit(&self, draft: &Draft<'_>, row: &AccountRow) -> Result<()> {
        if row.streaming {
            return Err(unsupported("withdrawals.request", "a streaming account keeps no holds"));
        }
        self.note.check_version(row.id.as_str(), row.version)?;
        unowned(row)?;
        draft.permit(&[Tie::Account(row)])
    }

    /// Holds the amount and the fee for the withdrawal. Limits count them now, and not when they leave.
    fn hold(&self, draft: &mut Draft<'_>, id: WithdrawalId, total: i128) -> Decided<HoldId> {
        let account = self.account();
        active(&existing(draft, &account)?)?;
        ensure(draft, &account, total)?;
        let row = existing(draft, &account)?;
        if row.tier.is_some() {
            limits::enter(draft, &row, -total)?;
        }
        let authorization = Authorization {
            account,
            minor: total,
            expires_at: None,
            owned_by: Some(id.into()),
            note: Note::default(),
        };
        authorize(draft, authorization)
    }

    /// The withdrawal as it begins, before its first event.
    fn begin(&self, draft: &mut Draft<'_>, held: &HeldForIt) -> Decided<Withdrawal> {
        let now = draft.ctx.now;
        let facts = WithdrawalFacts {
            account: self.account.clone(),
            amount: self.amount,
            fee: held.fee,
            to: self.to.clone(),
            chain: self.chain.clone(),
            hold: held.hold,
            lane: None,
            nonce: None,
            hash: None,
            waiting: None,
            look_at: None,
            entered_at: Some(draft.ctx.time()),
            wait_limit: None,
            told_late: None,
            cancelling: false,
            named_fee: None,
            attention: None,
            failure: None,
            simulation: None,
            job: None,
            transfers: Vec::new(),
            debt: None,
            unsettled: false,
            block: None,
            confirmations: 0,
            gas_paid: None,
            timeline: draft.timeline()?,
            settled: false,
            give_up_at: self.give_up_in.map(|span| now.checked_add(span).unwrap_or(Time::MAX)),
            requested_by: draft.ctx.actor.id().to_owned(),
            confirmed_at: None,
            updated_at: draft.ctx.time(),
        };
        let listed_by = ListedBy {
            owner: Some(self.account.as_str().into()),
            peer: Some(self.to.to_ascii_lowercase().into()),
            reference: self.note.reference.clone(),
        };
        let key = Withdrawal::key(&self.book, held.id);
        let mut withdrawal = Withdrawal::begin(key, listed_by, State::Pending, facts, draft.ctx.time())?;
        if let Some(metadata) = &self.note.metadata {
            withdrawal.texts.insert("metadata".to_owned(), Text::new(metadata, draft.ids.salt()));
        }
        Ok(withdrawal)
    }
}

/// The hold of a new withdrawal, and its fee.
struct HeldForIt {
    id: WithdrawalId,
    hold: HoldId,
    fee: i128,
}

impl Operation for AskForWithdrawal {
    type Reply = WithdrawalRequested;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs.account(self.account(), Access::Write);
        // the withdrawal takes the timeline of the head
        needs.heads.insert((self.book.clone(),));
        needs.record(Asset::key(&self.book, [&self.chain, self.currency().code()]), Access::Read);
        if let Some(chain) = facts::needs_of_chain(&self.book, &self.chain, seen, needs) {
            for id in &chain.facts.lanes {
                needs.record(Lane::key(&self.book, *id), Access::Read);
            }
        }
    }

    /// The account pays the amount and the fee. The payee is an address, and no account.
    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let total = self.amount.minor_units().saturating_add(self.fee(seen));
        let mut moves = Moves::default();
        moves.pays(&self.account, Money::new(total, self.amount.currency()).or(Some(self.amount)));
        moves.gets(&AccountId::stored(self.to.to_ascii_lowercase()));
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut chain = Chain::known(draft, &self.book, &self.chain)?;
        let asset = Asset::known(draft, &self.book, [&self.chain, self.currency().code()])?;
        let account = existing(draft, &self.account())?;
        self.active_asset(&asset)?;
        self.permit(draft, &account)?;
        self.bounded_by(&asset)?;
        let lanes = self.lanes(draft, &chain, &asset)?;
        // an amount that the chain cannot count is refused now
        OnChain::of(&asset.facts, &self.to, self.amount.minor_units())?;
        let fee = asset.facts.fee.unwrap_or(0);
        asset.facts.priced.into_iter().for_each(|set| draft.rests_on_terms(set));
        let beyond = || Error::invalid("amount", "must be within the bounds of money with its fee");
        let total = self.amount.minor_units().checked_add(fee).ok_or_else(beyond)?;
        let id = WithdrawalId::from_uuid(draft.ids.uuid());
        let hold = self.hold(draft, id, total)?;
        let withdrawal = self.begin(draft, &HeldForIt { id, hold, fee })?;
        let mut editor = WithdrawalEditor::new(draft, withdrawal);
        let data = members! {
            "account": self.account.as_str(), "amount": self.amount.minor_units().to_string(),
            "chain": self.chain.as_str(), "currency": self.currency().code(), "fee": fee.to_string(),
            "hold": hold.to_string(), "to": self.to.as_str(), "trigger": WithdrawalTrigger::Request.as_str(),
        };
        editor.count();
        // the hold shows who pays; nothing in the books shows whom
        editor.draft.declare_payee(&self.to.to_ascii_lowercase());
        editor.emit("withdrawal.requested", data)?;
        let active = lanes.into_iter().filter(|lane| lane.state == LaneState::Active);
        match active.min_by_key(|lane| (lane.facts.unseen.len(), lane.facts.in_flight.len())) {
            Some(lane) => editor.simulate(&chain, &asset, &lane)?,
            None => editor.waits_in_line(&mut chain, Waiting::Lane)?,
        }
        if !chain.facts.is_fresh(editor.now()) {
            // the facts that it is bound on are asked for meanwhile
            facts::ask(editor.draft, &mut chain)?;
        }
        Ok(CreatedIds::of(editor.put()?))
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        if let Some(id) = made.get::<WithdrawalId>() {
            needs.record(Withdrawal::key(book, id), Access::Read);
        }
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<WithdrawalRequested> {
        let withdrawal = WithdrawalView::seen(&self.book, made.expect()?, seen)?;
        Ok(WithdrawalRequested { withdrawal, balance: Balance::seen(&self.account(), seen)?, replayed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payee_is_an_address_that_somebody_may_have() {
        let right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        for text in [right.to_owned(), right.to_lowercase()] {
            assert_eq!(address_of("to", &text).ok().as_deref(), Some(right));
        }
        for (text, reason) in [
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "checksum"),
            ("0x0000000000000000000000000000000000000000", "zero"),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA", "malformed"),
            ("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "malformed"),
            ("vitalik.eth", "malformed"),
            ("", "malformed"),
        ] {
            let error = address_of("to", text).unwrap_err();
            assert_eq!(error.details()["reason"], reason, "{text}");
        }
    }
}
