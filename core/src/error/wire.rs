//! How a refusal is written in JSON, and read back.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::{Code, Detail, Error, Inner, Retry};

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Error", 7)?;
        object.serialize_field("code", self.code().as_str())?;
        object.serialize_field("kind", self.kind().as_str())?;
        object.serialize_field("message", &self.message())?;
        object.serialize_field("retryable", &self.retryable())?;
        object.serialize_field("retry", self.retry().as_str())?;
        object.serialize_field("http_status", &self.http_status())?;
        object.serialize_field("details", &self.details())?;
        object.end()
    }
}

impl<'de> Deserialize<'de> for Error {
    /// Reads what [`Serialize`] wrote, as in a reply: the code, its details and the advice. Kind, message and
    /// status follow from these.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Error, D::Error> {
        #[derive(Deserialize)]
        struct ErrorObject {
            code: String,
            retry: Retry,
            details: Value,
        }
        let wire = ErrorObject::deserialize(deserializer)?;
        let code: Code = wire.code.parse().map_err(de::Error::custom)?;
        let detail = Detail::read(code, &wire.details).map_err(de::Error::custom)?;
        let index = wire.details.get("index").and_then(Value::as_u64);
        let index = index.map(usize::try_from).transpose().map_err(de::Error::custom)?;
        let retry = Some(wire.retry).filter(|retry| *retry != code.retry());
        Ok(Error(Box::new(Inner { detail, index, retry })))
    }
}

impl JsonSchema for Error {
    fn schema_name() -> Cow<'static, str> {
        "Error".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let codes: Vec<&str> = Code::all().iter().map(|code| code.as_str()).collect();
        json_schema!({
            "type": "object",
            "properties": {
                "code": { "type": "string", "enum": codes },
                "kind": { "type": "string" },
                "message": { "type": "string" },
                "retryable": { "type": "boolean" },
                "retry": { "type": "string", "enum": ["never", "call", "transaction", "later"] },
                "http_status": { "type": "integer" },
                "details": { "type": "object" },
            },
            "required": ["code", "kind", "message", "retryable", "retry", "http_status", "details"],
        })
    }
}
