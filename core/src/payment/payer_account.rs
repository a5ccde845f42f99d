//! The payer's account of a request for a refund.

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::gateway::call::PayerAccount;
use crate::request::domain::Parse;
use crate::request::parsed::Meaning;
use crate::request::secret::{Secret, SecretMap};
use crate::vault::safe::Safe;

/// The field of a request.
pub(super) const FIELD: &str = "refund_account";

/// An account that a refund names, with what seals it.
#[derive(Clone, Debug)]
pub struct RefundAccount {
    pub(super) account: PayerAccount,
    pub(super) safe: Safe,
}

impl Meaning<SecretMap> for RefundAccount {
    type Read = Self;
    fn read(_: &str, given: &SecretMap, parse: &Parse<'_>) -> Result<Self> {
        Ok(Self { account: of_map(given)?, safe: Safe::parse(parse)? })
    }
}

/// The account of a map of texts.
fn of_map(given: &SecretMap) -> Result<PayerAccount> {
    if given.iter().any(|(name, _)| !["bank", "number", "holder"].contains(&name)) {
        return Err(Error::invalid(FIELD, "has `bank`, `number` and `holder`, and nothing else"));
    }
    let part = |name: &str| {
        let text = given.get(name).filter(|text| !text.trim().is_empty());
        text.cloned().ok_or_else(|| Error::invalid(format!("{FIELD}.{name}"), "must be given"))
    };
    let (bank, number, holder) = (part("bank")?, part("number")?, part("holder")?);
    if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return Err(Error::invalid(format!("{FIELD}.number"), "must be of digits"));
    }
    let digits: Zeroizing<String> = Zeroizing::new(number.chars().filter(char::is_ascii_digit).collect());
    if digits.is_empty() {
        return Err(Error::invalid(format!("{FIELD}.number"), "must be of digits"));
    }
    Ok(PayerAccount { bank, number: Secret::from(digits.as_str()), holder })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(parts: &[(&str, &str)]) -> Result<PayerAccount> {
        of_map(&parts.iter().copied().collect())
    }

    #[test]
    fn an_account_has_three_parts() {
        let whole = [("bank", "20"), ("number", "110-123-456789"), ("holder", "Kim")];
        let read = account(&whole).unwrap();
        assert_eq!((&*read.bank, &*read.number, &*read.holder), ("20", "110123456789", "Kim"));
        assert_eq!(PayerAccount::of_text(&read.written().unwrap()), Some(read));
        for (left_out, field) in [(0, "bank"), (1, "number"), (2, "holder")] {
            let mut parts = whole.to_vec();
            parts.remove(left_out);
            let error = account(&parts).unwrap_err();
            assert_eq!(error.details()["field"], format!("refund_account.{field}"));
            assert!(!error.message().contains("110"), "{error}");
        }
        for number in ["", " ", "-", "12a", "１２"] {
            let error = account(&[("bank", "20"), ("number", number), ("holder", "Kim")]).unwrap_err();
            assert_eq!(error.details()["field"], "refund_account.number", "{number:?}");
        }
        assert!(account(&[("bank", "20"), ("number", "1"), ("holder", "Kim"), ("iban", "x")]).is_err());
    }
}
