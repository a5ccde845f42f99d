//! Requests of the credentials service.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::request::bounds::{Bound, NAME, WORD, bounds, chars, document, whole};
use crate::request::declare::request;
use crate::request::normal::Normal;
use crate::request::scope::Scope;
use crate::request::secret::Secret;
use crate::vault::proofs::call_of;

/// The id of a subject.
const SUBJECT: Bound = chars(128);
/// A PIN: what is longer is none.
const PIN: Bound = chars(64);
/// A one-time code or a recovery code.
const CODE: Bound = chars(64);
/// The arguments of a call that a proof is for.
const ARGS: Bound = document(256 * 1024);

/// It gives proofs and takes none.
const GIVES: &str = "credentials.verify_totp";

/// The call that a proof is for: the proof is good for no other.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = crate::request::bounds::show::<ProofFor>)]
pub struct ProofFor {
    /// The operation: `ledger.transfer`.
    pub operation: String,
    /// Its arguments, without actor and context; without key, too, where it writes.
    #[schemars(with = "serde_json::Map<String, Value>")]
    pub args: Value,
}

bounds! { ProofFor { operation: NAME, args: ARGS } }

/// Its arguments may have a secret: any operation can be named.
impl std::fmt::Debug for ProofFor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProofFor").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl Normal for ProofFor {
    const SECRET: bool = true;
}

impl ProofFor {
    /// The call as its proof names it: its operation, and the hash that the call itself has.
    ///
    /// # Errors
    /// Those of a call with these arguments that is malformed; `invalid_request` naming `for.operation` for
    /// what takes no proof.
    pub fn call(&self, scope: Option<&Scope>) -> Result<Option<String>> {
        let Some(scope) = scope else { return Ok(None) };
        let refused = |reason| Err(Error::invalid("for.operation", reason));
        if self.operation == GIVES {
            return refused("must not be what gives proofs");
        }
        let hash = (scope.catalogue.payload_hash)(scope, &self.operation, self.args.clone())?;
        let Some(hash) = hash else { return refused("must be an operation that writes or signs") };
        Ok(Some(call_of(&self.operation, &hash)))
    }
}

request! {
    /// Sets the PIN of a subject: 4 to 12 digits, not all the same, not following one another, and not the
    /// present one, where that is given. The proof of a one-time code, in `proofs`, stands in the place of
    /// `current`; a known `device`, in `context`, has attempts of its own.
    effect SetPin {
        /// The subject: a user's id.
        subject: String [SUBJECT],
        /// The new PIN.
        pin: Secret [PIN],
        ;
        /// The present PIN, where there is one: an attempt like any other. Admins need none.
        current: Option<Secret> [PIN],
    }

    /// Checks a PIN. The attempt counts before it is checked. A known `device`, in `context`, has attempts of
    /// its own.
    effect VerifyPin {
        /// The subject: a user's id.
        subject: String [SUBJECT],
        /// The PIN.
        pin: Secret [PIN],
        ;
        /// The call that the proof is for. Without it, any call of the subject.
        r#for: Option<ProofFor>,
    }

    /// Opens all locks of a PIN and of one-time codes.
    write UnlockPin {
        /// The subject: a user's id.
        subject: String [SUBJECT],
    }

    /// Draws a secret for one-time codes, and recovery codes. They are in force once a code was confirmed.
    write EnrolTotp {
        /// The subject: a user's id.
        subject: String [SUBJECT],
        /// The issuer of the codes, as phones show it; without `:`.
        issuer: String [NAME],
        /// The name of the account, as phones show it; without `:`.
        account_name: String [NAME],
        ;
        /// A secret that is taken over from elsewhere, in base32, also in groups: 10 to 64 bytes. Below 16
        /// bytes the reply has a warning.
        secret: Option<Secret> [chars(256)],
        /// Digits of a code: 6 or 8.
        digits: Option<u32> [whole(6, 8)] = 6,
        /// `SHA1`, `SHA256` or `SHA512`. Many phones know `SHA1` alone.
        algorithm: Option<String> [WORD] = "SHA1",
    }

    /// Confirms an enrolment by its first code, which uses the code's step. Spaces and dashes in it are
    /// passed over, and full-width digits are taken.
    write ConfirmTotp {
        /// The subject: a user's id.
        subject: String [SUBJECT],
        /// The code.
        code: Secret [CODE],
    }

    /// Checks a one-time code, or a recovery code. Each is good once. Spaces and dashes in it are passed
    /// over, and full-width letters and digits are taken.
    write VerifyTotp {
        /// The subject: a user's id.
        subject: String [SUBJECT],
        /// The code.
        code: Secret [CODE],
        ;
        /// The call that the proof is for. Without it, any call of the subject.
        r#for: Option<ProofFor>,
    }
}
