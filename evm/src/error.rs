//! Why something was refused: a reason for programs, the field, and a sentence for people.

use std::fmt;

/// The kind of a refusal, for programs. Each is one code of the engine's table of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The input is not of the form that is asked for (`invalid_request`).
    Invalid,
    /// The input is of a kind that exists, and that is not read here (`not_supported`).
    NotSupported,
    /// A signature is out of range, not canonical, or of another key (`signature_invalid`).
    SignatureInvalid,
    /// A keystore does not open with this password (`password_invalid`).
    PasswordInvalid,
    /// The policy of the key does not name what would move (`not_permitted`).
    NotPermitted(Refusal),
    /// An amount is above a limit of the key's policy (`limit_exceeded`).
    LimitExceeded(Limit),
    /// The result of signing differs from the request: nothing of it may leave the process.
    Mismatch,
}

/// The part of a policy that does not let something through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The chain is not listed, or not said.
    Chain,
    /// The receiver or spender is not listed.
    Recipient,
    /// The token is not listed.
    Token,
    /// The function of the contract is not listed.
    Selector,
    /// Call data that is too short, too long or dirty.
    Data,
    /// Typed data that is not listed.
    TypedData,
    /// Messages are not allowed, or this one has 32 bytes and could be a digest.
    Message,
    /// Contracts may not be created.
    Deploy,
}

impl Refusal {
    /// The word for programs: `chain`, `recipient`, `token`, `selector`, `data`, `typed_data`, `message`,
    /// `deploy`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::Recipient => "recipient",
            Self::Token => "token",
            Self::Selector => "selector",
            Self::Data => "data",
            Self::TypedData => "typed_data",
            Self::Message => "message",
            Self::Deploy => "deploy",
        }
    }
}

/// The limit of a policy that an amount is above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// One transaction, permit or transfer.
    MaxValue,
    /// Everything in any 24 hours.
    DailyValue,
    /// Gas limit times the price of gas.
    MaxFee,
    /// The fees of everything in any 24 hours.
    DailyFee,
}

impl Limit {
    /// The field of the policy: `max_value`, `daily_value`, `max_fee`, `daily_fee`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MaxValue => "max_value",
            Self::DailyValue => "daily_value",
            Self::MaxFee => "max_fee",
            Self::DailyFee => "daily_fee",
        }
    }
}

/// A refusal: the reason, the field that is to blame, and a sentence. No secret is ever part of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    reason: Reason,
    field: String,
    message: String,
}

impl Error {
    pub(crate) fn new(reason: Reason, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { reason, field: field.into(), message: message.into() }
    }

    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Reason::Invalid, field, message)
    }

    pub(crate) fn signature(message: impl Into<String>) -> Self {
        Self::new(Reason::SignatureInvalid, "signature", message)
    }

    pub(crate) fn refused(refusal: Refusal, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Reason::NotPermitted(refusal), field, message)
    }

    /// Returns the reason, for programs.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The path of the field, such as `tx.access_list[2].address`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Returns the sentence that follows the name of the field.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The engine's code: `invalid_request`, `not_permitted` and so on; `internal` for a mismatch.
    pub fn code(&self) -> &'static str {
        match self.reason {
            Reason::Invalid => "invalid_request",
            Reason::NotSupported => "not_supported",
            Reason::SignatureInvalid => "signature_invalid",
            Reason::PasswordInvalid => "password_invalid",
            Reason::NotPermitted(_) => "not_permitted",
            Reason::LimitExceeded(_) => "limit_exceeded",
            Reason::Mismatch => "internal",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.code())
    }
}

impl std::error::Error for Error {}
