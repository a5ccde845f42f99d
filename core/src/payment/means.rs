//! The payer's means: a gateway's own handle of them, sealed until its call is settled, and never a card
//! number.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::gateway::Gateway;
use super::model::Payment;
use crate::error::{Error, Result};
use crate::gateway::driver_of;
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Halt;
use crate::kernel::snapshot::Snapshot;
use crate::request::record::Parse;
use crate::request::secret::{Secret, SecretMap};
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::RecordRow;
use crate::vault::model::{Subject, keys_of};
use crate::vault::put::opened;
use crate::vault::safe::{Safe, Whom};

/// So many digits may be those of a card.
const LONG_RUN: usize = 13;
/// The domain in the names of what is sealed for gateways.
const DOMAIN: &str = "payments";

/// Seals for one gateway: tokens of payers, and its own secrets; or for something else that has a name and
/// secrets of its own.
#[derive(Clone)]
pub(crate) struct Seal {
    safe: Safe,
    domain: &'static str,
    whom: Whom,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").field("whom", &self.whom.subject).finish_non_exhaustive()
    }
}

impl Seal {
    /// What seals for a gateway of a request.
    ///
    /// # Errors
    /// `key_not_found` without a keyring.
    pub(crate) fn parse(parse: &Parse<'_>, gateway: &str) -> Result<Self> {
        Ok(Self::for_gateway(Safe::parse(parse)?, gateway))
    }

    /// What seals for a gateway.
    #[must_use]
    pub(crate) fn for_gateway(safe: Safe, gateway: &str) -> Self {
        Self::within(DOMAIN, safe, gateway)
    }

    /// What seals for something of a domain, by its name.
    #[must_use]
    pub(crate) fn within(domain: &'static str, safe: Safe, name: &str) -> Self {
        let whom = safe.own(domain, name);
        Self { safe, whom, domain }
    }

    /// Names the rows that it seals with.
    pub(crate) fn needs(&self, needs: &mut Needs) {
        needs.record(keys_of(&self.safe.book), Access::Share);
        needs.record(self.whom.key.clone(), Access::Share);
    }

    /// Whether the rows that it opens with were read.
    #[must_use]
    pub(crate) fn is_read(&self, seen: &Snapshot) -> bool {
        seen.records.knows(&self.whom.key)
    }

    /// Seals a text under a name of something.
    ///
    /// # Errors
    /// `key_not_found`, `decryption_failed`.
    pub(crate) fn seal(
        &self,
        draft: &mut Draft<'_>,
        of: &str,
        name: &str,
        secret: &Secret,
    ) -> Result<String, Halt> {
        let opened = opened(draft, &self.safe, &self.whom)?;
        if opened.is_new {
            draft.put_record(opened.subject.into_row()?);
        }
        Ok(self.safe.seal_at(&opened.key, &self.safe.place(self.domain, of, name, 1), secret)?)
    }

    /// Opens what was sealed.
    ///
    /// # Errors
    /// `key_not_found`, `decryption_failed`.
    pub(crate) fn open(
        &self,
        seen: &Snapshot,
        of: &str,
        name: &str,
        sealed: &Arc<str>,
    ) -> Result<Option<Secret>, Halt> {
        let subject = Subject::of(seen.record(&self.whom.key)?)?;
        let key = self.safe.unwrap(&subject, &self.whom.subject)?;
        Ok(Safe::open_at(&key, &self.safe.place(self.domain, of, name, 1), Some(sealed)))
    }
}

/// The tokens that a request brings, by gateway; one without a gateway is for whichever is chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    any: Option<Secret>,
    by_gateway: Option<SecretMap>,
}

impl Tokens {
    /// The tokens of a request.
    ///
    /// # Errors
    /// `invalid_request` naming `token` or `tokens` for a card number, an empty token, or both of them.
    pub(crate) fn read(token: Option<&Secret>, tokens: Option<&SecretMap>) -> Result<Self> {
        if let Some(token) = token {
            handle("token", token)?;
        }
        for (gateway, token) in tokens.into_iter().flat_map(SecretMap::iter) {
            super::gateway::name("tokens", gateway)?;
            handle(&format!("tokens.{gateway}"), token)?;
        }
        if token.is_some() && tokens.is_some() {
            return Err(Error::invalid("tokens", "must be left out where `token` is given"));
        }
        Ok(Self { any: token.cloned(), by_gateway: tokens.filter(|tokens| !tokens.is_empty()).cloned() })
    }

    /// Whether there is none.
    #[must_use]
    pub(crate) const fn is_empty(&self) -> bool {
        self.any.is_none() && self.by_gateway.is_none()
    }

    /// The gateways that they are for; `None` if for any.
    #[must_use]
    pub(crate) fn gateways(&self) -> Option<Vec<&str>> {
        self.by_gateway.as_ref().map(|tokens| tokens.iter().map(|(gateway, _)| gateway).collect())
    }

    /// The token for a gateway.
    #[must_use]
    pub(crate) fn of(&self, gateway: &str) -> Option<&Secret> {
        self.by_gateway.as_ref().map_or(self.any.as_ref(), |tokens| tokens.get(gateway))
    }
}

/// The name of the text that has the sealed token for a gateway.
fn text_of(gateway: &str) -> String {
    format!("token.{gateway}")
}

/// Keeps a token for a gateway, sealed.
///
/// # Errors
/// As [`Seal::seal`].
pub(crate) fn keep(
    draft: &mut Draft<'_>,
    payment: &mut Payment,
    gateway: &str,
    token: &Secret,
    seal: &Seal,
) -> Result<(), Halt> {
    if let Some(row) = draft.record(&super::gateway::key(&payment.row.book, gateway))?
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

/// What a token that is good for one payment alone is found by.
fn agreement(gateway: &RecordRow, token: &Secret) -> Option<String> {
    let driver = driver_of(Gateway::of(gateway).ok()?.facts.driver)?;
    driver.agreed_once(token).map(|agreed| format!("token:{agreed}"))
}

/// Names the record of a token that is good for one payment alone.
pub(crate) fn needs_of_token(book: &Book, gateway: &str, token: &Secret, seen: &Snapshot, needs: &mut Needs) {
    let key = super::gateway::key(book, gateway);
    needs.incomplete |= !seen.records.knows(&key);
    if let Some(reference) = seen.records.row(&key).and_then(|row| agreement(row, token)) {
        needs.record(super::references::key(book, gateway, &reference), Access::Write);
    }
}

/// Whether a payment has a token for a gateway.
#[must_use]
pub(crate) fn has(payment: &Payment, gateway: &str) -> bool {
    payment.text(&text_of(gateway)).is_some()
}

/// Forgets all tokens of a payment: no call will need them.
pub(crate) fn forget(payment: &mut Payment) {
    payment.texts.retain(|name, _| !name.starts_with("token."));
}

/// The token of a payment for a gateway, opened.
///
/// # Errors
/// `key_not_found`; halts where its rows were not read.
pub(crate) fn shown(
    payment: &Payment,
    gateway: &str,
    safe: Safe,
    seen: &Snapshot,
) -> Result<Option<Secret>, Halt> {
    let Some(sealed) = payment.text(&text_of(gateway)) else { return Ok(None) };
    Seal::for_gateway(safe, gateway).open(seen, &payment.id().to_string(), gateway, sealed)
}

/// A handle of means of payment: not empty, and no card number.
fn handle(field: &str, token: &Secret) -> Result<()> {
    if token.is_empty() {
        return Err(Error::invalid(field, "must not be empty"));
    }
    no_card(field, token)
}

/// Refuses a text that is a card number.
///
/// # Errors
/// `invalid_request` naming the field, and nothing of the text.
pub(crate) fn no_card(field: &str, text: &str) -> Result<()> {
    if is_card_number(text) {
        return Err(Error::invalid(field, "must not be a card number"));
    }
    Ok(())
}

/// Refuses a value of metadata that is a card number, at any depth.
///
/// # Errors
/// `invalid_request` naming the member.
pub(crate) fn no_card_in(field: &str, object: Option<&Map<String, Value>>) -> Result<()> {
    object.into_iter().flatten().try_for_each(|(name, value)| no_card_at(&format!("{field}.{name}"), value))
}

fn no_card_at(field: &str, value: &Value) -> Result<()> {
    match value {
        Value::String(text) => no_card(field, text),
        Value::Number(number) => no_card(field, &number.to_string()),
        Value::Array(all) => all.iter().try_for_each(|value| no_card_at(field, value)),
        Value::Object(object) => {
            object.iter().try_for_each(|(name, value)| no_card_at(&format!("{field}.{name}"), value))
        }
        Value::Null | Value::Bool(_) => Ok(()),
    }
}

/// Whether a text is, spaces and hyphens apart, 13 to 19 digits that begin with 3 to 6 and pass the check of
/// ISO/IEC 7812-1, annex B (Luhn).
fn is_card_number(text: &str) -> bool {
    let mut digits = Vec::with_capacity(19);
    for character in text.chars().filter(|character| !matches!(character, ' ' | '-')) {
        match character.to_digit(10) {
            Some(digit) if digits.len() < 19 => digits.push(digit),
            _ => return false,
        }
    }
    let begins = digits.first().is_some_and(|first| (3..=6).contains(first));
    let sum: u32 = digits.iter().rev().enumerate().map(|(place, digit)| weigh(place, *digit)).sum();
    begins && digits.len() >= 13 && sum.is_multiple_of(10)
}

/// Every second digit from the right counts double, and its own digits are added.
const fn weigh(place: usize, digit: u32) -> u32 {
    match (place % 2, digit) {
        (0, _) => digit,
        (_, 0..=4) => digit * 2,
        _ => digit * 2 - 9,
    }
}

/// A text of a gateway's, with longer runs of digits masked: what gateways say is never refused for that.
#[must_use]
pub(crate) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().chain(std::iter::once('\0')) {
        if character.is_ascii_digit() || (!run.is_empty() && matches!(character, ' ' | '-')) {
            run.push(character);
            continue;
        }
        let digits = run.trim_end_matches([' ', '-']);
        // two that stand side by side are one run
        let is_long = digits.bytes().filter(u8::is_ascii_digit).count() >= LONG_RUN;
        out.push_str(if is_long { "(masked)" } else { digits });
        out.push_str(run.get(digits.len()..).unwrap_or_default());
        run.clear();
        if character != '\0' {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_known_however_they_are_written() {
        // test numbers that gateways publish
        for number in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "4242-4242-4242-4242",
            "378282246310005",
            "6011111111111117",
            "3530111333300000",
            "5555555555554444",
        ] {
            assert!(is_card_number(number), "{number}");
            assert_eq!(masked(&format!("card {number} refused")), "card (masked) refused");
        }
        for other in
            ["", "4242", "4242424242424241", "2222222222222", "tok_4242424242424242", "1234567890123"]
        {
            assert!(!is_card_number(other), "{other}");
        }
        assert_eq!(
            masked("tid 123456789012, twice 4242 4242 4242 4242 1234"),
            "tid 123456789012, twice (masked)"
        );
    }
}
