//! The payer's means of payment: a token of the gateway, sealed until its call is settled, and never a card
//! number.

use super::gateway::Gateway;
use super::model::Payment;
use super::references::Reference;
use crate::error::{Error, Result};
use crate::gateway::driver_of;
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::Parse;
use crate::request::parsed::Meaning;
use crate::request::secret::{Secret, SecretMap};
use crate::request::texts::{name_of, no_card};
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::RecordRow;
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// The domain in the names of what is sealed for gateways.
const DOMAIN: &str = "payments";

/// The seal for the tokens of payers and the secrets of a gateway.
pub(crate) fn seal_of(safe: Safe, gateway: &str) -> Seal {
    Seal::within(DOMAIN, safe, gateway)
}

/// The tokens of a request, by gateway. A token without a gateway is for the one that is chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    any: Option<Secret>,
    by_gateway: Option<SecretMap>,
}

/// One token for any gateway.
impl Meaning<Secret> for Tokens {
    type Read = Self;
    fn read(_: &str, given: &Secret, _: &Parse<'_>) -> Result<Self> {
        Self::read(Some(given), None)
    }
}

impl Tokens {
    /// The tokens of a request.
    pub(crate) fn read(token: Option<&Secret>, tokens: Option<&SecretMap>) -> Result<Self> {
        if let Some(token) = token {
            handle("token", token)?;
        }
        for (gateway, token) in tokens.into_iter().flat_map(SecretMap::iter) {
            name_of("tokens", gateway)?;
            handle(&format!("tokens.{gateway}"), token)?;
        }
        if token.is_some() && tokens.is_some() {
            return Err(Error::invalid("tokens", "must be left out where `token` is given"));
        }
        Ok(Self { any: token.cloned(), by_gateway: tokens.filter(|tokens| !tokens.is_empty()).cloned() })
    }

    /// Whether there is none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.any.is_none() && self.by_gateway.is_none()
    }

    /// The gateways that have a token; `None` if one token is for any gateway.
    pub(crate) fn gateways(&self) -> Option<Vec<&str>> {
        self.by_gateway.as_ref().map(|tokens| tokens.iter().map(|(gateway, _)| gateway).collect())
    }

    /// The token for a gateway.
    pub(crate) fn of(&self, gateway: &str) -> Option<&Secret> {
        self.by_gateway.as_ref().map_or(self.any.as_ref(), |tokens| tokens.get(gateway))
    }
}

/// The name of the text that has the sealed token for a gateway.
fn text_of(gateway: &str) -> String {
    format!("token.{gateway}")
}

/// Keeps a token for a gateway, sealed.
pub(crate) fn keep(
    draft: &mut Draft<'_>,
    payment: &mut Payment,
    gateway: &str,
    token: &Secret,
    seal: &Seal,
) -> Decided<()> {
    if let Some(row) = draft.record(&Gateway::key(&payment.row.book, gateway))?
        && let Some(reference) = agreement(row, token)
    {
        let book = payment.row.book.clone();
        let claimed = super::references::claim(draft, &book, gateway, &reference, payment.id())?;
        if claimed.is_none() {
            return Err(Error::invalid("token", "belongs to another payment").into());
        }
    }
    let id = payment.id().to_string();
    let sealed = seal.seal(draft, &id, gateway, token)?;
    payment.texts.insert(text_of(gateway), Text::new(&sealed, draft.ids.salt()));
    Ok(())
}

/// The reference that finds a token which is good for one payment only; `None` for other tokens.
fn agreement(gateway: &RecordRow, token: &Secret) -> Option<String> {
    let driver = driver_of(Gateway::of(gateway).ok()?.facts.driver)?;
    driver.agreed_once(token).map(|agreed| format!("token:{agreed}"))
}

/// Names the record of a token that is good for one payment only.
pub(crate) fn needs_of_token(book: &Book, gateway: &str, token: &Secret, seen: &Snapshot, needs: &mut Needs) {
    let key = Gateway::key(book, gateway);
    needs.incomplete |= !seen.records.knows(&key);
    if let Some(reference) = seen.records.row(&key).and_then(|row| agreement(row, token)) {
        needs.record(Reference::key(book, [gateway, &reference]), Access::Write);
    }
}

/// Whether a payment has a token for a gateway.
pub(crate) fn has(payment: &Payment, gateway: &str) -> bool {
    payment.text(&text_of(gateway)).is_some()
}

/// Forgets all tokens of a payment: no call will need them.
pub(crate) fn forget(payment: &mut Payment) {
    payment.texts.retain(|name, _| !name.starts_with("token."));
}

/// The token of a payment for a gateway, opened.
pub(crate) fn shown(
    payment: &Payment,
    gateway: &str,
    safe: Safe,
    seen: &Snapshot,
) -> Decided<Option<Secret>> {
    let Some(sealed) = payment.text(&text_of(gateway)) else { return Ok(None) };
    seal_of(safe, gateway).open(seen, &payment.id().to_string(), gateway, sealed)
}

/// A handle of means of payment: not empty, and no card number.
fn handle(field: &str, token: &Secret) -> Result<()> {
    if token.is_empty() {
        return Err(Error::invalid(field, "must not be empty"));
    }
    no_card(field, token)
}
