//! The owner of an answer: the marks that it shows, compared with those of the object that was asked for.
//!
//! Proxies, caches and gateways have answered with another payer's payment. An answer is believed where all
//! that is known of the object is the same in it; a status alone says nothing.

use super::answer::DriverReply;
use crate::money::Money;

/// The marks of one object of a gateway: a payment, or a refund of one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks<'a> {
    /// The merchant.
    pub merchant: Option<&'a str>,
    /// The gateway's id of it.
    pub id: Option<&'a str>,
    /// Our id of the payment, from metadata or as the id of an order.
    pub payment: Option<&'a str>,
    /// Our own mark of it beside that: the key of the call that created it, or our id of a refund.
    pub mark: Option<&'a str>,
    /// The gateway's id of the payment that a refund is of.
    pub parent: Option<&'a str>,
    /// How much, and of which currency.
    pub amount: Option<Money>,
}

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// It is the object that was asked for.
    Ours,
    /// It is the object that was asked for, with another amount: that is handed on, and does not match.
    Differs,
    /// It is another object, by this mark: it is no answer.
    Others(&'static str),
}

/// Compares an object with what is known of the one that was asked for. A mark that is known must be shown,
/// and alike; what is not known is not compared.
pub fn whose(wanted: &Marks<'_>, shown: &Marks<'_>) -> Whose {
    for (name, wanted, shown) in [
        ("merchant", wanted.merchant, shown.merchant),
        ("id", wanted.id, shown.id),
        ("payment", wanted.payment, shown.payment),
        ("mark", wanted.mark, shown.mark),
        ("parent", wanted.parent, shown.parent),
    ] {
        if wanted.is_some() && wanted != shown {
            return Whose::Others(name);
        }
    }
    match (wanted.amount, shown.amount) {
        (Some(wanted), Some(shown)) if wanted != shown => Whose::Differs,
        _ => Whose::Ours,
    }
}

impl Whose {
    /// Whether it is the object that was asked for, whatever its amount is.
    pub const fn is_ours(self) -> bool {
        !matches!(self, Self::Others(_))
    }
}

/// An answer of another object: nobody knows what became of the one that was asked for.
pub fn of_another(mark: &str) -> DriverReply {
    DriverReply::Unknown(format!("the answer is of something else: its {mark} is another one"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks<'a>() -> Marks<'a> {
        Marks {
            merchant: Some("mid"),
            id: Some("re_1"),
            payment: Some("py_1"),
            mark: Some("rf_1"),
            parent: Some("pi_1"),
            amount: Money::minor(1_250, "USD").ok(),
        }
    }

    #[test]
    fn what_is_asked_for_is_known_by_every_mark() {
        assert_eq!(whose(&marks(), &marks()), Whose::Ours);
        assert_eq!(whose(&Marks::default(), &marks()), Whose::Ours);
        for other in [None, Some("other")] {
            for (name, shown) in [
                ("merchant", Marks { merchant: other, ..marks() }),
                ("id", Marks { id: other, ..marks() }),
                ("payment", Marks { payment: other, ..marks() }),
                ("mark", Marks { mark: other, ..marks() }),
                ("parent", Marks { parent: other, ..marks() }),
            ] {
                assert_eq!(whose(&marks(), &shown), Whose::Others(name), "{other:?}");
                // what is not known is not compared
                assert_eq!(whose(&shown, &marks()).is_ours(), other.is_none(), "{name}");
            }
        }
    }

    #[test]
    fn another_amount_or_currency_is_told_apart_and_is_ours() {
        for (minor, code) in [(1_251, "USD"), (1_250, "EUR")] {
            let shown = Marks { amount: Money::minor(minor, code).ok(), ..marks() };
            assert_eq!(whose(&marks(), &shown), Whose::Differs, "{minor} {code}");
            assert!(whose(&marks(), &shown).is_ours());
            // whose it is comes first
            let foreign = Marks { id: Some("re_2"), ..shown };
            assert_eq!(whose(&marks(), &foreign), Whose::Others("id"));
        }
        assert_eq!(whose(&marks(), &Marks { amount: None, ..marks() }), Whose::Ours);
    }
}
