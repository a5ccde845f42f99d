//! Amounts, keys, actors and refusals, by the rules of the core.

use earnest::currency::Currencies;
use earnest::env::{Clock, Env};
use earnest::error::later;
use earnest::escrow;
use earnest::for_cli::{readable, said};
use earnest::ids::ActorInput;
use earnest::jobs::parse;
use earnest::jobs::webhooks::{self, Headers, WebhookSecret};
use earnest::keyring::{Keyring, PublicKeys};
use earnest::money::Amount;
use earnest::receipt::{Trust, verify};
use earnest::request::json::to_json;
use earnest::request::record::from_json;
use earnest::request::strict::document;
use earnest::requests::RecoverAddress;
use earnest::signing::refusal::refusal as refusal_of;
use earnest::signing::tools;
use earnest::{Actor, Book, Code, Error, Key, OPERATIONS, Result, Time};
use serde_json::{Value, json};

use crate::{engine, money};

/// The longest JSON that is read without an engine.
const MOST_JSON: usize = 1 << 20;

/// Reads an actor: an id, or an object with `id` and `role`.
///
/// # Errors
/// `invalid_request` or `invalid_actor`, naming `actor`.
pub fn actor(json: &[u8]) -> Result<Actor> {
    let unreadable = |_| Error::invalid("actor", "must be an id, or an object with `id` and `role`");
    let given = serde_json::from_slice::<ActorInput>(json).map_err(unreadable);
    given.and_then(|given| given.resolve("actor"))
}

/// Refuses a book and an actor that a view of an engine could not have, whatever engine that is.
///
/// # Errors
/// `invalid_request`, naming `book` or `actor`.
pub fn check_view(book: Option<&str>, by: Option<&[u8]>) -> Result<()> {
    if let Some(name) = book {
        Book::request("book", name)?;
    }
    by.map_or(Ok(()), |by| actor(by).map(drop))
}

/// An amount that a program has, which the rules of the core read.
#[derive(Clone, Copy, Debug)]
pub struct GivenAmount<'a> {
    /// The field that a refusal names.
    pub field: &'a str,
    /// The amount in units of its currency.
    pub text: &'a str,
    /// The code of its currency.
    pub currency: &'a str,
    /// The decimal places of a currency that the language has registered.
    pub scale: Option<u8>,
}

/// An amount as the core writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenAmount {
    /// With all decimal places.
    pub text: String,
    /// How many these are.
    pub scale: u8,
}

/// Reads an amount by the rules of the core.
///
/// # Errors
/// `invalid_amount` or `invalid_currency`.
pub fn amount(given: GivenAmount<'_>) -> Result<WrittenAmount> {
    let known = match given.scale {
        None => money::known(),
        Some(scale) => {
            let mut known = Currencies::iso();
            known.register(given.currency, scale)?;
            known
        }
    };
    known.get("currency", given.currency)?;
    let wire = json!({ "amount": given.text, "currency": given.currency });
    let amount: Amount = serde_json::from_value(wire).map_err(|_| Error::invalid(given.field, "no"))?;
    let money = amount.resolve(given.field, &known)?;
    Ok(WrittenAmount { text: money.amount_string(), scale: money.currency().scale() })
}

/// The decimal places of a currency of ISO 4217, of one that was registered with this process, or of one of
/// a store that it has opened; of any other code, none.
#[must_use]
pub fn scale(code: &str) -> Option<u8> {
    money::known().known(code).map(|currency| currency.scale())
}

/// The key of a step of a larger work.
///
/// # Errors
/// `invalid_request` for a key that is none.
pub fn child_key(key: &str, step: &str) -> Result<String> {
    let key = Key::request("key", key)?;
    Ok(key.child(step).as_str().to_owned())
}

/// Refuses a text that is no key of a call.
///
/// # Errors
/// `invalid_request`, naming `key`.
pub fn check_key(key: &str) -> Result<()> {
    Key::request("key", key).map(drop)
}

/// Refuses a text that no kind of jobs is called.
///
/// # Errors
/// `invalid_request`, naming the field.
pub fn check_kind(field: &str, kind: &str) -> Result<()> {
    parse::kind(field, kind).map(drop)
}

/// A new keyring as text.
#[must_use]
pub fn keygen() -> String {
    Keyring::generate(&Env::default()).to_text().to_string()
}

/// The text of a keyring, and what opens it if it is sealed.
#[derive(Debug)]
pub struct KeyringText {
    /// The text.
    pub text: String,
    /// The key of the service, and the data key that it wrapped.
    pub sealed: Option<(String, Vec<u8>)>,
}

/// The text of a keyring, which a setting is or names.
///
/// # Errors
/// `invalid_request`, naming `keyring`.
pub fn read_keyring(setting: &str, may_name_file: bool) -> Result<KeyringText> {
    let text = match may_name_file {
        true => Keyring::text_of("keyring", setting)?.to_string(),
        false => setting.to_owned(),
    };
    let sealed = Keyring::wrapped_key("keyring", &text)?;
    Ok(KeyringText { text, sealed })
}

/// Seals a keyring under a data key of a key service.
///
/// # Errors
/// `invalid_request`, naming what is no keyring or no key.
pub fn seal_keyring(keyring: &str, by: &str, wrapped: &[u8], key: &[u8]) -> Result<String> {
    Keyring::request("keyring", keyring)?.seal(&Env::default(), by, wrapped, key)
}

/// Opens a sealed keyring with its data key.
///
/// # Errors
/// `invalid_request` or `decryption_failed`.
pub fn unseal_keyring(sealed: &str, key: &[u8]) -> Result<String> {
    let ring = Keyring::unseal("keyring", sealed, key)?;
    Ok(ring.to_text().to_string())
}

/// A refusal as JSON, from its code and details.
///
/// # Errors
/// `invalid_request` for an unknown code, and for details that it does not have.
pub fn refusal(code: &str, details: &[u8]) -> Result<Vec<u8>> {
    let details: Value = serde_json::from_slice(details).unwrap_or_default();
    let code = code.parse::<Code>()?;
    let wire = json!({ "code": code, "retry": code.retry(), "details": details });
    let made = serde_json::from_value::<Error>(wire);
    let made = made.map_err(|error| Error::invalid("details", said(&error.to_string())))?;
    Ok(serde_json::to_vec(&made).unwrap_or_default())
}

/// The message of a refusal that somebody else made, on one line, as those of this engine are.
#[must_use]
pub fn line(text: &str) -> String {
    readable::line(text).into_owned()
}

/// The text of a refusal for people; of one of a later version, what its kind says.
///
/// # Errors
/// `invalid_request` for what is no refusal.
pub fn to_user(error: &[u8], locale: &str) -> Result<String> {
    match read(error) {
        Ok(known) => Ok(known.to_user(locale)),
        Err(fault) => later::to_user(error).map(str::to_owned).ok_or(fault),
    }
}

/// The part of a locale that names the language of that text; none where it is English for want of another.
///
/// # Errors
/// `invalid_request` for what is no refusal.
pub fn language_of(error: &[u8], locale: &str) -> Result<Option<String>> {
    match read(error) {
        Ok(known) => Ok(known.language_of(locale).map(str::to_owned)),
        Err(fault) => later::to_user(error).map(|_| None).ok_or(fault),
    }
}

/// A refusal in a text of the host's own.
///
/// # Errors
/// `invalid_request` for what is no refusal.
pub fn render(error: &[u8], template: &str) -> Result<String> {
    match read(error) {
        Ok(known) => Ok(known.render(template)),
        Err(fault) => later::render(error, template).ok_or(fault),
    }
}

/// Whether a webhook is genuine, by one of these secrets and at this time; answers its id.
///
/// # Errors
/// `signature_invalid`; `invalid_request` naming `secrets` or `now`.
pub fn verify_webhook(
    body: &[u8],
    headers: &[(String, String)],
    secrets: &[String],
    now: Option<&str>,
) -> Result<String> {
    let secrets = secrets.iter().map(|text| WebhookSecret::parse("secrets", text));
    let secrets = secrets.collect::<Result<Vec<_>>>()?;
    let now = now.map_or_else(|| Ok(Clock::System.now()), |text| Time::request("now", text))?;
    let named: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    webhooks::verify_webhook(body, Headers::of(&named)?, &secrets, now).map(str::to_owned)
}

/// Whether a receipt is genuine by public keys, as `receipts.verify` answers, as JSON.
///
/// # Errors
/// `invalid_request` naming the member of `receipt` or `public_keys` that is malformed.
pub fn verify_receipt(receipt: &[u8], public_keys: &[u8]) -> Result<String> {
    let receipt = std::str::from_utf8(receipt).map_err(|_| Error::invalid("receipt", "must be JSON"))?;
    if receipt.len() > MOST_JSON {
        return Err(Error::invalid("receipt", format!("must be JSON of at most {MOST_JSON} bytes")));
    }
    let receipt = document("receipt", receipt)?;
    let keys = serde_json::from_value::<PublicKeys>(parsed("public_keys", public_keys)?);
    let keys = keys.map_err(|_| Error::invalid("public_keys", "must be what `public_keys` replied"))?;
    engine::json(&to_json(&verify(&receipt, &Trust::public(&keys)?)?)?)
}

/// Lists the actions open to an actor on a deal at a time, as `escrow.allowed_actions` answers, in JSON. The
/// deal is JSON of whichever version; without a time it is that of the system.
///
/// # Errors
/// `not_permitted`; `invalid_request` naming `deal`, `actor` or `at`.
pub fn allowed_actions(deal: &[u8], by: &[u8], at: Option<&str>) -> Result<String> {
    let now = at.map_or_else(|| Ok(Clock::System.now()), |text| Time::request("at", text))?;
    let actions = escrow::allowed_actions_of_json(parsed("deal", deal)?, &actor(by)?, now)?;
    engine::json(&to_json(&actions)?)
}

/// The table of everything that a deal can do, as JSON.
///
/// # Errors
/// None that a caller could cause.
pub fn transitions() -> Result<String> {
    engine::json(&escrow::table()?)
}

/// An address of an Ethereum-like chain, as it is written with its checksum.
///
/// # Errors
/// `invalid_request` naming `address`.
pub fn parse_address(text: &str) -> Result<String> {
    let wrong = |error: earnest_evm::Error| refusal_of(&error, "signing.recover", "");
    earnest_evm::address::parse(text).map(|address| earnest_evm::address::to_text(&address)).map_err(wrong)
}

/// The address that signed, as `signing.recover` answers for these arguments: a message, typed data or a
/// digest, and the signature.
///
/// # Errors
/// `invalid_request`, `signature_invalid`.
pub fn recover(args: Value) -> Result<String> {
    tools::recover(&from_json::<RecoverAddress>(args)?).map(|recovered| recovered.address)
}

/// JSON that was written elsewhere.
fn parsed(field: &str, text: &[u8]) -> Result<Value> {
    if text.len() > MOST_JSON {
        return Err(Error::invalid(field, format!("must be JSON of at most {MOST_JSON} bytes")));
    }
    serde_json::from_slice(text).map_err(|_| Error::invalid(field, "must be JSON"))
}

/// The names of all operations.
#[must_use]
pub fn operations() -> Vec<&'static str> {
    OPERATIONS.iter().map(|info| info.name).collect()
}

/// All codes.
#[must_use]
pub fn codes() -> Vec<&'static str> {
    Code::all().iter().map(|code| code.as_str()).collect()
}

/// Whether and how trying again can help with a code, as the table has it; of no code, nothing.
#[must_use]
pub fn retry(code: &str) -> Option<&'static str> {
    code.parse::<Code>().ok().map(|code| code.retry().as_str())
}

fn read(error: &[u8]) -> Result<Error> {
    serde_json::from_slice(error).map_err(|fault| Error::invalid("error", said(&fault.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_a_later_version_has_a_text_and_no_language() {
        let later = br#"{"code":"of_later","kind":"rejected","message":"alice","retry":"never",
            "details":{"left":3,"price":{"amount":"1.00","currency":"USD"},"of":null}}"#;
        assert_eq!(to_user(later, "ko").unwrap(), "This is not possible");
        assert_eq!(language_of(later, "ko").unwrap(), None);
        let rendered = render(later, "{left} for {price}[ of {of}][ at {left}]").unwrap();
        assert_eq!(rendered, "3 for 1.00 USD at 3");
        let short = br#"{"code":"rate_limited","message":"m","retry":"later","details":{"retry_after":7}}"#;
        assert!(to_user(short, "en").unwrap().contains("later"));
        for wrong in [b"{}".as_slice(), b"[]", b"7", b"{", br#"{"code":5}"#] {
            assert!(to_user(wrong, "en").is_err() && render(wrong, "x").is_err());
            assert!(language_of(wrong, "en").is_err());
        }
    }
}
