//! Views of the credentials service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::request::secret::Secret;

/// Reply of `set_pin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PinSet {
    /// The subject: a user's id.
    pub subject: String,
    /// Whether its owner should set another one: an admin has set it in place of another.
    pub must_change: bool,
    /// Always false: the same call again is made again.
    pub replayed: bool,
}

/// Reply of `verify_pin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PinVerified {
    /// Always true: a wrong PIN is an error.
    pub verified: bool,
    /// The proof, which `proofs` of a call takes once, for two minutes.
    pub proof: Secret,
    /// Whether its owner should set another one.
    pub must_change: bool,
    /// Always false: the same call again is made again.
    pub replayed: bool,
}

/// Reply of `unlock_pin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PinUnlocked {
    /// The subject: a user's id.
    pub subject: String,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `enrol_totp`. It is shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TotpEnrolled {
    /// The secret in base32, for those who cannot scan it.
    pub secret: Secret,
    /// The same as a URI that applications on phones know.
    pub uri: Secret,
    /// The URI as a picture to scan, SVG.
    pub qr_svg: Secret,
    /// Ten codes, each good once in place of a one-time code.
    pub recovery_codes: Vec<Secret>,
    /// Why the secret that was given should be replaced soon, if it should: it is short.
    pub warning: Option<String>,
    /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
    pub replayed: bool,
}

/// Reply of `confirm_totp`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TotpConfirmed {
    /// The subject: a user's id.
    pub subject: String,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `verify_totp`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TotpVerified {
    /// Always true: a wrong code is an error.
    pub verified: bool,
    /// The proof, which `proofs` of a call takes once, for two minutes.
    pub proof: Secret,
    /// Whether it was a recovery code, of which there is one fewer now.
    pub recovery_code_used: bool,
    /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
    pub replayed: bool,
}
