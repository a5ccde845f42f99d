//! A keyring as a key service keeps it sealed: in this form it opens for nobody who cannot call that service.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::file::VERSION;
use crate::error::{Error, Result};

/// The longest name of a key of a service, which may be an address.
const BY_MAX: usize = 2_048;

/// A keyring that is sealed under a data key, and that data key as a service has wrapped it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// The key of the service, as the service names it.
    pub(crate) by: String,
    /// The data key, which only the service opens.
    pub(crate) data_key: Vec<u8>,
    /// The text of the keyring, sealed.
    pub(crate) data: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outer {
    earnest_keyring: u64,
    sealed: Inner,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    by: String,
    data_key: String,
    data: String,
}

#[derive(Deserialize)]
struct Hint {
    #[serde(default)]
    sealed: Option<serde::de::IgnoredAny>,
}

impl Envelope {
    /// Reads a sealed keyring; `None` for a text that is not one.
    ///
    /// # Errors
    /// `invalid_request` naming `field`, with the member that is wrong.
    pub(crate) fn read(field: &str, text: &str) -> Result<Option<Self>> {
        if !serde_json::from_str::<Hint>(text).is_ok_and(|hint| hint.sealed.is_some()) {
            return Ok(None);
        }
        let bad = |what: String| Error::invalid(field, what);
        // serde's message repeats the bad value: only its place may be shown
        let outer: Outer = serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            bad(format!("is not a sealed keyring: it is broken at line {line}, column {column}"))
        })?;
        if outer.earnest_keyring != VERSION {
            return Err(bad(format!("has version {}: only {VERSION} is known", outer.earnest_keyring)));
        }
        let Inner { by, data_key, data } = outer.sealed;
        if !is_service_key(&by) {
            return Err(bad(format!("sealed.by must be 1 to {BY_MAX} visible ASCII characters")));
        }
        let decoded = |name: &str, text: &str| {
            let bytes = BASE64.decode(text.as_bytes()).ok().filter(|bytes| !bytes.is_empty());
            bytes.ok_or_else(|| bad(format!("sealed.{name} must be base64")))
        };
        let (data_key, data) = (decoded("data_key", &data_key)?, decoded("data", &data)?);
        Ok(Some(Self { by, data_key, data }))
    }

    /// Its text. It has no secret.
    pub(crate) fn to_text(&self) -> String {
        let (data_key, data) = (BASE64.encode(&self.data_key), BASE64.encode(&self.data));
        let sealed = Inner { by: self.by.clone(), data_key, data };
        // a record of texts always has a JSON form
        serde_json::to_string(&Outer { earnest_keyring: VERSION, sealed }).unwrap_or_default() + "\n"
    }
}

/// Whether this can be the name of a key of a service.
pub(crate) fn is_service_key(by: &str) -> bool {
    (1..=BY_MAX).contains(&by.len()) && by.bytes().all(|byte| byte.is_ascii_graphic())
}
