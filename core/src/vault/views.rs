//! Views of the vault.

use crate::request::secret::Secret;
use crate::request::view::views;

views! {
    /// Reply of `put`.
    reply ValuePut {
        /// The subject.
        subject: String,
        /// The name of the value.
        name: String,
        /// Counts the values under this name, from 1.
        version: i64,
        /// The key of the keyring that wraps the subject's data key.
        key_id: String,
    }

    /// Reply of `reveal`.
    view ValueRevealed {
        /// The value.
        value: Secret,
        /// Counts the values under this name.
        version: i64,
        /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
        replayed: bool,
    }

    /// A value of a subject that was exported.
    view ExportedValue {
        /// The name of the value.
        name: String,
        /// The value.
        value: Secret,
        /// Counts the values under this name.
        version: i64,
    }

    /// Reply of `export`.
    view SubjectExported {
        /// The subject of the values.
        subject: String,
        /// Its values, in the order of their names.
        values: Vec<ExportedValue>,
        /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
        replayed: bool,
    }

    /// Reply of `forget`.
    reply SubjectForgotten {
        /// The subject that was forgotten.
        subject: String,
        /// Whether something was there, and is gone.
        forgotten: bool,
    }

    /// Reply of `find`.
    view SubjectsFound {
        /// The subjects with this value, of a page in order.
        subjects: Vec<String>,
        /// Where the next page begins; `null` on the last.
        next: Option<String>,
    }

    /// A value of a subject by its name.
    view ValueListed {
        /// The name of the value.
        name: String,
        /// Counts the values under this name.
        version: i64,
        /// The key of the keyring that wraps the subject's data key.
        key_id: String,
        /// Whether `find` finds it.
        searchable: bool,
    }

    /// A key of the keyring that a book rests on: one that wraps data keys, or the one of its index.
    view WrappingKey {
        /// Its id, as the keyring has it.
        key_id: String,
        /// `vault`: it wraps; `index`: names are found and proofs are checked by it.
        purpose: String,
        /// Whether it wraps new data keys.
        primary: bool,
        /// How many data keys are wrapped with it.
        wraps: i64,
        /// Whether the keyring of the process that answers lacks it.
        missing: bool,
    }

    /// Reply of `rotate`.
    view KeysRotated {
        /// How many data keys were wrapped anew.
        rewrapped: i64,
        /// How many are still wrapped with another key than the current one: 0 when all was done.
        remaining: i64,
        /// Always false: the same call again is made again.
        replayed: bool,
    }
}
