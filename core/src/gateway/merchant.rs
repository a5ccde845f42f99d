//! The merchant of a driver: settings, which may be shown, and secrets, which are opened for one call and
//! never shown.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::request::secret::Secret;

/// A merchant at a gateway.
#[derive(Clone, Debug)]
pub struct Merchant {
    /// The name of the gateway.
    pub gateway: String,
    /// The settings of its driver.
    pub config: Map<String, Value>,
    secrets: BTreeMap<String, Secret>,
}

impl Merchant {
    /// A merchant with opened secrets.
    pub fn new(
        gateway: impl Into<String>,
        config: Map<String, Value>,
        secrets: BTreeMap<String, Secret>,
    ) -> Self {
        Self { gateway: gateway.into(), config, secrets }
    }

    /// A setting that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.config.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A secret.
    pub fn secret(&self, name: &'static str) -> Result<&Secret, Lacking> {
        self.secrets.get(name).filter(|secret| !secret.is_empty()).ok_or(Lacking(name))
    }
}

/// A setting or secret that is missing, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacking(pub &'static str);

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the gateway has no `{}`", self.0)
    }
}

impl std::error::Error for Lacking {}

impl From<Lacking> for Error {
    fn from(lacking: Lacking) -> Self {
        Error::invalid(lacking.0, "must be set at the gateway")
    }
}
