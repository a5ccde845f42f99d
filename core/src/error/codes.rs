//! Expands a row of the table of refusals to a code, all that is known of it, and its details.

/// Makes `Code` and `Detail` from the rows.
macro_rules! refusals {
    ($(
        $variant:ident $wire:literal $kind:ident $retry:ident $(reserved $later:literal)?
        $doc:literal
        { $($(#[$attribute:meta])* $field:ident: $ty:ty),* $(,)? }
        $dev:literal
        $ko:literal
        $en:literal;
    )*) => {
        /// A refusal's stable name. Codes are API: they are added to, never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(
                #[doc = concat!("`", $wire, "`: ", $doc)]
                $(#[doc = concat!("\n\nReserved for ", $later, ": nothing raises it yet.")])?
                $variant,
            )*
        }

        impl Code {
            /// The wire form, such as `insufficient_balance`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $wire,)* }
            }

            /// Every code, in the order of the documentation.
            #[must_use]
            pub const fn all() -> &'static [Code] {
                &[$(Code::$variant,)*]
            }

            /// Returns the kind of refusal.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self { $(Code::$variant => Kind::$kind,)* }
            }

            /// Whether and how trying again can help, unless the error itself has another answer.
            #[must_use]
            pub const fn retry(self) -> Retry {
                match self { $(Code::$variant => Retry::$retry,)* }
            }

            /// The feature that the code is reserved for, if nothing raises it yet.
            #[must_use]
            pub const fn reserved_for(self) -> Option<&'static str> {
                match self {
                    $($(Code::$variant => Some($later),)?)*
                    _ => None,
                }
            }

            /// The HTTP status: the kind's. `Error::http_status` says which one a refusal is answered with.
            #[must_use]
            pub const fn http_status(self) -> u16 {
                self.kind().http_status()
            }

            /// The meaning of the code, in one sentence.
            #[must_use]
            pub const fn summary(self) -> &'static str {
                match self { $(Code::$variant => $doc,)* }
            }

            /// The detail fields: name, type and meaning.
            #[must_use]
            pub const fn fields(self) -> &'static [Field] {
                match self {
                    $(Code::$variant => &[$(Field {
                        name: stringify!($field),
                        ty: stringify!($ty),
                        meaning: meaning!($field),
                    },)*],)*
                }
            }

            pub(super) const fn developers(self) -> &'static str {
                match self { $(Code::$variant => $dev,)* }
            }

            pub(super) const fn english(self) -> &'static str {
                match self { $(Code::$variant => $en,)* }
            }

            pub(super) const fn korean(self) -> &'static str {
                match self { $(Code::$variant => $ko,)* }
            }
        }

        /// A refusal with its facts. Serializes as its fields alone, a JSON object.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum Detail {
            $(
                #[doc = concat!("`", $wire, "`: ", $doc)]
                $variant { $(#[doc = meaning!($field)] $(#[$attribute])* $field: $ty,)* },
            )*
        }

        impl Detail {
            /// The code of this refusal.
            #[must_use]
            pub const fn code(&self) -> Code {
                match self { $(Detail::$variant { .. } => Code::$variant,)* }
            }

            /// Reads what [`Serialize`] wrote of a refusal with this code.
            pub(super) fn read(code: Code, details: &Value) -> Result<Detail, String> {
                match code {
                    $(Code::$variant => Ok(Detail::$variant { $($field: member(details, stringify!($field))?,)* }),)*
                }
            }

            /// Writes the field `name` for a message; whether there is such a field and it is present.
            pub(super) fn show(&self, name: &str, out: &mut String) -> bool {
                match self {
                    $(Detail::$variant { $($field),* } => match name {
                        $(stringify!($field) => $field.show(out),)*
                        _ => false,
                    },)*
                }
            }
        }
    };
}
pub(super) use refusals;
