//! The values of fields that may be spelled in several ways: their normal form, and its canonical JSON.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::currency::Currencies;
use crate::error::Result;
use crate::money::Amount;
use crate::time::{SpanInput, Time};

/// A field that may have several spellings of one value.
pub trait Normal: Serialize + Sized {
    /// Whether only its reader may see it.
    const SECRET: bool = false;

    /// Gives it its normal form.
    fn normalise(&mut self, _field: &str, _currencies: &Currencies) -> Result<()> {
        Ok(())
    }

    /// Writes its canonical JSON (RFC 8785), which is hashed, if it has one.
    fn canonical(&self, into: &mut Vec<u8>) -> bool {
        serde_json_canonicalizer::to_writer(self, into).is_ok()
    }
}

impl Normal for String {
    fn canonical(&self, into: &mut Vec<u8>) -> bool {
        // a text has one form, and the canonicalizer takes its time to find it
        serde_json::to_writer(into, self).is_ok()
    }
}
impl Normal for bool {}
impl Normal for i64 {}
impl Normal for u32 {}
impl Normal for Time {}
impl Normal for Value {}
impl Normal for Map<String, Value> {}

impl Normal for SpanInput {
    fn normalise(&mut self, field: &str, _: &Currencies) -> Result<()> {
        *self = Self::Span(self.resolve(field)?);
        Ok(())
    }
}

impl Normal for Amount {
    fn normalise(&mut self, field: &str, currencies: &Currencies) -> Result<()> {
        *self = Self::Money(self.resolve(field, currencies)?);
        Ok(())
    }

    fn canonical(&self, into: &mut Vec<u8>) -> bool {
        match self {
            // two texts, in the order of their names
            Self::Money(money) => serde_json::to_writer(into, money).is_ok(),
            Self::Raw(value) => value.canonical(into),
        }
    }
}

impl<T: Normal> Normal for Option<T> {
    const SECRET: bool = T::SECRET;

    fn normalise(&mut self, field: &str, currencies: &Currencies) -> Result<()> {
        self.as_mut().map_or(Ok(()), |value| value.normalise(field, currencies))
    }
}

impl<T: Normal> Normal for Vec<T> {
    const SECRET: bool = T::SECRET;

    fn normalise(&mut self, field: &str, currencies: &Currencies) -> Result<()> {
        for (place, value) in self.iter_mut().enumerate() {
            value.normalise(&format!("{field}[{place}]"), currencies)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::currency::Currency;
    use crate::money::Money;

    fn same(value: &impl Normal) {
        let mut written = Vec::new();
        assert!(value.canonical(&mut written));
        assert_eq!(written, serde_json_canonicalizer::to_vec(value).unwrap());
    }

    #[test]
    fn texts_and_amounts_are_written_as_the_canonicalizer_writes_them() {
        for text in
            ["", "order 7", "\"\\/", "\0\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f}\u{7f}", "é한\u{2028}\u{10ffff}"]
        {
            same(&text.to_owned());
            same(&Some(text.to_owned()));
            same(&Amount::Raw(text.into()));
        }
        for (code, scale) in [("KRW", 0), ("USD", 2), ("A1", 30)] {
            for minor in [0, 5, -5, 100, 12_345, -crate::money::LIMIT + 1] {
                let money = Money::new(minor, Currency::new(code, scale).unwrap()).unwrap();
                same(&Amount::Money(money));
            }
        }
    }
}
