//! Signs. A request is judged and counted in one commit, and signed after it, outside every group.

use earnest_evm::{B256, Key, Policy, Signature, Transaction, TypedData};
use serde_json::{Value, json};

use super::stages::Staged;
use super::visit::Visit;
use crate::engine::Engine;
use crate::engine::runner::Runner as _;
use crate::error::{Code, Error, Result};
use crate::ids::{Actor, SigningKeyId};
use crate::request::note::Note;
use crate::request::record::Request;
use crate::request::secret::Secret;
use crate::settings::policies::SIGNS;
use crate::signing::create::sealable;
use crate::signing::keep::{Keep, label};
use crate::signing::model::{Custody, KIND};
use crate::signing::policy::SetPolicy;
use crate::signing::refusal::refusal;
use crate::signing::requests::{
    ImportKey, PrepareSignature, SetKeyPolicy, SignMessage, SignTransaction, SignTypedData,
};
use crate::signing::sign::{AllowedSignature, Sign};
use crate::signing::sign_request::Asked;
use crate::signing::tools::{Ways, asked, message, signed};
use crate::signing::views::{DigestSigned, KeyKept, KeyPolicySet, SignaturePrepared, TransactionSigned};
use crate::vault::safe::Safe;

/// The effect of operations on keys themselves.
const KEYS: &str = "signing.key";

/// A key, with the caller.
struct KeyEntry {
    visit: Visit,
    key: String,
    safe: Safe,
    /// The version of the key that the caller expects.
    note: Note,
}

/// `signing.import_key`.
pub async fn import_key(engine: &Engine, actor: &Actor, request: &ImportKey) -> Result<KeyKept> {
    let entry = KeyEntry::of(Visit::new(engine, actor, "signing.import_key"), "", request)?;
    let label = label(request.label.as_ref())?;
    let source = match Given::of(request)? {
        Given::Key(source) => source,
        Given::Address(address) => {
            let wrong = |_| {
                Error::invalid(
                    "address",
                    "must be `0x` and 40 hex digits, in letters of one case or with checksum",
                )
            };
            let address = earnest_evm::address::parse(&address).map_err(wrong)?;
            let address = earnest_evm::address::to_text(&address);
            return entry.visit.judged(Keep::of_host(entry.safe.clone(), address, label), KEYS).await;
        }
    };
    // opening a keystore is slow by design: a few at once, on the hashing threads
    let place = engine.hashing().enter().await?;
    let work = move || {
        let key = source.key();
        // the place is kept until the work has ended, even if the caller stops waiting
        drop(place);
        key
    };
    let key = engine.hashing().run(work).await?;
    let key = key.map_err(|error| entry.wrong(&error))?;
    let (address, secret) = sealable(&key);
    entry.visit.judged(Keep::imported(entry.safe.clone(), address, secret, label), KEYS).await
}

/// The import: a key, or the address of a key that stays with the host.
enum Given {
    Key(KeyText),
    Address(String),
}

/// Where a key comes from.
enum KeyText {
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
            (Some(key), None, None, None) => Ok(Self::Key(KeyText::Plain(key.clone()))),
            (None, Some(keystore), None, None) => {
                let password = request.password.clone().ok_or_else(|| needed("password", "keystore"))?;
                Ok(Self::Key(KeyText::Keystore(keystore.clone(), password)))
            }
            (None, None, None, Some(address)) => Ok(Self::Address(address.clone())),
            (None, None, Some(words), None) => {
                let path = request.path.clone().ok_or_else(|| needed("path", "mnemonic"))?;
                let passphrase = request.passphrase.clone().unwrap_or_else(|| "".into());
                Ok(Self::Key(KeyText::Mnemonic(words.clone(), passphrase, path)))
            }
            _ => {
                let what = "or `keystore`, `mnemonic` or `address` must be given, and just one of them";
                Err(Error::invalid("private_key", what))
            }
        }
    }
}

impl KeyText {
    fn key(&self) -> Result<Key, earnest_evm::Error> {
        match self {
            Self::Plain(key) => Key::from_hex(key),
            Self::Keystore(keystore, password) => Key::from_keystore(keystore, password),
            Self::Mnemonic(words, passphrase, path) => Key::from_mnemonic(words, passphrase, path),
        }
    }
}

/// The fields of a policy's request that are not part of the policy.
const NO_POLICY: [&str; 8] =
    ["key", "actor", "reference", "metadata", "context", "risk_score", "expected_version", "proofs"];

/// `signing.set_key_policy`.
pub async fn set_key_policy(engine: &Engine, actor: &Actor, request: &SetKeyPolicy) -> Result<KeyPolicySet> {
    let entry = KeyEntry::of(Visit::new(engine, actor, "signing.set_key_policy"), &request.key, request)?;
    let id = SigningKeyId::request("key", &request.key)?;
    let mut policy = json_of(request)?;
    if let Some(fields) = policy.as_object_mut() {
        NO_POLICY.iter().for_each(|field| drop(fields.remove(*field)));
    }
    let policy = Policy::from_json(&policy).map_err(|error| entry.wrong(&error))?;
    let set = SetPolicy::new(entry.safe.clone(), id, &policy, entry.note.clone());
    entry.visit.judged(set, KEYS).await
}

/// `signing.sign_transaction`.
pub async fn sign_transaction(
    engine: &Engine,
    actor: &Actor,
    request: &SignTransaction,
) -> Result<TransactionSigned> {
    let entry = KeyEntry::of(Visit::new(engine, actor, "signing.sign_transaction"), &request.key, request)?;
    let tx = Transaction::from_json(&json_of(&request.tx)?).map_err(|error| entry.wrong(&error))?;
    let asked = Asked::Transaction(tx.clone());
    let transaction = Signs { entry, asked, sign: Box::new(move |key| tx.sign(key)) }.done().await?;
    signed(transaction.to_json())
}

/// `signing.sign_message`.
pub async fn sign_message(engine: &Engine, actor: &Actor, request: &SignMessage) -> Result<DigestSigned> {
    let entry = KeyEntry::of(Visit::new(engine, actor, "signing.sign_message"), &request.key, request)?;
    let message = message(request.message.as_deref(), request.message_hex.as_deref());
    let message = message.map_err(|error| entry.wrong(&error))?;
    let (asked, digest) = (Asked::Message(message.clone()), message.digest());
    let signature = Signs { entry, asked, sign: Box::new(move |key| message.sign(key)) }.done().await?;
    Ok(shown(&signature, digest))
}

/// `signing.sign_typed_data`.
pub async fn sign_typed_data(
    engine: &Engine,
    actor: &Actor,
    request: &SignTypedData,
) -> Result<DigestSigned> {
    let entry = KeyEntry::of(Visit::new(engine, actor, "signing.sign_typed_data"), &request.key, request)?;
    let data = TypedData::from_json(&Value::Object(request.typed_data.clone()));
    let data = data.map_err(|error| entry.wrong(&error))?;
    let (asked, digest) = (Asked::TypedData(data.clone()), data.digest());
    let signature = Signs { entry, asked, sign: Box::new(move |key| data.sign(key)) }.done().await?;
    Ok(shown(&signature, digest))
}

/// `signing.prepare`.
pub async fn prepare(
    engine: &Engine,
    actor: &Actor,
    request: &PrepareSignature,
) -> Result<SignaturePrepared> {
    let entry = KeyEntry::of(Visit::new(engine, actor, "signing.prepare"), &request.key, request)?;
    let ways = Ways {
        tx: request.tx.as_ref(),
        message: request.message.as_deref(),
        message_hex: request.message_hex.as_deref(),
        typed_data: request.typed_data.as_ref(),
    };
    let asked = asked(ways, entry.visit.name, &request.key)?;
    let digest = asked.digest().map_err(|error| entry.wrong(&error))?;
    let allowed = entry.allowed(asked, Custody::Host).await?;
    Ok(SignaturePrepared { digest: digest.to_string(), from: allowed.address, replayed: false })
}

impl KeyEntry {
    fn of<R: Request>(visit: Visit, key: &str, request: &R) -> Result<Self> {
        let (scope, common) = (visit.engine.scope(), request.common());
        let safe = Safe::of(scope.keyring.as_ref(), &scope.env, visit.engine.book_name())?;
        let visit = visit.saying(&common, json!({ "key": key }))?.resting_on(&safe);
        let note = Note::parse(&common)?;
        Ok(Self { visit: visit.proving(request)?, key: key.to_owned(), safe, note })
    }

    fn wrong(&self, error: &earnest_evm::Error) -> Error {
        refusal(error, self.visit.name, &self.key)
    }

    /// Judges and counts the request by the key's policy. Refusals leave an event: those of permission by
    /// themselves, those of limits by this.
    async fn allowed(&self, asked: Asked, custody: Custody) -> Result<AllowedSignature> {
        let id = SigningKeyId::request("key", &self.key)?;
        let sign = Sign::new(self.safe.clone(), id, asked, self.visit.name, custody);
        let allowed = self.visit.judged(sign.expecting(self.note.clone()), SIGNS).await;
        match allowed {
            Err(error) if error.code() == Code::LimitExceeded => Err(self.visit.refused(error).await),
            allowed => allowed,
        }
    }
}

/// Signs with a key.
type SignsWith<R> = Box<dyn Fn(&Key) -> Result<R, earnest_evm::Error> + Send + Sync>;

/// The signing of something with a key of the vault.
struct Signs<R> {
    entry: KeyEntry,
    asked: Asked,
    sign: SignsWith<R>,
}

impl<R: Send> Staged for Signs<R> {
    type Claimed = AllowedSignature;
    type Worked = R;
    type Reply = R;

    /// Judges and counts the request.
    async fn claim(&self) -> Result<AllowedSignature> {
        self.entry.allowed(self.asked.clone(), Custody::Vault).await
    }

    async fn outside(&self, allowed: &AllowedSignature) -> Result<R> {
        let id = SigningKeyId::request("key", &self.entry.key)?;
        let broken = || crate::vault::model::failed(KIND, id.uuid());
        let secret = allowed.secret.as_ref().ok_or_else(broken)?;
        let key = Key::from_hex(secret).map_err(|_| broken())?;
        (self.sign)(&key).map_err(|error| self.entry.wrong(&error))
    }

    /// The claim has counted it, so nothing is left to write.
    async fn settle(&self, _: AllowedSignature, signed: R) -> Result<R> {
        Ok(signed)
    }
}

/// The reply with a signature, which was verified when it was made.
fn shown(signature: &Signature, digest: B256) -> DigestSigned {
    let signature = format!("0x{}", hex::encode(signature.to_bytes()));
    DigestSigned { signature, digest: digest.to_string(), replayed: false }
}

fn json_of(request: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(request).map_err(|_| Error::corrupted("a request has no JSON form"))
}
