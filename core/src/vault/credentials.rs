//! The records of credentials: they go with their subject when it is forgotten.
//!
//! Their facts are published in events, so they have counts and shapes only; hashes, sealed secrets, known
//! devices and proofs are texts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::State;
use crate::error::Result;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Object, Stored, object};
use crate::time::Time;

/// The kind of PINs.
pub const PIN: &str = "credential_pin";
/// The kind of one-time codes.
pub const TOTP: &str = "credential_totp";
/// The name under which a secret of one-time codes is sealed with its subject's data key.
pub const CODES: &str = "secret";

/// The PIN of a subject. Its texts are `hash`, `lanes` and `proofs`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinFacts {
    /// Staff have set it: its owner should set another one.
    pub must_change: bool,
    /// How often it was set, over all times that its subject was forgotten: a check is of the PIN that it
    /// began with. The hash of one PIN changes when it is made anew with a newer pepper.
    #[serde(default)]
    pub set: u64,
    /// How many attempts were claimed.
    pub tries: u64,
    /// How many were wrong in a row in the lane of the newest attempt, that one too until it was right.
    pub wrong: u32,
    /// The end of that lane's lock.
    pub locked_until: Option<Time>,
}

/// The one-time codes of a subject. Its texts are `sealed`, `codes`, `lanes` and `proofs`, and `pending` and
/// `pending_codes` between enrolment and confirmation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpFacts {
    /// Digits and algorithm of the secret that is in force; `None` before the first confirmation.
    pub shape: Option<(u8, String)>,
    /// Those of a secret that is not confirmed yet.
    pub pending: Option<(u8, String)>,
    /// Counts enrolments, over all times that its subject was forgotten; a secret is sealed for its own.
    pub enrolments: u64,
    /// The enrolment of the secret in force.
    pub confirmed: u64,
    /// The last step that was used.
    pub step: Option<u64>,
    /// How many attempts were claimed.
    pub tries: u64,
}

/// A PIN, read from its record.
pub type PinRecord = Stored<PinFacts>;
/// One-time codes, read from their record.
pub type TotpRecord = Stored<TotpFacts>;

object! { PinFacts: PIN, State, Uuid }
object! { TotpFacts: TOTP, State, Uuid }

/// The texts with sealed secrets of one-time codes, and the enrolment that each is sealed for.
pub(super) fn sealed_codes(facts: &TotpFacts) -> [(&'static str, u64); 2] {
    [("sealed", facts.confirmed), ("pending", facts.enrolments)]
}

/// A credential as all of them are.
pub trait Credential: Object<State = State, Id = Uuid, Currency = ()> + Default {
    /// The name of its factor.
    const FACTOR: &'static str;
    /// The letter that its proofs begin with.
    const LETTER: char;

    /// Whether it can be checked, and not only waits to be confirmed.
    fn in_force(&self) -> bool {
        true
    }

    /// Returns the facts that are left when its subject is forgotten.
    fn forgotten(&self) -> Self;
}

impl Credential for PinFacts {
    const FACTOR: &'static str = "pin";
    const LETTER: char = 'p';

    fn forgotten(&self) -> Self {
        Self { set: self.set, ..Self::default() }
    }
}

impl Credential for TotpFacts {
    const FACTOR: &'static str = "totp";
    const LETTER: char = 't';

    fn in_force(&self) -> bool {
        self.shape.is_some()
    }

    fn forgotten(&self) -> Self {
        Self { enrolments: self.enrolments, ..Self::default() }
    }
}

/// A credential that is not set yet.
pub fn unset<F: Credential>(key: RecordKey, at: Time) -> Result<Stored<F>> {
    Stored::begin(key, ListedBy::default(), State::Forgotten, F::default(), at)
}

/// Empties a credential; whether there was one.
pub(super) fn emptied<F: Credential>(record: &mut Stored<F>) -> bool {
    let was = record.state == State::Active;
    record.texts.clear();
    (record.facts, record.state) = (record.facts.forgotten(), State::Forgotten);
    was
}
