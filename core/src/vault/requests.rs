//! Requests of the vault.

use crate::request::bounds::{CURSOR, NAME, PAGE, chars};
use crate::request::declare::request;
use crate::request::secret::Secret;
use crate::vault::seal::VALUE_MAX;

/// The id of a subject.
const SUBJECT: crate::request::bounds::Bound = chars(128);
/// So many subjects are found at once, where no fewer are asked for.
pub(super) const FOUND: u32 = 500;
/// A value: its bytes are counted when it is sealed.
const VALUE: crate::request::bounds::Bound = chars(VALUE_MAX);

request! {
    /// Seals a value of a subject. Under a name that it has, the new value takes the place of the old one.
    write PutValue {
        /// The subject: 1 to 128 of `A-Z a-z 0-9 . _ : - @`, best the id that actors have.
        subject: String [SUBJECT],
        /// The name of the value: 1 to 64 of `A-Z a-z 0-9 . _ : -`. A subject has at most 256 values.
        name: String [NAME],
        /// The value, a text of at most 64 KiB.
        value: Secret [VALUE],
        ;
        /// Whether `vault.find` finds it. Then the store shows which subjects have the same value under the
        /// same name.
        searchable: Option<bool> = false,
    }

    /// Opens a value. This leaves an event.
    write RevealValue {
        /// The subject.
        subject: String [SUBJECT],
        /// The name of the value.
        name: String [NAME],
    }

    /// Opens all values of a subject. This leaves an event.
    write ExportSubject {
        /// The subject.
        subject: String [SUBJECT],
    }

    /// Forgets a subject: its data key, its values and what finds them are removed. Nothing brings them back.
    write ForgetSubject {
        /// The subject to forget.
        subject: String [SUBJECT],
    }

    /// Asks who has a value under a name, the newest first from page to page. Only values that were put as
    /// searchable are found.
    read FindSubjects {
        /// The name of the value.
        name: String [NAME],
        /// The value: byte for byte, but for how letters with accents are composed.
        value: Secret [VALUE],
        ;
        /// Page size, at most 500, which it is when absent.
        limit: Option<u32> [PAGE] = FOUND,
        /// The `next` of the page before.
        after: Option<String> [CURSOR],
    }

    /// Asks for the names of the values of a subject.
    read ListValues pages {
        /// The subject.
        subject: String [SUBJECT],
    }

    /// Asks which keys of the keyring wrap data keys of this book.
    read ListVaultKeys {}

    /// Wraps data keys with the current key of this process's keyring; or gives a subject a new data key.
    effect RotateKeys {
        ;
        /// Gives this subject a new data key and seals its values anew. Without it, every data key of the
        /// book is wrapped with the current key of the keyring.
        subject: Option<String> [SUBJECT],
    }
}
