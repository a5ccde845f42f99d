//! Refusals by the reader and judge of transactions, as errors of the engine.

use earnest_evm::{Limit, Reason};

use crate::error::{Detail, Error};

/// The error of an operation on a key.
pub fn refusal(error: &earnest_evm::Error, operation: &str, key: &str) -> Error {
    let (field, message) = (error.field().to_owned(), error.message().to_owned());
    match error.reason() {
        Reason::Invalid => Error::invalid(field, message),
        Reason::NotSupported => {
            Detail::NotSupported { operation: operation.to_owned(), reason: format!("`{field}` {message}") }
                .into()
        }
        Reason::SignatureInvalid => Detail::SignatureInvalid { reason: format!("it {message}") }.into(),
        Reason::PasswordInvalid => Detail::PasswordInvalid { field, reason: message }.into(),
        Reason::NotPermitted(part) => {
            let policy = Some(part.as_str().to_owned());
            Detail::NotPermitted { field: Some(field), actor: None, reason: message, policy }.into()
        }
        Reason::LimitExceeded(limit) => {
            let window = match limit {
                Limit::DailyValue | Limit::DailyFee => "P1D",
                Limit::MaxValue | Limit::MaxFee => "call",
            };
            let (account, window) = (key.to_owned(), window.to_owned());
            let policy = Some(limit.as_str().to_owned());
            Detail::LimitExceeded { account, limit: None, used: None, window, policy }.into()
        }
        Reason::Mismatch => Error::corrupted(format!("`{field}` {message}")),
    }
}
