//! Operations that hold what their requests say: each field is read by its meaning.

use std::sync::Arc;

use super::bounds::{Bound, CURRENCY, ID, NAME, REASON, word_of};
use super::domain::Parse;
use super::shape::{one_named, text};
use super::texts::{name_of, words};
use crate::currency::Currency;
use crate::error::Result;
use crate::ids::{
    ApprovalId, Book, DealId, DebtId, DisputeId, HoldId, LaneId, PaymentId, PurchaseId, ReviewId, TransferId,
    WithdrawalId,
};
use crate::money::{Amount, Money};
use crate::rows::codec::TextEnum;
use crate::time::{Span, SpanInput};

/// The meaning of a field of a request: how the value that is given is bounded and read.
pub trait Meaning<Given> {
    /// The value that operations see.
    type Read;
    /// The bound of the value, unless its field sets another one.
    const BOUND: Bound = Bound::NONE;
    /// Reads the value of a field.
    fn read(field: &str, given: &Given, parse: &Parse<'_>) -> Result<Self::Read>;
}

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl Meaning<String> for $id {
            type Read = Self;
            const BOUND: Bound = ID;
            fn read(field: &str, given: &String, _: &Parse<'_>) -> Result<Self> {
                Self::request(field, given)
            }
        }
    )*};
}
ids! {
    ApprovalId, DealId, DebtId, DisputeId, HoldId, LaneId, PaymentId, PurchaseId, ReviewId, TransferId,
    WithdrawalId
}

/// An object of the caller's book, by its id.
impl<I: Meaning<String>> Meaning<String> for (Book, I) {
    type Read = (Book, I::Read);
    const BOUND: Bound = I::BOUND;
    fn read(field: &str, given: &String, parse: &Parse<'_>) -> Result<Self::Read> {
        Ok((parse.book.clone(), I::read(field, given, parse)?))
    }
}

/// One of a closed list of words.
impl<T: TextEnum> Meaning<String> for T {
    type Read = T;
    const BOUND: Bound = word_of::<T>();
    fn read(field: &str, given: &String, _: &Parse<'_>) -> Result<T> {
        one_named(field, given)
    }
}

/// An amount that must be positive.
impl Meaning<Amount> for Money {
    type Read = Self;
    fn read(field: &str, given: &Amount, parse: &Parse<'_>) -> Result<Self> {
        given.resolve_positive(field, parse.currencies)
    }
}

/// A currency that is known.
impl Meaning<String> for Currency {
    type Read = Self;
    const BOUND: Bound = CURRENCY;
    fn read(field: &str, given: &String, parse: &Parse<'_>) -> Result<Self> {
        parse.currencies.get(field, given)
    }
}

/// A length of time.
impl Meaning<SpanInput> for Span {
    type Read = Self;
    fn read(field: &str, given: &SpanInput, _: &Parse<'_>) -> Result<Self> {
        given.resolve(field)
    }
}

/// A count, as facts keep it.
impl Meaning<u32> for i64 {
    type Read = Self;
    fn read(_: &str, given: &u32, _: &Parse<'_>) -> Result<Self> {
        Ok(Self::from(*given))
    }
}

/// Declares meanings, each with the function that reads a field, what is given, and the call that it is of.
macro_rules! meanings {
    ($($(#[$doc:meta])* $name:ident: $given:ty $([$bound:expr])? => $read:ty = $how:expr;)+) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl $crate::request::parsed::Meaning<$given> for $name {
            type Read = $read;
            $(const BOUND: $crate::request::bounds::Bound = $bound;)?
            fn read(
                field: &str,
                given: &$given,
                parse: &$crate::request::domain::Parse<'_>,
            ) -> $crate::error::Result<$read> {
                let how: fn(
                    &str,
                    &$given,
                    &$crate::request::domain::Parse<'_>,
                ) -> $crate::error::Result<$read> = $how;
                how(field, given, parse)
            }
        }
    )+};
}
pub(crate) use meanings;

meanings! {
    /// A free text that is not empty.
    Text: String [REASON] => Arc<str> = |field, given, _| text(field, given);
    /// A free text that is not empty and no card number.
    Words: String [REASON] => Arc<str> = |field, given, _| words(field, given);
    /// A name that may stand in events, as gateways, routes, offers, promos, sources and chains have one.
    Name: String [NAME] => String = |field, given, _| name_of(field, given);
}

/// Declares the operations that hold what their requests say.
macro_rules! operations {
    ([$(#[$when:meta])?] $($(#[$doc:meta])* $kind:ident $name:ident $(<$state:ident>)? $($how:ident)* { $($body:tt)* })+) => {
        /// Operations that hold what their requests say.
        $(#[$when])?
        pub(crate) mod operations {
            #[allow(clippy::wildcard_imports, reason = "they are the requests of the module above")]
            use super::*;
            $($crate::request::parsed::operation! { $kind $name $($how)* { $($body)* } })+
        }
    };
}
pub(crate) use operations;

/// Declares the operation of a request that says which it parses, and how it is read: a member for each
/// field, the book, the note, and the members that are made of them.
macro_rules! operation {
    (write $request:ident parses $operation:ident $($how:ident)* {
        $($(#[$rdoc:meta])* $req:ident: $rty:ty $(as $rmeaning:ty)? $([$rbound:expr])?,)*
        $(; $(
            $(#[$odoc:meta])*
            $opt:ident: Option<$oty:ty $(as $omeaning:ty)?> $([$obound:expr])? $(= $default:expr)?,
        )*)?
        $(|$parse:ident| $($extra:ident: $ety:ty = $made:expr,)*)?
    }) => {
        $crate::request::parsed::operation! {
            @ $request [$operation] [$($parse $($extra: $ety = $made,)*)?]
            { $($req: $rty [$($rmeaning)?],)* }
            { $($($opt: $oty [$($omeaning)?] [$($default)?],)*)? }
        }
    };
    (
        @ $request:ident [$operation:ident] [$($parse:ident $($extra:ident: $ety:ty = $made:expr,)*)?]
        { $($req:ident: $rty:ty [$($rmeaning:ty)?],)* }
        { $($opt:ident: $oty:ty [$($omeaning:ty)?] [$($default:expr)?],)* }
    ) => {
        #[doc = concat!("The operation of `", stringify!($request), "`.")]
        #[derive(Debug)]
        pub struct $operation {
            #[allow(dead_code, reason = "an operation may find its book in its members")]
            pub(crate) book: $crate::ids::Book,
            $(pub(crate) $req: $crate::request::parsed::member!($rty [$($rmeaning)?]),)*
            $(pub(crate) $opt: $crate::request::parsed::member!($oty [$($omeaning)?] [$($default)?]),)*
            $($(pub(crate) $extra: $ety,)*)?
            #[allow(dead_code, reason = "an operation may have no object with a version")]
            pub(crate) note: $crate::request::note::Note,
        }

        impl $crate::request::record::WriteRequest for $request {
            type Operation = $operation;
            fn parse(&self, parse: &$crate::request::domain::Parse<'_>) -> $crate::error::Result<$operation> {
                #[allow(unused_imports, reason = "a request may have no fields")]
                use $crate::request::bounds::plain;
                use $crate::request::record::Request as _;
                $(let $req = $crate::request::parsed::value!(
                    (plain(stringify!($req)), &self.$req, parse) $rty [$($rmeaning)?]
                );)*
                $(let $opt = $crate::request::parsed::value!(
                    (plain(stringify!($opt)), self.$opt.as_ref(), parse) $oty [$($omeaning)?] [$($default)?]
                );)*
                $(let $parse = parse; $(let $extra: $ety = $made;)*)?
                Ok($operation {
                    book: parse.book.clone(),
                    $($req,)*
                    $($opt,)*
                    $($($extra,)*)?
                    note: $crate::request::note::Note::parse(&self.common())?,
                })
            }
        }
    };
    ($($other:tt)*) => {};
}
pub(crate) use operation;

/// The type of a member: the field's own without a meaning, and optional without a default.
macro_rules! member {
    ($ty:ty []) => { $ty };
    ($ty:ty [$meaning:ty]) => { <$meaning as $crate::request::parsed::Meaning<$ty>>::Read };
    ($ty:ty [$($meaning:ty)?] []) => { Option<$crate::request::parsed::member!($ty [$($meaning)?])> };
    ($ty:ty [$($meaning:ty)?] [$default:expr]) => { $crate::request::parsed::member!($ty [$($meaning)?]) };
}
pub(crate) use member;

/// The value of a member.
macro_rules! value {
    (($field:expr, $given:expr, $parse:ident) $ty:ty []) => {
        <$ty as Clone>::clone($given)
    };
    (($field:expr, $given:expr, $parse:ident) $ty:ty [$meaning:ty]) => {
        <$meaning as $crate::request::parsed::Meaning<$ty>>::read($field, $given, $parse)?
    };
    (($field:expr, $given:expr, $parse:ident) $ty:ty [$($meaning:ty)?] []) => {
        match $given {
            Some(given) => Some($crate::request::parsed::value!(($field, given, $parse) $ty [$($meaning)?])),
            None => None,
        }
    };
    (($field:expr, $given:expr, $parse:ident) $ty:ty [$($meaning:ty)?] [$default:expr]) => {
        match $given {
            Some(given) => $crate::request::parsed::value!(($field, given, $parse) $ty [$($meaning)?]),
            None => {
                let given: $ty = $crate::request::field::IntoField::into_field($default);
                $crate::request::parsed::value!(($field, &given, $parse) $ty [$($meaning)?])
            }
        }
    };
}
pub(crate) use value;

/// The bound of a field: its own, or that of its meaning.
macro_rules! bound_of {
    ($ty:ty [$($meaning:ty)?] [$bound:expr]) => {
        $bound
    };
    ($ty:ty [] []) => {
        $crate::request::bounds::Bound::NONE
    };
    ($ty:ty [$meaning:ty] []) => {
        <$meaning as $crate::request::parsed::Meaning<$ty>>::BOUND
    };
}
pub(crate) use bound_of;

/// A setting that takes over what a request gives; what is left out stays.
pub(crate) trait Setting<Given> {
    fn take_over(&mut self, given: Option<&Given>);
}

impl<T: Clone> Setting<T> for T {
    fn take_over(&mut self, given: Option<&T>) {
        if let Some(given) = given {
            self.clone_from(given);
        }
    }
}

impl<T: Clone> Setting<T> for Option<T> {
    fn take_over(&mut self, given: Option<&T>) {
        if let Some(given) = given {
            *self = Some(given.clone());
        }
    }
}

/// Takes over the settings that a request gives, by name.
macro_rules! take_over {
    ($given:ident => $facts:ident: $($setting:ident),+) => {
        $($crate::request::parsed::Setting::take_over(&mut $facts.$setting, $given.$setting.as_ref());)+
    };
}
pub(crate) use take_over;
