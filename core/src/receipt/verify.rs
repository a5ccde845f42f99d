//! Checks whether a receipt is genuine. Pure: the receipt and keys go in, the answer comes out.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::model::{canonical, hash_of};
use crate::error::{Error, Result};
use crate::keyring::{Alg, Key, Keyring, PublicKeys};
use crate::receipt::views::{Receipt, Verification};
use crate::request::strict::document;

/// The keys that a verifier trusts.
#[derive(Clone, Debug)]
pub struct Trust {
    keys: Vec<Key>,
    /// Whether secrets are among them, so that an HMAC whose key is not here is a stranger's.
    secrets: bool,
}

impl Trust {
    /// The keys of the issuer.
    #[must_use]
    pub fn keyring(keyring: &Keyring) -> Self {
        Self { keys: keyring.receipts().to_vec(), secrets: true }
    }

    /// The public keys, as `receipts.public_keys` replied them to anybody.
    ///
    /// # Errors
    /// `invalid_request` naming `public_keys` and the key that is none.
    pub fn public(keys: &PublicKeys) -> Result<Self> {
        Ok(Self { keys: keys.keys("public_keys")?, secrets: false })
    }

    fn can_check(&self, alg: Alg) -> bool {
        alg == Alg::Ed25519 || self.secrets
    }
}

/// A signature as it was shown.
struct Shown<'r> {
    alg: &'r str,
    kid: &'r str,
    value: &'r str,
}

/// A receipt as it was shown.
struct Claim<'r> {
    payload: &'r Map<String, Value>,
    hash: &'r str,
    signatures: Vec<Shown<'r>>,
    /// The members next to these.
    beside: Vec<(&'r String, &'r Value)>,
}

fn malformed(member: &str, what: &str) -> Error {
    let field = if member.is_empty() { "receipt".to_owned() } else { format!("receipt.{member}") };
    Error::invalid(field, what)
}

fn text<'r>(object: &'r Map<String, Value>, name: &str, within: &str) -> Result<&'r str> {
    object
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| malformed(&format!("{within}{name}"), "must be given, as text"))
}

impl<'r> Claim<'r> {
    fn read(receipt: &'r Value) -> Result<Self> {
        let receipt =
            receipt.as_object().ok_or_else(|| malformed("", "must be a receipt, as `get` replied it"))?;
        let payload = receipt.get("payload").and_then(Value::as_object);
        let payload = payload.ok_or_else(|| malformed("payload", "must be given, as an object"))?;
        let list = receipt.get("signatures").and_then(Value::as_array);
        let list = list.ok_or_else(|| malformed("signatures", "must be given, as a list"))?;
        let mut signatures = Vec::with_capacity(list.len());
        for (place, shown) in list.iter().enumerate() {
            let at = format!("signatures[{place}]");
            let shown = shown.as_object().filter(|shown| shown.len() == 3);
            let shown = shown.ok_or_else(|| malformed(&at, "must have `alg`, `kid` and `value`"))?;
            let member = |name| text(shown, name, &format!("{at}."));
            signatures.push(Shown { alg: member("alg")?, kid: member("kid")?, value: member("value")? });
        }
        let own = ["payload", "signatures", "integrity_hash"];
        let beside = receipt.iter().filter(|(name, _)| !own.contains(&name.as_str())).collect();
        Ok(Self { payload, hash: text(receipt, "integrity_hash", "")?, signatures, beside })
    }
}

/// A receipt as it was given, or as its text says: a text is read here, once for every language, and a member
/// that it names twice is refused.
pub(super) fn read(given: &Value) -> Result<Cow<'_, Value>> {
    match given {
        Value::String(text) if is_document(text) => document("receipt", text).map(Cow::Owned),
        given => Ok(Cow::Borrowed(given)),
    }
}

/// Whether a text is a document, and not an id.
pub(super) fn is_document(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// The canonical form of a value, in which a number is written in one way.
fn form_of(value: &Value) -> Option<String> {
    serde_json_canonicalizer::to_string(value).ok()
}

fn verdict(reason: Option<&str>, valid: bool, shown: Option<&Shown<'_>>) -> Verification {
    Verification {
        valid,
        kid: shown.map(|shown| shown.kid.to_owned()),
        alg: shown.map(|shown| shown.alg.to_owned()),
        reason: reason.map(ToOwned::to_owned),
    }
}

/// Lower-case hexadecimal only: another spelling of the same bytes would be another receipt that passes.
fn signature_of(value: &str) -> Option<Vec<u8>> {
    let plain = !value.bytes().any(|byte| byte.is_ascii_uppercase());
    hex::decode(value).ok().filter(|_| plain)
}

/// Checks that nothing in a receipt was changed, and that every signature that these keys can check is right.
///
/// With public keys alone the HMAC is skipped; with a keyring both signatures must be right.
///
/// # Errors
/// `invalid_request` naming the member of `receipt` that is missing or of the wrong type, and `receipt` for a
/// text that is no JSON or names a member twice.
///
/// ```
/// use earnest::keyring::Keyring;
/// use earnest::receipt::{Trust, verify};
/// use earnest::requests::{Receipts, TopUp};
/// use earnest::{Engine, Options};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
/// let bank = Engine::open_with("memory:", Options::new().keyring(Keyring::for_tests())).await?;
/// bank.ledger().top_up(TopUp::new("alice", "100.00 USD").key("t-1")).await?;
/// let receipt = bank.receipts().list(Receipts::new()).await?.items.remove(0);
/// let mut shown = serde_json::to_value(&receipt).expect("JSON");
///
/// // whoever has the public keys can check it, far from any store
/// let trust = Trust::public(&Keyring::for_tests().public_keys())?;
/// assert!(verify(&shown, &trust)?.valid);
/// shown["payload"]["amount"]["amount"] = "900.00".into();
/// assert_eq!(verify(&shown, &trust)?.reason.as_deref(), Some("broken_integrity"));
/// # Ok(()) }
/// ```
pub fn verify(receipt: &Value, trust: &Trust) -> Result<Verification> {
    let receipt = read(receipt)?;
    let claim = Claim::read(&receipt)?;
    let message = canonical(claim.payload)?;
    // `2.0` is the number `2`, and languages do not agree on which of them they hand over
    let repeats = |(name, value): &(&String, &Value)| {
        claim.payload.get(*name).is_some_and(|other| other == *value || form_of(other) == form_of(value))
    };
    if hash_of(&message) != claim.hash || !claim.beside.iter().all(repeats) {
        return Ok(verdict(Some("broken_integrity"), false, None));
    }
    if claim.payload.get("type").and_then(Value::as_str) != Some("earnest.receipt") {
        return Ok(verdict(Some("broken_integrity"), false, None));
    }
    let Some(first) = claim.signatures.first() else { return Ok(verdict(Some("unsigned"), false, None)) };
    let mut decided: Option<(&Shown<'_>, &Key)> = None;
    for shown in &claim.signatures {
        match check(shown, message.as_bytes(), trust) {
            Ok(None) => {}
            // an Ed25519 signature proves more than an HMAC, which any of its holders could have made
            Ok(Some(key)) => {
                if decided.is_none_or(|(_, known)| known.alg() != Alg::Ed25519) {
                    decided = Some((shown, key));
                }
            }
            Err(reason) => return Ok(verdict(Some(reason), false, Some(shown))),
        }
    }
    Ok(match decided {
        Some((shown, key)) => verdict(key.is_old().then_some("old_key"), true, Some(shown)),
        None => verdict(Some("unknown_key"), false, Some(first)),
    })
}

impl Receipt {
    /// Checks this receipt with the keys that the caller trusts: pure, without a store.
    ///
    /// # Errors
    /// `corrupted` when it has no JSON form.
    pub fn verify(&self, trust: &Trust) -> Result<Verification> {
        let shown = serde_json::to_value(self).map_err(|_| Error::corrupted("a receipt has no JSON form"))?;
        verify(&shown, trust)
    }
}

/// The key that made a signature; `None` when it cannot be checked with these keys.
fn check<'t>(shown: &Shown<'_>, message: &[u8], trust: &'t Trust) -> Result<Option<&'t Key>, &'static str> {
    let alg = Alg::named(shown.alg).ok_or("wrong_algorithm")?;
    let Some(key) = trust.keys.iter().find(|key| key.kid() == shown.kid) else {
        return if trust.can_check(alg) { Err("unknown_key") } else { Ok(None) };
    };
    if key.alg() != alg {
        return Err("wrong_algorithm");
    }
    let bytes = signature_of(shown.value).ok_or("bad_signature")?;
    if key.verifies(message, &bytes) {
        return Ok(Some(key));
    }
    let another = trust.keys.iter().any(|other| other.alg() == alg && other.verifies(message, &bytes));
    Err(if another { "wrong_key" } else { "bad_signature" })
}
