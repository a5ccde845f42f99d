//! Why Toss Payments refuses, in the words that all gateways share, and which of its errors are no answer.
//!
//! By <https://docs.tosspayments.com/reference/error-codes>.

use crate::gateway::answer::Refusal;
use crate::gateway::words::{FailureCode, FailureRetry};

/// The longest code that is kept.
const LONGEST: usize = 64;

/// Refused before any work: a key of the merchant's is wrong, and may be set right.
const KEYLESS: &[&str] = &["INCORRECT_BASIC_AUTH_FORMAT", "INVALID_API_KEY", "UNAUTHORIZED_KEY"];

/// Which codes mean what, and whether trying again can help.
const MEANINGS: &[(FailureCode, FailureRetry, &[&str])] = &[
    (
        FailureCode::InsufficientFunds,
        FailureRetry::OtherMethod,
        &["REJECT_ACCOUNT_PAYMENT", "REJECT_CARD_PAYMENT"],
    ),
    (
        FailureCode::Declined,
        FailureRetry::OtherMethod,
        &["INVALID_REJECT_CARD", "REJECT_CARD_COMPANY", "REJECT_TOSSPAY_INVALID_ACCOUNT"],
    ),
    (
        FailureCode::InvalidMethod,
        FailureRetry::OtherMethod,
        &[
            "INVALID_ACCOUNT_INFO_RE_REGISTER",
            "INVALID_CARD_EXPIRATION",
            "INVALID_CARD_LOST_OR_STOLEN",
            "INVALID_CARD_NUMBER",
            "INVALID_STOPPED_CARD",
            "INVALID_UNREGISTERED_SUBMALL",
            "NOT_FOUND_PAYMENT",
            "NOT_MATCHES_CARD_NUMBER",
            "RESTRICTED_TRANSFER_ACCOUNT",
        ],
    ),
    (
        FailureCode::InvalidMethod,
        FailureRetry::Never,
        &["INVALID_BANK", "INVALID_REFUND_ACCOUNT_INFO", "INVALID_REFUND_ACCOUNT_NUMBER"],
    ),
    (
        FailureCode::AuthenticationFailed,
        FailureRetry::OtherMethod,
        &["EXCEED_MAX_AUTH_COUNT", "INVALID_AUTHORIZE_AUTH", "INVALID_PASSWORD"],
    ),
    (FailureCode::FraudSuspected, FailureRetry::Never, &["FDS_ERROR"]),
    (
        FailureCode::Limit,
        FailureRetry::OtherMethod,
        &[
            "BELOW_MINIMUM_AMOUNT",
            "EXCEED_MAX_AMOUNT",
            "EXCEED_MAX_DAILY_PAYMENT_COUNT",
            "EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT",
            "EXCEED_MAX_ONE_DAY_AMOUNT",
            "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT",
            "EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT",
            "EXCEED_MAX_PAYMENT_AMOUNT",
        ],
    ),
    (
        FailureCode::NotSupported,
        FailureRetry::OtherMethod,
        &[
            "EXCEED_MAX_CARD_INSTALLMENT_PLAN",
            "INVALID_CARD_INSTALLMENT_PLAN",
            "NOT_ALLOWED_POINT_USE",
            "NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT",
            "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN",
            "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT",
        ],
    ),
    (
        FailureCode::NotSupported,
        FailureRetry::Never,
        &[
            "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
            "EXCEED_MAX_REFUND_DUE",
            "NOT_ALLOWED_PARTIAL_REFUND",
            "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
            "NOT_CANCELABLE_AMOUNT",
            "NOT_CANCELABLE_PAYMENT",
            "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
            "NOT_MATCHES_REFUNDABLE_AMOUNT",
        ],
    ),
    (FailureCode::Declined, FailureRetry::Never, &["FORBIDDEN_BANK_REFUND_REQUEST", "REFUND_REJECTED"]),
    (FailureCode::GatewayError, FailureRetry::Later, &["NOT_AVAILABLE_BANK", "NOT_AVAILABLE_PAYMENT"]),
    // the payer agreed too long ago, or went away: nothing was done
    (
        FailureCode::NotProcessed,
        FailureRetry::OtherMethod,
        &["NOT_FOUND_PAYMENT_SESSION", "PAY_PROCESS_ABORTED", "PAY_PROCESS_CANCELED"],
    ),
    (
        FailureCode::GatewayError,
        FailureRetry::OtherGateway,
        &[
            "FORBIDDEN_REQUEST",
            "INVALID_REQUEST",
            "NOT_FOUND_TERMINAL_ID",
            "NOT_REGISTERED_BUSINESS",
            "UNAPPROVED_ORDER_ID",
        ],
    ),
];

/// Whether it was refused because a key of the merchant's is wrong.
pub(super) fn is_keyless(code: &str) -> bool {
    KEYLESS.contains(&code)
}

/// Why Toss Payments refused; none for a code that is not in its list: then nobody knows, whatever the status
/// is. `PROVIDER_ERROR` is a 400, and `ALREADY_PROCESSED_PAYMENT` says what became of an earlier call.
pub(super) fn refusal(code: &str) -> Option<Refusal> {
    let (meant, retry, _) = MEANINGS.iter().find(|(_, _, codes)| codes.contains(&code))?;
    Some(Refusal { code: *meant, gateway_code: Some(code.to_owned()), retry: *retry })
}

/// The same for a code that may be any: then the gateway has failed, as far as is known.
pub(super) fn refusal_of_any(code: Option<&str>) -> Refusal {
    let code = code.filter(|code| is_code(code));
    code.and_then(refusal).unwrap_or_else(|| Refusal {
        code: FailureCode::GatewayError,
        gateway_code: code.map(ToOwned::to_owned),
        retry: FailureRetry::Never,
    })
}

/// A code of Toss Payments', and no text for people, which may repeat what was sent.
pub(super) fn is_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After these nobody knows, whatever their status is: the money may have moved, now or by an earlier
    /// call.
    const UNSURE: &[&str] = &[
        "ALREADY_CANCELED_PAYMENT",
        "ALREADY_COMPLETED_PAYMENT",
        "ALREADY_PROCESSED_PAYMENT",
        "ALREADY_REFUND_PAYMENT",
        "CARD_PROCESSING_ERROR",
        "COMMON_ERROR",
        "DUPLICATED_ORDER_ID",
        "FAILED_DB_PROCESSING",
        "FAILED_INTERNAL_SYSTEM_PROCESSING",
        "FAILED_METHOD_HANDLING_CANCEL",
        "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
        "FAILED_REFUND_PROCESS",
        "FORBIDDEN_CONSECUTIVE_REQUEST",
        "IDEMPOTENT_REQUEST_PROCESSING",
        "PROVIDER_ERROR",
        "UNKNOWN_PAYMENT_ERROR",
    ];

    #[test]
    fn codes_become_words_that_all_gateways_share() {
        use FailureCode as Code;
        use FailureRetry as Retry;
        for (code, meant, retry) in [
            ("REJECT_CARD_PAYMENT", Code::InsufficientFunds, Retry::OtherMethod),
            ("REJECT_CARD_COMPANY", Code::Declined, Retry::OtherMethod),
            ("INVALID_CARD_EXPIRATION", Code::InvalidMethod, Retry::OtherMethod),
            ("FDS_ERROR", Code::FraudSuspected, Retry::Never),
            ("EXCEED_MAX_PAYMENT_AMOUNT", Code::Limit, Retry::OtherMethod),
            ("NOT_CANCELABLE_AMOUNT", Code::NotSupported, Retry::Never),
            ("NOT_AVAILABLE_BANK", Code::GatewayError, Retry::Later),
            ("NOT_FOUND_PAYMENT_SESSION", Code::NotProcessed, Retry::OtherMethod),
            ("FORBIDDEN_REQUEST", Code::GatewayError, Retry::OtherGateway),
        ] {
            let gateway_code = Some(code.to_owned());
            assert_eq!(refusal(code), Some(Refusal { code: meant, gateway_code, retry }), "{code}");
        }
        assert_eq!(refusal("WHAT_NOBODY_KNOWS"), None);
        assert_eq!(refusal_of_any(Some("WHAT_NOBODY_KNOWS")).code, Code::GatewayError);
        assert_eq!(refusal_of_any(Some("no code at all")).gateway_code, None);
    }

    #[test]
    fn no_code_has_two_meanings() {
        let listed = MEANINGS.iter().flat_map(|(_, _, codes)| codes.iter().copied());
        let mut all: Vec<&str> =
            listed.chain(UNSURE.iter().copied()).chain(KEYLESS.iter().copied()).collect();
        assert!(all.iter().all(|code| is_code(code)));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
