//! A sink by its name, and the rows that it has.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::ids::Book;
use crate::request::domain::Parse;
use crate::request::parsed::Meaning;
use crate::request::shape::is_name;
use crate::rows::kinds::SinkKey;

/// Kind and id of an object.
pub(crate) type ObjectOf = (Arc<str>, Arc<str>);

/// The name of a sink.
pub fn sink_name(field: &str, name: &str) -> Result<Arc<str>> {
    if is_name(name) {
        return Ok(name.into());
    }
    Err(Error::invalid(field, "must be 1 to 64 of `A-Z a-z 0-9 . _ : -`"))
}

/// A sink of a book.
#[derive(Clone, Debug)]
pub struct SinkOf {
    pub book: Book,
    pub name: Arc<str>,
}

impl SinkOf {
    /// The key of its own row.
    pub fn key(&self) -> SinkKey {
        (self.book.clone(), self.name.clone(), "".into(), "".into())
    }

    /// The key of the row of an object that it may have left behind.
    pub fn key_of(&self, of: &ObjectOf) -> SinkKey {
        let (object, id) = of;
        (self.book.clone(), self.name.clone(), object.clone(), id.clone())
    }
}

impl Meaning<String> for SinkOf {
    type Read = Self;
    fn read(field: &str, given: &String, parse: &Parse<'_>) -> Result<Self> {
        Ok(Self { book: parse.book.clone(), name: sink_name(field, given)? })
    }
}
