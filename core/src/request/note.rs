//! What every write may carry in addition to its own fields: a reference, metadata and the version that the
//! caller expects.

use std::sync::Arc;

use serde_json::Value;

use super::record::{Common, metadata, text};
use crate::error::{Detail, Result};
use crate::ids::Key;
use crate::keyring::Keyring;
use crate::request::proof::mark_of;
use crate::request::scope::Scope;
use crate::request::secret::Secret;

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

impl Common<'_> {
    /// Checks the shape of what nothing else looks at.
    ///
    /// # Errors
    /// `invalid_request` naming `key`, `reference` or `context`.
    pub fn check(&self) -> Result<()> {
        self.key.map(|key| Key::request("key", key)).transpose()?;
        self.reference.map(|reference| text("reference", reference)).transpose()?;
        // the salt hides nothing here: what comes of it is dropped
        self.context.map(|context| context.for_events([0; 16])).transpose()?;
        Ok(())
    }

    /// What the host's own model thinks of the risk, as rules take it.
    #[must_use]
    pub fn score(&self) -> u8 {
        self.risk_score.and_then(|score| u8::try_from(score).ok()).unwrap_or(0)
    }

    /// What its caller proves, by the marks of the proofs. Without a keyring there are none.
    #[must_use]
    pub fn proven(&self, scope: &Scope) -> Option<Arc<[String]>> {
        let mark = |ring: &Keyring, proof: &Secret| mark_of(ring, &scope.book, proof).ok().flatten();
        let marks = |ring| move |proof| mark(ring, proof);
        self.proofs.map(|proofs| match &scope.keyring {
            Some(ring) => proofs.iter().filter_map(marks(ring)).collect(),
            None => Arc::default(),
        })
    }

    /// A request as gates see it: these fields of it, with what its caller keeps with it.
    #[must_use]
    pub fn asked(&self, mut fields: Value) -> Value {
        if let Some(metadata) = self.metadata {
            fields["metadata"] = metadata.clone().into();
        }
        if let Some(reference) = self.reference {
            fields["reference"] = reference.into();
        }
        fields
    }
}
