//! What every write may carry in addition to its own fields: a reference, metadata and the version that the
//! caller expects.

use std::sync::Arc;

use super::record::{Common, metadata, text};
use crate::error::{Detail, Result};

/// Reference, metadata and the version that a caller expects.
#[derive(Clone, Debug, Default)]
pub struct Note {
    /// The caller's own id.
    pub reference: Option<Arc<str>>,
    /// Canonical JSON.
    pub metadata: Option<Arc<str>>,
    /// The version that the object must have.
    pub expected_version: Option<i64>,
}

impl Note {
    /// Parses what every write may carry.
    ///
    /// # Errors
    /// `invalid_request` naming `reference` or `metadata`.
    pub fn parse(common: &Common<'_>) -> Result<Self> {
        Ok(Self {
            reference: common.reference.map(|value| text("reference", value)).transpose()?,
            metadata: metadata(common.metadata)?,
            expected_version: common.expected_version,
        })
    }

    /// Compares the version of an object with the one that the caller expects.
    ///
    /// # Errors
    /// `version_conflict`.
    pub fn check_version(&self, object: &str, actual: i64) -> Result<()> {
        match self.expected_version.filter(|expected| *expected != actual) {
            None => Ok(()),
            Some(expected) => {
                Err(Detail::VersionConflict { object: object.to_owned(), expected, actual }.into())
            }
        }
    }
}
