//! Why KG Inicis refuses, in the words that all gateways share, and which of its codes are no answer.
//!
//! By <https://manual.inicis.com/pay/cancel.html>. Banks and card companies have codes of their own, which
//! are handed on as they are.

use crate::gateway::answer::Refusal;
use crate::gateway::words::{FailureCode, FailureRetry};

/// The longest code that is kept.
const LONGEST: usize = 32;

/// It was done or cancelled before: by the call that is asked about, as far as anybody knows. As the answer
/// to an approval too it says nothing of the money.
const SENT_BEFORE: &[&str] = &["500626", "R201"];

/// Whether a code says that what was asked for had been done before.
pub(super) fn is_sent_before(code: &str) -> bool {
    SENT_BEFORE.contains(&code)
}

/// Why a payment was not approved.
pub(super) fn not_approved(code: &str) -> Refusal {
    refusal(FailureCode::Declined, FailureRetry::OtherMethod, code)
}

/// Why a refund was refused.
pub(super) fn not_refunded(code: &str) -> Refusal {
    refusal(FailureCode::GatewayError, FailureRetry::Never, code)
}

/// A code of KG Inicis', and no text for people, which may repeat what was sent.
pub(super) fn is_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(fits) && !is_long_number(text)
}

fn refusal(code: FailureCode, retry: FailureRetry, own: &str) -> Refusal {
    Refusal { code, gateway_code: Some(own.to_owned()).filter(|own| is_code(own)), retry }
}

/// Codes are short; a number of 13 digits and more could be that of a card.
fn is_long_number(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= 13
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_handed_on_and_a_text_is_not() {
        let refused = not_approved("8326");
        assert_eq!((refused.code, refused.gateway_code.as_deref()), (FailureCode::Declined, Some("8326")));
        assert_eq!(not_approved("4242424242424242").gateway_code, None);
        assert_eq!(not_refunded("no such key").gateway_code, None);
        assert_eq!(not_refunded("01").retry, FailureRetry::Never);
        assert!(is_sent_before("R201") && is_sent_before("500626") && !is_sent_before("01"));
    }
}
