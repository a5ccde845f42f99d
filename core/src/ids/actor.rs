//! Actors and their roles.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::is_name_byte;
use crate::error::{Error, Result};

const ID_MAX: usize = 128;
const ROLE_MAX: usize = 32;

/// The actor of an operation, with a role if one is claimed. `buyer` and `seller` are derived from the deal;
/// `admin` and `system` must be claimed.
///
/// ```
/// use earnest::ids::Actor;
///
/// assert!(Actor::admin("u-1").is_admin());
/// assert!(Actor::system().is_system());
/// assert_eq!(serde_json::json!(Actor::new("u-1")), serde_json::json!({ "id": "u-1", "role": null }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor {
    id: Arc<str>,
    role: Option<Arc<str>>,
}

impl Actor {
    /// An actor without a role, unchecked; requests go through [`ActorInput::resolve`].
    #[must_use]
    pub fn new(id: impl Into<Arc<str>>) -> Actor {
        Actor { id: id.into(), role: None }
    }

    /// The same actor in a role, unchecked.
    #[must_use]
    pub fn with_role(mut self, role: impl Into<Arc<str>>) -> Actor {
        self.role = Some(role.into());
        self
    }

    /// An actor in the role `admin`, unchecked.
    #[must_use]
    pub fn admin(id: impl Into<Arc<str>>) -> Actor {
        Actor::new(id).with_role("admin")
    }

    /// The host's own program: `system` in the role `system`.
    #[must_use]
    pub fn system() -> Actor {
        Actor::new("system").with_role("system")
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The role claimed, if any.
    #[must_use]
    pub fn role(&self) -> Option<&str> {
        self.role.as_deref()
    }

    /// Whether the role is `role`.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.role.as_deref() == Some(role)
    }

    /// Whether the role is `admin`; `system` is not.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.has_role("admin")
    }

    /// Whether the role is `system`.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.has_role("system")
    }

    /// Reads the request field `field` from an id and a role.
    ///
    /// # Errors
    /// `invalid_request` naming `<field>` or `<field>.role`.
    pub fn request(field: &str, id: &str, role: Option<&str>) -> Result<Actor> {
        if !is_actor_id(id) {
            return Err(Error::invalid(field, "must have an id of 1 to 128 of `A-Z a-z 0-9 . _ : - @`"));
        }
        if !role.is_none_or(is_role) {
            return Err(Error::invalid(format!("{field}.role"), "must be 1 to 32 of `a-z 0-9 _`"));
        }
        Ok(Actor { id: id.into(), role: role.map(Arc::from) })
    }
}

fn is_actor_id(text: &str) -> bool {
    (1..=ID_MAX).contains(&text.len()) && text.bytes().all(|byte| is_name_byte(byte) || byte == b'@')
}

fn is_role(text: &str) -> bool {
    (1..=ROLE_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Actor", 2)?;
        object.serialize_field("id", &*self.id)?;
        object.serialize_field("role", &self.role.as_deref())?;
        object.end()
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Actor, D::Error> {
        ActorInput::deserialize(deserializer)?.resolve("actor").map_err(de::Error::custom)
    }
}

impl JsonSchema for Actor {
    fn schema_name() -> Cow<'static, str> {
        "Actor".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "id": { "type": "string", "pattern": "^[A-Za-z0-9._:@-]{1,128}$", "maxLength": ID_MAX },
                "role": { "type": ["string", "null"], "pattern": "^[a-z0-9_]{1,32}$", "maxLength": ROLE_MAX },
            },
            "required": ["id"],
            "additionalProperties": false,
        })
    }
}

/// The actor of a request: `"u-1"` or `{"id":"u-1","role":"admin"}`. Like an amount it reads from any JSON
/// and is judged by [`ActorInput::resolve`], which knows the field's name.
///
/// ```
/// use earnest::ids::{Actor, ActorInput};
///
/// assert_eq!(ActorInput::from("u-1").resolve("actor")?, Actor::new("u-1"));
/// assert!(ActorInput::from("").resolve("actor").is_err());
/// # Ok::<(), earnest::error::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActorInput {
    /// The request's value, as it came.
    Raw(Value),
    /// An actor that was read before.
    Actor(Actor),
}

impl ActorInput {
    /// The actor that the field `field` holds.
    ///
    /// # Errors
    /// `invalid_request` naming `field`, or `<field>.role`, if it has neither of the two shapes.
    pub fn resolve(&self, field: &str) -> Result<Actor> {
        let members = match self {
            ActorInput::Actor(actor) => return Actor::request(field, actor.id(), actor.role()),
            ActorInput::Raw(Value::String(id)) => return Actor::request(field, id, None),
            ActorInput::Raw(Value::Object(members)) => members,
            ActorInput::Raw(_) => {
                return Err(Error::invalid(field, r#"must be `"u-1"` or `{"id":"u-1","role":"admin"}`"#));
            }
        };
        if members.keys().any(|name| name != "id" && name != "role") {
            return Err(Error::invalid(field, "must have no members but `id` and `role`"));
        }
        let Some(Value::String(id)) = members.get("id") else {
            return Err(Error::invalid(field, "needs `id`, a string"));
        };
        let role = match members.get("role") {
            None | Some(Value::Null) => None,
            Some(Value::String(role)) => Some(role.as_str()),
            Some(_) => return Err(Error::invalid(format!("{field}.role"), "must be a string")),
        };
        Actor::request(field, id, role)
    }
}

impl From<Actor> for ActorInput {
    fn from(actor: Actor) -> ActorInput {
        ActorInput::Actor(actor)
    }
}

impl From<&str> for ActorInput {
    /// The id alone; judged when it is resolved.
    fn from(id: &str) -> ActorInput {
        ActorInput::Raw(Value::String(id.into()))
    }
}

impl From<String> for ActorInput {
    /// The id alone; judged when it is resolved.
    fn from(id: String) -> ActorInput {
        ActorInput::Raw(Value::String(id))
    }
}

impl Serialize for ActorInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            ActorInput::Raw(value) => value.serialize(serializer),
            ActorInput::Actor(actor) => actor.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ActorInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ActorInput, D::Error> {
        Value::deserialize(deserializer).map(ActorInput::Raw)
    }
}

impl JsonSchema for ActorInput {
    fn schema_name() -> Cow<'static, str> {
        "ActorInput".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Who asks: an id, or an id with a role.",
            "oneOf": [
                { "type": "string", "pattern": "^[A-Za-z0-9._:@-]{1,128}$", "maxLength": ID_MAX },
                generator.subschema_for::<Actor>(),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Actor> {
        serde_json::from_value::<ActorInput>(value).unwrap().resolve("actor")
    }

    #[test]
    fn takes_both_shapes() {
        assert_eq!(read(json!("u-1")).unwrap(), Actor::new("u-1"));
        assert_eq!(read(json!({ "id": "kim@shop", "role": "admin" })).unwrap(), Actor::admin("kim@shop"));
        assert_eq!(read(json!({ "id": "u-1", "role": null })).unwrap(), Actor::new("u-1"));
        let actor = Actor::new("u-1").with_role("seller");
        assert_eq!(serde_json::from_value::<Actor>(json!(actor)).unwrap(), actor);
        assert_eq!(ActorInput::from(actor.clone()).resolve("actor").unwrap(), actor);
        assert!(!Actor::system().is_admin() && !Actor::admin("a").is_system());
    }

    #[test]
    fn names_the_field_in_every_refusal() {
        for (value, field) in [
            (json!(1), "actor"),
            (json!(null), "actor"),
            (json!(""), "actor"),
            (json!("a b"), "actor"),
            (json!("x".repeat(129)), "actor"),
            (json!({}), "actor"),
            (json!({ "id": 1 }), "actor"),
            (json!({ "id": "u-1", "name": "Kim" }), "actor"),
            (json!({ "id": "u-1", "role": "" }), "actor.role"),
            (json!({ "id": "u-1", "role": "Admin" }), "actor.role"),
            (json!({ "id": "u-1", "role": 1 }), "actor.role"),
            (json!({ "id": "u-1", "role": "x".repeat(33) }), "actor.role"),
        ] {
            let error = read(value.clone()).unwrap_err();
            assert_eq!(
                (error.code().as_str(), &error.details()["field"]),
                ("invalid_request", &field.into()),
                "{value}"
            );
        }
        assert!(ActorInput::from(Actor::new("a b")).resolve("actor").is_err());
    }
}
