//! JSON that leaves no doubt: a member that is named twice is refused, where most readers silently take the
//! last one. Of a list that is too long for its field no more is kept than shows it.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value};

use super::said::said;

/// How many members the list in a field of a request may have.
pub type Most = fn(&str) -> Option<usize>;

/// Reads a document from its text: one reading for every language, each of which has a reader of its own.
pub fn document(field: &str, text: &str) -> crate::error::Result<Value> {
    let read = serde_json::from_str::<Strict>(text).map(|Strict(value)| value);
    read.map_err(|error| {
        crate::error::Error::invalid(field, format!("must be JSON: {}", said(&error.to_string())))
    })
}

/// A JSON object whose members are fields of a request.
pub fn object<'de, D: Deserializer<'de>>(reader: D, most: Most) -> Result<Map<String, Value>, D::Error> {
    reader.deserialize_map(Object { most: Some(most) })
}

/// Any JSON value, read strictly.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any { most: None }).map(Self)
    }
}

struct Object {
    /// Of a request: how many members the lists in its fields may have.
    most: Option<Most>,
}

impl<'de> Visitor<'de> for Object {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("`{name}` is named twice")));
            }
            let most = self.most.and_then(|most| most(&name));
            let value = members.next_value_seed(Any { most })?;
            object.insert(name, value);
        }
        Ok(object)
    }
}

/// Any value. Of a list no more members are kept than these and one more.
struct Any {
    most: Option<usize>,
}

impl<'de> DeserializeSeed<'de> for Any {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

#[expect(
    clippy::disallowed_types,
    reason = "a JSON number may be a fraction; it is refused where money is read"
)]
impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let most = self.most.unwrap_or(usize::MAX);
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
            if list.len() > most {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                break;
            }
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Value, A::Error> {
        Object { most: None }.visit_map(members).map(Value::Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_json_is() {
        for text in [r#"{"a":[1,-2,0.5,true,null,"x"],"b":{"a":{}}}"#, "[]", "18446744073709551615"] {
            let Strict(value) = serde_json::from_str(text).unwrap();
            assert_eq!(value, serde_json::from_str::<Value>(text).unwrap());
        }
    }

    #[test]
    fn refuses_a_name_that_comes_twice() {
        for text in [r#"{"a":1,"a":1}"#, r#"[{"b":{"a":1,"a":2}}]"#] {
            let refused = serde_json::from_str::<Strict>(text).map(|_| ()).unwrap_err();
            assert!(refused.to_string().starts_with("`a` is named twice"), "{refused}");
        }
    }
}
