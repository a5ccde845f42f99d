//! Views of the credentials service.

use crate::request::secret::Secret;
use crate::request::view::views;

views! {
    /// Reply of `set_pin`.
    view PinSet {
        /// The subject: a user's id.
        subject: String,
        /// Whether its owner should set another one: an admin has set it in place of another.
        must_change: bool,
        /// Always false: the same call again is made again.
        replayed: bool,
    }

    /// Reply of `verify_pin`.
    view PinVerified {
        /// Always true: a wrong PIN is an error.
        verified: bool,
        /// The proof, which `proofs` of a call takes once, for two minutes.
        proof: Secret,
        /// Whether its owner should set another one.
        must_change: bool,
        /// Always false: the same call again is made again.
        replayed: bool,
    }

    /// Reply of `unlock_pin`.
    reply PinUnlocked {
        /// The subject: a user's id.
        subject: String,
    }

    /// Reply of `enrol_totp`. It is shown once.
    view TotpEnrolled {
        /// The secret in base32, for those who cannot scan it.
        secret: Secret,
        /// The same as a URI that applications on phones know.
        uri: Secret,
        /// The URI as a picture to scan, SVG.
        qr_svg: Secret,
        /// Ten codes, each good once in place of a one-time code.
        recovery_codes: Vec<Secret>,
        /// Why the secret that was given should be replaced soon, if it should: it is short.
        warning: Option<String>,
        /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
        replayed: bool,
    }

    /// Reply of `confirm_totp`.
    reply TotpConfirmed {
        /// The subject: a user's id.
        subject: String,
    }

    /// Reply of `verify_totp`.
    view TotpVerified {
        /// Always true: a wrong code is an error.
        verified: bool,
        /// The proof, which `proofs` of a call takes once, for two minutes.
        proof: Secret,
        /// Whether it was a recovery code, of which there is one fewer now.
        recovery_code_used: bool,
        /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
        replayed: bool,
    }
}
