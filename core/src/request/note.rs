//! Fields that every write may carry besides its own: where it comes from, a reference, metadata and the
//! version that the caller expects.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::address::Address;
use super::bounds::{LINE, bounds, show};
use super::domain::Scope;
use super::normal::Normal;
use super::proof::mark_of;
use super::secret::Secret;
use super::shape::{metadata, text};
use crate::error::{Detail, Result};
use crate::ids::{ActorInput, Key};
use crate::kernel::identity::Canonical;
use crate::keyring::Keyring;
use crate::rows::private::Private;
use crate::rows::traced::Traced;

/// Where a call comes from: ids for tracing and facts for rules. Not part of what makes two requests the
/// same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = show::<Trace>)]
pub struct Trace {
    /// Ties together everything that one user action caused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The event or call that caused this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<String>,
    /// W3C trace context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Address of the end user, IPv4 or IPv6; a port, brackets and a zone are cut off, and a list is refused.
    /// Events keep a salted hash, and next to it the text until it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<Private>,
    /// Device of the end user: events keep a salted hash, and next to it the text until it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Private>,
}

bounds! { Trace { correlation_id: LINE, causation_id: LINE, traceparent: LINE, ip: LINE, device: LINE } }

impl Trace {
    /// Returns the form that events keep: ids as they are, and private values as salted hashes, with the
    /// clear text beside them.
    pub fn for_events(&self, salt: [u8; 16]) -> Result<Option<Arc<Traced>>> {
        let ids = [
            ("causation_id", self.causation_id.as_deref()),
            ("correlation_id", self.correlation_id.as_deref()),
            ("traceparent", self.traceparent.as_deref()),
        ];
        let device = ("device", self.device.as_deref());
        for (name, value) in ids.iter().chain([&device]) {
            value.map(|value| text(&format!("context.{name}"), value)).transpose()?;
        }
        let ip = self.address("context")?.map(|address| address.to_string());
        Ok(Traced::new(&ids, &[("ip", ip.as_deref()), device], salt).map(Arc::new))
    }

    /// The address of the end user, of a context in the field `field`.
    pub fn address(&self, field: &str) -> Result<Option<Address>> {
        self.ip.as_deref().map(|ip| Address::request(&format!("{field}.ip"), ip)).transpose()
    }
}

impl Normal for Trace {}

/// The fields that a call of any operation may carry besides its own.
#[derive(Clone, Debug, Default)]
pub struct Common<'r> {
    /// Idempotency key.
    pub key: Option<&'r str>,
    /// The actor.
    pub actor: Option<&'r ActorInput>,
    /// The caller's own id.
    pub reference: Option<&'r str>,
    /// JSON object of the caller's.
    pub metadata: Option<&'r Map<String, Value>>,
    /// Tracing ids.
    pub context: Option<&'r Trace>,
    /// The host's own risk score, 0 to 100.
    pub risk_score: Option<u32>,
    /// The version that the object must have.
    pub expected_version: Option<i64>,
    /// Proofs of factors.
    pub proofs: Option<&'r [Secret]>,
}

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
    pub fn parse(common: &Common<'_>) -> Result<Self> {
        Ok(Self {
            reference: common.reference.map(|value| text("reference", value)).transpose()?,
            metadata: metadata(common.metadata)?,
            expected_version: common.expected_version,
        })
    }

    /// Compares the version of an object with the one that the caller expects.
    pub fn check_version(&self, object: &str, actual: i64) -> Result<()> {
        match self.expected_version.filter(|expected| *expected != actual) {
            None => Ok(()),
            Some(expected) => {
                Err(Detail::VersionConflict { object: object.to_owned(), expected, actual }.into())
            }
        }
    }
}

/// Adds what every write may carry to its canonical form.
pub(crate) fn add_note(
    form: &mut Canonical,
    reference: Option<&String>,
    metadata: Option<&Map<String, Value>>,
) {
    form.field("reference", |into| reference.is_some_and(|text| text.canonical(into)));
    let metadata = metadata.filter(|object| !object.is_empty());
    form.field("metadata", |into| metadata.is_some_and(|object| object.canonical(into)));
}

impl Common<'_> {
    /// Checks the shape of what nothing else looks at.
    pub fn check(&self) -> Result<()> {
        self.key.map(|key| Key::request("key", key)).transpose()?;
        self.reference.map(|reference| text("reference", reference)).transpose()?;
        // the salt hides nothing here: what comes of it is dropped
        self.context.map(|context| context.for_events([0; 16])).transpose()?;
        Ok(())
    }

    /// Returns the host's own risk score, as rules take it: 0 where there is none.
    pub fn score(&self) -> u8 {
        self.risk_score.and_then(|score| u8::try_from(score).ok()).unwrap_or(0)
    }

    /// Returns the marks of the proofs that its caller brings. Without a keyring there are none.
    pub fn proven(&self, scope: &Scope) -> Option<Arc<[String]>> {
        let mark = |ring: &Keyring, proof: &Secret| mark_of(ring, &scope.book, proof).ok().flatten();
        let marks = |ring| move |proof| mark(ring, proof);
        self.proofs.map(|proofs| match &scope.keyring {
            Some(ring) => proofs.iter().filter_map(marks(ring)).collect(),
            None => Arc::default(),
        })
    }

    /// A request as gates see it: these fields of it, with what its caller keeps with it.
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
