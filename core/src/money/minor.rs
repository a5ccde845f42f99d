//! Minor units, as decimal text: JSON numbers end too early.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub(crate) fn serialize<S: Serializer>(minor: &i128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(minor)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(|_| de::Error::custom("not a number of minor units"))
}

/// Minor units in a place of their own, so that they can be absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Part(#[serde(with = "self")] pub i128);
