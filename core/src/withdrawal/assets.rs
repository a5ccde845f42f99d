//! Sets up assets: what a currency is on a chain, and the bounds of its withdrawals.

use uuid::Uuid;

use super::asset::{self, Asset, AssetFacts, AssetKind, AssetState, MAX_GAS};
use super::chain::Chain;
use super::facts;
use super::request::address_of;
use super::requests::SetAsset;
use super::views::{Asset as AssetView, AssetReply};
use crate::currency::{Currencies, Currency, other_decimals};
use crate::error::{Detail, Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::money::Amount;
use crate::request::note::Note;
use crate::request::parsed::take_over;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::shape::one_named;
use crate::request::texts::name_of;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::ListedBy;

/// The decimals of the coins of every chain of this family.
const COIN_DECIMALS: u32 = 18;

/// Makes or changes an asset.
#[derive(Clone, Debug)]
pub struct AssetSetting {
    book: Book,
    chain: String,
    currency: Currency,
    kind: AssetKind,
    /// With the checksum of EIP-55.
    token: Option<String>,
    decimals: u32,
    min: Option<i128>,
    max: Option<i128>,
    fee: Option<i128>,
    max_gas: Option<u32>,
    note: Note,
}

/// Returns the kind, and checks that the token fits it.
fn kind_of(request: &SetAsset) -> Result<AssetKind> {
    match (one_named::<AssetKind>("kind", &request.kind)?, &request.token) {
        (AssetKind::Native, Some(_)) => Err(Error::invalid("token", "goes with `erc20` alone")),
        (kind, _) => Ok(kind),
    }
}

fn token_of(request: &SetAsset) -> Result<Option<String>> {
    request.token.as_ref().map(|text| address_of("token", text)).transpose()
}

/// The currency. Only staff may declare an unknown one, because it stays even if the call fails.
fn currency_of(request: &SetAsset, parse: &Parse<'_>) -> Result<Currency> {
    let is_staff = parse.actor.is_admin() || parse.actor.is_system();
    match u8::try_from(request.decimals) {
        Ok(scale) if is_staff => parse.currencies.declare("currency", &request.currency, scale),
        _ => parse.currencies.get("currency", &request.currency),
    }
}

/// An amount of zero or more in the currency of the asset.
fn bound(
    field: &str,
    amount: Option<&Amount>,
    currency: Currency,
    currencies: &Currencies,
) -> Result<Option<i128>> {
    let Some(amount) = amount else { return Ok(None) };
    let money = amount.resolve(field, currencies)?;
    if money.currency() != currency {
        let (expected, actual) = (currency.code().to_owned(), money.currency().code().to_owned());
        return Err(Detail::CurrencyMismatch { field: field.to_owned(), expected, actual }.into());
    }
    if money.is_negative() {
        let (field, reason) = (field.to_owned(), "must not be below zero".to_owned());
        return Err(Detail::InvalidAmount { field, reason }.into());
    }
    Ok(Some(money.minor_units()))
}

impl WriteRequest for SetAsset {
    type Operation = AssetSetting;
    /// Resolves the bounds in the currency and decimals of the request itself, which may be the first to name
    /// that currency. The token is one address, in whichever case its letters are.
    fn settle_form(&mut self, currencies: &Currencies) -> Result<()> {
        if let Ok(Some(token)) = token_of(self) {
            self.token = Some(token);
        }
        let scale = u8::try_from(self.decimals).ok();
        let Some(own) = scale.and_then(|scale| Currency::new(&self.currency, scale)) else {
            return self.normalise(currencies);
        };
        for (field, amount) in [("min", &mut self.min), ("max", &mut self.max), ("fee", &mut self.fee)] {
            if let Some(amount) = amount {
                *amount = Amount::Money(amount.resolve_in(field, own, currencies)?);
            }
        }
        Ok(())
    }
    fn parse(&self, parse: &Parse<'_>) -> Result<AssetSetting> {
        let chain = name_of("chain", &self.chain)?;
        let (kind, token) = (kind_of(self)?, token_of(self)?);
        // checked before the currency is declared, so that a refused call declares none
        if kind == AssetKind::Native && self.decimals != COIN_DECIMALS {
            return Err(Error::invalid("decimals", format!("must be {COIN_DECIMALS} for coins of a chain")));
        }
        let currency = currency_of(self, parse)?;
        if self.decimals != u32::from(currency.scale()) {
            return Err(other_decimals(currency));
        }
        let bound = |field, amount| bound(field, amount, currency, parse.currencies);
        Ok(AssetSetting {
            book: parse.book.clone(),
            chain,
            currency,
            kind,
            token,
            decimals: self.decimals,
            min: bound("min", self.min.as_ref())?,
            max: bound("max", self.max.as_ref())?,
            fee: bound("fee", self.fee.as_ref())?,
            max_gas: self.max_gas,
            note: Note::parse(&self.common())?,
        })
    }
}

impl AssetSetting {
    fn begin(&self, draft: &Draft<'_>) -> Result<Asset> {
        if self.kind == AssetKind::Erc20 && self.token.is_none() {
            return Err(Error::invalid("token", "is needed by a new token"));
        }
        let facts = AssetFacts {
            chain: self.chain.clone(),
            currency: self.currency.code().to_owned(),
            kind: self.kind,
            token: self.token.clone(),
            decimals: self.decimals,
            min: None,
            max: None,
            fee: None,
            max_gas: MAX_GAS,
            reason: None,
            priced: None,
        };
        let listed_by = ListedBy {
            owner: Some(self.chain.as_str().into()),
            peer: Some(self.currency.code().into()),
            reference: None,
        };
        let key = Asset::key(&self.book, [&self.chain, self.currency.code()]);
        Asset::begin(key, listed_by, AssetState::Checking, facts, draft.ctx.time())
    }

    /// Applies the settings of the request; the others stay. A refused asset is checked again.
    fn apply(&self, asset: &mut Asset) -> Result<()> {
        let facts = &mut asset.facts;
        if facts.kind != self.kind {
            return Err(Error::invalid("kind", format!("is `{}` for ever", facts.kind)));
        }
        if self.token.is_some() && self.token != facts.token {
            let token = facts.token.as_deref().unwrap_or_default();
            return Err(Error::invalid("token", format!("is `{token}` for ever")));
        }
        if facts.decimals != self.decimals {
            return Err(Error::invalid("decimals", format!("are {} for ever", facts.decimals)));
        }
        take_over!(self => facts: min, max, fee, max_gas);
        if facts.min.zip(facts.max).is_some_and(|(min, max)| max < min) {
            let field = if self.max.is_some() { "max" } else { "min" };
            return Err(Error::invalid(field, "must let `max` be `min` or more"));
        }
        if asset.state == AssetState::Refused {
            (asset.state, asset.facts.reason) = (AssetState::Checking, None);
        }
        Ok(())
    }

    /// Refuses a token, or the coins, that another currency of the chain is already: what a wallet has would
    /// be promised twice, once in the name of each. A refused asset is in nobody's way.
    fn check_unique(&self, draft: &Draft<'_>, chain: &Chain, asset: &Asset) -> Decided<()> {
        for code in chain.facts.assets.iter().filter(|code| **code != self.currency.code()) {
            let other = Asset::known(draft, &self.book, [&self.chain, code])?;
            let same = other.facts.kind == asset.facts.kind && other.facts.token == asset.facts.token;
            if same && other.state != AssetState::Refused {
                let field = if asset.facts.token.is_some() { "token" } else { "kind" };
                return Err(Error::invalid(field, format!("is that of `{code}` on this chain")).into());
            }
        }
        Ok(())
    }
}

impl Operation for AssetSetting {
    type Reply = AssetReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs.record(Asset::key(&self.book, [&self.chain, self.currency.code()]), Access::Write);
        let chain = facts::needs_of_chain(&self.book, &self.chain, seen, needs);
        let known = chain.iter().flat_map(|chain| &chain.facts.assets);
        for other in known.filter(|code| **code != self.currency.code()) {
            needs.record(Asset::key(&self.book, [&self.chain, other]), Access::Read);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut chain = Chain::known(draft, &self.book, &self.chain)?;
        draft.permit(&[])?;
        let key = Asset::key(&self.book, [&self.chain, self.currency.code()]);
        let known = Asset::at(draft, &key)?;
        let object = format!("{}:{}", self.chain, self.currency.code());
        self.note.check_version(&object, known.as_ref().map_or(0, |asset| asset.row.version))?;
        let before = known.as_ref().map(|asset| (asset.facts.clone(), asset.state));
        let mut asset = known.map_or_else(|| self.begin(draft), Ok)?;
        let is_looked_at = before.as_ref().is_none_or(|(_, state)| *state == AssetState::Refused);
        self.apply(&mut asset)?;
        if is_looked_at {
            self.check_unique(draft, &chain, &asset)?;
        }
        if before == Some((asset.facts.clone(), asset.state)) {
            return Ok(CreatedIds::default());
        }
        if before.is_none_or(|(before, _)| before.fee != asset.facts.fee) {
            asset.facts.priced = Some(draft.ids.uuid());
        }
        asset::put(draft, &mut asset, "asset.set")?;
        let code = self.currency.code();
        if !chain.facts.assets.iter().any(|known| known == code) {
            chain.facts.assets.push(code.to_owned());
            facts::put(draft, &mut chain)?;
        }
        if asset.state == AssetState::Checking {
            facts::ask(draft, &mut chain)?;
        }
        Ok(CreatedIds::of::<Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<AssetReply> {
        let key = Asset::key(&self.book, [&self.chain, self.currency.code()]);
        let asset = AssetView::in_currency(&Asset::shown_at(seen, &key)?, self.currency)?;
        Ok(AssetReply { asset, replayed: replayed || made.is_empty() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_an_address_and_coins_have_none() {
        let token = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
        let request = |kind: &str, token: Option<&str>| {
            let mut request = SetAsset::new("local", "USDC", kind, 6_u32);
            request.token = token.map(ToOwned::to_owned);
            request
        };
        let read = |request: &SetAsset| kind_of(request).and_then(|_| token_of(request));
        for text in [token.to_owned(), token.to_lowercase()] {
            assert_eq!(read(&request("erc20", Some(&text))).unwrap().as_deref(), Some(token));
        }
        let zero = format!("0x{}", "0".repeat(40));
        for (kind, wrong, field) in [
            ("erc20", Some(zero.as_str()), "token"),
            ("erc20", Some("0x00"), "token"),
            ("erc20", Some("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB49"), "token"),
            ("native", Some(token), "token"),
            ("erc721", None, "kind"),
        ] {
            let error = read(&request(kind, wrong)).unwrap_err();
            assert_eq!(error.details()["field"], field, "{kind} {wrong:?}");
        }
    }
}
