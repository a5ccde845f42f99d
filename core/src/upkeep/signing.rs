//! Signs: what is asked for is judged and counted in one commit, and signed after it, where it stops nobody.

use std::sync::Arc;

use earnest_evm::{B256, Key, Policy, Signature, Transaction, TypedData};
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::engine::internal::internal_traced;
use crate::engine::runner::Runner as _;
use crate::error::{Code, Detail, Error, Result};
use crate::ids::{Actor, SigningKeyId};
use crate::kernel::call::Refused;
use crate::kernel::gate::Passage;
use crate::kernel::operation::Operation;
use crate::request::erased::hash_of_effect;
use crate::request::note::Note;
use crate::request::record::{Common, Request};
use crate::request::secret::Secret;
use crate::rows::traced::Traced;
use crate::settings::policies::SIGNS;
use crate::signing::asked::Asked;
use crate::signing::create::sealable;
use crate::signing::keep::{Keep, label};
use crate::signing::model::{Custody, KIND};
use crate::signing::policy::SetPolicy;
use crate::signing::refusal::refusal;
use crate::signing::requests::{
    ImportKey, PrepareSignature, SetKeyPolicy, SignMessage, SignTransaction, SignTypedData,
};
use crate::signing::sign::{AllowedSignature, Sign};
use crate::signing::tools::{Ways, asked, message, signed};
use crate::signing::views::{DigestSigned, KeyKept, KeyPolicySet, SignaturePrepared, TransactionSigned};
use crate::vault::safe::Safe;

/// The effect of operations on keys themselves.
const KEYS: &str = "signing.key";

/// Somebody at a key.
struct Visit {
    engine: Engine,
    actor: Actor,
    name: &'static str,
    key: String,
    safe: Safe,
    trace: Option<Arc<Traced>>,
    /// What the host's own model thinks of the risk.
    score: u8,
    /// The request as gates see it: which key, and what the caller keeps with the call.
    asked: Value,
    /// The version of the key that the caller expects.
    note: Note,
    /// What the caller proves.
    proofs: Option<Arc<[String]>>,
    /// The hash of the request, where proofs may be bound to it.
    request: Option<Arc<[u8]>>,
}

/// `signing.import_key`.
///
/// # Errors
/// `invalid_request` unless there is just one way of four, and for what is no key; `password_invalid` for a
/// keystore that does not open; `overloaded`; `key_not_found` without a keyring.
pub async fn import_key(engine: &Engine, actor: &Actor, request: &ImportKey) -> Result<KeyKept> {
    let visit = Visit::of(engine, (actor, "signing.import_key"), "", &request.common())?.proving(request)?;
    let label = label(request.label.as_ref())?;
    let source = match Given::of(request)? {
        Given::Key(source) => source,
        Given::Address(address) => {
            let wrong =
                |_| Error::invalid("address", "must be `0x` and 40 hex digits, lower-case or with checksum");
            let address = earnest_evm::address::parse(&address).map_err(wrong)?;
            let address = earnest_evm::address::to_text(&address);
            return visit.judged(Keep::of_host(visit.safe.clone(), address, label), KEYS).await;
        }
    };
    // opening a keystore is made to take long: a few at once, and away from everything else
    let place = engine.hashing().enter().await?;
    let work = move || {
        let key = source.key();
        // whoever goes away while it waits or works leaves no room for others before it has ended
        drop(place);
        key
    };
    let key = engine.hashing().run(work).await?;
    let key = key.map_err(|error| visit.wrong(&error))?;
    visit.judged(Keep::imported(visit.safe.clone(), sealable(&key), label), KEYS).await
}

/// What is taken over: a key, or the address of one that stays with the host.
enum Given {
    Key(Source),
    Address(String),
}

/// Where a key comes from.
enum Source {
    Plain(Secret),
    Keystore(Value, Secret),
    Mnemonic(Secret, Secret, String),
}

impl Given {
    fn of(request: &ImportKey) -> Result<Self> {
        let needed = |field: &str, of: &str| Error::invalid(field, format!("is needed with `{of}`"));
        let stranger = |field: &str, of: &str| Error::invalid(field, format!("goes with `{of}` alone"));
        if request.keystore.is_none() && request.password.is_some() {
            return Err(stranger("password", "keystore"));
        }
        if request.mnemonic.is_none() && (request.passphrase.is_some() || request.path.is_some()) {
            let field = if request.path.is_some() { "path" } else { "passphrase" };
            return Err(stranger(field, "mnemonic"));
        }
        match (&request.private_key, &request.keystore, &request.mnemonic, &request.address) {
            (Some(key), None, None, None) => Ok(Self::Key(Source::Plain(key.clone()))),
            (None, Some(keystore), None, None) => {
                let password = request.password.clone().ok_or_else(|| needed("password", "keystore"))?;
                Ok(Self::Key(Source::Keystore(keystore.clone(), password)))
            }
            (None, None, None, Some(address)) => Ok(Self::Address(address.clone())),
            (None, None, Some(words), None) => {
                let path = request.path.clone().ok_or_else(|| needed("path", "mnemonic"))?;
                let passphrase = request.passphrase.clone().unwrap_or_else(|| "".into());
                Ok(Self::Key(Source::Mnemonic(words.clone(), passphrase, path)))
            }
            _ => {
                let what = "or `keystore`, `mnemonic` or `address` must be given, and just one of them";
                Err(Error::invalid("private_key", what))
            }
        }
    }
}

impl Source {
    fn key(&self) -> Result<Key, earnest_evm::Error> {
        match self {
            Self::Plain(key) => Key::from_hex(key),
            Self::Keystore(keystore, password) => Key::from_keystore(keystore, password),
            Self::Mnemonic(words, passphrase, path) => Key::from_mnemonic(words, passphrase, path),
        }
    }
}

/// The fields of a request for a policy that are no part of the policy.
const NO_POLICY: [&str; 8] =
    ["key", "actor", "reference", "metadata", "context", "risk_score", "expected_version", "proofs"];

/// `signing.set_key_policy`.
///
/// # Errors
/// `invalid_request` that names the field; `key_not_found`.
pub async fn set_key_policy(engine: &Engine, actor: &Actor, request: &SetKeyPolicy) -> Result<KeyPolicySet> {
    let name = "signing.set_key_policy";
    let visit = Visit::of(engine, (actor, name), &request.key, &request.common())?.proving(request)?;
    let id = SigningKeyId::request("key", &request.key)?;
    let mut policy = json_of(request)?;
    if let Some(fields) = policy.as_object_mut() {
        NO_POLICY.iter().for_each(|field| drop(fields.remove(*field)));
    }
    let policy = Policy::from_json(&policy).map_err(|error| visit.wrong(&error))?;
    visit.judged(SetPolicy::new(visit.safe.clone(), id, &policy, visit.note.clone()), KEYS).await
}

/// `signing.sign_transaction`.
///
/// # Errors
/// `invalid_request` that names the field; `not_permitted`, `limit_exceeded` by the key's policy;
/// `key_not_found`; `decryption_failed`.
pub async fn sign_transaction(
    engine: &Engine,
    actor: &Actor,
    request: &SignTransaction,
) -> Result<TransactionSigned> {
    let name = "signing.sign_transaction";
    let visit = Visit::of(engine, (actor, name), &request.key, &request.common())?.proving(request)?;
    let tx = Transaction::from_json(&json_of(&request.tx)?).map_err(|error| visit.wrong(&error))?;
    let key = visit.key_for(Asked::Transaction(tx.clone())).await?;
    let transaction = tx.sign(&key).map_err(|error| visit.wrong(&error))?;
    signed(transaction.to_json())
}

/// `signing.sign_message`.
///
/// # Errors
/// As [`sign_transaction`].
pub async fn sign_message(engine: &Engine, actor: &Actor, request: &SignMessage) -> Result<DigestSigned> {
    let name = "signing.sign_message";
    let visit = Visit::of(engine, (actor, name), &request.key, &request.common())?.proving(request)?;
    let message = message(request.message.as_deref(), request.message_hex.as_deref());
    let message = message.map_err(|error| visit.wrong(&error))?;
    let key = visit.key_for(Asked::Message(message.clone())).await?;
    let signature = message.sign(&key).map_err(|error| visit.wrong(&error))?;
    Ok(shown(&signature, message.digest()))
}

/// `signing.sign_typed_data`.
///
/// # Errors
/// As [`sign_transaction`].
pub async fn sign_typed_data(
    engine: &Engine,
    actor: &Actor,
    request: &SignTypedData,
) -> Result<DigestSigned> {
    let name = "signing.sign_typed_data";
    let visit = Visit::of(engine, (actor, name), &request.key, &request.common())?.proving(request)?;
    let data = TypedData::from_json(&Value::Object(request.typed_data.clone()));
    let data = data.map_err(|error| visit.wrong(&error))?;
    let key = visit.key_for(Asked::TypedData(data.clone())).await?;
    let signature = data.sign(&key).map_err(|error| visit.wrong(&error))?;
    Ok(shown(&signature, data.digest()))
}

/// `signing.prepare`.
///
/// # Errors
/// As [`sign_transaction`]; `not_supported` for a key whose private key is in the vault.
pub async fn prepare(
    engine: &Engine,
    actor: &Actor,
    request: &PrepareSignature,
) -> Result<SignaturePrepared> {
    let name = "signing.prepare";
    let visit = Visit::of(engine, (actor, name), &request.key, &request.common())?.proving(request)?;
    let ways = Ways {
        tx: request.tx.as_ref(),
        message: request.message.as_deref(),
        message_hex: request.message_hex.as_deref(),
        typed_data: request.typed_data.as_ref(),
    };
    let asked = asked(ways, (name, &request.key))?;
    let digest = asked.digest().map_err(|error| visit.wrong(&error))?;
    let allowed = visit.allowed(asked, Custody::Host).await?;
    Ok(SignaturePrepared { digest: digest.to_string(), from: allowed.address, replayed: false })
}

impl Visit {
    fn of(
        engine: &Engine,
        (actor, name): (&Actor, &'static str),
        key: &str,
        common: &Common<'_>,
    ) -> Result<Self> {
        let scope = engine.scope();
        let safe = Safe::of(scope.keyring.as_ref(), &scope.env, engine.book_name())?;
        let trace = common.context.map_or(Ok(None), |context| context.for_events(scope.env.seed().salt()))?;
        Ok(Self {
            engine: engine.clone(),
            actor: actor.clone(),
            name,
            key: key.to_owned(),
            safe,
            trace,
            score: common.score(),
            asked: common.asked(json!({ "key": key })),
            note: Note::parse(common)?,
            proofs: common.proven(&scope),
            request: None,
        })
    }

    /// With the hash that proofs may be bound to.
    fn proving<R: Request>(mut self, request: &R) -> Result<Self> {
        if self.proofs.is_some() {
            self.request = Some(hash_of_effect(&self.engine.scope(), request)?);
        }
        Ok(self)
    }

    fn wrong(&self, error: &earnest_evm::Error) -> Error {
        refusal(error, self.name, &self.key)
    }

    async fn run<O: Operation>(&self, operation: O) -> Result<O::Reply> {
        self.made(operation, None).await
    }

    /// Makes a call of which policies may ask factors.
    async fn judged<O: Operation>(&self, operation: O, effect: &'static str) -> Result<O::Reply> {
        let asked = self.asked.to_string();
        let passage = Passage::whole(effect, self.engine.scope().gates, Box::new(move || Ok(asked.clone())));
        self.made(operation, Some(Passage { score: self.score, ..passage })).await
    }

    /// Makes a call, with the gates that it has to pass.
    async fn made<O: Operation>(&self, operation: O, passage: Option<Passage>) -> Result<O::Reply> {
        let book = self.engine.book_name().clone();
        let caller = (self.actor.clone(), self.trace.clone());
        let (call, told) = internal_traced(&self.engine, &book, caller, self.name, operation);
        let call = call.asking(self.request.clone().unwrap_or_default()).proving(self.proofs.clone());
        let call = call.resting_on(Some(self.safe.rests_on()));
        self.engine.queue(Box::new(call.gated(passage)))?;
        told.await.map_err(|_| Error::from(Detail::OutcomeUnknown { key: None }))?
    }

    /// The key, once what is asked of it was allowed and counted.
    async fn key_for(&self, asked: Asked) -> Result<Key> {
        let allowed = self.allowed(asked, Custody::Vault).await?;
        let id = SigningKeyId::request("key", &self.key)?;
        let broken = || crate::vault::model::failed(KIND, id.uuid());
        Key::from_hex(&allowed.secret.ok_or_else(broken)?).map_err(|_| broken())
    }

    /// Whether it is allowed. What the key's policy refuses stands in the log: refusals of permission by
    /// themselves, and those of limits by this.
    async fn allowed(&self, asked: Asked, custody: Custody) -> Result<AllowedSignature> {
        let id = SigningKeyId::request("key", &self.key)?;
        let sign = Sign::new(self.safe.clone(), id, asked, (self.name, custody)).expecting(self.note.clone());
        match self.judged(sign, SIGNS).await {
            Ok(allowed) => Ok(allowed),
            Err(error) => Err(self.noted(error).await),
        }
    }

    async fn noted(&self, error: Error) -> Error {
        if error.code() != Code::LimitExceeded {
            return error;
        }
        let noted = self.run(Refused { operation: self.name, code: error.code() }).await;
        noted.err().unwrap_or(error)
    }
}

/// A signature, which was seen to hold when it was made.
fn shown(signature: &Signature, digest: B256) -> DigestSigned {
    let signature = format!("0x{}", hex::encode(signature.to_bytes()));
    DigestSigned { signature, digest: digest.to_string(), replayed: false }
}

fn json_of(request: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(request).map_err(|_| Error::corrupted("a request has no JSON form"))
}
