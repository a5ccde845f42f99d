//! The record of a key: its address and its policy, which events show, and the sealed private key.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::error::{Detail, Error, Result};
use crate::ids::{Book, LaneId, SigningKeyId};
use crate::rows::body::Text;
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Stored, object};
use crate::time::Time;
use crate::vault::model::failed;
use crate::vault::safe::{Safe, Whom};
use crate::vault::seal::Place;

pub const KIND: &str = "signing_key";

text_enum! {
    /// The life of a key: there is one state, as no operation removes a key.
    pub enum State {
        /// It may sign.
        Active = "active",
    }

    /// The holder of the private key.
    pub enum Custody {
        /// The vault of the book.
        Vault = "vault",
        /// The host, or a service of its own: a key management service, a hardware module, a phone.
        Host = "host",
    }
}

/// A lane of withdrawals that a key signs for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLane {
    /// The number of the chain, as decimal text.
    pub chain_id: String,
    pub lane: LaneId,
}

/// A key. Its texts are `label`, `sealed`, `used` (what was signed in the last day, but not for its lanes, as
/// JSON) and `tag`, which only this installation makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFacts {
    /// The address, with the checksum of EIP-55.
    pub address: String,
    /// The holder of the private key.
    pub custody: Custody,
    /// The fields of its policy; without one it may sign everything.
    pub policy: Option<Value>,
    /// How many times something was signed with it.
    pub signed: u64,
    /// The lanes of withdrawals that it signs for: then it signs for nothing else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<KeyLane>,
}

/// A key, read from its record.
pub type KeyRecord = Stored<KeyFacts>;

object! { KeyFacts: KIND, State, SigningKeyId {
    fn not_found(id: SigningKeyId) -> Error {
        let hint = "there is no such key in this book".to_owned();
        Detail::KeyNotFound { key: id.to_string(), hint }.into()
    }
} }

/// The id of the key with an address: a book has one for each address, whoever brings it first.
pub fn id_of(book: &Book, address: &str) -> SigningKeyId {
    let mut hash = Sha256::new().chain_update(b"earnest signing key\0");
    for part in [book.as_str(), address] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    SigningKeyId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The subject of the vault whose data key seals a private key.
pub fn owner(safe: &Safe, id: SigningKeyId) -> Whom {
    safe.own("signing", &id.to_string())
}

/// Where a private key belongs: it opens for its own address alone.
pub fn place<'p>(safe: &'p Safe, owner: &'p Whom, address: &'p str) -> Place<'p> {
    safe.place(KIND, &owner.subject, address, 1)
}

/// A key that begins.
pub fn begin(key: RecordKey, address: &str, custody: Custody, at: Time) -> Result<KeyRecord> {
    let facts = KeyFacts { address: address.to_owned(), custody, policy: None, signed: 0, lanes: Vec::new() };
    let listed_by = ListedBy { reference: Some(address.into()), ..ListedBy::default() };
    Stored::begin(key, listed_by, State::Active, facts, at)
}

/// Vouches for the policy of a key and what it has signed, as they are now: who writes to the database alone
/// cannot lift a limit, nor empty that day. The day of its lanes (`lane_day`) has no such hash.
pub fn vouch(safe: &Safe, key: &mut KeyRecord, salt: [u8; 16]) {
    let tag = hex::encode(tag(safe, key));
    key.texts.insert("tag".to_owned(), Text::new(&tag, salt));
}

/// Whether policy and day are those that [`vouch`] saw.
pub fn vouched(safe: &Safe, key: &KeyRecord) -> Result<()> {
    let known = key.text("tag").and_then(|tag| hex::decode(tag.as_bytes()).ok()).unwrap_or_default();
    let same = bool::from(tag(safe, key).as_slice().ct_eq(&known));
    if same { Ok(()) } else { Err(failed(KIND, key.row.id)) }
}

fn tag(safe: &Safe, key: &KeyRecord) -> [u8; 32] {
    let (id, version) = (key.id().to_string(), key.row.version.to_string());
    let policy = key.facts.policy.as_ref().map(ToString::to_string).unwrap_or_default();
    let used = key.text("used").map(ToString::to_string).unwrap_or_default();
    let mut parts =
        vec![id.as_str(), version.as_str(), key.facts.custody.as_str(), policy.as_str(), used.as_str()];
    let lanes: Vec<String> = key.facts.lanes.iter().map(|lane| lane.lane.to_string()).collect();
    parts.extend(lanes.iter().map(String::as_str));
    safe.keyed(KIND, &parts)
}

/// Refuses a key that signs for a lane alone: a permit that it signs would empty the wallet as well.
pub fn free(key: &KeyRecord) -> Result<()> {
    if key.facts.lanes.is_empty() {
        return Ok(());
    }
    Err(Error::not_permitted("the key has a lane of withdrawals, and signs for it alone"))
}
