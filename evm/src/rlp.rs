//! Reads RLP in its one canonical form, without the library that writes it.

use alloy_primitives::U256;

use crate::Error;

/// One item: a string of bytes, or a list that is yet to be read.
pub(crate) enum Item<'a> {
    Bytes(&'a [u8]),
    List(Reader<'a>),
}

/// The items of one list, read from the front.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

fn wrong(message: &str) -> Error {
    Error::invalid("raw", format!("is not canonical RLP: {message}"))
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Fails if anything is left: no byte of a transaction goes unread.
    pub(crate) fn end(&self) -> Result<(), Error> {
        if self.is_empty() { Ok(()) } else { Err(wrong("bytes are left at the end")) }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(|| wrong("it ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// A length of more than 55 bytes, which has no leading zero.
    fn length(&mut self, bytes: usize) -> Result<usize, Error> {
        let digits = self.take(bytes)?;
        if digits.first() == Some(&0) {
            return Err(wrong("a length begins with zero"));
        }
        if digits.len() > 4 {
            return Err(wrong("a length is too large"));
        }
        let length = digits.iter().fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit));
        if length > 55 { Ok(length) } else { Err(wrong("a short length has the long form")) }
    }

    pub(crate) fn item(&mut self) -> Result<Item<'a>, Error> {
        let first = self.take(1)?;
        Ok(match first[0] {
            0..=0x7f => Item::Bytes(first),
            head @ 0x80..=0xb7 => {
                let bytes = self.take(usize::from(head - 0x80))?;
                if matches!(bytes, [0..=0x7f]) {
                    return Err(wrong("a small byte has a length"));
                }
                Item::Bytes(bytes)
            }
            head @ 0xb8..=0xbf => {
                let length = self.length(usize::from(head - 0xb7))?;
                Item::Bytes(self.take(length)?)
            }
            head @ 0xc0..=0xf7 => Item::List(Reader::new(self.take(usize::from(head - 0xc0))?)),
            head => {
                let length = self.length(usize::from(head - 0xf7))?;
                Item::List(Reader::new(self.take(length)?))
            }
        })
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Error> {
        match self.item()? {
            Item::Bytes(bytes) => Ok(bytes),
            Item::List(_) => Err(wrong("a list stands where bytes belong")),
        }
    }

    pub(crate) fn list(&mut self) -> Result<Reader<'a>, Error> {
        match self.item()? {
            Item::List(list) => Ok(list),
            Item::Bytes(_) => Err(wrong("bytes stand where a list belongs")),
        }
    }

    /// A number without leading zeros, of at most 32 bytes.
    pub(crate) fn number(&mut self) -> Result<U256, Error> {
        let bytes = self.bytes()?;
        if bytes.first() == Some(&0) {
            return Err(wrong("a number begins with zero"));
        }
        U256::try_from_be_slice(bytes).ok_or_else(|| wrong("a number has more than 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_form_of_each_value_is_read() {
        let refused: &[&[u8]] = &[
            &[],
            &[0x81, 0x05],
            &[0xb8, 0x01, 0xff],
            &[0xb8, 0x37],
            &[0xb9, 0x00, 0x38],
            &[0xbf, 1, 0, 0, 0, 0, 0, 0, 0],
            &[0xc1],
            &[0xf8, 0x01, 0x05],
            &[0x83, 1, 2],
        ];
        for bytes in refused {
            assert!(Reader::new(bytes).item().is_err(), "{bytes:?}");
        }
        assert!(Reader::new(&[0x00]).number().is_err());
        assert!(Reader::new(&[0x82, 0, 1]).number().is_err());
        assert_eq!(Reader::new(&[0x80]).number().unwrap(), U256::ZERO);
        assert_eq!(Reader::new(&[0x7f]).number().unwrap(), U256::from(127));
        assert!(Reader::new(&[0x05, 0x05]).end().is_err());
    }
}
