//! A keyring as a key service keeps it sealed: in this form it opens for nobody who cannot call that service.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::VERSION;
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

impl Envelope {
    /// Reads a sealed keyring; `None` for a text that is not one.
    pub(crate) fn read(field: &str, text: &str) -> Result<Option<Self>> {
        // a keyring with its keys in the clear is never read into values, which nothing wipes
        if !text.contains("\"sealed\"") || text.contains("\"keys\"") {
            return Ok(None);
        }
        let bad = |what: String| Error::invalid(field, what);
        let outer: Value = serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            bad(format!("is not a sealed keyring: it is broken at line {line}, column {column}"))
        })?;
        let only = |value: &Value, members| value.as_object().is_some_and(|all| all.len() == members);
        let sealed = &outer["sealed"];
        if !only(&outer, 2) || !only(sealed, 3) {
            return Err(bad(
                "must have `earnest_keyring` and `sealed` with `by`, `data_key` and `data`".into()
            ));
        }
        if outer["earnest_keyring"] != VERSION {
            return Err(bad(format!("has version {}: only {VERSION} is known", outer["earnest_keyring"])));
        }
        let Some(by) = sealed["by"].as_str().filter(|by| is_service_key(by)) else {
            return Err(bad(format!("sealed.by must be 1 to {BY_MAX} visible ASCII characters")));
        };
        let decoded = |name: &str| {
            let bytes = sealed[name].as_str().and_then(|text| BASE64.decode(text.as_bytes()).ok());
            let bytes = bytes.filter(|bytes| !bytes.is_empty());
            bytes.ok_or_else(|| bad(format!("sealed.{name} must be base64")))
        };
        Ok(Some(Self { by: by.to_owned(), data_key: decoded("data_key")?, data: decoded("data")? }))
    }

    /// Its text. It has no secret.
    pub(crate) fn to_text(&self) -> String {
        let (data_key, data) = (BASE64.encode(&self.data_key), BASE64.encode(&self.data));
        let sealed = json!({ "by": self.by, "data_key": data_key, "data": data });
        format!("{}\n", json!({ "earnest_keyring": VERSION, "sealed": sealed }))
    }
}

/// Whether this can be the name of a key of a service.
pub(crate) fn is_service_key(by: &str) -> bool {
    (1..=BY_MAX).contains(&by.len()) && by.bytes().all(|byte| byte.is_ascii_graphic())
}
