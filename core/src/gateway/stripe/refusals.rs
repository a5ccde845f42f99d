//! Why Stripe refuses, in the words that all gateways share.
//!
//! By <https://docs.stripe.com/declines/codes> and <https://docs.stripe.com/error-codes>.

use serde_json::Value;

use crate::gateway::answer::Refusal;
use crate::gateway::words::{FailureCode, FailureRetry};

/// The longest code that is kept.
const LONGEST: usize = 64;

/// Which codes of Stripe's mean what, and whether trying again can help.
const MEANINGS: &[(FailureCode, FailureRetry, &[&str])] = &[
    (FailureCode::InsufficientFunds, FailureRetry::OtherMethod, &["insufficient_funds"]),
    (
        FailureCode::Limit,
        FailureRetry::OtherMethod,
        &["card_velocity_exceeded", "withdrawal_count_limit_exceeded", "pin_try_exceeded"],
    ),
    (FailureCode::Limit, FailureRetry::Never, &["amount_too_large", "amount_too_small"]),
    (
        FailureCode::InvalidMethod,
        FailureRetry::OtherMethod,
        &[
            "expired_card",
            "incorrect_address",
            "incorrect_cvc",
            "incorrect_number",
            "incorrect_pin",
            "incorrect_zip",
            "invalid_account",
            "invalid_cvc",
            "invalid_expiry_month",
            "invalid_expiry_year",
            "invalid_number",
            "invalid_pin",
            "live_mode_test_card",
            "new_account_information_available",
            "payment_method_invalid_parameter",
            "payment_method_provider_decline",
            "payment_method_unactivated",
            "testmode_decline",
            "token_already_used",
        ],
    ),
    (
        FailureCode::AuthenticationFailed,
        FailureRetry::OtherMethod,
        &[
            "authentication_not_handled",
            "authentication_required",
            "mobile_device_authentication_required",
            "offline_pin_required",
            "online_or_offline_pin_required",
            "payment_intent_authentication_failure",
        ],
    ),
    (FailureCode::FraudSuspected, FailureRetry::Never, &["fraudulent", "merchant_blacklist"]),
    (
        FailureCode::FraudSuspected,
        FailureRetry::OtherMethod,
        &["lost_card", "pickup_card", "security_violation", "stolen_card"],
    ),
    (
        FailureCode::NotSupported,
        FailureRetry::OtherMethod,
        &[
            "card_not_supported",
            "currency_not_supported",
            "invalid_amount",
            "not_permitted",
            "service_not_allowed",
            "transaction_not_allowed",
        ],
    ),
    (
        FailureCode::Declined,
        FailureRetry::Later,
        &["approve_with_id", "reenter_transaction", "try_again_later"],
    ),
    (FailureCode::GatewayError, FailureRetry::Later, &["issuer_not_available"]),
    (FailureCode::GatewayError, FailureRetry::OtherGateway, &["processing_error"]),
];

/// Why Stripe refused, by the `error` of a response or the `last_payment_error` of an intent.
pub(super) fn refusal(error: &Value) -> Refusal {
    let text = |name: &str| error.get(name).and_then(Value::as_str).filter(|code| is_code(code));
    let (decline, code) = (text("decline_code"), text("code"));
    let known = [decline, code].into_iter().flatten().find_map(meaning);
    let (meant, retry) = known.unwrap_or_else(|| otherwise(error, code));
    let gateway_code = decline.or(code).map(ToOwned::to_owned);
    Refusal { code: meant, gateway_code, retry }
}

/// Why a refund failed, by its `failure_reason`.
pub(super) fn refund_failure(reason: Option<&str>) -> Refusal {
    let gateway_code = reason.filter(|reason| is_code(reason)).map(ToOwned::to_owned);
    let code = match gateway_code.as_deref() {
        Some("lost_or_stolen_card" | "expired_or_canceled_card") => FailureCode::InvalidMethod,
        Some("insufficient_funds") => FailureCode::InsufficientFunds,
        Some("declined") => FailureCode::Declined,
        _ => FailureCode::GatewayError,
    };
    Refusal { code, gateway_code, retry: FailureRetry::Never }
}

/// A code of Stripe's, and no text for people, which may repeat what was sent.
pub(super) fn is_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(fits)
}

fn meaning(code: &str) -> Option<(FailureCode, FailureRetry)> {
    MEANINGS.iter().find(|(_, _, codes)| codes.contains(&code)).map(|(code, retry, _)| (*code, *retry))
}

fn otherwise(error: &Value, code: Option<&str>) -> (FailureCode, FailureRetry) {
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    let of_means = matches!(text("param"), Some("payment_method" | "confirmation_token"));
    match (text("type"), code) {
        (Some("card_error"), _) => (FailureCode::Declined, FailureRetry::OtherMethod),
        (_, Some("resource_missing")) if of_means => (FailureCode::InvalidMethod, FailureRetry::OtherMethod),
        _ => (FailureCode::GatewayError, FailureRetry::OtherGateway),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn codes_become_words_that_all_gateways_share() {
        use FailureCode as Code;
        use FailureRetry as Retry;
        for (error, code, own, retry) in [
            (
                json!({ "type": "card_error", "code": "x", "decline_code": "insufficient_funds" }),
                Code::InsufficientFunds,
                Some("insufficient_funds"),
                Retry::OtherMethod,
            ),
            (
                json!({ "type": "card_error", "code": "card_declined", "decline_code": "do_not_honor" }),
                Code::Declined,
                Some("do_not_honor"),
                Retry::OtherMethod,
            ),
            (
                json!({ "type": "card_error", "code": "expired_card" }),
                Code::InvalidMethod,
                Some("expired_card"),
                Retry::OtherMethod,
            ),
            (
                json!({ "type": "card_error", "code": "card_declined", "decline_code": "fraudulent" }),
                Code::FraudSuspected,
                Some("fraudulent"),
                Retry::Never,
            ),
            (
                json!({ "type": "card_error", "code": "processing_error" }),
                Code::GatewayError,
                Some("processing_error"),
                Retry::OtherGateway,
            ),
            (
                json!({ "type": "x", "code": "resource_missing", "param": "payment_method" }),
                Code::InvalidMethod,
                Some("resource_missing"),
                Retry::OtherMethod,
            ),
            (
                json!({ "type": "invalid_request_error", "code": "parameter_unknown" }),
                Code::GatewayError,
                Some("parameter_unknown"),
                Retry::OtherGateway,
            ),
            (
                json!({ "type": "invalid_request_error", "code": "Card 4242 4242 4242 4242!" }),
                Code::GatewayError,
                None,
                Retry::OtherGateway,
            ),
            (json!(7), Code::GatewayError, None, Retry::OtherGateway),
        ] {
            let gateway_code = own.map(ToOwned::to_owned);
            assert_eq!(refusal(&error), Refusal { code, gateway_code, retry }, "{error}");
        }
        assert_eq!(refund_failure(Some("lost_or_stolen_card")).code, Code::InvalidMethod);
        assert_eq!(refund_failure(None).code, Code::GatewayError);
    }

    #[test]
    fn no_code_has_two_meanings() {
        let mut all: Vec<&str> = MEANINGS.iter().flat_map(|(_, _, codes)| codes.iter().copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
