//! One value of one column: how a Rust value becomes a parameter and is read back from text.

use std::cell::RefCell;
use std::str::FromStr;
use std::sync::Arc;

use uuid::Uuid;

use crate::currency::{Currencies, Currency};
use crate::error::Error;
use crate::ids::{AccountId, Book, Key};
use crate::rows::private::Private;
use crate::time::Time;

/// The type of a column's values, from which every dialect derives its column type and casts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text in byte order.
    Text,
    /// A 64-bit integer (counts, versions, microseconds, 0 and 1 for flags).
    Int,
    /// An `i128` number of minor units: `NUMERIC(38,0)` or canonical decimal text.
    Minor,
    /// A UUID.
    Id,
    /// Bytes, carried as lower-case hexadecimal.
    Bytes,
}

/// A parameter on its way to a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// SQL NULL of any kind.
    Null,
    /// Text.
    Text(Arc<str>),
    /// Text that the program itself knows: a state, a kind.
    Name(&'static str),
    /// A currency code.
    Code(Currency),
    /// An integer.
    Int(i64),
    /// Minor units.
    Minor(i128),
    /// A UUID.
    Id(Uuid),
    /// Bytes.
    Bytes(Arc<[u8]>),
}

impl Value {
    /// The text of a value that is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Name(name) => Some(name),
            Self::Code(currency) => Some(currency.code()),
            Self::Null | Self::Int(_) | Self::Minor(_) | Self::Id(_) | Self::Bytes(_) => None,
        }
    }

    /// The value as text, the form every host driver can carry; `None` is NULL.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Text(_) | Self::Name(_) | Self::Code(_) => self.as_text().map(str::to_owned),
            Self::Int(int) => Some(int.to_string()),
            Self::Minor(minor) => Some(minor.to_string()),
            Self::Id(id) => Some(id.to_string()),
            Self::Bytes(bytes) => Some(hex::encode(bytes)),
        }
    }
}

/// A Rust type that is one column of a row.
pub trait Cell: Sized {
    /// The kind of its column.
    const KIND: Kind;
    /// Whether the column may be NULL.
    const NULLABLE: bool = false;
    /// The parameter that stores it.
    fn put(&self) -> Value;
    /// Reads it back. `currencies` knows the scale of a currency code.
    ///
    /// # Errors
    /// `corrupted` when the text is not one that [`Cell::put`] writes.
    fn take(text: Option<&str>, currencies: &Currencies) -> Result<Self, Error>;
}

/// A Rust type that is two columns of a row.
pub trait CellPair: Sized {
    /// The first of them.
    type First: Cell;
    /// The second.
    type Second: Cell;
    /// Returns both values.
    fn parts(&self) -> (Self::First, Self::Second);
    /// Reads it back.
    ///
    /// # Errors
    /// `corrupted` when it cannot have these parts.
    fn of(first: Self::First, second: Self::Second) -> Result<Self, Error>;
}

/// The message for a currency code that nobody registered; a store then checks whether another process has
/// meanwhile.
pub(crate) const UNREGISTERED: &str = "a stored currency is not registered";

fn present(text: Option<&str>) -> Result<&str, Error> {
    text.ok_or_else(|| Error::corrupted("a column that must have a value is null"))
}

macro_rules! parsed {
    ($type:ty, $kind:ident, $put:expr, $what:literal) => {
        impl Cell for $type {
            const KIND: Kind = Kind::$kind;
            fn put(&self) -> Value {
                let put: fn(&$type) -> Value = $put;
                put(self)
            }
            fn take(text: Option<&str>, _: &Currencies) -> Result<Self, Error> {
                present(text)?.parse().map_err(|_| Error::corrupted($what))
            }
        }
    };
}

parsed!(i64, Int, |v| Value::Int(*v), "a column is not an integer");
parsed!(i128, Minor, |v| Value::Minor(*v), "a column is not an amount of minor units");
parsed!(Uuid, Id, |v| Value::Id(*v), "a column is not a uuid");

impl Cell for bool {
    const KIND: Kind = Kind::Int;
    fn put(&self) -> Value {
        Value::Int(i64::from(*self))
    }
    fn take(text: Option<&str>, _: &Currencies) -> Result<Self, Error> {
        match present(text)? {
            "0" => Ok(false),
            "1" => Ok(true),
            _ => Err(Error::corrupted("a flag is neither 0 nor 1")),
        }
    }
}

impl Cell for Time {
    const KIND: Kind = Kind::Int;
    fn put(&self) -> Value {
        Value::Int(self.micros())
    }
    fn take(text: Option<&str>, currencies: &Currencies) -> Result<Self, Error> {
        i64::take(text, currencies).map(Self::from_micros)
    }
}

impl Cell for Arc<str> {
    const KIND: Kind = Kind::Text;
    fn put(&self) -> Value {
        Value::Text(self.clone())
    }
    fn take(text: Option<&str>, _: &Currencies) -> Result<Self, Error> {
        present(text).map(Self::from)
    }
}

impl Cell for Private {
    const KIND: Kind = Kind::Text;
    fn put(&self) -> Value {
        Value::Text((**self).into())
    }
    fn take(text: Option<&str>, _: &Currencies) -> Result<Self, Error> {
        present(text).map(Self::from)
    }
}

impl Cell for Arc<[u8]> {
    const KIND: Kind = Kind::Bytes;
    fn put(&self) -> Value {
        Value::Bytes(self.clone())
    }
    fn take(text: Option<&str>, _: &Currencies) -> Result<Self, Error> {
        bytes_of(present(text)?).ok_or_else(|| Error::corrupted("a column is not hexadecimal"))
    }
}

/// Bytes out of hexadecimal. Looks at every digit before it judges: stopping at a wrong one makes all others
/// slow.
fn bytes_of(text: &str) -> Option<Arc<[u8]>> {
    let mut wrong = 0;
    let byte = |pair: &[u8]| match pair {
        [high, low] => {
            let (high, low) = (DIGITS[usize::from(*high)], DIGITS[usize::from(*low)]);
            wrong |= high | low;
            high << 4 | low & 0xf
        }
        _ => 0,
    };
    let bytes: Arc<[u8]> = text.as_bytes().chunks_exact(2).map(byte).collect();
    (wrong < 0x10 && text.len().is_multiple_of(2)).then_some(bytes)
}

/// The value of every hexadecimal digit; 255 of all other bytes.
const DIGITS: [u8; 256] = {
    let mut digits = [0xff; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        digits[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

impl Cell for Currency {
    const KIND: Kind = Kind::Text;
    fn put(&self) -> Value {
        Value::Code(*self)
    }
    fn take(text: Option<&str>, currencies: &Currencies) -> Result<Self, Error> {
        currencies.known(present(text)?).ok_or_else(|| Error::corrupted(UNREGISTERED))
    }
}

macro_rules! names {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            const KIND: Kind = Kind::Text;
            fn put(&self) -> Value {
                Value::Text(self.shared())
            }
            fn take(text: Option<&str>, _: &Currencies) -> Result<Self, Error> {
                present(text).map(Self::stored)
            }
        }
    )*};
}
names!(AccountId, Key);

impl Cell for Book {
    const KIND: Kind = Kind::Text;
    fn put(&self) -> Value {
        Value::Text(self.shared())
    }
    fn take(text: Option<&str>, _: &Currencies) -> Result<Self, Error> {
        let text = present(text)?;
        // rows that are read together are nearly always of one book
        LAST_BOOK.with_borrow_mut(|last| {
            if last.as_str() != text {
                *last = Self::stored(text);
            }
            Ok(last.clone())
        })
    }
}

thread_local! {
    /// The book of the row that this thread read last.
    static LAST_BOOK: RefCell<Book> = RefCell::new(Book::main());
}

macro_rules! prefixed {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            const KIND: Kind = Kind::Id;
            fn put(&self) -> Value {
                Value::Id(self.uuid())
            }
            fn take(text: Option<&str>, currencies: &Currencies) -> Result<Self, Error> {
                Uuid::take(text, currencies).map(Self::from_uuid)
            }
        }
    )*};
}
prefixed!(
    crate::ids::TransferId,
    crate::ids::HoldId,
    crate::ids::DealId,
    crate::ids::EventId,
    crate::ids::JobId
);

impl<T: Cell> Cell for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
    fn put(&self) -> Value {
        self.as_ref().map_or(Value::Null, Cell::put)
    }
    fn take(text: Option<&str>, currencies: &Currencies) -> Result<Self, Error> {
        match text {
            None => Ok(None),
            some => T::take(some, currencies).map(Some),
        }
    }
}

/// A [`text_enum`]: each of its values has a name.
pub(crate) trait TextEnum: Copy + FromStr<Err = Error> + 'static {
    /// Every value, in declaration order.
    const VALUES: &'static [Self];
    /// The name on the wire and in the store.
    fn name(self) -> &'static str;
}

/// Implements [`Cell`] for a field-less enum that is stored by its wire name.
macro_rules! text_enum {
    ($($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        $vis enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// The name on the wire and in the store.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::error::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(crate::error::Error::corrupted(concat!("unknown ", stringify!($name)))),
                }
            }
        }

        impl $crate::rows::codec::TextEnum for $name {
            const VALUES: &'static [Self] = Self::ALL;
            fn name(self) -> &'static str {
                self.as_str()
            }
        }

        impl $crate::rows::codec::Cell for $name {
            const KIND: $crate::rows::codec::Kind = $crate::rows::codec::Kind::Text;
            fn put(&self) -> $crate::rows::codec::Value {
                $crate::rows::codec::Value::Name(self.as_str())
            }
            fn take(text: Option<&str>, _: &$crate::currency::Currencies) -> Result<Self, crate::error::Error> {
                text.ok_or_else(|| crate::error::Error::corrupted("a state is null"))?.parse()
            }
        }
    )+};
}
pub(crate) use text_enum;

#[cfg(test)]
mod tests {
    use super::bytes_of;

    #[test]
    fn bytes_are_read_as_hex_reads_them() {
        let mut texts =
            vec![String::new(), "0".into(), "00ff7fA0".into(), "é".into(), "0é".into(), "00 0".into()];
        texts.extend((0..=127_u8).flat_map(|byte| {
            let other = char::from(byte);
            [format!("{other}0"), format!("0{other}"), format!("12{other}f34")]
        }));
        for text in texts {
            assert_eq!(bytes_of(&text).as_deref(), hex::decode(&text).ok().as_deref(), "{text:?}");
        }
    }
}
