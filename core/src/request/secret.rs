//! A text that only its reader may see: a value of the vault, a PIN, a code.
//!
//! It is wiped when it is dropped, is never shown by `Debug`, and no error repeats it. What reads a request
//! from JSON or writes a reply to JSON makes copies that this type does not reach: keep such texts no longer
//! than the call.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::bounds::{Bound, Bounded};
use super::normal::Normal;
use crate::error::Result;

/// A text that only its reader may see.
///
/// ```
/// use earnest::request::secret::Secret;
///
/// assert_eq!(format!("{:?}", Secret::from("1234")), "(secret)");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl Deref for Secret {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Secret {
    /// The text, wiped when it is dropped.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        self.0.clone()
    }
}

/// Secrets by name.
#[derive(Clone, PartialEq)]
pub struct SecretMap(BTreeMap<String, Secret>);

impl SecretMap {
    /// Its secrets, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.0.iter().map(|(name, secret)| (name.as_str(), secret))
    }

    /// The secret of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, S: Into<Secret>> FromIterator<(N, S)> for SecretMap {
    fn from_iter<I: IntoIterator<Item = (N, S)>>(all: I) -> Self {
        Self(all.into_iter().map(|(name, secret)| (name.into(), secret.into())).collect())
    }
}

/// Names alone.
impl fmt::Debug for SecretMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter()).finish()
    }
}

impl Serialize for SecretMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SecretMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfMap)
    }
}

/// Takes an object of texts, and repeats nothing that stands in its place.
struct OfMap;

impl<'de> Visitor<'de> for OfMap {
    type Value = SecretMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<SecretMap, A::Error> {
        let mut all = BTreeMap::new();
        while let Some((name, secret)) = map.next_entry()? {
            all.insert(name, secret);
        }
        Ok(SecretMap(all))
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<SecretMap, E> {
        Err(E::custom("must be an object of texts"))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<SecretMap, E> {
        Err(E::custom("must be an object of texts"))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<SecretMap, E> {
        Err(E::custom("must be an object of texts"))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<SecretMap, E> {
        Err(E::custom("must be an object of texts"))
    }

    #[expect(clippy::disallowed_types, reason = "it is refused, whatever its value")]
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<SecretMap, E> {
        Err(E::custom("must be an object of texts"))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, _: A) -> Result<SecretMap, A::Error> {
        Err(de::Error::custom("must be an object of texts"))
    }
}

impl JsonSchema for SecretMap {
    fn schema_name() -> Cow<'static, str> {
        "SecretMap".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": { "type": "string", "format": "password" } })
    }
}

impl Bounded for SecretMap {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.list(field, self.0.len())?;
        for (name, secret) in &self.0 {
            bound.text(&format!("{field}.{name}"), secret)?;
        }
        Ok(())
    }
}

impl Normal for SecretMap {
    const SECRET: bool = true;

    fn canonical(&self, into: &mut Vec<u8>) -> bool {
        serde_json_canonicalizer::to_writer(self, into).is_ok()
    }
}

/// It takes the same time wherever two of one length differ.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfText)
    }
}

/// Takes a text. The errors of serde repeat what stands in its place, which may be a PIN without quotes.
struct OfText;

impl<'de> Visitor<'de> for OfText {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        Ok(text.into())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Secret, E> {
        Ok(text.into())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Secret, E> {
        Err(E::custom("must be a text"))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret, E> {
        Err(E::custom("must be a text"))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Secret, E> {
        Err(E::custom("must be a text"))
    }

    #[expect(clippy::disallowed_types, reason = "it is refused, whatever its value")]
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        Err(E::custom("must be a text"))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, _: A) -> Result<Secret, A::Error> {
        Err(de::Error::custom("must be a text"))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, _: A) -> Result<Secret, A::Error> {
        Err(de::Error::custom("must be a text"))
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // as OpenAPI marks it: what is made from a schema shows no such value
        json_schema!({ "type": "string", "format": "password" })
    }
}

impl Bounded for Secret {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.text(field, self)
    }
}

impl Normal for Secret {
    const SECRET: bool = true;

    fn canonical(&self, into: &mut Vec<u8>) -> bool {
        serde_json::to_writer(into, &**self).is_ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::{Value, json};

    use super::Secret;

    #[test]
    fn what_stands_in_its_place_is_not_repeated() {
        for wrong in [json!(4711), json!(-4711), json!(47.11), json!([4711]), json!({ "4711": 4711 })] {
            let error = serde_json::from_value::<Secret>(wrong).unwrap_err().to_string();
            assert_eq!(error, "must be a text");
            assert!(!error.contains("4711"));
        }
        assert!(serde_json::from_value::<Secret>(Value::Null).is_err());
        assert_eq!(serde_json::from_value::<Secret>(json!("4711")).unwrap(), Secret::from("4711"));
        assert!(Secret::from("4711") != Secret::from("4712"));
    }
}
